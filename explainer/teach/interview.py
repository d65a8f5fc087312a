"""Interview mode: which question comes next, when it comes again, and how a person stands, room by room.

The library ``fsrs`` decides when a question comes again. Everything is kept in the file of
:class:`~explainer.teach.progress.Progress`, on this machine.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from explainer.contract.catalogue import CATALOGUE, Catalogue
from explainer.contract.lesson import Question, inline_parts, links_in
from explainer.contract.refused import Refused, shown
from explainer.teach.library import first_link, lesson_of
from explainer.teach.progress import Progress
from explainer.teach.spoken import spoken

if TYPE_CHECKING:
    from fsrs import Card

__all__ = [
    "GRADES",
    "Asked",
    "Interview",
    "RoomState",
    "all_questions",
    "anki_text",
    "csv_text",
    "summary",
    "wait_words",
    "written",
]

GRADES = {1: "Not known", 2: "Hard", 3: "Good", 4: "Easy"}
"""How one marks oneself."""
KNOWN = 3
"""The last mark from which on a question counts as known."""


@dataclass(frozen=True)
class Asked:
    """A question with all that is needed to ask it; question and answer are Markdown."""

    scene: str
    title: str
    room: str
    level: int
    question: str
    answer: str

    @property
    def link(self) -> str:
        """The link to the run that shows the answer."""
        return first_link(self.answer)


@dataclass(frozen=True)
class RoomState:
    """How a person stands in a room."""

    room: str
    known: int
    asked: int
    total: int

    @property
    def share(self) -> float:
        """What share of the room's questions is known."""
        return self.known / self.total if self.total else 0.0


def all_questions(catalogue: Catalogue = CATALOGUE) -> list[Asked]:
    """Return every question of every scene."""
    return [
        Asked(scene.name, scene.title, scene.room, block.level, block.question, block.answer)
        for scene in catalogue.scenes()
        for step in lesson_of(scene, catalogue).steps
        for block in step.blocks
        if isinstance(block, Question)
    ]


class Interview:
    """Draws questions: those that are due, then new ones, room after room, the easier ones first."""

    def __init__(
        self,
        progress: Progress,
        questions: Iterable[Asked],
        seed: int | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._progress, self._now = progress, now
        self.questions = list(questions)
        self._order = {asked: (asked.level, place) for place, asked in enumerate(self._shuffled(seed))}
        self._drawn: dict[str, int] = {}

    def next(self) -> Asked | None:
        """Return what to ask now; None where nothing is new and nothing is due yet."""
        due = [(card.due, place, asked) for place, asked in enumerate(self.questions) if (card := self.card(asked))]
        waiting = [entry for entry in due if entry[0] <= self._now()]
        if waiting:
            return min(waiting)[2]
        fresh = [asked for asked in self.questions if self.card(asked) is None]
        return min(fresh, key=lambda asked: (self._drawn.get(asked.room, 0), self._order[asked]), default=None)

    def next_due(self) -> datetime | None:
        """Return when the next question comes again, None where none will."""
        return min((card.due for asked in self.questions if (card := self.card(asked))), default=None)

    def mark(self, asked: Asked, grade: int) -> datetime:
        """Take how a person found their own answer, 1 to 4; return when the question comes again."""
        card = self._reviewed(asked, grade)
        self._drawn[asked.room] = self._drawn.get(asked.room, 0) + 1
        self._progress.marked(asked.scene, asked.question, grade, card.to_json())
        return card.due

    def would_come(self, asked: Asked, grade: int) -> timedelta:
        """Return after what time a question would come again with this mark."""
        return self._reviewed(asked, grade).due - self._now()

    def card(self, asked: Asked) -> Card | None:
        """Return what is remembered of a question; nothing of one that was never asked or cannot be read."""
        memory = self._progress.of(asked.scene).memories.get(asked.question, "")
        if not memory:
            return None
        from fsrs import Card

        try:
            return Card.from_json(memory)
        except (ValueError, KeyError, TypeError):
            return None

    def _reviewed(self, asked: Asked, grade: int) -> Card:
        from fsrs import Card, Rating, Scheduler

        now = self._now()
        card = self.card(asked) or Card(card_id=1, due=now)
        return Scheduler(enable_fuzzing=False).review_card(card, Rating(grade), now)[0]

    def _shuffled(self, seed: int | None) -> list[Asked]:
        shuffled = list(self.questions)
        random.Random(seed).shuffle(shuffled)
        return shuffled


def summary(progress: Progress, questions: Iterable[Asked]) -> list[RoomState]:
    """Return how a person stands in each room, weakest first; rooms never asked about come last."""
    rooms: dict[str, list[int | None]] = {}
    for asked in questions:
        rooms.setdefault(asked.room, []).append(last_grade(progress, asked))
    states = [
        RoomState(
            room, sum((mark or 0) >= KNOWN for mark in marks), sum(mark is not None for mark in marks), len(marks)
        )
        for room, marks in rooms.items()
    ]
    return sorted(states, key=lambda state: (not state.asked, state.share))


def last_grade(progress: Progress, asked: Asked) -> int | None:
    """Return the last mark of a question."""
    grades = [mark.grade for mark in progress.of(asked.scene).marks if mark.question == asked.question]
    return grades[-1] if grades else None


def wait_words(wait: timedelta) -> str:
    """Return a time to wait in words."""
    minutes = max(1, round(wait / timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 24 * 60 else f"{round(minutes / 60 / 24)} d"


def written(place: str, progress: Progress, interview: Interview) -> str:
    """Return the questions in the format that a file's ending names: ``.csv`` with marks, ``.txt`` for Anki."""
    if place.lower().endswith(".csv"):
        return csv_text(progress, interview)
    if place.lower().endswith(".txt"):
        return anki_text(interview.questions)
    raise Refused(f"{shown(place)} is refused; end it with .csv for a table or .txt for Anki", about="export")


def csv_text(progress: Progress, interview: Interview) -> str:
    """Return all questions with marks as CSV."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("room", "scene", "level", "question", "answer", "asked", "last mark", "due"))
    for asked in interview.questions:
        marks = [mark for mark in progress.of(asked.scene).marks if mark.question == asked.question]
        card = interview.card(asked)
        when = card.due.isoformat(timespec="seconds") if card else ""
        last = GRADES.get(marks[-1].grade, "") if marks else ""
        said = (spoken(asked.question), spoken(asked.answer))
        rows.writerow((asked.room, asked.scene, asked.level, *said, len(marks), last, when))
    return out.getvalue()


def anki_text(questions: Sequence[Asked]) -> str:
    """Return the questions in the text format that Anki imports: front, back and tags, formulas for MathJax."""
    head = ["#separator:tab", "#html:true", "#columns:Front\tBack\tTags", "#tags column:3"]
    rows = [
        f"{_html(one.question)}\t{_html(one.answer)}\t{one.room.replace(' ', '-')} {one.scene}" for one in questions
    ]
    return "\n".join([*head, *rows]) + "\n"


def _html(markdown: str) -> str:
    text, last = "", 0
    for link in links_in(markdown):
        text += markdown[last : link.start] + link.text
        last = link.end
    text, formulas = inline_parts(text + markdown[last:])
    text = escape(" ".join(text.split()), quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(\S[^*]*)\*", r"<i>\1</i>", text)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    for latex in formulas:
        text = text.replace("\ufffc", rf"\({escape(' '.join(latex.split()), quote=False)}\)", 1)
    return text
