"""Gradients and norms against networks built a second time, by hand, and against closed products of matrices."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run

BY_HAND = {
    "sigmoid": lambda z: 1 / (1 + torch.exp(-z)),
    "tanh": torch.tanh,
    "relu": lambda z: z.clamp(min=0),
    "leaky-relu": lambda z: torch.where(z > 0, z, 0.01 * z),
    "elu": lambda z: torch.where(z > 0, z, torch.expm1(z.clamp(max=0))),
    "selu": lambda z: 1.0507009873554805 * torch.where(z > 0, z, 1.6732632423543772 * torch.expm1(z.clamp(max=0))),
    "gelu": lambda z: z * 0.5 * (1 + torch.erf(z / math.sqrt(2))),
    "silu": lambda z: z / (1 + torch.exp(-z)),
    "softplus": lambda z: torch.log1p(torch.exp(z)),
    "hard-tanh": lambda z: z.clamp(-1, 1),
    "linear": lambda z: z,
}


def alone(**given):
    """A run of one network, at step 0."""
    return Run("gradient-flow", beside=(), **{"depth": 6, "width": 12, "batch": 16, **given})


def matrices(run):
    """The network's weight matrices and biases as float64 copies that need gradients."""
    network = run.execution.experiment.networks[0]
    state = network.state_dict()
    keys = [key for key in state if key.endswith("weight") and state[key].ndim == 2]
    pairs = [(state[key], state[key.replace("weight", "bias")]) for key in keys]
    return [(w.double().requires_grad_(), b.double()) for w, b in pairs]


def batch(run):
    experiment = run.execution.experiment
    return experiment.data.x[experiment.chosen].double(), experiment.data.y[experiment.chosen]


def by_hand(run, activation, residual=False, normalize=lambda z: z):
    """Return ∂L/∂W of each layer and ∂L/∂output of each layer, from a network written out in float64."""
    layers, (x, y) = matrices(run), batch(run)
    h, outputs = x, []
    for number, (weight, bias) in enumerate(layers[:-1]):
        out = BY_HAND[activation](normalize(h @ weight.T + bias))
        h = h + out if residual and number else out
        outputs.append(h)
    weight, bias = layers[-1]
    outputs.append(h @ weight.T + bias)
    loss = F.cross_entropy(outputs[-1], y)
    weights = [weight for weight, _ in layers]
    found = torch.autograd.grad(loss, [*weights, *outputs])
    return found[: len(weights)], found[len(weights) :]


def norms(tensors):
    return np.array([float(tensor.norm()) for tensor in tensors])


@pytest.mark.parametrize("activation", BY_HAND)
def test_norms_are_those_of_a_network_written_out_by_hand(activation):
    run = alone(activation=activation, init="he-normal", gain=0.8)
    gradients, deltas = by_hand(run, activation)
    assert run.frame["gradient_norm"] == pytest.approx(norms(gradients), rel=2e-4)
    assert run.frame["delta_norm"] == pytest.approx(norms(deltas), rel=2e-4)


def standardized(z, axis):
    return (z - z.mean(axis, keepdim=True)) / (z.var(axis, keepdim=True, correction=0) + 1e-5).sqrt()


@pytest.mark.parametrize(
    ("normalization", "by_formula"),
    [
        ("batch", lambda z: standardized(z, 0)),
        ("layer", lambda z: standardized(z, 1)),
        ("rms", lambda z: z / (z.square().mean(1, keepdim=True) + torch.finfo(torch.float32).eps).sqrt()),
    ],
)
@pytest.mark.parametrize("skip", ["none", "residual"])
def test_normalization_sits_before_the_activation_and_skips_join_hidden_layers(normalization, by_formula, skip):
    run = alone(activation="tanh", normalization=normalization, skip=skip)
    gradients, deltas = by_hand(run, "tanh", residual=skip == "residual", normalize=by_formula)
    assert run.frame["gradient_norm"] == pytest.approx(norms(gradients), rel=5e-4)
    assert run.frame["delta_norm"] == pytest.approx(norms(deltas), rel=5e-4)


