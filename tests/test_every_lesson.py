"""What every lesson promises: what it foretells happens, its faults are seen and cured, its steps set the stage."""

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import Diagnosis
from explainer.teach.guesses import Guessed, guesses_in
from tests.guesses import lived, runs_of

CHEAP = 60
"""Runs of at most so many steps are lived in the usual round, at the first seed."""


def cases():
    """Every prediction of every scene at each of its seeds; long runs and further seeds in the deep round."""
    for name in CATALOGUE.names():
        scene = CATALOGUE.scene(name)
        for block in guesses_in(CATALOGUE.lesson(scene)):
            for seed in seeds_of(block, scene):
                sets, steps, _ = runs_of(block.link, scene) if block.link else ([], 0, None)
                dear = seed != block.seeds[0] or steps * len(sets) > CHEAP
                missing = pytest.mark.skipif(bool(scene.missing), reason=scene.missing)
                marks = [missing, pytest.mark.deep] if dear else [missing]
                yield pytest.param(name, block, seed, id=f"{name}-{block.line}-seed{seed}", marks=marks)


def seeds_of(block, scene):
    """The seeds at which a prediction has to hold: one where its link names it."""
    named = runs_of(block.link, scene)[2] if block.link else None
    return block.seeds if named is None else (named,)


@pytest.mark.parametrize(("name", "block", "seed"), list(cases()))
def test_what_a_lesson_foretells_is_what_happens(name, block, seed):
    scene = CATALOGUE.scene(name)
    guessed = Guessed.of(block, scene)
    moments = lived(block.link, scene, seed, guessed.arrays)
    if any(guessed.conditions):
        true = [i for i, condition in enumerate(guessed.conditions) if condition and condition.holds(moments)]
        assert (true or list(guessed.true_answers(moments))) == [block.right]
    if guessed.place:
        x, y = guessed.end(moments)
        assert x == x, "the place is a number"
        assert y == y, "the place is a number"
    if isinstance(block, Diagnosis):
        assert guessed.seen.holds(moments), "the evidence is there"
        cured = lived(block.cure, scene, seed, guessed.cured.arrays)
        assert guessed.cured.holds(cured), "the cure cures"
