"""Help: which key does what, and what this program is made of."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from explainer.stage.translation import later, tr
from explainer.window.actions import ActionSpec

MADE_OF = (
    "torch", "numpy", "PySide6-Essentials", "pyqtgraph", "msgspec", "QtAwesome", "ziamath", "pillow", "scikit-learn",
    "platformdirs", "regex", "rapidfuzz", "fsrs", "scipy", "cmaes", "optuna",
)  # fmt: skip
"""What an installation needs, by its name on the package index."""
BY_HAND = (
    (later("Wheel"), later("on a plot: closer or further; on a slider: a small step")),
    (
        later("Double-click"),
        later("on a card's title: enlarge it, or put it back; on a control's name: back to its default"),
    ),
    (later("Right click"), later("on a card's title or a run: what can be done with it")),
    (later("Tab, Shift+Tab"), later("from one thing to the next; inside a picture the arrows go from place to place")),
)
"""What a hand can do that is no action with a key of its own."""
DISTRIBUTION = "neural-explainer"
"""What this program is called among installed packages: another one is called `explainer` there."""
LONGEST = 60
"""How many letters of a licence are shown: some projects write the whole text where its name belongs."""


class Help(QDialog):
    """One page beside the window, which stays live."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setModal(False)
        self.page = QTextBrowser()
        self.page.setObjectName("help-page")
        self.page.setAccessibleName(tr("Help"))
        self.page.setOpenExternalLinks(False)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(self.page, 1)
        rows.addWidget(close)
        self.resize(560, 640)

    def show_keys(self, table: Sequence[ActionSpec]) -> None:
        """List the keys, in the groups of the menu."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for spec in table:
            if spec.shortcut:
                groups.setdefault(tr(spec.menu or later("Program")), []).append(
                    (_native(spec.shortcut), tr(spec.help or spec.text))
                )
        groups[tr("By hand")] = [(tr(hand), tr(does)) for hand, does in BY_HAND]
        words = "".join(_table(name, rows) for name, rows in groups.items())
        self._show(
            tr("Keys"),
            f"<p>{tr('Plain keys act on the run unless a field or a list has the focus; Esc leads back.')}</p>{words}",
        )

    def show_about(self) -> None:
        """Say the versions and licences."""
        own = tr("explainer {version}, MIT licence. Python {python_version}.").format(
            version=_version(DISTRIBUTION), python_version=platform.python_version()
        )
        rows = [(f"{name} {_version(name)}", licence_of(name)) for name in MADE_OF]
        self._show(
            tr("About"),
            f"<p><b>{tr('See and steer what happens inside neural networks')}.</b></p><p>{own}</p>"
            f"{_table(tr('Made of'), rows)}",
        )

    def _show(self, title: str, page: str) -> None:
        self.setWindowTitle(tr("{title} – explainer").format(title=title))
        self.page.setHtml(page)
        self.show()
        self.raise_()
        self.activateWindow()
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)


def licence_of(package: str) -> str:
    """Return the licence that an installed package states, in one line."""
    from importlib import metadata  # with what reads mail: 15 ms that the start can do without

    try:
        stated: Any = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return tr("not installed")
    classified = [line.rpartition(" :: ")[2] for line in stated.get_all("Classifier", ()) if line.startswith("License")]
    lines = str(stated.get("License") or "").strip().splitlines()
    words = lines[0] if lines and len(lines[0]) <= LONGEST else ""
    return stated.get("License-Expression") or words or ", ".join(classified) or tr("see its files")


def _version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return tr("from a checkout") if package == DISTRIBUTION else ""


def _native(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td style="padding-right: 24px"><b>{escape(left)}</b></td><td>{escape(right)}</td></tr>'
        for left, right in rows
    )
    return f"<h3>{escape(title)}</h3><table>{lines}</table>"
