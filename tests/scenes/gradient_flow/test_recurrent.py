"""Time as depth: cells against PyTorch's own, and the share that each time step has in the gradient."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run

STEPS, WIDTH, BATCH = 7, 10, 12


def recurrent(cell, **given):
    common = {"architecture": "recurrent", "activation": "tanh", "beside": ()}
    return Run("gradient-flow", **{**common, "cell": cell, "depth": STEPS, "width": WIDTH, "batch": BATCH, **given})


def parts(run):
    experiment = run.execution.experiment
    network = experiment.networks[0].double()
    x, y = experiment.data.x[experiment.chosen].double(), experiment.data.y[experiment.chosen]
    return network, x, y


def own_cell(cell, network):
    """PyTorch's cell with the network's weights: those of the first step read the input, the others the state."""
    first, later = (layer.linear for layer in network.layers[:2])
    made = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}[cell](64, WIDTH).double()
    return made, first, later


def steps_by_torch(cell, network, x):
    """Return h of every time step, computed by PyTorch's cell."""
    made, first, later = own_cell(cell, network)
    state, found = (torch.zeros(len(x), WIDTH, dtype=torch.float64),) * (2 if cell == "lstm" else 1), []
    for number in range(STEPS):
        layer = later if number else first
        with torch.no_grad():
            made.weight_ih.copy_(first.weight) if not number else made.weight_ih.zero_()
            made.weight_hh.zero_() if not number else made.weight_hh.copy_(later.weight)
            made.bias_ih.copy_(layer.bias) if not number else made.bias_ih.zero_()
            made.bias_hh.zero_() if not number else made.bias_hh.copy_(layer.bias)
            state = made(x, state if cell == "lstm" else state[0])
        state = state if cell == "lstm" else (state,)
        found.append(state[0])
        x = torch.zeros_like(x)
    return found


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_states_are_those_of_pytorchs_cells(cell):
    run = recurrent(cell, gain=1.5)
    network, x, _ = parts(run)
    outputs, _ = network(x)
    for ours, theirs in zip(outputs[:-1], steps_by_torch(cell, network, x), strict=True):
        assert ours[:, :WIDTH].detach().numpy() == pytest.approx(theirs.numpy(), abs=1e-12)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_each_time_steps_share_is_its_gradient_when_it_has_weights_of_its_own(cell):
    run = recurrent(cell)
    shares = run.frame["gradient_norm"]
    network, x, y = parts(run)
    twins = [copy.deepcopy(network.layers[min(number, 1)]) for number in range(STEPS)]
    h, outputs = x, []
    for twin in twins:
        h, _ = twin.forward(h)
        h.retain_grad()
        outputs.append(h)
    head = network.layers[-1]
    F.cross_entropy(h[:, :WIDTH] @ head.weight.T + head.bias, y).backward()
    assert shares[:-1] == pytest.approx([float(twin.linear.weight.grad.norm()) for twin in twins], rel=1e-3)
    assert run.frame["delta_norm"][:-1] == pytest.approx([float(h.grad.norm()) for h in outputs], rel=1e-3)


def test_the_shares_add_up_to_the_gradient_of_the_cell():
    run = recurrent("rnn", depth=2)
    run.step()
    assert run.frame["gradient_norm"][1] == pytest.approx(
        float(run.execution.experiment.networks[0].layers[1].linear.weight.grad.norm()), rel=1e-4
    )


@pytest.mark.parametrize(("depth", "truncation"), [(8, 3), (9, 3), (8, 8), (8, 20), (8, 1)])
def test_truncation_lets_the_gradient_flow_back_over_so_many_time_steps(depth, truncation):
    delta = recurrent("rnn", depth=depth, truncation=truncation).frame["delta_norm"]
    reached = min(depth, truncation)
    assert (delta[: depth - reached] == 0).all()
    assert (delta[depth - reached :] > 0).all()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_bias_towards_keeping_lets_the_gradient_through(cell):
    ratios = [recurrent(cell, depth=30, keep_bias=bias).frame["delta_norm"] for bias in (0.0, 5.0)]
    weak, strong = (float(delta[0] / delta[-2]) for delta in ratios)
    assert weak < 1e-4
    assert strong > 0.3


def test_one_time_step_is_a_layer():
    run = recurrent("rnn", depth=1)
    run.step(3)
    assert run.frame["delta_norm"].shape == (2,)
    assert np.isfinite(run.frame["delta_norm"]).all()
