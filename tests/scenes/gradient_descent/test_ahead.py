"""What is shown of the steps to come is what comes; what a phase shows is of one moment."""

import re

import numpy as np
import pytest

from explainer import Run
from explainer.commands.running import frame_of
from explainer.scenes.gradient_descent.cards.ground import strokes
from explainer.scenes.gradient_descent.update_formulas import FORMULAS

RACE = "sgd,momentum,nesterov,adam,adamw:weight_decay=0.1,rmsprop,adagrad,newton,radam"


def found_by(run, name, **arguments):
    """What a side job of a run finds."""
    found = {}
    for part in getattr(run.execution.experiment, name)(**arguments):
        found |= part
    return {name: np.asarray(array) for name, array in found.items()}


def frame(run):
    return frame_of(run, run.arrays("*"))


@pytest.mark.parametrize("surface", ["ravine", "hills", "rosenbrock"])
def test_the_preview_of_the_next_steps_is_what_the_run_then_does(surface):
    run = Run("gradient-descent", optimizers=RACE, surface=surface, lr=0.01)
    run.step(7)
    run.set(lr=0.004, momentum=0.5)
    told = found_by(run, "ahead", steps=25)["ahead_path"]
    before = run.arrays("path")["path"].shape
    run.step(25)
    lived = run.arrays("path")["path"][:, 7:]
    assert told.shape == lived.shape
    assert before[1] == 8
    ended = np.isnan(told).any(-1)
    np.testing.assert_allclose(told[~ended], lived[~ended], rtol=1e-12, atol=1e-300)
    gone = run.arrays("retired")["retired"] >= 0
    assert not ended[~gone].any(), "only what runs away ends"


def test_a_preview_leaves_the_run_as_it_is_and_ends_where_numbers_end():
    run, twin = (Run("gradient-descent", optimizers="sgd,adam", lr=0.5) for _ in range(2))
    told = found_by(run, "ahead", steps=2000)["ahead_path"]
    assert np.isnan(told[0, -1]).all()
    assert np.isfinite(told[1]).all()
    run.step(5)
    twin.step(5)
    assert np.array_equal(run.arrays("path")["path"], twin.arrays("path")["path"])


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_arrows_run_along_the_whole_path_and_split_the_heavy_balls_steps(optimizer):
    run = Run("gradient-descent", optimizers=optimizer, lr=0.03, momentum=0.6, arrows=True)
    run.step(12)
    path = run.arrays("path")["path"][0]
    found = strokes(frame(run))
    steps = [stroke for stroke in found if stroke.token == 0]
    assert np.allclose([stroke.at for stroke in steps], path[:-1])
    assert np.allclose([np.add(stroke.at, stroke.by) for stroke in steps], path[1:])
    kept = {tuple(stroke.at): np.array(stroke.by) for stroke in found if stroke.token == "muted"}
    assert (len(kept) > 5) is (optimizer == "momentum")
    for k in range(1, 12 if kept else 0):
        gradient = path[k] * [1.0, 50.0]
        assert np.allclose(kept[tuple(path[k])] - 0.03 * gradient, path[k + 1] - path[k])


def test_after_a_change_of_settings_only_steps_that_had_the_same_are_split():
    run = Run("gradient-descent", optimizers="momentum", lr=0.03, momentum=0.6, arrows=True)
    run.step(6)
    run.set(momentum=0.2)
    run.step(4)
    path = run.arrays("path")["path"][0]
    kept = [stroke for stroke in strokes(frame(run)) if stroke.token == "muted" and stroke.width < 1.8]
    for stroke in kept:
        (k,) = (k for k in range(len(path)) if np.array_equal(path[k], stroke.at))
        gradient = path[k] * [1.0, 50.0]
        assert np.allclose(np.array(stroke.by) - 0.03 * gradient, path[k + 1] - path[k])
    assert kept


def test_every_number_of_a_phase_is_of_the_place_that_is_named_beside_it():
    run = Run("gradient-descent", optimizers="sgd", lr=0.03)
    run.step(2)
    path = [np.array([-9.0, 1.5])]
    for _ in range(4):
        path.append(path[-1] * [1 - 0.03, 1 - 0.03 * 50])
    for _ in range(4):
        now = frame(run)
        loss, gradient, update = (formula.numbers(now) for formula in FORMULAS)
        at = int(re.match(r"L\(\\theta_\{(\d+)\}", loss)[1])
        x, y = path[at]
        assert float(loss.rsplit("= ", 1)[1]) == pytest.approx((x**2 + 50 * y**2) / 2, rel=1e-3)
        if gradient:
            at = int(re.match(r"g\(\\theta_\{(\d+)\}", gradient)[1])
            shown = re.search(r"= \((.*?),\\; (.*?)\)", gradient)
            assert [float(one) for one in shown.groups()] == pytest.approx(list(path[at] * [1, 50]), rel=1e-2)
        if update:
            at = int(re.match(r"\\theta_\{(\d+)\}", update)[1])
            pairs = re.findall(r"\(([-.\d]+),\\; ([-.\d]+)\)", update)
            assert [float(one) for one in pairs[0]] == pytest.approx(list(path[at - 1]), rel=1e-2)
            assert [float(one) for one in pairs[-1]] == pytest.approx(list(path[at]), rel=1e-2)
        assert bool(update) is (now.phase in ("", "update"))
        run.execution.advance_phase()


def test_each_phase_draws_what_it_has_brought():
    run = Run("gradient-descent", optimizers="sgd", lr=0.03)
    run.step(1)
    assert strokes(frame(run)) == []
    run.execution.advance_phase()
    assert strokes(frame(run)) == []
    run.execution.advance_phase()
    (slope,) = strokes(frame(run))
    assert np.allclose(slope.by, -0.03 * run.arrays("gradient")["gradient"][0])
    run.execution.advance_phase()
    (moved,) = strokes(frame(run))
    assert np.allclose(np.add(moved.at, moved.by), run.arrays("position")["position"][0])
