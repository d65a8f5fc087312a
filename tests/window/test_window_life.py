"""Windows that come and go: what is remembered, how they end, and that everything in them can be reached and named."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QByteArray, QEvent, QObject, QProcess, QProcessEnvironment, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import SET, Action, Position, Recipe
from explainer.contract.start import Start
from explainer.export.aside import make_aside
from explainer.window.actions import TABLE
from explainer.window.focus_order import focus_order
from explainer.window.main_window import MainWindow
from explainer.window.run.branches import Branch
from explainer.window.run.engine_life import CRASHES
from explainer.window.run.engine_link import EngineLink
from explainer.window.run.kept_runs import KeptRuns
from explainer.window.settings import SceneSettings, Settings, load_settings
from tests.window.driver import PATIENCE, children, end, make_window

INTERACTIVE = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QAbstractItemView)
PARTS_OF_QT = (QScrollBar,)


@pytest.fixture
def lone(qtbot) -> Iterator[Callable[..., MainWindow]]:
    """Return a maker of windows whose engine never answers: what needs no run is quick to test with them."""
    made = []

    def make(settings: Settings | None = None, scene: str = "gradient-descent") -> MainWindow:
        window = MainWindow(EngineLink(), settings or Settings())
        window.open(Start(scene))
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        end(window)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("way", ["ctrl+q", "close"])
def test_however_the_window_is_closed_the_engine_ends(qtbot, way):
    window = make_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    engine = window.session.engine.link.process_id
    assert is_alive(engine)
    if way == "close":
        window.close()
    else:
        QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()
    assert not is_alive(engine)
    end(window)


PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from explainer.contract.start import Start
from explainer.export.timing import Timing
from explainer.window.app import open_window
from explainer.window.files.export_panel import STAGE, Wish

def prepare(window):
    def said(frame):
        print("engine", window.session.engine.link.process_id, flush=True)
        if "raise" in sys.argv:
            QTimer.singleShot(0, lambda: 1 / 0)
        if "export" in sys.argv and window.exports._child is None:
            film = Wish(STAGE, ".gif", 1.0, "dark", False, False, Timing(1), 2900)
            window.exports.save(film, Path(sys.argv[-1]))
            print("child", window.exports._child.process_id, flush=True)
            window.exports._child.progressed.connect(lambda *_: print("working", flush=True))
    window.session.frame_changed.connect(said)
    def look():
        words = window.notices.words("exception")
        if words:
            print("notice", words, flush=True)
    timer = QTimer(window, interval=20)
    timer.timeout.connect(look)
    timer.start()

sys.exit(open_window(Start("gradient-descent"), prepare))
"""


@pytest.fixture
def program(qtbot) -> Iterator[Callable[..., QProcess]]:
    """Start the whole program in a process of its own."""
    started = []

    def start(*arguments: str) -> QProcess:
        process = QProcess()
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", os.pathsep.join(sys.path))
        process.setProcessEnvironment(environment)
        process.start(sys.executable, ["-c", PROGRAM, *arguments])
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.waitForFinished(1000)


def said(process: QProcess, qtbot, word: str, patience: int = PATIENCE) -> str:
    """Wait for a line of the program that begins with a word; return the rest of it."""
    heard = bytearray()

    def found() -> list[str]:
        heard.extend(process.readAllStandardOutput().data())
        complete = heard.decode().split("\n")[:-1]
        return [line for line in complete if line.startswith(word)]

    qtbot.waitUntil(lambda: bool(found()), timeout=patience)
    return found()[0].removeprefix(word).strip()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_program_that_is_told_to_end_or_is_killed_takes_its_engine_along(qtbot, program, number):
    process = program()
    engine = int(said(process, qtbot, "engine"))
    assert is_alive(engine)
    os.kill(process.processId(), number)
    qtbot.waitUntil(lambda: process.state() == QProcess.ProcessState.NotRunning, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not is_alive(engine), timeout=PATIENCE)
    if number != signal.SIGKILL:
        assert process.exitStatus() == QProcess.ExitStatus.NormalExit
        assert process.exitCode() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
def test_a_film_that_is_being_made_ends_with_its_window(qtbot, program, tmp_path, number):
    process = program("export", str(tmp_path / "film.gif"))
    child = int(said(process, qtbot, "child"))
    said(process, qtbot, "working", 3 * PATIENCE)  # three programs import torch or Qt first
    os.kill(process.processId(), number)
    qtbot.waitUntil(lambda: process.state() == QProcess.ProcessState.NotRunning, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not is_alive(child), timeout=PATIENCE)
    if number == signal.SIGKILL:  # what could not be cleared away is swept by whoever writes there next
        make_aside(tmp_path).rmdir()
    assert list(tmp_path.iterdir()) == []


def test_an_exception_in_a_slot_is_shown_and_logged_and_the_program_goes_on(qtbot, program):
    process = program("raise")
    words = said(process, qtbot, "notice")
    assert "ZeroDivisionError" in words
    assert "ZeroDivisionError" in process.readAllStandardError().data().decode()
    assert process.state() == QProcess.ProcessState.Running
    os.kill(process.processId(), signal.SIGTERM)
    qtbot.waitUntil(lambda: process.state() == QProcess.ProcessState.NotRunning, timeout=PATIENCE)


