"""What a threshold does to scores against labels: ROC, precision and recall, calibration; NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 10
"""Bins of a calibration curve, equally wide."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Points (n, 2) from the strictest threshold (n,) to the mildest, and one number that sums the curve up."""

    points: np.ndarray
    thresholds: np.ndarray
    total: float


def _counts(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return thresholds, true and false positives at each: what scores at least the threshold counts as positive."""
    order = np.argsort(-scores, kind="stable")
    scores, labels = scores[order], labels[order] > 0
    last = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    return scores[last], np.cumsum(labels)[last], np.cumsum(~labels)[last]


def roc(scores: np.ndarray, labels: np.ndarray) -> Curve:
    """Return false against true positive rate, and the area under it (Fawcett 2006)."""
    thresholds, right, wrong = _counts(scores, labels)
    y = np.append(0.0, right / max(1, right[-1]))
    x = np.append(0.0, wrong / max(1, wrong[-1]))
    return Curve(np.stack([x, y], 1), np.append(np.inf, thresholds), float(np.trapezoid(y, x)))


def precision_recall(scores: np.ndarray, labels: np.ndarray) -> Curve:
    """Return recall against precision, and average precision: the sum of precision times the gain in recall."""
    thresholds, right, wrong = _counts(scores, labels)
    precision, recall = right / (right + wrong), right / max(1, right[-1])
    return Curve(np.stack([recall, precision], 1), thresholds, float((np.diff(recall, prepend=0.0) * precision).sum()))


def calibration(scores: np.ndarray, labels: np.ndarray) -> Curve:
    """Return mean score against share of positives in equally wide bins, and the expected calibration error."""
    bins = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    points, error = [], 0.0
    for each in range(BINS):
        inside = bins == each
        if inside.any():
            said, true = float(scores[inside].mean()), float((labels[inside] > 0).mean())
            points.append((said, true))
            error += float(inside.mean()) * abs(said - true)
    found = np.array(points).reshape(-1, 2)
    return Curve(found, found[:, 0], error)


CURVES = {"roc": roc, "precision-recall": precision_recall, "calibration": calibration}
AXES = {
    "roc": ("false positive rate", "true positive rate"),
    "precision-recall": ("recall", "precision"),
    "calibration": ("mean score in the bin", "share of positives"),
}
TOTALS = {"roc": "area", "precision-recall": "average precision", "calibration": "calibration error"}
