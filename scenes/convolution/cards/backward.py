"""Backward: what the upstream gradient makes of input and kernel, each cell with the terms that add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from explainer.contract.cards import Board, Card, Edit, Grid, Mark
from explainer.contract.cards.bindings import MISSING, Asked
from explainer.contract.frame import Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import EMPTY, IMAGE, TAP, WEIGHT, of_moment, place_of, plane
from explainer.scenes.convolution.kernels import write_kernels
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import number

Term = tuple[tuple[int, int, int], tuple[int, int], float, float]
"""An output cell (channel, row, column), a tap as applied, and the two numbers whose product is added."""


def reading(axis: Axis, at: int) -> list[tuple[int, int]]:
    """Return (output cell, tap) wherever an input index is read, through padding too."""
    return [(out, tap) for out in range(axis.out) for tap, place in axis.taps(out) if axis.source(place) == at]


def input_terms(moment: Moment, upstream: np.ndarray, channel: int, row: int, column: int) -> list[Term]:
    """Return the terms upstream · weight that add up to ∂L/∂input; for a maximum 1 where it is largest."""
    found: list[Term] = []
    plan = moment.plan
    for out in range(plan.out_channels):
        local = moment.local(out, channel)
        if local is None:
            continue
        for i, a in reading(plan.y, row):
            for j, b in reading(plan.x, column):
                weight = _weight(moment, (out, i, j), local, (a, b))
                found.append(((out, i, j), (a, b), float(upstream[out, i, j]), weight))
    return found


def _weight(moment: Moment, place: tuple[int, int, int], local: int, tap: tuple[int, int]) -> float:
    if moment.plan.operation == MAX_POOL:
        patch = moment.patch(place, place[0])
        return float(int(patch.argmax()) == tap[0] * patch.shape[1] + tap[1])
    if moment.plan.pools:
        return 1 / moment.plan.counted(*place[1:])
    return float(moment.applied[place[0], local, tap[0], tap[1]])


def weight_terms(moment: Moment, upstream: np.ndarray, out: int, channel: int, tap: tuple[int, int]) -> list[Term]:
    """Return the terms upstream · input that add up to ∂L/∂weight at a tap as applied."""
    rows, columns = moment.plan.y.outputs_of(tap[0]), moment.plan.x.outputs_of(tap[1])
    return [
        ((out, i, j), tap, float(upstream[out, i, j]), moment.at(channel, y, x)) for i, y in rows for j, x in columns
    ]


def total(terms: list[Term]) -> float:
    """Return the sum of the products."""
    return float(sum(a * b for _, _, a, b in terms))


# the card

GRADIENTS = ("upstream", "grad_input", "grad_weight")
UPSTREAM, GRAD_INPUT, INPUT, GRAD_KERNEL = range(4)
MOST_TERMS, MOST_CELLS = 12, 4_096


def _arrived(frame: Frame, moment: Moment) -> bool:
    """Return whether the gradients belong to the moment."""
    shapes = {"upstream": moment.result, "grad_input": moment.input, "grad_weight": moment.weight}
    return all(name in frame.arrays and frame.arrays[name].shape == array.shape for name, array in shapes.items())


@of_moment(*GRADIENTS, dims=looking.CELL[1:])
def upstream(frame: Frame, moment: Moment) -> Any:
    """Return the upstream gradient of the shown channel."""
    return plane(frame.arrays["upstream"], moment.channel_out) if _arrived(frame, moment) else MISSING


@of_moment(*GRADIENTS, dims=IMAGE)
def grad_input(frame: Frame, moment: Moment) -> Any:
    """Return what arrives at the shown input channel."""
    return plane(frame.arrays["grad_input"], moment.channel_in) if _arrived(frame, moment) else MISSING


@of_moment(*GRADIENTS, dims=IMAGE)
def seen(frame: Frame, moment: Moment) -> Any:
    """Return the input, by which the upstream gradient is multiplied; pooling has no weights that ask for it."""
    if not _arrived(frame, moment):
        return MISSING
    return EMPTY if moment.plan.pools else plane(moment.input, moment.channel_in)


@of_moment(*GRADIENTS, dims=TAP)
def grad_kernel(frame: Frame, moment: Moment) -> Any:
    """Return what arrives at the kernel between the shown channels."""
    if not _arrived(frame, moment):
        return MISSING
    local = moment.local(moment.channel_out, moment.channel_in)
    if moment.plan.pools or local is None:
        return EMPTY
    return replace(moment, weight=frame.arrays["grad_weight"]).filters[moment.channel_out, local]


def found(frame: Frame, moment: Moment) -> tuple[str, int, int] | None:
    """Return the gradient that a pointer is on: of an input, or of a weight."""
    at, tap = (frame.lit.get("y"), frame.lit.get("x")), looking.tap_of(frame, moment)
    if not _arrived(frame, moment) or moment.result[0].size > MOST_CELLS:
        return None
    if tap is not None and moment.local(moment.channel_out, moment.channel_in) is not None:
        return "kernel", *tap
    if at[0] is None or at[1] is None or not (at[0] < moment.plan.y.size and at[1] < moment.plan.x.size):
        return None
    return "input", at[0], at[1]


def terms(frame: Frame, moment: Moment) -> list[Term]:
    """Return the terms of the gradient that the pointer is on."""
    at = found(frame, moment)
    if at is None:
        return []
    name, row, column = at
    above = frame.arrays["upstream"]
    if name == "input":
        return input_terms(moment, above, moment.channel_in, row, column)
    return weight_terms(moment, above, moment.channel_out, moment.channel_in, moment.turned((row, column)))


@of_moment(*GRADIENTS)
def marks(frame: Frame, moment: Moment) -> Sequence[Mark]:
    """Mark the cell and its window, or the terms of the gradient under the pointer."""
    at = found(frame, moment)
    if at is None:
        place = place_of(frame, moment)
        return (
            Mark(UPSTREAM, [place[1:]], "accent", 2.5),
            Mark(GRAD_INPUT, looking.sources(moment, place), "accent", 2.5),
        )
    name, row, column = at
    cells = [(i, j) for (out, i, j), _, _, _ in terms(frame, moment) if out == moment.channel_out]
    above = Mark(UPSTREAM, cells, WEIGHT, 1.5, 0.2)
    if name == "input":
        return above, Mark(GRAD_INPUT, [(row, column)], "accent", 2.5)
    used = moment.turned((row, column))
    rows, columns = moment.plan.y.outputs_of(used[0]), moment.plan.x.outputs_of(used[1])
    touched = [(y, x) for _, y in rows for _, x in columns]
    return above, Mark(GRAD_KERNEL, [(row, column)], "accent", 2.5), Mark(INPUT, touched, WEIGHT, 1.5, 0.2)


@of_moment(*GRADIENTS)
def lines(frame: Frame, moment: Moment) -> Sequence[tuple[Sequence[str], str]]:
    """Return the gradient under the pointer as the sum of its terms, as many as there is room for."""
    at = found(frame, moment)
    if at is None:
        return (((_rule(moment),), "strong"),)
    name, row, column = at
    every = terms(frame, moment)
    shown = [term for term in every if term[2] * term[3] != 0] or every
    said = tuple(
        f"∂L/∂{name}[{row}, {column}] = {_added(shown, most)} = {number(total(every))}"
        for most in range(min(MOST_TERMS, max(1, len(shown))), 0, -1)
    )
    return ((said, "strong"),)


def _rule(moment: Moment) -> str:
    if moment.plan.operation == MAX_POOL:
        return "Each upstream number goes back to the largest input of its window alone."
    if moment.plan.pools:
        return "Each upstream number goes back in equal parts to its window."
    return "Upstream number × kernel is added to the inputs under its window."


def _added(shown: Sequence[Term], most: int) -> str:
    """Return terms added up; what is not written out stands as its sum."""
    written = [f"{number(a)}·{f'({number(b)})' if b < 0 else number(b)}" for _, _, a, b in shown[:most]]
    rest, left = total(list(shown[most:])), len(shown) - most
    more = f" {'−' if rest < 0 else '+'} {number(abs(rest))} ({left} more)" if left > 0 else ""
    return f"{' + '.join(written) or '0'}{more}"


@of_moment(*GRADIENTS)
def given(frame: Frame, moment: Moment, place: tuple[int, int], value: float) -> Asked:
    """Ask for another upstream gradient."""
    if not _arrived(frame, moment):
        return None
    above = frame.arrays["upstream"].copy()
    above[(moment.channel_out, *place)] = value
    return {"upstream": "custom", "upstream_values": write_kernels(above)}


BACKWARD = Card(
    "backward",
    "Backward: from the output's gradient to input and kernel",
    Board(
        (
            Grid(upstream, "∂L/∂output", edit=Edit(given)),
            "→",
            Grid(grad_input, "∂L/∂input"),
            Grid(seen, "Input", looking.shade),
            "→",
            Grid(grad_kernel, "∂L/∂kernel", cell=72),
        ),
        marks=marks,
        lines=lines,
    ),
    about="Hover a gradient to see the terms that add up to it; click an upstream number to type, or drag it",
    hint="hover a gradient, click an upstream number",
    least=(240, 200),
)
