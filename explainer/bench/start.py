"""From the start of the program to the painted window and to the first picture of the live run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from explainer.children import python

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from explainer.window.main_window import MainWindow

ROUNDS = 5
STARTED = "EXPLAINER_BENCH_STARTED"
"""Environment variable with the moment at which the program was started, in seconds of the system's clock."""


def main() -> None:
    """Start the program several times and print the medians as JSON."""
    rounds = [_start_once() for _ in range(ROUNDS)]
    print(json.dumps({name: statistics.median(one[name] for one in rounds) for name in rounds[0]}))  # noqa: T201


def _start_once() -> dict[str, float]:
    environment = {**os.environ, STARTED: repr(time.time()), "EXPLAINER_SETTINGS": os.devnull}
    command = python("explainer.bench.start", "child")
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _child() -> None:
    """Be the program, watch for the two moments, and end."""
    from explainer.contract.start import Start
    from explainer.window import app

    started = float(os.environ[STARTED])
    moments: dict[str, float] = {}

    def watch(window: MainWindow) -> QObject:
        from explainer.bench.watch import Watch

        watching = Watch(window)
        watching.painted.connect(lambda live: note("start/live" if live else "start/painted"))
        return watching

    def note(name: str) -> None:
        moments.setdefault("start/painted", time.time() - started)
        moments.setdefault(name, time.time() - started)
        if "start/live" in moments:
            print(json.dumps(moments), flush=True)  # noqa: T201
            app.quit_soon()

    app.open_window(Start("gradient-descent"), watch)


if __name__ == "__main__":
    _child() if sys.argv[1:] == ["child"] else main()
