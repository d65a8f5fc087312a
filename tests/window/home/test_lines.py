"""Words in lines of a width."""

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from explainer.window.home.lines import Lines

WORDS = "Which question does this scene answer, and for whom is it asked, and when does it end at last?"


@pytest.mark.parametrize("width", [40, 90, 160, 400, 2000])
@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_line_is_wider_than_its_room_and_no_word_is_lost_without_a_sign(qapp: QApplication, width, most):
    font = QFont()
    lines = Lines(WORDS, font, width, most)
    metrics = QFontMetricsF(font)
    shown = lines._lines
    assert 1 <= len(shown) <= most
    assert lines.height == pytest.approx(len(shown) * metrics.lineSpacing())
    assert all(metrics.horizontalAdvance(line) <= width + 1 for line in shown)
    assert " ".join(shown) == WORDS or shown[-1].endswith("…") or width < 100
