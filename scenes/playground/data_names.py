"""The data by name. Plain Python."""

from __future__ import annotations

from typing import Any

DATA = {
    "circle": "Circle",
    "xor": "XOR",
    "gaussians": "Two heaps",
    "spiral": "Spiral",
    "moons": "Moons",
    "rings": "Rings",
    "three": "Three heaps",
    "five": "Five heaps",
    "plane": "Plane (a number)",
    "multi-gaussian": "Hills (a number)",
    "sine": "Sine (a number)",
    "iris": "Iris",
    "wine": "Wine",
    "digits": "Digits",
}
NUMBERS = ("plane", "multi-gaussian", "sine")
"""Those that a number is learned of."""
REAL = ("iris", "wine", "digits")
"""Those that were measured, and are shown by their first two principal components."""
CLASSES = {
    "three": tuple("ABC"),
    "five": tuple("ABCDE"),
    "iris": ("setosa", "versicolor", "virginica"),
    "wine": ("grower 1", "grower 2", "grower 3"),
    "digits": tuple("0123456789"),
}
"""The classes' names, where they are not 0 and 1."""


def classes_of(data: str) -> tuple[str, ...]:
    """Return the names of the classes; of numbers the one name of what is learned."""
    return ("number",) if data in NUMBERS else CLASSES.get(data, ("class 0", "class 1"))


def axes(params: Any) -> tuple[str, str]:
    """Return what the plane's axes are called."""
    return ("component 1", "component 2") if params.data in REAL else ("x₁", "x₂")
