"""The window's icons by name, drawn from one icon font in the colours of a theme."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon

from explainer.theme.tokens import Tokens

if TYPE_CHECKING:
    from qtawesome.iconic_font import IconicFont

ICONS = {
    "play": "play-fill",
    "pause": "pause-fill",
    "step": "skip-forward-fill",
    "step-back": "skip-back-fill",
    "phase": "arrow-bend-down-right-bold",
    "reset": "arrow-counter-clockwise-bold",
    "seed": "dice-five",
    "theme": "circle-half-fill",
    "add": "plus-bold",
    "close": "x-bold",
    "maximize": "corners-out-bold",
    "restore": "corners-in-bold",
    "menu": "list-bold",
    "more": "dots-three-bold",
    "search": "magnifying-glass",
    "open": "folder-open",
    "copy": "copy",
    "unfold": "caret-down-bold",
    "info": "info",
    "warning": "warning",
    "good": "check-circle",
    "home": "house",
    "foundations": "cube",
    "optimization": "triangle",
    "gradient-flow": "waves",
    "convolution": "grid-four",
    "sequences": "dots-three-outline",
    "attention": "target",
    "generative": "sparkle",
    "generalization": "chart-line",
    "learning-settings": "sliders-horizontal",
}
"""Our name → the glyph's name in Phosphor (MIT), as QtAwesome carries it."""


def icon(name: str, tokens: Tokens, colour: str = "") -> QIcon:
    """Return an icon in the text colour of a theme, or in another ``colour``; ``KeyError`` if unknown.

    The first call imports QtAwesome and loads one font.
    """
    return _font().icon(
        f"ph.{ICONS[name]}",
        color=colour or tokens.text,
        color_disabled=tokens.faint,
        color_on=colour or tokens.accent,
        scale_factor=1.1,
    )


@cache
def _font() -> IconicFont:
    """Load Phosphor alone; QtAwesome's own ``icon`` would load all of its eleven fonts."""
    import qtawesome
    from qtawesome.iconic_font import IconicFont

    folder = Path(qtawesome.__file__).parent / "fonts"
    known = {path.name.partition("-")[0]: path.name for path in sorted(folder.glob("phosphor-[0-9]*.ttf"))}
    version = known["phosphor"].removeprefix("phosphor-")
    charmap = f"phosphor-charmap-{version.removesuffix('.ttf')}.json"
    return IconicFont(("ph", known["phosphor"], charmap, str(folder)))
