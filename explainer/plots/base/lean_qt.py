"""Keeps pyqtgraph from making every class that Qt has just because it is imported.

``pyqtgraph.Qt`` copies each name of ``QtCore``, ``QtGui`` and ``QtWidgets`` into modules of its own, and PySide makes
a class when it is first asked for: a thousand classes, a tenth of a second (measured, PySide6 6.11, pyqtgraph 0.14),
of which a hundred are used. Here these modules are mirrors, which ask PySide for a name when they are asked for it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

COPIES = "_copy_attrs"
"""The function of pyqtgraph that copies what is not there yet."""
MIRRORED = ("QtCore", "QtGui", "QtWidgets")


class _Mirror(ModuleType):
    """A module of Qt's by another name."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self._source = source

    def __getattr__(self, name: str) -> Any:
        if name in ("__file__", "__path__", "__spec__", "__loader__"):
            raise AttributeError(name)
        if sys._getframe(1).f_code.co_name == COPIES:
            return None  # it only wants to know whether there is something of that name
        value = getattr(self._source, name)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *dir(self._source)})


def mirror_qt() -> None:
    """Put the mirrors in place, unless pyqtgraph has been imported already, or works with another Qt."""
    if "pyqtgraph.Qt" in sys.modules or "PyQt6" in sys.modules:
        return
    if os.environ.get("PYQTGRAPH_QT_LIB", "PySide6") != "PySide6":
        return
    for name in MIRRORED:
        sys.modules.setdefault(
            f"pyqtgraph.Qt.{name}", _Mirror(f"pyqtgraph.Qt.{name}", import_module(f"PySide6.{name}"))
        )
