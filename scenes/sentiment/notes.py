"""What the models say of a review: twins that a model cannot tell apart, words that no model reads."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.sentiment import LONGEST, MODELS
from explainer.scenes.sentiment.reviews import words_of

SAME = 1e-4
"""Probabilities nearer than this are called the same."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    if any(name not in frame.arrays for name in ("word", "other", "struck", "unknown", "score", "other_score")):
        return ()
    return (*left_out(frame), *same(frame))


def left_out(frame: Frame) -> Sequence[Note]:
    """Say which words stand in no training review."""
    words = sorted(set(frame.arrays["word"][frame.arrays["unknown"]].tolist()))
    if not words:
        return ()
    named = ", ".join(f"“{word}”" for word in words[:4]) + (" …" if len(words) > 4 else "")
    return (Note(f"In no training review, so not read: {named}.", "info", name="unknown", card="hero",
                 number=float(len(words))),)  # fmt: skip


def same(frame: Frame) -> Sequence[Note]:
    """Say which models give a review and its twin, the same words in another order, the same probability."""
    arrays = frame.arrays
    read = [word for word in words_of(frame.params.words)[:LONGEST] if word[0] != "~"]
    alike = np.abs(arrays["score"] - arrays["other_score"]) < SAME
    if not frame.step or read == arrays["other"].tolist() or not alike.any():
        return ()
    names = ", ".join(MODELS[lane] for lane, each in zip(frame.params.lanes, alike, strict=True) if each)
    return (Note(f"The same probability for the review and its twin: {names}.", "info", name="same", card="hero",
                 number=float(alike.sum())),)  # fmt: skip


NOTES = Notes(seen, arrays=("word", "other", "struck", "unknown", "score", "other_score"))
