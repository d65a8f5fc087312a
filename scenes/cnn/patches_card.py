"""What excites the chosen map most: pieces of held-out images, as large as its cells can see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Card, Images, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.cnn.arithmetic import chosen


@reads("patches", dims=("patch", "patch row", "patch column", "colour"))
def images(frame: Frame) -> np.ndarray:
    """Return the pieces, largest answer first: (patch, row, column), and three colours where there are."""
    patches = frame.arrays["patches"]
    return patches[:, 0] if patches.shape[1] == 1 else np.moveaxis(patches, 1, -1)


@reads("patch_values")
def captions(frame: Frame) -> Sequence[str]:
    """Return the answers."""
    return [f"{value:.2f}".replace("-", "−") for value in frame.arrays["patch_values"].tolist()]


@reads("patch_images")
def reading(frame: Frame, patch: int) -> str:
    """Return which image a piece is from."""
    return f"from held-out image {int(frame.arrays['patch_images'][patch])}"


@reads("patch_images")
def sent_through(frame: Frame, patch: int) -> dict[str, Any]:
    """Send the image of a piece through."""
    return {"image": int(frame.arrays["patch_images"][patch]), "drawing": ()}


@reads("patches")
def title(frame: Frame) -> str:
    """Return which map it is, and how much it sees."""
    number, channel, _ = chosen(frame)
    size = frame.arrays["patches"].shape[-1]
    return f"What excites conv {number}, map {channel} · it sees {size} × {size} pixels"


@reads("patches", "patch_values")
def summary(frame: Frame) -> str:
    """Return the strongest answers."""
    values = frame.arrays["patch_values"]
    return f"{title(frame)}; answers from {number_text(float(values[0]))} down to {number_text(float(values[-1]))}"


PATCHES = Card(
    "patches",
    title,
    Images(
        images,
        captions=captions,
        caption="The strongest cell of each image",
        largest=84,
        reading=reading,
        click=sent_through,
    ),
    about="The pieces of held-out images to which the chosen map answers most",
    hint="click to send its image through",
    weight=1.2,
    summary=summary,
)
