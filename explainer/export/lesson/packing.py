"""The data of a page: every shape, word, clip and colour once, and for each step which of them are seen.

Colours are pairs, dark and light, and the page takes the one that its reader's system asks for. A shape that is not
the same in both themes is there for each of them.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from explainer.export.lesson.recording_data import Moment, Painted, Recording
from explainer.export.lesson.shapes import COLOURS, Shape

BOTH, DARK, LIGHT = 0, 1, 2
"""In which theme a shape is seen."""


class Table:
    """Things by number, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.rows: list[Any] = []

    def number(self, row: Any) -> int:
        """Return the number of a thing that can be written as JSON."""
        key = json.dumps(row, ensure_ascii=False, sort_keys=True)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append(row)
        return self._numbers[key]


class Pack:
    """Fills the tables from the moments of a recording."""

    def __init__(self) -> None:
        self.colours, self.looks, self.shapes, self.spots, self.words = Table(), Table(), Table(), Table(), Table()

    def seen(self, painted: Painted) -> list[list[Any]]:
        """Return what is seen of a card: in order, groups of a clip's name and the numbers of shapes."""
        groups: list[list[Any]] = []
        for clip, number in self._numbered(*painted.shapes):
            if not groups or groups[-1][0] != clip:
                groups.append([clip, []])
            groups[-1][1].append(number)
        return groups

    def _numbered(self, dark: Sequence[Shape], light: Sequence[Shape]) -> Iterator[tuple[str, int]]:
        if len(dark) == len(light):
            for one, other in zip(dark, light, strict=True):
                yield from self._pair(one, other)
        else:
            for theme, shapes in ((DARK, dark), (LIGHT, light)):
                for shape in shapes:
                    yield shape.clip, self._shape(shape, shape, theme)

    def _pair(self, dark: Shape, light: Shape) -> Iterator[tuple[str, int]]:
        same = (dark.tag, dark.places, dark.words, dark.clip) == (light.tag, light.places, light.words, light.clip)
        if same and _without_colours(dark) == _without_colours(light):
            yield dark.clip, self._shape(dark, light, BOTH)
        else:
            yield dark.clip, self._shape(dark, dark, DARK)
            yield light.clip, self._shape(light, light, LIGHT)

    def _shape(self, dark: Shape, light: Shape, theme: int) -> int:
        look: dict[str, Any] = dict(dark.look)
        for name in COLOURS:
            if look.get(name, "none") != "none" or light.look.get(name, "none") != "none":
                look[name] = self.colours.number([look[name], light.look[name]])
        row = [dark.tag, self.looks.number(look), dict(dark.places), theme]
        return self.shapes.number([*row, dark.words] if dark.words else row)

    def read(self, painted: Painted) -> list[int]:
        """Return where words are read, as the number of places, and which, as those of the words."""
        places = [at for spot in painted.spots for at in (spot.x, spot.y)]
        return [self.spots.number(places), *(self.words.number(spot.words) for spot in painted.spots)]


def _without_colours(shape: Shape) -> dict[str, str]:
    """Return how a shape looks but for which colours: whether there are any counts."""
    return {name: "" if name in COLOURS and value != "none" else value for name, value in shape.look.items()}


def data_of(recording: Recording, moments: Sequence[Moment]) -> dict[str, Any]:
    """Return the data of a page with these moments of a recording."""
    pack, readings = Pack(), Table()
    cards = []
    for place, (key, width, height) in enumerate(recording.cards):
        frames, read, titles = [], Table(), []
        for moment in moments:
            painted = moment.cards[place]
            frames.append([pack.seen(painted), read.number(pack.read(painted))])
            titles.append(pack.words.number(painted.title))
        cards.append({"key": key, "size": [width, height], "frames": frames, "read": read.rows, "titles": titles})
    return {
        "steps": [moment.step for moment in moments],
        "said": [pack.words.number(moment.said) for moment in moments],
        "readings": [readings.number([list(pair) for pair in moment.readings]) for moment in moments],
        "metrics": [[list(pair) for pair in moment.metrics] for moment in moments],
        "lines": readings.rows,
        "cards": cards,
        "clips": [list(row) for row in recording.clips.rows()],
        "colours": pack.colours.rows,
        "looks": pack.looks.rows,
        "shapes": pack.shapes.rows,
        "spots": pack.spots.rows,
        "words": pack.words.rows,
    }


def packed(data: dict[str, Any]) -> str:
    """Return data as text that can stand anywhere in a page: JSON, compressed (zlib), in base 64."""
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(raw, 9)).decode()


def unpacked(text: str) -> dict[str, Any]:
    """Return what :func:`packed` was given."""
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return found
