"""The whole window with a real engine: what a person does and what comes of it."""

from __future__ import annotations

import os
import re
import signal
import tomllib
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import parse_try
from explainer.plots.base.axes import Axes
from explainer.stage.stage import LEAST_HEIGHT
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.actions import TABLE
from explainer.window.help import MADE_OF
from explainer.window.screens import fitted

KEYS = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_scene_opens_with_something_to_look_at(driver):
    window = driver.window
    assert window.stage.out == ["contours", "slice"]
    assert window.windowTitle() == "Gradient descent, seed 0 – explainer"
    assert "Gradient descent" in window.top_bar.place.text()
    assert driver.frame.arrays["path"].shape == (2, 1, 2)
    assert QApplication.focusWidget() is window.stage


def test_space_plays_and_the_picture_moves_and_space_rests_it(driver):
    before = driver.window.stage.grab().toImage()
    driver.key(KEYS.Key_Space)
    assert driver.session.playing
    driver.until(lambda: driver.step >= 1)
    assert driver.window.stage.grab().toImage() != before
    driver.key(KEYS.Key_Space)
    driver.until(driver.settled)
    assert driver.window.transport.buttons["play"].accessibleName() == "Play"


def test_the_keys_of_the_stage_do_what_the_table_says(driver):
    driver.key(KEYS.Key_Right)
    driver.until(lambda: driver.step == 1)
    driver.key(KEYS.Key_Right)
    driver.until(lambda: driver.step == 2)
    driver.key(KEYS.Key_Left)
    driver.until(lambda: driver.step == 1)
    driver.key(KEYS.Key_End)
    driver.until(lambda: driver.step == 2)
    driver.key(KEYS.Key_Home)
    driver.until(lambda: driver.step == 0)
    driver.key(KEYS.Key_Right, SHIFT)
    driver.until(lambda: driver.session.course.phase)
    assert driver.window.transport.place.text().startswith("step 1 · ")
    driver.go_to(2)
    driver.key(KEYS.Key_R)
    driver.until(lambda: driver.step == 0 and driver.session.known == 0 and driver.settled())


def test_the_keys_of_the_window_do_what_the_table_says(driver):
    window, tabs = driver.window, driver.window.inspector.tabs
    for index, key in enumerate((KEYS.Key_1, KEYS.Key_2, KEYS.Key_3, KEYS.Key_4)):
        driver.key(key, CTRL)
        assert tabs.currentIndex() == index
    driver.key(KEYS.Key_1, CTRL)
    speeds = window.transport.speeds()
    assert speeds == [1.0, 5.0, 30.0, 60.0, None]
    driver.key(KEYS.Key_Up, CTRL)
    assert driver.session.course.speed == 30.0
    for _ in range(5):
        driver.key(KEYS.Key_Up, CTRL)
    assert driver.session.course.speed is None
    for _ in range(9):
        driver.key(KEYS.Key_Down, CTRL)
    assert driver.session.course.speed == 1.0
    driver.key(KEYS.Key_B, CTRL)
    assert window.sidebar.list.isVisible()
    driver.key(KEYS.Key_B, CTRL)
    assert not window.sidebar.list.isVisible()
    driver.key(KEYS.Key_R, CTRL)
    driver.until(lambda: driver.session.recipe.seed != 0 and driver.settled())
    assert str(driver.session.recipe.seed) in window.windowTitle()
    window.inspector.lesson.area.setFocus()
    driver.key(KEYS.Key_Escape)
    assert QApplication.focusWidget() is window.stage


