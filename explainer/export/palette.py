"""One palette for all pictures of an animation, so that nothing flickers; NumPy and Pillow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

COLOURS = 256
_SAMPLES = 65_536
"""Pixels that the palette is found from."""


class Palette:
    """At most 256 colours for all pictures of an animation, and the nearest of them to any other."""

    def __init__(self, pictures: Iterable[np.ndarray], pinned: Sequence[str]) -> None:
        """``pictures`` are samples (rows, columns, 3) uint8; the colours ``pinned`` (``#rrggbb``) are kept exactly.

        Colours count by the root of how often they occur: a ball is as dear as the ground it rolls on.
        """
        kept = list(dict.fromkeys(tuple(bytes.fromhex(name[-6:])) for name in pinned))[: COLOURS // 2]
        colours, counts = _histogram(pictures)
        shares = np.sqrt(counts)
        repeats = np.maximum(1, np.round(shares / shares.sum() * _SAMPLES)).astype(int)
        samples = Image.fromarray(np.repeat(colours, repeats, axis=0)[None])
        found = samples.quantize(COLOURS - len(kept), Image.Quantize.MEDIANCUT).getpalette() or []
        others = np.array(found[: 3 * (COLOURS - len(kept))], np.uint8).reshape(-1, 3)
        self.colours = np.concatenate([np.array(kept, np.uint8).reshape(-1, 3), others])
        self._nearest = np.full(1 << 24, -1, np.int16)

    def reduce(self, picture: np.ndarray) -> Image.Image:
        """Return a picture in these colours; without dithering, whose grain would crawl."""
        packed = _packed(picture)
        missing = np.unique(packed[self._nearest[packed] < 0])
        for part in np.array_split(missing, max(1, len(missing) // 4_096)):
            away = _unpacked(part)[:, None, :].astype(np.int32) - self.colours.astype(np.int32)
            self._nearest[part] = (away**2).sum(-1).argmin(1)
        made = Image.fromarray(self._nearest[packed].astype(np.uint8))
        made.putpalette(self.colours.ravel().tolist())
        return made


def _histogram(pictures: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the most frequent colours (n, 3) of all pictures and how often each occurs."""
    packed = np.concatenate([_packed(picture).ravel() for picture in pictures])
    values, counts = np.unique(packed, return_counts=True)
    most = np.argsort(-counts, kind="stable")[:_SAMPLES]
    return _unpacked(values[most]), counts[most].astype(float)


def _packed(picture: np.ndarray) -> np.ndarray:
    """Return each pixel's colour as one number."""
    parts = picture.astype(np.uint32)
    packed: np.ndarray = (parts[..., 0] << 16) | (parts[..., 1] << 8) | parts[..., 2]
    return packed


def _unpacked(packed: np.ndarray) -> np.ndarray:
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], -1).astype(np.uint8)
