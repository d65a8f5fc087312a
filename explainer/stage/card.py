"""A card: the frame, title and buttons around one picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from explainer.plots.picture import Picture
from explainer.stage.icons import icon
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens


class Title(QLabel):
    """Words on one line or, where they are too long for it, on as many as ``lines``.

    What does not fit there either ends in an ellipsis and is told by the tooltip.
    """

    def __init__(self, words: str, lines: int = 1) -> None:
        super().__init__(words)
        self._words, self._lines = words, lines
        self.setProperty("role", "card-title")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(40)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_words(words)

    def set_words(self, words: str, whole: str = "") -> None:
        """Show other words; the tooltip says the ``whole``, where these are short for it."""
        self._words = words
        self.setToolTip(whole or words)
        self.setAccessibleName(whole or words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width holds another part of the words."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: so does another size of letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        metrics, wide = self.fontMetrics(), self.width()
        words, shown = self._words.split(" "), list[str]()
        for _ in range(self._lines - 1):
            fit = max(k for k in range(len(words) + 1) if metrics.horizontalAdvance(" ".join(words[:k])) <= wide)
            shown, words = [*shown, " ".join(words[:fit])], words[fit:]
        shown.append(metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, wide))
        text = "\n".join(filter(None, shown))
        if text != self.text():
            self.setText(text)


class Card(QFrame):
    """One picture on the stage, with a title that says what it shows."""

    close_asked = Signal(str)
    """The picture's key."""
    enlarge_asked = Signal(str)
    save_asked = Signal(str)
    """The picture is wanted as a file."""
    copy_asked = Signal(str)
    """The picture is wanted on the clipboard."""

    def __init__(self, picture: Picture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.picture = picture
        self.title = Title("", lines=2)
        self._tokens, self._enlarged, self._bare = DARK, False, False
        self.enlarge = self._make_button(
            "maximize", tr("Enlarge this picture, or put it back (double-click the title)")
        )
        self.close_button = self._make_button("close", tr("Put this picture away"))
        self.phase = QLabel()
        self.phase.setObjectName("phase")
        self.phase.setProperty("role", "phase")
        self.phase.hide()
        self.help = self._make_button("help", tr("What a hand can do here"))
        self.help.clicked.connect(self._say_hints)
        self.more = self._make_button("more", tr("Save or copy this picture (or a right click on the title)"))
        self.more.clicked.connect(lambda: self._open_menu(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        self.enlarge.clicked.connect(lambda: self.enlarge_asked.emit(picture.key))
        self.close_button.clicked.connect(lambda: self.close_asked.emit(picture.key))
        picture.title_changed.connect(self._say_title)
        self._arrange()
        self._say_title(picture.title)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme, and give them to the picture."""
        self._tokens = tokens
        self._show_enlarge_icon()
        self.close_button.setIcon(icon("close", tokens, tokens.faint))
        self.more.setIcon(icon("more", tokens, tokens.faint))
        self.help.setIcon(icon("help", tokens, tokens.faint))
        for button in self.buttons:
            button.setIconSize(QSize(tokens.size(16), tokens.size(16)))
        self.picture.apply_theme(tokens)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """What can be pressed beside the title."""
        return self.help, self.more, self.enlarge, self.close_button

    def show_hints(self, shown: bool) -> None:
        """Say, or do not say, what a hand can do here: in a file it can do nothing."""
        self.picture.show_hints(shown)
        self._fill_help()

    def menu(self) -> QMenu:
        """Return what can be done with the picture, as a menu that deletes itself when it closes."""
        menu = QMenu(self)
        menu.setObjectName("card-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for name, words, tip, ask in (
            ("save-picture", tr("Save picture …"), tr("As PNG or SVG, for a slide or a paper"), self.save_asked),
            ("copy-picture", tr("Copy picture"), tr("To the clipboard, as it is seen"), self.copy_asked),
        ):
            action = menu.addAction(words)
            action.setObjectName(name)
            action.setToolTip(tip)
            action.triggered.connect(lambda _=False, ask=ask: ask.emit(self.picture.key))
        self._add_switches(menu)
        return menu

    def _add_switches(self, menu: QMenu) -> None:
        """Offer what says how the picture is drawn."""
        switches = self.picture.switches()
        if switches:
            menu.addSeparator()
        for name, (label, tip, is_on) in switches.items():
            action = menu.addAction(label)
            action.setObjectName(f"switch-{name}")
            action.setToolTip(tip)
            action.setCheckable(True)
            action.setChecked(is_on)
            action.toggled.connect(lambda on, name=name: self.picture.steering.set(**{name: on}))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: a right click on the title offers what can be done with the picture."""
        if event.pos().y() <= self.title.geometry().bottom():
            self._open_menu(event.globalPos())
        else:
            super().contextMenuEvent(event)

    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def show_enlarged(self, enlarged: bool) -> None:
        """Say whether it has the stage to itself."""
        if enlarged != self._enlarged:
            self._enlarged = enlarged
            self._show_enlarge_icon()

    def _show_enlarge_icon(self) -> None:
        name, words = ("restore", tr("Put back")) if self._enlarged else ("maximize", tr("Enlarge"))
        self.enlarge.setIcon(icon(name, self._tokens, self._tokens.faint))
        self.enlarge.setAccessibleName(f"{words}: {self.picture.title}")
        back = tr("Put this picture back (Esc or double-click the title)")
        self.enlarge.setToolTip(back if self._enlarged else tr("Enlarge this picture (double-click the title)"))

    def show_phase(self, words: str, *, changed: bool) -> None:
        """Say what a phase of the step has computed, and ring the picture where that has ``changed`` it."""
        if words != self.phase.text():
            self.phase.setText(words)
            self.phase.setVisible(bool(words))
        if changed != bool(self.property("changed")):
            self.setProperty("changed", changed)
            self.style().polish(self)

    def set_bare(self, bare: bool) -> None:
        """Show the title alone, or with what can be pressed beside it."""
        self._bare = bare
        for button in self.buttons:
            button.setVisible(not bare)
        self._fill_help()

    def set_closable(self, closable: bool) -> None:
        """Say whether it can be put away: the last picture cannot."""
        self.close_button.setEnabled(closable)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: a double click on the title enlarges."""
        if event.position().y() <= self.title.geometry().bottom():
            self.enlarge_asked.emit(self.picture.key)

    def _say_title(self, words: str) -> None:
        self.title.set_words(words)
        self._fill_help()

    def _fill_help(self) -> None:
        hints = self.picture.hints()
        self.help.setToolTip("\n".join(hint[:1].upper() + hint[1:] for hint in hints))
        self.help.setAccessibleDescription(self.help.toolTip())
        self.help.setVisible(bool(hints) and self.picture.hints_shown and not self._bare)

    def _say_hints(self) -> None:
        """Say what a hand can do, where a click or a key has asked for it and no pointer rests."""
        QToolTip.showText(self.help.mapToGlobal(self.help.rect().bottomLeft()), self.help.toolTip(), self.help)

    def _make_button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{name}-{self.picture.key}")
        button.setAccessibleName(f"{words.split(' (')[0]}: {self.picture.title}")
        button.setToolTip(words)
        return button

    def _arrange(self) -> None:
        rows, head = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(12, 8, 12, 12)
        rows.setSpacing(6)
        head.setSpacing(2)
        head.addWidget(self.title, 1)
        head.addWidget(self.phase)
        head.addWidget(self.help)
        head.addWidget(self.more)
        head.addWidget(self.enlarge)
        head.addWidget(self.close_button)
        rows.addLayout(head)
        rows.addWidget(self.picture, 1)
