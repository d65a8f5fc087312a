"""The experiment: each step holds one fold out, both ways, and judges the two models on it and on fresh examples."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.scenes.splits import Params
from explainer.scenes.splits.data import cases, dealt
from explainer.scenes.splits.learners import answers

SHUFFLES, SEVERAL = 20, (2, 3, 5, 10, 20)


def luck_of(tried: np.ndarray, held: int) -> np.ndarray:
    """Return the expected best accuracy (tried,) of so many coins on ``held`` examples: Σ (1 − P(hits < j)^m) / n."""
    from scipy.stats import binom

    below = binom.cdf(np.arange(held), held, 0.5)
    found: np.ndarray = (1 - below[None] ** tried[:, None]).sum(1) / held
    return found


class Splits(Experiment[Params]):
    """Lane 0 falls into the trap, lane 1 does not; ``verdicts`` (lane, example): 0 not judged, 1 right, 2 wrong."""

    learns_from = ("y",)

    def build(self) -> None:
        """Draw the examples, and deal them to folds."""
        self.draw_from("data")
        self.known = cases(self.params.trap, self.params.examples, self.params.columns)
        self.y = self.known.y
        self.keep = self.params.best if self.params.trap == "selection" else self.known.x.shape[1]
        self.shuffles = self.generator("folds")
        self.turn = 0
        self.hits, self.seen = torch.zeros(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
        self.fresh = torch.zeros(2, dtype=torch.float64)
        self.deal()

    def deal(self) -> None:
        """Deal the examples to folds anew, both ways (lane, example)."""
        trap, k = self.params.trap, self.params.k
        both = [dealt(trap, honest, self.known, k, self.shuffles) for honest in (False, True)]
        if trap in ("selection", "scaling"):
            both[1] = both[0]
        self.folds = torch.stack(both)
        self.verdicts = torch.zeros_like(self.folds)

    def trains(self, lane: int, fold: int) -> Tensor:
        """Return which examples (n,) are learned from when a fold is held out."""
        if lane and self.params.trap == "time":
            return self.folds[lane] < fold
        return self.folds[lane] != fold

    def prepares(self, lane: int, train: Tensor) -> Tensor:
        """Return which examples (n,) choose and scale the columns: all of them, where that is the trap."""
        return train if lane or self.params.trap not in ("selection", "scaling") else torch.ones_like(train)

    def step(self) -> Iterator[str]:
        """Hold one fold out, and after the last one deal anew."""
        fold = self.turn % self.params.k
        if self.turn and fold == 0:
            self.deal()
        yield "deal"
        for lane in range(2):
            train, test = self.trains(lane, fold), self.folds[lane] == fold
            prepared = self.prepares(lane, train)
            asked = torch.cat([self.known.x[test], self.known.fresh_x])
            said = answers(self.known.x, self.y, train, prepared, asked, self.keep, self.params.model)
            held = int(test.sum())
            correct = said[:held] == self.y[test]
            self.verdicts[lane, test] = torch.where(correct, 1, 2)
            self.hits[lane] += int(correct.sum())
            self.seen[lane] += held
            self.fresh[lane] += float((said[held:] == self.known.fresh_y).double().mean())
            yield ("careless", "careful")[lane]
        self.turn += 1
        accuracy, elsewhere = self.hits / self.seen.clamp(min=1), self.fresh / self.turn
        self.record({
            "held/careless": accuracy[0], "held/careful": accuracy[1],
            "fresh/careless": elsewhere[0], "fresh/careful": elsewhere[1],
        })  # fmt: skip

    def move(self, example: int, fold: int) -> None:
        """Hold an example out in another fold."""
        if example >= len(self.y):
            raise Refused(f"example = {example} is refused: there are 0 to {len(self.y) - 1}", about="example")
        if fold >= self.params.k:
            raise Refused(f"fold = {fold} is refused: there are 0 to {self.params.k - 1}", about="fold")
        self.folds[:, example] = fold
        self.verdicts[:, example] = 0

    # pictures

    def table(self, lane: int) -> Tensor:
        """Return what each fold does with each example (fold, example)."""
        rows = []
        for fold in range(self.params.k):
            test = self.folds[lane] == fold
            used = torch.where(self.trains(lane, fold), 0, -1)
            rows.append(torch.where(test, 1 + self.verdicts[lane], used))
        return torch.stack(rows)

    @kept
    def careless(self) -> Tensor:
        """Return the table of the careless way."""
        return self.table(0)

    @kept
    def careful(self) -> Tensor:
        """Return the table of the careful way."""
        return self.table(1)

    def labels(self) -> Tensor:
        """Return the classes (example,)."""
        return self.y

    @kept
    def by_fold(self) -> Tensor:
        """Return the accuracy of each fold of this round (way, fold)."""
        both = torch.stack([self.careless(), self.careful()])
        right, wrong = (both == 2).sum(2).double(), (both == 3).sum(2).double()
        return right / (right + wrong)

    def positives(self) -> Tensor:
        """Return the examples of class 1 in each fold (way, fold)."""
        both = torch.stack([self.careless(), self.careful()])
        return ((both > 0) & (self.y == 1)).sum(2)

    def said(self) -> Tensor:
        """Return the accuracy so far (way,)."""
        return self.hits / self.seen

    def spread(self) -> Tensor:
        """Return the standard deviation over the folds that are judged (way,)."""
        found = [row[row.isfinite()] for row in self.by_fold()]
        return torch.stack([row.std() if len(row) > 1 else row.new_tensor(torch.nan) for row in found])

    def true(self) -> Tensor:
        """Return the accuracy on fresh examples so far (way,)."""
        return self.fresh / self.turn if self.turn else torch.full((2,), torch.nan, dtype=torch.float64)

    def tried(self) -> np.ndarray:
        """Return how many models are tried (tried,)."""
        return np.unique(np.geomspace(1, 10_000, 60).round().astype(np.int64))

    @kept
    def luck(self) -> np.ndarray:
        """Return the expected accuracy of the best coin (tried,)."""
        return luck_of(self.tried(), self.params.held)

    # a side job

    def over_k(self) -> Parts:
        """Yield ``folds_tried`` (choice,), ``estimates`` (choice, shuffle) of the careful way, ``fits`` (choice,)."""
        known, params, draw = self.known, self.params, torch.Generator().manual_seed(self.seed + 1)
        most = int(known.unit.max()) + 1
        tried = [k for k in SEVERAL if k < most] + [most]
        found = np.full((len(tried), SHUFFLES), np.nan)
        x, y, keep = known.x, known.y, self.keep
        for row, k in enumerate(tried):
            for shuffle in range(SHUFFLES if k < most else 1):
                folds = dealt(params.trap, True, known, k, draw)
                hits = seen = 0
                for fold in range(k):
                    train = folds < fold if params.trap == "time" else folds != fold
                    test = folds == fold
                    said = answers(x, y, train, train, x[test], keep, params.model)
                    hits, seen = hits + int((said == y[test]).sum()), seen + int(test.sum())
                found[row, shuffle] = hits / max(seen, 1)
                yield {}
        yield {"folds_tried": np.array(tried), "estimates": found, "fits": np.array(tried)}
