"""A picture painted by hand whose parts can be hovered, clicked and dragged over, or gone through by keyboard."""

from __future__ import annotations

import sys
from collections.abc import Hashable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from explainer.contract.frame import Frame
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.picture import Picture
from explainer.theme.tokens import CAPTION, Tokens

MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""The arrow keys, as rows down and columns right."""
PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
KEYS = (*MOVES, *PRESSES)


class PaintedPicture(Picture):
    """Paints itself anew for each frame; :meth:`mark` makes a part of it that the pointer finds."""

    def build(self) -> None:
        """Start without a frame."""
        self.frame: Frame | None = None
        self.under: Hashable | None = None
        """The part that the pointer is on."""
        self._parts: list[tuple[QRectF, Hashable]] = []
        self._pressed = False
        self._fonts: dict[tuple[float, bool], QFont] = {}
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        super().apply_theme(tokens)
        self._fonts.clear()
        self.update()

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the picture; parts are marked on the way."""

    def mark(self, place: QRectF, part: Hashable) -> None:
        """Say, while painting, where a part is; later ones lie above earlier ones."""
        self._parts.append((place, part))

    def part_at(self, place: QPointF) -> Hashable | None:
        """Return the part at a pixel."""
        return next((part for box, part in reversed(self._parts) if box.contains(place)), None)

    def place_of(self, part: Hashable) -> QRectF | None:
        """Return where a part is."""
        return next((box for box, each in self._parts if each == part), None)

    def entered(self, part: Hashable | None) -> None:
        """React to another part under the pointer, None for none."""

    def clicked(self, part: Hashable) -> None:
        """React to a click on a part."""

    def dragged(self, part: Hashable) -> None:
        """React to another part under the pointer while the button is held."""

    def released(self) -> None:
        """React to the button being let go."""

    def say_title(self, title: str) -> None:
        """Name the card; the same title again changes nothing."""
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def font_of(self, size: float = CAPTION, bold: bool = False) -> QFont:
        """Return the font of a size in pixels."""
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = small_font(self.tokens, self.font(), size, bold)
        return self._fonts[size, bold]

    def say(self, painter: QPainter, text: str) -> None:
        """Write a sentence in the middle, where there is nothing else to show."""
        painter.setFont(self.font_of(13))
        painter.setPen(colour(self.tokens.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(16, 8, -16, -8), flags, text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint; an exception goes to the hook that reports it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour(self.tokens.card))
        self._parts = []
        try:
            self.paint(painter, self.width(), self.height())
        except Exception:  # noqa: BLE001 - reported by the hook, as every exception is
            sys.excepthook(*sys.exc_info())
        if self.hasFocus():
            painter.setPen(pen(self.tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Qt: with the focus, arrows and Return are the picture's, not the run's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in KEYS:
            event.accept()
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font for everything."""
        if event.type() == QEvent.Type.FontChange:
            self._fonts = {}
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: go from part to part with the arrows, press one with Return."""
        key = Qt.Key(event.key())
        if key in MOVES:
            self.go(*MOVES[key])
        elif key in PRESSES:
            self.press()
        else:
            super().keyPressEvent(event)

    def go(self, down: int, right: int) -> None:
        """Go to the next or the previous part."""
        parts = [part for _, part in self._parts]
        if parts:
            place = parts.index(self.under) + down + right if self.under in parts else 0
            self._go_to(parts[place % len(parts)])

    def press(self) -> None:
        """Press the part that the keys are on."""
        if self.under is not None:
            self.clicked(self.under)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: show that it is gone, and read nothing."""
        super().focusOutEvent(event)
        self._go_to(None)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: find the part under the pointer."""
        self._go_to(self.part_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the pointer is gone."""
        super().leaveEvent(event)
        self._go_to(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on a part."""
        part = self.part_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and part is not None:
            self._go_to(part)
            self._pressed = True
            self.clicked(part)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: the button is let go."""
        if self._pressed:
            self._pressed = False
            self.released()
        else:
            super().mouseReleaseEvent(event)

    def _go_to(self, part: Hashable | None) -> None:
        if part != self.under:
            self.under = part
            self.entered(part)
            if self._pressed and part is not None:
                self.dragged(part)
            self.update()
