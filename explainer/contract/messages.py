"""What window and engine say to each other, and the stream it travels on.

Each message is a MessagePack map after a four-byte big-endian length. Arrays travel as dtype,
shape and raw bytes; nothing that is decoded can run code.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from explainer.contract.recipe import Position, Recipe
from explainer.contract.refused import Refused, one_line, shown

MAX_MESSAGE = 1 << 30
_LENGTH = struct.Struct(">I")


class _Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Base of all messages; the class name is the tag."""


class _Command(_Message, frozen=True, tag=True, kw_only=True):
    """Base of what the window says; ``request`` numbers it, and pictures name the last one dealt with."""

    request: int = 0


class Open(_Command, frozen=True):
    """Start the run of ``recipe`` and go to ``position``; it gets the number ``run``."""

    run: int
    recipe: Recipe
    position: Position = Position()


class Play(_Command, frozen=True):
    """Go on stepping: ``speed`` steps a second, each painted, or as fast as possible when None."""

    speed: float | None = None
    until: int | None = None
    """Rest at this step."""


class Pause(_Command, frozen=True):
    """Rest at the present step boundary or phase."""


class Step(_Command, frozen=True):
    """Do ``count`` whole steps, or finish the one that rests in mid-phase."""

    count: int = 1


class Phase(_Command, frozen=True):
    """Go on to the end of the next phase."""


class Seek(_Command, frozen=True):
    """Go to ``position`` in the past or the future."""

    position: Position


class Act(_Command, frozen=True):
    """Do ``verb`` at the next step boundary."""

    verb: str
    arguments: dict[str, Any] = {}


class Show(_Command, frozen=True):
    """Draw with these view parameters, and compute these arrays from now on."""

    arrays: list[str]
    view: dict[str, Any] = {}


class Painted(_Command, frozen=True):
    """The window has painted picture ``number`` and can take another."""

    number: int


class StartJob(_Command, frozen=True):
    """Start a side job; it replaces an unfinished one of the same name."""

    job: int
    name: str
    arguments: dict[str, Any] = {}


Command = Open | Play | Pause | Step | Phase | Seek | Act | Show | Painted | StartJob


class Ready(_Message, frozen=True):
    """The engine has imported torch and can take commands."""

    devices: list[str]
    torch: str
    python: str


class Opened(_Message, frozen=True):
    """The run ``run`` exists; ``recipe`` is checked and complete."""

    run: int
    recipe: Recipe


class Ended(_Message, frozen=True):
    """Why a run cannot go on: a number that is not finite."""

    step: int
    metric: str
    value: float
    last_action: str
    cause: str


class Columns(_Message, frozen=True):
    """Rows of one series since the last picture."""

    steps: np.ndarray
    values: np.ndarray


class Picture(_Message, frozen=True):
    """One moment of the run: what has changed since the last picture."""

    run: int
    number: int
    position: Position
    phase: str = ""
    told: dict[str, list[float]] = {}
    """What that phase has computed: names and numbers."""
    file: str = ""
    line: int = 0
    arrays: dict[str, np.ndarray] = {}
    ages: dict[str, int] = {}
    series: dict[str, Columns] = {}
    traces: dict[str, Columns] = {}
    known: int = 0
    """The last step that was ever reached in this run: the end of the time line."""
    forget: int | None = None
    """The series after this step no longer hold: an action undid them."""
    playing: bool = False
    speed: float = 0.0
    """Steps per second, as measured."""
    finished: bool = False
    ended: Ended | None = None
    recipe: Recipe | None = None
    """The recipe when it has changed."""
    undone: tuple[Recipe, ...] = ()
    """What the recipe was each time that an action took changes out of it since the last picture, in order."""
    request: int = 0
    """The last numbered command that has been dealt with."""


class Progress(_Message, frozen=True):
    """A replay is under way."""

    run: int
    done: int
    total: int


