"""Tokens, links, and running text."""

import numpy as np

from explainer.contract.cards import Card, Column, Dimension, Links, Row, Text, Tokens
from explainer.contract.scene import Array

WORDS = [
    "the",
    "animal",
    "did",
    "not",
    "cross",
    "the",
    "street",
    "because",
    "it",
    "was",
    "too",
    "tired",
    "\n",
    "and",
    "so",
    "on",
]
COUNTS = {"usual": 12, "one": 1, "none": 0, "many": 400, "odd": 14}
ARRAYS = {
    "word": Array(("token",), "<U32", "Words."),
    "word_weight": Array(("token",), "float64", "A weight for each.", nan="not known"),
    "word_rows": Array(("row of words", "token"), "<U32", "Two rows."),
    "word_links": Array(("head of links", "reader", "token"), "float64", "Weights.", nan="not known"),
}
DIMENSIONS = {
    "token": Dimension("token", "word"),
    "reader": Dimension("token that reads", "word"),
    "row of words": Dimension("row", ("given", "said")),
}


def arrays(params, step):
    """Return the arrays."""
    count = COUNTS[params.amount]
    words = np.resize(np.array(WORDS, dtype="<U32"), count)
    weight = np.abs(np.sin(np.arange(count) + step / 5))
    links = np.exp(
        2 * np.sin(np.arange(count)[None, :, None] * 1.3 + np.arange(count) * np.arange(1, 3)[:, None, None])
    )
    links = links / np.maximum(1e-9, links.sum(-1, keepdims=True))
    if params.amount == "odd":
        weight[2], words[3], links[0, 1] = np.nan, "", np.nan
    rows = np.stack([words, words[::-1]]) if count else np.zeros((2, 0), "<U32")
    return {"word": words, "word_weight": weight, "word_rows": rows, "word_links": links}


def chosen(frame):
    """Return the chosen token."""
    return frame.params.chosen


def choose(frame, place):
    """Return what a click sets."""
    return {"chosen": min(place, 63)}


CARDS = (
    Card(
        "tokens",
        "Tokens: a strip, and rows of words",
        Column(
            (
                Tokens("word", weights="word_weight", low=0, high=1, chosen=chosen, click=choose, none="no token"),
                Tokens("word_rows", head="given and said", none="no token"),
            )
        ),
    ),
    Card(
        "links",
        "Links between tokens",
        Row(
            (
                Links("word_links", "word", "word", ("reads", "is read"), chosen=chosen, click=choose, none="no token"),
                Links("word_links", "word", "word", upright=False, none="no token"),
            )
        ),
    ),
    Card(
        "text",
        "Running text",
        Text("word", shade="word_weight", chosen=chosen, click=choose, paste=lambda frame, text: None, none="no text"),
    ),
)
