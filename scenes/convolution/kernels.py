"""The kernels by name, as arrays of any height and width, and the text in which a person writes their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from explainer.contract.number_words import Ambiguous, read_number, split_numbers
from explainer.contract.refused import Refused, shown

LARGEST = 11
"""Rows and columns that a kernel may have."""
LARGEST_TABLE = 64
MOST_KERNELS = 64
"""Kernels, or channels of numbers, in one text."""
GREATEST = 1e6

LEARNED = (
    "0.01 1.03 -0.87; -0.94 0.56 0.91; 0.16 0.80 0.66",
    "-0.06 -0.92 -0.96; -0.95 -0.86 -0.21; 0.75 1.10 0.97",
    "-0.83 -1.08 0.76; 0.04 -0.75 0.88; 0.54 0.74 0.79",
    "1.30 0.83 1.00; -0.57 -0.96 -0.52; -0.79 -1.41 -0.95",
    "-1.09 0.99 1.19; 0.71 0.70 -1.22; 0.02 -0.60 -0.73",
    "-0.01 0.73 0.83; -0.67 0.58 0.87; 0.80 0.72 0.80",
    "0.01 -0.12 0.88; -1.24 -1.56 -1.13; 1.07 0.93 0.65",
    "1.07 0.73 0.41; 0.55 0.65 1.32; 0.74 -1.36 -0.40",
)
"""The first layer of a network that learned the 1,797 digits, rounded to hundredths.

``Conv2d(1, 8, 3)``, ReLU, ``MaxPool2d(2)``, ``Linear(72, 10)``; 300 steps of Adam on all digits / 16,
learning rate 0.01, weight decay 1e-4, seed 0: 99.9 % of the digits it was trained on are recognised.
"""


def binomial(length: int) -> np.ndarray:
    """Return a row of Pascal's triangle (length,), 1 2 1 for three."""
    row = np.ones(1)
    for _ in range(length - 1):
        row = np.convolve(row, [1.0, 1.0])
    return row


def slope(length: int) -> np.ndarray:
    """Return the smoothed central difference (length,): −1 0 1 for three; 0 for one, where nothing can differ."""
    if length < 3:
        return np.array([-1.0, 1.0]) if length == 2 else np.zeros(1)
    return np.convolve(binomial(length - 2), [-1.0, 0.0, 1.0])


def middle(length: int) -> int:
    """Return the place that lies on the cell itself when the size is kept."""
    return (length - 1) // 2


def identity(height: int, width: int) -> np.ndarray:
    """Return a one in the middle of zeros (height, width)."""
    kernel = np.zeros((height, width))
    kernel[middle(height), middle(width)] = 1.0
    return kernel


def laplacian(height: int, width: int) -> np.ndarray:
    """Return the sum of the direct neighbours minus as many times the middle (height, width)."""
    kernel, row, column = np.zeros((height, width)), middle(height), middle(width)
    for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        if 0 <= row + down < height and 0 <= column + right < width:
            kernel[row + down, column + right] += 1
            kernel[row, column] -= 1
    return kernel


def emboss(height: int, width: int) -> np.ndarray:
    """Return a slope along the diagonal with a one in the middle (height, width)."""
    down = np.arange(height) - middle(height)
    right = np.arange(width) - middle(width)
    return np.add.outer(down, right) + identity(height, width)


def gaussian(height: int, width: int) -> np.ndarray:
    """Return the binomial approximation of a Gaussian, summing to 1 (height, width)."""
    kernel = np.outer(binomial(height), binomial(width))
    return kernel / kernel.sum()


NAMED: dict[str, Callable[[int, int], np.ndarray]] = {
    "identity": identity,
    "box": lambda height, width: np.full((height, width), 1 / (height * width)),
    "gaussian": gaussian,
    "sharpen": lambda height, width: identity(height, width) - laplacian(height, width),
    "sobel-x": lambda height, width: np.outer(binomial(height), slope(width)),
    "sobel-y": lambda height, width: np.outer(slope(height), binomial(width)),
    "laplacian": laplacian,
    "emboss": emboss,
}
"""Kernel → what makes it; those of three rows and columns are the well-known ones."""


def kernels(name: str, height: int, width: int, values: str = "") -> np.ndarray:
    """Return the kernels of that name (kernel, height, width), float32; custom ones have the size they are written in.

    Raises :class:`Refused` for custom values that cannot be read.
    """
    if name == "custom":
        return read_kernels(values)
    if name == "learned":
        return np.stack([resized(read_kernels(words)[0], height, width) for words in LEARNED])
    return NAMED[name](height, width)[None].astype(np.float32)


def resized(kernel: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a kernel (y, x) stretched or shrunk bilinearly to (height, width)."""
    if kernel.shape == (height, width):
        return kernel
    return np.asarray(Image.fromarray(kernel).resize((width, height), Image.Resampling.BILINEAR))


def read_kernels(words: str) -> np.ndarray:
    """Return kernels (kernel, y, x), float32, from text; raise :class:`Refused`.

    Numbers stand between spaces or commas, rows between ``;`` and kernels between ``|``.
    """
    return _tables(words, LARGEST, MOST_KERNELS)


def read_numbers(words: str) -> np.ndarray:
    """Return numbers (channel, y, x) written like kernels, for up to 64 × 64 cells; raise :class:`Refused`."""
    return _tables(words, LARGEST_TABLE, MOST_KERNELS)


def _tables(words: str, largest: int, most: int) -> np.ndarray:
    tables = [[row for row in table.split(";") if row.strip()] for table in words.split("|")]
    found = [[_row(row, alone=len(rows) == 1) for row in rows] for rows in tables]
    sizes = {(len(table), len(row)) for table in found for row in table}
    if not all(found) or len(sizes) != 1:
        raise Refused(f"{shown(words)} is refused: give rows of as many numbers each, separated by ;")
    array = np.array(found, np.float32)
    if max(array.shape[1:]) > largest or len(array) > most:
        raise Refused(
            f"{len(array)} × {array.shape[1]} × {array.shape[2]} numbers are refused: "
            f"give at most {most} × {largest} × {largest}"
        )
    return array


def _row(words: str, alone: bool) -> list[float]:
    """Return the numbers of a row; one comma between two in a row that stands alone might be a decimal sign."""
    try:
        row = [read_number(word) for word in split_numbers(words, None if alone else LARGEST)]
    except Ambiguous as ambiguous:
        raise Refused(f"{ambiguous}, with spaces between numbers") from None
    except ValueError:
        raise Refused(f"{shown(words.strip())} is refused: give numbers separated by spaces") from None
    if not all(abs(number) <= GREATEST for number in row):
        raise Refused(f"{shown(words.strip())} is refused: give numbers from {-GREATEST:g} to {GREATEST:g}")
    return row


def write_kernels(array: np.ndarray) -> str:
    """Return kernels (kernel, y, x) as the shortest text that :func:`read_kernels` reads as the same float32."""
    array = np.asarray(array, np.float32)
    return " | ".join("; ".join(" ".join(map(_short, row)) for row in kernel) for kernel in array)


def _short(number: np.float32) -> str:
    return np.format_float_positional(number, trim="-") if abs(number) >= 1e-6 or number == 0 else str(number)


def spread(found: Sequence[np.ndarray] | np.ndarray, filters: int, channels: int) -> np.ndarray:
    """Return weights (filters, channels, y, x) that take the kernels in turn, from the first again after the last."""
    array = np.asarray(found)
    return array[np.arange(filters * channels) % len(array)].reshape(filters, channels, *array.shape[1:])
