"""The plot that all two-dimensional pictures are made on: quiet axes, zoom, pan, pointer and read-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from explainer.plots.base.aspect import Box, equal_box
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.grip import Grip, Hold
from explainer.plots.base.layer import Layer
from explainer.plots.base.quiet_axis import GridLayer, QuietAxis
from explainer.plots.base.read_out import ReadOut
from explainer.plots.base.ticks import safe_log10
from explainer.plots.base.view_box import LARGEST, PlainViewBox
from explainer.theme.tokens import DARK, SMALL, Tokens

SLACK = 4
"""Pixels that a click may move."""
SAY_NOTHING = (
    "of",
    "the",
    "its",
    "a",
    "an",
    "in",
    "on",
    "at",
    "to",
    "for",
    "by",
    "and",
    "per",
    "after",
    "with",
    "·",
    "→",
)
"""Words that are no end of a name."""


def as_much_of(text: str, metrics: QFontMetricsF, room: float) -> str:
    """Return the name of an axis, or as many of its words as have room and say something: never part of a word."""
    words = text.split(" ")
    while words and metrics.horizontalAdvance(" ".join(words)) > room:
        words.pop()
        while words and words[-1] in SAY_NOTHING:
            words.pop()
    return " ".join(words) if len(words) == len(text.split(" ")) else " ".join(words).rstrip(":,;")


@final
class Axes(pg.PlotWidget):
    """A plot in the application's look.

    It shows the *whole* given by :meth:`set_whole` until the reader zooms with the wheel or pans by
    dragging; a double click or the button "fit" goes back. ``x`` and ``y`` are data coordinates
    everywhere, also on logarithmic axes.
    """

    pointer_moved = Signal(float, float)
    pointer_left = Signal()
    view_changed = Signal()
    double_clicked = Signal(float, float)
    clicked = Signal(float, float)
    """A click that neither took hold of a grip nor moved the plot, in data coordinates."""
    dragged = Signal(float, float)
    """The pointer moved with the left button held, in data coordinates: for pictures one draws in."""
    pane_resized = Signal()
    whole_changed = Signal()
    moved_by_hand = Signal()
    """The reader has zoomed or panned."""
    fit_asked = Signal()
    """The reader wants the whole again."""

    def __init__(
        self,
        name: str,
        *,
        x_label: str = "",
        y_label: str = "",
        log_x: bool = False,
        log_y: bool = False,
        equal: bool = False,
        grid: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        self.tokens = DARK
        self.layers: list[Layer] = []
        self.log = (log_x, log_y)
        self.fits_on_double_click = True
        self.limits: Box | None = None
        """With equal axes, rather cut off some of the whole than show what lies beyond these."""
        self.read_out_at_right = self.read_out_below = False
        """Which corner the read-out stands in: at the left and above, unless a plot has its lines there."""
        self.must_show: np.ndarray = np.empty((0, 2))
        """Points (n, 2) that must not be cut off."""
        self.view_box = PlainViewBox()
        sides = {side: QuietAxis(side) for side in ("left", "bottom")}
        super().__init__(parent=parent, viewBox=self.view_box, axisItems=sides, enableMenu=False)
        self._labels = {"bottom": x_label, "left": y_label}
        self._shown_labels: dict[str, str] = {}
        self._whole: Box = (0.0, 1.0, 0.0, 1.0)
        self.shared: Callable[[], Box] = lambda: self._whole
        """What :meth:`fit` shows; plots that are linked share it."""
        self._fitted = True
        self.hold = Hold(self)
        """What can be taken with the pointer and dragged."""
        self._pressed: QPointF | None = None
        self._rests_at: QPointF | None = None
        """Where the pointer is in the pane's pixels, with no button held."""
        self._set_up(name)
        self.set_equal(equal)
        if grid:
            GridLayer(self, -50)
        self.apply_theme(self.tokens)

    def _set_up(self, name: str) -> None:
        self.setObjectName(name.lower().replace(" ", "_"))
        self.setAccessibleName(name)
        self.setAntialiasing(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setMinimumSize(120, 90)
        self.plotItem.hideButtons()
        for side in ("top", "right"):  # they are never seen, yet each change of range would lay out their words
            self.plotItem.getAxis(side).unlinkFromView()
        self.plotItem.setContentsMargins(4, 6, 8, 2)
        self.axis("bottom").setLogMode(self.log[0])
        self.axis("left").setLogMode(self.log[1])
        self.corner = ReadOut(self)
        """The words in a corner: the values at the pointer."""
        self._make_fit_button()
        self.view_box.moved_by_hand.connect(self._moved_by_hand)
        self.view_box.asked_for_whole.connect(self._double_clicked)
        self.view_box.sigRangeChanged.connect(self._view_changed)
        self.view_box.sigResized.connect(self._pane_resized)

    def _make_fit_button(self) -> None:
        self.fit_button = QToolButton(self)
        self.fit_button.setObjectName("fit")
        self.fit_button.setText("fit")
        self.fit_button.setAccessibleName("Show the whole plot")
        self.fit_button.setToolTip("Show the whole plot again")
        self.fit_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.fit_button.clicked.connect(self.fit)
        self.fit_button.hide()

    def axis(self, side: str) -> QuietAxis:
        """Return the axis at ``left`` or ``bottom``."""
        return self.plotItem.getAxis(side)

    # what is seen

    def set_whole(self, x0: float, x1: float, y0: float, y1: float) -> None:
        """Say what the whole is, in data coordinates; it is shown unless the reader has zoomed."""
        changed, self._whole = (x0, x1, y0, y1) != self._whole, (x0, x1, y0, y1)
        if self._fitted:
            self.show_shared()
        if changed:
            self.whole_changed.emit()

    @property
    def whole(self) -> Box:
        """The whole of what this plot shows."""
        return self._whole

    @property
    def fitted(self) -> bool:
        """Whether the whole is shown and followed."""
        return self._fitted

    @property
    def invites(self) -> str:
        """What a hand can do with the range that is seen."""
        if not any(self.view_box.free):
            return ""
        return "the wheel zooms, a drag moves" + (", a double click shows all" if self.fits_on_double_click else "")

    def fit(self) -> None:
        """Go back to the whole."""
        self._fitted = True
        self.fit_button.hide()
        self.show_shared()
        self.fit_asked.emit()

    def look_like(self, other: Axes) -> None:
        """Show the range that another plot of the same kind shows, zoomed by hand or whole."""
        if other.fitted != self._fitted:
            self._fitted = other.fitted
            self.fit_button.setVisible(not self._fitted)
        (x0, x1), (y0, y1) = other.view_box.viewRange()
        if self._fitted:
            self.show_shared()
        elif self.log == other.log:
            self.view_box.look_at(x0, x1, y0, y1)
        self._place_corners()

    def set_equal(self, equal: bool) -> None:
        """Make one unit as long in x as in y, or fill the pane."""
        if equal != self.view_box.equal:
            self.view_box.equal = equal
            self.show_shared() if self._fitted else self._keep_equal()

    def set_log(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Switch an axis between logarithmic and linear; the whole must be given anew."""
        log = (self.log[0] if x is None else x, self.log[1] if y is None else y)
        if log != self.log:
            self.log = log
            self.axis("bottom").setLogMode(log[0])
            self.axis("left").setLogMode(log[1])
            self._fitted = True
            self.fit_button.hide()
            self._refresh()

    def set_labels(self, x: str, y: str) -> None:
        """Name the axes; an empty text takes no room."""
        if self._labels != {"bottom": x, "left": y}:
            self._labels = {"bottom": x, "left": y}
            self._label_axes()

    def visible(self) -> Box:
        """Return the visible part in data coordinates."""
        (x0, x1), (y0, y1) = self.view_box.viewRange()
        xs, ys = self._from_view(np.array([x0, x1]), np.array([y0, y1]))
        return float(xs[0]), float(xs[1]), float(ys[0]), float(ys[1])

    def show_shared(self) -> None:
        """Show the whole."""
        whole = self.shared()
        x, y = self._to_view(np.array(whole[:2], float), np.array(whole[2:], float))
        box = (float(x[0]), float(x[1]), float(y[0]), float(y[1]))
        size = self.view_box.rect()
        if self.view_box.equal and size.width() > 2 and size.height() > 2:
            box = equal_box(box, size.width() / size.height(), self.limits, self.must_show)
        self.view_box.look_at(*box)

    def _keep_equal(self) -> None:
        (x0, x1), (y0, y1) = self.view_box.viewRange()
        size = self.view_box.rect()
        if self.view_box.equal and size.width() > 2 and size.height() > 2:
            half, middle = (x1 - x0) * size.height() / size.width() / 2, (y0 + y1) / 2
            self.view_box.look_at(x0, x1, middle - half, middle + half)

    def _pane_resized(self) -> None:
        self._label_axes()
        self.show_shared() if self._fitted else self._keep_equal()
        self._view_changed()
        self.pane_resized.emit()

    def _moved_by_hand(self) -> None:
        self._fitted = False
        self.fit_button.show()
        self._place_corners()
        self.moved_by_hand.emit()

    def _double_clicked(self, place: QPointF) -> None:
        x, y = self.from_pixels(place.x(), place.y())
        self.on_double_click(x, y)

    def on_double_click(self, x: float, y: float) -> None:
        """Go back to the whole, unless a double click means something else here."""
        if self.fits_on_double_click:
            self.fit()
        self.double_clicked.emit(x, y)

    def _view_changed(self) -> None:
        for layer in self.layers:
            layer.view_changed()
        self.view_changed.emit()

    def _refresh(self) -> None:
        for layer in self.layers:
            layer.view_changed()
        self.axis("bottom").picture = self.axis("left").picture = None
        self.axis("bottom").update()
        self.axis("left").update()

    # between data and pixels

    def _to_view(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return safe_log10(x) if self.log[0] else x, safe_log10(y) if self.log[1] else y

    def _from_view(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(over="ignore", under="ignore"):
            return 10.0**x if self.log[0] else x, 10.0**y if self.log[1] else y

    def to_pixels(self, x: Any, y: Any) -> np.ndarray:
        """Return the pixels in the pane of data coordinates, shape (…, 2); they may be far outside or NaN."""
        x, y = self._to_view(np.asarray(x, float), np.asarray(y, float))
        (x0, x1), (y0, y1) = self.view_box.viewRange()
        size = self.view_box.rect()
        found = np.empty((*np.broadcast(x, y).shape, 2))
        with np.errstate(over="ignore", invalid="ignore"):
            np.multiply(x - x0, size.width() / (x1 - x0), out=found[..., 0])
            np.multiply(y1 - y, size.height() / (y1 - y0), out=found[..., 1])
        return found

    def from_pixels(self, across: float, down: float) -> tuple[float, float]:
        """Return the data coordinates of a pixel in the pane."""
        (x0, x1), (y0, y1) = self.view_box.viewRange()
        size = self.view_box.rect()
        x = x0 + across / max(1.0, size.width()) * (x1 - x0)
        y = y1 - down / max(1.0, size.height()) * (y1 - y0)
        xs, ys = self._from_view(np.array(x), np.array(y))
        return float(np.clip(xs, -LARGEST, LARGEST)), float(np.clip(ys, -LARGEST, LARGEST))

    def pane_position(self, position: QPointF) -> QPointF:
        """Return a point of this widget in the pane's pixels."""
        return self.view_box.mapFromScene(self.mapToScene(position.toPoint()))

    def widget_position(self, x: float, y: float) -> QPoint:
        """Return where on this widget a point in data coordinates is."""
        across, down = self.to_pixels(x, y)
        return self.mapFromScene(self.view_box.mapToScene(QPointF(float(across), float(down))))

    # the pointer

    @property
    def grips(self) -> list[Grip]:
        """What can be taken with the pointer and dragged."""
        return self.hold.grips

    @property
    def holding(self) -> bool:
        """Whether a grip is being dragged."""
        return self.hold.held is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a grip, or begin to pan."""
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        if self._pressed is not None and self.hold.take(self.pane_position(event.position())):
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the grip that is held; else say where the pointer is."""
        place = self.pane_position(event.position())
        x, y = self.from_pixels(place.x(), place.y())
        if self.holding:
            self.hold.move(x, y)
            event.accept()
            return
        self._rests_at = None if event.buttons() else place
        if not event.buttons():
            self.hold.hover(place)
            self.pointer_moved.emit(x, y) if self.boundless(place) else self.pointer_left.emit()
        elif event.buttons() & Qt.MouseButton.LeftButton and self.boundless(place):
            self.dragged.emit(x, y)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the grip that is held, or say that the plot was clicked."""
        place = self.pane_position(event.position())
        x, y = self.from_pixels(place.x(), place.y())
        if self.holding:
            self.hold.release(x, y)
            event.accept()
            return
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is not None and (event.position() - pressed).manhattanLength() <= SLACK and self.boundless(place):
            self.clicked.emit(x, y)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a double click on a grip for a press on it."""
        if self.hold.at(self.pane_position(event.position())) is not None:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer is gone."""
        super().leaveEvent(event)
        self._rests_at = None
        self.pointer_left.emit()

    def point_again(self) -> None:
        """Say again where a pointer is that rests: what is drawn there may be something else."""
        if self._rests_at is not None and not self.holding and self.boundless(self._rests_at):
            self.pointer_moved.emit(*self.from_pixels(self._rests_at.x(), self._rests_at.y()))

    def boundless(self, place: QPointF) -> bool:
        """Return whether a point in pixels lies within the pane."""
        return self.view_box.rect().contains(place)

    # words and looks

    def read_out(self, text: str) -> None:
        """Show words in the corner; an empty text hides them."""
        if self.corner.say(text):
            self._place_corners()

    @property
    def read_out_label(self) -> ReadOut:
        """The words in the corner."""
        return self.corner

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the corners in their corners."""
        super().resizeEvent(event)
        if hasattr(self, "fit_button"):
            self._place_corners()

    def _place_corners(self) -> None:
        pane = self.mapFromScene(self.view_box.sceneBoundingRect()).boundingRect()
        self.fit_button.adjustSize()
        self.fit_button.move(pane.right() - self.fit_button.width() - 8, pane.top() + 8)
        if self.fit_button.isVisible():
            pane.setRight(self.fit_button.x())
        self.corner.settle(pane, right=self.read_out_at_right, below=self.read_out_below)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and text sizes from a theme."""
        self.tokens = tokens
        self.setBackground(QColor(tokens.card))
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        font = small_font(tokens, self.font())
        for side in ("left", "bottom"):
            axis = self.axis(side)
            axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=6, hideOverlappingLabels=False)
            axis.enableAutoSIPrefix(False)
            axis.setTextPen(colour(tokens.muted))
            axis.setPen(pen(tokens.border))
        self._shown_labels.clear()
        self._label_axes()
        self._colour_corners(font)
        for layer in self.layers:
            layer.theme_changed()

    def _label_axes(self) -> None:
        """Name the axes, as much of each name as its side has room for."""
        metrics, pane = QFontMetricsF(small_font(self.tokens, self.font())), self.view_box.rect()
        for side, text in self._labels.items():
            room = pane.width() if side == "bottom" else pane.height()
            shown = (as_much_of(text, metrics, max(room, 24.0)) or " ") if room > 2 else text  # its room stays
            style = {"color": self.tokens.muted, "font-size": f"{self.tokens.size(SMALL)}px"}
            if shown != self._shown_labels.get(side) or not text:
                self._shown_labels[side] = shown
                self.axis(side).setLabel(shown, **style) if text else self.axis(side).showLabel(False)
                self.axis(side).resizeEvent()  # else a shorter name stands where the longer one was

    def _colour_corners(self, font: Any) -> None:
        self.corner.setFont(font)
        self.fit_button.setFont(font)
        self._place_corners()
