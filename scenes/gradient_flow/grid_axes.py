"""What a grid can vary, and what it can show. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explainer.scenes.gradient_flow.options import ACTIVATIONS, INITS, NORMALIZATIONS, SHORT_INITS, SKIPS

AXES = {
    "activation": "Activation",
    "init": "Initialization",
    "normalization": "Normalization",
    "skip": "Skip connections",
    "gain": "Gain",
    "lr": "Learning rate",
}
_NUMBERS = {
    "gain": (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0),
    "lr": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
}
_NAMES = {"activation": ACTIVATIONS, "init": INITS, "normalization": NORMALIZATIONS, "skip": SKIPS}
_NARROW = {
    **SHORT_INITS,
    "constant": "const.",
    "xavier-uniform": "Xav. U",
    "xavier-normal": "Xav. N",
    "he-uniform": "He U",
    "he-normal": "He N",
    "orthogonal": "orthog.",
}
SHOWS = {
    "delta_ratio": "δ at the first layer ÷ at the last",
    "gradient_ratio": "∂L/∂W at the first layer ÷ at the last",
    "gradient_scale": "δ at the first layer",
    "forward_scale": "spread of the last layer ÷ of the first",
    "loss": "loss",
}
EXAMPLES = 32
"""Examples that each cell sees at a step."""


def axis_values(name: str) -> Sequence[Any]:
    """Return the values of a setting along a side of the grid."""
    return _NUMBERS[name] if name in _NUMBERS else tuple(_NAMES[name])


def axis_names(name: str) -> list[str]:
    """Return what the side says for each value, short enough for a narrow column."""
    return list(_NARROW.values()) if name == "init" else long_names(name)


def long_names(name: str) -> list[str]:
    """Return what a reading says for each value."""
    if name in _NUMBERS:
        return [f"{value:g}" for value in _NUMBERS[name]]
    return list((SHORT_INITS if name == "init" else _NAMES[name]).values())


def sides(params: Any) -> tuple[str, str]:
    """Return what rows and columns vary; two of the same give the columns another one."""
    rows, columns = params.grid_rows, params.grid_columns
    return rows, columns if columns != rows else next(name for name in AXES if name != rows)
