"""Every head of every layer at a glance: click a map to see it large, its dot to switch it off."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour, pen
from explainer.plots.painted import PaintedPicture
from explainer.scenes.attention_maps.explain import effect
from explainer.scenes.attention_maps.shades import SHORT, paint_image, shaded

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
TIP = "Click a map to see it large · click its dot to switch the head off or on"


class Heads(PaintedPicture):
    """A small map for each head, a row for each layer."""

    key: ClassVar[str] = "heads"
    title: ClassVar[str] = "All heads"
    about: ClassVar[str] = "Every layer × head at a glance; click to enlarge one, click its dot to switch it off"
    arrays: ClassVar[Sequence[str]] = ("tokens", "overview", "head_on", "held_out", "cosine")
    weight: ClassVar[float] = 2.0

    def build(self) -> None:
        """Say what can be done."""
        super().build()
        self.setToolTip(TIP)

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the grid of maps and the line below."""
        frame = self.frame
        if frame is None or not {"overview", "head_on"} <= frame.arrays.keys():
            return
        maps, on = frame.arrays["overview"], frame.arrays["head_on"]
        if maps.shape[:2] != on.shape:
            return
        layers, heads = on.shape
        tokens = self.tokens
        left, top, below = tokens.size(34), tokens.size(20), tokens.size(24)
        cell = min((width - left - 8) / heads, (height - top - below) / layers)
        side = cell - max(6.0, min(14.0, cell * 0.12))
        start = left + max(0.0, (width - left - 8 - heads * cell) / 2)
        down = top + max(0.0, (height - top - below - layers * cell) / 2)
        self._paint_names(painter, layers, heads, QPointF(start, down), cell)
        colours = self._colours(maps)
        for layer in range(layers):
            for head in range(heads):
                box = QRectF(start + head * cell, down + layer * cell, side, side)
                self._paint_map(painter, colours[layer, head], box, layer, head, bool(on[layer, head]))
        self._paint_line(painter, QRectF(8, height - below, width - 16, below), on)
        self.say_title(f"All heads · {_count(layers, 'layer')} of {_count(heads, 'head')}")

    def _colours(self, maps: np.ndarray) -> np.ndarray:
        """Return the maps' pixels, each map against what its strongest colour stands for."""
        assert self.frame is not None
        long = len(self.frame.arrays.get("tokens", ())) > SHORT
        if self.frame.params.measure == "weights" and not long:
            return shaded(maps, self.tokens)
        return shaded(maps / np.maximum(maps.max((-1, -2), keepdims=True), 1e-12), self.tokens)

    def _paint_names(self, painter: QPainter, layers: int, heads: int, at: QPointF, cell: float) -> None:
        tokens = self.tokens
        painter.setFont(self.font_of(11))
        painter.setPen(colour(tokens.muted))
        stride = 1 if cell >= tokens.size(22) else 4
        for head in range(0, heads, stride):
            painter.drawText(
                QRectF(at.x() + head * cell, at.y() - tokens.size(18), cell - 8, tokens.size(16)),
                _CENTRE,
                f"{'head ' if cell > 90 else ''}{head + 1}",
            )
        for layer in range(layers):
            place = QRectF(at.x() - tokens.size(30), at.y() + layer * cell, tokens.size(26), cell - 8)
            painter.drawText(place, _CENTRE, f"L{layer + 1}")

    def _paint_map(self, painter: QPainter, pixels: np.ndarray, box: QRectF, layer: int, head: int, on: bool) -> None:
        frame, tokens = self.frame, self.tokens
        assert frame is not None
        painter.setOpacity(1.0 if on else 0.18)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, pixels.shape[0] > box.width())
        paint_image(painter, box, pixels)
        painter.setOpacity(1.0)
        chosen = (
            min(frame.params.layer, frame.arrays["head_on"].shape[0]),
            min(frame.params.head, frame.arrays["head_on"].shape[1]),
        )
        lit = self.under in (("map", layer, head), ("dot", layer, head))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if chosen == (layer + 1, head + 1):
            painter.setPen(pen(tokens.accent, 2.0))
            painter.drawRect(box.adjusted(-2, -2, 2, 2))
        elif lit:
            painter.setPen(pen(tokens.muted, 1.0))
            painter.drawRect(box.adjusted(-1, -1, 1, 1))
        self.mark(box, ("map", layer, head))
        if not on:
            painter.setPen(pen(tokens.danger, 1.5))
            painter.drawLine(box.topLeft(), box.bottomRight())
        if box.width() >= tokens.size(24) and (lit or not on or box.width() >= tokens.size(60)):
            self._paint_dot(painter, box, layer, head, on)

    def _paint_dot(self, painter: QPainter, box: QRectF, layer: int, head: int, on: bool) -> None:
        tokens = self.tokens
        size = tokens.size(12)
        dot = QRectF(box.right() - size - 3, box.top() + 3, size, size)
        painter.setPen(pen(tokens.card, 1.5))
        painter.setBrush(colour(tokens.good if on else tokens.danger))
        painter.drawEllipse(dot)
        self.mark(dot.adjusted(-4, -4, 4, 4), ("dot", layer, head))

    def _paint_line(self, painter: QPainter, place: QRectF, on: np.ndarray) -> None:
        painter.setFont(self.font_of(12))
        painter.setPen(colour(self.tokens.muted))
        said = painter.fontMetrics().elidedText(self._line(on), Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, _CENTRE, said)

    def _line(self, on: np.ndarray) -> str:
        if isinstance(self.under, tuple):
            kind, layer, head = self.under
            now = "on" if on[layer, head] else "off"
            return (
                f"layer {layer + 1}, head {head + 1}, {now} · click: {'see it large' if kind == 'map' else 'switch it'}"
            )
        off = int((on == 0).sum())
        return (effect(self.frame) or f"{off} off") if off else "click a map to see it large, its dot to switch it off"

    def entered(self, part: Hashable | None) -> None:
        """Show that a part can be clicked."""
        self.setToolTip("" if part else TIP)
        self.setCursor(Qt.CursorShape.PointingHandCursor if part else Qt.CursorShape.ArrowCursor)

    def clicked(self, part: Hashable) -> None:
        """Choose a head, or switch it."""
        if isinstance(part, tuple):
            kind, layer, head = part
            if kind == "dot":
                self.steering.act("switch_head", layer=layer + 1, head=head + 1)
            else:
                self.steering.set(layer=layer + 1, head=head + 1, shows="head")

    def summary(self) -> str:
        """Return how many heads there are and which are off."""
        if self.frame is None or "head_on" not in self.frame.arrays:
            return self.title
        on = self.frame.arrays["head_on"]
        return f"{on.shape[0]} layers of {on.shape[1]} heads, {int((on == 0).sum())} switched off. {effect(self.frame)}"


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
