"""The main window: what is there at once, the home page among it; the workbench is built when it is needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from explainer.contract.scene_index import SceneIndex
from explainer.contract.start import Start
from explainer.teach.progress import Progress
from explainer.window.actions import colour_actions, group_of_run, make_actions
from explainer.window.doings import Doings
from explainer.window.home.page import HomePage
from explainer.window.home.welcome import Welcome
from explainer.window.notices import Notices
from explainer.window.plain_keys import PlainKeys
from explainer.window.screens import fit_on_screen
from explainer.window.settings import Settings, SettingsKeeper
from explainer.window.sidebar import Sidebar
from explainer.window.theme_choice import ThemeChoice
from explainer.window.top_bar import TopBar

if TYPE_CHECKING:
    from explainer.stage.picture_menu import PictureMenu
    from explainer.stage.stage import Stage
    from explainer.window.announcements import Announcements
    from explainer.window.ask.ask import Ask
    from explainer.window.compare.comparison import Comparison
    from explainer.window.compare.lane import Lane
    from explainer.window.compare.lanes import Lanes
    from explainer.window.diary import Diary
    from explainer.window.files.drop_hint import DropHint
    from explainer.window.files.exports import Exports
    from explainer.window.files.lesson_files import LessonFiles
    from explainer.window.files.run_files import RunFiles
    from explainer.window.files.scripts import Scripts
    from explainer.window.help import Help
    from explainer.window.inspector.inspector import Inspector
    from explainer.window.interview.interviews import Interviews
    from explainer.window.lesson.teacher import Teacher
    from explainer.window.present.presenter import Presenter
    from explainer.window.present.strip import Strip
    from explainer.window.run.conductor import Conductor
    from explainer.window.run.engine_link import EngineLink
    from explainer.window.run.kept_runs import KeptRuns
    from explainer.window.run.session import Session
    from explainer.window.time.readouts import Readouts
    from explainer.window.time.runs_bar import RunsBar
    from explainer.window.time.transport import Transport
    from explainer.window.tour import Tour
    from explainer.window.workbench import Workbench

USUAL_SIZE = (1440, 900)
SMALLEST_SIZE = (900, 500)
SAVE_AFTER = 400
"""Milliseconds after a change until the settings are written, so that a drag writes them once."""
INSPECTOR = 440
LARGEST_SHARE = 0.4
"""The inspector's share of a narrow window."""
NARROWEST, WIDEST = 280, 1600
"""The inspector's width in pixels: usual, and the widths that are remembered."""


