"""One trial: a window, a list of moves, and the first fault that they bring about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import explainer.scenes
from explainer.contract import run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import SET, Action, Position, Recipe
from explainer.window.main_window import MainWindow
from tests.monkey.hand import Hand, pass_time
from tests.monkey.moves import Move
from tests.monkey.watch import Watch
from tests.window.driver import end, make_window

PATIENCE = 20_000
"""Milliseconds in which a run must have answered in the end."""
BROKEN = "raise RuntimeError('this declaration is broken on purpose')\n"


@dataclass(frozen=True)
class Fault:
    """What went wrong, and at which move."""

    at: int
    words: str


def try_moves(
    moves: Sequence[Move],
    folder: Path,
    scene: str = "gradient-descent",
    tell: Callable[[int], object] = lambda at: None,
) -> Fault | None:
    """Make the moves in a new window; return the first fault, None where there was none."""
    fill(folder)
    with at_home_in(folder), Watch() as watch:
        window = make_window(scene=scene)
        try:
            watch.follow(window)
            hand = Hand(window, folder / "files")
            for at, move in enumerate(moves):
                tell(at)
                hand.do(move)
                watch.look()
                if watch.faults:
                    return Fault(at, watch.faults[0])
            come_to_rest(window, watch)
        finally:
            end(window)
            pass_time(1)
        return Fault(len(moves), watch.faults[0]) if watch.faults else None


def come_to_rest(window: MainWindow, watch: Watch) -> None:
    """Open a scene whatever has been done before: its run must answer."""
    window.lanes.clear()
    window.session.open_scene(CATALOGUE.scene("gradient-descent"))
    waited = 0
    while not window.session.is_answered and waited < PATIENCE:
        pass_time(10)
        waited += 10
    if not window.session.is_answered:
        watch.faults.append("no run answers any more")
    watch.look()


def fill(folder: Path) -> None:
    """Put files of all sorts into a folder, for dropping and opening."""
    files = folder / "files"
    (files / "folder").mkdir(parents=True, exist_ok=True)
    for scene in CATALOGUE.scenes():
        if not scene.missing:
            live = [name for name, field in scene.parameters.declarations.items() if field.kind == "live"]
            values = scene.parameters().values()
            actions = tuple(Action(9, SET, {name: values[name]}) for name in live[:1])
            recipe = Recipe(scene.name, parameters=values, actions=actions)
            (files / f"{scene.name}.run.json").write_bytes(run_file.encode(recipe, Position(5)))
    (files / "broken.run.json").write_text('{"version": 1, "recipe"')
    (files / "unknown.run.json").write_text('{"version": 1, "recipe": {"scene": "no-such-scene"}}')
    (files / "empty.png").write_bytes(b"")
    (files / "words.txt").write_text("words")


@contextmanager
def at_home_in(folder: Path) -> Iterator[None]:
    """Keep whatever is remembered or saved in a folder, and have a broken scene of the user's there."""
    broken = folder / "scenes" / "broken_on_purpose"
    broken.mkdir(parents=True, exist_ok=True)
    (broken / "__init__.py").write_text(BROKEN)
    settings, where, places = os.environ.get("EXPLAINER_SETTINGS"), Path.cwd(), list(explainer.scenes.__path__)
    os.environ["EXPLAINER_SETTINGS"] = str(folder / "settings.json")
    os.chdir(folder)
    explainer.scenes.__path__[:] = [*places, str(folder / "scenes")]
    CATALOGUE.__dict__.pop("folders", None)
    try:
        yield
    finally:
        explainer.scenes.__path__[:] = places
        CATALOGUE.__dict__.pop("folders", None)
        os.chdir(where)
        if settings is None:
            os.environ.pop("EXPLAINER_SETTINGS", None)
        else:
            os.environ["EXPLAINER_SETTINGS"] = settings
