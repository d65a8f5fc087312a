"""A card as the stage knows pictures: the widgets of its drawing, its title, its side job, its cover."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from explainer.contract.cards import Card, Column, Row, Tabs
from explainer.contract.cards.bindings import arrays_of, needed, varies
from explainer.contract.cards.card import functions_of, named_arrays
from explainer.contract.frame import Frame
from explainer.contract.scene import Scene
from explainer.plots.base.colours import colour
from explainer.plots.base.throttle import Throttle
from explainer.plots.button_row import ButtonRow
from explainer.plots.part import Part
from explainer.plots.picture import Picture
from explainer.plots.plot_part import PlotPart
from explainer.plots.question import Question
from explainer.plots.resolved import words_of
from explainer.theme.tokens import Tokens

GAP = 8


def part_class(told: Any) -> type[Part]:
    """Return the widget of a kind: that of ``Curves`` is ``CurvesPart`` in ``kinds/curves.py``."""
    name = type(told).__name__
    module = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    found: type[Part] = getattr(importlib.import_module(f"explainer.plots.kinds.{module}"), f"{name}Part")
    return found


class CardPicture(Picture):
    """Draws a card; :func:`picture_of` makes a class of it."""

    card: ClassVar[Card]
    scene: ClassVar[Scene]
    varying: ClassVar[Sequence[Callable[..., Any]]]
    """The functions that read other arrays under other parameters."""
    found_wanted: ClassVar[dict[tuple[Sequence[str], ...], Sequence[str]]]
    """What is wanted, by what each of these functions needs: walking through a card's data takes a millisecond."""

    def build(self) -> None:
        """Make the widgets of the drawing."""
        self.frame: Frame | None = None
        self.parts: list[Part] = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._found: dict[str, np.ndarray] = {}
        """What the side job found, and the arguments that it was about."""
        self._about: Mapping[str, Any] = {}
        self._drawing = Throttle(self, self._draw_parts, self.card.pause)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.inside = QWidget(self)
        layout.addWidget(self.inside)
        inner = QVBoxLayout(self.inside)
        inner.setContentsMargins(0, 0, 0, 0)
        self.buttons = ButtonRow(self.card.buttons, self) if self.card.buttons else None
        if self.buttons is not None:
            inner.addWidget(self.buttons)
        self._add(self.card.drawing, inner, 1)
        self.cover = QLabel(self)
        self.cover.setObjectName("cover")
        self.cover.setWordWrap(True)
        self.cover.setProperty("role", "nothing")
        layout.addWidget(self.cover, 1)
        self.cover.hide()
        self.setMinimumSize(*self.card.least)
        self.question = self._make_question()

    def _make_question(self) -> Question | None:
        ask = self.card.ask
        if ask is None:
            return None
        question = Question(self, ask.job, ask.arrays[-1])
        question.asked.connect(lambda: self._say_busy(True))
        question.given_up.connect(lambda: self._say_busy(False))
        self.steering.preview_changed.connect(self._settle)  # a method: it is let go of with the picture
        return question

    def _add(self, drawing: Any, layout: QBoxLayout, share: float) -> None:
        """Put a drawing, or several, into a layout."""
        if isinstance(drawing, (Row, Column)):
            inner: QBoxLayout = QHBoxLayout() if isinstance(drawing, Row) else QVBoxLayout()
            inner.setSpacing(GAP)
            layout.addLayout(inner, max(1, round(100 * share)))
            for part, weight in zip(drawing.parts, drawing.weights or [1.0] * len(drawing.parts), strict=True):
                self._add(part, inner, weight)
        elif isinstance(drawing, Tabs):
            tabs = QTabWidget(self)
            tabs.setDocumentMode(True)
            layout.addWidget(tabs, max(1, round(100 * share)))
            for name, part in drawing.parts.items():
                page = QWidget(tabs)
                inner = QVBoxLayout(page)
                inner.setContentsMargins(0, 0, 0, 0)
                self._add(part, inner, 1)
                tabs.addTab(page, name)
        else:
            made = part_class(drawing)(drawing, self.scene, self.steering, self)
            self.parts.append(made)
            layout.addWidget(made, max(1, round(100 * share)) if share else 0)
            if not share:
                made.take_needed_height()

    @classmethod
    def wanted(cls, params: Any) -> Sequence[str]:
        """Return the arrays it draws under these parameters."""
        if cls.card.applies(params):
            return ()
        key = tuple(needed(each, params) for each in cls.varying)
        if key not in cls.found_wanted:
            cls.found_wanted[key] = _arrays(cls.card, cls.scene, lambda bound: needed(bound, params))
        return cls.found_wanted[key]

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self._settle()
        if self.card.ask is not None and self._found and self.card.ask.arguments(frame) != self._about:
            self._found = {}
        if self.card.pause and not self.steering.at_once:
            self._drawing.ask()
        else:
            self._draw_parts()
        self._say_title()
        if self.buttons is not None:
            self.buttons.draw(frame)
        ask = self.card.ask
        if self.question is not None and ask is not None and not self.cover.isVisibleTo(self):
            self.question.need(ask.key(frame), frame.step, **ask.arguments(frame))

    @property
    def followed(self) -> Mapping[str, int]:
        """The places that a pointer is on, of the dimensions that a drawing follows."""
        return {name: part.lit[name] for part in self.parts for name in part.follows if name in part.lit}

    @property
    def answered(self) -> Frame | None:
        """The frame with what the side job found among its arrays: what drawings, title and summary are made of."""
        if self.frame is None or not self._found:
            return self.frame
        return replace(self.frame, arrays={**self.frame.arrays, **self._found})

    def _say_title(self) -> None:
        """Bring the title up to date with the moment, and with the pointer where a drawing follows it."""
        frame, followed = self.answered, self.followed
        if frame is None:
            return
        title = words_of(self.card.title, replace(frame, lit=followed) if followed else frame)
        if title and title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def _draw_parts(self) -> None:
        frame = self.answered
        if frame is None or self.cover.isVisibleTo(self):
            return
        for part in self.parts:
            part.draw(frame)

    def _settle(self) -> None:
        """Show the drawing, or the words for why there is nothing to see."""
        said = self.card.applies(self.frame.params) if self.frame is not None else ""
        started = self.frame is not None and self.frame.step > 0
        if self.card.hides_before_prediction and not (started or self.steering.preview_allowed):
            said = "Answer the question in the lesson first: this picture shows what happens."
        self.cover.setText(said)
        self.cover.setVisible(bool(said))
        self.inside.setVisible(not said)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Take what the side job found, whole or as it comes."""
        if self.buttons is not None:
            self.buttons.draw_job(job, arrays)
        for part in self.parts:
            part.draw_job(job, arguments, arrays)
        if self.question is None or self.card.ask is None:
            return
        found = self.question.take(job, arguments, arrays)
        if found is None and self.card.ask.parts and job == self.card.ask.job:
            found = dict(self.question.parts)
        elif found is not None:
            self._say_busy(False)
        if found is not None:
            self._found, self._about = dict(found), dict(arguments)
            self._draw_parts()
            self._say_title()

    def _say_busy(self, busy: bool) -> None:
        ask = self.card.ask
        text = words_of(ask.busy, self.frame) if busy and ask is not None and self.frame is not None else ""
        for part in self.parts:
            part.set_busy(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the ground between drawings."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self.tokens.card))
        painter.end()

    def show_hints(self, shown: bool) -> None:
        """Show what can be pressed, or leave it out of a file."""
        super().show_hints(shown)
        if self.buttons is not None:
            self.buttons.setVisible(shown)

    def hints(self) -> Sequence[str]:
        """Return the card's own words, and what a hand can do in any drawing of these kinds."""
        return list(dict.fromkeys(filter(None, [self.hint, *(part.invites for part in self.parts)])))

    def switches(self) -> Mapping[str, tuple[str, str, bool]]:
        """Return the card's switches as they stand; none before there is a run."""
        if self.frame is None:
            return {}
        declared = {name: self.scene.parameters.declaration(name) for name in self.card.switches}
        return {name: (told.label, told.help, getattr(self.frame.params, name)) for name, told in declared.items()}

    def light(self, name: str, value: object | None) -> None:
        """Light a place in every drawing."""
        for part in self.parts:
            part.light(name, value)
        if any(name in part.follows for part in self.parts):
            self._say_title()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        for part in self.parts:
            part.apply_theme(tokens)
        for column in _columns(self.card.drawing):
            plots = [part for number in column if isinstance(part := self.parts[number], PlotPart)]
            for plot in plots if len(plots) > 1 else ():
                plot.axes.axis("left").setWidth(54 * tokens.scale)
            for plot, below in pairwise(plots):
                plot.share_axis(below)

    def summary(self) -> str:
        """Return the card's own words, else the title and what each drawing has to say."""
        frame = self.answered
        if frame is None:
            return self.title
        if self.card.summary is not None and (words := words_of(self.card.summary, frame)):
            return words
        said = [part.summary() for part in self.parts]
        return ". ".join(filter(None, [words_of(self.card.title, frame), *said]))


