"""Whatever is drawn of what would happen is what then happens, for learners with settings of their own."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.lab.optimizer_settings import in_force, parse_entry

ENTRIES = [
    "sgd", "sgd:lr=0.01", "sgd:lr=0.3", "momentum:lr=0.02", "momentum:momentum=0.5", "momentum:lr=0.01:momentum=0.8",
    "nesterov:lr=0.015", "adam:lr=0.5", "adam:lr=0.2:beta1=0.5", "adagrad:lr=0.7", "rmsprop:lr=0.03", "rprop:lr=0.3",
    "adamw:lr=0.2:weight_decay=0.1", "newton:lr=0.5", "adadelta:lr=3",
]  # fmt: skip
START = (-4.0, 1.0)


def entries():
    """Return those of the list that this version knows."""
    known = []
    for entry in ENTRIES:
        try:
            parse_entry(entry)
        except ValueError:
            continue
        known.append(entry)
    return known


def race(optimizers, **given):
    usual = {"surface": "ravine", "start": START, "lr": 0.03, "optimizers": optimizers}
    return Run("gradient-descent", **{**usual, **given})


def last_part(parts, name):
    return [part[name] for part in parts if part and name in part][-1]


@pytest.mark.parametrize("entry", entries())
@pytest.mark.parametrize("lr", [0.003, 0.05])
def test_the_preview_of_a_start_is_the_run_from_there(entry, lr):
    run = race(entry, lr=lr)
    told = last_part(run.execution.experiment.preview(start=START, steps=30), "preview_path").numpy()[0]
    run.step(30)
    lived = run.arrays("path")["path"][0]
    known = np.isfinite(told).all(-1)
    assert known[:2].all()
    np.testing.assert_allclose(told[: len(lived)][known[: len(lived)]], lived[known[: len(lived)]], atol=1e-9)


@pytest.mark.parametrize("entry", ["sgd:lr=0.1", "sgd", "momentum:lr=0.05:momentum=0.5", "adam:lr=0.5"])
def test_the_slice_reaches_beyond_the_step_that_is_drawn_on_it(entry):
    run = race(entry, lr=0.001)
    found = run.arrays("slice_length", "next_gradient")
    step = in_force(parse_entry(entry), run.params)["lr"] * np.linalg.norm(found["next_gradient"][0])
    assert found["slice_length"].max() >= 1.15 * step or not math.isfinite(step)


@pytest.mark.parametrize("entry", ["sgd:lr=0.02", "momentum:lr=0.01:momentum=0.5", "adam:lr=0.1"])
def test_basins_say_where_each_start_then_arrives(entry):
    run = race(entry, lr=1e-4, surface="himmelblau")
    owner = run.execution.experiment
    parts = [part for part in owner.basins(learner=0, steps=200) if part]
    basin, x, y = (last_part(parts, f"basin{end}").numpy() for end in ("", "_x", "_y"))
    minima = last_part(parts, "basin_minima").numpy()
    for row, column in ((3, 5), (20, 40), (50, 10), (60, 60)):
        lived = race(entry, lr=1e-4, surface="himmelblau", start=(float(x[column]), float(y[row])))
        lived.step(200)
        end = lived.arrays("path")["path"][0][-1]
        near = int(np.linalg.norm(minima - end, axis=1).argmin()) if len(minima) else -1
        reached = near >= 0 and np.linalg.norm(minima[near] - end) <= 0.02 * max(np.ptp(x), np.ptp(y))
        assert basin[row, column] == (near if reached else -1)


@pytest.mark.parametrize("entry", ["momentum:lr=0.02", "adam:beta1=0.5", "sgd:lr=0.01"])
def test_the_map_says_the_loss_that_a_run_with_its_settings_has(entry):
    run = race(entry)
    parts = [part for part in run.execution.experiment.map(learner=0, steps=40) if part]
    rates, seconds = (last_part(parts, f"map_{axis}").numpy() for axis in ("lr", "second"))
    losses = last_part(parts, "map_loss").numpy()
    second = parse_entry(entry).optimizer.second
    base = parse_entry(entry)
    for row, column in ((5, 20), (30, 33), (63, 10)):
        own = {**dict(base.settings), "lr": float(rates[column]), second: float(seconds[row])}
        given = ":".join([base.name, *(f"{name}={value!r}" for name, value in own.items())])
        lived = race(given)
        lived.step(40)
        loss = float(lived.arrays("loss")["loss"][0])
        if math.isfinite(losses[row, column]) and lived.stopped is None:
            assert losses[row, column] == pytest.approx(loss, rel=1e-6, abs=1e-12)


def test_a_setting_is_its_own_then_the_common_one_then_torchs():
    params = race("sgd").params.replace(lr=0.25, momentum=0.75)
    assert in_force(parse_entry("sgd"), params)["lr"] == 0.25
    assert in_force(parse_entry("sgd:lr=0.5"), params)["lr"] == 0.5
    assert in_force(parse_entry("momentum"), params)["momentum"] == 0.75
    assert in_force(parse_entry("momentum:momentum=0.5"), params)["momentum"] == 0.5
    assert all(a <= b for a, b in pairwise(in_force(parse_entry("adam"), params)[name] for name in ("beta1", "beta2")))
    assert torch.optim.Adam([torch.zeros(1)]).defaults["betas"][0] == in_force(parse_entry("adam"), params)["beta1"]
