"""What a scene noticed: named, in order, a line each, and without jumping while its numbers change."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explainer.contract.frame import Note
from explainer.stage.notes_panel import NotesPanel

LONG = "The weight {} goes from wall to wall, and there is more to say of it than a line of this panel has room for."


@pytest.fixture
def notes(qtbot) -> NotesPanel:
    made = NotesPanel()
    qtbot.addWidget(made)
    made.setFixedWidth(380)
    made.show_notes([Note("")])
    made.show()
    qtbot.waitUntil(lambda: made._rows[0].words.width() > 200)
    return made


def test_at_most_three_notes_are_shown_and_the_first_are_the_most_important(notes):
    notes.show_notes([Note(word) for word in ("one", "two", "three", "four")])
    assert [row.words.text() for row in notes._rows if row.isVisible()] == ["one", "two", "three"]
    notes.show_notes([])
    assert not notes.isVisible()


def test_a_note_is_one_line_whatever_its_length_and_numbers_until_a_click_unfolds_it(notes):
    row = notes._rows[0]
    one_line = row.words.sizeHint().height()
    for number in ("0", "−1.2345678912345678912e−100"):
        notes.show_notes([Note(LONG.format(number))])
        assert row.words.sizeHint().height() == one_line
        assert row.words.text().endswith("…")
        assert row.words.toolTip() == LONG.format(number)
    QTest.mouseClick(row.words, Qt.MouseButton.LeftButton)
    assert row.words.text() == LONG.format("−1.2345678912345678912e−100")
    assert row.words.heightForWidth(row.words.width()) > one_line
    QTest.mouseClick(row.words, Qt.MouseButton.LeftButton)
    assert row.words.text().endswith("…")


def test_what_a_note_offers_stays_beside_it_however_long_it_is(notes, qtbot):
    notes.show_notes([Note(LONG.format(1), link="try:lr=0.01", words="Try it")])
    with qtbot.waitSignal(notes.link_asked) as asked:
        QTest.mouseClick(notes._rows[0].link, Qt.MouseButton.LeftButton)
    assert asked.args == ["try:lr=0.01"]
