"""Where an axis has its ticks and what they say; plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from explainer.contract.number_text import number_text, power_text


def linear_ticks(low: float, high: float, about: int) -> tuple[list[float], float]:
    """Return ticks at multiples of 1, 2 or 5 times a power of ten within [low, high], and their distance."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [], 1.0
    rough = span / max(1, about)
    power = 10.0 ** math.floor(math.log10(rough))
    spacing = next((m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999), 10 * power)
    first, last = math.ceil(low / spacing - 1e-9), math.floor(high / spacing + 1e-9)
    if last - first > 1000:
        return [], spacing
    return [k * spacing for k in range(first, last + 1)], spacing


def log_ticks(low: float, high: float, about: int) -> tuple[list[float], list[float]]:
    """Return labelled and unlabelled ticks, as powers of ten, for an axis from 10**low to 10**high."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [], []
    if span < 2.0:
        parts = range(1, 10) if span < 0.7 else (1, 2, 5)
        inside = [p + math.log10(m) for p in range(math.floor(low), math.ceil(high) + 1) for m in parts]
        inside = [tick for tick in inside if low <= tick <= high]
        return inside if len(inside) >= 2 else linear_ticks(low, high, about)[0], []
    stride = max(1, math.ceil(span / max(1, about)))
    first = math.ceil(low / stride - 1e-9) * stride
    major = [float(p) for p in range(first, math.floor(high + 1e-9) + 1, stride)]
    if stride > 1 or span > 6:
        return major, []
    decades = range(math.floor(low), math.ceil(high))
    minor = [p + math.log10(m) for p in decades for m in range(2, 10)]
    return major, [tick for tick in minor if low <= tick <= high]


def linear_text(value: float, spacing: float) -> str:
    """Return a tick's label with as many decimals as its neighbours need."""
    if abs(value) < spacing * 1e-6:
        return "0"
    if not 1e-4 <= spacing < 1e5 or abs(value) >= 1e6:
        return number_text(value, 2 + int(min(4, math.log10(max(1.0, abs(value) / spacing)))))
    decimals = max(0, -math.floor(math.log10(spacing) + 1e-9))
    return f"{value:.{decimals}f}".replace("-", "−")


def linear_texts(values: Sequence[float], spacing: float) -> list[str]:
    """Return the labels of neighbouring ticks.

    Where they would need so many digits that they are written alike, the middle one is written whole, and of the
    others how far they are from it.
    """
    texts = [linear_text(value, spacing) for value in values]
    if len(set(texts)) == len(texts):
        return texts
    middle = len(values) // 2
    apart = [round((value - values[middle]) / spacing) for value in values]
    signs = ("−" if k < 0 else "+" for k in apart)
    told = [f"{sign}{number_text(abs(k) * spacing, 2)}" for sign, k in zip(signs, apart, strict=True)]
    return [texts[middle] if k == 0 else words for k, words in zip(apart, told, strict=True)]


def log_text(exponent: float) -> str:
    """Return the label of a tick at 10**exponent."""
    if abs(exponent - round(exponent)) > 1e-6:
        return f"{10.0**exponent:.3g}".replace("-", "−") if -4 < exponent < 6 else number_text(10.0**exponent, 2)
    whole = round(exponent)
    return f"{10.0**whole:g}" if -3 <= whole <= 3 else power_text(whole)


def safe_log10(values: np.ndarray) -> np.ndarray:
    """Return log₁₀ of positive values, −∞ for zero and negative ones, NaN and ∞ unchanged."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.where(np.isnan(values), np.nan, -np.inf))
