"""Marks of a phase: while a run rests within a step, which pictures it has changed, and what it has computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.stage.card import Card


class PhaseMarks:
    """Compares each frame within a step with the one before; without a change the first card says it."""

    def __init__(self) -> None:
        self._before: Mapping[str, np.ndarray] = {}
        self._marked: Collection[str] = ()
        self._phase = ("", -1)

    def draw(self, frame: Frame, cards: Sequence[Card]) -> None:
        """Mark what has changed; between steps nothing is marked."""
        before, self._before = self._before, frame.arrays
        if not frame.phase:
            if self._phase[0]:
                self._phase = ("", frame.step)
                for card in cards:
                    card.show_phase("", changed=False)
            return
        if (frame.phase, frame.step) != self._phase:
            self._phase = (frame.phase, frame.step)
            self._marked = {name for name, array in frame.arrays.items() if _differs(before.get(name), array)}
        words = phase_words(frame)
        changed = [any(name in self._marked for name in card.picture.wanted(frame.params)) for card in cards]
        for place, (card, is_changed) in enumerate(zip(cards, changed, strict=True)):
            says = is_changed or (place == 0 and not any(changed))
            card.show_phase(words if says else "", changed=is_changed)


def phase_words(frame: Frame) -> str:
    """Return the phase and what it has computed."""
    told = [f"{name} = {', '.join(map(number_text, numbers))}" for name, numbers in frame.told.items()]
    return f"{frame.phase}: {'  '.join(told)}" if told else frame.phase


def _differs(old: np.ndarray | None, new: np.ndarray) -> bool:
    if old is None or old is new:
        return False
    return old.shape != new.shape or not np.array_equal(old, new, equal_nan=old.dtype.kind == "f")
