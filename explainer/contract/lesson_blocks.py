"""What a lesson is made of: steps, each a column of blocks."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Block", "Controls", "Formula", "Heading", "Lesson", "Prediction", "Question", "Step", "Text"]


@dataclass(frozen=True)
class Block:
    """Something that stands in the column; ``line`` is where it begins in ``lesson.md``, from 1."""

    line: int


@dataclass(frozen=True)
class Heading(Block):
    """A heading within a step (``###``)."""

    text: str


@dataclass(frozen=True)
class Text(Block):
    """Markdown with links and inline formulas ``$…$``; ``aside`` is a quiet remark (``>``)."""

    markdown: str
    aside: bool = False


@dataclass(frozen=True)
class Formula(Block):
    """A formula on a line of its own (``$$…$$``)."""

    latex: str


@dataclass(frozen=True)
class Controls(Block):
    """The controls of some parameters (a block ``control``)."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Prediction(Block):
    """A question to answer before the run: ``right`` is the index of the true option.

    ``explanation`` and ``link`` (the target of a ``try:`` link, empty for none) are shown after
    the answer.
    """

    question: str
    options: tuple[str, ...]
    right: int
    explanation: str
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Question(Block):
    """An interview question whose answer is shown on request.

    ``level`` is 1 (school) to 3 (hard); ``also`` are other wordings that people type.
    """

    question: str
    answer: str
    level: int = 2
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A part of the lesson that is shown at once: what follows one ``##`` heading."""

    title: str
    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True)
class Lesson:
    """A whole lesson; ``title`` is the optional ``#`` heading."""

    title: str
    steps: tuple[Step, ...]
