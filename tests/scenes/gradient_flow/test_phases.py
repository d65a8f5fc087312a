"""Resting within a step: outputs come with the forward pass, δ with the backward one, moved weights with the update."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.scenes.gradient_flow.cards import changed
from explainer.scenes.gradient_flow.notes import diagnose

CARDS = {kind.key: kind for kind in view_of(CATALOGUE.scene("gradient-flow")).cards}
BACKWARD = ("each_delta_norm", "each_gradient_norm", "delta_norm", "delta_factor", "zero_deltas")


def run_at(phases, **params):
    """Return a run that rests within its fifth step, and its arrays after each of these phases."""
    run = Run("gradient-flow", depth=4, beside=("relu:init=he-uniform",), **params)
    run.step(4)
    found = []
    for _ in range(phases):
        run.advance_phase()
        found.append({name: np.array(array) for name, array in run.arrays("*").items()})
    return run, found


def test_the_forward_pass_brings_outputs_and_loss_and_no_delta():
    run, (forward,) = run_at(1)
    experiment = run.execution.experiment
    for index, network in enumerate(experiment.networks):
        with torch.no_grad():
            outputs, _ = network(experiment.data.x[experiment.chosen])
        loss = F.cross_entropy(outputs[-1], experiment.data.y[experiment.chosen])
        assert run.execution.told["loss"][index] == pytest.approx(loss.item(), rel=1e-6)
        if index == 0:
            assert forward["activation_std"] == pytest.approx([h.std(correction=0).item() for h in outputs], rel=1e-5)
    assert all(np.isnan(forward[name]).all() for name in BACKWARD)
    assert not forward["gradient_histogram"].any()


def test_delta_comes_with_the_backward_pass_and_stays():
    run, (_, backward, update) = run_at(3)
    run.step()
    done = run.arrays("*")
    for name in BACKWARD:
        assert np.isfinite(backward[name][..., 1:-1]).all()
        assert np.array_equal(backward[name], update[name], equal_nan=True)
        assert np.array_equal(backward[name], done[name], equal_nan=True)


def test_the_update_shows_how_far_each_weight_has_moved():
    run, _ = run_at(2)
    networks = run.execution.experiment.networks
    before = [next(w for w in each.layer_weights if w.shape[0] == w.shape[1]).detach().clone() for each in networks]
    run.advance_phase()
    found = run.arrays("*")["each_change"]
    for old, network, change in zip(before, networks, found, strict=True):
        now = next(w for w in network.layer_weights if w.shape[0] == w.shape[1]).detach()
        assert np.array_equal(change, (now.double() - old.double()).numpy())
    frame = frame_of(run, run.arrays("*"))
    assert np.array_equal(changed.values(frame), np.abs(found))
    moved = [int((change != 0).sum()) for change in found]
    assert changed.captions(frame) == [f"{count:,} of {found[0].size:,} moved" for count in moved]
    assert "moved" in changed.title(frame)
    assert "moved by" in changed.reading(frame, 1, 2, 3)
    run.advance_phase()
    frame = frame_of(run, run.arrays("*"))
    assert np.array_equal(changed.values(frame), frame.arrays["each_weights_changed"])
    assert "changed in" in changed.reading(frame, 1, 2, 3)


def test_a_picture_of_delta_says_that_it_has_still_to_come(qtbot):
    run, _ = run_at(1)
    steering = Steering()
    picture = CARDS["delta"](steering)
    qtbot.addWidget(picture)
    picture.draw(frame_of(run, run.arrays("*")))
    assert picture.parts[0].empty
    assert "backward pass" in picture.parts[0].now.none
    run.advance_phase()
    picture.draw(frame_of(run, run.arrays("*")))
    assert not picture.parts[0].empty


def test_no_diagnosis_is_made_of_a_delta_that_has_still_to_come():
    run, _ = run_at(1, dtype="float16")
    assert diagnose(frame_of(run, run.arrays("*"))) == []
    run.step()
    assert all(note.name != "left-out" for note in diagnose(frame_of(run, run.arrays("*"))))
