"""The "+ picture" button: counts the pictures that are not out, and offers them with live thumbnails."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QToolButton

from explainer.contract.frame import Frame
from explainer.contract.messages import JobPart
from explainer.plots.picture import Picture
from explainer.stage.picture_popup import PicturePopup
from explainer.stage.stage import Stage
from explainer.stage.thumbnails import Thumbnails
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens

REFRESH = 150
"""Milliseconds between two drawings of the thumbnails."""


class PictureMenu(QObject):
    """Opens a panel of the pictures that can be brought out; while it is open, their arrays are wanted too."""

    arrays_changed = Signal()
    """Other arrays than before are needed."""
    job_asked = Signal(str, dict)
    """A thumbnail needs a side job."""

    def __init__(self, button: QToolButton, stage: Stage) -> None:
        super().__init__(button)
        self._button, self._stage = button, stage
        self._tokens = DARK
        self._frame: Frame | None = None
        self._thumbnails = Thumbnails(stage)
        self.popup: PicturePopup | None = None
        self._thumbnails.job_asked.connect(self.job_asked)
        self._due = QTimer(self, singleShot=True, interval=REFRESH)
        self._due.timeout.connect(self._draw_all)
        button.clicked.connect(self.open)

    @property
    def wanted_arrays(self) -> list[str]:
        """The arrays that the thumbnails draw; none while the panel is closed."""
        return sorted({name for kind in self._offered() for name in kind.arrays})

    def refresh(self) -> None:
        """Say how many pictures there are to bring out."""
        count = len(self._stage.away)
        self._button.setText(tr("+ picture") if count == 1 else tr("+ {count} pictures").format(count=count))
        self._button.setVisible(count > 0)
        self._thumbnails.keep_only(self._stage.away)

    def open(self) -> None:
        """Open the panel."""
        popup = PicturePopup(self._stage.away, self._tokens, self._button)
        popup.chosen.connect(self._stage.bring_out)
        popup.closed.connect(self._close)
        self.popup = popup
        self._thumbnails.allow_preview(self._stage.steering.preview_allowed)
        self._thumbnails.show()
        self.arrays_changed.emit()
        self._draw_all()
        popup.open_below(self._button)

    def draw(self, frame: Frame | None) -> None:
        """Take a frame; the thumbnails follow it while they can be seen."""
        self._frame = frame
        if self.popup is not None and not self._due.isActive():
            self._due.start()

    def draw_job(self, part: JobPart) -> None:
        """Take what a side job found."""
        if self.popup is not None:
            self._thumbnails.draw_job(part)
            self.draw(self._frame)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self._thumbnails.apply_theme(tokens)

    def _offered(self) -> list[type[Picture]]:
        return [offer.kind for offer in self.popup.offers] if self.popup is not None else []

    def _draw_all(self) -> None:
        if self.popup is None or self._frame is None:
            return
        for offer in self.popup.offers:
            size, ratio = offer.thumbnail.size(), self._button.devicePixelRatioF()
            self.popup.show_thumbnail(offer.kind, self._thumbnails.draw(offer.kind, self._frame, size, ratio))

    def _close(self) -> None:
        self.popup = None
        self._thumbnails.hide()
        self.arrays_changed.emit()
