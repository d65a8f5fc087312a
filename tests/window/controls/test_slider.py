import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from explainer.contract import STRUCTURAL, VIEW, integer, real
from explainer.window.controls.slider import Slider

Key = Qt.Key


def named(parameter, name="lr"):
    parameter.name = name
    return parameter


@pytest.fixture
def slider(qtbot):
    control = Slider(named(real(0.038, 1e-5, 10.0, log=True, label="Learning rate η", help="How long a step is.")))
    qtbot.addWidget(control)
    control.resize(300, 60)
    control.show()
    control.activateWindow()
    qtbot.waitUntil(control.isVisible)
    control.seen = []
    control.changed.connect(control.seen.append)
    return control


def write(qtbot, control, words, key=Key.Key_Return):
    control.entry.setFocus()
    control.entry.selectAll()
    qtbot.keyClicks(control.entry, words)
    qtbot.keyClick(control.entry, key)


def test_setting_a_value_from_outside_shows_it_and_emits_nothing(slider):
    slider.set_value(0.5)
    assert slider.value() == 0.5
    assert slider.entry.text() == "0.50"
    assert slider.groove.value() == slider.scale.position(0.5)
    assert slider.seen == []


@pytest.mark.parametrize(("words", "value"), [("1e-3", 1e-3), ("0.0123456", 0.0123456), ("10", 10.0), (" .5 ", 0.5)])
def test_typed_numbers_are_taken_exactly(qtbot, slider, words, value):
    write(qtbot, slider, words)
    assert slider.seen == [value]
    assert slider.value() == value
    assert not slider.is_refused()


@pytest.mark.parametrize("words", ["0,0,5", "abc", "11", "-1", "nan", "1e999", ""])
def test_a_refused_text_stays_marked_and_the_range_is_shown(qtbot, slider, words):
    slider.entry.setFocus()
    slider.entry.selectAll()
    qtbot.keyClick(slider.entry, Key.Key_Delete)
    write(qtbot, slider, words)
    assert slider.seen == []
    assert slider.value() == 0.038
    assert slider.entry.text() == words
    assert slider.entry.property("refused") is True
    assert "1e-05 to 10" in slider.refusal.text()
    assert slider.refusal.isVisible()
    assert slider.refusal.toolTip() in slider.accessibleDescription()


def test_escape_restores_the_last_good_value(qtbot, slider):
    write(qtbot, slider, "abc")
    qtbot.keyClick(slider.entry, Key.Key_Escape)
    assert slider.entry.text() == "0.038"
    assert not slider.is_refused()
    assert slider.refusal.isHidden()


def test_a_refused_text_survives_leaving_the_field(qtbot, slider):
    write(qtbot, slider, "abc")
    slider.groove.setFocus()
    assert slider.entry.text() == "abc"
    assert slider.is_refused()


def test_leaving_the_field_takes_what_was_typed(qtbot, slider):
    write(qtbot, slider, "0.2", key=Key.Key_Tab)
    assert slider.seen == [0.2]


def test_a_value_from_outside_replaces_a_refused_text_but_not_one_being_typed(qtbot, slider):
    write(qtbot, slider, "abc")
    slider.set_value(0.2)
    assert float(slider.entry.text()) == 0.2  # with or without the focus, which a window manager may take away
    assert not slider.is_refused()
    slider.entry.setFocus()
    slider.entry.selectAll()
    qtbot.keyClicks(slider.entry, "0.3")
    slider.set_value(0.25)
    assert slider.entry.text() == "0.3"


def test_the_field_shows_every_digit_while_it_has_the_focus(slider, monkeypatch):
    """The events are sent by hand: whether a window has the keyboard is up to the window manager."""
    slider.set_value(0.12345678901)
    for kind, shown in (("FocusOut", "0.123457"), ("FocusIn", "0.12345678901"), ("FocusOut", "0.123457")):
        monkeypatch.setattr(slider.entry, "hasFocus", lambda has=kind == "FocusIn": has)
        QApplication.sendEvent(slider.entry, QFocusEvent(QEvent.Type[kind], Qt.FocusReason.TabFocusReason))
        assert slider.entry.text() == shown
    assert slider.seen == []


@pytest.mark.parametrize(
    ("key", "moved"),
    [(Key.Key_Right, 10), (Key.Key_Up, 10), (Key.Key_Left, -10), (Key.Key_PageUp, 100), (Key.Key_PageDown, -100)],
)
def test_keys_go_one_and_ten_percent_of_the_range(qtbot, slider, key, moved):
    before = slider.groove.value()
    qtbot.keyClick(slider.groove, key)
    assert slider.groove.value() == before + moved
    assert slider.seen == [slider.scale.value(before + moved)]


