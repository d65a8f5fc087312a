"""What is read where: a pointer goes to every place that a card can be asked about, and keeps the words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from explainer.export.lesson.recording_data import Spot
from explainer.plots.base.read_out import ReadOut
from explainer.plots.card_picture import CardPicture
from explainer.plots.part import Part, Place
from explainer.plots.picture import Picture
from explainer.plots.resolved import Resolved

MOST = 150
"""Places of one drawing, evenly apart where there are more."""


class Reader:
    """Reads one picture; a drawing that shows what it showed before is not read again."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._known: dict[int, tuple[Resolved, Sequence[Spot]]] = {}

    def spots(self) -> Sequence[Spot]:
        """Return every place with its words; none for a picture that is no card."""
        parts = self._picture.parts if isinstance(self._picture, CardPicture) else []
        return [spot for number, part in enumerate(parts) for spot in self._read(number, part)]

    def _read(self, number: int, part: Part) -> Sequence[Spot]:
        known = self._known.get(number)
        if known is not None and known[0] is part.now:
            return known[1]
        found = self._asked(part) if part.isVisibleTo(self._picture) else []
        if part.now is not None:
            self._known[number] = part.now, found
        return found

    def _asked(self, part: Part) -> Sequence[Spot]:
        marks = list(part.marks())
        every = -(-len(marks) // MOST) or 1
        spots = [self._spot(part, mark) for mark in marks[::every]]
        leave(part)
        return [spot for spot in spots if spot.words]

    def _spot(self, part: Part, mark: Place) -> Spot:
        point_at(part, mark.at)
        at = part.mapTo(self._picture, mark.at)
        return Spot(at.x(), at.y(), words_at(part))


def words_at(part: Part) -> str:
    """Return what a drawing says where the pointer is."""
    said = part.reading() or "\n".join(label.text() for label in part.findChildren(ReadOut) if not label.isHidden())
    return said.strip()


def leave(part: Part) -> None:
    """Take the pointer away: what it lit and read must not be in the next picture."""
    for widget in (part, *part.findChildren(QWidget)):
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
    part.darken()
    for label in part.findChildren(ReadOut):
        label.say("")


def point_at(part: Part, place: QPoint) -> None:
    """Move the pointer to a pixel, over whatever widget is there."""
    target = part.childAt(place) or part
    inside = QPointF(target.mapFrom(part, place)) if target is not part else QPointF(place)
    none = Qt.MouseButton.NoButton
    moved = QMouseEvent(
        QEvent.Type.MouseMove, inside, QPointF(part.mapToGlobal(place)), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(target, moved)
