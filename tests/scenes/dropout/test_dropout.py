"""Every number of dropout's scene, against its formula written out in NumPy and torch's own layers."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run

SMALL = {"examples": 40, "width": 16, "batch": 10}


def small(**given):
    return Run("dropout", seed=1, **{**SMALL, **given})


def probabilities(network, x, inputs=1.0, first=1.0, second=1.0, running=True):
    """What a network says, each layer written out in double precision, and the second layer's sums."""
    weights = {name: each.detach().double().numpy() for name, each in network.state_dict().items()}
    h = np.maximum((x * inputs) @ weights["first.weight"].T + weights["first.bias"], 0) * first
    sums = h @ weights["second.weight"].T + weights["second.bias"]
    z = sums
    if "norm.weight" in weights and running:
        z = (z - weights["norm.running_mean"]) / np.sqrt(weights["norm.running_var"] + 1e-5)
        z = z * weights["norm.weight"] + weights["norm.bias"]
    z = np.maximum(z, 0) * second @ weights["last.weight"].T + weights["last.bias"]
    p = np.exp(z - z.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True), sums


@pytest.mark.parametrize("scaling", ["inverted", "original"])
def test_a_step_is_torchs_sgd_on_the_masked_loss(scaling):
    run = small(scaling=scaling, p=0.4, p_input=0.2)
    live = run.execution.experiment
    weights = {name: each.detach().clone().requires_grad_() for name, each in live.network.named_parameters()}
    state = live.draws.get_state()
    run.step(1)
    generator = torch.Generator()
    generator.set_state(state)
    inputs, first, second = (torch.rand(10, n, generator=generator) >= p for n, p in ((64, 0.2), (16, 0.4), (16, 0.4)))
    by, by_input = (1 / 0.6, 1 / 0.8) if scaling == "inverted" else (1.0, 1.0)
    x, y = live.train_x[live.index], live.given[live.index]
    h = F.relu(F.linear(x * inputs * by_input, weights["first.weight"], weights["first.bias"])) * first * by
    h = F.relu(F.linear(h, weights["second.weight"], weights["second.bias"])) * second * by
    loss = F.cross_entropy(F.linear(h, weights["last.weight"], weights["last.bias"]), y)
    loss.backward()
    assert run.metrics["loss/dropout"][-1] == pytest.approx(loss.item(), rel=1e-5)
    for name, each in live.network.named_parameters():
        torch.testing.assert_close(each.detach(), (weights[name] - 0.03 * weights[name].grad).detach())
    np.testing.assert_array_equal(run.arrays("masks")["masks"], first.numpy())
    np.testing.assert_array_equal(run.arrays("dropped")["dropped"], ~first[0].numpy())


def test_masks_leave_out_a_share_p_and_differ_from_digit_to_digit():
    run = Run("dropout", p=0.3, batch=256, examples=300, width=256)
    run.step(1)
    masks = run.arrays("masks")["masks"]
    assert (~masks).mean() == pytest.approx(0.3, abs=0.01)
    assert len({row.tobytes() for row in masks}) == len(masks)


def test_without_dropout_both_networks_are_the_same():
    run = small(p=0.0)
    run.step(20)
    assert run.metrics["loss/dropout"].tolist() == run.metrics["loss/plain"].tolist()
    found = run.arrays("ways", "answers")
    np.testing.assert_allclose(found["ways"] - found["ways"][0], 0, atol=1e-6)
    assert found["answers"].std(0).max() < 1e-6


