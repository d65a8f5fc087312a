"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from tests.measure_lessons import Stated

PAD = "padding=custom&padding_mode=circular&stride_y=2&stride_x=2"
DIGIT = "padding=same&padding_mode=circular&shift_x=1"
SIZED = "image=ramp&height=28&width=28&padding=custom"
BILL = "image=flower&in_channels=3&out_channels=8&height=64&width=64&at_once=1&run=1"
BOX = "image=constant&kernel=box&padding=same"


def result(run: Any) -> np.ndarray:
    """Return the whole output."""
    return np.asarray(run.arrays("result")["result"])


def cell(row: int, column: int) -> Callable[[Any], float]:
    """Return what gives a cell of the output."""
    return lambda run: float(result(run)[0, row, column])


def every(run: Any) -> list[float]:
    """Return the least and the largest cell."""
    return [float(result(run).min()), float(result(run).max())]


def size(run: Any) -> list[float]:
    """Return height and width of the output."""
    return [float(side) for side in result(run).shape[1:]]


def slope_of_one_weight(run: Any) -> float:
    """Return by how much the first cell grows when the middle weight of the right column does, by plain PyTorch."""
    found = run.arrays("input", "weight")
    weight = torch.tensor(found["weight"]).clone()
    image = torch.tensor(found["input"])[None]
    before = F.conv2d(image, weight)[0, 0, 0, 0]
    weight[0, 0, 1, 2] += 1
    return float(F.conv2d(image, weight)[0, 0, 0, 0] - before)


def moved_along(run: Any) -> float:
    """Return how many cells of the output are, after the shift, those that the moved output has there.

    Where a cell has nowhere to come from, as at a border that does not go round, it does not count.
    """
    arrays, params = run.arrays("result", "shifted_result"), run.params
    before, after = arrays["result"][0], arrays["shifted_result"][0]
    down, right = params.shift_y / params.stride_y, params.shift_x / params.stride_x
    if down != int(down) or right != int(right):
        return 0.0
    moved = np.roll(before, (int(down), int(right)), (0, 1))
    alike = moved == after
    if params.padding_mode != "circular" or params.padding == "valid":
        alike[:, : int(right)] = False
        alike[: int(down)] = False
    return float(alike.sum())


def same_everywhere(run: Any) -> float:
    """Return how many cells keep their number."""
    arrays = run.arrays("result", "shifted_result")
    return float((arrays["result"] == arrays["shifted_result"]).sum())


def parameters(run: Any) -> float:
    """Return how many weights and biases there are."""
    found = run.arrays("weight", "bias")
    return float(found["weight"].size + found["bias"].size)


def dense_parameters(run: Any) -> float:
    """Return how many a dense layer from these inputs to as many outputs would have."""
    outputs, inputs = result(run).size, run.arrays("input")["input"].size
    return float(outputs * inputs + outputs)


def matrix(run: Any) -> np.ndarray:
    """Return the operation as a matrix."""
    return np.asarray(run.arrays("matrix")["matrix"])


def fields(dilations: Sequence[int], strides: Sequence[int]) -> list[float]:
    """Return the span after each layer of 3 × 3, by the positions that are really reached."""
    reached, found, jump = {0}, [], 1
    for dilation, stride in zip(dilations, strides, strict=True):
        reached = {at + tap * dilation * jump for at in reached for tap in range(3)}
        jump *= stride
        found.append(float(max(reached) - min(reached) + 1))
    return found


def seen_with_dilation_2(run: Any) -> float:
    """Return how many pixels three layers of dilation 2 read, by a gradient."""
    image = torch.zeros(1, 1, 31, 31, requires_grad=True)
    out = image
    for _ in range(3):
        out = F.conv2d(out, torch.ones(1, 1, 3, 3), dilation=2)
    out[0, 0, 9, 9].backward()
    assert image.grad is not None
    return float((image.grad != 0).sum())


def paths(row: int, column: int) -> Callable[[Any], float]:
    """Return what gives on how many paths a pixel of a 7 × 7 field reaches the cell."""
    ones = np.ones(3)
    along = np.convolve(np.convolve(ones, ones), ones)
    return lambda seed: float(along[row] * along[column])


