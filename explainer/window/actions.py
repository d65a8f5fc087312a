"""Everything the window can do, as one table; menus, shortcuts and tooltips are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from explainer.stage.icons import icon
from explainer.stage.translation import later, tr
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


MENUS = (later("File"), later("Export"), later("Run"), later("Compare"), later("View"), later("Help"))
"""The submenus, in the order of the table."""
OF_RUNS = MENUS[1:4]
"""The submenus with what cannot be done on the home page."""

TABLE = (
    ActionSpec(
        "open-run", later("Open a run …"), "run_files.ask_what_to_open", "File", "open", "Ctrl+O",
        help=later("Open a run file; it can also be dragged onto the window"),
    ),
    ActionSpec("recent-runs", later("Recent runs"), "", "File", help=later("Run files opened or saved lately")),
    ActionSpec(
        "save-run", later("Save the run …"), "run_files.ask_where_to_save", "File", "save", "Ctrl+S",
        help=later("Save the run as a file: its parameters, its seed, everything done to it, and the step"),
        of_run=True,
    ),
    ActionSpec(
        "copy-run", later("Copy the run as text"), "run_files.copy", "File", "copy", "Ctrl+Shift+C", apart=True,
        of_run=True,
    ),
    ActionSpec(
        "save-lesson", later("Save as a lesson file …"), "lesson_files.ask", "File",
        help=later("Save the run for a class: with controls that are fixed, hidden or shown first, and some of its "
        "steps and pictures"), of_run=True,
    ),
    ActionSpec(
        "paste-run", later("Paste a run"), "run_files.paste", "File", "", "Ctrl+V",
        help=later("Open the run that the clipboard holds as text or as a file"),
    ),
    ActionSpec(
        "export", later("Picture, animation or numbers …"), "exports.ask", "Export", "export", "Ctrl+E",
        help=later("The stage, a card or the steps as a picture or an animation; the numbers as CSV and NPZ"),
    ),
    ActionSpec(
        "hand-out", later("The lesson as a page …"), "exports.ask_lesson", "Export",
        help=later("The lesson with the steps of this run as one HTML file, for any browser and without a network"),
    ),
    ActionSpec(
        "copy-script", later("Copy as PyTorch"), "scripts.copy", "Export", "code", "Ctrl+Shift+P",
        help=later("Copy the run as a script of its own that gives the same numbers without this program"),
    ),
    ActionSpec("play", later("Play"), "toggle_play", "Run", "play", "Space", help=later("Play or pause")),
    ActionSpec(
        "backwards", later("Play backwards"), "conductor.toggle_backwards", "Run", "backwards", "Shift+Space",
        help=later("Go back step by step at the chosen speed, or rest"),
    ),
    ActionSpec("step", later("Step"), "session.course.step", "Run", "step", "Right", help=later("One step forward")),
    ActionSpec(
        "step-back", later("Step back"), "session.course.step_back", "Run", "step-back", "Left",
        help=later("One step back"),
    ),
    ActionSpec(
        "phase", later("Next phase"), "session.course.step_phase", "Run", "phase", "Shift+Right",
        help=later("Go on to the end of the next phase within a step; the Code tab marks the line"),
    ),
    ActionSpec("start", later("Go to the start"), "go_to_start", "Run", "", "Home", apart=True),
    ActionSpec("end", later("Go to the last known step"), "go_to_end", "Run", "", "End"),
    ActionSpec(
        "change-before", later("Previous change"), "transport.go_to_change_before", "Run", "", "Ctrl+Left",
        help=later("Go back to where something was changed last"),
    ),
    ActionSpec(
        "change-after", later("Next change"), "transport.go_to_change_after", "Run", "", "Ctrl+Right",
        help=later("Go on to where something was changed next"),
    ),
    ActionSpec(
        "go-to-step", later("Go to a step …"), "go_to_step", "Run", "", "Ctrl+G",
        help=later("Type the step to go to"),
    ),
    ActionSpec(
        "reset", later("Reset"), "reset", "Run", "reset", "R",
        help=later("Begin again from step 0 with the parameters as they are"), apart=True,
    ),
    ActionSpec(
        "seed", later("New seed"), "comparison.new_seed", "Run", "seed", "Ctrl+R",
        help=later("Begin again with other random numbers"),
    ),
    ActionSpec("slower", later("Slower"), "readouts.slower", "Run", "", "Ctrl+Down", apart=True),
    ActionSpec("faster", later("Faster"), "readouts.faster", "Run", "", "Ctrl+Up"),
    ActionSpec("restart-engine", later("Restart the engine"), "restart_engine", "Run", apart=True),
    ActionSpec(
        "compare", later("Compare with a copy"), "comparison.add_copy", "Compare", "", "Ctrl+D",
        help=later("Put a copy of the run beside it; change something in one of them"),
    ),
    ActionSpec(
        "overlay", later("Curves of all runs together"), "comparison.toggle_overlay", "Compare", "", "Ctrl+L",
        checkable=True,
        help=later("Draw the curves of all compared runs into one plot"),
    ),
    ActionSpec("end-comparison", later("End the comparison"), "comparison.end", "Compare", "", "Ctrl+Shift+D"),
    ActionSpec(
        "home", later("Home"), "toggle_home", "View", "home", "Alt+Home",
        help=later("All scenes; and back to the run"),
    ),
    ActionSpec("lesson", later("Lesson"), "show_lesson", "View", "", "Ctrl+1", apart=True, of_run=True),
    ActionSpec(
        "lesson-next", later("Next step of the lesson"), "inspector.lesson.go_on", "View", "", "Ctrl+PgDown",
        of_run=True,
        help=later("Go on to the next step of the lesson; it sets its own stage"),
    ),
    ActionSpec(
        "lesson-back", later("Step of the lesson before"), "inspector.lesson.go_back", "View", "", "Ctrl+PgUp",
        of_run=True,
        help=later("Go back to the step of the lesson before"),
    ),
    ActionSpec(
        "lesson-stage", later("Set the stage of this step"), "set_lesson_stage", "View", "", "Ctrl+Return", of_run=True,
        help=later("Set parameters and pictures as this step of the lesson has them"),
    ),
    ActionSpec("controls", later("All controls"), "show_controls", "View", "", "Ctrl+2", of_run=True),
    ActionSpec("math", later("Math"), "show_math", "View", "", "Ctrl+3", of_run=True),
    ActionSpec("code", later("Code"), "show_code", "View", "", "Ctrl+4", of_run=True),
    ActionSpec(
        "stage", later("Focus the stage"), "escape", "View", "", "Escape", apart=True,
        help=later("Give the keys back to the stage"),
    ),
    ActionSpec(
        "present", later("Present"), "presenter.toggle", "View", "", "F11", checkable=True, of_run=True,
        help=later("Fill the screen with the pictures that are out, everything large, with a few controls; Esc leaves "
        "it"),
    ),
    ActionSpec(
        "hide-lesson", later("Lesson hidden or shown"), "toggle_lesson", "View", "", "F9",
        help=later("The pictures alone, or lesson, controls, math and code beside them"), of_run=True,
    ),
    ActionSpec("sidebar", later("Names of the scenes"), "toggle_sidebar", "View", "menu", "Ctrl+B", checkable=True),
    ActionSpec("theme", later("Dark or light"), "switch_theme", "View", "theme", "Ctrl+T", apart=True),
    ActionSpec("system-theme", later("Theme of the system"), "follow_system_theme", "View"),
    ActionSpec("larger-text", later("Larger text"), "larger_text", "View", "", "Ctrl++", apart=True),
    ActionSpec("smaller-text", later("Smaller text"), "smaller_text", "View", "", "Ctrl+-"),
    ActionSpec("usual-text", later("Text of the usual size"), "usual_text", "View", "", "Ctrl+0"),
    ActionSpec(
        "ask", later("Ask …"), "open_ask", "Help", "search", "Ctrl+K",
        help=later("Find a scene, an answer, a term, a control or an action"),
    ),
    ActionSpec(
        "interview", later("Interview …"), "open_interview", "Help", "question", "Ctrl+I",
        help=later("Be asked questions of all scenes, mark yourself, and be asked again when it is time"),
    ),
    ActionSpec(
        "legend", later("Keys at a glance"), "presenter.toggle_legend", "Help", "", "?", of_run=True,
        help=later("The keys that one presents with, over the window"),
    ),
    ActionSpec("keys", later("Keys"), "show_keys", "Help", "", "F1", help=later("Which key does what")),
    ActionSpec(
        "tour", later("A first minute"), "start_tour", "Help",
        help=later("What there is, one thing after another"),
    ),
    ActionSpec("about", later("About"), "show_about", "Help", help=later("Versions and licences")),
    ActionSpec("quit", later("Quit"), "close", "", "", "Ctrl+Q"),
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
        action = QAction(tr(spec.text), handlers)
        action.setObjectName(spec.key)
        action.setCheckable(spec.checkable)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        hint = f" ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if spec.shortcut else ""
        action.setToolTip(tr(spec.help or spec.text) + hint)
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
            group = groups[spec.menu] = menu.addMenu(tr(spec.menu))
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
