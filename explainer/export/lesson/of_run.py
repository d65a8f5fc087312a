"""The page of a run in this process; Qt is imported when the first one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import read_lesson
from explainer.contract.lesson_plan import LessonPlan, narrowed
from explainer.contract.version import __version__
from explainer.export.lesson.page import MOST_STEPS, Page, page_of
from explainer.export.lesson.text import LessonText

if TYPE_CHECKING:
    from explainer.engine.run import Run


@dataclass(frozen=True)
class Wish:
    """What the page is to hold: the cards of these keys (none: those that are there at first), and a plan's lesson."""

    cards: Sequence[str] = ()
    plan: LessonPlan = LessonPlan()


def steps_of(last: int, most: int = MOST_STEPS) -> list[int]:
    """Return the steps that a page shows: all up to ``last``, or as many as may be, evenly apart, both ends among them.

    >>> steps_of(3), steps_of(9, 4), steps_of(0)
    ([0, 1, 2, 3], [0, 3, 6, 9], [0])
    """
    if last < most:
        return list(range(last + 1))
    return sorted({round(index * last / (most - 1)) for index in range(most)})


def page_of_run(run: Run, wish: Wish = Wish(), going_on: Callable[[int, int], None] = lambda done, total: None) -> Page:
    """Return the lesson of a run with its pictures up to where it rests; raise :class:`Refused`.

    ``going_on`` is told how many steps are done, of how many, and may raise to stop.
    """
    from explainer.engine.run import Run
    from explainer.export.lesson.recording import record
    from explainer.export.picture import application, check_cards
    from explainer.plots.views import view_of

    application()
    scene, params, steps = run.execution.scene, run.params, steps_of(run.position.step)
    view = view_of(scene)
    keys = list(wish.cards or wish.plan.cards or [kind.key for kind in view.cards if kind.at_first])
    check_cards(view, keys)
    afresh = Run.from_recipe(run.recipe)  # curves that are known to the end would tell at once what is to be foreseen
    recording = record(afresh, view, steps, keys, lambda done: going_on(done, len(steps)))
    text = LessonText(scene, params, wish.plan.fixed, keys)
    lesson = text.steps(narrowed(read_lesson(CATALOGUE.lesson(scene)), wish.plan))
    words = {
        "title": scene.title,
        "room": scene.room,
        "question": scene.question,
        "lesson": lesson,
        "outlines": text.formulas.outlines,
        "recipe": _recipe(run),
        "made": f"Made with explainer {__version__}",
    }
    return page_of(recording, words, text.formulas.rules)


def _recipe(run: Run) -> str:
    """Return in a line which run is shown."""
    changed = run.execution.scene.parameters(**run.recipe.parameters).changed()
    declared = run.execution.scene.parameters.declarations
    given = [f"{name}={declared[name].format(value)}" for name, value in changed.items()]
    later = len(run.recipe.actions)
    said = [f"The run: {run.recipe.scene}, seed {run.recipe.seed}", *given]
    return ", ".join(said) + (f"; {later} change{'s' if later > 1 else ''} on the way" if later else "") + "."
