"""Where the names of curves stand."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from explainer.plots.base.end_names import settled

PANE = QRectF(0, 0, 300, 120)


def test_a_name_stands_beside_its_curve_and_not_on_words_that_are_there(qapp):
    flat = np.array([[0.0, 60.0], [300.0, 60.0]])
    metrics = QFontMetricsF(QFont())
    (first,) = settled([flat], ["loss"], metrics, PANE, {})
    assert abs(first.center().y() - 60) < 2 * metrics.height()
    words = first.adjusted(-5, -5, 5, 5)
    (second,) = settled([flat], ["loss"], metrics, PANE, {}, [words])
    assert not second.intersects(words)
    assert abs(second.center().y() - 60) < 2 * metrics.height()