STATED = [
    Stated("The first cell is 46", "", cell(0, 0), (46, 46)),
    Stated("The weight lies on 13, so one more of it adds 13", "", slope_of_one_weight, (13, 13)),
    Stated("What is the first cell then?", "kernel=custom&kernel_values=-1,0,1;-2,0,3;-1,0,1", cell(0, 0), (59, 59)),
    Stated("every sign changes, 46 becomes −46", "flip=1", cell(0, 0), (-46, -46)),
    Stated("Sobel x says the same everywhere: 8", "image=ramp", every, (8, 8)),
    Stated(
        "has 271,150 windows", "image=china&own_size=1&in_channels=3&kernel=laplacian&at_once=1&run=1",
        lambda run: float(np.prod(size(run))), (271_150, 271_150),
    ),
    Stated("3 × 3, and the last row and column are never read", "stride_y=2&stride_x=2&run=9", size, (3, 3)),
    Stated("28 × 28 at stride 1", f"{SIZED}&at_once=1&run=1", size, (28, 28)),
    Stated("10 × 10", f"{SIZED}&stride_y=3&stride_x=3&at_once=1&run=1", size, (10, 10)),
    Stated("4 · 9 / 9 = 4. At the edge it is 6, inside 9", f"{BOX}&run=64", cell(0, 0), (4, 4.0001)),
    Stated("4 · 9 / 9 = 4. At the edge it is 6, inside 9", f"{BOX}&run=64", cell(0, 3), (5.9999, 6.0001)),
    Stated("4 · 9 / 9 = 4. At the edge it is 6, inside 9", f"{BOX}&run=64", cell(3, 3), (8.9999, 9.0001)),
    Stated("leave no frame here: 9 everywhere", f"{BOX}&padding_mode=replicate", every, (8.9999, 9.0001)),
    Stated("leave no frame here: 9 everywhere", f"{BOX}&padding_mode=reflect", every, (8.9999, 9.0001)),
    Stated("8·3·9 + 8 = 224 parameters", BILL, parameters, (224, 224)),
    Stated("would need 377,911,328", BILL, dense_parameters, (377_911_328, 377_911_328)),
    Stated("The 36 × 64 matrix", "", lambda run: matrix(run).shape[0], (36, 36)),
    Stated("The 36 × 64 matrix has 2,304 entries", "", lambda run: matrix(run).size, (2_304, 2_304)),
    Stated(
        "and four different numbers that are not 0", "",
        lambda run: len(set(matrix(run)[matrix(run) != 0].tolist())), (4, 4),
    ),
    Stated("of which Sobel x uses 6", "", lambda run: float((matrix(run) != 0).sum(1).max()), (6, 6)),
    Stated("30 of 36 cells move along", "shift_x=1", moved_along, (30, 30)),
    Stated("all 64 do, whatever the image", DIGIT, moved_along, (64, 64)),
    Stated("all 64 do, whatever the image", f"{DIGIT}&image=noise", moved_along, (64, 64)),
    Stated("all 36 do too, and that shows nothing", "image=constant&shift_x=1", same_everywhere, (36, 36)),
    Stated("none of 16", f"{PAD}&shift_x=1", moved_along, (0, 0)),
    Stated("none of 16", f"{PAD}&shift_x=1", same_everywhere, (0, 0)),
    Stated("all 16", f"{PAD}&shift_x=2", moved_along, (16, 16)),
    Stated("Two on top of one another see 5 × 5, three 7 × 7", None, lambda s: fields((1,) * 3, (1,) * 3)[1], (5, 5)),
    Stated("Two on top of one another see 5 × 5, three 7 × 7", None, lambda s: fields((1,) * 3, (1,) * 3)[2], (7, 7)),
    *(
        Stated(words, None, lambda seed, d=dilations, s=strides, k=k: fields(d, s)[k], (span, span))
        for words, dilations, strides, spans in (
            ("makes the field grow faster: 3, 7, 15", (1, 1, 1), (2, 2, 2), (3, 7, 15)),
            ("spans 5, 9, 13", (2, 2, 2), (1, 1, 1), (5, 9, 13)),
            ("dilations leave no gap: 3, 7, 15", (1, 2, 4), (1, 1, 1), (3, 7, 15)),
        )
        for k, span in enumerate(spans)
    ),
    Stated("7 × 7 = 49 pixels", None, seen_with_dilation_2, (49, 49)),
    Stated("from the middle of a 7 × 7 field 49 lead to the cell", None, paths(3, 3), (49, 49)),
    Stated("from its corner one", None, paths(0, 0), (1, 1)),
    Stated("have 18 weights per pair of channels", None, lambda seed: 2 * 3 * 3, (18, 18), (0,)),
]  # fmt: skip
