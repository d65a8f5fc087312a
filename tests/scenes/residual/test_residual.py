"""Residual networks against formulas written out with NumPy and torch.nn.functional."""

import copy

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.contract.frame import Frame
from explainer.scenes.residual import KINDS, side_jobs
from explainer.scenes.residual.notes import seen

SMALL = {"blocks": 3, "width": 8, "batch": 16}
EXAMPLES = 360


def small(*kinds, **given):
    return Run("residual", seed=1, variants=kinds, **{**SMALL, **given})


def normalized(h, weights, name, running):
    """Batch normalization, or h itself where the network has none."""
    if f"{name}.weight" not in weights:
        return h
    mean, var = h.mean(0), h.var(0, correction=0)
    if running:
        mean, var = weights[f"{name}.running_mean"], weights[f"{name}.running_var"]
    return (h - mean) / (var + 1e-5).sqrt() * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def by_formula(kind, weights, x, ways, running=False):
    """What the first layer, every block and the last layer hand on, each formula written out."""
    pre = kind == "pre-activation"

    def linear(name, h):
        return h @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    h = normalized(linear("stem", x), weights, "stem_norm", running)
    found = [h if pre else F.relu(h)]
    for k, way in enumerate(ways):
        h, own = found[-1], f"blocks.{k}"
        if pre:
            inner = linear(f"{own}.first", F.relu(normalized(h, weights, f"{own}.norms.0", running)))
            branch = linear(f"{own}.second", F.relu(normalized(inner, weights, f"{own}.norms.1", running)))
        else:
            inner = F.relu(normalized(linear(f"{own}.first", h), weights, f"{own}.norms.0", running))
            branch = normalized(linear(f"{own}.second", inner), weights, f"{own}.norms.1", running)
        total = {0: h + branch, 1: branch, 2: h}[int(way)]
        found.append(total if pre or way == 2 else F.relu(total))
    last = F.relu(normalized(found[-1], weights, "head_norm", running)) if pre else found[-1]
    return [*found, linear("head", last)]


