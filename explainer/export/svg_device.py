"""A device that Qt paints on and an SVG document comes out: shapes, words and clips stay what they are.

Qt's own generator writes every clip in the coordinates of the moment and applies it in others, so that
tick labels are lost, and takes a curve apart into its segments; this one is for what the stage paints.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QLine, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QImage,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QTextItem,
    QTransform,
)

from explainer.export.encoding import png_bytes
from explainer.export.polylines import joined
from explainer.export.svg_clip import Clip
from explainer.export.svg_document import Attributes, SvgDocument, lines_data, number, png_link
from explainer.export.svg_style import font_of, paint_of, path_data

_CAPS = {Qt.PenCapStyle.FlatCap: "butt", Qt.PenCapStyle.SquareCap: "square", Qt.PenCapStyle.RoundCap: "round"}
_JOINS = {Qt.PenJoinStyle.BevelJoin: "bevel", Qt.PenJoinStyle.RoundJoin: "round"}
_DOTS = 96
"""Dots per inch: with so many a pixel of the stage is one of the file."""
_FINE = 3
"""Pixels of an image that stands for a brush which SVG does not know, to one of the stage."""
_CELL, _MOST = 4.0, 4_000_000
"""Cells of a map are enlarged to so many pixels, for few readers leave their edges sharp; up to so many in all."""
_Dirty = QPaintEngine.DirtyFlag


def sharp_link(image: QImage, box: QRectF, sharp: bool) -> str:
    """Return an image as the address of a PNG file that keeps its edges in any reader."""
    return png_link(png_bytes(_enlarged(image, box) if sharp else image))


class SvgDevice(QPaintDevice):
    """Something to paint on, ``width`` × ``height`` pixels; ``document`` holds what came of it.

    ``link`` returns the address of an image, of its box, and of whether its edges are sharp; ``keeps_cells`` says
    that they stay so, however few its pixels are.
    """

    def __init__(
        self,
        width: int,
        height: int,
        document: SvgDocument,
        link: Callable[[QImage, QRectF, bool], str] = sharp_link,
        keeps_cells: bool = False,
    ) -> None:
        super().__init__()
        self._width, self._height = width, height
        self._engine = _Engine(document, link)
        self._engine.keeps_cells = keeps_cells

    def paintEngine(self) -> QPaintEngine:
        """Qt: what does the painting."""
        return self._engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        """Qt: sizes in pixels, millimetres and dots per inch."""
        kind = QPaintDevice.PaintDeviceMetric
        dots = (kind.PdmDpiX, kind.PdmDpiY, kind.PdmPhysicalDpiX, kind.PdmPhysicalDpiY)
        known = {
            kind.PdmWidth: self._width,
            kind.PdmHeight: self._height,
            kind.PdmWidthMM: round(self._width * 25.4 / _DOTS),
            kind.PdmHeightMM: round(self._height * 25.4 / _DOTS),
            kind.PdmNumColors: 2**31 - 1,
            kind.PdmDepth: 32,
            kind.PdmDevicePixelRatio: 1,
            kind.PdmDevicePixelRatioScaled: round(QPaintDevice.devicePixelRatioFScale()),
            **dict.fromkeys(dots, _DOTS),
        }
        return known.get(metric, 0)


class _Engine(QPaintEngine):
    """Turns what a painter does into elements; all coordinates in the file are those of the whole picture."""

    def __init__(self, document: SvgDocument, link: Callable[[QImage, QRectF, bool], str]) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self._document, self._link = document, link
        self.keeps_cells = False
        self._pen, self._brush = QPen(Qt.PenStyle.NoPen), QBrush()
        self._there, self._opacity, self._smooth = QTransform(), 1.0, False
        self._clip = Clip()

    def type(self) -> QPaintEngine.Type:
        """Qt: none of its own."""
        return QPaintEngine.Type.User

    def begin(self, device: QPaintDevice) -> bool:
        """Qt: start."""
        return True

    def end(self) -> bool:
        """Qt: done."""
        return True

    def updateState(self, state: QPaintEngineState) -> None:
        """Qt: pen, brush, place, opacity or clip are other ones."""
        changed = state.state()
        if changed & _Dirty.DirtyTransform:
            self._there = QTransform(state.transform())
        if changed & _Dirty.DirtyPen:
            self._pen = QPen(state.pen())
        if changed & _Dirty.DirtyBrush:
            self._brush = QBrush(state.brush())
        if changed & _Dirty.DirtyOpacity:
            self._opacity = state.opacity()
        if changed & _Dirty.DirtyHints:
            self._smooth = bool(state.renderHints() & QPainter.RenderHint.SmoothPixmapTransform)
        self._clip.follow(state, self._there)

    # shapes

    def drawPath(self, path: QPainterPath) -> None:
        """Qt: fill and outline."""
        self._shape(path, filled=True)

    def drawRects(self, rectangles: Sequence[QRect | QRectF]) -> None:
        """Qt: several rectangles, as one path."""
        path = QPainterPath()
        for rectangle in rectangles:
            path.addRect(QRectF(rectangle))
        self._shape(path, filled=True)

    def drawEllipse(self, box: QRect | QRectF) -> None:
        """Qt: an ellipse."""
        path = QPainterPath()
        path.addEllipse(QRectF(box))
        self._shape(path, filled=True)

    def drawPolygon(self, points: Sequence[QPoint | QPointF], mode: QPaintEngine.PolygonDrawMode) -> None:
        """Qt: a polygon, or a line of several parts."""
        path = QPainterPath(QPointF(points[0]))
        for point in points[1:]:
            path.lineTo(QPointF(point))
        closed = mode is not QPaintEngine.PolygonDrawMode.PolylineMode
        if closed:
            path.closeSubpath()
        if mode is QPaintEngine.PolygonDrawMode.WindingMode:
            path.setFillRule(Qt.FillRule.WindingFill)
        self._shape(path, filled=closed)

    def drawLines(self, lines: Sequence[QLine]) -> None:
        """Qt: many segments; they become one path, joined into curves where they meet."""
        ends = np.array([(line.x1(), line.y1(), line.x2(), line.y2()) for line in lines], float)
        starts, finishes = self._mapped(ends[:, :2]), self._mapped(ends[:, 2:])
        data = lines_data(curve.tolist() for curve in joined(starts, finishes))
        self._add("path", {"d": data, "fill": "none", **self._stroke()})

    def drawPoints(self, points: Sequence[QPoint | QPointF]) -> None:
        """Qt: dots as wide as the pen, all of them in one path."""
        radius, path = self._width() / 2, QPainterPath()
        for across, down in self._mapped(np.array([(point.x(), point.y()) for point in points], float)).tolist():
            box = QRectF(across - radius, down - radius, 2 * radius, 2 * radius)
            path.addEllipse(box) if self._pen.capStyle() is Qt.PenCapStyle.RoundCap else path.addRect(box)
        path.setFillRule(Qt.FillRule.WindingFill)
        self._add("path", {"d": path_data(path), **paint_of("fill", self._pen.brush(), self._opacity)})

    def _shape(self, path: QPainterPath, filled: bool) -> None:
        if path.isEmpty():
            return
        filled = filled and self._brush.style() is not Qt.BrushStyle.NoBrush
        plain = self._brush.style() is Qt.BrushStyle.SolidPattern
        if filled and not plain:
            self._painted(path)
        fill = paint_of("fill", self._brush, self._opacity) if filled and plain else {"fill": "none"}
        stroke = self._stroke()
        if fill["fill"] == "none" and not stroke:
            return
        rule = {"fill-rule": "evenodd"} if path.fillRule() is Qt.FillRule.OddEvenFill else {}
        self._add("path", {"d": path_data(self._there.map(path)), **fill, **(rule if filled else {}), **stroke})

    def _painted(self, path: QPainterPath) -> None:
        """Embed an image of what a hatched, graded or textured brush paints."""
        box = path.boundingRect()
        image = QImage(
            math.ceil(box.width() * _FINE), math.ceil(box.height() * _FINE), QImage.Format.Format_ARGB32_Premultiplied
        )
        if image.isNull():
            return
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(image.width() / box.width(), image.height() / box.height())
        painter.translate(-box.topLeft())
        painter.fillPath(path, self._brush)
        painter.end()
        self._image(box, image, sharp=False)

    def _stroke(self) -> dict[str, object]:
        pen = self._pen
        if pen.style() is Qt.PenStyle.NoPen:
            return {}
        found = paint_of("stroke", pen.brush(), self._opacity)
        found["stroke-width"] = self._width()
        found["stroke-linecap"] = _CAPS[pen.capStyle()]
        found["stroke-linejoin"] = _JOINS.get(pen.joinStyle(), "miter")
        if pen.style() is not Qt.PenStyle.SolidLine:
            found["stroke-dasharray"] = ",".join(number(part * self._width()) for part in pen.dashPattern())
            found["stroke-dashoffset"] = pen.dashOffset() * self._width()
        return found

    def _width(self) -> float:
        width = max(self._pen.widthF(), 0.0) or 1.0
        return width if self._pen.isCosmetic() else width * math.sqrt(abs(self._there.determinant()))

    # images and words

    def drawImage(self, box: QRectF, image: QImage, part: QRectF, flags: Any = None) -> None:
        """Qt: an image, embedded."""
        self._image(box, image if part == QRectF(image.rect()) else image.copy(part.toAlignedRect()), not self._smooth)

    def drawPixmap(self, box: QRectF, pixmap: QPixmap, part: QRectF) -> None:
        """Qt: an image too."""
        self.drawImage(box, pixmap.toImage(), part)

    def drawTiledPixmap(self, box: QRectF, pixmap: QPixmap, offset: QPointF) -> None:
        """Qt: an image over and over."""
        path, brush = QPainterPath(), self._brush
        path.addRect(box)
        self._brush = QBrush(pixmap)
        self._brush.setTransform(QTransform.fromTranslate(box.x() - offset.x(), box.y() - offset.y()))
        self._painted(path)
        self._brush = brush

    def _image(self, box: QRectF, image: QImage, sharp: bool) -> None:
        if image.isNull() or box.isEmpty():
            return
        image.setDevicePixelRatio(1.0)
        place = {"x": box.x(), "y": box.y(), "width": box.width(), "height": box.height()}
        look: dict[str, object] = {"preserveAspectRatio": "none", **self._placed()}
        if sharp:
            look["style"] = "image-rendering:pixelated"
        if self._opacity < 1:
            look["opacity"] = self._opacity
        self._add("image", {**place, **look, "xlink:href": self._link(image, box, sharp)})

    def drawTextItem(self, place: QPointF, item: QTextItem) -> None:
        """Qt: words in one font, as words; as wide as here, in whichever font the reader has."""
        text, font = item.text(), item.font()
        if not text.strip():
            return
        look: dict[str, object] = {"x": place.x(), "y": place.y(), **font_of(font)}
        if len(text) > 1:
            look |= {"textLength": float(item.width()), "lengthAdjust": "spacingAndGlyphs"}
        look |= paint_of("fill", self._pen.brush(), self._opacity)
        self._add("text", {**look, "xml:space": "preserve", **self._placed()}, text)

    # where

    def _add(self, name: str, attributes: Attributes, content: str = "") -> None:
        region = self.systemClip()
        outer = QRectF(region.boundingRect()) if not region.isEmpty() else None
        clip = self._clip.written(self._document, outer)
        if clip is not None:
            self._document.add(name, attributes, clip, content)

    def _placed(self) -> dict[str, object]:
        at = self._there
        if at.isIdentity():
            return {}
        if at.type() is QTransform.TransformationType.TxTranslate:
            return {"transform": f"translate({number(at.dx())} {number(at.dy())})"}
        six = (at.m11(), at.m12(), at.m21(), at.m22(), at.dx(), at.dy())
        return {"transform": f"matrix({' '.join(f'{value:.6g}' for value in six)})"}

    def _mapped(self, points: np.ndarray) -> np.ndarray:
        at = self._there
        turned = points @ np.array([[at.m11(), at.m12()], [at.m21(), at.m22()]])
        moved: np.ndarray = turned + np.array([at.dx(), at.dy()])
        return moved


def _enlarged(image: QImage, box: QRectF) -> QImage:
    """Return the image with every pixel repeated, so that its edges stay sharp in any reader."""
    across = max(1, math.ceil(_CELL * box.width() / image.width()))
    down = max(1, math.ceil(_CELL * box.height() / image.height()))
    while across * down > 1 and image.width() * across * image.height() * down > _MOST:
        across, down = max(1, across // 2), max(1, down // 2)
    if across == down == 1:
        return image
    return image.scaled(image.width() * across, image.height() * down)
