"""A hand that tries everything a card offers: paints it, hovers every mark, drags every handle, clicks every place."""

import re
import sys
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from explainer.contract import VIEW
from explainer.contract.cards.card import bindings_of, drawings_of
from explainer.contract.fields.word import Switch
from explainer.contract.refused import Refused
from explainer.plots.base.axes import Axes
from explainer.plots.base.throttle import Throttle
from explainer.plots.card_picture import CardPicture
from explainer.plots.picture import Steering
from explainer.theme.tokens import DARK

FEW = 3
"""How many marks are read while a run goes on."""
MOST = 16
"""How many marks of a part are tried: the first, the last, and as many between."""
SIZE, EARLY = (560, 380), (280, 180)
LATE = 4
"""How many arrays of a card come late, one at a time."""
NUMBER = re.compile(r"[−-]?\d+(?:[.,]\d+)?(?: · 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|e[−-]?\d+)?%?")
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@contextmanager
def raising():
    """Turn what would be reported by the exception hook into a failure."""
    caught, before = [], sys.excepthook
    sys.excepthook = lambda kind, error, trace: caught.append(error)
    try:
        yield
    except AssertionError as error:
        raise (caught[0] if caught else error) from error
    finally:
        sys.excepthook = before
    if caught:
        raise caught[0]


class Asked:
    """What a picture asks for, checked against the declaration as the window would."""

    def __init__(self, steering, scene, params):
        self.scene, self.params = scene, params
        self.wishes, self.lit = [], []
        steering.set_asked.connect(self._set)
        steering.act_asked.connect(self._act)
        steering.seek_asked.connect(lambda step: self.wishes.append(("seek", step)))
        steering.lit.connect(lambda name, value: self.lit.append((name, value)))

    def _set(self, values):
        try:
            self.params.anew(**values).verify()
        except Refused as refused:
            assert len(str(refused)) > 15
        for name in values:
            self.scene.parameters.declaration(name)
        self.wishes.append(("set", values))

    def _act(self, verb, arguments):
        try:
            self.scene.verb(verb).check(arguments)
        except Refused as refused:
            assert refused.about not in ("", verb), f"{verb}({arguments}): {refused}"
        self.wishes.append(("act", verb, arguments))


def picture_for(kind, frame, scene, *, steering=None, size=SIZE, tokens=DARK):
    """Make a picture as the stage would, and show it the frame with only the arrays that it asks for."""
    steering = steering or Steering()
    picture = kind(steering)
    picture.resize(*size)
    picture.apply_theme(tokens)
    picture.ensurePolished()
    show(picture, frame)
    return picture


def show(picture, frame):
    """Show a picture a frame with only the arrays that it asks for, and paint it."""
    wanted = set(picture.wanted(frame.params))
    arrays = {name: array for name, array in frame.arrays.items() if name in wanted}
    picture.draw(replace(frame, arrays=arrays))
    return painted(picture)


def painted(picture):
    """Return the picture as an image, laid out."""
    picture.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    picture.show()
    image = QImage(picture.size(), QImage.Format.Format_RGB888)
    picture.render(image)
    return image


def try_out(kind, frame, scene, job=None):
    """Do everything to a picture that a hand can do; whatever goes wrong is raised.

    ``job(name, arguments)`` returns what a side job finds.
    """
    steering = Steering()
    steering.at_once = True
    asked = Asked(steering, scene, frame.params)
    found = {}
    steering.job_asked.connect(lambda name, arguments: found.update({name: (arguments, job(name, arguments))}))
    if issubclass(kind, CardPicture):
        check_bindings(kind)
    with raising():
        try_without(kind, frame, steering)
        picture = picture_for(kind, frame, scene, steering=steering)
        for name, (arguments, arrays) in list(found.items()):
            if arrays is not None:
                picture.draw_job(name, arguments, arrays)
        painted(picture)
        assert picture.summary(), kind.key
        if isinstance(picture, CardPicture):
            for part in picture.parts:
                _try_part(part, asked)
    shiboken6.delete(picture)
    return asked