def _columns(drawing: Any, first: int = 0) -> Iterator[list[int]]:
    """Yield the numbers of the parts that stand above one another in one column."""
    if isinstance(drawing, Column) and not any(isinstance(part, (Row, Column, Tabs)) for part in drawing.parts):
        yield list(range(first, first + len(drawing.parts)))
    elif isinstance(drawing, (Row, Column, Tabs)):
        for part in drawing.parts.values() if isinstance(drawing, Tabs) else drawing.parts:
            yield from _columns(part, first)
            first += _count(part)


def _count(drawing: Any) -> int:
    if isinstance(drawing, (Row, Column, Tabs)):
        return sum(map(_count, drawing.parts.values() if isinstance(drawing, Tabs) else drawing.parts))
    return 1


def _arrays(card: Card, scene: Scene, of: Callable[[Any], Sequence[str]]) -> list[str]:
    """Return the arrays that a card reads, those of one binding being what ``of`` says."""
    return named_arrays(card, scene.dimensions, lambda name: scene.array(name).dims, of)


def _functions(card: Card, scene: Scene) -> Iterator[Callable[..., Any]]:
    """Yield the functions of a card, and those that say what the scene's places are called and where they lie."""
    yield from functions_of(card)
    for place in scene.dimensions.values():
        yield from (each for each in (place.at, place.names, place.title) if callable(each))


def picture_of(card: Card, scene: Scene) -> type[Picture]:
    """Return a card as a class of pictures; the arrays it reads are found in its data."""
    members = {
        "card": card,
        "scene": scene,
        "key": card.key,
        "title": card.called,
        "about": card.about,
        "varying": tuple(each for each in _functions(card, scene) if varies(each)),
        "found_wanted": {},
        "arrays": tuple(_arrays(card, scene, arrays_of)),
        "at_first": card.at_first,
        "hint": card.hint,
        "weight": card.weight,
        "least_height": float(card.least[1]),
        "has_buttons": bool(card.buttons),
        "__module__": __name__,
        "__doc__": card.about,
    }
    return type(f"{card.key.title().replace('-', '')}Card", (CardPicture,), members)