class MainWindow(Doings):
    """The one window. State lives in the session and the settings; this only passes it around."""

    # What the workbench makes.
    session: Session
    kept_runs: KeptRuns
    diary: Diary
    lane: Lane
    lanes: Lanes
    stage: Stage
    inspector: Inspector
    conductor: Conductor
    comparison: Comparison
    run_files: RunFiles
    exports: Exports
    scripts: Scripts
    transport: Transport
    readouts: Readouts
    drop_hint: DropHint
    runs: RunsBar
    picture_menu: PictureMenu
    announcements: Announcements
    lesson_files: LessonFiles
    teacher: Teacher
    strip: Strip
    presenter: Presenter
    interviews: Interviews
    help: Help
    tour: Tour
    splitter: QSplitter

    def __init__(self, link: EngineLink | None, settings: Settings) -> None:
        """``link`` is one that was started early; without one the workbench makes its own."""
        super().__init__()
        self.link, self.workbench = link, None
        self.settings, self.keeper = settings, SettingsKeeper(settings)
        self.changed = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        """Runs while something is to be written."""
        self.changed.timeout.connect(self._save)
        self.progress = Progress()
        self.progress.heard = self.changed.start
        self.index = SceneIndex()
        self.keys, self.theme, self.notices = PlainKeys(self), ThemeChoice(settings, self), Notices()
        self.actions_by_key = make_actions(self, prepare=self.build)
        self.about_a_run = group_of_run(self.actions_by_key, self)
        self.top_bar, self.sidebar, self.home = TopBar(self.actions_by_key), Sidebar(), HomePage()
        self.sidebar.show_scenes(self.index.entries)
        self.welcome = Welcome(self)
        self._assemble()
        self._connect()
        self._apply_theme()
        self._restore_place()

    def open(self, start: Start) -> None:
        """Open what the command line asks for: a run, a scene, or the home page."""
        if start == Start():
            self.show_home()
            return
        self.build().open(start)
        if self.index.unknown:
            QTimer.singleShot(0, self.welcome.learn)

    def build(self) -> Workbench:
        """Build the workbench, if it is not there yet, and return it."""
        if self.workbench is None:
            from explainer.window.workbench import Workbench

            self.workbench = Workbench(self)
            self._place_workbench()
            self.workbench.connect_parts()
            self._apply_theme()
        return self.workbench

    @cached_property
    def ask(self) -> Ask:
        """The palette, made when it is first needed."""
        from explainer.window.ask.ask import Ask

        self.build()
        ask = Ask(self)
        ask.apply_theme(self.theme.tokens)
        return ask

    @property
    def is_at_home(self) -> bool:
        """Whether the home page is shown."""
        return self.pages.currentWidget() is self.home

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt: Tab goes through the window as one reads it; what is taken away leaves the keys to the stage."""
        from explainer.window.focus_order import move_focus

        focused = QApplication.focusWidget()
        if self.workbench is not None and focused is not None and not focused.isVisible() and not self.is_at_home:
            self.stage.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return move_focus(self, self.regions, forward=forward)

    @property
    def regions(self) -> tuple[QWidget, ...]:
        """The parts of the window in the order in which Tab goes through them."""
        regions: tuple[QWidget, ...] = (self.top_bar, self.sidebar, self.notices, self.home)
        if self.workbench is not None:
            regions = (*regions, self.stage, self.inspector, self.runs, self.transport)
        return regions

    def event(self, event: QEvent) -> bool:
        """Qt: a plain key goes to what has the focus where that uses it, else to the run."""
        if event.type() == QEvent.Type.ShortcutOverride and self.keys.are_kept(event):
            event.accept()
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: end the engine and remember the window's place."""
        self.settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.welcome.stop()
        if self.workbench is not None:
            if self.inspector.isVisible():
                self.settings.inspector = self.inspector.width()
            self.exports.cancel()
            self.lanes.clear()
            self.session.close()
        self._save()
        super().closeEvent(event)

    def _assemble(self) -> None:
        self.setWindowTitle("explainer")
        self.setObjectName("main-window")
        self.setMinimumSize(*SMALLEST_SIZE)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.home)
        self.bottom = QWidget()
        """Runs and transport, as wide as the window."""
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        middle.addWidget(self.pages, 1)
        body = QWidget()
        body.setProperty("role", "window")
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top_bar)
        rows.addLayout(middle, 1)
        rows.addWidget(self.bottom)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        self.theme.changed.connect(self._apply_theme)
        self.theme.changed.connect(lambda: self.changed.start())
        self.top_bar.home_asked.connect(self.toggle_home)
        for field in (self.top_bar.ask, self.home.ask):
            field.asked.connect(self.ask_about)
        self.top_bar.recent.aboutToShow.connect(lambda: self.run_files.fill(self.top_bar.recent))
        self.sidebar.scene_chosen.connect(self.choose_scene)
        self.sidebar.room_chosen.connect(self.show_home)

    def _place_workbench(self) -> None:
        """Put the parts of the workbench into the window."""
        self.ground = QWidget()
        stage = QVBoxLayout(self.ground)
        stage.setContentsMargins(0, 0, 0, 0)
        stage.setSpacing(0)
        stage.addWidget(self.lanes, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setProperty("role", "edge")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.ground)
        self.splitter.addWidget(self.inspector)
        self.splitter.setStretchFactor(0, 1)
        self.pages.addWidget(self.splitter)
        rows = QVBoxLayout(self.bottom)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.runs)
        rows.addWidget(self.strip)
        rows.addWidget(self.transport)
        width = min(INSPECTOR, round(LARGEST_SHARE * self.width()))
        if NARROWEST <= self.settings.inspector <= WIDEST:
            width = self.settings.inspector
        self.splitter.setSizes([max(400, self.width() - width), width])

    def _save(self) -> None:
        """Keep the settings and the runs: whatever ends the program, they are there the next time."""
        self.keeper.save()
        if self.workbench is not None:
            self.kept_runs.save(self.session.runs)
        self.progress.save()

    def _restore_place(self) -> None:
        self.resize(*USUAL_SIZE)
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode()))
        fit_on_screen(self)
        self.show_sidebar()

    def _apply_theme(self) -> None:
        tokens = self.theme.tokens
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.theme.dress(application)
        colour_actions(self.actions_by_key, tokens)
        for part in (self.top_bar, self.sidebar, self.home, self.welcome):
            part.apply_theme(tokens)
        if self.workbench is not None:
            self.workbench.apply_theme(tokens)
