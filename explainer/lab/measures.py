"""What is counted at a threshold, and what is made of scores at all thresholds together."""

import torch
from torch import Tensor

SLACK = 1e-9
"""So far below the threshold a score still counts as on it: it has been through a logarithm and back."""
BINS = 10
"""Bins of the calibration error, equally wide."""


def outcomes(scores: Tensor, labels: Tensor, thresholds: Tensor) -> Tensor:
    """Return TN, FP, FN, TP (4, threshold): positive is called what scores at least the threshold."""
    called = [len(own) - torch.searchsorted(own, thresholds - SLACK)
              for own in (scores[labels == k].sort().values for k in (0, 1))]  # fmt: skip
    negatives, positives = int((labels == 0).sum()), int((labels == 1).sum())
    return torch.stack([negatives - called[0], called[0], positives - called[1], called[1]])


def measures(counts: Tensor) -> Tensor:
    """Return accuracy, balanced accuracy, precision, recall, specificity, F1, MCC (7, …) of TN, FP, FN, TP (4, …).

    What would be 0/0 is NaN.
    """
    tn, fp, fn, tp = counts.double()
    recall, specificity, precision = tp / (tp + fn), tn / (tn + fp), tp / (tp + fp)
    correlation = (tp * tn - fp * fn) / ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).sqrt()
    return torch.stack([
        (tp + tn) / (tn + fp + fn + tp), (recall + specificity) / 2, precision, recall, specificity,
        2 * tp / (2 * tp + fp + fn), correlation,
    ])  # fmt: skip


def steps_down(scores: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return the true and the false positives (score,) when the threshold goes down from score to score."""
    values, place = torch.unique(scores, return_inverse=True)
    right = torch.bincount(place, weights=labels.double(), minlength=len(values)).flip(0).cumsum(0)
    wrong = torch.bincount(place, weights=1.0 - labels.double(), minlength=len(values)).flip(0).cumsum(0)
    return right, wrong


def area_under_roc(right: Tensor, wrong: Tensor) -> Tensor:
    """Return the area under the ROC curve through these counts, by the trapezoid rule (Fawcett 2006)."""
    y, x = (torch.cat([each.new_zeros(1), each / each[-1]]) for each in (right, wrong))
    return torch.trapezoid(y, x)


def average_precision(right: Tensor, wrong: Tensor) -> Tensor:
    """Return the sum of precision times the gain in recall."""
    gain = torch.diff(right, prepend=right.new_zeros(1)) / right[-1]
    return (right / (right + wrong) * gain).sum()


def calibration_error(scores: Tensor, labels: Tensor) -> Tensor:
    """Return |mean score − share of positives| of ten bins, weighted by their cases (Naeini et al. 2015)."""
    bins = (scores * BINS).long().clamp(0, BINS - 1)
    off = torch.zeros(BINS, dtype=scores.dtype, device=scores.device).index_add(0, bins, scores - labels)
    return off.abs().sum() / len(scores)
