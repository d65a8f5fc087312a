"""From the start of the program to the painted window and, of a scene, to the first picture of the live run.

The home page is started as it is found from the second time on: the index and the pictures are kept. It is started
again with as many scenes as there will be one day.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.bench.many_scenes import write_scenes
from explainer.children import python

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from explainer.window.main_window import MainWindow

ROUNDS = 5
STARTED = "EXPLAINER_BENCH_STARTED"
"""Environment variable with the moment at which the program was started, in seconds of the system's clock."""
SCENE, HOME, MANY, PREPARE = "scene", "home", "many", "prepare"


def main() -> None:
    """Start the program several times and print the medians as JSON."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        scenes = Path(folder) / "scenes"
        write_scenes(scenes)
        own = {"EXPLAINER_SETTINGS": os.devnull, "EXPLAINER_CACHE": str(Path(folder) / "cache")}
        more = {**own, "EXPLAINER_SCENES": os.pathsep.join([os.environ.get("EXPLAINER_SCENES", ""), str(scenes)])}
        _child_says(PREPARE, more)
        for kind, environment in ((SCENE, own), (HOME, own), (MANY, more)):
            rounds = [_child_says(kind, environment) for _ in range(ROUNDS)]
            found |= {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    print(json.dumps(found))  # noqa: T201


def _child_says(kind: str, environment: Mapping[str, str]) -> dict[str, float]:
    """Start the program, or prepare its cache, in a process of its own; return what it has measured."""
    around = {**os.environ, **environment, STARTED: repr(time.time())}
    command = python("explainer.bench.start", kind)
    done = subprocess.run(command, env=around, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _prepare() -> None:
    """Have everything in the cache that is there from the second start on; one picture stands for all."""
    from explainer.commands.scene_pictures import draw
    from explainer.contract.catalogue import CATALOGUE
    from explainer.contract.scene_index import SceneIndex
    from explainer.theme.tokens import THEMES
    from explainer.window.home.shelf import picture_path

    SceneIndex().learn(CATALOGUE.entry)
    for theme in THEMES:
        picture = draw(CATALOGUE.scene("gradient-descent"), theme)
        for folder in CATALOGUE.folders.values():
            if picture_path(folder, theme) != picture:
                shutil.copy(picture, picture_path(folder, theme))
    print("{}")  # noqa: T201


def _child(kind: str) -> None:
    """Be the program, watch for the moments, and end."""
    from explainer.contract.start import Start
    from explainer.window import app

    started = float(os.environ[STARTED])
    last = "start/live" if kind == SCENE else f"start/{kind}"
    moments: dict[str, float] = {}

    def note(name: str) -> None:
        if kind == SCENE:
            moments.setdefault("start/painted", time.time() - started)
        moments.setdefault(name, time.time() - started)
        if last in moments:
            print(json.dumps(moments), flush=True)  # noqa: T201
            app.quit_soon()

    def watch(window: MainWindow) -> QObject:
        if kind != SCENE:
            window.home.painted.connect(lambda: note(last))
            return window
        from explainer.bench.watch import Watch

        watching = Watch(window)
        watching.painted.connect(lambda live: note("start/live" if live else "start/painted"))
        return watching

    app.open_window(Start("gradient-descent") if kind == SCENE else Start(), watch)


if __name__ == "__main__":
    if sys.argv[1:] == [PREPARE]:
        _prepare()
    elif sys.argv[1:]:
        _child(sys.argv[1])
    else:
        main()
