"""From a declaration to its control: one table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from explainer.contract.fields import Choice, Choices, Integer, Numbers, Parameter, Point, Real, Switch, Text
from explainer.window.controls.choice import ChoiceControl
from explainer.window.controls.choices import ChoicesControl
from explainer.window.controls.control import Control
from explainer.window.controls.numbers import NumbersControl
from explainer.window.controls.point import PointControl
from explainer.window.controls.slider import Slider
from explainer.window.controls.switch import SwitchControl
from explainer.window.controls.text import TextControl


def make_control(parameter: Parameter, parent: QWidget | None = None) -> Control:
    """Return a control for a declaration, showing its default."""
    return CONTROLS[type(parameter)](parameter, parent)


CONTROLS: dict[type[Parameter], Callable[[Any, QWidget | None], Control]] = {
    Real: Slider,
    Integer: Slider,
    Switch: SwitchControl,
    Choice: ChoiceControl,
    Choices: partial(ChoicesControl, make=make_control),
    Text: TextControl,
    Point: PointControl,
    Numbers: NumbersControl,
}
"""What makes the control of each type; an entry's own settings are controls too."""
