import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from explainer.contract import STRUCTURAL, choice
from explainer.window.controls.choice import ChoiceControl

MANY = {
    f"place-{index}": f"The {word} place"
    for index, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"))
}
MANY |= {f"hill-{index}": f"Hill {index}" for index in range(8)}


def make(qtbot, options, default):
    parameter = choice(default, options, kind=STRUCTURAL, label="Surface")
    parameter.name = "surface"
    control = ChoiceControl(parameter)
    qtbot.addWidget(control)
    control.seen = []
    control.changed.connect(control.seen.append)
    control.show()
    return control


@pytest.fixture
def few(qtbot):
    return make(qtbot, {"bowl": "Bowl", "ravine": "Ravine", "hills": "Hills"}, "ravine")


@pytest.fixture
def many(qtbot):
    return make(qtbot, MANY, "place-1")


def search(qtbot, control, words):
    control.box.setFocus()
    control.box.lineEdit().selectAll()
    qtbot.keyClicks(control.box.lineEdit(), words)
    qtbot.keyClick(control.box.lineEdit(), Qt.Key.Key_Return)


def test_options_are_shown_in_their_words(few):
    assert [few.box.itemText(index) for index in range(3)] == ["Bowl", "Ravine", "Hills"]
    assert few.box.currentText() == "Ravine"
    assert not few.box.isEditable()


def test_arrow_keys_choose(qtbot, few):
    qtbot.keyClick(few.box, Qt.Key.Key_Down)
    assert few.seen == ["hills"]
    qtbot.keyClick(few.box, Qt.Key.Key_Home)
    assert few.seen == ["hills", "bowl"]


def test_setting_from_outside_emits_nothing(few):
    few.set_value("bowl")
    assert few.box.currentText() == "Bowl"
    assert few.seen == []


def test_a_double_click_on_the_name_returns_to_the_default(qtbot, few):
    few.set_value("bowl")
    qtbot.mouseDClick(few.name_label, Qt.MouseButton.LeftButton)
    assert few.seen == ["ravine"]
    assert few.box.currentText() == "Ravine"


def test_the_wheel_is_left_to_the_page(few):
    few.box.clearFocus()
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(few.box, event)
    assert few.seen == []
    assert not event.isAccepted()


@pytest.mark.parametrize(
    ("words", "name"),
    [("The third place", "place-2"), ("hill 7", "hill-7"), ("FOURTH", "place-3"), ("hill-2", "hill-2")],
)
def test_a_long_list_can_be_searched(qtbot, many, words, name):
    search(qtbot, many, words)
    assert many.value() == name
    assert many.seen == [name]
    assert many.box.currentText() == MANY[name]


@pytest.mark.parametrize("words", ["nowhere", "place"])
def test_a_search_that_finds_none_or_many_is_refused(qtbot, many, words):
    many.box.completer().setCompletionMode(many.box.completer().CompletionMode.InlineCompletion)
    many.box.setCompleter(None)
    search(qtbot, many, words)
    assert many.value() == "place-1"
    assert many.is_refused()
    assert "Choose from place-0" in many.refusal.text()


def test_escape_after_a_refused_search_restores_the_option(qtbot, many):
    many.box.setCompleter(None)
    search(qtbot, many, "nowhere")
    qtbot.keyClick(many.box.lineEdit(), Qt.Key.Key_Escape)
    assert many.box.currentText() == "The second place"
    assert not many.is_refused()


def test_names_are_there(few):
    assert few.objectName() == "surface"
    assert few.box.accessibleName() == few.accessibleName() == "Surface"
    assert "new run" in few.toolTip()
