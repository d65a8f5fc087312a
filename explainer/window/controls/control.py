"""What every generated control is: name, value, refusal, and the ways back to the default."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from explainer.contract.fields import Kind, Parameter
from explainer.contract.refused import Refused
from explainer.stage.translation import later, tr
from explainer.window.controls.look import set_look

EFFECTS = {
    Kind.LIVE: later("Acts at the next step."),
    Kind.STRUCTURAL: later("Changing it starts a new run from the same seed."),
    Kind.VIEW: later("Changes only the picture."),
}


class Control(QWidget):
    """A control generated from a declaration.

    A subclass makes its widgets in :meth:`build`, shows a value in :meth:`show_value` and offers
    what a person did to :meth:`propose`. Only checked values in canonical form are kept and emitted.
    """

    changed = Signal(object)
    """A person chose another value; while dragging, at every new one."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.title = parameter.label or parameter.name
        self.default = parameter.default
        """Where the ways back lead: the declared default, or another that goes with the values of other controls."""
        self._value = parameter.default
        self._reason = ""
        self.restart_mark: QLabel | None = None
        self.objection: Callable[[Any], str] = lambda value: ""
        """Why a value does not go together with those of the other controls; empty if it does."""
        self.setObjectName(parameter.name)
        self.setAccessibleName(self.title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._make_rows()
        self.build()
        self.rows.addWidget(self.refusal)
        self.show_value(self._value)
        self.refresh_words()

    def build(self) -> None:
        """Make the widgets: into ``self.header``, right of the name, and into ``self.rows``, below it."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a canonical value without emitting anything."""
        raise NotImplementedError

    def range_words(self) -> str:
        """Return what is allowed, for the tooltip; empty where the control shows it anyway."""
        return ""

    def is_held(self) -> bool:
        """Return whether a person is dragging it, so that nothing else should move it."""
        return False

    def set_surroundings(self, values: dict[str, Any]) -> None:
        """Take the values of the other controls: :attr:`objection` may have changed; most have no use for them."""

    def value(self) -> Any:
        """Return the last good value."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value from outside; nothing is emitted. Raise :class:`Refused` if it is not allowed."""
        self._value = self.parameter.check(value)
        self.clear_refusal()
        self.show_value(self._value)

    def propose(self, value: object) -> bool:
        """Take what a person chose: emit it if it is allowed and new, else show why it is refused."""
        try:
            checked = self.parameter.parse(value) if isinstance(value, str) else self.parameter.check(value)
        except Refused as refused:
            self.refuse(str(refused))
            return False
        self.clear_refusal()
        if checked != self._value:
            self._value = checked
            self.changed.emit(checked)
        return True

    def reset_to_default(self) -> None:
        """Return to the default, as if a person had chosen it."""
        self.propose(self.default)
        self.show_value(self._value)

    def set_default(self, value: object) -> None:
        """Let the ways back lead to a value."""
        if value != self.default:
            self.default = self.parameter.check(value)
            self.refresh_words()

    def refuse(self, message: str) -> None:
        """Show beside the control why something was refused; the last good value stays."""
        self.refusal.setText(_remedy(message, self.parameter.name))
        self.refusal.setToolTip(message)
        self.refusal.setAccessibleDescription(message)
        self.refusal.show()
        set_look(self, refused=True)
        self.refresh_words()

    def clear_refusal(self) -> None:
        """Take the refusal away."""
        if self.is_refused():
            self.refusal.clear()
            self.refusal.hide()
            set_look(self, refused=False)
            self.refresh_words()

    def is_refused(self) -> bool:
        """Return whether a refusal is shown."""
        return bool(self.refusal.text())

    def set_applicable(self, applicable: bool, reason: str = "") -> None:
        """Enable or disable the control; the tooltip gives the reason."""
        self._reason = "" if applicable else reason or tr("Has no effect at present.")
        self.setEnabled(applicable)
        self.refresh_words()

    def adopt(self, widget: QWidget, part: str, words: str = "") -> None:
        """Give a widget within the control its names, for tests and for those who cannot see it."""
        widget.setObjectName(f"{self.parameter.name}-{part}")
        widget.setAccessibleName(f"{self.title} {words}".strip())
        widget.setAccessibleDescription(self.parameter.help)

    def _make_rows(self) -> None:
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(4)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self.rows.addLayout(self.header)
        self.name_label = QLabel(self.title)
        self.name_label.setTextFormat(Qt.TextFormat.PlainText)
        self.header.addWidget(self.name_label)
        if self.parameter.kind is Kind.STRUCTURAL:
            self.restart_mark = _restart_mark()
            self.header.addWidget(self.restart_mark)
        self.header.addStretch(1)
        self.refusal = _refusal_label(self.parameter.name)

    def refresh_words(self) -> None:
        """Bring tooltip and accessible description up to date."""
        parts = [self.refusal.toolTip() if self.is_refused() else "", self._reason, self.parameter.help]
        parts += [self.range_words(), tr(EFFECTS[self.parameter.kind])]
        parts.append(
            tr("Default {default}; double-click the name to return to it.").format(default=self.default_text())
        )
        said = [part for part in parts if part]
        self.setToolTip("<br>".join(html.escape(part) for part in said))
        self.setAccessibleDescription(" ".join(said))

    def default_text(self) -> str:
        """Return the default as text."""
        words = self.parameter.format(self.default)
        return words if len(words) <= 32 else words[:31] + "…"

    def make_menu(self) -> QMenu:
        """Return the context menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        back = menu.addAction(
            tr("Back to default ({default})").format(default=self.default_text()), self.reset_to_default
        )
        back.setEnabled(self.isEnabled() and (self._value != self.default or self.is_refused()))
        assignment = f"{self.parameter.name}={self.parameter.format(self._value)}"
        menu.addAction(
            tr("Copy {assignment}").format(assignment=assignment),
            lambda: QGuiApplication.clipboard().setText(assignment),
        )
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the way back and the value as text."""
        self.make_menu().popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Return to the default when the name is double-clicked."""
        if self.name_label.geometry().contains(event.position().toPoint()):
            self.reset_to_default()


def _restart_mark() -> QLabel:
    mark = QLabel(tr("↻ restarts"))
    mark.setProperty("role", "mark")
    mark.setObjectName("restarts")
    mark.setToolTip(tr(EFFECTS[Kind.STRUCTURAL]))
    mark.setAccessibleName(tr("restarts the run"))
    return mark


def _refusal_label(name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", "refusal")
    label.setObjectName(f"{name}-refusal")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(tr("refused"))
    label.setWordWrap(True)
    label.hide()
    return label


def _remedy(message: str, name: str) -> str:
    """Return the part of a refusal that says what to do; name and text stand beside it already."""
    remedy = message.rpartition(" is refused: ")[2].removeprefix(f"{name}: ")
    return remedy[:1].upper() + remedy[1:]
