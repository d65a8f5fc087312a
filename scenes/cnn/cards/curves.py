"""What is recorded at every step: accuracy, loss, dead maps."""

from __future__ import annotations

from typing import Any

from explainer.contract.cards import Card, Steps


def curve_card(key: str, title: str, about: str, drawing: Steps, **more: Any) -> Card:
    """Return a card with curves against the step."""
    return Card(key, f"{title} at every step", drawing, about=about, **more)


def both(name: str, **more: Any) -> Steps:
    """Return a quantity of each batch and of the images held out."""
    metrics = {f"{name}/train": "batch", f"{name}/test": "held-out"}
    return Steps(metrics, name, places=lambda frame: (1, 0), **more)


ACCURACY = curve_card(
    "accuracy",
    "Accuracy",
    "The share of right answers, of each batch and of all held-out images",
    both("accuracy"),
    at_first=True,
)
LOSS = curve_card(
    "loss",
    "Loss",
    "The cross-entropy, of each batch and of all held-out images",
    both("loss", log=lambda params: params.log_loss),
)
DEAD = curve_card(
    "dead",
    "Dead maps",
    "The share of maps that are 0 everywhere after their ReLU, in all held-out images",
    Steps({"dead": "dead maps"}, "share of maps", places=lambda frame: (2,)),
)
