"""The loss along the downhill direction, and the step on it whose length is the learning rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.base.grip import Grip
from explainer.plots.base.layer import Layer
from explainer.plots.base.motion import Glide
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import clip_segments
from explainer.plots.picture import Picture
from explainer.scenes.gradient_descent import Params
from explainer.scenes.gradient_descent.explain import names
from explainer.scenes.gradient_descent.formulas import entry, is_plain, learner, settings, vector
from explainer.theme.tokens import Tokens

ROOM = 52.0
"""Pixels below the curve for the bar and its words."""
DOT = 8.0
"""The radius of the ball and of the ring where it lands."""
LEAST_SHARE = 0.3
"""A curve that takes less than this of the height is shown larger."""


class Slice(Picture):
    """The parabola under the ball: the ball at 0, the next step as a bar that can be dragged, the landing."""

    key: ClassVar[str] = "slice"
    title: ClassVar[str] = "Loss along −∇L"
    about: ClassVar[str] = (
        "The loss straight downhill from the ball; drag plain descent's step, it is the learning rate"
    )
    arrays: ClassVar[Sequence[str]] = ("slice_length", "slice_loss", "next_gradient", "loss", "label", "retired")
    at_first: ClassVar[bool] = True
    hint: ClassVar[str] = "the bar is learning rate × length of the gradient, plain descent's step: drag its end"
    weight: ClassVar[float] = 1.4

    def build(self) -> None:
        """Make the plot and the handle."""
        self.frame: Frame | None = None
        self.lengths = self.losses = np.empty(0)
        self.slope = math.nan
        """The length of the gradient at the ball."""
        self.rate = math.nan
        self.plot = Axes(
            "Loss along the downhill direction", x_label="distance downhill from the ball", y_label="loss", parent=self
        )
        self._layer = _SliceLayer(self)
        self._grip = Grip(self._from_handle, self._drag, self._drop, 18.0, Qt.CursorShape.SizeHorCursor)
        self.plot.grips.append(self._grip)
        self.plot.pointer_moved.connect(self._hover)
        self.plot.pointer_left.connect(lambda: self.plot.read_out(""))
        self._glide = Glide(self.plot, lambda box: self.plot.set_whole(*box))
        self._shown_step = -1
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    # drawing

    def draw(self, frame: Frame) -> None:
        """Show a frame: the curve of the selected optimizer and its step."""
        self.frame = frame
        index, arrays = learner(frame), frame.arrays
        self.rate = settings(frame, index)["lr"]
        gradient = vector(frame, "next_gradient", index)
        self.slope = float(np.hypot(*gradient)) if gradient is not None else math.nan
        if "slice_length" in arrays and "slice_loss" in arrays:
            self.lengths, self.losses = (np.asarray(arrays[name], float) for name in ("slice_length", "slice_loss"))
        own = "lr" in dict(entry(frame, index).settings)
        self._grip.enabled = not own and self.slope > 0 and not self.retired
        if not self.plot.holding:
            self._fit(follows=frame.step - self._shown_step in (0, 1))
            self._shown_step = frame.step
        self._layer.update()
        self.plot.point_again()
        self._say_title(frame, index)

    @property
    def retired(self) -> bool:
        """Whether the selected optimizer has run away."""
        if self.frame is None:
            return False
        steps = self.frame.arrays.get("retired")
        return steps is not None and bool(steps[learner(self.frame)] >= 0)

    @property
    def step_length(self) -> float:
        """η‖∇L‖, NaN where the gradient is not known."""
        return self.rate * self.slope

    def loss_at(self, length: float) -> float:
        """Return the loss at a distance by a straight line between samples, NaN outside them."""
        if len(self.lengths) < 2:
            return math.nan
        return float(np.interp(length, self.lengths, self.losses, left=np.nan, right=np.nan))

    def _fit(self, *, follows: bool = False) -> None:
        """Show all samples and the step; leave room below the curve for the bar.

        A slice that ``follows`` another keeps its scale while it has room and is not small in it; else it glides
        to the new one.
        """
        known = np.isfinite(self.losses) & np.isfinite(self.lengths) & (np.abs(self.losses) < 1e150)
        if known.sum() < 2:
            return
        x, y = self.lengths[known], self.losses[known]
        low, high = float(y.min()), float(y.max())
        height = max(60.0, self.plot.view_box.rect().height())
        pad = (high - low) * 0.1 or max(abs(high) * 0.1, 1e-12)
        room = min(0.6, ROOM / height)
        bottom = low - (high - low + pad) * room / (1 - room) - pad * 0.3
        right = max(float(x[-1]), self.step_length * 1.08 if math.isfinite(self.step_length) else 0.0)
        box = (float(x[0]), right, bottom, high + pad)
        if follows and self._glide.target and _suits(self._glide.target, box):
            return
        self._glide.go(self._glide.target or box, box, at_once=not follows)

    def _say_title(self, frame: Frame, index: int) -> None:
        title = self._title(frame, index)
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def _title(self, frame: Frame, index: int) -> str:
        labels = names(frame)
        if self.retired:
            step = int(frame.arrays["retired"][index])
            return f"{labels[index]} ran away and was retired at step {step}: there is no next step"
        title = "Loss along −∇L" + (f" from {labels[index]}" if index < len(labels) else "")
        return title if is_plain(frame, index) else f"{title} · its own step is another one"

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return the step and what it leads to."""
        here, there = self.loss_at(0.0), self.loss_at(self.step_length)
        if not math.isfinite(self.step_length) or self.frame is None:
            return self.title
        whose = "the next step" if is_plain(self.frame, learner(self.frame)) else "a step of plain descent"
        leads = "leads" if is_plain(self.frame, learner(self.frame)) else "would lead"
        return (
            f"{self.accessibleName()}: {whose} is {number_text(self.step_length)} long "
            f"and {leads} from loss {number_text(here)} to {number_text(there)}."
        )

    # asking

    def bar_height(self) -> float:
        """Return where the bar is, in pixels from the top of the pane."""
        return float(self.plot.view_box.rect().height()) - 30.0

    def _from_handle(self, across: float, down: float) -> float:
        if not math.isfinite(self.step_length):
            return math.inf
        place = float(self.plot.to_pixels(self.step_length, 0.0)[0])
        return math.hypot(across - place, down - self.bar_height())

    def _drag(self, x: float, y: float) -> None:
        if not self.slope > 0:
            return
        limits = Params.declaration("lr").limits()
        self.rate = float(np.clip(x / self.slope, limits["minimum"], limits["maximum"]))
        self._layer.update()
        self.steering.set(lr=self.rate)

    def _drop(self, x: float, y: float) -> None:
        self._drag(x, y)
        self._fit()

    def _hover(self, x: float, y: float) -> None:
        loss = self.loss_at(x)
        self.plot.read_out(f"{number_text(x)} along −∇L: L = {number_text(loss)}" if math.isfinite(loss) else "")