@pytest.mark.parametrize("place", ["lr-slider", "lr-entry", "surface-list", "time-line", "inspector-tabs"])
def test_plain_keys_reach_what_has_the_focus_and_not_the_run(driver, place):
    driver.go_to(3)
    driver.window.show_controls()
    driver.window.inspector.panel.set_unfolded(True)
    names = {"surface-list": lambda: driver.window.inspector.panel.controls["surface"].focusProxy()}
    widget = names[place]() if place in names else driver.part(place)
    if place == "inspector-tabs":
        widget = widget.tabBar()
    widget.setFocus()
    assert QApplication.focusWidget() is widget
    asked = driver.session.last_request
    if place == "time-line":
        driver.key(KEYS.Key_Left)
        driver.until(lambda: driver.step == 2)
    elif place == "lr-slider":
        before = driver.session.params.lr
        driver.key(KEYS.Key_Right)
        assert driver.session.params.lr > before
        driver.key(KEYS.Key_Home)
        assert driver.session.params.lr == driver.session.scene.parameters.declaration("lr").low
        driver.until(driver.settled)
        assert driver.step == 3
    elif place == "lr-entry":
        widget.selectAll()
        QTest.keyClicks(widget, "r 1")
        assert widget.text() == "r 1"
    else:
        driver.key(KEYS.Key_Right)
    if place not in ("time-line", "lr-slider", "surface-list"):
        assert driver.session.last_request == asked
    driver.key(KEYS.Key_Space)
    assert driver.session.playing == (place in ("lr-slider", "time-line", "inspector-tabs"))
    driver.session.course.pause()
    driver.key(KEYS.Key_Escape)
    driver.window.show_lesson()


