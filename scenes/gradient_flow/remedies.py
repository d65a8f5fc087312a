"""Changes of one setting that may let a network learn. Plain Python: copies try them, a picture lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explainer.scenes.gradient_flow.lanes import DECLARED, Settings
from explainer.scenes.gradient_flow.options import ACTIVATIONS, CELLS, INITS, NORMALIZATIONS, SKIPS

_LAYERED = {
    "activation": ("relu", "tanh", "selu", "gelu"),
    "init": ("xavier-uniform", "he-normal", "orthogonal", "pytorch"),
    "normalization": ("batch", "layer", "rms"),
    "skip": ("residual", "residual-zero"),
}
_RECURRENT = {
    "cell": ("lstm", "gru"),
    "activation": ("relu", "tanh"),
    "init": ("xavier-uniform", "orthogonal", "pytorch"),
    "keep_bias": (1.0, 4.0),
}
_WORDS = {"activation": ACTIVATIONS, "init": INITS, "normalization": NORMALIZATIONS, "skip": SKIPS, "cell": CELLS}
_PREFIX = {
    "activation": "",
    "init": "",
    "normalization": "normalization: ",
    "skip": "skip: ",
    "cell": "",
    "lr": "η ",
    "keep_bias": "bias towards keeping ",
    "clip": "clip ",
    "dtype": "",
    "loss_scale": "loss scale ",
}


@dataclass(frozen=True)
class Remedy:
    """One setting and the value it is given; no name for the network as it is."""

    name: str
    value: Any

    @property
    def text(self) -> str:
        """The value as a link or the command line writes it."""
        return DECLARED[self.name]().format(self.value) if self.name in DECLARED else str(self.value or "")


def remedies(told: Settings, params: Any) -> list[Remedy]:
    """Return what is tried, the network as it is first; values that it has already are left out."""
    known = _RECURRENT if params.architecture == "recurrent" else _LAYERED
    found = [(name, value) for name, values in known.items() for value in values]
    if params.batch < 2:
        found.remove(("normalization", "batch")) if ("normalization", "batch") in found else None
    low, high = 1e-6, 10.0
    found += [("lr", float(f"{told.lr * factor:.3g}")) for factor in (0.1, 10.0) if low <= told.lr * factor <= high]
    found.append(("clip", "norm"))
    if params.architecture == "recurrent":
        idle = "keep_bias" if told.cell == "rnn" else "activation"
        found = [(name, value) for name, value in found if name != idle]
    if told.dtype != "float32":
        found += [("dtype", "float32"), ("loss_scale", 2.0**14)]
    return [Remedy("", ""), *(Remedy(name, value) for name, value in found if getattr(told, name) != value)]


def remedy_words(name: str, text: str) -> str:
    """Return a change in words."""
    if not name:
        return "as it is"
    words = _WORDS[name][text].lower() if name in ("normalization", "skip") else _WORDS.get(name, {}).get(text, text)
    if name in ("lr", "loss_scale", "keep_bias"):
        words = f"{float(text):g}"
    if name == "clip":
        return "clip by norm"
    return f"{_PREFIX[name]}{words}"
