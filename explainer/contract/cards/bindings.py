"""What cards are bound to: arrays, words, the dimensions that join cards, and what a hand can do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from explainer.contract.frame import Frame


Value: TypeAlias = "str | Callable[[Frame], Any]"
"""An array by its name, or made of a frame; such a function says by :func:`reads` which arrays it reads."""
Words: TypeAlias = "str | Callable[[Frame], str]"
"""Words, or words made of a frame."""
Named = Sequence[str] | str | Callable[[Any], "Sequence[str] | np.ndarray"]
"""Names: themselves, the name of an array of strings, or made of the parameters.

A function marked by :func:`reads` makes them of the frame.
"""


class Missing(Enum):
    """What is not there yet."""

    MISSING = "missing"


MISSING = Missing.MISSING
F = TypeVar("F", bound=Callable[..., Any])


def reads(*arrays: str, dims: Sequence[str] = (), when: Callable[[Any], bool] | None = None) -> Callable[[F], F]:
    """Say of a function of a frame which arrays it reads, and the dimensions of the array that it returns.

    It is called only when all of them have come, so it need not ask whether they are there. Under parameters
    where ``when`` is false it reads none of them: they are not asked for on its account.
    """

    def mark(function: F) -> F:
        function.arrays = arrays  # type: ignore[attr-defined]
        function.when = when  # type: ignore[attr-defined]
        function.dims = tuple(dims)  # type: ignore[attr-defined]
        return function

    return mark


def pick(of: Callable[[Any], str], *names: str) -> Callable[[Frame], Any]:
    """Return a binding to one of several arrays, chosen by the parameters: the engine computes only that one.

    All of them have the same dimensions.
    """

    def picked(frame: Frame) -> Any:
        return frame.arrays.get(of(frame.params), MISSING)

    picked.picks = (of, names)  # type: ignore[attr-defined]
    return picked


def arrays_of(bound: Any) -> tuple[str, ...]:
    """Return the arrays that a binding may need."""
    if isinstance(bound, str):
        return (bound,)
    return (*getattr(bound, "arrays", ()), *getattr(bound, "picks", (None, ()))[1])


def number_of(array: str, *place: int) -> Callable[[Frame], float]:
    """Return a binding to one number of an array, for a level or a text."""
    return reads(array)(lambda frame: float(frame.arrays[array][place]))


def reads_under(function: Any, params: Any) -> bool:
    """Return whether a function reads its arrays under these parameters."""
    when = getattr(function, "when", None)
    return when is None or bool(when(params))


def needed(bound: Any, params: Any) -> tuple[str, ...]:
    """Return the arrays that a binding needs under these parameters."""
    if isinstance(bound, str):
        return (bound,)
    of, names = getattr(bound, "picks", (None, ()))
    picked = tuple(name for name in names if of is not None and name == of(params))
    return (*(getattr(bound, "arrays", ()) if reads_under(bound, params) else ()), *picked)


def varies(bound: Any) -> bool:
    """Return whether a binding needs other arrays under other parameters."""
    return getattr(bound, "picks", None) is not None or getattr(bound, "when", None) is not None


def bound(*ndim: int, default: Any = dataclasses.MISSING) -> Any:
    """Return a field that holds a :data:`Value` with one of these numbers of dimensions (any, if none is given)."""
    return field(default=default, metadata={"ndim": ndim})


@dataclass(frozen=True)
class Dimension:
    """What the places along a dimension are called, and where they lie.

    ``names`` and ``at`` (numbers, as a value is bound) may both be missing: places are then numbered,
    from 1 where they are ``whole`` (layers, epochs are counted), else from 0.
    """

    title: Words = ""
    names: Named = ()
    at: Value = ""
    log: bool = False
    whole: bool = False
    colours: Sequence[int] | Callable[[Any], Sequence[int]] = ()
    """The places' colours in the palette, where they are not its first, second, …: fixed, or made of the parameters."""


@dataclass(frozen=True)
class Act:
    """What a hand asks for besides setting parameters: a verb of the scene."""

    verb: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Seek:
    """What a hand asks for: to go to a step."""

    step: int


@dataclass(frozen=True)
class Save:
    """What a button asks for: files that a side job makes, saved into a folder that is then chosen."""

    job: str
    files: Mapping[str, str]
    """The job's arrays of bytes (byte,), each with the name of its file."""


Asked = Mapping[str, Any] | Act | Seek | Save | Sequence[Any] | None
"""What a click comes to: parameters to set, a verb, a step, files to save, several of these in turn, or nothing."""


@dataclass(frozen=True)
class Button:
    """Words above the drawing that can be clicked; not in files.

    Without words it is not there; one whose click comes to nothing just now is disabled.
    """

    words: Words
    click: Callable[[Frame], Asked]
    about: str = ""
    """What it does, as a tooltip."""
    right: bool = False
    """Whether it stands at the right end."""


@dataclass(frozen=True)
class Handle:
    """A line at a value of the axis; dragging it sets the parameter, unless it only shows something."""

    at: str | Callable[[Frame], float | None]
    """The parameter's name, or a value: what cannot be dragged, unless ``move`` says what that comes to."""
    words: Words = ""
    move: Callable[[Frame, float], Mapping[str, Any]] | None = None
    """The parameters that dragging it to a value of the axis sets, where the axis is not the parameter's own."""

    @property
    def drags(self) -> bool:
        """Whether a hand can drag it."""
        return isinstance(self.at, str) or self.move is not None


@dataclass(frozen=True)
class Level:
    """A line across: a threshold, a limit, what chance would give."""

    value: float | Callable[[Frame], float | None]
    words: Words = ""


@dataclass(frozen=True)
class Drag:
    """What dragging an item does: a verb with the place and the new value as arguments, or a parameter.

    With ``parameter`` the values of all places are one parameter (numbers), of which one is changed.
    """

    verb: str = ""
    place: str = "index"
    value: str = "value"
    low: float = -np.inf
    high: float = np.inf
    parameter: str = ""
    also: str = ""
    """The second value's argument, where an item is dragged over a plane."""


@dataclass(frozen=True)
class Edit:
    """Numbers that can be typed into cells or dragged: what to ask for when one is given."""

    given: Callable[[Frame, tuple[int, ...], float], Asked]
    """Makes of the place and the number what is asked for."""
    low: float = -1e6
    high: float = 1e6
    applies: Callable[[Frame], bool] = lambda frame: True
    """Whether the numbers can be changed just now."""


@dataclass(frozen=True)
class Ask:
    """A side job whose answer is drawn: asked once the picture can be seen, and again when ``key`` is another.

    What it finds is drawn like arrays of the frame, under the names that the job gives.
    """

    job: str
    arrays: tuple[str, ...]
    """What the job gives; the last one completes the answer."""
    key: Callable[[Frame], Hashable]
    """What the answer depends on."""
    arguments: Callable[[Frame], Mapping[str, Any]] = lambda frame: {}
    busy: Words = "computing …"
    parts: bool = False
    """Whether the parts of an answer are drawn as they come."""
