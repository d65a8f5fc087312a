"""Qt's shapes, brushes and fonts as attributes of SVG."""

from __future__ import annotations

from PySide6.QtGui import QBrush, QFont, QFontInfo, QPainterPath

from explainer.export.svg_document import number


def path_data(path: QPainterPath) -> str:
    """Return a path's data: moves, lines and curves, each subpath closed where it ends as it began."""
    parts: list[str] = []
    kinds = QPainterPath.ElementType
    start, last = "", ""
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        here = f"{number(element.x)},{number(element.y)}"
        if element.type is kinds.MoveToElement:
            parts.append("Z" if start and last == start else "")
            start = here
        letter = {kinds.MoveToElement: "M", kinds.LineToElement: "L", kinds.CurveToElement: "C"}.get(element.type, "")
        parts.append(letter + here)
        last = here
    parts.append("Z" if start and last == start else "")
    return " ".join(part for part in parts if part)


def paint_of(name: str, brush: QBrush, opacity: float) -> dict[str, object]:
    """Return what a plain brush fills or strokes with; ``name`` is ``fill`` or ``stroke``."""
    colour = brush.color()
    alpha = colour.alphaF() * opacity
    found: dict[str, object] = {name: colour.name()} if alpha > 0 else {name: "none"}
    if 0 < alpha < 0.999:
        found[f"{name}-opacity"] = float(alpha)
    return found


def font_of(font: QFont) -> dict[str, object]:
    """Return a font, with others for readers that do not have it."""
    info = QFontInfo(font)
    general = "monospace" if info.fixedPitch() else "sans-serif"
    found: dict[str, object] = {
        "font-family": f"'{info.family()}', 'DejaVu Sans', {general}",
        "font-size": f"{info.pixelSize()}px",
    }
    if font.weight() != QFont.Weight.Normal:
        found["font-weight"] = int(font.weight())
    if font.italic():
        found["font-style"] = "italic"
    return found
