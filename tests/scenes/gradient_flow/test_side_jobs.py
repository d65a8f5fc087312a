"""The grid's cells are the networks that one would get there, and the copies fare as runs of their own."""

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.engine.side_jobs import SideJobs
from explainer.scenes.gradient_flow.grid_axes import AXES, axis_values


def answer(run, job, **arguments):
    """Everything that a side job finds."""
    jobs = SideJobs()
    jobs.start(run.execution, 1, job, arguments)
    under_way, ended, found = jobs.take_turn(), False, {}
    while not ended:
        arrays, ended = under_way.work(1.0)
        found |= arrays
    return found


SMALL = {"beside": (), "depth": 5, "width": 8, "batch": 32}


def whole(run):
    """A run whose every batch is the same whatever is drawn: every example is one and the same 9."""
    data = run.execution.experiment.data
    nine = data.x[data.y == 9][:1].expand_as(data.x).contiguous()
    run.execution.experiment.data = data._replace(x=nine, y=torch.full_like(data.y, 9))
    run.execution.experiment.look_ahead()
    return run


@pytest.mark.parametrize(
    ("rows", "columns"), [("activation", "init"), ("normalization", "skip"), ("gain", "activation"), ("skip", "lr")]
)
def test_each_cell_is_the_network_with_those_settings(rows, columns):
    given = {**SMALL, "activation": "tanh", "init": "he-normal"}
    found = answer(whole(Run("gradient-flow", **given)), "grid", rows=rows, columns=columns, steps=0)
    chosen = np.random.default_rng(1)
    for _ in range(8):
        row, column = chosen.integers(len(axis_values(rows))), chosen.integers(len(axis_values(columns)))
        settings = {rows: axis_values(rows)[row], columns: axis_values(columns)[column]}
        if "batch" in settings.values():
            continue
        run = whole(Run("gradient-flow", **{**given, **settings}))
        delta, spread = run.frame["delta_norm"], run.frame["activation_std"]
        first, last = found["grid_start/gradient_scale"][row, column], found["grid_start/forward_scale"][row, column]
        assert first == pytest.approx(delta[0], rel=1e-3)
        with np.errstate(all="ignore"):
            ratio = delta[0] / delta[-2]
            assert last == pytest.approx(spread[-2] / spread[0], rel=1e-3, nan_ok=True)
        assert found["grid_start/delta_ratio"][row, column] == pytest.approx(ratio, rel=1e-3, nan_ok=True)


def test_after_some_steps_it_is_the_network_that_was_trained():
    run = whole(Run("gradient-flow", **SMALL, activation="tanh", normalization="layer", skip="residual-zero"))
    found = answer(run, "grid", rows="init", columns="lr", steps=5)
    place = axis_values("init").index("xavier-uniform"), axis_values("lr").index(0.1)
    run.step(6)
    assert found["grid_end/loss"][place] == pytest.approx(run.metrics["loss"][5], rel=1e-3)
    assert found["grid_end/delta_ratio"][place] == pytest.approx(run.metrics["delta_ratio"][5], rel=1e-2)


@pytest.mark.parametrize("rows", AXES)
def test_any_two_settings_make_a_grid(rows):
    columns = "init" if rows != "init" else "skip"
    found = answer(Run("gradient-flow", **SMALL), "grid", rows=rows, columns=columns, steps=1)
    for part in ("grid_start", "grid_end"):
        assert found[f"{part}/loss"].shape == (len(axis_values(rows)), len(axis_values(columns)))


def test_a_ratio_of_weight_gradients_hides_a_collapse_that_delta_shows():
    run = Run("gradient-flow", activation="relu", init="he-normal", gain=0.6, depth=30, beside=())
    gradient, delta = run.frame["gradient_norm"][:-1], run.frame["delta_norm"][:-1]
    assert 0.2 < gradient[0] / gradient[-1] < 20
    assert delta[0] / delta[-1] == pytest.approx(2e-7, rel=1.0)


def test_copies_fare_as_runs_with_that_setting():
    run = whole(Run("gradient-flow", **SMALL, activation="sigmoid"))
    found = answer(run, "remedies", steps=12)
    names = list(zip(found["remedy_name"].tolist(), found["remedy_value"].tolist(), strict=True))
    assert names[0] == ("", "")
    for change in [("", ""), ("activation", "tanh"), ("normalization", "layer"), ("lr", "1.0")]:
        name, value = change
        settings = {name: value} if name else {}
        alone = whole(Run("gradient-flow", **{**SMALL, "activation": "sigmoid", **settings}))
        alone.step(12)
        place = names.index(change)
        assert found["remedy_loss"][place] == pytest.approx(alone.metrics["loss"][-5:].mean(), rel=1e-4)
        assert found["remedy_lost"][place] == -1


def test_a_remedy_that_backfires_is_listed_with_the_step_of_its_overflow():
    run = Run("gradient-flow", activation="relu", init="he-normal", depth=40, beside=())
    found = answer(run, "remedies", steps=6)
    lost = dict(zip(found["remedy_value"].tolist(), found["remedy_lost"].tolist(), strict=True))
    assert lost["residual"] == 2
    assert lost["residual-zero"] == -1


def test_changes_are_told_as_they_are_tried_and_the_last_one_completes_the_answer():
    run = Run("gradient-flow", **{**SMALL, "depth": 3})
    parts = [part for part in run.execution.experiment.remedies(network=0, steps=2) if part]
    planned = int(parts[0]["remedy_planned"])
    assert [len(part["remedy_loss"]) for part in parts] == list(range(1, planned + 1))
    assert ["remedy_complete" in part for part in parts] == [False] * (planned - 1) + [True]
