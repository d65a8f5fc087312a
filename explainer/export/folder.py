"""Writing several files into a folder: all of them or, as far as the system allows, none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from explainer.contract.refused import Refused


def check_writable(folder: Path, names: Collection[str]) -> None:
    """Raise :class:`Refused` if files of these ``names`` cannot be written into ``folder``.

    What is missing of the folder's path would be made; nothing is left behind.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise Refused(f"cannot write into {folder}: it is no folder; choose another one", about="out")
        taken = [name for name in names if (folder / name).is_dir()]
        if taken:
            raise Refused(f"cannot write {folder / taken[0]}: it is a folder; choose another one", about="out")
        with tempfile.TemporaryDirectory(dir=_nearest(folder), prefix=".explainer-"):
            pass
    except (OSError, ValueError) as error:
        raise _refusal(folder, error) from None


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` (name → content) into ``folder``, making it and its parents.

    All are written aside first and then take the place of older ones, one by one. Raises
    :class:`Refused` with the folder as it was if they cannot be written, on a full disk say.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".explainer-") as aside:
            for name, content in files.items():
                (Path(aside) / name).write_bytes(content)
            for name in files:
                (Path(aside) / name).replace(folder / name)
    except OSError as error:
        if made:
            shutil.rmtree(made[-1], ignore_errors=True)
        raise _refusal(folder, error) from None


def _nearest(folder: Path) -> Path:
    """Return ``folder``, or the nearest of its parents that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _refusal(folder: Path, error: Exception) -> Refused:
    why = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return Refused(f"cannot write into {folder}: {why}; choose another folder", about="out")
