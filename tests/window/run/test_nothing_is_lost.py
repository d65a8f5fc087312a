"""Whatever is done in whatever order, a change that was recorded stays in some run of the scene."""

import tempfile
from pathlib import Path
from random import Random

import numpy as np
import pytest

from explainer.contract import run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.fields import Kind
from explainer.contract.recipe import SET, Action, Position, loses
from explainer.window.run.session import Session
from tests.window.engine_here import EngineInHere

SCENE = CATALOGUE.scene("gradient-descent")
ORDERS, MOVES = 12, 40


class Person:
    """Does at random what can be done to a run; each move is short and its effect may still be on its way."""

    def __init__(self, random, session, link):
        self.random, self.session, self.link = random, session, link
        self.moves = [self.play, self.pause, self.step, self.seek, self.seek_back, self.change, self.change]
        self.moves += [self.change, self.drag, self.kill, self.save_and_open, self.restart, self.turn, self.wait]

    def move(self):
        move = self.random.choice(self.moves)
        move()
        return move.__name__

    def play(self):
        self.session.course.set_speed(None)
        self.session.course.play(until=self.session.position.step + self.random.randint(1, 40))

    def pause(self):
        self.session.course.pause()

    def step(self):
        self.random.choice([self.session.course.step, self.session.course.step_phase])()

    def seek(self):
        self.session.course.seek(self.random.randint(0, 60))

    def seek_back(self):
        self.session.course.seek(self.random.randint(0, max(1, self.session.known)))

    def change(self):
        name = self.random.choice(["lr", "momentum"])
        self.session.set({name: self.random.uniform(0.001, 0.03)})

    def drag(self):
        for _ in range(4):
            self.change()

    def kill(self):
        self.link.kill()

    def save_and_open(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kept.run.json"
            path.write_bytes(run_file.encode(*self.session.to_keep))
            found = run_file.load(path, CATALOGUE)
        self.session.open_run(SCENE, found.recipe, found.position)

    def restart(self):
        self.random.choice([self.session.reset, self.session.new_seed])()

    def turn(self):
        self.session.turn_to(self.random.choice(self.session.branches.all))

    def wait(self):
        self.link.work(self.session, 30)


def origin(recipe):
    """What runs have in common that part later: everything at step 0 but what is only looked at."""
    parameters = SCENE.parameters(**recipe.parameters)
    return recipe.seed, {n: v for n, v in parameters.values().items() if n not in parameters.values_of(Kind.VIEW)}


@pytest.fixture
def link(qapp):
    made = EngineInHere()
    yield made
    made.stop()


@pytest.fixture
def session(link):
    made = Session(link)
    link.start()
    made.open_scene(SCENE)
    link.work(made, 4)
    return made


@pytest.mark.parametrize("order", range(ORDERS))
def test_no_recorded_change_is_lost_without_a_branch(session, link, order):
    random = Random(order)
    person, done, recorded = Person(random, session, link), [], []
    for _ in range(MOVES):
        done.append(person.move())
        if random.random() < 0.7:
            link.work(session, random.randint(1, 6))
        recorded += [recipe for recipe in link.recorded if recipe.actions and recipe not in recorded]
        link.recorded.clear()
        kept = [branch.recipe for branch in session.branches.all]
        lost = [
            recipe
            for recipe in recorded
            if not any(origin(run) == origin(recipe) and not loses(recipe, run) for run in kept)
        ]
        assert not lost, (done, lost[-1].actions, [run.actions for run in kept])


def played(session, link, *legs):
    """Play to a step, change something there, and so on."""
    for step, change in legs:
        session.course.seek(step)
        link.work(session, 6)
        session.set(change)
        link.work(session, 3)
        assert session.position.step == step


def test_a_run_that_is_opened_before_its_changes_keeps_them_beside_what_is_changed_there(session, link):
    played(session, link, (12, {"lr": 0.02}), (20, {"momentum": 0.5}))
    recipe = session.recipe
    session.open_scene(SCENE)
    link.work(session, 4)
    session.branches.elsewhere.clear()
    session.branches.others.clear()
    session.open_run(SCENE, recipe, Position(5))
    link.work(session, 4)
    session.set({"lr": 0.03})
    link.work(session, 4)
    assert session.recipe.actions == (Action(5, SET, {"lr": 0.03}),)
    assert [branch.recipe for branch in session.branches.others] == [recipe]


def test_what_was_known_is_known_after_an_engines_death_in_the_past(session, link):
    played(session, link, (12, {"lr": 0.02}))
    session.course.seek(30)
    link.work(session, 6)
    losses = session.series["loss/sgd"].values.copy()
    session.course.seek(4)
    link.work(session, 4)
    link.kill()
    link.work(session, 6)
    assert (session.position.step, session.known) == (4, 30)
    assert np.array_equal(session.series["loss/sgd"].values, losses)
    recipe = session.recipe
    session.set({"lr": 0.03})
    link.work(session, 4)
    assert session.known == 4
    (kept,) = session.branches.others
    assert (kept.recipe, kept.known) == (recipe, 30)
    assert np.array_equal(kept.series["loss/sgd"].values, losses)


def test_a_change_made_while_a_lost_run_is_on_its_way_back_is_made_where_the_run_was(session, link):
    played(session, link, (12, {"lr": 0.02}))
    link.kill()
    session.set({"momentum": 0.25})
    link.work(session, 8)
    assert session.recipe.parameters["momentum"] == SCENE.parameters().momentum
    assert session.recipe.actions == (Action(12, SET, {"lr": 0.02, "momentum": 0.25}),)


def test_the_runs_of_a_scene_are_there_again_when_it_is_opened_again(session, link):
    played(session, link, (12, {"lr": 0.02}))
    recipe = session.recipe
    session.open_scene(CATALOGUE.scene("small-network"))
    link.work(session, 4)
    assert session.branches.others == []
    session.open_scene(SCENE)
    link.work(session, 4)
    assert [(run.recipe, run.position.step) for run in session.branches.others] == [(recipe, 12)]
