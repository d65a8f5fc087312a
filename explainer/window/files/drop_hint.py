"""What one sees while a file is dragged over the window, and where it falls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from explainer.contract.run_file import SUFFIX
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, RADIUS, TITLE, Tokens

INSET = 24
VEIL = 215
"""How much of the window the hint covers, of 255."""


class DropHint(QWidget):
    """Lies over a window while a file is dragged across it and takes the file."""

    dropped = Signal(QMimeData)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("drop-hint")
        self.setAccessibleName(tr("Drop a run file"))
        self.setToolTip(tr("A run file ends with {suffix}").format(suffix=SUFFIX))
        self.setAcceptDrops(True)
        self._tokens = DARK
        self.words = ""
        self.also: Callable[[Path], str] = nothing_else
        """Says what becomes of a file that is no run file; empty where it is not welcome."""
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self.hide()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: appear when a file enters the window, stay as large as it is, take what falls beside."""
        if isinstance(event, QDragEnterEvent):
            self.dragEnterEvent(event)
            return event.isAccepted()
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.dropEvent(event)
            return True
        if isinstance(event, QDragLeaveEvent):
            self.hide()
        if isinstance(event, QResizeEvent) and self.isVisible():
            self._cover()
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: files are welcome, and nothing else is."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.words = _words(event.mimeData(), self.also)
            self.setAccessibleDescription(self.words)
            self._cover()
            self.show()
            self.raise_()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Qt: the file is elsewhere."""
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: hand the file on."""
        self.hide()
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.dropped.emit(event.mimeData())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a veil over the window, a frame and a line of words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self._tokens.window)
        veil.setAlpha(VEIL)
        painter.fillRect(self.rect(), veil)
        place = QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
        painter.setPen(QPen(QColor(self._tokens.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(place, 2 * RADIUS, 2 * RADIUS)
        font = QFont(self.font())
        font.setPixelSize(self._tokens.size(TITLE))
        painter.setFont(font)
        painter.setPen(QColor(self._tokens.text))
        inside = place.adjusted(INSET, INSET, -INSET, -INSET)
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())


def nothing_else(path: Path) -> str:
    """Welcome run files only."""
    return ""


def _words(held: QMimeData, also: Callable[[Path], str]) -> str:
    """Say what will happen to what is dragged."""
    names = [url.fileName() for url in held.urls()]
    if len(names) == 1 and names[0].endswith((SUFFIX, SUFFIX[1:])):
        return tr("Drop to open {name}").format(name=names[0])
    path = only_file(held)
    return (also(path) if path is not None else "") or tr("Drop one run file (*{suffix}) to open it").format(
        suffix=SUFFIX
    )


def only_file(held: QMimeData) -> Path | None:
    """Return the one file of this machine that is held, None for none or several."""
    urls = held.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
