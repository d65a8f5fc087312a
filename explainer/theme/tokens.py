"""The colours and sizes of the dark and the light theme, named by what they are for."""

from __future__ import annotations

from dataclasses import dataclass

GRID = 8
"""The spacing grid in pixels; every margin is a multiple of half of it."""
RADIUS = 8
SMALL, CAPTION, BODY, TITLE = 11, 12, 13, 18
"""Text sizes in pixels: ticks and small print, captions, running text and controls, headings."""
PRESENT_SCALE = 1.5
"""How much larger everything is in a lecture hall, at the least."""
TEXT_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)
"""The sizes of text that a reader can choose, as shares of the usual one."""


@dataclass(frozen=True)
class Tokens:
    """One theme. Colours are ``#rrggbb``."""

    name: str
    window: str
    bar: str
    card: str
    canvas: str
    raised: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    selected: str
    warning: str
    warning_back: str
    good: str
    danger: str
    series: tuple[str, ...]
    """The Okabe–Ito colours, adjusted in lightness so that each reads on the canvas."""
    scale: float = 1.0
    """Multiplies every text size: one of :data:`TEXT_SCALES`."""

    @property
    def dark(self) -> bool:
        """Whether this is the dark theme."""
        return self.name == "dark"

    def size(self, pixels: float) -> int:
        """Return a text size or length scaled for this theme."""
        return round(pixels * self.scale)

    def series_colour(self, index: int) -> str:
        """Return the colour of the ``index``-th series; they repeat after the palette's end."""
        return self.series[index % len(self.series)]


DARK = Tokens(
    name="dark",
    window="#11141a",
    bar="#0d1015",
    card="#171b21",
    canvas="#161e26",
    raised="#1b212a",
    border="#272d36",
    text="#e4e7eb",
    muted="#98a1ac",
    faint="#5d6670",
    accent="#56b4e9",
    on_accent="#0d1015",
    selected="#1d3a50",
    warning="#ecc069",
    warning_back="#2a2113",
    good="#35c298",
    danger="#f08a5d",
    series=("#56b4e9", "#e69f00", "#2fbf94", "#d98ab8", "#f0e442", "#e0723c", "#8aa4f0", "#b8bec6"),
)

LIGHT = Tokens(
    name="light",
    window="#f3f5f8",
    bar="#ffffff",
    card="#ffffff",
    canvas="#f6f9fc",
    raised="#edf1f5",
    border="#d5dbe3",
    text="#1a2129",
    muted="#57626e",
    faint="#98a2ad",
    accent="#0072b2",
    on_accent="#ffffff",
    selected="#d5e8f5",
    warning="#7a5200",
    warning_back="#fdf3dc",
    good="#00775a",
    danger="#b84a00",
    series=("#0072b2", "#c77f00", "#00805f", "#b0578c", "#8f8500", "#c24e00", "#4a63c4", "#5b6570"),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
