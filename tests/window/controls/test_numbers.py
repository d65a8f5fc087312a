import pytest
from PySide6.QtCore import Qt

from explainer.contract import numbers
from explainer.window.controls.numbers import NumbersControl


@pytest.fixture
def control(qtbot):
    parameter = numbers((0.5, 1.0), 0.0, 10.0, least=1, most=4, label="Milestones")
    parameter.name = "milestones"
    made = NumbersControl(parameter)
    qtbot.addWidget(made)
    made.seen = []
    made.changed.connect(made.seen.append)
    return made


def write(qtbot, control, words):
    control.entry.selectAll()
    qtbot.keyClicks(control.entry, words)
    qtbot.keyClick(control.entry, Qt.Key.Key_Return)


def test_a_list_is_typed_with_commas(qtbot, control):
    write(qtbot, control, "1, 2.5,1e-1")
    assert control.seen == [(1.0, 2.5, 0.1)]
    assert control.entry.text() == "1.0, 2.5, 0.10"


@pytest.mark.parametrize("words", ["1,2,3,4,5", "1;2", "11", ","])
def test_a_bad_list_is_refused_with_what_is_allowed(qtbot, control, words):
    write(qtbot, control, words)
    assert control.seen == []
    assert control.entry.text() == words
    assert "1 to 4 numbers separated by commas" in control.refusal.text()


def test_setting_from_outside_and_names(control):
    control.set_value((3.0,))
    assert control.entry.text() == "3.0"
    assert control.seen == []
    assert control.entry.accessibleName() == "Milestones"
    assert "1 to 4 numbers from 0 to 10." in control.toolTip()
