"""The budgets of the project, measured on this machine: ``explainer bench``.

Each group of figures is measured in a process of its own, so that none disturbs another; the window
is real, on the screen there is or, without one, on Qt's offscreen platform.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from explainer.bench.figures import Figure, judge
from explainer.children import python

GROUPS = ("start", "ask", "window", "history", "kernel", "cnn", "flow", "maps", "kinds")
"""The modules of this package that measure, each printing one JSON object of name → value."""
LONGEST = 600


def main(as_json: bool = False, soak: float = 0.0) -> int:
    """Measure every group and print the figures with their budgets; return 0, or 1 when a group failed.

    ``soak`` are the minutes for which the window's growth is watched; 0 leaves that out.
    """
    values: dict[str, float] = {}
    failed = []
    for group, words in [*((group, ()) for group in GROUPS), *([("growth", (str(soak),))] if soak else [])]:
        print(f"measuring {group} …", file=sys.stderr, flush=True)  # noqa: T201
        found = measure(group, words, LONGEST + 60 * soak)
        values |= found
        if not found:
            failed.append(group)
    figures = judge(values)
    print(json.dumps([figure.plain() for figure in figures], indent=1) if as_json else table(figures))  # noqa: T201
    if not soak:
        print("not measured: growth over an hour (explainer bench --soak MINUTES)", file=sys.stderr)  # noqa: T201
    for group in failed:
        print(f"explainer: the group {group} could not be measured", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def measure(group: str, words: Sequence[str] = (), seconds: float = LONGEST) -> dict[str, float]:
    """Run one group in a process of its own, for ``seconds`` at most; return its values, none when it failed."""
    environment = dict(os.environ)
    if sys.platform.startswith("linux") and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = python(f"explainer.bench.{group}", *words)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, timeout=seconds, check=False)
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if done.returncode == 0 and lines else {}


def table(figures: list[Figure]) -> str:
    """Return the figures as a table for people."""
    rows = [("", "measured", "budget", "")]
    rows += [(figure.words, figure.shown(figure.value), figure.budget_words(), figure.verdict) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)
