"""The experiment: one logistic regression for each remedy, that goes on by Adam from the plain optimum."""

import math
from collections.abc import Collection, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.scenes.imbalance import BALANCED, PLAIN, Params, metrics_of
from explainer.scenes.imbalance.cases import Cases, digits_table, drawn, halved, own_table
from explainer.scenes.imbalance.remedies import Learned, log_odds, loss_of, plain_fit, prepared, true_odds, wrongness

DRAWN, REACH = 600, 12.0
CUTS = 161
"""Thresholds of the curves, from −8 to 8 in log-odds."""


class Known:
    """What never changes: the cases, what each remedy learns from, and the plain optimum."""

    def __init__(self, cases: Cases, sets: list[Learned], plain: tuple[Tensor, Tensor]) -> None:
        self.negatives, self.positives = cases[2:]
        self.sets, self.plain = sets, plain


def ranked(negatives: Tensor, positives: Tensor, share: float) -> Tensor:
    """Return the area under the ROC curve and average precision (2, remedy) of scores (remedy, case).

    Positives make up ``share``, however many there are of either. Ties count half in the area.
    """
    common, rare = negatives.sort(1).values, positives.sort(1).values
    below, upto = torch.searchsorted(common, rare), torch.searchsorted(common, rare, right=True)
    alarms = 1 - below.double() / common.shape[1]
    recalls = 1 - torch.searchsorted(rare, rare).double() / rare.shape[1]
    precisions = share * recalls / (share * recalls + (1 - share) * alarms)
    return torch.stack([(below + upto).double().mean(1) / (2 * common.shape[1]), precisions.mean(1)])


