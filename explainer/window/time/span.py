"""Which steps the time line shows: all that are known, or those that the reader has zoomed to."""

from __future__ import annotations

FIRST_SPAN = 60
"""How many steps the line shows at first, at the most; it grows by half when the run comes to its end."""
GROWTH = 1.5
FEWEST = 10.0
"""So many steps are seen at the least."""


class Span:
    """A range of steps; zooming by hand leaves the whole, which goes on growing with the run."""

    def __init__(self) -> None:
        self._first = self._whole = float(FIRST_SPAN)
        self._known = 0
        self._seen: tuple[float, float] | None = None

    @property
    def range(self) -> tuple[float, float]:
        """The steps at both ends of the line."""
        return self._seen or (0.0, self._whole)

    @property
    def is_zoomed(self) -> bool:
        """Whether a part is seen."""
        return self._seen is not None

    def take(self, step: int, known: int, usual: int, *, moved: bool) -> None:
        """Grow with the run, begin afresh with a new one; a run that has ``moved`` out of sight is followed."""
        first = float(min(usual, FIRST_SPAN))
        if known < self._known or first != self._first:
            self._first = self._whole = first
            self._seen = None
        self._known = known
        while known > self._whole:
            self._whole *= GROWTH
        if self._seen and moved and not self._seen[0] <= step <= self._seen[1]:
            self.pan((step - sum(self._seen) / 2) / (self._seen[1] - self._seen[0]))

    def zoom(self, factor: float, about: float) -> None:
        """Make the range ``factor`` times as wide, the step ``about`` staying where it is; the whole is the most."""
        low, high = self.range
        factor = max(factor, min(1.0, FEWEST / (high - low)))
        wide = (high - low) * factor
        if wide >= self._whole:
            self._seen = None
            return
        self._see(about - (about - low) * factor, wide)

    def pan(self, share: float) -> None:
        """Move what is seen by a share of its width."""
        if self._seen:
            low, high = self._seen
            self._see(low + share * (high - low), high - low)

    def show_all(self) -> None:
        """Go back to the whole."""
        self._seen = None

    def _see(self, low: float, wide: float) -> None:
        low = min(max(0.0, low), self._whole - wide)
        self._seen = (low, low + wide)
