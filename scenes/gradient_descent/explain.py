"""What gradient descent says about itself in a few words: a summary and readings; plain Python."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text, pair_text
from explainer.scenes.gradient_descent.formulas import names
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES
from explainer.scenes.gradient_descent.notes import notes

__all__ = ["names", "readings", "summary"]


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the loss of each of the first three optimizers."""
    losses = frame.arrays.get("loss", ())
    return [
        (f"loss {name}", number_text(float(loss))) for name, loss in list(zip(names(frame), losses, strict=False))[:3]
    ]


def summary(frame: Frame) -> str:
    """Return the stage in a sentence or two."""
    surface = LANDSCAPES[frame.params.surface].title.lower()
    positions, losses = frame.arrays.get("position"), frame.arrays.get("loss")
    if positions is None or losses is None:
        return f"Step {frame.step} of gradient descent on the surface {surface}."
    places = [
        f"{name} at {pair_text(*positions[index])} with loss {number_text(float(losses[index]))}"
        for index, name in enumerate(names(frame))
    ]
    found = notes(frame)
    ending = f" {found[0].text}" if found else _leader(frame, names(frame), np.asarray(losses, float))
    return f"Step {frame.step} on the surface {surface}: {'; '.join(places[:4])}{_rest(places)}.{ending}"


def _rest(places: Sequence[str]) -> str:
    return f"; and {len(places) - 4} more" if len(places) > 4 else ""


def _leader(frame: Frame, labels: Sequence[str], losses: np.ndarray) -> str:
    if len(losses) < 2 or frame.step == 0 or not np.isfinite(losses).any():
        return ""
    return f" {labels[int(np.nanargmin(losses))]} is lowest."
