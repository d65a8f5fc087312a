"""Nodes and edges: a layered network, a computation, a pipeline, a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QInputDialog

from explainer.contract.cards.spaces import Graph
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import pen
from explainer.plots.base.graph_layout import layout
from explainer.plots.base.graph_shape import TOP, GraphShape, shape_of
from explainer.plots.kinds.graph_hand import GraphHand
from explainer.plots.kinds.graph_painting import GraphPainting
from explainer.plots.painted_part import PaintedPart
from explainer.plots.part import Place
from explainer.plots.resolved import Resolved, alike

MOST_EDGES = 400
"""Edges that are drawn, the strongest."""
REACH = 7.0
"""Pixels within which an edge is found."""


class GraphPart(PaintedPart):
    """Nodes are boxes with a name, a value and a gradient, or thumbnails; edges say weight, sign and flow."""

    told: Graph

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.names: list[str] = []
        self.edges = np.zeros((0, 2), int)
        self.known = np.zeros(0, bool)
        """Which edges have both ends."""
        self.weights = np.zeros(0)
        self.spots = np.zeros((0, 2))
        """Where the nodes stand in the unit square."""
        self.shown: list[int] = []
        """The edges that are drawn."""
        self._given: tuple[Any, ...] | None = None
        self._shape: tuple[Any, GraphShape] | None = None
        self.hand = GraphHand(self)
        self._painting = GraphPainting(self)

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
        self.known = inside
        self.weights = np.ones(len(edges)) if now.weights is None else np.asarray(now.weights, float)
        given = (len(self.names), self.edges[inside], now.layers)
        if self._given is None or not alike(given, self._given):
            self.spots, self._given = layout(*given), given
            self._shape = None
        self.shown = self.strongest()

    # geometry and painting

    @property
    def shape(self) -> GraphShape:
        """Where everything is."""
        size = (float(self.width()), float(self.height()))
        if self._shape is None or self._shape[0] != (size, self.tokens.scale):
            told, scale = self.told, self.tokens.scale
            head = TOP * scale if told.layer_names is not None else 4.0
            lines = (told.values is not None) + (told.gradients is not None)
            lines = -1 if told.thumbnails is not None else lines
            found = shape_of(self.spots, self.edges, size, head, scale, lines=lines)
            self._shape = ((size, scale), found)
        return self._shape[1]

    def strongest(self) -> list[int]:
        """Return the edges that are drawn, the strongest last."""
        strength = np.where(self.known, np.nan_to_num(np.abs(self.weights), posinf=1e30), -1.0)
        order = np.argsort(strength, kind="stable")[-MOST_EDGES:]
        return [int(k) for k in order[strength[order] >= 0]]

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw edges, strongest last, then nodes."""
        self._painting.paint(painter, width, height)
        for node in range(len(self.names)):
            self.mark_at(self.shape.box(node), {self.dims[0]: node} if self.dims else {"node": node})

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lit node's edges, or the lit edge, once more and stronger."""
        node, edge = self._lit_node(), self._lit_edge()
        if node is None and edge is None:
            return
        shown = np.asarray(self.shown, int)
        lit = [edge] if edge is not None else shown[(self.edges[shown] == node).any(1)].tolist()
        self._painting.paint_edges(painter, lit, strong=True)
        if node is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.text, 1.8))
            painter.drawRoundedRect(self.shape.box(node).adjusted(-2, -2, 2, 2), 6, 6)
        if self.hand.source is not None:
            painter.setPen(pen(self.tokens.accent, 2.0, 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(self.shape.box(self.hand.source).center(), self.pointer)

    # the pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take hold of an edge, whose weight can be dragged, or of a node, to connect it."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.press(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: what is held follows; else light what is under the pointer."""
        if self.hand.move(event.position()):
            self.pointer = event.position()
            self.update()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a sign, a connection, or a click."""
        if self.hand.release(event.position()):
            self._pressed = None
            self.update()
        else:
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
        return self.shape.nearest(point, self.shown, REACH)

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
            self.set_number(edge, value)

    def set_number(self, edge: int, value: float) -> None:
        """Ask for what giving an edge a number comes to."""
        self.press_on(self.told.edge_number, edge, value)

    def marks(self) -> Sequence[Place]:
        """Return every node, and the middles of edges that lie under nothing else."""
        found = list(super().marks())
        for edge in self.shown[:60] if self.told.edge_dim and not self.empty else ():
            middle = self.shape.middle(edge)
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
        return f"{len(self.names)} nodes, {int(self.known.sum())} edges"
