"""A number: a slider, linear or logarithmic, with its value as text that can be typed into."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt

from explainer.contract.fields import Integer, Real
from explainer.stage.translation import tr
from explainer.window.controls.control import Control
from explainer.window.controls.entry import Entry
from explainer.window.controls.groove import Groove
from explainer.window.controls.number_text import moving, settled, typed
from explainer.window.controls.scale import scale_of

FAR = 100
"""How far from a refused value another one is looked for."""


class Slider(Control):
    """A real or whole number. Typed values are exact; the slider's own are short."""

    parameter: Real | Integer

    def build(self) -> None:
        """Make the value's text and the groove."""
        self.scale = scale_of(self.parameter)
        self.groove = Groove(self.scale, self)
        self.entry = Entry(self)
        self.entry.setProperty("role", "value")
        self.entry.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.adopt(self.groove, "slider")
        self.adopt(self.entry, "entry", tr("as text"))
        self.entry.setTextMargins(0, 0, -3, 0)
        self.header.addWidget(self.entry)
        self.rows.addWidget(self.groove)
        self.name_label.setBuddy(self.groove)
        self.setFocusProxy(self.groove)
        self.groove.valueChanged.connect(self._slide)
        self.groove.reset_asked.connect(self.reset_to_default)
        self.groove.sliderReleased.connect(lambda: self.show_value(self.value()))
        self.entry.offered.connect(self._read)
        self.entry.given_up.connect(self.clear_refusal)

    def range_words(self) -> str:
        """Return the range with its scale."""
        zero = tr("0 or ") if getattr(self.parameter, "zero", False) else ""
        scale = tr(", logarithmic") if self.scale.decimals is None else ""
        return tr("Range {zero}{low} to {high}{unit}{scale}.").format(
            zero=zero,
            low=settled(self.parameter.low),
            high=settled(self.parameter.high),
            unit=self._unit(),
            scale=scale,
        )

    def default_text(self) -> str:
        """Return the default with its unit."""
        return settled(self.default) + self._unit()

    def is_held(self) -> bool:
        """Return whether the handle is held."""
        return self.groove.isSliderDown()

    def show_value(self, value: float) -> None:
        """Bring handle and text to a value."""
        with QSignalBlocker(self.groove):
            self.groove.setValue(self.scale.position(value))
        self._write(value)

    def _slide(self, position: int) -> None:
        wished = self.scale.value(position)
        value = self._reachable(wished)
        if value != wished:
            with QSignalBlocker(self.groove):
                self.groove.setValue(self.scale.position(value))
        if self.propose(value):
            self.entry.take_back()
            self._write(self.value())

    def _reachable(self, wished: float) -> float:
        """Return the whole number that goes with the other values and is nearest to what is wished.

        A single step, by an arrow key say, gets past a gap to the next one in its direction.
        """
        if not isinstance(self.parameter, Integer):
            return wished
        low, high, start = self.parameter.low, self.parameter.high, int(wished)
        on = 1 if wished >= self.value() else -1
        ways = (on,) if abs(start - self.value()) == 1 else (on, -on)
        near = (start + way * distance for distance in range(min(high - low + 1, FAR)) for way in ways)
        return next((value for value in near if low <= value <= high and not self.objection(value)), self.value())

    def _write(self, value: float) -> None:
        short = moving(value, self.scale.decimals) if self.is_held() else settled(value)
        self.entry.show_text(short + self._unit(), self.parameter.format(value))

    def _read(self, words: str) -> None:
        if self.propose(typed(words, self.parameter.unit)):
            self.show_value(self.value())
        else:
            self.entry.mark_refused()

    def _unit(self) -> str:
        unit = self.parameter.unit
        return unit if unit in ("", "°", "%") else f" {unit}"
