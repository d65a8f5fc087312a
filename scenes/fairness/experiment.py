"""The experiment: a logistic regression on people of two groups, by Adam; at first all readings count alike."""

from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.measures import BINS, area_under_roc, calibration_error, outcomes, steps_down
from explainer.scenes.fairness import BARS, Params
from explainer.scenes.fairness.people import JUDGED, LEARNED, READINGS, People, drawn, halved, reweighed, table

CUTS = 201


class Known:
    """What never changes: who is judged, and what the columns are called."""

    def __init__(self, judged: People, names: list[str]) -> None:
        self.x, self.group, self.truth, self.recorded = judged
        self.names = names


def at_half(scores: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return selection rate, TPR and FPR at the threshold 0.5, and the calibration error."""
    called = (scores >= 0.5).double()
    return called.mean(), called[truth == 1].mean(), called[truth == 0].mean(), calibration_error(scores, truth)


class Fairness(Experiment[Params]):
    """``model`` weighs standardized columns (n, column), float64; the score is the probability of positive."""

    learns_from = ("readings", "recorded")

    def build(self) -> None:
        """Take the people, choose what is seen of them, and begin with weights of equal size (Dawes 1979)."""
        self.draw_from("data")
        if self.params.data == "credit":
            bases = (self.params.base_a, self.params.base_b)
            how = (*bases, self.params.bias, self.params.separation, self.params.proxy)
            learned, judged = drawn(LEARNED, *how), drawn(JUDGED, *how)
            names = [*(f"reading {k + 1}" for k in range(READINGS)), "proxy"]
        else:
            people, names = table(self.params.data, self.params.path, self.params.columns)
            learned, judged = halved(people)
        x, self.group, _, self.recorded = learned
        middle, spread = x.mean(0), x.std(0, correction=0)
        spread = torch.where(spread > 0, spread, 1.0)
        self.readings = (x - middle) / spread
        hidden = {"readings": (-2, -1), "group": (-2,), "proxy": (-1,), "both": ()}[self.params.seen]
        columns = [k for k in range(x.shape[1]) if k - x.shape[1] not in hidden]
        self.x = self.readings[:, columns]
        self.known = Known((((judged[0] - middle) / spread)[:, columns], *judged[1:]), [*names, "group"])
        self.columns = torch.tensor(columns)
        self.importance = torch.ones(len(self.x), dtype=torch.float64)
        if self.params.reweighed:
            self.importance = reweighed(self.group, self.recorded)
        self.model = nn.Linear(len(columns), 1, dtype=torch.float64)
        with torch.no_grad():
            signs = torch.sign(self.readings.T @ (self.recorded - self.recorded.double().mean()))
            signs[-2:] = 0.0
            self.model.weight[0] = signs[columns] / (x.shape[1] - 2) ** 0.5
            self.model.bias.zero_()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=self.params.lr)

    def step(self) -> Iterator[str]:
        """One update on all who are learned from; then fresh people are judged at 0.5, by the truth."""
        self.optimizer.zero_grad()
        logits = self.model(self.x)[:, 0]
        fit = F.binary_cross_entropy_with_logits(logits, self.recorded.double(), self.importance)
        scores = torch.sigmoid(logits)
        apart = scores[self.group == 0].mean() - scores[self.group == 1].mean()
        loss = fit + self.params.penalty * apart.square()
        yield "forward"
        loss.backward()
        yield "backward"
        self.optimizer.step()
        yield "update"
        with torch.no_grad():
            judged, truth = torch.sigmoid(self.model(self.known.x)[:, 0]), self.known.truth
            a, b = self.known.group == 0, self.known.group == 1
            called_a, recall_a, alarms_a, ece_a = at_half(judged[a], truth[a])
            called_b, recall_b, alarms_b, ece_b = at_half(judged[b], truth[b])
            self.record({
                "loss": loss.detach(), "accuracy": ((judged >= 0.5) == truth).double().mean(),
                "called/A": called_a, "called/B": called_b, "recall/A": recall_a, "recall/B": recall_b,
                "alarms/A": alarms_a, "alarms/B": alarms_b, "ece/A": ece_a, "ece/B": ece_b,
            })  # fmt: skip
        yield "judge"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # both groups

    @kept
    @torch.no_grad()
    def scores(self) -> Tensor:
        """Return the scores of all who are judged (n,)."""
        return torch.sigmoid(self.model(self.known.x)[:, 0])

    def by_group(self) -> list[tuple[Tensor, Tensor, float]]:
        """Return scores and labels (n,) of A and of B, and the threshold of each."""
        labels = self.known.recorded if self.params.judge == "recorded" else self.known.truth
        owns = [self.known.group == k for k in (0, 1)]
        cuts = (self.params.threshold_a, self.params.threshold_b)
        return [(self.scores()[own], labels[own], cut) for own, cut in zip(owns, cuts, strict=True)]

    def edges(self) -> Tensor:
        """Return the edges of the bins (edge,)."""
        return torch.linspace(0, 1, BARS + 1, dtype=torch.float64)

    @kept
    def counts(self) -> Tensor:
        """Return how many there are (group, outcome, bin)."""
        found = []
        for scores, labels, cut in self.by_group():
            bins = (scores * BARS).long().clamp(0, BARS - 1)
            place = (2 * labels + (scores >= cut)) * BARS + bins
            found.append(torch.bincount(place, minlength=4 * BARS).reshape(4, BARS))
        return torch.stack(found)

    def thresholds(self) -> Tensor:
        """Return thresholds (cut,)."""
        return torch.linspace(0, 1, CUTS, dtype=torch.float64)

    @kept
    def rates(self) -> Tensor:
        """Return selection rate, TPR, FPR and precision (group, 4, cut)."""
        return torch.stack([rates(outcomes(s, y, self.thresholds())) for s, y, _ in self.by_group()])

    @kept
    def criteria(self) -> Tensor:
        """Return the rates at each group's threshold, mean scores of both labels, calibration error (7, group)."""
        found = []
        for scores, labels, cut in self.by_group():
            at = rates(outcomes(scores, labels, torch.tensor([cut], dtype=torch.float64)))[:, 0]
            means = torch.stack([scores[labels == 1].mean(), scores[labels == 0].mean()])
            found.append(torch.cat([at, means, calibration_error(scores, labels)[None]]))
        return torch.stack(found, 1)

    @kept
    def apart(self) -> Tensor:
        """Return |A − B|, and of the calibration errors the larger (criterion,)."""
        found = self.criteria()
        return torch.cat([(found[:-1, 0] - found[:-1, 1]).abs(), found[-1:].amax(1)])

    def right(self) -> Tensor:
        """Return the share of calls that is right."""
        totals = self.counts().sum((0, 2))
        return (totals[0] + totals[3]) / totals.sum().double()

    @kept
    def gaps(self) -> Tensor:
        """Return the rates of B at each threshold less those of A at its own (rate, cut)."""
        return self.rates()[1] - self.criteria()[:4, :1]

    @kept
    def reliability(self) -> Tensor:
        """Return mean score and share of positives of ten equally wide bins (group, tenth, 2)."""
        found = []
        for scores, labels, _ in self.by_group():
            bins = (scores * BINS).long().clamp(0, BINS - 1)
            sums = [torch.bincount(bins, weights=each.double(), minlength=BINS) for each in (scores, labels)]
            found.append(torch.stack(sums, 1) / torch.bincount(bins, minlength=BINS)[:, None])
        return torch.stack(found)

    @kept
    def flow(self) -> Tensor:
        """Return base rate, recorded rate, mean score and selection rate (4, group)."""
        owns = [self.known.group == k for k in (0, 1)]
        stages = (self.known.truth.double(), self.known.recorded.double(), self.scores())
        means = torch.stack([torch.stack([each[own].mean() for own in owns]) for each in stages])
        return torch.cat([means, self.criteria()[:1]])

    # what is seen

    @kept
    def weights(self) -> Tensor:
        """Return the weights of all columns, 0 for those that are not seen (column,)."""
        found = torch.zeros(len(self.known.names), dtype=torch.float64)
        found[self.columns] = self.model.weight[0].detach()
        return found

    def column_names(self) -> list[str]:
        """Return what the columns are called (column,)."""
        return [name[:24] for name in self.known.names]

    @kept("x")
    def told(self) -> Tensor:
        """Return the area under ROC with which least squares on the columns seen tells who is of B."""
        inputs = torch.cat([self.x, torch.ones(len(self.x), 1, dtype=torch.float64)], 1)
        slope = torch.linalg.lstsq(inputs, self.group.double()[:, None], driver="gelsd").solution[:-1, 0]
        return area_under_roc(*steps_down(self.known.x @ slope, self.known.group))


def rates(counts: Tensor) -> Tensor:
    """Return selection rate, TPR, FPR and precision (4, …) of TN, FP, FN, TP (4, …); 0/0 is NaN."""
    tn, fp, fn, tp = counts.double()
    return torch.stack([(tp + fp) / (tn + fp + fn + tp), tp / (tp + fn), fp / (fp + tn), tp / (tp + fp)])
