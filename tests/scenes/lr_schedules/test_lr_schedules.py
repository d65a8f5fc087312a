"""Rates against torch.optim.lr_scheduler driven directly, lanes and side jobs against plain loops with torch.optim."""

import copy

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import LinearOperator, eigsh
from torch.nn import functional as F  # noqa: N812 - the usual name
from torch.optim import lr_scheduler

from explainer import Refused, Run
from explainer.lab.batches import batch_of_epoch
from explainer.lab.schedules import make_schedule, warmed
from explainer.scenes.lr_schedules import CUTS, PLANNED
from explainer.scenes.lr_schedules.many import losses, trained
from explainer.scenes.lr_schedules.side_jobs import RATES, marks_of


def own(run):
    """The experiment of a run."""
    return run.execution.experiment


def plain(known, steps, schedule_of, momentum=0.9, lr=0.2):
    """Train the first network by torch.optim and PyTorch's scheduler; return it and the rates."""
    network, rates = copy.deepcopy(known.first), []
    optimizer = torch.optim.SGD(network.parameters(), lr=lr, momentum=momentum)
    schedule = schedule_of(optimizer)
    for step in range(steps):
        places = batch_of_epoch(step, 1437, 8, known.orders)
        optimizer.zero_grad()
        F.cross_entropy(network(known.train_x[places]), known.train_y[places]).backward()
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return network, rates


@pytest.mark.parametrize("name", ["step", "restarts", "cyclic", "one-cycle"])
def test_a_lane_is_sgd_with_pytorchs_scheduler(name):
    run = Run("lr-schedules", schedules=name, total=40, seed=1)
    run.step(40)
    if name == "one-cycle":
        network, rates = plain(own(run), 39, lambda o: lr_scheduler.OneCycleLR(o, 0.2, total_steps=40))
        run.seek(39)
    else:
        network, rates = plain(own(run), 40, lambda o: make_schedule(name, o, 40))
    np.testing.assert_allclose(run.metrics[f"rate/{name}"], rates, rtol=1e-6, atol=1e-9)
    loss = F.cross_entropy(network(own(run).train_x), own(run).train_y).item()
    assert run.metrics[f"loss/{name}"][-1] == pytest.approx(loss, rel=1e-4)
    right = (network(own(run).test_x).argmax(1) == own(run).truth).float().mean().item()
    assert run.metrics[f"accuracy/{name}"][-1] == pytest.approx(right, abs=0.003)


def test_a_warm_up_comes_before_the_schedule_and_moves_with_the_highest_rate():
    run = Run("lr-schedules", schedules="cosine", total=40, warmup=10, lr=0.1)
    run.step(30)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule, rates = warmed(optimizer, "cosine", 40, 10), []
    for _ in range(30):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    np.testing.assert_allclose(run.metrics["rate/cosine"], rates, atol=1e-9)
    run.set(lr=0.05)
    run.step(1)
    assert run.metrics["rate/cosine"][-1] == pytest.approx(optimizer.param_groups[0]["lr"] / 2)


def test_the_drawn_schedule_is_a_line_through_its_handles():
    drawn = tuple(np.linspace(1, 0, 13).round(2) ** 2)
    run = Run("lr-schedules", schedules="custom", total=24, drawn=drawn)
    run.step(24)
    expected = 0.2 * np.interp(np.arange(24), np.linspace(0, 24, 13), drawn)
    np.testing.assert_allclose(run.metrics["rate/custom"], expected, atol=1e-9)
    np.testing.assert_allclose(run.arrays("handles")["handles"][:, 1], 0.2 * np.array(drawn), rtol=1e-6)


@pytest.mark.parametrize("watched", ["held-out", "batch"])
def test_a_plateau_lowers_the_rate_when_pytorchs_rule_does(watched):
    run = Run("lr-schedules", schedules="plateau")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.3, patience=2)
    chance = np.random.default_rng(3 if watched == "batch" else 4)
    for _ in range(40):
        loss = torch.tensor(chance.uniform(0.5, 1.0), dtype=torch.float64)
        own(run).watch([loss])
        theirs.step(loss)
        assert own(run).lowered[0] == pytest.approx(optimizer.param_groups[0]["lr"])


def test_the_plateau_is_asked_every_twenty_steps_of_what_is_watched():
    run = Run("lr-schedules", schedules="plateau")
    run.step(20)
    known = own(run)
    loss = F.cross_entropy(known.networks[0](known.test_x), known.truth).item()
    assert known.best[0] == pytest.approx(loss, rel=1e-6)


def test_spread_is_the_deviation_of_the_last_fifty_losses():
    run = Run("lr-schedules", schedules="constant,cosine")
    run.step(60)
    for name in ("constant", "cosine"):
        expected = run.metrics[f"loss/{name}"][-50:].std()
        assert run.metrics[f"spread/{name}"][-1] == pytest.approx(expected, rel=1e-3)
    now = run.arrays("now")["now"]
    assert now[0, 2] == pytest.approx(run.metrics["loss/constant"][-1], rel=1e-5)
    assert now[1, 0] == pytest.approx(run.metrics["rate/cosine"][-1])


