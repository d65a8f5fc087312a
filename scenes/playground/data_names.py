"""The data by name, and what their classes and axes are called. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explainer.contract import Refused
from explainer.scenes.playground.table_file import Table, read_table

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
    "drawn": "Drawn by hand",
    "file": "A file of your own",
}
NUMBERS = ("plane", "multi-gaussian", "sine")
"""Those that a number is learned of; a file may be one too."""
REAL = ("iris", "wine", "digits")
"""Those that were measured, and are shown by their first two principal components."""
CLASSES = {
    "three": tuple("ABC"),
    "five": tuple("ABCDE"),
    "iris": ("setosa", "versicolor", "virginica"),
    "wine": ("grower 1", "grower 2", "grower 3"),
    "digits": tuple("0123456789"),
}
"""The classes' names, where they are not class 0 and class 1."""
MOST_DRAWN, LEAST_DRAWN, MOST_BRUSHES = 2_000, 4, 5
"""How many points can be drawn, must be there, and of how many classes."""
FIRST_DRAWN = (
    -1.5,
    1.5,
    0,
    -1.0,
    1.2,
    0,
    1.5,
    -1.5,
    0,
    1.0,
    -1.2,
    0,
    1.5,
    1.5,
    1,
    1.1,
    1.0,
    1,
    -1.5,
    -1.5,
    1,
    -1.1,
    -1.0,
    1,
)
"""The points that drawing begins with: x₁, x₂ and class of each."""


def check_drawn(numbers: Sequence[float]) -> None:
    """Raise :class:`Refused` for a list that is no points: x₁, x₂ and class of each."""
    if len(numbers) % 3 or len(numbers) < 3 * LEAST_DRAWN:
        raise Refused(
            f"drawn has {len(numbers)} numbers: give x₁, x₂ and class of each point, of at least {LEAST_DRAWN} points",
            about="drawn",
        )
    wrong = [label for label in numbers[2::3] if label not in range(MOST_BRUSHES)]
    if wrong:
        raise Refused(f"drawn has the class {wrong[0]:g}: classes are 0 to {MOST_BRUSHES - 1}", about="drawn")


def table_of(params: Any) -> Table:
    """Return the table of a file of one's own; raise :class:`Refused`."""
    return read_table(params.path, params.columns, params.target, params.target_is)


def classes_of(params: Any) -> tuple[str, ...]:
    """Return the names of the classes; of numbers the one name of what is learned."""
    if params.data == "drawn":
        return tuple(f"class {k}" for k in range(params.drawn_classes))
    if params.data == "file":
        try:
            table = table_of(params)
        except Refused:
            return ("class 0", "class 1")
        return table.classes or (table.target,)
    return ("number",) if params.data in NUMBERS else CLASSES.get(params.data, ("class 0", "class 1"))


def is_number(params: Any) -> bool:
    """Return whether a number is learned, not classes."""
    return len(classes_of(params)) == 1


def axes(params: Any) -> tuple[str, str]:
    """Return what the plane's axes are called."""
    if params.data == "file":
        try:
            return table_of(params).columns
        except Refused:
            return ("x₁", "x₂")
    return ("component 1", "component 2") if params.data in REAL else ("x₁", "x₂")
