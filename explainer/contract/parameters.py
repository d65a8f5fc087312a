"""Parameters: declared once, and from the declaration come control, tooltip, check and help.

A scene writes ::

    class Params(Parameters):
        lr: float = real(0.05, 1e-4, 1.0, log=True, kind=LIVE, label="Learning rate η", help="…")
        depth: int = integer(3, 1, 100, kind=STRUCTURAL, label="Hidden layers", help="…")

``Params(lr=0.1)`` is a frozen, checked set of values. Every way in (slider, command line, Python,
run file) ends in :meth:`Parameters.replace`, so a range is checked in exactly one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, dataclass_transform

from explainer.contract.fields import (
    Kind,
    Parameter,
    choice,
    choices,
    integer,
    numbers,
    point,
    real,
    switch,
    text,
)
from explainer.contract.refused import Refused, shown

RESERVED = frozenset({"scene", "seed", "device", "threads", "run", "speed", "keep"})
"""Words that say something else where parameters are given: to ``Run(…)`` or in a ``try:`` link."""


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(real, integer, switch, choice, choices, text, point, numbers),
)
class Parameters:
    """A frozen set of checked values, one per declaration of the class.

    Raises :class:`Refused` on construction for an unknown name, a wrong type or a value outside
    the declared range.
    """

    declarations: ClassVar[dict[str, Parameter]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        own = {name: field for name, field in vars(cls).items() if isinstance(field, Parameter)}
        for name, field in own.items():
            if name in RESERVED or hasattr(Parameters, name):
                raise TypeError(f"a parameter cannot be called {name!r}: the word means something else; rename it")
            field.name = name
        cls.declarations = {**cls.declarations, **own}

    def __init__(self, **given: Any) -> None:
        checked = self._checked(given)
        self.__dict__.update({name: field.default for name, field in self.declarations.items()})
        self.__dict__.update({**self._checked(self.defaults_beside(checked)), **checked})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be assigned: parameters are frozen, use replace({name}=…)")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.values() == other.values()

    def __hash__(self) -> int:
        return hash(tuple(self.values().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.values().items())})"

    def values(self) -> dict[str, Any]:
        """Return every parameter's value by name, in the order of declaration."""
        return {name: getattr(self, name) for name in self.declarations}

    def values_of(self, kind: Kind | str) -> dict[str, Any]:
        """Return the values of one kind of parameter."""
        return {name: getattr(self, name) for name, field in self.declarations.items() if field.kind == kind}

    def replace(self, **given: Any) -> Self:
        """Return a copy with some values replaced, checked; raise :class:`Refused`."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.values())
        copy.__dict__.update(self._checked(given))
        return copy

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the defaults that take the place of the declared ones where these values are ``given``.

        A scene says which, such as the layers that a task needs; what is given itself stays as it is. So every
        way in has the same defaults: Python, ``--set``, links, run files, and the ways back in the controls.
        """
        return {}

    def anew(self, **given: Any) -> Self:
        """Return these values from the defaults, but for what only shapes the picture, which is kept."""
        return type(self)(**{**self.values_of(Kind.VIEW), **given})

    def verify(self) -> None:
        """Raise :class:`Refused` for values that are each allowed and do not go together; a scene says which.

        The engine asks before it builds or changes a run, and a control before it offers a value.
        """

    def changed(self) -> dict[str, Any]:
        """Return the values that must be told for these parameters: all others are the defaults beside them."""
        told = {n: v for n, v in self.values().items() if v != self.declarations[n].default}
        while missing := {n: v for n, v in self.values().items() if v != getattr(type(self)(**told), n)}:
            told |= missing
        return told

    @classmethod
    def declaration(cls, name: str) -> Parameter:
        """Return the declaration of ``name``; raise :class:`Refused` naming the known ones."""
        if name not in cls.declarations:
            known = ", ".join(cls.declarations) or "none: this scene has no parameters"
            raise Refused(f"unknown parameter {shown(name)}; choose from {known}", about=name)
        return cls.declarations[name]

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> dict[str, Any]:
        """Return typed values for ``name=text`` pairs as the command line and links give them."""
        return {name: cls.declaration(name).parse(value) for name, value in texts.items()}

    @classmethod
    def kinds(cls, names: Sequence[str]) -> set[Kind]:
        """Return the kinds of the named parameters."""
        return {cls.declaration(name).kind for name in names}

    @classmethod
    def _checked(cls, given: Mapping[str, object]) -> dict[str, Any]:
        return {name: cls.declaration(name).check(value) for name, value in given.items()}
