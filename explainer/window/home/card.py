"""A scene on the home page: its picture, the question it answers, and what one has done there.

It is painted, not put together from widgets: with 73 scenes these would take a third of the time to start.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from explainer.contract.scene_index import Entry
from explainer.stage.translation import tr
from explainer.teach.progress import Done
from explainer.theme.tokens import BODY, CAPTION, SMALL, TITLE, Tokens
from explainer.window.home.lines import Lines
from explainer.window.home.page_button import PageButton
from explainer.window.home.words import done_words, short_words

ASPECT = 0.625
"""The height of a picture over its width."""
PAD, GAP, INSET = 14, 6, 12
QUESTION_LINES = 3


class SceneCard(PageButton):
    """Opens a scene. ``number`` makes it a step of the path: smaller, with its place in it."""

    chosen = Signal(str)

    def __init__(self, entry: Entry, parent: QWidget | None, number: int = 0) -> None:
        super().__init__(f"{'path' if number else 'scene'}-{entry.name}", parent)
        self.entry, self.number = entry, number
        self.setAccessibleName(f"{entry.title}: {entry.question}" if entry.question else entry.title)
        self.setToolTip(entry.obstacle or (entry.question if number else ""))
        self._done = Done()
        self._file: Path | None = None
        self._pixmap = QPixmap()
        self._set: dict[tuple[str, int], Lines] = {}
        self.clicked.connect(lambda: self.chosen.emit(entry.name))

    @property
    def words(self) -> str:
        """The quiet line: the scene's name and what was done there, or what stands in its way."""
        if self.entry.obstacle:
            return self.entry.obstacle[:1].upper() + self.entry.obstacle[1:]
        done = done_words(self._done)
        return f"{self.entry.title} · {done}" if done else self.entry.title

    @property
    def picture(self) -> Path | None:
        """The file of its picture; None while there is none."""
        return self._file

    def show_done(self, done: Done) -> None:
        """Say what was done in the scene."""
        self._done = done
        self.setAccessibleDescription(self.entry.obstacle or done_words(done))
        self._set.clear()
        self.update()

    def show_picture(self, file: Path | None) -> None:
        """Show the picture in a file; it is read when it is first painted."""
        if file != self._file:
            self._file, self._pixmap = file, QPixmap()
            self._set.clear()
            self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._set.clear()
        self._pixmap = QPixmap()
        super().apply_theme(tokens)

    def height_for(self, width: int) -> int:
        """Return the height that its words need beside a picture of that width."""
        below = sum(lines.height for _, lines, _ in self._below(width)) + self._tokens.size(2 * PAD)
        rows = len(self._below(width))
        return round(width * ASPECT + below + self._tokens.size(GAP) * (rows - 1))

    def sizeHint(self) -> QSize:
        """Qt: some size; the page gives it another."""
        return QSize(280, self.height_for(280))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the card."""
        painter = QPainter(self)
        self._paint_ground(painter)
        painter.save()
        painter.setClipPath(self._outline())
        self._paint_picture(painter, QRectF(1, 1, self.width() - 2, round(self.width() * ASPECT)))
        painter.restore()
        self._paint_words(painter)
        self._paint_edge(painter)

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        """Draw the picture or, as long as there is none, the question in its place."""
        tokens = self._tokens
        painter.fillRect(place, QColor(tokens.canvas))
        if self._file is not None and self._pixmap.isNull():
            self._pixmap = QPixmap(str(self._file))
            if self._pixmap.isNull():
                self._file = None
                self._set.clear()
        if not self._pixmap.isNull():
            painter.setOpacity(0.35 if self.entry.obstacle else 1.0)
            inset = tokens.size(INSET)
            painter.fillRect(place, QColor(tokens.card))
            shown = place.adjusted(inset, inset * ASPECT, -inset, -inset * ASPECT)
            painter.drawPixmap(shown, self._pixmap, QRectF(self._pixmap.rect()))
            painter.setOpacity(1.0)
        else:
            pad = tokens.size(PAD + 4)
            words = self._lines(
                self.entry.question or self.entry.title, TITLE, self.width() - 2 * pad, 5, QFont.Weight.Light
            )
            painter.setPen(QColor(tokens.muted))
            words.draw(painter, QPointF(pad, max(place.y() + pad, place.center().y() - words.height / 2)))
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(place.bottomLeft(), place.bottomRight())

    def _paint_words(self, painter: QPainter) -> None:
        pad, gap = self._tokens.size(PAD), self._tokens.size(GAP)
        y = self.width() * ASPECT + pad
        for _, lines, colour in self._below(self.width()):
            painter.setPen(QColor(colour))
            lines.draw(painter, QPointF(pad, y))
            y += lines.height + gap

    def _below(self, width: int) -> list[tuple[str, Lines, str]]:
        """Return what stands below the picture: words, their lines, their colour."""
        tokens, inside = self._tokens, width - 2 * self._tokens.size(PAD)
        obstacle = bool(self.entry.obstacle)
        if self.number:
            title = tr("{number}  {title}").format(number=self.number, title=self.entry.title)
            state = short_words(self._done)
            rows = [(title, self._lines(title, BODY, inside, 2, QFont.Weight.DemiBold), tokens.text)]
            asked = self.entry.question if self._file is not None else ""
            if asked:
                rows.append((asked, self._lines(asked, CAPTION, inside, QUESTION_LINES), tokens.muted))
            return [*rows, (state, self._lines(state, SMALL, inside, 1), tokens.good)] if state else rows
        quiet = (
            self.words,
            self._lines(self.words, CAPTION, inside, 4 if obstacle else 2),
            tokens.warning if obstacle else tokens.muted,
        )
        asked = self.entry.question
        if not asked or (self._file is None):
            return [quiet]
        lines = self._lines(asked, BODY + 1, inside, QUESTION_LINES, QFont.Weight.DemiBold)
        return [(asked, lines, tokens.muted if obstacle else tokens.text), quiet]

    def _lines(
        self, words: str, size: int, width: float, most: int, weight: QFont.Weight = QFont.Weight.Normal
    ) -> Lines:
        """Return words set; what was set once is kept."""
        key = (words, round(width) * 100 + size)
        if key not in self._set:
            font = QFont(self.font())
            font.setPixelSize(self._tokens.size(size))
            font.setWeight(weight)
            self._set[key] = Lines(words, font, width, most)
        return self._set[key]
