"""Draws the pictures of the home page: ``python -m explainer.commands.scene_pictures THEME SCENE…``.

One process draws them all, so that torch is imported once, and as nobody waits for it, it lets others go first. It
prints a line for each picture, the scene's name and the file with a tab between, as soon as the file is there.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.files import write_atomically
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.export.look import Look

if TYPE_CHECKING:
    from explainer.export.picture import Easel

SIZES = ((560, 350), (720, 450), (960, 600))
"""The first of these sizes in which the picture has room is the one."""
PIXELS = 700
"""The width of the file."""
NICE = 10
STEPS = 300
"""A picture that no step is named for is drawn after a third of the scene's steps, these at most."""


def main(theme: str, names: Sequence[str]) -> None:
    """Draw the pictures of these scenes; one that cannot be drawn is left out."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    answers = sys.stdout
    sys.stdout = sys.stderr  # what a scene prints is no answer
    for name in names:
        try:
            path = draw(CATALOGUE.scene(name), theme)
        except KeyboardInterrupt:
            raise
        except Exception as error:  # noqa: BLE001 - a scene of someone else's may raise anything
            print(f"{name}: {error}", file=sys.stderr)  # noqa: T201
            continue
        print(f"{name}\t{path}", file=answers, flush=True)


def draw(scene: Scene, theme: str) -> Path:
    """Write the first picture of a scene into the cache folder; return its file. Raises what the scene raises."""
    from explainer.engine.run import Run
    from explainer.export.encoding import png_bytes
    from explainer.export.of_run import draw as draw_run
    from explainer.export.of_run import easel_of
    from explainer.plots.views import view_of
    from explainer.window.home.shelf import picture_path

    path = picture_path(CATALOGUE.folders[scene.name], theme)
    run = Run(scene.name)
    run.step(min(scene.steps // 3, STEPS) if scene.pictured is None else scene.pictured)
    first = next(kind.key for kind in view_of(scene).cards)
    easel = _first_with_room(lambda look: easel_of(run, look, (first,)), theme)
    draw_run(easel, run)
    image = easel.bare_image()
    easel.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear(path)
    write_atomically(path, png_bytes(image))
    return path


def _first_with_room(make: Callable[[Look], Easel], theme: str) -> Easel:
    for size in SIZES[:-1]:
        with contextlib.suppress(Refused):
            return make(Look(size, PIXELS / size[0], theme))
    return make(Look(SIZES[-1], PIXELS / SIZES[-1][0], theme))


def _clear(path: Path) -> None:
    """Delete the pictures that the same scene had before."""
    for old in path.parent.glob(f"{path.stem.rpartition('-')[0]}-????????????????.png"):
        with contextlib.suppress(OSError):
            old.unlink()


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except (KeyboardInterrupt, Refused, BrokenPipeError):
        sys.exit(1)
