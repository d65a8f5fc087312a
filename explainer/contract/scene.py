"""What a scene declares about itself: its question, parameters, verbs, metrics and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from explainer.contract.cards.bindings import Dimension
from explainer.contract.fields import Parameter
from explainer.contract.parameters import Parameters
from explainer.contract.refused import Refused, shown
from explainer.contract.scene_index import missing_words


@dataclass(frozen=True)
class Array:
    """An array that a picture can ask for, described once.

    ``dims`` names the dimensions, ``dtype`` is NumPy's name for the type (``<U32`` for strings). In
    the dimensions of an array whose declared name has a ``*``, this stands for what it stands for in the name.
    ``nan`` and ``infinite`` say what such a value means; without the words it is an error.
    """

    dims: tuple[str, ...]
    dtype: str
    meaning: str
    slow: bool = False
    """Dear to compute: refreshed a few times a second and labelled with its step."""
    traced: bool = False
    """Kept for every step by the engine: ``Experiment.trace``; the dimension ``step + 1`` grows."""
    nan: str = ""
    infinite: str = ""

    def along_steps(self, rows: np.ndarray) -> np.ndarray:
        """Return a traced array's rows (step, …) with the steps in their declared place."""
        return np.moveaxis(rows, 0, next(i for i, dim in enumerate(self.dims) if dim.startswith("step")))

    def describe(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"dimensions": list(self.dims), "dtype": self.dtype, "meaning": self.meaning, "slow": self.slow}


def _arguments(given: Mapping[str, Parameter], values: Mapping[str, object]) -> dict[str, Any]:
    """Return checked arguments, defaults filled in; raise :class:`Refused`."""
    unknown = [name for name in values if name not in given]
    if unknown:
        known = ", ".join(given) or "no arguments"
        raise Refused(f"unknown argument {shown(unknown[0])}; this takes {known}", about=unknown[0])
    return {name: field.check(values.get(name, field.default)) for name, field in given.items()}


@dataclass(frozen=True)
class Verb:
    """Something a person can do to the running experiment: a method of that name, arguments typed."""

    help: str
    arguments: Mapping[str, Parameter] = field(default_factory=dict)
    label: str = ""
    replaces: tuple[str, ...] = ()
    """Arguments that make it the same thing done again: the last of a drag's many actions is the one logged."""

    def check(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Return the arguments checked and completed; raise :class:`Refused`."""
        return _arguments(self.arguments, values)


@dataclass(frozen=True)
class Job:
    """A side job: a generator method of that name, off the training path, with its own randomness."""

    help: str
    arguments: Mapping[str, Parameter] = field(default_factory=dict)

    def check(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Return the arguments checked and completed; raise :class:`Refused`."""
        return _arguments(self.arguments, values)


@dataclass(frozen=True)
class Scene:
    """A scene: everything that is known of it without running it."""

    title: str
    room: str
    question: str
    parameters: type[Parameters]
    metrics: Mapping[str, str]
    arrays: Mapping[str, Array]
    steps: int = 200
    """How many steps ``explainer run`` takes when nothing is said."""
    speed: float | None = 30.0
    """Steps per second when the scene opens; None is as fast as it can."""
    first: tuple[str, ...] = ()
    """The parameters whose controls carry the lesson and are shown at first."""
    progress: str = "loss*"
    """The metrics that the time line draws; ``*`` allowed."""
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    """What the places of the arrays' dimensions are called, and where they lie."""
    symbols: Mapping[str, str] = field(default_factory=dict)
    """Symbol, a letter or LaTeX → the parameter, metric, array or card that it stands for: each lights the other."""
    data: tuple[str, ...] = ()
    """The parameters that say what is learned from; beside any other, data and the order of batches stay the same."""
    actions: Mapping[str, Verb] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    experiment: str = ""
    """The scene folder whose experiment and view are used; empty: its own."""
    no_script: str = ""
    """Why a script of its own makes no sense for this scene; empty: it has one."""
    needs: tuple[str, ...] = ()
    """Packages without which it does not open; it is listed all the same, and says what to install."""
    extra: str = ""
    """The extra that brings them."""
    pictured: int | None = None
    """The step of its picture on the home page; None is a third of ``steps``, 300 at most."""
    order: int = 100
    """Place within its room, smallest first."""
    name: str = ""
    """The name on the command line; the catalogue fills it in."""

    def __post_init__(self) -> None:
        declared: list[Verb | Job] = [*self.actions.values(), *self.jobs.values()]
        for each in declared:
            for name, argument in each.arguments.items():
                argument.name = name
        for name in (*self.first, *self.data):
            self.parameters.declaration(name)

    def variant(self, defaults: Mapping[str, Any], **changes: Any) -> Scene:
        """Return a second entry to the same experiment with other defaults and words."""
        fields = {name: replace(self.parameters.declaration(name), default=value) for name, value in defaults.items()}
        parameters = type(self.parameters.__name__, (self.parameters,), fields)
        return replace(self, parameters=parameters, name="", **changes)

    @property
    def missing(self) -> str:
        """Which packages are missing and what to do, in one line; empty where the scene can be opened."""
        return missing_words(self.title, self.needs, self.extra)

    def verb(self, name: str) -> Verb:
        """Return the declared verb; raise :class:`Refused` naming the known ones."""
        if name not in self.actions:
            known = ", ".join(self.actions) or "none"
            raise Refused(f"unknown action {shown(name)}; this scene knows {known}", about=name)
        return self.actions[name]

    def job(self, name: str) -> Job:
        """Return the declared side job; raise :class:`Refused` naming the known ones."""
        if name not in self.jobs:
            raise Refused(
                f"unknown side job {shown(name)}; this scene knows {', '.join(self.jobs) or 'none'}", about=name
            )
        return self.jobs[name]

    def array(self, name: str) -> Array:
        """Return the description of an array; its declared name may contain ``*``."""
        for pattern, array in self.arrays.items():
            if fnmatchcase(name, pattern):
                before, _, after = pattern.partition("*")
                star = name[len(before) : len(name) - len(after)]
                return replace(array, dims=tuple(dim.replace("*", star) for dim in array.dims))
        raise Refused(f"unknown array {shown(name)}; this scene has {', '.join(self.arrays)}", about=name)

    def draws_progress(self, metric: str) -> bool:
        """Return whether the time line draws this metric."""
        return fnmatchcase(metric, self.progress)

    def describe(self) -> dict[str, Any]:
        """Return the scene as plain data, as ``explainer list --json`` prints it."""
        return {
            "scene": self.name,
            "room": self.room,
            "title": self.title,
            "question": self.question,
            "steps": self.steps,
            "missing": self.missing,
            "parameters": [field.describe() for field in self.parameters.declarations.values()],
            "actions": [_describe_verb(name, verb) for name, verb in self.actions.items()],
            "metrics": dict(self.metrics),
            "arrays": {name: array.describe() for name, array in self.arrays.items()},
        }


def _describe_verb(name: str, verb: Verb) -> dict[str, Any]:
    return {"name": name, "arguments": [a.describe() for a in verb.arguments.values()], "help": verb.help}
