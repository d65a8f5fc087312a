"""What excites the chosen map most: pieces of held-out images, as large as its cells can see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.picture import Picture
from explainer.scenes.cnn.arithmetic import chosen, is_dead
from explainer.scenes.cnn.canvas import Canvas
from explainer.scenes.cnn.tiles import grey_tile, paint_tile, paint_words, short_number
from explainer.theme.tokens import Tokens

LARGEST, GAP = 84.0, 8.0


class PatchesCanvas(Canvas):
    """Pieces in order of the answer, largest first."""

    legend = "The strongest cell of each image"
    hint = "click to send its image through"

    def __init__(self, *words: object) -> None:
        super().__init__(*words)  # type: ignore[arg-type]
        self.tiles: list[tuple[int, QRectF]] = []

    def paint(self, painter: QPainter) -> None:
        """Paint the pieces in one or two rows, as large as fits."""
        assert self.frame is not None
        arrays = self.frame.arrays
        self.tiles = []
        if not {"patches", "patch_values", "patch_images"} <= arrays.keys():
            return
        if is_dead(self.frame):
            paint_words(painter, self.area, "Nothing excites this map.", self.tokens, size=13)
            return
        patches, values = arrays["patches"], arrays["patch_values"]
        rows = max((1, 2, 3), key=lambda rows: self._side(rows, len(patches)))
        side, across = self._side(rows, len(patches)), -(-len(patches) // rows)
        for place, (patch, value) in enumerate(zip(patches, values, strict=True)):
            left = self.area.left() + place % across * (side + GAP)
            top = self.area.top() + place // across * (side + self.line + GAP)
            box = QRectF(left, top, side, side)
            paint_tile(painter, box, grey_tile(patch, self.tokens), self.tokens)
            below = QRectF(left, box.bottom(), side + GAP, self.line)
            paint_words(painter, below, short_number(float(value)), self.tokens)
            self.tiles.append((int(arrays["patch_images"][place]), box))

    def _side(self, rows: int, count: int) -> float:
        across = -(-count // rows)
        return max(8.0, min(LARGEST, self.area.width() / across - GAP, self.area.height() / rows - self.line - GAP))

    def point(self, place: QPointF | None) -> str:
        """Return which image the piece is from."""
        found = [number for number, box in self.tiles if place is not None and box.contains(place)]
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        return f"from held-out image {found[0]}" if found else ""

    def choose(self, place: QPointF) -> None:
        """Send the clicked image through."""
        for number, box in self.tiles:
            if box.contains(place):
                self.steering.set(image=number, drawing=())


class PatchesPicture(Picture):
    """The strongest cell of each image, twelve images."""

    key: ClassVar[str] = "patches"
    title: ClassVar[str] = "Most activating patches"
    about: ClassVar[str] = "The pieces of held-out images to which the chosen map answers most"
    arrays: ClassVar[Sequence[str]] = ("patches", "patch_values", "patch_images", "layers", "dead/*")
    weight: ClassVar[float] = 1.2

    def build(self) -> None:
        """Make the canvas."""
        self.frame: Frame | None = None
        self.canvas = PatchesCanvas("patches-canvas", self.steering, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self.canvas.draw(frame)
        number, channel, _ = chosen(frame)
        size = frame.arrays["patches"].shape[-1] if "patches" in frame.arrays else 0
        title = f"What excites conv {number}, map {channel} · it sees {size} × {size} pixels"
        if is_dead(frame):
            title = f"Conv {number}, map {channel} is dead: 0 after its ReLU in every image"
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.canvas.apply_theme(tokens)

    def summary(self) -> str:
        """Return the strongest answers."""
        values = self.frame.arrays.get("patch_values") if self.frame is not None else None
        if values is None:
            return self.title
        if self.frame is not None and is_dead(self.frame):
            return self.accessibleName()
        high, low = number_text(float(values[0])), number_text(float(values[-1]))
        return f"{self.accessibleName()}; answers from {high} down to {low}"
