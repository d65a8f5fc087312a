"""The window's icons by name, drawn from one icon font in the colours of a theme.

The font is Phosphor (MIT) as QtAwesome carries it. QtAwesome itself is not imported: through qtpy
that takes 0.14 s at start-up, the font file alone 6 ms.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from explainer.plots.base.blank import blank_pixmap
from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens

ICONS = {
    "play": "play-fill",
    "pause": "pause-fill",
    "backwards": "caret-left-fill",
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
    "help": "question-bold",
    "search": "magnifying-glass",
    "open": "folder-open",
    "save": "floppy-disk",
    "copy": "copy",
    "export": "export",
    "code": "code",
    "unfold": "caret-down-bold",
    "info": "info",
    "warning": "warning",
    "good": "check-circle",
    "home": "house",
    "question": "question",
    "book": "book-open",
    "term": "text-aa",
    "action": "lightning",
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
"""Our name → the glyph's name in Phosphor."""


def icon(name: str, tokens: Tokens, colour: str = "") -> QIcon:
    """Return an icon in the text colour of a theme, or in another ``colour``; ``KeyError`` if unknown.

    It is faint where disabled and has the accent colour where checked. The first call loads the font.
    """
    family, glyphs = _font()
    return QIcon(Glyph(family, chr(int(glyphs[ICONS[name]], 16)), tokens, colour))


def room_icon(room: str) -> str:
    """Return the name of a room's icon; of a room that has none, that of scenes in general."""
    name = room.lower().replace(" ", "-")
    return name if name in ICONS else "foundations"


class Glyph(QIconEngine):
    """Draws one character of an icon font, sharp at every size."""

    def __init__(self, family: str, character: str, tokens: Tokens, colour: str) -> None:
        super().__init__()
        self._family, self._character = family, character
        self._tokens, self._colour = tokens, colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the character in the middle of ``rect``."""
        font = QFont(self._family)
        font.setPixelSize(max(1, rect.height()))
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(self._pen(mode, state)))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon on a transparent ground."""
        picture = blank_pixmap(size.width(), size.height(), 1.0)
        painter = QPainter(picture)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        """Return a copy; Qt asks for one when an icon is about to be changed."""
        return Glyph(self._family, self._character, self._tokens, self._colour)

    def _pen(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode is QIcon.Mode.Disabled:
            return self._tokens.faint
        return self._colour or (self._tokens.accent if state is QIcon.State.On else self._tokens.text)


@cache
def _font() -> tuple[str, dict[str, str]]:
    """Return the family of the loaded font and glyph name → hexadecimal code point."""
    package = importlib.util.find_spec("qtawesome")
    if package is None or package.origin is None:
        raise ModuleNotFoundError(tr("the icons need the package QtAwesome: python -m pip install QtAwesome"))
    folder = Path(package.origin).parent / "fonts"
    number = QFontDatabase.addApplicationFont(str(next(folder.glob("phosphor-[0-9]*.ttf"))))
    charmap = json.loads(next(folder.glob("phosphor-charmap-*.json")).read_text(encoding="utf-8"))
    return QFontDatabase.applicationFontFamilies(number)[0], charmap
