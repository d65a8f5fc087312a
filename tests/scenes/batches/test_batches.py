"""Lanes, the cloud of gradients and the counts against plain loops, autograd one example at a time, and NumPy."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name
from torch.utils.data import BatchSampler, SequentialSampler

from explainer import Run
from explainer.lab.batches import batch_of_epoch, order_of_epoch, updates_of_epoch
from explainer.scenes.batches import COUNT, DOTS, size_of
from explainer.scenes.batches.experiment import order_of, rate_of
from explainer.scenes.batches.gradients import along, combined, factors_of, plane
from explainer.scenes.batches.side_jobs import RATES, SIZES, noise_job, over_job


def own(run):
    """The experiment of a run."""
    return run.execution.experiment


def each_gradient(network, x, y):
    """Every example's gradient by autograd, one at a time (example, parameter)."""
    rows = []
    for one, label in zip(x, y, strict=True):
        loss = F.cross_entropy(network(one[None]), label[None])
        rows.append(torch.cat([each.flatten() for each in torch.autograd.grad(loss, list(network.parameters()))]))
    return torch.stack(rows)


def trained(seed, size, updates, lr):
    """A plain loop: the same first weights, batches cut from the same orders."""
    run = Run("batches", seed=seed, batch_sizes="1")
    known, network = own(run), nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    network.load_state_dict(known.first.state_dict())
    made, epoch = 0, 0
    while made < updates:
        order = torch.randperm(COUNT, generator=torch.Generator().manual_seed(known.orders + epoch))
        for places in BatchSampler(order.tolist(), size, drop_last=False):
            if made == updates:
                break
            loss = F.cross_entropy(network(known.train_x[places]), known.train_y[places])
            slopes = torch.autograd.grad(loss, list(network.parameters()))
            with torch.no_grad():
                for each, slope in zip(network.parameters(), slopes, strict=True):
                    each -= lr * slope
            made += 1
        epoch += 1
    return network


@pytest.mark.parametrize(("name", "steps", "updates"), [("1", 5, 80), ("32", 95, 47), ("all", 91, 1)])
def test_a_lane_is_a_plain_loop_over_the_same_batches(name, steps, updates):
    run = Run("batches", seed=1, batch_sizes=f"{name},512", lr=0.03)
    run.step(steps)
    assert run.metrics[f"updates/{name}"][-1] == updates
    theirs = trained(1, size_of(name), updates, 0.03)
    for mine, each in zip(own(run).networks[0].parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, each, atol=2e-6, rtol=1e-5)
    right = (theirs(own(run).test_x).argmax(1) == own(run).truth).float().mean()
    assert run.metrics[f"accuracy/{name}"][-1] == pytest.approx(right.item(), abs=0.003)
    loss = F.cross_entropy(theirs(own(run).train_x), own(run).train_y)
    assert run.metrics[f"loss/{name}"][-1] == pytest.approx(loss.item(), rel=1e-5)


@pytest.mark.parametrize("drop", [False, True])
@pytest.mark.parametrize("batch", [1, 29, 32, 479, 1437])
def test_an_epoch_has_as_many_batches_as_pytorchs_sampler_makes(batch, drop):
    theirs = [len(places) for places in BatchSampler(SequentialSampler(range(COUNT)), batch, drop)]
    assert updates_of_epoch(COUNT, batch, drop) == len(theirs)
    run = Run("batches", drop_last=drop)
    own(run).sizes[0] = batch
    assert [len(own(run).batch(0, update)) for update in range(len(theirs))][-3:] == theirs[-3:]
    assert len(own(run).batch(0, len(theirs))) == theirs[0]


def test_the_counts_are_those_of_the_batches_seen():
    run = Run("batches", batch_sizes="32,64,all", drop_last=True, per_step=100)
    run.step(15)
    counts = run.arrays("counts")["counts"]
    assert counts[0].tolist() == [46, 2, 44, 46 * 32, 32]
    assert counts[1].tolist() == [23, 2, 22, 23 * 64, 64]
    assert counts[2].tolist() == [1, 1, 1, 1437, 1437]


@pytest.mark.parametrize("order", ["shuffled", "once", "sorted", "replacement"])
def test_orders_are_what_they_are_called(order):
    run = Run("batches")
    labels = own(run).train_y
    first, second = (order_of(order, epoch, 5, labels) for epoch in (0, 1))
    if order == "replacement":
        assert len(set(first.tolist())) == pytest.approx(COUNT * (1 - 1 / math.e), abs=40)
    else:
        assert sorted(first.tolist()) == list(range(COUNT))
    assert torch.equal(first, second) == (order in ("once", "sorted"))
    if order == "sorted":
        assert (labels[first].diff() >= 0).all()


def test_the_strip_shows_the_batch_that_used_each_digit():
    run = Run("batches", batch_sizes="64,1", looked=0, per_step=64)
    run.step(25)
    experiment = own(run)
    shown = run.arrays("used_by")["used_by"].ravel()[:COUNT]
    by_digit = experiment.train_y.argsort(stable=True)
    expected = np.zeros(COUNT)
    for update in range(23, experiment.updates[0]):
        expected[batch_of_epoch(update, COUNT, 64, experiment.orders).numpy()] = update - 23 + 1
    np.testing.assert_array_equal(shown, expected[by_digit.numpy()])


def test_factors_are_every_examples_gradient():
    run = Run("batches")
    x, y, network = own(run).train_x[:60], own(run).train_y[:60], own(run).networks[0]
    plain = each_gradient(network, x, y)
    factors = factors_of(network, x, y)
    direction = [torch.randn(32, 65, generator=torch.Generator().manual_seed(1)), torch.zeros(10, 33)]
    flat = torch.cat([direction[0][:, :64].flatten(), direction[0][:, 64], torch.zeros(330)])
    torch.testing.assert_close(along(factors, direction), plain @ flat, atol=1e-4, rtol=1e-4)
    mean = combined(factors, torch.full((60,), 1 / 60))
    torch.testing.assert_close(mean[0][:, :64].flatten(), plain.mean(0)[:2048], atol=1e-6, rtol=1e-4)


