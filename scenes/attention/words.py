"""Text taken apart: words and marks, and a number for each word that is the same on every machine."""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import cache
from typing import Any

from explainer.contract.refused import Refused

MOST_TOKENS = 24
"""How many tokens a text may have."""
LONGEST = 32
"""How many characters of a token are shown."""
PAD = "[pad]"
"""What fills a sequence up."""

_PLAIN = re.compile(r"\w+(?:'\w+)*|[^\w\s]")
"""Words and marks of ASCII, for which nothing more is needed."""


@cache
def _anywhere() -> Any:
    """Return what finds the words and marks of any script.

    As Unicode has it (UTS #18): a vowel sign or an accent belongs to its word, and what is joined is one mark.
    """
    import regex

    return regex.compile(r"\w+(?:['’]\w+)*|(?!\s)\X")


@cache
def _characters() -> Any:
    """Return what finds the characters that a person sees as one."""
    import regex

    return regex.compile(r"\X")


def tokens(text: str) -> list[str]:
    """Return the words and punctuation marks of a text; raise :class:`Refused` for none or too many."""
    found = _PLAIN.findall(text) if text.isascii() else _anywhere().findall(text)
    if not 1 <= len(found) <= MOST_TOKENS:
        raise Refused(f"a text of {len(found)} tokens is refused: give 1 to {MOST_TOKENS} words or marks")
    return [shortened(token) for token in found]


def shortened(token: str) -> str:
    """Return a token's beginning, whole characters of it."""
    if len(token) <= LONGEST or token.isascii():
        return token[:LONGEST]
    ends = [found.end() for found in _characters().finditer(token) if found.end() <= LONGEST]
    return token[: ends[-1] if ends else LONGEST]


def word_number(word: str, numbers: int) -> int:
    """Return a number from 0 to ``numbers`` − 1 that is the same for the same word, whatever its case."""
    return zlib.crc32(unicodedata.normalize("NFC", word.lower()).encode()) % numbers