@pytest.mark.parametrize("given", [{}, {"scaling": "original", "p_input": 0.3}, {"norm": True}])
def test_the_ways_to_predict_are_those_of_the_formula(given):
    run = small(p=0.4, **given)
    run.step(30)
    live, found = run.execution.experiment, run.arrays("ways", "single", "quarters", "variances", "without")
    x, y = live.test_x.double().numpy(), live.test_y.numpy()
    original = given.get("scaling") == "original"
    by, by_input = (0.6, 1 - run.params.p_input) if original else (1.0, 1.0)
    more, more_input = by / 0.6, by_input / (1 - run.params.p_input)
    for row, (network, factors) in enumerate(
        ((live.network, (by_input, by, by)), (live.network, (more_input, more, more)))
    ):
        p, _ = probabilities(network, x, *factors)
        assert found["ways"][row, 0] == pytest.approx((p.argmax(1) == y).mean(), abs=0.003)
        assert found["ways"][row, 1] == pytest.approx(-np.log(p[np.arange(len(y)), y]).mean(), rel=1e-3)
    plain, _ = probabilities(live.plain, x)
    assert found["ways"][4, 0] == pytest.approx((plain.argmax(1) == y).mean(), abs=0.003)
    assert run.metrics["test/plain"][-1] == pytest.approx((plain.argmax(1) == y).mean(), abs=0.003)
    assert run.metrics["test/dropout"][-1] == pytest.approx(found["ways"][0, 0], abs=0.003)
    one, _ = probabilities(live.network, x[:1], by_input, by, by)
    np.testing.assert_allclose(found["single"], one[0], atol=1e-5)
    assert found["quarters"].mean() == pytest.approx(found["ways"][3, 0])
    assert found["without"][0, 0] == pytest.approx(found["ways"][0, 0], abs=0.003)
    _, sums = probabilities(live.network, live.train_x.double().numpy(), by_input, by)
    assert found["variances"][1] == pytest.approx(sums.var(0, ddof=1).mean(), rel=1e-4)
    assert np.isnan(found["variances"][2]) == (not given.get("norm"))


def test_masks_add_the_variance_of_the_closed_form():
    run = Run("dropout", p=0.5, width=32, examples=100)
    run.step(30)
    live, found = run.execution.experiment, run.arrays("variances")["variances"]
    weights = {name: each.detach().double().numpy() for name, each in live.network.state_dict().items()}
    h = np.maximum(live.train_x.double().numpy() @ weights["first.weight"].T + weights["first.bias"], 0)
    added = (0.5 / 0.5) * ((h**2).mean(0) @ (weights["second.weight"] ** 2).T).mean()
    assert found[0] - found[1] == pytest.approx(added, rel=0.1)


def test_a_hundred_answers_are_counted_and_averaged_as_numpy_does():
    run = small(probe=5)
    run.step(20)
    found = run.arrays("answers", "counts", "edges", "label", "image", "single")
    own = found["answers"][:, int(found["label"])]
    assert (
        found["counts"].tolist() == np.histogram(own.astype(np.float32), found["edges"].astype(np.float32))[0].tolist()
    )
    np.testing.assert_allclose(found["answers"].sum(1), 1)
    assert own.std() > 0
    again = run.arrays("answers")["answers"]
    np.testing.assert_array_equal(again, found["answers"])


def test_units_that_are_out_stay_out_of_both_networks():
    run = small()
    run.step(5)
    run.act("remove", unit=3, out=True)
    live = run.execution.experiment
    before = live.network.second.weight[:, 3].clone(), live.plain.first.weight[3].clone()
    momentum = live.optimizer.state[live.plain.first.weight]["momentum_buffer"][3].clone()
    run.step(1)
    torch.testing.assert_close(before[1] - live.plain.first.weight[3], 0.03 * 0.9 * momentum, atol=1e-6, rtol=1e-3)
    assert run.arrays("removed")["removed"].nonzero()[0].tolist() == [3]
    assert not run.arrays("masks")["masks"][:, 3].any()
    run.act("remove", unit=3, out=False)
    assert not run.arrays("removed")["removed"].any()
    with pytest.raises(Refused, match="units 0 to 15"):
        run.act("remove", unit=16)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({"examples": 60}, 250, {"helps"}),
        ({"examples": 60, "p": 0.95}, 250, {"too-much"}),
        ({"examples": 60, "p": 0.0}, 250, set()),
        ({}, 5, set()),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("dropout", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
