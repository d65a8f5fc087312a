"""Which networks train side by side, and what each is told: entries such as ``relu:init=pytorch:gain=2``.

Plain Python: the window's chips, the command line and the engine share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from explainer.contract.fields import Parameter, choice, real
from explainer.contract.refused import Refused, shown
from explainer.scenes.gradient_flow.options import (
    ACTIVATIONS,
    CELLS,
    CLIPS,
    DTYPES,
    INITS,
    NORMALIZATIONS,
    SHORT_INITS,
    SKIPS,
)

MOST_BESIDE = 3
"""Networks beside the first one."""


def _init(**words: Any) -> Any:
    return choice(
        "xavier-uniform", INITS, label="Initialization", help="How the weights of every layer are drawn.", **words
    )


def _gain(**words: Any) -> Any:
    return real(1.0, 0.01, 10.0, log=True, label="Gain", help="Multiplies every initial weight.", **words)


def _normalization(**words: Any) -> Any:
    help_ = "Normalizes each layer's sums before the activation: over the batch, or over the units of one example."
    return choice("none", NORMALIZATIONS, label="Normalization", help=help_, **words)


def _skip(**words: Any) -> Any:
    help_ = "Adds a hidden layer's input to its output; × 0: the branch has a learned factor that starts at 0."
    return choice("none", SKIPS, label="Skip connections", help=help_, **words)


def _clip(**words: Any) -> Any:
    help_ = "Shortens the whole gradient to a length, or cuts each component to a range, before the update."
    return choice("none", CLIPS, label="Clip gradients", help=help_, **words)


def _clip_at(**words: Any) -> Any:
    return real(1.0, 1e-4, 1e3, log=True, label="Clip at", help="The greatest length, or the greatest value.", **words)


def _lr(**words: Any) -> Any:
    return real(0.1, 1e-6, 10.0, log=True, label="Learning rate η", help="The size of the optimizer's steps.", **words)


def _dtype(**words: Any) -> Any:
    help_ = "The type in which layers compute; the weights themselves stay float32, as in mixed precision."
    return choice("float32", DTYPES, label="Number type", help=help_, **words)


def _loss_scale(**words: Any) -> Any:
    help_ = "Multiplies the loss before the backward pass and divides the gradients afterwards."
    return real(1.0, 1.0, 2.0**24, log=True, label="Loss scale", help=help_, **words)


def _cell(**words: Any) -> Any:
    return choice("rnn", CELLS, label="Cell", help="What is done at every time step.", **words)


def _keep_bias(**words: Any) -> Any:
    help_ = "Added to the bias of the gate that keeps the old state: LSTM's forget gate, GRU's update gate."
    return real(1.0, 0.0, 8.0, label="Bias towards keeping", help=help_, **words)


DECLARED: Mapping[str, Callable[..., Any]] = {
    "init": _init,
    "gain": _gain,
    "normalization": _normalization,
    "skip": _skip,
    "lr": _lr,
    "clip": _clip,
    "clip_at": _clip_at,
    "dtype": _dtype,
    "loss_scale": _loss_scale,
    "cell": _cell,
    "keep_bias": _keep_bias,
}
"""What a network may be told for itself, each as a function that declares it."""


def own_settings(name: str) -> dict[str, Any]:
    """Return what the entry of a network may be told for itself; all of it follows the common parameters."""
    made = {key: declare(follows=key) for key, declare in DECLARED.items()}
    for key, field in made.items():
        field.name = key
    return made


_FIELDS: dict[str, Parameter] = own_settings("")


@dataclass(frozen=True)
class Lane:
    """One network: its activation and the settings that it does not share with the first one."""

    activation: str
    own: tuple[tuple[str, Any], ...] = ()

    def text(self) -> str:
        """Return the canonical spelling; :func:`parse_lane` reads it back as an equal lane."""
        return ":".join([self.activation, *(f"{key}={_FIELDS[key].format(value)}" for key, value in self.own)])


def parse_lane(text: str) -> Lane:
    """Read ``activation`` or ``activation:key=value:key=value``; raise :class:`Refused`."""
    name, *pairs = (part.strip() for part in text.split(":"))
    if name not in ACTIVATIONS:
        raise Refused(f"unknown activation {shown(name)}: choose from {', '.join(ACTIVATIONS)}")
    own: dict[str, Any] = {}
    for pair in pairs:
        key, equals, words = (part.strip() for part in pair.partition("="))
        if not equals or key not in _FIELDS:
            raise Refused(
                f"{shown(pair)} behind {name} is no setting: write key=value with one of {', '.join(_FIELDS)}"
            )
        if key in own:
            raise Refused(f"{name} is given {key} twice: keep one of them")
        own[key] = _FIELDS[key].parse(words)
    return Lane(name, tuple((key, own[key]) for key in _FIELDS if key in own))


@dataclass(frozen=True)
class Settings:
    """Everything that one network is told."""

    activation: str
    init: str
    gain: float
    normalization: str
    skip: str
    lr: float
    clip: str
    clip_at: float
    dtype: str
    loss_scale: float
    cell: str
    keep_bias: float


@lru_cache(64)
def resolve(params: Any) -> tuple[Settings, ...]:
    """Return the settings of the first network and of those beside it."""
    common = {key: getattr(params, key) for key in DECLARED}
    lanes = [Lane(params.activation), *map(parse_lane, params.beside)]
    return tuple(Settings(activation=lane.activation, **{**common, **dict(lane.own)}) for lane in lanes)


@lru_cache(64)
def labels(params: Any) -> tuple[str, ...]:
    """Return a short unique name for each network: of its activation, or of its cell in a recurrent one."""
    told = resolve(params)
    plain = [one.cell if params.architecture == "recurrent" else one.activation for one in told]
    seen: Counter[str] = Counter()
    names = []
    for name in plain:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(names)


@lru_cache(64)
def metric_names(params: Any) -> tuple[tuple[str, ...], ...]:
    """Return the metrics of each network: bare for the first, with its label for those beside it."""
    return tuple(
        tuple(name if index == 0 else f"{name}/{label}" for name in MEASURES)
        for index, label in enumerate(labels(params))
    )


MEASURES = ("loss", "accuracy", "delta_ratio", "gradient_norm/total", "cosine")
"""What is recorded of every network at every step."""


@lru_cache(64)
def titles(params: Any) -> tuple[str, ...]:
    """Return the networks' names as on the screen: the activation, and whatever sets them apart."""
    told = resolve(params)
    found = []
    for one in told:
        words = [_cell_words(one)] if params.architecture == "recurrent" else [ACTIVATIONS[one.activation]]
        words.append(_init_words(one))
        layered = () if params.architecture == "recurrent" else ("normalization", "skip")
        for key in (*layered, "clip", "dtype"):
            if getattr(one, key) not in ("none", "float32"):
                words.append(_WORDS.get(getattr(one, key), getattr(one, key)))
        if one.loss_scale != 1:
            words.append(f"loss × {one.loss_scale:,.0f}")
        found.append(" + ".join(words))
    return _told_apart(found, told)


