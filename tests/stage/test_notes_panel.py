"""What a scene noticed: named, in order, and without jumping while its numbers change."""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel

from explainer.contract.frame import Note
from explainer.stage.notes_panel import NotesPanel

LONG = "The weight {} goes from wall to wall."


def panel(qtbot) -> NotesPanel:
    made = NotesPanel()
    qtbot.addWidget(made)
    made.setFixedWidth(380)
    made.show()
    made.show_notes([Note("")])
    qtbot.waitUntil(lambda: made.findChild(QLabel).width() > 200)
    return made


def height(notes: NotesPanel) -> int:
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    return notes.layout().heightForWidth(notes.width())


def shown(notes: NotesPanel) -> list[str]:
    return [label.text() for label in notes.findChildren(QLabel) if label.isVisible()]


def test_at_most_three_notes_are_shown_and_the_first_are_the_most_important(qtbot):
    notes = panel(qtbot)
    notes.show_notes([Note(word) for word in ("one", "two", "three", "four")])
    assert shown(notes) == ["one", "two", "three"]
    notes.show_notes([])
    assert not notes.isVisible()


def test_a_note_keeps_its_height_while_its_numbers_change_and_another_note_has_its_own(qtbot):
    notes = panel(qtbot)
    notes.show_notes([Note(LONG.format("−1.2345678912345678912e−100"))])
    high = height(notes)
    notes.show_notes([Note(LONG.format("0"))])
    assert height(notes) == high
    notes.show_notes([Note("Rests.")])
    assert height(notes) < high
