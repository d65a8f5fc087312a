"""A frame read for the pictures: the tokens that are shown, and the map between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.contract.frame import Frame

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
