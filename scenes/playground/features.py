"""What the network is given of a point: its coordinates, or made of them. Plain Python."""

from __future__ import annotations

from typing import Any

from explainer.lab.expression import Expression, parse

FEATURES = {
    "x1": "x₁",
    "x2": "x₂",
    "x1x1": "x₁²",
    "x2x2": "x₂²",
    "x1x2": "x₁x₂",
    "sin1": "sin x₁",
    "sin2": "sin x₂",
    "cos1": "cos x₁",
    "cos2": "cos x₂",
    "own": "your own",
}
"""The features by name, as they are written on the screen."""
EXPRESSIONS = {
    "x1": "x",
    "x2": "y",
    "x1x1": "x * x",
    "x2x2": "y * y",
    "x1x2": "x * y",
    "sin1": "sin(x)",
    "sin2": "sin(y)",
    "cos1": "cos(x)",
    "cos2": "cos(y)",
}


def expressions(features: tuple[str, ...], own: str) -> tuple[str, ...]:
    """Return each feature as an expression in x and y."""
    return tuple(own if name == "own" else EXPRESSIONS[name] for name in features)


def feature_values(features: tuple[str, ...], own: str, x: Any, y: Any, functions: Any) -> list[Any]:
    """Return each feature's values for coordinates x and y, which ``functions`` (torch, numpy) computes with."""
    return [feature(text).evaluate(x, y, functions) for text in expressions(features, own)]


def feature(text: str) -> Expression:
    """Read an expression in x and y; raises :class:`Refused`."""
    return parse(text)


def feature_names(features: tuple[str, ...], own: str) -> tuple[str, ...]:
    """Return what the features are called on the screen."""
    return tuple(own if name == "own" else FEATURES[name] for name in features)
