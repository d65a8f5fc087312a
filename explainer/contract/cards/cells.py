"""Kinds that are drawn as cells: matrices, maps, grids in a product, small multiples, images, confusion."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
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
    """``viridis``, ``cividis``, ``signed``, ``accent`` or ``ink`` (from the ground's colour to the accent, to text)."""
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
    framed: Callable[[Frame], tuple[int, int] | Collection[tuple[int, int]] | None] | None = None
    """A cell that is framed, the chosen one; or several."""
    stroke: Callable[[Frame, Sequence[tuple[int, int]]], Asked] | None = None
    """What moving over cells with the button held comes to: told the cells, of a click the one."""
    row_click: Callable[[Frame, int], Asked] | None = None
    """What a click on a row's name comes to."""
    beside: Callable[[Frame], Sequence[tuple[str, str]]] | None = None
    """Words right of each row instead of the bar of colours, with their colours' names."""
    beside_head: Words = ""
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
    """A grid of numbers on a board; ``border`` cells (top, bottom, left, right) around it are padding.

    Border cells have places below 0 and beyond the end. Numbers are written from a cell of 18 pixels on. A grid
    without values, or whose values have not come, is left out, and the sign before it.
    """

    values: Value = bound(2)
    title: Words = ""
    colours: Words = "signed"
    dims: Sequence[str] = ()
    low: Number = None
    high: Number = None
    caption: Words = ""
    """What stands below it."""
    edit: Edit | None = None
    border: Callable[[Frame], tuple[int, int, int, int]] | None = None
    hatched: Value | None = bound(2, default=None)
    """A mask of cells that are struck out."""
    faint: Value | None = bound(2, default=None)
    """A mask of cells that are not there yet."""
    picture: Value | None = bound(3, default=None)
    """Colours (row, column, 3) uint8 instead of the numbers'."""
    reading: Callable[[Frame, int, int], str] | None = None
    lights: Callable[[Frame, int, int], Mapping[str, int | None]] | None = None
    """What the pointer on a cell lights, by dimension; without it the cell's own place."""
    click: Callable[[Frame, int, int], Asked] | None = None
    cell: float = 0.0
    """The side of its cells in pixels at most, where it is not that of the other grids' cells."""
    names: bool = False
    """Whether the names of its rows and columns stand beside it."""


@dataclass(frozen=True)
class Mark:
    """Cells of a grid that are set off: outlined where they end, and tinted.

    ``grid`` counts the board's grids from 0; ``token`` is a colour of the theme, or a place in the palette.
    """

    grid: int
    cells: Collection[tuple[int, int]]
    token: str | int = "accent"
    width: float = 2.0
    tint: float = 0.0


@dataclass(frozen=True)
class Board:
    """Grids and signs between them, in one row or several: a patch × a kernel = products.

    ``parts`` are :class:`Grid`, signs (words, fixed or made of a frame), or tuples of these: a row each. All cells
    are of one size, as large as there is room, unless a grid says otherwise, or is small beside one whose cells hold
    no numbers. One row that is narrow is broken where that makes clearly larger cells, grids of one line stand above
    one another, and rows of cells of their own sizes below. Page keys go from grid to grid.
    """

    parts: Sequence[Any]
    marks: Callable[[Frame], Sequence[Mark]] | None = None
    """Asked again whenever the pointer moves: :attr:`Frame.lit` says what it is on, in any card."""
    follows: Sequence[str] = ()
    """The dimensions whose lit place the grids' values, and the card's title, depend on, by :attr:`Frame.lit`."""
    caption: Words = ""
    """What stands below while nothing is read."""
    lines: Callable[[Frame], Sequence[tuple[str | Sequence[str], str]]] | None = None
    """Lines of words below instead, with their roles: ``strong``, ``code``, ``warning`` or nothing; asked like marks.

    Of several versions of a line the first one is written that has room. The last lines are left out where the board
    is low.
    """
    aligned: bool = False
    """Whether grids of one place in their rows stand below one another, a product in Falk's scheme; ``""`` keeps one
    empty. Grids that have no values leave their places to the others."""
    wide: float = 1.0
    """Where grids are aligned: how much wider than high a cell is at most."""
    none: Words = ""


@dataclass(frozen=True)
class Maps:
    """Small multiples: values (map, row, column), or (map row, map column, row, column), as heat maps.

    Functions are told a map by its number, counted row by row; sequences that are made of a frame have a member for
    each. Not finite: hatched. More maps than there is room for are left out, and counted in words.
    """

    values: Value = bound(3, 4)
    dims: Sequence[str] = ()
    colours: Words = "viridis"
    low: Number = None
    high: Number = None
    scale: Words = "common"
    """``own``: each map its range; ``common``."""
    places: Callable[[Frame], Sequence[int]] | None = None
    """Places in the palette, instead of ``colours``: a map goes from the ground's colour to its own."""
    headings: Callable[[Frame], Sequence[str]] | None = None
    """What stands above each map; lines are set off by line breaks, the first is bold."""
    captions: Callable[[Frame], Sequence[str]] | None = None
    """What stands below; without it the names of the first dimension, where it has names."""
    caption: Words = ""
    """What stands above all while none is read."""
    dimmed: Value | None = bound(1, 2, default=None)
    """A mask of those drawn pale: switched off, frozen."""
    chosen: Callable[[Frame], int | Collection[int] | None] | None = None
    columns: int | Callable[[Frame], int] = 0
    """How many stand in a row; 0: as the values say, or as fits."""
    row_names: Callable[[Frame], Sequence[str]] | None = None
    """What the rows of maps are called, where the values have four dimensions: without it their dimension's names."""
    column_names: Callable[[Frame], Sequence[str]] | None = None
    numbers: bool = False
    """Whether cells have their numbers where there is room."""
    largest: float = 0.0
    """The longer side of a map in pixels at most; 0: as large as there is room."""
    upward: bool = False
    """Whether row 0 is below, as in a decision map."""
    reading: Callable[[Frame, int, int, int], str] | None = None
    """What is said of a map's cell: map, row, column."""
    click: Callable[[Frame, int], Asked] | None = None
    switch: Callable[[Frame, int], Asked] | None = None
    """What the dot in a map's corner, or the key X, comes to."""
    none: Words = ""


Box: TypeAlias = tuple[float, float, float, float, str, int]


@dataclass(frozen=True)
class Images:
    """Images (n, row, column) or (n, row, column, 3), or one (row, column), with captions, overlays and boxes.

    Numbers go from ``low`` to ``high``, from the ground's colour to that of text; those not finite are hatched. More
    images than there is room for are left out, and counted in words.
    """

    images: Value = bound(2, 3, 4)
    dims: Sequence[str] = ()
    low: float = 0.0
    high: float = 1.0
    captions: Callable[[Frame], Sequence[str]] | None = None
    """What stands below each; without it the names of the first dimension, where it has names."""
    caption: Words = ""
    """What stands above all while none is read."""
    tokens: Callable[[Frame], Sequence[str]] | None = None
    """The colours of captions and frames: ``good``, ``danger``, …, or empty."""
    overlay: Value | None = bound(2, 3, default=None)
    """Values over the images, as signed colour that is stronger the larger they are: a mask, saliency."""
    boxes: Callable[[Frame], Sequence[Sequence[Box]]] | None = None
    """Boxes on each image: left, top, width, height in its pixels, words, place in the palette."""
    chosen: Callable[[Frame], int | Collection[int] | None] | None = None
    columns: int = 0
    largest: float = 0.0
    """The longer side of an image in pixels at most; 0: as large as there is room."""
    reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    paper: Callable[[Frame, Any], Asked] | None = None
    """What drawing with the mouse on the only image comes to: told the image with the strokes on it, from 0 to 1.

    The left button draws, the right one rubs out.
    """
    brush: Number = 1.0
    """How wide the brush is, in cells of the image."""
    fresh: Callable[[Frame], bool] | None = None
    """Whether a first stroke begins an empty sheet."""
    none: Words = ""


@dataclass(frozen=True)
class Confusion:
    """Counts (actual, predicted) with both axes named, each class' recall and precision, and the accuracy.

    A class that never occurs, or is never predicted, has a dash.
    """

    counts: Value = bound(2)
    dims: Sequence[str] = ()
    caption: Words = ""
    reading: Callable[[Frame, int, int], str] | None = None
    click: Callable[[Frame, int, int], Asked] | None = None
    """What a click on a cell comes to: showing its images, say."""
    chosen: Callable[[Frame], tuple[int, int] | None] | None = None
    none: Words = ""