def test_in_a_linear_network_delta_is_the_product_of_the_transposed_matrices():
    run = alone(activation="linear", init="orthogonal", gain=1.3, depth=12)
    layers, (x, y) = matrices(run), batch(run)
    weights = [weight.detach() for weight, _ in layers]
    logits = x
    for weight in weights:
        logits = logits @ weight.T
    delta = (logits.softmax(1) - F.one_hot(y, 10)) / len(y)
    expected = [float(delta.norm())]
    for weight in reversed(weights[1:]):
        delta = delta @ weight
        expected.append(float(delta.norm()))
    assert run.frame["delta_norm"] == pytest.approx(expected[::-1], rel=1e-4)
    inner = run.frame["delta_factor"][1:-1]
    assert inner == pytest.approx(np.full(len(inner), 1.3), rel=1e-4), "orthogonal matrices keep lengths"


def test_the_branch_that_starts_at_zero_leaves_the_identity():
    run = alone(activation="relu", init="he-normal", skip="residual-zero")
    deltas = run.frame["delta_norm"][:-1]
    assert deltas == pytest.approx(np.full(len(deltas), deltas[-1]), rel=1e-5)


def test_the_factors_multiply_to_what_each_layer_does():
    run = alone(activation="tanh", depth=9)
    run.step(2)
    arrays = run.arrays("*")
    assert arrays["slope_factor"] * arrays["weight_factor"] == pytest.approx(arrays["delta_factor"])
    assert arrays["delta_factor"][1:-1].prod() == pytest.approx(arrays["delta_norm"][0] / arrays["delta_norm"][-2])
    assert run.metrics["delta_ratio"][-1] == pytest.approx(arrays["delta_norm"][0] / arrays["delta_norm"][-2])
    assert (arrays["slope_factor"][:-1] <= 1 + 1e-6).all(), "tanh is nowhere steeper than 1"


def test_norms_below_what_float32_can_square_are_kept():
    run = alone(activation="linear", init="orthogonal", gain=0.02, depth=16, width=16)
    norm = run.frame["delta_norm"][0]
    assert 1e-30 < norm < 1e-24
    weights = [weight.detach() for weight, _ in matrices(run)]
    expected = run.frame["delta_norm"][-2] * 0.02 ** (len(weights) - 2)
    assert norm == pytest.approx(expected, rel=1e-3)


def test_an_update_is_the_learning_rate_times_the_gradient():
    run = alone(activation="tanh", lr=0.05)
    before = [weight.detach().clone() for weight, _ in matrices(run)]
    gradients, _ = by_hand(run, "tanh")
    run.step()
    for old, (new, _), gradient in zip(before, matrices(run), gradients, strict=True):
        assert new.detach().numpy() == pytest.approx((old - 0.05 * gradient).numpy(), abs=1e-6)
    sizes = np.array([float(weight.detach().norm()) for weight, _ in matrices(run)])
    assert run.frame["update_ratio"] == pytest.approx(0.05 * norms(gradients) / sizes, rel=1e-3)


@pytest.mark.parametrize("clip", ["norm", "value"])
def test_clipping_by_norm_keeps_the_direction_and_by_value_does_not(clip):
    run = alone(activation="tanh", clip=clip, clip_at=0.01, lr=1.0)
    before = [weight.detach().clone() for weight, _ in matrices(run)]
    gradients, _ = by_hand(run, "tanh")
    shown = run.frame["gradient_norm"]
    run.step()
    changes = [old - new.detach() for old, (new, _) in zip(before, matrices(run), strict=True)]
    expected = [g * (0.01 / run.metrics["gradient_norm/total"][0]) for g in gradients]
    expected = expected if clip == "norm" else [g.clamp(-0.01, 0.01) for g in gradients]
    for change, wanted in zip(changes, expected, strict=True):
        assert change.numpy() == pytest.approx(wanted.numpy(), abs=2e-7)
    assert run.frame["gradient_norm"] == pytest.approx(shown), "norms are those before clipping"


def test_weights_that_changed_are_counted_one_by_one():
    run = Run("gradient-flow", beside=("relu:init=pytorch", "tanh"), depth=8)
    counts = np.zeros((3, 64, 64), int)
    for _ in range(5):
        before = [network.layers[0].linear.weight.detach().numpy().copy() for network in networks(run)]
        run.step()
        after = [network.layers[0].linear.weight.detach().numpy() for network in networks(run)]
        counts += np.array([old != new for old, new in zip(before, after, strict=True)])
    assert (run.frame["each_weights_changed"] == counts).all()
    assert (run.frame["weights_changed"] == counts[0]).all()


def networks(run):
    return run.execution.experiment.networks


