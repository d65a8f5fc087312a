"""What the pictures draw, against the closed forms of the ravine."""

import math

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.scenes.gradient_descent.drawings import reach


def ravine(x, y):
    return (x**2 + 50 * y**2) / 2


def test_the_slice_is_the_loss_straight_downhill():
    run = Run("gradient-descent", optimizers="sgd")
    run.step(3)
    (x, y), lengths = run.frame["position"][0], run.frame["slice_length"]
    slope = np.array([x, 50 * y])
    direction = -slope / np.hypot(*slope)
    assert run.frame["slice_loss"] == pytest.approx(ravine(x + direction[0] * lengths, y + direction[1] * lengths))
    assert run.frame["next_gradient"][0] == pytest.approx(slope)


@pytest.mark.parametrize("lr", [1e-4, 0.02, 0.04])
def test_the_slice_reaches_past_the_bottom_and_past_the_step(lr):
    run = Run("gradient-descent", optimizers="sgd", lr=lr)
    slope = np.array([-9.0, 75.0])
    norm = np.hypot(*slope)
    curvature = slope @ np.diag([1.0, 50.0]) @ slope / norm**2
    least = max(2.4 * norm / curvature, 1.15 * lr * norm)
    assert least <= run.frame["slice_length"][-1] <= 2 * least


def test_the_slice_keeps_its_scale_while_the_step_shrinks_and_rescales_by_a_factor_that_can_be_seen():
    run, reaches, steps = Run("gradient-descent", optimizers="sgd", surface="bowl", start=(-3, 2), lr=0.1), [], []
    for _ in range(60):
        run.step(1)
        reaches.append(float(run.frame["slice_length"][-1]))
        steps.append(0.1 * float(np.hypot(*run.frame["next_gradient"][0])))
    assert steps[-1] < steps[0] / 200
    assert set(np.round(np.array(reaches[:-1]) / np.array(reaches[1:]), 9)) == {1.0, 2.0}
    assert all(1.15 * step <= reach <= 2 * 2.4 * 10 * step for step, reach in zip(steps, reaches, strict=True))


@pytest.mark.parametrize("loss", [1e-30, 1e-120, 1e-280])
def test_far_below_any_ordinary_loss_the_step_is_still_told_from_the_ball(loss):
    side = math.sqrt(loss)
    run = Run("gradient-descent", optimizers="sgd", surface="bowl", start=(side, side), lr=0.1)
    step = 0.1 * float(np.hypot(*run.frame["next_gradient"][0]))
    assert run.frame["slice_length"][-1] < 200 * step


def test_where_rounding_hides_the_curvature_the_step_alone_decides():
    assert reach(here=1.0, landing=1.0 - 1e-12, slope=1e-6, step=1e-6) == pytest.approx(1.15e-6)


def test_the_reach_of_a_slice_is_always_a_number_that_can_be_drawn():
    for landing in (math.inf, -math.inf, math.nan, 1e308):
        assert 1e-150 <= reach(here=1e300, landing=landing, slope=1e200, step=1e200) <= 1e150


def test_gradient_and_update_are_those_of_the_last_step():
    run = Run("gradient-descent", optimizers="sgd,momentum")
    run.step(7)
    path = run.frame["path"]
    before = path[:, -2]
    assert run.frame["update"] == pytest.approx(path[:, -1] - before)
    assert run.frame["gradient"] == pytest.approx(before * np.array([1.0, 50.0]))


def test_the_limits_are_two_over_the_curvature_and_more_with_momentum():
    run = Run("gradient-descent", optimizers="sgd,momentum,nesterov,rmsprop", momentum=0.7)
    limits = run.frame["lr_limit"]
    assert limits[:3] == pytest.approx([2 / 50, 2 * 1.7 / 50, 2 * 1.7 / (2.4 * 50)])
    assert np.isnan(limits[3])
    assert run.frame["hessian_eigenvalues"] == pytest.approx(np.tile([1.0, 50.0], (4, 1)))


