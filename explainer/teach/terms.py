"""Terms of the glossary in a text: each is marked once, where it is used first, as a link to its card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from explainer.contract.lesson import links_in
from explainer.teach.glossary import Term, glossary

__all__ = ["TERM", "Terms"]

TERM = "term:"
"""What the target of a link to a card begins with; the term's name follows."""
_WORD = re.compile(r"[^\W_]+(?:[-–’'][^\W_]+)*")
_KEPT = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|\]\([^)\s]*\)|^#+ .*$|“[^”]*”", re.DOTALL | re.MULTILINE)
"""Code, formulas, targets, headings and what is quoted stay as they are."""


class Terms:
    """Marks terms in the texts of a step, one after another; what was marked before is not marked again."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def mark(self, markdown: str) -> str:
        """Return a text with the terms that are new in it as links."""
        marked, last = "", 0
        for term, start, end in _found(markdown):
            if term.name not in self._seen and start >= last:
                self._seen.add(term.name)
                marked += f"{markdown[last:start]}[{markdown[start:end]}]({TERM}{term.name.replace(' ', '%20')})"
                last = end
        return marked + markdown[last:]


def _found(markdown: str) -> Iterator[tuple[Term, int, int]]:
    """Yield every term in a text with its place, longer names before shorter ones that begin there."""
    kept = [match.span() for match in _KEPT.finditer(markdown)] + [
        (link.start, link.end) for link in links_in(markdown)
    ]
    words = [match for match in _WORD.finditer(markdown) if not _is_within(match.start(), kept)]
    place = 0
    while place < len(words):
        term, length = _term_at(markdown, words, place)
        if term is not None:
            yield term, words[place].start(), words[place + length - 1].end()
        place += max(length, 1)


def _term_at(markdown: str, words: list[re.Match[str]], place: int) -> tuple[Term | None, int]:
    """Return the term that begins with a word, the longest, and how many words it has."""
    for name, term in _names().get(words[place].group().lower().removesuffix("s"), ()):
        length = len(name.split())
        end = words[min(place + length, len(words)) - 1].end()
        said = " ".join(markdown[words[place].start() : end].split())
        if _is_same(said, name):
            return term, length
    return None, 0


def _is_same(said: str, name: str) -> bool:
    """Whether what is said is the name or its plural, at the beginning of a sentence too; other capitals count."""
    forms = {said, said.removesuffix("s"), said.removesuffix("es")}
    return name in forms or (name[:1].islower() and name in {form[:1].lower() + form[1:] for form in forms})


def _is_within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


@cache
def _names() -> dict[str, list[tuple[str, Term]]]:
    """Return first word, in lower case and without an s → the names that begin with it, longest first."""
    found: dict[str, list[tuple[str, Term]]] = {}
    for term in glossary():
        for name in (term.name, *term.also) if term.underlined else ():
            if match := _WORD.match(name):
                found.setdefault(match.group().lower().removesuffix("s"), []).append((name, term))
    for several in found.values():
        several.sort(key=lambda entry: -len(entry[0]))
    return found