def test_the_plan_is_what_is_used():
    run = Run("lr-schedules", schedules="linear,one-cycle,inverse-sqrt", total=180)
    run.step(100)
    found = run.arrays("plan", "places")
    for row, name in zip(found["plan"], ("linear", "one-cycle", "inverse-sqrt"), strict=True):
        np.testing.assert_allclose(row[1:101], run.metrics[f"rate/{name}"], rtol=1e-5)


def test_many_networks_at_once_are_each_what_torch_makes_of_it():
    known = own(Run("lr-schedules", schedules="constant", total=30))
    batches = [batch_of_epoch(step, 1437, 8, known.orders) for step in range(30)]
    rates = torch.tensor([[0.2, 0.05]]).repeat(30, 1)
    *_, (_, weights) = trained(
        list(known.first.parameters()), known.train_x, known.train_y, batches, rates, torch.full_like(rates, 0.9)
    )
    for k, lr in enumerate((0.2, 0.05)):
        network, _ = plain(known, 30, lambda o: make_schedule("constant", o, 30), lr=lr)
        loss = F.cross_entropy(network(known.train_x), known.train_y).item()
        assert losses(weights, known.train_x, known.train_y)[k].item() == pytest.approx(loss, rel=1e-3)


def test_the_map_is_what_a_lane_comes_to():
    run = Run("lr-schedules", schedules="polynomial,one-cycle", total=60, lr=RATES[2])
    run.step(60)
    *_, found = own(run).over()
    for name in ("polynomial", "one-cycle"):
        expected = run.metrics[f"loss/{name}"][14::5].mean()
        assert found["final"][PLANNED.index(name), 2].item() == pytest.approx(expected, rel=0.01)


def test_a_cut_that_is_none_is_how_the_run_goes_on():
    run = Run("lr-schedules", schedules="constant", lr=0.05)
    run.step(20)
    *_, found = own(run).cut(0)
    run.step(120)
    went_on = run.metrics["loss/constant"]
    after = found["after"].numpy()
    assert after.shape == (len(CUTS), 61)
    np.testing.assert_allclose(after[:, 0], went_on[19], rtol=1e-4)
    np.testing.assert_allclose(after[0, [1, 10, 30]], went_on[[21, 39, 79]], rtol=0.02)


def test_the_range_test_marks_the_steepest_place_and_where_the_loss_has_run_away():
    tested = torch.logspace(-4, 1, 101)
    smoothed = torch.where(tested < 1, 2 - 1.8 / (1 + (0.05 / tested) ** 4), 0.2 * tested**4)
    steep, explodes = marks_of(tested, smoothed)
    assert steep.item() == pytest.approx(0.05, rel=0.15)
    assert explodes.item() == pytest.approx(4**0.25, rel=0.15)
    *_, found = own(Run("lr-schedules")).range_test()
    assert found["marks"][0] < found["tested"][found["smoothed"].argmin()] < found["marks"][1]


def test_a_warm_up_longer_than_the_schedule_is_refused():
    with pytest.raises(Refused, match="warmup = 100"):
        Run("lr-schedules", total=50, warmup=100)


def test_the_sharpness_is_the_largest_eigenvalue_of_the_hessian_of_the_whole_training_loss():
    run = Run("lr-schedules", schedules="constant")
    run.step(30)
    network, x, y = own(run).networks[0], own(run).train_x, own(run).train_y
    parameters = list(network.parameters())
    slopes = torch.autograd.grad(F.cross_entropy(network(x), y), parameters, create_graph=True)
    slope = torch.cat([each.flatten() for each in slopes])

    def times(vector):
        product = torch.autograd.grad(slope @ torch.tensor(vector).float(), parameters, retain_graph=True)
        return torch.cat([each.flatten() for each in product]).numpy()

    hessian = LinearOperator((len(slope), len(slope)), times, dtype="float32")
    known = eigsh(hessian, k=1, which="LA", return_eigenvectors=False, tol=1e-4)[0]
    *_, found = own(run).sharpness()
    assert found["sharpness"].item() == pytest.approx(known, rel=0.01)


@pytest.mark.parametrize(("share", "converges"), [(0.99, True), (1.01, False)])
def test_momentum_on_a_parabola_converges_below_the_curvature_that_is_called_stable_and_not_above(share, converges):
    run = Run("lr-schedules", schedules="constant", lr=0.2)
    *_, found = own(run).sharpness()
    place = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([place], lr=0.2, momentum=0.9)
    for _ in range(2000):
        optimizer.zero_grad()
        (share * found["stable"][0] * place**2 / 2).sum().backward()
        optimizer.step()
    assert (abs(place.item()) < 1e-3) == converges
