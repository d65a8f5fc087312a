"""Activations, batches, losses, regularizers, schedules, histograms, decision maps and the race."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from explainer.lab import race as racing
from explainer.lab.activations import ACTIVATION, STEEPEST, slope
from explainer.lab.batches import batch_of_epoch, draw_batch
from explainer.lab.decision import grid, probabilities
from explainer.lab.histograms import round_up, shares
from explainer.lab.losses import accuracy_of, loss_of
from explainer.lab.regularizers import l1, l2, max_norm
from explainer.lab.schedules import SCHEDULES, factor, make_schedule, risen, warmed

MODULES = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "hard-tanh": nn.Hardtanh,
    "linear": nn.Identity,
}


@pytest.mark.parametrize("name", ACTIVATION)
def test_an_activation_is_pytorchs_and_its_slope_the_limit_of_differences(name):
    z = torch.linspace(-6, 6, 1_201, dtype=torch.float64) + 0.0031
    torch.testing.assert_close(ACTIVATION[name](z), MODULES[name]()(z))
    steps = (ACTIVATION[name](z + 1e-6) - ACTIVATION[name](z - 1e-6)) / 2e-6
    torch.testing.assert_close(slope(name, z), steps, atol=1e-6, rtol=1e-6)
    assert float(slope(name, z).max()) == pytest.approx(STEEPEST.get(name, 1.0), rel=1e-2)


def test_a_batch_has_no_example_twice():
    found = draw_batch(50, 20, torch.Generator().manual_seed(1))
    assert len(found.unique()) == 20
    assert found.max() < 50
    assert torch.equal(found, torch.randperm(50, generator=torch.Generator().manual_seed(1))[:20])


@pytest.mark.parametrize(("count", "batch"), [(10, 3), (12, 4), (5, 8), (1, 1)])
def test_an_epoch_sees_every_example_once_and_has_an_order_of_its_own(count, batch):
    steps = math.ceil(count / batch)
    epochs = [[batch_of_epoch(step, count, batch, 7) for step in range(e * steps, (e + 1) * steps)] for e in (0, 1)]
    for epoch in epochs:
        assert sorted(torch.cat(epoch).tolist()) == list(range(count))
        assert all(len(one) == batch for one in epoch[:-1])
    if count > 5:
        assert torch.cat(epochs[0]).tolist() != torch.cat(epochs[1]).tolist()


def test_losses_and_accuracies_follow_the_kind_of_the_targets():
    scores, classes = torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 1.0]]), torch.tensor([0, 1, 1])
    assert loss_of(scores, classes) == F.cross_entropy(scores, classes)
    assert float(accuracy_of(scores, classes)) == pytest.approx(2 / 3)
    y = torch.tensor([[1.0], [2.0], [4.0]])
    out = torch.tensor([[1.0], [3.0], [4.0]])
    assert loss_of(out, y) == F.mse_loss(out, y)
    assert float(accuracy_of(out, y)) == pytest.approx(1 - 1 / 3)


def test_regularizers_pull_as_their_definitions_say():
    weights = [torch.randn(4, 3, dtype=torch.float64).requires_grad_(), torch.randn(2, 4, dtype=torch.float64)]
    assert float(l1(weights).detach()) == pytest.approx(sum(np.abs(w.detach().numpy()).sum() for w in weights))
    assert float(l2(weights).detach()) == pytest.approx(sum((w.detach().numpy() ** 2).sum() for w in weights) / 2)
    torch.testing.assert_close(torch.autograd.grad(l1(weights), weights[0])[0], weights[0].sign())
    torch.testing.assert_close(torch.autograd.grad(l2(weights), weights[0])[0], weights[0].detach())


def test_max_norm_shortens_the_rows_that_are_too_long_and_no_other():
    weight = torch.tensor([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    max_norm([weight], 1.0)
    torch.testing.assert_close(weight, torch.tensor([[0.6, 0.8], [0.3, 0.4], [0.0, 0.0]]))


ENDS = {
    "constant": 1.0,
    "step": 1e-3,
    "multistep": 1e-2,
    "exponential": 1e-2,
    "linear": 0.0,
    "polynomial": 0.0,
    "cosine": 0.0,
    "warm-up": 0.0,
}


@pytest.mark.filterwarnings("ignore:The epoch parameter")
@pytest.mark.parametrize("name", ENDS)
def test_a_schedule_begins_and_ends_where_it_says(name):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule, rates = make_schedule(name, optimizer, 90), []
    for _ in range(90):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(ENDS[name], abs=1e-6)
    assert rates[0] == pytest.approx(0.01 if name == "warm-up" else 1.0)
    assert max(rates) == pytest.approx(1.0)
    if name == "cosine":
        assert rates[30] == pytest.approx((1 + math.cos(math.pi / 3)) / 2)


def test_shares_are_those_of_numpys_histogram():
    values = torch.randn(3, 500, dtype=torch.float64)
    found = shares((values + 2) * 5, 20).numpy()
    for row, counted in zip(values.numpy(), found, strict=True):
        inside = row[row < 2]
        expected = np.histogram(inside, 20, (-2, 2))[0] / 500
        expected[-1] += (row >= 2).mean()
        np.testing.assert_allclose(counted, expected)


def test_what_is_not_finite_counts_in_no_bin():
    places = torch.tensor([[0.5, math.nan, math.inf, -math.inf, -3.0, 7.0, 2.0]])
    assert shares(places, 2).tolist() == [[1 / 7, 2 / 7]]


@pytest.mark.parametrize(
    ("value", "found"), [(0.3, 0.5), (1.0, 1.0), (1.1, 2.0), (7e5, 1e6), (0.0, 1.0), (math.inf, 1)]
)
def test_a_size_is_rounded_up_to_1_2_or_5(value, found):
    assert round_up(value) == pytest.approx(found)


def test_a_decision_map_holds_the_probabilities_of_each_cells_middle():
    torch.manual_seed(0)
    for outputs in (1, 3):
        network = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, outputs))
        found = probabilities(network, grid((-1.0, 3.0), (0.0, 1.0), 8, 5), 5)
        assert found.shape == (max(2, outputs), 5, 8)
        torch.testing.assert_close(found.sum(0), torch.ones(5, 8))
        scores = network(torch.tensor([[-1 + 4 * 6.5 / 8, 2.5 / 5]]))[0]
        expected = scores.softmax(0) if outputs > 1 else torch.cat([1 - scores.sigmoid(), scores.sigmoid()])
        torch.testing.assert_close(found[:, 2, 6], expected)


def test_the_race_times_every_model_at_every_length_and_yields_between(monkeypatch):
    monkeypatch.setattr(racing, "LENGTHS", (2, 3))
    seen = []
    weight = torch.ones(1, requires_grad=True)

    def model(name):
        return lambda x: (seen.append((name, x.shape[1])), x * weight)[1]

    found = list(racing.race([model("a"), model("b")], lambda length: torch.ones(1, length), 2))
    assert [one is None for one in found] == [True, True, False] * 2
    assert seen == [("a", 2), ("a", 2), ("b", 2), ("b", 2), ("a", 3), ("a", 3), ("b", 3), ("b", 3)]
    assert found[2][:, 1].isnan().all()
    assert (found[5] > 0).all()


@pytest.mark.parametrize("name", ["step", "linear", "cosine", "polynomial"])
def test_a_warm_up_before_a_schedule_is_pytorchs_sequence_of_both(name):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    schedule = warmed(optimizer, name, 60, 12)
    for step in range(1, 61):
        assert optimizer.param_groups[0]["lr"] == pytest.approx(0.4 * factor(name, step, 60, 12), abs=1e-9), step
        optimizer.step()
        schedule.step()


def test_one_cycles_momentum_moves_against_its_rate_as_pytorchs():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.4, total_steps=80)
    for step in range(1, 81):
        assert optimizer.param_groups[0]["momentum"] == pytest.approx(0.95 - 0.1 * risen(step, 80)), step
        optimizer.step()
        schedule.step()


@pytest.mark.parametrize("steps", [1, 7, 100])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedules_closed_form_is_pytorchs(name, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    schedule = make_schedule(name, optimizer, steps)
    for step in range(1, steps + 1):
        assert optimizer.param_groups[0]["lr"] == pytest.approx(0.4 * factor(name, step, steps), abs=1e-9), step
        optimizer.step()
        schedule.step()
