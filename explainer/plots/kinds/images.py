"""Images in a strip or a grid, with captions, overlays and boxes; the only one can be drawn on."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.cells import Images
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.shading import Shading
from explainer.plots.tiles_part import TilesPart
from explainer.theme.tokens import SMALL

OVERLAID = 0.75
"""The opacity of an overlay's largest values."""
LEAST_NAMED = 48.0
"""Pixels of an image from which on its boxes have words."""
LEAST_GRID = 16.0
"""Pixels of a paper's cell from which on there is a line between cells."""


class ImagesPart(TilesPart):
    """One tile for each image."""

    told: Images

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.colour_dim = ""
        self.ink: np.ndarray | None = None
        """The image from 0 to 1 while the mouse draws on it."""
        self._last: QPointF | None = None
        if self.told.paper is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)

    def fill(self) -> None:
        """Take the images."""
        now = self.now
        assert now is not None
        images = np.asarray(now.images) if now.images is not None else np.zeros((0, 1, 1))
        self.values = (images[None] if images.ndim == 2 else images) if images.size else np.zeros((0, 1, 1))
        first = min(1, images.ndim - 2)
        self.tile_dims, self.cell_dims = self.dims[:first], self.dims[first : first + 2]
        self.across = now.columns if isinstance(now.columns, int) else 0

    def shares(self) -> np.ndarray:
        """Return the images from 0 to 1."""
        now = self.now
        assert now is not None
        shown = self.ink[None] if self.ink is not None else self.values
        if shown.dtype == np.uint8 and (now.low, now.high) == (0.0, 1.0):
            return shown.astype(np.float32) / 255
        if self.ink is not None:
            return shown
        return (shown.astype(np.float32) - np.float32(now.low)) / np.float32((now.high - now.low) or 1.0)

    def coloured(self) -> np.ndarray:
        """Return the images' colours (image, row, column, 4) uint8, overlays upon them."""
        shares = self.shares()
        if shares.ndim == 4:
            finite = np.isfinite(shares).all(-1)
            rgb = (np.nan_to_num(shares).clip(0, 1) * 255).round().astype(np.uint8)
            made = np.concatenate([rgb, np.where(finite, 255, 0).astype(np.uint8)[..., None]], -1)
        else:
            made = Shading("paper", 0.0, 1.0).colours(shares, self.tokens)
        return self._overlaid(made)

    def _overlaid(self, made: np.ndarray) -> np.ndarray:
        now = self.now
        assert now is not None
        over = now.overlay
        if over is None or over is MISSING:
            return made
        over = np.asarray(over, float)
        over = over[None] if over.ndim == 2 else over
        if over.shape != made.shape[:-1]:
            return made
        size = np.abs(np.nan_to_num(over, posinf=0, neginf=0))
        most = float(size.max(initial=0.0)) or 1.0
        shade = Shading("signed", -most, most).colours(np.where(np.isfinite(over), over, 0.0), self.tokens)
        # the sign's strongest colour: how much of it is seen says how large the value is
        table = Shading("signed").table(self.tokens)
        shade[..., :3] = table[np.where(over >= 0, 255, 0)]
        alpha = (OVERLAID * size / most)[..., None]
        made[..., :3] = (made[..., :3] * (1 - alpha) + shade[..., :3] * alpha).round().astype(np.uint8)
        return made

    # boxes

    def paint_on(self, painter: QPainter, number: int, box: QRectF) -> None:
        """Paint an image's boxes, and the lines of a paper."""
        rows, columns = self.values.shape[1:3]
        wide, high = box.width() / columns, box.height() / rows
        boxes = self.members("boxes")
        painter.save()
        painter.setClipRect(box.adjusted(-1, -1, 1, 1))
        for left, top, width, height, words, place in boxes[number] if len(boxes) else ():
            token = self.tokens.series_colour(place)
            where = QRectF(box.left() + left * wide, box.top() + top * high, width * wide, height * high)
            painter.setPen(pen(token, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(where)
            if words and box.width() >= LEAST_NAMED:
                painter.setFont(small_font(self.tokens, self.font(), SMALL))
                size = painter.fontMetrics().boundingRect(words)
                ground = QRectF(where.left(), where.top(), size.width() + 6, size.height() + 2)
                painter.fillRect(ground, colour(self.tokens.card, 0.8))
                painter.setPen(colour(token))
                painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()
        if self.told.paper is not None and wide >= LEAST_GRID:
            painter.setPen(pen(self.tokens.border, 1.0, 0.6))
            for column in range(1, columns):
                x = box.left() + column * wide
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            for row in range(1, rows):
                y = box.top() + row * high
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    # the paper

    @property
    def brush(self) -> float:
        """How wide the brush is, in cells."""
        given = self.now.brush if self.now is not None else 1.0
        return float(given) if isinstance(given, (int, float)) else 1.0

    @property
    def is_paper(self) -> bool:
        """Whether there is one image, and it can be drawn on."""
        return self.told.paper is not None and len(self.values) == 1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: begin a stroke."""
        rubs = event.button() == Qt.MouseButton.RightButton
        if not self.is_paper or self.cell_at(event.position()) is None:
            super().mousePressEvent(event)
            return
        blank = not rubs and self.now is not None and self.now.fresh is True
        self.ink = np.zeros_like(self.shares()[0]) if blank else self.shares()[0].clip(0, 1).copy()
        self._last = event.position()
        self._stroke(event.position(), rubs)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: go on with the stroke."""
        if self.ink is not None:
            self._stroke(event.position(), bool(event.buttons() & Qt.MouseButton.RightButton))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: end the stroke; from now on the run's own image is shown again."""
        if self.ink is None:
            super().mouseReleaseEvent(event)
        self.ink = self._last = None

    def _stroke(self, place: QPointF, rubs: bool) -> None:
        """Put ink, or take it, along the way from the last place, and ask for the drawing."""
        assert self.ink is not None
        assert self._last is not None
        box, columns = self.tiling.box(0), self.ink.shape[1]
        cell = box.width() / columns
        ends = np.array([[at.x() - box.left(), at.y() - box.top()] for at in (self._last, place)]) / cell
        count = max(1, int(3 * np.hypot(*(ends[1] - ends[0]))))
        for x, y in ends[0] + np.linspace(0, 1, count + 1)[:, None] * (ends[1] - ends[0]):
            dab(self.ink, float(x), float(y), rubs, self.brush)
        self._last = place
        self._images = []
        self._still = None
        self.update()
        if self.told.paper is not None and self.frame is not None:
            self._ask.ask(self.told.paper(self.frame, self.ink.copy()))

    def _show_cursor(self) -> None:
        if not self.is_paper:
            super()._show_cursor()

    # words

    def number_in(self, cell: tuple[int, int, int]) -> float | None:
        """Return nothing: an image is looked at."""
        return None

    def reading(self) -> str:
        """Return what is said of the lit image."""
        number = self.lit_tile()
        if number is None or self.empty or number >= len(self.values):
            return ""
        said = self.said(self.told.reading, number)
        if said is not None:
            return said
        captions = self.captions()
        return str(captions[number]) if len(captions) else f"image {number + 1} of {len(self.values)}"

    def summary(self) -> str:
        """Return how many images there are, and what the first are called."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        count, (rows, columns) = len(self.values), self.values.shape[1:3]
        said = f"{count} image{'' if count == 1 else 's'} of {rows} × {columns} pixels"
        return ": ".join(filter(None, [said, ", ".join(list(self.captions())[:12])]))


def dab(ink: np.ndarray, x: float, y: float, rubs: bool = False, brush: float = 1.0) -> None:
    """Put a round dab of ink onto an image, its middle at ``x``, ``y`` in cells; or rub it out.

    Ink is full within 0.6 of the ``brush`` of the middle and fades to nothing at 1.4.
    """
    rows, columns = np.indices(ink.shape[:2])
    away = np.hypot(columns + 0.5 - x, rows + 0.5 - y) / brush
    strength = np.clip((1.4 - away) / 0.8, 0, 1).astype(ink.dtype).reshape(*ink.shape[:2], *[1] * (ink.ndim - 2))
    ink[:] = np.minimum(ink, 1 - strength) if rubs else np.maximum(ink, strength)
