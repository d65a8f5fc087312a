"""How far a run is, on stderr: one line that changes on a terminal, a few lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping
from typing import TextIO

from explainer.contract.series import Series

ON_TERMINAL = 0.1
"""Seconds between two updates on a terminal."""
FIRST, LONGEST = 2.0, 120.0
"""Seconds to the first line elsewhere, then doubled from line to line up to the longest."""
UNREAD = 141
"""Exit status when the program that read the lines is gone: what it wanted, nobody wants any more."""


class Progress:
    """Says how many of ``total`` steps are done, how fast, and the metrics; quiet once nobody reads.

    Lines for a program end with that program: :class:`SystemExit` once they cannot be written.
    """

    def __init__(self, total: int, stream: TextIO | None = None, *, lines: bool = False) -> None:
        """``lines`` writes ten lines a second, for a program that reads them."""
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty() and not lines
        self._lines, self._total = lines, total
        self._started = time.perf_counter()
        self._interval = ON_TERMINAL if self._terminal or lines else FIRST
        self._due = self._started + self._interval
        self._open = False

    def due(self) -> bool:
        """Return whether it is time to say something."""
        return time.perf_counter() >= self._due

    def show(self, step: int, series: Mapping[str, Series]) -> None:
        """Say where the run is."""
        now = time.perf_counter()
        self._due = now + self._interval
        speed = step / max(now - self._started, 1e-9)
        self._update(f"step {step:,} of {self._total:,} · {speed:,.0f} steps/s{metric_words(series, step)}")

    def count(self, what: str, done: int, total: int) -> None:
        """Say how many of ``total`` are done, when it is time to."""
        if self.due() or done == total:
            self._due = time.perf_counter() + self._interval
            self._update(f"{what} {done:,} of {total:,}")

    def _update(self, words: str) -> None:
        if self._terminal:
            room = shutil.get_terminal_size().columns - 1
            self._write("\r" + words[:room].ljust(room))
            self._open = True
        else:
            self._write(words + "\n")
            self._interval = self._interval if self._lines else min(2 * self._interval, LONGEST)

    def say(self, words: str) -> None:
        """Write one line of its own."""
        self._write(("\n" if self._open else "") + words + "\n")
        self._open = False

    def end(self) -> None:
        """Close the line that changes."""
        if self._open:
            self._write("\n")
            self._open = False

    def _write(self, words: str) -> None:
        try:
            self._stream.write(words)
            self._stream.flush()
        except (OSError, ValueError):
            if self._lines:
                raise SystemExit(UNREAD) from None
            self._due = float("inf")


def metric_words(series: Mapping[str, Series], step: int, most: int = 4) -> str:
    """Return the latest values of the first few metrics, each after a separator."""
    latest = last_values(series, step)
    more = f" · {len(latest) - most} more" if len(latest) > most else ""
    return "".join(f" · {name} {latest[name]:.6g}" for name in list(latest)[:most]) + more


def last_values(series: Mapping[str, Series], step: int) -> dict[str, float]:
    """Return each metric's latest value at or before ``step``."""
    known = {name: one.up_to(step) for name, one in series.items()}
    return {name: float(values[-1]) for name, values in known.items() if len(values)}
