"""What excites the chosen map most: pieces of held-out images, as large as its cells can see."""

from __future__ import annotations

from typing import Any

import numpy as np

from explainer.contract.cards import Card, Images, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.cnn.arithmetic import chosen, is_dead
from explainer.scenes.cnn.cards.held_out import picture_of, send_through


@reads("patches", "layers", "dead/*")
def patches(frame: Frame) -> np.ndarray | None:
    """Return the pieces, none of a dead map."""
    return None if is_dead(frame) else picture_of(frame.arrays["patches"])


@reads("patch_values")
def patch_captions(frame: Frame) -> list[str]:
    """Return the answers."""
    return [f"{value:.2f}".replace("-", "−") for value in frame.arrays["patch_values"].tolist()]


@reads("patch_images")
def patch_reading(frame: Frame, number: int) -> str:
    """Return where a piece is from."""
    return f"from held-out image {frame.arrays['patch_images'][number]}"


@reads("patch_images")
def patch_click(frame: Frame, number: int) -> dict[str, Any]:
    """Return what sends a piece's image through."""
    return send_through(int(frame.arrays["patch_images"][number]))


def patches_title(frame: Frame) -> str:
    """Return which map it is, and how much it sees."""
    number, channel, _ = chosen(frame)
    if is_dead(frame):
        return f"Conv {number}, map {channel} is dead: 0 after its ReLU in every image"
    size = frame.arrays["patches"].shape[-1] if "patches" in frame.arrays else 0
    return f"What excites conv {number}, map {channel}" + (f" · it sees {size} × {size} pixels" if size else "")


def patches_summary(frame: Frame) -> str:
    """Return the strongest answers."""
    values = frame.arrays.get("patch_values")
    if values is None or is_dead(frame):
        return patches_title(frame)
    high, low = (number_text(float(values[place])) for place in (0, -1))
    return f"{patches_title(frame)}; answers from {high} down to {low}"


PATCHES = Card(
    "patches",
    patches_title,
    Images(
        patches,
        captions=patch_captions,
        caption="The strongest cell of each image",
        largest=84,
        reading=patch_reading,
        click=patch_click,
        none="Nothing excites this map.",
    ),
    name="Strongest patches",
    about="The pieces of held-out images to which the chosen map answers most",
    hint="click one to send its image through",
    weight=1.2,
    summary=patches_summary,
)
