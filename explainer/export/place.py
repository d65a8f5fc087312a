"""Where a file goes: checked before the work, and written in one piece after it; plain, no Qt."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from explainer.contract.refused import Refused, shown

PICTURES = (".png", ".svg")
ANIMATIONS = (".gif", ".mp4")


def checked_place(words: str | Path, endings: Sequence[str], about: str) -> Path:
    """Return the path to write to; raise :class:`Refused` if its ending is none of these or it cannot be written."""
    path = Path(words)
    if not path.name or path.suffix.lower() not in endings:
        raise Refused(f"{about} {shown(str(words))} is refused: its name must end with {' or '.join(endings)}", about)
    if path.exists() and not path.is_file():
        raise Refused(f"cannot write {path}: it is no ordinary file; choose another name", about)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except (OSError, ValueError) as error:
        raise refusal(path, error, about) from None
    return path


@contextmanager
def written_whole(path: Path, about: str) -> Iterator[Path]:
    """Give a folder beside ``path`` to write in; a file of the same name there then takes its place.

    Whatever happens, nothing else is left behind; an ``OSError`` becomes :class:`Refused`.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".explainer-") as aside:
            yield Path(aside)
            made = Path(aside) / path.name
            made.chmod(0o644)
            os.replace(made, path)
    except OSError as error:
        raise refusal(path, error, about) from None


def refusal(path: Path, error: Exception, about: str) -> Refused:
    """Return what to say when ``path`` cannot be written."""
    why = (error.strerror if isinstance(error, OSError) else "") or str(error)
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return Refused(f"cannot write {path}: {why}; {'make room or ' if full else ''}choose another folder", about)
