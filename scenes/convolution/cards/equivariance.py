"""Equivariance: shift the image, and see what shifts with it.

What one image shows is counted; what holds for every image follows from which inputs each cell reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Board, Card, Grid
from explainer.contract.cards.bindings import MISSING, Asked
from explainer.contract.frame import Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import EMPTY, of_moment, plane
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import Plan


def carried(axis: Axis, shift: int) -> float:
    """Return how many output cells a shift of the input by that many cells is worth."""
    return float(shift * axis.stride) if axis.transposed else shift / axis.stride


def moved(plan: Plan, result: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    """Return the output (…, y, x) moved along with the image, cyclically; half a cell is rounded towards zero."""
    by = int(carried(plan.y, shift[0])), int(carried(plan.x, shift[1]))
    return np.roll(result, by, (-2, -1))


def is_whole(plan: Plan, shift: tuple[int, int]) -> bool:
    """Return whether the output has cells that the shift can move to."""
    return carried(plan.y, shift[0]).is_integer() and carried(plan.x, shift[1]).is_integer()


@remembered
def alike(one: np.ndarray, other: np.ndarray) -> int:
    """Return how many cells are the same, rounding errors aside."""
    scale = float(np.abs(one[np.isfinite(one)]).max(initial=1.0))
    return int(np.isclose(one, other, rtol=0, atol=1e-5 * scale, equal_nan=True).sum())


def is_equivariant(moment: Moment, shift: tuple[int, int]) -> bool:
    """Return whether the output moves along with the shift for every image, so that one image is not asked."""
    return is_whole(moment.plan, shift) and _carries(moment, shift, carried)


def is_invariant(moment: Moment, shift: tuple[int, int]) -> bool:
    """Return whether the shift leaves the output as it is for every image."""
    return _carries(moment, shift, lambda axis, by: 0)


def _carries(moment: Moment, shift: tuple[int, int], wanted: Callable[[Axis, int], float]) -> bool:
    rows, columns = used_taps(moment)
    plan = moment.plan
    return all(
        _carries_along(axis, by, int(wanted(axis, by)), taps, plan.pools)
        for axis, by, taps in ((plan.y, shift[0], rows), (plan.x, shift[1], columns))
    )


def verdict(moment: Moment, shift: tuple[int, int], after: np.ndarray) -> tuple[str, str]:
    """Return what the shift did to the shown channel's output, now ``after`` (y, x), and the role of these words."""
    before, cells = moment.result[moment.channel_out], after.size
    kept = f"{alike(before, after)} of {cells} cells have the number that they had"
    if shift == (0, 0):
        return "Nothing is shifted.", ""
    if is_invariant(moment, shift):
        return "Every cell has kept its number, as for any image: the operation is invariant to this shift.", "strong"
    if is_equivariant(moment, shift):
        return "Every cell has moved along, as for any image: the operation is equivariant to this shift.", "strong"
    if not is_whole(moment.plan, shift):
        down, right = carried(moment.plan.y, shift[0]), carried(moment.plan.x, shift[1])
        return f"The output would have to move {down:g} down and {right:g} right: no such cells; {kept}.", "warning"
    same = alike(moved(moment.plan, before, shift), after)
    if same == cells:
        return f"All {cells} cells have moved along for this image; of other images that does not follow.", "strong"
    return f"{same} of {cells} cells moved along; the others see the border, where the image came in again.", "strong"


def used_taps(moment: Moment) -> tuple[set[int], set[int]]:
    """Return the rows and columns of the kernel in which a weight is not 0; all of them where there is none."""
    plan = moment.plan
    if plan.pools:
        whole = max(plan.y.size, plan.x.size, plan.y.kernel, plan.x.kernel)
        return set(range(whole)), set(range(whole))
    weights = (moment.applied != 0).any((0, 1))
    return set(np.flatnonzero(weights.any(1)).tolist()), set(np.flatnonzero(weights.any(0)).tolist())


def _carries_along(axis: Axis, shift: int, by: int, taps: set[int], pools: bool) -> bool:
    """Return whether each cell reads, after the shift, what the cell ``by`` before it read.

    A maximum or mean does not care in which order.
    """
    reads = [_reads(axis, place, taps, pools) for place in range(axis.out)]
    moved = [
        (Counter({((at + shift) % axis.size, tap): count for (at, tap), count in inputs.items()}), many)
        for inputs, many in reads
    ]
    return all(reads[(place + by) % axis.out] == moved[place] for place in range(axis.out))


def _reads(axis: Axis, place: int, taps: set[int], pools: bool) -> tuple[Counter[tuple[int, int]], int]:
    """Return how often a cell reads each input by each tap, padding of no value aside, and what its mean is over."""
    found: Sequence[tuple[int, int]] = [
        (source, 0 if pools else tap)
        for tap, at in axis.taps(place)
        if tap in taps and (source := axis.source(at)) >= 0
    ]
    return Counter(found), axis.counted(place) if pools else 0


