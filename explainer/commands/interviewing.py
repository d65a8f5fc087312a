"""``explainer interview``: questions in a terminal, marked by oneself."""

from __future__ import annotations

import shutil
import sys
import textwrap
from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from explainer.contract.files import write_atomically
from explainer.contract.refused import Refused, shown
from explainer.teach.interview import GRADES, Asked, Interview, all_questions, summary, wait_words, written
from explainer.teach.library import command
from explainer.teach.progress import Progress
from explainer.teach.search import Entry
from explainer.teach.spoken import spoken


def interview(options: Namespace) -> int:
    """Ask, reveal, take a mark; or do what else was asked with what is kept."""
    progress = Progress()
    if options.forget:
        return _forget(progress)
    questions = chosen(all_questions(), options.room, options.level)
    talk = Interview(progress, questions)
    if options.export:
        return _export(options.export, progress, talk)
    if not options.summary:
        try:
            _talk(talk, options.count)
        finally:
            if not progress.save():
                sys.stderr.write(f"explainer: what was marked cannot be kept in {progress.path}\n")
    _say(summary_lines(progress, questions))
    return 0


def chosen(questions: Sequence[Asked], room: str, level: str) -> list[Asked]:
    """Return the questions of a room and a level, of all where none is named; refuse what does not exist."""
    rooms = {asked.room.lower(): asked.room for asked in questions}
    if room and room.lower() not in rooms:
        raise Refused(f"unknown room {shown(room)}; choose from {', '.join(rooms.values())}", about="room")
    if level and level not in ("1", "2", "3"):
        raise Refused(f"level = {shown(level)} is refused; choose from 1 (school), 2 (usual), 3 (hard)", about="level")
    return [
        asked
        for asked in questions
        if (not room or asked.room.lower() == room.lower()) and (not level or asked.level == int(level))
    ]


def summary_lines(progress: Progress, questions: Iterable[Asked]) -> list[str]:
    """Return a table of the rooms, weakest first."""
    states = summary(progress, questions)
    wide = max((len(state.room) for state in states), default=0)
    return [
        f"{state.room:<{wide}}  {state.known:>3} of {state.total:>3} known, {state.asked} asked" for state in states
    ]


def _talk(talk: Interview, count: int) -> None:
    for number in range(1, count + 1):
        asked = talk.next()
        if asked is None:
            due = talk.next_due()
            _say(
                [
                    f"Nothing is due yet; the next question comes in {wait_words(due - datetime.now(UTC))}."
                    if due
                    else "No questions."
                ]
            )
            return
        _say(
            ["", f"{number} of {count} · {asked.room} · {asked.title} · level {asked.level}", *_wrapped(asked.question)]
        )
        if _asked("Answer in your head, aloud or here; Return shows the answer, q ends: ") in ("q", None):
            return
        opens = command(Entry("question", asked.question, asked.scene, target=asked.link))
        _say(["", *_wrapped(asked.answer), f"   $ {opens}", ""])
        grade = _grade(talk, asked)
        if grade is None:
            return
        talk.mark(asked, grade)


def _grade(talk: Interview, asked: Asked) -> int | None:
    offers = ", ".join(
        f"{grade} {words} ({wait_words(talk.would_come(asked, grade))})" for grade, words in GRADES.items()
    )
    while True:
        said = _asked(f"How was it? {offers}: ")
        if said in ("q", None):
            return None
        if said in map(str, GRADES):
            return int(said)
        _say([f"{said!r} is no mark; give 1, 2, 3 or 4, or q to end."])


def _asked(words: str) -> str | None:
    """Return what was typed, None at the end of the input."""
    sys.stdout.write(words)
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None


def _export(place: str, progress: Progress, talk: Interview) -> int:
    path = Path(place).expanduser()
    text = written(place, progress, talk)
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise Refused(f"cannot write {shown(place)}: {error.strerror}; choose another place", about="export") from None
    _say([f"{len(talk.questions)} questions are in {path}"])
    return 0


def _forget(progress: Progress) -> int:
    progress.unmark()
    if not progress.save():
        raise Refused(f"cannot change {progress.path}; delete it by hand, or see who may write there")
    _say(["All marks and when questions come again are forgotten."])
    return 0


def _wrapped(markdown: str) -> list[str]:
    width = min(100, shutil.get_terminal_size().columns)
    return [line for paragraph in spoken(markdown).splitlines() for line in textwrap.wrap(paragraph, width)]


def _say(lines: Iterable[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
