"""What one change of a setting would do, measured: copies that trained a few dozen steps, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explainer.contract.frame import Frame
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.base.number_text import number_text
from explainer.plots.picture import Picture
from explainer.plots.question import Question
from explainer.scenes.gradient_flow.lanes import DECLARED, resolve, titles, with_setting
from explainer.scenes.gradient_flow.layer_pictures import selected
from explainer.scenes.gradient_flow.remedies import remedy_words
from explainer.theme.tokens import BODY, CAPTION, Tokens

STEPS = 30
_PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Tried:
    """One change and how its copy fared."""

    name: str
    value: str
    loss: float
    accuracy: float
    lost: int

    @property
    def words(self) -> str:
        """The change in words."""
        return remedy_words(self.name, self.value)


class Remedies(Picture):
    """Which single change helps most, and which backfires."""

    key: ClassVar[str] = "remedies"
    title: ClassVar[str] = "What would help?"
    about: ClassVar[str] = "Copies of the network train 30 steps with one setting changed; click one to take it"
    arrays: ClassVar[Sequence[str]] = ("label",)
    weight: ClassVar[float] = 1.4
    hint: ClassVar[str] = "click a change to take it"

    def build(self) -> None:
        """Make the list and its question."""
        self.frame: Frame | None = None
        self.list = Bars(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self._question = Question(self, "remedies", "remedy_complete")
        self._question.asked.connect(lambda: self.list.set_busy(f"training copies for {STEPS} steps each…"))
        self._question.given_up.connect(lambda: self.list.set_busy(""))

    def draw(self, frame: Frame) -> None:
        """Ask anew when the network is another one."""
        self.frame = frame
        params, index = frame.params, selected(frame.params)
        if self.steering.preview_allowed or frame.step > 0:
            told = resolve(params)[index]
            common = params.depth, params.width, params.data, params.batch, params.optimizer, params.architecture
            self._question.need((index, told, common, params.truncation), frame.step, network=index, steps=STEPS)
        else:
            self.list.set_busy("Make your prediction, or press play: before that the list would give the answer away.")
        title = f"What would help? · {titles(params)[index]}"
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show how the copies fared."""
        self._question.take(job, arguments, arrays)
        found = self._question.parts
        if job == "remedies" and "remedy_planned" in found:
            columns = (found[f"remedy_{part}"].tolist() for part in ("name", "value", "loss", "accuracy", "lost"))
            self.list.show_tried([Tried(*row) for row in zip(*columns, strict=True)], int(found["remedy_planned"]))

    def take(self, tried: Tried) -> None:
        """Ask for a change."""
        if self.frame is None or not tried.name:
            return
        params = self.frame.params
        value = DECLARED[tried.name]().parse(tried.value) if tried.name in DECLARED else tried.value
        self.steering.set(**with_setting(params, selected(params), tried.name, value))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.list.apply_theme(tokens)

    def summary(self) -> str:
        """Return the best change and those that ended in overflow."""
        if not self.list.tried:
            return self.accessibleName()
        best = self.list.tried[0]
        lost = [each.words for each in self.list.tried if each.lost >= 0]
        ending = f" Overflowed: {', '.join(lost)}." if lost else ""
        return f"{self.accessibleName()}: best is {best.words} with loss {number_text(best.loss)}.{ending}"


