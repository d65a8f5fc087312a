"""What every lesson promises: what it foretells happens, its faults are seen and cured, its steps set the stage."""

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import Diagnosis, Prediction, read_lesson
from explainer.contract.symbols import as_latex
from explainer.export.look import Look
from explainer.export.picture import render
from explainer.plots.base.axes import Axes
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.teach.guesses import Guessed, check_conditions, guesses_in
from explainer.window.inspector.glyphs import glyphs
from tests.guesses import lived, runs_of

FEW, COLOURS = 20, 12
"""Stages with runs of at most so many steps are painted in the usual round; a picture with fewer colours is blank."""
ANEW = "try:"
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


CLICKED = [
    (name, block)
    for name in CATALOGUE.names()
    for block in guesses_in(CATALOGUE.lesson(CATALOGUE.scene(name)))
    if isinstance(block, Prediction) and block.click
]


@pytest.mark.parametrize(("name", "block"), CLICKED, ids=[name for name, _ in CLICKED])
def test_a_card_that_is_pointed_at_has_the_plot(name, block, qapp):
    (card,) = [card for card in view_of(CATALOGUE.scene(name)).cards if card.key == block.click]
    picture = card(Steering())
    assert [plot for plot in picture.findChildren(Axes) if block.plot in ("", plot.objectName())]


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


OURS = [name for name in CATALOGUE.names() if name not in ("gallery", "small-network")]
"""The scenes that people see and that have a lesson, without those of the tests."""


@pytest.mark.parametrize("name", OURS)
def test_a_lesson_has_predictions_whose_answers_can_be_worked_out(name):
    scene = CATALOGUE.scene(name)
    text = CATALOGUE.lesson(scene)
    check_conditions(text, scene)
    assert sum(isinstance(block, Prediction) for block in guesses_in(text)) >= 3


@pytest.mark.parametrize("name", OURS)
def test_a_lesson_leads_through_six_to_twelve_steps_that_set_the_stage(name):
    scene = CATALOGUE.scene(name)
    stages = [step.stage for step in read_lesson(CATALOGUE.lesson(scene)).steps if step.stage]
    assert 6 <= len(stages) <= 12
    for stage in stages:
        assert stage.point is None or stage.point.kind != "card" or stage.point.name in stage.cards, stage.line
        assert stage.point is None or stage.point.kind != "control" or stage.point.name in stage.controls, stage.line
        for values in runs_of(stage.set or ANEW, scene)[0]:
            params = scene.parameters(**values)
            params.verify()
            for control in stage.controls:
                assert params.declaration(control).applies(params.values()), (
                    f"line {stage.line}: {control} has no effect"
                )


@pytest.mark.parametrize("name", OURS)
def test_the_symbols_of_a_scene_stand_for_what_there_is(name):
    scene = CATALOGUE.scene(name)
    assert scene.symbols
    there = [*scene.parameters.declarations, *scene.metrics, *scene.arrays, *(c.key for c in view_of(scene).cards)]
    assert [target for target in scene.symbols.values() if target not in there] == []
    assert [symbol for symbol in scene.symbols if not glyphs(as_latex(symbol))] == []


def staged():
    """Every step of every scene that sets a stage; those with long runs in the deep round."""
    for name in OURS:
        scene = CATALOGUE.scene(name)
        for step in read_lesson(CATALOGUE.lesson(scene)).steps:
            if step.stage:
                sets, steps, _ = runs_of(step.stage.set or ANEW, scene)
                missing = pytest.mark.skipif(bool(scene.missing), reason=scene.missing)
                marks = [missing, pytest.mark.deep] if steps * len(sets) > FEW else [missing]
                yield pytest.param(name, step.stage, id=f"{name}-{step.line}", marks=marks)


@pytest.mark.parametrize("name", OURS)
def test_the_first_step_speaks_of_pictures_that_are_seen_at_first(name):
    stage = read_lesson(CATALOGUE.lesson(CATALOGUE.scene(name))).steps[0].stage
    assert stage is None or set(stage.cards) <= {
        card.key for card in view_of(CATALOGUE.scene(name)).cards if card.at_first
    }


@pytest.mark.parametrize(("name", "stage"), list(staged()))
def test_the_pictures_of_a_stage_show_something_in_its_state(name, stage, qapp):
    scene, view = CATALOGUE.scene(name), view_of(CATALOGUE.scene(name))
    (moment, *_) = lived(stage.set or ANEW, scene, 0, ["*"])
    for key in stage.cards:
        image = render(moment, view, Look(size=(700, 500)), [key])
        inside = image.copy(20, 60, image.width() - 40, image.height() - 80)
        seen = {inside.pixel(x, y) for x in range(0, inside.width(), 3) for y in range(0, inside.height(), 3)}
        assert len(seen) >= COLOURS, f"{key} shows next to nothing"
