"""The playground's training against a loop written apart from it, to the last bit, and its rules."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from explainer import Refused, Run
from explainer.scenes.playground.data import split_of, uneven

ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}


def usual_loop(run, steps, activation, make_optimizer):
    """Train plain ``nn.Linear`` layers on the run's own batches as one is usually told to; yield weights and loss."""
    torch.set_num_threads(1)
    first = run.arrays("*")
    x, y = torch.tensor(first["points"]), torch.tensor(first["labels"])
    depth = sum(name.startswith("weight/") for name in first)
    layers = [nn.Linear(first[f"weight/{k}"].shape[1], len(first[f"bias/{k}"])) for k in range(1, depth + 1)]
    for k, layer in enumerate(layers, 1):
        layer.weight.data, layer.bias.data = (torch.tensor(first[f"{name}/{k}"]) for name in ("weight", "bias"))
    optimizer = make_optimizer([parameter for layer in layers for parameter in layer.parameters()])
    for _ in range(steps):
        run.step()
        rows = run.execution.experiment.rows
        optimizer.zero_grad()
        h = x[rows]
        for layer in layers[:-1]:
            h = ACTIVATIONS[activation](layer(h))
        scores = layers[-1](h)
        if scores.shape[1] == 1:
            losses = F.binary_cross_entropy_with_logits(scores[:, 0], y[rows].float(), reduction="none")
        else:
            losses = F.cross_entropy(scores, y[rows], reduction="none")
        loss = losses.mean()
        loss.backward()
        optimizer.step()
        yield layers, loss


@pytest.mark.parametrize("execution", ["functional", "eager"])
@pytest.mark.parametrize(
    ("settings", "make_optimizer"),
    [
        ({}, lambda parameters: torch.optim.Adam(parameters, lr=0.03)),
        ({"layers": "8,8", "activation": "relu"}, lambda parameters: torch.optim.Adam(parameters, lr=0.03)),
        ({"data": "three", "layers": "5", "optimizer": "sgd", "lr": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1)),
        (
            {"layers": "3,4,5", "activation": "sigmoid", "optimizer": "nesterov", "batch_size": 64},
            lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9, nesterov=True),
        ),
        ({"layers": ""}, lambda parameters: torch.optim.Adam(parameters, lr=0.03)),
    ],
)
def test_every_weight_is_that_of_the_usual_loop(settings, make_optimizer, execution):
    run = Run("playground", seed=4, execution=execution, **settings)
    for layers, loss in usual_loop(run, 60, settings.get("activation", "tanh"), make_optimizer):
        found = run.arrays("*")
        for k, layer in enumerate(layers, 1):
            assert np.array_equal(found[f"weight/{k}"], layer.weight.detach().numpy())
            assert np.array_equal(found[f"bias/{k}"], layer.bias.detach().numpy())
            assert np.array_equal(found[f"gradient/{k}"], layer.weight.grad.numpy())
        assert run.metrics["loss/batch"][-1] == loss.item()


@pytest.mark.parametrize(
    "settings",
    [
        {"l1": 0.01, "l2": 0.02, "max_norm": 0.7},
        {"dropout": 0.3, "layers": "6,5"},
        {"skips": "0>2,1>3", "layers": "4,4"},
        {"loss": "hinge", "balanced": True, "imbalance": 3.0},
        {"data": "five", "loss": "mse", "label_smoothing": 0.2, "schedule": "cosine", "schedule_steps": 30},
        {"data": "sine", "layers": "6:activation=gelu,4:activation=elu", "clip": 0.1, "optimizer": "rmsprop:alpha=0.9"},
        {"norm": "batch", "batch_size": 83},
    ],
)
def test_both_executions_give_the_same_bits_whatever_is_set(settings):
    runs = [Run("playground", execution=execution, **settings) for execution in ("functional", "eager")]
    for run in runs:
        run.act("hold", layer=1, unit=1, source=0, on=True)
        run.step(40)
    first, second = (run.arrays("*") for run in runs)
    assert {name: array.tobytes() for name, array in first.items()} == {
        name: array.tobytes() for name, array in second.items()
    }


