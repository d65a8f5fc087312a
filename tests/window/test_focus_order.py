"""Tab goes on wherever the widgets are, be they scrolled out of sight."""

import pytest
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from explainer.window.focus_order import focus_order


@pytest.mark.parametrize("scrolled", [0, 60, 900, 10_000])
def test_what_is_scrolled_out_of_sight_keeps_its_place_in_the_order(qtbot, scrolled):
    window, area, inside = QWidget(), QScrollArea(), QWidget()
    qtbot.addWidget(window)
    fields = [QLineEdit() for _ in range(30)]
    rows = QVBoxLayout(inside)
    for field in fields:
        rows.addWidget(field)
    area.setWidget(inside)
    QVBoxLayout(window).addWidget(area)
    window.resize(200, 150)
    window.show()
    area.verticalScrollBar().setValue(scrolled)
    assert [widget for widget in focus_order(window, [area]) if widget in fields] == fields