_WORDS = {
    "batch": "BatchNorm",
    "layer": "LayerNorm",
    "rms": "RMSNorm",
    "residual": "skip",
    "residual-zero": "skip, branch × 0",
    "norm": "clip by norm",
    "value": "clip by value",
}


def _cell_words(one: Settings) -> str:
    if one.cell == "rnn":
        return f"RNN, {ACTIVATIONS[one.activation].lower()}"
    return CELLS[one.cell] + (f", keep {one.keep_bias:g}" if one.keep_bias != 1 else "")


def _init_words(one: Settings) -> str:
    return SHORT_INITS[one.init] + (f" × {one.gain:.3g}" if one.gain != 1 else "")


def _told_apart(names: Sequence[str], told: Sequence[Settings]) -> tuple[str, ...]:
    """Add the setting in which all of an equal name differ, else a number."""
    found, numbers = [], Counter[str]()
    for name, one in zip(names, told, strict=True):
        numbers[name] += 1
        alike = [other for other, same in zip(told, names, strict=True) if same == name]
        apart = [key for key in _APART if len({getattr(other, key) for other in alike}) == len(alike)]
        if len(alike) == 1:
            found.append(name)
        else:
            found.append(name + (_APART[apart[0]].format(getattr(one, apart[0])) if apart else f" ({numbers[name]})"))
    return tuple(found)


_APART = {"lr": ", η {:g}", "clip_at": " at {:g}"}


def with_setting(params: Any, index: int, name: str, value: Any) -> dict[str, Any]:
    """Return which parameter gives the network of that index another setting, and its value."""
    if index == 0:
        return {name: value}
    lanes = list(map(parse_lane, params.beside))
    lane = lanes[index - 1]
    if name == "activation":
        lanes[index - 1] = Lane(value, lane.own)
    else:
        own = {**dict(lane.own), name: value}
        lanes[index - 1] = Lane(lane.activation, tuple((key, own[key]) for key in _FIELDS if key in own))
    return {"beside": tuple(lane.text() for lane in lanes)}
