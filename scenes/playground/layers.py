"""The hidden layers as a person writes them: ``8``, or ``8:activation=relu:dropout=0.2``. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from explainer.contract import Refused, choice, real
from explainer.contract.fields import Parameter
from explainer.contract.refused import shown

MOST_LAYERS, MOST_UNITS = 12, 64
MODULE, WEIGHTS, PREDICTIONS = "model.py", "weights.safetensors", "predictions.csv"
"""The files in which a network and what it says are saved."""
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 32, 64)
ACTIVATIONS = {
    "tanh": "tanh",
    "relu": "ReLU",
    "sigmoid": "Sigmoid",
    "linear": "Linear",
    "leaky-relu": "Leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "Softplus",
    "hard-tanh": "Hard tanh",
}
NORMS = {"none": "None", "batch": "Batch", "layer": "Layer"}


def _activation(**words: Any) -> Any:
    return choice("tanh", ACTIVATIONS, label="Activation", help="What is done to each unit's sum.", **words)


def _dropout(**words: Any) -> Any:
    help_ = "The share of a layer's units that is set to zero while training, drawn anew for every example."
    return real(0.0, 0.0, 0.9, label="Dropout p", help=help_, **words)


def _norm(**words: Any) -> Any:
    help_ = "What a layer's sums are normalized over before the activation: the batch, or the units of one example."
    return choice("none", NORMS, label="Normalization", help=help_, **words)


DECLARED: Mapping[str, Any] = {"activation": _activation, "dropout": _dropout, "norm": _norm}
"""What all layers are told, and each may be told for itself, as functions that declare it."""


def own_settings(size: str) -> dict[str, Any]:
    """Return what one layer may be told for itself; all of it follows what all layers are told."""
    made = {key: declare(follows=key) for key, declare in DECLARED.items()}
    for key, field in made.items():
        field.name = key
    return made


_FIELDS: dict[str, Parameter] = own_settings("")


@dataclass(frozen=True)
class Entry:
    """One hidden layer: its units and what it does not share with the others."""

    units: int
    own: tuple[tuple[str, Any], ...] = ()

    def text(self) -> str:
        """Return the canonical spelling, which :func:`parse_entry` reads."""
        return ":".join([str(self.units), *(f"{key}={_FIELDS[key].format(value)}" for key, value in self.own)])


def parse_entry(words: str) -> Entry:
    """Read ``units`` or ``units:setting=value:…``; raise :class:`Refused` for what is unknown or out of range."""
    units, *pairs = (part.strip() for part in words.split(":"))
    if not (units.isascii() and units.isdigit() and 1 <= int(units[:4]) <= MOST_UNITS):
        raise Refused(f"a layer of {shown(units)} units is refused: give a whole number from 1 to {MOST_UNITS}")
    own: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or name not in _FIELDS:
            raise Refused(f"a layer has no setting {shown(pair)}: write one of {', '.join(_FIELDS)} = value")
        if name in own:
            raise Refused(f"a layer is given {name} twice: keep one of them")
        own[name] = _FIELDS[name].parse(value)
    return Entry(int(units), tuple((key, own[key]) for key in _FIELDS if key in own))


@lru_cache(256)
def entries(layers: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the hidden layers that are written so."""
    return tuple(map(parse_entry, layers))


@dataclass(frozen=True)
class Told:
    """What all hidden layers are told, each in its place."""

    units: tuple[int, ...]
    activations: tuple[str, ...]
    dropouts: tuple[float, ...]
    norms: tuple[str, ...]


@lru_cache(256)
def _told(layers: tuple[str, ...], activation: str, dropout: float, norm: str) -> Told:
    common = {"activation": activation, "dropout": dropout, "norm": norm}
    each = [(entry.units, {**common, **dict(entry.own)}) for entry in entries(layers)]
    return Told(
        tuple(units for units, _ in each),
        tuple(own["activation"] for _, own in each),
        tuple(own["dropout"] for _, own in each),
        tuple(own["norm"] for _, own in each),
    )


def told(params: Any) -> Told:
    """Return what the hidden layers are told under these parameters."""
    return _told(params.layers, params.activation, params.dropout, params.norm)


@lru_cache(256)
def read_skips(words: str) -> tuple[tuple[int, int], ...]:
    """Read ``0>2,1>3``: which layer is also seen by which later one, the input being 0; raise :class:`Refused`."""
    found = []
    for part in filter(None, (part.strip() for part in words.split(","))):
        source, arrow, to = (end.strip() for end in part.partition(">"))
        if not (arrow and source.isdecimal() and to.isdecimal() and source.isascii() and to.isascii()):
            raise Refused(f"{shown(part)} is no connection: write source>target, such as 0>2, the input being 0")
        pair = int(source[:3]), int(to[:3])
        if pair[1] < pair[0] + 2:
            raise Refused(f"{shown(part)} skips nothing: the target is at least two layers behind the source")
        if pair in found:
            raise Refused(f"{shown(part)} is given twice: keep one of them")
        found.append(pair)
    return tuple(found)


def sources(params: Any) -> tuple[tuple[int, ...], ...]:
    """Return which earlier layers each layer sees, 0 being the input; raise :class:`Refused` for others."""
    depth = len(params.layers)
    skips = read_skips(params.skips)
    for source, to in skips:
        if to > depth + 1:
            raise Refused(
                f"skips = {source}>{to} is refused: the network has layers 1 to {depth + 1}, the last is the output",
                about="skips",
            )
    return tuple((*sorted(source for source, to in skips if to == k + 1), k) for k in range(depth + 1))


def fitting_skips(words: str, depth: int) -> str:
    """Return those connections that a network of so many hidden layers still has."""
    return ",".join(f"{source}>{to}" for source, to in read_skips(words) if to <= depth + 1)