class Bars(QWidget):
    """One row per change: words, a bar as long as the loss, and its number."""

    def __init__(self, picture: Remedies) -> None:
        super().__init__(picture)
        self.picture = picture
        self.tokens = picture.tokens
        self.tried: list[Tried] = []
        self._busy = ""
        self._to_come = 0
        self._row: int | None = None
        self.setObjectName("remedies_list")
        self.setAccessibleName("Changes, best first")
        self.setToolTip("Click a change to take it · arrow keys and Return do the same")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 100)

    def show_tried(self, tried: Sequence[Tried], planned: int = 0) -> None:
        """Show these, the lowest loss first and those that overflowed last; more may be planned."""
        self._to_come = max(0, planned - len(tried))
        self.tried = sorted(tried, key=lambda each: (not np.isfinite(each.loss), each.loss))
        self.set_busy("")

    def set_busy(self, words: str) -> None:
        """Say why there is nothing yet, or why what there is will be replaced."""
        self._busy = words
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self.update()

    @property
    def shown(self) -> list[Tried]:
        """The rows that have room: the best, the network as it is, and the worst."""
        room = max(3, int((self.height() - 12) / self._line()))
        if len(self.tried) + (self._to_come > 0) <= room:
            return self.tried
        room = max(3, room - 1)
        plain = [each for each in self.tried if not each.name]
        rest = [each for each in self.tried if each.name]
        ends = rest[: room - 1 - room // 3] + rest[len(rest) - room // 3 :]
        return [each for each in self.tried if each in ends or each in plain]

    @property
    def _gap(self) -> int:
        """Before how many of the shown rows others are left out; all of them where none is."""
        shown = self.shown
        return next((place for place, each in enumerate(shown) if each is not self.tried[place]), len(shown))

    def _top(self, number: int) -> float:
        """Return where a shown row begins; a line for those left out lies between."""
        return 6 + (number + (number >= self._gap)) * self._line()

    def _line(self) -> float:
        return QFontMetricsF(small_font(self.tokens, self.font(), BODY)).height() + 6

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour(self.tokens.card))
        if not self.tried:
            painter.setFont(small_font(self.tokens, self.font(), BODY))
            painter.setPen(colour(self.tokens.muted))
            words = self._busy or "The copies start once the run is there."
            painter.drawText(
                self.rect().adjusted(16, 8, -16, -8), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words
            )
            return
        painter.setOpacity(0.45 if self._busy else 1.0)
        for number, each in enumerate(self.shown):
            self._paint_row(painter, number, each)
        self._paint_rest(painter)
        painter.end()

    def _paint_rest(self, painter: QPainter) -> None:
        """Say how many rows are left out, or are still to come."""
        left_out = len(self.tried) - len(self.shown)
        if not (left_out or self._to_come):
            return
        words = [f"… {left_out} more: enlarge to see them"] * (left_out > 0)
        words += [f"trying {self._to_come} more …"] * (self._to_come > 0)
        painter.setFont(small_font(self.tokens, self.font()))
        painter.setPen(colour(self.tokens.muted))
        box = QRectF(12, 6 + self._gap * self._line(), self.width() - 24.0, self._line())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, " · ".join(words))

    def _paint_row(self, painter: QPainter, number: int, each: Tried) -> None:
        tokens, line = self.tokens, self._line()
        top, wide = self._top(number), self.width() - 24.0
        if number == self._row and each.name:
            painter.fillRect(QRectF(6, top, self.width() - 12.0, line), colour(tokens.selected))
        names = min(190.0 * tokens.scale, 0.4 * wide)
        numbers = min(170.0 * tokens.scale, 0.3 * wide)
        plain, best = not each.name, number == 0 and bool(each.name)
        painter.setFont(small_font(tokens, self.font(), BODY if best else CAPTION, bold=plain or best))
        painter.setPen(colour(tokens.text if plain or best or each.name else tokens.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        words = painter.fontMetrics().elidedText(each.words, Qt.TextElideMode.ElideRight, int(names))
        painter.drawText(QRectF(12, top, names, line), middle | Qt.AlignmentFlag.AlignLeft, words)
        box = QRectF(12 + names + 8, top + 0.26 * line, wide - names - numbers - 16, 0.48 * line)
        self._paint_bar(painter, each, box, plain)
        painter.setPen(colour(tokens.danger if each.lost >= 0 else tokens.text))
        said = f"overflow at step {each.lost}" if each.lost >= 0 else self._numbers(each)
        painter.drawText(QRectF(12 + wide - numbers, top, numbers, line), middle | Qt.AlignmentFlag.AlignRight, said)

    def _paint_bar(self, painter: QPainter, each: Tried, box: QRectF, plain: bool) -> None:
        tokens = self.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens.canvas))
        painter.drawRoundedRect(box, 3, 3)
        if each.lost >= 0:
            painter.setPen(pen(tokens.danger, 1.2, 0.9, Qt.PenStyle.DashLine))
            painter.drawLine(box.left(), box.center().y(), box.right(), box.center().y())
            return
        start = next((other.loss for other in self.tried if not other.name), each.loss)
        most = 1.35 * max(start, 1e-12) if np.isfinite(start) else max(each.loss, 1e-12)
        share = min(1.0, each.loss / most)
        token = tokens.series_colour(selected(self.picture.frame.params) if self.picture.frame else 0)
        shown = tokens.faint if plain else (token if each.loss < start else blend(token, tokens.canvas, 0.5).name())
        painter.setBrush(colour(shown))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), max(2.0, share * box.width()), box.height()), 3, 3)

    def _numbers(self, each: Tried) -> str:
        frame = self.picture.frame
        regression = frame is not None and frame.params.data == "regression"
        right = f"R² {each.accuracy:.2f}" if regression else f"{100 * each.accuracy:.0f} %"
        return f"loss {number_text(each.loss)} · {right}".replace("-", "−")

    # pointer and keys

    def _row_at(self, y: float) -> int | None:
        tops = [self._top(number) for number in range(len(self.shown))]
        return next((row for row, top in enumerate(tops) if top <= y < top + self._line()), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: light the row under the pointer."""
        self._go_to(self._row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the pointer is gone."""
        self._go_to(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take the change."""
        row = self._row_at(event.position().y())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picture.take(self.shown[row])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: up and down move, Return takes."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and self.shown:
            self._go_to(min(max((self._row if self._row is not None else -1) + step, 0), len(self.shown) - 1))
        elif event.key() in _PRESSES and self._row is not None and self._row < len(self.shown):
            self.picture.take(self.shown[self._row])
        else:
            super().keyPressEvent(event)

    def _go_to(self, row: int | None) -> None:
        if row != self._row:
            self._row = row
            self.update()
