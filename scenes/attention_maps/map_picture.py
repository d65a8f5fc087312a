"""One map, large: each row a token, each column what it reads from; it can be drawn into beforehand."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.frame import Frame
from explainer.plots.base.colours import colour
from explainer.plots.painted import PaintedPicture
from explainer.scenes.attention_maps.bars import CENTRE
from explainer.scenes.attention_maps.map_layout import MapLayout
from explainer.scenes.attention_maps.map_painting import (
    paint_answers,
    paint_cells,
    paint_headings,
    paint_labels,
    paint_pointer,
    paint_sketch,
)
from explainer.scenes.attention_maps.moment import NEEDED, Moment, agreeing
from explainer.scenes.attention_maps.shades import SHORT, value_text

DRAWN_INTO = 64
"""Longer maps are not drawn into."""
INVITATION = "✎ Drag over the cells: draw what this map will become"
TIP = "Hover for a weight · drag over the cells to draw what you expect · click a row's token for its next token"
SKETCH = 1
"""The palette's place of what the reader has drawn."""


class LargeMap(PaintedPicture):
    """The chosen head as a matrix."""

    key: ClassVar[str] = "map"
    title: ClassVar[str] = "Who reads from whom"
    about: ClassVar[str] = "One head as a matrix: a row for each token, a column for each token it reads from"
    arrays: ClassVar[Sequence[str]] = NEEDED
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 2.2

    def build(self) -> None:
        """Start with nothing drawn by the reader."""
        super().build()
        self.layout_of_cells: MapLayout | None = None
        """Where the cells were painted last."""
        self.row: int | None = None
        self.column: int | None = None
        """The query and the key that the pointer is on."""
        self._sketch: dict[int, int] | None = None
        """What is being drawn."""
        self.setToolTip(TIP)

    def draw(self, frame: Frame) -> None:
        """Show a frame; what was being drawn is in its parameters by now."""
        super().draw(frame)
        if not self._pressed:
            self._sketch = None

    # painting

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint cells, labels, what the network says, and the line below."""
        moment = Moment.of(self.frame)
        if moment is None:
            return
        self._say_title(moment)
        painter.setFont(self.font_of(13))
        at = MapLayout.of(moment, painter.fontMetrics(), self.tokens, width, height)
        self.layout_of_cells = at
        self.row, self.column = (token if token in at.kept else None for token in (self.row, self.column))
        paint_cells(self, painter, moment, at)
        paint_headings(self, painter, at)
        paint_labels(self, painter, moment, at, self.row, self.column)
        for number, token in enumerate(at.kept):
            self.mark(at.row_label(number), ("row", token))
        if moment.trained:
            paint_answers(self, painter, moment, at)
        if moment.trained and len(moment.words) <= DRAWN_INTO:
            paint_sketch(self, painter, at, self.sketch, self.tokens.series_colour(SKETCH))
        paint_pointer(self, painter, at, self.row, self.column)
        self._paint_line(painter, moment, width, height)

    def _say_title(self, moment: Moment) -> None:
        shows = "weights α, rows add up to 1" if moment.measure == "weights" else "‖α·v·W_O‖, what reading adds"
        off = moment.params.shows == "head" and not moment["head_on"][moment.place[0] - 1, moment.place[1] - 1]
        shows = "α without special tokens" if len(moment.kept) < len(moment.words) and "α," in shows else shows
        self.say_title(f"{moment.name} · {'switched off' if off else shows}")

    def _paint_line(self, painter: QPainter, moment: Moment, width: float, height: float) -> None:
        """Write the line below: the cell under the pointer, or the invitation, or how the drawing fares."""
        tokens, reading = self.tokens, ""
        if self.row is not None and self.column is not None:
            value = float(moment["shown"][self.row, self.column])
            reading = f"{_named(moment, self.row)} reads from {_named(moment, self.column)}: {value:.3f}"
        said = reading or self.line(moment)
        drawing = not reading and moment.trained
        painter.setFont(self.font_of(12))
        painter.setPen(colour(tokens.text if reading else tokens.series_colour(SKETCH) if drawing else tokens.muted))
        place = QRectF(8, height - tokens.size(26), width - 16, tokens.size(24))
        shown = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, CENTRE, shown)

    def line(self, moment: Moment) -> str:
        """Return what stands below the map while the pointer is elsewhere."""
        if not moment.trained:
            measure = "weight" if moment.measure == "weights" else "contribution"
            share = f"{moment.special_share:.0%} of the {measure} goes to special tokens"
            largest = float(moment["shown"][np.ix_(moment.kept, moment.kept)].max())
            parts = [share] if moment["special"].any() else []
            shade = "full colour" if len(moment.kept) > SHORT else "strongest"
            return " · ".join([*parts, f"{shade} {largest:.3f}" if largest < 0.1 else f"{shade} {value_text(largest)}"])
        if len(moment.words) > DRAWN_INTO:
            return ""
        if not self.sketch:
            return INVITATION if moment.frame.step == 0 and self.hints_shown else ""
        sketch = tuple(float(self.sketch.get(row, -1)) for row in range(len(moment.words)))
        right, drawn = agreeing(sketch, moment["shown"])
        return f"Your drawing: {right} of {drawn} rows read most from where you drew · click a drawn cell to erase it"

    # the pointer

    def part_at(self, place: QPointF) -> Hashable | None:
        """Return the row's token or the cell at a pixel."""
        at = self.layout_of_cells
        return (at.cell_at(place) if at is not None else None) or super().part_at(place)

    def entered(self, part: Hashable | None) -> None:
        """Tell the other pictures which token the pointer is on."""
        found = part if isinstance(part, tuple) else ("", None)
        self.row = found[1]
        self.column = found[2] if found[0] == "cell" else None
        self.setToolTip("" if part else TIP)
        self.setCursor(Qt.CursorShape.PointingHandCursor if found[0] == "row" else Qt.CursorShape.ArrowCursor)
        self.steering.light("query", self.row)
        self.steering.light("key", self.column)

    def light(self, name: str, value: object | None) -> None:
        """Mark the row that another picture's pointer is on."""
        if name == "query" and value != self.row and self.under is None:
            self.row = value if isinstance(value, int) else None
            self.column = None
            self.update()

    def go(self, down: int, right: int) -> None:
        """Go from cell to cell, and round at the edges."""
        at = self.layout_of_cells
        if at is None:
            return
        row, column = at.number(self.row), at.number(self.column)
        if row is None or column is None:
            row, column = -down, -right
        count = len(at.kept)
        self._go_to(("cell", at.kept[(row + down) % count], at.kept[(column + right) % count]))

    # what the reader draws

    @property
    def sketch(self) -> dict[int, int]:
        """The drawn key of each drawn row."""
        if self._sketch is not None:
            return self._sketch
        given = self.frame.params.sketch if self.frame else ()
        return {row: int(key) for row, key in enumerate(given) if key >= 0}

    def clicked(self, part: Hashable) -> None:
        """Draw into a cell, erase a drawn one, or choose a row."""
        if not isinstance(part, tuple):
            return
        if part[0] == "row":
            self.steering.set(query=part[1] + 1)
        elif self._may_draw():
            self._sketch = dict(self.sketch)
            if self._sketch.get(part[1]) == part[2]:
                del self._sketch[part[1]]
            else:
                self._sketch[part[1]] = part[2]
            self.update()

    def press(self) -> None:
        """Draw the cell that the keys are on, or erase it."""
        super().press()
        self.released()

    def dragged(self, part: Hashable) -> None:
        """Draw on."""
        if isinstance(part, tuple) and part[0] == "cell" and self._sketch is not None:
            self._sketch[part[1]] = part[2]

    def released(self) -> None:
        """Keep what was drawn."""
        if self._sketch is not None:
            last = max(self._sketch, default=-1)
            drawn = tuple(float(self._sketch.get(row, -1)) for row in range(last + 1))
            self.steering.set(sketch=drawn)

    def _may_draw(self) -> bool:
        moment = Moment.of(self.frame)
        return moment is not None and moment.trained and len(moment.words) <= DRAWN_INTO

    def summary(self) -> str:
        """Return from where each token reads most."""
        moment = Moment.of(self.frame)
        if moment is None:
            return self.title
        best = [
            (word, moment.words[int(row.argmax())], float(row.max()))
            for word, row in zip(moment.words, moment["shown"], strict=True)
        ]
        read = "; ".join(f"{word} reads most from {key}, {value_text(value)}" for word, key, value in best[:12])
        return f"{moment.name}: {read}"


def _named(moment: Moment, token: int) -> str:
    return f"“{moment.words[token]}” ({token + 1})"
