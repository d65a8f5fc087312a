"""Kinds of a space: decision maps, planes with fields and trails, surfaces, graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explainer.contract.cards.bindings import Asked, Drag, Value, Words, bound
from explainer.contract.cards.plots import Arrows, Ellipses, Trail

if TYPE_CHECKING:
    from explainer.contract.frame import Frame


@dataclass(frozen=True)
class DecisionMap:
    """Class probabilities (class, y, x), or one value (y, x), over a plane; boundary, margins, points on top.

    Rows count upwards; ``dims`` of the values say by ``Dimension.at`` where rows and columns lie. ``levels`` are
    values of a single map at which lines are drawn (the boundary first). Small ones for units: :class:`Maps`.
    """

    values: Value = bound(2, 3)
    dims: Sequence[str] = ()
    colours: str = "signed"
    low: float | None = None
    high: float | None = None
    levels: Sequence[float] = ()
    points: Value | None = bound(2, default=None)
    classes: Value | None = bound(1, default=None)
    hollow: Value | None = bound(1, default=None)
    """A mask (n,) of points that are drawn hollow: the held-out ones."""
    over: Sequence[Trail | Arrows | Ellipses] = ()
    point_dim: str = ""
    label: tuple[Words, Words] = ("", "")
    reading: Callable[[Frame, float, float], str] | None = None
    point_reading: Callable[[Frame, int], str] | None = None
    drag: Drag | None = None
    add: Callable[[Frame, float, float], Asked] | None = None
    remove: Callable[[Frame, int], Asked] | None = None
    click: Callable[[Frame, float, float], Asked] | None = None
    none: Words = ""


@dataclass(frozen=True)
class Path:
    """A path (step, 2) on a plane or a surface, its ball at the last point."""

    points: Value = bound(2)
    name: Words = ""
    place: int | Callable[[Frame], int] = 0
    faint: bool = False
    """Whether it only would happen."""


@dataclass(frozen=True)
class Plane:
    """Heights (y, x) as contours, with arrows, a hull, and paths upon them; its start can be dragged.

    ``x`` and ``y`` (places) bound the plane; ``paths`` with their balls, one of them strong.
    """

    heights: Value = bound(2)
    x: Value = bound(1)
    y: Value = bound(1)
    label: tuple[Words, Words] = ("", "")
    log: bool = False
    """Whether levels are spaced evenly in the logarithm of the height above the least one."""
    paths: Sequence[Path] | Callable[[Frame], Sequence[Path]] = ()
    over: Sequence[Trail | Arrows | Ellipses] = ()
    crosses: Callable[[Frame], Sequence[tuple[float, float]]] | None = None
    start: Callable[[Frame], tuple[float, float]] | None = None
    drag: Callable[[Frame, float, float], Asked] | None = None
    """What dragging the start, or a double click, comes to."""
    reading: Callable[[Frame, float, float], str] | None = None
    equal: bool = True
    dims: Sequence[str] = ()
    none: Words = ""


@dataclass(frozen=True)
class Surface:
    """Heights (y, x) as a surface in three dimensions that can be turned, with paths upon it."""

    heights: Value = bound(2)
    x: Value = bound(1)
    y: Value = bound(1)
    label: tuple[Words, Words, Words] = ("", "", "")
    log: bool = False
    paths: Sequence[Path] | Callable[[Frame], Sequence[Path]] = ()
    height_of: Callable[[Frame], Callable[[float, float], float]] | None = None
    dims: Sequence[str] = ()
    none: Words = ""


@dataclass(frozen=True)
class Graph:
    """Nodes and edges: a layered network, a computation, a pipeline, a tree.

    ``edges`` (e, 2) are whole numbers, from and to; ``layers`` (n,) puts the nodes into columns, else they are
    laid out by their order of dependence. Nodes have names, values, gradients and thumbnails; an edge's colour and
    width say its weight. Beyond 400 edges only the strongest are drawn, and that is said.
    """

    names: Value = bound(1)
    edges: Value = bound(2)
    layers: Value | None = bound(1, default=None)
    layer_names: Callable[[Frame], Sequence[str]] | None = None
    values: Value | None = bound(1, default=None)
    gradients: Value | None = bound(1, default=None)
    weights: Value | None = bound(1, default=None)
    flow: Value | None = bound(1, default=None)
    """How much passes along each edge (e,), from 0 to 1: how bright it is."""
    thumbnails: Value | None = bound(3, default=None)
    """Small maps (n, row, column); not finite: none for this node."""
    lit: Value | None = bound(1, default=None)
    """A mask (n,): which nodes have been reached."""
    dims: Sequence[str] = ()
    edge_dim: str = ""
    labels: Value | None = bound(1, default=None)
    """Words on the edges (e,)."""
    chosen: Callable[[Frame], int | None] | None = None
    reading: Callable[[Frame, int], str] | None = None
    edge_reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    edge_click: Callable[[Frame, int], Asked] | None = None
    edge_number: Callable[[Frame, int, float], Asked] | None = None
    """What typing a number at an edge comes to."""
    none: Words = ""
