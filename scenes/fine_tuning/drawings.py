"""What is drawn: what was written before and after, how the weights have changed, what the start could do."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.language.lora import LoRA, matrices
from explainer.lab.language.pretrained import CONTEXT, both
from explainer.lab.language.text import in_windows
from explainer.lab.language.training import held_out_loss
from explainer.scenes.fine_tuning import PROMPT

if TYPE_CHECKING:
    from explainer.scenes.fine_tuning.experiment import FineTuning


def words_of(rows: Tensor) -> list[str]:
    """Return texts as they can be read in one line each."""
    return [both().decode(row).replace("\n", "⏎") for row in rows.tolist()]


class Drawings:
    """The arrays of the scene."""

    def __init__(self, owner: FineTuning) -> None:
        self.owner = owner

    def prompts(self) -> list[str]:
        """Return what stands before each text (text,)."""
        return words_of(self.owner.prompts)

    def start_texts(self) -> list[str]:
        """Return what the start wrote (text,)."""
        return words_of(self.owner.first[:, PROMPT:])

    def texts(self) -> list[str]:
        """Return what is written now (text,)."""
        return words_of(self.owner.texts[:, PROMPT:])

    @kept
    def start_rewards(self) -> Tensor:
        """Return the rewards of what the start wrote (text,)."""
        from explainer.scenes.fine_tuning.experiment import rewards_of

        return rewards_of(self.owner.first, self.owner.params.rule)

    def rewards(self) -> Tensor:
        """Return the rewards of what is written now (text,)."""
        from explainer.scenes.fine_tuning.experiment import rewards_of

        return rewards_of(self.owner.texts, self.owner.params.rule)

    def pair(self) -> list[str]:
        """Return two continuations with their prompt (option,)."""
        return words_of(self.owner.offered)

    def chosen(self) -> Tensor:
        """Return how many pairs were judged."""
        return torch.tensor(len(self.owner.judged))

    @kept("owner.start")
    def start_losses(self) -> list[float]:
        """Return the start's loss of prose and of code held out."""
        start, found = self.owner.start, []
        for corpus in (start.prose, start.code):
            asked, answers = in_windows(corpus.held_out.to(self.owner.device), CONTEXT)
            found.append(float(held_out_loss(start.model, asked, answers)))
        return found

    def at_start(self) -> list[float]:
        """Return the start's losses and its mean reward (what,)."""
        return [*self.start_losses(), float(self.start_rewards().mean())]

    def best_of(self) -> Tensor:
        """Return KL and mean reward of the best of n of the start's texts (draws, 2).

        The best of n of them is the k-th smallest in C(k − 1, n − 1) of C(16, n) draws.
        """
        rising = self.start_rewards().sort().values.double()
        count = len(rising)
        rows = []
        for n in range(1, count + 1):
            shares = [math.comb(k, n - 1) / math.comb(count, n) for k in range(count)]
            rows.append([math.log(n) - (n - 1) / n, float(rising @ torch.tensor(shares, dtype=torch.float64))])
        return torch.tensor(rows)

    @kept
    @torch.no_grad()
    def changes(self) -> dict[str, tuple[Tensor, Tensor]]:
        """Return each matrix at the start and what was added to it, by name."""
        before, now = matrices(self.owner.start.model), matrices(self.owner.model)
        return {name: (before[name], now[name] - before[name]) for name in before}

    def singular(self) -> Tensor:
        """Return the singular values of the chosen matrix' change (value,)."""
        change = self.changes()[self.owner.params.matrix][1].nan_to_num()
        return torch.linalg.svdvals(change.double()).float()

    def grown(self) -> Tensor:
        """Return ‖ΔW‖ / ‖W‖ of each matrix (matrix,)."""
        return torch.stack([change.norm() / before.norm() for before, change in self.changes().values()]).nan_to_num()

    def trained(self) -> list[int]:
        """Return how many weights are trained, and how many the model has (which,)."""
        own = sum(weight.numel() for weight in self.owner.start.model.parameters())
        return [sum(weight.numel() for weight in self.owner.model.parameters() if weight.requires_grad), own]

    @torch.no_grad()
    def merge_gap(self) -> Tensor:
        """Return by how much scores differ at most once ΔW is merged into W."""
        merged = copy.deepcopy(self.owner.model)
        for layer in merged.modules():
            if isinstance(layer, LoRA):
                layer.weight.copy_(layer.merged())
                layer.b.zero_()
        texts = self.owner.first
        return (merged(texts) - self.owner.model(texts)).abs().max().nan_to_num()
