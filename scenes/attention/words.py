"""Text taken apart: words and marks, and a number for each word that is the same on every machine."""

from __future__ import annotations

import re
import zlib

from explainer.contract.refused import Refused

MOST_TOKENS = 24
"""How many tokens a text may have."""
LONGEST = 32
"""How many characters of a token are shown."""
PAD = "[pad]"
"""What fills a sequence up."""

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def tokens(text: str) -> list[str]:
    """Return the words and punctuation marks of a text; raise :class:`Refused` for none or too many."""
    found = [token[:LONGEST] for token in _TOKEN.findall(text)]
    if not 1 <= len(found) <= MOST_TOKENS:
        raise Refused(f"a text of {len(found)} tokens is refused: give 1 to {MOST_TOKENS} words or marks")
    return found


def word_number(word: str, numbers: int) -> int:
    """Return a number from 0 to ``numbers`` − 1 that is the same for the same word, whatever its case."""
    return zlib.crc32(word.lower().encode()) % numbers
