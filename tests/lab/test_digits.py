"""The digits, against scikit-learn's own reading of them."""

import subprocess
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

from explainer.lab.digits import digits, standardized_digits


def test_images_and_labels_are_those_of_scikit_learn():
    images, labels = digits()
    theirs = load_digits()
    assert images.dtype == labels.dtype == np.uint8
    assert np.array_equal(images, theirs.images)
    assert np.array_equal(labels, theirs.target)


def test_reading_them_imports_no_scikit_learn():
    code = "import sys; from explainer.lab.digits import digits; digits(); print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


def test_standardized_digits_are_those_of_scikit_learns_scaler_fitted_to_the_training_part() -> None:
    x, y, held_x, held_y = standardized_digits()
    images, labels = load_digits(return_X_y=True)
    held_out = np.arange(1797) % 5 == 0
    scaler = StandardScaler().fit(images[~held_out])
    assert len(x) == 1437
    assert len(held_x) == 360
    assert np.allclose(x, scaler.transform(images[~held_out]), atol=1e-6)
    assert np.allclose(held_x, scaler.transform(images[held_out]), atol=1e-6)
    assert np.array_equal(y, labels[~held_out])
    assert np.array_equal(held_y, labels[held_out])
