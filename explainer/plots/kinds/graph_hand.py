"""What a hand does to a graph: drags a weight, connects nodes, adds to a column or takes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from explainer.plots.base.throttle import Throttle

if TYPE_CHECKING:
    from explainer.plots.kinds.graph import GraphPart

PER_PIXEL = 0.02
"""How much a weight changes when its edge is dragged by a pixel."""
MOVED = 7.0
"""From how many pixels on a press is a drag."""


class GraphHand:
    """What is held just now: an edge with its first weight and height, or the node that a connection begins at."""

    def __init__(self, graph: GraphPart) -> None:
        self.graph = graph
        self.signs: list[tuple[QRectF, int, int]] = []
        """Where the signs are: box, column, −1 or 1."""
        self.source: int | None = None
        self._edge: tuple[int, float, float] | None = None
        self._pressed: QPointF | None = None
        self._number = Throttle(graph, graph.set_number)

    def press(self, point: QPointF) -> None:
        """Take hold of what is at a pixel."""
        graph, told = self.graph, self.graph.told
        self.source, self._edge, self._pressed = None, None, point
        found = {} if graph.empty else graph.lights_at(point) or {}
        if told.edge_dim in found and told.edge_number is not None:
            edge = found[told.edge_dim]
            self._edge = edge, float(graph.weights[edge]), point.y()
        elif graph.dims and graph.dims[0] in found and told.connect is not None:
            self.source = found[graph.dims[0]]

    def move(self, point: QPointF) -> bool:
        """Change the weight that is held, or draw the new connection; return whether anything is held."""
        if self._edge is not None and self._is_drag(point):
            edge, first, height = self._edge
            self._number.ask(edge, float(f"{first + PER_PIXEL * (height - point.y()):.4g}"))
        return self._edge is not None or self.source is not None

    def release(self, point: QPointF) -> bool:
        """Ask for what a sign or a connection comes to; return whether it was no click on a node or an edge."""
        graph, moved = self.graph, self._is_drag(point)
        held, source = self._edge is not None or self.source is not None, self.source
        self.source, self._edge, self._pressed = None, None, None
        sign = next((told for told in self.signs if told[0].contains(point)), None)
        if sign is not None and not moved:
            graph.press_on(graph.told.grow, sign[1], sign[2])
            return True
        if source is not None and moved:
            to = (graph.lights_at(point) or {}).get(graph.dims[0])
            if to is not None and to != source:
                graph.press_on(graph.told.connect, source, to)
        return held and moved

    def _is_drag(self, point: QPointF) -> bool:
        return self._pressed is not None and (point - self._pressed).manhattanLength() > MOVED
