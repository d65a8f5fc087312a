"""What a page says of every scene, without importing one: 73 declarations take half a second, their index three ms.

What a declaration said is kept in the cache folder, and holds as long as its file is the one that was read.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import msgspec

import explainer.scenes
from explainer.contract.files import inside, is_folder, is_ordinary, read_ordinary, write_atomically
from explainer.contract.places import cache_folder
from explainer.contract.refused import Refused
from explainer.contract.version import __version__

MOST_BYTES = 16 * 2**20

ROOMS = (
    "Foundations",
    "Optimization",
    "Gradient flow",
    "Convolution",
    "Sequences",
    "Attention",
    "Generative",
    "Generalization",
    "Learning settings",
)
"""The rooms in the order of the sidebar."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A scene as a page names it."""

    name: str
    title: str
    room: str = ""
    """Empty for a scene whose declaration cannot be read."""
    question: str = ""
    order: int = 100
    needs: tuple[str, ...] = ()
    extra: str = ""
    problem: str = ""
    """Why its declaration cannot be read, and what to do; empty where it can."""

    @property
    def obstacle(self) -> str:
        """Why it does not open, and what to do; empty where it does."""
        return self.problem or missing_words(self.title, self.needs, self.extra)

    @property
    def place(self) -> tuple[tuple[int, str], int, str]:
        """Where it stands among the others."""
        return room_place(self.room), self.order, self.title


def room_place(room: str) -> tuple[int, str]:
    """Return where a room stands; one that is not on the map comes last."""
    return (ROOMS.index(room) if room in ROOMS else len(ROOMS), room)


def missing_words(title: str, needs: tuple[str, ...], extra: str) -> str:
    """Return which packages are missing and what to do, in one line; empty where all are there."""
    gone = [package for package in needs if find_spec(package) is None]
    if not gone:
        return ""
    how = f'python -m pip install ".[{extra}]" in a clone of this program'
    return f"{title} needs more packages ({', '.join(gone)}): {how}"


def scene_folders() -> dict[str, Path]:
    """Return scene name → its folder, in alphabetical order; the first folder on the path wins."""
    found: dict[str, Path] = {}
    for room in explainer.scenes.__path__:
        for child in _children(Path(room)):
            if child.name.isidentifier() and not child.name.startswith("_") and is_ordinary(child / "__init__.py"):
                found.setdefault(child.name.replace("_", "-"), child)
    return dict(sorted(found.items()))


def _children(room: Path) -> list[Path]:
    """Return what lies in a folder of scenes, nothing of one that cannot be read."""
    try:
        return inside(room) if is_folder(room) else []
    except Refused as refused:
        logging.getLogger(__name__).warning("%s", refused)
        return []


class _Line(msgspec.Struct, frozen=True):
    """What is kept of one declaration."""

    stamp: str
    entry: Entry


class _Kept(msgspec.Struct):
    """The file of the index."""

    version: str = __version__
    lines: dict[str, _Line] = {}
    """The path of a declaration → what it said."""


class SceneIndex:
    """The entries of all scenes: those that are known at once, and :meth:`learn` for the others."""

    def __init__(self, path: Path | None = None, folders: Mapping[str, Path] | None = None) -> None:
        self._path = path or cache_folder("scenes") / "index.json"
        self._files = {name: folder / "__init__.py" for name, folder in (folders or scene_folders()).items()}
        kept = self._read()
        self._lines = {
            name: line
            for name, file in self._files.items()
            if (line := kept.lines.get(str(file))) is not None and line.stamp == _stamp(file)
        }

    @property
    def entries(self) -> list[Entry]:
        """The entries that are known, in the order of the rooms."""
        return sorted((line.entry for line in self._lines.values()), key=lambda entry: entry.place)

    @property
    def unknown(self) -> list[str]:
        """The scenes of which nothing is known yet."""
        return [name for name in self._files if name not in self._lines]

    def learn(self, read: Callable[[str], Entry]) -> None:
        """Ask about every scene that is not known, and keep the answers for the next time.

        What went wrong is asked for again then: it may lie with another file.
        """
        fresh = self.unknown
        for name in fresh:
            self._lines[name] = _Line(_stamp(self._files[name]), read(name))
        if fresh:
            kept = {str(self._files[name]): line for name, line in self._lines.items() if not line.entry.problem}
            with contextlib.suppress(OSError, Refused):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._path, msgspec.json.encode(_Kept(lines={**self._read().lines, **kept})))

    def _read(self) -> _Kept:
        try:
            kept = msgspec.json.decode(read_ordinary(self._path, MOST_BYTES), type=_Kept)
        except (Refused, msgspec.MsgspecError, RecursionError):
            return _Kept()
        return kept if kept.version == __version__ else _Kept()


def _stamp(file: Path) -> str:
    """Return what changes with a file's content."""
    try:
        found = os.stat(file)
    except OSError:
        return ""
    return f"{found.st_mtime_ns}-{found.st_size}"
