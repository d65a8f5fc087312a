import pytest
from PySide6.QtCore import Qt

from explainer.contract import STRUCTURAL, point
from explainer.window.controls.point import PointControl


@pytest.fixture
def control(qtbot):
    parameter = point((-9.0, 1.5), -1e3, 1e3, kind=STRUCTURAL, label="Start")
    parameter.name = "start"
    made = PointControl(parameter)
    qtbot.addWidget(made)
    made.seen = []
    made.changed.connect(made.seen.append)
    made.show()
    return made


def write(qtbot, entry, words):
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, words)
    qtbot.keyClick(entry, Qt.Key.Key_Return)


def test_each_coordinate_can_be_typed(qtbot, control):
    write(qtbot, control.entries["x"], "-4.25")
    write(qtbot, control.entries["y"], "1e-3")
    assert control.seen == [(-4.25, 1.5), (-4.25, 0.001)]


@pytest.mark.parametrize("words", ["1001", "abc", "1,5,2", "inf"])
def test_only_the_refused_coordinate_is_marked(qtbot, control, words):
    write(qtbot, control.entries["y"], words)
    assert control.seen == []
    assert control.value() == (-9.0, 1.5)
    assert [entry.is_refused() for entry in control.entries.values()] == [False, True]
    assert "-1000 to 1000" in control.refusal.text()
    qtbot.keyClick(control.entries["y"], Qt.Key.Key_Escape)
    assert control.entries["y"].text() == "1.5"
    assert not control.is_refused()


def test_setting_from_outside_emits_nothing(control):
    control.set_value((1.0, -2.5))
    assert [entry.text() for entry in control.entries.values()] == ["1.0", "−2.5"]
    assert control.seen == []


def test_the_default_comes_back(qtbot, control):
    control.set_value((1.0, -2.5))
    qtbot.mouseDClick(control.name_label, Qt.MouseButton.LeftButton)
    assert control.seen == [(-9.0, 1.5)]
    assert "(−9.0, 1.5)" in control.toolTip()


def test_both_fields_have_names(control):
    assert [entry.accessibleName() for entry in control.entries.values()] == ["Start x", "Start y"]
    assert [entry.objectName() for entry in control.entries.values()] == ["start-x", "start-y"]
