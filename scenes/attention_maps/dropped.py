"""A folder with a model that is dropped on the window."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explainer.contract.files import is_ordinary
from explainer.contract.refused import one_line


def words(path: Path) -> str:
    """Say what dropping a folder would do; nothing for what holds no model."""
    return f"Drop to look into the model in {one_line(path.name)}" if is_ordinary(path / "config.json") else ""


def take(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped folder sets."""
    return {"model": "folder", "path": str(path)}
