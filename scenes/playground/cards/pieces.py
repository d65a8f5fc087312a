"""The pieces of the plane on which a ReLU network is linear. Plain Python."""

from __future__ import annotations

from typing import Any

from explainer.contract.cards import Card, Map, reads
from explainer.contract.frame import Frame
from explainer.scenes.playground.layers import told

BENT_ONCE = ("relu", "leaky-relu")
"""The activations that are made of two straight lines."""


def needs_relu(params: Any) -> str:
    """Return why there are no pieces to count."""
    names = told(params).activations
    if not names:
        return "Without hidden layers the plane is one piece"
    return "" if set(names) <= set(BENT_ONCE) else "Only networks of ReLU or leaky ReLU are linear in pieces"


def title(frame: Frame) -> str:
    """Return how many pieces there are."""
    if needs_relu(frame.params) or not {"pieces", "parameters"} <= frame.arrays.keys():
        return "Pieces of a ReLU network"
    pieces, count = int(frame.arrays["pieces"]), int(frame.arrays["parameters"])
    return f"{pieces:,} pieces · {count:,} parameters"


@reads("piece", "pieces", "parameters")
def reading(frame: Frame, row: int, column: int) -> str:
    """Return how large the piece at a cell is; pieces are counted from 0."""
    found = frame.arrays["piece"]
    share = float((found == found[row, column]).mean())
    return f"piece {int(found[row, column])}: {100 * share:.2g} % of the plane, and linear on it"


PIECES = Card(
    "pieces",
    title,
    Map("piece", reading=reading, legend=lambda frame: (), equal=True),
    name="Pieces",
    about="The pieces of the plane on which a ReLU network is linear, counted on the cells of the map",
    applies=needs_relu,
    weight=1.6,
)