# the card

SHIFTED = ("shifted_input", "shifted_result", "pooled", "shifted_pooled")
FARTHEST = 4
DIMS = ("shifted y", "shifted x")
OUT = ("shifted output y", "shifted output x")


def _arrived(frame: Frame, moment: Moment) -> bool:
    return frame.arrays["shifted_result"].shape == moment.result.shape


def shift_of(moment: Moment) -> tuple[int, int]:
    """Return how far the image is shifted, down and to the right."""
    return moment.params.shift_y, moment.params.shift_x


@of_moment(*SHIFTED, dims=DIMS)
def image(frame: Frame, moment: Moment) -> Any:
    """Return the shifted image."""
    return plane(frame.arrays["shifted_input"], moment.channel_in) if _arrived(frame, moment) else MISSING


@of_moment(*SHIFTED, dims=OUT)
def after(frame: Frame, moment: Moment) -> Any:
    """Return the shifted image's output."""
    return plane(frame.arrays["shifted_result"], moment.channel_out) if _arrived(frame, moment) else MISSING


@remembered
def _along(plan: Plan, result: np.ndarray, channel: int, shift: tuple[int, int]) -> np.ndarray:
    return moved(plan, result[channel], shift)


@of_moment(*SHIFTED, dims=OUT)
def along(frame: Frame, moment: Moment) -> Any:
    """Return the image's output, shifted along."""
    if not _arrived(frame, moment):
        return MISSING
    return _along(moment.plan, moment.result, moment.channel_out, shift_of(moment))


@remembered
def _difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(one - other, neginf=0.0, posinf=0.0)


@of_moment(*SHIFTED, dims=OUT)
def gap(frame: Frame, moment: Moment) -> Any:
    """Return how far the two are apart."""
    return _difference(after(frame), along(frame)) if _arrived(frame, moment) else MISSING


@of_moment(*SHIFTED)
def high(frame: Frame, moment: Moment) -> float | None:
    """Return the largest number of the output: what the difference is measured by."""
    values = after(frame)
    return None if values is MISSING else float(np.abs(values[np.isfinite(values)]).max(initial=1e-9))


@of_moment(*SHIFTED)
def gap_foot(frame: Frame, moment: Moment) -> str:
    """Return how many cells are alike."""
    return f"{alike(after(frame), along(frame))} of {after(frame).size} cells equal" if _arrived(frame, moment) else ""


def _pooled(frame: Frame, moment: Moment) -> tuple[np.ndarray, np.ndarray] | None:
    before, later = frame.arrays["pooled"], frame.arrays["shifted_pooled"]
    if before.shape != later.shape or not before.size or moment.channel_out >= len(before):
        return None
    return plane(before, moment.channel_out), plane(later, moment.channel_out)


@of_moment(*SHIFTED, dims=("shifted pooled y", "shifted pooled x"))
def pooled(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the shifted image's output after pooling."""
    found = _pooled(frame, moment)
    return EMPTY if found is None else found[1]


@of_moment(*SHIFTED)
def pooled_changed(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return which of its cells are other ones."""
    found = _pooled(frame, moment)
    return None if found is None else ~np.isclose(found[1], found[0])


@of_moment(*SHIFTED)
def pooled_foot(frame: Frame, moment: Moment) -> str:
    """Return how many are as before."""
    found = _pooled(frame, moment)
    return "" if found is None else f"{alike(found[1], found[0])} of {found[1].size} as before"


@of_moment(*SHIFTED)
def lines(frame: Frame, moment: Moment) -> Sequence[tuple[str, str]]:
    """Return what moved along, of the operation only what holds for every image."""
    return (verdict(moment, shift_of(moment), after(frame)),) if _arrived(frame, moment) else ()


@of_moment()
def shift_to(frame: Frame, moment: Moment, row: int, column: int) -> Asked:
    """Shift the image by what was clicked, seen from its middle."""
    rows, columns = moment.input.shape[1:]
    down, right = row - rows // 2, column - columns // 2
    return {
        "shift_y": max(-FARTHEST, min(FARTHEST, down)),
        "shift_x": max(-FARTHEST, min(FARTHEST, right)),
    }


EQUIVARIANCE = Card(
    "equivariance",
    "Shift the image: what shifts with it?",
    Board(
        (
            Grid(image, "Image, shifted", looking.shade, click=shift_to),
            "→",
            Grid(after, "Its output"),
            "−",
            Grid(along, "Output, shifted along"),
            "=",
            Grid(gap, "Difference", high=high, caption=gap_foot),
            Grid(pooled, "2 × 2 max-pooled", faint=pooled_changed, caption=pooled_foot),
        ),
        lines=lines,
    ),
    about="The output for the shifted image beside the shifted output: equal is equivariant; "
    "click the image to shift its middle there",
    hint="click the image to shift it",
    least=(240, 180),
)