def test_the_runs_of_the_last_time_are_offered_again(lone, own_settings):
    own_settings.with_name("runs.json").unlink(missing_ok=True)  # what other tests' windows have left there
    kept = KeptRuns(own_settings.with_name("runs.json"))
    parameters = CATALOGUE.scene("gradient-descent").parameters().values()
    recipe = Recipe("gradient-descent", parameters=parameters, actions=(Action(12, SET, {"lr": 0.02}),))
    kept.save({"gradient-descent": [Branch(1, recipe, Position(20), 30)]})
    window = lone(scene="small-network")
    assert not window.notices.words("kept"), "of this scene none is kept"
    window.choose_scene("gradient-descent")
    assert window.notices.words("kept") == "1 run of the last time is kept."
    window.notices.findChild(QAbstractButton, "notice-bring-back").click()
    assert [run.recipe for run in window.session.branches.others] == [recipe]
    assert window.runs.isVisible()
    assert not window.notices.words("kept")


def test_the_next_window_is_as_the_last_one_was_left(lone, qtbot):
    first = lone()
    first.resize(900, 640)  # the screen of the tests is 800 wide, and no window is smaller than it can be used
    first.settings.theme = "dark"
    first.switch_theme()
    first.toggle_sidebar()
    first.inspector.panel.set_unfolded(True)
    first.stage.bring_out("loss")
    first.inspector.lesson.go_to(4)
    first.session.open_scene(CATALOGUE.scene("small-network"))
    first.close()
    second = lone(load_settings(), scene="")
    second.continue_run()
    assert second.session.scene.name == "small-network"
    assert second.size() == first.size()
    assert not second.theme.tokens.dark
    assert second.sidebar.list.isVisible()
    second.session.open_scene(CATALOGUE.scene("gradient-descent"))
    assert second.inspector.panel.is_unfolded()
    assert "loss" in second.stage.out
    assert second.inspector.lesson.step == 4


@pytest.mark.parametrize(
    "settings",
    [
        Settings(theme="plaid", geometry="not base64 é", inspector=-5, scene="nowhere"),
        Settings(inspector=10**30, geometry=QByteArray(b"nonsense").toBase64().data().decode()),
        Settings(scenes={"gradient-descent": SceneSettings(pictures=["x", "slice", "slice"], lesson_step=10**20)}),
        Settings(scenes={"gradient-descent": SceneSettings(pictures=["x"], lesson_step=-7)}),
    ],
    ids=["unknown words", "absurd numbers", "unknown pictures", "negative step"],
)
def test_no_remembered_value_stops_the_window(lone, settings):
    window = lone(settings, scene="")
    assert window.isVisible()
    window.choose_scene("gradient-descent")
    assert window.stage.pictures
    assert len(window.stage.out) == len(set(window.stage.out))
    assert window.inspector.width() >= 200


def test_what_is_being_typed_when_the_scene_is_left_is_not_given_to_the_next(lone, qtbot):
    window = lone()
    window.show_controls()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    entry = next(each for each in children(window.inspector, QLineEdit) if each.objectName() == "lr-entry")
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, "0.0123")
    offered = []
    window.session.params_changed.connect(offered.append)
    window.session.open_scene(CATALOGUE.scene("small-network"))
    assert not entry.hasFocus()
    assert not offered
    assert window.session.params == CATALOGUE.scene("small-network").parameters()


def test_opening_scenes_shows_no_window_besides_the_one(lone, qtbot):
    shown = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    window, watch = lone(), Watch()
    qtbot.waitUntil(window.isVisible)
    QApplication.instance().installEventFilter(watch)
    for scene in ("small-network", "gradient-descent"):
        window.session.open_scene(CATALOGUE.scene(scene))
    window.stage.bring_out("loss")
    window.notices.show_notice("run", "words", details="more")
    window.inspector.lesson.show_whole()
    window.inspector.panel.set_unfolded(True)
    QApplication.instance().removeEventFilter(watch)
    assert shown == []


def unfold_everything(window: MainWindow) -> None:
    window.resize(1440, 2000)
    window.settings.sidebar = True
    window.sidebar.set_unfolded(True)
    window.inspector.panel.set_unfolded(True)
    window.notices.show_notice("run", "words", "warning", [("Reset", lambda: None)], "details")
    window.inspector.run.offer_devices(["cpu", "cuda"])


@pytest.mark.parametrize("scene", ["gradient-descent", "small-network"])
def test_everything_that_can_be_used_has_a_name_and_says_what_it_does(lone, scene):
    window, faults = lone(scene=scene), set()
    unfold_everything(window)
    for tab in range(4):
        window.inspector.tabs.setCurrentIndex(tab)
        for widget in usable(window):
            said = {
                "accessible name": widget.accessibleName(),
                "tooltip": _tooltip(widget),
                "object name": widget.objectName(),
            }
            place = f"{type(widget).__name__} {widget.objectName()!r} in {widget.parent().objectName()!r}"
            faults |= {f"{place} has no {what}" for what, words in said.items() if not words}
    assert sorted(faults) == []


