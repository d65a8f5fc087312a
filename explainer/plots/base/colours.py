"""Tokens as Qt's colours, pens and fonts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen

from explainer.theme.tokens import SMALL, Tokens


def colour(token: str, alpha: float = 1.0) -> QColor:
    """Return a token's colour with an opacity from 0 to 1."""
    made = QColor(token)
    made.setAlphaF(alpha)
    return made


def pen(token: str, width: float = 1.0, alpha: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen of ``width`` pixels of the plot, of more in a picture that is scaled up.

    Its ends are square (many lines with round ends take eight times as long), or flat where lines shine
    through, so that they do not darken where they meet.
    """
    cap = Qt.PenCapStyle.SquareCap if alpha == 1 else Qt.PenCapStyle.FlatCap
    return QPen(colour(token, alpha), width, style, cap, Qt.PenJoinStyle.RoundJoin)


def blend(first: str, second: str, share: float) -> QColor:
    """Return the colour ``share`` of the way from one token to another."""
    a, b = QColor(first), QColor(second)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(p + (q - p) * share) for p, q in pairs))


def small_font(tokens: Tokens, base: QFont | None = None, size: float = SMALL, bold: bool = False) -> QFont:
    """Return the font of ticks and captions, with figures of equal width."""
    font = QFont(base) if base is not None else QFont()
    font.setPixelSize(tokens.size(size))
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
