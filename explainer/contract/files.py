"""Writing files so that nothing is ever half there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from explainer.contract.refused import Refused


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` in one piece; raise :class:`Refused` and leave the old file otherwise."""
    if path.exists() and not path.is_file():
        raise Refused(f"cannot write {path}: it is no ordinary file; choose another name", about=str(path))
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise Refused(f"cannot write {path}: {error.strerror}; choose another folder", about=str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise Refused(f"cannot write {path}: {error.strerror}; choose another place", about=str(path)) from None
