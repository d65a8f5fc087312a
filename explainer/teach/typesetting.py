"""LaTeX to outlines with ziamath, which is imported when the first formula is needed."""

from __future__ import annotations

import importlib
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from explainer.teach.formula_lines import unary

SIZE = 16.0
"""The size in pixels at which formulas are typeset; other sizes scale the same outlines."""
_VIEW_BOX = re.compile(r'viewBox="([-\d.e]+) ([-\d.e]+) ([-\d.e]+) ([-\d.e]+)"')


class LatexError(ValueError):
    """LaTeX that cannot be typeset; the message says why."""


@dataclass(frozen=True)
class Typeset:
    """A typeset formula: black SVG and its extent in pixels at :data:`SIZE`."""

    svg: str
    width: float
    ascent: float
    descent: float

    @property
    def height(self) -> float:
        """Ascent and descent together."""
        return self.ascent + self.descent


@lru_cache(maxsize=512)
def typeset(latex: str) -> Typeset:
    """Return the formula's outlines (5–20 ms when new); raise :class:`LatexError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # ziafont finds its fonts the old way
            svg = _ziamath().Latex(unary(latex), size=SIZE).svg()
    except Exception as error:  # ziamath and latex2mathml raise dozens of kinds, among them KeyError and IndexError
        raise LatexError(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) from error
    box = _VIEW_BOX.search(svg)
    if box is None:
        raise LatexError("the picture has no size")
    _, top, width, height = (float(number) for number in box.groups())
    return Typeset(svg, width, -top, height + top)


@lru_cache(maxsize=1)
def _ziamath() -> Any:
    """Import ziamath (0.14 s) and make it write paths: Qt draws nothing for SVG 2's references."""
    ziamath: Any = importlib.import_module("ziamath")
    ziamath.config.svg2 = False
    return ziamath