def doubled(network):
    return {name: each.detach().clone().double() for name, each in network.state_dict().items()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_passes_and_the_gradients_are_those_of_the_formula(kind):
    run = small(kind)
    run.step(2)
    live = run.execution.experiment
    weights = {name: each.requires_grad_("running" not in name) for name, each in doubled(live.networks[0]).items()
               if "num_batches" not in name}  # fmt: skip
    x, y = live.train_x[live.index].double(), live.train_y[live.index]
    run.step(1)
    found = run.arrays("deltas", "sizes", "changes", "ways")
    passed = by_formula(kind, weights, x, found["ways"][0])
    for h in passed:
        h.retain_grad()
    loss = F.cross_entropy(passed[-1], y)
    loss.backward()
    assert run.metrics[f"loss/{kind}"][-1] == pytest.approx(loss.item(), rel=1e-4)
    assert run.metrics[f"right/{kind}"][-1] == pytest.approx(
        (passed[-1].argmax(1) == y).double().mean().item(), abs=0.07
    )
    hidden = [h.detach().numpy() for h in passed[:-1]]
    for k in range(3):
        change = np.linalg.norm(hidden[k + 1] - hidden[k]) / np.linalg.norm(hidden[k])
        assert found["deltas"][0, k] == pytest.approx(passed[k + 1].grad.norm().item(), rel=2e-3)
        assert found["sizes"][0, k] == pytest.approx(np.sqrt((hidden[k + 1] ** 2).mean()), rel=1e-3)
        assert found["changes"][0, k] == pytest.approx(change, rel=1e-3)
    stepped = doubled(live.networks[0])
    for name, each in weights.items():
        if each.requires_grad:
            torch.testing.assert_close(stepped[name], (each - 0.05 * each.grad).detach(), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", ["plain-norm", "residual-norm", "pre-activation"])
def test_shares_right_are_those_of_running_statistics(kind):
    run = small(kind)
    run.step(20)
    live, found = run.execution.experiment, run.arrays("correct", "tried")
    weights = {name: each for name, each in doubled(live.networks[0]).items() if "num_batches" not in name}
    own = 1 if kind.startswith("plain") else 0

    def share(x, y, ways):
        return (by_formula(kind, weights, x.double(), ways, running=True)[-1].argmax(1) == y).double().mean().item()

    trained = live.train_x[:EXAMPLES], live.train_y[:EXAMPLES]
    assert found["correct"][0, 0] == pytest.approx(share(*trained, [own] * 3), abs=0.004)
    assert found["correct"][1, 0] == pytest.approx(share(live.test_x, live.test_y, [own] * 3), abs=0.004)
    assert found["tried"][1, 0] == pytest.approx(share(*trained, [own, own, 2]), abs=0.004)
    assert found["tried"][2, 0] == pytest.approx(share(*trained, [own, own, 1]), abs=0.004)


def test_looking_changes_nothing():
    run, same = small("residual-norm"), small("residual-norm")
    for _ in range(3):
        run.arrays("*")
        run.step(1)
    same.step(3)
    assert np.array_equal(run.metrics["loss/residual-norm"], same.metrics["loss/residual-norm"])


def test_networks_side_by_side_are_what_each_is_alone():
    both, alone = small("plain", "residual-norm"), small("residual-norm")
    both.step(5)
    alone.step(5)
    assert np.array_equal(both.metrics["loss/residual-norm"], alone.metrics["loss/residual-norm"])


def test_one_that_runs_away_rests_and_the_other_goes_on():
    run = Run("residual", variants=("residual", "residual-norm"), blocks=20)
    run.step(12)
    assert run.arrays("resting")["resting"].tolist() == [True, False]
    assert run.metrics["loss/residual"][-1] == 10_000
    weights = copy.deepcopy(run.execution.experiment.networks[0].state_dict())
    run.step(1)
    now = run.execution.experiment.networks[0].state_dict()
    assert all(torch.equal(weights[name], now[name]) or not weights[name].isfinite().all() for name in weights)
    frame = Frame("residual", 13, "", run.params, run.arrays("resting", "sizes", "correct"))
    assert next(note.name for note in seen(frame)) == "away"


def test_a_block_left_out_is_a_wire_and_can_be_put_back():
    run = small("residual-norm")
    run.step(10)
    before = run.arrays("correct")["correct"]
    for block in range(3):
        run.act("set_way", network=0, block=block, way="skip")
    found = run.arrays("changes", "ways", "correct")
    assert not found["changes"].any()
    assert found["ways"].tolist() == [[2, 2, 2]]
    assert not np.array_equal(found["correct"], before)
    for block in range(3):
        run.act("set_way", network=0, block=block, way="both")
    assert np.array_equal(run.arrays("correct")["correct"], before)


@pytest.mark.parametrize(
    ("place", "said"), [({"network": 1, "block": 0}, "0 to 0"), ({"network": 0, "block": 3}, "0 to 2")]
)
def test_places_that_are_not_there_are_refused(place, said):
    with pytest.raises(Refused, match=said):
        small("residual").act("set_way", **place, way="skip")


def gathered(parts):
    found = {}
    for part in parts:
        found |= {name: np.asarray(each) for name, each in part.items()}
    return found


def test_lesions_are_what_doing_them_comes_to():
    run = small("residual-norm")
    run.step(20)
    found = gathered(run.execution.experiment.lesions(0))
    whole = run.arrays("correct")["correct"][0, 0]
    for block in range(3):
        for way, name in (("skip", "without_block"), ("branch", "without_skip")):
            run.act("set_way", network=0, block=block, way=way)
            assert found[name][block] == run.arrays("correct")["correct"][0, 0]
        run.act("set_way", network=0, block=block, way="both")
    assert found["without_several"][0] == whole
    for block in range(3):
        run.act("set_way", network=0, block=block, way="skip")
    assert found["without_several"][-1] == pytest.approx(run.arrays("correct")["correct"][0, 0])


def test_errors_by_depth_are_those_of_runs_of_that_depth(monkeypatch):
    monkeypatch.setattr(side_jobs, "DEPTHS", (1, 2))
    monkeypatch.setattr(side_jobs, "STEPS", 6)
    found = gathered(small("plain").execution.experiment.depths())
    for column, blocks in enumerate((1, 2)):
        run = small(*side_jobs.COMPARED, blocks=blocks)
        run.step(6)
        np.testing.assert_allclose(found["depth_error"][:, column], 1 - run.arrays("correct")["correct"][0])


@pytest.mark.parametrize(("step", "plain", "residual", "said"), [
    (150, 0.2, 0.96, True), (150, 0.7, 0.96, False), (150, 0.2, 0.4, False), (50, 0.2, 0.96, False),
])  # fmt: skip
def test_degradation_is_said_only_where_a_residual_network_learns(step, plain, residual, said):
    run = small("plain", "residual-norm")
    arrays = {
        "resting": np.array([False, False]), "sizes": np.ones((2, 3)),
        "correct": np.array([[plain, residual], [plain, residual]]),
    }  # fmt: skip
    notes = seen(Frame("residual", step, "", run.params, arrays))
    assert [note.name for note in notes] == (["degraded"] if said else [])
