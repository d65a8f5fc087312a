"""Histograms, ridges, timelines."""

import numpy as np

from explainer.contract.cards import Card, Dimension, Handle, Histogram, Level, Ridges, Timeline
from explainer.contract.scene import Array

COUNTS = {"usual": 6, "one": 1, "none": 0, "many": 90, "odd": 6}
ARRAYS = {
    "bin_counts": Array(("set of values", "bin"), "int64", "Counts."),
    "bin_edges": Array(("edge",), "float64", "Edges."),
    "ridge_counts": Array(("row of ridges", "bin"), "float64", "Counts.", nan="not known"),
    "start": Array(("span",), "float64", "From.", nan="not known"),
    "end": Array(("span",), "float64", "To.", nan="not known"),
    "lane": Array(("span",), "int64", "Lane."),
    "work": Array(("span",), "<U32", "What."),
}
DIMENSIONS = {
    "set of values": Dimension("set", ("train", "test")),
    "row of ridges": Dimension("layer", whole=True),
    "worker": Dimension("worker", ("GPU 0", "GPU 1", "GPU 2")),
}


def arrays(params, step):
    """Return the arrays."""
    edges = np.linspace(-3, 3, 31)
    middles = (edges[1:] + edges[:-1]) / 2
    first = np.exp(-(middles**2)) * 100
    counts = np.stack([first, np.roll(first, 4) / 2]).astype(int)
    rows = COUNTS[params.amount]
    ridges = np.exp(-((middles + 1.5 - np.arange(rows)[:, None] / max(1, rows) * 3) ** 2) * 3)
    if params.amount == "none":
        counts = counts * 0
    spans = 3 * rows
    start = np.arange(spans) // 3 * 1.0 + np.arange(spans) % 3 * 0.4
    end = start + 0.8
    if params.amount == "odd":
        ridges[2], end[4] = np.nan, np.nan
    return {
        "bin_counts": counts,
        "bin_edges": edges,
        "ridge_counts": ridges,
        "start": start,
        "end": end,
        "lane": np.arange(spans) % 3,
        "work": np.array([f"batch {k // 3}" for k in range(spans)], dtype="<U32"),
    }


CARDS = (
    Card(
        "histogram",
        "Two histograms and a handle",
        Histogram(
            "bin_counts",
            "bin_edges",
            "count",
            "value",
            levels=(Level(0.0, "zero"),),
            handle=Handle("temperature"),
            none="none",
        ),
    ),
    Card("ridges", "Ridges", Ridges("ridge_counts", "bin_edges", "value", place=2, none="no row")),
    Card(
        "timeline",
        "What happens when",
        Timeline(
            "start",
            "end",
            "lane",
            classes="lane",
            texts="work",
            axis="ms",
            lanes="worker",
            now=lambda frame: 2.5,
            click=lambda frame, place: {"chosen": place % 64},
            none="nothing happens",
        ),
    ),
)
