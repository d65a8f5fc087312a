"""How a tokenizer spells its pieces, and how they are shown: a property of that tokenizer, never of the text. Plain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 32
SPACE, LINE_END, TAB = "␣", "⏎", "⇥"
_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
META = "▁"
"""What SentencePiece writes for a space."""


def byte_letters() -> dict[str, int]:
    """Return the letter by which GPT-2's byte-level tokenizers write each byte, as letter → byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}


_LETTERS = byte_letters()


class Spelling:
    """How the pieces of one tokenizer are to be read."""

    def __init__(self, described: str) -> None:
        """Take the tokenizer as the JSON text of its ``tokenizer.json``."""
        found = json.loads(described)
        kinds = set(_kinds([found.get("pre_tokenizer"), found.get("decoder")]))
        self.bytes = "ByteLevel" in kinds
        self.meta = "Metaspace" in kinds or any(part == META for part in _replaced(found.get("decoder")))
        self.fallback = "ByteFallback" in kinds or bool((found.get("model") or {}).get("byte_fallback"))
        self._whole = {each["content"] for each in found.get("added_tokens") or () if isinstance(each, dict)}

    def shown(self, name: str) -> str:
        """Return a piece as it is shown: decoded where its bytes are whole characters, else byte by byte as ⟨C3⟩."""
        if name in self._whole:
            return visible(name)
        if self.bytes and all(letter in _LETTERS for letter in name):
            return visible(decoded(bytes(_LETTERS[letter] for letter in name)))
        if self.fallback and (byte := _BYTE.fullmatch(name)):
            return visible(decoded(bytes.fromhex(byte[1])))
        return visible(name.replace(META, " ") if self.meta else name)


def decoded(raw: bytes) -> str:
    """Return bytes as text; those that are no whole character as ⟨C3⟩."""
    return raw.decode("utf-8", "surrogateescape").translate(_PARTS)


_PARTS = {0xDC00 + byte: f"⟨{byte:02X}⟩" for byte in range(0x80, 0x100)}


def visible(words: str) -> str:
    """Return a piece with its spaces and line ends as signs, cut short."""
    return words.replace(" ", SPACE).replace("\n", LINE_END).replace("\t", TAB)[:LONGEST]


def _kinds(part: Any) -> Iterator[str]:
    """Give the types of a component and of those inside it."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part["type"]
        for inner in part.values():
            yield from _kinds(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _kinds(inner)


def _replaced(part: Any) -> Iterator[str]:
    """Give what a decoder replaces by something else."""
    if isinstance(part, dict):
        if part.get("type") == "Replace" and isinstance(part.get("pattern"), dict):
            yield from (value for value in part["pattern"].values() if isinstance(value, str))
        for inner in part.values():
            yield from _replaced(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _replaced(inner)
