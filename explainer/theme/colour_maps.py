"""Colour maps as look-up tables: magnitudes (viridis, cividis), signs (blue–orange), weights, images, photographs."""

from __future__ import annotations

from functools import cache

import numpy as np

from explainer.theme.tokens import Tokens

# Nine evenly spaced colours of each map, as published with matplotlib (CC0).
_VIRIDIS = "440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725"
_CIVIDIS = "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 fee838"


@cache
def table(name: str, size: int = 256) -> np.ndarray:
    """Return the colour map ``viridis`` or ``cividis`` as RGB, shape (size, 3), uint8."""
    return _between({"viridis": _VIRIDIS, "cividis": _CIVIDIS}[name].split(), size)


@cache
def signed(tokens: Tokens, size: int = 256) -> np.ndarray:
    """Return blue (negative) over the canvas colour (zero) to orange (positive), (size, 3) uint8."""
    blue, orange = ("3d9bdc", "e08a1e") if tokens.dark else ("2272b4", "c86400")
    return _between([blue, tokens.canvas.lstrip("#"), orange], size)


@cache
def ink(tokens: Tokens, size: int = 256) -> np.ndarray:
    """Return the canvas colour (lowest) to the colour of text, for images of numbers, (size, 3) uint8."""
    stops = "161e26 2a3947 5a7388 aebdca" if tokens.dark else "f6f9fc dbe4ec a3b6c6 3f566a"
    return _between(stops.split(), size)


@cache
def accent(tokens: Tokens, size: int = 256) -> np.ndarray:
    """Return the raised ground (lowest) to the accent, for weights, (size, 3) uint8."""
    return _between([tokens.raised.lstrip("#"), tokens.accent.lstrip("#")], size)


@cache
def paper(tokens: Tokens, size: int = 256) -> np.ndarray:
    """Return the canvas' colour (lowest) to that of text itself, for images that are ink on paper, (size, 3) uint8."""
    return _between([tokens.canvas.removeprefix("#"), tokens.text.removeprefix("#")], size)


@cache
def photograph(tokens: Tokens, size: int = 256) -> np.ndarray:
    """Return black to white, for brightness that is brightness in every theme, shape (size, 3), uint8."""
    return _between(["0a0a0a", "f7f7f7"], size)


@cache
def depth(tokens: Tokens, size: int = 256) -> np.ndarray:
    """Return the quiet map of loss surfaces, low values accented, shape (size, 3), uint8."""
    dark, light = "3f8aa8 2b5d77 1f3a4e 1b2a38 17202a", "8fc6de b3d9ea d2e8f2 e6f1f7 f4f8fb"
    return _between((dark if tokens.dark else light).split(), size)


def _between(stops: list[str], size: int) -> np.ndarray:
    colours = np.array([[int(stop[i : i + 2], 16) for i in (0, 2, 4)] for stop in stops], float)
    places = np.linspace(0, len(colours) - 1, size)
    channels = [np.interp(places, np.arange(len(colours)), colours[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)