class _SliceLayer(Layer):
    """The curve, the ball, the arc to where it lands, and the bar."""

    def __init__(self, picture: Slice) -> None:
        super().__init__(picture.plot, 10)
        self.picture = picture

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the slice."""
        self._draw_curve(painter, width, height)
        if math.isfinite(self.picture.step_length) and self.picture.frame is not None and not self.picture.retired:
            token = self.picture.tokens.series_colour(learner(self.picture.frame))
            self._draw_bar(painter, token, width)
            self._draw_jump(painter, token, width, height)

    def _draw_curve(self, painter: QPainter, width: float, height: float) -> None:
        pixels = self.axes.to_pixels(self.picture.lengths, self.picture.losses)
        tokens = self.picture.tokens
        painter.setPen(pen(blend(tokens.text, tokens.card, 0.25).name(), 2.2))
        draw_segments(painter, *clip_segments(pixels[:-1], pixels[1:], width, height))

    def _draw_jump(self, painter: QPainter, token: str, width: float, height: float) -> None:
        length = self.picture.step_length
        ball = self.axes.to_pixels(0.0, self.picture.loss_at(0.0))
        if not np.isfinite(ball).all():
            return
        landing = self.axes.to_pixels(length, self.picture.loss_at(length))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        seen = np.isfinite(landing).all() and (np.abs(landing) < 1e5).all()
        if seen and np.hypot(*(landing - ball)) > DOT:  # a ring around the ball itself would be a cog
            self._draw_arc(painter, token, ball, landing)
            made = pen(token, 2.0)
            made.setDashPattern([1.2, 1.6])
            painter.setPen(made)
            painter.drawEllipse(QPointF(*landing.tolist()), DOT, DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(token))
        painter.drawEllipse(QPointF(*np.clip(ball, -1e5, 1e5).tolist()), DOT, DOT)

    def _draw_arc(self, painter: QPainter, token: str, ball: np.ndarray, landing: np.ndarray) -> None:
        top = min(ball[1], landing[1]) - 0.16 * abs(landing[0] - ball[0])
        arc = QPainterPath(QPointF(*ball.tolist()))
        middle = QPointF(float(ball[0] + landing[0]) / 2, max(-20.0, float(top)))
        arc.quadTo(middle, QPointF(*landing.tolist()))
        made = pen(token, 1.3, 0.9)
        made.setDashPattern([1.5, 3.0])
        painter.setPen(made)
        painter.drawPath(arc)

    def _draw_bar(self, painter: QPainter, token: str, width: float) -> None:
        tokens, down = self.picture.tokens, self.picture.bar_height()
        ends = self.axes.to_pixels(np.array([0.0, self.picture.step_length]), np.zeros(2))[:, 0]
        start, end = np.clip(ends, -40, width + 40).tolist()
        painter.setPen(pen(token, 4.0))
        painter.drawLine(QPointF(start, down), QPointF(end, down))
        if self.picture._grip.enabled:
            painter.setPen(pen(tokens.window, 1.0))
            painter.setBrush(colour(tokens.text))
            painter.drawEllipse(QPointF(end, down), 8, 8)
        self._write(painter, (start + end) / 2, down, width)

    def _write(self, painter: QPainter, middle: float, down: float, width: float) -> None:
        picture = self.picture
        words = (
            f"η‖∇L‖ = {number_text(picture.rate)} × {number_text(picture.slope)} = {number_text(picture.step_length)}"
        )
        painter.setFont(small_font(picture.tokens, self.axes.font(), 12))
        painter.setPen(colour(picture.tokens.muted))
        half = painter.fontMetrics().horizontalAdvance(words) / 2 + 4
        middle = min(max(middle, half), max(half, width - half))
        painter.drawText(QRectF(middle - half, down + 7, 2 * half, 20), Qt.AlignmentFlag.AlignCenter, words)


def _suits(shown: Sequence[float], wanted: Sequence[float]) -> bool:
    """Return whether what is wanted can be seen well enough in what is shown: x from, x to, y from, y to."""
    same = math.isclose(shown[0], wanted[0], rel_tol=1e-9) and math.isclose(shown[1], wanted[1], rel_tol=1e-9)
    inside = shown[2] <= wanted[2] and wanted[3] <= shown[3]
    return same and inside and wanted[3] - wanted[2] >= LEAST_SHARE * (shown[3] - shown[2])
