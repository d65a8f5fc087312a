"""The transport bar: buttons, time line, speed, and where the run is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from explainer.stage.icons import icon
from explainer.stage.translation import later, tr
from explainer.theme.tokens import CAPTION, DARK, Tokens
from explainer.window.time.step_field import StepField
from explainer.window.time.time_line import TimeLine

SPEEDS: tuple[float | None, ...] = (1.0, 5.0, 30.0, 60.0, None)
"""Steps per second to choose from; every step is painted, but for None: as fast as it can."""
BUTTONS = ("reset", "backwards", "step-back", "play", "step", "phase")
WIDEST_RATE = later("100,000 steps/s · 60 pictures/s · CUDA ▾")
"""The readout is as wide as this from the start, so that the time line does not move while numbers change."""


def speed_words(speed: float | None) -> str:
    """Return a speed in words."""
    return (
        tr("as fast as it can")
        if speed is None
        else (tr("{speed:g} step/s") if speed == 1 else tr("{speed:g} steps/s")).format(speed=speed)
    )


class Transport(QFrame):
    """Shows the run's place in time and asks for another; it decides nothing."""

    speed_chosen = Signal(object)
    """Steps per second, or None for as fast as it can."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setProperty("role", "bar")
        self.setProperty("edge", "top")
        self.setAccessibleName(tr("Transport"))
        self._tokens = DARK
        self.buttons = {key: self._make_button(key) for key in BUTTONS}
        self.time_line = TimeLine()
        self.speed = self._make_speed()
        self.place = StepField()
        self._speed: float | None = None
        self._arrange()
        self.show_speed(None)

    def show_actions(self, actions: Mapping[str, QAction]) -> None:
        """Let the buttons do what these actions do."""
        for key, button in self.buttons.items():
            button.setDefaultAction(actions[key])
            button.setAccessibleName(actions[key].text())

    def go_to_change_before(self) -> None:
        """Go back to the last step at which something was done."""
        self.time_line.go_to_change(-1)

    def go_to_change_after(self) -> None:
        """Go on to the next step at which something was done."""
        self.time_line.go_to_change(1)

    def show_playing(self, playing: bool, backwards: bool = False) -> None:
        """Turn the play button into a pause button and back; backwards the other one is lit as well."""
        playing = playing or backwards
        name = "pause" if playing else "play"
        self.buttons["backwards"].setIcon(icon("backwards", self._tokens, self._tokens.accent if backwards else ""))
        self.buttons["backwards"].setAccessibleName(tr("Rest") if backwards else tr("Play backwards"))
        self.buttons["play"].setIcon(icon(name, self._tokens, self._tokens.on_accent))
        self.buttons["play"].setAccessibleName(tr("Pause") if playing else tr("Play"))

    def show_speed(self, speed: float | None, measured: float | None = None, more: str = "") -> None:
        """Show the chosen speed or, while the run plays, the ``measured`` one, and ``more`` beside it."""
        self._speed = speed
        words = speed_words(speed) if measured is None else tr("{measured:,.0f} steps/s").format(measured=measured)
        self.speed.setText(" · ".join(filter(None, (words, more))) + " ▾")
        self.speed.setAccessibleDescription(tr("Chosen: {speed}").format(speed=speed_words(speed)))
        for action in self.speed.menu().actions():
            action.setChecked(action.data() == speed)

    def show_place(self, step: int, known: int, phase: str) -> None:
        """Show the step (the one in progress, in mid-phase) and the last known one."""
        where = (
            tr("step {step:,} · {phase}").format(step=step + 1, phase=phase)
            if phase
            else tr("step {step:,}").format(step=step)
        )
        self.place.show_place(
            step, where + (tr(" of {known:,}").format(known=known) if known > step and not phase else "")
        )

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
            side = tokens.size(20 if key == "play" else 16)
            button.setIconSize(QSize(side, side))
        self.time_line.apply_theme(tokens)
        font = QFont(self.font())
        font.setPixelSize(tokens.size(CAPTION))
        self.place.setFixedWidth(QFontMetrics(font).horizontalAdvance(tr(WIDEST_RATE)) + 2)

    def _make_button(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setProperty("role", "play" if key == "play" else "transport")
        button.setObjectName(f"{key}-button")
        return button

    def _make_speed(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("speed")
        button.setProperty("role", "link")
        button.setAccessibleName(tr("Speed"))
        button.setToolTip(tr("Steps per second; below full speed every step is painted (Ctrl+Up, Ctrl+Down)"))
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
        row.addSpacing(8)
        readout = QVBoxLayout()
        readout.setSpacing(2)
        readout.addStretch(1)
        readout.addWidget(self.place, 0, Qt.AlignmentFlag.AlignRight)
        readout.addWidget(self.speed, 0, Qt.AlignmentFlag.AlignRight)
        readout.addStretch(1)
        row.addLayout(readout)
