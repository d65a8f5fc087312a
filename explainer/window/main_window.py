"""The main window: assembles the parts and passes on what they ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QMimeData, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.places import beside_settings
from explainer.contract.refused import Refused, shown
from explainer.contract.run_file import is_named_so
from explainer.contract.scene import Scene
from explainer.contract.start import Start
from explainer.contract.view import View
from explainer.plots.views import view_of
from explainer.stage.picture_menu import PictureMenu
from explainer.teach.progress import Progress
from explainer.window.actions import TABLE, colour_actions, make_actions
from explainer.window.announcements import Announcements
from explainer.window.ask.ask import Ask
from explainer.window.compare.comparison import Comparison
from explainer.window.compare.lane import Lane
from explainer.window.compare.lanes import Lanes
from explainer.window.diary import Diary
from explainer.window.files.drop_hint import DropHint, nothing_else, only_file
from explainer.window.files.exports import Exports
from explainer.window.files.lesson_files import LessonFiles
from explainer.window.files.run_files import RunFiles
from explainer.window.files.scripts import Scripts
from explainer.window.focus_order import move_focus
from explainer.window.help import Help
from explainer.window.inspector.inspector import CODE, CONTROLS, LESSON, MATH, Inspector
from explainer.window.lesson.teacher import Teacher
from explainer.window.notices import Notices
from explainer.window.plain_keys import PlainKeys
from explainer.window.run.conductor import Conductor
from explainer.window.run.engine_link import EngineLink
from explainer.window.run.kept_runs import KeptRuns
from explainer.window.run.session import Session
from explainer.window.screens import fit_on_screen
from explainer.window.settings import SceneSettings, Settings, SettingsKeeper
from explainer.window.sidebar import Sidebar
from explainer.window.theme_choice import ThemeChoice
from explainer.window.time.readouts import Readouts
from explainer.window.time.runs_bar import RunsBar
from explainer.window.time.transport import Transport
from explainer.window.top_bar import TopBar
from explainer.window.tour import Tour, first_minute

USUAL_SIZE = (1440, 900)
SMALLEST_SIZE = (900, 500)
SAVE_AFTER = 400
"""Milliseconds after a change until the settings are written, so that a drag writes them once."""
INSPECTOR = 440
LARGEST_SHARE = 0.4
"""The inspector's share of a narrow window."""
NARROWEST, WIDEST = 280, 1600
"""The inspector's width in pixels: usual, and the widths that are remembered."""


