"""Finds the files of ``assets/``: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_FOLDERS = (_HERE / "_assets", _HERE.parent / "assets")


def asset(name: str) -> Path:
    """Return the path of an asset; raise :class:`FileNotFoundError` naming the places that were searched."""
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"no asset {name!r} in {' or '.join(map(str, _FOLDERS))}: install the package again")
