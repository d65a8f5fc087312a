"""``frame.npz``: the arrays of one picture, for ``numpy.load``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every member, so that equal arrays make equal files."""


def encode(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the arrays as an ``.npz`` file under their own names, whatever these are; nothing is pickled.

    Unlike ``numpy.savez``, which keeps some names for its own arguments. Raises ``ValueError`` for an
    array of Python objects.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", LONG_AGO)
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
    return whole.getvalue()
