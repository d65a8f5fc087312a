"""Which classes are taken for which, and the images behind each number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.axis import Axis
from explainer.plots.base.shading import Shading
from explainer.plots.heat_map import HeatMap
from explainer.plots.picture import Picture
from explainer.scenes.cnn.canvas import Canvas
from explainer.scenes.cnn.tiles import grey_tile, paint_tile, paint_words
from explainer.theme.tokens import Tokens

LARGEST, SMALLEST, GAP = 56.0, 18.0, 4.0


class CellImages(Canvas):
    """The held-out images of one cell of the matrix; a click sends one through the network."""

    hint = "Click an image to send it through"

    def __init__(self, *words: object) -> None:
        super().__init__(*words)  # type: ignore[arg-type]
        self.cell: tuple[int, int] | None = None
        self.tiles: list[tuple[int, QRectF]] = []

    def numbers(self) -> list[int]:
        """Return the held-out images of the cell."""
        arrays = self.frame.arrays if self.frame is not None else {}
        if self.cell is None or not {"predicted", "test_labels"} <= arrays.keys():
            return []
        both = (arrays["test_labels"] == self.cell[0]) & (arrays["predicted"] == self.cell[1])
        return [int(number) for number in np.flatnonzero(both)]

    def paint(self, painter: QPainter) -> None:
        """Paint as many images as there is room for."""
        assert self.frame is not None
        arrays, numbers = self.frame.arrays, self.numbers()
        classes = arrays.get("classes")
        if self.cell is None or classes is None or "test_images" not in arrays:
            return
        head = QRectF(self.area.left(), self.area.top(), self.area.width(), self.line)
        words = f"{classes[self.cell[0]]} → {classes[self.cell[1]]}: {len(numbers)}"
        paint_words(painter, head, words, self.tokens, size=12, bold=True, token=self.tokens.text)
        area = self.area.adjusted(0, 1.4 * self.line, 0, 0)
        side = LARGEST
        while side > SMALLEST and self._room(area, side) < len(numbers):
            side -= 1
        across = max(1, int((area.width() + GAP) // (side + GAP)))
        self.tiles = []
        for place, number in enumerate(numbers[: self._room(area, side)]):
            left, top = place % across * (side + GAP), place // across * (side + GAP)
            box = QRectF(area.left() + left, area.top() + top, side, side)
            lit = number == self.frame.params.image and not self.frame.params.drawing
            paint_tile(painter, box, grey_tile(arrays["test_images"][number] / 255, self.tokens), self.tokens, lit=lit)
            self.tiles.append((number, box))

    def _room(self, area: QRectF, side: float) -> int:
        across, down = ((length + GAP) // (side + GAP) for length in (area.width(), area.height()))
        return max(1, int(across)) * max(1, int(down))

    def point(self, place: QPointF | None) -> str:
        """Return which image the pointer is on."""
        found = [number for number, box in self.tiles if place is not None and box.contains(place)]
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        return f"held-out image {found[0]}" if found else ""

    def choose(self, place: QPointF) -> None:
        """Send the clicked image through."""
        for number, box in self.tiles:
            if box.contains(place):
                self.steering.set(image=number, drawing=())


class ConfusionPicture(Picture):
    """The matrix with both axes labelled, and the images of the cell that was clicked."""

    key: ClassVar[str] = "confusion"
    title: ClassVar[str] = "Confusion matrix of the held-out images"
    about: ClassVar[str] = "What each class is taken for; click a cell to see its images"
    arrays: ClassVar[Sequence[str]] = ("confusion", "predicted", "classes", "test_labels", "test_images")
    weight: ClassVar[float] = 2.0

    def build(self) -> None:
        """Make the map and the images beside it."""
        self.frame: Frame | None = None
        self._cell: tuple[int, int] | None = None
        self.map = HeatMap(self)
        self.map.setAccessibleName(self.title)
        self.map.setToolTip("Hover for a count · click a cell to see its images · arrow keys and Return do the same")
        self.map.set_message("The matrix is computed a few times a second.")
        self.map.set_caption("Click a cell to see its images")
        self.map.set_reading(self._reading)
        self.map.cell_clicked.connect(self._choose)
        self.images = CellImages("confusion-images", self.steering, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.map, 5)
        layout.addWidget(self.images, 2)

    def draw(self, frame: Frame) -> None:
        """Show a frame; until a cell is clicked, the images of the commonest mistake."""
        self.frame = frame
        counts, classes = frame.arrays.get("confusion"), frame.arrays.get("classes")
        if counts is None or classes is None or len(counts) != len(classes):
            return
        names = [str(name) for name in classes]
        values = np.asarray(counts)
        high = math.ceil(max(1.0, float(values.max())))
        self.map.set_values(
            values,
            Axis("actual", names=names),
            Axis("predicted", names=names),
            Shading("cividis", 0.5, high, log=True, title="images"),
        )
        self.images.cell = self._cell or worst(counts)
        self.images.draw(frame)

    def _reading(self, row: int, column: int) -> str:
        if self.frame is None or "classes" not in self.frame.arrays or self.map.values is None:
            return ""
        names, count = self.frame.arrays["classes"], int(self.map.values[row, column])
        whole = int(self.map.values[row].sum())
        return f"{count} of {whole} images of {names[row]} are taken for {names[column]}"

    def _choose(self, row: int, column: int) -> None:
        self._cell = (row, column)
        if self.frame is not None:
            self.draw(self.frame)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.map.apply_theme(tokens)
        self.images.apply_theme(tokens)

    def summary(self) -> str:
        """Return how many are right, and the commonest mistake."""
        if self.frame is None or "confusion" not in self.frame.arrays:
            return self.title
        counts, names = self.frame.arrays["confusion"], self.frame.arrays["classes"]
        place = worst(counts)
        right, whole = int(np.trace(counts)), int(counts.sum())
        if place is None:
            return f"All {whole} are right"
        mistake = f"{counts[place]} × {names[place[0]]} taken for {names[place[1]]}"
        return f"{right} of {whole} are right; the commonest mistake: {mistake}"


def worst(counts: np.ndarray) -> tuple[int, int] | None:
    """Return actual and predicted class of the commonest mistake, of several the first; None where there is none."""
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return None
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(row), int(column)