@pytest.mark.parametrize(("size", "batches"), [(1, 250), (10, 25), (64, 4), (250, 1), (5000, 1)])
def test_an_epoch_sees_every_training_point_once_in_an_order_of_its_own(size, batches):
    run = Run("playground", batch_size=size)
    train = set(np.flatnonzero(run.arrays("split")["split"] == 0).tolist())
    epochs = []
    for epoch in range(2):
        seen = []
        for number in range(1, batches + 1):
            run.step()
            seen += run.execution.experiment.rows.tolist()
            counted = run.arrays("epoch", "batch", "batches", "seen")
            assert [int(counted[n]) for n in ("epoch", "batch", "batches")] == [epoch + 1, number, batches]
            assert int(counted["seen"]) == epoch * len(train) + len(seen)
        assert sorted(seen) == sorted(train)
        epochs.append(seen)
    assert epochs[0] != epochs[1]


def test_early_stopping_takes_the_best_weights_back():
    run = Run("playground", data="moons", points=60, noise=0.3, layers="16,16", validation_share=0.3, patience=5)
    run.step(2_000)
    assert run.finished
    updates = int(run.arrays("batches")["batches"])
    at_ends = run.metrics["loss/validation"][updates - 1 :: updates]
    assert run.arrays("now")["now"][1, 0] == min(at_ends)
    assert len(at_ends) - 1 - int(np.argmin(at_ends)) == 5
    run.set(patience=0)
    run.step()
    assert not run.finished


@pytest.mark.parametrize(
    ("stop", "at", "holds"),
    [
        ("accuracy", 0.75, lambda run: run.metrics["accuracy/test"][-1] >= 0.75),
        ("loss", 0.6, lambda run: run.metrics["loss/test"][-1] <= 0.6),
        ("epoch", 3.0, lambda run: run.position.step == 75),
    ],
)
def test_a_run_stops_where_it_was_told_to(stop, at, holds):
    run = Run("playground", stop=stop, stop_at=at)
    run.step(1_000)
    assert run.finished
    assert holds(run)


def test_held_weights_stay_and_released_ones_move():
    run = Run("playground", layers="3")
    before = run.arrays("weight/1", "bias/1")
    run.act("hold", layer=1, unit=2, source=0, on=True)
    run.act("hold", layer=1, unit=1, source=2, on=True)
    run.step(20)
    after = run.arrays("weight/1", "bias/1")
    same = before["weight/1"] == after["weight/1"]
    assert same.tolist() == [[False, True], [True, True], [False, False]]
    assert (before["bias/1"] == after["bias/1"]).tolist() == [False, True, False]
    run.act("hold", layer=1, unit=0, source=0, on=False)
    run.step(5)
    assert not (run.arrays("weight/1")["weight/1"] == after["weight/1"]).any()


def test_a_unit_is_drawn_afresh_and_the_others_stay():
    run = Run("playground", layers="4")
    run.step(10)
    before = run.arrays("weight/1")["weight/1"]
    run.act("reinitialise", layer=1, unit=3)
    same = (run.arrays("weight/1")["weight/1"] == before).all(1)
    assert same.tolist() == [True, True, False, True]


def test_a_weight_is_set_and_what_is_not_there_is_refused():
    run = Run("playground", layers="4")
    run.act("set_weight", layer=1, unit=3, source=2, value=0.25)
    run.act("set_weight", layer=2, unit=1, source=0, value=-1.5)
    found = run.arrays("weight/1", "bias/2")
    assert found["weight/1"][2, 1] == 0.25
    assert found["bias/2"].tolist() == [-1.5]
    for given in ({"layer": 3}, {"layer": 1, "unit": 5}, {"layer": 1, "unit": 1, "source": 3}):
        with pytest.raises(Refused, match="is refused: "):
            run.act("set_weight", **{"layer": 1, "unit": 1, "source": 0, "value": 0.0, **given})


@pytest.mark.parametrize(
    ("count", "train", "validation"), [*itertools.product((10, 57, 500), (0.1, 0.5, 0.9), (0, 0.01, 0.5))]
)
def test_a_split_has_points_for_everything(count, train, validation):
    split = split_of(count, train, validation, torch.Generator().manual_seed(0))
    sizes = [int((split == part).sum()) for part in range(3)]
    assert sum(sizes) == count
    assert sizes[0] >= 1
    assert sizes[2] >= 1
    assert (sizes[1] >= 1) == (validation > 0)
    assert sizes[0] + sizes[1] == min(max(3, round(train * count)), count - 1)


def test_imbalance_keeps_the_first_class_and_thins_the_others():
    y = torch.arange(300) % 3
    kept = uneven(y, 10.0)
    assert [int(kept[y == label].sum()) for label in range(3)] == [100, 10, 10]
