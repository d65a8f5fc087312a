"""How an optimizer moves on a quadratic of curvature h: a linear recurrence, its growth and its limit; plain Python.

With a scaling that holds still every method here is  m' = βm + k·hθ,  θ' = (1 − ηd)θ − η(c₁m' + c₂hθ), where h
is the curvature after the scaling and d a decoupled weight decay. θ then follows powers of the roots z of

    z² − (1 − ηd + β − ηh(c₁k + c₂)) z + β(1 − ηd − ηc₂h) = 0,

and stays bounded while no root is larger than 1 (Polyak 1964; Lessard, Recht & Packard 2016; for Adam, Cohen et
al. 2022). From the Jury criterion at z = −1 and at |product of the roots| = 1 come the two bounds of ``limit``.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Recurrence:
    """The numbers β, k, c₁, c₂ and d of a method."""

    keep: float = 0.0
    share: float = 1.0
    through: float = 1.0
    direct: float = 0.0
    decay: float = 0.0

    def limit(self, curvature: float) -> float:
        """Return the η above which θ grows; infinite where the curvature is not positive."""
        if not curvature > 0:
            return math.inf
        swing = curvature * (self.through * self.share + self.direct * (1 + self.keep)) + self.decay * (1 + self.keep)
        product = self.keep * (self.decay + self.direct * curvature)
        bounds = [2 * (1 + self.keep) / swing if swing > 0 else math.inf]
        if product > 0:
            bounds.append((1 + self.keep) / product)
        return min(bounds)

    def roots(self, rate: float, curvature: float) -> tuple[complex, complex]:
        """Return both roots, the larger one first."""
        straight = 1 - rate * self.decay
        total = straight + self.keep - rate * curvature * (self.through * self.share + self.direct)
        product = self.keep * (straight - rate * self.direct * curvature)
        spread = cmath.sqrt(complex(total * total / 4 - product))
        one, other = total / 2 + spread, total / 2 - spread
        return (one, other) if abs(one) >= abs(other) else (other, one)

    def growth(self, rate: float, curvature: float) -> float:
        """Return by what an error is multiplied in a step, in the long run."""
        return abs(self.roots(rate, curvature)[0])


def ball(name: str, told: Mapping[str, float]) -> Recurrence | None:
    """Return the recurrence of the methods that need no scaling: sgd, momentum, nesterov; None for others.

    PyTorch's SGD leaves dampening aside where momentum is 0.
    """
    beta = told.get("momentum", 0.0)
    if name == "nesterov":
        return Recurrence(keep=beta, through=beta, direct=1.0)
    if name in ("sgd", "momentum"):
        return Recurrence(keep=beta, share=1 - told.get("dampening", 0.0) if beta else 1.0)
    return None
