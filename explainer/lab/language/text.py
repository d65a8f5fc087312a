"""Text to learn from: our own, a person's; in characters or byte pairs; and what simple counts know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import torch
from torch import Generator, Tensor

from explainer.contract.files import path_of, read_ordinary
from explainer.contract.refused import Refused, shown

FEWEST_CHARACTERS, MOST_CHARACTERS, MOST_BYTES = 2_000, 2_000_000, 8_000_000
"""How long a text may be; a file's bytes."""
MOST_SYMBOLS = 300
"""Different characters of a text that is read in characters."""
HELD_OUT = 0.1
"""The last tenth of a text is never trained on."""


class Vocabulary(Protocol):
    """What a text is taken apart into."""

    @property
    def symbols(self) -> Sequence[str]:
        """What each symbol is, as text."""

    def encode(self, text: str) -> list[int]:
        """Return the symbols' numbers; raise :class:`Refused` for what is not in the vocabulary."""

    def decode(self, numbers: Sequence[int]) -> str:
        """Return the text again."""


class Characters:
    """The characters that a text has, in their order."""

    def __init__(self, text: str) -> None:
        self.symbols: Sequence[str] = sorted(set(text))
        self.numbers = {symbol: number for number, symbol in enumerate(self.symbols)}

    def encode(self, text: str) -> list[int]:
        """Return the characters' numbers; raise :class:`Refused` for one that the text does not have."""
        for symbol in text:
            if symbol not in self.numbers:
                raise Refused(
                    f"the character {shown(symbol)} is refused: the text that the model learns has none; "
                    "write it without, or choose byte pairs"
                )
        return [self.numbers[symbol] for symbol in text]

    def decode(self, numbers: Sequence[int]) -> str:
        """Return the text again."""
        return "".join(self.symbols[number] for number in numbers)


@dataclass(frozen=True)
class Corpus:
    """A text in symbols: what is trained on, and the last tenth, which is not."""

    vocabulary: Vocabulary
    train: Tensor
    held_out: Tensor
    characters: int
    """Characters of the held-out part."""

    @property
    def characters_per_symbol(self) -> float:
        """Return how many characters a symbol stands for, on the average of the held-out part."""
        return self.characters / len(self.held_out)


def asset(name: str) -> Path:
    """Return a file of ``assets``, which is found beside or in the package, in scripts too."""
    package = find_spec("explainer")
    assert package is not None
    assert package.origin is not None
    home = Path(package.origin).parent
    places = home / "_assets" / name, home.parent / "assets" / name
    return next(place for place in places if place.is_file())


@cache
def our_text() -> str:
    """Return prose of our own lessons as they were once: 62,590 characters, 73 different ones."""
    return asset("prose.txt").read_text("utf-8")


def read_text(path: str, about: str = "path") -> str:
    """Return the text in a file; raise :class:`Refused` unless it is UTF-8 and of a size that can be learned."""
    raw = read_ordinary(path_of(path, about), MOST_BYTES, about, "a text file in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{shown(path)} is no UTF-8 text (byte {error.start}): save it as UTF-8", about) from None
    return checked(text, about)


def checked(text: str, about: str = "text") -> str:
    """Return a text with plain line ends; raise :class:`Refused` if it is too short or too long to learn."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if not FEWEST_CHARACTERS <= len(plain) <= MOST_CHARACTERS:
        raise Refused(
            f"a text of {len(plain):,} characters is refused: give {FEWEST_CHARACTERS:,} to {MOST_CHARACTERS:,}", about
        )
    return plain


def characters_of(text: str, about: str = "text") -> Characters:
    """Return the characters of a text as a vocabulary; raise :class:`Refused` for too many different ones."""
    found = Characters(text)
    if len(found.symbols) > MOST_SYMBOLS:
        raise Refused(
            f"a text of {len(found.symbols):,} different characters is refused: give at most {MOST_SYMBOLS}, "
            "or choose byte pairs",
            about,
        )
    return found


def halves(text: str) -> tuple[str, str]:
    """Return what is trained on, and what is held out."""
    cut = len(text) - round(HELD_OUT * len(text))
    return text[:cut], text[cut:]


def corpus_of(text: str, vocabulary: Vocabulary) -> Corpus:
    """Return a text in symbols, both parts."""
    known, held_out = halves(text)
    return Corpus(
        vocabulary,
        torch.tensor(vocabulary.encode(known)),
        torch.tensor(vocabulary.encode(held_out)),
        len(held_out),
    )


def draw_windows(tokens: Tensor, context: int, batch: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return ``batch`` pieces of a text (batch, context) from anywhere, and the symbols that follow in them."""
    starts = torch.randint(len(tokens) - context, (batch,), generator=generator)
    pieces = tokens[starts[:, None] + torch.arange(context + 1)]
    return pieces[:, :-1], pieces[:, 1:]


def in_windows(tokens: Tensor, context: int) -> tuple[Tensor, Tensor]:
    """Return a text in pieces (n, context) that follow one another, and what follows; a last shorter one is left."""
    count = (len(tokens) - 1) // context
    return tokens[: count * context].reshape(count, context), tokens[1 : count * context + 1].reshape(count, context)


def yardsticks(train: Tensor, held_out: Tensor, symbols: int, orders: int = 3, weight: float = 5.0) -> Tensor:
    """Return what counting comes to in nats per symbol held out: (uniform, frequencies, bigrams, trigrams).

    Each order is mixed with the one below as if that had been seen ``weight`` times after every context:
    p_k(c | h) = (n(h, c) + w p_{k−1}(c | h')) / (n(h) + w), MacKay and Peto (1995).
    """
    everything = torch.cat([train, held_out])
    p = torch.full((len(held_out),), 1.0 / symbols, dtype=torch.float64)
    found = [-p.log().mean()]
    for order in range(orders):
        before, after = _contexts(everything, order, symbols)
        start = len(train) - order
        seen = torch.stack([before, before * symbols + after])[:, :start].contiguous()
        asked = torch.stack([before, before * symbols + after])[:, start:].contiguous()
        context, both = (_times(seen[row], asked[row]) for row in (0, 1))
        p = (both + weight * p) / (context + weight)
        found.append(-p.log().mean())
    return torch.stack(found)


def counted(known: Tensor, before: Sequence[int], symbols: int, weight: float = 5.0) -> Tensor:
    """Return the probabilities (symbols,) of what follows these symbols, by counting in a text as for yardsticks."""
    p = torch.full((symbols,), 1.0 / symbols, dtype=torch.float64)
    for order in range(len(before) + 1):
        fits = torch.ones(len(known) - order, dtype=torch.bool)
        for place, symbol in enumerate(before[len(before) - order :]):
            fits &= known[place : place + len(fits)] == symbol
        counts = torch.bincount(known[order:][fits], minlength=symbols)
        p = (counts + weight * p) / (counts.sum() + weight)
    return p


def _contexts(tokens: Tensor, order: int, symbols: int) -> tuple[Tensor, Tensor]:
    """Return a number for the ``order`` symbols before each one, and the symbol."""
    count = len(tokens) - order
    number = torch.zeros(count, dtype=torch.int64)
    for back in range(order):
        number = number * symbols + tokens[back : back + count]
    return number, tokens[order:]


def _times(seen: Tensor, asked: Tensor) -> Tensor:
    """Return how often each that is asked for was seen."""
    kinds, counts = torch.unique(seen, return_counts=True)
    place = torch.searchsorted(kinds, asked).clamp(max=len(kinds) - 1)
    return torch.where(kinds[place] == asked, counts[place], 0).double()
