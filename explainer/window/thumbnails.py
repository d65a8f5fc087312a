"""Small images of pictures that are not on the stage, drawn by the pictures themselves."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from explainer.contract.frame import Frame
from explainer.plots.picture import Picture, Steering
from explainer.theme.tokens import DARK, Tokens

DRAWN = QSize(480, 288)
"""The size at which a picture is drawn before it is made small: its texts stay in proportion."""


class Thumbnails(QWidget):
    """Keeps one picture of each kind, never shown; what it asks for goes nowhere.

    The pictures are its children: one without a parent would be deleted by Python's collector, in
    any order with the items it is painted from, which ends the process.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._steering = Steering(self)
        self._pictures: dict[type[Picture], Picture] = {}
        self._tokens = DARK

    def draw(self, kind: type[Picture], frame: Frame, size: QSize, ratio: float) -> QPixmap:
        """Return what a picture shows of a frame, ``size`` large on a screen of that pixel ratio."""
        picture = self._picture(kind)
        picture.draw(frame)
        image = picture.grab().scaled(
            size * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        image.setDevicePixelRatio(ratio)
        return image

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for picture in self._pictures.values():
            picture.apply_theme(tokens)

    def keep_only(self, kinds: Iterable[type[Picture]]) -> None:
        """Forget the pictures of other kinds: they are on the stage, or of another scene."""
        for kind in set(self._pictures) - set(kinds):
            self._pictures.pop(kind).deleteLater()

    def _picture(self, kind: type[Picture]) -> Picture:
        if kind not in self._pictures:
            picture = self._pictures[kind] = kind(self._steering, self)
            picture.resize(DRAWN)
            picture.apply_theme(self._tokens)
        return self._pictures[kind]
