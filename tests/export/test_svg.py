"""The SVG device: shapes stay shapes, curves stay whole, and clips hold in the coordinates of the page."""

from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from explainer.export.polylines import joined
from explainer.export.svg_device import SvgDevice
from explainer.export.svg_document import SvgDocument

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def paint(qapp):
    """Paint with a function on a page of 200 × 100 pixels and return the file's root."""

    def paint_with(draw, **about):
        document = SvgDocument(200, 100, **about)
        device = SvgDevice(200, 100, document)
        painter = QPainter(device)
        draw(painter)
        painter.end()
        return ElementTree.fromstring(document.encode())

    return paint_with


def found(root, name):
    return list(root.iter(f"{SVG}{name}"))


def test_a_curve_of_many_segments_is_one_path(paint):
    x = np.linspace(0.0, 199.0, 5_000)
    y = 50 + 40 * np.sin(x / 9)
    ends = [QPointF(*place) for place in zip(x.tolist(), y.tolist(), strict=True)]

    def draw(painter):
        painter.setPen(QPen(QColor("#123456"), 2.0))
        painter.drawLines([QLineF(ends[i], ends[i + 1]) for i in range(len(ends) - 1)])

    (path,) = found(paint(draw), "path")
    assert path.get("d").count("M") == 1
    assert path.get("d").count("L") == 4_999
    assert (path.get("stroke"), path.get("stroke-width"), path.get("fill")) == ("#123456", "2", "none")


def test_a_clip_holds_in_the_coordinates_of_the_page(paint):
    def draw(painter):
        painter.translate(20, 10)
        painter.setClipRect(QRectF(0, 0, 50, 40))
        painter.translate(5, 5)
        painter.fillRect(QRectF(0, 0, 500, 500), QColor("red"))

    root = paint(draw)
    (clip,) = found(root, "clipPath")
    sides = {name: float(clip[0].get(name)) for name in ("x", "y", "width", "height")}
    assert sides == {"x": 20, "y": 10, "width": 50, "height": 40}
    (group,) = found(root, "g")
    assert group.get("clip-path") == f"url(#{clip.get('id')})"
    assert len(found(group, "path")) == 1


def test_what_is_clipped_away_is_left_out(paint):
    def draw(painter):
        painter.setClipRect(QRectF(0, 0, 10, 10))
        painter.setClipRect(QRectF(50, 50, 10, 10), Qt.ClipOperation.IntersectClip)
        painter.fillRect(QRectF(0, 0, 500, 500), QColor("red"))

    assert found(paint(draw), "path") == []


def test_words_stay_words_and_as_wide_as_painted(paint):
    def draw(painter):
        font = QFont(painter.font())
        font.setPixelSize(14)
        painter.setFont(font)
        painter.drawText(QPointF(10, 30), "a < b & c")

    (text,) = found(paint(draw), "text")
    assert text.text == "a < b & c"
    assert (text.get("x"), text.get("y"), text.get("font-size")) == ("10", "30", "14px")
    assert float(text.get("textLength")) > 20


def test_see_through_colours_and_images_are_kept(paint):
    def draw(painter):
        painter.setOpacity(0.5)
        painter.fillRect(QRectF(0, 0, 10, 10), QColor(10, 20, 30, 128))
        image = QImage(2, 2, QImage.Format.Format_RGB32)
        image.fill("#00ff00")
        painter.drawImage(QRectF(20, 20, 40, 30), image)

    root = paint(draw)
    (path,) = found(root, "path")
    assert path.get("fill") == "#0a141e"
    assert float(path.get("fill-opacity")) == pytest.approx(0.5 * 128 / 255, abs=0.002)
    (image,) = found(root, "image")
    assert [image.get(name) for name in ("x", "y", "width", "height")] == ["20", "20", "40", "30"]
    assert image.get("{http://www.w3.org/1999/xlink}href").startswith("data:image/png;base64,")


def test_the_page_has_its_size_its_title_and_its_words(paint):
    root = paint(lambda painter: None, scale=1.5, title="A & B", about="two <balls>")
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("300", "150", "0 0 200 100")
    assert [found(root, name)[0].text for name in ("title", "desc")] == ["A & B", "two <balls>"]


def test_segments_are_joined_wherever_they_meet_and_none_is_lost():
    rng = np.random.default_rng(3)
    ring = np.stack([np.cos(np.arange(9) * 0.7), np.sin(np.arange(9) * 0.7)], 1)
    segments = [(ring[i], ring[i + 1]) for i in range(8)]
    segments = [segments[i] if rng.random() < 0.5 else segments[i][::-1] for i in rng.permutation(8)]
    curves = joined(np.array([a for a, _ in segments]), np.array([b for _, b in segments]))
    assert [len(curve) for curve in curves] == [9]
    assert np.allclose(np.sort(curves[0], axis=0), np.sort(ring, axis=0))
