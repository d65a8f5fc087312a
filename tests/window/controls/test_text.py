import pytest
from PySide6.QtCore import Qt

from explainer.contract import STRUCTURAL, text
from explainer.lab.expression import parse
from explainer.window.controls.text import TextControl


@pytest.fixture
def control(qtbot):
    parameter = text("x**2", most=40, reader=parse, kind=STRUCTURAL, label="L(x, y) =", help="Your own loss.")
    parameter.name = "expression"
    made = TextControl(parameter)
    qtbot.addWidget(made)
    made.seen = []
    made.changed.connect(made.seen.append)
    made.show()
    return made


def write(qtbot, control, words, key=Qt.Key.Key_Return):
    control.entry.setFocus()
    control.entry.selectAll()
    qtbot.keyClicks(control.entry, words)
    qtbot.keyClick(control.entry, key)


def test_enter_takes_the_text(qtbot, control):
    write(qtbot, control, "sin(x) + y")
    assert control.seen == ["sin(x) + y"]


def test_leaving_takes_the_text(qtbot, control):
    control.window().activateWindow()
    control.entry.setFocus()
    qtbot.waitUntil(control.entry.hasFocus)
    control.entry.selectAll()
    qtbot.keyClicks(control.entry, "x + y")
    control.entry.clearFocus()
    assert control.seen == ["x + y"]


def test_a_mistake_is_pointed_at(qtbot, control):
    write(qtbot, control, "x + foo*y")
    assert control.seen == []
    assert control.value() == "x**2"
    assert control.refusal.text().startswith("At position 5: unknown name")
    assert (control.entry.selectionStart(), control.entry.selectedText()) == (4, "f")
    assert control.entry.text() == "x + foo*y"


def test_a_mistake_stays_marked_after_leaving(qtbot, control):
    write(qtbot, control, "x ^ 2")
    control.entry.clearFocus()
    assert control.entry.property("refused") is True
    assert control.entry.selectedText() == "^"


def test_escape_restores_the_last_good_text(qtbot, control):
    write(qtbot, control, "x ^ 2")
    qtbot.keyClick(control.entry, Qt.Key.Key_Escape)
    assert control.entry.text() == "x**2"
    assert control.refusal.isHidden()
    assert control.entry.property("refused") is False


def test_a_corrected_text_is_taken(qtbot, control):
    write(qtbot, control, "x ^ 2")
    write(qtbot, control, "x**2 + 1")
    assert control.seen == ["x**2 + 1"]
    assert not control.is_refused()


def test_a_text_that_is_too_long_is_refused(qtbot, control):
    write(qtbot, control, "x" + " + x" * 20)
    assert "at most 40 characters" in control.refusal.text()


def test_setting_from_outside_and_the_default(qtbot, control):
    control.set_value("y")
    assert control.entry.text() == "y"
    assert control.seen == []
    qtbot.mouseDClick(control.name_label, Qt.MouseButton.LeftButton)
    assert control.seen == ["x**2"]


def test_names_are_there(control):
    assert control.objectName() == "expression"
    assert control.entry.accessibleName() == "L(x, y) ="
    assert "At most 40 characters." in control.toolTip()


def test_an_eager_text_is_taken_with_every_key_that_leaves_one_that_is_allowed(qtbot):
    parameter = text("x", most=40, reader=parse, eager=True, kind=STRUCTURAL, label="L(x, y) =", help="Your own loss.")
    parameter.name = "expression"
    control = TextControl(parameter)
    qtbot.addWidget(control)
    seen = []
    control.changed.connect(seen.append)
    control.show()
    control.entry.setFocus()
    control.entry.selectAll()
    qtbot.keyClicks(control.entry, "y+x")
    assert seen == ["y", "y+x"]
    assert not control.refusal.isVisible()
    control.set_value("y+x")
    assert control.entry.text() == "y+x"
    qtbot.keyClick(control.entry, Qt.Key.Key_Left)
    qtbot.keyClicks(control.entry, "2*")
    assert seen == ["y", "y+x", "y+2*x"]
    assert control.entry.cursorPosition() == 4
