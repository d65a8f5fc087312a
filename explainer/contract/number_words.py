"""Numbers as people write them, read in one way everywhere: fields, cells, command line, run files and formulas.

A point is the decimal sign, and so is a comma where it can mean nothing else; the minus sign that the pictures print
is one. What can be read in two ways is refused with both. The language of the system changes nothing.
"""

from __future__ import annotations

import re

from explainer.contract.refused import Refused, shown

MINUS = "−"
"""The minus sign that the program prints."""
_SIGNS = {ord(sign): "-" for sign in (MINUS, "﹣", "－")}
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"([+-]?)([0-9]*),([0-9]+)((?:[eE][+-]?[0-9]+)?)")
_GROUPS = re.compile(r"([+-]?[0-9]{1,3})((?:([,.'’\u00a0\u2009\u202f])[0-9]{3})(?:\3[0-9]{3})*)(?:([.,])([0-9]*))?")


def read_number(words: str) -> float:
    """Return the number that is written; ``ValueError`` for none, :class:`Refused` for two possible ones."""
    text = words.strip().translate(_SIGNS)
    if _PLAIN.fullmatch(text):
        return float(text)
    found = _COMMA.fullmatch(text)
    if found:
        sign, before, after, exponent = found.groups()
        decimal = f"{sign}{before or '0'}.{after}{exponent}"
        if len(after) == 3 and not exponent and 1 <= len(before) <= 3 and not before.startswith("0"):
            raise Ambiguous(words, decimal, f"{sign}{before}{after}")
        return float(decimal)
    groups = _GROUPS.fullmatch(text)
    if groups and groups[3] != groups[4] and (groups[4] or groups[2].count(groups[3]) > 1 or groups[3] not in ",."):
        whole = groups[1] + groups[2].replace(groups[3], "")
        return float(f"{whole}.{groups[5] or '0'}")
    raise ValueError(f"{shown(words)} is no number")


class Ambiguous(Refused):
    """What is written can be two things; the message says both."""

    def __init__(self, words: str, *readings: str) -> None:
        either = " or ".join(readings)
        super().__init__(f"{shown(words.strip())} can be {either}: write the one that is meant")


def split_numbers(words: str, count: int | None = None) -> list[str]:
    """Return the numbers of a list as they are written, each for :func:`read_number`; raise :class:`Ambiguous`.

    Spaces stand between them, or else commas, which may have spaces beside them. A comma that can be either is a
    decimal sign or not as ``count``, how many numbers there may be, has it.
    """
    text = words.strip()
    apart = re.split(r"\s*,\s+|\s+,\s*|\s+", text)
    commas = text.split(",")
    if len(apart) == 1:
        if len(commas) == 2 and count is None and _may_be_decimal(text):
            raise Ambiguous(words, text.replace(",", "."), " and ".join(commas))
        return commas
    if len(re.findall(r"\s*,\s+|\s+,\s*", text)) < len(apart) - 1 or not any("," in part for part in apart):
        return apart
    if not all(_may_be_decimal(part) for part in apart if "," in part):
        return [part.strip() for part in commas]
    readings = ([part.replace(",", ".") for part in apart], [part.strip() for part in commas])
    raise Ambiguous(words, *(" and ".join(each) for each in readings))


def _may_be_decimal(part: str) -> bool:
    """Return whether a text is two whole numbers, or one with a decimal comma."""
    return re.fullmatch(r"[+-]?[0-9]+,[0-9]+", part.translate(_SIGNS)) is not None
