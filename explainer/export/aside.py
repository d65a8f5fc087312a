"""Hidden folders in which files are made before they take their place; plain, no Qt.

Their names say whose they are, so that what a process left that was killed can be swept away.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = f"{zlib.crc32(platform.node().encode()):08x}"
"""What tells this machine's processes from those of another that sees the same folder."""
_OURS = re.compile(rf"\.explainer-{_HERE}-(\d+)-")


def make_aside(folder: Path) -> Path:
    """Make a hidden folder of this process in ``folder``, and sweep those of processes that are gone."""
    _sweep(folder)
    return Path(tempfile.mkdtemp(dir=folder, prefix=f".explainer-{_HERE}-{os.getpid()}-"))


def drop(aside: Path) -> None:
    """Remove a hidden folder with all that is in it."""
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def aside_in(folder: Path) -> Iterator[Path]:
    """Give a hidden folder in ``folder``; whatever happens, it is gone afterwards."""
    aside = make_aside(folder)
    try:
        yield aside
    finally:
        drop(aside)


def _sweep(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for left in folder.glob(f".explainer-{_HERE}-*"):
            owner = _OURS.match(left.name)
            if owner is not None and not _lives(int(owner[1])):
                drop(left)


def _lives(process: int) -> bool:
    """Whether a process of this machine lives, as far as can be known."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
