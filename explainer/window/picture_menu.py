"""The "+ picture" menu: the pictures that are not out, each with a thumbnail of what it shows now."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QToolButton

from explainer.theme.tokens import DARK, Tokens
from explainer.window.session import Session
from explainer.window.stage import Stage

THUMBNAIL = QSize(160, 96)


class PictureMenu(QObject):
    """Fills the menu of a button with the pictures of the scene that can be brought out."""

    def __init__(self, button: QToolButton, stage: Stage, session: Session) -> None:
        super().__init__(button)
        self._button = button
        self._stage = stage
        self._session = session
        self._tokens = DARK
        button.menu().aboutToShow.connect(self._fill)

    def refresh(self) -> None:
        """Say how many pictures there are to bring out."""
        count = len(self._stage.away)
        self._button.setText(f"+ {count} picture{'s' if count != 1 else ''}")
        self._button.setVisible(count > 0)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self._button.setIconSize(THUMBNAIL)

    def _fill(self) -> None:
        menu = self._button.menu()
        menu.clear()
        for kind in self._stage.away:
            action = menu.addAction(f"{kind.title}\n{kind.about}" if kind.about else kind.title)
            action.setToolTip(kind.about or kind.title)
            action.triggered.connect(lambda _=False, key=kind.key: self._stage.bring_out(key))
