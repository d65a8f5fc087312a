"""``explainer ask``: what fits a question best, with the command that opens it."""

from __future__ import annotations

import json
import sys
import textwrap

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.refused import Refused, shown
from explainer.teach.library import command, index
from explainer.teach.search import Entry, Hit
from explainer.teach.spoken import spoken

MOST = 3
WIDTH = 100
NAMES = {"question": "question", "scene": "scene", "term": "term", "step": "lesson"}


def ask(words: str, as_json: bool) -> int:
    """Print the best three: what it is, the answer, and how to open the run that shows it."""
    if not any(character.isalnum() for character in words):
        raise Refused('nothing was asked; write for example: explainer ask "why does momentum help"')
    hits = index().search(words, MOST)
    if as_json:
        sys.stdout.write(json.dumps([_described(hit) for hit in hits], indent=2, ensure_ascii=not _takes_all()) + "\n")
        return 0
    if not hits:
        raise Refused(f"nothing fits {shown(words)}; ask in other words, or see what there is: explainer list")
    sys.stdout.write("\n\n".join(_told(place, hit.entry) for place, hit in enumerate(hits, 1)) + "\n")
    return 0


def _told(place: int, entry: Entry) -> str:
    title = CATALOGUE.scene(entry.scene).title if entry.scene else ""
    where = " · ".join(filter(None, (NAMES[entry.kind], title if title != entry.title else "")))
    lines = [f"{place}  {entry.title}  ({where})"]
    indent = " " * 3
    for paragraph in _answer(entry).splitlines():
        lines += textwrap.wrap(paragraph, WIDTH, initial_indent=indent, subsequent_indent=indent)
    if found := command(entry):
        lines.append(f"{indent}$ {found}")
    return "\n".join(lines)


def _answer(entry: Entry) -> str:
    """Return what is said of it; of a lesson's part how it begins."""
    said = spoken(entry.shown)
    return textwrap.shorten(said, 2 * WIDTH, placeholder=" …") if entry.kind == "step" else said


def _described(hit: Hit) -> dict[str, object]:
    entry = hit.entry
    return {
        "kind": NAMES[entry.kind],
        "title": entry.title,
        "scene": entry.scene or None,
        "answer": _answer(entry),
        "link": entry.target if entry.kind == "question" else None,
        "command": command(entry) or None,
        "score": round(hit.score, 3),
    }


def _takes_all() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
