"""What the window's actions do; the table in ``actions.py`` names these methods."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from explainer.stage.translation import tr
from explainer.window.actions import TABLE
from explainer.window.inspector.tabs import CODE, CONTROLS, LESSON, MATH

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QAction, QActionGroup
    from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

    from explainer.stage.stage import Stage
    from explainer.window.ask.ask import Ask
    from explainer.window.compare.lanes import Lanes
    from explainer.window.help import Help
    from explainer.window.home.page import HomePage
    from explainer.window.home.welcome import Welcome
    from explainer.window.inspector.inspector import Inspector
    from explainer.window.interview.interviews import Interviews
    from explainer.window.lesson.teacher import Teacher
    from explainer.window.notices import Notices
    from explainer.window.present.presenter import Presenter
    from explainer.window.run.conductor import Conductor
    from explainer.window.run.session import Session
    from explainer.window.settings import Settings
    from explainer.window.sidebar import Sidebar
    from explainer.window.theme_choice import ThemeChoice
    from explainer.window.time.transport import Transport
    from explainer.window.top_bar import TopBar
    from explainer.window.tour import Tour
    from explainer.window.workbench import Workbench


OF_THE_RUN = ("hanging", "engine", "replay", "run", "failure", "kept")
"""The notices that concern the run that is open, or its engine: on the home page none of it is seen."""


class Doings(QMainWindow):
    """The methods; :class:`MainWindow` is the only one that has them, and brings what they use."""

    if TYPE_CHECKING:
        # What they use of the window.
        conductor: Conductor
        lanes: Lanes
        session: Session
        transport: Transport
        inspector: Inspector
        stage: Stage
        interviews: Interviews
        help: Help
        tour: Tour
        teacher: Teacher
        presenter: Presenter
        settings: Settings
        theme: ThemeChoice
        changed: QTimer
        actions_by_key: dict[str, QAction]
        sidebar: Sidebar
        home: HomePage
        welcome: Welcome
        pages: QStackedWidget
        bottom: QWidget
        notices: Notices
        top_bar: TopBar
        about_a_run: QActionGroup
        workbench: Workbench | None
        splitter: QSplitter
        ground: QWidget

        @cached_property
        def ask(self) -> Ask:
            """The palette."""
            ...

        @property
        def is_at_home(self) -> bool:
            """Whether the home page is shown."""
            ...

        def build(self) -> Workbench:
            """Return the workbench, built."""
            ...

    # Home.

    def show_home(self, room: str = "") -> None:
        """Show the home page, perhaps at a room; the run that is open rests and stays."""
        if self.workbench is not None:
            self._rest()
        self.welcome.refresh()
        self._turn_to(at_home=True)
        self.home.take_focus(room)

    def leave_home(self) -> None:
        """Go back to the run that is open, if one is."""
        if self.workbench is not None and self.session.scene is not None and self.is_at_home:
            self._turn_to(at_home=False)
            self.top_bar.show_scene(self.session.scene)
            self.sidebar.show_scene(self.session.scene)
            self.setWindowTitle(tr("{run_name} – explainer").format(run_name=self.session.run_name))
            self.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_home(self) -> None:
        """Show the home page or, where it is shown, the run that is open."""
        self.leave_home() if self.is_at_home else self.show_home()

    def choose_scene(self, name: str) -> None:
        """Open a scene; the one that is open already is gone back to."""
        if self.workbench is not None and self.session.scene is not None and self.session.scene.name == name:
            self.leave_home()
            return
        self.build().choose(name)

    def continue_run(self) -> None:
        """Go back to the run that is open or, if none is, to the last one that was."""
        if self.workbench is not None and self.session.scene is not None:
            self.leave_home()
        elif self.home.continue_card.place is not None:
            self.build().continue_last(self.home.continue_card.place.scene)

    def _rest(self) -> None:
        if self.conductor.is_playing:
            self.conductor.stop()
        elif self.session.playing:
            self.session.course.pause()

    def _turn_to(self, *, at_home: bool) -> None:
        """Show the home page, or the workbench."""
        self.pages.setCurrentWidget(self.home if at_home else self.splitter)
        self.bottom.setVisible(not at_home)
        self.about_a_run.setEnabled(not at_home)
        if at_home:
            self.notices.lie_on(self.home, OF_THE_RUN)
        else:
            self.notices.lie_on(self.ground)
        if at_home:
            self.top_bar.show_home()
            self.sidebar.show_home()
            self.setWindowTitle("explainer")

    def show_sidebar(self) -> None:
        """Show the sidebar as the settings say."""
        self.sidebar.set_unfolded(self.settings.sidebar)
        self.actions_by_key["sidebar"].setChecked(self.settings.sidebar)

    # The run.

    def toggle_play(self) -> None:
        """Play or pause, in whichever direction it goes."""
        if self.conductor.is_playing:
            self.conductor.stop()
        elif self.lanes.are_compared:
            self.conductor.toggle()
        else:
            self.session.course.toggle()

    def go_to_start(self) -> None:
        """Go to step 0."""
        self.session.course.seek(0)

    def go_to_end(self) -> None:
        """Go to the last known step."""
        self.session.course.seek(self.conductor.known)

    def go_to_step(self) -> None:
        """Let a step be typed."""
        self.transport.place.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def reset(self) -> None:
        """Begin again."""
        for run in self.conductor.runs:
            run.reset()

    def show_lesson(self) -> None:
        """Bring the lesson to the front."""
        self.inspector.tabs.setCurrentIndex(LESSON)

    def set_lesson_stage(self) -> None:
        """Set parameters and pictures as this step of the lesson has them."""
        self.teacher.set_up()

    def show_controls(self) -> None:
        """Bring all controls to the front."""
        self.inspector.tabs.setCurrentIndex(CONTROLS)

    def show_math(self) -> None:
        """Bring the formulas to the front."""
        self.inspector.tabs.setCurrentIndex(MATH)

    def show_code(self) -> None:
        """Bring the code to the front."""
        self.inspector.tabs.setCurrentIndex(CODE)

    def escape(self) -> None:
        """Present no longer or, where nothing is presented, give the keys to the stage."""
        if self.is_at_home or not self.presenter.escape():
            self.focus_stage()

    def focus_stage(self) -> None:
        """Give the keys to the stage; on the home page, go back to the run that is open."""
        if self.is_at_home:
            self.leave_home()
            return
        if self.stage.hasFocus() and not self.lanes.are_compared:
            self.stage.enlarge_only("")
        self.stage.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_lesson(self) -> None:
        """Leave the stage alone, or show lesson, controls, math and code beside it again."""
        self.inspector.setVisible(not self.inspector.isVisible())

    def open_ask(self) -> None:
        """Let anything be asked and found, or put that away again."""
        self.ask.toggle()

    def open_interview(self) -> None:
        """Be asked questions."""
        self.interviews.open()

    def ask_about(self, words: str) -> None:
        """Let anything be asked, these words to begin with."""
        self.build()
        self.ask.open(words)

    def show_keys(self) -> None:
        """Say which key does what."""
        self.help.show_keys(TABLE)

    def start_tour(self) -> None:
        """Show what there is, one thing after another."""
        self.tour.start()

    def show_about(self) -> None:
        """Say what this is, in which versions, and under which licences."""
        self.help.show_about()

    def toggle_sidebar(self) -> None:
        """Show the scenes' names, or only the rooms' icons."""
        self.settings.sidebar = not self.settings.sidebar
        self.changed.start()
        self.show_sidebar()

    def switch_theme(self) -> None:
        """Change between dark and light."""
        self.theme.switch()

    def follow_system_theme(self) -> None:
        """Take the theme of the system."""
        self.theme.follow_system()

    def larger_text(self) -> None:
        """Show all text one size larger, up to twice the usual size."""
        self.theme.resize_text(1)

    def smaller_text(self) -> None:
        """Show all text one size smaller, down to the usual size."""
        self.theme.resize_text(-1)

    def usual_text(self) -> None:
        """Show all text at its usual size."""
        self.theme.resize_text(0)

    def restart_engine(self) -> None:
        """Start a new engine and replay the run to where it was."""
        self.session.engine.restart()
