"""What a drawing says at a moment: every binding an array, every function its answer; two moments can be compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from explainer.contract.cards.bindings import MISSING, Dimension, reads_under
from explainer.contract.frame import Frame
from explainer.contract.scene import Scene

MANY = 50_000
"""Arrays of more numbers are not compared: another object is taken for another array."""


class Resolved:
    """A drawing's fields at a moment, under their names; :data:`MISSING` where an array is on its way."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.__dict__.update(fields)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resolved) and alike(self.__dict__, other.__dict__)

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
    away = set(getattr(function, "arrays", ())) - frame.arrays.keys()
    known = not away or all("*" in name and any(fnmatchcase(each, name) for each in frame.arrays) for name in away)
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


def resolver(told: Any) -> Callable[[Frame], Resolved]:
    """Return the function that resolves a drawing; how each field is read is found out once."""
    readers = [(field.name, _reader(field, getattr(told, field.name))) for field in dataclasses.fields(told)]

    def resolve(frame: Frame) -> Resolved:
        return Resolved({name: read(frame) for name, read in readers})

    return resolve


def _reader(field: dataclasses.Field[Any], value: Any) -> Callable[[Frame], Any]:
    """Return how a field is read from a frame."""
    kind = str(field.type)
    if "ndim" in field.metadata and (isinstance(value, str) or callable(value)):
        return lambda frame: value_of(value, frame)
    if kind.startswith("Words") and callable(value):
        return lambda frame: words_of(value, frame)
    if kind.startswith("tuple[Words"):
        return lambda frame: tuple(words_of(each, frame) for each in value)
    if kind.startswith("Log") and callable(value):
        return lambda frame: bool(value(frame.params))
    if callable(value) and "Callable[[Frame]," in _normal(kind):
        return lambda frame: asked(value, frame)
    return _nested(value)


def _normal(kind: str) -> str:
    """Return an annotation with the names of callables spelled out."""
    return kind.replace("Number", "Callable[[Frame],")


def _nested(value: Any) -> Callable[[Frame], Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return resolver(value)
    if isinstance(value, (tuple, list)) and any(dataclasses.is_dataclass(each) for each in _flat(value)):
        inner = [_nested(each) for each in value]
        return lambda frame: tuple(read(frame) for read in inner)
    return lambda frame: value


def _flat(value: Sequence[Any]) -> list[Any]:
    return [each for one in value for each in (_flat(one) if isinstance(one, (tuple, list)) else [one])]


@dataclasses.dataclass(frozen=True, eq=False)
class Places:
    """The places along a dimension at a moment: what they are called, where they lie, their colours."""

    name: str
    title: str
    names: tuple[str, ...]
    at: np.ndarray
    log: bool
    whole: bool
    named: bool
    """Whether the places have names of their own, and are not merely numbered."""
    colours: tuple[int, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and alike(dataclasses.astuple(self), dataclasses.astuple(other))

    __hash__ = None  # type: ignore[assignment]

    def colour(self, place: int) -> int:
        """Return a place's colour in the palette."""
        return self.colours[place] if place < len(self.colours) else place


def places_of(name: str, count: int, frame: Frame, scene: Scene) -> Places:
    """Return what is known of a dimension's places; names and positions that do not fit ``count`` are left aside."""
    known = scene.dimensions.get(name, Dimension(name))
    names = _named(known, frame)
    at = value_of(known.at, frame) if known.at else None
    at = None if at is MISSING else at
    first = 1 if known.whole else 0
    numbers = first + np.arange(count, dtype=float) if at is None or len(at) != count else np.asarray(at, float)
    named = len(names) == count
    return Places(
        name=name,
        title=words_of(known.title, frame),
        names=names if named else tuple(f"{number:g}".replace("-", "−") for number in numbers),
        at=numbers,
        log=known.log,
        whole=known.whole,
        named=named,
        colours=tuple(known.colours(frame.params) if callable(known.colours) else known.colours),
    )


def _named(known: Dimension, frame: Frame) -> tuple[str, ...]:
    if isinstance(known.names, str):
        return tuple(map(str, frame.arrays.get(known.names, ())))
    if not callable(known.names):
        return tuple(known.names)
    if not hasattr(known.names, "arrays"):
        return tuple(known.names(frame.params))
    found = asked(known.names, frame)
    return () if found is MISSING else tuple(map(str, found))


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
