"""The workbench of the window: the run and everything it is seen and steered with. Built when it is first needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer

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
from explainer.stage.translation import counted, later, tr
from explainer.theme.tokens import Tokens
from explainer.window.announcements import Announcements
from explainer.window.compare.comparison import Comparison
from explainer.window.compare.lane import Lane
from explainer.window.compare.lanes import Lanes
from explainer.window.diary import Diary
from explainer.window.files.drop_hint import DropHint, nothing_else, only_file
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
from explainer.window.settings import SceneSettings
from explainer.window.time.readouts import Readouts
from explainer.window.time.runs_bar import RunsBar
from explainer.window.time.transport import Transport
from explainer.window.tour import Tour, first_minute

if TYPE_CHECKING:
    from explainer.window.main_window import MainWindow


ASK, IDLE = "ask", 2000
"""The window's part that is made when it is first asked for, and after how many milliseconds it is in any case."""


class Workbench(QObject):
    """Makes the parts, which the window names, connects them, and shows in them what the session reports."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.remembered = SceneSettings()
        """How the scene stands: what is kept of it in the settings."""
        self._make_run()
        self._make_parts()

    def connect_parts(self) -> None:
        """Connect everything, once all of it is in its place."""
        window = self._window
        window.teacher = Teacher(window.inspector.lesson, window.comparison, window.lanes, window.progress, window)
        window.interviews = Interviews(window)
        self._connect_session()
        window.presenter = Presenter(window, window.strip)
        self._connect_widgets()
        self._show_lanes()

    def _make_run(self) -> None:
        window = self._window
        if window.link is None:
            window.link = EngineLink(window)
            window.link.waits = True
        window.kept_runs = KeptRuns(beside_settings("runs.json"))
        window.session = Session(window.link, window)
        window.diary = Diary(window.session, window.progress, window)
        window.lane = Lane(window.session)
        window.stage = window.lane.stage
        window.conductor = Conductor(window.session, window)
        window.lanes = Lanes(window.lane, window.conductor)
        window.comparison = Comparison(window.session, window.lanes, window.conductor, window)
        window.announcements = Announcements(window.notices, window.session, window)

    def _make_parts(self) -> None:
        window = self._window
        window.inspector, window.runs, window.transport = Inspector(), RunsBar(), Transport()
        window.strip = Strip()
        window.run_files = RunFiles(window.session, window.settings, window)
        window.exports = Exports(window.lane, lambda: window.theme.tokens, window)
        window.exports.lanes = window.lanes
        window.exports.formulas_shown = lambda: window.inspector.shows_formulas
        window.scripts = Scripts(window.session, window)
        window.readouts = Readouts(window.transport, window.lane, window.conductor, window)
        window.transport.show_actions(window.actions_by_key)
        window.lesson_files = LessonFiles(window.lane, window.run_files, window, window.announcements.refuse)
        window.drop_hint = DropHint(window)
        window.picture_menu = PictureMenu(window.top_bar.pictures, window.stage)
        window.help, window.tour = Help(window), Tour(window, first_minute(window))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        window = self._window
        for part in (
            window.lanes,
            window.inspector,
            window.runs,
            window.transport,
            window.picture_menu,
            window.drop_hint,
            window.tour,
            window.teacher,
            window.presenter,
            window.interviews,
        ):
            part.apply_theme(tokens)
        if ASK in vars(window):
            window.ask.apply_theme(tokens)
        window.readouts.show_playing()

    def open(self, start: Start) -> None:
        """Open what the command line asks for: a run or a scene."""
        window = self._window
        if start.recipe is not None:
            scene = CATALOGUE.scene(start.recipe.scene)
            if start.path:
                window.settings.remember_file(Path(start.path))
                window.changed.start()
            window.session.open_scene(scene, start.recipe, start.position, start.plan or LessonPlan())
            return
        window.session.open_scene(CATALOGUE.scene(start.scene))

    def continue_last(self, scene: str) -> None:
        """Live the last run that was kept of a scene again, beside all others that were kept."""
        window, name = self._window, scene
        kept = window.kept_runs.take()
        window.session.branches.recall(kept)
        last = kept.get(name, ())[-1:]
        found = CATALOGUE.scene(name)
        if last:
            window.session.open_scene(found, last[0].recipe, last[0].position)
        else:
            window.session.open_scene(found)

    def choose(self, name: str) -> None:
        """Open a scene, and offer what was kept of it the last time; say it where it cannot be opened."""
        window = self._window
        try:
            scene = CATALOGUE.scene(name)
            if scene.missing:
                raise Refused(scene.missing, about="scene")
        except Refused as refused:
            window.announcements.refuse(str(refused))
            return
        window.session.open_scene(scene)
        if name in window.kept_runs.waiting:
            self._offer_kept_runs(name)

    def _connect_session(self) -> None:
        window = self._window
        session = window.session
        session.scene_opened.connect(self._show_scene)
        session.run_opened.connect(self._show_run)
        session.frame_changed.connect(self._draw)
        session.job_found.connect(window.picture_menu.draw_job)
        session.params_changed.connect(self._show_params)
        session.branches.changed.connect(self._show_runs)
        session.branches.changed.connect(lambda: window.changed.start())
        session.refused.connect(self._show_refusal)
        session.engine.devices_known.connect(window.inspector.run.offer_devices)

    def _connect_widgets(self) -> None:
        window = self._window
        session = window.session
        lesson_step, pictures = window.inspector.lesson.step_changed, window.stage.pictures_changed
        for changed in (window.run_files.remembered, session.scene_opened, lesson_step, pictures):
            changed.connect(lambda *_: window.changed.start())
        window.run_files.refused.connect(window.announcements.refuse)
        window.run_files.offered.connect(window.announcements.offer)
        window.run_files.done.connect(window.announcements.say)
        for part in (window.exports, window.scripts):
            part.refused.connect(window.announcements.refuse)
            part.done.connect(window.announcements.say)
        window.inspector.code.script_asked.connect(window.scripts.copy)
        window.drop_hint.dropped.connect(self._take_dropped)
        window.lane.arrays_changed.connect(self._want)
        window.lanes.changed.connect(self._show_lanes)
        window.lanes.changed.connect(window.exports.turn_to_main)
        window.lanes.added.connect(window.exports.serve)
        window.lanes.added.connect(window.readouts.listen_to)
        window.lanes.troubled.connect(window.announcements.refuse)
        window.picture_menu.arrays_changed.connect(self._want)
        window.teacher.trial.arrays_changed.connect(self._want)
        window.inspector.tabs.currentChanged.connect(self._want)
        window.picture_menu.job_asked.connect(session.start_job)
        window.runs.chosen.connect(lambda number: session.turn_to(session.branches.find(number)))
        window.runs.compared.connect(window.comparison.add_branch)
        window.runs.renamed.connect(session.rename)
        window.runs.deleted.connect(session.forget_branch)
        window.transport.speed_chosen.connect(session.course.set_speed)
        window.transport.time_line.step_chosen.connect(session.course.seek)
        window.transport.place.step_chosen.connect(session.course.seek)
        window.transport.place.left.connect(window.focus_stage)
        window.inspector.run.seed_chosen.connect(window.comparison.set_seed)
        window.inspector.run.device_chosen.connect(session.set_device)
        lesson = window.inspector.lesson
        lesson.show_asked.connect(self._bring_out)
        lesson.scene_asked.connect(self.choose)
        lesson.term_asked.connect(lambda *asked: window.ask.show_term(*asked))
        QTimer.singleShot(IDLE, self, lambda: window.ask)
        lesson.refused.connect(lambda message: self._show_refusal("", message))
        lesson.prediction_open.connect(lambda is_open: window.stage.steering.allow_preview(not is_open))
        lesson.step_changed.connect(self._remember_lesson_step)

    def _offer_kept_runs(self, scene: str) -> None:
        window, count = self._window, len(self._window.kept_runs.waiting[scene])
        words = counted(count, tr("{n} run of the last time is kept."), tr("{n} runs of the last time are kept."))
        remedies = [(later("Bring back"), lambda: self._bring_runs_back(scene))]
        notice = window.notices.show_notice("kept", words, "info", remedies)
        notice.close_asked.connect(lambda: window.kept_runs.take(scene))

    def _bring_runs_back(self, scene: str) -> None:
        window = self._window
        window.notices.clear("kept")
        window.session.branches.recall(window.kept_runs.take(scene))

    def _take_dropped(self, held: QMimeData) -> None:
        """Open a run file, or give the scene a file that it takes."""
        window = self._window
        files, path = window.lane.view.files, only_file(held)
        if files is None or path is None or is_named_so(path) or not files.words(path):
            window.run_files.take_dropped(held)
            return
        try:
            window.session.set(files.take(path, window.session.params))
        except Refused as refused:
            window.announcements.refuse(str(refused))

    def _show_scene(self, scene: Scene) -> None:
        """Set the window for another scene, as it was left the last time."""
        window = self._window
        window.settings.scene, plan = scene.name, window.session.plan
        remembered = self.remembered = self._remembered(scene, plan)
        view = self._view_of(scene, plan)
        window.exports.view = view
        window.setWindowTitle(tr("{title} – explainer").format(title=scene.title))
        window.picture_menu.draw(None)
        window.lane.show_view(view, remembered.pictures)
        window.drop_hint.also = view.files.words if view.files else nothing_else
        controls = window.inspector.show_scene(scene, view, remembered.lesson_step, plan)
        controls.changed.connect(window.session.choose)
        assert window.inspector.panel is not None
        window.inspector.panel.begin(remembered.more_controls)
        window.inspector.panel.unfolded_changed.connect(lambda shown: setattr(remembered, "more_controls", shown))
        window.inspector.panel.unfolded_changed.connect(lambda shown: window.changed.start())
        controls.set_values(window.session.params.values())
        window.stage.steering.allow_preview(not window.inspector.lesson.is_prediction_open)
        window.top_bar.show_scene(scene)
        window.sidebar.show_scene(scene)
        window.transport.offer_speeds(scene.speed)
        window.teacher.begin(scene)
        window.teacher.watch_formulas(window.inspector.math, window.inspector.panel)
        window.leave_home()
        window.focus_stage()

    def _remembered(self, scene: Scene, plan: LessonPlan) -> SceneSettings:
        """Return how the scene was left or, in a lesson file, how that says it stands: nothing of that is kept."""
        return SceneSettings(pictures=list(plan.cards)) if plan else self._window.settings.of_scene(scene.name)

    def _view_of(self, scene: Scene, plan: LessonPlan) -> View:
        """Return how the scene looks, with the pictures that a lesson file names; say which there are not."""
        view = view_of(scene)
        known = {kind.key: kind for kind in view.cards}
        unknown = [key for key in plan.cards if key not in known]
        if unknown:
            words = tr("{title} has no picture {name}: {known}").format(
                title=scene.title, name=shown(unknown[0]), known=", ".join(known)
            )
            self._window.announcements.refuse(words, opening=True)
        cards = [known[key] for key in plan.cards if key in known]
        return replace(view, cards=cards) if cards else view

    def _bring_out(self, key: str) -> None:
        """Bring out a picture, unless a lesson file has left it out."""
        if key not in (kind.key for kind in self._window.lane.view.cards):
            self._window.announcements.refuse(tr("That picture is left out of this lesson."))
        self._window.stage.bring_out(key)

    def _show_run(self) -> None:
        """Show that a new run has begun."""
        window = self._window
        window.setWindowTitle(tr("{run_name} – explainer").format(run_name=window.session.run_name))
        window.inspector.run.show_seed(window.session.recipe.seed)
        window.inspector.run.show_device(window.session.recipe.device)

    def _show_runs(self) -> None:
        window = self._window
        branches = window.session.branches
        window.runs.show_runs(branches.all, branches.present.number)

    def _draw(self, frame: Frame) -> None:
        window = self._window
        window.inspector.draw(frame, window.session.course.file, window.session.course.line)
        window.picture_menu.draw(frame)
        window.announcements.show_end(frame)

    def _show_lanes(self) -> None:
        """Offer what can be done with the comparison that is there."""
        window = self._window
        actions, compared = window.actions_by_key, window.lanes.are_compared
        actions["compare"].setEnabled(not window.lanes.is_full)
        actions["overlay"].setEnabled(compared)
        actions["overlay"].setChecked(window.lanes.overlays)
        actions["end-comparison"].setEnabled(compared)

    def _show_params(self, params: object) -> None:
        window = self._window
        if window.inspector.controls is not None:
            window.inspector.controls.set_values(window.session.params.values())

    def _show_refusal(self, about: str, message: str) -> None:
        window = self._window
        controls = window.inspector.controls
        if controls is not None and about in controls.declarations:
            controls.refuse(about, message)
        if controls is None or window.session.is_opening or not controls.can_be_seen(about):
            window.announcements.refuse(message, opening=window.session.is_opening)

    def _want(self) -> None:
        """Ask for the arrays of the pictures that are out, and remember which they are."""
        window = self._window
        scene = window.session.scene
        if scene is None:
            return
        self.remembered.pictures = window.stage.out
        formulas = window.lane.view.formula_arrays if window.inspector.shows_formulas else ()
        window.lane.want([*window.picture_menu.wanted_arrays, *formulas])
        window.picture_menu.refresh()

    def _remember_lesson_step(self, step: int) -> None:
        self.remembered.lesson_step = step
