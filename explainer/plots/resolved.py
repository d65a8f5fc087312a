"""What a drawing says at a moment: every binding an array, every function its answer; two moments can be compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import numpy as np

from explainer.contract.cards.bindings import MISSING, Dimension, reads_under
from explainer.contract.frame import Frame
from explainer.contract.scene import Scene

MANY = 50_000
"""Arrays of more numbers are not compared: another object is taken for another array."""


class Resolved:
    """A drawing's fields at a moment, under their names; :data:`MISSING` where an array is on its way.

    ``fixed`` are those that are the same at every moment of a drawing: they need not be compared.
    """

    def __init__(self, fixed: Mapping[str, Any], moving: Mapping[str, Any]) -> None:
        self.__dict__.update(fixed)
        self.__dict__.update(moving)
        self._moving = moving

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resolved) and alike(self._moving, other._moving)

    __hash__ = None  # type: ignore[assignment]


def alike(one: Any, other: Any) -> bool:
    """Return whether two resolved values are the same."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return _same_arrays(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


def _same_arrays(one: Any, other: Any) -> bool:
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    if one.shape != other.shape or one.dtype != other.dtype or one.size > MANY:
        return False
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def asked(function: Callable[..., Any], frame: Frame, *more: Any) -> Any:
    """Return what a function says of a frame, :data:`MISSING` while an array that it reads is on its way.

    Of names with ``*`` one array at least must be there.
    """
    away = [name for name in getattr(function, "arrays", ()) if name not in frame.arrays]
    known = all("*" in name and any(fnmatchcase(each, name) for each in frame.arrays) for name in away)
    return function(frame, *more) if known or not reads_under(function, frame.params) else MISSING


def words_of(words: Any, frame: Frame) -> str:
    """Return words as they are at a frame."""
    if isinstance(words, str):
        return words
    said = asked(words, frame)
    return "" if said is MISSING else str(said)


def value_of(value: Any, frame: Frame) -> Any:
    """Return the array that is bound, None where there is none, :data:`MISSING` while it is on its way."""
    found = frame.arrays.get(value, MISSING) if isinstance(value, str) else asked(value, frame)
    return found if found is None or found is MISSING else np.asarray(found)


Reader = Callable[[Frame], Any]


def resolver(told: Any) -> Callable[[Frame], Resolved]:
    """Return the function that resolves a drawing; how each field is read is found out once."""
    readers = {field.name: _reader(field, getattr(told, field.name)) for field in dataclasses.fields(told)}
    fixed = {name: getattr(told, name) for name, read in readers.items() if read is None}
    moving = [(name, read) for name, read in readers.items() if read is not None]

    def resolve(frame: Frame) -> Resolved:
        return Resolved(fixed, {name: read(frame) for name, read in moving})

    return resolve


def _reader(field: dataclasses.Field[Any], value: Any) -> Reader | None:
    """Return how a field is read from a frame, None where it is the same in all of them."""
    kind = str(field.type)
    if "ndim" in field.metadata and (isinstance(value, str) or callable(value)):
        return lambda frame: value_of(value, frame)
    if kind.startswith("Words") and callable(value):
        return lambda frame: words_of(value, frame)
    if kind.startswith("tuple[Words") and any(map(callable, value)):
        return lambda frame: tuple(words_of(each, frame) for each in value)
    if kind.startswith("Log") and callable(value):
        return lambda frame: bool(value(frame.params))
    if callable(value) and "Callable[[Frame]," in _normal(kind):
        return lambda frame: asked(value, frame)
    return _nested(value)


def _normal(kind: str) -> str:
    """Return an annotation with the names of callables spelled out."""
    return kind.replace("Number", "Callable[[Frame],")


def _nested(value: Any) -> Reader | None:
    """Return how what a field holds is read; what has nothing to be resolved stays what it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        moves = any(_reader(field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return resolver(value) if moves else None
    if isinstance(value, (tuple, list)) and any(dataclasses.is_dataclass(each) for each in _flat(value)):
        inner = [(each, _nested(each)) for each in value]
        if any(read for _, read in inner):
            return lambda frame: tuple(read(frame) if read else each for each, read in inner)
    return None


def _flat(value: Sequence[Any]) -> list[Any]:
    return [each for one in value for each in (_flat(one) if isinstance(one, (tuple, list)) else [one])]


@dataclasses.dataclass(frozen=True, eq=False)
class Places:
    """The places along a dimension at a moment: what they are called, where they lie, their colours.

    A trail has a place for each step: names and positions are made when somebody asks for them.
    """

    name: str
    title: str
    count: int
    given: Sequence[Any] | np.ndarray
    """The names as they were given, and where the places lie; other than ``count`` of them are left aside."""
    lying: np.ndarray | None
    log: bool
    whole: bool
    colours: tuple[int, ...]

    @property
    def named(self) -> bool:
        """Whether the places have names of their own, and are not merely numbered."""
        return len(self.given) == self.count

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the places are called."""
        if self.named:
            return tuple(map(str, self.given))
        return tuple(f"{number:g}".replace("-", "−") for number in self.at.tolist())

    @cached_property
    def at(self) -> np.ndarray:
        """Where the places lie."""
        if self.lying is None or len(self.lying) != self.count:
            return (1 if self.whole else 0) + np.arange(self.count, dtype=float)
        return np.asarray(self.lying, float)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and alike(self._told, other._told)

    __hash__ = None  # type: ignore[assignment]

    @property
    def _told(self) -> tuple[Any, ...]:
        return (self.count, self.name, self.title, self.log, self.whole, self.colours, self.given, self.lying)

    def colour(self, place: int) -> int:
        """Return a place's colour in the palette."""
        return self.colours[place] if place < len(self.colours) else place


def places_of(name: str, count: int, frame: Frame, scene: Scene) -> Places:
    """Return what is known of a dimension's places; names and positions that do not fit ``count`` are left aside."""
    known = scene.dimensions.get(name) or Dimension(name)
    lying = value_of(known.at, frame) if known.at else None
    return Places(
        name=name,
        title=words_of(known.title, frame),
        count=count,
        given=_named(known, frame),
        lying=None if lying is MISSING else lying,
        log=known.log,
        whole=known.whole,
        colours=tuple(known.colours(frame.params) if callable(known.colours) else known.colours),
    )


def _named(known: Dimension, frame: Frame) -> Sequence[Any] | np.ndarray:
    if isinstance(known.names, str):
        return frame.arrays.get(known.names, ())
    if not callable(known.names):
        return known.names
    if not hasattr(known.names, "arrays"):
        return known.names(frame.params)
    found = asked(known.names, frame)
    return () if found is MISSING else found


def dims_of(told: Any, scene: Scene) -> tuple[str, ...]:
    """Return the dimensions of what a drawing shows: those given, else those of the first array that it is bound to."""
    if getattr(told, "dims", ()):
        return tuple(told.dims)
    for field in dataclasses.fields(told):
        value = getattr(told, field.name)
        if "ndim" in field.metadata and isinstance(value, str):
            return scene.array(value).dims
        if "ndim" in field.metadata and callable(value):
            picks = getattr(value, "picks", None)
            return scene.array(picks[1][0]).dims if picks else tuple(getattr(value, "dims", ()))
        if "ndim" in field.metadata and isinstance(value, (tuple, list)) and value:
            return dims_of(value[0], scene)
    return ()
