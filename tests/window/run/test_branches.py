"""Other runs of a scene: what is kept, what it is called, and what the curves show of it."""

import json

import numpy as np
import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import SET, Action, Position, Recipe
from explainer.contract.series import Series
from explainer.window.run import branches as module
from explainer.window.run.branches import Branch, Branches

START = Recipe("gradient-descent", parameters={"lr": 0.1})


def series(last):
    found = Series()
    found.extend(np.arange(1, last + 1), np.arange(1.0, last + 1))
    return {"loss": found}


@pytest.fixture
def branches(qapp):
    found = Branches()
    found.start(START)
    return found


def acted(step, lr):
    return START.with_action(Action(step, SET, {"lr": lr}))


def test_an_undone_future_stays_as_a_run_of_its_own_and_faint_in_the_curves(branches):
    branches.keep_future(50, series(50))
    branches.follow(acted(20, 0.5))
    assert [branch.title for branch in branches.all] == ["Learning rate η 0.1", "Learning rate η 0.5 from step 20"]
    (ghost,) = branches.ghosts
    assert ghost.series["loss"].steps.tolist() == list(range(20, 51))


def test_going_back_to_a_run_swaps_it_with_the_present_one(branches):
    branches.keep_future(50, series(50))
    branches.follow(acted(20, 0.5))
    branches.leave(Position(30), 30, series(30))
    known, curves = branches.turn_to(START)
    assert (known, len(curves["loss"])) == (50, 50)
    assert branches.present.title == "Learning rate η 0.1"
    (other,) = branches.others
    assert (other.title, other.position, other.known) == ("Learning rate η 0.5 from step 20", Position(30), 30)


def test_a_run_without_a_step_or_a_change_is_not_kept(branches):
    branches.leave(Position(), 0, {})
    branches.turn_to(Recipe("gradient-descent", seed=3, parameters={"lr": 0.1}))
    assert branches.others == []
    assert branches.present.recipe.seed == 3


def test_a_run_whose_changes_lie_ahead_is_kept_though_it_was_never_lived(branches):
    branches.follow(acted(112, 0.5))
    branches.leave(Position(), 0, {})
    branches.turn_to(START)
    assert [branch.recipe for branch in branches.others] == [acted(112, 0.5)]


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({"surface": "valley"}, "Surface valley"),
        ({"start": (-3.0, 2.0)}, "Start (x, y) (-3, 2)"),
        ({"optimizers": ("sgd", "adam:lr=0.1")}, "Optimizers SGD, Adam (lr=0.1)"),
        ({"arrows": True}, "run 2"),
    ],
)
def test_a_run_is_called_in_the_words_of_the_controls_and_never_by_what_is_only_drawn(branches, changed, title):
    scene = CATALOGUE.scene("gradient-descent")
    usual = scene.parameters().values()
    branches.start(Recipe("gradient-descent", parameters=usual))
    branches.leave(Position(5), 5, series(5))
    branches.turn_to(Recipe("gradient-descent", parameters=usual | changed))
    assert branches.present.title == title


def test_a_run_is_called_what_a_person_calls_it_until_the_name_is_taken_back(branches):
    branches.keep_future(9, series(9))
    branches.rename(1, " slow ")
    assert branches.find(1).title == "slow"
    branches.rename(1, "")
    assert branches.find(1).title == "Learning rate η 0.1"


def test_a_deleted_run_is_gone_from_the_curves_too(branches):
    branches.keep_future(50, series(50))
    branches.follow(acted(20, 0.5))
    branches.delete(1)
    assert branches.others == []
    assert branches.ghosts == []


def test_beyond_the_most_the_oldest_without_a_name_keep_their_recipes_but_not_their_curves(branches, monkeypatch):
    monkeypatch.setattr(module, "CURVES", 2)
    branches.rename(1, "first")
    for seed in (1, 2, 3):
        branches.leave(Position(5), 5, series(5))
        branches.turn_to(Recipe("gradient-descent", seed=seed))
    assert [(branch.recipe.seed, bool(branch.series)) for branch in branches.others] == [
        (0, True),
        (1, False),
        (2, True),
    ]


def test_runs_of_an_earlier_session_come_beside_those_that_are_there_once_each(branches):
    branches.keep_future(5, series(5))
    branches.follow(acted(2, 0.5))
    earlier = [Branch(1, START, known=5), Branch(2, acted(3, 0.25), Position(7), 9)]
    branches.recall({"gradient-descent": earlier, "convolution": [Branch(4, Recipe("convolution", seed=5), known=3)]})
    assert [branch.recipe for branch in branches.all] == [START, acted(2, 0.5), acted(3, 0.25)]
    assert len({branch.number for branch in branches.all}) == 3
    assert [branch.recipe.seed for branch in branches.elsewhere["convolution"]] == [5]


def test_kept_curves_do_not_follow_what_the_present_run_does(branches):
    there = series(10)
    branches.keep_future(10, there)
    there["loss"].truncate(3)
    assert len(branches.others[0].series["loss"]) == 10


def test_a_run_of_an_earlier_session_is_called_by_what_is_unusual_in_it(branches):
    usual = CATALOGUE.scene("gradient-descent").parameters().values()
    usual = json.loads(json.dumps(usual))  # as it comes from a file: lists in the place of tuples
    recipes = [Recipe("gradient-descent", parameters=usual | more) for more in ({}, {"optimizers": ["adam"]})]
    recipes.append(recipes[0].with_action(Action(7, SET, {"lr": 0.2})))
    titles = [Branch(number, recipe).title for number, recipe in enumerate(recipes, 1)]
    assert titles == ["run 1", "Optimizers Adam", "Learning rate η 0.2 from step 7"]
