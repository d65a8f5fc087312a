"""How a graph is painted: edges by weight, sign and flow; nodes with words or thumbnails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.number_text import number_text
from explainer.plots.base.chips import fitting
from explainer.plots.base.colours import blend, colour, pen
from explainer.plots.base.graph_shape import SIDE, TOP
from explainer.plots.base.painting import is_vector, pixel_ratio
from explainer.plots.base.shading import Shading
from explainer.plots.base.strokes import draw_strokes
from explainer.plots.resolved import Resolved, asked
from explainer.theme.tokens import CAPTION, SMALL

if TYPE_CHECKING:
    from explainer.plots.kinds.graph import GraphPart

_DASHED = {False: Qt.PenStyle.SolidLine, True: Qt.PenStyle.DashLine}
SIGN = 16.0
"""The side of the signs beside a column's name in pixels."""
UNREACHED = 0.45
"""How opaque a node is that has not been reached."""


class GraphPainting:
    """Paints the nodes and edges of a graph."""

    def __init__(self, graph: GraphPart) -> None:
        self.graph = graph

    @property
    def now(self) -> Resolved:
        """The graph at the moment that is shown."""
        assert self.graph.now is not None
        return self.graph.now

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Draw edges, then nodes, then the words beside them."""
        self.paint_edges(painter, self.graph.shown)
        self._paint_nodes(painter, self._paint_thumbnails(painter))
        self._paint_labels(painter)
        self._paint_words(painter, width, height)

    # edges

    def paint_edges(self, painter: QPainter, edges: Sequence[int], *, strong: bool = False) -> None:
        """Draw edges, in this order as far as they differ in strength."""
        if not len(edges):
            return
        graph, tokens, chosen = self.graph, self.graph.tokens, np.asarray(edges)
        weights = graph.weights[chosen]
        finite = np.isfinite(weights)
        most = float(np.nanmax(np.abs(graph.weights[np.isfinite(graph.weights)]), initial=0.0)) or 1.0
        shares = np.where(finite, np.minimum(1.0, np.abs(np.where(finite, weights, 0)) / most), 1.0)
        flow = 1.0 if self.now.flow is None else np.clip(np.nan_to_num(self.now.flow[chosen]), 0, 1)
        strengths = np.ones(len(chosen)) if strong else (0.15 + 0.75 * flow) * (0.35 + 0.65 * shares)
        weighted = graph.told.weights is not None
        widths = (0.6 + 3.4 * shares if weighted else np.full(len(chosen), 1.4)) * tokens.scale
        palette = [tokens.series_colour(0), tokens.series_colour(1)] if weighted else [tokens.muted]
        colours = (weights >= 0).astype(int) if weighted else np.zeros(len(chosen), int)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        held = np.zeros(len(chosen), bool) if self.now.held is None else np.asarray(self.now.held, bool)[chosen]
        as_curves = ~finite | held | is_vector(painter)
        for at in np.flatnonzero(as_curves).tolist():
            style = Qt.PenStyle.DotLine if not finite[at] else _DASHED[bool(held[at])]
            painter.setPen(pen(palette[colours[at]], float(widths[at]), float(strengths[at]), style))
            painter.drawPath(graph.shape.path(int(chosen[at])))
        own = ~as_curves
        curves = graph.shape.curves[chosen[own]]
        draw_strokes(painter, curves, widths[own], strengths[own], colours[own], palette, tokens.card)

    def _paint_labels(self, painter: QPainter) -> None:
        """Write what is said of edges: in the middle, or where a node is in the way above, below or beside its ends."""
        if self.now.labels is None:
            return
        graph, tokens = self.graph, self.graph.tokens
        painter.setFont(graph.font_of(SMALL))
        metrics = painter.fontMetrics()
        boxes = [graph.shape.box(node) for node in range(len(graph.names))]
        taken: list[QRectF] = []
        said = [edge for edge in graph.shown if str(self.now.labels[edge])]
        for edge in sorted(said, key=lambda edge: boxes[int(graph.edges[edge, 0])].top()):
            words = str(self.now.labels[edge])
            chip = QRectF(0, 0, metrics.horizontalAdvance(words) + 8, metrics.height() + 2)
            source, to = (boxes[int(node)] for node in graph.edges[edge])
            places = _places(chip, graph.shape.middle(edge), source, to, graph.rect())
            chip = min(places, key=lambda place: _covered(place, boxes) + 4 * _covered(place, taken))
            taken.append(QRectF(chip))
            painter.setPen(pen(tokens.border, 1.0))
            painter.setBrush(colour(tokens.card))
            painter.drawRoundedRect(chip, 4, 4)
            painter.setPen(colour(tokens.text))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)

    # nodes

    def _paint_thumbnails(self, painter: QPainter) -> list[int]:
        """Draw the nodes' maps, each in the range of its own values; return the nodes that have none."""
        graph = self.graph
        nodes = list(range(len(graph.names)))
        if self.now.thumbnails is None or not nodes:
            return nodes
        maps = np.asarray(self.now.thumbnails)
        widest = float(graph.shape.boxes[:, 2].max()) * pixel_ratio(painter)
        stride = max(1, int(min(maps.shape[1:]) / max(1.0, widest)))  # no finer than there are pixels
        maps = maps[:, stride // 2 :: stride, stride // 2 :: stride][:, ::-1]
        sizes = np.where(np.isfinite(maps), np.abs(maps), -1.0).max((1, 2), initial=-1.0)
        shares = maps / np.where(sizes > 0, sizes, 1.0)[:, None, None].astype(maps.dtype)
        colours = np.ascontiguousarray(Shading("signed", -1.0, 1.0).colours(shares, graph.tokens))
        rows, columns = maps.shape[1:]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(graph.tokens.border, 1.0))
        for node in np.flatnonzero(sizes >= 0).tolist():
            box, data = graph.shape.box(node), colours[node].data
            painter.drawImage(box, QImage(data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888))
            painter.drawRect(box)
        return [node for node in nodes if sizes[node] < 0]

    def _paint_nodes(self, painter: QPainter, nodes: Sequence[int]) -> None:
        """Draw the boxes of these nodes with their words, and mark the chosen node."""
        graph, now, tokens = self.graph, self.now, self.graph.tokens
        grounds, border = self._grounds(), pen(tokens.border, 1.0)
        for node in nodes:
            box = graph.shape.box(node)
            painter.setOpacity(1.0 if now.lit is None or now.lit[node] else UNREACHED)
            painter.setPen(border)
            painter.setBrush(grounds[node])
            painter.drawRoundedRect(box, 5, 5)
            self._paint_node_words(painter, node, box)
        painter.setOpacity(1.0)
        if isinstance(now.chosen, int) and 0 <= now.chosen < len(graph.names):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(tokens.accent, 2.0))
            painter.drawRoundedRect(graph.shape.box(now.chosen).adjusted(-1, -1, 1, 1), 6, 6)

    def _grounds(self) -> list[object]:
        """Return the nodes' grounds: coloured by their values, where no gradient is shown beside them."""
        graph, tokens = self.graph, self.graph.tokens
        plain = colour(tokens.raised)
        if self.now.values is None or graph.told.gradients is not None:
            return [plain] * len(graph.names)
        values = np.asarray(self.now.values, float)
        most = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
        return [
            blend(tokens.raised, tokens.series_colour(1 if value >= 0 else 0), 0.5 * min(1.0, abs(value) / most))
            if np.isfinite(value)
            else plain
            for value in values.tolist()
        ]

    def _paint_node_words(self, painter: QPainter, node: int, box: QRectF) -> None:
        """Write name, value and gradient; where three lines find no room, name and value share one."""
        graph, now, tokens = self.graph, self.now, self.graph.tokens
        high, room = 14 * tokens.scale, box.width() - 4
        lines = [(graph.names[node], tokens.text, True)]
        if now.values is not None:
            value = float(now.values[node])
            away = np.isnan(value) and now.lit is not None and not now.lit[node]
            lines.append(("" if away else self._number(painter, value, room), tokens.text, False))
        if now.gradients is not None:
            gradient = float(now.gradients[node])
            said = self._number(painter, gradient, room, "∂ ") if np.isfinite(gradient) else ""
            lines.append((said, tokens.warning, False))
        most = int((box.height() + 4) / high)
        if most < len(lines):
            lines = [line for line in lines if line[0]]
        rows = [lines[:2], *([line] for line in lines[2:])] if 1 < most < len(lines) else [[line] for line in lines]
        top = box.center().y() - high * len(rows[:most]) / 2
        for number, row in enumerate(rows[:most]):
            self._paint_row(painter, row, QRectF(box.left() + 2, top + number * high, room, high))

    def _paint_row(self, painter: QPainter, row: Sequence[tuple[str, str, bool]], place: QRectF) -> None:
        """Write words in the middle of a line, or the first at its left and the last, which is whole, at its right."""
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight) if len(row) > 1 else (Qt.AlignmentFlag(0),)
        room = place.width()
        for (words, token, bold), side in reversed(list(zip(row, sides, strict=True))):
            painter.setFont(self._name_font(words, room) if bold else self.graph.font_of(SMALL))
            painter.setPen(colour(token))
            shown = fitting(painter, words, room)
            where = side | Qt.AlignmentFlag.AlignVCenter if side else Qt.AlignmentFlag.AlignCenter
            painter.drawText(place, where, shown)
            room -= painter.fontMetrics().horizontalAdvance(shown) + 4

    def _name_font(self, name: str, room: float) -> QFont:
        """Return the font of a node's name: a little smaller where that keeps it whole."""
        large, small = (self.graph.font_of(size, bold=True) for size in (CAPTION, SMALL))
        return large if QFontMetricsF(large).horizontalAdvance(name) <= room else small

    def _number(self, painter: QPainter, value: float, room: float, sign: str = "") -> str:
        """Return a number with as many digits as find room, three at most; nothing where not one does."""
        painter.setFont(self.graph.font_of(SMALL))
        wide = painter.fontMetrics().horizontalAdvance
        said = (sign + number_text(value, digits) for digits in (3, 2, 1))
        return next((words for words in said if wide(words) <= room), "")

    # beside them

    def _paint_words(self, painter: QPainter, width: float, height: float) -> None:
        """Name the columns, and say how many edges are left out."""
        graph, scale = self.graph, self.graph.tokens.scale
        painter.setFont(graph.font_of(SMALL))
        painter.setPen(colour(graph.tokens.muted))
        columns = np.unique(graph.spots[:, 0])
        graph.hand.signs = []
        room = (width - 2 * SIDE * scale) / max(1, len(columns) - 1) if graph.told.grow is not None else width
        room = min(room, width / max(1, len(columns)))
        for place, name in zip(columns, self.now.layer_names or (), strict=False):
            middle = SIDE * scale + place * (width - 2 * SIDE * scale)
            left = min(max(0.0, middle - room / 2), width - room)
            where = QRectF(left, 0, room, TOP * scale)
            signs = self._signs_of(len(graph.hand.signs) // 2)
            shown = fitting(painter, name, room - (2 * SIGN + 14) * scale if any(signs) else room)
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, shown)
            self._paint_signs(painter, where, painter.fontMetrics().horizontalAdvance(shown))
        left_out = int(graph.known.sum()) - len(graph.shown)
        if left_out > 0:
            words = f"{left_out:,} weaker edges are not drawn"
            wide = painter.fontMetrics().horizontalAdvance(words)
            where = QRectF(width - wide - 8, height - 16, wide + 6, 16)
            painter.fillRect(where, colour(graph.tokens.card, 0.8))
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_signs(self, painter: QPainter, where: QRectF, wide: float) -> None:
        """Paint − and + beside a column's name, where they ask for something."""
        graph, tokens = self.graph, self.graph.tokens
        if graph.told.grow is None:
            return
        side, column = SIGN * tokens.scale, len(graph.hand.signs) // 2
        for by, words, wanted in zip((-1, 1), "−+", self._signs_of(column), strict=True):
            left = where.center().x() + by * (wide + side + 6) / 2 - side / 2
            box = QRectF(left, where.top() + (where.height() - side) / 2, side, side)
            graph.hand.signs.append((box, column, by))
            if wanted:
                painter.setPen(pen(tokens.border, 1.0))
                painter.setBrush(colour(tokens.raised))
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(colour(tokens.text))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(colour(tokens.muted))

    def _signs_of(self, column: int) -> tuple[bool, bool]:
        """Return whether − and + of a column ask for something."""
        graph = self.graph
        if graph.told.grow is None or graph.frame is None:
            return False, False
        less, more = (asked(graph.told.grow, graph.frame, column, by) for by in (-1, 1))
        return bool(less) and less is not MISSING, bool(more) and more is not MISSING


