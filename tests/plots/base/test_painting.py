"""Many lines or boxes in one call are what the same lines and boxes are one by one."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from explainer.plots.base.painting import draw_boxes, draw_segments


def painted(paint) -> QImage:
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("black"), 1.6))
    paint(painter)
    painter.end()
    return image


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_segments_are_the_lines_they_stand_for(qapp, dtype):
    points = np.random.default_rng(0).uniform(0, 60, (50, 2)).astype(dtype)
    alone = painted(lambda painter: [painter.drawLine(QLineF(*a, *b)) for a, b in pairwise(points)])
    assert painted(lambda painter: draw_segments(painter, points[:-1], points[1:])) == alone
    assert alone != painted(lambda painter: None)


def test_boxes_are_the_rectangles_they_stand_for(qapp):
    boxes = np.random.default_rng(0).uniform(1, 60, (20, 4))
    alone = painted(lambda painter: [painter.drawRect(QRectF(*box)) for box in boxes])
    assert painted(lambda painter: draw_boxes(painter, boxes)) == alone
    assert painted(lambda painter: draw_boxes(painter, boxes[::2])) != alone


def test_nothing_is_drawn_of_nothing(qapp):
    none = np.empty((0, 2))
    blank = painted(lambda painter: None)
    assert painted(lambda painter: draw_segments(painter, none, none)) == blank
    assert painted(lambda painter: draw_boxes(painter, np.empty((0, 4)))) == blank
