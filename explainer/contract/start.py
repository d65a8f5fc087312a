"""What the window is asked to open."""

from __future__ import annotations

from dataclasses import dataclass

from explainer.contract.recipe import Position, Recipe


@dataclass(frozen=True)
class Start:
    """A scene by name, or a run; both empty: the last scene."""

    scene: str = ""
    recipe: Recipe | None = None
    position: Position = Position()
