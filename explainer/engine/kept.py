"""Arrays are methods: finds those that are wanted, and keeps what each returned until something has changed.

Only what is asked for while a picture is made is kept; in a step, a verb or a side job everything is in
motion, and a :func:`kept` method is one like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, wraps
from operator import attrgetter
from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, overload

import numpy as np
import torch

from explainer.contract.parameters import Parameters

if TYPE_CHECKING:
    from explainer.engine.experiment import Experiment

T = TypeVar("T")
O = TypeVar("O")  # noqa: E741 - the owner
A = ParamSpec("A")
Found = np.ndarray | torch.Tensor
STAR = "*"
_ARRAYS = (MethodType, torch.Tensor, np.ndarray)
_WHOLE = "*"
"""Stands for all parameters among those that a result depends on."""


@dataclass
class _Result:
    """What a method returned, and what that depends on."""

    owner: object
    value: Any = None
    passing: bool = False
    """Whether it holds for this moment alone."""
    attributes: dict[tuple[int, str], tuple[object, Any, int]] = field(default_factory=dict)
    """Owner, value and version of the attributes of which it says that it follows from them."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """The values of the parameters that were read."""

    def take_over(self, other: _Result) -> None:
        """Depend on what a result depends on that was used here."""
        self.passing |= other.passing
        self.attributes |= other.attributes
        self.parameters |= other.parameters

    def holds(self, params: Parameters) -> bool:
        """Return whether nothing has changed on which this depends, the moment apart."""
        for (_, name), (owner, value, version) in self.attributes.items():
            present = attrgetter(name)(owner)
            if present is not value or _version(present) != version:
                return False
        return all(_read(params, name) == value for name, value in self.parameters.items())


class Kept:
    """What the array methods of one experiment returned."""

    def __init__(self) -> None:
        self._results: dict[tuple[Hashable, ...], _Result] = {}
        self._making: list[_Result] = []
        self._moment = -1

    @contextmanager
    def drawing(self, experiment: Experiment[Any], moment: int) -> Iterator[None]:
        """Keep what is found in the body, and use again what still holds; another ``moment`` means another state."""
        global _open
        params, before = experiment.params, _open
        self._forget(params, moment != self._moment)
        self._moment = moment
        experiment.params = _Watched(params, self._making)
        _open = self
        try:
            yield
        finally:
            _open = before
            experiment.params = params

    def _forget(self, params: Parameters, moved: bool) -> None:
        for key, result in list(self._results.items()):
            if (moved and result.passing) or not result.holds(params):
                del self._results[key]

    def call(self, owner: object, make: Callable[..., T], attributes: tuple[str, ...] | None, *arguments: Any) -> T:
        """Return what ``make(owner, *arguments)`` returned last time, or does now.

        With no attributes it holds for this moment; with None, as long as all that it has used.
        """
        key = (id(owner), make, *arguments)
        result = self._results.get(key)
        if result is None:
            result = self._results[key] = self._made(owner, make, attributes, arguments)
        if self._making:
            self._making[-1].take_over(result)
        return result.value  # type: ignore[no-any-return]

    def _made(
        self, owner: object, make: Callable[..., Any], attributes: tuple[str, ...] | None, arguments: tuple[Any, ...]
    ) -> _Result:
        result = _Result(owner, passing=attributes == ())
        for name in attributes or ():
            value = attrgetter(name)(owner)
            result.attributes[id(owner), name] = owner, value, _version(value)
        self._making.append(result)
        try:
            result.value = make(owner, *arguments)
        finally:
            self._making.pop()
        return result


_open: Kept | None = None
"""Where results are kept while a picture is made."""


class _Watched:
    """The parameters, noting which of them are read for the result that is being made."""

    def __init__(self, params: Parameters, making: list[_Result]) -> None:
        self.__dict__["_told"] = params, making

    def __getattr__(self, name: str) -> Any:
        params, making = self.__dict__["_told"]
        if making:
            single = name in params.declarations
            making[-1].parameters[name if single else _WHOLE] = _read(params, name if single else _WHOLE)
        return getattr(params, name)


def _read(params: Parameters, name: str) -> Any:
    return params if name == _WHOLE else getattr(params, name)


def _version(value: object) -> int:
    return value._version if isinstance(value, torch.Tensor) else 0


@overload
def kept(made: Callable[Concatenate[O, A], T], /) -> Callable[Concatenate[O, A], T]: ...


@overload
def kept(*attributes: str) -> Callable[[Callable[Concatenate[O, A], T]], Callable[Concatenate[O, A], T]]: ...


def kept(*given: Any) -> Any:
    """Keep what a method returns, so that several arrays can share it within a picture.

    ``@kept`` keeps it until the next phase, step, action or seek; ``@kept("surface")`` beyond these, as long
    as the attribute ``surface`` is the same object and was not written to. Either way another value of a
    parameter that it has read, a view parameter included, makes it anew. Arguments are told apart.
    """
    if len(given) == 1 and callable(given[0]):
        return _keeping(given[0], ())
    return lambda make: _keeping(make, given)


def _keeping(make: Callable[..., T], attributes: tuple[str, ...]) -> Callable[..., T]:
    @wraps(make)
    def method(self: object, *arguments: Any) -> T:
        if _open is None:
            return make(self, *arguments)
        return _open.call(self, make, attributes, *arguments)

    method.__dict__["kept"] = True
    return method


def draw(experiment: Experiment[Any], wanted: Collection[str], other: Container[str]) -> dict[str, Found]:
    """Return the wanted arrays that the scene declares, from the methods (or attributes) of their names.

    What the experiment has under one of the ``other`` names is no array.
    """
    found: dict[str, Found] = {}
    for name, array in experiment.scene.arrays.items():
        if array.traced or not _any_of(name, wanted):
            continue
        owner = _owner(experiment, name, other)
        names = {name: None}
        if STAR in name:
            names = {name.replace(STAR, key): key for key in _asked(owner, name)}
        found |= {one: _array(owner, name, array.dtype, key) for one, key in names.items() if one in wanted}
    return found


@cache
def attribute_of(name: str) -> str:
    """Return the method that an array is: ``/`` becomes ``_`` and a ``*`` falls away.

    >>> attribute_of("loss/test"), attribute_of("maps/*")
    ('loss_test', 'maps')
    """
    return name.replace("/*", "").replace("*/", "").replace(STAR, "").replace("/", "_")


def _any_of(pattern: str, wanted: Collection[str]) -> bool:
    """Return whether one of the names that fall under ``pattern`` may be wanted."""
    if STAR not in pattern:
        return pattern in wanted
    return any(STAR in one or fnmatchcase(one, pattern) for one in wanted)


def _owner(experiment: Experiment[Any], name: str, other: Container[str]) -> object:
    """Return who has the method: the experiment's ``drawings`` are asked first, in their order."""
    attribute, scene = attribute_of(name), experiment.scene
    is_other = attribute in other or attribute in scene.actions or attribute in scene.jobs
    for owner in (*experiment.drawings, *(() if is_other else (experiment,))):
        if isinstance(getattr(owner, attribute, None), _ARRAYS):
            return owner
    kinds = ", ".join(type(owner).__name__ for owner in (experiment, *experiment.drawings))
    raise AttributeError(f"the array {name!r} is declared, but none of {kinds} has a method {attribute}()")


def _asked(owner: object, name: str) -> Any:
    """Return what the method of several arrays returns, once for all of them."""
    method = getattr(owner, attribute_of(name))
    if _open is None or hasattr(method, "kept"):
        return method()
    return _open.call(owner, method.__func__, ())


def _array(owner: object, name: str, dtype: str, key: str | None) -> Found:
    attribute = getattr(owner, attribute_of(name))
    if isinstance(attribute, (torch.Tensor, np.ndarray)):
        return attribute
    if _open is None:
        return _converted(owner, name, dtype, key)
    alone = key is None and not hasattr(attribute, "kept")
    return _open.call(owner, _converted, () if alone else None, name, dtype, key)


def _converted(owner: object, name: str, dtype: str, key: str | None) -> Found:
    """Return a tensor as it is, anything else as an array that is not written to."""
    value = getattr(owner, attribute_of(name))() if key is None else _asked(owner, name)[key]
    if isinstance(value, torch.Tensor):
        return value
    array = value.view() if isinstance(value, np.ndarray) else np.asarray(value, dtype)
    array.flags.writeable = False
    return array
