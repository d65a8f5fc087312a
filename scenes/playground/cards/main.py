"""The first screen: the network, the decision map, the loss. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Act, Card, DecisionMap, Graph, Steps, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text, pair_text
from explainer.scenes.playground.data_names import axes, classes_of
from explainer.scenes.playground.layers import ACTIVATIONS, told
from explainer.scenes.playground.words import TRAIN, is_number, network_words, percent

SPLITS = ("training", "validation", "test")


# the network


def column_names(frame: Frame) -> Sequence[str]:
    """Return what the columns of the network are called."""
    spec = told(frame.params)
    hidden = [f"layer {k} · {ACTIVATIONS[name]}" for k, name in enumerate(spec.activations, 1)]
    return ("features", *hidden, "output")


def place_of(frame: Frame, node: int) -> tuple[int, int]:
    """Return a node's layer, 0 being the input, and its place in it, from 1."""
    layers = frame.arrays["node_layers"]
    layer = int(layers[node])
    return layer, node - int(np.flatnonzero(layers == layer)[0]) + 1


@reads("node_layers", "node_names", "bias/*")
def node_words(frame: Frame, node: int) -> str:
    """Return what is said of an input, a unit or an output."""
    layer, unit = place_of(frame, node)
    name = str(frame.arrays["node_names"][node])
    if layer == 0:
        return f"the feature {name}: given, not learned"
    spec = told(frame.params)
    bias = number_text(float(frame.arrays[f"bias/{layer}"][unit - 1]))
    if layer > len(spec.units):
        return f"output {name}: score = weights · the last layer + bias {bias}"
    return f"unit {unit} of layer {layer}: {ACTIVATIONS[spec.activations[layer - 1]]}(weights · inputs + bias {bias})"


@reads("node_layers", "node_names", "edges", "edge_values")
def edge_words(frame: Frame, edge: int) -> str:
    """Return what is said of a link."""
    source, to = (int(end) for end in frame.arrays["edges"][edge])
    names, value = frame.arrays["node_names"], float(frame.arrays["edge_values"][edge])
    what = "weight" if frame.params.links == "weight" else "∂L/∂w"
    return f"{names[source]} → {names[to]}: {what} {number_text(value)}"


@reads("node_layers", "edges")
def weight_set(frame: Frame, edge: int, value: float) -> Act:
    """Return what gives a link's weight another value."""
    ends = frame.arrays["edges"]
    to = int(ends[edge][1])
    layer, unit = place_of(frame, to)
    source = int((ends[:edge, 1] == to).sum()) + 1
    return Act("set_weight", {"layer": layer, "unit": unit, "source": source, "value": value})


@reads("node_layers")
def shown_layer(frame: Frame, node: int) -> dict[str, Any] | None:
    """Return what shows a unit's layer in the hidden space, with the unit across."""
    layer, unit = place_of(frame, node)
    if not 1 <= layer <= len(told(frame.params).units):
        return None
    return {"layer": layer, "unit_x": unit}


NETWORK = Card(
    "network",
    lambda frame: f"Network · {network_words(frame.params)}",
    Graph(
        "node_names",
        "edges",
        layers="node_layers",
        layer_names=column_names,
        weights="edge_values",
        thumbnails="node_maps",
        dims=("node",),
        edge_dim="edge",
        reading=node_words,
        edge_reading=edge_words,
        click=shown_layer,
        edge_number=weight_set,
    ),
    name="Network",
    about="Every unit with what it says over the plane; links by weight and sign",
    hint="point at a link and type a number",
    at_first=True,
    weight=1.6,
    least=(260, 180),
)


# the decision map


@reads("prediction", dims=("class", "y", "x"))
def shown_map(frame: Frame) -> np.ndarray:
    """Return the classes' probabilities, or the number."""
    return np.asarray(frame.arrays["prediction"])


@reads("split")
def held_out(frame: Frame) -> np.ndarray:
    """Return which points the network does not learn from."""
    return np.asarray(frame.arrays["split"]) != TRAIN


@reads("points", "labels", "targets", "split")
def point_words(frame: Frame, point: int) -> str:
    """Return what is said of a point."""
    x, y = frame.arrays["points"][point].tolist()
    split = SPLITS[int(frame.arrays["split"][point])]
    if is_number(frame.params):
        return f"{split} point {pair_text(x, y)}: {number_text(float(frame.arrays['targets'][point]))}"
    return f"{split} point {pair_text(x, y)} of {classes_of(frame.params.data)[int(frame.arrays['labels'][point])]}"


@reads("prediction", "plane_x", "plane_y")
def map_words(frame: Frame, x: float, y: float) -> str:
    """Return what the network says at a place."""
    row, column = (int(np.abs(frame.arrays[name] - at).argmin()) for name, at in (("plane_y", y), ("plane_x", x)))
    said = frame.arrays["prediction"][:, row, column]
    if is_number(frame.params):
        return f"{pair_text(x, y)}: {number_text(float(said[0]))}"
    names = classes_of(frame.params.data)
    order = np.argsort(-said)[:3]
    return f"{pair_text(x, y)}: " + ", ".join(f"{names[k]} {percent(float(said[k]))}" for k in order)


MAP = Card(
    "map",
    "What the network says",
    DecisionMap(
        shown_map,
        points="points",
        classes="labels",
        hollow=held_out,
        point_dim="point",
        label=(lambda frame: axes(frame.params)[0], lambda frame: axes(frame.params)[1]),
        reading=map_words,
        point_reading=point_words,
    ),
    about="Each class's probability over the plane, with the points: filled ones to learn from, hollow ones to test",
    at_first=True,
    weight=1.6,
)


# the losses


def losses(frame: Frame) -> Mapping[str, str]:
    """Return which losses are drawn."""
    known = {"loss/train": "training", "loss/validation": "validation", "loss/test": "test"}
    return {name: words for name, words in known.items() if name in frame.series}


LOSS = Card(
    "loss",
    "Loss",
    Steps(losses, "mean loss", lambda params: bool(params.log_loss)),
    about="The mean loss of training, validation and test points at every update",
    at_first=True,
)
