"""Everything the window can do, as one table; menus, shortcuts and tooltips are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from explainer.stage.icons import icon
from explainer.theme.tokens import Tokens


@dataclass(frozen=True)
class ActionSpec:
    """One thing that can be done.

    ``handler`` names a method of the main window or, with a dot, of a part of it; empty: it opens a menu.
    ``menu`` is the submenu it is in; empty: it is in the menu itself.
    """

    key: str
    text: str
    handler: str
    menu: str
    icon: str = ""
    shortcut: str = ""
    checkable: bool = False
    help: str = ""
    apart: bool = False
    """Whether a line sets it off from the row before it."""
    of_run: bool = False
    """Whether it concerns the run that is on the stage; so does all of :data:`OF_RUNS`."""


OF_RUNS = ("Export", "Run", "Compare")
"""The submenus with what cannot be done on the home page."""

TABLE = (
    ActionSpec(
        "open-run", "Open a run …", "run_files.ask_what_to_open", "File", "open", "Ctrl+O",
        help="Open a run file; it can also be dragged onto the window",
    ),
    ActionSpec("recent-runs", "Recent runs", "", "File", help="Run files opened or saved lately"),
    ActionSpec(
        "save-run", "Save the run …", "run_files.ask_where_to_save", "File", "save", "Ctrl+S",
        help="Save the run as a file: its parameters, its seed, everything done to it, and the step", of_run=True,
    ),
    ActionSpec(
        "copy-run", "Copy the run as text", "run_files.copy", "File", "copy", "Ctrl+Shift+C", apart=True, of_run=True,
    ),
    ActionSpec(
        "save-lesson", "Save as a lesson file …", "lesson_files.ask", "File",
        help="Save the run for a class: with controls that are fixed, hidden or shown first, and some of steps and "
        "pictures", of_run=True,
    ),
    ActionSpec(
        "paste-run", "Paste a run", "run_files.paste", "File", "", "Ctrl+V",
        help="Open the run that the clipboard holds as text or as a file",
    ),
    ActionSpec(
        "export", "Picture, animation or numbers …", "exports.ask", "Export", "export", "Ctrl+E",
        help="The stage, a card or the steps as a picture or an animation; the numbers as CSV and NPZ",
    ),
    ActionSpec(
        "hand-out", "The lesson as a page …", "exports.ask_lesson", "Export",
        help="The lesson with the steps of this run as one HTML file, for any browser and without a network",
    ),
    ActionSpec(
        "copy-script", "Copy as PyTorch", "scripts.copy", "Export", "code", "Ctrl+Shift+P",
        help="Copy the run as a script of its own that gives the same numbers without this program",
    ),
    ActionSpec("play", "Play", "toggle_play", "Run", "play", "Space", help="Play or pause"),
    ActionSpec(
        "backwards", "Play backwards", "conductor.toggle_backwards", "Run", "backwards", "Shift+Space",
        help="Go back step by step at the chosen speed, or rest",
    ),
    ActionSpec("step", "Step", "session.course.step", "Run", "step", "Right", help="One step forward"),
    ActionSpec(
        "step-back", "Step back", "session.course.step_back", "Run", "step-back", "Left",
        help="One step back",
    ),
    ActionSpec(
        "phase", "Next phase", "session.course.step_phase", "Run", "phase", "Shift+Right",
        help="Go on to the end of the next phase within a step; the Code tab marks the line",
    ),
    ActionSpec("start", "Go to the start", "go_to_start", "Run", "", "Home", apart=True),
    ActionSpec("end", "Go to the last known step", "go_to_end", "Run", "", "End"),
    ActionSpec(
        "change-before", "Previous change", "transport.go_to_change_before", "Run", "", "Ctrl+Left",
        help="Go back to where something was changed last",
    ),
    ActionSpec(
        "change-after", "Next change", "transport.go_to_change_after", "Run", "", "Ctrl+Right",
        help="Go on to where something was changed next",
    ),
    ActionSpec("go-to-step", "Go to a step …", "go_to_step", "Run", "", "Ctrl+G", help="Type the step to go to"),
    ActionSpec(
        "reset", "Reset", "reset", "Run", "reset", "R",
        help="Begin again from step 0 with the parameters as they are", apart=True,
    ),
    ActionSpec(
        "seed", "New seed", "comparison.new_seed", "Run", "seed", "Ctrl+R",
        help="Begin again with other random numbers",
    ),
    ActionSpec("slower", "Slower", "readouts.slower", "Run", "", "Ctrl+Down", apart=True),
    ActionSpec("faster", "Faster", "readouts.faster", "Run", "", "Ctrl+Up"),
    ActionSpec("restart-engine", "Restart the engine", "restart_engine", "Run", apart=True),
    ActionSpec(
        "compare", "Compare with a copy", "comparison.add_copy", "Compare", "", "Ctrl+D",
        help="Put a copy of the run beside it; change something in one of them",
    ),
    ActionSpec(
        "overlay", "Curves of all runs together", "comparison.toggle_overlay", "Compare", "", "Ctrl+L", checkable=True,
        help="Draw the curves of all compared runs into one plot",
    ),
    ActionSpec("end-comparison", "End the comparison", "comparison.end", "Compare", "", "Ctrl+Shift+D"),
    ActionSpec("home", "Home", "toggle_home", "View", "home", "Alt+Home", help="All scenes; and back to the run"),
    ActionSpec("lesson", "Lesson", "show_lesson", "View", "", "Ctrl+1", apart=True, of_run=True),
    ActionSpec(
        "lesson-next", "Next step of the lesson", "inspector.lesson.go_on", "View", "", "Ctrl+PgDown", of_run=True,
        help="Go on to the next step of the lesson; it sets its own stage",
    ),
    ActionSpec(
        "lesson-back", "Step of the lesson before", "inspector.lesson.go_back", "View", "", "Ctrl+PgUp", of_run=True,
        help="Go back to the step of the lesson before",
    ),
    ActionSpec(
        "lesson-stage", "Set the stage of this step", "set_lesson_stage", "View", "", "Ctrl+Return", of_run=True,
        help="Set parameters and pictures as this step of the lesson has them",
    ),
    ActionSpec("controls", "All controls", "show_controls", "View", "", "Ctrl+2", of_run=True),
    ActionSpec("math", "Math", "show_math", "View", "", "Ctrl+3", of_run=True),
    ActionSpec("code", "Code", "show_code", "View", "", "Ctrl+4", of_run=True),
    ActionSpec(
        "stage", "Focus the stage", "escape", "View", "", "Escape", apart=True,
        help="Give the keys back to the stage",
    ),
    ActionSpec(
        "present", "Present", "presenter.toggle", "View", "", "F11", checkable=True, of_run=True,
        help="Fill the screen with the pictures that are out, everything large, with a few controls; Esc leaves it",
    ),
    ActionSpec(
        "hide-lesson", "Lesson hidden or shown", "toggle_lesson", "View", "", "F9",
        help="The pictures alone, or lesson, controls, math and code beside them", of_run=True,
    ),
    ActionSpec("sidebar", "Names of the scenes", "toggle_sidebar", "View", "menu", "Ctrl+B", checkable=True),
    ActionSpec("theme", "Dark or light", "switch_theme", "View", "theme", "Ctrl+T", apart=True),
    ActionSpec("system-theme", "Theme of the system", "follow_system_theme", "View"),
    ActionSpec("larger-text", "Larger text", "larger_text", "View", "", "Ctrl++", apart=True),
    ActionSpec("smaller-text", "Smaller text", "smaller_text", "View", "", "Ctrl+-"),
    ActionSpec("usual-text", "Text of the usual size", "usual_text", "View", "", "Ctrl+0"),
    ActionSpec(
        "ask", "Ask …", "open_ask", "Help", "search", "Ctrl+K",
        help="Find a scene, an answer, a term, a control or an action",
    ),
    ActionSpec(
        "interview", "Interview …", "open_interview", "Help", "question", "Ctrl+I",
        help="Be asked questions of all scenes, mark yourself, and be asked again when it is time",
    ),
    ActionSpec(
        "legend", "Keys at a glance", "presenter.toggle_legend", "Help", "", "?", of_run=True,
        help="The keys that one presents with, over the window",
    ),
    ActionSpec("keys", "Keys", "show_keys", "Help", "", "F1", help="Which key does what"),
    ActionSpec("tour", "A first minute", "start_tour", "Help", help="What there is, one thing after another"),
    ActionSpec("about", "About", "show_about", "Help", help="Versions and licences"),
    ActionSpec("quit", "Quit", "close", "", "", "Ctrl+Q"),
)  # fmt: skip


def make_actions(
    handlers: QWidget, table: Iterable[ActionSpec] = TABLE, prepare: Callable[[], object] = lambda: None
) -> dict[str, QAction]:
    """Return a :class:`QAction` for each row, bound to the method of ``handlers`` that it names.

    The method is looked up when the action is first done, after ``prepare``: its owner may not be there before.
    """

    def bound(path: str) -> Callable[[], None]:
        def do() -> None:
            prepare()
            attrgetter(path)(handlers)()

        return do

    found = {}
    for spec in table:
        action = QAction(spec.text, handlers)
        action.setObjectName(spec.key)
        action.setCheckable(spec.checkable)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        hint = f" ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if spec.shortcut else ""
        action.setToolTip((spec.help or spec.text) + hint)
        if spec.handler:
            action.triggered.connect(bound(spec.handler))
        handlers.addAction(action)
        found[spec.key] = action
    return found


def group_of_run(actions: Mapping[str, QAction], parent: QWidget, table: Iterable[ActionSpec] = TABLE) -> QActionGroup:
    """Return the actions that need a run on the stage, to be enabled together beside what enables each."""
    group = QActionGroup(parent)
    group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
    for spec in table:
        if spec.of_run or spec.menu in OF_RUNS:
            group.addAction(actions[spec.key])
    return group


def fill_menu(menu: QMenu, actions: Mapping[str, QAction], table: Iterable[ActionSpec] = TABLE) -> None:
    """Put every action into a menu, in a submenu for each group."""
    groups: dict[str, QMenu] = {"": menu}
    for spec in table:
        group = groups.get(spec.menu)
        if group is None:
            group = groups[spec.menu] = menu.addMenu(spec.menu)
            group.setObjectName(f"{spec.menu.lower()}-menu")
            group.setToolTipsVisible(True)
        if spec.apart or group is menu:
            group.addSeparator()
        group.addAction(actions[spec.key])


def colour_actions(actions: Mapping[str, QAction], tokens: Tokens, table: Iterable[ActionSpec] = TABLE) -> None:
    """Draw the actions' icons in the colours of a theme."""
    for spec in table:
        if spec.icon:
            actions[spec.key].setIcon(icon(spec.icon, tokens))
