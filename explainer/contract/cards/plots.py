"""Kinds that are drawn on axes: curves, bars, points, histograms, what happens when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explainer.contract.cards.bindings import Asked, Drag, Handle, Level, Value, Words, bound

if TYPE_CHECKING:
    from explainer.contract.frame import Frame

Span = tuple[float, float] | str | Callable[[np.ndarray], tuple[float, float]] | None
"""The range of an axis: fixed, ``even`` (as far below zero as above), ``fit`` (as far as the values go), made of them.

None leaves it to the kind.
"""
Log = bool | Callable[[Any], bool]
"""Whether an axis is logarithmic: always, or as the parameters say."""


@dataclass(frozen=True)
class Line:
    """One more curve: its values (x,), its name, its place in the palette."""

    y: Value = bound(1)
    name: Words = ""
    place: int | Callable[[Frame], int] = 0
    dashed: bool = False


@dataclass(frozen=True)
class Band:
    """A band between two curves (x,): least and most, ±σ, quartiles."""

    low: Value = bound(1)
    high: Value = bound(1)
    place: int | Callable[[Frame], int] = 0


@dataclass(frozen=True)
class Curves:
    """Values (…, x) against their last dimension: one curve for each place of the dimension before it.

    Instead of an array, ``y`` may be :class:`Line`, one for each curve. Not finite: a gap; zero on a logarithmic
    axis: a triangle at its lower edge; nothing or nothing finite: the words ``none``; one place: dots. Names that
    find no room where they cover nothing are left to the reading. More than 12 curves are pale and of one colour, for
    none could be told apart; the ``strong`` one stands out.
    """

    y: Value | Sequence[Line] = bound(1, 2)
    label: Words = ""
    dims: Sequence[str] = ()
    span: Span = None
    log: Log = False
    handle: Handle | None = None
    levels: Sequence[Level] = ()
    bands: Sequence[Band] = ()
    strong: Callable[[Frame], int | None] | None = None
    """Which curve is drawn the stronger."""
    reading: Callable[[Frame, int], str] | None = None
    """What is said of a place along x; without it each curve's value."""
    click: Callable[[Frame, int], Asked] | None = None
    """What a click on a place along x comes to."""
    dots: bool = False
    """Whether there are dots at the places, where these are not counted ones."""
    none: Words = ""


@dataclass(frozen=True)
class Steps:
    """Metrics against the step, by name: the words at the curve's end. Other runs are drawn faint behind them.

    Its cursor seeks. A metric not recorded yet has no curve; beyond what the pixels show curves are reduced.
    """

    metrics: Mapping[str, str] | Callable[[Frame], Mapping[str, str]]
    label: Words = ""
    log: Log = False
    places: Callable[[Frame], Sequence[int]] | None = None
    """The curves' places in the palette."""
    levels: Sequence[Level] = ()
    none: Words = "Nothing is recorded yet: press play"


@dataclass(frozen=True)
class Bars:
    """Values (place,) as bars from zero, or (group, place): side by side, or ``stacked``.

    Not finite: no bar, and the word instead of the number; many places: names and numbers thin out.
    """

    y: Value = bound(1, 2)
    label: Words = ""
    dims: Sequence[str] = ()
    target: Value | None = bound(1, default=None)
    span: Span = None
    log: Log = False
    drag: Drag | None = None
    number: Callable[[float], str] | None = None
    reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    place: int | None = None
    """One colour of the palette for all; without it each place has its own."""
    stacked: bool = False
    levels: Sequence[Level] = ()
    none: Words = ""


@dataclass(frozen=True)
class Trail:
    """A line through points (n, 2), broken where they are not finite: a fit, a path, the lines of a grid."""

    points: Value = bound(2)
    name: Words = ""
    place: int | Callable[[Frame], int] = 0
    dashed: bool = False
    width: float = 2.0


@dataclass(frozen=True)
class Arrows:
    """Arrows from points (n, 2) by vectors (n, 2), in data coordinates; their ends may be dragged."""

    at: Value = bound(2)
    by: Value = bound(2)
    name: Words = ""
    place: int = 0
    tip: Drag | Callable[[Frame, int, float, float], Asked] | None = None
    """What dragging an arrow's tip does: a verb, or what dragging it to a place comes to."""
    tail: Drag | Callable[[Frame, int, float, float], Asked] | None = None
    """The same of the place where it begins."""


