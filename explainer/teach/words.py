"""Words as Ask compares them: lower case, without what every question has, one word for what means the same."""

from __future__ import annotations

import re
from functools import cache

from explainer.assets import asset
from explainer.contract.lesson import inline_parts, links_in

__all__ = ["STOP", "canonical", "plain", "tokens"]

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[*`|#]+|</?su[bp]>")
_STOP = """
why help helps helping
a an and are as at be been being but by can could d did do does doing done dont doesnt for from had has have how i
if in into is isnt it its just ll me my of on one or our re s should so some such t than that the their them then
there these they this those to too us use used uses using ve want was we were what whats when where which while who
whose will with would you your about actually again all also am any basically between both briefly call called come
common define definition describe diff differ difference differences different differs each ever example examples
every exactly explain explanation get gets getting give go goes happen happens happening idea important importance
interview know like main make makes making matter mean meaning means mention name need needed needs neither nor note
please possible problem purpose question really role same say see simple simply something still take tell thing
things think two understand usually various vs versus way ways well words work working works write
"""
STOP = frozenset(_STOP.split())
"""What says nothing about the subject of a question."""


def plain(markdown: str) -> str:
    """Return the words of Markdown: links by their words, formulas and marks left out."""
    text, last = "", 0
    for link in links_in(markdown):
        text += markdown[last : link.start] + link.text
        last = link.end
    text, _ = inline_parts(text + markdown[last:])
    return " ".join(_MARKS.sub(" ", text.replace("\ufffc", " ")).split())


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, those that mean the same as one word."""
    words = _WORD.findall(text.lower().replace("’", "").replace("'", "").replace("√", " sqrt "))
    found: list[str] = []
    at = 0
    table = _synonyms()
    while at < len(words):
        for form, meaning in table.get(words[at], ()):
            if tuple(words[at : at + len(form)]) == form:
                found += meaning
                at += len(form)
                break
        else:
            found.append(words[at])
            at += 1
    return found


def canonical(text: str) -> list[str]:
    """Return the tokens of a text that say something; all of them where none does."""
    every = tokens(text)
    return [word for word in every if word not in STOP] or every


@cache
def _synonyms() -> dict[str, list[tuple[tuple[str, ...], list[str]]]]:
    """Return first word → forms that begin with it, longest first, each with the words that stand for it."""
    found: dict[str, list[tuple[tuple[str, ...], list[str]]]] = {}
    for line in asset("synonyms.txt").read_text(encoding="utf-8").splitlines():
        meaning, colon, forms = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        for form in forms.split(","):
            words = tuple(_WORD.findall(form.lower()))
            found.setdefault(words[0], []).append((words, meaning.split()))
    for several in found.values():
        several.sort(key=lambda entry: -len(entry[0]))
    return found