def test_a_network_beside_is_the_same_as_alone_and_changes_nothing():
    together = Run("gradient-flow", depth=5, beside=("tanh:init=he-normal", "relu:normalization=batch"), seed=4)
    single = [
        Run("gradient-flow", depth=5, beside=(), seed=4),
        Run("gradient-flow", depth=5, beside=(), seed=4, activation="tanh", init="he-normal"),
        Run("gradient-flow", depth=5, beside=(), seed=4, activation="relu", normalization="batch"),
    ]
    together.step(6)
    for run, name in zip(single, ("loss", "loss/tanh", "loss/relu"), strict=True):
        run.step(6)
        assert (run.metrics["loss"] == together.metrics[name]).all()


def test_a_network_whose_numbers_run_away_is_retired_and_the_others_go_on():
    run = Run("gradient-flow", activation="tanh", beside=("relu:init=he-normal:skip=residual:gain=3",), depth=60)
    run.step(10)
    assert run.stopped is None
    assert run.frame["retired"].tolist() == [-1, 2], "its first update was too long"
    assert np.isnan(run.frame["each_delta_norm"][1]).all()
    assert np.isfinite(run.metrics["loss"]).all()


def test_alone_it_stops_and_says_why():
    run = alone(activation="relu", init="he-normal", skip="residual", gain=3.0, depth=60, width=64)
    run.step(10)
    assert run.stopped is not None
    assert run.stopped.step == 2
    assert "grew from layer to layer" in str(run.stopped)


def test_batch_normalization_of_one_example_is_refused():
    with pytest.raises(Refused, match="batch normalization"):
        alone(normalization="batch", batch=1)


def test_alike_vectors_have_cosine_one_and_the_mean_is_over_pairs():
    run = alone(activation="tanh", batch=5)
    run.step()
    before = alone(activation="tanh", batch=5)
    layers, (x, _) = matrices(before), batch(before)
    for weight, bias in layers[:-1]:
        x = torch.tanh(x @ weight.T + bias)
    x = x.detach()
    pairs = [F.cosine_similarity(x[i], x[j], 0) for i in range(5) for j in range(5) if i != j]
    assert run.metrics["cosine"][0] == pytest.approx(float(sum(pairs) / 20), rel=1e-4)
    deep = alone(activation="sigmoid", depth=20, width=64)
    deep.step()
    assert deep.metrics["cosine"][0] == pytest.approx(1.0, abs=5e-5)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_histograms_are_those_of_numpy_over_the_first_examples(activation):
    run = alone(activation=activation, batch=24)
    shown = run.execution.experiment.shown.passes[0]
    arrays = run.arrays("*")
    for layer, output in enumerate(shown.outputs):
        values = output.detach().double().numpy()[:16].ravel()
        edges = arrays["activation_histogram_edges"]
        inside = np.clip(values, edges[0], edges[-1])
        assert arrays["activation_histogram"][layer] * len(values) == pytest.approx(np.histogram(inside, edges)[0])
        sizes = np.abs(output.grad.double().numpy()[:16].ravel())
        counted = np.histogram(sizes[sizes > 0], arrays["gradient_histogram_edges"])[0]
        assert arrays["gradient_histogram"][layer] * len(sizes) == pytest.approx(counted)
    assert (arrays["activation_histogram_edges"][0] == 0) == (activation == "sigmoid")


def test_moments_and_shares_are_those_of_numpy():
    run = alone(activation="relu", init="he-normal", batch=24)
    shown, arrays = run.execution.experiment.shown.passes[0], run.arrays("*")
    for layer, output in enumerate(shown.outputs):
        values = output.detach().double().numpy()
        assert arrays["activation_mean"][layer] == pytest.approx(values.mean(), abs=1e-6)
        assert arrays["activation_std"][layer] == pytest.approx(values.std(), rel=1e-5)
        assert arrays["zero_deltas"][layer] == pytest.approx((output.grad.numpy() == 0).mean())
    for layer, z in enumerate(shown.sums):
        closed = z.detach().numpy() <= 0
        assert arrays["dead"][layer] == pytest.approx(closed.all(0).mean())
        assert arrays["saturated"][layer] == pytest.approx(closed.mean())


def test_a_look_at_a_pass_that_rests_leaves_batch_normalization_as_it_was():
    plain = Run("gradient-flow", depth=3, normalization="batch")
    plain.step(6)
    rests = Run("gradient-flow", depth=3, normalization="batch")
    rests.step(5)
    rests.seek(3, 1)
    rests.arrays("*")
    rests.step(3)
    assert {name: list(values) for name, values in rests.metrics.items()} == {
        name: list(values) for name, values in plain.metrics.items()
    }