def test_shift_goes_one_position(qtbot, slider):
    before = slider.groove.value()
    qtbot.keyClick(slider.groove, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert slider.groove.value() == before + 1


def test_home_and_end_reach_the_ends_exactly(qtbot, slider):
    qtbot.keyClick(slider.groove, Key.Key_End)
    qtbot.keyClick(slider.groove, Key.Key_Home)
    assert slider.seen == [10.0, 1e-5]


def test_an_arrow_changes_a_whole_number_by_one(qtbot):
    control = Slider(named(integer(3, 1, 20)))
    qtbot.addWidget(control)
    qtbot.keyClick(control.groove, Key.Key_Right)
    assert control.value() == 4


def test_an_arrow_always_changes_a_logarithmic_whole_number(qtbot):
    control = Slider(named(integer(1, 1, 1_000_000, log=True)))
    qtbot.addWidget(control)
    qtbot.keyClick(control.groove, Key.Key_Right)
    assert control.value() == 2


@pytest.mark.parametrize("words", ["3.5", "0", "21", "1e1x"])
def test_a_whole_number_refuses_what_is_none(qtbot, words):
    control = Slider(named(integer(3, 1, 20)))
    qtbot.addWidget(control)
    write(qtbot, control, words)
    control.entry.returnPressed.emit()
    assert control.value() == 3
    assert "whole number from 1 to 20" in control.refusal.text()


def test_a_double_click_on_the_groove_returns_to_the_default(qtbot, slider):
    slider.set_value(1.0)
    qtbot.mouseDClick(slider.groove, Qt.MouseButton.LeftButton)
    assert slider.value() == 0.038
    assert slider.seen == [0.038]


def test_a_double_click_on_the_name_returns_to_the_default(qtbot, slider):
    slider.set_value(1.0)
    qtbot.mouseDClick(slider.name_label, Qt.MouseButton.LeftButton)
    assert slider.value() == 0.038


def test_dragging_emits_at_every_move_and_keeps_the_number_of_digits(qtbot, slider):
    groove = slider.groove
    middle = groove.height() // 2
    qtbot.mousePress(groove, Qt.MouseButton.LeftButton, pos=QPoint(100, middle))
    lengths = set()
    for x in (110, 120, 130):
        qtbot.mouseMove(groove, QPoint(x, middle))
        lengths.add(len(slider.entry.text().replace("0.", "").lstrip("0")))
    assert slider.is_held()
    assert len(slider.seen) == 4
    assert slider.seen == sorted(slider.seen)
    assert lengths == {3}
    qtbot.mouseRelease(groove, Qt.MouseButton.LeftButton, pos=QPoint(130, middle))
    assert not slider.is_held()


def test_a_click_on_the_groove_goes_there(qtbot, slider):
    qtbot.mouseClick(slider.groove, Qt.MouseButton.LeftButton, pos=QPoint(slider.groove.width() - 1, 9))
    assert slider.value() == 10.0


def turn_wheel(widget):
    event = QWheelEvent(
        QPointF(5, 5), widget.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_the_wheel_moves_only_a_slider_with_the_focus(slider):
    slider.entry.setFocus()
    turn_wheel(slider.groove)
    assert slider.seen == []
    slider.groove.setFocus()
    turn_wheel(slider.groove)
    assert len(slider.seen) == 1


def test_the_unit_is_shown_and_understood(qtbot):
    control = Slider(named(real(0.0, -90.0, 90.0, unit="°")))
    qtbot.addWidget(control)
    control.set_value(45.0)
    assert control.entry.text() == "45°"
    write(qtbot, control, "-30°")
    control.entry.returnPressed.emit()
    assert control.value() == -30.0


def test_names_tooltip_and_description_are_there(slider):
    assert slider.objectName() == "lr"
    assert slider.accessibleName() == slider.groove.accessibleName() == "Learning rate η"
    assert slider.entry.accessibleName() == "Learning rate η as text"
    for words in ("How long a step is.", "1e−5 to 10", "logarithmic", "next step", "Default 0.038"):
        assert words in slider.toolTip()


def test_a_structural_parameter_says_that_it_restarts(qtbot):
    control = Slider(named(real(0.0, 0.0, 1.0, kind=STRUCTURAL)))
    other = Slider(named(real(0.0, 0.0, 1.0, kind=VIEW)))
    qtbot.addWidget(control)
    qtbot.addWidget(other)
    assert "restarts" in control.restart_mark.text()
    assert "new run" in control.toolTip()
    assert other.restart_mark is None


def test_a_control_without_effect_is_disabled_and_says_why(slider):
    slider.set_applicable(False, "Only on the ravine.")
    assert not slider.isEnabled()
    assert "Only on the ravine." in slider.toolTip()
    slider.set_applicable(True)
    assert slider.isEnabled()
    assert "Only on the ravine." not in slider.toolTip()


def test_the_menu_goes_back_and_copies(slider):
    slider.set_value(0.5)
    menu = slider.make_menu()
    back, copy = menu.actions()
    assert back.text() == "Back to default (0.038)"
    copy.trigger()
    assert QApplication.clipboard().text() == "lr=0.5"
    back.trigger()
    assert slider.value() == 0.038
    assert not slider.make_menu().actions()[0].isEnabled()


def test_a_refusal_from_outside_is_shown_until_the_next_good_value(slider):
    slider.refuse("lr = 9 is refused: the run has ended")
    assert slider.refusal.text() == "The run has ended"
    assert slider.value() == 0.038
    slider.set_value(0.1)
    assert slider.refusal.isHidden()
