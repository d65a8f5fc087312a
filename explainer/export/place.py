"""Where a file goes: checked before the work, and written in one piece after it; plain, no Qt."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from explainer.contract.files import path_of, put, reason, target
from explainer.contract.refused import Refused, one_line, shown
from explainer.export.aside import aside_in

PICTURES = (".png", ".svg")
ANIMATIONS = (".gif", ".mp4")
PAGES = (".html",)


def checked_place(words: str | Path, endings: Sequence[str], about: str) -> Path:
    """Return the path to write to; raise :class:`Refused` if its ending is none of these or it cannot be written."""
    path = path_of(words, about)
    if not path.name or path.suffix.lower() not in endings:
        raise Refused(f"{about} {shown(str(words))} is refused: its name must end with {' or '.join(endings)}", about)
    place = target(path, about)
    try:
        with tempfile.TemporaryFile(dir=place.parent):
            pass
    except (OSError, ValueError) as error:
        raise refusal(path, error, about) from None
    return path


@contextmanager
def written_whole(path: Path, about: str) -> Iterator[Path]:
    """Give a folder beside ``path`` to write in; a file of the same name there then takes its place.

    Whatever happens, nothing else is left behind; an ``OSError`` becomes :class:`Refused`.
    """
    place = target(path, about)
    try:
        with aside_in(place.parent) as aside:
            yield aside
            put(aside / path.name, place)
    except OSError as error:
        raise refusal(path, error, about) from None


def refusal(path: Path, error: Exception, about: str) -> Refused:
    """Return what to say when ``path`` cannot be written."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    remedy = f"{'make room or ' if full else ''}choose another folder"
    return Refused(f"cannot write {one_line(str(path), 300)}: {reason(error)}; {remedy}", about)
