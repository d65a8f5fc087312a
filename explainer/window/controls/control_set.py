"""The controls of one scene, wherever they stand: any number for a parameter, all showing the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from explainer.contract.fields import Parameter
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.refused import Refused
from explainer.stage.translation import tr
from explainer.window.controls.control import Control
from explainer.window.controls.factory import make_control


class ControlSet(QObject):
    """Holds the values that are shown and makes linked controls for them.

    It decides nothing: the run owns the parameters. ``own`` gives controls of the scene's own making;
    ``verify`` raises :class:`Refused` for values that do not go together, which a control then does not offer;
    ``defaults`` gives the defaults that go with the values shown, where they are not the declared ones; ``plan``
    says what is fixed and hidden.
    """

    changed = Signal(str, object)
    """A person chose a value for a parameter, in whichever of its controls."""

    def __init__(
        self,
        declarations: Mapping[str, Parameter],
        own: Mapping[str, Callable[[Parameter], Control]] | None = None,
        parent: QObject | None = None,
        verify: Callable[[Mapping[str, Any]], None] | None = None,
        defaults: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
        plan: LessonPlan = LessonPlan(),
    ) -> None:
        super().__init__(parent)
        self._verify = verify
        self._defaults = defaults
        self._plan = plan
        self.declarations = dict(declarations)
        self._own = dict(own or {})
        self._values = {name: parameter.default for name, parameter in self.declarations.items()}
        self._controls: dict[str, list[Control]] = {name: [] for name in self.declarations}
        self._refusals: dict[str, str] = {}

    def can_apply(self, name: str) -> bool:
        """Return whether some value of the others lets a parameter have an effect: not one that is not offered.

        What a lesson file hides has no control.
        """
        return name not in self._plan.hidden and all(
            any(_is_offered(self.declarations[other], value) for value in values)
            for other, values in self.declarations[name].when.items()
        )

    def control(self, name: str) -> Control:
        """Return a new control for a parameter, linked with its others; ``KeyError`` if there is none."""
        parameter = self.declarations[name]
        control = self._own.get(name, make_control)(parameter)
        control.set_value(self._values[name])
        if self._verify is not None:
            control.objection = partial(self.objection, name)
        self._surround(control)
        control.changed.connect(partial(self._take, name, control))
        if name in self._refusals:
            control.refuse(self._refusals[name])
        self._controls[name].append(control)
        control.destroyed.connect(partial(_forget, self._controls[name], control))
        return control

    def objection(self, name: str, value: Any) -> str:
        """Return why a value, and what it suggests, does not go together with the others; empty if it does."""
        suggests = self.declarations[name].suggests
        try:
            if self._verify is not None:
                self._verify({**self._values, **(suggests(value) if suggests else {}), name: value})
        except Refused as refused:
            return str(refused)
        return ""

    def values(self) -> dict[str, Any]:
        """Return the values shown."""
        return dict(self._values)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values from outside, in every control but one that is being dragged; nothing is emitted.

        What is refused stays to be read: a text until its value changes, and the message of
        :meth:`refuse` while the value goes back to what it was.
        """
        fresh = {name: self.declarations[name].check(value) for name, value in values.items()}
        fresh = {name: value for name, value in fresh.items() if value != self._values[name]}
        for name, value in fresh.items():
            if not any(control.is_held() for control in self._controls[name]):
                self._show(name, value)
                if name in self._refusals:
                    self.refuse(name, self._refusals[name])
                    del self._refusals[name]
        if fresh:
            self._tell_surroundings()

    def refuse(self, name: str, message: str) -> None:
        """Show at every control of a parameter why its value was refused."""
        self._refusals[name] = message
        for control in self._controls[name]:
            control.refuse(message)

    def can_be_seen(self, name: str) -> bool:
        """Return whether some control of that parameter is on the screen, so that what it says can be read."""
        return any(control.isVisible() for control in self._controls.get(name, ()))

    def _take(self, name: str, source: Control, value: Any) -> None:
        self._refusals.pop(name, None)
        self._show(name, value, source)
        self._tell_surroundings()
        self.changed.emit(name, value)

    def _show(self, name: str, value: Any, source: Control | None = None) -> None:
        self._values[name] = value
        for control in self._controls[name]:
            if control is not source:
                control.set_value(value)

    def _tell_surroundings(self) -> None:
        for controls in self._controls.values():
            for control in controls:
                self._surround(control)

    def _surround(self, control: Control) -> None:
        """Tell a control what the others show."""
        if self._defaults is not None:
            name = control.parameter.name
            control.set_default(self._defaults(self._values).get(name, control.parameter.default))
        control.set_surroundings(self._values)
        self._apply(control)

    def _apply(self, control: Control) -> None:
        applicable = control.parameter.name not in self._plan.fixed and control.parameter.applies(self._values)
        if applicable != control.isEnabled():
            control.set_applicable(applicable, "" if applicable else self._reason(control.parameter))

    def _reason(self, parameter: Parameter) -> str:
        if parameter.name in self._plan.fixed:
            return tr("Fixed in this lesson.")
        if any(self._values.get(name) not in allowed for name, allowed in parameter.when.items()):
            return tr("Has an effect only where {conditions}.").format(conditions=self._in_words(parameter.when))
        return tr("Has no effect where {conditions}.").format(
            conditions=self._in_words(parameter.overruled(self._values) or {})
        )

    def _in_words(self, conditions: Mapping[str, Sequence[Any]]) -> str:
        found = []
        for name, allowed in conditions.items():
            other = self.declarations[name]
            titles = getattr(other, "options", {})
            words = f" {tr('or')} ".join(str(titles.get(value, value)) for value in allowed)
            found.append(tr("{name} is {words}").format(name=other.label or name, words=words))
        return f" {tr('and')} ".join(found)


def _forget(controls: list[Control], control: Control) -> None:
    if control in controls:
        controls.remove(control)


def _is_offered(parameter: Parameter, value: object) -> bool:
    try:
        parameter.check(value)
    except Refused:
        return False
    return True
