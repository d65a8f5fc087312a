"""The transport bar: buttons, time line, speed, and where the run is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from explainer.theme.tokens import DARK, Tokens
from explainer.window.icons import icon
from explainer.window.time_line import TimeLine

SPEEDS: tuple[float | None, ...] = (1.0, 5.0, 30.0, 60.0, None)
"""Steps per second to choose from; every step is painted, but for None: as fast as it can."""
BUTTONS = ("reset", "step-back", "play", "step", "phase")


def speed_words(speed: float | None) -> str:
    """Return a speed in words."""
    return "as fast as it can" if speed is None else f"{speed:g} steps/s"


class Transport(QFrame):
    """Shows the run's place in time and asks for another; it decides nothing."""

    speed_chosen = Signal(object)
    """Steps per second, or None for as fast as it can."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setProperty("role", "bar")
        self.setProperty("edge", "top")
        self.setAccessibleName("Transport")
        self._tokens = DARK
        self.buttons = {key: self._make_button(actions[key]) for key in BUTTONS}
        self.time_line = TimeLine()
        self.speed = self._make_speed()
        self.place, self.rate = QLabel("step 0"), QLabel("")
        self._arrange()
        self.show_speed(None)

    def show_playing(self, playing: bool) -> None:
        """Turn the play button into a pause button and back."""
        name = "pause" if playing else "play"
        self.buttons["play"].setIcon(icon(name, self._tokens, self._tokens.on_accent))
        self.buttons["play"].setAccessibleName("Pause" if playing else "Play")

    def show_speed(self, speed: float | None) -> None:
        """Show the chosen speed."""
        self.speed.setText(f"{speed_words(speed)} ▾")
        for action in self.speed.menu().actions():
            action.setChecked(action.data() == speed)

    def show_place(self, step: int, known: int, phase: str, words: str) -> None:
        """Show the step (the one in progress, in mid-phase), the last known one and the rates."""
        where = f"step {step + 1} · {phase}" if phase else f"step {step}"
        self.place.setText(where + (f" of {known}" if known > step and not phase else ""))
        self.rate.setText(words)

    def offer_speeds(self, opening: float | None) -> None:
        """Offer the usual speeds and the one at which the scene opens."""
        menu = self.speed.menu()
        menu.clear()
        usual = [speed for speed in SPEEDS if speed is not None]
        paced = sorted({*usual, *([opening] if opening else [])})
        for speed in (*paced, None):
            action = menu.addAction(speed_words(speed))
            action.setCheckable(True)
            action.setData(speed)
            action.triggered.connect(lambda _=False, chosen=speed: self.speed_chosen.emit(chosen))

    def speeds(self) -> Sequence[float | None]:
        """Return the speeds on offer, slowest first."""
        return [action.data() for action in self.speed.menu().actions()]

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        for key, button in self.buttons.items():
            button.setIconSize(QSize(tokens.size(20 if key == "play" else 16), tokens.size(20 if key == "play" else 16)))
        self.time_line.apply_theme(tokens)
        self.place.setMinimumWidth(QFontMetrics(self.place.font()).horizontalAdvance("step 100,000 · backward"))

    def _make_button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setProperty("role", "play" if action.objectName() == "play" else "transport")
        button.setObjectName(f"{action.objectName()}-button")
        button.setAccessibleName(action.text())
        return button

    def _make_speed(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("speed")
        button.setProperty("role", "link")
        button.setAccessibleName("Speed")
        button.setToolTip("Steps per second; below full speed every step is painted (Ctrl+Up, Ctrl+Down)")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(8)
        for key in BUTTONS:
            row.addWidget(self.buttons[key])
        row.addSpacing(8)
        row.addWidget(self.time_line, 1)
        readout = QVBoxLayout()
        readout.setSpacing(0)
        for label, name in ((self.place, "step"), (self.rate, "rate")):
            label.setObjectName(name)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.rate.setProperty("role", "muted")
        lower = QHBoxLayout()
        lower.setSpacing(8)
        lower.addStretch(1)
        lower.addWidget(self.rate)
        lower.addWidget(self.speed)
        readout.addWidget(self.place)
        readout.addLayout(lower)
        row.addLayout(readout)
