from PySide6.QtCore import Qt

from explainer.contract import VIEW, switch
from explainer.window.controls.switch import SwitchControl


def make(qtbot, default=True):
    parameter = switch(default, kind=VIEW, label="Arrows", help="Draws arrows.")
    parameter.name = "arrows"
    control = SwitchControl(parameter)
    qtbot.addWidget(control)
    control.seen = []
    control.changed.connect(control.seen.append)
    return control


def test_space_turns_it_over(qtbot):
    control = make(qtbot)
    qtbot.keyClick(control.box, Qt.Key.Key_Space)
    assert control.seen == [False]
    assert control.value() is False


def test_setting_from_outside_emits_nothing(qtbot):
    control = make(qtbot)
    control.set_value("off")
    assert control.value() is False
    assert not control.box.isChecked()
    assert control.seen == []


def test_a_double_click_on_the_name_returns_to_the_default(qtbot):
    control = make(qtbot)
    control.set_value(False)
    control.show()
    qtbot.mouseDClick(control.name_label, Qt.MouseButton.LeftButton)
    assert control.box.isChecked()
    assert control.seen == [True]


def test_it_has_names_and_says_what_it_changes(qtbot):
    control = make(qtbot)
    assert control.objectName() == "arrows"
    assert control.accessibleName() == control.box.accessibleName() == "Arrows"
    assert "Draws arrows." in control.toolTip()
    assert "only the picture" in control.toolTip()
    assert "Default on" in control.toolTip()
