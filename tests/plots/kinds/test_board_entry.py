"""A number typed into a cell is the same whatever language the system speaks."""

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt

from explainer.contract.cards import Act, Board, Edit, Grid

TYPED = {"0.5": 0.5, "-1.25": -1.25, "0,5": 0.5, "1.5e-1": 0.15, "−2": -2.0, "1,234": "1.234 or 1234", "x": "Give a"}


@pytest.fixture(params=["fr_FR", "de_DE", "en_US", "ar_EG"])
def language(request):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def test_a_cell_takes_the_same_number_in_every_language(shown, qtbot, language):
    edit = Edit(lambda frame, place, number: Act("put", {"value": number}))
    made = shown(Board((Grid("kernel", edit=edit),)), {"kernel": np.zeros((3, 3))}, dims={"kernel": ("row", "column")})
    for words, expected in TYPED.items():
        made.acts.clear()
        made.click(made.part.rectangle((0, (1, 1))).center().toPoint())
        entry = made.part.hand.entry
        entry.clear()
        entry.insert(words)
        qtbot.keyClick(entry, Qt.Key.Key_Return)
        made.part._ask.hurry()
        if isinstance(expected, float):
            assert made.acts == [("put", {"value": expected})]
            assert made.part.hand.entry is None
        else:
            assert not made.acts
            assert entry.property("refused")
            assert expected in entry.toolTip()
            qtbot.keyClick(entry, Qt.Key.Key_Escape)


@pytest.mark.parametrize(("key", "begun"), [("7", "7"), ("-", "-"), (".", "."), ("0", "0")])
def test_a_key_that_begins_a_number_begins_one_in_the_cell_that_the_keys_are_on(shown, qtbot, key, begun):
    edit = Edit(lambda frame, place, number: Act("put", {"value": number}))
    made = shown(Board((Grid("kernel", edit=edit),)), {"kernel": np.zeros((3, 3))}, dims={"kernel": ("row", "column")})
    qtbot.keyClicks(made.part, key)
    assert made.part.hand.entry is None, "with the keys on no cell there is nothing to type into"
    made.part.go(0, 1)
    qtbot.keyClicks(made.part, key)
    entry = made.part.hand.entry
    assert entry.text() == begun
    qtbot.keyClicks(entry, "5")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    made.part._ask.hurry()
    assert made.acts == [("put", {"value": float(begun.replace(".", "0.") + "5")})]


def test_other_letters_and_cells_that_cannot_be_changed_begin_nothing(shown, qtbot):
    made = shown(Board((Grid("kernel"),)), {"kernel": np.zeros((3, 3))}, dims={"kernel": ("row", "column")})
    made.part.go(0, 1)
    qtbot.keyClicks(made.part, "7")
    assert made.part.hand.entry is None
