"""How a scene looks, as data: its cards, what it says in words and formulas, the files that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explainer.contract.frame import Formula, Frame


@dataclass(frozen=True)
class Files:
    """Files, other than run files, that a scene takes when they are dropped on the window."""

    words: Callable[[Path], str]
    """Says what dropping a file would do, such as "Drop to read a.png"; empty for one that is not taken."""
    take: Callable[[Path, Any], Mapping[str, Any]]
    """Returns the parameters that a file sets, given those in force; raises ``Refused``."""


@dataclass(frozen=True)
class View:
    """How a scene looks: its pictures, and what it says in words and formulas.

    A scene's ``view.py`` exports one as ``VIEW``.
    """

    cards: Sequence[Any]
    """What can be on the stage: cards, or pictures of the own, subclasses of ``explainer.plots.picture.Picture``."""
    formulas: Sequence[Formula] = ()
    arrays: Sequence[str] = ()
    """The arrays that summary and readings read, besides those of the pictures and of the scene's notes."""
    formula_arrays: Sequence[str] = ()
    """The arrays that the formulas read, besides the others; computed while the formulas are shown."""
    summary: Callable[[Frame], str] = lambda frame: f"step {frame.step}"
    readings: Callable[[Frame], Sequence[tuple[str, str]]] = lambda frame: ()
    """A few named values for the transport's readout, such as ("loss", "0.0123")."""
    controls: Mapping[str, Callable[..., Any]] | None = None
    """Controls of the scene's own, by parameter, where the generated one will not do."""
    files: Files | None = None
    """What else can be dropped on the window, besides run files."""
