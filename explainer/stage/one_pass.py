"""One painting of the window for all plots that a frame changed, instead of one for each of them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QGraphicsView, QWidget


class OnePass(QObject):
    """Has the plots on a widget say at once what they must paint anew, and the window paint it later, together.

    Left alone, each graphics scene says so in an event of its own and then has the window painted on the spot,
    with everything that lies below the plot: six plots, six passes (Qt's ``dispatchPendingUpdateRequests``).
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._held = False

    def settle(self) -> None:
        """Collect what must be painted; the window's next pass paints it."""
        window, self._held = self._widget.window(), False
        window.installEventFilter(self)
        for plot in self._widget.findChildren(QGraphicsView):
            if plot.isVisible():
                QCoreApplication.sendPostedEvents(plot.scene(), QEvent.Type.MetaCall.value)
        window.removeEventFilter(self)
        if self._held:
            later = Qt.EventPriority.LowEventPriority.value
            QCoreApplication.postEvent(window, QEvent(QEvent.Type.UpdateRequest), later)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: hold the order to paint back."""
        self._held = self._held or event.type() is QEvent.Type.UpdateRequest
        return event.type() is QEvent.Type.UpdateRequest
