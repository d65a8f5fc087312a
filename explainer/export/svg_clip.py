"""What a painter leaves to paint on, in an SVG document."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPaintEngineState, QPainterPath, QTransform

from explainer.export.svg_document import Box, SvgDocument
from explainer.export.svg_style import path_data

_Dirty = QPaintEngine.DirtyFlag


class Clip:
    """What is left to paint on: rectangles cut with one another, and at most one other shape within them."""

    def __init__(self) -> None:
        self._box: QRectF | None = None
        self._path: QPainterPath | None = None
        self._on = True
        self._known: tuple[object, str | None] = (None, None)

    def follow(self, state: QPaintEngineState, there: QTransform) -> None:
        """Take over what a painter's state says of its clip, in the coordinates of the whole picture."""
        changed = state.state()
        if changed & _Dirty.DirtyClipEnabled:
            self._on = state.isClipEnabled()
        if changed & (_Dirty.DirtyClipRegion | _Dirty.DirtyClipPath):
            path = QPainterPath()
            if changed & _Dirty.DirtyClipPath:
                path = state.clipPath()
            else:
                path.addRegion(state.clipRegion())
            self._cut(state.clipOperation(), there.map(path))
        self._known = (None, None)

    def written(self, document: SvgDocument, outer: QRectF | None) -> str | None:
        """Return the name of the clip in the document, empty for none, None where nothing is left to paint on."""
        key = None if outer is None else outer.getRect()
        if self._known[0] != ("known", key):
            self._known = (("known", key), self._write(document, outer))
        return self._known[1]

    def _write(self, document: SvgDocument, outer: QRectF | None) -> str | None:
        boxes = [box for box in (outer, self._box if self._on else None) if box is not None]
        box = boxes[0] if boxes else None
        for other in boxes[1:]:
            box = box.intersected(other) if box is not None else other
        if box is not None and box.isEmpty():
            return None
        sides: Box | None = (box.left(), box.top(), box.right(), box.bottom()) if box is not None else None
        if self._on and self._path is not None:
            return document.clip_path(path_data(self._path), sides)
        return document.clip_box(sides) if sides else ""

    def _cut(self, operation: Qt.ClipOperation, path: QPainterPath) -> None:
        if operation is not Qt.ClipOperation.IntersectClip:
            self._box = self._path = None
        if operation is Qt.ClipOperation.NoClip:
            return
        box = _rectangle(path)
        if box is not None:
            self._box = box if self._box is None else self._box.intersected(box)
        else:
            self._path = path if self._path is None else self._path.intersected(path)


def _rectangle(path: QPainterPath) -> QRectF | None:
    """Return the rectangle that a path is, None for any other shape."""
    box = path.boundingRect()
    corners = {(path.elementAt(i).x, path.elementAt(i).y) for i in range(path.elementCount())}
    sides = {(x, y) for x in (box.left(), box.right()) for y in (box.top(), box.bottom())}
    return box if path.elementCount() <= 5 and corners <= sides else None
