"""Run files in the window: saved, opened, dropped, pasted; what is refused leaves the present run as it is."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from explainer import Run
from explainer.contract import Refused
from explainer.contract.recipe import SET, Action, Position
from explainer.window.files.run_files import named_as_run_file

KEYS = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def saved(tmp_path):
    """A run file of the small network, and the run itself."""
    run = Run("small-network", seed=5, width=6)
    run.step(4)
    run.set(lr=0.2, unit=2)
    run.step(5)
    run.save(tmp_path / "a.run.json")
    return tmp_path / "a.run.json", run


def urls(*paths):
    held = QMimeData()
    held.setUrls([path if isinstance(path, QUrl) else QUrl.fromLocalFile(str(path)) for path in paths])
    return held


def drop(window, held):
    actions, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), actions, held, button, none))
    words = window.drop_hint.words if window.drop_hint.isVisible() else ""
    if words:
        QApplication.sendEvent(window.drop_hint, QDropEvent(QPointF(50, 50), actions, held, button, none))
    return words


def there(driver, run):
    """Wait until the window is where ``run`` is, and compare the numbers."""
    driver.until(lambda: driver.settled() and driver.frame.scene == run.recipe.scene and driver.step == 9)
    for name in ("weight",):
        driver.until(lambda name=name: name in driver.frame.arrays)
        assert np.array_equal(driver.frame.arrays[name], run.frame[name])
    assert driver.session.recipe.actions == run.recipe.actions
    assert driver.session.params == run.params


def notice(driver):
    return driver.window.notices.words("refusal")


def test_a_run_is_opened_from_a_file_in_another_scene(driver, saved):
    driver.window.run_files.open_file(saved[0])
    there(driver, saved[1])
    assert driver.window.windowTitle().startswith("Small network, seed 5")
    assert driver.window.settings.recent[0] == str(saved[0])


def test_a_run_is_opened_from_a_file_in_the_same_scene(network, saved):
    network.go_to(3)
    network.window.run_files.open_file(saved[0])
    there(network, saved[1])


def test_what_is_saved_gives_the_same_numbers_in_python(driver, tmp_path):
    driver.go_to(6)
    driver.set(lr=0.02)
    driver.go_to(12)
    driver.go_to(9)
    driver.key(KEYS.Key_S, CTRL)
    dialog = driver.window.run_files.dialog
    assert dialog.selectedFiles()[0].endswith("gradient-descent-seed-0-step-9.run.json")
    dialog.fileSelected.emit(str(tmp_path / "mine"))
    dialog.reject()
    run = Run.load(tmp_path / "mine.run.json")
    assert run.position == Position(9)
    assert run.recipe.actions == (Action(6, SET, {"lr": 0.02}),)
    assert np.array_equal(run.frame["position"], driver.frame.arrays["path"][:, -1])
    assert "Saved as" in driver.window.notices.words("done")


def test_a_run_is_dropped_onto_the_window(driver, saved):
    assert drop(driver.window, urls(saved[0])) == "Drop to open a.run.json"
    assert not driver.window.drop_hint.isVisible()
    there(driver, saved[1])


def test_what_is_dragged_away_again_leaves_no_trace(driver, saved):
    held, hint = urls(saved[0]), driver.window.drop_hint
    actions, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(driver.window, QDragEnterEvent(QPoint(50, 50), actions, held, button, none))
    assert hint.isVisible()
    assert hint.size() == driver.window.size()
    hint.eventFilter(driver.window, QDragLeaveEvent())
    assert not hint.isVisible()
    QApplication.sendEvent(driver.window, QDragEnterEvent(QPoint(50, 50), actions, held, button, none))
    hint.dragLeaveEvent(QDragLeaveEvent())
    assert not hint.isVisible()


def test_text_that_is_dragged_is_not_welcome(driver):
    held = QMimeData()
    held.setText("words")
    assert drop(driver.window, held) == ""


def test_a_run_is_copied_as_text_and_pasted(driver):
    driver.go_to(7)
    driver.key(KEYS.Key_C, CTRL | SHIFT)
    text = QGuiApplication.clipboard().text()
    assert json.loads(text)["position"]["step"] == 7
    driver.open("small-network")
    driver.key(KEYS.Key_V, CTRL)
    driver.until(lambda: driver.settled() and driver.frame.scene == "gradient-descent" and driver.step == 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no run"),
        ("lr = 0.1", "holds no run"),
        ("{", "text of the clipboard is no run file"),
        ('{"version": 99, "recipe": {"scene": "gradient-descent"}}', "update the program"),
        ('{"version": 1, "recipe": {"scene": "gradient-descent", "parameters": {"lr": 1e9}}}', "lr = 1000000000.0"),
        ('{"version": 1, "recipe": {"scene": "nowhere"}}', "unknown scene"),
    ],
)
def test_what_is_no_run_is_refused_and_the_present_one_stays(driver, text, words):
    driver.go_to(5)
    recipe, asked, before = driver.session.recipe, driver.session.last_request, driver.numbers()
    QGuiApplication.clipboard().setText(text)
    driver.key(KEYS.Key_V, CTRL)
    assert words in notice(driver)
    assert (driver.session.recipe, driver.session.last_request, driver.step) == (recipe, asked, 5)
    np.testing.assert_equal(driver.numbers(), before)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (urls(QUrl("https://example.org/a.run.json")), "no file of this machine"),
        (urls("/a.run.json", "/b.run.json"), "2 files were given"),
        (urls("/dev/zero"), "no ordinary file"),
        (urls("/"), "directory"),
    ],
    ids=["remote", "two", "device", "folder"],
)
def test_what_cannot_be_opened_is_refused_when_it_is_dropped(driver, held, words):
    drop(driver.window, held)
    assert words in notice(driver)
    assert driver.frame.scene == "gradient-descent"


def test_a_run_for_a_device_that_is_not_here_is_offered_on_the_processor(driver, saved):
    content = json.loads(saved[0].read_text())
    content["recipe"]["device"] = "cuda"
    saved[0].write_text(json.dumps(content))
    if "cuda" in driver.session.engine.devices:
        pytest.skip("there is such a device")
    driver.window.run_files.open_file(saved[0])
    assert "cuda, which this machine lacks" in notice(driver)
    assert driver.frame.scene == "gradient-descent"
    driver.part("notice-open-on-cpu").click()
    there(driver, saved[1])


def test_a_run_whose_replay_fails_gives_way_to_the_one_that_was_there(driver, saved):
    content = json.loads(saved[0].read_text())
    content["recipe"]["actions"].append({"step": 7, "verb": "fail", "arguments": {}})
    saved[0].write_text(json.dumps(content))
    driver.go_to(5)
    before = driver.numbers()
    driver.window.run_files.open_file(saved[0])
    driver.until(lambda: "the run that was there is back" in notice(driver))
    assert (driver.frame.scene, driver.step) == ("gradient-descent", 5)
    driver.until(lambda: driver.numbers().keys() == before.keys())
    np.testing.assert_equal(driver.numbers(), before)
    driver.window.notices.clear("failure")


def test_a_recent_file_that_is_gone_leaves_the_list_with_a_word(driver, saved):
    files, menu = driver.window.run_files, driver.window.top_bar.recent
    files.open_file(saved[0])
    there(driver, saved[1])
    saved[0].unlink()
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert "no longer there" in notice(driver)
    assert str(saved[0]) not in driver.window.settings.recent


def test_a_place_that_cannot_be_written_is_refused_by_name(driver, tmp_path):
    driver.window.run_files.save(tmp_path / "none" / "a", *driver.session.to_keep)
    assert "cannot write" in notice(driver)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [("a", "a.run.json"), ("a.json", "a.run.json"), ("a.run.json", "a.run.json"), ("run.json", "run.json"),
     ("a.b", "a.b.run.json"), (".json", "run.run.json")],
)  # fmt: skip
def test_what_is_saved_has_the_name_of_a_run_file(tmp_path, given, name):
    assert named_as_run_file(tmp_path / given) == tmp_path / name


def test_a_long_replay_can_be_stopped_where_it_is(driver):
    driver.session.course.seek(10**9)
    driver.part("notice-stop-here").click()
    driver.until(lambda: driver.settled() and not driver.window.notices.words("replay"))
    assert 0 < driver.step < 10**9


def test_setting_what_is_set_already_keeps_the_future(driver):
    driver.go_to(8)
    driver.go_to(3)
    asked, values = driver.session.last_request, driver.session.params.values()
    driver.session.set({"lr": values["lr"], "surface": values["surface"]})
    assert driver.session.last_request == asked
    assert driver.session.known == 8
    with pytest.raises(Refused):
        driver.session.set({"lr": 1e9})
