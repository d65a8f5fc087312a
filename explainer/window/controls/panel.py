"""All controls of a scene in a column: first those that carry the lesson, the others folded away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from explainer.contract.fields import Kind
from explainer.stage.translation import counted, later, tr
from explainer.window.controls.control import Control
from explainer.window.controls.control_set import ControlSet

MARGIN, GAP = 16, 12
GROUPS = {
    Kind.LIVE: later("Acts at once"),
    Kind.STRUCTURAL: later("Starts a new run"),
    Kind.VIEW: later("What is drawn"),
}


class ControlPanel(QWidget):
    """The controls of a :class:`ControlSet` in a scroll area."""

    changed = Signal(str, object)
    unfolded_changed = Signal(bool)
    """Whether the other controls are shown, for the settings."""

    def __init__(self, controls: ControlSet, first: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control_set = controls
        self.setObjectName("controls")
        self.setAccessibleName(tr("Controls"))
        self.controls: dict[str, Control] = {}
        self._make_column()
        names = [name for name in controls.declarations if controls.can_apply(name)]
        leading = [name for name in first if name in names] or names
        others = [name for name in names if name not in leading]
        self._add(self.column, leading)
        self._make_fold(others)
        self.column.addStretch(1)
        controls.changed.connect(self.changed)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values from outside; nothing is emitted."""
        self.control_set.set_values(values)

    def refuse(self, name: str, message: str) -> None:
        """Show beside a control why its value was refused."""
        self.control_set.refuse(name, message)

    def is_unfolded(self) -> bool:
        """Return whether the other controls are shown."""
        return self.fold.isChecked()

    def set_unfolded(self, unfolded: bool) -> None:
        """Show or hide the other controls."""
        if unfolded:
            self._fill_fold()
        self.fold.setChecked(unfolded)

    def begin(self, unfolded: bool) -> None:
        """Show the other controls, or hide them, once somebody looks: to make them takes time at the start."""
        self.fold.setChecked(unfolded)

    def _make_column(self) -> None:
        area = QScrollArea()
        area.setProperty("role", "page")
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the run
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setObjectName("controls-area")
        body = QWidget()
        self.column = _column(body, MARGIN)
        area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.area = area

    def _make_fold(self, others: Sequence[str]) -> None:
        self.fold = QPushButton(self)
        self.fold.setProperty("role", "link")
        self.fold.setObjectName("more-controls")
        self.fold.setCheckable(True)
        self.fold.setVisible(bool(others))
        self.more = QWidget()
        self.more.setVisible(False)
        self._folded = others
        """What is folded away and not yet made: many people never unfold it, and it takes time at the start."""
        self.column.addWidget(self.fold)
        self.column.addWidget(self.more)
        self.fold.toggled.connect(lambda unfolded: self._unfold(unfolded, len(others)))
        self._name_fold(False, len(others))

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what is unfolded is made once somebody looks."""
        super().showEvent(event)
        if self.is_unfolded():
            self._fill_fold()

    def _unfold(self, unfolded: bool, count: int) -> None:
        if self.isVisible():
            self._fill_fold()
        self.more.setVisible(unfolded)
        self._name_fold(unfolded, count)
        self.unfolded_changed.emit(unfolded)

    def _fill_fold(self) -> None:
        others, self._folded = self._folded, ()
        rows = _column(self.more, 0) if others else None
        for kind, words in GROUPS.items():
            group = [name for name in others if self.control_set.declarations[name].kind is kind]
            if rows is not None and group:
                rows.addWidget(_heading(tr(words)))
                self._add(rows, group)
                for name in group:
                    mark = self.controls[name].restart_mark
                    if mark is not None:  # the heading says it for all of them
                        mark.hide()

    def _name_fold(self, unfolded: bool, count: int) -> None:
        words = tr("Fewer controls") if unfolded else counted(count, tr("{n} more control"), tr("{n} more controls"))
        self.fold.setText(f"{'▾' if unfolded else '▸'} {words}")
        self.fold.setAccessibleName(words)
        self.fold.setToolTip(words)

    def _add(self, rows: QVBoxLayout, names: Sequence[str]) -> None:
        for name in names:
            control = self.control_set.control(name)
            self.controls[name] = control
            rows.addWidget(control)


def _column(widget: QWidget, margin: int) -> QVBoxLayout:
    rows = QVBoxLayout(widget)
    rows.setContentsMargins(margin, margin, margin, margin)
    rows.setSpacing(GAP)
    return rows


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "card-title")
    return label
