"""Graphs under a hand: weights dragged, nodes connected, columns grown; decision maps whose points are drawn."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from explainer.contract.cards import Act, DecisionMap, Graph

NAMES = np.array(["a", "b", "c", "d"])
EDGES = np.array([[0, 1], [1, 2], [2, 3]])
WEIGHTS = np.array([0.5, -1.0, 2.0])


def graph(shown, **options):
    arrays = {"names": NAMES, "edges": EDGES, "layers": np.arange(4), "w": WEIGHTS}
    dims = {"names": ("node",), "edges": ("edge", "end"), "layers": ("node",), "w": ("edge",)}
    told = Graph(
        "names", "edges", layers="layers", weights="w", dims=("node",), edge_dim="edge",
        layer_names=lambda frame: ("in", "one", "two", "out"), **options,
    )  # fmt: skip
    made = shown(told, arrays, dims=dims, size=(720, 300))
    made.part.still()
    return made


def drag(part, start, *ends):
    """Press at a pixel, move to others, let go at the last."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * len(ends), QEvent.Type.MouseButtonRelease]
    for kind, at in zip(kinds, (start, *ends, (ends or (start,))[-1]), strict=True):
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            part, QMouseEvent(kind, at, part.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        )


def test_a_weight_follows_the_pointer_up_and_down(shown):
    made = graph(shown, edge_number=lambda frame, edge, value: Act("set", {"edge": edge, "value": value}))
    middle = made.part.shape.middle(1)
    drag(made.part, middle, middle + QPointF(0, -50))
    assert made.acts == [("set", {"edge": 1, "value": pytest.approx(-1.0 + 50 * 0.02)})]


def test_a_press_that_hardly_moves_is_a_click(shown):
    made = graph(
        shown,
        edge_number=lambda frame, edge, value: Act("set", {}),
        edge_click=lambda frame, edge: Act("clicked", {"edge": edge}),
    )
    middle = made.part.shape.middle(1)
    drag(made.part, middle, middle + QPointF(1, 1))
    assert made.acts == [("clicked", {"edge": 1})]


def test_dragging_from_node_to_node_connects_them_and_beside_one_nothing(shown):
    made = graph(shown, connect=lambda frame, source, to: Act("connect", {"source": source, "to": to}))
    first, last = (made.part.shape.box(node).center() for node in (0, 3))
    drag(made.part, first, last)
    drag(made.part, first, first + QPointF(60, 100))
    assert made.acts == [("connect", {"source": 0, "to": 3})]


def test_the_signs_of_a_column_grow_it_where_that_can_be(shown):
    made = graph(shown, grow=lambda frame, column, by: Act("grow", {"at": column, "by": by}) if column == 1 else None)
    assert len(made.part.hand.signs) == 8
    for box, _, _ in made.part.hand.signs:
        drag(made.part, box.center())
    assert made.acts == [("grow", {"at": 1, "by": -1}), ("grow", {"at": 1, "by": 1})]


def decision_map(shown, **options):
    middles = np.linspace(-1, 1, 21)
    x = np.broadcast_to(middles, (21, 21))
    arrays = {"p": np.stack([1 - (x + 1) / 2, (x + 1) / 2]), "spots": np.array([[0.0, 0.0], [0.5, 0.5]])}
    dims = {"p": ("class", "y", "x"), "spots": ("spot", "axis")}
    made = shown(DecisionMap("p", points="spots", **options), arrays, dims=dims, size=(400, 400))
    made.part.grab()
    return made


def test_the_boundary_is_where_two_classes_are_equally_likely(shown):
    plain, lined = (decision_map(shown, boundary=boundary) for boundary in (False, True))
    assert plain.part.grab().toImage() != lined.part.grab().toImage()


def test_a_whole_map_is_seen_whatever_the_shape_of_its_card(shown):
    made = decision_map(shown)
    made.picture.resize(700, 250)
    made.part.grab()
    box, pane = made.part.image_box(), made.part.axes.view_box.rect()
    assert pane.adjusted(-1, -1, 1, 1).contains(box)
