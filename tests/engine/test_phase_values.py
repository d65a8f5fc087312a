"""What a phase has computed is told of any experiment, and each number is the one that PyTorch has."""

import math

import pytest
import torch

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.engine.phase_values import CHANGE, GRADIENT, weights_of
from tests.test_every_scene import openable


def phases_of(run):
    """What each phase of the next step tells, by its name."""
    found = {}
    execution = run.execution
    while True:
        execution.advance_phase()
        if not execution.phases:
            assert execution.told == {}, "between steps there is nothing to tell"
            return found
        found[execution.phases[-1]] = dict(execution.told)


def test_forward_tells_the_loss_backward_the_gradient_and_update_the_change():
    run = Run("cnn")
    run.step(2)
    experiment = run.execution.experiment
    before = [weight.detach().clone() for weight in experiment.model.parameters()]
    told = phases_of(run)
    slopes = [weight.grad for weight in experiment.model.parameters()]
    moved = [one.detach() - other for one, other in zip(experiment.model.parameters(), before, strict=True)]
    assert told["forward"]["loss"][0] == pytest.approx(run.metrics["loss/train"][-1])
    assert told["backward"] == {GRADIENT: (pytest.approx(math.sqrt(sum(float(s.square().sum()) for s in slopes))),)}
    assert told["update"] == {CHANGE: (pytest.approx(math.sqrt(sum(float(m.square().sum()) for m in moved))),)}


def test_each_of_a_few_learners_is_told():
    run = Run("gradient-descent", optimizers="sgd,momentum")
    run.step(3)
    before = run.arrays("loss")["loss"]
    told = phases_of(run)
    assert told["forward"]["losses"] == pytest.approx(tuple(before))
    assert set(told["backward"]) == {GRADIENT}
    assert set(told["update"]) == {CHANGE}


@pytest.mark.parametrize("name", [openable(name) for name in CATALOGUE.names()])
def test_telling_changes_no_number_and_a_seek_to_a_phase_tells_the_same(name):
    run, plain = Run(name), Run(name)
    run.step(1)
    first = phases_of(run)
    plain.step(2)
    for key, values in plain.metrics.items():
        assert run.metrics[key].tolist() == pytest.approx(values.tolist(), nan_ok=True)
    if len(first) > 1:
        run.seek(1, 1)
        assert run.execution.told == next(iter(first.values()))


def test_weights_are_found_wherever_an_experiment_keeps_them():
    class Holder:
        def __init__(self):
            self.layers = {"a": torch.nn.Linear(2, 1), "b": [torch.zeros(3, requires_grad=True), torch.zeros(2)]}
            self.same = self.layers["a"]

    assert sorted(weight.numel() for weight in weights_of(Holder())) == [1, 2, 3]
