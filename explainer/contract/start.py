"""What the window is told when it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explainer.contract.position import Position

if TYPE_CHECKING:
    from explainer.contract.lesson_plan import LessonPlan
    from explainer.contract.recipe import Recipe


@dataclass(frozen=True)
class Start:
    """Where the window begins.

    Without a ``scene`` it is the home page; without a ``recipe`` the scene has its
    defaults. Both are checked. The recipe's device may be ``auto``: only the engine knows what there is.
    """

    scene: str = ""
    recipe: Recipe | None = None
    position: Position = Position()
    path: str = ""
    """The run file that the recipe was read from."""
    plan: LessonPlan | None = None
    """What is fixed and hidden in it, if anything is."""
