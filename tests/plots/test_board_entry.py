"""A number typed into a cell is the same whatever language the system speaks."""

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt

from explainer.plots.board import Board
from explainer.plots.number_grid import NumberGrid

TYPED = {"0.5": 0.5, "-1.25": -1.25, "0,5": 0.5, "1.5e-1": 0.15, "−2": -2.0, "1,234": "1.234 or 1234", "x": "Give a"}


@pytest.fixture(params=["fr_FR", "de_DE", "en_US", "ar_EG"])
def language(request):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def test_a_cell_takes_the_same_number_in_every_language(qtbot, language):
    grid = NumberGrid("kernel", editable=True)
    grid.fill(np.zeros((3, 3), np.float32))
    board = Board("board", [grid])
    qtbot.addWidget(board)
    board.resize(300, 300)
    board.show()
    found = []
    board.number_given.connect(lambda name, row, column, number: found.append(number))
    for words, expected in TYPED.items():
        found.clear()
        board.type_into(grid, (1, 1))
        entry = board.entry
        entry.clear()
        entry.insert(words)
        qtbot.keyClick(entry, Qt.Key.Key_Return)
        if isinstance(expected, float):
            assert found == [expected]
            assert board.entry is None
        else:
            assert not found
            assert entry.property("refused")
            assert expected in entry.toolTip()
            qtbot.keyClick(entry, Qt.Key.Key_Escape)
