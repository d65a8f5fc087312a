"""Every formula of the Math tab is evaluated with the numbers that it shows, against autograd in float64."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.export.of_run import frame_of
from explainer.scenes.gradient_flow.formulas import FORMULAS
from explainer.scenes.gradient_flow.options import INITS
from tests.latex_numbers import value_of

LAYER, CHAIN, WEIGHTS = FORMULAS
MODES = [
    {"activation": "sigmoid"}, {"activation": "tanh", "init": "orthogonal"},
    {"activation": "relu", "init": "he-normal", "skip": "residual"}, {"activation": "gelu", "normalization": "layer"},
    {"activation": "relu", "init": "he-normal", "normalization": "batch", "skip": "residual"},
    {"activation": "relu", "init": "he-normal", "skip": "residual-zero"},
    {"activation": "selu", "normalization": "rms"},
    {"architecture": "recurrent", "activation": "tanh"}, {"architecture": "recurrent", "cell": "lstm"},
    {"architecture": "recurrent", "cell": "gru"},
]  # fmt: skip


def moment(**given):
    run = Run("gradient-flow", **{"beside": (), "depth": 7, **given})
    return run, frame_of(run, run.arrays("*"))


def lengths(run):
    """Return ‖∂L/∂output‖ of each hidden layer by autograd through a twin in float64."""
    experiment = run.execution.experiment
    network, done = copy.deepcopy(experiment.networks[0]).double(), experiment.seen().passes[0]
    outputs, _ = network(done.x.detach().double())
    loss = torch.nn.functional.cross_entropy(outputs[-1].double(), experiment.data.y[experiment.chosen])
    return np.array([float(g.norm()) for g in torch.autograd.grad(loss, outputs[:-1])])


@pytest.mark.parametrize("given", MODES)
def test_one_layer_back_and_all_layers_back_are_those_of_autograd(given):
    run, frame = moment(**given)
    delta = lengths(run)
    shown = LAYER.numbers(frame)
    if shown:
        sides = shown.split("=")
        np.testing.assert_allclose(value_of(sides[1]), delta[2], rtol=0.02)
        np.testing.assert_allclose(value_of(sides[2]), delta[2], rtol=0.006)
        assert r"\delta_{3}" in shown
    power, result = CHAIN.numbers(frame).split("=")
    mean, count = power.split(r"^{\,")
    np.testing.assert_allclose(value_of(result), delta[0] / delta[-1], rtol=0.006)
    np.testing.assert_allclose(value_of(mean) ** int(count.rstrip("} ")), delta[0] / delta[-1], rtol=0.03)
    without = given.get("cell") in ("lstm", "gru") or given.get("skip") == "residual-zero"
    assert bool(shown) != without, "gates have no one slope, and a branch of 0 leaves none of it"


@pytest.mark.parametrize("init", [name for name in INITS if name not in ("zeros", "constant")])
@pytest.mark.parametrize("gain", [1.0, 1.7])
def test_the_variance_is_that_of_the_weights(init, gain):
    run, frame = moment(init=init, gain=gain, width=128, activation="tanh")
    parts = [part.split("=")[1] for part in WEIGHTS.numbers(frame).split(r", \quad")]
    for part, layer in zip(parts, run.execution.experiment.networks[0].layer_weights, strict=False):
        np.testing.assert_allclose(value_of(part), float(layer.detach().square().mean()), rtol=0.1)


@pytest.mark.parametrize(("width", "transposed"), [(32, False), (128, True)])
def test_orthogonal_weights_are_so_on_the_side_that_is_said(width, transposed):
    run, frame = moment(init="orthogonal", width=width)
    weight = run.execution.experiment.networks[0].layer_weights[0].detach().double()
    product = weight.T @ weight if transposed else weight @ weight.T
    torch.testing.assert_close(product, torch.eye(len(product)).double(), atol=1e-5, rtol=0)
    assert "W^T W" in WEIGHTS.latex(frame)


@pytest.mark.parametrize(
    ("name", "param", "gain"), [("tanh", None, 5 / 3), ("relu", None, 2**0.5), ("leaky_relu", 0.1, (2 / 1.01) ** 0.5),
                                ("selu", None, 0.75), ("sigmoid", None, 1.0)],
)  # fmt: skip
def test_the_gains_that_the_lesson_names_are_torchs(name, param, gain):
    assert torch.nn.init.calculate_gain(name, param) == pytest.approx(gain)


@pytest.mark.parametrize(("at", "slope"), [(-1.0, -0.083), (-6.0, -4e-8)])
def test_the_slope_of_gelu_is_what_the_lesson_says(at, slope):
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.gelu(x).backward()
    assert float(x.grad) == pytest.approx(slope, rel=0.15)
