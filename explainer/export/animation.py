"""Animations: a picture for every n-th step as GIF or MP4; knows no Qt, pictures come as arrays."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from explainer.export.palette import Palette
from explainer.export.place import refusal
from explainer.export.timing import HOLD, durations

_SEEN = 12
"""Pictures, evenly apart, from which the palette is found."""


class Film(Protocol):
    """Takes pictures (rows, columns, 3) uint8 of one size and becomes a file."""

    def add(self, picture: np.ndarray) -> None:
        """Take the next picture."""

    def finish(self, going_on: Callable[[int], None]) -> None:
        """Write the file; ``going_on`` is told how many pictures are written, and may raise to stop."""

    def close(self) -> None:
        """Give back what is held, whether finished or not."""


def film(path: Path, size: tuple[int, int], rate: int, pinned: Sequence[str]) -> Film:
    """Return what writes ``path``, by its ending; ``pinned`` are colours (``#rrggbb``) that a GIF keeps exactly."""
    return Mp4(path, size, rate) if path.suffix.lower() == ".mp4" else Gif(path, rate, pinned)


class Gif:
    """Keeps every picture, packed, until one palette for all of them is known."""

    def __init__(self, path: Path, rate: int, pinned: Sequence[str]) -> None:
        self._path, self._rate, self._pinned = path, rate, pinned
        self._packed: list[bytes] = []

    def add(self, picture: np.ndarray) -> None:
        """Take the next picture."""
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
        self._packed.append(buffer.getvalue())

    def finish(self, going_on: Callable[[int], None]) -> None:
        """Write the file, endless."""
        count = len(self._packed)
        chosen = np.unique(np.linspace(0, count - 1, min(count, _SEEN)).round().astype(int)).tolist()
        palette = Palette((self._picture(index) for index in chosen), self._pinned)
        pictures = self._reduced(palette, going_on)
        next(pictures).save(
            self._path,
            "GIF",
            save_all=True,
            append_images=pictures,
            duration=durations(count, self._rate),
            loop=0,
            optimize=False,
            disposal=1,
        )

    def close(self) -> None:
        """Forget the pictures."""
        self._packed.clear()

    def _picture(self, index: int) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(self._packed[index])))

    def _reduced(self, palette: Palette, going_on: Callable[[int], None]) -> Iterator[Image.Image]:
        for index in range(len(self._packed)):
            going_on(index)
            yield palette.reduce(self._picture(index))


class Mp4:
    """Hands pictures to ffmpeg as they come."""

    def __init__(self, path: Path, size: tuple[int, int], rate: int) -> None:
        import imageio_ffmpeg

        self._path, self._rate = path, rate
        self._even = size[0] // 2 * 2, size[1] // 2 * 2
        self._last: np.ndarray | None = None
        self._writer: Any = imageio_ffmpeg.write_frames(
            str(path),
            self._even,
            fps=rate,
            codec="libx264",
            pix_fmt_out="yuv420p",
            macro_block_size=2,
            output_params=["-crf", "18", "-preset", "medium", "-movflags", "+faststart"],
            ffmpeg_log_level="error",
        )
        self._writer.send(None)

    def add(self, picture: np.ndarray) -> None:
        """Take the next picture; an odd last row or column is cut off, for the format has none."""
        width, height = self._even
        self._last = np.ascontiguousarray(picture[:height, :width])
        self._send(self._last)

    def finish(self, going_on: Callable[[int], None]) -> None:
        """Hold the last picture, and close the file."""
        for _ in range(round(HOLD * self._rate) - 1 if self._last is not None else 0):
            self._send(self._last)
        self.close()
        if not self._path.is_file() or not self._path.stat().st_size:
            raise refusal(self._path, OSError(0, "ffmpeg could not write it"), "animation")

    def close(self) -> None:
        """End ffmpeg."""
        self._writer.close()

    def _send(self, picture: np.ndarray | None) -> None:
        try:
            self._writer.send(picture)
        except (StopIteration, OSError) as error:
            said = " ".join(str(error).split())
            full = "No space left" in said
            why = "No space left on device" if full else said[-200:] or "ffmpeg ended"
            raise refusal(self._path, OSError(0, why), "animation") from None
