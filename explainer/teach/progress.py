"""What a person has done: scenes opened, steps lived, predictions guessed, questions marked. One local file.

Everything goes through one :class:`Progress`: read what :meth:`Progress.of` gives, say what has happened by
:meth:`~Progress.visited`, :meth:`~Progress.lived`, :meth:`~Progress.guessed` and :meth:`~Progress.marked`, and
:meth:`~Progress.save` now and then. Saving puts only what has happened *here* into the file as it is now, so that
two windows lose nothing of one another. Nothing leaves this machine.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from explainer.contract.files import read_ordinary, write_atomically
from explainer.contract.places import beside_settings
from explainer.contract.refused import Refused

VERSION = 1
MOST_BYTES = 16 * 2**20
MOST = 2000
"""So many guesses and marks of a scene are kept, the newest."""


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """One prediction, as it was guessed."""

    question: str
    right: bool | None
    """None: what happened was none of the answers."""
    said: str = ""
    """What was guessed, in words."""
    when: float = 0.0
    """Seconds since 1970, as in every record here."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """How a person found their own answer to an interview question."""

    question: str
    grade: int
    """1 not known, 2 hard, 3 good, 4 easy."""
    when: float = 0.0


class Done(msgspec.Struct, kw_only=True):
    """What was done in one scene."""

    opened: int = 0
    """How often it was opened."""
    last: float = 0.0
    """When it was opened last; 0 for never."""
    steps: int = 0
    """How many steps were lived in it altogether."""
    guesses: list[Guess] = []
    marks: list[Mark] = []
    memories: dict[str, str] = {}
    """Question → what decides when it comes again, as whoever marked it wrote it."""

    @property
    def first_guesses(self) -> dict[str, bool]:
        """Question → whether it was guessed right the first time: a second guess is no prediction."""
        found: dict[str, bool] = {}
        for guess in self.guesses:
            if guess.right is not None:
                found.setdefault(guess.question, guess.right)
        return found

    @property
    def right(self) -> int:
        """How many predictions were right the first time."""
        return sum(self.first_guesses.values())

    @property
    def wrong(self) -> int:
        """How many predictions were wrong the first time."""
        return len(self.first_guesses) - self.right

    @property
    def answered(self) -> int:
        """How many interview questions were answered and marked."""
        return len({mark.question for mark in self.marks})


class _Kept(msgspec.Struct, kw_only=True):
    """The whole file."""

    version: int = VERSION
    scenes: dict[str, Done] = {}


Event = Callable[[dict[str, Done]], None]
"""Something that has happened, done to what is known."""


class Progress:
    """What a person has done, as the file says and as has happened here since. Nothing here raises."""

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.path = path or beside_settings("progress.json")
        self._clock = clock
        self._fresh: list[Event] = []
        """What has happened here and is not in the file yet."""
        self._scenes = self._read().scenes
        self.heard: Callable[[], object] = lambda: None
        """Called whenever something has happened; a window saves a little later."""

    def of(self, scene: str) -> Done:
        """Return what was done in a scene."""
        return self._scenes.get(scene, Done())

    @property
    def scenes(self) -> dict[str, Done]:
        """Scene → what was done in it; only scenes in which anything was."""
        return dict(self._scenes)

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever done."""
        return not self._scenes

    def visited(self, scene: str) -> None:
        """Say that a scene was opened."""
        now = self._clock()

        def happen(done: Done) -> None:
            done.opened += 1
            done.last = max(done.last, now)

        self._happens(scene, happen)

    def lived(self, scene: str, steps: int) -> None:
        """Say that so many steps more were lived."""
        if steps > 0:
            self._happens(scene, lambda done: setattr(done, "steps", done.steps + steps))

    def guessed(self, scene: str, question: str, right: bool | None, said: str = "") -> None:
        """Say what was guessed; ``right`` is what happened, None where that was none of the answers."""
        guess = Guess(question=question, right=right, said=said, when=self._clock())

        def happen(done: Done) -> None:
            done.guesses = sorted([*done.guesses, guess], key=lambda one: one.when)[-MOST:]

        self._happens(scene, happen)

    def marked(self, scene: str, question: str, grade: int, memory: str = "") -> None:
        """Say that an interview question was answered, and how well: 1 not known to 4 easy.

        ``memory`` is kept beside it: what decides when the question comes again (``Done.memories``).
        """
        mark = Mark(question=question, grade=grade, when=self._clock())

        def happen(done: Done) -> None:
            newest = all(other.when <= mark.when for other in done.marks if other.question == question)
            done.marks = sorted([*done.marks, mark], key=lambda one: one.when)[-MOST:]
            if newest:
                done.memories = {**done.memories, question: memory}

        self._happens(scene, happen)

    def unmark(self) -> None:
        """Forget every mark, and when questions come again."""

        def happen(done: Done) -> None:
            done.marks, done.memories = [], {}

        for scene in list(self._scenes):
            self._happens(scene, happen)

    def forget(self) -> bool:
        """Delete all of it, the file too; return whether that was possible."""
        self._scenes, self._fresh = {}, []
        try:
            self.path.unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def save(self) -> bool:
        """Put what has happened here into the file, whatever it holds by now; return whether it is there."""
        if not self._fresh:
            return True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _alone(self.path):
                kept = self._read()
                if kept.version > VERSION:
                    return False
                self._scenes = kept.scenes
                for event in self._fresh:
                    event(self._scenes)
                write_atomically(self.path, msgspec.json.format(msgspec.json.encode(kept), indent=1))
        except (OSError, Refused):
            return False
        self._fresh = []
        return True

    def _happens(self, scene: str, happen: Callable[[Done], None]) -> None:
        def event(scenes: dict[str, Done]) -> None:
            happen(scenes.setdefault(scene, Done()))

        event(self._scenes)
        self._fresh.append(event)
        self.heard()

    def _read(self) -> _Kept:
        """Return what the file holds; one that cannot be understood is put aside, so that it is not lost."""
        try:
            raw = read_ordinary(self.path, MOST_BYTES)
        except Refused:
            return _Kept()
        try:
            return msgspec.json.decode(raw, type=_Kept)
        except (msgspec.MsgspecError, RecursionError):
            if raw.strip():
                with contextlib.suppress(OSError):
                    self.path.replace(self.path.with_suffix(f".unreadable-{int(self._clock())}.json"))
            return _Kept()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no other process of this program write the file meanwhile, where the system can do that."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with open(path.with_name(f".{path.name}.lock"), "w") as lock:  # closing it gives the lock back
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
