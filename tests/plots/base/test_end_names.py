"""Names of curves: each where it covers neither a curve nor another name."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from explainer.plots.base.colours import small_font
from explainer.plots.base.end_names import settled
from explainer.theme.tokens import DARK

PANE = QRectF(8, 0, 600, 220)


def lines():
    x = np.linspace(0, 600, 21)
    return [np.stack([x, y], 1) for y in (200 - 0.3 * x, np.full(21, 20.0), 200 - 0.15 * x)]


def test_names_cover_neither_a_curve_nor_each_other(qapp):
    metrics = QFontMetricsF(small_font(DARK, size=12, bold=True))
    boxes = settled(lines(), ["steep", "flat", "between"], metrics, PANE, {})
    assert all(box is not None for box in boxes)
    between = np.linspace(0, 600, 3_000)
    for place, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[:place])
        for line in lines():
            points = zip(between.tolist(), np.interp(between, *line.T).tolist(), strict=True)
            assert not any(box.contains(QPointF(*point)) for point in points)


def test_a_name_stays_where_it_was_while_it_covers_nothing(qapp):
    metrics, kept = QFontMetricsF(small_font(DARK, size=12)), {}
    first = settled(lines(), ["a", "b", "c"], metrics, PANE, kept)
    shifted = [line + np.array([0.0, 3.0]) for line in lines()]
    second = settled(shifted, ["a", "b", "c"], metrics, PANE, kept)
    assert [box.left() for box in first] == [box.left() for box in second]


def test_a_name_without_a_free_place_is_left_out(qapp):
    metrics = QFontMetricsF(small_font(DARK, size=12))
    small = QRectF(0, 0, 60, 14)
    boxes = settled([np.array([[0.0, 7.0], [60.0, 7.0]])] * 9, [f"name {k}" for k in range(9)], metrics, small, {})
    assert sum(box is not None for box in boxes) < 9
