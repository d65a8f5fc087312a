"""The first screen: the network, the decision map, the loss. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Act, Button, Card, DecisionMap, Graph, Steps, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text, pair_text
from explainer.scenes.playground.data_names import LEAST_DRAWN, MOST_BRUSHES, MOST_DRAWN, axes, classes_of, is_number
from explainer.scenes.playground.layers import (
    ACTIVATIONS,
    MOST_LAYERS,
    MOST_UNITS,
    Entry,
    fitting_skips,
    parse_entry,
    read_skips,
    told,
)
from explainer.scenes.playground.words import TEST, TRAIN, counted, network_words, now, percent

DRAWN, APART = 3.0, 0.12
"""How far from the middle points can be drawn, and how far apart they are strewn."""
SPLITS = ("training", "validation", "test")


# the network


def column_names(frame: Frame) -> Sequence[str]:
    """Return what the columns of the network are called."""
    spec = told(frame.params)
    hidden = [f"h{k} · {ACTIVATIONS[name]}" for k, name in enumerate(spec.activations, 1)]
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
def weight_set(frame: Frame, edge: int, value: float) -> Act | None:
    """Return what gives a link's weight another value; gradients are not set."""
    if frame.params.links != "weight":
        return None
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


def grown(frame: Frame, column: int, by: int) -> dict[str, Any] | None:
    """Return what gives a hidden layer one unit more or less."""
    layers = list(frame.params.layers)
    if not 1 <= column <= len(layers):
        return None
    entry = parse_entry(layers[column - 1])
    if not 1 <= entry.units + by <= MOST_UNITS:
        return None
    layers[column - 1] = Entry(entry.units + by, entry.own).text()
    return {"layers": tuple(layers)}


def more_layers(frame: Frame) -> dict[str, Any] | None:
    """Return what adds a hidden layer like the last one."""
    layers = frame.params.layers
    return {"layers": (*layers, layers[-1] if layers else "2")} if len(layers) < MOST_LAYERS else None


def fewer_layers(frame: Frame) -> dict[str, Any] | None:
    """Return what takes the last hidden layer away, with the connections that lose their end."""
    layers = frame.params.layers[:-1]
    asked = {"layers": layers, "skips": fitting_skips(frame.params.skips, len(layers))}
    return asked if frame.params.layers else None


@reads("node_layers")
def connected(frame: Frame, node: int, other: int) -> dict[str, Any] | None:
    """Return what lets a layer see an earlier one besides the one before it, or no longer."""
    source, to = sorted((place_of(frame, node)[0], place_of(frame, other)[0]))
    if to < source + 2:
        return None
    pairs = list(read_skips(frame.params.skips))
    pairs = [pair for pair in pairs if pair != (source, to)] if (source, to) in pairs else [*pairs, (source, to)]
    return {"skips": ",".join(f"{a}>{b}" for a, b in pairs)}


def chosen_place(frame: Frame) -> tuple[int, int] | None:
    """Return layer and number of the chosen unit; None in a network without hidden units."""
    units = told(frame.params).units
    if not units:
        return None
    layer = min(frame.params.layer, len(units))
    return layer, min(frame.params.unit_x, units[layer - 1])


@reads("node_layers")
def chosen_node(frame: Frame) -> int | None:
    """Return the node of the chosen unit."""
    place = chosen_place(frame)
    if place is None:
        return None
    return int(np.flatnonzero(frame.arrays["node_layers"] == place[0])[0]) + place[1] - 1


def redrawn(frame: Frame) -> Act | None:
    """Return what draws the chosen unit's weights afresh."""
    place = chosen_place(frame)
    return None if place is None else Act("reinitialise", {"layer": place[0], "unit": place[1]})


@reads("held", "edges", "node_layers")
def is_held(frame: Frame) -> bool:
    """Return whether any weight into the chosen unit is held."""
    node = chosen_node(frame)
    return bool(frame.arrays["held"][frame.arrays["edges"][:, 1] == node].any())


def hold_words(frame: Frame) -> str:
    """Return the words that hold the chosen unit, or let it go."""
    known = {"held", "edges", "node_layers"} <= frame.arrays.keys()
    if not known or chosen_place(frame) is None:
        return ""
    return "release" if is_held(frame) else "hold"


@reads("held", "edges", "node_layers")
def held(frame: Frame) -> Act | None:
    """Return what holds the weights into the chosen unit, or lets them learn again."""
    place = chosen_place(frame)
    if place is None:
        return None
    return Act("hold", {"layer": place[0], "unit": place[1], "source": 0, "on": not is_held(frame)})


