"""The runs of a scene as a row of chips: switch between them, name them, delete them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens
from explainer.window.run.branches import Branch

LONGEST = 34
"""How many letters of a run's title its chip shows."""
HEIGHT = 44


class RunsBar(QFrame):
    """Shows every run of the scene, the present one marked; hidden while there is only one."""

    chosen = Signal(int)
    """The number of a run to live."""
    compared = Signal(int)
    """The number of a run to put beside the present one."""
    renamed = Signal(int, str)
    deleted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs")
        self.setProperty("role", "bar")
        self.setProperty("edge", "top")
        self.setAccessibleName(tr("Runs of this scene"))
        self._shown: list[tuple[Branch, bool]] = []
        self._away = False
        self.chips: dict[int, QToolButton] = {}
        self.menus: dict[int, QToolButton] = {}
        """What opens the menu of a run, beside its chip."""
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._arrange()
        self.apply_theme(DARK)
        self.hide()

    def show_runs(self, runs: Sequence[Branch], present: int) -> None:
        """Show these runs; ``present`` is the number of the one that is lived."""
        shown = [(run, run.number == present) for run in runs]
        if [(run.number, run.title, here) for run, here in shown] != [
            (run.number, run.title, here) for run, here in self._shown
        ]:
            self._rebuild(shown)
        self._shown = shown
        for run, _ in shown:
            self.chips[run.number].setToolTip(_tip(run, run.number == present))
        self.setVisible(len(runs) > 1 and not self._away)

    def set_away(self, away: bool) -> None:
        """Stay away, however many runs there are, or be there again."""
        self._away = away
        self.setVisible(len(self._shown) > 1 and not away)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the sizes of a theme."""
        self.setFixedHeight(tokens.size(HEIGHT))

    def _arrange(self) -> None:
        title = QLabel(tr("Runs"))
        title.setObjectName("runs-title")
        title.setProperty("role", "muted")
        inside = QWidget()
        inside.setObjectName("runs-chips")
        inside.setLayout(self._row)
        scroll = QScrollArea()
        scroll.setObjectName("runs-scroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self._scroll = scroll
        outer = QHBoxLayout(self)
        outer.setContentsMargins(16, 4, 16, 4)
        outer.setSpacing(12)
        outer.addWidget(title)
        outer.addWidget(scroll, 1)

    def _rebuild(self, shown: Sequence[tuple[Branch, bool]]) -> None:
        for button in (*self.chips.values(), *self.menus.values()):
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.chips, self.menus = {}, {}
        for place, (run, here) in enumerate(shown):
            chip = self._chip(run, here)
            self.chips[run.number] = chip
            self.menus[run.number] = self._menu_button(run, here)
            self._row.insertWidget(2 * place, chip)
            self._row.insertWidget(2 * place + 1, self.menus[run.number])
            if here:
                self._scroll.ensureWidgetVisible(chip)

    def _chip(self, run: Branch, here: bool) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName(f"run-{run.number}")
        chip.setProperty("role", "chip")
        chip.setCheckable(True)
        chip.setChecked(here)
        chip.setText(_short(run.title))
        chip.setAccessibleName(f"{run.title}, {tr('the present run')}" if here else run.title)
        chip.clicked.connect(lambda _=False: self._choose(chip, run.number, here))
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.customContextMenuRequested.connect(lambda place: self._menu(run, here).popup(chip.mapToGlobal(place)))
        return chip

    def _menu_button(self, run: Branch, here: bool) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"run-menu-{run.number}")
        button.setProperty("role", "link")
        button.setText("⋯")
        button.setAccessibleName(tr("What can be done with {title}").format(title=run.title))
        button.setToolTip(tr("Name this run, go to it, compare it with the present one, or delete it"))
        button.clicked.connect(lambda: self._menu(run, here).popup(button.mapToGlobal(button.rect().topLeft())))
        return button

    def _choose(self, chip: QToolButton, number: int, here: bool) -> None:
        chip.setChecked(here)
        if here:
            run = next(run for run, _ in self._shown if run.number == number)
            self._menu(run, here).popup(chip.mapToGlobal(chip.rect().topLeft()))
        else:
            self.chosen.emit(number)

    def _menu(self, run: Branch, here: bool) -> QMenu:
        """Return the menu of a run: its name in a field, and what can be done with it."""
        menu = QMenu(self)
        menu.setObjectName("run-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = QLineEdit(run.name)
        name.setObjectName("run-name")
        name.setAccessibleName(tr("Name of this run"))
        name.setPlaceholderText(run.title)
        name.setToolTip(tr("Type a name and press Enter; empty gives the description back"))
        name.returnPressed.connect(lambda: self.renamed.emit(run.number, name.text()))
        name.returnPressed.connect(menu.close)
        field = QWidgetAction(menu)
        field.setDefaultWidget(name)
        menu.addAction(field)
        go = menu.addAction(tr("Go to this run"), lambda: self.chosen.emit(run.number))
        compare = menu.addAction(tr("Compare with the present run"), lambda: self.compared.emit(run.number))
        delete = menu.addAction(tr("Delete"), lambda: self.deleted.emit(run.number))
        for action in (go, compare, delete):
            action.setEnabled(not here)
        menu.aboutToShow.connect(name.setFocus)
        return menu


def _short(title: str) -> str:
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"


def _tip(run: Branch, here: bool) -> str:
    what = tr("the present run") if here else tr("click to go there")
    length = "" if here else tr(" · {known:,} steps").format(known=run.known)
    return tr("{title} · seed {seed}{length}\n{what}").format(
        title=run.title, seed=run.recipe.seed, length=length, what=what
    )
