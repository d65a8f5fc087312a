"""``python -m tests.monkey --seed 3 --moves 2000``: a random user; ``--cut`` looks for the shortest list that fails.

``--do click:12,key:7`` makes just these moves. Each trial is a process of its own, for a fault may be its end.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.monkey.moves import Move, drawn, told, understood
from tests.monkey.shortest import shortest

FAULT = 1
LONGEST = 3_000
"""Seconds that a trial may take."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--moves", type=int, default=1_000)
    parser.add_argument("--scene", default="gradient-descent")
    parser.add_argument("--do", default="", help="these moves and no others")
    parser.add_argument("--cut", action="store_true", help="when it fails, find the shortest list that does")
    parser.add_argument("--here", action="store_true", help="in this process")
    options = parser.parse_args()
    moves = understood(options.do) or drawn(options.seed, options.moves)
    if options.here:
        return try_here(moves, options.scene)
    found = trial(moves, options.scene)
    print(f"seed {options.seed}: {found or f'{len(moves)} moves, no fault'}", flush=True)  # noqa: T201
    if found and options.cut:
        kind = kind_of(found)
        left = shortest(moves[: last_move(found) + 1], lambda some: kind_of(trial(some, options.scene)) == kind)
        print(f"python -m tests.monkey --scene {options.scene} --do {told(left)}")  # noqa: T201
    return FAULT if found else 0


def try_here(moves: Sequence[Move], scene: str) -> int:
    """Make the moves in this process; write a fault, with the number of its move, to standard output."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["EXPLAINER_SCENES"] = str(Path(__file__).parent.parent / "scenes_for_tests")
    faulthandler.enable()
    from PySide6.QtCore import QStandardPaths
    from PySide6.QtWidgets import QApplication

    from tests.monkey.trial import try_moves

    QStandardPaths.setTestModeEnabled(True)
    application = QApplication(["monkey"])
    application.setStyle("fusion")
    with tempfile.TemporaryDirectory() as folder:
        fault = try_moves(moves, Path(folder), scene, lambda at: print(f"at {at}", flush=True))  # noqa: T201
    if fault is not None:
        print(f"fault {fault.words}")  # noqa: T201
    return FAULT if fault is not None else 0


def trial(moves: Sequence[Move], scene: str) -> str:
    """Make the moves in a process of its own; return what went wrong after which move, empty for nothing."""
    command = [sys.executable, "-m", "tests.monkey", "--here", "--scene", scene, "--do", told(moves)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
        status, said, errors = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        status, said, errors = -1, (late.stdout or b"").decode(), "it never came to an end"
    if status == 0:
        return ""
    before, _, words = said.partition("fault ")
    at = int(before.split()[-1]) if before.split() else 0
    words = words or f"the process ended with {status}\n{errors[-1500:]}"
    return f"move {at} ({moves[at] if at < len(moves) else 'the end'}): {words}"


def last_move(found: str) -> int:
    """Return the number of the move at which it went wrong."""
    return int(found.split()[1])


def kind_of(found: str) -> str:
    """Return what makes two faults the same: what Qt says, or the last line."""
    lines = found.strip().splitlines()
    return next((line[line.index("Qt says") :] for line in lines if "Qt says" in line), lines[-1] if lines else "")[:60]


if __name__ == "__main__":
    sys.exit(main())
