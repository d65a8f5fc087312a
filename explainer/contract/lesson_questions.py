"""Reads a block ``question``: what is asked, in which other words, how hard it is, and the answer."""

from __future__ import annotations

import re

from explainer.contract.lesson_blocks import Question
from explainer.contract.lesson_links import links_in
from explainer.contract.refused import Refused

LEVELS = {1: "school", 2: "usual", 3: "hard"}
MOST_SENTENCES = 5
_SETTING = re.compile(r"^(level|also):\s*(.*)$")
_UNSEEN = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^\s]*\)|\bet al\.|\b(?:e\.g|i\.e|vs|cf)\.")
_END = re.compile(r"[.!?…][\])”\"’*]*(?=\s|$)")


def parse_question(line: int, lines: list[str]) -> Question:
    """Return what the lines of a block say; raise :class:`Refused` for what is missing, doubled or out of place."""
    asked: list[str] = []
    answer: list[str] = []
    settings: dict[str, str] = {}
    for text in (text.strip() for text in lines if text.strip()):
        setting = _SETTING.match(text)
        if text.startswith(">"):
            answer.append(text.removeprefix(">").strip())
        elif answer:
            raise Refused(f"{text!r} stands after the answer; begin every line of an answer with '> '")
        elif setting is None:
            asked.append(text)
        elif setting.group(1) in settings:
            raise Refused(f"{setting.group(1)}: stands there twice; write it once")
        else:
            settings[setting.group(1)] = setting.group(2)
    if len(asked) != 1 or not any(answer):
        raise Refused("a question block is one line with the question and, below it, the answer in lines '> …'")
    also = tuple(words.strip() for words in settings.get("also", "").split(";") if words.strip())
    return Question(line, asked[0], "\n".join(answer).strip(), _level(settings.get("level", "2")), also)


def _level(words: str) -> int:
    if words not in map(str, LEVELS):
        choices = ", ".join(f"{level} ({name})" for level, name in LEVELS.items())
        raise Refused(f"level: {words!r} is refused; choose from {choices}")
    return int(words)


def sentences(markdown: str) -> int:
    """Return how many sentences a text has; points in code, formulas, links and abbreviations end none."""
    return len(_END.findall(_UNSEEN.sub("x", markdown).strip()))


def check_question(question: Question) -> None:
    """Raise :class:`Refused` for an answer that is too long, or that no run of this scene shows."""
    if sentences(question.answer) > MOST_SENTENCES:
        raise Refused(
            f"the answer has {sentences(question.answer)} sentences; say it in at most {MOST_SENTENCES}, "
            "and the rest in the lesson's text"
        )
    if not any(link.target.startswith(("try:", "compare:", "show:")) for link in links_in(question.answer)):
        raise Refused(
            "the answer shows nothing; add a link [See it](try:…&run=100), or compare: or show:, to the run that does"
        )
