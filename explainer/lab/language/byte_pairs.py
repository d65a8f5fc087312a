"""Byte pairs: the commonest pair of neighbours becomes a symbol, again and again (Gage 1994; Sennrich et al. 2016).

As in GPT-2 (Radford et al. 2019) the first 256 symbols are bytes, so that there is no text that cannot be written,
and no symbol reaches beyond a word with the space before it.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

BYTES = (*range(33, 127), *range(161, 173), *range(174, 256), *range(33), *range(127, 161), 173)
"""Which byte each of the first 256 symbols is, in GPT-2's order: what can be printed first."""
NUMBERS = {byte: number for number, byte in enumerate(BYTES)}
Pair = tuple[int, int]


@lru_cache(maxsize=1)
def _pattern():  # type: ignore[no-untyped-def]
    import regex

    return regex.compile(r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")


def words_of(text: str) -> list[str]:
    """Return the words of a text, each with the space before it; numbers and signs are words of their own."""
    found: list[str] = _pattern().findall(text)
    return found


def bytes_of(word: str) -> list[int]:
    """Return the symbols of a word before any merge."""
    return [NUMBERS[byte] for byte in word.encode("utf-8", "surrogatepass")]


def merged(numbers: Sequence[int], pair: Pair, new: int) -> list[int]:
    """Return a word in which every such pair, from the left, has become the new symbol."""
    found: list[int] = []
    place = 0
    while place < len(numbers):
        if place + 1 < len(numbers) and (numbers[place], numbers[place + 1]) == pair:
            found.append(new)
            place += 2
        else:
            found.append(numbers[place])
            place += 1
    return found


def learn(text: str) -> Iterator[tuple[Pair, int]]:
    """Give the merges one after the other, each with how often the pair stands in the text; ends when none does twice.

    Of pairs that are equally common the one with the smaller numbers comes first, as in ``tokenizers``.
    """
    counted = Counter(words_of(text))
    words, times = [bytes_of(word) for word in counted], list(counted.values())
    pairs: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)
    for index, word in enumerate(words):
        for pair in pairwise(word):
            pairs[pair] += times[index]
            where[pair].add(index)
    queue = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(queue)
    new = len(BYTES)
    while queue:
        count, best = heapq.heappop(queue)
        if -count != pairs[best]:
            continue  # it has been counted anew since
        if count > -2:
            return
        yield best, -count
        changed: set[Pair] = set()
        for index in where.pop(best):
            word = words[index]
            words[index] = after = merged(word, best, new)
            for pair in pairwise(word):
                pairs[pair] -= times[index]
            for pair in pairwise(after):
                pairs[pair] += times[index]
                where[pair].add(index)
            changed.update(pairwise(word), pairwise(after))
        for pair in changed - {best}:
            heapq.heappush(queue, (-pairs[pair], pair))
        new += 1


class BytePairs:
    """A vocabulary of bytes and merges, in the order in which they were learned."""

    def __init__(self, merges: Sequence[Pair]) -> None:
        self.merges = tuple(merges)
        self.ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        self.pieces = [bytes([byte]) for byte in BYTES]
        for first, second in self.merges:
            self.pieces.append(self.pieces[first] + self.pieces[second])
        self.symbols: Sequence[str] = [_shown(piece) for piece in self.pieces]
        self._known: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        """Return the symbols' numbers."""
        return [number for word in words_of(text) for number in self.encode_word(word)]

    def encode_word(self, word: str) -> list[int]:
        """Return the symbols of one word: of the pairs in it the merge learned first is made, until there is none."""
        if word in self._known:
            return self._known[word]
        numbers = bytes_of(word)
        while len(numbers) > 1:
            best = min(pairwise(numbers), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if best not in self.ranks:
                break
            numbers = merged(numbers, best, len(BYTES) + self.ranks[best])
        self._known[word] = numbers
        return numbers

    def decode(self, numbers: Sequence[int]) -> str:
        """Return the text; bytes that are no text become �."""
        return b"".join(self.pieces[number] for number in numbers).decode("utf-8", "replace")


def _shown(piece: bytes) -> str:
    """Return bytes as text; those that are no whole characters by their numbers, as in Llama's vocabulary."""
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(f"<0x{byte:02X}>" for byte in piece)