def other_links(frame: Frame) -> dict[str, Any]:
    """Return what shows gradients on the links instead of weights, or the other way round."""
    return {"links": "weight" if frame.params.links == "gradient" else "gradient"}


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
        held="held",
        grow=grown,
        connect=connected,
        chosen=chosen_node,
    ),
    name="Network",
    about="Every unit with what it says over the plane; links by weight and sign",
    hint="drag a link or type its weight; drag from node to node to skip layers",
    buttons=(
        Button("− layer", fewer_layers, "Takes the last hidden layer away"),
        Button("+ layer", more_layers, "Adds a hidden layer like the last one"),
        Button(
            lambda frame: "redraw" if chosen_place(frame) else "",
            redrawn,
            "Draws the weights into the chosen unit afresh",
        ),
        Button(hold_words, held, "Keeps the weights into the chosen unit as they are"),
        Button(
            lambda frame: "show ∂L/∂w" if frame.params.links == "weight" else "show w",
            other_links,
            "Shows the last gradients on the links, or the weights",
            right=True,
        ),
    ),
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


@reads("labels", "targets")
def point_classes(frame: Frame) -> np.ndarray:
    """Return the points' places in the palette: of classes their own, of numbers one below 0 and one above."""
    if is_number(frame.params):
        return np.asarray(frame.arrays["targets"] > 0).astype(int)
    return np.asarray(frame.arrays["labels"])


@reads("points", "labels", "targets", "split")
def point_words(frame: Frame, point: int) -> str:
    """Return what is said of a point."""
    x, y = frame.arrays["points"][point].tolist()
    split = SPLITS[int(frame.arrays["split"][point])]
    if is_number(frame.params):
        return f"{split} point {pair_text(x, y)}: {number_text(float(frame.arrays['targets'][point]))}"
    return f"{split} point {pair_text(x, y)} of {classes_of(frame.params)[int(frame.arrays['labels'][point])]}"


@reads("prediction", "plane_x", "plane_y")
def map_words(frame: Frame, x: float, y: float) -> str:
    """Return what the network says at a place."""
    row, column = (int(np.abs(frame.arrays[name] - at).argmin()) for name, at in (("plane_y", y), ("plane_x", x)))
    said = frame.arrays["prediction"][:, row, column]
    if is_number(frame.params):
        return f"{pair_text(x, y)}: {number_text(float(said[0]))}"
    names = classes_of(frame.params)
    order = np.argsort(-said)[:3]
    return f"{pair_text(x, y)}: " + ", ".join(f"{names[k]} {percent(float(said[k]))}" for k in order)


@reads("points")
def followed(frame: Frame, x: float, y: float) -> dict[str, Any] | None:
    """Return what follows the nearest point through the network."""
    points = frame.arrays["points"]
    return {"example": int(np.hypot(points[:, 0] - x, points[:, 1] - y).argmin())} if len(points) else None


def is_drawn(params: Any) -> bool:
    """Return whether the points are drawn by hand."""
    return bool(params.data == "drawn")


def kept_inside(x: float, y: float) -> tuple[float, float]:
    """Return a place with four digits, within the part of the plane where points can be drawn."""
    a, b = (min(max(float(f"{v:.4g}"), -DRAWN), DRAWN) for v in (x, y))
    return a, b


def added(frame: Frame, x: float, y: float) -> dict[str, Any] | None:
    """Return what adds a point of the brush's class."""
    drawn = frame.params.drawn
    if not is_drawn(frame.params) or len(drawn) >= 3 * MOST_DRAWN:
        return None
    label = min(frame.params.brush, frame.params.drawn_classes - 1)
    return {"drawn": (*drawn, *kept_inside(x, y), float(label))}


def strewn(frame: Frame, x: float, y: float) -> dict[str, Any] | None:
    """Return what adds a point where the pointer draws, unless the last one is near."""
    before = frame.params.drawn
    near = is_drawn(frame.params) and np.hypot(x - before[-3], y - before[-2]) < APART
    return None if near else added(frame, x, y)


def moved(frame: Frame, point: int, x: float, y: float) -> dict[str, Any] | None:
    """Return what moves a drawn point."""
    drawn = list(frame.params.drawn)
    if not is_drawn(frame.params) or 3 * point >= len(drawn):
        return None
    drawn[3 * point : 3 * point + 2] = kept_inside(x, y)
    return {"drawn": tuple(drawn)}


