"""What the pictures draw: every table as far as it has been found, and what is measured beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.scenes.attention.measured import WIDTHS, saturation, softmax_jacobian
from explainer.scenes.attention.mechanism import entropies
from explainer.scenes.attention.names import FINAL

if TYPE_CHECKING:
    from explainer.scenes.attention.experiment import Attention


class Drawings:
    """The arrays; the tables of the eight operations are attributes under their names."""

    def __init__(self, experiment: Attention) -> None:
        self.of = experiment

    def __getattr__(self, name: str) -> Tensor:
        """Return a table; one that no operation has found yet is NaN, ``final_…`` is what all will find."""
        final = self.__dict__["of"].final
        if name in FINAL:
            return final[name.removeprefix("final_")]
        if name not in final:
            raise AttributeError(f"there is no table {name!r}")
        return self.of.now[name] if name in self.of.now else self.unknown(name)

    @kept("of.final")
    def unknown(self, name: str) -> Tensor:
        """Return a table of which nothing is known."""
        table = self.of.final[name]
        return torch.full_like(table, torch.nan) if table.is_floating_point() else torch.full_like(table, -1)

    @kept("of.settings")
    def token(self) -> Sequence[str]:
        """Return the tokens that ask."""
        return self.of.settings.words

    @kept("of.settings")
    def memory_token(self) -> Sequence[str]:
        """Return the tokens that are read from."""
        return self.of.settings.memory_words

    # measured beside the eight operations

    @kept("of.final")
    def row_entropy(self) -> Tensor:
        """Return the entropy of each row of the weights."""
        return entropies(self.of.final["weights"])

    @kept("of.final")
    def jacobian(self) -> Tensor:
        """Return ∂w/∂z of the asking row (head, key, key); a hard choice has none: zero everywhere."""
        weights = self.of.final["weights"][:, self.of.settings.asking].nan_to_num()
        return softmax_jacobian(weights) * (self.of.params.selection == "soft")

    @kept("of.scores_by_width")
    def saturated(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return the largest weight, and median and mean of the gradient, by width."""
        return saturation(*self.of.scores_by_width, self.of.params.temperature)

    def saturation_weight(self) -> Tensor:
        """Return the largest weight by width."""
        return self.saturated()[0]

    def saturation_gradient(self) -> Tensor:
        """Return the median gradient by width."""
        return self.saturated()[1]

    def saturation_mean(self) -> Tensor:
        """Return the mean gradient by width."""
        return self.saturated()[2]

    @kept("of.scores_by_width")
    def saturation_width(self) -> Tensor:
        """Return the widths."""
        return torch.tensor(WIDTHS)

    def training_loss(self) -> Tensor:
        """Return the errors while the projections were trained."""
        return self.of.training_loss

    # put in by hand

    @kept("of.edits")
    def edited_table(self) -> Sequence[str]:
        """Return the tables of these cells."""
        return [table for table, *_ in self.of.edits]

    @kept("of.edits")
    def edited_cell(self) -> np.ndarray:
        """Return their places (edit, 3)."""
        return np.array([place for _, *place in self.of.edits], dtype=np.int64).reshape(-1, 3)
