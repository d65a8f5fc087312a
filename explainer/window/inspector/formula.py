"""A typeset formula as a widget: breaks into lines where the panel is narrow, follows theme and screen."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from explainer.plots.base.painting import is_vector, pixel_ratio
from explainer.stage.translation import tr
from explainer.teach.formula_lines import Placed, flow, pieces, sentences
from explainer.theme.tokens import BODY, DARK, SMALL, Tokens
from explainer.window.inspector.glyphs import symbol_boxes
from explainer.window.inspector.typeset import SIZE, LatexError, draw, pixmap, typeset

__all__ = ["FormulaView"]

ROOM = 3
"""Pixels around a symbol that is lit or pointed at."""
_LEADING = 6
"""Pixels between the lines of a broken formula, before scaling."""


class FormulaView(QWidget):
    """Shows LaTeX; what cannot be typeset is shown as source text, with the reason as tooltip.

    ``size`` is the height of a text line in pixels before the theme's scale. ``quiet`` draws in the
    muted colour. ``steady`` keeps the greatest height so far, so that changing numbers move nothing.
    """

    def __init__(
        self,
        latex: str = "",
        *,
        size: float = SIZE,
        quiet: bool = False,
        steady: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("formula")
        self._size, self._quiet, self._steady = size, quiet, steady
        self._tokens = DARK
        self._latex, self.fault = "", ""
        self._lit: tuple[str, ...] = ()
        self._arranged: dict[int, list[Placed]] = {}
        self._most: dict[int, int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_latex(latex)

    @property
    def latex(self) -> str:
        """The formula's source."""
        return self._latex

    def set_latex(self, latex: str) -> None:
        """Show another formula; empty shows nothing. The first time costs 5–20 ms."""
        if latex == self._latex:
            return
        self._latex, self.fault = latex, ""
        try:
            for part in self._parts():
                typeset(part)
        except LatexError as error:
            self.fault = str(error)
        self.setAccessibleName(tr("formula: {latex}").format(latex=latex))
        self.setToolTip(tr("This formula cannot be typeset ({fault})").format(fault=self.fault) if self.fault else "")
        self._rearrange()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colour and scale."""
        self._tokens = tokens
        self._most.clear()
        self._rearrange()

    def forget_height(self) -> None:
        """Let a steady view shrink again."""
        self._most.clear()
        self._rearrange()

    def lines(self, width: int) -> int:
        """Return on how many lines the formula stands at a width."""
        return max((placed.line for placed in self._pieces(width)), default=-1) + 1

    def heightForWidth(self, width: int) -> int:
        """Qt: the height at ``width``."""
        height = self._fault_height(width) if self.fault else round(sum(self._line_heights(width)))
        if self._steady:
            height = self._most[width] = max(height, self._most.get(width, 0))
        return height

    def sizeHint(self) -> QSize:
        """Qt: the size on one line."""
        width = 240 if self.fault or not self._latex else self._natural_width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Qt: as narrow as the widest piece that cannot be broken."""
        return QSize(self._tokens.size(80), self.heightForWidth(max(self.width(), 80)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the pieces on their baselines."""
        painter = QPainter(self)
        if self.fault:
            painter.setFont(self._fault_font())
            painter.setPen(QColor(self._tokens.muted))
            painter.drawText(self.rect(), Qt.TextFlag.TextWrapAnywhere, self._latex)
            return
        for symbol in self._lit:
            for box in self.boxes(symbol):
                painter.fillRect(box, QColor(self._tokens.selected))
        baselines = self._baselines()
        for piece in self._pieces(self.width()):
            self._paint_piece(painter, piece, baselines[piece.line])

    def light(self, symbols: Collection[str]) -> None:
        """Light these symbols, written as LaTeX, wherever they stand; none: no symbol."""
        if tuple(symbols) != self._lit:
            self._lit = tuple(symbols)
            self.update()

    def boxes(self, symbol: str) -> list[QRectF]:
        """Return where a symbol stands, with a little room around it."""
        found, baselines = [], [] if self.fault else self._baselines()
        for piece in self._pieces(self.width()):
            scale = self._piece_size(piece) / SIZE
            for box in symbol_boxes(piece.latex, symbol):
                corner = QPointF(piece.x + box.left() * scale, baselines[piece.line] + box.top() * scale)
                placed = QRectF(corner, QSizeF(box.width() * scale, box.height() * scale))
                found.append(placed.adjusted(-ROOM, -ROOM, ROOM, ROOM))
        return found

    def _baselines(self) -> list[float]:
        baselines, top = [], 0.0
        for ascent, height in zip(self._ascents(self.width()), self._line_heights(self.width()), strict=True):
            baselines.append(top + ascent)
            top += height
        return baselines

    def _piece_size(self, piece: Placed) -> float:
        """Return the height of a text line of a piece: less than usual where it would not fit."""
        size = self._size * self._tokens.scale
        room = (self.width() - piece.x) / typeset(piece.latex).width * SIZE
        return min(size, max(room, self._tokens.size(SMALL)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: offer to copy the source."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy LaTeX"), lambda: QGuiApplication.clipboard().setText(self._latex))
        menu.popup(event.globalPos())

    @property
    def _scale(self) -> float:
        return self._size * self._tokens.scale / SIZE

    def _parts(self) -> list[str]:
        """Return what has to be typeset: of changing numbers only the pieces."""
        if self._steady:
            return [piece for sentence in sentences(self._latex) for piece in pieces(sentence)]
        return [self._latex] if self._latex else []

    def _rearrange(self) -> None:
        self._arranged.clear()
        self.updateGeometry()
        self.update()

    def _natural_width(self) -> int:
        return round(sum(typeset(part).width for part in self._parts()) * self._scale) + 1

    def _pieces(self, width: int) -> list[Placed]:
        if not self._latex or self.fault:
            return []
        if width not in self._arranged:
            self._arranged[width] = self._arrange(width)
        return self._arranged[width]

    def _arrange(self, width: int) -> list[Placed]:
        def measure(latex: str) -> float:
            return typeset(latex).width * self._scale

        try:
            return flow(self._latex, width, measure, gap=24 * self._scale, indent=20 * self._scale, finely=self._steady)
        except LatexError:  # the whole can be typeset, but a piece of it cannot
            return [Placed(self._latex, 0, 0.0)]

    def _ascents(self, width: int) -> list[float]:
        return [max(typeset(p.latex).ascent * self._scale for p in line) for line in self._by_line(width)]

    def _line_heights(self, width: int) -> list[float]:
        lines = self._by_line(width)
        descents = [max(typeset(p.latex).descent * self._scale for p in line) for line in lines]
        gaps = [_LEADING * self._scale] * (len(lines) - 1) + [0.0]
        return [sum(parts) for parts in zip(self._ascents(width), descents, gaps, strict=False)]

    def _by_line(self, width: int) -> list[list[Placed]]:
        found: list[list[Placed]] = [[] for _ in range(self.lines(width))]
        for piece in self._pieces(width):
            found[piece.line].append(piece)
        return found

    def _paint_piece(self, painter: QPainter, piece: Placed, baseline: float) -> None:
        shape = typeset(piece.latex)
        size = self._piece_size(piece)
        colour = self._tokens.muted if self._quiet else self._tokens.text
        corner = QPoint(round(piece.x), round(baseline - shape.ascent * size / SIZE))
        if is_vector(painter):
            draw(painter, piece.latex, size, colour, corner)
        else:
            painter.drawPixmap(corner, pixmap(piece.latex, size, colour, pixel_ratio(painter)))

    def _fault_font(self) -> QFont:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._tokens.size(BODY))
        return font

    def _fault_height(self, width: int) -> int:
        room = QFontMetrics(self._fault_font())
        return room.boundingRect(0, 0, max(width, 1), 10_000, Qt.TextFlag.TextWrapAnywhere, self._latex).height()
