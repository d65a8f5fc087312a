"""Linked plots: one range, one pointer, one camera; and each by itself again afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from explainer.contract.frame import Ghost
from explainer.plots.base.axes import Axes
from explainer.plots.kinds.step_curves import StepCurves
from explainer.plots.linked import Cross, Link
from explainer.plots.relief.camera import Camera
from explainer.plots.relief.surface_plot import SurfacePlot
from tests.plots.kinds.test_step_curves import series


def shown(qtbot, plot, whole=None):
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show()
    if whole:
        plot.set_whole(*whole)
    return plot


@pytest.fixture
def pair(qtbot):
    one = shown(qtbot, Axes("One"), (0.0, 10.0, -2.0, 2.0))
    other = shown(qtbot, Axes("Other"), (5.0, 20.0, -1.0, 3.0))
    return one, other


def test_linked_axes_show_what_holds_both_and_follow_what_is_added(pair):
    one, other = pair
    link = Link(pair)
    assert one.visible() == pytest.approx((0.0, 20.0, -2.0, 3.0))
    assert other.visible() == pytest.approx((0.0, 20.0, -2.0, 3.0))
    other.set_whole(5.0, 40.0, -1.0, 3.0)
    assert one.visible() == pytest.approx((0.0, 40.0, -2.0, 3.0))
    link.undo()
    assert one.visible() == pytest.approx((0.0, 10.0, -2.0, 2.0))
    assert other.visible() == pytest.approx((5.0, 40.0, -1.0, 3.0))


def test_zoom_and_fit_in_one_are_zoom_and_fit_in_the_other(pair):
    one, other = pair
    link = Link(pair)
    one.view_box.zoom(0.5, QPointF(100, 100))
    assert other.visible() == pytest.approx(one.visible())
    assert not other.fitted
    assert other.fit_button.isVisible()
    other.fit()
    assert one.fitted
    assert one.visible() == pytest.approx((0.0, 20.0, -2.0, 3.0))
    link.undo()
    one.view_box.zoom(0.5, QPointF(100, 100))
    assert other.fitted


def test_the_pointer_in_one_is_shown_and_told_in_the_other(pair):
    one, other = pair
    told = []
    other.pointer_moved.connect(lambda x, y: told.append((x, y)))
    other.pointer_left.connect(lambda: told.append(None))
    link = Link(pair)
    without = other.grab().toImage()
    one.pointer_moved.emit(7.0, 1.0)
    with_cross = other.grab().toImage()
    assert told == [(7.0, 1.0)]
    place = other.widget_position(7.0, 1.0)
    assert with_cross.pixelColor(place) != without.pixelColor(place)
    one.pointer_left.emit()
    assert told == [(7.0, 1.0), None]
    assert other.grab().toImage() == without
    link.undo()
    assert not any(isinstance(layer, Cross) for layer in [*one.layers, *other.layers])
    one.pointer_moved.emit(7.0, 1.0)
    assert len(told) == 2


def test_linked_curves_have_one_scale_also_after_zooming_in_the_step(qtbot):
    low, high = shown(qtbot, StepCurves("Low")), shown(qtbot, StepCurves("High"))
    Link((low.axes, high.axes))
    low.set_series({"a": series([1.0, 2.0, 3.0])})
    high.set_series({"a": series([10.0, 20.0, 30.0])})
    assert low.axes.visible()[2:] == pytest.approx(high.axes.visible()[2:])
    assert low.axes.visible()[3] > 30
    low.axes.view_box.zoom(0.7, QPointF(60, 100))
    assert low.axes.visible() == pytest.approx(high.axes.visible())
    assert low.axes.visible()[3] > 30


def test_axes_of_different_scale_are_each_fitted_to_their_own(qtbot):
    plain, log = shown(qtbot, StepCurves("Plain")), shown(qtbot, StepCurves("Log", log_y=True))
    plain.set_series({"a": series([-5.0, 2.0, 3.0])})
    log.set_series({"a": series([1e-6, 1e-3, 1.0])})
    before = plain.axes.visible(), log.axes.visible()
    Link((plain.axes, log.axes))
    assert (plain.axes.visible(), log.axes.visible()) == (pytest.approx(before[0]), pytest.approx(before[1]))


def test_linked_surfaces_turn_together(qtbot):
    one, other = shown(qtbot, SurfacePlot()), shown(qtbot, SurfacePlot())
    link = Link((one, other))
    one.set_camera(Camera(10.0, 30.0, 2.0))
    assert other.camera == Camera(10.0, 30.0, 2.0)
    link.undo()
    other.set_camera(Camera())
    assert one.camera == Camera(10.0, 30.0, 2.0)


def test_the_curves_of_a_run_beside_are_named_by_its_letter_and_read_out(qtbot):
    plot = shown(qtbot, StepCurves("Loss"))
    beside = Ghost("B", {"a": series([4.0, 5.0, 6.0])}, beside=True)
    plot.set_series({"a": series([3.0, 2.0, 1.0])}, {"a": "SGD"}, ghosts=[beside])
    assert sorted(line.label for line in plot.named_lines) == ["SGD", "SGD · B"]
    step, values = plot.values_at(3)
    assert (step, dict(values)) == (3, {"SGD": 1.0, "SGD · B": 6.0})
    assert plot.axes.visible()[3] > 6
    plot.set_series({"a": series([3.0, 2.0, 1.0])}, {"a": "SGD"})
    assert [line.label for line in plot.named_lines] == ["SGD"]
    assert np.isfinite(plot.axes.visible()).all()
