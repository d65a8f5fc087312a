"""What a painter leaves of one picture at one moment: shapes with their attributes, instead of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from explainer.export.svg_document import Attributes, SvgDocument, number

PLACES = ("d", "x", "y", "width", "height", "transform", "textLength", "xlink:href")
"""The attributes that say where a shape is; the others say how it looks."""
COLOURS = ("fill", "stroke")
DECIMALS = 1
"""Of a coordinate in pixels of the stage: finer than a screen shows it."""
LEFT_OUT = ("font-family", "xml:space", "lengthAdjust", "preserveAspectRatio")
"""What the page says once for all shapes."""
_LONG = re.compile(r"-?\d+\.\d{2,}")
_SHAPE = re.compile(r"<(\w+)(.*?)/>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Shape:
    """One element; ``clip`` names what it is cut to, empty for nothing."""

    tag: str
    places: Mapping[str, str]
    look: Mapping[str, str]
    clip: str
    words: str = ""


@dataclass
class Clips:
    """What shapes are cut to, named alike in all pictures of a page."""

    names: dict[str, str] = field(default_factory=dict)

    def named(self, written: str) -> str:
        """Return the name of a clip, given as it is written in an SVG file."""
        return self.names.setdefault(written, f"k{len(self.names)}")

    def rows(self) -> list[tuple[str, str, dict[str, str]]]:
        """Return name, tag and attributes of every clip."""
        found = []
        for written, name in self.names.items():
            shape = _SHAPE.match(written)
            assert shape is not None, written
            attributes = {key: _shortened(value) for key, value in _ATTRIBUTE.findall(shape.group(2))}
            found.append((name, shape.group(1), attributes))
        return found


class Gathered(SvgDocument):
    """Takes the elements that a device paints, and keeps them as shapes."""

    def __init__(self, width: float, height: float, clips: Clips) -> None:
        super().__init__(width, height)
        self.shapes: list[Shape] = []
        self._all_clips = clips

    def add(self, name: str, attributes: Attributes, clip: str = "", content: str = "") -> None:
        """Take an element."""
        written = {key: _written(value) for key, value in attributes.items() if key not in LEFT_OUT}
        places = {key: value for key, value in written.items() if key in PLACES}
        look = {key: value for key, value in written.items() if key not in PLACES}
        if "monospace" in str(attributes.get("font-family", "")):
            look["class"] = "mono"
        if "pixelated" in look.pop("style", ""):
            look["class"] = "sharp"
        self.shapes.append(Shape(name, places, look, clip, content))

    def _named(self, shape: str) -> str:
        return self._all_clips.named(shape)


def _written(value: object) -> str:
    return number(round(value, DECIMALS)) if isinstance(value, float) else _shortened(str(value))


def _shortened(text: str) -> str:
    """Return text with its numbers in few decimals; an address, and a turned place, stay as they are."""
    if text.startswith(("data:", "matrix", "url")):
        return text
    return _LONG.sub(lambda found: number(round(float(found.group()), DECIMALS)), text)
