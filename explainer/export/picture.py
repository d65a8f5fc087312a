"""The stage of a scene, or some of its cards, painted without a window: as pixels or as shapes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import numpy as np
import shiboken6
from PySide6.QtCore import QLoggingCategory, QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from explainer.contract.frame import Frame
from explainer.contract.messages import JobPart
from explainer.contract.refused import Refused, shown
from explainer.contract.view import View
from explainer.export.encoding import png_bytes, rgb_array
from explainer.export.look import Look
from explainer.export.svg_device import SvgDevice
from explainer.export.svg_document import SvgDocument
from explainer.plots.picture import Picture
from explainer.stage.card import Card
from explainer.stage.stage import Stage
from explainer.theme.stylesheet import style_sheet

_KEPT: list[QApplication] = []
"""The application made here lives until the end: Qt makes only one well."""


def application() -> QApplication:
    """Return the application that pictures need; one made here never touches a screen on Linux.

    There the fonts are the system's on the offscreen platform too; elsewhere that platform has none.
    """
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    before = os.environ.get("QT_QPA_PLATFORM")
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    QLoggingCategory.setFilterRules("qt.text.font.db.warning=false")  # a letter that no font has is not worth a line
    made = QApplication(["explainer"])
    made.setStyle("fusion")
    if before is None:
        os.environ.pop("QT_QPA_PLATFORM", None)
    else:
        os.environ["QT_QPA_PLATFORM"] = before
    _KEPT.append(made)
    return made


def check_cards(view: View, keys: Sequence[str]) -> None:
    """Raise :class:`Refused` if the scene has no picture of one of these keys."""
    known = [kind.key for kind in view.cards]
    for key in keys:
        if key not in known:
            raise Refused(f"card {shown(key)} is refused: choose from {', '.join(known)}", about="cards")


class Easel:
    """A stage of its own, without a window, on which one frame after another is drawn."""

    def __init__(self, view: View, look: Look, cards: Sequence[str] = (), title: str = "") -> None:
        """``cards`` are the keys of the pictures, those meant for the beginning if there are none."""
        self.application = application()
        check_cards(view, cards)
        self.look, self.title = look, title
        self._view, self._about = view, ""
        tokens = look.tokens()
        self._stage = Stage()
        self._stage.setStyleSheet(style_sheet(tokens))
        self._stage.show_view(view, cards)
        self._stage.steering.at_once = True
        self._stage.steering.job_asked.connect(self._answer)
        self.answer: Callable[[str, dict[str, Any]], Iterable[JobPart]] = lambda name, arguments: ()
        """Does a side job that a picture asks for."""
        self._stage.apply_theme(tokens)
        hide_buttons(self._stage)
        self._fit()

    def _fit(self) -> None:
        """Give the stage its size; raise :class:`Refused` if its pictures have no room in it."""
        for picture in self._stage.pictures:
            picture.setMinimumHeight(0)
        self._stage.resize(*self.look.size)
        image_of(self._stage, self.look)
        room = self._stage.width(), self._stage.height()
        if room != self.look.size:
            self.close()
            size, least = ("x".join(map(str, sides)) for sides in (self.look.size, room))
            raise Refused(f"size = {size} is refused: these pictures need at least {least} pixels", about="size")

    def wanted(self, params: object) -> list[str]:
        """Return the arrays that are drawn under these parameters."""
        return sorted(self._stage.wanted_arrays(params).union(self._view.arrays))  # type: ignore[arg-type]

    def draw(self, frame: Frame) -> None:
        """Show a frame; it is painted once in vain, for axes find their room while they are painted."""
        self._about = self._view.summary(frame)
        self._stage.draw(frame)
        image_of(self._stage, self.look)

    def _answer(self, name: str, arguments: dict[str, Any]) -> None:
        for part in self.answer(name, arguments):
            self._stage.draw_job(part)

    def image(self) -> QImage:
        """Return what is shown as pixels."""
        return image_of(self._stage, self.look)

    def bare_image(self) -> QImage:
        """Return the first picture alone, on the ground of a card but without its frame and title."""
        return image_of(self._stage.pictures[0], self.look, self.look.tokens().card)

    def pixels(self) -> np.ndarray:
        """Return what is shown as red, green and blue, shape (rows, columns, 3) uint8."""
        return rgb_array(self.image())

    def encode(self, ending: str) -> bytes:
        """Return what is shown as the content of a file, ``.png`` or ``.svg``."""
        if ending == ".svg":
            return svg_of(self._stage, self.look, self.title, self._about)
        return png_bytes(self.image())

    @property
    def pictures(self) -> list[Picture]:
        """The pictures, in order."""
        return self._stage.pictures

    def close(self) -> None:
        """Give everything back, now: without a parent and an event loop, Python's collector would do it.

        That deletes a plot and the items on it in any order and at any moment, which can end the process.
        """
        if shiboken6.isValid(self._stage):
            shiboken6.delete(self._stage)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def render(frame: Frame, view: View, look: Look, cards: Sequence[str] = ()) -> QImage:
    """Return the scene's first pictures of ``frame``, or these cards, as an image."""
    with Easel(view, look, cards) as easel:
        easel.draw(frame)
        return easel.image()


def hide_buttons(widget: QWidget) -> None:
    """Hide what can be pressed on the cards, and what invites to it: in a file nothing can be."""
    for card in [widget] if isinstance(widget, Card) else widget.findChildren(Card):
        card.show_hints(False)
        for button in card.buttons:
            button.hide()


def image_of(widget: QWidget, look: Look, ground: str = "") -> QImage:
    """Return a widget as an image of the look's scale on the look's ground, or on another colour."""
    form = QImage.Format.Format_ARGB32_Premultiplied if look.transparent else QImage.Format.Format_RGB32
    image = QImage(max(1, round(widget.width() * look.scale)), max(1, round(widget.height() * look.scale)), form)
    image.setDevicePixelRatio(look.scale)
    image.fill(QColor(ground or look.tokens().window))
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    image.setDevicePixelRatio(1.0)
    return image


def svg_of(widget: QWidget, look: Look, title: str = "", about: str = "") -> bytes:
    """Return a widget as an SVG file."""
    document = SvgDocument(widget.width(), widget.height(), look.scale, title, about)
    device = SvgDevice(widget.width(), widget.height(), document)
    painter = QPainter(device)
    if not look.transparent:
        painter.fillRect(QRect(QPoint(), widget.size()), QColor(look.tokens().window))
    widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    return document.encode()
