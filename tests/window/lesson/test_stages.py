"""The steps of a lesson drive the window: state, pictures, controls, and what they point at."""

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.window.controls.control import Control

LESSON = """## One

```stage
set: try:
cards: contours, slice
```

text

## Two

```stage
set: try:optimizers=sgd&lr=0.02&run=8&speed=max
cards: contours, loss
controls: condition
point: control condition
```

[go](try:lr=0.01)

## Three

```stage
set: compare:optimizers=sgd&run=4&speed=max|optimizers=adam
point: card contours
```

## Four

no stage
"""


@pytest.fixture
def lesson(driver):
    window = driver.window
    window.comparison.end()
    panel = window.inspector.lesson
    window.show_lesson()
    panel.show_lesson(LESSON, driver.session.scene, window.inspector.controls)
    window.stage.put_out(["contours", "slice"])
    window.teacher.begin(driver.session.scene)
    yield panel
    window.comparison.end()


def at_rest(driver, step):
    driver.until(lambda: driver.settled() and driver.step == step and driver.frame.step == step)


def test_a_step_brings_its_state_its_pictures_and_its_controls_and_points(driver, lesson):
    lesson.go_on()
    at_rest(driver, 8)
    assert (driver.frame.params.optimizers, driver.frame.params.lr) == (("sgd",), 0.02)
    assert driver.window.stage.out == ["contours", "loss"]
    assert driver.session.course.speed == driver.session.scene.speed
    control = next(c for c in lesson.findChildren(Control, "condition") if c.isVisible())
    ring = driver.window.teacher.pointer.ring
    driver.until(ring.isVisible)
    assert ring.geometry().contains(control.mapTo(driver.window, control.rect().center()))
    lesson.go_back()
    driver.until(lambda: driver.settled() and driver.frame.params.optimizers == ("sgd", "momentum"))
    assert driver.step == 0
    assert driver.window.stage.out == ["contours", "slice"]


def test_runs_side_by_side_are_a_stage_and_are_left_again(driver, lesson):
    lesson.go_to(2)
    driver.until(lambda: len(driver.window.lanes.all) == 2)
    driver.until(lambda: all(lane.session.position.step == 4 for lane in driver.window.lanes.all))
    assert not lesson.head.question.isVisible()
    lesson.go_to(1)
    at_rest(driver, 8)
    assert len(driver.window.lanes.all) == 1


def test_what_was_changed_is_asked_for_before_a_step_sets_it(driver, lesson):
    driver.go_to(3)
    driver.set(lr=0.03)
    lesson.go_on()
    assert lesson.head.question.isVisible()
    assert driver.frame.params.lr == 0.03
    assert driver.frame.params.optimizers == ("sgd", "momentum")
    assert "loss" in driver.window.stage.out
    lesson.head.stage_left.emit()
    assert not lesson.head.question.isVisible()
    driver.window.set_lesson_stage()
    at_rest(driver, 8)
    assert driver.frame.params.lr == 0.02
    assert any(run.recipe.parameters.get("lr") == 0.038 for run in driver.session.branches.others)


def test_following_a_link_is_no_change_of_ones_own(driver, lesson):
    lesson.go_on()
    at_rest(driver, 8)
    lesson.follow("try:lr=0.01")
    driver.until(lambda: driver.settled() and driver.frame.params.lr == 0.01)
    lesson.go_back()
    assert not lesson.head.question.isVisible()
    driver.until(lambda: driver.settled() and driver.frame.params.lr == 0.038)


def test_pictures_that_one_brought_out_oneself_stay(driver, lesson):
    driver.window.stage.bring_out("map")
    lesson.go_on()
    assert driver.window.stage.out == ["contours", "loss", "map"]
    lesson.go_back()
    assert driver.window.stage.out == ["contours", "slice", "map"]


def test_a_lesson_that_was_left_within_is_taken_up_with_its_stage(driver):
    scene = CATALOGUE.scene("gradient-descent")
    driver.window.settings.of_scene(scene.name).lesson_step = 1
    driver.session.open_scene(scene)
    driver.until(lambda: driver.settled() and driver.frame.params.optimizers == ("sgd",) and driver.step == 20)
    driver.window.settings.of_scene(scene.name).lesson_step = 0


def test_a_step_without_a_stage_leaves_everything_as_it_is(driver, lesson):
    lesson.go_on()
    at_rest(driver, 8)
    driver.set(lr=0.05)
    lesson.go_to(3)
    assert not lesson.head.question.isVisible()
    assert driver.frame.params.lr == 0.05
    assert not lesson.head.stage.isVisible()


def test_the_contents_name_every_step_and_say_how_one_guessed(driver):
    window = driver.window
    panel, progress = window.inspector.lesson, window.progress
    panel.show_lesson(CATALOGUE.lesson(driver.session.scene), driver.session.scene, window.inspector.controls, step=0)
    view = panel.findChildren(type(panel._columns[0].predictions[0]))[-1]
    progress.forget()
    assert "○" in panel.head.make_menu().actions()[0].text()
    progress.guessed("gradient-descent", view.question_text, True)
    assert "✓" in panel.head.make_menu().actions()[0].text()
    titles = [action.text() for action in panel.head.make_menu().actions()]
    assert any("Momentum" in title for title in titles)
    panel.head.make_menu().actions()[3].trigger()
    assert panel.step == 3


def test_a_stage_that_runs_nothing_rests_whatever_ran_before(driver, lesson):
    lesson.follow("try:run=2000&speed=5")
    driver.until(lambda: driver.session.playing and driver.step > 0)
    lesson.go_to(1)
    lesson.go_back()
    driver.until(lambda: driver.settled() and driver.step == 0)
    assert not driver.session.playing