def press(widget, place=None):
    """Click as a hand does, by way of the window system, which gives the focus and knows that a button is down."""
    place = widget.mapTo(widget.window(), place or widget.rect().center())
    QTest.mousePress(widget.window().windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(widget.window().windowHandle(), Qt.MouseButton.LeftButton, pos=place)


@pytest.mark.parametrize("place", ["time-line", "step-dots", "lr-slider", "step-button", "lesson-text", "theme-button"])
def test_after_a_click_space_still_plays(driver, place):
    driver.go_to(3)
    driver.window.show_lesson()
    if place == "lr-slider":
        driver.window.show_controls()
    widget = driver.part(place)
    press(widget)
    driver.until(driver.settled)
    driver.key(KEYS.Key_Space)
    driver.until(lambda: driver.session.playing)
    driver.session.course.pause()
    driver.until(driver.settled)
    if place == "theme-button":
        driver.window.switch_theme()
    driver.window.show_lesson()


def test_what_was_refused_is_given_up_with_escape_and_the_next_escape_leads_to_the_stage(driver):
    driver.window.show_controls()
    entry = driver.part("lr-entry")
    entry.setFocus()
    entry.selectAll()
    driver.type("zzz")
    assert entry.text() == "zzz"
    driver.key(KEYS.Key_Escape)
    assert entry.text() == "0.038"
    driver.key(KEYS.Key_Escape)
    assert QApplication.focusWidget() is driver.window.stage
    assert entry.text() == "0.038"
    driver.window.show_lesson()


def test_escape_gives_an_enlarged_picture_its_place_back(driver):
    driver.window.stage.enlarge("contours")
    button = driver.part("maximize-contours")
    assert button.accessibleName().startswith("Put back")
    driver.window.stage.setFocus()
    driver.key(KEYS.Key_Escape)
    assert [card.picture.key for card in driver.window.stage.cards] == driver.window.stage.out
    assert button.accessibleName().startswith("Enlarge")


def test_a_notice_moves_nothing(driver):
    before = [card.mapTo(driver.window, card.rect().topLeft()) for card in driver.window.stage.cards]
    driver.window.announcements.refuse("this is refused: choose something else")
    QApplication.sendPostedEvents()
    notices = driver.window.notices
    assert notices.isVisible()
    assert [card.mapTo(driver.window, card.rect().topLeft()) for card in driver.window.stage.cards] == before
    ground = notices.parentWidget()
    assert notices.geometry().bottom() == ground.rect().bottom()
    driver.window.notices.clear("refusal")


def test_help_lists_every_key_and_about_every_licence(driver):
    driver.window.show_keys()
    words = driver.window.help.page.toPlainText()
    for spec in TABLE:
        assert (spec.help or spec.text) in words or not spec.shortcut
    driver.window.show_about()
    words = driver.window.help.page.toPlainText()
    assert all(f"{name} {metadata.version(name)}" in words for name in MADE_OF)
    assert "not installed" not in words
    assert "see its files" not in words
    driver.window.help.reject()


def test_about_names_every_package_that_an_installation_needs():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    needed = [re.split(r"[<>=!~ \[;]", requirement)[0] for requirement in project["dependencies"]]
    assert sorted(MADE_OF) == sorted(needed)


def test_a_first_minute_tells_of_one_part_after_another_where_it_covers_it_not(driver):
    tour = driver.window.tour
    tour.start()
    seen = []
    while tour.isVisible():
        seen.append(tour.words.text())
        assert driver.window.rect().contains(tour.geometry())
        tour.next.click()
    assert len(seen) == len(set(seen)) >= 6


@pytest.mark.parametrize(
    ("wanted", "room", "found"),
    [
        (QRect(100, 100, 1440, 900), QRect(0, 0, 1366, 768), QSize(1358, 728)),
        (QRect(3000, 50, 1440, 900), QRect(0, 0, 2560, 1440), QSize(1440, 900)),
        (QRect(-500, -20, 1000, 600), QRect(0, 0, 1024, 640), QSize(1000, 600)),
        (QRect(2100, 100, 1440, 900), QRect(1920, 0, 1280, 720), QSize(1272, 680)),
    ],
)
def test_a_window_lies_wholly_on_the_screen_there_is(wanted, room, found):
    place = fitted(wanted, room, QSize(900, 500))
    assert place.size() == found
    assert room.contains(place)


def test_space_on_a_button_of_a_card_presses_the_button(driver):
    button = driver.part("maximize-contours")
    button.setFocus()
    driver.key(KEYS.Key_Space)
    assert not driver.session.playing
    assert [picture.key for picture in driver.window.stage.pictures] == ["contours"]
    driver.window.stage.enlarge("contours")


def test_cards_can_be_closed_brought_out_and_enlarged(driver):
    stage = driver.window.stage
    driver.part("close-slice").click()
    assert stage.out == ["contours"]
    assert QApplication.focusWidget() is stage
    stage.put_away("contours")
    assert stage.out == ["contours"]
    stage.bring_out("slice")
    assert stage.out == ["contours", "slice"]
    driver.until(lambda: "slice_loss" in driver.frame.arrays)
    driver.part("maximize-slice").click()
    assert [picture.key for picture in stage.pictures] == ["slice"]
    driver.part("maximize-slice").click()
    assert [picture.key for picture in stage.pictures] == ["contours", "slice"]


def test_only_the_arrays_of_visible_pictures_are_asked_for(driver):
    stage = driver.window.stage
    assert "slice_loss" in driver.session._wanted
    stage.put_away("slice")
    assert "slice_loss" not in driver.session._wanted
    stage.bring_out("slice")


def test_the_window_can_be_as_small_and_as_large_as_screens_are(driver):
    for size in ((960, 600), (2560, 1440), (1280, 720)):
        driver.window.resize(*size)
        driver.qtbot.waitUntil(lambda size=size: (driver.window.width(), driver.window.height()) == size)
        assert not driver.window.grab().isNull()
        for picture in driver.window.stage.pictures:
            assert picture.width() > 200
            assert picture.height() > 80


def test_switching_the_theme_repaints_everything(driver):
    window = driver.window
    window.settings.theme = "dark"
    window.follow_system_theme()
    first = window.theme.tokens
    before = window.grab().toImage()
    driver.key(KEYS.Key_T, CTRL)
    after = window.grab().toImage()
    other = LIGHT if first == DARK else DARK
    assert window.theme.tokens == other
    assert after.pixelColor(300, 10).name() == other.bar
    assert before.pixelColor(300, 10).name() == first.bar
    assert all(picture.tokens == other for picture in window.stage.pictures)
    driver.key(KEYS.Key_T, CTRL)
    assert window.theme.tokens == first


def test_a_killed_engine_is_replaced_and_the_same_numbers_come_back(driver):
    driver.set(noise=0.5)
    driver.go_to(40)
    driver.set(lr=0.02)
    driver.go_to(120)
    driver.until(lambda: driver.frame.ages and set(driver.frame.ages.values()) == {120})
    before, engine = driver.numbers(), driver.session.engine.link.process_id
    driver.session.course.set_speed(None)
    driver.session.course.play()
    driver.until(lambda: driver.step > 120)
    os.kill(engine, signal.SIGKILL)
    driver.until(lambda: driver.window.notices.words("engine"))
    assert "signal 9" in driver.window.notices.words("engine")
    driver.until(lambda: driver.session.engine.link.process_id not in (0, engine) and driver.settled())
    assert driver.step > 120
    driver.until(lambda: "has replayed" in driver.window.notices.words("engine"))
    driver.go_to(120)
    driver.until(lambda: driver.frame.ages and set(driver.frame.ages.values()) == {120})
    after = driver.numbers()
    assert {"position", "path", "series loss/sgd"} <= before.keys()
    for name, array in before.items():
        kept = after[name][: len(array)] if name.startswith("series") else after[name]
        np.testing.assert_array_equal(kept, array, err_msg=name)
    assert driver.session.params.lr == 0.02
    driver.window.notices.clear("engine")


def test_an_exception_in_an_experiment_is_a_card_to_copy_and_reset_goes_on(network):
    network.go_to(3)
    network.session.act("fail", {})
    network.session.course.step()
    network.until(lambda: network.window.notices.words("failure"))
    assert "this step was told to fail" in network.window.notices.words("failure")
    details = network.part("notice-details")
    assert isinstance(details, QPlainTextEdit)
    assert "RuntimeError" in details.toPlainText()
    assert "experiment.py" in details.toPlainText()
    QGuiApplication.clipboard().clear()
    network.part("notice-copy").click()
    assert QGuiApplication.clipboard().text() == details.toPlainText()
    network.part("notice-reset").click()
    network.until(lambda: network.step == 0 and network.settled() and not network.window.notices.words("failure"))
    network.go_to(5)


def test_a_run_that_runs_away_says_step_metric_last_action_and_what_to_do(network):
    network.go_to(2)
    network.session.act("poison", {})
    network.session.course.step()
    network.until(lambda: network.window.notices.words("run"))
    words = network.window.notices.words("run")
    assert "step 3" in words
    assert "error" in words
    assert "poison" in words
    network.part("notice-step-back").click()
    network.until(lambda: network.step == 2 and not network.window.notices.words("run"))


def test_a_race_goes_on_when_one_learner_runs_away(driver):
    driver.set(lr=0.06)
    driver.session.course.set_speed(None)
    driver.session.course.seek(4000)
    driver.until(lambda: driver.frame.step == 4000)
    assert (driver.frame.arrays["retired"] >= 0).any()


def test_a_text_that_is_refused_stays_beside_its_control_and_the_value_stays(driver):
    driver.window.show_controls()
    entry = driver.part("lr-entry")
    entry.setFocus()
    entry.selectAll()
    driver.type("much")
    refusal = driver.part("lr-refusal")
    assert refusal.text()
    assert driver.session.params.lr == 0.038
    entry.selectAll()
    driver.type("1e-3")
    driver.until(lambda: driver.frame.params.lr == 1e-3)
    assert not refusal.isVisible()
    driver.window.show_lesson()


def test_a_structural_change_starts_again_from_the_same_seed(driver):
    driver.session.new_seed(5)
    driver.until(lambda: driver.settled() and driver.session.recipe.seed == 5)
    driver.go_to(10)
    driver.set(condition=10.0)
    assert driver.step == 0
    assert driver.session.known == 0
    assert driver.session.recipe.seed == 5


def test_dragging_a_structural_slider_draws_pictures_on_the_way(driver):
    drawn, session = set(), driver.session
    wished = iter(np.linspace(10, 90, 9).tolist())

    def drag():
        session.choose("condition", next(wished, 90.0))

    def note(frame):
        drawn.add(frame.params.condition)

    session.run_opened.connect(drag)
    session.frame_changed.connect(note)
    drag()
    driver.until(lambda: len(drawn) > 5)
    session.run_opened.disconnect(drag)
    driver.until(lambda: driver.settled() and driver.frame.params.condition == session.params.condition)
    session.frame_changed.disconnect(note)


def test_a_lesson_link_sets_runs_and_rests(driver):
    driver.window.inspector.lesson.follow("try:lr=0.02&momentum=0.5&run=30&speed=max")
    driver.until(lambda: driver.step == 30 and driver.settled())
    assert (driver.frame.params.lr, driver.frame.params.momentum) == (0.02, 0.5)
    assert driver.window.inspector.controls.values()["lr"] == 0.02
    assert parse_try("try:run=30", driver.session.scene).run == 30


def test_a_lesson_link_that_names_nothing_known_is_refused_in_words(driver):
    driver.window.inspector.lesson.follow("try:lrr=0.02")
    assert "lrr" in driver.window.notices.words("refusal")
    driver.window.notices.clear("refusal")


def test_a_refusal_whose_control_is_out_of_sight_is_said_in_a_notice(driver):
    driver.window.show_lesson()
    driver.session.set({"surface": "custom", "expression": "exp(x*x)", "start": (900.0, 0.0)})
    driver.until(lambda: "not finite at start" in driver.window.notices.words("refusal"))
    driver.window.notices.clear("refusal")
    driver.window.show_controls()
    driver.session.set({"lr": 0.02})
    driver.until(lambda: driver.frame.params.lr == 0.02)
    driver.session.refused.emit("lr", "no such rate")
    assert driver.part("lr-refusal").text() == "No such rate"
    assert not driver.window.notices.words("refusal")
    driver.window.show_lesson()


def test_a_prediction_hides_the_preview_until_it_is_answered(driver):
    lesson, stage = driver.window.inspector.lesson, driver.window.stage
    lesson.go_to(0)
    assert lesson.is_prediction_open
    assert not stage.steering.preview_allowed
    option = next(b for b in lesson.findChildren(QPushButton) if b.isVisible() and b.property("role") == "choice")
    option.click()
    assert not stage.steering.preview_allowed, "a guess is made, and what happens is still to be seen"
    run = next(
        b for b in lesson.findChildren(QPushButton) if b.isVisible() and b.isEnabled() and b.text() == "Run both"
    )
    run.click()
    driver.until(lambda: stage.steering.preview_allowed)


def test_scenes_can_be_changed_from_the_sidebar(driver):
    window = driver.window
    window.settings.sidebar = False
    window.toggle_sidebar()
    found = window.sidebar.list.findItems("Small network", Qt.MatchFlag.MatchExactly)[0]
    box = window.sidebar.list.visualItemRect(found)
    QTest.mouseClick(window.sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    driver.until(lambda: driver.settled() and driver.frame.scene == "small-network")
    assert window.windowTitle().startswith("Small network")
    assert [picture.key for picture in window.stage.pictures] == ["weights"]
    window.toggle_sidebar()


def test_what_was_unfolded_in_a_scene_is_there_when_one_comes_back(driver):
    window = driver.window
    window.inspector.lesson.go_to(2)
    window.stage.bring_out("loss")
    window.inspector.panel.set_unfolded(True)
    driver.open("small-network")
    driver.session.open_scene(CATALOGUE.scene("gradient-descent"))
    driver.until(lambda: driver.settled() and driver.frame.scene == "gradient-descent")
    assert "loss" in window.stage.out
    assert window.inspector.panel.is_unfolded()
    assert window.inspector.lesson.step == 2
    window.stage.put_away("loss")
    window.inspector.panel.set_unfolded(False)
    window.inspector.lesson.go_to(0)


def test_the_readout_takes_a_step_and_refuses_nonsense(driver):
    place = driver.window.transport.place
    driver.key(KEYS.Key_G, CTRL)
    assert QApplication.focusWidget() is place
    assert place.selectedText() == "0"
    driver.type("1,2oo")
    assert "0 to 1,000,000,000" in place.toolTip()
    assert place.property("refused")
    place.selectAll()
    driver.type("1,200")
    driver.until(lambda: driver.step == 1200)
    assert place.text() == "step 1,200"
    assert QApplication.focusWidget() is driver.window.stage


def test_escape_leaves_the_readout_as_it_was(driver):
    driver.key(KEYS.Key_G, CTRL)
    QTest.keyClicks(driver.window.transport.place, "77x")
    driver.key(KEYS.Key_Escape)
    assert driver.window.transport.place.text() == "step 0"
    assert not driver.window.transport.place.property("refused")


def test_the_readout_keeps_its_width_while_numbers_change(driver):
    transport = driver.window.transport
    transport.show_place(0, 0, "")
    transport.show_speed(1.0, 1.0, "CPU")
    driver.qtbot.waitUntil(lambda: transport.speed.width() > 0)
    first = transport.time_line.geometry()
    transport.show_place(99_999, 100_000, "")
    transport.show_speed(None, 98_765.0, "60 pictures/s · CPU")
    transport.layout().activate()
    assert transport.time_line.geometry() == first


def test_thumbnails_show_what_the_pictures_would_show(driver):
    window = driver.window
    driver.go_to(5)
    assert "loss" not in window.stage.out
    QTest.mouseClick(window.top_bar.pictures, Qt.MouseButton.LeftButton)
    popup = window.picture_menu.popup
    offer = next(offer for offer in popup.offers if offer.kind.key == "loss")
    driver.until(lambda: not offer.thumbnail.pixmap().isNull())
    assert set(offer.kind.arrays) <= set(driver.session._wanted)
    first = offer.thumbnail.pixmap().toImage()
    driver.session.course.seek(20)
    driver.until(lambda: offer.thumbnail.pixmap().toImage() != first)
    QTest.keyClick(popup, KEYS.Key_Escape)
    assert window.picture_menu.popup is None
    assert window.picture_menu.wanted_arrays == []


def test_a_thumbnail_asks_for_the_side_job_it_is_drawn_from_and_for_nothing_else(driver):
    window = driver.window
    driver.go_to(1)
    window.picture_menu.open()
    popup, asked = window.picture_menu.popup, []
    window.picture_menu.job_asked.connect(lambda name, arguments: asked.append(name))
    offer = next(offer for offer in popup.offers if offer.kind.key == "map")
    driver.until(lambda: not offer.thumbnail.pixmap().isNull())
    empty = offer.thumbnail.pixmap().toImage()
    driver.until(lambda: "map" in asked)
    driver.until(lambda: len(_colours(offer.thumbnail.pixmap().toImage())) > 3 * len(_colours(empty)))
    params = driver.session.params
    window.picture_menu._thumbnails._steering.set(lr=0.5)
    assert driver.session.params == params
    popup.close()


def _colours(image):
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


def test_a_title_that_does_not_fit_ends_in_an_ellipsis_and_is_told_whole(driver):
    card = driver.window.stage._cards["contours"]
    usual, long = card.title.accessibleName(), "The surface with the paths of all optimizers so far " * 2
    driver.window.resize(960, 600)
    card.picture.title_changed.emit(long)
    driver.until(lambda: card.title.text().endswith("…"))
    assert card.title.toolTip() == long
    driver.window.resize(2000, 720)
    card.picture.title_changed.emit(usual)
    driver.until(lambda: card.title.text() == usual)
    driver.window.resize(1280, 720)


def test_a_picture_is_brought_out_by_keyboard(driver):
    window = driver.window
    window.top_bar.pictures.setFocus()
    driver.key(KEYS.Key_Space)
    popup = window.picture_menu.popup
    assert popup.focusWidget() is popup.offers[0]
    QTest.keyClick(popup, KEYS.Key_Down)
    assert popup.focusWidget() is popup.offers[1]
    QTest.keyClick(popup, KEYS.Key_Up)
    key = popup.offers[0].kind.key
    QTest.keyClick(popup, KEYS.Key_Return)
    assert key in window.stage.out
    window.stage.put_away(key)


def test_the_stage_says_what_is_to_be_seen_and_says_it_anew(driver):
    stage = driver.window.stage
    first = stage.accessibleDescription()
    driver.go_to(7)
    driver.until(lambda: stage.accessibleDescription() != first and "7" in stage.accessibleDescription())


def test_a_mark_shows_where_something_was_done_and_says_what(driver):
    driver.go_to(10)
    driver.set(lr=0.02)
    line = driver.window.transport.time_line
    driver.until(line.marks)
    [(x, step, words)] = line.marks()
    assert (step, words) == (10, "lr = 0.02")
    assert x == line.x_of(10)


def test_time_line_click_and_keys_go_to_a_step(driver):
    driver.go_to(40)
    line = driver.window.transport.time_line
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(round(line.x_of(15)), 20))
    driver.until(lambda: driver.step == 15)
    line.setFocus()
    driver.key(KEYS.Key_End)
    driver.until(lambda: driver.step == 40)
    driver.key(KEYS.Key_PageUp)
    driver.until(lambda: driver.step == 36)


class Passes(QObject):
    """Which plots are painted in each pass of a window."""

    def __init__(self, window):
        super().__init__(window)
        self.window, self.names = window, []
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched, event):
        if watched is self.window and event.type() is QEvent.Type.UpdateRequest:
            self.names.append(set())
        plot = watched.parent() if event.type() is QEvent.Type.Paint else None
        if isinstance(plot, Axes) and watched is plot.viewport() and self.names:
            self.names[-1].add(plot.accessibleName())
        return False


