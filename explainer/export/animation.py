"""Animations: a picture for every n-th step as GIF or MP4; knows no Qt, pictures come as arrays."""

from __future__ import annotations

import contextlib
import errno
import io
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

import numpy as np
from PIL import Image

from explainer.export.palette import Palette
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
    """Hands pictures to ffmpeg as they come; raises ``OSError`` when it cannot write all of them."""

    def __init__(self, path: Path, size: tuple[int, int], rate: int) -> None:
        import imageio_ffmpeg

        self._path, self._rate = path, rate
        self._even = size[0] // 2 * 2, size[1] // 2 * 2
        self._last: np.ndarray | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "{}x{}".format(*self._even), "-r", str(rate), "-i", "-"]
        made = ["-an", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "18", "-preset", "medium"]
        ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error"]
        self._ffmpeg = subprocess.Popen(
            [*ffmpeg, *source, *made, "-movflags", "+faststart", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )

    def add(self, picture: np.ndarray) -> None:
        """Take the next picture; an odd last row or column is cut off, for the format has none."""
        width, height = self._even
        self._last = np.ascontiguousarray(picture[:height, :width])
        self._send(self._last)

    def finish(self, going_on: Callable[[int], None]) -> None:
        """Hold the last picture, and close the file."""
        for _ in range(round(HOLD * self._rate) - 1):
            if self._last is not None:
                self._send(self._last)
        try:
            self._pipe.close()
        except OSError:
            raise self._error() from None
        if self._ffmpeg.wait() or not self._path.is_file() or not self._path.stat().st_size:
            raise self._error()

    def close(self) -> None:
        """End ffmpeg, whether it is done or not."""
        self._ffmpeg.kill()
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._ffmpeg.wait()
        self._said.close()

    @property
    def _pipe(self) -> IO[bytes]:
        assert self._ffmpeg.stdin is not None
        return self._ffmpeg.stdin

    def _send(self, picture: np.ndarray) -> None:
        try:
            self._pipe.write(picture.tobytes())
        except OSError:
            raise self._error() from None

    def _error(self) -> OSError:
        """Return why ffmpeg ended, in its own words if they are not those of a full disk."""
        self._ffmpeg.wait()
        self._said.seek(0)
        said = " ".join(self._said.read().decode(errors="replace").split())
        if "No space left" in said:
            return OSError(errno.ENOSPC, "No space left on device")
        return OSError(errno.EIO, said[-200:] or "ffmpeg ended")
