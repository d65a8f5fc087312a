"""Interview mode in the window: a question, its answer, its run, a mark, and how one stands."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from explainer.teach.interview import Asked
from explainer.teach.progress import Progress
from explainer.window.interview.dialog import InterviewDialog

KEYS, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
QUESTIONS = [
    Asked(f"s{n}", f"Scene {n}", "AB"[n % 2], 1 + n % 3, f"Question {n}?", f"Answer {n}. [See](try:lr=0.{n + 1})")
    for n in range(6)
]


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path / "progress.json")


@pytest.fixture
def dialog(qtbot, progress):
    dialog = InterviewDialog(QUESTIONS, progress)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    return dialog


def test_the_answer_and_the_marks_wait_until_they_are_asked_for(dialog):
    assert dialog.question.plain_text() == dialog.asked.question
    assert not dialog.answer.isVisible()
    dialog.mark(3)
    assert not any(button.isVisible() for button in dialog.grades.values())
    QTest.keyClick(dialog.written, KEYS.Key_Return, CTRL)
    assert dialog.answer.markdown == dialog.asked.answer
    assert all(button.isVisible() for button in dialog.grades.values())


def test_a_mark_is_kept_and_the_next_question_comes(dialog, progress):
    first = dialog.asked
    QTest.keyClicks(dialog.written, "1 I think so")
    assert dialog.asked is first
    dialog.reveal()
    dialog.grades[2].click()
    assert [mark.grade for mark in progress.of(first.scene).marks] == [2]
    assert dialog.asked is not first
    assert dialog.written.toPlainText() == ""
    assert not dialog.answer.isVisible()


def test_each_mark_says_when_the_question_comes_again(dialog):
    dialog.reveal()
    assert "1 min" in dialog.grades[1].text()
    assert dialog.grades[4].text().endswith(" d")


def test_a_room_and_a_level_can_be_chosen(dialog):
    dialog.room.setCurrentIndex(dialog.room.findData("B"))
    dialog.level.setCurrentIndex(2)
    dialog.draw()
    assert (dialog.asked.room, dialog.asked.level) == ("B", 2)


def test_when_nothing_is_left_it_says_when_the_next_comes(dialog):
    for _ in QUESTIONS:
        dialog.reveal()
        dialog.mark(4)
    assert dialog.asked is None
    assert "The next question comes in" in dialog.question.plain_text()
    assert not dialog.show_answer.isVisible()
    dialog.reveal()
    assert not dialog.answer.isVisible()


def test_rooms_are_summed_up_weakest_first(dialog):
    for _ in QUESTIONS:
        grade = 1 if dialog.asked.room == "B" else 4
        dialog.reveal()
        dialog.mark(grade)
    bars = [dialog.states.itemAtPosition(row, 1).widget() for row in range(2)]
    assert [bar.accessibleName() for bar in bars] == ["B: 0 of 3 known", "A: 3 of 3 known"]


def test_the_run_that_shows_the_answer_is_asked_for(dialog, qtbot):
    dialog.reveal()
    with qtbot.waitSignal(dialog.link_asked) as asked:
        dialog.see.click()
    assert asked.args == [dialog.asked.scene, dialog.asked.link]


def test_everything_has_a_name_and_a_tooltip(dialog):
    for button in dialog.findChildren(QPushButton):
        assert button.accessibleName()
        assert button.toolTip()


def test_ctrl_i_opens_it_and_its_link_runs_in_the_window(driver, monkeypatch, tmp_path):
    driver.key(KEYS.Key_I, CTRL)
    dialog = driver.window.interviews.dialog
    assert dialog.isVisible()
    dialog.link_asked.emit("gradient-descent", "try:lr=0.02&run=1")
    assert driver.session.params.lr == 0.02
    place = tmp_path / "q.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(place), ""))
    dialog.export.click()
    assert place.read_text("utf-8").startswith("#separator:tab")
    dialog.reveal()
    asked = dialog.asked
    dialog.mark(4)
    assert driver.window.progress.of(asked.scene).marks
    monkeypatch.setattr(QMessageBox, "question", lambda *words: QMessageBox.StandardButton.Yes)
    dialog.forget.click()
    assert not driver.window.progress.of(asked.scene).marks
    dialog.close()
