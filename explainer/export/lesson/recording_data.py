"""A run as a page has it; knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from explainer.export.lesson.shapes import Clips, Shape


class Spot(NamedTuple):
    """A pixel of the picture, and the words that are read there."""

    x: int
    y: int
    words: str


@dataclass(frozen=True)
class Painted:
    """A card at one step."""

    title: str
    shapes: tuple[Sequence[Shape], Sequence[Shape]]
    """Dark and light."""
    spots: Sequence[Spot]


@dataclass(frozen=True)
class Moment:
    """Everything that the page shows of one step."""

    step: int
    said: str
    readings: Sequence[tuple[str, str]]
    metrics: Sequence[tuple[str, str]]
    cards: Sequence[Painted]


@dataclass(frozen=True)
class Recording:
    """A run as the page has it; ``cards`` are (key, width, height)."""

    cards: Sequence[tuple[str, int, int]]
    moments: Sequence[Moment]
    clips: Clips
