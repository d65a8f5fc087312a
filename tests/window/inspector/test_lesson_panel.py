"""The Lesson tab: steps, links, controls and predictions."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import Formula, TryLink, inline_parts, read_lesson, texts_of
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.inspector.lesson_panel import LessonPanel
from explainer.window.inspector.question import QuestionView
from explainer.window.inspector.rich_text import RichText
from explainer.window.inspector.typeset import typeset
from explainer.window.lesson.prediction import PredictionView

TEXT = """## First

Both use $\\eta$ and [this](try:lr=0.041&run=60&speed=30), see [the slice](show:slice) or [more](https://example.org/a).

```control
lr
momentum
```

```predict
Which?
- [ ] The one
- [x] The other
> Because of $\\beta$.
[Run](try:run=120)
```

## Second

$$a = \\frac{b}{c}$$

```question
Why?
> Because.
```

## Third

The end.
"""


class Labels:
    """Makes labels in place of controls and remembers what it was asked for."""

    def __init__(self):
        self.asked = []

    def control(self, name):
        self.asked.append(name)
        return QLabel(name)


@pytest.fixture
def scene():
    return CATALOGUE.scene("gradient-descent")


@pytest.fixture
def panel(qtbot, scene):
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.controls = Labels()
    panel.resize(360, 700)
    panel.show_lesson(TEXT, scene, panel.controls)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def seen(panel, kind):
    return [widget for widget in panel.findChildren(kind) if widget.isVisible()]


def link(panel, words):
    return next(text for text in panel.findChildren(RichText) if words in text.markdown)


def test_the_first_step_is_shown_alone_with_its_controls(panel):
    titles = [text.markdown for text in seen(panel, RichText)]
    assert "First" in titles
    assert "Second" not in titles
    assert panel.controls.asked == ["lr", "momentum"]
    assert [label.text() for label in seen(panel, QLabel)] == ["lr", "momentum"]


def test_the_links_below_lead_on_and_back(panel, qtbot):
    with qtbot.waitSignal(panel.step_changed) as moved:
        panel.footer.next.anchorClicked.emit(QUrl("link:0"))
    assert moved.args == [1]
    assert "next: Third ›" in panel.footer.next.markdown
    panel.footer.back.click()
    assert panel.step == 0
    assert not panel.footer.back.isVisible()


def test_the_last_step_leads_nowhere_further(panel):
    panel.go_to(99)
    assert panel.step == 2
    assert not panel.footer.next.isVisible()


def test_a_dot_leads_to_its_step(panel, qtbot):
    dots = panel.footer.dots
    qtbot.mouseClick(dots, Qt.MouseButton.LeftButton, pos=dots._dot(2, 3).center().toPoint())
    assert panel.step == 2


def test_all_steps_can_stand_in_one_column_and_keep_their_answers(panel):
    panel.findChild(PredictionView).judge([])
    panel.footer.all.click()
    assert {"First", "Second", "Third"} <= {text.markdown for text in seen(panel, RichText)}
    assert panel.whole
    panel.footer.all.click()
    assert not panel.whole
    assert not panel.findChild(PredictionView).open


def test_steps_stand_in_their_order_however_they_were_visited(panel):
    panel.go_to(2)
    panel.go_to(1)
    panel.show_whole()
    places = {text.markdown: text.mapTo(panel, text.pos()).y() for text in seen(panel, RichText)}
    assert places["First"] < places["Second"] < places["Third"]


def test_a_try_link_asks_for_its_values_and_its_run(panel, qtbot):
    with qtbot.waitSignal(panel.try_asked) as asked:
        link(panel, "Both use").anchorClicked.emit(QUrl("link:0"))
    assert asked.args == [TryLink({"lr": 0.041}, run=60, speed=30.0)]


def test_a_show_link_asks_for_its_picture(panel, qtbot):
    with qtbot.waitSignal(panel.show_asked) as asked:
        link(panel, "Both use").anchorClicked.emit(QUrl("link:1"))
    assert asked.args == ["slice"]


def test_a_web_link_opens_in_the_browser(panel, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    link(panel, "Both use").anchorClicked.emit(QUrl("link:2"))
    assert [url.toString() for url in opened] == ["https://example.org/a"]


def test_a_link_that_cannot_be_followed_says_why(panel, qtbot):
    with qtbot.waitSignal(panel.refused) as refused:
        panel.follow("try:lr=1e9")
    assert "from 1e-05 to 10" in refused.args[0]


def test_links_are_reached_and_followed_by_keyboard(panel, qtbot):
    text = link(panel, "Both use")
    text.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(panel.try_asked):
        qtbot.keyClick(text, Qt.Key.Key_Return)
    first = text.textCursor().selectedText()
    text.clearFocus()
    text.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert text.textCursor().selectedText() not in ("", first), "the other way one comes to the last link"


def test_a_prediction_asks_for_its_run_and_tells_right_wrong_and_why_only_after_it(panel, qtbot):
    prediction = panel.findChild(PredictionView)
    assert not prediction.run.isEnabled()
    assert not prediction.explanation.isVisible()
    prediction.way.options[0].click()
    assert prediction.open
    with qtbot.waitSignal(panel.run_asked) as asked:
        prediction.run.click()
    assert asked.args == [prediction, TryLink({}, run=120)]
    prediction.judge([])
    assert prediction.verdict.kind == "wrong"
    assert "What happened: The other" in prediction.verdict.words.markdown
    assert prediction.explanation.isVisible()


def test_previews_are_told_of_a_prediction_that_waits(panel, qtbot):
    told = []
    panel.prediction_open.connect(told.append)
    assert panel.is_prediction_open
    panel.go_to(1)
    panel.go_to(0)
    panel.hide()
    panel.show()
    panel.findChild(PredictionView).judge([])
    panel.go_to(1)
    panel.go_to(0)
    assert told == [False, True, False, True, False]


def test_an_answer_to_an_interview_question_unfolds(panel):
    panel.go_to(1)
    question = panel.findChild(QuestionView)
    assert not question.answer.isVisible()
    question.fold.click()
    assert question.answer.isVisible()


def test_every_text_shows_all_of_itself_at_every_width(panel, qtbot):
    panel.show_whole()
    for width in (300, 340, 440, 700):
        panel.resize(width, 700)
        panel.area.widget().layout().activate()
        qtbot.waitUntil(lambda: all(text.height() >= text.document().size().height() for text in seen(panel, RichText)))


def test_a_theme_reaches_every_text(panel):
    text = link(panel, "Both use")
    panel.apply_theme(LIGHT)
    assert _text_colours(text) == {LIGHT.text, LIGHT.accent}
    panel.apply_theme(DARK)
    assert _text_colours(text) == {DARK.text, DARK.accent}


def test_formulas_in_lines_are_pictures_named_by_their_source(panel):
    text = link(panel, "Both use")
    assert "\ue000" not in text.toPlainText()
    assert text.toPlainText().count("\ufffc") == 1
    assert r"\eta" in text.accessibleName()


def test_a_stop_behind_a_formula_is_drawn_with_it(qtbot):
    text = RichText("about $x$, then ($y$) and $z$.")
    qtbot.addWidget(text)
    assert text.toPlainText() == "about \ufffc then (\ufffc and \ufffc"
    assert text.plain_text() == "about x, then (y) and z."


def test_the_first_step_of_gradient_descent_opens_without_the_typesetter(scene):
    """Importing it takes longer than building the step."""
    first = read_lesson(CATALOGUE.lesson(scene)).steps[0]
    assert [formula for block in first.blocks for text in texts_of(block) for formula in inline_parts(text)[1]] == []
    assert not any(isinstance(block, Formula) for block in first.blocks)


def test_a_lesson_that_cannot_be_read_says_where(panel, scene):
    panel.show_lesson("## A\n\n```control\nlr", scene, Labels())
    assert any("line 3" in label.text() for label in seen(panel, QLabel))
    panel.show_lesson(TEXT, scene, Labels())
    assert "First" in [text.markdown for text in seen(panel, RichText)]


def test_everything_that_acts_has_a_name_and_a_tooltip(panel):
    panel.show_whole()
    buttons = panel.findChildren(QPushButton)
    assert buttons
    assert [button.objectName() for button in buttons if not (button.accessibleName() and button.toolTip())] == []


def _text_colours(text):
    found, block = set(), text.document().begin()
    while block.isValid():
        runs = block.begin()
        while not runs.atEnd():
            found.add(runs.fragment().charFormat().foreground().color().name())
            runs += 1
        block = block.next()
    return found


def test_every_formula_of_gradient_descent_can_be_typeset(qapp, scene):
    blocks = [block for step in read_lesson(CATALOGUE.lesson(scene)).steps for block in step.blocks]
    formulas = [block.latex for block in blocks if isinstance(block, Formula)]
    formulas += [latex for block in blocks for text in texts_of(block) for latex in inline_parts(text)[1]]
    assert len(formulas) > 20
    assert all(typeset(latex).width > 0 for latex in formulas)
