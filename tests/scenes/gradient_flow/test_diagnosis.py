"""Each diagnosis on a network built to have just that fault, and none on a healthy one."""

import re

import numpy as np
import pytest

from explainer import Run
from explainer.commands.running import frame_of
from explainer.scenes.gradient_flow.notes import diagnose


def said(steps=1, **given):
    """What is said of a network by itself after some steps, and the run."""
    run = Run("gradient-flow", **{"beside": (), **given})
    run.step(steps)
    return [note.text for note in diagnose(frame_of(run, run.arrays("*")))], run


HEALTHY = [
    {"activation": "tanh", "init": "xavier-uniform", "depth": 10},
    {"activation": "relu", "init": "he-normal", "depth": 6},
    {"activation": "relu", "init": "he-normal", "normalization": "layer", "skip": "residual-zero", "depth": 20},
    {"activation": "linear", "init": "orthogonal", "depth": 20},
    {"architecture": "recurrent", "cell": "gru", "depth": 8},
]


@pytest.mark.parametrize("given", HEALTHY)
def test_of_a_healthy_network_nothing_is_said(given):
    assert said(**given)[0] == []


def test_a_weak_gain_is_named_as_what_makes_the_gradient_vanish():
    notes, run = said(activation="linear", init="orthogonal", gain=0.5, depth=14)
    assert len(notes) == 1
    assert "vanishes" in notes[0]
    assert "multiplies δ by 0.50" in notes[0]
    assert "linear slope 1.00 × weights 0.50" in notes[0]
    more = int(re.search(r"After (\d+) more", notes[0])[1])
    entry = run.frame["delta_norm"][0] / np.sqrt(64 * 64)
    assert entry * 0.5**more <= 2.0**-149 < entry * 0.5 ** (more - 1)


def test_the_sigmoids_slope_is_named_and_that_nothing_moves():
    notes, run = said(activation="sigmoid")
    assert len(notes) == 2
    assert "vanishes" in notes[0]
    assert re.search(r"sigmoid slope 0\.2\d+ ×", notes[0])
    assert "did not change at all" in notes[1]
    weight = run.execution.experiment.networks[0].layers[0].linear.weight
    assert run.frame["update_ratio"][0] == 0 < float(weight.grad.norm())


def test_a_collapse_forwards_is_named():
    notes, run = said(activation="sigmoid", depth=3)
    assert any("cosine of 0.999" in note or "cosine of 1.000" in note for note in notes)
    assert run.metrics["cosine"][-1] > 0.999


def test_a_large_gain_explodes():
    notes, _ = said(steps=0, activation="linear", init="orthogonal", gain=2.0, depth=14)
    assert len(notes) == 1
    assert "explodes" in notes[0]
    assert "by 2.00" in notes[0]


def test_zero_weights_are_named():
    notes, _ = said(activation="relu", init="zeros", depth=5)
    assert any("weights that are all 0" in note for note in notes)
    assert not any("underflow" in note for note in notes)


def test_dead_units_are_counted():
    notes, run = said(steps=0, activation="relu", init="constant", gain=1.0, depth=4)
    assert not any("dead" in note for note in notes), "positive inputs and weights leave every unit open"
    experiment = run.execution.experiment
    experiment.networks[0].layers[2].linear.bias.data[:48] = -100.0
    experiment.look_ahead()
    notes = [note.text for note in diagnose(frame_of(run, run.arrays("*")))]
    assert any("75 % of the units of layer 3 are dead" in note for note in notes)


def test_saturated_units_are_counted():
    notes, run = said(steps=0, activation="tanh", init="xavier-uniform", gain=10.0, depth=3)
    (note,) = [note for note in notes if "saturated" in note]
    assert re.search(r"\d\d % of the outputs of layer \d are saturated", note)
    z = run.execution.experiment.shown.passes[0].sums[0].detach().numpy()
    assert run.frame["saturated"][0] == pytest.approx((1 - np.tanh(z) ** 2 < 0.05).mean())


def test_float16_underflows_where_float32_does_not_and_a_loss_scale_mends_it():
    given = {"activation": "linear", "init": "orthogonal", "gain": 0.4, "depth": 16}
    underflow = [note for note in said(steps=0, dtype="float16", **given)[0] if "underflow" in note]
    assert len(underflow) == 1
    assert "float16 has nothing below" in underflow[0]
    assert not [note for note in said(steps=0, **given)[0] if "underflows:" in note]
    assert not [note for note in said(steps=0, dtype="float16", loss_scale=65536, **given)[0] if "underflows:" in note]
