"""Kinds of a space: decision maps, planes with fields and trails, surfaces, graphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explainer.contract.cards.bindings import Asked, Drag, Value, Words, bound
from explainer.contract.cards.plots import Arrows, Ellipses, Log, Trail

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
    sizes: Value | None = bound(1, default=None)
    """The points' diameters in pixels (n,); without them as there is room."""
    boundary: bool = False
    """Whether the line is drawn on which two classes are equally likely."""
    margin: float = 0.0
    """By how much the likeliest class leads on the dashed lines beside it; 0: no such lines."""
    over: Sequence[Trail | Arrows | Ellipses] = ()
    point_dim: str = ""
    label: tuple[Words, Words] = ("", "")
    reading: Callable[[Frame, float, float], str] | None = None
    point_reading: Callable[[Frame, int], str] | None = None
    drag: Drag | None = None
    move: Callable[[Frame, int, float, float], Asked] | None = None
    """What dragging a point comes to, where that is no verb."""
    add: Callable[[Frame, float, float], Asked] | None = None
    draw: Callable[[Frame, float, float], Asked] | None = None
    """What moving with the button held, beside a point that can be dragged, comes to, again and again."""
    remove: Callable[[Frame, int], Asked] | None = None
    click: Callable[[Frame, float, float], Asked] | None = None
    none: Words = ""


@dataclass(frozen=True)
class Probe:
    """A side job asked with a place: what is under the pointer, or where a dragged start would lead."""

    job: str
    argument: str
    """The job's argument that takes the place (x, y)."""
    answer: str
    """The array that completes the answer."""
    words: Callable[[tuple[float, float], Mapping[str, Any]], str] | None = None
    """What is said of the place and the arrays found."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments."""
    applies: Callable[[Any], bool] = lambda params: True


@dataclass(frozen=True)
class Ahead:
    """A side job that shows where the runners would go from here; asked when a setting changes while the run rests."""

    job: str
    answer: str
    """The array (runner, step, 2) that it finds."""
    key: Callable[[Any], Any]
    """What of the parameters matters: another key asks again."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """The job's arguments."""
    applies: Callable[[Any], bool] = lambda params: True


@dataclass(frozen=True)
class Stroke:
    """An arrow at a place of a plane, along a vector; ``token`` is a colour of the theme, or a place in the palette."""

    at: tuple[float, float]
    by: tuple[float, float]
    token: str | int = "text"
    width: float = 2.0
    dashed: bool = False


@dataclass(frozen=True)
class Plane:
    """Heights (y, x) over a plane as contours, and runners upon it: their paths, balls, arrows.

    ``paths`` (runner, step, 2): a runner's ball is at the last step. What is not finite is left out; a ball out of
    sight is a wedge at the edge; long paths are reduced to what can be seen. A start can be dragged.
    """

    heights: Value = bound(2)
    x: Value = bound(1)
    y: Value = bound(1)
    paths: Value | None = bound(3, default=None)
    retired: Value | None = bound(1, default=None)
    """A mask (runner,): those that have ended."""
    crosses: Value | None = bound(2, default=None)
    """Places (n, 2) that are marked by crosses."""
    label: Callable[[Frame], tuple[str, str]] = lambda frame: ("", "")
    window: Callable[[Frame], tuple[float, float, float, float]] | None = None
    """The part that is shown at first: x from, x to, y from, y to."""
    keep: Callable[[Frame], Sequence[tuple[float, float]]] | None = None
    """Places that must not be cut off."""
    strokes: Callable[[Frame], Sequence[Stroke]] | None = None
    key: Callable[[Frame], Sequence[tuple[str, str | int, bool]]] | None = None
    """What the arrows' colours mean: words, colour, whether dashed."""
    downhill: Log = False
    """Whether strokes show the way downhill everywhere."""
    equal: Log = True
    """Whether one unit is as long in x as in y."""
    start: str = ""
    """The parameter (a point) that is dragged."""
    probe: Probe | None = None
    preview: Probe | None = None
    ahead: Ahead | None = None
    names: Callable[[Frame], Sequence[str]] | None = None
    """What is written at each ball: its name, and perhaps its loss."""
    click: Callable[[Frame, float, float], Asked] | None = None
    """What a click on the plane comes to."""
    dims: Sequence[str] = ()
    none: Words = ""


@dataclass(frozen=True)
class Surface:
    """Heights (y, x) as shaded hills that can be turned, with runners and their paths upon them.

    Where heights span decades they are compressed, and that is said. A runner outside is named below.
    """

    heights: Value = bound(2)
    x: Value = bound(1)
    y: Value = bound(1)
    paths: Value | None = bound(3, default=None)
    retired: Value | None = bound(1, default=None)
    label: Callable[[Frame], tuple[str, str, str]] = lambda frame: ("x", "y", "")
    window: Callable[[Frame], tuple[float, float, float, float]] | None = None
    names: Callable[[Frame], Sequence[str]] | None = None
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
    """What typing a number at an edge, or dragging it up and down, comes to."""
    held: Value | None = bound(1, default=None)
    """A mask (e,) of edges whose weights are held: they are dashed."""
    grow: Callable[[Frame, int, int], Asked] | None = None
    """What the signs − and + beside a column's name come to, told the column and −1 or 1."""
    connect: Callable[[Frame, int, int], Asked] | None = None
    """What dragging from one node to another comes to."""
    none: Words = ""


@dataclass(frozen=True)
class Ladder:
    """Chains of blocks, one below another; past each block leads a way around it: skip connections, layers left out.

    ``values`` (chain, block) colour the blocks; ``ways`` of the same shape says which ways are open: 0 both, 1 the
    way through alone, 2 the way around alone. Not finite: hatched.
    """

    values: Value = bound(2)
    ways: Value = bound(2)
    label: Words = ""
    """What the values are: beside the bar of colours."""
    dims: Sequence[str] = ()
    colours: Words = "signed"
    low: float | None = None
    high: float | None = None
    log: Log = False
    number: Callable[[float], str] | None = None
    """How the numbers beside the bar of colours are written."""
    beside: Callable[[Frame], Sequence[str]] | None = None
    """Words right of each chain."""
    chosen: Callable[[Frame], int | None] | None = None
    """The chain that is looked into."""
    reading: Callable[[Frame, int, int], str] | None = None
    through: Callable[[Frame, int, int], Asked] | None = None
    """What a click on a block comes to."""
    around: Callable[[Frame, int, int], Asked] | None = None
    """What a click on the way around it comes to."""
    name_click: Callable[[Frame, int], Asked] | None = None
    """What a click on a chain's name comes to."""
    none: Words = ""
