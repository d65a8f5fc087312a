"""What the network gets wrong: the confusion matrix, and how well one class is told from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.losses import class_of
from explainer.scenes.playground.training import TEST

if TYPE_CHECKING:
    from explainer.scenes.playground.drawings import Drawings
    from explainer.scenes.playground.experiment import Playground


class Errors:
    """What is drawn of a playground's mistakes on the test points."""

    def __init__(self, playground: Playground, drawings: Drawings) -> None:
        self.of, self.drawings = playground, drawings

    def positive(self) -> int:
        """Return the class that is told from the others: class 1 of two."""
        return min(self.of.params.positive, len(self.of.classes) - 1)

    @kept
    def test_scores(self) -> Tensor:
        """Return the probability of the positive class for each point; NaN for those that are not for testing."""
        found = self.positive_probability()
        return torch.where(self.of.split == TEST, found, torch.nan)

    def positive_probability(self) -> Tensor:
        """Return the probability of the positive class for each point (point,)."""
        scores = self.drawings.scores()
        if len(self.of.classes) == 1:
            return torch.full_like(scores[:, 0], torch.nan)
        if scores.shape[1] > 1:
            return scores.softmax(1)[:, self.positive()]
        second = scores[:, 0].sigmoid()
        return second if self.positive() == 1 else 1 - second

    def is_positive(self) -> Tensor:
        """Return which points are of the positive class."""
        return (self.drawings.labels() == self.positive()).to(torch.int64)

    @kept
    def confusion(self) -> Tensor:
        """Return how many test points of each class are taken for which (actual, predicted).

        Of two classes the threshold says which; of several the likeliest.
        """
        count = len(self.of.classes)
        if count == 1:
            return torch.zeros(1, 1, dtype=torch.int64)
        own = self.of.split == TEST
        if count == 2:
            said = (self.positive_probability() >= self.of.params.threshold).long()
            said = said if self.positive() == 1 else 1 - said
        else:
            said = class_of(self.drawings.scores())
        places = count * self.of.targets[own] + said[own]
        return torch.bincount(places, minlength=count * count).view(count, count)

    @kept
    def class_measures(self) -> Tensor:
        """Return precision, recall, F1 and count of each class (class, measure), NaN where nothing is divided."""
        counts = self.confusion().double()
        right, actual, said = counts.diagonal(), counts.sum(1), counts.sum(0)
        return torch.stack([right / said, right / actual, 2 * right / (actual + said), actual], 1)

    def precision(self) -> Tensor:
        """Return each class's precision."""
        return self.class_measures()[:, 0]

    def recall(self) -> Tensor:
        """Return each class's recall."""
        return self.class_measures()[:, 1]

    def f1(self) -> Tensor:
        """Return each class's F1."""
        return self.class_measures()[:, 2]

    def support(self) -> Tensor:
        """Return how many test points each class has."""
        return self.class_measures()[:, 3].long()
