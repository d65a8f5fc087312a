"""Runs side by side in a real window, each with an engine of its own."""

from __future__ import annotations

import itertools
import os
import signal
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.plots.base.axes import Axes
from explainer.plots.views import view_of
from explainer.window.run.conductor import ON

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def lanes(driver):
    driver.window.conductor.stop()
    driver.session.course.set_speed(60.0)
    yield driver.window.lanes
    driver.window.lanes.set_overlays(False)
    driver.window.lanes.clear()
    driver.window.show_lesson()


def settle(driver):
    """Wait until every run has answered everything and they are together."""
    conductor = driver.window.conductor
    driver.until(
        lambda: (
            not conductor.is_playing
            and all(run.is_answered for run in conductor.runs)
            and len({run.position for run in conductor.runs}) == 1
        )
    )


def words(lanes):
    return [lane.header.words.toolTip() for lane in lanes.all]


def click(lane, name):
    QTest.mouseClick(lane.header.findChild(QToolButton, name), Qt.MouseButton.LeftButton)


def test_a_copy_is_put_beside_the_run_where_it_is_and_is_the_same(driver, lanes):
    driver.go_to(12)
    driver.set(lr=0.03)
    driver.go_to(20)
    driver.key(Qt.Key.Key_D, CTRL)
    settle(driver)
    (copy,) = lanes.others
    assert copy.session.recipe == driver.session.recipe
    assert copy.session.frame.step == 20
    assert np.array_equal(copy.session.frame.arrays["path"], driver.frame.arrays["path"])
    assert words(lanes) == ["no difference yet"] * 2
    assert all(lane.header.isVisible() for lane in lanes.all)


