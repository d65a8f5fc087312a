"""The inside of the network: hidden space, one example's numbers, histograms. Plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from explainer.contract.cards import (
    Bar,
    Button,
    Card,
    Cell,
    Graph,
    Ridges,
    Row,
    Scatter,
    Table,
    Tabs,
    Trail,
    reads,
)
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.playground.cards.main import column_names, point_classes, point_words
from explainer.scenes.playground.layers import told

# the hidden space


def layer_shown(params: Any) -> int:
    """Return the layer whose space is shown, 0 for the features of a network without hidden layers."""
    return min(params.layer, len(params.layers))


def space_title(frame: Frame) -> str:
    """Return whose space it is."""
    layer = layer_shown(frame.params)
    return f"Hidden space · layer {layer}" if layer else "Hidden space · none: the features themselves"


def space_axis(up: bool) -> Any:
    """Return what makes the name of an axis."""

    def axis(frame: Frame) -> str:
        params, layer = frame.params, layer_shown(frame.params)
        units = told(params).units[layer - 1] if layer else len(params.features)
        if params.space == "components" and units > 2:
            return f"principal component {2 if up else 1}"
        unit = min(params.unit_y if up else params.unit_x, units) if params.space == "units" else 2 if up else 1
        return (f"unit {unit}" if layer else f"feature {unit}") if unit <= units else ""

    return axis


def next_layer(frame: Frame) -> dict[str, Any] | None:
    """Return what shows the next layer's space, the first after the last."""
    count = len(frame.params.layers)
    return {"layer": layer_shown(frame.params) % count + 1} if count > 1 else None


def other_space(frame: Frame) -> dict[str, Any]:
    """Return what shows units instead of components, or the other way round."""
    return {"space": "units" if frame.params.space == "components" else "components"}


SPACE = Card(
    "space",
    space_title,
    Scatter(
        "space_points",
        label=(space_axis(up=False), space_axis(up=True)),
        classes=point_classes,
        over=(Trail("space_grid", place=7, width=0.8),),
        dims=("point",),
        reading=point_words,
        none="Press play.",
    ),
    name="Hidden space",
    about="What a layer does to the plane: the grid bent, the points where the layer puts them",
    buttons=(
        Button(
            lambda frame: "next layer" if len(frame.params.layers) > 1 else "",
            next_layer,
            "Shows the space of the next hidden layer",
        ),
        Button(
            lambda frame: "two units" if frame.params.space == "components" else "components",
            other_space,
            "Two units of the layer, or the two directions in which its points differ most",
        ),
    ),
    weight=1.4,
)


# one example


@reads("example_index", "example_loss", "points", "labels", "targets", "split")
def example_title(frame: Frame) -> str:
    """Return which point is followed, and its loss."""
    number = int(frame.arrays["example_index"])
    return f"{point_words(frame, number)} · loss {number_text(float(frame.arrays['example_loss']))}"


@reads("node_layers")
def reached(frame: Frame) -> np.ndarray:
    """Return which nodes the update in progress has come to: forward from the left, backward from the right."""
    layers, (way, _, number) = frame.arrays["node_layers"], frame.phase.partition(" ")
    if way == "forward" and number:
        return np.asarray(layers <= int(number))
    return np.asarray(layers >= int(number)) if way == "backward" and number else np.ones(len(layers), bool)


@reads("example_values")
def values(frame: Frame) -> np.ndarray:
    """Return the example's value at each node."""
    return np.asarray(frame.arrays["example_values"])


@reads("node_names", "node_layers", "example_values", "example_slopes")
def node_numbers(frame: Frame, node: int) -> str:
    """Return the numbers of a node."""
    name, layer = str(frame.arrays["node_names"][node]), int(frame.arrays["node_layers"][node])
    value, slope = (number_text(float(frame.arrays[each][node])) for each in ("example_values", "example_slopes"))
    what = "score" if layer > len(told(frame.params).units) else "value"
    return f"{name}: {what} {value}, ∂L/∂{what} {slope}"


@reads("node_names", "edges", "weights", "example_values", "example_gradients", "change")
def link_numbers(frame: Frame, edge: int) -> str:
    """Return the arithmetic of a link: what it passes on, and how its gradient is made."""
    source, to = (int(end) for end in frame.arrays["edges"][edge])
    names, found = frame.arrays["node_names"], frame.arrays
    weight, value = float(found["weights"][edge]), float(found["example_values"][source])
    gradient, change = float(found["example_gradients"][edge]), float(found["change"][edge])
    return (
        f"{names[source]} → {names[to]}: {number_text(value)} · {number_text(weight)} = {number_text(value * weight)}; "
        f"∂L/∂w {number_text(gradient)}; last change {number_text(change)}"
    )


@reads("edges", "node_names")
def link_names(frame: Frame) -> np.ndarray:
    """Return each link in words."""
    names = frame.arrays["node_names"]
    return np.array([f"{names[source]} → {names[to]}" for source, to in frame.arrays["edges"]])


def stepped(by: int) -> Any:
    """Return what follows the next point, or the one before."""

    def ask(frame: Frame) -> dict[str, Any]:
        count = len(frame.arrays["labels"]) if "labels" in frame.arrays else 1
        return {"example": (frame.params.example + by) % count}

    return ask


EXAMPLE = Card(
    "example",
    example_title,
    Tabs(
        {
            "Through the network": Graph(
                "node_names",
                "edges",
                layers="node_layers",
                layer_names=column_names,
                values="example_values",
                gradients="example_slopes",
                weights="weights",
                lit=reached,
                dims=("node",),
                edge_dim="edge",
                reading=node_numbers,
                edge_reading=link_numbers,
            ),
            "Weight by weight": Table(
                (
                    Cell(link_names, "link"),
                    Bar("weights", "weight", signed=True, place=0),
                    Bar("example_gradients", "∂L/∂w", signed=True, place=1),
                    Bar("change", "last change", signed=True, place=2),
                ),
                dim="edge",
                sortable=True,
            ),
        }
    ),
    name="One example",
    about="One point on its way: values forward, loss, gradients backward, and what the last update changed",
    buttons=(
        Button("previous", stepped(-1), "Follows the point before"),
        Button("next", stepped(1), "Follows the next point"),
    ),
    weight=1.4,
    least=(280, 180),
)


# histograms

HISTOGRAMS = Card(
    "histograms",
    "Weights and gradients, layer by layer",
    Row(
        (
            Ridges("weight_histogram", "weight_edges", "weight", place=0),
            Ridges(
                "gradient_histogram", "gradient_edges", "size of ∂L/∂w", log_x=True, place=1, none="No gradient yet"
            ),
        )
    ),
    about="How the weights of each layer are spread, and the sizes of their last gradients",
)
