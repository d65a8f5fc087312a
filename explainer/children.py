"""How a process of our own is started: a Python that imports nothing from the folder it is started in.

A reader's folder may hold a ``random.py`` or a ``torch.py``. ``PYTHONPATH`` and ``EXPLAINER_SCENES`` are
heeded, for whoever sets these means it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

_BEGIN = """
import sys
sys.path.append(sys.argv.pop(1))
import runpy
module = sys.argv.pop(1)
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""
"""Makes this very package importable, however it was found, and behaves as ``python -m``."""


def python(module: str, *words: str) -> Sequence[str]:
    """Return the command line that runs a module with ``words`` for its arguments."""
    package = Path(__file__).resolve().parent
    return [sys.executable, "-P", "-c", _BEGIN.strip(), str(package.parent), module, *words]
