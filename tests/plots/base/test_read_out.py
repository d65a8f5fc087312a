"""What is under the pointer, in a corner: never cut."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from explainer.plots.base.read_out import ReadOut


@pytest.mark.parametrize("corner", [{}, {"right": True}, {"below": True}])
def test_words_wider_than_the_pane_take_more_lines_and_one_line_again_where_there_is_room(qtbot, corner):
    parent = QWidget()
    qtbot.addWidget(parent)
    label, pane = ReadOut(parent), QRect(40, 10, 200, 150)
    label.say("Undersampling: recall 87.9 %, false alarms 38.9 %, precision 2.2 %")
    label.settle(QRect(0, 0, 2000, 150))
    line = label.height()
    label.settle(pane, **corner)
    assert pane.contains(label.geometry())
    assert label.height() > line
    label.say("short")
    label.settle(pane, **corner)
    assert label.height() == line
    assert pane.contains(label.geometry())
