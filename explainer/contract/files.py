"""Files from outside, read with care, and files of our own, written so that nothing is ever half there."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from pathlib import Path

from explainer.contract.refused import Refused, one_line, shown

NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""How a file is opened: nobody need be at the other end of a pipe, and nothing is translated."""
POINTER = b"version https://git-lfs"
"""How the text begins that Git keeps in the place of a large file."""


def path_of(words: str | os.PathLike[str], about: str = "") -> Path:
    """Return the path that is meant, ``~`` replaced by the folder of the user; raise :class:`Refused`."""
    given = os.fspath(words)
    said = f"{about} = {shown(given)}" if about.isidentifier() else shown(given)
    path = os.path.expanduser(given)
    if path.startswith("~"):
        user = path[1:].replace("\\", "/").partition("/")[0]
        why = f"there is no user {one_line(user)!r} here" if user else "the folder of the user is not known"
        raise Refused(f"{said} is refused: {why}; write the path from its root, or ./~ for a name", about)
    return Path(path)


def is_ordinary(path: str | os.PathLike[str]) -> bool:
    """Return whether a file that can be read as a whole is there; links are followed, and nothing is raised."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether a folder is there; links are followed, and nothing is raised."""
    return stat.S_ISDIR(_mode(path))


def is_there(path: str | os.PathLike[str]) -> bool:
    """Return whether anything is there, be it a link that leads nowhere; nothing is raised."""
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def _mode(path: str | os.PathLike[str]) -> int:
    try:
        return os.stat(path).st_mode
    except (OSError, ValueError):
        return 0


def inside(folder: Path, about: str = "") -> list[Path]:
    """Return what lies in a folder, by name, hidden files left out; raise :class:`Refused`."""
    try:
        return sorted(place for place in folder.iterdir() if not place.name.startswith("."))
    except (OSError, ValueError) as error:
        raise Refused(f"the folder {one_line(str(folder), 200)} cannot be read: {reason(error)}", about) from None


def read_ordinary(
    path: str | os.PathLike[str], most: int, about: str = "", what: str = "a file", too_large: str = ""
) -> bytes:
    """Return the content of an ordinary file of at most ``most`` bytes; links are followed.

    Neither a pipe that nobody writes to nor a device without an end is waited for. Raises :class:`Refused` with
    the reason, and ``what`` to give instead, for anything else; so for what stands in the place of the content.
    """
    name = one_line(os.fspath(path), 300)
    try:
        handle = os.open(path, os.O_RDONLY | NO_WAITING)
        with open(handle, "rb") as file:
            ordinary = stat.S_ISREG(os.fstat(handle).st_mode)
            raw = file.read(most + 1) if ordinary else b""
    except (OSError, ValueError) as error:
        raise Refused(f"cannot read {name}: {reason(error)}; choose {what} that can be read", about) from None
    if not ordinary:
        raise Refused(f"cannot read {name}: it is no ordinary file; choose {what}", about)
    if len(raw) > most:
        remedy = too_large or f"choose {what} that is smaller"
        raise Refused(f"cannot read {name}: it has more than {size_words(most)}; {remedy}", about)
    if raw.startswith(POINTER):
        raise Refused(f"cannot read {name}: it is a Git LFS pointer, not the file: fetch it with git lfs pull", about)
    return raw


def size_words(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count / 2**20:.0f} MiB" if count >= 2**20 else f"{count:,} bytes"


def reason(error: Exception) -> str:
    """Return why the system did not do what it was asked for."""
    return (error.strerror if isinstance(error, OSError) else "") or one_line(str(error), 200)


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` in one piece; raise :class:`Refused` and leave the old file otherwise."""
    place = target(path)
    made = aside(place)
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_WAITING, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        put(made, place)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError):
            made.unlink()
        name = one_line(str(path), 300)
        raise Refused(f"cannot write {name}: {reason(error)}; choose another place", about=str(path)) from None


def target(path: Path, about: str = "") -> Path:
    """Return the ordinary file that ``path`` is or leads to, which need not be there; raise :class:`Refused`."""
    about, name, place = about or str(path), one_line(str(path), 300), path
    try:
        place = Path(os.path.realpath(path))
        there = place.lstat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return place  # nothing is there; whether it can be, the writing says
    except (OSError, ValueError) as error:
        raise Refused(f"cannot write {name}: {reason(error)}; choose another name", about) from None
    if not stat.S_ISREG(there.st_mode):
        raise Refused(f"cannot write {name}: it is no ordinary file; choose another name", about)
    if not os.access(place, os.W_OK):
        raise Refused(f"cannot write {name}: it may only be read; choose another name", about)
    return place


def aside(place: Path) -> Path:
    """Return a hidden name beside ``place``, short enough wherever that name itself is."""
    return place.with_name(f".explainer-{secrets.token_hex(8)}")


def put(made: Path, place: Path) -> None:
    """Let a finished file take the place of another, whose permissions it keeps; raise ``OSError``.

    It is on the disk before it has its name, so that no power cut leaves an empty one.
    """
    if made.stat().st_dev != place.parent.stat().st_dev:  # a link led to another disk
        beside = aside(place)
        try:
            shutil.copyfile(made, beside)
            put(beside, place)
        finally:
            beside.unlink(missing_ok=True)
        return
    _sync(made, os.O_RDWR | NO_WAITING)
    with contextlib.suppress(FileNotFoundError):
        made.chmod(stat.S_IMODE(place.stat().st_mode))
    os.replace(made, place)
    if os.name == "posix":
        with contextlib.suppress(OSError):  # some file systems have no such thing
            _sync(place.parent, os.O_RDONLY)


def _sync(path: Path, how: int) -> None:
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
