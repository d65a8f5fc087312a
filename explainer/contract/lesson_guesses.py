"""Reads the blocks ``predict`` and ``diagnose``: a question, what may be answered, and the run that tells."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from explainer.contract.lesson_blocks import SEEDS, Answer, Diagnosis, Prediction, Range
from explainer.contract.lesson_links import Link, links_in
from explainer.contract.refused import Refused

__all__ = ["ELSE", "parse_diagnosis", "parse_prediction"]

ELSE = "else"
"""The condition of an answer that is right where none of the others is."""
CAUSES = 4
_ANSWER = re.compile(r"^[-*] \[([ xX])\]\s+(.+?)(?:\s+\{([^{}]+)\})?$")
_SETTING = re.compile(r"^(draw|range|click|at|seen|cured|seeds):\s*(.*)$")
_RANGE = re.compile(r"^(\S+?)[\s,]+(\S+?)(\s+log)?$")
_BRACES = re.compile(r"^\{(.*)\}$")


@dataclass
class _Lines:
    """The lines of a block, sorted."""

    question: list[str] = field(default_factory=list)
    answers: list[tuple[bool, Answer]] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def sort(self, text: str) -> None:
        """Put a line where it belongs; raise :class:`Refused` for one that belongs nowhere."""
        if match := _ANSWER.match(text):
            self.answers.append((match.group(1) != " ", Answer(match.group(2), (match.group(3) or "").strip())))
        elif match := _SETTING.match(text):
            if match.group(1) in self.settings:
                raise Refused(f"{match.group(1)}: stands there twice; write it once")
            self.settings[match.group(1)] = _BRACES.sub(r"\1", match.group(2).strip()).strip()
        elif text.startswith(">"):
            self.explanation.append(text.removeprefix(">").strip())
        elif (found := links_in(text)) and found[0].start == 0 and found[0].end == len(text):
            self.links.append(found[0])
        elif self.answers or self.links or self.explanation:
            raise Refused(f"{text!r} does not belong in a prediction after its options or its link")
        else:
            self.question.append(text)

    @property
    def right(self) -> int:
        """The index of the answer that is marked as right."""
        marked = [index for index, (right, _) in enumerate(self.answers) if right]
        if len(self.answers) < 2 or len(marked) != 1:
            raise Refused("a prediction is a question, two or more options '- [ ]', exactly one of them '- [x]'")
        return marked[0]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds at which it holds."""
        words = self.settings.get("seeds", "")
        if not re.fullmatch(r"\d+([\s,]+\d+)*", words or "0"):
            raise Refused(f"seeds: {words!r} is refused; give whole numbers, as in 'seeds: 0, 3'")
        return tuple(int(word) for word in re.findall(r"\d+", words)) or SEEDS

    def link(self, place: int, *kinds: str) -> Link:
        """Return the link at a place, or one without words where there is none; raise :class:`Refused`."""
        if place >= len(self.links):
            return Link("", "", 0, 0)
        link = self.links[place]
        if not link.target.startswith(kinds):
            raise Refused(f"the link {link.target!r} runs nothing; begin it with {' or '.join(kinds)}")
        return link


def parse_prediction(line: int, lines: list[str]) -> Prediction:
    """Return what the lines of a block ``predict`` say; raise :class:`Refused` for what is missing or out of place."""
    found = _sorted(lines)
    given = found.settings
    _forbid(given, "seen", "cured")
    if len(found.links) > 1:
        raise Refused("a prediction has one link, the run that tells; further ones belong in lines '> …'")
    guessed = [way for way in ("draw", "click") if given.get(way)]
    if (guessed and found.answers) or len(guessed) > 1:
        raise Refused("a prediction is answered in one way: by options, by draw: METRIC, or by click: CARD")
    if ("click" in given) != ("at" in given):
        raise Refused("click: CARD and at: EXPRESSION, which gives (x, y), stand together")
    if "range" in given and "draw" not in given:
        raise Refused("range: LOW, HIGH belongs to draw: METRIC")
    link = found.link(0, "try:", "compare:")
    return Prediction(
        line,
        "\n".join(found.question),
        tuple(answer for _, answer in found.answers),
        -1 if guessed else found.right,
        "\n".join(found.explanation),
        link.target,
        link.text,
        given.get("draw", ""),
        _range(given["range"]) if "range" in given else None,
        *_card_and_plot(given.get("click", "")),
        given.get("at", ""),
        found.seeds,
    )


def parse_diagnosis(line: int, lines: list[str]) -> Diagnosis:
    """Return what the lines of a block ``diagnose`` say; raise :class:`Refused` for what is missing."""
    found = _sorted(lines)
    _forbid(found.settings, "draw", "range", "click", "at")
    if len(found.links) != 2:
        raise Refused("a diagnosis has two links: first the broken run, after the options the one that cures it")
    if not (found.settings.get("seen") and found.settings.get("cured")):
        raise Refused("a diagnosis says its evidence, 'seen: {…}', and what is true of the cure, 'cured: {…}'")
    if len(found.answers) != CAUSES:
        raise Refused(f"a diagnosis has {len(found.answers)} causes to choose from; give {CAUSES}")
    broken, cure = found.link(0, "try:", "compare:"), found.link(1, "try:", "compare:")
    return Diagnosis(
        line,
        "\n".join(found.question),
        tuple(answer for _, answer in found.answers),
        found.right,
        "\n".join(found.explanation),
        broken.target,
        broken.text,
        found.settings["seen"],
        cure.target,
        cure.text,
        found.settings["cured"],
        found.seeds,
    )


def _sorted(lines: list[str]) -> _Lines:
    found = _Lines()
    for text in (text.strip() for text in lines if text.strip()):
        found.sort(text)
    if not found.question:
        raise Refused("a prediction begins with its question")
    if not found.explanation:
        raise Refused("the prediction explains nothing; add lines that begin with '> '")
    conditions = [answer.condition for _, answer in found.answers]
    if ELSE in conditions[:-1]:
        raise Refused("only the last option may be {else}; give the others a condition")
    if any(conditions) and not all(conditions):
        raise Refused("an option has no condition; end every one with {…}, the last one perhaps with {else}")
    return found


def _card_and_plot(words: str) -> tuple[str, str]:
    card, _, plot = words.partition(" ")
    return card, plot.strip()


def _range(words: str) -> Range:
    """Return what ``LOW, HIGH`` or ``LOW, HIGH log`` says; raise :class:`Refused`."""
    match = _RANGE.match(words)
    try:
        low, high = (float(match.group(1)), float(match.group(2))) if match else (0.0, 0.0)
    except ValueError:
        low = high = 0.0
    log = bool(match and match.group(3))
    if not (low < high < math.inf and (low > 0 or not log)):
        raise Refused(f"range: {words!r} is refused; write LOW, HIGH or, both above 0, LOW, HIGH log")
    return Range(low, high, log)


def _forbid(given: dict[str, str], *names: str) -> None:
    for name in names:
        if name in given:
            raise Refused(f"{name}: does not belong in this block; it takes {', '.join(sorted(_TAKES - set(names)))}")


_TAKES = {"draw", "range", "click", "at", "seen", "cured", "seeds"}
