"""The export panel (Ctrl+E): what, as which kind of file, how large, in which theme, and which steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from explainer.contract.refused import Refused
from explainer.export.lesson.page import MOST_STEPS
from explainer.export.timing import HOLD, Timing
from explainer.stage.translation import counted, tr

STAGE, RUNS, FORMULAS, METRICS, ARRAYS, LESSON = "@stage", "@runs", "@formulas", "@metrics", "@arrays", "@lesson"
"""What can be exported besides the cards, which go by their pictures' keys."""
WITHOUT_LOOK = {METRICS: "CSV", ARRAYS: "NPZ", LESSON: "HTML"}
"""What has neither size nor theme, and the one kind of file that it is."""
STILL, MOVING = ("PNG", "SVG"), ("GIF", "MP4")
SCALES = (1.0, 1.5, 2.0, 3.0, 4.0)
MOST_STEP = 1_000_000_000
Kind = TypeVar("Kind", bound=QWidget)


@dataclass(frozen=True)
class Wish:
    """What was chosen."""

    what: str
    kind: str
    """The ending of the file, with its dot."""
    scale: float
    theme: str
    transparent: bool
    large: bool
    timing: Timing
    last: int


class ExportPanel(QDialog):
    """A form beside the window, which stays live; it asks, and shows how far a file is."""

    save_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export-panel")
        self.setWindowTitle(tr("Export"))
        self.setAccessibleName(tr("Export"))
        self._sizes: dict[str, QSize] = {}
        self._make_fields()
        self._make_feet()
        self._arrange()
        self._follow()

    # what is offered, what is chosen

    def offer(self, things: Sequence[tuple[str, str, QSize]], chosen: str) -> None:
        """Offer (key, words, size in pixels) besides the numbers, ``chosen`` at first."""
        self._sizes = {key: size for key, _, size in things}
        self.what.blockSignals(True)
        self.what.clear()
        others = (
            (METRICS, tr("The metrics at every step")),
            (ARRAYS, tr("The arrays of this step")),
            (LESSON, tr("The lesson, to hand out")),
        )
        for key, words in (*((key, words) for key, words, _ in things), *others):
            self.what.addItem(words, key)
        self.what.setCurrentIndex(max(0, self.what.findData(chosen)))
        self.what.blockSignals(False)
        self._offer_kinds()

    def start_from(self, theme: str, large: bool, last: int) -> None:
        """Begin with the window's theme, and the steps up to ``last``."""
        self.theme.setCurrentIndex(self.theme.findData(theme))
        self.large.setChecked(large)
        self.last.setValue(last)
        self.every.setValue(max(1, round(last / 300)))
        self._follow()

    def wish(self) -> Wish:
        """Return what is chosen; raise :class:`Refused` for steps that make no animation."""
        timing = Timing(self.every.value(), self.first.value(), self.rate.value())
        if self.moves:
            timing.steps(self.last.value())
        return Wish(
            self.what.currentData(),
            f".{self.kind.currentText().lower()}",
            self.scale.currentData(),
            self.theme.currentData(),
            self.transparent.isChecked() and not self.moves,
            self.large.isChecked(),
            timing,
            self.last.value(),
        )

    @property
    def moves(self) -> bool:
        """Whether an animation is chosen."""
        return self.kind.currentText() in MOVING

    # how it goes

    def show_busy(self, words: str, done: int = 0, total: int = 0) -> None:
        """Show that a file is on its way, and how far."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setVisible(True)
        self._say(tr("{words} {done:,} of {total:,}").format(words=words, done=done, total=total) if total else words)
        self.save.setEnabled(False)
        self.close_button.setText(tr("Cancel"))
        self.close_button.setToolTip(tr("Stop making the file; nothing of it is left"))

    def show_idle(self, words: str = "", level: str = "") -> None:
        """Show that nothing is on its way, and what came of the last file."""
        self.bar.hide()
        self.save.setEnabled(True)
        self.close_button.setText(tr("Close"))
        self.close_button.setToolTip(tr("Close this panel"))
        self._follow()
        if words:
            self._say(words, level)

    @property
    def busy(self) -> bool:
        """Whether a file is on its way."""
        return not self.save.isEnabled()

    def reject(self) -> None:
        """Qt: Escape and Close put it away, or stop what is on its way."""
        if self.busy:
            self.cancel_asked.emit()
        else:
            super().reject()

    # making

    def _make_fields(self) -> None:
        self.what = self._named(QComboBox(), "export-what", tr("What"), tr("The stage, a card of it, or the numbers"))
        self.kind = self._named(
            QComboBox(), "export-kind", tr("As"), tr("PNG and SVG show this step, GIF and MP4 many")
        )
        self.scale = self._named(
            QComboBox(), "export-scale", tr("Scale"), tr("Pixels of the file to one of the screen")
        )
        for scale in SCALES:
            self.scale.addItem(f"{scale:g} ×", scale)
        self.scale.setCurrentIndex(SCALES.index(2.0))
        self.theme = self._named(QComboBox(), "export-theme", tr("Theme"), tr("Light suits paper, dark a projector"))
        self.theme.addItem(tr("Light"), "light")
        self.theme.addItem(tr("Dark"), "dark")
        self.transparent = self._named(
            QCheckBox(tr("Transparent ground")),
            "export-transparent",
            tr("Transparent ground"),
            tr("Let the slide or page show"),
        )
        self.large = self._named(
            QCheckBox(tr("Larger type")), "export-large", tr("Larger type"), tr("Type as in Present mode")
        )
        self.first = self._spin("export-from", tr("From step"), 0, MOST_STEP, 0, tr("The first step that is shown"))
        self.last = self._spin("export-to", tr("To step"), 0, MOST_STEP, 0, tr("The last step that is shown"))
        self.every = self._spin("export-every", tr("Steps a picture"), 1, MOST_STEP, 1, tr("Show every so many steps"))
        self.rate = self._spin("export-rate", tr("Pictures a second"), 1, 50, 15, tr("How fast it goes"))
        self.what.currentIndexChanged.connect(self._offer_kinds)
        for box in (self.kind, self.scale, self.theme):
            box.currentIndexChanged.connect(self._follow)
        for spin in (self.first, self.last, self.every, self.rate):
            spin.valueChanged.connect(self._follow)

    def _spin(self, name: str, words: str, low: int, high: int, value: int, tip: str) -> QSpinBox:
        spin = self._named(QSpinBox(), name, words, tip)
        spin.setRange(low, high)
        spin.setValue(value)
        spin.setGroupSeparatorShown(True)
        spin.lineEdit().setTextMargins(6, 0, 6, 0)
        return spin

    def _named(self, widget: Kind, name: str, words: str, tip: str) -> Kind:
        widget.setObjectName(name)
        widget.setAccessibleName(words)
        widget.setToolTip(tip)
        return widget

    def _make_feet(self) -> None:
        self.said = self._named(QLabel(), "export-said", tr("About the file"), tr("What the file will be"))
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = self._named(QProgressBar(), "export-bar", tr("Progress"), tr("How far the file is"))
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.save = self._named(QPushButton(tr("Save …")), "export-save", tr("Save"), tr("Choose where the file goes"))
        self.save.setProperty("role", "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self.save_asked)
        self.close_button = self._named(QPushButton(tr("Close")), "export-close", tr("Close"), tr("Close this panel"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)

    def _arrange(self) -> None:
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in (self.what, self.kind, self.scale, self.theme):
            self._form.addRow(field.accessibleName(), field)
        for box in (self.transparent, self.large):
            self._form.addRow("", box)
        for spin in (self.first, self.last, self.every, self.rate):
            self._form.addRow(spin.accessibleName(), spin)
        feet = QHBoxLayout()
        feet.addStretch(1)
        feet.addWidget(self.close_button)
        feet.addWidget(self.save)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(self._form)
        rows.addWidget(self.said)
        rows.addWidget(self.bar)
        rows.addStretch(1)
        rows.addLayout(feet)
        self.setMinimumWidth(380)

    # following what is chosen

    def _offer_kinds(self) -> None:
        what = self.what.currentData()
        if what in WITHOUT_LOOK:
            kinds: tuple[str, ...] = (WITHOUT_LOOK[what],)
        else:
            kinds = STILL if what in (FORMULAS, RUNS) else (*STILL, *MOVING)
        before = self.kind.currentText()
        self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItems(kinds)
        self.kind.setCurrentIndex(max(0, self.kind.findText(before)))
        self.kind.blockSignals(False)
        self._follow()

    def _follow(self) -> None:
        """Show the fields that matter, and say what the file will be."""
        what = self.what.currentData()
        picture = what not in WITHOUT_LOOK
        for field in (self.scale, self.theme, self.large):
            self._form.setRowVisible(field, picture)
        self._form.setRowVisible(self.transparent, picture and not self.moves)
        for spin in (self.first, self.last, self.every, self.rate):
            self._form.setRowVisible(spin, picture and self.moves)
        self._form.setRowVisible(self.last, what == LESSON or (picture and self.moves))
        if not self.busy:
            self._say(*self._about())
            self.adjustSize()

    def _about(self) -> tuple[str, str]:
        what = self.what.currentData()
        if what == METRICS:
            return tr("One row a step, as far as the run is known."), ""
        if what == ARRAYS:
            return tr("Every array of this step for numpy.load; the run is replayed for it."), ""
        if what == LESSON:
            shown = tr("{steps:,} steps with the pictures that are out").format(
                steps=min(MOST_STEPS, self.last.value() + 1)
            )
            return tr("One page for any browser: the text, and {shown}. The run is replayed for it.").format(
                shown=shown
            ), ""
        size, scale = self._sizes.get(what), self.scale.currentData()
        if size is None:
            return "", ""
        said = (
            ""
            if size.isEmpty()
            else tr("{width:,} × {height:,} pixels").format(
                width=round(size.width() * scale), height=round(size.height() * scale)
            )
        )
        if not self.moves:
            return said, ""
        try:
            timing = Timing(self.every.value(), self.first.value(), self.rate.value())
            count = len(timing.steps(self.last.value()))
        except Refused as refused:
            return str(refused), "warning"
        seconds = (count - 1) / timing.rate + HOLD
        return tr("{said} · {pictures} · {seconds:.0f} s. The run is replayed for it.").format(
            said=said, pictures=counted(count, tr("{n} picture"), tr("{n} pictures")), seconds=seconds
        ), ""

    def _say(self, words: str, level: str = "") -> None:
        self.said.setText(words)
        self.said.setProperty("role", "refusal" if level == "warning" else "muted")
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
