"""The table of racers: every one has a line with its own numbers and a state, and none is foretold."""

import numpy as np
import pytest

from explainer import Run
from explainer.commands.running import frame_of
from explainer.scenes.gradient_descent.cards import racers
from explainer.scenes.gradient_descent.notes import notes

SEVEN = "sgd,momentum,nesterov,adam,rmsprop,adagrad,newton"


def frame(run):
    return frame_of(run, run.arrays("*"))


def test_of_seven_racers_each_has_a_state_and_the_lowest_is_first():
    run = Run("gradient-descent", surface="hills", start=(-9, 1.5), lr=0.1, optimizers=SEVEN)
    run.step(141)
    now = frame(run)
    states, order = racers.state_words(now), list(racers.lowest_first(now))
    assert len(states) == 7
    assert all(states)
    losses = now.arrays["loss"]
    assert list(losses[order]) == sorted(losses)
    for index, note in enumerate(racers.note_of(racers.Learner(now, k)) for k in range(7)):
        if note is not None:
            assert states[index].startswith(racers.STATES[note.name])
    assert "more steps" not in " ".join(note.text for note in notes(now)), "nothing is extrapolated across basins"


def test_a_ball_in_a_local_minimum_is_said_to_be_there_and_one_that_ran_away_has_ended():
    run = Run("gradient-descent", surface="hills", start=(-4.2, 0.3), lr=0.1, optimizers="sgd")
    run.step(200)
    assert racers.state(frame(run), 0) == "in a local minimum"
    run = Run("gradient-descent", lr=0.2, optimizers="sgd,adam")
    run.step(3000)
    ended = racers.state(frame(run), 0)
    assert ended.startswith("ended at step ")
    assert int(ended.split()[-1]) == run.arrays("retired")["retired"][0]


def test_numbers_are_those_of_each_and_a_limit_that_nobody_knows_is_a_dash():
    run = Run("gradient-descent", optimizers="sgd,rprop", lr=0.02)
    run.step(5)
    now = frame(run)
    path = now.arrays["path"]
    assert racers.steps(now) == pytest.approx(np.hypot(*(path[:, -1] - path[:, -2]).T))
    assert racers.slopes(now) == pytest.approx(np.hypot(*(path[:, -1] * [1.0, 50.0]).T))
    first, second = racers.shares(now)
    assert first == pytest.approx(0.02 * 50 / 2)
    assert racers.share_text(second) == ("–" if np.isnan(second) else racers.share_text(second))


def test_every_condition_has_a_state():
    for surface in ("ravine", "hills", "saddle", "plateau", "rosenbrock", "rastrigin"):
        for lr in (1e-5, 0.01, 0.3):
            run = Run("gradient-descent", surface=surface, lr=lr, optimizers=SEVEN)
            for _ in range(3):
                run.step(20)
                assert all(racers.state_words(frame(run)))
