"""The kernels of one layer as they change: a row of tiles for each filter, one tile for each input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.picture import Picture
from explainer.scenes.cnn.arithmetic import chosen
from explainer.scenes.cnn.buttons import link_button
from explainer.scenes.cnn.canvas import Canvas
from explainer.scenes.cnn.tiles import cell_at, limit_of, paint_tile, paint_words, signed_tiles
from explainer.theme.tokens import Tokens

LARGEST, GAP = 54.0, 4.0


class FiltersCanvas(Canvas):
    """Filters downwards and inputs across, or the other way round where that leaves the tiles larger."""

    legend = "A column for each filter, a row for each input"
    hint = "click to choose"

    def __init__(self, *words: object) -> None:
        super().__init__(*words)  # type: ignore[arg-type]
        self.tiles: list[tuple[int, int, QRectF]] = []

    def filters(self) -> np.ndarray | None:
        """Return the chosen layer's kernels (filter, input, k, k)."""
        assert self.frame is not None
        return self.frame.arrays.get(f"filters/conv{chosen(self.frame)[0]}")

    def paint(self, painter: QPainter) -> None:
        """Paint every kernel."""
        filters = self.filters()
        if filters is None or self.frame is None:
            return
        self._place(len(filters), filters.shape[1])
        limit, lit = limit_of(filters), min(self.frame.params.channel, len(filters) - 1)
        images = signed_tiles(filters.reshape(-1, *filters.shape[2:]), limit, self.tokens)
        for number, source, box in self.tiles:
            image = images[number * filters.shape[1] + source]
            paint_tile(painter, box, image, self.tokens, lit=number == lit)
        first = {number: box for number, source, box in self.tiles if source == 0}
        for number, box in first.items():
            above = QRectF(box.left(), box.top() - self.line, box.width() + GAP, self.line)
            token = self.tokens.text if number == lit else self.tokens.muted
            paint_words(painter, above, str(number), self.tokens, token=token)

    def _place(self, filters: int, inputs: int) -> None:
        """Put the filters side by side, in as many rows as leave the tiles largest; inputs stand below one another."""
        area, line = self.area, self.line
        best = max(range(1, filters + 1), key=lambda rows: self._side(rows, filters, inputs))
        side, across = self._side(best, filters, inputs), -(-filters // best)
        block = inputs * (side + GAP) + line + GAP
        self.tiles = [
            (
                number,
                source,
                QRectF(
                    area.left() + number % across * (side + 2 * GAP),
                    area.top() + number // across * block + line + source * (side + GAP),
                    side,
                    side,
                ),
            )
            for number in range(filters)
            for source in range(inputs)
        ]

    def _side(self, rows: int, filters: int, inputs: int) -> float:
        across = -(-filters // rows)
        high = (self.area.height() / rows - self.line - GAP) / inputs - GAP
        return max(3.0, min(LARGEST, self.area.width() / across - 2 * GAP, high))

    def point(self, place: QPointF | None) -> str:
        """Return the weight under the pointer."""
        filters = self.filters()
        self.setCursor(Qt.CursorShape.ArrowCursor)
        for number, source, box in self.tiles:
            if place is None or filters is None or number >= len(filters) or source >= filters.shape[1]:
                continue
            if (cell := cell_at(box, filters.shape[2:], place)) is not None:
                self.setCursor(Qt.CursorShape.PointingHandCursor)
                value = number_text(float(filters[number, source][cell]))
                return f"filter {number} · input {source} · row {cell[0]}, column {cell[1]} · {value}"
        return ""

    def choose(self, place: QPointF) -> None:
        """Choose the map that a filter makes."""
        for number, _, box in self.tiles:
            if box.contains(place):
                self.steering.set(channel=number)


class FiltersPicture(Picture):
    """The chosen layer's kernels, with buttons to go through the layers and to silence a filter."""

    key: ClassVar[str] = "filters"
    title: ClassVar[str] = "Kernels"
    about: ClassVar[str] = "Every kernel of a layer as it changes; set one to zero and see the accuracy answer"
    arrays: ClassVar[Sequence[str]] = ("filters/*", "layers")
    weight: ClassVar[float] = 1.6

    def build(self) -> None:
        """Make the canvas and the buttons."""
        self.frame: Frame | None = None
        self.canvas = FiltersCanvas("filters-canvas", self.steering, self)
        self.layers: list[QToolButton] = []
        for number in range(1, 5):
            button = link_button(
                self, f"filters-conv{number}", f"Conv {number}", f"The kernels of convolution {number}"
            )
            button.clicked.connect(lambda _=False, layer=f"conv{number}": self.steering.set(layer=layer))
            self.layers.append(button)
        self.zero = link_button(
            self, "zero-filter", "Zero filter 0", "Set this filter and its bias to zero, while it trains"
        )
        self.zero.clicked.connect(self._zero)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        for button in self.layers:
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.zero)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.canvas, 1)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        number, channel, block = chosen(frame)
        for place, button in enumerate(self.layers, 1):
            button.setVisible(place <= len(frame.params.blocks))
            button.setEnabled(place != number)
        self.zero.setText(f"Zero filter {channel}")
        self.canvas.draw(frame)
        filters = self.canvas.filters()
        inputs = filters.shape[1] if filters is not None else 0
        title = f"Kernels of conv {number} · {block.channels} × {inputs} × {block.kernel} × {block.kernel}"
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def _zero(self) -> None:
        if self.frame is not None:
            number, channel, _ = chosen(self.frame)
            self.steering.act("zero_filter", layer=f"conv{number}", filter=channel)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.canvas.apply_theme(tokens)

    def summary(self) -> str:
        """Return how large the layer's weights are."""
        filters = self.canvas.filters() if self.frame is not None else None
        if filters is None:
            return self.title
        low, high = number_text(float(filters.min())), number_text(float(filters.max()))
        return f"{self.accessibleName()}; weights from {low} to {high}"