def test_all_plots_that_a_frame_changes_are_painted_in_one_pass(driver):
    window = driver.window
    window.stage.bring_out("loss")
    driver.go_to(3)
    passes, frames = Passes(window), []

    def begin(frame):
        if not frames:
            passes.names.clear()
        frames.append(frame.step)

    driver.session.frame_changed.connect(begin)
    driver.key(KEYS.Key_Right)
    driver.until(lambda: frames and any(passes.names))
    driver.session.frame_changed.disconnect(begin)
    assert frames[0] == 4
    QApplication.instance().removeEventFilter(passes)
    window.stage.put_away("loss")
    assert len(next(names for names in passes.names if names)) == 3


def test_pictures_in_a_row_are_equally_wide_however_they_came_out(driver):
    window = driver.window
    out = list(window.stage.out)
    for key in [kind.key for kind in window.stage.away][:3]:
        window.stage.bring_out(key)
        driver.until(lambda key=key: window.stage.cards[-1].picture.key == key and window.stage.cards[-1].width() > 100)
    rows = {}
    for card in window.stage.cards:
        rows.setdefault(card.mapTo(window, QPoint()).y(), []).append(card.width())
    for key in set(window.stage.out) - set(out):
        window.stage.put_away(key)
    assert sum(len(row) == 2 for row in rows.values()) >= 2
    assert max(max(row) - min(row) for row in rows.values()) <= 2


