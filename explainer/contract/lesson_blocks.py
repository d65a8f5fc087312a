"""What a lesson is made of: steps, each a column of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "Answer",
    "Block",
    "Controls",
    "Diagnosis",
    "Formula",
    "Heading",
    "Lesson",
    "Point",
    "Prediction",
    "Question",
    "Range",
    "Stage",
    "Step",
    "Text",
    "texts_of",
]

SEEDS = (0, 1, 2)
"""A prediction holds at these seeds unless it names others."""


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
class Answer:
    """One answer of several; ``condition`` is an expression that is true of the run where it is right, or ``else``."""

    words: str
    condition: str = ""


@dataclass(frozen=True)
class Range:
    """The values between which a curve is sketched, on a logarithmic axis or a plain one."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Prediction(Block):
    """A question to answer before the run that ``link`` sets up; what is right is computed from that run.

    One of three ways to guess: ``answers``, of which ``right`` is the index of the one that the lesson says is
    true; ``draw``, the metric whose curve is sketched; or ``click``, the key of the card on whose ``plot`` the place
    ``at`` (an expression that gives x and y) is pointed at. ``explanation`` is shown after the run.
    """

    question: str
    answers: tuple[Answer, ...]
    right: int
    explanation: str
    link: str = ""
    link_text: str = ""
    draw: str = ""
    range: Range | None = None
    """Of ``draw``; None: the curve's shape alone is sketched, from its lowest value to its highest."""
    click: str = ""
    plot: str = ""
    """Of ``click``, the name of the plot where the card has several; empty: the first."""
    at: str = ""
    seeds: tuple[int, ...] = SEEDS


@dataclass(frozen=True)
class Diagnosis(Block):
    """A broken run whose cause is to be found: ``link`` runs it, ``seen`` is the evidence, true of that run.

    ``cure`` is the link to the same run mended, ``cured`` what is true of it then.
    """

    question: str
    answers: tuple[Answer, ...]
    right: int
    explanation: str
    link: str
    link_text: str
    seen: str
    cure: str
    cure_text: str
    cured: str
    seeds: tuple[int, ...] = SEEDS


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
class Point:
    """What a step points at: ``kind`` is card, control or metric."""

    kind: str
    name: str


@dataclass(frozen=True)
class Stage(Block):
    """How the window stands when a step is opened; what is empty stays as it is.

    ``set`` is a link ``try:`` or ``compare:``, ``cards`` are brought out, ``controls`` shown.
    """

    set: str = ""
    cards: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    point: Point | None = None


@dataclass(frozen=True)
class Step:
    """A part of the lesson that is shown at once: what follows one ``##`` heading."""

    title: str
    blocks: tuple[Block, ...]
    line: int

    @property
    def stage(self) -> Stage | None:
        """How the window stands at this step; None where it stays as it is."""
        return next((block for block in self.blocks if isinstance(block, Stage)), None)


@dataclass(frozen=True)
class Lesson:
    """A whole lesson; ``title`` is the optional ``#`` heading."""

    title: str
    steps: tuple[Step, ...]


def texts_of(block: Block) -> Iterator[str]:
    """Yield every piece of Markdown in a block."""
    match block:
        case Text():
            yield block.markdown
        case Prediction() | Diagnosis():
            yield from (block.question, *(answer.words for answer in block.answers), block.explanation)
        case Question():
            yield from (block.question, block.answer)
