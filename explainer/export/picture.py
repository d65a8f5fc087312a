"""``picture.png``: the stage of a scene as the window would show it at first, painted without a window."""

from __future__ import annotations

import importlib
import os
import sys

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication

from explainer.contract.catalogue import module_name
from explainer.contract.frame import Frame
from explainer.contract.scene import Scene
from explainer.plots.picture import View
from explainer.theme.stylesheet import style_sheet
from explainer.theme.tokens import DARK, Tokens
from explainer.window.card import Card
from explainer.window.stage import Stage

SIZE = QSize(1440, 900)
"""The size of a picture in pixels."""


def view_of(scene: Scene) -> View:
    """Import the scene's ``view.py`` and return how it looks."""
    found: View = importlib.import_module(module_name(scene.experiment or scene.name, "view")).VIEW
    return found


def application() -> QApplication:
    """Return the application that pictures need; one made here never touches a screen on Linux.

    There the fonts are the system's on the offscreen platform too; elsewhere that platform has none.
    """
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    made = QApplication(["explainer"])
    made.setStyle("fusion")
    return made


def render(frame: Frame, view: View, size: QSize = SIZE, tokens: Tokens = DARK) -> QImage:
    """Return the scene's first pictures of ``frame`` in their cards; needs :func:`application`."""
    stage = Stage()
    stage.setProperty("role", "window")
    stage.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    stage.setStyleSheet(style_sheet(tokens))
    stage.show_view(view)
    stage.apply_theme(tokens)
    for card in stage.findChildren(Card):
        card.enlarge.hide()
        card.close_button.hide()
    stage.resize(size)
    image = QImage(size, QImage.Format.Format_RGB32)
    stage.render(image)
    stage.draw(frame)
    stage.render(image)
    stage.deleteLater()
    return image


def encode(image: QImage) -> bytes:
    """Return the image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())
