"""Curves against any dimension, named where they cover nothing, with a line that can be dragged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF

from explainer.contract.cards.plots import Curves
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.end_names import settled
from explainer.plots.base.painting import draw_segments, paint_name
from explainer.plots.base.reduction import clip_segments
from explainer.plots.part import Place
from explainer.plots.plot_part import PlotPart, span_of
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import SMALL

DECADES, HEADROOM, ROOM_FOR_DOTS, MOST_NAMES = 5, 0.12, 7, 24
MOST_COLOURS, PALE = 12, 0.45
"""More curves than so many are told apart by no colour and no name: all have one colour, and are pale."""


class CurvesPart(PlotPart):
    """One curve for each place of the dimension before the last."""

    told: Curves

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.values = np.zeros((0, 0))
        self.names: list[str] = []
        self.colours: list[int] = []
        self.dashed: list[bool] = []
        self._kept: dict[str, int] = {}
        self.axes.read_out_at_right = True
        self.add_handle(self.told.handle)

    # what there is

    @property
    def lines(self) -> bool:
        """Whether each curve has a binding of its own."""
        return isinstance(self.told.y, (tuple, list))

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many places there are: those of the array, or of the first line that is there."""
        if not self.lines:
            return () if now.y is None else tuple(now.y.shape)
        known = [line.y for line in now.y if isinstance(line.y, np.ndarray)]
        return (known[0].shape[-1],) if known else ()

    @property
    def many(self) -> bool:
        """Whether there are more curves than colours and names can tell apart."""
        return len(self.values) > MOST_COLOURS

    @property
    def empty(self) -> bool:
        """Whether nothing finite is there."""
        return not self.values.size or not np.isfinite(self.values).any()

    def fill(self) -> None:
        """Take the curves."""
        now = self.now
        assert now is not None
        if self.lines:
            known = [line for line in now.y if isinstance(line.y, np.ndarray)]
            self.values = np.array([np.asarray(line.y, float) for line in known]) if known else np.zeros((0, 0))
            self.names = [line.name for line in known]
            self.colours = [line.place for line in known]
            self.dashed = [line.dashed for line in known]
        else:
            self.values = np.atleast_2d(np.asarray(now.y, float)) if now.y is not None else np.zeros((0, 0))
            count = len(self.values)
            over = self.places[0] if len(self.places) > 1 else None
            self.names = list(over.names) if over else [""] * count
            self.colours = [over.colour(k) for k in range(count)] if over else [0] * count
            self.dashed = [False] * count
        if self.many:
            self.colours = [0] * len(self.values)
        self._set_axes()

    def _set_axes(self) -> None:
        now = self.now
        assert now is not None
        if not self.places:
            return
        x = self.places[-1]
        self.axes.set_log(x=x.log, y=bool(now.log))
        self.set_labels(x.title, now.label)
        self.axes.axis("bottom").set_names(x.names if x.named else ())
        self.axes.axis("bottom").whole_numbers = x.whole or x.named
        if self.values.size and not self.axes.holding:
            pad = 0.6 if (x.whole or x.named) and not x.log else 0.0
            seen = x.at[np.isfinite(x.at)]
            low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
            if low == high and not pad:
                low, high = (low / 2, high * 2) if x.log else (low - 0.5, high + 0.5)
            self.axes.set_whole(low - pad, high + pad, *self._span())

    def _span(self) -> tuple[float, float]:
        now = self.now
        assert now is not None
        shown = np.concatenate(
            [self.values.ravel(), *(b.ravel() for band in self.bands for b in (band.low, band.high))]
        )
        if now.span is not None or not now.log:
            return span_of(self.told.span, shown, log=bool(now.log))
        positive = shown[np.isfinite(shown) & (shown > 0)]
        low, high = (float(positive.min()), float(positive.max())) if len(positive) else (1e-5, 1.0)
        first = DECADES * math.floor(math.log10(low) / DECADES - 0.02) - DECADES * self.has_zeros
        last = DECADES * math.ceil(math.log10(high) / DECADES + 0.02)
        first, last = max(first, -300), min(max(last, first + DECADES), 300)
        return 10.0**first, 10.0 ** (last + HEADROOM * (last - first))

    @property
    def has_zeros(self) -> bool:
        """Whether some value is exactly zero on a logarithmic axis."""
        return self.axes.log[1] and bool((self.values == 0).any())

    @property
    def bands(self) -> list[Any]:
        """The bands whose edges have come."""
        bands = self.now.bands if self.now is not None else ()
        return [b for b in bands if isinstance(b.low, np.ndarray) and isinstance(b.high, np.ndarray)]

    # the pointer

    def nearest(self, x: float) -> int:
        """Return the place nearest to a value of the axis, in pixels."""
        across = self.axes.to_pixels(self.places[-1].at, 1.0)[:, 0]
        return int(np.nanargmin(np.abs(across - float(self.axes.to_pixels(x, 1.0)[0]))))

    def point_at(self, x: float, y: float) -> None:
        """Light the nearest place along x, and the nearest curve there."""
        if self.empty:
            return
        at = self.nearest(x)
        self.steering.light(self.dims[-1], at)
        if len(self.dims) > 1:
            column = self.values[:, at]
            down = self.axes.to_pixels(np.full(len(column), x), column)[:, 1] - float(self.axes.to_pixels(x, y)[1])
            seen = np.isfinite(down)
            self.steering.light(
                self.dims[0], int(np.argmin(np.where(seen, np.abs(down), np.inf))) if seen.any() else None
            )

    def click_at(self, x: float, y: float) -> None:
        """Ask for what a click on the place comes to."""
        if not self.empty:
            self.press_on(self.told.click, self.nearest(x))

    def go(self, down: int, right: int) -> None:
        """Go along x, and from curve to curve."""
        self.along(self.dims[-1] if self.dims else "", right)
        if len(self.dims) > 1:
            self.along(self.dims[0], down)

    def press(self) -> None:
        """Ask for what a click on the lit place comes to."""
        at = self.lit.get(self.dims[-1]) if self.dims else None
        if at is not None:
            self.press_on(self.told.click, at)

    def reading(self) -> str:
        """Return x and each curve's value there."""
        at = self.lit.get(self.dims[-1]) if self.dims else None
        if at is None or self.empty or at >= self.values.shape[1]:
            return ""
        said = self.said(self.told.reading, at)
        if said is not None:
            return said
        x = self.places[-1]
        head = f"{x.title} {x.names[at] if x.named or x.whole else number_text(float(x.at[at]))}".strip()
        values = [
            f"{name} {number_text(float(v))}".strip() for name, v in zip(self.names, self.values[:, at], strict=True)
        ]
        return "   ".join([head, *values[:MOST_NAMES]])

    def marks(self) -> Sequence[Place]:
        """Return a point of each curve at each place."""
        if self.empty:
            return ()
        found = []
        for row, values in enumerate(self.values):
            for at in np.flatnonzero(np.isfinite(values)).tolist():
                lights: Mapping[str, int] = (
                    {self.dims[-1]: at} if len(self.dims) < 2 else {self.dims[0]: row, self.dims[-1]: at}
                )
                at_pixel = self.widget_pixel(float(self.places[-1].at[at]), float(values[at]))
                found.append(Place(at_pixel, lights, float(values[at])))
        return found

    def handles(self) -> Sequence[QPoint]:
        """Return where the handle can be taken."""
        return self.handle_places()

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw bands, levels, curves and names."""
        now = self.now
        assert now is not None
        x = self.places[-1].at
        for band in self.bands:
            self._paint_band(painter, band, x)
        lines = [self.axes.to_pixels(x, row) for row in self.values]
        for k in sorted(range(len(lines)), key=lambda k: (self.dashed[k], -k)):  # a dashed one lets others through
            self._paint_curve(painter, k, lines[k], width, height, PALE if self.many else 1.0)
        self._paint_names(painter, lines, width, height, self.paint_levels(painter, now.levels, width, lines=lines))
        self._paint_unknown(painter, height)
        if self.has_zeros:
            painter.setFont(self.font_of(SMALL))
            painter.setPen(colour(self.tokens.muted))
            painter.drawText(QRectF(0, height - 20, width - 8, 16), Qt.AlignmentFlag.AlignRight, "▽ exactly 0")
        self.paint_handle(painter, height)
        self._paint_feet(painter, lines)

    def _paint_band(self, painter: QPainter, band: Any, x: np.ndarray) -> None:
        edge = np.concatenate([self.axes.to_pixels(x, band.low), self.axes.to_pixels(x, band.high)[::-1]])
        edge = edge[np.isfinite(edge).all(1)].clip(-1e5, 1e5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.tokens.series_colour(band.place), 0.18))
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in edge.tolist()]))

    def _paint_curve(
        self, painter: QPainter, k: int, line: np.ndarray, width: float, height: float, alpha: float
    ) -> None:
        strong = self.now.strong if self.now is not None else None
        token, scale = self.tokens.series_colour(self.colours[k]), self.tokens.scale
        wide = 3.0 if strong == k else 1.6 if strong is not None or self.many else 2.2
        alpha = 1.0 if strong == k else alpha
        style = Qt.PenStyle.DashLine if self.dashed[k] else Qt.PenStyle.SolidLine
        painter.setPen(pen(token, wide * scale, alpha, style))
        draw_segments(painter, *clip_segments(line[:-1], line[1:], width, height))
        self._paint_dots(painter, token, line, self.values[k], width, height)

    def _paint_dots(
        self, painter: QPainter, token: str, line: np.ndarray, values: np.ndarray, width: float, height: float
    ) -> None:
        """Paint dots where there is room, open triangles for zeros on a logarithmic axis."""
        room, scale, x = width / max(1, len(line)), self.tokens.scale, self.places[-1]
        counted = (x.whole or x.named or self.told.dots) and room >= ROOM_FOR_DOTS
        if counted or len(line) == 1:
            dots = pen(token, 2 * min(3.0, max(1.0, room / 4)) * scale)
            dots.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(dots)
            painter.drawPoints([QPointF(*p) for p in line[np.isfinite(line).all(1)].clip(-1e5, 1e5).tolist()])
        if self.axes.log[1]:
            painter.setPen(pen(token, 1.4))
            painter.setBrush(colour(self.tokens.card))
            for across in line[values == 0, 0].tolist():
                tip, size = QPointF(across, height - 4), 4.0 * scale
                painter.drawPolygon(
                    QPolygonF([tip, tip + QPointF(-size, -1.6 * size), tip + QPointF(size, -1.6 * size)])
                )

    def _paint_names(
        self, painter: QPainter, lines: list[np.ndarray], width: float, height: float, taken: list[QRectF]
    ) -> None:
        painter.setFont(small_font(self.tokens, self.font(), 12, bold=True))
        pane = QRectF(8, 0, width - 16, height - (22 if self.has_zeros else 2))
        names = [""] * len(lines) if self.many else self.names
        boxes = settled(lines, names, QFontMetricsF(painter.font()), pane, self._kept, taken)
        for box, name, place in zip(boxes, self.names, self.colours, strict=True):
            if box is not None:
                paint_name(painter, box, name, self.tokens.series_colour(place), self.tokens.card)

    def _paint_unknown(self, painter: QPainter, height: float) -> None:
        """Name the curves that have no finite value."""
        unknown = [
            name for name, row in zip(self.names, self.values, strict=True) if name and not np.isfinite(row).any()
        ]
        if unknown:
            painter.setFont(self.font_of(SMALL))
            painter.setPen(colour(self.tokens.muted))
            painter.drawText(QPointF(8, 14 * self.tokens.scale), f"not finite: {', '.join(unknown)}")

    def _paint_feet(self, painter: QPainter, lines: list[np.ndarray]) -> None:
        """Put a dot where a handle that can be dragged meets each curve."""
        at = self.handle_at
        if at is None or not self.axes.grips:
            return
        across = float(self.axes.to_pixels(at, 1.0)[0])
        painter.setPen(Qt.PenStyle.NoPen)
        for k, line in enumerate(lines):
            seen = line[np.isfinite(line).all(1)]
            if len(seen) and seen[0, 0] - 0.5 <= across <= seen[-1, 0] + 0.5:  # beyond, nothing is known
                painter.setBrush(colour(self.tokens.series_colour(self.colours[k])))
                painter.drawEllipse(QPointF(across, float(np.interp(across, seen[:, 0], seen[:, 1]))), 3.5, 3.5)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Draw an upright line at the lit place, and the lit curve once more, stronger."""
        at = self.lit.get(self.dims[-1]) if self.dims else None
        if at is not None and at < self.values.shape[1]:
            across = float(self.axes.to_pixels(self.places[-1].at[at], 1.0)[0])
            painter.setPen(pen(self.tokens.accent, 1.0, 0.6))
            painter.drawLine(QPointF(across, 0), QPointF(across, height))
        chosen = self.lit.get(self.dims[0]) if len(self.dims) > 1 else None
        if chosen is not None and chosen < len(self.values):
            line = self.axes.to_pixels(self.places[-1].at, self.values[chosen])
            painter.setPen(pen(self.tokens.series_colour(self.colours[chosen]), 4.0 * self.tokens.scale, 0.6))
            draw_segments(painter, *clip_segments(line[:-1], line[1:], width, height))

    def summary(self) -> str:
        """Return each curve's first and last value."""
        if self.empty:
            return getattr(self.now, "none", "")
        ends = [(n, row[np.isfinite(row)]) for n, row in zip(self.names, self.values, strict=True)]
        said = (
            f"{n} from {number_text(float(row[0]))} to {number_text(float(row[-1]))}".strip()
            for n, row in ends
            if len(row)
        )
        return f"{getattr(self.now, 'label', '')}: " + "; ".join(list(said)[:MOST_NAMES])
