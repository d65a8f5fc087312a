"""Which classes are taken for which, and the images behind each number."""

from __future__ import annotations

from typing import Any

import numpy as np

from explainer.contract.cards import Card, Confusion, Images, Row, reads
from explainer.contract.frame import Frame
from explainer.scenes.cnn.cards.held_out import picture_of, send_through


def worst(counts: np.ndarray) -> tuple[int, int] | None:
    """Return actual and predicted class of the commonest mistake, of several the first; None where there is none."""
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return None
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(row), int(column)


@reads("confusion")
def chosen_pair(frame: Frame) -> tuple[int, int] | None:
    """Return the cell whose images are shown: the chosen one, without one the commonest mistake."""
    counts, params = frame.arrays["confusion"], frame.params
    if 0 <= params.actual < len(counts) and 0 <= params.predicted < len(counts):
        return params.actual, params.predicted
    return worst(counts)


def pair_images(frame: Frame) -> list[int]:
    """Return the held-out images of that cell."""
    pair = chosen_pair(frame)
    if pair is None:
        return []
    both = (frame.arrays["test_labels"] == pair[0]) & (frame.arrays["predicted"] == pair[1])
    return [int(number) for number in np.flatnonzero(both)]


PAIR = ("confusion", "predicted", "test_labels")


@reads(*PAIR, "test_images")
def pair_pictures(frame: Frame) -> np.ndarray:
    """Return these images, uint8."""
    return picture_of(frame.arrays["test_images"][pair_images(frame)])


@reads(*PAIR, "classes")
def pair_words(frame: Frame) -> str:
    """Return what they are, what they are taken for, and how many there are."""
    pair, classes = chosen_pair(frame), frame.arrays["classes"]
    return "" if pair is None else f"{classes[pair[0]]} → {classes[pair[1]]}: {len(pair_images(frame))}"


@reads(*PAIR)
def pair_chosen(frame: Frame) -> int | None:
    """Return which of them goes through the network."""
    numbers, image = pair_images(frame), frame.params.image % max(1, len(frame.arrays["test_labels"]))
    return None if frame.params.drawing or image not in numbers else numbers.index(image)


@reads(*PAIR)
def pair_reading(frame: Frame, place: int) -> str:
    """Return which image it is."""
    return f"held-out image {pair_images(frame)[place]}"


@reads(*PAIR)
def pair_click(frame: Frame, place: int) -> dict[str, Any]:
    """Return what sends it through."""
    return send_through(pair_images(frame)[place])


CONFUSION = Card(
    "confusion",
    "Confusion matrix of the held-out images",
    Row(
        (
            Confusion(
                "confusion",
                chosen=chosen_pair,
                click=lambda frame, row, column: {"actual": row, "predicted": column},
                none="The matrix is computed a few times a second.",
            ),
            Images(
                pair_pictures,
                caption=pair_words,
                chosen=pair_chosen,
                largest=56,
                reading=pair_reading,
                click=pair_click,
                none="No image is taken so.",
            ),
        ),
        weights=(3, 1),
    ),
    about="What each class is taken for; click a cell to see its images",
    hint="click a cell to see its images, an image to send it through",
    weight=2.0,
)
