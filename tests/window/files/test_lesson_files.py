"""Lesson files in the window: what is fixed or hidden is so everywhere, and a lesson is saved from a form."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from explainer.contract import run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import parse_compare, parse_try
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.recipe import Position, Recipe, check_recipe
from explainer.window.files.lesson_dialog import FIXED, HIDDEN, HIDDEN_FIXED, SHOWN, SHOWN_FIXED, LessonDialog
from explainer.window.inspector.tabs import CONTROLS, LESSON

SCENE = CATALOGUE.scene("gradient-descent")
PLAN = LessonPlan({"lr": 0.03, "surface": "ravine"}, ("momentum",), ("optimizers", "lr"), ("contours",), (1, 3))


@pytest.fixture
def lesson(driver, tmp_path):
    """The window at a lesson file; at the scene without one afterwards."""
    path = tmp_path / "class.run.json"
    recipe = check_recipe(Recipe("gradient-descent", seed=3, parameters={"lr": 0.03}), SCENE)
    path.write_bytes(run_file.encode(recipe, Position(4), lesson=PLAN))
    driver.window.run_files.open_file(path)
    driver.until(lambda: driver.settled() and driver.step == 4 and driver.session.plan == PLAN)
    yield driver
    driver.session.open_scene(SCENE, plan=LessonPlan())


def notice(driver):
    return driver.window.notices.words("refusal")


def test_a_lesson_file_makes_what_the_class_sees(lesson):
    window, inspector = lesson.window, lesson.window.inspector
    assert window.stage.out == ["contours"]
    assert window.stage.away == []
    assert [step.title for step in inspector.lesson._lesson.steps] == ["Why does a ball zigzag?", "The learning rate"]
    inspector.tabs.setCurrentIndex(CONTROLS)
    assert list(inspector.panel.controls)[:2] == ["lr", "optimizers"] or set(list(inspector.panel.controls)[:2]) == {
        "optimizers",
        "lr",
    }
    inspector.panel.set_unfolded(True)
    assert "momentum" not in inspector.panel.controls
    assert not inspector.panel.controls["lr"].isEnabled()
    assert "Fixed in this lesson." in inspector.panel.controls["lr"].toolTip()
    assert inspector.panel.controls["optimizers"].isEnabled()
    inspector.tabs.setCurrentIndex(LESSON)


@pytest.mark.parametrize("link", ["try:lr=0.5&run=9", "try:lr=0.5&keep=1", "compare:momentum=0|lr=0.5&run=3"])
def test_a_link_that_would_change_what_is_fixed_says_so_and_changes_nothing(lesson, link):
    window, before = lesson.window, lesson.session.to_keep
    window.inspector.lesson.follow(link)
    assert "fixed at 0.03 in this lesson: nothing has changed" in notice(lesson)
    assert lesson.session.to_keep == before
    assert not window.lanes.are_compared


def test_a_link_keeps_what_is_fixed_where_it_says_nothing_of_it(lesson):
    lesson.window.comparison.try_link(parse_try("try:momentum=0.5&run=2", SCENE))
    lesson.until(lambda: lesson.settled() and lesson.step == 2)
    assert (lesson.frame.params.lr, lesson.frame.params.momentum) == (0.03, 0.5)
    lesson.window.comparison.show_link(parse_compare("compare:momentum=0|momentum=0.9&run=1", SCENE))
    other = lesson.window.lanes.others[0].session
    assert other.to_keep[0].parameters["lr"] == 0.03
    lesson.window.lanes.clear()


def test_a_picture_or_a_branch_cannot_change_it_either(lesson):
    lesson.session.set({"lr": 0.2, "momentum": 0.1})
    assert "fixed at 0.03" in notice(lesson)
    assert lesson.session.params.lr == 0.03
    assert lesson.session.params.momentum != 0.1
    lesson.session.set({"momentum": 0.1})
    assert lesson.session.params.momentum == 0.1


def test_a_picture_that_is_left_out_is_not_brought_out_by_a_link(lesson):
    lesson.window.inspector.lesson.follow("show:slice")
    assert lesson.window.stage.out == ["contours"]
    assert "left out of this lesson" in notice(lesson)


def test_who_leaves_the_scene_and_comes_back_finds_it_fixed(lesson):
    lesson.session.open_scene(CATALOGUE.scene("small-network"))
    assert not lesson.session.plan
    lesson.session.open_scene(SCENE)
    lesson.until(lambda: lesson.settled() and lesson.frame.scene == "gradient-descent")
    assert lesson.session.plan == PLAN
    assert lesson.frame.params.lr == 0.03


def test_a_lesson_is_not_what_is_remembered_of_the_scene(lesson):
    before = list(lesson.window.settings.of_scene("gradient-descent").pictures)
    lesson.window.inspector.lesson.go_to(1)
    assert lesson.window.settings.of_scene("gradient-descent").lesson_step == 0
    assert lesson.window.settings.of_scene("gradient-descent").pictures == before


def test_a_run_file_without_a_plan_ends_the_lesson(lesson, tmp_path):
    path = tmp_path / "free.run.json"
    path.write_bytes(run_file.encode(lesson.session.recipe, Position(1)))
    lesson.window.run_files.open_file(path)
    lesson.until(lambda: lesson.settled() and lesson.step == 1 and not lesson.session.plan)
    assert len(lesson.window.stage.away) > 1


def test_a_run_saved_or_copied_in_a_lesson_is_a_lesson(lesson, tmp_path):
    lesson.window.run_files.copy()
    assert json.loads(QGuiApplication.clipboard().text())["lesson"]["hidden"] == ["momentum"]


def test_an_unknown_picture_is_said_and_the_others_are_shown(driver):
    driver.session.open_scene(SCENE, plan=LessonPlan(cards=("nothing", "slice")))
    driver.until(driver.settled)
    assert driver.window.stage.out == ["slice"]
    assert "has no picture 'nothing'" in notice(driver)
    driver.session.open_scene(SCENE, plan=LessonPlan())


def test_the_form_chooses_what_the_file_then_holds(driver, tmp_path):
    window = driver.window
    window.actions_by_key["save-lesson"].trigger()
    dialog = window.lesson_files.dialog
    assert isinstance(dialog, LessonDialog)
    assert dialog.plan().cards == tuple(window.stage.out)
    for name, state in (("lr", FIXED), ("momentum", HIDDEN), ("surface", HIDDEN_FIXED), ("optimizers", SHOWN)):
        dialog.states[name].setCurrentIndex(state)
    dialog.steps.item(1).setCheckState(Qt.CheckState.Unchecked)
    plan = dialog.plan()
    assert plan.fixed == {"lr": driver.session.params.lr, "surface": driver.session.params.surface}
    assert set(plan.hidden) == {"momentum", "surface"}
    assert plan.shown == ("optimizers",)
    assert 1 in plan.steps
    assert 2 not in plan.steps
    window.lesson_files._ask_where(plan)
    place = tmp_path / "made"
    window.run_files.dialog.fileSelected.emit(str(place))
    window.run_files.dialog.close()
    found = run_file.load(tmp_path / "made.run.json", CATALOGUE)
    assert found.lesson == plan


def test_the_form_begins_with_the_plan_that_is_in_force(lesson):
    lesson.window.lesson_files.ask()
    dialog = lesson.window.lesson_files.dialog
    assert dialog.plan() == PLAN
    assert dialog.states["lr"].currentData() == SHOWN_FIXED
    dialog.close()


def test_what_the_run_changes_on_its_way_cannot_be_fixed(driver):
    driver.set(lr=0.02)
    driver.session.course.step()
    driver.until(lambda: driver.settled() and driver.step == 1)
    driver.set(lr=0.03)
    driver.window.lesson_files._ask_where(LessonPlan({"lr": 0.03}))
    assert "lr is changed during this run" in notice(driver)
