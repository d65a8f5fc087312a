"""Paper for the mouse: what is drawn here goes through the network while it trains."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from explainer.contract.cards import Button, Card, Images, reads
from explainer.contract.frame import Frame
from explainer.scenes.cnn.cards.held_out import picture_of
from explainer.scenes.cnn.drawing import plane_count
from explainer.scenes.cnn.words import image_text

FINE, BRUSH, LEVELS = 4, 1.7, 16
"""How many cells of the sheet go into a pixel of a digit, how wide the brush is on it, and the shades of its ink."""
UNMOVED = {"shift_x": 0, "shift_y": 0, "turn": 0.0}


def is_digit(frame: Frame) -> bool:
    """Return whether digits are learned: they are drawn on a sheet finer than their pixels."""
    return bool(frame.params.data == "digits")


@reads("image")
def sheet(frame: Frame) -> np.ndarray:
    """Return what is on the paper: the drawing as it was drawn, else the image as the network gets it."""
    drawn, image = frame.params.drawing, frame.arrays["image"]
    planes = plane_count(len(drawn))
    if planes and planes == len(image):
        side = math.isqrt(len(drawn) // planes)
        image = np.array(drawn, np.float32).reshape(planes, side, side)
    if is_digit(frame) and image.shape[-1] == frame.arrays["image"].shape[-1]:
        image = image.repeat(FINE, 1).repeat(FINE, 2)
    return picture_of(image)[None]


def drawn_on(frame: Frame, image: np.ndarray) -> dict[str, Any]:
    """Return what sends a drawing (row, column) or (row, column, 3) through."""
    planes = np.moveaxis(image, -1, 0) if image.ndim == 3 else image
    return {"drawing": tuple((np.round(planes * LEVELS) / LEVELS).ravel().tolist()), **UNMOVED}


@reads("image")
def empty_sheet(frame: Frame) -> dict[str, Any]:
    """Return what begins with an empty sheet."""
    return drawn_on(frame, np.zeros_like(sheet(frame)[0]))


DRAWING = Card(
    "drawing",
    lambda frame: image_text(frame) if frame.params.drawing else "Draw your own",
    Images(
        sheet,
        reading=lambda frame, number: "",
        paper=drawn_on,
        brush=lambda frame: BRUSH if is_digit(frame) else 1.0,
        fresh=lambda frame: not frame.params.drawing,
    ),
    name="Drawing",
    about="Draw with the mouse and watch it go through the network while it trains",
    hint="left button draws, right rubs out",
    weight=1.6,
    summary=reads("probabilities", "classes", "label")(image_text),
    buttons=(
        Button("Empty sheet", empty_sheet, "Begin with an empty sheet"),
        Button(
            lambda frame: "Back to the held-out images" if frame.params.drawing else "",
            lambda frame: {"drawing": ()},
            "Send a held-out image through again",
            right=True,
        ),
    ),
)