def test_pictures_that_have_no_room_keep_their_height_and_the_stage_scrolls(driver):
    window = driver.window
    out, size = list(window.stage.out), window.size()
    for kind in list(window.stage.away):
        window.stage.bring_out(kind.key)
    window.resize(1000, 640)
    driver.until(lambda: window.height() == 640 and window.stage.height() > window.lane.height())
    assert min(picture.height() for picture in window.stage.pictures) >= LEAST_HEIGHT
    for key in set(window.stage.out) - set(out):
        window.stage.put_away(key)
    window.resize(size)
    driver.until(lambda: window.stage.height() == window.lane.height())


def test_pictures_that_have_no_room_side_by_side_stand_above_one_another(driver):
    driver.open("tensors")
    stage, size = driver.window.stage, driver.window.size()
    for kind in list(stage.away):
        stage.bring_out(kind.key)

    def beside() -> list[bool]:
        tops = [card.mapTo(stage, QPoint()).y() for card in stage.cards]
        return [top == tops[at + 1] for at, top in enumerate(tops[:-1])]

    driver.window.resize(2200, 900)
    driver.until(lambda: any(beside()))
    driver.window.resize(1000, 640)
    driver.until(lambda: not any(beside()) and stage.width() <= stage.parentWidget().width())
    driver.window.resize(size)


