"""How values become colours: a map, its range, and the ticks of its bar; NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explainer.plots.base.ticks import linear_text, linear_ticks, log_text, log_ticks, safe_log10
from explainer.theme import colour_maps
from explainer.theme.tokens import Tokens

MANY = 1 << 10
"""Values from which on colours are looked up quickly."""


@dataclass(frozen=True)
class Shading:
    """A colour map over [low, high]; None takes the limit from the values.

    ``name`` is ``viridis`` or ``cividis`` for magnitudes, ``signed`` for signs (symmetric about
    zero), ``accent`` for weights, ``ink`` for images, ``photograph`` for those whose large numbers are
    bright in every theme. With ``log`` equal ratios are equally far apart, and zero has the lowest colour.
    """

    name: str = "viridis"
    low: float | None = None
    high: float | None = None
    log: bool = False
    title: str = ""

    def limits(self, values: np.ndarray) -> tuple[float, float]:
        """Return the range that is drawn, in powers of ten with ``log``."""
        drawn = safe_log10(values) if self.log else values
        finite = drawn[np.isfinite(drawn)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        low = self._even(self.low) if self.low is not None else low
        high = self._even(self.high) if self.high is not None else high
        if self.name == "signed" and not self.log:
            high = max(abs(low), abs(high))
            low = -high
        return (low, high) if high > low else (low - 0.5, low + 0.5)

    def _even(self, value: float) -> float:
        return float(safe_log10(np.array(value))) if self.log else float(value)

    def table(self, tokens: Tokens) -> np.ndarray:
        """Return the map's 256 colours, (256, 3) uint8."""
        own = {
            "signed": colour_maps.signed,
            "accent": colour_maps.accent,
            "ink": colour_maps.ink,
            "paper": colour_maps.paper,
            "photograph": colour_maps.photograph,
        }
        return own[self.name](tokens) if self.name in own else colour_maps.table(self.name)

    def colours(self, values: np.ndarray, tokens: Tokens) -> np.ndarray:
        """Return colours (…, 4) uint8, red green blue alpha; NaN and infinite values are transparent."""
        low, high = self.limits(values)
        quick = values.size > MANY and values.dtype in (np.float32, np.float64) and not self.log
        if quick and 1e-30 < high - low < 1e30 and max(abs(low), abs(high)) < 1e30:
            return self._quick_colours(values, low, high, tokens)
        drawn = safe_log10(values) if self.log else values.astype(float)
        finite = np.isfinite(values)
        drawn = np.clip(np.where(finite, drawn, low), low, high)
        index = np.rint((drawn / 2 - low / 2) / (high / 2 - low / 2) * 255).astype(np.intp)
        chosen = self.table(tokens)[index]
        return np.concatenate([chosen, np.where(finite, 255, 0).astype(np.uint8)[..., None]], -1)

    def _quick_colours(self, values: np.ndarray, low: float, high: float, tokens: Tokens) -> np.ndarray:
        """Return the same for many numbers, in their own precision and by whole pixels."""
        kind = values.dtype.type
        share = (values - kind(low)) * kind(255 / (high - low)) + kind(0.5)
        index = np.clip(np.nan_to_num(share, copy=False, nan=0.0), 0, 255).astype(np.uint8)
        table = np.full((256, 4), 255, np.uint8)
        table[:, :3] = self.table(tokens)
        found = table.view(np.uint32)[index, 0].view(np.uint8).reshape(*values.shape, 4)
        finite = np.isfinite(values)
        if not finite.all():
            found[~finite, 3] = 0
        return found

    def ticks(self, values: np.ndarray, about: int) -> list[tuple[float, str]]:
        """Return places on the bar, 0 to 1, and their labels."""
        low, high = self.limits(values)
        if self.log:
            places = [(tick, log_text(tick)) for tick in log_ticks(low, high, about)[0]]
        else:
            ticks, spacing = linear_ticks(low, high, about)
            places = [(tick, linear_text(tick, spacing)) for tick in ticks]
        return [((tick / 2 - low / 2) / (high / 2 - low / 2), text) for tick, text in places]


def readable_on(colours: np.ndarray) -> np.ndarray:
    """Return whether dark text reads better than light text on colours (…, 3 or 4) uint8.

    Compares contrast ratios of WCAG 2.2 with black and with white by relative luminance.
    """
    share = colours[..., :3].astype(float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05)