def removed(frame: Frame, point: int) -> dict[str, Any] | None:
    """Return what takes a drawn point away; the last four stay."""
    drawn = frame.params.drawn
    if not is_drawn(frame.params) or len(drawn) <= 3 * LEAST_DRAWN:
        return None
    return {"drawn": (*drawn[: 3 * point], *drawn[3 * point + 3 :])}


@reads("points", "labels")
def taken_over(frame: Frame) -> dict[str, Any] | None:
    """Return what makes the present points ones that can be moved, added and taken away."""
    count = len(classes_of(frame.params))
    if is_drawn(frame.params) or not 2 <= count <= MOST_BRUSHES:
        return None
    points, labels = frame.arrays["points"][:MOST_DRAWN], frame.arrays["labels"][:MOST_DRAWN]
    drawn = [
        v
        for (x, y), label in zip(points.tolist(), labels.tolist(), strict=True)
        for v in (*kept_inside(x, y), float(label))
    ]
    return {"data": "drawn", "drawn_classes": count, "drawn": tuple(drawn)}


def edit_words(frame: Frame) -> str:
    """Return the words that let the points be changed, where they can."""
    params = frame.params
    return "" if is_drawn(params) or not 2 <= len(classes_of(params)) <= MOST_BRUSHES else "change these points"


def brush_words(frame: Frame) -> str:
    """Return which class is drawn."""
    params = frame.params
    return f"drawing: {classes_of(params)[min(params.brush, params.drawn_classes - 1)]}" if is_drawn(params) else ""


def next_brush(frame: Frame) -> dict[str, Any]:
    """Return what draws the next class."""
    return {"brush": (frame.params.brush + 1) % frame.params.drawn_classes}


def cleared(frame: Frame) -> dict[str, Any] | None:
    """Return what leaves the first four points alone."""
    drawn = frame.params.drawn
    return {"drawn": drawn[: 3 * LEAST_DRAWN]} if len(drawn) > 3 * LEAST_DRAWN else None


def map_title(frame: Frame) -> str:
    """Return what is seen, and how much of the test points it gets right now."""
    if "now" not in frame.arrays:
        return "What the network says"
    share = percent(now(frame, TEST)[1])
    return f"The network · test {share} {'explained' if is_number(frame.params) else 'right'}"


MAP = Card(
    "map",
    map_title,
    DecisionMap(
        shown_map,
        points="points",
        classes=point_classes,
        hollow=held_out,
        point_dim="point",
        label=(lambda frame: axes(frame.params)[0], lambda frame: axes(frame.params)[1]),
        reading=map_words,
        point_reading=point_words,
        boundary=True,
        move=moved,
        add=added,
        draw=strewn,
        remove=removed,
        click=followed,
    ),
    hint="click a point to follow it",
    buttons=(
        Button(edit_words, taken_over, "Makes of these points some that you can move, add and take away"),
        Button(
            brush_words,
            next_brush,
            "Press and move to draw points of this class; double click or Delete takes one away",
        ),
        Button(
            lambda frame: "clear" if is_drawn(frame.params) else "", cleared, "Takes all points away but the first four"
        ),
    ),
    name="What the network says",
    about="Each class's probability over the plane, with the points: filled ones to learn from, hollow ones to test",
    at_first=True,
    weight=1.6,
)


# the losses


def losses(frame: Frame) -> Mapping[str, str]:
    """Return which losses are drawn."""
    known = {"loss/train": "training", "loss/validation": "validation", "loss/test": "test"}
    return {name: words for name, words in known.items() if name in frame.series}


COUNTED = ("epoch", "batch", "batches", "seen")


def loss_title(frame: Frame) -> str:
    """Return how far the training is: epochs, iterations, batches and points seen, each by its name."""
    if not set(COUNTED) <= frame.arrays.keys():
        return "Loss"
    epoch, batch, batches, seen = (counted(frame, name) for name in COUNTED)
    return f"Loss · epoch {epoch:,} · iteration {frame.step:,} · batch {batch} of {batches} · {seen:,} points seen"


LOSS = Card(
    "loss",
    loss_title,
    Steps(losses, "mean loss", lambda params: bool(params.log_loss)),
    name="Loss",
    about="The mean loss of training, validation and test points at every update",
    at_first=True,
)