def usable(window: MainWindow) -> list[QWidget]:
    """Return everything visible that can be used with keys or pointer, but not what Qt makes as parts of it."""
    found = [widget for widget in children(window) if isinstance(widget, INTERACTIVE)]
    return [widget for widget in found if not isinstance(widget, PARTS_OF_QT) and not _is_part_of_qt(widget)]


def _is_part_of_qt(widget: QWidget) -> bool:
    """Whether Qt made a widget as a part of another, which is named."""
    return widget.objectName().startswith("qt_") or isinstance(widget.parent(), QComboBox | QAbstractItemView)


def _tooltip(widget: QWidget | None) -> str:
    """Return the tooltip that appears over a widget: its own, or that of what it stands in."""
    while widget is not None and not widget.isWindow():
        if widget.toolTip():
            return widget.toolTip()
        widget = widget.parentWidget()
    return ""


def test_every_parameter_has_a_control_of_its_name(lone):
    for scene in ("gradient-descent", "small-network"):
        window = lone(scene=scene)
        window.inspector.panel.set_unfolded(True)
        names = {widget.objectName() for widget in window.inspector.panel.findChildren(QWidget)}
        assert set(CATALOGUE.scene(scene).parameters.declarations) <= names


@pytest.mark.parametrize("tab", range(4))
def test_tab_reaches_everything_that_can_be_used(lone, qtbot, tab):
    window = lone()
    unfold_everything(window)
    window.inspector.tabs.setCurrentIndex(tab)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    window.stage.setFocus()
    reached = [window.stage]
    for _ in range(300):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is window.stage:
            break
        if focused is not reached[-1]:
            reached.append(focused)
    assert len(reached) == len(set(reached))
    missed = {
        f"{type(widget).__name__} {widget.objectName()}" for widget in usable(window) if _is_missed(widget, reached)
    }
    assert sorted(missed) == []
    assert window.transport.time_line in reached
    QTest.keyClick(window.stage, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is reached[-1]


def _is_missed(widget: QWidget, reached: list[QWidget]) -> bool:
    """Whether neither Tab leads to a widget, nor arrows from another of its group, nor a key that its tooltip names."""
    if widget in reached or not widget.isEnabled() or widget.focusProxy() is not None or "(Delete)" in widget.toolTip():
        return False
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is None or not any(button in reached for button in group.buttons())


def test_tab_goes_as_one_reads(lone):
    window = lone()
    regions = (window.top_bar, window.sidebar, window.stage, window.inspector, window.transport)
    order = [widget.objectName() for widget in focus_order(window, regions)]
    expected = [
        "sidebar-button", "menu-button", "stage", "maximize-contours", "close-contours", "maximize-slice",
        "qt_tabwidget_tabbar", "lr-slider", "lr-entry", "momentum-slider", "option-0", "lesson-all", "reset-button",
        "play-button", "time-line", "step", "speed",
    ]  # fmt: skip
    places = [order.index(name) for name in expected]
    assert places == sorted(places)


def test_an_engine_that_keeps_dying_is_given_up_with_a_way_back(lone, monkeypatch):
    window = lone()
    monkeypatch.setattr(window.session.engine.link, "start", lambda: None)
    for _ in range(CRASHES):
        window.session.engine.link.died.emit("killed by signal 11")
    assert "keeps ending" in window.notices.words("engine")
    button = window.notices.findChild(QAbstractButton, "notice-restart-the-engine")
    button.click()
    assert window.notices.words("engine") == ""


def test_an_exception_of_the_window_is_a_notice_to_copy_that_says_when_it_was_read(lone, qtbot):
    window = lone()
    window.announcements.show_exception("ValueError: no", "Traceback of it")
    assert "ValueError: no" in window.notices.words("exception")
    window.notices.findChild(QAbstractButton, "notice-copy").click()
    assert QApplication.clipboard().text() == "Traceback of it"
    with qtbot.waitSignal(window.announcements.exception_read):
        window.notices.findChild(QAbstractButton, "notice-close").click()
    assert window.notices.words("exception") == ""


def test_an_engine_that_hangs_is_reported_until_it_answers(lone):
    window = lone()
    window.session.engine.link.hung.emit()
    assert "not answered" in window.notices.words("hanging")


def test_every_action_is_in_the_menu_with_its_key_and_its_help(lone):
    window = lone()
    menu = window.top_bar.menu.menu()
    submenus = {action.text(): action.menu() for action in menu.actions() if action.menu()}
    for spec in TABLE:
        action = window.actions_by_key[spec.key]
        assert action in (submenus[spec.menu] if spec.menu else menu).actions()
        assert action.toolTip()
        assert action.shortcut().toString() == spec.shortcut.replace("Escape", "Esc")
    keys = [spec.shortcut for spec in TABLE if spec.shortcut]
    assert len(keys) == len(set(keys))
