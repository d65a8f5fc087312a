"""Symbols in texts and formulas light what they stand for, and the other way round."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from explainer.contract.symbols import as_latex, as_letter
from explainer.window.controls.control import Control
from explainer.window.inspector.formula import FormulaView
from explainer.window.inspector.glyphs import symbol_boxes
from explainer.window.inspector.rich_text import RichText
from explainer.window.inspector.typeset import typeset

LESSON = """## A

```control
lr
momentum
```

The rate η and the formula $\\beta + 1$ of it.

$$\\theta \\leftarrow \\theta - \\eta \\, \\nabla L(\\theta)$$
"""


@pytest.mark.parametrize(
    ("latex", "symbol", "count"),
    [
        (r"\theta - \eta \nabla L(\theta)", r"\theta", 2),
        (r"\theta - \eta \nabla L(\theta)", r"\eta", 1),
        (r"\theta - \eta \nabla L(\theta)", "L", 1),
        (r"\theta - \eta \nabla L(\theta)", r"\beta", 0),
        (r"\frac{\eta}{2} + \eta", r"\eta", 2),
        (r"2 / \lambda_{\max}", r"\lambda", 1),
        (r"\frac{", r"\eta", 0),
    ],
)
def test_a_symbol_is_found_by_its_shape(latex, symbol, count, qapp):
    boxes = symbol_boxes(latex, symbol)
    assert len(boxes) == count
    for box in boxes:
        shape = typeset(latex)
        assert -2 <= box.left() < box.right() <= shape.width + 2
        assert -shape.ascent - 1 <= box.top() < box.bottom() <= shape.descent + 1


def test_letters_and_commands_are_one_symbol():
    assert (as_latex("η"), as_latex("W"), as_latex(r"\eta")) == (r"\eta", "W", r"\eta")
    assert (as_letter("η"), as_letter(r"\eta"), as_letter("W"), as_letter(r"\nabla L")) == ("η", "η", "", "")


@pytest.fixture
def lesson(driver):
    window = driver.window
    window.show_lesson()
    panel = window.inspector.lesson
    panel.show_lesson(LESSON, driver.session.scene, window.inspector.controls)
    window.teacher.begin(driver.session.scene)
    driver.until(lambda: panel.columns[0].findChild(FormulaView).isVisible())
    return panel.columns[0]


def move(source, place):
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, source.mapToGlobal(place), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(source, event)


def leave(source):
    QApplication.sendEvent(source, QEvent(QEvent.Type.Leave))


def ringed(driver):
    ring = driver.window.teacher.symbols._pointer.ring
    return ring.geometry() if ring.isVisible() else None


def control(column, name):
    return next(found for found in column.findChildren(Control, name) if found.isVisible())


def test_a_symbol_in_a_formula_rings_its_control_or_card(driver, lesson):
    formula = lesson.findChild(FormulaView)
    (eta,) = formula.boxes(r"\eta")
    move(formula, eta.center())
    slider = control(lesson, "lr")
    assert ringed(driver).contains(slider.mapTo(driver.window, slider.rect().center()))
    move(formula, formula.boxes(r"\theta")[0].center())
    card = driver.window.stage.cards[0]
    assert ringed(driver).contains(card.mapTo(driver.window, card.rect().center()))
    leave(formula)
    assert ringed(driver) is None


def test_a_letter_and_a_formula_in_a_text_ring_their_controls(driver, lesson):
    text = next(found for found in lesson.findChildren(RichText) if "The rate" in found.markdown)
    cursor = text.textCursor()
    for position, name in ((text.toPlainText().index("η"), "lr"), (text.toPlainText().index("\ufffc"), "momentum")):
        cursor.setPosition(position)
        place = QPointF(text.cursorRect(cursor).center()) + QPointF(4, 0)
        move(text.viewport(), place)
        slider = control(lesson, name)
        assert ringed(driver).contains(slider.mapTo(driver.window, slider.rect().center())), name
    leave(text.viewport())
    assert ringed(driver) is None


def test_a_control_lights_its_symbols_wherever_they_stand(driver, lesson):
    formula, slider = lesson.findChild(FormulaView), control(lesson, "lr")
    text = next(found for found in lesson.findChildren(RichText) if "The rate" in found.markdown)
    here = QPointF(slider.rect().center())
    QApplication.sendEvent(slider, QEnterEvent(here, here, slider.mapToGlobal(here)))
    assert formula._lit == (r"\eta",)
    assert [chosen.cursor.selectedText() for chosen in text.extraSelections()] == ["η"]
    leave(slider)
    assert formula._lit == ()
    assert text.extraSelections() == []
