"""What kind of matrix an operation is, by its settings; plain Python."""

from __future__ import annotations

import numpy as np

from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import MAX_POOL


def is_identity(gram: np.ndarray) -> bool:
    """Return whether a matrix' transpose times the matrix is the identity, so that the one undoes the other."""
    return bool(np.allclose(gram, np.eye(len(gram)), atol=1e-6))


def matrix_kind(moment: Moment) -> str:
    """Return which constant diagonals the matrix of one channel has; empty where it has none, or several channels."""
    plan = moment.plan
    if plan.operation == MAX_POOL or plan.adaptive or plan.in_channels * plan.out_channels > 1:
        return ""
    kinds = {_kind(axis) for axis in (plan.y, plan.x)}
    flat = moment.params.dimensions == 1
    kind = _kind(plan.x) if flat else kinds.pop() if len(kinds) == 1 else ""
    if not kind or flat:
        return f"it is {kind}" if kind else ""
    return f"it is {'block circulant with circulant blocks' if kind == 'circulant' else 'doubly block Toeplitz'}"


def _kind(axis: Axis) -> str:
    """Return ``Toeplitz``, ``circulant`` or nothing for one direction."""
    if axis.stride > 1 or axis.begins is not None or not axis.counts_padding:
        return ""
    if axis.mode == "circular" and axis.before + axis.after and axis.out == axis.size:
        return "circulant"
    padded = axis.before + axis.after
    return "Toeplitz" if axis.transposed or axis.mode == "zeros" or not padded else ""
