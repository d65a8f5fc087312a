"""The kernels of one layer as they change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explainer.contract.cards import Act, Button, Card, Maps
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.cnn import CONVOLUTIONS
from explainer.scenes.cnn.arithmetic import chosen, chosen_layer


def filters(frame: Frame) -> np.ndarray | None:
    """Return the chosen layer's kernels (input, filter, row, column)."""
    found = frame.arrays.get(f"filters/{chosen_layer(frame.params)}")
    return None if found is None else found.swapaxes(0, 1)


filters.picks = (  # type: ignore[attr-defined]
    lambda params: f"filters/{chosen_layer(params)}",
    tuple(f"filters/{name}" for name in CONVOLUTIONS),
)
filters.dims = ("input", "filter", "kernel row", "kernel column")  # type: ignore[attr-defined]


def filter_count(frame: Frame) -> int:
    """Return how many filters the chosen layer has."""
    return chosen(frame)[2].channels


def filters_title(frame: Frame) -> str:
    """Return how many kernels of which size there are."""
    number, _, block = chosen(frame)
    kernels = filters(frame)
    inputs = "" if kernels is None else f" · {block.channels} × {len(kernels)} × {block.kernel} × {block.kernel}"
    return f"Kernels of conv {number}{inputs}"


def filter_reading(frame: Frame, number: int, row: int, column: int) -> str:
    """Return a weight and its place."""
    source, place = divmod(number, filter_count(frame))
    kernels = filters(frame)
    value = "" if kernels is None else number_text(float(kernels[source, place, row, column]))
    return f"filter {place} · input {source} · row {row}, column {column} · {value}"


def chosen_tiles(frame: Frame) -> range:
    """Return the kernels of the chosen filter."""
    kernels, count = filters(frame), filter_count(frame)
    return range(chosen(frame)[1], 0 if kernels is None else count * len(kernels), count)


def row_names(frame: Frame) -> list[str]:
    """Return the inputs' numbers, where there are several."""
    kernels = filters(frame)
    return [] if kernels is None or len(kernels) == 1 else [str(number) for number in range(len(kernels))]


def layer_button(number: int) -> Button:
    """Return the way to a layer's kernels."""

    def words(frame: Frame) -> str:
        return f"Conv {number}" if number <= len(frame.params.blocks) else ""

    def click(frame: Frame) -> Mapping[str, Any] | None:
        return None if chosen(frame)[0] == number else {"layer": f"conv{number}"}

    return Button(words, click, f"The kernels of convolution {number}")


def zero_filter(frame: Frame) -> Act:
    """Return what silences the chosen filter."""
    return Act("zero_filter", {"layer": chosen_layer(frame.params), "filter": chosen(frame)[1]})


FILTERS = Card(
    "filters",
    filters_title,
    Maps(
        filters,
        colours="signed",
        caption="A column for each filter, a row for each input",
        chosen=chosen_tiles,
        row_names=row_names,
        largest=54,
        reading=filter_reading,
        click=lambda frame, number: {"channel": number % filter_count(frame)},
    ),
    name="Kernels of a layer",
    about="Every kernel of a layer as it changes; set one to zero and see the accuracy answer",
    hint="click to choose",
    weight=1.6,
    buttons=(
        *(layer_button(number) for number in range(1, len(CONVOLUTIONS) + 1)),
        Button(
            lambda frame: f"Zero filter {chosen(frame)[1]}",
            zero_filter,
            "Set this filter and its bias to zero, while it trains",
            right=True,
        ),
    ),
)
