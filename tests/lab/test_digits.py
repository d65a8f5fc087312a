"""The digits, against scikit-learn's own reading of them."""

import subprocess
import sys

import numpy as np
from sklearn.datasets import load_digits

from explainer.lab.digits import digits


def test_images_and_labels_are_those_of_scikit_learn():
    images, labels = digits()
    theirs = load_digits()
    assert images.dtype == labels.dtype == np.uint8
    assert np.array_equal(images, theirs.images)
    assert np.array_equal(labels, theirs.target)


def test_reading_them_imports_no_scikit_learn():
    code = "import sys; from explainer.lab.digits import digits; digits(); print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
