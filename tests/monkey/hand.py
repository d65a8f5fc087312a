"""The hands of a random user: each method is a move, made with real events on the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import shiboken6
from PySide6.QtCore import QEvent, QEventLoop, QMimeData, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson_links import links_in
from explainer.plots.part import Part
from explainer.window.actions import TABLE
from explainer.window.controls.control import Control
from explainer.window.main_window import MainWindow
from tests.monkey.moves import Move
from tests.moves import anything

NESTED = 40
"""Milliseconds after which a menu that keeps a press from ending is dealt with."""
PAUSE, REST = 3, 40
"""Milliseconds that pass after each move, and in a rest."""
USED = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QAbstractItemView, QTabBar)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
KEYS = [
    Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return,
    Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_R, Qt.Key.Key_1, Qt.Key.Key_Menu,
]  # fmt: skip
WORDS = ["0.1", "-1", "1e-3", "1e999", "nan", "0,5", "7", "60", "", " ", "abc", "🙂", "a\tb", "x" * 300, "adam", "loss"]
NOT_BY_KEY = ("quit", "compare", "end-comparison", "theme", "system-theme", "present")
"""Ends the program, or has a move of its own."""


def pass_time(milliseconds: int) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Hand:
    """Does moves to a window; files come from and go to ``folder``."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window, self.folder = window, folder
        self._random = Random(0)
        self._held: QWidget = window
        self._pressing = QTimer(window, interval=NESTED)
        self._pressing.timeout.connect(self._end_menu)

    def do(self, move: Move) -> None:
        """Make one move and let a moment pass."""
        self._random = Random(move.number)
        act: Callable[[Random], None] = getattr(self, move.name)
        if QApplication.activeWindow() is None:  # where a dialog has closed, a window manager would see to that
            self.window.activateWindow()
        self._pressing.start()
        self._deal_with_dialog(move.name)
        act(self._random)
        self._pressing.stop()
        pass_time(PAUSE)

    # the pointer

    def click(self, random: Random) -> None:
        self._tap(*self._anywhere(random))

    def click_twice(self, random: Random) -> None:
        top, place = self._anywhere(random)
        self._tap(top, place)
        window, there = self._aim(top, place)
        QTest.mousePress(window, LEFT, NONE, there, 0)
        self._let_go(top, place)

    def click_right(self, random: Random) -> None:
        self._tap(*self._anywhere(random), RIGHT)

    def point(self, random: Random) -> None:
        QTest.mouseMove(*self._aim(*self._anywhere(random)))

    def press(self, random: Random) -> None:
        """Press something that can be used."""
        found = self._used()
        if found:
            self._click_on(random.choice(found), random)

    def drag(self, random: Random) -> None:
        top, place = self._anywhere(random)
        self._drag(top, place, [self._beside(random, place, 200) for _ in range(random.randint(1, 5))])

    def grasp(self, random: Random) -> None:
        """Drag what a picture lets be dragged, or press a place that it marks."""
        parts = [part for part in self.window.findChildren(Part) if part.isVisible() and part.now is not None]
        if not parts:
            return
        part = random.choice(parts)
        handles, marks = list(part.handles()), [mark.at for mark in part.marks()]
        places = handles if handles and random.random() < 0.7 else marks
        if places:
            place = part.mapToGlobal(random.choice(places))
            way = [self._beside(random, place, 80) for _ in range(random.randint(0, 4))]
            self._drag(part.window(), place, way)

    def wheel(self, random: Random) -> None:
        window, place = self._aim(*self._anywhere(random))
        held = random.choice([NONE, NONE, NONE, CONTROL, SHIFT])
        QTest.wheelEvent(window, QPointF(place), QPoint(0, random.choice([-120, -15, 15, 120, 360])), stateKey=held)

    # the keys

    def key(self, random: Random) -> None:
        for _ in range(random.randint(1, 4)):
            held = random.choice([NONE, NONE, NONE, SHIFT, CONTROL])
            self._strike(random.choice(KEYS), held)

    def shortcut(self, random: Random) -> None:
        spec = random.choice([spec for spec in TABLE if spec.shortcut and spec.key not in NOT_BY_KEY])
        self._shortcut(spec.key)

    def write(self, random: Random) -> None:
        """Write into a field, as a rule something that it could take, and perhaps leave it."""
        fields = [each for each in self.window.findChildren(QLineEdit) if each.isVisible() and each.isEnabled()]
        if not fields:
            return
        field = random.choice(fields)
        self._click_on(field, random)
        if shiboken6.isValid(field) and field.isVisible():
            field.selectAll()
            for letter in self._words_for(field, random):
                QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, NONE, letter))
            self._strike(random.choice([Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape]))

    def rest(self, random: Random) -> None:
        pass_time(random.randint(1, REST))

    # what has a place of its own in the window

    def open_scene(self, random: Random) -> None:
        sidebar = self.window.sidebar
        if not sidebar.list.isVisible():
            self._shortcut("sidebar")
        row = random.randrange(sidebar.list.count())
        sidebar.list.scrollToItem(sidebar.list.item(row))
        place = sidebar.list.visualItemRect(sidebar.list.item(row)).center()
        self._click_at(sidebar.list.viewport(), place)

    def follow_link(self, random: Random) -> None:
        """Follow a link of the lesson, wherever in it."""
        scene = self.window.session.scene
        links = [] if scene is None else links_in(CATALOGUE.lesson(scene))
        targets = [link.target for link in links if not link.target.startswith("http")]
        if targets:
            self.window.inspector.lesson.follow(random.choice(targets))

    def go_to_run(self, random: Random) -> None:
        runs = self.window.runs
        buttons = [*runs.chips.values(), *runs.menus.values()]
        if buttons and runs.isVisible():
            self._click_on(random.choice(buttons), random)

    def resize(self, random: Random) -> None:
        self.window.resize(random.randint(900, 1700), random.randint(500, 1100))

    def bring_out(self, random: Random) -> None:
        self._click_on(self.window.top_bar.pictures, random)
        popup = self.window.picture_menu.popup
        if popup is not None and popup.offers:
            self._click_on(random.choice(popup.offers), random)

    def change_device(self, random: Random) -> None:
        self._shortcut("controls")
        self.window.inspector.run.device_chosen.emit(random.choice(["cpu", "auto", "cuda"]))

    def change_theme(self, random: Random) -> None:
        self._shortcut(random.choice(["theme", "present"]))

    def compare(self, random: Random) -> None:
        self._shortcut("compare")

    def end_comparison(self, random: Random) -> None:
        self._shortcut("end-comparison")

    # files

    def drop_file(self, random: Random) -> None:
        """Drag one of the folder's files, or something else, over the window; as a rule let it fall."""
        names = sorted(self.folder.iterdir())
        urls = [QUrl.fromLocalFile(str(name)) for name in random.sample(names, random.choice([1, 1, 1, 1, 2]))]
        if random.random() < 0.1:
            urls = [QUrl(random.choice(["http://127.0.0.1/a.run.json", "file:///no/such.run.json", "data:,x"]))]
        held = QMimeData()
        held.setUrls(urls)
        target, way = self.window, (Qt.DropAction.CopyAction, held, LEFT, NONE)
        QApplication.sendEvent(target, QDragEnterEvent(QPoint(300, 300), *way))
        if random.random() < 0.2:
            QApplication.sendEvent(target, QDragLeaveEvent())
        else:
            QApplication.sendEvent(self.window.drop_hint, QDropEvent(QPointF(300, 300), *way))

    def choose_file(self, random: Random) -> None:
        """Ask for a file to open or to save; the next move chooses one."""
        self._shortcut(random.choice(["open-run", "save-run"]))

    def export(self, random: Random) -> None:
        """Open the panel for exports; the next moves press what is there, or cancel."""
        self._shortcut("export")

    # how it is done

    def _deal_with_dialog(self, name: str) -> None:
        """Choose in a dialog for files, or leave it: a random hand in it could do harm beyond the folder."""
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QFileDialog) and dialog.isVisible():
                if self._random.random() < 0.5:
                    dialog.reject()
                    continue
                opens = dialog.acceptMode() is QFileDialog.AcceptMode.AcceptOpen
                names = [str(path) for path in sorted(self.folder.glob("*.json"))]
                ending = dialog.defaultSuffix() or "png"
                chosen = self._random.choice(names) if opens else str(self.folder / f"kept.{ending}")
                dialog.fileSelected.emit(chosen)
                dialog.reject()

    def _end_menu(self) -> None:
        """A press has opened a menu or a question that waits for its end: choose something, or close it."""
        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if isinstance(popup, QMenu):
            actions = [a for a in popup.actions() if a.isEnabled() and a.isVisible() and a.objectName() != "quit"]
            if actions and self._random.random() < 0.6:
                popup.setActiveAction(self._random.choice(actions))
                self._strike(Qt.Key.Key_Return)
                return
        if popup is not None:
            popup.close()

    def _top(self) -> QWidget:
        """Return the window that has the pointer: a popup, else as a rule the main one."""
        popup = QApplication.activePopupWidget()
        if popup is not None and popup.windowHandle() is not None:
            return popup
        others = [each for each in QApplication.topLevelWidgets() if each.isVisible() and _is_a_window(each)]
        others = [each for each in others if each is not self.window]
        return self._random.choice(others) if others and self._random.random() < 0.4 else self.window

    def _anywhere(self, random: Random) -> tuple[QWidget, QPoint]:
        """Return a window and a place on it, in pixels of the screen."""
        top = self._top()
        return top, top.mapToGlobal(QPoint(random.randrange(top.width()), random.randrange(top.height())))

    def _used(self) -> list[QWidget]:
        """Return what can be seen of the things that are used with keys or pointer."""
        found = [widget for widget in self._top().findChildren(QWidget) if isinstance(widget, USED)]
        return [widget for widget in found if _is_usable(widget)]

    def _click_on(self, widget: QWidget, random: Random) -> None:
        room = _in_sight(widget)
        if room and widget.isVisible():
            across, down = random.randrange(room.width()), random.randrange(room.height())
            self._click_at(widget, room.topLeft() + QPoint(across, down))

    def _click_at(self, widget: QWidget, place: QPoint) -> None:
        self._tap(widget.window(), widget.mapToGlobal(place))

    def _drag(self, top: QWidget, start: QPoint, way: list[QPoint]) -> None:
        """Press, move and let go."""
        window, place = self._aim(top, start)
        QTest.mousePress(window, LEFT, NONE, place)
        for each in way:
            QTest.mouseMove(*self._aim(top, each))
            pass_time(1)
        self._let_go(top, way[-1] if way else start)

    def _tap(self, top: QWidget, place: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Press and let go."""
        window, there = self._aim(top, place)
        QTest.mousePress(window, button, NONE, there)
        self._let_go(top, place, button)

    def _let_go(self, top: QWidget, place: QPoint, button: Qt.MouseButton = LEFT) -> None:
        window, there = self._aim(top, place)
        QTest.mouseRelease(window, button, NONE, there)

    def _strike(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        """Press and let go of a key, wherever the keyboard is then."""
        for act in (QTest.keyPress, QTest.keyRelease):
            act(self._aim(QApplication.activeWindow() or self.window, QPoint())[0], key, held)

    def _beside(self, random: Random, place: QPoint, most: int) -> QPoint:
        return place + QPoint(random.randint(-most, most), random.randint(-most, most))

    def _aim(self, top: QWidget, place: QPoint) -> tuple[QWindow, QPoint]:
        """Return the window that gets an event, and a place of the screen in it.

        What is meant for a popup goes to the main window, and Qt hands it on: a popup may close, and be gone,
        between press and release. The widget is held, for PySide takes the window of one that nobody holds for deleted.
        """
        is_firm = shiboken6.isValid(top) and top.isVisible() and top.windowType() is not Qt.WindowType.Popup
        self._held = top if is_firm and top.windowHandle() is not None else self.window
        return self._held.windowHandle(), self._held.mapFromGlobal(place)

    def _shortcut(self, key: str) -> None:
        """Do an action by its key, where it has one."""
        action = self.window.actions_by_key[key]
        if action.shortcut().isEmpty():
            action.trigger()
        else:
            pressed = action.shortcut()[0]
            self._strike(pressed.key(), pressed.keyboardModifiers())

    def _words_for(self, field: QLineEdit, random: Random) -> str:
        parent = field.parentWidget()
        while parent is not None and not isinstance(parent, Control):
            parent = parent.parentWidget()
        if parent is None or random.random() < 0.3:
            return random.choice(WORDS)
        return str(anything(parent.parameter, random))


def _is_usable(widget: QWidget) -> bool:
    return shiboken6.isValid(widget) and widget.isVisible() and widget.isEnabled() and bool(_in_sight(widget))


def _is_a_window(widget: QWidget) -> bool:
    return widget.windowHandle() is not None and not isinstance(widget, (QMenu, QFileDialog))


def _in_sight(widget: QWidget) -> QRect:
    """Return the part of a widget that can be seen, empty where there is none."""
    return widget.visibleRegion().boundingRect()
