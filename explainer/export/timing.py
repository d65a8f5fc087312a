"""Which steps an animation shows and how fast; plain."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from explainer.contract.refused import Refused

MOST_PICTURES = 3_000
HOLD = 2.0
"""Seconds for which the last picture stays."""
_REMEDY = 'python -m pip install ".[video]" in a clone of this program'


@dataclass(frozen=True)
class Timing:
    """Which steps are shown and how fast; raises :class:`Refused`."""

    every: int = 1
    first: int = 0
    rate: int = 15
    """Pictures a second."""

    def __post_init__(self) -> None:
        """Check everything."""
        for name, value, low, high in (("every", self.every, 1, 10**9), ("from", self.first, 0, 10**9)):
            if not low <= value <= high:
                raise Refused(f"{name} = {value} is refused: give a whole number from {low}", about=name)
        if not 1 <= self.rate <= 50:
            raise Refused(f"fps = {self.rate} is refused: give 1 to 50 pictures a second", about="fps")

    def steps(self, last: int) -> list[int]:
        """Return the steps that are shown, ``last`` always being one; raise :class:`Refused` if they are too many."""
        if self.first > last:
            raise Refused(f"from = {self.first} is refused: the run ends at step {last}", about="from")
        count = -(-(last - self.first) // self.every) + 1
        if count > MOST_PICTURES:
            least = -(-(last - self.first) // (MOST_PICTURES - 1))
            raise Refused(
                f"{count} pictures are refused: at most {MOST_PICTURES} go into an animation; "
                f"show every {least} steps or fewer of them",
                about="every",
            )
        return [*range(self.first, last, self.every), last]


def check_video() -> None:
    """Raise :class:`Refused` where MP4 cannot be written."""
    try:
        import imageio_ffmpeg

        imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        raise Refused(
            f"MP4 needs imageio-ffmpeg, which is not there: {_REMEDY}; or choose a .gif", "animation"
        ) from None


def durations(count: int, rate: int) -> list[int]:
    """Return the milliseconds of each picture in whole hundredths of a second, as GIF has them; right in the mean."""
    ends = [round(100 * index / rate) for index in range(count + 1)]
    shown = [10 * (end - begin) for begin, end in itertools.pairwise(ends)]
    return [*shown[:-1], round(1000 * HOLD)]
