"""The kernel on the board: its numbers can be typed and dragged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explainer.contract.cards import Edit, Grid
from explainer.contract.cards.bindings import Asked
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards.looking import EMPTY, TAP, of_moment
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import kernel_caption, kernel_title, window_size


def has_kernel(moment: Moment) -> bool:
    """Return whether there are weights to show."""
    return moment.plan.operation != MAX_POOL and not moment.plan.adaptive


@of_moment(dims=TAP)
def kernel(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the kernel between the shown channels, zeros where none is; what a mean multiplies by."""
    plan, shape = moment.plan, (moment.plan.y.kernel, moment.plan.x.kernel)
    if not has_kernel(moment):
        return EMPTY
    if plan.pools:
        return np.full(shape, 1 / (shape[0] * shape[1]))
    local = moment.local(moment.channel_out, moment.channel_in)
    return np.zeros(shape) if local is None else moment.filters[moment.channel_out, local]


@of_moment()
def kernel_head(frame: Frame, moment: Moment) -> str:
    """Return the kernel's name and size."""
    return f"Mean of {window_size(moment)}" if moment.plan.pools else kernel_title(moment)


@of_moment()
def kernel_foot(frame: Frame, moment: Moment) -> str:
    """Return what the kernel's name does not say."""
    if moment.plan.pools:
        return ""
    between = moment.local(moment.channel_out, moment.channel_in)
    return "reads other channels" if between is None else kernel_caption(moment)


@of_moment()
def kernel_lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light a weight; the share of a mean is none."""
    return {} if moment.plan.pools else dict(zip(TAP, (row, column), strict=True))


@of_moment()
def kernel_given(frame: Frame, moment: Moment, place: tuple[int, int], given: float) -> Asked:
    """Ask for a kernel with another number."""
    return moment.edited(moment.channel_out, moment.channel_in, place, given)


@of_moment()
def kernel_open(frame: Frame, moment: Moment) -> bool:
    """Return whether the numbers are weights between the shown channels."""
    return not moment.plan.pools and moment.local(moment.channel_out, moment.channel_in) is not None


KERNEL_GRID = Grid(
    kernel,
    kernel_head,
    caption=kernel_foot,
    lights=kernel_lights,
    edit=Edit(kernel_given, applies=kernel_open),
    cell=72,
)
