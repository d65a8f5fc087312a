"""Predict, run, then right or wrong against what happened, then why: in a real window with a real engine."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from explainer.window.inspector.rich_text import RichText
from explainer.window.lesson.diagnosis import DiagnosisView
from explainer.window.lesson.prediction import PredictionView

CHOICE = """## A

```predict
Which is lower after 12 steps?
- [ ] SGD {last(loss/sgd) < last(loss/momentum)}
- [x] Momentum {last(loss/momentum) < last(loss/sgd)}
> Because.
[Run](try:run=12&speed=max)
```
"""
COMPARED = """## A

```predict
Does a tenth of the rate get further in five steps?
- [x] Yes {last(b.loss/sgd) < last(a.loss/sgd) and b.position[0, 0] < 0}
- [ ] No {else}
> Because.
[Run](compare:optimizers=sgd&run=5&speed=max|optimizers=sgd&lr=0.0038)
```
"""
DRAWN = """## A

```predict
Draw the loss.
draw: loss/sgd
range: 1, 100 log
> So.
[Run](try:optimizers=sgd&run=20&speed=max)
```
"""
CLICKED = """## A

```predict
Where?
click: contours
at: position[0]
> There.
[Run](try:optimizers=sgd&run=30&speed=max)
```
"""
FAULT = """## A

```diagnose
It grows. Why?
[Broken](try:optimizers=sgd&lr=0.05&run=20&speed=max)
seen: {last(loss/sgd) > at(loss/sgd, 1)}
- [ ] a
- [x] b
- [ ] c
- [ ] d
> Too long a step.
[Mended](try:optimizers=sgd&run=20&speed=max)
cured: {last(loss/sgd) < at(loss/sgd, 1)}
```
"""


def teach(driver, text):
    """Show a lesson of the test's own beside gradient descent; return the guess in it."""
    inspector = driver.window.inspector
    driver.window.show_lesson()
    inspector.lesson.show_lesson(text, driver.session.scene, inspector.controls)
    column = inspector.lesson.findChildren(PredictionView if "diagnose" not in text else DiagnosisView)
    return column[-1]


def told(driver):
    return driver.window.progress.of("gradient-descent").guesses[-1]


@pytest.mark.parametrize(("answer", "kind", "right"), [(1, "right", True), (0, "wrong", False)])
def test_an_answer_is_right_or_wrong_by_what_the_run_did(driver, answer, kind, right):
    view = teach(driver, CHOICE)
    view.way.options[answer].click()
    view.run.click()
    assert view.open
    assert not view.explanation.isVisible()
    driver.until(lambda: not view.open)
    assert driver.step == 12
    assert view.verdict.kind == kind
    assert view.explanation.isVisible()
    marks = [option.property("verdict") for option in view.way.options]
    assert marks == (["", "right"] if right else ["wrong", "right"])
    assert (told(driver).right, told(driver).said) == (right, ["SGD", "Momentum"][answer])


def test_a_run_that_was_changed_on_the_way_may_be_none_of_the_answers(driver):
    view = teach(driver, CHOICE.replace("- [x] Momentum", "- [x] Mo").replace("speed=max", "speed=5"))
    view.way.options[0].click()
    view.run.click()
    driver.until(lambda: driver.session.playing)
    driver.session.set({"optimizers": ("momentum", "sgd"), "momentum": 0.0})
    driver.session.course.set_speed(None)
    driver.until(lambda: not view.open)
    assert view.verdict.kind == "none"
    assert told(driver).right is None


def test_another_link_leaves_the_guess_as_it_was(driver):
    view = teach(driver, CHOICE.replace("speed=max", "speed=1"))
    view.way.options[1].click()
    view.run.click()
    driver.window.inspector.lesson.follow("try:lr=0.01")
    assert view.open
    assert view.way.chosen == 1
    assert not view.verdict.isVisible()
    driver.until(driver.settled)
    assert view.open


def test_a_guess_can_be_taken_back(driver):
    view = teach(driver, CHOICE)
    view.way.options[0].click()
    view.run.click()
    driver.until(lambda: not view.open)
    view.again.click()
    assert view.open
    assert view.way.chosen == -1
    assert not view.run.isEnabled()
    assert not view.explanation.isVisible()