def try_without(kind, frame, steering):
    """Paint a picture before its arrays are there: none of them, and all but one of them, for some of these."""
    wanted = list(kind.wanted(frame.params))
    for late in [["*"], *([each] for each in wanted[:: max(1, -(-len(wanted) // LATE))] if len(wanted) > 1)]:
        there = {n: array for n, array in frame.arrays.items() if not any(fnmatchcase(n, each) for each in late)}
        early = kind(steering)
        early.resize(*EARLY)
        early.draw(replace(frame, arrays=there))
        painted(early)
        shiboken6.delete(early)


def stale_readings(kind, before, after, scene):
    """Return what a card reads under a pointer that rests while the run goes on, where a fresh card reads otherwise.

    Each is (what is read, what ought to be). Marks that are elsewhere in the later frame are passed over.
    """
    found = []
    with raising():
        picture, fresh = (picture_for(kind, frame, scene) for frame in (before, after))
        for number, part in enumerate(picture.parts):
            if not part.isVisibleTo(picture) or part.now is None or fresh.parts[number].now is None:
                continue
            there = {(mark.at.x(), mark.at.y()): mark.lights for mark in fresh.parts[number].marks()}
            marks = [mark for mark in part.marks() if there.get((mark.at.x(), mark.at.y())) == mark.lights]
            for mark in marks[:: max(1, len(marks) // FEW)][:FEW]:
                show(picture, before)
                for each, told in ((part, picture), (fresh.parts[number], fresh)):
                    each.darken()
                    _send(each, mark.at, QEvent.Type.MouseMove, NONE, NONE)
                    if told is picture:
                        show(picture, after)
                read, right = part.accessibleDescription(), fresh.parts[number].accessibleDescription()
                if read != right:
                    found.append((read, right))
                for each in (part, fresh.parts[number]):
                    for widget in (each, *each.findChildren(Axes)):
                        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
        shiboken6.delete(picture)
        shiboken6.delete(fresh)
    return found


def check_bindings(picture):
    """Check that every array has as many dimensions as the place where it is bound."""
    given = picture.card.ask.arrays if picture.card.ask else ()
    for drawing in drawings_of(picture.card.drawing):
        for field, value in bindings_of(drawing):
            if isinstance(value, str) and value not in given:
                dims = picture.scene.array(value).dims
                allowed = field.metadata["ndim"]
                assert not allowed or len(dims) in allowed, f"{picture.key}: {value} {dims} is bound to {field.name}"
    declared = [picture.scene.parameters.declaration(name) for name in picture.card.switches]
    assert all(isinstance(each, Switch) and each.kind is VIEW for each in declared), f"{picture.key}: switches"


def _try_part(part, asked):
    if not part.isVisibleTo(part.window()) or (part.now is None and not getattr(part, "metrics", None)):
        return
    marks = list(part.marks())
    for mark in marks[:: max(1, len(marks) // MOST)][:MOST] + marks[-1:]:
        _hover(part, mark, asked)
        _press(part, [mark.at])
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Return):
        part.keyPressEvent(_key(key))
    _give_up(part)
    for handle in list(part.handles())[:MOST]:
        before = len(asked.wishes)
        way = _away(part, handle)
        _press(part, [handle, handle + way, handle - way / 2])
        for throttle in part.findChildren(Throttle):
            throttle.hurry()
        assert len(asked.wishes) > before, f"dragging {type(part).__name__} at {handle} asks for nothing"
    part.darken()


def _away(part, handle):
    """Return a short way that stays inside."""
    across, down = part.width() // 4, part.height() // 6
    return QPoint(
        across if handle.x() < part.width() / 2 else -across, down if handle.y() < part.height() / 2 else -down
    )


def _hover(part, mark, asked):
    asked.lit.clear()
    _send(part, mark.at, QEvent.Type.MouseMove, NONE, NONE)
    lit = dict(asked.lit)
    for name in mark.lights:
        assert name in lit, f"hovering {type(part).__name__} at {mark.at} lights {lit}, not {name}"
    value = getattr(mark, "value", None)
    said = part.reading()
    assert isinstance(said, str)
    if value is not None and np.isfinite(value) and getattr(part.told, "reading", None) is not None:
        assert says(said, value), f"“{said}” is read where {value} is drawn"


def says(text, value):
    """Return whether one of the numbers in a text is this value, as rounded as it is written; True for no number."""
    numbers = [number for number in map(_parsed, NUMBER.findall(text)) if number is not None]
    return not numbers or any(abs(abs(number) - abs(value)) <= least for number, least in numbers)


def _parsed(text):
    plain = text.replace("−", "-").replace(",", ".").rstrip("%")
    scale = 0.01 if text.endswith("%") else 1.0
    mantissa, _, power = plain.partition(" · 10")
    power = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))) if power else 0
    try:
        number = float(mantissa)
    except ValueError:
        return None
    decimals = len(mantissa.partition(".")[2].partition("e")[0])
    return number * 10.0**power * scale, 0.51 * 10.0 ** (power - decimals) * scale


def _press(part, places):
    """Press at the first place, move over the others, let go at the last."""
    _send(part, places[0], QEvent.Type.MouseButtonPress, LEFT, LEFT)
    for place in places[1:]:
        _send(part, place, QEvent.Type.MouseMove, NONE, LEFT)
    _send(part, places[-1], QEvent.Type.MouseButtonRelease, LEFT, NONE)
    _give_up(part)


def _give_up(part):
    """Leave the field that a click has opened."""
    for field in part.findChildren(QLineEdit):
        if field.isVisibleTo(part):
            QApplication.sendEvent(field, _key(Qt.Key.Key_Escape))


def _send(part, place, kind, button, held):
    """Send a mouse event to whatever widget is there."""
    target = part.childAt(place) or part
    inside = QPointF(target.mapFrom(part, place)) if target is not part else QPointF(place)
    everywhere = QPointF(part.mapToGlobal(place))
    QApplication.sendEvent(target, QMouseEvent(kind, inside, everywhere, button, held, Qt.KeyboardModifier.NoModifier))


def _key(key):
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