def test_what_differs_is_told_above_each_run_and_the_numbers_are_those_of_each(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.set(momentum=0.5)
    driver.until(lambda: words(lanes) == ["Momentum β 0.5", "Momentum β 0.7"])
    driver.go_to(30)
    settle(driver)
    for lane, momentum in zip(lanes.all, (0.5, 0.7), strict=True):
        expected = Run("gradient-descent", momentum=momentum)
        expected.step(30)
        assert lane.session.frame.metric("loss/momentum") == expected.metrics["loss/momentum"][-1]


def test_what_each_run_has_come_to_stands_above_it_with_symbols_for_what_differs(driver, lanes):
    driver.window.inspector.lesson.follow("compare:optimizers=sgd&lr=0.01&run=20&seed=5|optimizers=sgd&lr=0.03")
    driver.until(lambda: len(lanes.all) == 2 and driver.step == 20 and not driver.window.conductor.is_playing)
    settle(driver)
    assert [lane.header.words._words for lane in lanes.all] == ["η 0.01", "η 0.03"]
    driver.until(lambda: all(lane.header.result.text() for lane in lanes.all))
    for lane in lanes.all:
        name, value = lane.header.result.text().split()
        assert name == "loss"
        assert float(value) == pytest.approx(lane.session.frame.metric("loss/sgd"), rel=1e-2)
    words = driver.window.transport.time_line.words_at(20)
    assert [line.split(":")[0] for line in words.splitlines()] == ["step 20", "A", "B"]


def test_one_transport_leads_all(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    other = lanes.others[0].session
    for ask, step in (
        (driver.session.course.step, 1),
        (driver.session.course.step, 2),
        (driver.session.course.step_back, 1),
        (lambda: driver.session.course.seek(25), 25),
        (driver.window.go_to_start, 0),
        (driver.window.go_to_end, 25),
    ):
        ask()
        driver.until(lambda: driver.session.is_answered and other.is_answered)
        settle(driver)
        assert (driver.step, other.position.step) == (step, step)
    driver.session.course.step_phase()
    settle(driver)
    assert other.course.phase == driver.session.course.phase != ""


@pytest.mark.parametrize("speed", [60.0, None])
def test_while_they_play_they_are_never_further_apart_than_a_stride(driver, lanes, speed):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.session.course.set_speed(speed)
    runs = driver.window.conductor.runs
    shown = {run: [] for run in runs}
    apart = []

    def note(run, frame):
        shown[run].append(frame.step)
        apart.append(abs(runs[0].frame.step - runs[1].frame.step))

    for run in runs:
        run.frame_changed.connect(partial(note, run))
    driver.window.toggle_play()
    assert driver.window.transport.buttons["play"].accessibleName() == "Pause"
    driver.until(lambda: driver.step >= 40)
    driver.window.toggle_play()
    settle(driver)
    if speed:
        assert max(apart) == 1
        assert all({*steps} >= {*range(1, 40)} for steps in shown.values())
    else:
        assert {*shown[runs[0]]} == {*shown[runs[1]]}


def test_a_run_that_ends_lets_the_other_go_on(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.set(lr=0.9)
    driver.session.course.set_speed(None)
    driver.window.conductor.start(ON, until=600)
    driver.until(lambda: not driver.window.conductor.is_playing)
    assert driver.frame.stopped is not None
    assert lanes.others[0].session.position.step == 600
    assert driver.window.conductor.known == 600
    assert driver.window.transport.place.text().startswith("step 600")


def test_where_asking_and_painting_take_long_they_still_go_on_in_growing_strides(driver, lanes, monkeypatch):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.session.course.set_speed(None)
    slow = itertools.count(step=0.3)
    monkeypatch.setattr(driver.window.conductor, "_clock", lambda: next(slow))
    asked = []
    driver.session.course.rested.connect(asked.append)
    driver.window.conductor.start(ON, until=600)
    driver.until(lambda: not driver.window.conductor.is_playing)
    assert driver.step == 600
    assert len(asked) < 30


def test_pictures_zoom_and_the_way_they_are_drawn_are_shared(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    main, other = lanes.all
    driver.session.set({"log_loss": not driver.session.params.log_loss})
    driver.until(lambda: other.session.params.log_loss == driver.session.params.log_loss)
    driver.session.set({"log_loss": not driver.session.params.log_loss})
    other.stage.bring_out("map")
    assert main.stage.out == other.stage.out
    other.stage.put_away("map")
    assert "map" not in main.stage.out
    mine, theirs = (lane.stage.pictures[0].findChild(Axes) for lane in lanes.all)
    mine.view_box.zoom(0.5, mine.view_box.rect().center())
    assert theirs.visible() == pytest.approx(mine.visible(), rel=1e-2)
    theirs.fit()
    assert mine.fitted


def test_what_the_pointer_is_on_is_lit_in_every_lane(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    said = {lane: [] for lane in lanes.all}
    for lane in lanes.all:
        lane.stage.steering.lit.connect(lambda name, value, lane=lane: said[lane].append((name, value)))
    main, other = lanes.all
    other.stage.steering.light("step", 3)
    assert said == {main: [("step", 3)], other: [("step", 3)]}
    driver.window.comparison.end()
    main.stage.steering.light("step", 4)
    assert said[main][-1] == ("step", 4)
    assert len(said[other]) == 1


def test_no_lane_gives_an_open_prediction_away(driver, lanes):
    steering = driver.window.stage.steering
    steering.allow_preview(False)
    driver.window.comparison.add_copy()
    other = lanes.others[0].stage.steering
    assert not other.preview_allowed
    steering.allow_preview(True)
    assert other.preview_allowed


def test_what_is_dragged_in_a_picture_changes_the_run_of_that_picture(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    other = lanes.others[0]
    before = driver.session.params.start
    other.stage.steering.set(start=(-5.0, 4.0))
    driver.until(lambda: other.session.is_answered and other.session.params.start == (-5.0, 4.0))
    settle(driver)
    assert driver.session.params.start == before != (-5.0, 4.0)
    assert np.array_equal(other.session.frame.arrays["path"][0, 0], [-5.0, 4.0])
    assert words(lanes)[1] != words(lanes)[0]


def test_steer_exchanges_the_runs(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.set(momentum=0.5)
    driver.go_to(15)
    settle(driver)
    click(lanes.others[0], "steer-lane")
    driver.until(lambda: driver.session.is_answered and driver.session.params.momentum == 0.7)
    settle(driver)
    assert lanes.others[0].session.params.momentum == 0.5
    assert driver.step == 15


def test_up_to_four_and_each_can_go(driver, lanes):
    for _ in range(5):
        driver.window.comparison.add_copy()
    assert len(lanes.all) == 4
    assert not driver.window.actions_by_key["compare"].isEnabled()
    assert all(len(lane.stage.cards) == 1 for lane in lanes.all)
    settle(driver)
    click(lanes.others[1], "close-lane")
    assert len(lanes.all) == 3
    driver.window.comparison.end()
    assert not lanes.are_compared
    assert not lanes.main.header.isVisible()
    assert len(lanes.main.stage.cards) > 1
    driver.go_to(3)


def test_another_scene_ends_the_comparison(driver, lanes):
    driver.window.comparison.add_copy()
    driver.open("small-network")
    assert not lanes.are_compared


def test_a_lane_whose_scene_is_being_left_is_not_asked_for_the_pictures_of_the_next(driver, lanes):
    driver.window.comparison.add_copy()
    lanes.main.show_view(view_of(CATALOGUE.scene("small-network")))
    assert lanes.others[0].stage.out != lanes.main.stage.out
    lanes.others[0].stage.enlarge_only(lanes.others[0].stage.out[0])
    assert lanes.main.stage.out == [card.key for card in lanes.main.view.cards if card.at_first]


def test_seed_and_reset_are_for_all(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.go_to(8)
    driver.window.comparison.new_seed()
    driver.until(lambda: driver.session.is_answered and driver.step == 0)
    settle(driver)
    assert lanes.others[0].session.recipe.seed == driver.session.recipe.seed
    driver.go_to(8)
    settle(driver)
    driver.window.reset()
    driver.until(lambda: all(run.is_answered and run.position.step == 0 for run in driver.window.conductor.runs))


def test_another_scene_ends_a_comparison_of_several_runs_without_a_word(driver, lanes):
    for _ in range(2):
        driver.window.comparison.add_copy()
    assert len(lanes.all) == 3
    driver.open("small-network")
    assert len(lanes.all) == 1
    assert driver.frame.scene == "small-network"


def test_a_branch_is_compared_from_its_menu(driver, lanes):
    driver.go_to(20)
    driver.go_to(10)
    driver.set(lr=0.02)
    driver.until(lambda: driver.session.branches.others)
    driver.window.runs.compared.emit(driver.session.branches.others[0].number)
    settle(driver)
    assert lanes.others[0].session.recipe == driver.session.branches.others[0].recipe
    assert words(lanes) == ["Learning rate η 0.02 from step 10", "Learning rate η 0.038"]


def test_a_lesson_puts_runs_side_by_side_and_plays_them(driver, lanes):
    driver.session.course.set_speed(60.0)
    driver.window.inspector.lesson.follow("compare:lr=0.01&run=20&seed=5|lr=0.03|optimizers=sgd")
    driver.until(lambda: driver.window.conductor.is_playing)
    driver.until(lambda: not driver.window.conductor.is_playing)
    settle(driver)
    assert [lane.session.position.step for lane in lanes.all] == [20, 20, 20]
    assert [lane.session.params.lr for lane in lanes.all] == [0.01, 0.03, 0.038]
    assert {lane.session.recipe.seed for lane in lanes.all} == {5}
    assert words(lanes)[1].split(" · ")[-1] == "Learning rate η 0.03"


def test_curves_of_all_runs_can_be_drawn_into_one_plot(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.set(momentum=0.5)
    driver.go_to(15)
    settle(driver)
    driver.window.comparison.toggle_overlay()
    (ghost,) = driver.session.frame.ghosts
    assert (ghost.name, ghost.beside) == ("B", True)
    assert ghost.series["loss/momentum"].at(15) == lanes.others[0].session.frame.metric("loss/momentum")
    driver.session.course.step()
    settle(driver)
    driver.until(lambda: driver.session.frame.ghosts[0].series["loss/momentum"].last_step == 16)
    driver.window.comparison.end()
    assert list(driver.session.frame.ghosts) == []


def test_an_engine_that_is_lost_is_replaced_and_told(driver, lanes):
    driver.window.comparison.add_copy()
    settle(driver)
    driver.go_to(18)
    settle(driver)
    other = lanes.others[0].session
    loss = other.frame.metric("loss/sgd")
    os.kill(other.engine.link.process_id, signal.SIGKILL)
    driver.until(lambda: "Run B" in driver.window.notices.words("refusal"))
    settle(driver)
    assert other.frame.metric("loss/sgd") == loss
    driver.window.notices.clear("refusal")
