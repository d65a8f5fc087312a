"""Which theme is in force: the system's, or the one that was chosen; and whether everything is large."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from explainer.theme.stylesheet import style_sheet
from explainer.theme.tokens import DARK, PRESENT_SCALE, TEXT_SCALES, THEMES, Tokens
from explainer.window.settings import Settings

SYSTEM = "system"


class ThemeChoice(QObject):
    """Holds the tokens in force; :attr:`changed` says that there are others."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._presenting = False
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def tokens(self) -> Tokens:
        """The tokens in force."""
        base = THEMES.get(self._settings.theme) or _system_theme()
        scale = max(self.text_scale, PRESENT_SCALE) if self._presenting else self.text_scale
        return replace(base, scale=scale) if scale != 1.0 else base

    @property
    def text_scale(self) -> float:
        """How large text is, as the reader chose: the nearest of those that there are."""
        return min(TEXT_SCALES, key=lambda scale: abs(scale - self._settings.text_scale))

    def resize_text(self, by: int) -> None:
        """Take text one size larger (1) or smaller (−1), or give it its usual size (0)."""
        at = TEXT_SCALES.index(self.text_scale) + by if by else 0
        wanted = TEXT_SCALES[min(max(at, 0), len(TEXT_SCALES) - 1)]
        if wanted != self.text_scale:
            self._settings.text_scale = wanted
            self.changed.emit()

    def switch(self) -> None:
        """Change between dark and light, and keep to it."""
        self._settings.theme = "light" if self.tokens.dark else "dark"
        self.changed.emit()

    def follow_system(self) -> None:
        """Take the system's theme, now and when it changes."""
        self._settings.theme = SYSTEM
        self.changed.emit()

    def set_presenting(self, presenting: bool) -> None:
        """Make everything large, or usual again."""
        if presenting != self._presenting:
            self._presenting = presenting
            self.changed.emit()

    def dress(self, application: QApplication) -> None:
        """Give the application the style sheet, palette and text size of the theme."""
        tokens = self.tokens
        with _no_collection():
            application.setPalette(_palette(tokens))
            application.setStyleSheet(style_sheet(tokens))

    def _system_changed(self) -> None:
        if self._settings.theme == SYSTEM:
            self.changed.emit()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from collecting garbage while Qt goes through all widgets.

    pyqtgraph's plots leave menus without a parent behind; one that is collected on the way ends the process.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _system_theme() -> Tokens:
    """Return the light theme where the system says so; the dark one suits a projector and is the default."""
    light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
    return THEMES["light"] if light else DARK


def _palette(tokens: Tokens) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.card,
        QPalette.ColorRole.AlternateBase: tokens.raised,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.selected,
        QPalette.ColorRole.HighlightedText: tokens.text,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.PlaceholderText: tokens.faint,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    return palette
