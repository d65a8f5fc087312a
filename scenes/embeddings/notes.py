"""What is seen in the vectors: that the given words would answer, that a table is too narrow."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.embeddings import WORD_NAMES, place_of
from explainer.scenes.embeddings.sentences import WORDS

ALIKE = 0.95
"""From this cosine on two words are called all but the same."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    unknown = typed_in_vain(frame)
    if not frame.step or "like_word" not in frame.arrays or "like_sum" not in frame.arrays:
        return unknown
    return (*unknown, *kept_back(frame), *alike(frame))


def typed_in_vain(frame: Frame) -> tuple[Note, ...]:
    """Say which words stand in no sentence, and what is shown instead."""
    found = []
    for name in WORD_NAMES:
        typed, shown = getattr(frame.params, name).strip().lower(), WORDS[place_of(frame.params, name)]
        if typed != shown:
            found.append(Note(f"“{typed}” stands in no sentence, so “{shown}” is shown.", "info", name="unknown",
                              card="neighbours" if name == "word" else "hero", number=0.0))  # fmt: skip
    return tuple(found)


def kept_back(frame: Frame) -> Sequence[Note]:
    """Say that one of the given words is nearest to the sum."""
    cosines = frame.arrays["like_sum"]
    best = WORDS[int(cosines.argmax())]
    if best not in [WORDS[place_of(frame.params, name)] for name in "abc"]:
        return ()
    return (Note(f"Nearest to the sum is “{best}”, one of the given words: struck out, another answers.", "info",
                 name="given", card="answers", number=float(cosines.max())),)  # fmt: skip


def alike(frame: Frame) -> Sequence[Note]:
    """Say that two words have all but the same vector."""
    cosines = frame.arrays["like_word"].copy()
    word = place_of(frame.params, "word")
    cosines[word] = -1.0
    other, cosine = WORDS[int(cosines.argmax())], float(cosines.max())
    if cosine < ALIKE:
        return ()
    return (Note(f"“{WORDS[word]}” and “{other}” have all but the same direction: cosine {number_text(cosine)}.",
                 "info", name="alike", card="company", number=cosine),)  # fmt: skip


NOTES = Notes(seen, arrays=("like_word", "like_sum"))