class JobPart(_Message, frozen=True):
    """Arrays that a side job has found; the last part is marked."""

    run: int
    job: int
    name: str
    arguments: dict[str, Any]
    arrays: dict[str, np.ndarray]
    last: bool


class Refusal(_Message, frozen=True):
    """A request was refused; nothing has changed."""

    run: int
    message: str
    about: str = ""
    request: int = 0


class Failure(_Message, frozen=True):
    """The experiment raised an exception; the run rests where it was last well.

    When a side job raised it, the message names the job and the run goes on; when a run could not
    be opened, ``run`` is the number that it would have had.
    """

    run: int
    message: str
    traceback: str
    step: int


Report = Ready | Opened | Picture | Progress | JobPart | Refusal | Failure


class ArrayData(msgspec.Struct, frozen=True, array_like=True):
    """An array on the line."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


_KINDS = frozenset("biufU")
_DTYPE = re.compile(r"[<>|=]?[biufU]\d{1,9}")
_LAST_LETTER = 0x10FFFF
"""The greatest code point there is; reading a text with a greater one would fail later."""


def _encode_array(value: object) -> ArrayData:
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in _KINDS:
        raise NotImplementedError(f"{type(value).__name__} cannot be sent; send an array of numbers or strings")
    flat = np.ascontiguousarray(value).reshape(-1)
    return ArrayData(value.dtype.str, value.shape, flat.tobytes())


def _decode_array(wanted: type, value: Any) -> Any:
    if wanted is not np.ndarray:
        raise NotImplementedError(f"unexpected type {wanted}")
    data = msgspec.convert(value, ArrayData)
    if not _DTYPE.fullmatch(data.dtype):
        raise ValueError(f"unknown dtype {shown(data.dtype)}")
    try:
        dtype = np.dtype(data.dtype)
    except TypeError as error:
        raise ValueError(f"unknown dtype {data.dtype!r}") from error
    if min(data.shape, default=0) < 0 or math.prod(data.shape) * dtype.itemsize != len(data.data):
        raise ValueError(f"array of {data.dtype} {shown(data.shape)} does not fit {len(data.data)} bytes")
    letters = np.frombuffer(data.data, dtype.byteorder + "u4") if dtype.kind == "U" else ()
    if np.max(letters, initial=0) > _LAST_LETTER:
        raise ValueError("an array of text holds what is no letter")
    return np.frombuffer(data.data, dtype).reshape(data.shape)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_encode_array)
_COMMANDS = msgspec.msgpack.Decoder(Command, dec_hook=_decode_array)
_REPORTS = msgspec.msgpack.Decoder(Report, dec_hook=_decode_array)


def pack(message: Command | Report) -> bytes:
    """Return the message with its length in front."""
    body = _ENCODER.encode(message)
    return _LENGTH.pack(len(body)) + body


def read_command(body: bytes | memoryview) -> Command:
    """Decode what the window said; raise :class:`Refused` for anything else."""
    command: Command = _read(_COMMANDS, body)
    return command


def read_report(body: bytes | memoryview) -> Report:
    """Decode what the engine said; raise :class:`Refused` for anything else."""
    report: Report = _read(_REPORTS, body)
    return report


def _read(decoder: msgspec.msgpack.Decoder[Any], body: bytes | memoryview) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise Refused(f"broken message on the line to the engine: {one_line(str(error), 300)}") from None


class Splitter:
    """Cuts a byte stream into message bodies, whatever pieces it arrives in."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray | memoryview) -> Iterator[bytes]:
        """Take bytes; yield each body that is complete. Raise :class:`Refused` for an absurd length."""
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(self._buffer, start)
            if size > MAX_MESSAGE:
                raise Refused(f"broken message on the line to the engine: {size} bytes announced")
            end = start + _LENGTH.size + size
            if len(self._buffer) < end:
                break
            yield bytes(memoryview(self._buffer)[start + _LENGTH.size : end])
            start = end
        del self._buffer[:start]
