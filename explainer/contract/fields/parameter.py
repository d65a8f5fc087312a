"""What every declared parameter has, whatever its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from explainer.contract.refused import Refused, shown


class Kind(StrEnum):
    """What changing a parameter does."""

    LIVE = "live"
    """Acts on the running experiment at the next step boundary; logged."""
    STRUCTURAL = "structural"
    """Starts a new run from the same seed."""
    VIEW = "view"
    """Shapes only what is drawn; never logged, never branches."""


@dataclass(eq=False)
class Parameter:
    """One declared parameter: default, kind and words; subclasses add the type and its range."""

    default: Any
    _: KW_ONLY
    kind: Kind = Kind.LIVE
    label: str = ""
    help: str = ""
    unit: str = ""
    when: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Other parameters and the values of theirs for which this one applies; else its control is disabled."""
    unless: Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    """Other parameters and the values of theirs that, all of them together, leave this one without effect.

    Several such combinations stand in a tuple: each of them does.
    """
    follows: str = ""
    """For an entry's own setting: the parameter whose value it has until it is set itself."""
    suggests: Callable[[Any], Mapping[str, Any]] | None = None
    """Values of other parameters that go well with a value of this one; the window offers them along with it."""
    name: str = ""
    type: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.default = self.check(self.default)

    def check(self, value: object) -> Any:
        """Return ``value`` in canonical form; raise :class:`Refused` with the remedy."""
        raise NotImplementedError

    def parse(self, words: str) -> Any:
        """Return the value that typed ``words`` mean; raise :class:`Refused`."""
        return self.check(words)

    def format(self, value: Any) -> str:
        """Return text that :meth:`parse` turns back into ``value``."""
        return str(value)

    def tell(self, value: Any) -> str:
        """Return ``value`` as a person reads it on the screen."""
        return f"{value:g}" if isinstance(value, float) else str(value)

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Return whether this parameter has an effect beside the other ``values``."""
        return _hold(self.when, values) and self.overruled(values) is None

    def overruled(self, values: Mapping[str, Any]) -> Mapping[str, Sequence[Any]] | None:
        """Return the combination of ``unless`` that holds beside the other ``values``, None for none."""
        combinations = (self.unless,) if isinstance(self.unless, Mapping) else self.unless
        return next((each for each in combinations if each and _hold(each, values)), None)

    def describe(self) -> dict[str, Any]:
        """Return the declaration as plain data, as ``explainer list --json`` prints it."""
        return {
            "name": self.name,
            "type": self.type,
            "default": self.default,
            **self.limits(),
            "kind": self.kind.value,
            "live": self.kind is Kind.LIVE,
            "label": self.label or self.name,
            "help": self.help,
        }

    def limits(self) -> dict[str, Any]:
        """Return what is allowed as plain data."""
        return {}

    def refuse(self, value: object, allowed: str) -> Refused:
        """Return the refusal of ``value`` with what is ``allowed`` instead."""
        return Refused(f"{self.name or 'value'} = {shown(value)} is refused: {allowed}", about=self.name)


def _hold(conditions: Mapping[str, Sequence[Any]], values: Mapping[str, Any]) -> bool:
    return all(values.get(name) in allowed for name, allowed in conditions.items())
