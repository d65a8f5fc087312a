"""The panel under "+ picture": a card for each picture that can be brought out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explainer.plots.picture import Picture
from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens

THUMBNAIL = QSize(160, 96)
IN_ONE_COLUMN = 4
"""More pictures than this stand in two columns."""
WIDTH = 400
MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}


class PictureOffer(QPushButton):
    """A picture that can be brought out: thumbnail, title, and a line about it."""

    def __init__(self, kind: type[Picture], tokens: Tokens) -> None:
        super().__init__()
        self.kind = kind
        self.setObjectName(f"offer-{kind.key}")
        self.setProperty("role", "offer")
        self.setAccessibleName(kind.title)
        self.setAccessibleDescription(kind.about)
        self.setToolTip(tr("Bring out: {title}").format(title=kind.title))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.thumbnail = QLabel()
        self.thumbnail.setFixedSize(THUMBNAIL * tokens.scale)
        self._arrange(tokens)

    def _arrange(self, tokens: Tokens) -> None:
        title, about = QLabel(self.kind.title), QLabel(self.kind.about)
        title.setProperty("role", "card-title")
        about.setProperty("role", "muted")
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(about)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.thumbnail)
        row.addLayout(words, 1)
        for label in (title, about):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (title, about, self.thumbnail):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(tokens.size(WIDTH), self.thumbnail.height() + 16)


class PicturePopup(QFrame):
    """Closes with Escape, with a click beside it, and when a picture is chosen; arrows go from one to the next."""

    chosen = Signal(str)
    """The key of the picture to bring out."""
    closed = Signal()

    def __init__(self, kinds: Sequence[type[Picture]], tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("picture-popup")
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Pictures to bring out"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.offers = [PictureOffer(kind, tokens) for kind in kinds]
        cells = QGridLayout(self)
        cells.setContentsMargins(8, 8, 8, 8)
        cells.setSpacing(4)
        columns = 1 if len(kinds) <= IN_ONE_COLUMN else 2
        for index, offer in enumerate(self.offers):
            offer.clicked.connect(lambda _=False, key=offer.kind.key: self._choose(key))
            cells.addWidget(offer, index // columns, index % columns)

    def open_below(self, widget: QWidget) -> None:
        """Show the panel below a widget, within its screen, the first picture ready to be chosen."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 4))
        place = widget.screen().availableGeometry()
        corner.setX(max(place.left(), min(corner.x(), place.right() - self.width())))
        self.move(corner)
        self.show()
        if self.offers:
            self.offers[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def show_thumbnail(self, kind: type[Picture], image: QPixmap) -> None:
        """Show what a picture would show."""
        for offer in self.offers:
            if offer.kind is kind:
                offer.thumbnail.setPixmap(image)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows move, Return chooses; Escape is the popup's own."""
        focused = self.focusWidget()
        if event.key() in MOVES and focused in self.offers:
            place = self.offers.index(focused) + MOVES[Qt.Key(event.key())]
            self.offers[place % len(self.offers)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: whoever fed the thumbnails can stop."""
        super().hideEvent(event)
        self.closed.emit()

    def _choose(self, key: str) -> None:
        self.close()
        self.chosen.emit(key)