class Imbalance(Experiment[Params]):
    """``weight`` (remedy, column) and ``bias`` (remedy,), all float64."""

    learns_from = ("y",)

    def build(self) -> None:
        """Take the cases, let each remedy do with them what it does, and begin all at the plain optimum."""
        self.draw_from("data")
        if self.params.data == "drawn":
            cases = drawn(self.params.examples, self.params.positives, self.params.separation)
        elif self.params.data == "digits":
            cases = halved(*digits_table(), self.params.positives)
        else:
            cases = halved(*own_table(self.params.path, self.params.label), None)
        self.y = cases[1]
        self.draw_from("sampling")
        drawn_by = int(torch.randint(2**31, ()))
        sets = [prepared(name, cases[0], self.y, drawn_by) for name in self.params.remedies]
        plain = plain_fit(cases[0], self.y, self.params.l2)
        self.known = Known(cases, sets, plain)
        self.prior = float(self.y.double().mean())
        self.learns = torch.tensor([name not in PLAIN for name in self.params.remedies]).double()
        moved = torch.tensor([name == "moved" for name in self.params.remedies])
        self.ahead = moved.double() * math.log((1 - self.prior) / self.prior)
        self.weight = nn.Parameter(plain[0].repeat(len(sets), 1))
        self.bias = nn.Parameter(plain[1].repeat(len(sets)))
        self.optimizer = torch.optim.Adam([self.weight, self.bias], lr=self.params.lr)

    def step(self) -> Iterator[str]:
        """One update of every regression; then all judge the fresh cases."""
        self.optimizer.zero_grad()
        losses = []
        for k in range(len(self.known.sets)):
            logits = self.known.sets[k][0] @ self.weight[k] + self.bias[k]
            power = self.params.gamma if self.params.remedies[k] == "focal" else 0.0
            losses.append(loss_of(logits, self.known.sets[k], power))
        penalty = self.params.l2 / 2 * self.weight.square().sum(1)
        loss = torch.stack(losses) + penalty
        yield "forward"
        (loss * self.learns).sum().backward()
        yield "backward"
        self.optimizer.step()
        yield "update"
        with torch.no_grad():
            common = self.weight @ self.known.negatives.T + (self.bias + self.ahead)[:, None]
            rare = self.weight @ self.known.positives.T + (self.bias + self.ahead)[:, None]
            recall = (rare >= 0).double().mean(1)
            right = self.prior * recall + (1 - self.prior) * (common < 0).double().mean(1)
            area, precision = ranked(common, rare, self.prior)
            self.record_each(metrics_of("loss", self.params.remedies), loss.detach())
            self.record_each(metrics_of("accuracy", self.params.remedies), right)
            self.record_each(metrics_of("recall", self.params.remedies), recall)
            self.record_each(metrics_of("auc", self.params.remedies), area)
            self.record_each(metrics_of("ap", self.params.remedies), precision)
        yield "judge"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # the scores, as log-odds

    def put_right(self, logits: Tensor) -> Tensor:
        """Return log-odds (remedy, case) as they are shown: moved, or with what the remedy put in taken out again."""
        if not self.params.corrected:
            return logits + self.ahead[:, None]
        odds = log_odds(self.prior)
        return torch.stack([
            true_odds(row, self.params.gamma) if name == "focal" else row + odds * (name in BALANCED)
            for name, row in zip(self.params.remedies, logits, strict=True)
        ])  # fmt: skip

    @kept
    @torch.no_grad()
    def judged(self) -> tuple[Tensor, Tensor]:
        """Return the log-odds of the judged negatives and positives (remedy, case) each."""
        every = (self.known.negatives, self.known.positives)
        common, rare = (self.put_right(self.weight @ x.T + self.bias[:, None]) for x in every)
        return common, rare

    def called(self, cuts: Tensor) -> tuple[Tensor, Tensor]:
        """Return the shares of negatives and of positives with at least these log-odds (remedy, cut) each."""
        alarms, recalls = (
            torch.stack([1 - torch.searchsorted(row.sort().values, cuts).double() / len(row) for row in each])
            for each in self.judged()
        )
        return alarms, recalls

    def precise(self, alarms: Tensor, recalls: Tensor) -> Tensor:
        """Return the share of those called that is positive; nobody called is NaN."""
        return self.prior * recalls / (self.prior * recalls + (1 - self.prior) * alarms)

    # pictures

    def share(self) -> float:
        """Return the share of positives."""
        return self.prior

    def odds(self) -> Tensor:
        """Return thresholds as log-odds (cut,)."""
        return torch.linspace(-8, 8, CUTS, dtype=torch.float64)

    @kept
    def curves(self) -> tuple[Tensor, Tensor]:
        """Return false alarms and recall over the thresholds (remedy, cut) each."""
        return self.called(self.odds())

    def alarms(self) -> Tensor:
        """Return the share of the negatives that is called (remedy, cut)."""
        return self.curves()[0]

    def recalls(self) -> Tensor:
        """Return the share of the positives that is called (remedy, cut)."""
        return self.curves()[1]

    def precisions(self) -> Tensor:
        """Return precision (remedy, cut)."""
        return self.precise(*self.curves())

    @kept
    def found(self) -> Tensor:
        """Return accuracy, recall, precision and false alarms at the threshold (remedy, 4)."""
        cut = torch.tensor([log_odds(self.params.threshold)], dtype=torch.float64)
        alarms, recalls = self.called(cut)
        right = self.prior * recalls + (1 - self.prior) * (1 - alarms)
        return torch.cat([right, recalls, self.precise(alarms, recalls), alarms], 1)

    @kept
    def ranking(self) -> Tensor:
        """Return area under ROC and average precision (remedy, 2)."""
        return ranked(*self.judged(), self.prior).T

    @kept
    def mean_score(self) -> Tensor:
        """Return the mean score (remedy,)."""
        common, rare = (torch.sigmoid(each).mean(1) for each in self.judged())
        return (1 - self.prior) * common + self.prior * rare

    def learned(self) -> Tensor:
        """Return how much the classes count (remedy, 2)."""
        return torch.stack([torch.bincount(y, weights, minlength=2) for _, y, weights in self.known.sets])

    @kept
    def moves(self) -> Tensor:
        """Return mean log-odds less the plain ones, the shift that is foretold, Spearman's correlation (remedy, 3)."""
        cases = torch.cat([self.known.negatives, self.known.positives])
        plain, now = cases @ self.known.plain[0] + self.known.plain[1], torch.cat(self.judged(), 1)
        shares = ((1 - self.prior, self.known.negatives), (self.prior, self.known.positives))
        weights = torch.cat([torch.full((len(x),), share / len(x), dtype=x.dtype) for share, x in shares])
        shift = ((now - plain) * weights).sum(1)
        balance = 0.0 if self.params.corrected else -log_odds(self.prior)
        known = {"none": 0.0, "focal": math.nan}
        foretold = [known.get(name, balance) for name in self.params.remedies]
        places = torch.stack([row.argsort().argsort().double() for row in (plain, *now)])
        return torch.stack([shift, torch.tensor(foretold).double(), torch.corrcoef(places)[0, 1:]], 1)

    @torch.no_grad()
    def lines(self) -> Tensor:
        """Return the ends of the line on which each score is the threshold (remedy, end, 2)."""
        if self.params.data != "drawn":
            return torch.full((len(self.weight), 2, 2), math.nan, dtype=torch.float64)
        wanted, raw = log_odds(self.params.threshold), torch.linspace(-30, 30, 6001, dtype=torch.float64)
        shown = self.put_right(raw.repeat(len(self.weight), 1))
        cuts = torch.tensor([np.interp(wanted, row, raw, math.nan, math.nan) for row in shown], dtype=torch.float64)
        steep = self.weight.norm(dim=1, keepdim=True)
        normal = self.weight / torch.where(steep > 0, steep, math.nan)
        foot = normal * ((cuts - self.bias) / steep[:, 0])[:, None]
        along = torch.stack([-normal[:, 1], normal[:, 0]], 1)
        return torch.stack([foot - REACH * along, foot + REACH * along], 1)

    @kept
    def seen(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return inputs (point, 2), kind and weight (point,) of examples as one remedy sees them, negatives first."""
        if self.params.data != "drawn":
            return torch.zeros(0, 2, dtype=torch.float64), self.y[:0], torch.zeros(0, dtype=torch.float64)
        name = self.params.look if self.params.look in self.params.remedies else self.params.remedies[0]
        k = self.params.remedies.index(name)
        x, y, weights = self.known.sets[k]
        kinds = y + (torch.arange(len(y)) >= len(self.y)) * (name == "smote")
        with torch.no_grad():
            if name == "focal":
                weights = wrongness(x @ self.weight[k] + self.bias[k], y, self.params.gamma)
        drawn_ones = torch.cat([(kinds == kind).nonzero()[:DRAWN, 0] for kind in (0, 2, 1)])
        return x[drawn_ones, :2], kinds[drawn_ones], weights[drawn_ones]

    def points(self) -> Tensor:
        """Return the first two inputs of these examples (point, 2)."""
        return self.seen()[0]

    def kinds(self) -> Tensor:
        """Return their kinds (point,)."""
        return self.seen()[1]

    def counted(self) -> Tensor:
        """Return how often each counts (point,)."""
        return self.seen()[2]
