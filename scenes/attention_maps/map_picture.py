"""One map, large: each row a token, each column what it reads from; it can be drawn into beforehand."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from explainer.plots.colours import colour, pen
from explainer.plots.painted import PaintedPicture
from explainer.scenes.attention_maps.moment import NEEDED, Moment, agreeing
from explainer.scenes.attention_maps.shades import readable, shade_table, shaded, value_text

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
DRAWN_INTO = 64
"""Longer maps are not drawn into."""
INVITATION = "✎ Drag over the cells: draw what this map will become"
TIP = "Hover for a weight · drag over the cells to draw what you expect · click a row's token for its next token"
WIDEST = 1.8
"""How much wider than high the cells of a text may be, for the words above them."""
READS, THIS = "reads from", "this token"
SKETCH = 1
"""The palette's place of what the reader has drawn."""


class LargeMap(PaintedPicture):
    """The chosen head as a matrix."""

    key: ClassVar[str] = "map"
    title: ClassVar[str] = "Who reads from whom"
    about: ClassVar[str] = "One head as a matrix: a row for each token, a column for each token it reads from"
    arrays: ClassVar[Sequence[str]] = NEEDED
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 2.2

    def build(self) -> None:
        """Start with nothing drawn by the reader."""
        super().build()
        self._sketch: dict[int, int] | None = None
        self.row: int | None = None
        self.column: int | None = None
        self.setToolTip(TIP)

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint cells, labels, what the network says, and the line below."""
        moment = Moment.of(self.frame)
        if moment is None:
            return
        self._say_title(moment)
        kept = moment.kept
        box, label = self._layout(painter, moment, width, height)
        self._paint_cells(painter, moment, box)
        step = box.width() / len(kept), box.height() / len(kept)
        self._paint_labels(painter, moment, box, step, label)
        if moment.trained:
            self._paint_answers(painter, moment, box, step[1])
        self._paint_sketch(painter, moment, box, step)
        self._paint_pointer(painter, moment, box, step)
        self._paint_words(painter, moment, box, width, height)

    def _say_title(self, moment: Moment) -> None:
        shows = "weights α, rows add up to 1" if moment.params.measure == "weights" else "‖α·v·W_O‖, what reading adds"
        off = moment.params.shows == "head" and not moment["head_on"][moment.place[0] - 1, moment.place[1] - 1]
        shows = "α without special tokens" if len(moment.kept) < len(moment.words) and "α," in shows else shows
        self.say_title(f"{moment.name} · {'switched off' if off else shows}")

    def _layout(self, painter: QPainter, moment: Moment, width: float, height: float) -> tuple[QRectF, float]:
        """Return the cells' square and the width of the row labels."""
        painter.setFont(self.font_of(13))
        metrics = painter.fontMetrics()
        words = [moment.words[i] for i in moment.kept]
        widest = min(max(metrics.horizontalAdvance(word) for word in words), self.tokens.size(110))
        label = widest + self.tokens.size(16)
        top = self._top(min(widest, 0.25 * height))
        answers = self.tokens.size(104) if moment.trained else self.tokens.size(16)
        size = self.tokens.size
        high = max(40.0, height - top - size(30))
        wide = max(40.0, width - label - answers - size(40))
        high, wide = min(high, wide), min(wide, high * (1.0 if moment.trained else WIDEST))
        self._spare = spare = max(0.0, width - label - answers - wide - size(30)) / 2
        down = max(0.0, height - top - high - size(30)) / 2
        self._head = top
        return QRectF(size(26) + label + spare, top + down, wide, high), label

    def _top(self, widest: float) -> float:
        """Return the height above the cells: a heading, and the columns' tokens, upright where they are long."""
        turned = widest > self.tokens.size(30)
        return float(self.tokens.size(24) + (min(widest, self.tokens.size(80)) + 8 if turned else self.tokens.size(22)))

    def _paint_cells(self, painter: QPainter, moment: Moment, box: QRectF) -> None:
        kept = moment.kept
        values = moment["shown"][np.ix_(kept, kept)]
        most = 1.0 if moment.params.measure == "weights" else max(float(values.max()), 1e-12)
        count = len(kept)
        wide, high = box.width() / count, box.height() / count
        if min(wide, high) < 6:
            seen = strongest(values, max(1, int(box.height())), max(1, int(box.width())))
            pixels = np.ascontiguousarray(shaded(seen / most, self.tokens))
            rows, columns = seen.shape
            painter.drawImage(box, QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888))
            return
        table = shade_table(self.tokens)
        gap, corner = (1.0, 0.0) if high < 20 else (2.0, 3.0)
        painter.setFont(self.font_of(11 if high < self.tokens.size(44) else 13))
        numbered = wide >= self.tokens.size(32) and high >= self.tokens.size(17)
        for i, j in np.ndindex(count, count):
            share = float(values[i, j]) / most
            cell = QRectF(box.left() + j * wide, box.top() + i * high, wide - gap, high - gap)
            fill = table[round(255 * min(1.0, max(0.0, share)))]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(cell, corner, corner)
            if numbered and share >= 0.005:
                painter.setPen(readable(fill))
                painter.drawText(cell, _CENTRE, value_text(float(values[i, j])))

    def _paint_labels(
        self, painter: QPainter, moment: Moment, box: QRectF, step: tuple[float, float], label: float
    ) -> None:
        """Write the rows' and columns' tokens, as many as find room, and what the two sides are."""
        tokens, kept = self.tokens, moment.kept
        size = tokens.size(22)
        painter.setFont(self.font_of(12))
        painter.setPen(colour(tokens.muted))
        said = self._said_in_rows(painter, label, step[1])
        painter.drawText(
            QRectF(box.left(), box.top() - self._head, box.width(), size),
            _LEFT,
            "these tokens" if said else "reads from →",
        )
        if said:
            for number in range(len(kept)):
                row = QRectF(box.left() - said, box.top() + number * step[1], said - 10, step[1])
                painter.drawText(row, _RIGHT, READS)
        elif painter.fontMetrics().horizontalAdvance(THIS) < box.left() - 12:
            painter.drawText(QRectF(0, box.top() - self._head, box.left() - 12, size), _RIGHT, THIS)
        left = box.left() - said
        painter.setFont(self.font_of(13 if step[1] >= tokens.size(15) else 11))
        stride = max(1, int(np.ceil(tokens.size(13) / step[1])))
        across = max(1, int(np.ceil(tokens.size(13) / step[0])))
        turned = self._head > tokens.size(50)
        for number, token in enumerate(kept.tolist()):
            lit_row, lit_column = self.row == token, self.column == token
            near = any(each is not None and abs(token - each) < stride for each in (self.row,))
            if lit_row or (number % stride == 0 and not near):
                self._label(
                    painter,
                    moment.words[token],
                    QRectF(left - label, box.top() + number * step[1], label - (4 if said else 10), step[1]),
                    lit_row,
                )
            near = self.column is not None and abs(token - self.column) < across
            if lit_column or (number % across == 0 and not near):
                middle = box.left() + (number + 0.5) * step[0]
                self._column_label(painter, moment.words[token], middle, box.top(), turned, lit_column)
            row = QRectF(left - label, box.top() + number * step[1], label + said, step[1])
            self.mark(row, ("row", token))
        self._mark_cells(kept.tolist(), box, step)

    def _said_in_rows(self, painter: QPainter, label: float, step: float) -> float:
        """Return the room in pixels for saying "reads from" in each row, 0 where there is too little."""
        wanted = painter.fontMetrics().horizontalAdvance(READS) + 12.0
        return wanted if self._spare >= wanted and step >= self.tokens.size(18) else 0.0

    def _label(self, painter: QPainter, word: str, place: QRectF, lit: bool) -> None:
        painter.setPen(colour(self.tokens.accent if lit else self.tokens.text))
        said = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, int(place.width()))
        tall = QRectF(place.left(), place.center().y() - 12, place.width(), 24)
        painter.drawText(tall, _RIGHT, said)

    def _column_label(self, painter: QPainter, word: str, middle: float, top: float, turned: bool, lit: bool) -> None:
        painter.setPen(colour(self.tokens.accent if lit else self.tokens.text))
        if not turned:
            painter.drawText(QRectF(middle - 30, top - self.tokens.size(22), 60, self.tokens.size(20)), _CENTRE, word)
            return
        room = self._head - self.tokens.size(28)
        said = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, int(room))
        painter.save()
        painter.translate(middle, top - 6)
        painter.rotate(-90)
        painter.drawText(QRectF(0, -12, room, 24), _LEFT, said)
        painter.restore()

    def _mark_cells(self, kept: list[int], box: QRectF, step: tuple[float, float]) -> None:
        self._kept, self._box, self._step = kept, box, step

    def _paint_answers(self, painter: QPainter, moment: Moment, box: QRectF, step: float) -> None:
        """Write right of each row what the network says there, and what is asked where that is something else."""
        tokens = self.tokens
        painter.setFont(self.font_of(12))
        painter.setPen(colour(tokens.muted))
        left = box.right() + tokens.size(18)
        painter.drawText(QRectF(left, box.top() - self._head, 120, tokens.size(22)), _LEFT, "and says")
        stride = max(1, int(np.ceil(tokens.size(14) / step)))
        for number, token in enumerate(moment.kept.tolist()):
            asked, said = str(moment["target"][token]), str(moment["answer"][token])
            if not asked or number % stride:
                continue
            place = QRectF(left, box.top() + (number + 0.5) * step - 12, tokens.size(90), 24)
            right = asked == said
            painter.setFont(self.font_of(13, bold=True))
            painter.setPen(colour(tokens.good if right else tokens.danger))
            painter.drawText(place, _LEFT, f"{said} {'✓' if right else ''}")
            if not right:
                after = painter.fontMetrics().horizontalAdvance(said) + 10
                painter.setFont(self.font_of(12))
                painter.setPen(colour(tokens.muted))
                painter.drawText(place.adjusted(after, 0, 40, 0), _LEFT, f"not {asked}")

    # what the reader draws

    @property
    def sketch(self) -> dict[int, int]:
        """The drawn key of each drawn row."""
        if self._sketch is not None:
            return self._sketch
        given = self.frame.params.sketch if self.frame else ()
        return {row: int(key) for row, key in enumerate(given) if key >= 0}

    def _paint_sketch(self, painter: QPainter, moment: Moment, box: QRectF, step: tuple[float, float]) -> None:
        count = len(moment.words)
        if not moment.trained or count > DRAWN_INTO:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.series_colour(SKETCH), 2.0))
        for row, key in self.sketch.items():
            if row < count and key < count:
                cell = QRectF(box.left() + key * step[0], box.top() + row * step[1], step[0] - 2, step[1] - 2)
                painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 4, 4)

    def _paint_words(self, painter: QPainter, moment: Moment, box: QRectF, width: float, height: float) -> None:
        """Write the line below: the cell under the pointer, or the invitation, or how the drawing fares."""
        tokens = self.tokens
        place = QRectF(8, height - tokens.size(26), width - 16, tokens.size(24))
        drawn_row, reading = self.row, ""
        if drawn_row is not None and self.column is not None:
            value = float(moment["shown"][drawn_row, self.column])
            reading = f"{self._named(moment, drawn_row)} reads from {self._named(moment, self.column)}: {value:.3f}"
        said = reading or self._line(moment)
        painter.setFont(self.font_of(12))
        invited = not reading and moment.trained and not self.sketch
        painter.setPen(
            colour(tokens.text if reading else tokens.series_colour(SKETCH) if invited or self.sketch else tokens.muted)
        )
        painter.drawText(
            place, _CENTRE, painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(place.width()))
        )

    def _named(self, moment: Moment, token: int) -> str:
        return f"“{moment.words[token]}” ({token + 1})"

    def _line(self, moment: Moment) -> str:
        if not moment.trained:
            measure = "weight" if moment.params.measure == "weights" else "contribution"
            share = f"{moment.special_share:.0%} of the {measure} goes to special tokens"
            largest = float(moment["shown"][np.ix_(moment.kept, moment.kept)].max())
            parts = [share] if moment["special"].any() else []
            return " · ".join([*parts, f"strongest {value_text(largest)}"])
        if len(moment.words) > DRAWN_INTO:
            return ""
        if not self.sketch:
            return INVITATION if moment.frame.step == 0 else ""
        sketch = tuple(float(self.sketch.get(row, -1)) for row in range(len(moment.words)))
        right, drawn = agreeing(sketch, moment["shown"])
        return f"Your drawing: {right} of {drawn} rows read most from where you drew · click a drawn cell to erase it"

    # the pointer

    def part_at(self, place: QPointF) -> Hashable | None:
        """Return the row's token or the cell at a pixel."""
        if getattr(self, "_kept", None) and self._box.contains(place):
            column = int((place.x() - self._box.left()) / self._step[0])
            row = int((place.y() - self._box.top()) / self._step[1])
            last = len(self._kept) - 1
            return ("cell", self._kept[min(row, last)], self._kept[min(column, last)])
        return super().part_at(place)

    def _paint_pointer(self, painter: QPainter, moment: Moment, box: QRectF, step: tuple[float, float]) -> None:
        kept = moment.kept.tolist()
        if self.row not in kept:
            return
        number = kept.index(self.row)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.accent, 1.0))
        painter.drawRect(QRectF(box.left() - 1, box.top() + number * step[1] - 1, box.width(), step[1]))
        if self.column in kept:
            across = box.left() + kept.index(self.column) * step[0]
            painter.setPen(pen(self.tokens.text, 1.5))
            painter.drawRect(QRectF(across - 1, box.top() + number * step[1] - 1, step[0], step[1]))

    def entered(self, part: Hashable | None) -> None:
        """Tell the other pictures which token the pointer is on."""
        found = part if isinstance(part, tuple) else ("", None)
        self.row = found[1]
        self.column = found[2] if found[0] == "cell" else None
        self.setToolTip("" if part else TIP)
        hand = found[0] == "row"
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        self.steering.light("query", self.row)
        self.steering.light("key", self.column)

    def light(self, name: str, value: object | None) -> None:
        """Mark the row that another picture's pointer is on."""
        if name == "query" and value != self.row and self.under is None:
            self.row = value if isinstance(value, int) else None
            self.column = None
            self.update()

    def clicked(self, part: Hashable) -> None:
        """Draw into a cell, erase a drawn one, or choose a row."""
        if not isinstance(part, tuple):
            return
        if part[0] == "row":
            self.steering.set(query=part[1] + 1)
        elif self._may_draw():
            self._sketch = dict(self.sketch)
            if self._sketch.get(part[1]) == part[2]:
                del self._sketch[part[1]]
            else:
                self._sketch[part[1]] = part[2]
            self.update()

    def dragged(self, part: Hashable) -> None:
        """Draw on."""
        if isinstance(part, tuple) and part[0] == "cell" and self._sketch is not None:
            self._sketch[part[1]] = part[2]

    def released(self) -> None:
        """Keep what was drawn."""
        if self._sketch is not None:
            last = max(self._sketch, default=-1)
            drawn = tuple(float(self._sketch.get(row, -1)) for row in range(last + 1))
            self.steering.set(sketch=drawn)

    def draw(self, frame: object) -> None:
        """Show a frame; what was being drawn is in its parameters by now."""
        super().draw(frame)  # type: ignore[arg-type]
        if not self._pressed:
            self._sketch = None

    def _may_draw(self) -> bool:
        moment = Moment.of(self.frame)
        return moment is not None and moment.trained and len(moment.words) <= DRAWN_INTO

    def summary(self) -> str:
        """Return from where each token reads most."""
        moment = Moment.of(self.frame)
        if moment is None:
            return self.title
        best = [
            (word, moment.words[int(row.argmax())], float(row.max()))
            for word, row in zip(moment.words, moment["shown"], strict=True)
        ]
        read = "; ".join(f"{word} reads most from {key}, {value_text(value)}" for word, key, value in best[:12])
        return f"{moment.name}: {read}"


def strongest(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return values (query, key) on at most so many rows and columns, each the largest that it stands for."""
    for axis, most in ((0, rows), (1, columns)):
        count = values.shape[axis]
        if count > most:
            values = np.maximum.reduceat(values, np.arange(most) * count // most, axis)
    return values