class MainWindow(QMainWindow):
    """The one window. State lives in the session and the settings; this only passes it around."""

    def __init__(self, link: EngineLink, settings: Settings) -> None:
        super().__init__()
        self.settings, self.keeper = settings, SettingsKeeper(settings)
        self._changed = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._changed.timeout.connect(self._save)
        self.remembered = SceneSettings()
        """How the scene stands: what is kept of it in the settings."""
        self.kept_runs = KeptRuns(beside_settings("runs.json"))
        self.session = Session(link, self)
        self.progress = Progress()
        self.progress.heard = self._changed.start
        self.diary = Diary(self.session, self.progress, self)
        self.keys = PlainKeys(self)
        self.theme = ThemeChoice(settings, self)
        self.lane, self.notices, self.inspector = Lane(self.session), Notices(), Inspector()
        self.stage = self.lane.stage
        self.conductor = Conductor(self.session, self)
        self.lanes = Lanes(self.lane, self.conductor)
        self.comparison = Comparison(self.session, self.lanes, self.conductor, self)
        self.sidebar = Sidebar(CATALOGUE.scenes())
        self.run_files = RunFiles(self.session, settings, self)
        self.exports = Exports(self.lane, lambda: self.theme.tokens, self)
        self.scripts = Scripts(self.session, self)
        self.exports.lanes = self.lanes
        self.exports.formulas_shown = lambda: self.inspector.shows_formulas
        self.transport = Transport()
        self.readouts = Readouts(self.transport, self.lane, self.conductor, self)
        self.lesson_files = LessonFiles(self.lane, self.run_files, self, lambda words: self.announcements.refuse(words))
        self.actions_by_key = make_actions(self)
        self.transport.show_actions(self.actions_by_key)
        self.top_bar, self.drop_hint = TopBar(self.actions_by_key), DropHint(self)
        self.top_bar.recent.aboutToShow.connect(lambda: self.run_files.fill(self.top_bar.recent))
        self.runs = RunsBar()
        self.picture_menu = PictureMenu(self.top_bar.pictures, self.stage)
        self.announcements = Announcements(self.notices, self.session, self)
        self._assemble()
        self.teacher = Teacher(self.inspector.lesson, self.comparison, self.lanes, self.progress, self)
        self.help, self.tour = Help(self), Tour(self, first_minute(self))
        self.ask = Ask(self)
        self._connect_session()
        self._connect_widgets()
        self._apply_theme()
        self._restore_place()

    def open(self, start: Start) -> None:
        """Open what the command line asks for: a run, a scene, or the last one."""
        if start.recipe is not None:
            scene = CATALOGUE.scene(start.recipe.scene)
            if start.path:
                self.settings.remember_file(Path(start.path))
                self._changed.start()
            self.session.open_scene(scene, start.recipe, start.position, start.plan)
            return
        if not start.scene and self.kept_runs.count:
            self._offer_kept_runs()
        known = CATALOGUE.names()
        name = start.scene or (self.settings.scene if self.settings.scene in known else CATALOGUE.scenes()[0].name)
        self.session.open_scene(CATALOGUE.scene(name))

    # What the actions do; the table in actions.py names these.

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

    def focus_stage(self) -> None:
        """Give the keys to the stage."""
        if self.stage.hasFocus() and self.isFullScreen():
            self.toggle_full_screen()
        elif self.stage.hasFocus() and not self.lanes.are_compared:
            self.stage.enlarge_only("")
        self.stage.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_full_screen(self) -> None:
        """Fill the screen, the lesson as it was; or be a window again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_by_key["full-screen"].setChecked(self.isFullScreen())

    def toggle_lesson(self) -> None:
        """Leave the stage alone, or show lesson, controls, math and code beside it again."""
        self.inspector.setVisible(not self.inspector.isVisible())

    def open_ask(self) -> None:
        """Let anything be asked and found, or put that away again."""
        self.ask.toggle()

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
        self._changed.start()
        self._show_sidebar()

    def toggle_present(self) -> None:
        """Make everything large, or usual again."""
        self.theme.toggle_present()

    def switch_theme(self) -> None:
        """Change between dark and light."""
        self.theme.switch()

    def follow_system_theme(self) -> None:
        """Take the theme of the system."""
        self.theme.follow_system()

    def restart_engine(self) -> None:
        """Start a new engine and replay the run to where it was."""
        self.session.engine.restart()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt: Tab goes through the window as one reads it."""
        regions = (self.top_bar, self.sidebar, self.notices, self.stage, self.inspector, self.runs, self.transport)
        return move_focus(self, regions, forward=forward)

    def event(self, event: QEvent) -> bool:
        """Qt: a plain key goes to what has the focus where that uses it, else to the run."""
        if event.type() == QEvent.Type.ShortcutOverride and self.keys.are_kept(event):
            event.accept()
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: end the engine and remember the window's place."""
        self.settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
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
        column = QWidget()
        stage = QVBoxLayout(column)
        stage.setContentsMargins(0, 0, 0, 0)
        stage.setSpacing(0)
        stage.addWidget(self.lanes, 1)
        self.notices.lie_on(column)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setProperty("role", "edge")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(column)
        self.splitter.addWidget(self.inspector)
        self.splitter.setStretchFactor(0, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        middle.addWidget(self.splitter, 1)
        body = QWidget()
        body.setProperty("role", "window")
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top_bar)
        rows.addLayout(middle, 1)
        rows.addWidget(self.runs)
        rows.addWidget(self.transport)
        self.setCentralWidget(body)

    def _connect_session(self) -> None:
        session = self.session
        session.scene_opened.connect(self._show_scene)
        session.run_opened.connect(self._show_run)
        session.frame_changed.connect(self._draw)
        session.job_found.connect(self.picture_menu.draw_job)
        session.params_changed.connect(self._show_params)
        session.branches.changed.connect(self._show_runs)
        session.branches.changed.connect(lambda: self._changed.start())
        session.refused.connect(self._show_refusal)
        session.engine.devices_known.connect(self.inspector.run.offer_devices)

    def _connect_widgets(self) -> None:
        session = self.session
        self.theme.changed.connect(self._apply_theme)
        lesson_step, pictures = self.inspector.lesson.step_changed, self.stage.pictures_changed
        for changed in (self.theme.changed, self.run_files.remembered, session.scene_opened, lesson_step, pictures):
            changed.connect(lambda *_: self._changed.start())
        self.run_files.refused.connect(self.announcements.refuse)
        self.run_files.offered.connect(self.announcements.offer)
        self.run_files.done.connect(self.announcements.say)
        for part in (self.exports, self.scripts):
            part.refused.connect(self.announcements.refuse)
            part.done.connect(self.announcements.say)
        self.inspector.code.script_asked.connect(self.scripts.copy)
        self.drop_hint.dropped.connect(self._take_dropped)
        self.lane.arrays_changed.connect(self._want)
        self.lanes.changed.connect(self._show_lanes)
        self.lanes.changed.connect(self.exports.turn_to_main)
        self.lanes.added.connect(self.exports.serve)
        self.lanes.added.connect(self.readouts.listen_to)
        self.lanes.troubled.connect(self.announcements.refuse)
        self.picture_menu.arrays_changed.connect(self._want)
        self.teacher.trial.arrays_changed.connect(self._want)
        self.inspector.tabs.currentChanged.connect(self._want)
        self.picture_menu.job_asked.connect(session.start_job)
        self.runs.chosen.connect(lambda number: session.turn_to(session.branches.find(number)))
        self.runs.compared.connect(self.comparison.add_branch)
        self.runs.renamed.connect(session.rename)
        self.runs.deleted.connect(session.forget_branch)
        self.transport.speed_chosen.connect(session.course.set_speed)
        self.transport.time_line.step_chosen.connect(session.course.seek)
        self.transport.place.step_chosen.connect(session.course.seek)
        self.transport.place.left.connect(self.focus_stage)
        self.sidebar.scene_chosen.connect(lambda name: session.open_scene(CATALOGUE.scene(name)))
        self.sidebar.unfold_asked.connect(self.toggle_sidebar)
        self.inspector.run.seed_chosen.connect(self.comparison.set_seed)
        self.inspector.run.device_chosen.connect(session.set_device)
        lesson = self.inspector.lesson
        lesson.show_asked.connect(self._bring_out)
        lesson.scene_asked.connect(lambda name: session.open_scene(CATALOGUE.scene(name)))
        lesson.refused.connect(lambda message: self._show_refusal("", message))
        lesson.prediction_open.connect(lambda is_open: self.stage.steering.allow_preview(not is_open))
        lesson.step_changed.connect(self._remember_lesson_step)

    def _save(self) -> None:
        """Keep the settings and the runs: whatever ends the program, they are there the next time."""
        self.keeper.save()
        self.kept_runs.save(self.session.runs)
        self.progress.save()

    def _offer_kept_runs(self) -> None:
        count = self.kept_runs.count
        words = f"{count} run{'s' if count > 1 else ''} of the last time {'are' if count > 1 else 'is'} kept."
        notice = self.notices.show_notice("kept", words, "info", [("Bring back", self._bring_runs_back)])
        notice.close_asked.connect(self.kept_runs.take)

    def _bring_runs_back(self) -> None:
        self.notices.clear("kept")
        self.session.branches.recall(self.kept_runs.take())

    def _take_dropped(self, held: QMimeData) -> None:
        """Open a run file, or give the scene a file that it takes."""
        files, path = self.lane.view.files, only_file(held)
        if files is None or path is None or is_named_so(path) or not files.words(path):
            self.run_files.take_dropped(held)
            return
        try:
            self.session.set(files.take(path, self.session.params))
        except Refused as refused:
            self.announcements.refuse(str(refused))

    def _restore_place(self) -> None:
        self.resize(*USUAL_SIZE)
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode()))
        fit_on_screen(self)
        width = min(INSPECTOR, round(LARGEST_SHARE * self.width()))
        if NARROWEST <= self.settings.inspector <= WIDEST:
            width = self.settings.inspector
        self.splitter.setSizes([max(400, self.width() - width), width])
        self._show_sidebar()

    def _show_scene(self, scene: Scene) -> None:
        """Set the window for another scene, as it was left the last time."""
        self.settings.scene, plan = scene.name, self.session.plan
        remembered = self.remembered = self._remembered(scene, plan)
        view = self._view_of(scene, plan)
        self.exports.view = view
        self.setWindowTitle(f"{scene.title} – explainer")
        self.picture_menu.draw(None)
        self.lane.show_view(view, remembered.pictures)
        self.drop_hint.also = view.files.words if view.files else nothing_else
        controls = self.inspector.show_scene(scene, view, remembered.lesson_step, plan)
        controls.changed.connect(self.session.choose)
        assert self.inspector.panel is not None
        self.inspector.panel.begin(remembered.more_controls)
        self.inspector.panel.unfolded_changed.connect(lambda shown: setattr(remembered, "more_controls", shown))
        self.inspector.panel.unfolded_changed.connect(lambda shown: self._changed.start())
        controls.set_values(self.session.params.values())
        self.stage.steering.allow_preview(not self.inspector.lesson.is_prediction_open)
        self.top_bar.show_scene(scene)
        self.sidebar.show_scene(scene)
        self.transport.offer_speeds(scene.speed)
        self.teacher.begin(scene)
        self.focus_stage()

    def _remembered(self, scene: Scene, plan: LessonPlan) -> SceneSettings:
        """Return how the scene was left or, in a lesson file, how that says it stands: nothing of that is kept."""
        return SceneSettings(pictures=list(plan.cards)) if plan else self.settings.of_scene(scene.name)

    def _view_of(self, scene: Scene, plan: LessonPlan) -> View:
        """Return how the scene looks, with the pictures that a lesson file names; say which there are not."""
        view = view_of(scene)
        known = {kind.key: kind for kind in view.cards}
        unknown = [key for key in plan.cards if key not in known]
        if unknown:
            self.announcements.refuse(
                f"{scene.title} has no picture {shown(unknown[0])}: {', '.join(known)}", opening=True
            )
        cards = [known[key] for key in plan.cards if key in known]
        return replace(view, cards=cards) if cards else view

    def _bring_out(self, key: str) -> None:
        """Bring out a picture, unless a lesson file has left it out."""
        if key not in (kind.key for kind in self.lane.view.cards):
            self.announcements.refuse("That picture is left out of this lesson.")
        self.stage.bring_out(key)

    def _show_run(self) -> None:
        """Show that a new run has begun."""
        self.setWindowTitle(f"{self.session.run_name} – explainer")
        self.inspector.run.show_seed(self.session.recipe.seed)
        self.inspector.run.show_device(self.session.recipe.device)

    def _show_runs(self) -> None:
        branches = self.session.branches
        self.runs.show_runs(branches.all, branches.present.number)

    def _draw(self, frame: Frame) -> None:
        self.inspector.draw(frame, self.session.course.file, self.session.course.line)
        self.picture_menu.draw(frame)
        self.announcements.show_end(frame)

    def _show_lanes(self) -> None:
        """Offer what can be done with the comparison that is there."""
        actions, compared = self.actions_by_key, self.lanes.are_compared
        actions["compare"].setEnabled(not self.lanes.is_full)
        actions["overlay"].setEnabled(compared)
        actions["overlay"].setChecked(self.lanes.overlays)
        actions["end-comparison"].setEnabled(compared)

    def _show_params(self, params: object) -> None:
        if self.inspector.controls is not None:
            self.inspector.controls.set_values(self.session.params.values())

    def _show_refusal(self, about: str, message: str) -> None:
        controls = self.inspector.controls
        if controls is not None and about in controls.declarations:
            controls.refuse(about, message)
        if controls is None or self.session.is_opening or not controls.can_be_seen(about):
            self.announcements.refuse(message, opening=self.session.is_opening)

    def _want(self) -> None:
        """Ask for the arrays of the pictures that are out, and remember which they are."""
        scene = self.session.scene
        if scene is None:
            return
        self.remembered.pictures = self.stage.out
        formulas = self.lane.view.formula_arrays if self.inspector.shows_formulas else ()
        self.lane.want([*self.picture_menu.wanted_arrays, *formulas])
        self.picture_menu.refresh()

    def _remember_lesson_step(self, step: int) -> None:
        self.remembered.lesson_step = step

    def _show_sidebar(self) -> None:
        self.sidebar.set_unfolded(self.settings.sidebar)
        self.actions_by_key["sidebar"].setChecked(self.settings.sidebar)

    def _apply_theme(self) -> None:
        tokens = self.theme.tokens
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.theme.dress(application)
        colour_actions(self.actions_by_key, tokens)
        self.actions_by_key["present"].setChecked(self.settings.present)
        for part in (
            self.top_bar,
            self.lanes,
            self.inspector,
            self.runs,
            self.transport,
            self.sidebar,
            self.picture_menu,
            self.drop_hint,
            self.tour,
            self.teacher,
            self.ask,
        ):
            part.apply_theme(tokens)
        self.readouts.show_playing()
