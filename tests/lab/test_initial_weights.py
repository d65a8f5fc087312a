"""Initial weights against the variances that theory gives, and what some of them do to a network."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from explainer import Run
from explainer.lab.initial_weights import initialize

INPUTS, OUTPUTS = 400, 300
DEVIATION = {
    "normal": 1 / math.sqrt(INPUTS),
    "uniform": 1 / math.sqrt(INPUTS),
    "xavier-uniform": math.sqrt(2 / (INPUTS + OUTPUTS)),
    "xavier-normal": math.sqrt(2 / (INPUTS + OUTPUTS)),
    "he-uniform": math.sqrt(2 / INPUTS),
    "he-normal": math.sqrt(2 / INPUTS),
    "pytorch": 1 / math.sqrt(3 * INPUTS),
}
UNIFORM = {"uniform", "xavier-uniform", "he-uniform", "pytorch"}


def drawn(init, gain=1.0, seed=0):
    layer = nn.Linear(INPUTS, OUTPUTS)
    initialize(layer, init, torch.Generator().manual_seed(seed), gain)
    return layer.weight.detach().double().numpy(), layer.bias.detach().numpy()


@pytest.mark.parametrize("init", DEVIATION)
@pytest.mark.parametrize("gain", [1.0, 0.3])
def test_the_standard_deviation_is_that_of_theory(init, gain):
    weight, bias = drawn(init, gain)
    assert weight.std() == pytest.approx(gain * DEVIATION[init], rel=0.01)
    assert abs(weight.mean()) < 4 * gain * DEVIATION[init] / math.sqrt(weight.size)
    kurtosis = ((weight - weight.mean()) ** 4).mean() / weight.var() ** 2
    assert kurtosis == pytest.approx(1.8 if init in UNIFORM else 3.0, abs=0.1), "of a uniform and a normal one"
    assert (np.abs(bias).max() > 0) == (init == "pytorch")


def test_pytorchs_own_layer_has_the_same_spread():
    torch.manual_seed(0)
    own = nn.Linear(INPUTS, OUTPUTS)
    weight, bias = drawn("pytorch")
    assert weight.std() == pytest.approx(float(own.weight.detach().std()), rel=0.01)
    assert np.abs(weight).max() == pytest.approx(float(own.weight.detach().abs().max()), rel=1e-3)
    assert np.abs(bias).max() == pytest.approx(float(own.bias.detach().abs().max()), rel=0.03)


def test_orthogonal_rows_stay_orthogonal_under_a_gain():
    weight, _ = drawn("orthogonal", 1.5)
    assert weight @ weight.T == pytest.approx(2.25 * np.eye(OUTPUTS), abs=1e-5)


def test_constant_weights_average_their_inputs():
    weight, _ = drawn("constant", 2.0)
    assert weight @ np.ones(INPUTS) == pytest.approx(np.full(OUTPUTS, 2.0), rel=1e-5)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_from_zeros_nothing_moves_but_the_last_bias(activation):
    run = Run("gradient-flow", activation=activation, init="zeros", beside=(), depth=3)
    run.step(20)
    state = run.execution.experiment.networks[0].state_dict()
    moved = [name for name, value in state.items() if value.any()]
    assert moved == ["layers.3.bias"]


def test_from_zeros_sigmoid_units_move_together():
    run = Run("gradient-flow", activation="sigmoid", init="zeros", beside=(), depth=2, lr=1.0)
    run.step(40)
    weight = run.execution.experiment.networks[0].layers[0].linear.weight.detach()
    assert weight.abs().max() > 0
    assert torch.equal(weight, weight[:1].expand_as(weight))
