"""The form for a lesson file: what a class finds of the controls, the steps of the lesson and the pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.parameters import Parameters
from explainer.stage.translation import later, tr

USUAL, SHOWN, FIXED, SHOWN_FIXED, HIDDEN, HIDDEN_FIXED = range(6)
STATES = {
    USUAL: later("as usual"),
    SHOWN: later("shown first"),
    FIXED: later("fixed at {}"),
    SHOWN_FIXED: later("shown first, fixed at {}"),
    HIDDEN: later("hidden"),
    HIDDEN_FIXED: later("hidden, fixed at {}"),
}
"""What can be decided about a control."""
LONGEST = 24
"""Letters of a value that a choice names."""


class LessonDialog(QDialog):
    """Decides nothing: it shows a plan, and :attr:`save_asked` brings another."""

    save_asked = Signal(object)
    """The :class:`LessonPlan` that was chosen."""

    def __init__(
        self,
        parent: QWidget,
        params: Parameters,
        plan: LessonPlan,
        steps: Sequence[str],
        cards: Sequence[tuple[str, str, bool]],
    ) -> None:
        """Take the titles of the lesson's steps, and of the pictures (key, title, whether it is out)."""
        super().__init__(parent)
        self.setObjectName("lesson-dialog")
        self.setWindowTitle(tr("Lesson file"))
        self.setAccessibleName(tr("Lesson file"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._params = params
        self.states = {name: self._make_state(name, plan) for name in params.declarations}
        self.steps = _list("lesson-steps", tr("Steps of the lesson"))
        for number, title in enumerate(steps, 1):
            _add(self.steps, f"{number}  {title}", number, not plan.steps or number in plan.steps)
        self.cards = _list("lesson-cards", tr("Pictures"))
        for key, title, out in cards:
            _add(self.cards, title, key, key in plan.cards if plan.cards else out)
        self.save = QPushButton(tr("Save …"))
        self.save.setObjectName("save-lesson")
        self.save.setProperty("role", "primary")
        self.save.setAccessibleName(tr("Save the lesson file"))
        self.save.setToolTip(tr("Choose where the lesson file goes"))
        self.save.setDefault(True)
        self.save.clicked.connect(lambda: self.save_asked.emit(self.plan()))
        self._arrange()

    def plan(self) -> LessonPlan:
        """Return what is chosen. All steps or all pictures are those that there will be, so none is named then."""
        chosen = {name: box.currentData() for name, box in self.states.items()}
        values = self._params.values()
        return LessonPlan(
            {n: values[n] for n, state in chosen.items() if state in (FIXED, SHOWN_FIXED, HIDDEN_FIXED)},
            tuple(n for n, state in chosen.items() if state in (HIDDEN, HIDDEN_FIXED)),
            tuple(n for n, state in chosen.items() if state in (SHOWN, SHOWN_FIXED)),
            tuple(_chosen(self.cards)),
            tuple(_chosen(self.steps)),
        )

    def _make_state(self, name: str, plan: LessonPlan) -> QComboBox:
        declared = self._params.declaration(name)
        value = declared.format(getattr(self._params, name))
        box = QComboBox()
        box.setObjectName(f"state-{name}")
        box.setAccessibleName(tr("{name} in the lesson").format(name=declared.label or name))
        box.setToolTip(declared.help)
        for state, words in STATES.items():
            box.addItem(tr(words).format(value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"), state)
        fixed = name in plan.fixed
        state = FIXED if fixed else USUAL
        if name in plan.hidden:
            state = HIDDEN_FIXED if fixed else HIDDEN
        elif name in plan.shown:
            state = SHOWN_FIXED if fixed else SHOWN
        box.setCurrentIndex(state)
        return box

    def _arrange(self) -> None:
        controls = QWidget()
        form = QFormLayout(controls)
        for name, box in self.states.items():
            form.addRow(self._params.declaration(name).label or name, box)
        area = QScrollArea()
        area.setProperty("role", "page")
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the run
        area.setObjectName("lesson-controls-area")
        area.setWidgetResizable(True)
        area.setWidget(controls)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        for title, widget, share in (
            (tr("Controls"), area, 3),
            (tr("Steps"), self.steps, 2),
            (tr("Pictures"), self.cards, 2),
        ):
            rows = QVBoxLayout()
            head = QLabel(title)
            head.setProperty("role", "card-title")
            rows.addWidget(head)
            rows.addWidget(widget, 1)
            columns.addLayout(rows, share)
        words = QLabel(tr("What is fixed or hidden here is so for whoever opens the file."))
        words.setProperty("role", "muted")
        feet = QHBoxLayout()
        feet.addWidget(words, 1)
        feet.addWidget(self.save)
        outer = QVBoxLayout(self)
        outer.addLayout(columns, 1)
        outer.addLayout(feet)
        self.resize(960, 560)


def _list(name: str, words: str) -> QListWidget:
    found = QListWidget()
    found.setObjectName(name)
    found.setAccessibleName(words)
    return found


def _add(where: QListWidget, words: str, data: object, chosen: bool) -> None:
    item = QListWidgetItem(words, where)
    item.setData(Qt.ItemDataRole.UserRole, data)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)


def _chosen(where: QListWidget) -> Iterable[Any]:
    """Return what is ticked; nothing where everything is."""
    items = [where.item(row) for row in range(where.count())]
    ticked = [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() is Qt.CheckState.Checked]
    return () if len(ticked) == len(items) else ticked
