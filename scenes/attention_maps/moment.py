"""A frame read for the cards and the words: the tokens that are shown, and the map between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.contract.cards import reads
from explainer.contract.frame import Frame
from explainer.scenes.attention_maps.names import TASKS

SHORT = 64
"""Weights of at most so many tokens are shown against 1; those of longer texts are all small."""
NEEDED = ("tokens", "special", "target", "answer", "shown", "head_on")
"""The arrays that a :class:`Moment` reads."""


@dataclass(frozen=True)
class Moment:
    """The large map of a frame."""

    frame: Frame

    @classmethod
    def of(cls, frame: Frame | None) -> Moment | None:
        """Return the moment; None while arrays are missing or are not yet of the same text."""
        if frame is None or not set(NEEDED) <= frame.arrays.keys():
            return None
        sizes = {len(frame.arrays[name]) for name in ("tokens", "special", "target", "answer", "shown")}
        return cls(frame) if len(sizes) == 1 else None

    def __getitem__(self, name: str) -> np.ndarray:
        return self.frame.arrays[name]

    @property
    def params(self) -> Any:
        """The parameters in force."""
        return self.frame.params

    @property
    def trained(self) -> bool:
        """Whether the model is trained here."""
        return bool(self.params.model == "trained")

    @property
    def kept(self) -> np.ndarray:
        """The tokens that are shown, as numbers: all, or all but the special ones."""
        special = self["special"] > 0
        hidden = special if not self.params.special and not special.all() else np.zeros_like(special)
        return np.flatnonzero(~hidden)

    @property
    def values(self) -> np.ndarray:
        """The map between the tokens that are shown."""
        shown, kept = self["shown"], self.kept
        return shown if len(kept) == len(shown) else shown[np.ix_(kept, kept)]

    @property
    def full_shade(self) -> float:
        """What the strongest colour stands for: 1 for weights of a short text, else the largest value."""
        if self.measure == "weights" and len(self.kept) <= SHORT:
            return 1.0
        return max(float(self.values.max(initial=0.0)), 1e-12)

    @property
    def special_share(self) -> float:
        """The share of the map's whole weight that goes to special tokens."""
        shown = self["shown"]
        whole = float(shown.sum())
        return float(shown[:, self["special"] > 0].sum()) / whole if whole > 0 else 0.0

    @property
    def words(self) -> list[str]:
        """Every token."""
        return [str(word) for word in self["tokens"]]

    @property
    def measure(self) -> str:
        """What the large map shows: weights or contribution; rollout multiplies weights whatever is chosen."""
        return "weights" if self.params.shows == "rollout" else str(self.params.measure)

    @property
    def place(self) -> tuple[int, int]:
        """The layer and head on show, counted from 1."""
        layers, heads = self["head_on"].shape
        return min(self.params.layer, layers), min(self.params.head, heads)

    @property
    def name(self) -> str:
        """What the large map is, in words."""
        layer, head = self.place
        if self.params.shows == "rollout":
            return "Rollout through all layers"
        return f"Layer {layer} · head {head}" if self.params.shows == "head" else f"Layer {layer} · mean of its heads"

    @property
    def query(self) -> int:
        """The chosen token, counted from 0."""
        return int(min(self.params.query or len(self["tokens"]), len(self["tokens"])) - 1)


def agreeing(sketch: tuple[float, ...], shown: np.ndarray) -> tuple[int, int]:
    """Return in how many of the drawn rows the largest weight is where it was drawn, and how many are drawn."""
    drawn = [(row, int(key)) for row, key in enumerate(sketch[: len(shown)]) if 0 <= key < shown.shape[1]]
    return sum(int(shown[row].argmax()) == key for row, key in drawn), len(drawn)


@reads("tokens", "special", dims=("query",))
def kept_words(frame: Frame) -> np.ndarray:
    """Return the tokens that are shown."""
    tokens, special = frame.arrays["tokens"], frame.arrays["special"] > 0
    hides = not frame.params.special and len(special) == len(tokens) and not special.all()
    return tokens[~special] if hides else tokens


def summary(frame: Frame) -> str:
    """Return what the model is, how right it is, and what the large map shows."""
    moment = Moment.of(frame)
    params = frame.params
    if params.model != "trained":
        words = f"{len(moment.words)} word pieces" if moment else "a text"
        return f"A real model reads {words}."
    start = f"Step {frame.step} of the task {TASKS[params.task].lower()}"
    if frame.step == 0 or moment is None:
        return f"{start}: the network is untrained."
    return f"{start}: {frame.metric('accuracy'):.0%} of the tokens are right."


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the share of right tokens and sequences."""
    if frame.params.model != "trained" or frame.step == 0:
        return []
    names = {"accuracy": "tokens right", "accuracy/sequence": "sequences right"}
    return [(label, f"{frame.metric(name):.0%}") for name, label in names.items() if name in frame.series]


def effect(frame: Frame | None) -> str:
    """Return what the heads that are off change, with numbers; empty where nothing is known."""
    arrays = frame.arrays if frame else {}
    held_out, cosine = arrays.get("held_out"), arrays.get("cosine")
    if held_out is not None and np.isfinite(held_out).all():
        (loss, right), (loss_now, right_now) = held_out.tolist()
        return f"held out: loss {loss:.3f} → {loss_now:.3f}, tokens right {right:.1%} → {right_now:.1%}"
    if cosine is not None and len(cosine) and np.isfinite(cosine[0]):
        return f"the sentence's embedding now has cosine {float(cosine[0]):.4f} with what it was"
    return ""
