"""The handwritten digits that scikit-learn brings in its wheel, read without importing scikit-learn.

1,797 images of 8 × 8 pixels with values from 0 to 16, written by 13 people: the test part of the
"Optical Recognition of Handwritten Digits" of the UCI repository (Alpaydin and Kaynak 1998, CC BY 4.0).
Importing ``sklearn.datasets`` takes a second, reading its file a few milliseconds.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

DIGITS_FILE = "datasets/data/digits.csv.gz"


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return images (1797, 8, 8) with whole numbers from 0 to 16 and labels (1797,), both uint8.

    They are those of ``sklearn.datasets.load_digits``. Raises ``ModuleNotFoundError`` without scikit-learn.
    """
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("the digits come with scikit-learn: python -m pip install scikit-learn")
    rows = np.loadtxt(Path(package.origin).parent / DIGITS_FILE, delimiter=",", dtype=np.uint8)
    return rows[:, :-1].reshape(-1, 8, 8), rows[:, -1]


def standardized_digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 1,437 digits to train on, their labels, 360 held out (every fifth) and theirs.

    Images are (n, 64) float32 with every pixel standardized by the training part: its mean subtracted, divided by its
    standard deviation, or by 1 where that is 0 (as ``sklearn.preprocessing.StandardScaler`` does). Labels are int64.
    """
    images, labels = digits()
    flat, classes = images.reshape(-1, 64).astype(np.float64), labels.astype(np.int64)
    held_out = np.arange(len(flat)) % 5 == 0
    mean, spread = flat[~held_out].mean(0), flat[~held_out].std(0)
    scaled = ((flat - mean) / np.where(spread > 0, spread, 1)).astype(np.float32)
    return scaled[~held_out], classes[~held_out], scaled[held_out], classes[held_out]
