"""What looks like a field and opens the palette: in the top bar, and large on the home page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from explainer.stage.icons import icon
from explainer.stage.translation import tr
from explainer.theme.tokens import BODY, CAPTION, DARK, RADIUS, Tokens
from explainer.window.home.page_button import OF_THE_PAGE

SHORTCUT = "Ctrl+K"


class AskField(QAbstractButton):
    """A press opens the palette; so does typing, and what was typed stands in it."""

    asked = Signal(str)

    def __init__(self, words: str, height: int, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height, self._width, self._tokens = height, width, DARK
        self._key = QKeySequence(SHORTCUT).toString(QKeySequence.SequenceFormat.NativeText)
        self.setObjectName("ask-field")
        self.setText(words)
        self.setAccessibleName(tr("Ask"))
        self.setAccessibleDescription(words)
        self.setToolTip(tr("Find scenes, questions, terms, controls and actions ({key})").format(key=self._key))
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: self.asked.emit(""))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as large as it was made."""
        return QSize(self._tokens.size(self._width), self._tokens.size(self._height))

    def minimumSizeHint(self) -> QSize:
        """Qt: in a narrow window the words are cut."""
        return QSize(self._tokens.size(96), self._tokens.size(self._height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: a letter begins a question."""
        if event.text().isprintable() and event.text().strip() and not event.modifiers() & _COMBINED:
            self.asked.emit(event.text())
        elif event.key() in OF_THE_PAGE:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the field."""
        painter, tokens = QPainter(self), self._tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = tokens.accent if self.hasFocus() else tokens.muted if self.underMouse() else tokens.border
        painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)
        pad, sign = tokens.size(12), tokens.size(16)
        middle = (self.height() - sign) // 2
        icon("search", tokens, tokens.muted).paint(painter, pad, middle, sign, sign)
        key = self._font(CAPTION)
        wide = QFontMetrics(key).horizontalAdvance(self._key)
        room = self.width() - 3 * pad - sign
        with_key = room > 2 * wide + 2 * pad
        words = self._font(BODY)
        inside = self.rect().adjusted(pad + sign + tokens.size(8), 0, -pad - (wide + pad) * with_key, 0)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(words)
        said = QFontMetrics(words).elidedText(self.text(), Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, said)
        if with_key:
            painter.setFont(key)
            painter.drawText(self.rect().adjusted(0, 0, -pad, 0), _RIGHT, self._key)

    def _font(self, size: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self._tokens.size(size))
        return font


_COMBINED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