def test_runs_beside_one_another_are_judged_together(driver):
    view = teach(driver, COMPARED)
    view.way.options[1].click()
    view.run.click()
    driver.until(lambda: not view.open)
    assert len(driver.window.lanes.all) == 2
    assert view.verdict.kind == "wrong"
    driver.window.comparison.end()


def test_a_curve_is_drawn_with_the_mouse_and_compared_with_the_true_one(driver):
    view = teach(driver, DRAWN)
    sketch = view.way
    driver.until(sketch.isVisible)
    assert not view.run.isEnabled()
    pane = sketch._pane
    start, end = pane.topLeft() + QPointF(1, 4), pane.bottomRight() - QPointF(1, 90)
    QTest.mousePress(sketch, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(sketch, end.toPoint())
    sketch._draw_to(end)
    QTest.mouseRelease(sketch, Qt.MouseButton.LeftButton, pos=end.toPoint())
    assert view.run.isEnabled()
    view.run.click()
    driver.until(lambda: not view.open)
    true = np.log10(driver.frame.series["loss/sgd"].values) / 2
    expected = np.abs(np.interp(np.linspace(1, 20, 61), np.arange(1, 21), np.clip(true, 0, 1)) - sketch.whole).mean()
    assert sketch.comparison.distance == pytest.approx(expected, abs=1e-9)
    assert "a factor of" in view.verdict.words.markdown


def test_a_curve_is_drawn_with_the_keys(driver):
    view = teach(driver, DRAWN)
    sketch = view.way
    sketch.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(sketch, key)
    assert view.run.isEnabled()
    assert sketch.heights.max() > 0.5 > sketch.heights.min()
    assert "% of the height" in sketch.accessibleDescription()


def test_a_place_is_pointed_at_on_the_card_and_the_distance_is_said(driver):
    view = teach(driver, CLICKED)
    view.way.button.click()
    aim = view.way.aim
    driver.until(aim.isVisible)
    QTest.mouseClick(aim, Qt.MouseButton.LeftButton, pos=aim._axes.widget_position(2.0, 1.0))
    assert aim.place == pytest.approx((2.0, 1.0), abs=0.1)
    QTest.keyClick(aim, Qt.Key.Key_Left)
    assert aim.place[0] < 1.99
    view.run.click()
    driver.until(lambda: not view.open)
    assert aim.true == pytest.approx(tuple(driver.frame.arrays["position"][0]))
    assert "apart" in view.verdict.words.markdown
    view.again.click()
    assert view.way.aim is None


def test_a_fault_is_seen_then_named_then_cured(driver):
    view = teach(driver, FAULT)
    assert not view.way.isVisible()
    view.run.click()
    driver.until(view.way.isVisible)
    assert "in the pictures" in view.evidence.words.markdown
    assert view.open
    view.way.options[2].click()
    assert not view.open
    assert view.verdict.kind == "wrong"
    assert view.explanation.isVisible()
    view.cure.click()
    driver.until(lambda: view.result.kind == "right")
    assert driver.frame.params.lr == 0.038
    assert told(driver).right is False


FOLLOWED = (
    CHOICE
    + """
Momentum is, of course.

```control
lr
```
"""
)


def shown(view, words):
    texts = view.window().inspector.lesson.columns[0].findChildren(RichText)
    return [text for text in texts if words in text.markdown and text.isVisible()]


def test_what_follows_a_guess_is_hidden_until_it_is_made(driver):
    view = teach(driver, FOLLOWED)
    driver.until(view.isVisible)
    assert not shown(view, "of course")
    view.way.options[0].click()
    view.run.click()
    driver.until(lambda: not view.open)
    assert shown(view, "of course")
    view.again.click()
    assert shown(view, "of course")


def test_whoever_does_not_guess_can_read_on(driver):
    view = teach(driver, FOLLOWED)
    driver.until(view.isVisible)
    view.parentWidget().findChild(QPushButton, "lesson-read-on").click()
    assert shown(view, "of course")
    assert view.open
