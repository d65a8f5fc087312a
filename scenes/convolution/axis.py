"""One direction of a sliding window: which places of the input meet which taps of the kernel.

Places in the input are counted from 0; padding has places below 0 and from the size on. Plain Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np


def reached(place: int, kernel: int, stride: int, dilation: int) -> list[tuple[int, int]]:
    """Return (tap, place in the padded input) for each tap of the window that computes ``place``."""
    return [(tap, place * stride + tap * dilation) for tap in range(kernel)]


def divided(place: int, size: int, out: int) -> list[tuple[int, int]]:
    """Return (tap, place in the input) for the window of an adaptive pooling that has ``out`` of them."""
    first, end = place * size // out, -(-(place + 1) * size // out)
    return list(enumerate(range(first, end)))


def counted(taps: Sequence[tuple[int, int]], first: int, end: int) -> int:
    """Return how many taps lie from ``first`` to before ``end``."""
    return sum(first <= at < end for _, at in taps)


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
    begins: int | None = None
    """With ``ceil_mode``: windows may reach beyond the padded input that begin before this place of it."""
    parts: int = 0
    """How many windows an adaptive pooling has, which divide the input among them; 0 for windows of one size."""
    counts_padding: bool = True
    """Whether a mean counts the padding, ``count_include_pad``."""

    @property
    def span(self) -> int:
        """How many places the dilated kernel covers: d(k − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def out(self) -> int:
        """How many cells the output has; below 1 there is none."""
        if self.transposed:
            return (self.size - 1) * self.stride - self.before - self.after + self.span + self.extra
        if self.parts:
            return self.parts
        if self.begins is None:
            return self.room // self.stride + 1
        most = -(-self.room // self.stride) + 1
        return most - 1 if (most - 1) * self.stride >= self.begins else most

    @property
    def room(self) -> int:
        """How many places a window can move on within the padded input."""
        return self.size + self.before + self.after - self.span

    @property
    def overhang(self) -> int:
        """How many places the last window reaches beyond the padded input."""
        if self.begins is None or self.parts:
            return 0
        return max(0, (self.out - 1) * self.stride - self.room)

    @property
    def bounds(self) -> tuple[int, int]:
        """The first place of the padded input that a mean counts, and the one after the last."""
        if self.counts_padding:
            return 0, self.before + self.size + self.after
        return self.before, self.before + self.size

    def counted(self, place: int) -> int:
        """Return how many places of its window a mean at an output cell is over."""
        return counted(self.padded_taps(place), *self.bounds)

    def taps(self, place: int) -> list[tuple[int, int]]:
        """Return (tap, place in the input) for every tap that meets something at an output cell."""
        if self.transposed:
            return reaching(place, self.size, self.kernel, self.stride, self.dilation, self.before)
        if self.parts:
            return divided(place, self.size, self.parts)
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
        for place in range(self.out):
            found[[at for _, at in self.padded_taps(place) if at < len(found)]] = True
        return found

    @cached_property
    def used(self) -> np.ndarray:
        """Whether an input index has a part in any output cell, (size,), through padding too."""
        return np.any(self.meets, axis=0, keepdims=False).reshape(-1)

    def outputs_of(self, tap: int) -> list[tuple[int, int]]:
        """Return (output cell, place in the input) wherever a tap of the kernel is used."""
        return [(place, at) for place in range(self.out) for t, at in self.taps(place) if t == tap]

    def written_by(self, at: int) -> list[int]:
        """Return the output cells on which an input of a transposed convolution is written."""
        places = (at * self.stride + tap * self.dilation - self.before for tap in range(self.kernel))
        return [place for place in places if 0 <= place < self.out]
