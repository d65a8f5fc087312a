"""The experiment: logistic regression that goes on from naive Bayes, or from scores of a person's own (Platt 1999)."""

from collections.abc import Collection, Iterator
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.measures import (
    SLACK,
    area_under_roc,
    average_precision,
    calibration_error,
    measures,
    outcomes,
    steps_down,
)
from explainer.lab.tables import diabetes_table
from explainer.scenes.metrics import Params
from explainer.scenes.metrics.data import naive_bayes, real, screening, thinned
from explainer.scenes.metrics.own_scores import log_odds, read_scores

TRAIN, BARS, CUTS, RESAMPLES = 2000, 48, 201, 2000
LEAST_REACH, MOST_REACH = 4.0, 40.0
"""How far the histogram reaches to both sides of even odds."""


@cache
def patients() -> tuple[np.ndarray, np.ndarray]:
    """Return how far the diabetes of 221 people went, and what least squares on 221 others says of it (patient,)."""
    x, y = diabetes_table()
    inputs = np.column_stack([(x - x[::2].mean(0)) / x[::2].std(0), np.ones(len(x))])
    return y[1::2], inputs[1::2] @ np.linalg.lstsq(inputs[::2], y[::2], rcond=None)[0]


class Metrics(Experiment[Params]):
    """Softmax regression on cases (case, feature); the score of a case is what it gives to the positive class."""

    learns_from = ("train_x", "train_y")

    def build(self) -> None:
        """Take the cases apart, scale them by the training part, and begin with a finished model or with zeros."""
        self.draw_from("data")
        self.positive, self.classes = 1, 2
        if self.params.data == "screening":
            train_x, self.train_y = screening(TRAIN, self.params.positives, self.params.separation)
            x, self.y = screening(self.params.cases, self.params.positives, self.params.separation)
        elif self.params.data == "file":
            own = read_scores(self.params.path, self.params.columns)
            x, self.y = torch.tensor(log_odds(own.scores))[:, None], torch.tensor(own.labels)
            train_x, self.train_y = x, self.y
        else:
            every, known = real(self.params.data, self.params.cut)
            order = torch.randperm(len(every))
            first, second = order[: len(every) // 2], order[len(every) // 2 :]
            train_x, self.train_y, x, self.y = every[first], known[first], every[second], known[second]
        if self.params.data == "digits":
            self.positive, self.classes = self.params.digit, 10
        if self.params.data != "file":
            stays = thinned(self.y, self.positive, self.params.kept)
            x, self.y = x[stays], self.y[stays]
        middle, spread = train_x.mean(0), train_x.std(0, correction=0)
        spread = torch.where(spread > 0, spread, 1.0)
        self.train_x, self.x = ((train_x - middle) / spread).to(self.device), ((x - middle) / spread).to(self.device)
        self.train_y, self.y = self.train_y.to(self.device), self.y.to(self.device)
        weight = torch.zeros(self.classes, self.x.shape[1], dtype=torch.float64)
        bias = torch.zeros(self.classes, dtype=torch.float64)
        if self.params.start == "model" and self.params.data == "file":
            weight[1], bias[1] = spread, middle[0]
        elif self.params.start == "model":
            weight, bias = naive_bayes(self.train_x, self.train_y, self.classes)
        self.model = nn.Linear(self.x.shape[1], self.classes, dtype=torch.float64, device=self.device)
        with torch.no_grad():
            self.model.weight.copy_(weight)
            self.model.bias.copy_(bias)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=self.params.lr)
        self.truth = (self.y == self.positive).long()
        self.first_weight, self.first_bias = weight.to(self.device), bias.to(self.device)

    def step(self) -> Iterator[str]:
        """One update on all training cases; then the judged cases are scored again."""
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.model(self.train_x), self.train_y)
        yield "forward"
        loss.backward()
        yield "backward"
        self.optimizer.step()
        yield "update"
        with torch.no_grad():
            logits = self.model(self.x)
            score = torch.softmax(logits, 1)[:, self.positive]
            right, wrong = steps_down(score, self.truth)
            self.record({
                "loss/train": loss.detach(),
                "loss/judged": F.cross_entropy(logits, self.y),
                "auc": area_under_roc(right, wrong),
                "ap": average_precision(right, wrong),
                "brier": (score - self.truth).square().mean(),
                "ece": calibration_error(score, self.truth),
            })  # fmt: skip
        yield "judge"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # the scores, and what comes of them at the threshold

    @kept
    @torch.no_grad()
    def chances(self) -> Tensor:
        """Return the probability of each class (case, class)."""
        return torch.softmax(self.model(self.x), 1)

    def score(self) -> Tensor:
        """Return the probability of positive (case,)."""
        return self.chances()[:, self.positive]

    @kept
    def scores(self) -> Tensor:
        """Return the probability of positive, now and at step 0 (moment, case)."""
        first = torch.softmax(F.linear(self.x, self.first_weight, self.first_bias), 1)
        return torch.stack([self.score(), first[:, self.positive]])

    def labels(self) -> Tensor:
        """Return 1 for a positive (case,)."""
        return self.truth

    @kept
    def odds(self) -> Tensor:
        """Return ln(p / (1 − p)) of the scores, now and at step 0 (moment, case)."""
        return torch.logit(self.scores(), eps=1e-15)

    @kept
    def edges(self) -> Tensor:
        """Return the edges of the bins of log-odds (edge,), as wide as 99 in 100 scores need."""
        needed = torch.quantile(self.odds().abs(), 0.99, dim=1).max()
        reach = float((needed / 2).ceil() * 2)
        reach = min(max(reach, LEAST_REACH), MOST_REACH)
        return torch.linspace(-reach, reach, BARS + 1, dtype=torch.float64, device=self.device)

    @kept
    def counts(self) -> Tensor:
        """Return the cases in each bin, those beyond in the outermost, by outcome (outcome, bin)."""
        called = (self.score() >= self.params.threshold - SLACK).long()
        bins = torch.searchsorted(self.edges()[1:-1].contiguous(), self.odds()[0], right=True)
        return torch.bincount((2 * self.truth + called) * BARS + bins, minlength=4 * BARS).reshape(4, BARS)

    @kept
    def totals(self) -> Tensor:
        """Return TN, FP, FN, TP (outcome,)."""
        at = torch.tensor([self.params.threshold], dtype=torch.float64, device=self.device)
        return outcomes(self.score(), self.truth, at)[:, 0]

    def measures(self) -> Tensor:
        """Return the measures at the threshold (measure,)."""
        return measures(self.totals())

    @kept
    def intervals(self) -> Tensor:
        """Return the 2.5th and 97.5th percentile of each measure, over cases drawn anew (measure, end)."""
        found = self.totals().cpu().numpy()
        drawn = np.random.default_rng(0).multinomial(found.sum(), found / found.sum(), RESAMPLES)
        ends = torch.tensor([0.025, 0.975], dtype=torch.float64)
        return torch.nanquantile(measures(torch.tensor(drawn.T)), ends, 1).T

    # over all thresholds

    def thresholds(self) -> Tensor:
        """Return the thresholds of the curves (threshold place,)."""
        return torch.linspace(0, 1, CUTS, dtype=torch.float64, device=self.device)

    @kept
    def outcomes_by_threshold(self) -> Tensor:
        """Return TN, FP, FN, TP (4, threshold place)."""
        return outcomes(self.score(), self.truth, self.thresholds())

    @kept
    def by_threshold(self) -> Tensor:
        """Return the measures (measure, threshold place)."""
        return measures(self.outcomes_by_threshold())

    def cost(self, found: Tensor) -> Tensor:
        """Return the cost per case (…,) of TN, FP, FN, TP (4, …)."""
        return (self.params.alarm * found[1].double() + self.params.miss * found[2]) / len(self.truth)

    @kept
    def prices(self) -> Tensor:
        """Return the cost per case, as it is and as the scores foretell (2, threshold place).

        By the scores themselves whoever is called positive is wrongly so with probability 1 − score.
        """
        ordered = self.score().sort().values
        below = torch.searchsorted(ordered, self.thresholds() - SLACK)
        missed = torch.cat([ordered.new_zeros(1), ordered.cumsum(0)])
        alarmed = torch.cat([ordered.new_zeros(1), (1 - ordered).cumsum(0)])
        said = self.params.miss * missed[below] + self.params.alarm * (alarmed[-1] - alarmed[below])
        return torch.stack([self.cost(self.outcomes_by_threshold()), said / len(ordered)])

    def price(self) -> Tensor:
        """Return the cost per case at the threshold."""
        return self.cost(self.totals())

    @kept
    def cheapest(self) -> Tensor:
        """Return the threshold of least cost among all scores and 1, and that cost (2,)."""
        tried = torch.cat([self.score().sort().values, torch.ones(1, dtype=torch.float64, device=self.device)])
        costs = self.cost(outcomes(self.score(), self.truth, tried))
        return torch.stack([tried[costs.argmin()], costs.min()])

    def shares_elsewhere(self) -> Tensor:
        """Return shares of positives (share,)."""
        return torch.logspace(-4, 0, 81, dtype=torch.float64, device=self.device)

    @kept
    def values_elsewhere(self) -> Tensor:
        """Return how likely a called one, and one not called, is positive at each share (value, share)."""
        tn, fp, fn, tp = self.totals().double()
        share, hit, wrong = self.shares_elsewhere(), tp / (tp + fn), fp / (fp + tn)
        called, spared = share * hit + (1 - share) * wrong, share * (1 - hit) + (1 - share) * (1 - wrong)
        return torch.stack([share * hit / called, share * (1 - hit) / spared])

    # classes, and numbers

    @kept
    def confusion(self) -> Tensor:
        """Return the cases by class and likeliest class (actual class, called)."""
        said = self.chances().argmax(1)
        return torch.bincount(self.classes * self.y + said, minlength=self.classes**2).reshape(self.classes, -1)

    @kept
    def by_class(self) -> Tensor:
        """Return precision, recall, F1 and cases (class, 4)."""
        found = self.confusion().double()
        right, said, there = found.diag(), found.sum(0), found.sum(1)
        return torch.stack([right / said, right / there, 2 * right / (said + there), there], 1)

    @kept
    def averages(self) -> Tensor:
        """Return precision, recall and F1, averaged in three ways (average, 3)."""
        each, cases = self.by_class()[:, :3].nan_to_num(), self.by_class()[:, 3:]
        accuracy = (self.confusion().diag().sum() / cases.sum()).expand(3)
        return torch.stack([each.mean(0), accuracy, (each * cases).sum(0) / cases.sum()])

    def progression(self) -> np.ndarray:
        """Return how far the diabetes went (patient,)."""
        return patients()[0]

    @kept
    def predicted(self) -> np.ndarray:
        """Return what is said of it, one with the blunder (patient,)."""
        found = patients()[1].copy()
        found[self.params.patient] += self.params.blunder
        return found

    @kept
    def errors(self) -> list[float]:
        """Return MSE, RMSE, MAE and R² (error,)."""
        truth = self.progression()
        off = self.predicted() - truth
        mse = float((off**2).mean())
        return [mse, mse**0.5, float(np.abs(off).mean()), 1 - mse / float(truth.var())]
