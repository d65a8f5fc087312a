"""Reads a block ``stage``: how the window stands when a step of a lesson is opened."""

from __future__ import annotations

import re

from explainer.contract.lesson_blocks import Point, Stage
from explainer.contract.refused import Refused

__all__ = ["POINTS", "parse_stage"]

POINTS = ("card", "control", "metric")
"""What a step can point at."""
_LINES = ("set", "cards", "controls", "point")


def parse_stage(line: int, lines: list[str]) -> Stage:
    """Return what the lines of the block say; raise :class:`Refused` for an unknown, doubled or empty one."""
    given: dict[str, str] = {}
    for text in (text.strip() for text in lines if text.strip()):
        name, colon, value = text.partition(":")
        if not colon or name not in _LINES:
            raise Refused(f"{text!r} is no line of a stage; it takes {', '.join(f'{known}:' for known in _LINES)}")
        if name in given or not value.strip():
            raise Refused(f"{name}: is empty or stands there twice; write it once, or leave it out")
        given[name] = value.strip()
    if not given:
        raise Refused(f"the stage is empty; say one of {', '.join(f'{known}:' for known in _LINES)}")
    if not given.get("set", "try:").startswith(("try:", "compare:")):
        raise Refused(f"set: {given['set']!r} sets nothing; begin it with try: or compare:")
    return Stage(
        line, given.get("set", ""), _names(given, "cards"), _names(given, "controls"), _point(given.get("point", ""))
    )


def _names(given: dict[str, str], key: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s,]+", given[key].strip(" ,"))) if key in given else ()


def _point(words: str) -> Point | None:
    if not words:
        return None
    kind, _, name = words.partition(" ")
    if kind not in POINTS or not name.strip():
        raise Refused(f"point: {words!r} is refused; write one of {', '.join(f'{kind} NAME' for kind in POINTS)}")
    return Point(kind, name.strip())
