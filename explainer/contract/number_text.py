"""Numbers as a person reads them: a real minus sign, powers of ten with superscripts, steady digits."""

from __future__ import annotations

import math

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_text(exponent: int) -> str:
    """Return 10 to a whole power, such as ``10⁻³``."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def number_text(value: float, digits: int = 3) -> str:
    """Return a number with ``digits`` significant digits, trailing zeros kept so that it does not jump."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 <= power < max(5, digits):
        return f"{value:.{max(0, digits - 1 - power)}f}".replace("-", "−")
    return f"{mantissa} · {power_text(power)}".replace("-", "−")


def pair_text(x: float, y: float, digits: int = 3) -> str:
    """Return a point or vector, such as ``(−9.00, 1.50)``."""
    return f"({number_text(x, digits)}, {number_text(y, digits)})"
