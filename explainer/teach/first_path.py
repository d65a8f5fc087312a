"""Where a newcomer begins: six scenes, in the order in which one builds on another."""

from __future__ import annotations

from collections.abc import Collection

LENGTH = 6
ORDER = (
    "gradient-descent",
    "neuron",
    "backprop",
    "activations",
    "playground",
    "gradient-flow",
    "convolution",
    "cnn",
    "attention",
    "attention-maps",
)
"""The order of teaching; of the scenes that are there, the first six are the path."""


def first_path(there: Collection[str]) -> list[str]:
    """Return the names of the scenes to begin with, of those that are there."""
    return [name for name in ORDER if name in there][:LENGTH]
