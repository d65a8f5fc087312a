"""Writing several files into a folder: all of them or, as far as the system allows, none."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from explainer.contract.files import is_folder, is_there, put, reason, target
from explainer.contract.refused import Refused, one_line
from explainer.export.aside import aside_in


def check_writable(folder: Path, names: Collection[str]) -> None:
    """Raise :class:`Refused` if files of these ``names`` cannot be written into ``folder``.

    What is missing of the folder's path would be made; nothing is left behind.
    """
    try:
        if is_there(folder) and not is_folder(folder):
            raise Refused(f"cannot write into {folder}: it is no folder; choose another one", about="out")
        taken = [name for name in names if is_folder(folder / name)]
        if taken:
            raise Refused(f"cannot write {folder / taken[0]}: it is a folder; choose another one", about="out")
        for name in names:
            target(folder / name, "out")
        with aside_in(_nearest(folder)):
            pass
    except Refused:
        raise
    except (OSError, ValueError) as error:
        raise _refusal(folder, error) from None


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` (name → content) into ``folder``, making it and its parents.

    All are written aside first and then take the place of older ones, one by one. Raises
    :class:`Refused` with the folder as it was if they cannot be written, on a full disk say.
    """
    made = [place for place in (folder, *folder.parents) if not is_there(place)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside_in(folder) as aside:
            for name, content in files.items():
                (aside / name).write_bytes(content)
            for name in files:
                put(aside / name, target(folder / name, "out"))
    except OSError as error:
        if made:
            shutil.rmtree(made[-1], ignore_errors=True)
        raise _refusal(folder, error) from None
    except Refused:
        if made:
            shutil.rmtree(made[-1], ignore_errors=True)
        raise


def _nearest(folder: Path) -> Path:
    """Return ``folder``, or the nearest of its parents that exists."""
    return next(place for place in (folder, *folder.parents) if is_there(place))


def _refusal(folder: Path, error: Exception) -> Refused:
    name = one_line(str(folder), 300)
    return Refused(f"cannot write into {name}: {reason(error)}; choose another folder", about="out")
