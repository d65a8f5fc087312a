"""The budgets of the project, measured on this machine: ``explainer bench [GROUP …]``.

Each group of figures is measured in a process of its own, so that none disturbs another; the window
is real, on the screen there is or, without one, on Qt's offscreen platform.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence

from explainer.bench.figures import Figure, judge
from explainer.children import python

GROUPS = {
    "start": 60,
    "ask": 30,
    "window": 120,
    "history": 120,
    "kernel": 60,
    "cnn": 90,
    "flow": 120,
    "maps": 90,
    "playground": 90,
    "language": 120,
    "kinds": 60,
}
"""The modules of this package that measure, and the seconds that each may take.

Each prints JSON objects of name → value, the last of which has all that were found.
"""
SOAK = "soak"


def main(as_json: bool = False, soak: float = 0.0, groups: Sequence[str] = ()) -> int:
    """Measure these groups, or all, and print the figures with their budgets; return 0, or 1 when a group failed.

    ``soak`` are the minutes for which all scenes play in turn to see what stays behind; 0 leaves that out.
    """
    figures: list[Figure] = []
    failed = []
    for group in [*(groups or GROUPS), *([SOAK] if soak else [])]:
        longest = GROUPS.get(group, 60 * soak + 120)
        _say(f"{group}: {longest:.0f} s at most …")
        started = time.monotonic()
        values, why = measure(group, (str(soak),) if group == SOAK else (), longest)
        found = judge(values)
        figures += found
        if found and not as_json:
            print(table(found), flush=True)  # noqa: T201
        _say(f"{group}: {why or 'measured'}, {time.monotonic() - started:.0f} s")
        if why:
            failed.append(group)
    if as_json:
        print(json.dumps([figure.plain() for figure in figures], indent=1))  # noqa: T201
    _say(summary(figures))
    if not soak:
        _say("not measured: growth over an hour (explainer bench --soak MINUTES)")
    return 1 if failed else 0


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201


def measure(group: str, words: Sequence[str] = (), seconds: float = 60) -> tuple[dict[str, float], str]:
    """Run one group in a process of its own, for ``seconds`` at most.

    Return what it found, as far as it came, and what it ended of when that was not its end.
    """
    environment = dict(os.environ)
    if sys.platform.startswith("linux") and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = python(f"explainer.bench.{group}", *words)
    why = ""
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, timeout=seconds, check=False)
        printed = done.stdout
        why = "" if done.returncode == 0 else f"failed with status {done.returncode}"
    except subprocess.TimeoutExpired as expired:
        printed, why = expired.stdout or b"", f"took longer than {seconds:.0f} s"
    lines = [line for line in printed.decode(errors="replace").splitlines() if line.startswith("{")]
    return (json.loads(lines[-1]), why) if lines else ({}, why or "found nothing")


def summary(figures: Sequence[Figure]) -> str:
    """Return how many budgets are met, and which are not."""
    judged = [figure for figure in figures if figure.verdict]
    short = [figure.words for figure in judged if figure.verdict != "met"]
    words = f"{len(judged) - len(short)} of {len(judged)} budgets met"
    return f"{words}; not: {'; '.join(short)}" if short else words


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table for people."""
    rows = [(figure.words, figure.shown(figure.value), figure.budget_words(), figure.verdict) for figure in figures]
    least = (66, 12, 12, 0)
    widths = [max(least[column], *(len(row[column]) for row in rows)) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)
