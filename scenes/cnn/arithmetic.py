"""How one map is made, in NumPy: what each kernel gives by itself, what they add up to, and one cell's products.

Everything is float64; PyTorch adds the same float32 numbers in an order of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from explainer.contract.frame import Frame
from explainer.scenes.cnn.blocks import Block, parse_block


@dataclass(frozen=True)
class Part:
    """One map taken apart: inputs (i, h, w), kernels (i, k, k), bias, stride and padding."""

    inputs: np.ndarray
    kernels: np.ndarray
    bias: float
    stride: int
    padding: int

    @cached_property
    def padded(self) -> np.ndarray:
        """The inputs with zeros around them."""
        p = self.padding
        return np.pad(self.inputs.astype(float), ((0, 0), (p, p), (p, p)))

    @cached_property
    def shares(self) -> np.ndarray:
        """What each kernel makes of its input, without bias (i, rows, columns)."""
        k, s = self.kernels.shape[-1], self.stride
        windows = np.lib.stride_tricks.sliding_window_view(self.padded, (k, k), (1, 2))[:, ::s, ::s]
        return np.einsum("irckl,ikl->irc", windows, self.kernels.astype(float))

    @cached_property
    def total(self) -> np.ndarray:
        """The map (rows, columns): all shares and the bias."""
        return self.shares.sum(0) + self.bias

    def patch(self, row: int, column: int) -> np.ndarray:
        """Return what the kernels cover (i, k, k) for one cell of the map; zeros where that is padding."""
        k, s = self.kernels.shape[-1], self.stride
        return self.padded[:, row * s : row * s + k, column * s : column * s + k]

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Return row and column of the input at which the window of a cell begins; negative in the padding."""
        return row * self.stride - self.padding, column * self.stride - self.padding

    def strongest(self, count: int) -> list[int]:
        """Return the inputs whose shares vary most, at most ``count``, in order of their number."""
        size = np.abs(self.shares).max((1, 2))
        return sorted(np.argsort(-size, kind="stable")[:count].tolist())


def chosen_layer(params: Any) -> str:
    """Return the name of the convolution that is taken apart, the last one where the chosen is not there."""
    return f"conv{min(int(params.layer.removeprefix('conv')), len(params.blocks))}"


def chosen(frame: Frame) -> tuple[int, int, Block]:
    """Return number of the block (from 1), number of the map, and block that are taken apart."""
    number = int(chosen_layer(frame.params)[-1])
    block = parse_block(frame.params.blocks[number - 1])
    return number, min(frame.params.channel, block.channels - 1), block


def is_dead(frame: Frame) -> bool:
    """Return whether the chosen map is known to be 0 everywhere after its ReLU, in every image."""
    number, channel, _ = chosen(frame)
    dead = frame.arrays.get(f"dead/conv{number}")
    return dead is not None and channel < len(dead) and bool(dead[channel])


def influence(inputs: np.ndarray, filters: np.ndarray, stride: int, padding: int, most: int = 1 << 20) -> np.ndarray:
    """Return how much each filter's map takes of each input (filter, input): the mean size of what its kernel makes.

    The sign is that of the mean. Of maps so large that it would take more than ``most`` products the cells of
    every n-th row and column are looked at.
    """
    count, kernel = len(inputs), filters.shape[-1]
    padded = np.pad(inputs, ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (1, 2))[:, ::stride, ::stride]
    products = filters.size * windows.shape[1] * windows.shape[2]
    every = max(1, math.ceil(math.sqrt(products / most)))
    windows = windows[:, ::every, ::every]
    flat = windows.reshape(count, -1, kernel * kernel)
    made = np.matmul(flat[None], filters.reshape(len(filters), count, kernel * kernel, 1))[..., 0]
    return np.copysign(np.abs(made).mean(2), made.mean(2))


def source_of(frame: Frame, number: int) -> str:
    """Return the array that the ``number``-th convolution gets."""
    layers = [str(name) for name in frame.arrays.get("layers", ())]
    before = [name for name in layers if name[-1:] == str(number - 1) and not name.startswith("drop")]
    return f"maps/{before[-1]}" if number > 1 and before else "image"


def taken_apart(frame: Frame) -> Part | None:
    """Return the chosen map's parts; None while arrays are missing or of another network."""
    number, channel, block = chosen(frame)
    names = (source_of(frame, number), f"filters/conv{number}", f"biases/conv{number}")
    inputs, filters, biases = (frame.arrays.get(name) for name in names)
    if inputs is None or filters is None or biases is None or filters.shape[1] != len(inputs):
        return None
    if channel >= len(filters) or filters.shape[2] != block.kernel:
        return None
    return Part(inputs, filters[channel], float(biases[channel]), block.stride, block.padding)


def cell_of(frame: Frame, part: Part) -> tuple[int, int]:
    """Return row and column of the chosen cell."""
    rows, columns = part.total.shape
    return min(frame.params.row, rows - 1), min(frame.params.column, columns - 1)


def chain(frame: Frame) -> list[tuple[str, np.ndarray]]:
    """Return what becomes of the chosen map within its block: names such as ``maps/act2``, each with (h, w)."""
    number, channel, _ = chosen(frame)
    names = [f"maps/{kind}{number}" for kind in ("conv", "norm", "act", "pool")]
    return [(name, frame.arrays[name][channel]) for name in names if name in frame.arrays]


def input_terms(sums: np.ndarray, most: int) -> list[tuple[str, float]]:
    """Return what each input adds to a cell, with its name; where there are more than ``most``, the least as one term.

    The terms together are the sum over all inputs.
    """
    if len(sums) <= max(1, most):
        return [(f"input {number}", float(value)) for number, value in enumerate(sums)]
    order = np.argsort(-np.abs(sums), kind="stable")
    shown = sorted(order[: max(0, most - 1)].tolist())
    rest = np.delete(sums, shown)
    return [*((f"input {number}", float(sums[number])) for number in shown), (f"{len(rest)} others", float(rest.sum()))]


def pooled_place(block: Block, shape: tuple[int, int], row: int, column: int) -> tuple[int, int] | None:
    """Return the cell of a pooled map (rows, columns) in whose window a cell lies, None where no window covers it."""
    place = row // block.window, column // block.window
    return place if place[0] < shape[0] and place[1] < shape[1] else None


def kept_by_pooling(frame: Frame, row: int, column: int) -> tuple[float, str] | None:
    """Return what the pooling makes of the window in which a cell lies, and what a maximum has to do with the cell.

    This is ``this cell`` where the maximum is taken from it: of equal numbers PyTorch takes the first.
    None where the block has no pooling, or the cell lies in a row or column that it leaves unread.
    """
    number, channel, block = chosen(frame)
    pooled = frame.arrays.get(f"maps/pool{number}")
    place = None if pooled is None else pooled_place(block, pooled.shape[1:], row, column)
    if pooled is None or place is None:
        return None
    value, side = float(pooled[channel, place[0], place[1]]), block.window
    before = dict(chain(frame))
    last = before[[name for name in before if not name.startswith("maps/pool")][-1]]
    window = last[place[0] * side : (place[0] + 1) * side, place[1] * side : (place[1] + 1) * side]
    if block.pool != "max" or value != float(last[row, column]):
        return value, ""
    first = divmod(int(window.argmax()), window.shape[1]) == (row % side, column % side)
    many = int((window == value).sum())
    if many == 1:
        return value, "this cell"
    return value, f"this cell, the first of {many} equal" if first else f"the first of {many} equal, not this cell"
