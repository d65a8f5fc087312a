"""A first minute: one part of the window after another, with what it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, RADIUS, Tokens

if TYPE_CHECKING:
    from explainer.window.main_window import MainWindow

WIDTH, GAP, EDGE = 320, 12, 3
Stop = tuple[Callable[[], QWidget], str]
"""A part of the window, and what is said of it."""


def first_minute(window: MainWindow) -> list[Stop]:
    """Return what a first minute tells of."""
    transport, bar = window.transport, window.top_bar
    return [
        (
            lambda: window.lanes,
            tr("Every picture is drawn from a run of PyTorch as you watch. Point at one to read it."),
        ),
        (lambda: transport.buttons["play"], tr("Space plays and rests. The arrows go one step forward or back.")),
        (lambda: transport.time_line, tr("The run so far. Click or drag to go to any step; the marks are changes.")),
        (lambda: window.inspector, tr("Read and steer here: links and sliders act on the run. The other tabs hold all "
         "controls, the formulas with the numbers of this step, and the code.")),
        (lambda: bar.pictures, tr("More pictures of this scene.")),
        (lambda: bar.compare, tr("A second run beside this one, in step with it.")),
        (lambda: window.sidebar, tr("The other scenes.")),
        (lambda: bar.menu, tr("Everything else. F1 lists the keys.")),
    ]  # fmt: skip


class Ring(QWidget):
    """A line around the part that is told of; clicks go through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.colour = DARK.accent
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.colour), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)


class Tour(QFrame):
    """Words beside one part of the window after another; whoever has seen enough ends it."""

    def __init__(self, window: QWidget, stops: Sequence[Stop]) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self.setProperty("role", "popup")
        self._window, self._stops, self.at = window, stops, -1
        self._ring = Ring(window)
        self.words = QLabel()
        self.words.setObjectName("tour-words")
        self.words.setWordWrap(True)
        self.place = QLabel()
        self.place.setProperty("role", "muted")
        self.next = _button("tour-next", tr("Next"), tr("On to the next part"), self.go_on)
        self.end = _button("tour-end", tr("End"), tr("End of the tour"), self.stop)
        rows, line = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(GAP)
        rows.addWidget(self.words)
        line.addWidget(self.place, 1)
        line.addWidget(self.end)
        line.addWidget(self.next)
        rows.addLayout(line)
        self.hide()

    def start(self) -> None:
        """Begin with the first part."""
        self.at = -1
        self.go_on()
        self.next.setFocus(Qt.FocusReason.TabFocusReason)

    def go_on(self) -> None:
        """Go on to the next part that can be seen, or end."""
        self.at += 1
        while self.at < len(self._stops) and not self._stops[self.at][0]().isVisible():
            self.at += 1
        if self.at >= len(self._stops):
            self.stop()
            return
        part, words = self._stops[self.at]
        self.words.setText(words)
        self.setAccessibleName(words)
        self.place.setText(tr("{place} of {count}").format(place=self.at + 1, count=len(self._stops)))
        self.next.setText(tr("Done") if self.at + 1 == len(self._stops) else tr("Next"))
        self._stand_beside(part())

    def stop(self) -> None:
        """End."""
        self._ring.hide()
        self.hide()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._ring.colour = tokens.accent
        self._ring.update()

    def _stand_beside(self, part: QWidget) -> None:
        room = self._window.rect()
        place = QRect(part.mapTo(self._window, QPoint()), part.size()).adjusted(-EDGE, -EDGE, EDGE, EDGE) & room
        self._ring.setGeometry(place)
        self.setFixedWidth(min(WIDTH, room.width()))
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.move(beside(place, self.rect(), room))
        for widget in (self._ring, self):
            widget.show()
            widget.raise_()


def beside(part: QRect, words: QRect, room: QRect) -> QPoint:
    """Return where words stand that tell of a part: above, below, left or right of it, else on its middle."""
    x = max(room.left() + GAP, min(part.center().x() - words.width() // 2, room.right() - words.width() - GAP))
    y = max(room.top() + GAP, min(part.center().y() - words.height() // 2, room.bottom() - words.height() - GAP))
    sides = (
        QPoint(x, part.top() - GAP - words.height()),
        QPoint(x, part.bottom() + GAP),
        QPoint(part.left() - GAP - words.width(), y),
        QPoint(part.right() + GAP, y),
    )
    free = [side for side in sides if room.contains(QRect(side, words.size()))]
    return free[0] if free else QPoint(x, y)


def _button(name: str, words: str, tip: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setToolTip(tip)
    button.clicked.connect(act)
    return button
