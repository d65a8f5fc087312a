"""Reviews made by a grammar, and words made of reviews: tokens, n-grams, what is struck out."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

BAD = ("bad", "awful", "boring", "dull", "weak", "clumsy", "silly", "stale", "flat", "shallow", "lazy", "cold")
GOOD = (
    "good", "great", "superb", "brilliant", "funny", "clever", "moving", "fresh", "gripping", "lovely", "sharp", "warm",
)  # fmt: skip
THINGS = ("film", "plot", "acting", "music", "ending", "script", "dialogue", "camera")
DEGREES = ("", "", "very ", "really ", "quite ")
FAR = ("nobody would say that", "no one told me that", "i do not think that", "i would never claim that")
STOP_WORDS = {
    "the", "was", "and", "i", "that", "not", "never", "nobody", "no", "one", "but", "very", "would", "do", "me",
}  # fmt: skip
"""The words of the grammar that scikit-learn's ENGLISH_STOP_WORDS has."""


def review(family: str, good: bool, chance: random.Random, negated: Sequence[int]) -> str:
    """Return a review of a family that is good, or is not; ``negated`` are the adjectives that a negation may have."""

    def clause(adjective: str, word: str = "") -> str:
        return f"the {chance.choice(THINGS)} was {word}{chance.choice(DEGREES)}{adjective}"

    said, opposite = (GOOD, BAD) if good else (BAD, GOOD)
    if family == "not":
        return clause(opposite[chance.choice(negated)], chance.choice(("not ", "never ")))
    if family == "far":
        return f"{chance.choice(FAR)} {clause(opposite[chance.choice(negated)])}"
    if family == "but":
        return f"{clause(chance.choice(opposite))} but {clause(chance.choice(said))}"
    if family == "twins":
        return f"{clause(chance.choice(said))} not {chance.choice(opposite)}"
    return clause(chance.choice(said)) + (f" and {clause(chance.choice(said))}" if chance.random() < 0.5 else "")


def twin(words: Sequence[str]) -> list[str]:
    """Return the words with their first and last adjective changed for one another; reversed without two of them."""
    places = [k for k, word in enumerate(words) if word in GOOD + BAD]
    if len(places) < 2 or words[places[0]] == words[places[-1]]:
        return list(reversed(words))
    found = list(words)
    found[places[0]], found[places[-1]] = words[places[-1]], words[places[0]]
    return found


def words_of(text: str) -> list[str]:
    """Return the words of a review in small letters, a ~ before those that are struck out."""
    return re.findall(r"~?[^\W_](?:[\w’'-]*\w)?", text.lower())


def features_of(text: str, stop_words: str, n: int) -> list[str]:
    """Return the words that are read, then 2 to n of them in a row, as scikit-learn's CountVectorizer does."""
    words = [word for word in words_of(text) if word[0] != "~" and not (stop_words == "english" and word in STOP_WORDS)]
    return [" ".join(words[k : k + size]) for size in range(1, n + 1) for k in range(len(words) - size + 1)]


def numbered(features: Sequence[str], vocabulary: Mapping[str, int]) -> list[int]:
    """Return the numbers of the features that are known."""
    return [vocabulary[feature] for feature in features if feature in vocabulary]