def test_the_seed_field_takes_seeds_and_refuses_the_rest(driver):
    driver.window.show_controls()
    seed = driver.part("seed")
    assert isinstance(seed, QLineEdit)
    seed.setFocus()
    seed.selectAll()
    driver.type("-3")
    assert driver.window.inspector.run.refusal.isVisible()
    assert driver.session.recipe.seed == 0
    seed.selectAll()
    driver.type("11")
    driver.until(lambda: driver.settled() and driver.session.recipe.seed == 11)
    assert not driver.window.inspector.run.refusal.isVisible()
    driver.window.show_lesson()


def test_the_code_tab_marks_the_line_in_phase_mode(driver):
    driver.window.show_code()
    driver.session.course.step_phase()
    driver.until(lambda: driver.session.course.line > 0)
    assert driver.session.course.file == "experiment.py"
    driver.session.course.step()
    driver.until(lambda: driver.session.course.line == 0 and driver.step == 1)
    driver.window.show_lesson()


def test_an_action_in_the_past_leaves_the_old_future_as_a_run_to_return_to(driver):
    window, session = driver.window, driver.session
    assert not window.runs.isVisible()
    driver.go_to(30)
    old = session.frame.metric("loss/sgd")
    driver.go_to(10)
    session.set({"lr": 0.02})
    driver.until(lambda: len(session.branches.others) == 1 and session.known == 10)
    assert window.runs.isVisible()
    assert [chip.text() for chip in window.runs.chips.values()] == ["run 1", "Learning rate η 0.02 from step 10"]
    assert session.frame.ghosts[0].series["loss/sgd"].last_step == 30
    driver.go_to(20)
    QTest.mouseClick(window.runs.chips[1], Qt.MouseButton.LeftButton)
    driver.until(lambda: session.frame is not None and session.branches.present.number == 1)
    driver.until(lambda: session.frame.step == 30 and "loss/sgd" in session.frame.series)
    assert session.frame.metric("loss/sgd") == old
    session.forget_branch(2)
    assert not window.runs.isVisible()
    assert session.frame.ghosts == []


def test_text_grows_to_twice_its_size_and_back_and_is_remembered(driver):
    window = driver.window
    usual = window.theme.tokens.scale
    sizes = []
    for _ in range(6):
        window.larger_text()
        sizes.append(window.theme.tokens.scale)
    assert sizes == sorted(sizes)
    assert sizes[-1] == 2 * usual
    assert all(picture.tokens.scale == 2 for picture in window.stage.pictures)
    assert window.settings.text_scale == 2
    window.smaller_text()
    assert window.theme.tokens.scale == 1.75
    window.usual_text()
    assert window.theme.tokens.scale == usual
    window.settings.text_scale = 77.0
    assert window.theme.text_scale == 2
    window.usual_text()


def test_what_is_taken_away_with_the_focus_gives_the_keys_to_the_stage(driver):
    button = driver.part("lesson-all")
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert QApplication.focusWidget() is button
    button.hide()
    assert QApplication.focusWidget() is driver.window.stage
    button.show()
    driver.key(KEYS.Key_Space)
    driver.until(lambda: driver.session.playing)
    driver.session.course.pause()
