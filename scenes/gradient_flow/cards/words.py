"""Small numbers and words that several cards need; plain Python with NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explainer.contract.number_text import number_text

if TYPE_CHECKING:
    from explainer.contract.frame import Frame

COLUMNS = 400
"""At most so many steps of a map are drawn; of more, evenly spaced ones."""
DECADES = 45.0
"""The colours of a map reach so many decades below its largest value at most."""


def selected(params: Any) -> int:
    """Return the number of the selected network."""
    return int(min(params.selected, len(params.beside)))


def counted(params: Any) -> str:
    """Return what depth counts."""
    return "time step" if params.architecture == "recurrent" else "layer"


def chain(factors: np.ndarray) -> np.ndarray:
    """Return the running product from the output back to each layer: at layer l, of all factors above l."""
    with np.errstate(all="ignore"):
        return np.append(np.cumprod(factors[:0:-1])[::-1], 1.0)


def product_words(factors: np.ndarray) -> str:
    """Return the product over the layers between hidden ones, nothing where one of them is not known."""
    with np.errstate(all="ignore"):
        product = float(np.prod(factors[1:-1]))
    return f", product {number_text(product)}" if np.isfinite(product) and len(factors) > 2 else ""


def thinned(count: int) -> np.ndarray:
    """Return which of ``count`` steps are drawn."""
    return np.unique(np.linspace(0, count - 1, min(COLUMNS, count)).astype(np.int64))


def history_range(values: np.ndarray | None) -> tuple[float, float]:
    """Return the range of a map's colours."""
    positive = np.zeros(0) if values is None else values[np.isfinite(values) & (values > 0)]
    if not len(positive):
        return 0.1, 1.0
    high = float(positive.max())
    low = max(float(positive.min()), high * 10.0**-DECADES)
    return low, max(high, 10 * low)


def history_name(params: Any) -> str:
    """Return the array of the chosen history."""
    return f"{params.history}_history"


def drawn_steps(frame: Frame) -> np.ndarray | None:
    """Return the steps whose columns are drawn."""
    found = frame.arrays.get(history_name(frame.params))
    return None if found is None else thinned(found.shape[-1]).astype(float)


def layer_words(frame: Frame) -> str:
    """Return what the axis over the layers counts."""
    return "time step" if frame.params.architecture == "recurrent" else "layer, from the input"
