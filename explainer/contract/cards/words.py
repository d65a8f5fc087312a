"""Kinds made of words: tables, tokens, links between tokens, running text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explainer.contract.cards.bindings import Asked, Value, Words, bound

if TYPE_CHECKING:
    from explainer.contract.frame import Frame


@dataclass(frozen=True)
class Cell:
    """A column of words or numbers; what is said of each place."""

    value: Value = bound(1)
    head: Words = ""
    right: bool = False
    width: float = 0.0
    """In pixels; 0 takes what the words need."""
    number: Callable[[float], str] | None = None
    token: Callable[[Frame, int], str] | None = None
    """The colour's name for each place: ``good``, ``faint``, …"""
    click: Callable[[Frame, int], Asked] | None = None
    """What a click on this cell comes to; without it the line's."""
    dot: Callable[[Frame, int], int] | None = None
    """The place in the palette of a dot before the words: a key to the other pictures."""


@dataclass(frozen=True)
class Bar:
    """A column of bars that fill a share of the largest, or of ``span``, with the number behind them."""

    value: Value = bound(1)
    head: Words = ""
    span: float | None = None
    place: int = 0
    """Its colour in the palette."""
    number: Callable[[float], str] | None = None
    token: Callable[[Frame, int], str] | None = None
    signed: bool = False
    """Whether bars go to both sides of a middle."""
    log: bool = False


@dataclass(frozen=True)
class Spark:
    """A column of small lines: values (place, x)."""

    value: Value = bound(2)
    head: Words = ""
    place: int = 0
    width: float = 96.0
    log: bool = False


@dataclass(frozen=True)
class Table:
    """A line for each place of a dimension; more than find room are scrolled to.

    A click on a head sorts by it, where ``sortable``; ``chosen`` marks a line.
    """

    columns: Sequence[Cell | Bar | Spark]
    dim: str = ""
    order: Callable[[Frame], Sequence[int]] | None = None
    """The places in the order of the lines."""
    sortable: bool = False
    chosen: Callable[[Frame], int | None] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    reading: Callable[[Frame, int], str] | None = None
    most: float = 24.0
    """The greatest height of a line."""
    follows: Sequence[str] = ()
    """The dimensions whose lit place the columns, and the card's title, depend on, by :attr:`Frame.lit`."""
    none: Words = ""


@dataclass(frozen=True)
class Tokens:
    """Tokens (n,) in a strip, or (row, n) as a matrix of words; shaded by ``weights`` of the same shape."""

    tokens: Value = bound(1, 2)
    dims: Sequence[str] = ()
    weights: Value | None = bound(1, 2, default=None)
    colours: str = "viridis"
    low: float | None = None
    high: float | None = None
    head: Words = ""
    token: Callable[[Frame, int], str] | None = None
    struck: Value | None = bound(1, default=None)
    """A mask of tokens that are struck out."""
    chosen: Callable[[Frame], int | None] | None = None
    reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    move: Callable[[Frame, int, int], Asked] | None = None
    """What dragging a token of a strip to another one's place comes to; Shift and an arrow key move the lit one."""
    none: Words = ""


@dataclass(frozen=True)
class Links:
    """Two columns of tokens, and lines between them by weights (to, from) or (head, to, from).

    The lines of the token under the pointer stand out; ``chosen`` keeps one token's in front.
    """

    weights: Value = bound(2, 3)
    left: Value = bound(1)
    right: Value = bound(1)
    heads: tuple[Words, Words] = ("", "")
    dims: Sequence[str] = ()
    colours: Callable[[Frame], Sequence[int]] | None = None
    """The heads' places in the palette."""
    chosen: Callable[[Frame], int | None] | None = None
    reading: Callable[[Frame, int, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    upright: bool = True
    """Whether the columns stand side by side; otherwise rows above one another."""
    none: Words = ""


@dataclass(frozen=True)
class Text:
    """Running text made of pieces (n,), shaded by values (n,); a click on a piece goes on from there."""

    pieces: Value = bound(1)
    shade: Value | None = bound(1, default=None)
    dims: Sequence[str] = ()
    colours: str = "viridis"
    low: float | None = None
    high: float | None = None
    chosen: Callable[[Frame], int | None] | None = None
    reading: Callable[[Frame, int], str] | None = None
    click: Callable[[Frame, int], Asked] | None = None
    paste: Callable[[Frame, str], Asked] | None = None
    """What pasting a text into it comes to."""
    tail: bool = False
    """Whether its end is in sight, as long as nobody has scrolled away from it."""
    none: Words = ""
