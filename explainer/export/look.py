"""How a picture in a file looks: size, theme, type and ground; plain, no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from explainer.contract.refused import Refused, shown
from explainer.theme.tokens import PRESENT_SCALE, THEMES, Tokens

LEAST, MOST = 40, 8_192
"""The sides of a picture in pixels of the stage."""
LEAST_SCALE, MOST_SCALE = 0.25, 8.0
MOST_PIXELS = 100_000_000
"""Pixels of a whole picture after scaling: what an image viewer still opens."""


@dataclass(frozen=True)
class Look:
    """A checked wish; raises :class:`Refused` for one that cannot be met."""

    size: tuple[int, int] = (1440, 900)
    """Width and height of the stage, as the window would lay it out."""
    scale: float = 1.0
    """Pixels of the file to one of the stage; an SVG is so many times as large."""
    theme: str = "dark"
    transparent: bool = False
    """Whether the ground is left out, so that the slide or page shows."""
    large: bool = False
    """Whether type is as large as in Present mode."""

    def __post_init__(self) -> None:
        """Check everything."""
        width, height = self.size
        if not (LEAST <= width <= MOST and LEAST <= height <= MOST):
            raise Refused(f"size = {width}x{height} is refused: give {LEAST} to {MOST} pixels a side", about="size")
        if not (math.isfinite(self.scale) and LEAST_SCALE <= self.scale <= MOST_SCALE):
            allowed = f"give a number from {LEAST_SCALE:g} to {MOST_SCALE:g}"
            raise Refused(f"scale = {self.scale:g} is refused: {allowed}", about="scale")
        if width * height * self.scale**2 > MOST_PIXELS:
            pixels = f"{width * self.scale:.0f}x{height * self.scale:.0f}"
            raise Refused(f"a picture of {pixels} pixels is refused: choose a smaller size or scale", about="scale")
        if self.theme not in THEMES:
            raise Refused(f"theme {shown(self.theme)} is refused: choose from {', '.join(THEMES)}", about="theme")

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of an image in pixels."""
        return round(self.size[0] * self.scale), round(self.size[1] * self.scale)

    def tokens(self) -> Tokens:
        """Return the colours and sizes of the theme as asked for."""
        tokens = replace(THEMES[self.theme], scale=PRESENT_SCALE if self.large else 1.0)
        return see_through(tokens) if self.transparent else tokens


def see_through(tokens: Tokens) -> Tokens:
    """Return the theme with grounds that show what is behind them; mixed with others they count as before."""
    window, card, canvas = (f"#00{colour[1:]}" for colour in (tokens.window, tokens.card, tokens.canvas))
    return replace(tokens, window=window, card=card, canvas=canvas)
