import random

import numpy as np
import pytest
import torch

from explainer.engine.randomness import World

CPU = torch.device("cpu")


def draw():
    return torch.randn(2).tolist(), np.random.random(2).tolist(), random.random(), random.gauss(0, 1)


def surroundings():
    return torch.get_rng_state().tolist(), str(np.random.get_state()), random.getstate(), torch.get_num_threads()


@pytest.fixture
def world():
    return World(7, CPU, 1)


def test_a_world_draws_the_same_numbers_whenever_it_is_entered(world):
    with world.entered():
        together = [draw(), draw()]
    apart = []
    again = World(7, CPU, 1)
    for _ in range(2):
        draw()
        with again.entered():
            apart.append(draw())
    assert apart == together


def test_the_callers_numbers_go_on_as_if_nothing_had_happened(world):
    torch.manual_seed(1), np.random.seed(1), random.seed(1)
    alone = [draw(), draw()]
    torch.manual_seed(1), np.random.seed(1), random.seed(1)
    found = [draw()]
    with world.entered():
        draw()
    found.append(draw())
    assert found == alone


def test_making_a_world_changes_nothing_outside():
    before = surroundings()
    World(3, CPU, 2)
    assert surroundings() == before


def test_an_exception_inside_still_brings_the_caller_back(world):
    before = surroundings()
    with pytest.raises(AttributeError), world.entered():
        raise AttributeError(draw())
    assert surroundings() == before


def test_entering_twice_is_entering_once(world):
    with World(7, CPU, 1).entered():
        expected = [draw(), draw(), draw()]
    with world.entered():
        found = [draw()]
        with world.entered():
            found.append(draw())
        found.append(draw())
    assert found == expected


def test_one_world_within_another_keeps_both_apart(world):
    with World(7, CPU, 1).entered():
        expected = [draw(), draw()]
    with world.entered():
        found = [draw()]
        with World(8, CPU, 1).entered():
            draw()
        found.append(draw())
    assert found == expected


def test_a_captured_state_can_be_taken_back(world):
    with world.entered():
        state = world.capture()
        first = draw()
        draw()
        world.restore(state)
        assert draw() == first


def test_the_number_of_threads_is_the_worlds_inside_and_the_callers_outside():
    outside = torch.get_num_threads()
    inside = 1 if outside > 1 else 2
    world = World(1, CPU, inside)
    with world.entered():
        assert torch.get_num_threads() == inside
    with world.settings():
        assert torch.get_num_threads() == inside
    assert torch.get_num_threads() == outside


@pytest.mark.parametrize("seed", [0, 2**32, 2**63 - 1])
def test_every_allowed_seed_makes_a_world(seed):
    with World(seed, CPU, 1).entered():
        first = draw()
    with World(seed, CPU, 1).entered():
        assert draw() == first


def test_different_seeds_draw_different_numbers():
    drawn = []
    for seed in (1, 2):
        with World(seed, CPU, 1).entered():
            drawn.append(draw())
    assert all(a != b for a, b in zip(*drawn, strict=True))
