"""ROC, precision and recall, or calibration, with the threshold as a dot that can be dragged along the curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.cards.plots import Threshold
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.grip import Grip
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.threshold_curves import AXES, CURVES, TOTALS, Curve
from explainer.plots.part import Place, settable
from explainer.plots.plot_part import PlotPart
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import BODY

MOST_MARKS = 200


class ThresholdPart(PlotPart):
    """One curve for each row of scores (model, sample), or for the only one."""

    told: Threshold

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.curves: list[Curve] = []
        self.at: int | None = None
        self.axes.read_out_at_right = self.axes.read_out_below = True
        self.axes.set_whole(-0.02, 1.02, -0.02, 1.04)
        if self.told.handle is not None and isinstance(self.told.handle.at, str):
            grip = Grip(self._from_dot, self._drag, self._drag, 12.0, Qt.CursorShape.SizeAllCursor)
            self.axes.grips.append(grip)

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many models and samples there are."""
        return () if now.scores is None else tuple(now.scores.shape)

    @property
    def empty(self) -> bool:
        """Whether there is no curve: no finite score, or for two of the kinds only one class."""
        return not self.curves

    def fill(self) -> None:
        """Take scores (model, sample) and labels (sample,); samples whose score is not finite are left out."""
        now = self.now
        assert now is not None
        self.set_labels(*AXES[self.told.what])
        self.curves = []
        if now.scores is None or now.labels is None:
            return
        labels = np.asarray(now.labels)
        for row in np.atleast_2d(np.asarray(now.scores, float)):
            seen = np.isfinite(row)
            both = len(np.unique(labels[seen] > 0)) == 2
            if seen.any() and (both or self.told.what == "calibration"):
                self.curves.append(CURVES[self.told.what](row[seen], labels[seen]))

    # the threshold

    @property
    def threshold(self) -> float | None:
        """The threshold that is set."""
        return self.handle_at if self.told.handle is not None and self.told.what != "calibration" else None

    def _dot(self) -> np.ndarray | None:
        """Return the point of the first curve at the threshold: the mildest that is not below it."""
        if self.empty or self.threshold is None:
            return None
        curve = self.curves[0]
        stricter = np.flatnonzero(curve.thresholds >= self.threshold)
        return curve.points[stricter[-1] if len(stricter) else 0]

    def _from_dot(self, across: float, down: float) -> float:
        dot = self._dot()
        return math.inf if dot is None else math.dist(self.axes.to_pixels(*dot).tolist(), (across, down))

    def _drag(self, x: float, y: float) -> None:
        curve = self.curves[0]
        value = curve.thresholds[self._nearest(curve, x, y)]
        finite = curve.thresholds[np.isfinite(curve.thresholds)]
        value = float(value) if np.isfinite(value) else float(finite.max(initial=1.0))
        assert self.told.handle is not None
        name = str(self.told.handle.at)
        self._set.ask({name: settable(self.scene.parameters.declaration(name), value, 4)})

    def _nearest(self, curve: Curve, x: float, y: float) -> int:
        places = self.axes.to_pixels(curve.points[:, 0], curve.points[:, 1])
        return int(np.hypot(*(places - self.axes.to_pixels(x, y)).T).argmin())

    def handles(self) -> Sequence[QPoint]:
        """Return where the dot is."""
        dot = self._dot()
        return [self.widget_pixel(*dot)] if dot is not None and self.axes.grips else []

    # the pointer

    def point_at(self, x: float, y: float) -> None:
        """Read the curve's point nearest to the pointer; a curve of several is lit."""
        if self.empty:
            return
        nearest = [self._nearest(curve, x, y) for curve in self.curves]
        away = [
            math.dist(self.axes.to_pixels(*c.points[k]), self.axes.to_pixels(x, y))
            for c, k in zip(self.curves, nearest, strict=True)
        ]
        model = int(np.argmin(away))
        self.at = nearest[model]
        if len(self.dims) > 1:
            self.steering.light(self.dims[0], model)
        self.say()
        self.lights_changed()

    def darken(self) -> None:
        """Read nothing."""
        self.at = None
        super().darken()
        self.say()

    def go(self, down: int, right: int) -> None:
        """Go along the curve, or from model to model."""
        if self.empty:
            return
        if down and len(self.dims) > 1:
            self.along(self.dims[0], down)
        if right:
            self.at = int(np.clip((self.at if self.at is not None else -1) + right, 0, len(self._lit.points) - 1))
            self.say()
            self.lights_changed()

    @property
    def _lit(self) -> Curve:
        model = self.lit.get(self.dims[0], 0) if len(self.dims) > 1 else 0
        return self.curves[min(model, len(self.curves) - 1)]

    def reading(self) -> str:
        """Return the point under the pointer and its threshold, else the curve's total."""
        if self.empty or self.at is None or self.at >= len(self._lit.points):
            return ""
        (x, y), threshold = self._lit.points[self.at].tolist(), float(self._lit.thresholds[self.at])
        names = AXES[self.told.what]
        where = "" if self.told.what == "calibration" else f"threshold {number_text(threshold)}   "
        return f"{where}{names[0]} {x:.1%}   {names[1]} {y:.1%}"

    def marks(self) -> Sequence[Place]:
        """Return points of the curves."""
        found = []
        for model, curve in enumerate(self.curves):
            lights = {self.dims[0]: model} if len(self.dims) > 1 and len(self.curves) == 1 else {}
            stride = max(1, len(curve.points) // MOST_MARKS)
            found += [Place(self.widget_pixel(*point), lights) for point in curve.points[::stride].tolist()]
        return found

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw what chance or truth would give, the curves, their totals and the dot."""
        self._paint_reference(painter, width)
        for model, curve in enumerate(self.curves):
            token = self.tokens.series_colour(self.places[0].colour(model) if len(self.places) > 1 else 0)
            line = self.axes.to_pixels(curve.points[:, 0], curve.points[:, 1])
            painter.setPen(pen(token, 2.2 * self.tokens.scale))
            draw_segments(painter, line[:-1], line[1:])
            if self.told.what == "calibration" or len(line) == 1:
                painter.setBrush(colour(token))
                for place in line.tolist():
                    painter.drawEllipse(QPointF(*place), 3.5, 3.5)
            self._paint_total(painter, model, curve, token, width, height)
        dot = self._dot()
        if dot is not None:
            painter.setPen(pen(self.tokens.card, 1.5))
            painter.setBrush(colour(self.tokens.text))
            painter.drawEllipse(QPointF(*self.axes.to_pixels(*dot).tolist()), 6.5, 6.5)

    def _paint_reference(self, painter: QPainter, width: float) -> None:
        """Draw the diagonal, or the share of positives."""
        if self.told.what == "precision-recall":
            labels = np.asarray(self.now.labels) if self.now is not None else np.zeros(1)
            share = float((labels > 0).mean())
            ends = self.axes.to_pixels(np.array([0.0, 1.0]), np.array([share, share])).tolist()
        else:
            ends = self.axes.to_pixels(np.array([0.0, 1.0]), np.array([0.0, 1.0])).tolist()
        painter.setPen(pen(self.tokens.muted, 1.0, 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(*ends[0]), QPointF(*ends[1]))

    def _paint_total(
        self, painter: QPainter, model: int, curve: Curve, token: str, width: float, height: float
    ) -> None:
        painter.setFont(self.font_of(BODY, bold=True))
        painter.setPen(colour(token))
        name = f"{self.places[0].names[model]} · " if len(self.places) > 1 else ""
        line = 18 * self.tokens.scale
        at_left = self.told.what == "precision-recall"
        top = height - 8 - line * (len(self.curves) - model)
        flags = Qt.AlignmentFlag.AlignLeft if at_left else Qt.AlignmentFlag.AlignRight
        words = f"{name}{TOTALS[self.told.what]} {curve.total:.3f}"
        painter.drawText(QRectF(12.0 if at_left else 0.0, top, width - 12, line), flags, words)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Ring the point that is read."""
        if self.at is not None and self.at < len(self._lit.points):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.accent, 2.0))
            painter.drawEllipse(QPointF(*self.axes.to_pixels(*self._lit.points[self.at]).tolist()), 7, 7)

    def summary(self) -> str:
        """Return the totals."""
        if self.empty:
            return getattr(self.now, "none", "")
        return ", ".join(f"{TOTALS[self.told.what]} {curve.total:.3f}" for curve in self.curves)
