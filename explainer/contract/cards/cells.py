"""Kinds that are drawn as cells: matrices, maps, grids in a product, small multiples, images, confusion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from explainer.contract.cards.bindings import Asked, Edit, Value, Words, bound
from explainer.contract.cards.plots import Log

if TYPE_CHECKING:
    from explainer.contract.frame import Frame

Number: TypeAlias = "float | Callable[[Frame], float | None] | None"


@dataclass(frozen=True)
class Matrix:
    """Values (row, column) as coloured cells with numbers where a cell has room.

    Not finite: hatched, and called ``bad``. Names of rows and columns thin out; beyond 1,024 rows or columns every
    k-th is drawn. Nothing: the words ``none``.
    """

    values: Value = bound(2)
    label: Words = ""
    """What the values are: above the bar of colours."""
    dims: Sequence[str] = ()
    colours: Words = "viridis"
    """``viridis``, ``cividis``, ``signed`` or ``ink`` (large is bright in both themes)."""
    low: Number = None
    high: Number = None
    log: Log = False
    numbers: bool = True
    square: bool = True
    upward: bool = False
    """Whether row 0 is below."""
    bad: Words = "not a number"
    caption: Words = ""
    """What stands above the cells while none is read."""
    reading: Callable[[Frame, int, int], str] | None = None
    click: Callable[[Frame, int, int], Asked] | None = None
    edit: Edit | None = None
    framed: Callable[[Frame], tuple[int, int] | None] | None = None
    """A cell that is framed: the chosen one."""
    none: Words = ""


@dataclass(frozen=True)
class Map(Matrix):
    """A matrix whose axes are scales: hyperparameters, places in a plane; with a marker where the run is.

    A marker beside the cells is a ring on their edge.
    """

    square: bool = False
    upward: bool = True
    numbers: bool = False
    equal: bool = False
    """Whether a unit is as long on one axis as on the other."""
    marker: Callable[[Frame], tuple[float, float] | None] | None = None
    """Where the run is, (row's value, column's value) in the units of the axes."""
    crosses: Callable[[Frame], Sequence[tuple[float, float]]] | None = None
    """Places that are marked, in the same units."""
    legend: Callable[[Frame], Sequence[tuple[int, str]]] | None = None
    """For values that are classes, whole numbers: places in the palette and their meanings, a place below 0 for
    words alone. A value below 0 is of no class."""
    pale: Value | None = bound(2, default=None)
    """How far each class' colour is faded, from 0 to 1: the height of the ground below it, say."""


@dataclass(frozen=True)
class Grid:
    """A grid of numbers on a board; ``border`` cells (top, bottom, left, right) around it are padding."""

    values: Value = bound(2)
    title: Words = ""
    colours: str = "signed"
    dims: Sequence[str] = ()
    low: Number = None
    high: Number = None
    edit: Edit | None = None
    border: Callable[[Frame], tuple[int, int, int, int]] | None = None
    hatched: Value | None = bound(2, default=None)
    """A mask of cells that are struck out."""
    faint: Value | None = bound(2, default=None)
    """A mask of cells that are not there yet."""
    picture: Value | None = bound(3, default=None)
    """Colours (row, column, 3) uint8 instead of the numbers'."""
    reading: Callable[[Frame, int, int], str] | None = None
    click: Callable[[Frame, int, int], Asked] | None = None
    weight: float = 1.0
    """How large its cells are beside those of the other grids."""


@dataclass(frozen=True)
class Mark:
    """Cells of a grid that are set off: outlined and tinted; ``token`` names a colour of the theme."""

    grid: int
    cells: frozenset[tuple[int, int]]
    token: str = "accent"
    width: float = 2.0
    tint: float = 0.0


@dataclass(frozen=True)
class Board:
    """Grids and signs between them, in one row or several: a patch × a kernel = products.

    ``parts`` are :class:`Grid`, texts (signs), or tuples of these (a row each).
    """

    parts: Sequence[Any]
    marks: Callable[[Frame], Sequence[Mark]] | None = None
    lit: Callable[[Frame, int, tuple[int, int]], Sequence[Mark]] | None = None
    """Which cells are lit while the pointer is on a cell of a grid."""
    caption: Words = ""
    common: bool = False
    """Whether the cells of all grids are of one size."""
    none: Words = ""


@dataclass(frozen=True)
class Maps:
    """Small multiples: values (map, row, column) as heat maps or images, in rows; one can be chosen.

    ``scale`` is ``own`` (each its range) or ``common``.
    """

    values: Value = bound(3, 4)
    dims: Sequence[str] = ()
    colours: str = "viridis"
    low: Number = None
    high: Number = None
    scale: str = "common"
    captions: Value | Callable[[Frame, int], str] | None = None
    dimmed: Value | None = bound(1, default=None)
    """A mask (map,) of those drawn pale: switched off, frozen."""
    chosen: Callable[[Frame], int | None] | None = None
    columns: int | Callable[[Frame], int] = 0
    """How many stand in a row; 0: as fits."""
    row_names: Callable[[Frame], Sequence[str]] | None = None
    cell_reading: Callable[[Frame, int, int, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    switch: Callable[[Frame, int], Asked] | None = None
    """What the dot in a map's corner, or the key X, comes to."""
    square: bool = True
    none: Words = ""


@dataclass(frozen=True)
class Images:
    """Images (n, row, column) or (n, row, column, 3) in a strip or a grid, with captions and overlays.

    Numbers from ``low`` to ``high``, large being bright in both themes; not finite: hatched.
    """

    images: Value = bound(2, 3, 4)
    dims: Sequence[str] = ()
    low: float = 0.0
    high: float = 1.0
    captions: Value | Callable[[Frame, int], str] | None = None
    tokens: Callable[[Frame, int], str] | None = None
    """The colour of an image's caption and frame: ``good``, ``danger``, …"""
    overlay: Value | None = bound(2, 3, default=None)
    """Values over the images, as colour: a mask, saliency."""
    boxes: Callable[[Frame, int], Sequence[tuple[float, float, float, float, str, int]]] | None = None
    """Boxes on an image: left, top, width, height in its pixels, words, place in the palette."""
    columns: int = 0
    reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    paper: Callable[[Frame, int, int, bool], Asked] | None = None
    """What drawing with the mouse on the only image comes to: row, column, whether it rubs out."""
    none: Words = ""


@dataclass(frozen=True)
class Confusion:
    """Counts (actual, predicted), with both axes named, per-class recall and precision, and a click for the images."""

    counts: Value = bound(2)
    dims: Sequence[str] = ()
    reading: Callable[[Frame, int, int], str] | None = None
    click: Callable[[Frame, int, int], Asked] | None = None
    chosen: Callable[[Frame], tuple[int, int] | None] | None = None
    none: Words = ""
