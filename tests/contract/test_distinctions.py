"""What sets runs apart is told with the names of the controls."""

from __future__ import annotations

import pytest

from explainer.contract import LIVE, VIEW, Parameters, Scene, Verb, integer, real
from explainer.contract.distinctions import distinctions
from explainer.contract.recipe import SET, Action, Recipe


class Params(Parameters):
    lr: float = real(0.1, 0.0, 1.0, kind=LIVE, label="Learning rate")
    depth: int = integer(2, 1, 9, label="Depth")
    zoom: float = real(1.0, 0.0, 9.0, kind=VIEW, label="Zoom")


@pytest.fixture
def scene():
    return Scene(
        title="T",
        room="R",
        question="Q?",
        parameters=Params,
        metrics={},
        arrays={},
        actions={"kick": Verb("Kick.", {})},
    )


def recipe(seed=0, actions=(), **values):
    return Recipe("t", seed=seed, parameters=Params(**values).values(), actions=tuple(actions))


def test_runs_that_are_the_same_have_nothing_to_tell(scene):
    assert distinctions([recipe(), recipe(zoom=3.0)], scene) == [[], []]


def test_every_run_tells_its_value_of_what_any_other_has_otherwise(scene):
    found = distinctions([recipe(), recipe(depth=3), recipe(seed=4)], scene)
    assert found == [["Depth 2", "seed 0"], ["Depth 3", "seed 0"], ["Depth 2", "seed 4"]]


def test_a_change_on_the_way_counts_with_its_step_and_last_value(scene):
    changes = [Action(10, SET, {"lr": 0.5}), Action(20, SET, {"lr": 0.25})]
    assert distinctions([recipe(actions=changes), recipe()], scene) == [
        ["Learning rate 0.25 from step 20"],
        ["Learning rate 0.1"],
    ]


def test_what_was_done_to_one_alone_is_told_there(scene):
    both = Action(5, "kick", {})
    found = distinctions([recipe(actions=[both, Action(7, "kick", {})]), recipe(actions=[both])], scene)
    assert found == [["kick() at step 7"], []]
