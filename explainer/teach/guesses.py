"""What is right: the conditions of a lesson's predictions and diagnoses, worked out on the run that was lived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.lesson import Diagnosis, Prediction, parse_compare, parse_try, read_lesson
from explainer.contract.lesson_guesses import ELSE
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.teach.expressions import Expression, parse

__all__ = ["Guessed", "check_conditions", "guesses_in", "lanes_of", "steps_of"]


def lanes_of(link: str, scene: Scene) -> int:
    """Return how many runs a link sets up."""
    return 1 + len(parse_compare(link, scene).others) if link.startswith("compare:") else 1


def steps_of(link: str, scene: Scene) -> int:
    """Return to which step a link runs."""
    return parse_compare(link, scene).first.run if link.startswith("compare:") else parse_try(link, scene).run


def guesses_in(text: str) -> Iterator[Prediction | Diagnosis]:
    """Yield the predictions and diagnoses of a lesson, in order."""
    for step in read_lesson(text).steps:
        for block in step.blocks:
            if isinstance(block, (Prediction, Diagnosis)):
                yield block


@dataclass(frozen=True)
class Guessed:
    """A prediction or diagnosis with its conditions read: judges a run that the block's link has set up."""

    conditions: tuple[Expression | None, ...]
    """One for each answer; None for ``else`` and where an answer has none."""
    place: Expression | None = None
    """Of ``click:``, where it ends."""
    seen: Expression | None = None
    cured: Expression | None = None

    @classmethod
    def of(cls, block: Prediction | Diagnosis, scene: Scene) -> Guessed:
        """Read a block's conditions; raise :class:`Refused` for one that cannot be worked out in this scene."""
        lanes = lanes_of(block.link, scene)
        given = [answer.condition for answer in block.answers]
        conditions = tuple(parse(text, scene, lanes) if text not in ("", ELSE) else None for text in given)
        if isinstance(block, Prediction):
            return cls(conditions, parse(block.at, scene, lanes) if block.at else None)
        cured = parse(block.cured, scene, lanes_of(block.cure, scene))
        return cls(conditions, seen=parse(block.seen, scene, lanes), cured=cured)

    @property
    def arrays(self) -> frozenset[str]:
        """The arrays that have to be there."""
        read = [expression for expression in (*self.conditions, self.place, self.seen, self.cured) if expression]
        return frozenset().union(*(expression.arrays for expression in read))

    def true_answers(self, moments: Sequence[Frame]) -> tuple[int, ...]:
        """Return which answers are true of what happened; ``else`` is where none of the others is."""
        found = tuple(i for i, condition in enumerate(self.conditions) if condition and condition.holds(moments))
        last = len(self.conditions) - 1
        return found or ((last,) if self.conditions and self.conditions[last] is None else ())

    def end(self, moments: Sequence[Frame]) -> tuple[float, float]:
        """Return the place (x, y) at which it ended; raise :class:`Refused` where there is none."""
        assert self.place is not None
        value = np.asarray(self.place.value(moments))
        if value.shape != (2,) or value.dtype.kind not in "biuf":
            raise Refused(f"at: {self.place.text} gives no place; it takes (x, y)")
        return float(value[0]), float(value[1])


def check_conditions(text: str, scene: Scene) -> None:
    """Raise :class:`Refused`, naming the line, for a condition that is missing or cannot be worked out."""
    for block in guesses_in(text):
        try:
            _check(block, scene)
        except Refused as refused:
            raise Refused(f"lesson.md, line {block.line}: {refused}", about="lesson.md") from None


def _check(block: Prediction | Diagnosis, scene: Scene) -> None:
    if not block.link:
        raise Refused("the prediction has no link; add the run that tells, [Run it](try:…&run=100)")
    if isinstance(block, Prediction) and not all(answer.condition for answer in block.answers):
        raise Refused("an option has no condition; end every one with {…}, the last one perhaps with {else}")
    Guessed.of(block, scene)
