"""One direction of a sliding window: which places of the input meet which taps of the kernel.

Places in the input are counted from 0; padding has places below 0 and from the size on. Plain Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


def reached(place: int, kernel: int, stride: int, dilation: int) -> list[tuple[int, int]]:
    """Return (tap, place in the padded input) for each tap of the window that computes ``place``."""
    return [(tap, place * stride + tap * dilation) for tap in range(kernel)]


def reaching(place: int, size: int, kernel: int, stride: int, dilation: int, cut: int) -> list[tuple[int, int]]:
    """Return (tap, input) for the inputs that a transposed convolution spreads onto ``place``.

    Input i is written with tap t at i · stride + t · dilation − cut; inputs are listed in ascending order.
    """
    offsets = [(tap, place + cut - tap * dilation) for tap in reversed(range(kernel))]
    return [(tap, at // stride) for tap, at in offsets if at % stride == 0 and 0 <= at < size * stride]


@dataclass(frozen=True)
class Axis:
    """A direction of the operation. ``before`` and ``after`` are padding, or what a transposed one cuts off."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    mode: str = "zeros"
    transposed: bool = False
    extra: int = 0
    """``output_padding``."""

    @property
    def span(self) -> int:
        """How many places the dilated kernel covers: d(k − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def out(self) -> int:
        """How many cells the output has; below 1 there is none."""
        if self.transposed:
            return (self.size - 1) * self.stride - self.before - self.after + self.span + self.extra
        return (self.size + self.before + self.after - self.span) // self.stride + 1

    @property
    def dropped(self) -> int:
        """How many last places of the padded input no window covers, because the stride does not divide."""
        if self.transposed:
            return 0
        return (self.size + self.before + self.after - self.span) % self.stride

    def taps(self, place: int) -> list[tuple[int, int]]:
        """Return (tap, place in the input) for every tap that meets something at an output cell."""
        if self.transposed:
            return reaching(place, self.size, self.kernel, self.stride, self.dilation, self.before)
        found = reached(place, self.kernel, self.stride, self.dilation)
        return [(tap, at - self.before) for tap, at in found]

    def padded_taps(self, place: int) -> list[tuple[int, int]]:
        """Return (tap, place in the padded input) for an output cell."""
        start = 0 if self.transposed else self.before
        return [(tap, at + start) for tap, at in self.taps(place)]

    def source(self, place: int) -> int:
        """Return the input index whose value stands at a place, −1 where it is padding without a source."""
        if 0 <= place < self.size:
            return place
        if self.mode == "replicate":
            return min(max(place, 0), self.size - 1)
        if self.mode == "circular":
            return place % self.size
        if self.mode == "reflect":
            turn = 2 * (self.size - 1)
            return self.size - 1 - abs(place % turn - (self.size - 1)) if turn else 0
        return -1

    @cached_property
    def meets(self) -> np.ndarray:
        """Whether an input index is read for an output cell, (out, size), through padding too."""
        found = np.zeros((max(0, self.out), self.size), bool)
        for place in range(self.out):
            for _, at in self.taps(place):
                if (source := self.source(at)) >= 0:
                    found[place, source] = True
        return found

    @cached_property
    def read(self) -> np.ndarray:
        """Whether any window covers a place of the padded input, from −before on."""
        found = np.zeros(self.size + (0 if self.transposed else self.before + self.after), bool)
        start = 0 if self.transposed else self.before
        for place in range(self.out):
            found[[at + start for _, at in self.taps(place)]] = True
        return found

    def outputs_of(self, tap: int) -> list[tuple[int, int]]:
        """Return (output cell, place in the input) wherever a tap of the kernel is used."""
        return [(place, at) for place in range(self.out) for t, at in self.taps(place) if t == tap]
