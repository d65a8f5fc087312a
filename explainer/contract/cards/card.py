"""A card, and drawings put together; what a card reads, found by walking through its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explainer.contract.cards.bindings import Ask, Button, Dimension, Words, arrays_of

if TYPE_CHECKING:
    from explainer.contract.frame import Frame


@dataclass(frozen=True)
class Row:
    """Drawings side by side; ``weights`` are their shares of the width."""

    parts: Sequence[Any]
    weights: Sequence[float] = ()


@dataclass(frozen=True)
class Column:
    """Drawings above one another, their left edges in one line; one of weight 0 takes the height that it needs."""

    parts: Sequence[Any]
    weights: Sequence[float] = ()


@dataclass(frozen=True)
class Tabs:
    """Drawings in one place, of which one is seen at a time, by its name."""

    parts: Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """A card: its key, its title, what is drawn in it."""

    key: str
    """Its name in settings and in ``show:`` links."""
    title: Words
    drawing: Any
    name: str = ""
    """What it is called where no run is at hand, as in the "+ picture" menu; needed where a title depends on a run."""
    about: str = ""
    """One line for the "+ picture" menu and the tooltip."""
    hint: str = ""
    """What a hand can do in it: said by the "?" beside the title; what every such drawing can do is said there too."""
    buttons: Sequence[Button] = ()
    """What can be pressed above the drawing."""
    switches: Sequence[str] = ()
    """The view parameters, switches all, that say how it is drawn: the card's “⋯” menu has them too."""
    at_first: bool = False
    """Whether it is on the stage when the scene is opened."""
    weight: float = 1.0
    """Its share of the stage's height when pictures stand above one another."""
    pause: int = 0
    """Milliseconds between two drawings at the least, for what is dear to paint."""
    least: tuple[int, int] = (160, 120)
    """The width and height in pixels below which it no longer says what it is for."""
    applies: Callable[[Any], str] = lambda params: ""
    """Why there is nothing to see under these parameters; empty where there is. Its arrays are not asked for then."""
    ask: Ask | None = None
    """The side job that finds some of what is drawn."""
    hides_before_prediction: bool = False
    """Whether it answers what a lesson asks: it stays covered until the reader has guessed."""
    summary: Callable[[Frame], str] | None = None
    """What is to be seen, for those who cannot see it; without it the title and what each drawing reads."""

    def __post_init__(self) -> None:
        """Raise ValueError for a card that nothing can be called."""
        if not (self.name or isinstance(self.title, str)):
            raise ValueError(f"the title of the card {self.key!r} depends on the run: give the card a name too")

    @property
    def called(self) -> str:
        """Its name, or a title that is always the same."""
        return self.name or str(self.title)


def drawings_of(drawing: Any) -> Iterator[Any]:
    """Yield the drawings within compositions, in order."""
    if isinstance(drawing, (Row, Column)):
        for part in drawing.parts:
            yield from drawings_of(part)
    elif isinstance(drawing, Tabs):
        for part in drawing.parts.values():
            yield from drawings_of(part)
    else:
        yield drawing


def bindings_of(told: Any) -> Iterator[tuple[dataclasses.Field[Any], Any]]:
    """Yield the fields of a drawing, and of what it holds, that are bound to arrays, with their values."""
    for field in dataclasses.fields(told):
        value = getattr(told, field.name)
        if "ndim" in field.metadata and (isinstance(value, str) or callable(value)):
            yield field, value
        elif isinstance(value, (tuple, list)):
            for each in value:
                if dataclasses.is_dataclass(each):
                    yield from bindings_of(each)
                for inner in each if isinstance(each, tuple) else ():
                    if dataclasses.is_dataclass(inner):
                        yield from bindings_of(inner)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            yield from bindings_of(value)


def functions_of(told: Any) -> Iterator[Callable[..., Any]]:
    """Yield every function that a card, a drawing or what it holds is made with."""
    for field in dataclasses.fields(told):
        value = getattr(told, field.name)
        for each in (
            value.values() if isinstance(value, Mapping) else value if isinstance(value, (tuple, list)) else (value,)
        ):
            if dataclasses.is_dataclass(each) and not isinstance(each, type):
                yield from functions_of(each)
            elif isinstance(each, tuple):
                yield from (f for inner in each if dataclasses.is_dataclass(inner) for f in functions_of(inner))
            elif callable(each):
                yield each


def _each(value: Any) -> Sequence[Any]:
    """Return what a field holds: the members of a collection, or the value itself."""
    if isinstance(value, Mapping):
        return tuple(value.values())
    return value if isinstance(value, (tuple, list)) else (value,)


def held_by(told: Any) -> Iterator[Any]:
    """Yield a drawing, and the drawings that it is made of."""
    if isinstance(told, (tuple, list)):
        for each in told:
            yield from held_by(each)
    elif dataclasses.is_dataclass(told) and not isinstance(told, type):
        yield told
        for field in dataclasses.fields(told):
            yield from held_by(getattr(told, field.name))


def dims_named(drawing: Any) -> list[str]:
    """Return the dimensions that a drawing, what it is made of, and its functions name themselves."""
    found = [dim for held in held_by(drawing) for dim in getattr(held, "dims", ())]
    found += getattr(drawing, "follows", ())
    found += [
        getattr(drawing, each) for each in ("dim", "lanes", "point_dim", "edge_dim") if getattr(drawing, each, "")
    ]
    return found + [dim for _, value in bindings_of(drawing) for dim in getattr(value, "dims", ())]


def named_arrays(
    card: Card,
    dimensions: Mapping[str, Dimension],
    dims_of: Callable[[str], Sequence[str]],
    of: Callable[[Any], Sequence[str]] = arrays_of,
) -> list[str]:
    """Return the arrays that a card reads: those it is bound to, those its functions read, and those that name places.

    ``dims_of`` returns the dimensions of an array, ``of`` the arrays of one binding: all that it may ever need, or
    those that it needs under certain parameters. What a side job gives is not among them.
    """
    drawings = list(drawings_of(card.drawing))
    found = [name for drawing in drawings for _, value in bindings_of(drawing) for name in of(value)]
    found += [name for function in functions_of(card) for name in of(function)]
    given = card.ask.arrays if card.ask else ()
    dims = [dim for drawing in drawings for dim in dims_named(drawing)]
    dims += [dim for name in found if name not in given for dim in dims_of(name)]
    for place in (dimensions[dim] for dim in dict.fromkeys(dims) if dim in dimensions):
        found += [*of(place.at), *of(place.names)]
        found += of(place.title) if callable(place.title) else ()
    return [name for name in dict.fromkeys(found) if name and name not in given]
