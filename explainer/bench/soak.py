"""Whether anything stays behind in a long session: ``python -m explainer.bench.soak MINUTES``.

Every scene plays in turn, for a minute or for as long as three rounds leave it. The window holds its series in
a small share of their usual budget, so that they are full, and are thinned again and again, early on. The same
scene is compared with itself: as it was in the first round that began after a sixth of the time, and in the last.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from explainer.bench.driving import Figures, Wait, print_figures
from explainer.bench.window import SCENE, resident
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.series import share_budget
from explainer.contract.start import Start
from explainer.window.main_window import MainWindow
from explainer.window.run import received

SERIES = 2 * 2**20
"""Bytes of series in the window: full after some twenty thousand steps."""
LONGEST_STAY = 60.0
"""Seconds for which a scene plays before the next one is opened."""
FEWEST_ROUNDS = 3
WARM_UP = 1 / 6
"""The share of the time after which nothing may grow: ten minutes of an hour."""
Reading = Mapping[str, float]
COLUMNS = {"window": "MB", "engine": "MB", "widgets": "", "timers": "", "files": "", "engine files": ""}
"""What is read at the end of each stay, and its unit."""


def measure(minutes: float, window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Play every scene in turn, flat out, and read at the end of each stay what there is, writing into ``figures``."""
    scenes = [scene for scene in CATALOGUE.scenes() if not scene.missing]
    stay = min(LONGEST_STAY, 60 * minutes / FEWEST_ROUNDS / len(scenes))
    count = max(FEWEST_ROUNDS, round(60 * minutes / stay / len(scenes)))
    rounds: list[list[Reading]] = []
    for number in range(count):
        rounds.append([])
        for scene in scenes:
            window.session.open_scene(scene)
            yield partial(_is_there, window, scene.name)
            window.session.course.set_speed(None)
            window.session.course.play()
            yield stay
            rounds[-1].append(read(window))
        sys.stderr.write(f"round {number + 1} of {count}: {_words(rounds[-1])}\n")
        sys.stderr.flush()
    window.session.course.pause()
    figures.update(growth(rounds[max(1, round(WARM_UP * count)) :] if count > 2 else rounds))


def _is_there(window: MainWindow, name: str) -> bool:
    frame = window.session.frame
    return frame is not None and frame.scene == name


def read(window: MainWindow) -> Reading:
    """Return what there is just now, after what waits to be collected has been."""
    gc.collect()
    process = window.session.engine.link.process_id
    return {
        "window": resident(os.getpid()),
        "engine": resident(process),
        "widgets": len(QApplication.allWidgets()),
        "timers": sum(len(top.findChildren(QTimer)) for top in QApplication.topLevelWidgets() if top.parent() is None),
        "files": _open_files(os.getpid()),
        "engine files": _open_files(process),
    }


def growth(rounds: Sequence[Sequence[Reading]]) -> Figures:
    """Return by how many per cent each reading of a scene has grown from the first to the last round: the median."""
    grown = {
        name: [
            100 * (last[name] - first[name]) / max(first[name], 1)
            for first, last in zip(rounds[0], rounds[-1], strict=True)
        ]
        for name in COLUMNS
    }
    return {f"soak/{name}": statistics.median(found) for name, found in grown.items()}


def _words(readings: Sequence[Reading]) -> str:
    """Return the means over all scenes, and the widgets of each."""
    means = {name: statistics.mean(reading[name] for reading in readings) for name in COLUMNS}
    return ", ".join(f"{name} {mean:.0f}{f' {COLUMNS[name]}' if COLUMNS[name] else ''}" for name, mean in means.items())


def _open_files(process: int) -> int:
    """Return how many files and pipes a process has open, 0 where the system does not say."""
    try:
        return len(os.listdir(f"/proc/{process}/fd"))
    except OSError:
        return 0


if __name__ == "__main__":
    received.share_budget = partial(share_budget, budget=SERIES)  # type: ignore[attr-defined]
    print_figures(Start(SCENE), partial(measure, float(sys.argv[1])))
