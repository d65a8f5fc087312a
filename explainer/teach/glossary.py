"""The glossary: ``assets/glossary.md``, a card for each term.

Each begins with ``## term``; then, all optional, ``also: other, names``, ``scene: NAME, NAME`` (best first) and
``underline: no`` (for words that mean other things in a lesson as well); then its sentences and a formula ``$$…$$``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from explainer.assets import asset
from explainer.contract.refused import Refused

__all__ = ["Term", "glossary", "read_glossary", "term_named"]

_CARD = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_SETTING = re.compile(r"^(also|scene|underline): *(.*)\n?", re.MULTILINE)
_FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)


@dataclass(frozen=True)
class Term:
    """A card: the term, other names for it, its sentences, a formula or none, and the scenes that show it, best first.

    A scene that is not there is simply not offered, so cards can name scenes to come.
    """

    name: str
    also: tuple[str, ...]
    meaning: str
    formula: str = ""
    scenes: tuple[str, ...] = ()
    underlined: bool = True
    """Whether it is marked where a lesson uses it."""


def read_glossary(text: str) -> tuple[Term, ...]:
    """Return the cards of a glossary in order; raise :class:`Refused` for an empty or doubled one."""
    parts = _CARD.split(text)
    terms = tuple(_card(name, body) for name, body in zip(parts[1::2], parts[2::2], strict=True))
    names: dict[str, str] = {}
    for term in terms:
        for name in (term.name, *term.also):
            if name.lower() in names:
                raise Refused(f"glossary: {name!r} is named by {names[name.lower()]!r} and {term.name!r}; keep one")
            names[name.lower()] = term.name
    return terms


@cache
def glossary() -> tuple[Term, ...]:
    """Return the built-in glossary."""
    return read_glossary(asset("glossary.md").read_text(encoding="utf-8"))


def term_named(name: str) -> Term | None:
    """Return the term that a name or another name of it stands for."""
    wanted = name.lower()
    return next((term for term in glossary() if wanted in (each.lower() for each in (term.name, *term.also))), None)


def _card(name: str, body: str) -> Term:
    settings = dict(_SETTING.findall(body))
    rest = _SETTING.sub("", body)
    formula = _FORMULA.search(rest)
    meaning = " ".join(_FORMULA.sub(" ", rest).split())
    if not meaning:
        raise Refused(f"glossary: {name!r} says nothing; add two sentences below it")
    return Term(
        name,
        _listed(settings.get("also", "")),
        meaning,
        formula.group(1).strip() if formula else "",
        _listed(settings.get("scene", "")),
        settings.get("underline", "").strip() != "no",
    )


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())
