"""A click on the map starts the run that the map computed; what is drawn without noise says so; limits are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from explainer import Run
from explainer.contract.cards import Seek
from explainer.export.of_run import frame_of, job_parts
from explainer.scenes.gradient_descent.cards.ground import in_decades, loss_label, next_parts
from explainer.scenes.gradient_descent.cards.maps import (
    BASINS,
    MAP,
    STEPS,
    basin_legend,
    basin_reading,
    coloured,
    go_there,
    limit_line,
    map_caption,
    map_reading,
)
from explainer.scenes.gradient_descent.formulas import is_plain

SETTINGS = [
    {"optimizers": "sgd"},
    {"optimizers": "momentum"},
    {"optimizers": "nesterov"},
    {"optimizers": "sgd:lr=0.01"},
    {"optimizers": "momentum:momentum=0.5"},
    {"optimizers": "adam", "lr": 0.1},
    {"optimizers": "rmsprop", "lr": 0.1},
    {"optimizers": "adagrad", "lr": 0.5},
    {"optimizers": "newton", "lr": 0.5},
    {"optimizers": "sgd,momentum", "selected": 1},
    {"optimizers": "sgd", "surface": "hills", "start": (-4.0, -3.0)},
]


def answered(run, job="map", **arguments):
    """Return the run's frame with what the side job finds."""
    found = {}
    for part in job_parts(run, job, arguments):
        found |= part.arrays
    frame = frame_of(run, run.arrays("*"))
    return type(frame)(**{**vars(frame), "arrays": {**frame.arrays, **found}})


def asked_of(run, given):
    return answered(run, learner=given.get("selected", 0), steps=STEPS)


@pytest.mark.parametrize("given", SETTINGS)
@pytest.mark.parametrize("steps", [0, 7])
def test_a_click_starts_the_run_that_the_cell_was_computed_for(given, steps):
    run = Run("gradient-descent", **given)
    run.step(steps)
    frame = asked_of(run, given)
    losses = frame.arrays["map_loss"]
    index = given.get("selected", 0)
    for row, column in ((5, 20), (30, 30), (12, 40)):
        seek, asked = go_there(frame, row, column)
        assert seek == Seek(0)
        there = Run("gradient-descent", **given)
        there.set(**asked)
        assert there.position.step == 0
        there.step(STEPS)
        loss = there.frame["loss"][index]
        if np.isfinite(losses[row, column]) and losses[row, column] > 1e-12:
            assert loss == pytest.approx(losses[row, column], rel=2e-3)
        elif not np.isfinite(losses[row, column]):
            assert there.frame["retired"][index] >= 0


def test_the_limit_on_the_map_is_two_times_one_plus_beta_over_the_curvature():
    run = Run("gradient-descent", optimizers="momentum")
    frame = asked_of(run, {})
    np.testing.assert_allclose(frame.arrays["map_limit"], 2 * (1 + frame.arrays["map_second"]) / 50)
    for second, rate in limit_line(frame):
        assert rate == pytest.approx(2 * (1 + second) / 50)
    assert "limit" in map_caption(frame)
    row = int(np.abs(frame.arrays["map_second"] - 0.7).argmin())
    assert "× the limit at the start" in map_reading(frame, row, 40)


def test_an_adaptive_optimizers_limit_is_not_known_beforehand():
    frame = asked_of(Run("gradient-descent", optimizers="adam"), {})
    assert np.isnan(frame.arrays["map_limit"]).all()
    assert limit_line(frame) == []
    assert "limit" not in map_caption(frame)


def test_runs_that_ended_above_their_start_are_not_coloured_and_negative_losses_are_above_the_best():
    frame = asked_of(Run("gradient-descent", **SETTINGS[-1]), {})
    shown, loss = coloured(frame), frame.arrays["map_loss"]
    risen = ~(loss <= frame.arrays["map_first_loss"])
    assert np.isnan(shown[risen]).all()
    assert np.nanmin(shown) == 0
    assert loss.min() < 0


def test_what_is_computed_without_noise_says_so():
    assert "without noise" in map_caption(asked_of(Run("gradient-descent", noise=1.0), {}))
    assert "without noise" in BASINS.drawing.caption
    assert MAP.hides_before_prediction
    assert BASINS.hides_before_prediction


def test_a_start_that_has_not_arrived_is_not_said_to_reach_no_minimum():
    run = Run("gradient-descent", lr=0.0005)
    frame = answered(run, "basins", learner=0, steps=500)
    row, column = np.argwhere(frame.arrays["basin"] < 0)[0]
    assert "at no minimum after 500 steps" in basin_reading(frame, row, column)
    assert all("%" in words for place, words in basin_legend(frame) if place >= 0)


@pytest.mark.parametrize(
    ("given", "decades"),
    [({}, True), ({"surface": "hills"}, False), ({"surface": "styblinski-tang"}, False), ({"surface": "saddle"}, False),
     ({"surface": "custom", "expression": "x**2+y**2"}, True), ({"surface": "custom", "expression": "x**2-1"}, False),
     ({"log_loss": False}, False)],
)  # fmt: skip
def test_losses_below_zero_are_drawn_on_a_linear_axis_that_says_why(given, decades):
    run = Run("gradient-descent", **given)
    assert in_decades(run.params) == decades
    assert ("linear" in loss_label(frame_of(run, {}))) == (not decades and "log_loss" not in given)


PLAIN = ("sgd", "sgd:momentum=0.9", "momentum", "momentum:dampening=0.3", "nesterov")
SCALED = ("adam", "rmsprop", "adamax", "radam", "adagrad")


@pytest.mark.parametrize(("optimizers", "steps"), [*((o, 1) for o in PLAIN), *((o, 300) for o in PLAIN + SCALED)])
def test_the_arrows_add_up_to_the_next_step_once_a_scaling_changes_little(optimizers, steps):
    run = Run("gradient-descent", optimizers=optimizers, lr=0.005, arrows=True)
    run.step(steps)
    parts = [part for part in next_parts(frame_of(run, run.arrays("*")), 0) if part is not None]
    before = run.frame["position"][0].copy()
    run.step(1)
    np.testing.assert_allclose(sum(parts), run.frame["position"][0] - before, rtol=0.05, atol=1e-9)


@pytest.mark.parametrize(
    ("given", "plain"),
    [({"optimizers": "sgd"}, True), ({"optimizers": "momentum", "momentum": 0.0}, True),
     ({"optimizers": "momentum"}, False), ({"optimizers": "sgd:momentum=0.9"}, False),
     ({"optimizers": "sgd:weight_decay=1"}, False), ({"optimizers": "adam"}, False),
     ({"optimizers": "sgd", "noise": 1.0}, False), ({"optimizers": "newton"}, False),
     ({"optimizers": "sgd", "surface": "regression", "batch": 1}, False)],
)  # fmt: skip
def test_the_slice_calls_its_bar_the_next_step_only_where_it_is(given, plain):
    run = Run("gradient-descent", **given)
    frame = frame_of(run, run.arrays("*"))
    assert is_plain(frame, 0) == plain
    if plain:
        expected = -run.params.lr * run.frame["next_gradient"][0]
        run.step(1)
        np.testing.assert_allclose(run.frame["update"][0], expected)
