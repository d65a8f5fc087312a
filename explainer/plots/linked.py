"""Plots of several runs that are looked at as one: the same range, the pointer at the same place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QLineF, QObject, QPointF, SignalInstance
from PySide6.QtGui import QPainter

from explainer.plots.base.aspect import Box
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import pen
from explainer.plots.base.layer import Layer
from explainer.plots.relief.surface_plot import SurfacePlot


class Link(QObject):
    """Keeps plots together until :meth:`undo`.

    Axes share the smallest range that holds the whole of each, follow zoom and pan of one another, and
    show the pointer of another as if it were their own; surfaces share the camera.
    """

    at_work: ClassVar[bool] = False
    """Whether what a plot says just now comes from the pointer in another."""

    def __init__(self, plots: Sequence[Axes] | Sequence[SurfacePlot]) -> None:
        super().__init__()
        self._undo: list[Callable[[], object]] = []
        self._axes = [plot for plot in plots if isinstance(plot, Axes)]
        self._surfaces = [plot for plot in plots if isinstance(plot, SurfacePlot)]
        for surface in self._surfaces:
            self._listen(surface.camera_changed, partial(self._turn, surface))
        for axes in self._axes:
            self._join(axes)
        if self._surfaces:
            self._turn(self._surfaces[0])
        if self._axes:
            self._axes[0].show_shared() if self._axes[0].fitted else None
            self._move(self._axes[0])

    def undo(self) -> None:
        """Let each plot be by itself again."""
        for step in self._undo:
            step()
        self._undo.clear()

    def _join(self, axes: Axes) -> None:
        cross = Cross(axes)
        self._undo.append(partial(_remove, cross))
        own, axes.shared = axes.shared, partial(self._shared, axes)
        self._undo.append(partial(_set_shared, axes, own))
        self._listen(axes.whole_changed, partial(self._refit, axes))
        self._listen(axes.moved_by_hand, partial(self._move, axes))
        self._listen(axes.fit_asked, partial(self._move, axes))
        self._listen(axes.pointer_moved, partial(self._point, axes))
        self._listen(axes.pointer_left, partial(self._leave, axes))

    def _listen(self, signal: SignalInstance, act: Callable[..., object]) -> None:
        signal.connect(act)
        self._undo.append(partial(signal.disconnect, act))

    def _shared(self, axes: Axes) -> Box:
        """Return the smallest range that holds what each shows, as far as the axes are alike."""
        wholes = [other.whole for other in self._axes if other.log == axes.log]
        x0, x1, y0, y1 = zip(*wholes, strict=True)
        return min(x0), max(x1), min(y0), max(y1)

    def _refit(self, source: Axes) -> None:
        for axes in self._others(source):
            if axes.fitted:
                axes.show_shared()

    def _move(self, source: Axes) -> None:
        self._once(lambda axes: axes.look_like(source), source)

    def _point(self, source: Axes, x: float, y: float) -> None:
        def point(axes: Axes) -> None:
            _cross(axes).show_at((x, y))
            axes.pointer_moved.emit(x, y)

        self._once(point, source)

    def _leave(self, source: Axes) -> None:
        def leave(axes: Axes) -> None:
            _cross(axes).show_at(None)
            axes.pointer_left.emit()

        self._once(leave, source)

    def _turn(self, source: SurfacePlot) -> None:
        for surface in self._surfaces:
            surface.set_camera(source.camera)

    def _others(self, source: Axes) -> list[Axes]:
        return [axes for axes in self._axes if axes is not source]

    def _once(self, act: Callable[[Axes], object], source: Axes) -> None:
        """Do it to the others, without taking what they say of it for the reader's doing."""
        if not Link.at_work:
            Link.at_work = True
            try:
                for axes in self._others(source):
                    act(axes)
            finally:
                Link.at_work = False


class Cross(Layer):
    """Where the pointer is in another plot."""

    def __init__(self, axes: Axes) -> None:
        super().__init__(axes, 90)
        self._place: tuple[float, float] | None = None

    def show_at(self, place: tuple[float, float] | None) -> None:
        """Show it at data coordinates, or not at all."""
        self._place = place
        self.update()

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw a small cross."""
        if self._place is None:
            return
        across, down = map(float, self.axes.to_pixels(*self._place))
        if not (-20 < across < width + 20 and -20 < down < height + 20):
            return
        tokens = self.axes.tokens
        arm = 9.0 * tokens.scale
        painter.setPen(pen(tokens.text, 1.4 * tokens.scale, 0.85))
        middle = QPointF(across, down)
        painter.drawLines(
            [QLineF(middle - way, middle + way) for way in (QPointF(arm, 0), QPointF(0, arm))],
        )


def _cross(axes: Axes) -> Cross:
    return next(layer for layer in axes.layers if isinstance(layer, Cross))


def _set_shared(axes: Axes, shared: Callable[[], Box]) -> None:
    axes.shared = shared
    if axes.fitted:
        axes.show_shared()


def _remove(layer: Any) -> None:
    layer.axes.layers.remove(layer)
    layer.scene().removeItem(layer)
