"""What is drawn of the two networks: masks, answers with 100 masks, and what happens without some of the units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.kept import kept
from explainer.scenes.dropout import FEWER, PASSES

if TYPE_CHECKING:
    from explainer.scenes.dropout.experiment import Dropout

BINS, DOUBTED, TRIALS, FIXED = 20, 24, 5, 2014
"""Bins of the histogram, digits shown that it is least sure of, draws of units taken out, the seed of masks."""
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class Drawings:
    """The arrays; ``experiment`` has the networks. Masks are always the same ones, so that pictures do not flicker."""

    def __init__(self, experiment: Dropout) -> None:
        self.experiment = experiment

    def asked(self, x: Tensor, first: Tensor | float, second: Tensor | float, inputs: Tensor | float) -> Tensor:
        """Return the class probabilities of the network with dropout by its running statistics (n, class)."""
        network, left = self.experiment.network, self.experiment.left
        network.eval()
        with torch.no_grad():
            found = F.softmax(network(x, inputs, first * left, second).double(), 1)
        network.train()
        return found

    def with_masks(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the class probabilities with a fresh mask for each image (n, class)."""
        from explainer.scenes.dropout.experiment import draw_mask

        own, params = self.experiment, self.experiment.params
        inputs = draw_mask(len(x), 64, params.p_input, generator).to(x) * own.while_training(params.p_input)
        first = draw_mask(len(x), params.width, params.p, generator).to(x) * own.while_training(params.p)
        second = draw_mask(len(x), params.width, params.p, generator).to(x) * own.while_training(params.p)
        return self.asked(x, first, second, inputs)

    def without_masks(self, x: Tensor, more: bool = False) -> Tensor:
        """Return the class probabilities at evaluation (n, class); ``more`` without making up for all the units."""
        own, params = self.experiment, self.experiment.params
        by, by_input = own.afterwards(params.p), own.afterwards(params.p_input)
        if more:
            by, by_input = by / (1 - params.p), by_input / (1 - params.p_input)
        return self.asked(x, by, by, by_input)

    def weights(self) -> Tensor:
        """Return the weights into each unit of the first layer (unit, row, column)."""
        return self.experiment.network.first.weight.detach().reshape(-1, 8, 8)

    def masks(self) -> Tensor:
        """Return which units each example kept (example, unit)."""
        return self.experiment.kept_units & (self.experiment.left > 0)

    def dropped(self) -> Tensor:
        """Return which units the first example did without (unit,)."""
        return ~self.masks()[0]

    def removed(self) -> Tensor:
        """Return which units were taken out by hand (unit,)."""
        return self.experiment.left == 0

    def image(self) -> Tensor:
        """Return the test digit that is asked (row, column)."""
        return self.experiment.test_x[self.experiment.params.probe].reshape(8, 8)

    def label(self) -> Tensor:
        """Return its class."""
        return self.experiment.test_y[self.experiment.params.probe]

    @kept
    def answers(self) -> Tensor:
        """Return its class probabilities with 100 masks (pass, class)."""
        x = self.experiment.test_x[self.experiment.params.probe]
        return self.with_masks(x.expand(PASSES, -1), Generator().manual_seed(FIXED))

    def single(self) -> Tensor:
        """Return its class probabilities without masks (class,)."""
        return self.without_masks(self.experiment.test_x[self.experiment.params.probe][None])[0]

    def counts(self) -> Tensor:
        """Return in how many passes its true class has a probability of each bin (bin,)."""
        return torch.histc(self.answers()[:, self.label()].float().cpu(), BINS, 0, 1).long()

    def edges(self) -> Tensor:
        """Return the edges of the bins (edge,)."""
        return torch.linspace(0, 1, BINS + 1, dtype=torch.float64)

    @kept
    def passes(self) -> Tensor:
        """Return the class probabilities of all test digits with 30 masks each (pass, digit, class)."""
        generator = Generator().manual_seed(FIXED)
        return torch.stack([self.with_masks(self.experiment.test_x, generator) for _ in range(FEWER)])

    def ways(self) -> Tensor:
        """Return the share right and the loss of each way to predict (way, measure)."""
        own, x, y = self.experiment, self.experiment.test_x, self.experiment.test_y
        plain = F.softmax(own.evaluated_plain(x, own.left).double(), 1)
        found = (self.without_masks(x), self.without_masks(x, True), self.passes()[0], self.passes().mean(0), plain)
        losses = [F.nll_loss(each.clamp(min=1e-45).log(), y) for each in found]
        return torch.stack([torch.stack([(p.argmax(1) == y).double().mean() for p in found]), torch.stack(losses)], 1)

    @kept
    def doubts(self) -> tuple[Tensor, Tensor]:
        """Return the entropy of the mean answer to each test digit, and the digits from the surest on (digit,)."""
        entropy = torch.special.entr(self.passes().mean(0)).sum(1)
        return entropy, entropy.argsort()

    def quarters(self) -> Tensor:
        """Return the share right of the surest quarter of test digits, of the next, … (quarter,)."""
        right = (self.passes().mean(0).argmax(1) == self.experiment.test_y).double()
        return right[self.doubts()[1]].reshape(4, -1).mean(1)

    def least_sure(self) -> Tensor:
        """Return the places of the test digits that it is least sure of (doubted,)."""
        return self.doubts()[1].flip(0)[:DOUBTED]

    def doubted(self) -> Tensor:
        """Return these digits (doubted, row, column)."""
        return self.experiment.test_x[self.least_sure()].reshape(-1, 8, 8)

    def doubted_labels(self) -> Tensor:
        """Return their classes (doubted,)."""
        return self.experiment.test_y[self.least_sure()]

    def entropies(self) -> Tensor:
        """Return the entropies of their mean answers (doubted,)."""
        return self.doubts()[0][self.least_sure()]

    def shares(self) -> Tensor:
        """Return the shares of units taken out on trial (share,)."""
        return torch.tensor(SHARES, dtype=torch.float64)

    def without(self) -> Tensor:
        """Return the shares right where so many units of the first layer give 0 (lane, share), means of 5 draws."""
        own, width, generator = self.experiment, self.experiment.params.width, Generator().manual_seed(FIXED)
        orders = [torch.randperm(width, generator=generator) for _ in range(TRIALS)]
        found = torch.zeros(2, len(SHARES), dtype=torch.float64)
        for column, share in enumerate(SHARES):
            for order in orders:
                left = own.left.clone()
                left[order[: round(share * width)]] = 0.0
                for lane, scores in enumerate((own.evaluated(own.test_x, left), own.evaluated_plain(own.test_x, left))):
                    found[lane, column] += (scores.argmax(1) == own.test_y).double().mean().cpu() / TRIALS
        return found

    @kept
    @torch.no_grad()
    def variances(self) -> Tensor:
        """Return the variance of the second layer's sums with masks, without, and the running one (sum,)."""
        from explainer.scenes.dropout.experiment import draw_mask

        own, p, p_input = self.experiment, self.experiment.params.p, self.experiment.params.p_input
        x, generator = own.train_x.repeat(10, 1), Generator().manual_seed(FIXED)
        inputs = draw_mask(len(x), 64, p_input, generator).to(x) * own.while_training(p_input)
        first = draw_mask(len(x), own.params.width, p, generator).to(x) * own.while_training(p)
        masked = own.network.sums(x, inputs, first * own.left)
        whole = own.network.sums(own.train_x, own.afterwards(p_input), own.afterwards(p) * own.left)
        running = getattr(own.network.norm, "running_var", torch.full((1,), torch.nan))
        return torch.stack([masked.var(0).mean(), whole.var(0).mean(), running.mean().to(x)]).double()