def diverges(entry, lr, steps=3000):
    run = Run("gradient-descent", optimizers=entry, lr=lr, momentum=0.9)
    run.step(steps)
    return run.metrics["loss/" + entry.split(":")[0]][-1] > 1.0


@pytest.mark.parametrize(
    "entry", ["sgd:weight_decay=5", "momentum:dampening=0.9", "sgd:momentum=0.5", "momentum", "nesterov"]
)
def test_a_limit_takes_the_entrys_own_settings_into_account(entry):
    limit = float(Run("gradient-descent", optimizers=entry, momentum=0.9).frame["lr_limit"][0])
    assert not diverges(entry, 0.98 * limit)
    assert diverges(entry, 1.02 * limit)


def test_the_limit_of_adam_counts_l2_decay_and_the_largest_average_of_amsgrad():
    run = Run("gradient-descent", surface="bowl", optimizers="adam:weight_decay=10:amsgrad=1", lr=0.01, start=(-3, 2))
    run.step(5)
    optimizer, theta = run.execution.experiment.optimizers[0], run.execution.experiment.thetas[0]
    state = optimizer.state[theta]
    scale = (1 - 0.9**5) * (np.sqrt(state["max_exp_avg_sq"].numpy() / (1 - 0.999**5)) + 1e-8)
    curvature = np.linalg.eigvalsh(np.diag(11.0 / scale))[-1]
    assert run.frame["lr_limit"][0] == pytest.approx(2 * 1.9 / (0.1 * curvature))


def test_gradients_after_a_seek_are_those_of_the_run_also_when_one_is_retired():
    settings = {"lr": 0.3, "optimizers": "sgd,adam:lr=0.001"}
    straight, sought = Run("gradient-descent", **settings), Run("gradient-descent", **settings)
    straight.step(700)
    sought.step(900)
    assert sought.frame["retired"][0] > 0
    sought.seek(700)
    assert sought.frame["gradient"].tolist() == straight.frame["gradient"].tolist()


def test_the_basins_follow_a_data_point_that_was_moved():
    run = Run("gradient-descent", surface="regression", start=(-1, 3), lr=0.05)
    run.act("move_point", index=0, to=(2.5, 5.0))
    points = run.frame["points"]
    *_, found = run.execution.experiment.basins(learner=0, steps=50)
    best = np.polyfit(points[:, 0], points[:, 1], 1)
    assert found["basin_minima"][0].tolist() == pytest.approx(best.tolist())
    assert run.frame["minima"][0] == pytest.approx(best)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_everything_can_be_drawn_and_asked_on_a_gpu():
    run = Run("gradient-descent", device="cuda", surface="regression", batch=4, optimizers="sgd,adam,newton")
    run.step(3)
    assert set(run.frame) == set(Run("gradient-descent", device="cpu").frame)
    for job in ({"name": "basins", "learner": 0, "steps": 5}, {"name": "preview", "start": (0, 0), "steps": 5}):
        assert list(getattr(run.execution.experiment, job.pop("name"))(**job))


def test_one_that_runs_away_rests_where_it_was_last_finite_and_the_others_go_on():
    run = Run("gradient-descent", lr=0.5, optimizers="sgd,adam")
    run.step(400)
    retired = run.frame["retired"]
    assert retired[0] > 0
    assert retired[1] == -1
    assert run.stopped is None
    assert run.position.step == 400
    assert np.isfinite(run.frame["path"]).all()
    assert len({tuple(place) for place in run.frame["path"][0, retired[0] :].tolist()}) == 1
    assert np.isfinite(run.metrics["loss/sgd"]).all()


def test_the_run_stops_when_the_last_one_has_run_away():
    run = Run("gradient-descent", lr=1.0, optimizers="sgd")
    run.step(2000)
    factor = abs(1 - 50.0)
    steps = math.log(1.7976931348623157e308 / (25 * 1.5**2)) / (2 * math.log(factor))
    assert run.stopped.metric == "loss/sgd"
    assert run.stopped.step == math.ceil(steps)
    assert run.position.step == run.stopped.step
