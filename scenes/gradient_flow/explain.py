"""What gradient flow says about itself: summary, readings, and notes with their numbers."""

from __future__ import annotations

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.gradient_flow.lanes import metric_names, titles
from explainer.scenes.gradient_flow.options import DATA, INPUTS


def map_layer_words(params: object) -> str:
    """Return which layer's weights the maps show."""
    if params.architecture == "recurrent":  # type: ignore[attr-defined]
        return "the cell" if params.depth > 1 else "the first layer"  # type: ignore[attr-defined]
    first = INPUTS[params.data] == params.width or params.depth == 1  # type: ignore[attr-defined]
    return "the first layer" if first else "the second layer"


RECENT = 10
"""Batches over which an accuracy is averaged before it is said."""


def accuracy_words(frame: Frame, index: int) -> str:
    """Return what a network has got right in the last batches, nothing at step 0."""
    series = frame.series.get(metric_names(frame.params)[index][1])
    values = series.up_to(frame.step)[-RECENT:] if series is not None else np.empty(0)
    if not len(values):
        return ""
    if frame.params.data == "regression":
        return f"R² {values.mean():.2f}".replace("-", "−")
    return f"{100 * values.mean():.0f} % right"


def summary(frame: Frame) -> str:
    """Return the stage in a sentence or two."""
    said = []
    for title, names in zip(titles(frame.params), metric_names(frame.params), strict=True):
        loss, right, ratio = (frame.metric(name) for name in names[:3])
        said.append(
            f"{title}: loss {number_text(loss)}, accuracy {number_text(right, 2)}, first ÷ last δ {number_text(ratio)}"
        )
    where = f"Step {frame.step}, {frame.params.depth} hidden layers on {DATA[frame.params.data].lower()}"
    return f"{where}. {'; '.join(said)}." if frame.step else f"{where}: nothing is learned yet."


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the loss of each network."""
    pairs = zip(titles(frame.params), metric_names(frame.params), strict=True)
    return [(f"loss {title}", number_text(frame.metric(names[0]))) for title, names in list(pairs)[:3]]
