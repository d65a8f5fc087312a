"""Curves against step: reduction, logarithmic values, cursor and growth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.contract.frame import Ghost
from explainer.contract.series import Series
from explainer.plots.base.reduction import BLOCK, Blocks, columns
from explainer.plots.kinds.step_curves import StepCurves
from explainer.plots.kinds.step_layers import spread
from explainer.theme.tokens import DARK
from tests.plots.hand import drag, on_pane, pixels, shows


def series(values, first=1):
    made = Series()
    made.extend(np.arange(first, first + len(values)), np.asarray(values, float))
    return made


@pytest.fixture
def plot(qtbot):
    made = StepCurves("Loss", y_label="loss", log_y=True)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


@pytest.mark.parametrize("count", [1_000, 50_000, 400_000])
def test_thinning_keeps_every_extreme(count):
    values = np.random.default_rng(1).standard_normal(count)
    values[count // 3], values[count // 2] = 50.0, -40.0
    blocks = Blocks()
    blocks.follow(np.arange(count), values)
    (x, y), reduced = columns(np.arange(count), values, 0, count, 200, blocks)
    assert reduced
    assert len(x) <= 4 * 201
    assert y.max() == 50.0
    assert y.min() == -40.0
    assert abs(x[y.argmax()] - count // 3) <= count / 200


def test_the_words_of_a_level_are_never_cut_at_the_top(qtbot):
    plot = StepCurves("Right", y_label="share")
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    ink = []
    for down in (120.0, 3.0):
        value = float(plot.axes.from_pixels(0.0, down)[1])
        pictures = []
        for words in ("", "the best"):
            plot.set_levels([(value, words)])
            pictures.append(pixels(plot).astype(int))
        ink.append(int((abs(pictures[0] - pictures[1]).max(-1) > 60).sum()))
    assert ink[1] > 0.7 * ink[0] > 0


def test_few_values_are_drawn_as_they_are():
    (_x, y), reduced = columns(np.arange(5), np.array([1.0, 4, 2, 8, 5]), 0, 5, 100)
    assert not reduced
    assert y.tolist() == [1, 4, 2, 8, 5]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3 * BLOCK), max_size=6), st.integers(0, 2**31))
def test_blocks_grown_in_parts_equal_blocks_grown_at_once(parts, seed):
    values = np.random.default_rng(seed).standard_normal(sum(parts))
    grown, whole = Blocks(), Blocks()
    for end in np.cumsum(parts):
        grown.follow(np.arange(end), values[:end])
    whole.follow(np.arange(len(values)), values)
    assert np.array_equal(grown.low, whole.low)
    assert np.array_equal(grown.high, whole.high)


def test_blocks_begin_anew_when_the_past_is_another():
    blocks, steps = Blocks(), np.arange(4 * BLOCK)
    blocks.follow(steps, np.ones(4 * BLOCK))
    blocks.follow(steps, np.full(4 * BLOCK, 7.0))
    assert blocks.high.tolist() == [7.0] * 4


def test_a_growing_series_is_followed(plot):
    losses = series([1.0, 0.5])
    plot.set_series({"loss/sgd": losses}, {"loss/sgd": "SGD"})
    losses.extend(np.arange(3, 400), np.geomspace(0.4, 1e-6, 397))
    plot.set_series({"loss/sgd": losses}, {"loss/sgd": "SGD"})
    assert plot.lines["loss/sgd"].reduced[1].min() == pytest.approx(1e-6)
    x0, x1, y0, y1 = plot.axes.visible()
    assert x0 <= 1
    assert x1 >= 399
    assert y0 <= 1e-6
    assert y1 >= 1.0


def test_the_curve_and_its_name_are_in_the_series_colour(plot):
    plot.set_series({"a": series(np.geomspace(1, 1e-3, 50)), "b": series(np.geomspace(2, 1e-2, 50))})
    assert shows(plot, DARK.series_colour(0))
    assert shows(plot, DARK.series_colour(1))
    assert not shows(plot, DARK.series_colour(2))


@pytest.mark.parametrize("log", [True, False])
def test_hostile_values_survive(plot, log):
    plot.set_log(y=log)
    hostile = [1.0, 0.0, -3.0, np.nan, np.inf, -np.inf, 1e200, 1e308, 5e-324, 2.0]
    plot.set_series({"a": series(hostile), "b": series(hostile * 2_000), "c": Series(), "d": series([np.nan] * 3)})
    assert np.isfinite(plot.axes.visible()).all()
    assert pixels(plot).std() > 0


def test_zero_on_a_logarithmic_axis_runs_along_the_bottom(plot):
    plot.set_series({"a": series([1.0] * 20 + [0.0] * 180)})
    picture = pixels(plot)
    place = plot.axes.widget_position(120, plot.axes.visible()[2])
    near = picture[place.y() - 4 : place.y() + 2, place.x() - 2 : place.x() + 2].astype(int)
    assert (near[..., 2] - near[..., 0]).max() > 60


def test_dragging_the_cursor_chooses_steps(plot, qtbot):
    plot.set_series({"a": series(np.geomspace(1, 1e-3, 200))})
    plot.set_cursor(200)
    chosen = []
    plot.step_chosen.connect(chosen.append)
    begin, end = plot.axes.to_pixels(200, 0.1), plot.axes.to_pixels(60, 0.1)
    drag(plot.axes, [on_pane(plot.axes, *begin), on_pane(plot.axes, *((begin + end) / 2)), on_pane(plot.axes, *end)])
    assert abs(chosen[-1] - 60) <= 1
    assert len(chosen) >= 2
    assert plot.here == chosen[-1]


def test_values_are_read_at_the_nearest_recorded_step(plot):
    plot.set_series({"a": series([3.0, 2.0, 1.0])}, {"a": "SGD"})
    assert plot.values_at(1.6) == (2, [("SGD", 2.0)])
    assert plot.values_at(-50) == (1, [("SGD", 3.0)])
    assert plot.values_at(99) == (3, [("SGD", 1.0)])


def test_end_labels_are_moved_apart():
    places = spread([10.0, 11.0, 90.0], 20.0, 100.0)
    assert np.diff(sorted(places)).min() >= 20.0
    assert max(places) <= 90.0


def test_another_runs_curve_is_shown_before_this_one_has_a_step_and_has_no_name(plot):
    ghost = Ghost("seed 3", {"a": series([3.0, 2.0, 1.0])})
    plot.set_series({}, {"a": "SGD"}, ghosts=[ghost])
    (line,) = plot.lines.values()
    assert (line.faint, line.index, line.series.values.tolist()) == (True, 0, [3.0, 2.0, 1.0])
    assert plot.values_at(2)[1] == []
    plot.set_series({"a": series([5.0])}, {"a": "SGD"}, ghosts=[ghost])
    assert [label for label, _ in plot.values_at(1)[1]] == ["SGD"]
    plot.set_series({"a": series([5.0])}, {"a": "SGD"})
    assert not any(line.faint for line in plot.lines.values())


def test_the_axis_reaches_at_most_a_sixtieth_beyond_the_last_step_and_rests_for_most_pictures(plot):
    ends = []
    for last in range(1_000, 1_033):
        plot.set_series({"loss": series(np.ones(last))})
        room = 1 - (plot.label_room + 10) / plot.axes.view_box.rect().width()
        ends.append(plot.axes.whole[1] * room)
        assert last <= ends[-1] + 1e-6 <= last * (1 + 1 / 60)
    assert len(np.unique(np.round(ends, 3))) <= 6
