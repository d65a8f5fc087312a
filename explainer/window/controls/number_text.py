"""Numbers as they stand on the screen: short at rest, of constant length while they move."""

from __future__ import annotations

import math
from decimal import Decimal

MINUS = "−"
SMALLEST_PLAIN, GREATEST_PLAIN = 1e-4, 1e6
"""Outside these a number is written with an exponent."""
MOST_DIGITS = 6


def settled(value: float) -> str:
    """Return a number at rest: its shortest form, in two to six significant digits."""
    if isinstance(value, int) or value == 0:
        return f"{value:g}".replace("-", MINUS) if value == 0 else str(value).replace("-", MINUS)
    exact = Decimal(repr(value)).normalize()
    digits = min(max(len(exact.as_tuple().digits), 2), MOST_DIGITS)
    return _with_digits(value, digits, pad=_is_plain(value))


def moving(value: float, decimals: int | None) -> str:
    """Return a number under a moving slider: fixed ``decimals``, or three significant digits."""
    if isinstance(value, int) or (value == 0 and decimals is None):
        return settled(value)
    if decimals is None:
        return _with_digits(value, 3, pad=True)
    if round(value, decimals) != value:
        return settled(value)
    return f"{value:.{decimals}f}".replace("-", MINUS)


def typed(words: str, unit: str = "") -> str:
    """Return what a person typed as a number's plain text: our minus sign and the unit are taken back."""
    return words.strip().removesuffix(unit).strip().replace(MINUS, "-")


def _is_plain(value: float) -> bool:
    return SMALLEST_PLAIN <= abs(value) < GREATEST_PLAIN


def _with_digits(value: float, digits: int, pad: bool) -> str:
    if _is_plain(value):
        places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        return f"{value:.{places}f}".replace("-", MINUS)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa if pad else mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
