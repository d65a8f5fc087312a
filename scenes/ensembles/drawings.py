"""What the pictures draw: maps, weights and votes of the members as they stand now."""

from __future__ import annotations

import math
import pickle
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.decision import grid
from explainer.scenes.ensembles import MOST, PARALLEL, SHOWN, looked_at
from explainer.scenes.ensembles.trees import says

if TYPE_CHECKING:
    from explainer.scenes.ensembles.experiment import Ensembles

COLUMNS, ROWS, BINS = 56, 42, 20
NAN = torch.tensor(math.nan, dtype=torch.float64)


class Drawings:
    """The arrays of one run; what a tree says follows from its bytes, and is found once for each."""

    def __init__(self, run: Ensembles) -> None:
        self.run = run
        low, high = run.x.min(0).values, run.x.max(0).values
        edge = 0.05 * (high - low)
        spans = torch.stack([low - edge, high + edge], 1).tolist()
        self.cells = grid((spans[0][0], spans[0][1]), (spans[1][0], spans[1][1]), COLUMNS, ROWS)
        self.places = torch.cat([run.x, run.test_x, self.cells])
        self.sizes = [len(run.x), len(run.test_x), len(self.cells)]
        self.known: dict[bytes, Tensor] = {}

    def said(self, tree: bytes) -> Tensor:
        """Return what a tree says at all places (place,)."""
        if tree not in self.known:
            if len(self.known) > 2 * MOST:
                self.known.clear()
            self.known[tree] = says(pickle.loads(tree), self.places, self.run.params.method == "adaboost")
        return self.known[tree]

    @kept
    def parts(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return what each member says of the points, the test points and the cells (round, place)."""
        found = [self.said(tree) for tree in self.run.trees]
        rows = torch.stack(found) if found else torch.zeros(0, len(self.places), dtype=torch.float64)
        train, test, cells = rows.split(self.sizes, 1)
        return train, test, cells

    def votes(self) -> Tensor:
        """Return the weight of each member's vote (round,), 0 where it was taken away."""
        found = self.alphas()
        found[[k - 1 for k in self.run.removed]] = 0.0
        return found

    def lead(self, said: Tensor) -> Tensor:
        """Return the vote (place,) from −1 to 1 of what members say (round, place): p₁ − p₀ in gradient boosting."""
        votes = self.votes()
        score = self.run.prior + votes @ said
        return torch.tanh(score / 2) if self.run.params.method == "gradient" else score / votes.sum().clamp(min=1e-12)

    # points and maps

    def spots(self) -> Tensor:
        """Return the points (point, 2)."""
        return self.run.x

    def labels(self) -> Tensor:
        """Return the labels given (point,)."""
        return self.run.y

    def mislabelled(self) -> Tensor:
        """Return whether a label is the wrong one (point,)."""
        return self.run.y != self.run.truth

    def across(self) -> Tensor:
        """Return where columns lie (x,)."""
        return self.cells[:COLUMNS, 0]

    def up(self) -> Tensor:
        """Return where rows lie (y,)."""
        return self.cells[::COLUMNS, 1]

    def vote(self) -> Tensor:
        """Return the vote over the plane (y, x)."""
        return self.lead(self.parts()[2]).float().reshape(ROWS, COLUMNS)

    def members(self) -> Tensor:
        """Return the latest members' maps (member, y, x)."""
        return self.parts()[2][-SHOWN:].float().clamp(-1, 1).reshape(-1, ROWS, COLUMNS)

    def numbers(self) -> Tensor:
        """Return their numbers, from 1 (member,)."""
        return torch.arange(1, len(self.run.trees) + 1)[-SHOWN:]

    def away(self) -> Tensor:
        """Return which of them have no vote (member,)."""
        return torch.isin(self.numbers(), torch.tensor(self.run.removed, dtype=torch.int64))

    def looked(self) -> Tensor:
        """Return the map of the member that is looked at (y, x)."""
        if not self.run.trees:
            return torch.zeros(ROWS, COLUMNS)
        found = self.parts()[2][looked_at(self.run.params, len(self.run.trees))]
        return found.float().clamp(-1, 1).reshape(ROWS, COLUMNS)

    def emphasis(self) -> Tensor:
        """Return the weights of the points for that member (point,)."""
        given = self.run.given
        return given[looked_at(self.run.params, len(given))] if given else self.run.weights

    # members

    def alphas(self) -> Tensor:
        """Return the weights of the members' votes (round,)."""
        return torch.tensor(self.run.alphas, dtype=torch.float64)

    @kept
    def errors(self) -> Tensor:
        """Return each member's weighted share of points that it has wrong (round,)."""
        if not self.run.trees:
            return torch.zeros(0, dtype=torch.float64)
        weights = torch.stack(self.run.given)
        missed = (self.parts()[0] > 0) != (self.run.y == 1)
        return (weights * missed).sum(1) / weights.sum(1).clamp(min=1e-12)

    def right(self) -> Tensor:
        """Return whether each member is right about each test point (round, test)."""
        return (self.parts()[1] > 0) == (self.run.test_y == 1)

    @kept
    def alone(self) -> Tensor:
        """Return each member's test accuracy (round,)."""
        return self.right().double().mean(1)

    @kept
    def reached(self) -> Tensor:
        """Return the test accuracy of the vote of the first members (round,)."""
        score = self.run.prior + (self.votes()[:, None] * self.parts()[1]).cumsum(0)
        return ((score > 0) == (self.run.test_y == 1)).double().mean(1)

    @kept
    def independent(self) -> Tensor:
        """Return how often most of 1, 2, … independent members are right (round,); a tie counts half (Condorcet)."""
        count = len(self.run.trees)
        right = self.alone().mean().clamp(1e-9, 1 - 1e-9) if count else NAN
        voters, hits = torch.arange(1, count + 1).double()[:, None], torch.arange(count + 1).double()
        rest = (voters - hits).clamp(min=0)
        ways = torch.lgamma(voters + 1) - torch.lgamma(hits + 1) - torch.lgamma(rest + 1)
        chance = (ways + hits * right.log() + rest * (1 - right).log()).exp() * (hits <= voters)
        return (chance * (hits > voters / 2)).sum(1) + (chance * (hits == voters / 2)).sum(1) / 2

    @kept
    def correlation(self) -> Tensor:
        """Return the mean correlation () of two members' errors on the test points."""
        wrong = 1.0 - self.right().double()
        wrong = wrong - wrong.mean(1, keepdim=True)
        wrong = wrong[wrong.norm(dim=1) > 0]
        count = len(wrong)
        if count < 2:
            return NAN
        unit = wrong / wrong.norm(dim=1, keepdim=True)
        return (unit.sum(0).square().sum() - count) / (count * (count - 1))

    # the vote

    def margins(self) -> Tensor:
        """Return how many points have each margin (bin,): their label, −1 or 1, times the vote."""
        found = (2 * self.run.y - 1) * self.lead(self.parts()[0])
        return torch.histc(found.clamp(-1, 1), BINS, -1, 1).long()

    def edges(self) -> Tensor:
        """Return the bins' edges (edge,)."""
        return torch.linspace(-1, 1, BINS + 1, dtype=torch.float64)

    @kept
    def out_of_bag(self) -> Tensor:
        """Return the accuracy () on the points by the members that did not draw them."""
        if self.run.params.method not in PARALLEL or not self.run.trees:
            return NAN
        unseen = torch.stack(self.run.given) == 0
        asked, score = unseen.any(0), (self.parts()[0] * unseen).sum(0)
        return ((score > 0) == (self.run.y == 1))[asked].double().mean()

    @kept("run.test_x")
    def best(self) -> Tensor:
        """Return the test accuracy () of who knows how moons are drawn: the likelier class, by 400 places each."""
        if self.run.params.data != "moons":
            return NAN
        angle, of = math.pi * torch.linspace(0, 1, 400, dtype=torch.float64).repeat(2), torch.arange(800) // 400
        side = 1 - 2 * of
        middles = torch.stack([of + side * angle.cos(), 0.5 * of + side * angle.sin()], 1)
        away = torch.cdist(self.run.test_x.double(), middles).square() / (2 * max(self.run.params.noise, 1e-3) ** 2)
        likelier = torch.logsumexp(-away[:, of == 1], 1) > torch.logsumexp(-away[:, of == 0], 1)
        return (likelier == (self.run.test_y == 1)).double().mean()
