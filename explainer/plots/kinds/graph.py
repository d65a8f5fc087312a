"""Nodes and edges: a layered network, a computation, a pipeline, a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QInputDialog

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.spaces import Graph
from explainer.contract.number_text import number_text
from explainer.plots.base.chips import fitting
from explainer.plots.base.colours import blend, colour, pen
from explainer.plots.base.graph_layout import layout
from explainer.plots.base.shading import Shading
from explainer.plots.base.throttle import Throttle
from explainer.plots.painted_part import PaintedPart
from explainer.plots.part import Place
from explainer.plots.resolved import Resolved, asked
from explainer.theme.tokens import CAPTION, SMALL

MOST_EDGES = 400
"""Edges that are drawn, the strongest."""
SIDE, TOP = 46.0, 20.0
"""Pixels beside the outer nodes, and above them for the columns' names."""
REACH = 7.0
"""Pixels within which an edge is found."""
PER_PIXEL = 0.02
"""How much a weight changes when its edge is dragged by a pixel."""
SIGN = 16.0
"""The side of the signs beside a column's name in pixels."""


class GraphPart(PaintedPart):
    """Nodes are boxes with a name, a value and a gradient, or thumbnails; edges say weight, sign and flow."""

    told: Graph

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.signs: list[tuple[QRectF, int, int]] = []
        self._grabbed: tuple[int, float, float] | None = None
        self._from: int | None = None
        self._number = Throttle(self, lambda told: self.press_on(self.told.edge_number, *told))

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many nodes there are."""
        return () if now.names is None else (len(now.names),)

    def fill(self) -> None:
        """Take nodes and edges, and lay them out where they are others than before."""
        now = self.now
        assert now is not None
        self.names = [] if now.names is None else np.asarray(now.names).astype(str).tolist()
        edges = np.zeros((0, 2), int) if now.edges is None else np.asarray(now.edges, int).reshape(-1, 2)
        inside = np.asarray(((edges >= 0) & (edges < len(self.names))).all(1))
        self.edges = np.where(inside[:, None], edges, 0)
        self._known = inside
        self.weights = np.ones(len(edges)) if now.weights is None else np.asarray(now.weights, float)
        self.spots = layout(len(self.names), self.edges[inside], now.layers)
        self._shades = Shading("signed")

    # geometry

    def spot(self, node: int) -> QPointF:
        """Return a node's middle in pixels."""
        scale = self.tokens.scale
        head = TOP * scale if self.told.layer_names is not None else 4.0
        across, down = self.spots[node]
        left = SIDE * scale + across * max(1.0, self.width() - 2 * SIDE * scale)
        return QPointF(left, head + down * max(1.0, self.height() - head - 4))

    def node_box(self, node: int) -> QRectF:
        """Return a node's box."""
        own = self.spots[:, 0] == self.spots[node, 0]
        room = (self.height() - TOP) / max(1, int(own.sum()))
        scale, middle = self.tokens.scale, self.spot(node)
        if self.told.thumbnails is not None:
            side = min(52 * scale, max(8.0, room - 6))
            return QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        columns = max(1, len(np.unique(self.spots[:, 0])))
        wide = min(92 * scale, max(18.0, (self.width() - 20) / columns - 26))
        high = min((20 + 14 * self._lines()) * scale, max(9.0, room - 5))
        return QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)

    def _lines(self) -> int:
        return (self.told.values is not None) + (self.told.gradients is not None)

    def _ends(self, edge: int) -> tuple[QPointF, QPointF]:
        source, to = (self.node_box(int(node)) for node in self.edges[edge])
        if source.center().x() <= to.center().x():
            return QPointF(source.right(), source.center().y()), QPointF(to.left(), to.center().y())
        return QPointF(source.left(), source.center().y()), QPointF(to.right(), to.center().y())

    def _path(self, edge: int) -> QPainterPath:
        start, end = self._ends(edge)
        path = QPainterPath(start)
        bend = (end.x() - start.x()) * 0.45
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw edges, strongest last, then nodes."""
        self._shown = self._strongest()
        most = float(np.nanmax(np.abs(self.weights), initial=1e-30)) or 1.0
        for edge in self._shown:
            self._paint_edge(painter, edge, most)
        for node in range(len(self.names)):
            self._paint_node(painter, node)
            self.mark_at(self.node_box(node), {self.dims[0]: node} if self.dims else {"node": node})
        self._paint_words(painter, width, height)

    def _strongest(self) -> list[int]:
        strength = np.where(self._known, np.nan_to_num(np.abs(self.weights), posinf=1e30), -1.0)
        order = np.argsort(strength, kind="stable")
        return [int(k) for k in order[-MOST_EDGES:] if strength[k] >= 0]

    def _edge_token(self, edge: int) -> str:
        weight = float(self.weights[edge])
        if self.told.weights is None:
            return self.tokens.muted
        return self.tokens.series_colour(1 if weight >= 0 else 0)

    def _paint_edge(self, painter: QPainter, edge: int, most: float, *, strong: bool = False) -> None:
        now = self.now
        assert now is not None
        weight = abs(float(self.weights[edge]))
        share = min(1.0, weight / most) if np.isfinite(weight) else 1.0
        flow = 1.0 if now.flow is None else float(np.clip(np.nan_to_num(now.flow[edge]), 0, 1))
        alpha = 1.0 if strong else (0.15 + 0.75 * flow) * (0.35 + 0.65 * share)
        style = Qt.PenStyle.SolidLine if np.isfinite(weight) else Qt.PenStyle.DotLine
        if now.held is not None and bool(now.held[edge]):
            style = Qt.PenStyle.DashLine
        wide = (0.6 + 3.4 * share) if self.told.weights is not None else 1.4
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self._edge_token(edge), wide * self.tokens.scale, alpha, style))
        path = self._path(edge)
        painter.drawPath(path)
        if now.labels is not None:
            painter.setFont(self.font_of(SMALL))
            painter.setPen(colour(self.tokens.muted))
            painter.drawText(path.pointAtPercent(0.5) + QPointF(2, -3), str(now.labels[edge]))

    def _paint_node(self, painter: QPainter, node: int) -> None:
        now, box, tokens = self.now, self.node_box(node), self.tokens
        assert now is not None
        reached = now.lit is None or bool(now.lit[node])
        if now.thumbnails is not None and np.isfinite(now.thumbnails[node]).any():
            self._paint_thumbnail(painter, box, np.asarray(now.thumbnails[node], float))
        else:
            value = float(now.values[node]) if now.values is not None else np.nan
            ground = colour(tokens.raised)
            if np.isfinite(value) and self.told.gradients is None:
                strength = min(1.0, abs(value) / (float(np.nanmax(np.abs(now.values))) or 1.0))
                ground = blend(tokens.raised, tokens.series_colour(1 if value >= 0 else 0), 0.5 * strength)
            painter.setPen(pen(tokens.border, 1.0))
            painter.setBrush(ground)
            painter.setOpacity(1.0 if reached else 0.45)
            painter.drawRoundedRect(box, 5, 5)
            self._paint_node_words(painter, node, box)
            painter.setOpacity(1.0)
        if node == now.chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(tokens.accent, 2.0))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 6, 6)

    def _paint_thumbnail(self, painter: QPainter, box: QRectF, values: np.ndarray) -> None:
        colours = np.ascontiguousarray(self._shades.colours(values, self.tokens)[::-1])
        rows, columns = values.shape
        image = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.border, 1.0))
        painter.drawRect(box)

    def _paint_node_words(self, painter: QPainter, node: int, box: QRectF) -> None:
        """Write name, value and gradient, as many lines as find room."""
        now, tokens = self.now, self.tokens
        assert now is not None
        lines = [(self.names[node], tokens.text, True)]
        if now.values is not None:
            lines.append((number_text(float(now.values[node])), tokens.text, False))
        if now.gradients is not None:
            gradient = float(now.gradients[node])
            lines.append((f"∂ {number_text(gradient)}" if np.isfinite(gradient) else "", tokens.warning, False))
        high = 14 * tokens.scale
        shown = lines[: int((box.height() + 4) / high)]
        top = box.center().y() - high * len(shown) / 2
        for number, (words, token, bold) in enumerate(shown):
            painter.setFont(self.font_of(CAPTION if bold else SMALL, bold))
            painter.setPen(colour(token))
            place = QRectF(box.left(), top + number * high, box.width(), high)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, fitting(painter, words, box.width() - 4))

    def _paint_words(self, painter: QPainter, width: float, height: float) -> None:
        """Name the columns, and say how many edges are left out."""
        now = self.now
        assert now is not None
        painter.setFont(self.font_of(SMALL))
        painter.setPen(colour(self.tokens.muted))
        columns = np.unique(self.spots[:, 0])
        room = width / max(1, len(columns))
        self.signs = []
        for place, name in zip(columns, now.layer_names or (), strict=False):
            middle = SIDE * self.tokens.scale + place * (width - 2 * SIDE * self.tokens.scale)
            left = min(max(0.0, middle - room / 2), width - room)
            where = QRectF(left, 0, room, TOP * self.tokens.scale)
            shown = fitting(painter, name, room - 2 * SIGN * self.tokens.scale)
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, shown)
            self._paint_signs(painter, where, painter.fontMetrics().horizontalAdvance(shown))
        left_out = int(self._known.sum()) - len(self._shown)
        if left_out > 0:
            where = QRectF(4, height - 16, width - 8, 16)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight, f"{left_out} weaker edges are not drawn")

    def _paint_signs(self, painter: QPainter, where: QRectF, wide: float) -> None:
        """Paint − and + beside a column's name, where they ask for something."""
        if self.told.grow is None or self.frame is None:
            return
        side, column = SIGN * self.tokens.scale, len(self.signs) // 2
        for by, words in ((-1, "−"), (1, "+")):
            left = where.center().x() + by * (wide + side) / 2 - side / 2
            box = QRectF(left, where.top() + (where.height() - side) / 2, side, side)
            self.signs.append((box, column, by))
            wanted = asked(self.told.grow, self.frame, column, by)
            if wanted and wanted is not MISSING:
                painter.setPen(pen(self.tokens.border, 1.0))
                painter.setBrush(colour(self.tokens.raised))
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(colour(self.tokens.text))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(colour(self.tokens.muted))

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lit node's edges, or the lit edge, once more and stronger."""
        self.still()
        node, edge = self._lit_node(), self._lit_edge()
        most = float(np.nanmax(np.abs(self.weights), initial=1e-30)) or 1.0
        shown = [edge] if edge is not None else [k for k in self._shown if node is not None and node in self.edges[k]]
        for each in shown:
            self._paint_edge(painter, each, most, strong=True)
        if node is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.text, 1.8))
            painter.drawRoundedRect(self.node_box(node).adjusted(-2, -2, 2, 2), 6, 6)

        if self._from is not None:
            painter.setPen(pen(self.tokens.accent, 2.0, 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(self.spot(self._from), self.pointer)

    # the pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take hold of an edge, whose weight can be dragged, or of a node, to connect it."""
        super().mousePressEvent(event)
        self._grabbed, self._from = None, None
        found = None if self._pressed is None or self.empty else self.lights_at(event.position())
        if found is None:
            return
        if self.told.edge_dim in found and self.told.edge_number is not None:
            edge = found[self.told.edge_dim]
            self._grabbed = edge, float(self.weights[edge]), event.position().y()
        elif self.dims and self.dims[0] in found and self.told.connect is not None:
            self._from = found[self.dims[0]]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: change the weight that is held, or draw the new connection; else light what is under the pointer."""
        if self._grabbed is not None:
            edge, first, height = self._grabbed
            value = first + PER_PIXEL * (height - event.position().y())
            self._number.ask((edge, float(f"{value:.4g}")))
        elif self._from is not None:
            self.pointer = event.position()
            self.update()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on a sign, a new connection, or what every part does."""
        moved = self._pressed is not None and (event.position() - self._pressed).manhattanLength() > REACH
        grabbed, source = self._grabbed, self._from
        self._grabbed, self._from = None, None
        sign = next((told for told in self.signs if told[0].contains(event.position())), None)
        if sign is not None and not moved:
            self.press_on(self.told.grow, sign[1], sign[2])
        elif source is not None and moved:
            to = (self.lights_at(event.position()) or {}).get(self.dims[0])
            self.update()
            if to is not None and to != source:
                self.press_on(self.told.connect, source, to)
        if sign is not None or (moved and (grabbed is not None or source is not None)):
            self._pressed = None
            return
        super().mouseReleaseEvent(event)

    def _lit_node(self) -> int | None:
        lit = self.lit.get(self.dims[0]) if self.dims else None
        return lit if lit is not None and lit < len(self.names) else None

    def _lit_edge(self) -> int | None:
        lit = self.lit.get(self.told.edge_dim)
        return lit if lit is not None and lit < len(self.edges) else None

    def count(self, name: str) -> int:
        """Return how many places a dimension has."""
        return len(self.edges) if name == self.told.edge_dim and self.now is not None else super().count(name)

    def light(self, name: str, value: object | None) -> None:
        """Light a node or an edge."""
        if name and name == self.told.edge_dim and name not in self.dims:
            if isinstance(value, int) and 0 <= value < len(self.edges):
                self.lit[name] = value
            else:
                self.lit.pop(name, None)
            self.say()
            self.lights_changed()
        else:
            super().light(name, value)

    def lights_at(self, point: QPointF) -> Mapping[str, int] | None:
        """Return the node at a pixel, else the nearest edge within reach."""
        node = super().lights_at(point)
        if node is not None or not self.told.edge_dim or self.empty:
            return node
        edge = self.edge_at(point)
        return None if edge is None else {self.told.edge_dim: edge}

    def edge_at(self, point: QPointF) -> int | None:
        """Return the edge that is drawn nearest to a pixel, within reach."""
        best, found = REACH, None
        for edge in self._shown:
            start, end = self._ends(edge)
            if not min(start.x(), end.x()) - REACH <= point.x() <= max(start.x(), end.x()) + REACH:
                continue
            path = self._path(edge)
            share = (point.x() - start.x()) / ((end.x() - start.x()) or 1.0)
            for shift in (-0.05, 0.0, 0.05):
                gone = path.pointAtPercent(float(np.clip(share + shift, 0, 1))) - point
                away = float(np.hypot(gone.x(), gone.y()))
                if away < best:
                    best, found = away, edge
        return found

    def point_at(self, lights: Mapping[str, int] | None) -> None:
        """Light a node or an edge, and put out the other."""
        if self.told.edge_dim:
            self.steering.light(self.told.edge_dim, (lights or {}).get(self.told.edge_dim))
        super().point_at(None if lights is None or self.told.edge_dim in lights else lights)

    def darken(self) -> None:
        """Light nothing."""
        super().darken()
        if self.told.edge_dim and self._lit_edge() is not None and not self.underMouse():
            self.steering.light(self.told.edge_dim, None)

    def clicked(self, lights: Mapping[str, int]) -> None:
        """Ask for what a click on a node or an edge comes to."""
        if self.told.edge_dim in lights:
            self.press_on(self.told.edge_click, lights[self.told.edge_dim])
        elif self.dims:
            self.press_on(self.told.click, lights[self.dims[0]])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: a digit at a lit edge begins a number; else as every part."""
        edge = self._lit_edge()
        if edge is not None and self.told.edge_number is not None and event.text() in tuple("0123456789-."):
            self.type_at(edge)
        else:
            super().keyPressEvent(event)

    def type_at(self, edge: int) -> None:
        """Let a number be typed for an edge."""
        title = self.edge_words(edge)
        value, given = QInputDialog.getDouble(self, "Weight", title, float(self.weights[edge]), -1e6, 1e6, 4)
        if given:
            self.press_on(self.told.edge_number, edge, value)

    def marks(self) -> Sequence[Place]:
        """Return every node, and the middles of edges that lie under nothing else."""
        found = list(super().marks())
        for edge in self._shown[:60] if self.told.edge_dim and not self.empty else ():
            middle = self._path(edge).pointAtPercent(0.5)
            if self.lights_at(QPointF(middle.toPoint())) == {self.told.edge_dim: edge}:
                found.append(Place(middle.toPoint(), {self.told.edge_dim: edge}))
        return found

    def edge_words(self, edge: int) -> str:
        """Return what is said of an edge."""
        source, to = self.edges[edge].tolist()
        value = f": {number_text(float(self.weights[edge]))}" if self.told.weights is not None else ""
        return f"{self.names[source]} → {self.names[to]}{value}"

    def reading(self) -> str:
        """Return what is said of the lit edge or node."""
        if self.now is None or self.empty:
            return ""
        edge, node = self._lit_edge(), self._lit_node()
        if edge is not None:
            said: Any = self.said(self.told.edge_reading, edge)
            return said if said is not None else self.edge_words(edge)
        if node is None:
            return ""
        said = self.said(self.told.reading, node)
        if said is not None:
            return str(said)
        words = [self.names[node]]
        words += [number_text(float(self.now.values[node]))] if self.now.values is not None else []
        words += [f"∂ {number_text(float(self.now.gradients[node]))}"] if self.now.gradients is not None else []
        return " · ".join(words)

    def summary(self) -> str:
        """Return how many nodes and edges there are."""
        if self.empty:
            return getattr(self.now, "none", "")
        return f"{len(self.names)} nodes, {int(self._known.sum())} edges"
