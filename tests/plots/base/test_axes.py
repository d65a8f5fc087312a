"""The axes: ticks, coordinates, zoom, grips and looks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QFontMetricsF

from explainer.contract.number_text import number_text, pair_text
from explainer.plots.base.axes import Axes, as_much_of
from explainer.plots.base.grip import Grip
from explainer.plots.base.ticks import linear_text, linear_ticks, log_text, log_ticks
from explainer.theme.tokens import LIGHT
from tests.plots.hand import NONE, drag, mouse, on_pane, pixels


@pytest.fixture
def axes(qtbot):
    plot = Axes("A plot", x_label="x", y_label="y")
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show()
    plot.set_whole(0.0, 10.0, -2.0, 2.0)
    return plot


def test_linear_ticks_are_round_and_inside():
    ticks, spacing = linear_ticks(-0.3, 2.2, 5)
    assert ticks == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert spacing == 0.5
    assert [linear_text(tick, spacing) for tick in (-0.5, 0.0, 1.5)] == ["−0.5", "0", "1.5"]


def test_log_ticks_are_decades_and_their_labels_powers_of_ten():
    major, minor = log_ticks(-3.0, 2.0, 10)
    assert major == [-3, -2, -1, 0, 1, 2]
    assert np.isclose(minor[0], np.log10(0.002))
    assert np.allclose(10 ** np.array(log_ticks(-0.75, 0.8, 4)[0]), [0.2, 0.5, 1, 2, 5])
    assert log_text(-28.0) == "10⁻²⁸"
    assert log_text(2.0) == "100"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0123456, "0.0123"),
        (-9.0, "−9.00"),
        (1e200, "1.00 · 10²⁰⁰"),
        (float("nan"), "NaN"),
        (99.96, "100"),
        (0.0, "0"),
    ],
)
def test_numbers_keep_their_digits(value, words):
    assert number_text(value) == words
    assert pair_text(-9, 1.5) == "(−9.00, 1.50)"


def test_pixels_and_data_are_inverse(axes):
    across, down = axes.to_pixels(2.5, 1.0)
    assert np.allclose(axes.from_pixels(across, down), (2.5, 1.0))


def test_a_logarithmic_axis_maps_by_decades(axes):
    axes.set_log(y=True)
    axes.set_whole(0.0, 10.0, 1e-4, 1e4)
    height = axes.view_box.rect().height()
    assert np.isclose(axes.to_pixels(5.0, 1.0)[1], height / 2)
    assert np.isclose(axes.to_pixels(5.0, 1e2)[1], height / 4)
    assert np.allclose(axes.visible(), (0.0, 10.0, 1e-4, 1e4))


def test_tick_labels_are_the_values_themselves_however_small(axes):
    axes.set_whole(0.0, 2e-3, 0.0, 1e-9)
    pixels(axes)
    ticks = axes.axis("bottom").tickValues(0.0, 2e-3, 400)[0]
    assert axes.axis("bottom").tickStrings(ticks[1], 1.0, ticks[0])[1] == "0.0005"
    assert "0.001" not in axes.axis("bottom").labelString()


def test_equal_axes_show_one_unit_alike(axes):
    axes.set_equal(True)
    across, down = axes.to_pixels(1.0, 1.0) - axes.to_pixels(0.0, 0.0)
    assert np.isclose(across, -down)
    x0, x1, y0, y1 = axes.visible()
    assert x0 <= 0
    assert x1 >= 10
    assert y0 <= -2
    assert y1 >= 2


def test_the_pointer_is_told_in_data_coordinates(axes, qtbot):
    with qtbot.waitSignal(axes.pointer_moved) as told:
        mouse(axes, QEvent.Type.MouseMove, QPointF(axes.widget_position(5.0, 0.5)), NONE, NONE)
    assert np.allclose(told.args, (5.0, 0.5), atol=0.05)


def test_zooming_stops_following_the_whole_until_fit(axes):
    axes.view_box.zoom(0.5, QPointF(0, 0))
    assert not axes.fitted
    axes.set_whole(0.0, 100.0, 0.0, 1.0)
    assert axes.visible()[1] < 10.1
    axes.fit()
    assert np.allclose(axes.visible(), (0, 100, 0, 1))


def test_a_grip_is_dragged_and_the_plot_stays(axes):
    moves, ends = [], []
    place = axes.to_pixels(5.0, 0.0)
    axes.grips.append(
        Grip(
            lambda a, d: float(np.hypot(a - place[0], d - place[1])),
            lambda *p: moves.append(p),
            lambda *p: ends.append(p),
        )
    )
    drag(axes, [on_pane(axes, *place), on_pane(axes, *(place + 20)), on_pane(axes, *(place + 40))])
    assert len(moves) == 2
    assert np.allclose(ends[0], axes.from_pixels(*(place + 40)), atol=0.05)
    assert axes.fitted


@pytest.mark.parametrize("box", [(0, 1e200, -1e300, 1e300), (float("nan"), 1, 0, float("inf")), (3, 3, 1e-200, 1e-200)])
def test_any_range_can_be_asked_for_and_painted(axes, box):
    axes.set_whole(*box)
    assert np.isfinite(axes.visible()).all()
    axes.view_box.zoom(0.9, QPointF(10, 10))
    assert pixels(axes).std() > 0


def test_the_theme_colours_the_ground(axes):
    axes.apply_theme(LIGHT)
    assert (pixels(axes)[2, 2] == [255, 255, 255]).all()
    assert axes.accessibleName() == "A plot"


def test_what_is_counted_has_ticks_at_whole_numbers_only(qtbot):
    plot = Axes("counted")
    qtbot.addWidget(plot)
    plot.resize(900, 300)
    plot.axis("bottom").whole_numbers = True
    assert plot.axis("bottom").tickValues(0.4, 3.6, 900) == [(1.0, [1.0, 2.0, 3.0])]
    assert plot.axis("left").tickValues(0.0, 1.0, 300)[0][0] < 1


@pytest.mark.parametrize("box", [(-0.0603, 0.25, 0.0, 1.0), (0.0, 1000.0, 0.0, 1.0), (-1e-5, 2e-5, 0.0, 1.0)])
def test_no_label_is_cut_at_the_edge_of_the_plot(axes, box):
    for width in range(260, 420, 7):
        axes.resize(width, 200)
        axes.set_whole(*box)
        axes.grab()
        side = axes.axis("bottom")
        for place, text in side.picture.labels:
            seen = axes.mapFromScene(side.mapRectToScene(place)).boundingRect()
            assert seen.right() <= axes.rect().right() + 1, text
            assert seen.left() >= 0, text


def test_the_name_of_an_axis_is_never_cut_within_a_word(axes):
    metrics = QFontMetricsF(axes.font())
    room = metrics.horizontalAdvance("share of the validation") + 1
    for text, shown in {
        "share of the validation digits": "share of the validation",
        "share of the validations that are wrong": "share",
        "share": "share",
        "unpronounceably-long-single-word-in-one": "",
    }.items():
        assert as_much_of(text, metrics, room) == shown
