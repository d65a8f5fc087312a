"""Misspelt words: the nearest ones that there are, two words that should be one, one that should be two."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

__all__ = ["Spelling"]

LEAST = 4
"""Shorter words are taken as they are: too many others are near."""
NEAR, ALMOST = 0.70, 0.06
"""How like a word must be, and how much less like than the nearest a further one may be."""
MOST_LONGER = 12


class Spelling:
    """The words that there are; those of titles and terms count more than those of texts alone."""

    def __init__(self) -> None:
        self._words: dict[str, float] = {}
        self._sorted: list[str] = []

    def learn(self, titles: Iterable[str], texts: Iterable[str]) -> None:
        """Take words in."""
        for words, worth in ((titles, 0.05), (texts, 0.0)):
            for word in words:
                if len(word) > 2 and self._words.get(word, -1.0) < worth:
                    self._words[word] = worth
        self._sorted = []

    def _all(self) -> list[str]:
        if not self._sorted:
            self._sorted = sorted(self._words)
        return self._sorted

    def nearest(self, word: str) -> list[str]:
        """Return the words that a misspelt one may stand for, none where nothing is near."""
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        if len(word) < LEAST:
            return []
        alike = DamerauLevenshtein.normalized_similarity
        near = process.extract(word, self._all(), scorer=alike, limit=12, score_cutoff=NEAR)
        scored = sorted(
            ((score + self._words[found] + 0.05 * (found[0] == word[0]), found) for found, score, _ in near),
            reverse=True,
        )
        return [found for score, found in scored[:3] if score >= scored[0][0] - ALMOST]

    def longer(self, word: str) -> list[str]:
        """Return the words that begin with what was typed so far, those of titles and terms first."""
        words, found = self._all(), []
        for place in range(bisect_left(words, word), len(words)):
            if not words[place].startswith(word):
                break
            found.append(words[place])
        found.sort(key=lambda longer: (-self._words[longer], len(longer)))
        return found[:MOST_LONGER]

    def joined(self, words: Sequence[str], is_known: Callable[[str], bool]) -> list[str]:
        """Return the words with those put together or apart that are known only so."""
        found: list[str] = []
        at = 0
        while at < len(words):
            pair = words[at : at + 2]
            together = "".join(pair)
            is_title = self._words.get(together, 0.0) > 0
            if len(pair) == 2 and (is_title or (together in self._words and not all(map(is_known, pair)))):
                found.append(together)
                at += 2
                continue
            found += [words[at]] if is_known(words[at]) else self._apart(words[at])
            at += 1
        return found

    def _apart(self, word: str) -> list[str]:
        for cut in range(3, len(word) - 2):
            if word[:cut] in self._words and word[cut:] in self._words:
                return [word[:cut], word[cut:]]
        return [word]