def _places(chip: QRectF, middle: QPointF, source: QRectF, to: QRectF, room: QRect) -> list[QRectF]:
    """Return where the words of an edge may stand within ``room``, the best place first."""
    half = chip.height() / 2 + 1
    spots = [middle]
    for box in (source, to):
        spots += [QPointF(box.center().x(), box.top() - half), QPointF(box.center().x(), box.bottom() + half)]
    beside = to.right() + chip.width() / 2 + 6
    spots += [QPointF(beside, down) for down in (to.top() - half, to.top() + half, to.bottom() - half)]
    spots += [QPointF(middle.x(), middle.y() + by * 2 * half) for by in (-1, 1, -2, 2)]
    found = []
    for spot in spots:
        place = QRectF(chip)
        place.moveCenter(spot)
        place.moveLeft(min(max(2.0, place.left()), max(2.0, room.width() - place.width() - 2)))
        place.moveTop(min(max(0.0, place.top()), max(0.0, room.height() - place.height())))
        found.append(place)
    return found


def _covered(place: QRectF, boxes: Sequence[QRectF]) -> float:
    """Return how much of some boxes a place covers, in square pixels."""
    parts = (place.intersected(box) for box in boxes)
    return sum(part.width() * part.height() for part in parts if not part.isEmpty())
