"""LaTeX to pictures with ziamath, which is imported when the first formula is needed."""

from __future__ import annotations

import importlib
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QByteArray, QPoint, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from explainer.plots.base.blank import blank_image
from explainer.window.inspector.formula_lines import unary

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


@lru_cache(maxsize=512)
def pixmap(latex: str, size: float, colour: str, ratio: float = 1.0) -> QPixmap:
    """Return the formula as a pixmap of ``size`` pixels a text line, for a screen's pixel ``ratio``."""
    shape, scale = typeset(latex), size / SIZE
    picture = QPixmap(max(1, round(shape.width * scale * ratio)), max(1, round(shape.height * scale * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    _render(shape.svg, colour, picture, QRectF(picture.rect()))
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=512)
def inline_image(latex: str, size: float, colour: str, x_height: float, ratio: float = 1.0) -> QImage:
    """Return the formula for a line of text.

    Qt centres an image half an x-height above the baseline (``AlignMiddle``); the image is padded
    so that the formula's baseline then falls on the line's.
    """
    shape, scale = typeset(latex), size / SIZE
    ascent, descent = shape.ascent * scale, shape.descent * scale
    lower = ascent - descent - x_height / 2
    above, below = max(0.0, -lower), max(0.0, lower)
    width, height = -int(-shape.width * scale // 1), -int(-(ascent + descent + above + below) // 1)
    picture = blank_image(QSize(round(width * ratio), round(height * ratio)))
    spare = (height - (ascent + descent + above + below)) / 2
    place = QRectF(0, above + spare, shape.width * scale, ascent + descent)
    _render(shape.svg, colour, picture, QRectF(0, place.y() * ratio, place.width() * ratio, place.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def draw(painter: QPainter, latex: str, size: float, colour: str, corner: QPoint) -> None:
    """Draw the formula's outlines, ``size`` pixels a text line, below and right of ``corner``."""
    shape, scale = typeset(latex), size / SIZE
    _renderer(shape.svg, colour).render(painter, QRectF(corner, QSizeF(shape.width * scale, shape.height * scale)))


def _render(svg: str, colour: str, target: QPixmap | QImage, place: QRectF) -> None:
    painter = QPainter(target)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(svg, colour).render(painter, place)
    painter.end()


def _renderer(svg: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg.replace('fill="black"', f'fill="{colour}"').encode()))


@lru_cache(maxsize=1)
def _ziamath() -> Any:
    """Import ziamath (0.14 s) and make it write paths: Qt draws nothing for SVG 2's references."""
    ziamath: Any = importlib.import_module("ziamath")
    ziamath.config.svg2 = False
    return ziamath
