"""All channels at a glance: what comes in, the filter between each two, what goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Card, Maps, Row
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import TAP, of_moment
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import POOLS
from explainer.scenes.convolution.words import number


@of_moment(dims=("channel", *looking.IMAGE))
def inputs(frame: Frame, moment: Moment) -> np.ndarray:
    """Return every input channel."""
    return moment.input


@of_moment(dims=("filter", "filter channel", *TAP))
def filters(frame: Frame, moment: Moment) -> np.ndarray:
    """Return every filter as it is written, none for pooling."""
    return np.zeros((0, 0, 1, 1)) if moment.plan.pools else moment.filters


@of_moment(dims=looking.CELL)
def outputs(frame: Frame, moment: Moment) -> np.ndarray:
    """Return every output channel."""
    return moment.result


@of_moment()
def input_captions(frame: Frame, moment: Moment) -> Sequence[str]:
    """Return what each input channel adds to the run's cell: its products' sum."""
    sums = {} if moment.plan.pools else dict(moment.sums((moment.channel_out, *moment.here[1:])))
    return [
        f"in {channel}: Σ {number(sums[channel])}" if channel in sums else f"in {channel}"
        for channel in range(len(moment.input))
    ]


@of_moment()
def output_captions(frame: Frame, moment: Moment) -> Sequence[str]:
    """Return each output channel's number at the run's cell."""
    _, row, column = moment.here
    return [
        f"out {channel}: {number(moment.value((channel, row, column)))}" for channel in range(moment.plan.out_channels)
    ]


@of_moment()
def cell_words(frame: Frame, moment: Moment) -> str:
    """Return how the run's cell comes to its number over the channels."""
    _, row, column = moment.here
    if moment.plan.pools:
        return f"row {row}, column {column}"
    bias = number(float(moment.bias[moment.channel_out]))
    return f"row {row}, column {column} of out {moment.channel_out}: Σ + … + bias {bias}"


def _several(params: Any) -> str:
    outs = params.in_channels if params.operation in POOLS else params.out_channels
    return "" if max(params.in_channels, outs) > 1 else "There is one channel: give the input or the output more."


@of_moment()
def high(frame: Frame, moment: Moment) -> float | None:
    """Return where the outputs' colours end, which are not left to a single large value."""
    found = np.abs(moment.result[:, ::3, ::3])
    return float(np.quantile(found[np.isfinite(found)], 0.99)) if np.isfinite(found).any() else None


@of_moment()
def low(frame: Frame, moment: Moment) -> float | None:
    """Return the same below zero."""
    end = high(frame)
    return None if end is None else -end


CHANNELS = Card(
    "channels",
    "All channels: inputs, filters, outputs",
    Row(
        (
            Maps(
                inputs,
                colours=looking.shade,
                captions=input_captions,
                caption=cell_words,
                chosen=of_moment()(lambda frame, moment: moment.channel_in),
                click=lambda frame, channel: {"channel_in": channel},
            ),
            Maps(
                filters,
                colours="signed",
                caption="rows: outputs, columns: inputs",
                row_names=of_moment()(lambda frame, moment: [f"out {k}" for k in range(len(moment.filters))]),
                none="Pooling has no weights: each channel by itself.",
                click=of_moment()(lambda frame, moment, each: {"channel_out": each // moment.filters.shape[1]}),
                largest=72,
            ),
            Maps(
                outputs,
                colours="signed",
                low=low,
                high=high,
                captions=output_captions,
                chosen=of_moment()(lambda frame, moment: moment.channel_out),
                click=lambda frame, channel: {"channel_out": channel},
            ),
        ),
        weights=(2, 3, 3),
    ),
    about="Every input channel, every filter and every output channel; click one to work with it",
    hint="click a channel to show it",
    pause=100,
    least=(240, 200),
    applies=_several,
)
