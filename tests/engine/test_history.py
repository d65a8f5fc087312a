import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.engine.history import REPLAY, SHARE, Checkpoint, History


def checkpoint(step, nbytes=100):
    return Checkpoint(step, {}, random=None, nbytes=nbytes)


def filled(steps, memory=10**9):
    history = History(memory)
    for step in steps:
        history.add(checkpoint(step), cost=0.0)
    return history


@given(st.lists(st.integers(1, 10_000), unique=True, max_size=200), st.integers(3, 20))
def test_the_memory_bound_holds_and_step_0_stays(steps, room):
    history = filled([0, *sorted(steps)], memory=room * 100)
    assert history.nbytes <= room * 100
    assert history.nbytes == 100 * len(history)
    assert history.steps[0] == 0
    assert history.steps == sorted(set(history.steps))


def test_a_single_state_beyond_the_memory_is_kept_beside_step_0():
    history = History(memory=10)
    for step in range(0, 50, 10):
        history.add(checkpoint(step), cost=0.0)
    assert history.steps[0] == 0
    assert len(history) == 2


def test_thinning_keeps_the_checkpoints_evenly_spread():
    history = History(memory=2_000)
    for step in range(1_000):
        if step == 0 or history.due(step, seconds=1.0):
            history.add(checkpoint(step), cost=0.0)
    gaps = [later - earlier for earlier, later in zip(history.steps, history.steps[1:], strict=False)]
    assert len(history) <= 20
    assert max(gaps) <= 4 * min(gaps)
    assert history.steps[-1] >= 1_000 - 2 * max(gaps)


def test_the_nearest_checkpoint_lies_at_least_one_step_before():
    history = filled([0, 10, 20])
    assert [history.before(step).step for step in (0, 1, 10, 11, 20, 21, 500)] == [0, 0, 0, 10, 10, 20, 20]


def test_what_comes_after_a_step_is_forgotten():
    history = filled([0, 10, 20])
    history.forget(10)
    assert history.steps == [0, 10]
    assert history.nbytes == 200
    history.forget(3)
    assert history.steps == [0]


def test_the_same_step_is_kept_once():
    history = filled([0, 10])
    history.add(checkpoint(10), cost=0.0)
    assert history.steps == [0, 10]


def test_a_checkpoint_can_come_between_others():
    history = filled([0, 10, 20])
    history.add(checkpoint(15), cost=0.0)
    assert history.steps == [0, 10, 15, 20]


def test_a_checkpoint_is_due_after_enough_running():
    history = filled([0])
    assert not history.due(1, REPLAY / 2)
    assert history.due(2, REPLAY)
    assert not history.due(3, REPLAY / 2)


def test_dear_checkpoints_are_taken_seldom():
    history = History()
    history.add(checkpoint(0), cost=1.0)
    assert not history.due(1, 0.9 / SHARE)
    assert history.due(2, 0.2 / SHARE)


@pytest.mark.parametrize("step", [5, 12])
def test_after_thinning_none_is_due_close_to_another(step):
    history = filled([0, 5, 10, 15], memory=300)
    assert history.steps == [0, 10]
    assert not history.due(step, seconds=100.0)
    assert history.due(20, seconds=100.0)
