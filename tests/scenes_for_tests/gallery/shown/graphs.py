"""Graphs: a computation, a network with thumbnails."""

import numpy as np

from explainer.contract.cards import Card, Dimension, Graph
from explainer.contract.scene import Array

COUNTS = {"usual": 8, "one": 1, "none": 0, "many": 60, "odd": 8}
ARRAYS = {
    "op": Array(("operation",), "<U32", "Operations."),
    "op_edge": Array(("flow", "two ends"), "int64", "Edges."),
    "op_value": Array(("operation",), "float64", "Values.", nan="not known"),
    "op_gradient": Array(("operation",), "float64", "Gradients.", nan="not yet"),
    "unit": Array(("unit",), "<U32", "Units."),
    "unit_layer": Array(("unit",), "int64", "Layers."),
    "unit_edge": Array(("weight", "two ends"), "int64", "Edges."),
    "unit_weight": Array(("weight",), "float64", "Weights.", nan="not known"),
    "unit_map": Array(("unit", "unit row", "unit column"), "float64", "Responses.", nan="none"),
}
DIMENSIONS = {"operation": Dimension("operation", "op"), "unit": Dimension("unit", "unit")}


def arrays(params, step):
    """Return the arrays."""
    count = COUNTS[params.amount]
    chance = np.random.default_rng(2)
    tree = np.array([[(k - 1) // 2, k] for k in range(1, count)]).reshape(-1, 2)[:, ::-1]
    value = chance.normal(size=count)
    gradient = np.where(np.arange(count) < 3, chance.normal(size=count), np.nan)
    sizes = (2, max(1, count // 2), 1) if count else (0, 0, 0)
    layer = np.repeat([0, 1, 2], sizes)
    edges = [(a, b) for a in range(len(layer)) for b in range(len(layer)) if layer[b] == layer[a] + 1]
    weight = chance.normal(size=len(edges))
    if params.amount == "odd":
        value[1], weight[0] = np.nan, np.nan
    side = np.linspace(-1, 1, 16)
    maps = np.tanh(chance.normal(size=(len(layer), 1, 1)) * side[None, None] + side[None, :, None])
    return {
        "op": np.array([f"op {k}" for k in range(count)], dtype="<U32"),
        "op_edge": tree.astype(np.int64),
        "op_value": value,
        "op_gradient": gradient,
        "unit": np.array([f"unit {k}" for k in range(len(layer))], dtype="<U32"),
        "unit_layer": layer.astype(np.int64),
        "unit_edge": np.array(edges, dtype=np.int64).reshape(-1, 2),
        "unit_weight": weight,
        "unit_map": maps,
    }


CARDS = (
    Card(
        "computation",
        "A computation with values and gradients",
        Graph("op", "op_edge", values="op_value", gradients="op_gradient", none="no node"),
    ),
    Card(
        "network",
        "A layered network with responses",
        Graph(
            "unit",
            "unit_edge",
            layers="unit_layer",
            layer_names=lambda frame: ("input", "hidden", "output"),
            weights="unit_weight",
            thumbnails="unit_map",
            edge_dim="weight",
            chosen=lambda frame: frame.params.chosen,
            click=lambda frame, node: {"chosen": min(63, node)},
            edge_click=lambda frame, edge: {"chosen": 0},
            none="no unit",
        ),
    ),
)