@dataclass(frozen=True)
class Ellipses:
    """Ellipses one standard deviation around centres (n, 2) with covariances (n, 2, 2)."""

    centres: Value = bound(2)
    covariances: Value = bound(3)
    place: int = 0


@dataclass(frozen=True)
class Scatter:
    """Points (n, 2) with class, size, error and text; ``over`` draws trails, arrows and ellipses beside them.

    Points that are not finite are left out and counted in words; beyond 20,000 every k-th is drawn, and said.
    """

    points: Value = bound(2)
    label: tuple[Words, Words] = ("", "")
    dims: Sequence[str] = ()
    classes: Value | None = bound(1, default=None)
    """The points' places in the palette (n,)."""
    class_names: Sequence[str] = ()
    """What each place of the palette stands for; an empty one is not said."""
    sizes: Value | None = bound(1, default=None)
    """Diameters in pixels (n,)."""
    errors: Value | None = bound(1, default=None)
    """Half lengths of upright bars (n,)."""
    texts: Value | None = bound(1, default=None)
    over: Sequence[Trail | Arrows | Ellipses] = ()
    span: tuple[float, float, float, float] | Callable[[Frame], tuple[float, float, float, float]] | None = None
    """The part that is shown at first, x from, x to, y from, y to; without it all points and trails."""
    equal: bool = False
    scales: bool = True
    """Whether the axes have lines and numbers; a drawing needs none."""
    log: tuple[bool, bool] = (False, False)
    drag: Drag | None = None
    move: Callable[[Frame, int, float, float], Asked] | None = None
    """What dragging a point comes to, where that is no verb of a place alone."""
    add: Callable[[Frame, float, float], Asked] | None = None
    """What a double click beside the points comes to."""
    draw: Callable[[Frame, float, float], Asked] | None = None
    """What moving with the button held comes to, again and again."""
    remove: Callable[[Frame, int], Asked] | None = None
    """What Delete, or a double click on a point, comes to."""
    reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    none: Words = ""


@dataclass(frozen=True)
class Histogram:
    """Counts (bin,) or (group, bin) over their edges (bin + 1,)."""

    counts: Value = bound(1, 2)
    edges: Value = bound(1)
    label: Words = ""
    axis: Words = ""
    dims: Sequence[str] = ()
    log: Log = False
    log_x: Log = False
    levels: Sequence[Level] = ()
    handle: Handle | None = None
    reading: Callable[[Frame, int], str] | None = None
    none: Words = ""


@dataclass(frozen=True)
class Ridges:
    """Histograms (row, bin) above one another, one for each layer or step, over edges (bin + 1,)."""

    counts: Value = bound(2)
    edges: Value = bound(1)
    axis: Words = ""
    dims: Sequence[str] = ()
    log_x: Log = False
    """Whether the edges are on a logarithmic scale."""
    place: int | Callable[[Frame], int] = 0
    reading: Callable[[Frame, int, int], str] | None = None
    none: Words = ""


@dataclass(frozen=True)
class Timeline:
    """Spans of time in lanes: pipeline stages, trials, episodes, parallel workers.

    ``start`` and ``end`` (n,) in the axis' units, ``lane`` (n,) whole numbers, ``classes`` (n,) places in the palette.
    """

    start: Value = bound(1)
    end: Value = bound(1)
    lane: Value = bound(1)
    classes: Value | None = bound(1, default=None)
    texts: Value | None = bound(1, default=None)
    axis: Words = ""
    lanes: str = ""
    """The dimension that names the lanes."""
    dims: Sequence[str] = ()
    now: Callable[[Frame], float | None] | None = None
    reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    none: Words = ""


@dataclass(frozen=True)
class Threshold:
    """ROC, precision and recall, or calibration of scores (n,) against labels (n,) 0 or 1, with a threshold to drag.

    ``what`` is ``roc``, ``precision-recall`` or ``calibration``.
    """

    scores: Value = bound(1, 2)
    labels: Value = bound(1)
    what: str = "roc"
    dims: Sequence[str] = ()
    handle: Handle | None = None
    none: Words = ""