def test_the_plane_is_the_full_gradient_and_nearly_the_first_direction_of_the_noise_across_it():
    run = Run("batches", per_step=32, batch_sizes="32", looked=0)
    run.step(10)
    x, y, network = own(run).train_x[:300], own(run).train_y[:300], own(run).networks[0]
    plain = each_gradient(network, x, y).double().numpy()
    found = plane(factors_of(network, x, y)).double().numpy()
    full = plain.mean(0)
    u = full / np.linalg.norm(full)
    np.testing.assert_allclose(found[:, 0], plain @ u, atol=1e-4)
    across = plain - np.outer(plain @ u, u)
    most = np.linalg.svd(across - across.mean(0), compute_uv=False)[0] ** 2 / 300
    assert 0.9 * most <= found[:, 1].var() <= 1.0001 * most


def test_noise_signal_and_formula_are_those_of_single_gradients():
    run = Run("batches", looked=1)
    run.step(4)
    experiment = own(run)
    plain = each_gradient(experiment.networks[1], experiment.train_x, experiment.train_y).double().numpy()
    full = plain.mean(0)
    trace = ((plain - full) ** 2).sum(1).mean()
    found = run.arrays("formula", "signal", "tried")
    sizes = found["tried"].astype(float)
    np.testing.assert_allclose(found["signal"], np.linalg.norm(full), rtol=1e-4)
    np.testing.assert_allclose(found["formula"], np.sqrt(trace / sizes * (COUNT - sizes) / (COUNT - 1)), rtol=1e-4)
    *_, measured = noise_job(experiment.factors(1), experiment.draws())
    measured = measured["measured"].numpy()
    assert measured[0] == pytest.approx(math.sqrt(trace), rel=1e-4)
    np.testing.assert_allclose(measured[:5], found["formula"][:5], rtol=0.12)


@pytest.mark.parametrize("order", ["shuffled", "replacement"])
def test_dots_are_means_of_their_examples_and_as_wide_as_the_formula_says(order):
    run = Run("batches", order=order, cloud=128)
    found = run.arrays("dots", "singles", "centre", "radii", "spread", "labels", "picture")
    batches = own(run).drawn().numpy()
    assert found["dots"].shape == (DOTS, 2)
    np.testing.assert_allclose(found["dots"][7], found["singles"][batches[7]].mean(0), atol=1e-5)
    variance = found["singles"].var(0) / 128 * (1 if order == "replacement" else (COUNT - 128) / (COUNT - 1))
    np.testing.assert_allclose(found["radii"][1], np.sqrt(variance), rtol=1e-4)
    np.testing.assert_allclose(np.sqrt(np.diag(found["spread"][0])), np.sqrt(variance), rtol=1e-4)
    np.testing.assert_allclose(found["radii"][0], found["radii"][1], rtol=0.2)
    assert len(found["labels"]) == len(found["picture"]) == 48


def test_batches_of_all_examples_have_no_noise():
    found = Run("batches", cloud=COUNT).arrays("radii")["radii"]
    np.testing.assert_allclose(found, 0, atol=1e-6)


def test_pieces_add_up_to_the_batch_and_train_alike():
    whole, cut = Run("batches", batch_sizes="32"), Run("batches", batch_sizes="32", pieces=3)
    for run in (whole, cut):
        run.step(20)
    np.testing.assert_allclose(cut.metrics["loss/32"], whole.metrics["loss/32"], rtol=1e-5)
    checks = cut.arrays("checks")["checks"]
    assert checks[0] < 1e-6
    assert checks[1] < 1e-6
    assert checks[2] < 1e-14
    assert checks[3] > 0.01
    assert checks[4] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(("scaling", "power"), [("none", 0), ("sqrt", 0.5), ("linear", 1)])
def test_rates_follow_the_rule_also_when_it_is_changed(scaling, power):
    run = Run("batches", batch_sizes="8,all")
    run.set(scaling=scaling, lr=0.2)
    expected = [0.2 * (8 / 32) ** power, 0.2 * (1437 / 32) ** power]
    np.testing.assert_allclose(run.arrays("rates")["rates"], expected)
    assert [each.param_groups[0]["lr"] for each in own(run).optimizers] == pytest.approx(expected)
    assert rate_of(32, 0.2, scaling) == pytest.approx(0.2)


def test_the_map_is_what_a_lane_has_after_one_epoch():
    run = Run("batches", batch_sizes="64,256", lr=RATES[3], per_step=COUNT)
    run.step(1)
    order = order_of_epoch(0, COUNT, own(run).orders)
    data = (own(run).train_x, own(run).train_y), (own(run).test_x, own(run).truth)
    parts = [part["map_accuracy"] for part in over_job(own(run).first, *data, order) if "map_accuracy" in part]
    assert torch.isnan(parts[0][1:]).all()
    for name in ("64", "256"):
        found = float(parts[-1][SIZES.index(int(name)), 3])
        assert found == pytest.approx(run.metrics[f"accuracy/{name}"][-1], abs=0.006)


def test_a_lane_that_has_run_away_rests_and_the_others_go_on():
    run = Run("batches", lr=5.0, batch_sizes="1,512")
    run.step(60)
    assert run.arrays("resting")["resting"].tolist()[0]
    assert run.notes[0].name == "away"
    assert np.isfinite(run.metrics["loss/1"]).all()
    assert run.stopped is None
