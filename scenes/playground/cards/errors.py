"""What the network gets wrong on the test points. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explainer.contract.cards import (
    Bar,
    Button,
    Card,
    Cell,
    Confusion,
    Handle,
    Row,
    Steps,
    Table,
    Tabs,
    Threshold,
)
from explainer.contract.frame import Frame
from explainer.scenes.playground.data_names import classes_of, is_number
from explainer.scenes.playground.words import percent


def needs_classes(params: Any) -> str:
    """Return why there are no mistakes to count, where a number is learned."""
    return "A number is learned: there are no classes to confuse" if is_number(params) else ""


def positive_words(frame: Frame) -> str:
    """Return which class is told from the others."""
    classes = classes_of(frame.params)
    return f"positive: {classes[min(frame.params.positive, len(classes) - 1)]}"


def next_class(frame: Frame) -> dict[str, Any]:
    """Return what makes the next class the positive one."""
    count = len(classes_of(frame.params))
    return {"positive": (min(frame.params.positive, count - 1) + 1) % count}


def _curve(what: str) -> Threshold:
    none = "Test points of both kinds are needed"
    return Threshold("test_scores", "is_positive", what, handle=Handle("threshold"), none=none)


ERRORS = Card(
    "errors",
    "Right and wrong on the test points",
    Tabs(
        {
            "Confusion": Row(
                (
                    Confusion("confusion"),
                    Table(
                        (
                            Cell("classes", "class"),
                            Bar("precision", "precision", span=1.0, number=percent),
                            Bar("recall", "recall", span=1.0, number=percent, place=1),
                            Bar("f1", "F1", span=1.0, number=percent, place=2),
                        ),
                        dim="class",
                    ),
                )
            ),
            "ROC": _curve("roc"),
            "Precision–recall": _curve("precision-recall"),
            "Calibration": _curve("calibration"),
        }
    ),
    about="Confusion matrix, precision, recall, F1; ROC and precision–recall with a threshold to drag",
    hint="drag the dot on a curve",
    buttons=(Button(positive_words, next_class, "Another class is told from the others", right=True),),
    applies=needs_classes,
    weight=1.4,
)


def accuracies(frame: Frame) -> Mapping[str, str]:
    """Return which accuracies are drawn."""
    known = {"accuracy/train": "training", "accuracy/validation": "validation", "accuracy/test": "test"}
    return {name: words for name, words in known.items() if name in frame.series}


ACCURACY = Card(
    "accuracy",
    lambda frame: "Variance explained" if is_number(frame.params) else "Accuracy",
    Steps(accuracies, "share"),
    name="Accuracy",
    about="The share of training, validation and test points that is right at every update",
)
