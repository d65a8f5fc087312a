"""The best of many coins, by exact arithmetic."""

from fractions import Fraction
from math import comb


def best_of(models: int, examples: int) -> float:
    """The expected accuracy of the best of so many coins on so many examples: Σ j P(best = j) / n."""
    below, total, power = Fraction(0), Fraction(0), Fraction(0)
    for hits in range(examples + 1):
        below += Fraction(comb(examples, hits), 2**examples)
        now = Fraction(float(below) ** models)
        total += hits * (now - power)
        power = now
    return float(total / examples)
