"""Formulas of a page: each is drawn once as outlines, and used wherever it stands."""

from __future__ import annotations

import re
from html import escape

from explainer.export.svg_document import number
from explainer.teach.typesetting import SIZE, LatexError, typeset

_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_DECIMALS = re.compile(r"-?\d+\.\d{3,}")
LINE = 1.12
"""A formula's size beside that of the text it stands in."""


class Formulas:
    """Gathers the outlines of a page."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._shapes: list[str] = []
        self._depths: dict[str, str] = {}

    def inline(self, latex: str) -> str:
        """Return a formula for a line of text, on its baseline; what cannot be typeset stands as its source."""
        return self._drawn(latex, "formula", LINE)

    def alone(self, latex: str) -> str:
        """Return a formula on a line of its own."""
        return f'<div class="display">{self._drawn(latex, "formula", 1.25)}</div>'

    @property
    def outlines(self) -> str:
        """What the page has to hold for its formulas to be seen."""
        shapes = "".join(f'<g id="{name}">{shape}</g>' for name, shape in zip(self._names, self._shapes, strict=True))
        return f'<svg class="outlines" width="0" height="0" aria-hidden="true"><defs>{shapes}</defs></svg>'

    @property
    def rules(self) -> str:
        """The style sheet's rules: how far each formula hangs below its line."""
        return "".join(f".{name}{{vertical-align:-{depth}em}}\n" for depth, name in self._depths.items())

    @property
    def _names(self) -> list[str]:
        return [f"f{index}" for index in range(len(self._shapes))]

    def _drawn(self, latex: str, kind: str, scale: float) -> str:
        try:
            shape = typeset(latex)
        except LatexError:
            return f"<code>{escape(latex)}</code>"
        if latex not in self._known:
            self._known[latex] = f"f{len(self._shapes)}"
            inside = _INSIDE.search(shape.svg)
            self._shapes.append(_shortened(inside.group(1)) if inside else "")
        em = scale / SIZE
        depth = self._depths.setdefault(f"{shape.descent * em:.2f}", f"d{len(self._depths)}")
        sides = f'width="{shape.width * em:.2f}em" height="{shape.height * em:.2f}em"'
        box = f"-1 {number(-shape.ascent)} {number(shape.width)} {number(shape.height)}"
        return (
            f'<svg class="{kind} {depth}" {sides} viewBox="{box}" role="img" aria-label="{escape(latex)}">'
            f'<use href="#{self._known[latex]}"/></svg>'
        )


def _shortened(shapes: str) -> str:
    """Return outlines in the colour of the text, with two decimals."""
    plain = shapes.replace('fill="black"', 'fill="currentColor"')
    return _DECIMALS.sub(lambda found: number(round(float(found.group()), 2)), plain)
