"""Small images of pictures that are not on the stage, drawn by the pictures themselves."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from explainer.contract.frame import Frame
from explainer.contract.messages import JobPart
from explainer.plots.picture import Picture, Steering
from explainer.theme.tokens import DARK, Tokens

DRAWN = QSize(480, 288)
"""The size at which a picture is drawn before it is made small: its texts stay in proportion."""
OUT_OF_SIGHT = QPoint(-4 * DRAWN.width(), 0)
"""Beside the stage: pictures ask for side jobs only while they are visible to Qt."""


class Thumbnails(QWidget):
    """Keeps one picture of each kind, out of sight; of what it asks for only side jobs are passed on.

    The pictures are its children: one without a parent would be deleted by Python's collector, in
    any order with the items it is painted from, which ends the process.
    """

    job_asked = Signal(str, dict)
    """A side job and its arguments."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setGeometry(QRect(OUT_OF_SIGHT, DRAWN))
        self.hide()
        self._steering = Steering(self)
        self._steering.job_asked.connect(self.job_asked)
        self._pictures: dict[type[Picture], Picture] = {}
        self._tokens = DARK

    def allow_preview(self, allowed: bool) -> None:
        """Say whether a picture may show what would happen."""
        self._steering.allow_preview(allowed)

    def draw_job(self, part: JobPart) -> None:
        """Give a side job's findings to the pictures."""
        for picture in self._pictures.values():
            picture.draw_job(part.name, part.arguments, part.arrays)

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
            picture.show()
        return self._pictures[kind]
