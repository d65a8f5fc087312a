"""Arrays are methods, and what they return is kept until something has changed on which it depends."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, Verb, integer
from explainer.contract.recipe import Action, Position, Recipe
from explainer.engine import execution
from explainer.engine.execution import Execution
from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept


class Params(Parameters):
    size: int = integer(2, 1, 9, kind=STRUCTURAL, label="Size", help="How many numbers there are.")
    rate: int = integer(1, 0, 9, kind=LIVE, label="Rate", help="What a step adds.")
    shift: int = integer(0, 0, 9, kind=VIEW, label="Shift", help="What is added for the picture.")
    colour: int = integer(0, 0, 9, kind=VIEW, label="Colour", help="Something that no array reads.")


def plain(meaning="Numbers.", dtype="float32", dims=("n",)):
    return Array(dims, dtype, meaning)


SCENE = Scene(
    title="Counting",
    room="Tests",
    question="?",
    parameters=Params,
    metrics={"sum": "The sum."},
    arrays={
        "sum/now": plain(),
        "shifted": plain(),
        "twice": plain(),
        "base": plain(),
        "moved": plain(),
        "words": plain(dtype="<U32"),
        "place": plain(dtype="int64"),
        "parts/*": plain(),
        "count": plain(dtype="int64"),
    },
    actions={"place": Verb("Jump."), "renew": Verb("Take another base.")},
    name="counting",
)


class Helper:
    def __init__(self, experiment):
        self.of = experiment

    def place(self):
        return [1, 2]

    def count(self):
        return self.of.counted


class Counting(Experiment[Params]):
    def build(self):
        self.now = torch.zeros(self.params.size)
        self.base = torch.ones(self.params.size)
        self.counted = np.zeros(2, np.int64)
        self.calls = {}
        self.drawings = (Helper(self), SimpleNamespace(unused=3))

    def called(self, name):
        self.calls[name] = self.calls.get(name, 0) + 1

    def step(self):
        self.now = self.now + self.params.rate
        self.shared()
        yield "half"
        self.now = self.now + self.params.rate
        self.counted += 1
        self.record(sum=self.now.sum())
        yield "whole"

    def changed(self, names):
        pass

    def place(self):
        self.now = self.now + 100

    def renew(self):
        self.base = self.base + 1

    def sum_now(self):
        self.called("sum_now")
        return self.now.clone()

    @kept
    def shared(self):
        self.called("shared")
        return self.now * 2

    def shifted(self):
        self.called("shifted")
        return self.shared() + self.params.shift

    def twice(self):
        return self.shared()

    @kept("base")
    def moved(self):
        self.called("moved")
        return self.base + self.params.shift

    @kept("base")
    def words(self):
        self.called("words")
        return ["a", "b"]

    def parts(self):
        self.called("parts")
        return {"one": self.now + 1, "two": self.now + 2}


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(execution, "experiment_class", lambda scene: Counting)
    return Execution(SCENE, Recipe("counting", 0, "cpu", 1, Params().values()))


def look(run, *names):
    return run.arrays(names or ["*"])


def test_arrays_are_the_methods_and_attributes_of_their_names(run):
    run.advance(1)
    found = {name: np.asarray(array).tolist() for name, array in look(run).items()}
    assert found == {
        "sum/now": [2, 2],
        "shifted": [4, 4],
        "twice": [4, 4],
        "base": [1, 1],
        "moved": [1, 1],
        "words": ["a", "b"],
        "place": [1, 2],
        "parts/one": [3, 3],
        "parts/two": [4, 4],
        "count": [1, 1],
    }
    assert {name: array.dtype.str for name, array in look(run, "words", "place").items()} == {
        "words": "<U32",
        "place": "<i8",
    }


def test_only_what_is_wanted_is_computed(run):
    look(run, "words", "parts/two")
    assert run.experiment.calls == {"words": 1, "parts": 1}
    assert list(look(run, "parts/two")) == ["parts/two"]


def test_what_several_arrays_share_is_computed_once(run):
    run.advance(1)
    run.experiment.calls.clear()
    look(run, "shifted", "twice")
    look(run, "twice")
    assert run.experiment.calls == {"shared": 1, "shifted": 1}


def change(what):
    def to(run):
        match what:
            case "step":
                run.advance(run.step + 1)
            case "phase":
                run.advance_phase()
            case "seek":
                run.seek(Position(0))
            case "verb":
                run.add_action(Action(run.step, "place"))
            case "live":
                run.add_action(Action(run.step, "set", {"rate": 5}))
            case "base":
                run.add_action(Action(run.step, "renew"))
            case "written":
                run.experiment.base.add_(1)
            case _:
                run.experiment.params = run.params.replace(**{what: 4})

    return to


PASSING = {"sum_now", "shared", "shifted", "parts"}
MADE_ANEW = {
    "step": PASSING,
    "phase": PASSING,
    "seek": PASSING | {"moved", "words"},  # a checkpoint is written into the same tensors
    "verb": PASSING,
    "live": PASSING,
    "base": PASSING | {"moved", "words"},
    "written": {"moved", "words"},
    "shift": {"shifted", "moved"},
    "colour": set(),
}


@pytest.mark.parametrize("what", MADE_ANEW)
def test_exactly_what_depends_on_a_change_is_made_anew(run, what):
    run.advance(1)
    before = look(run)
    run.experiment.calls.clear()
    change(what)(run)
    run.experiment.calls.clear()
    after = look(run)
    assert set(run.experiment.calls) == MADE_ANEW[what]
    if what == "colour":
        assert all(after[name] is before[name] for name in set(before) - {"base"})
    run.draw_afresh()
    assert {n: np.asarray(a).tolist() for n, a in look(run).items()} == {
        n: np.asarray(a).tolist() for n, a in after.items()
    }


def test_in_a_step_nothing_is_kept(run):
    run.advance(3)
    assert run.experiment.calls["shared"] == 3
    assert run.experiment.shared().tolist() == [12, 12]


def test_no_checkpoint_holds_what_was_kept(run):
    bare = run.experiment.state()
    look(run)
    run.advance(3)
    assert set(run.experiment.state()) == set(bare)
    assert not any("kept" in name for name in bare)


def test_an_array_without_a_method_is_said_in_words(run, monkeypatch):
    monkeypatch.delattr(Counting, "twice")
    with pytest.raises(
        AttributeError, match=r"'twice' is declared, but none of Counting, Helper.* has a method twice\(\)"
    ):
        look(run)


def test_what_was_kept_for_an_attribute_that_is_written_to_is_not_sent_as_the_same(run):
    first = look(run, "count")["count"]
    run.advance(1)
    assert look(run, "count")["count"] is not first
