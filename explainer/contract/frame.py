"""What a picture is drawn from: one moment of a run, as plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explainer.contract.parameters import Parameters
from explainer.contract.recipe import Action
from explainer.contract.series import Series


@dataclass(frozen=True)
class Stopped:
    """Why a run ended: the first metric that was not finite, and what was done last."""

    step: int
    metric: str
    value: float
    last_action: str
    cause: str = ""

    def __str__(self) -> str:
        after = f" after {self.last_action}" if self.last_action else ""
        return f"stopped at step {self.step}: {self.metric} is {self.value}{after}. {self.cause}".rstrip()


@dataclass(frozen=True)
class Ghost:
    """What another run has recorded: from the step on at which the two parted, drawn faint.

    ``beside`` says that it is shown at the same time, under the letter that is its name: drawn whole, and
    named.
    """

    name: str
    series: Mapping[str, Series]
    beside: bool = False


@dataclass(frozen=True)
class Frame:
    """One moment: where the run is, the parameters in force, and the arrays that were asked for.

    ``arrays`` holds traced arrays whole (every step up to now) and the others as they are now;
    ``ages`` gives the step at which a slow array was computed; ``series`` the recorded metrics of
    every known step, which may reach beyond ``step`` after stepping back.
    """

    scene: str
    step: int
    phase: str
    params: Any
    arrays: Mapping[str, np.ndarray]
    series: Mapping[str, Series] = field(default_factory=dict)
    ages: Mapping[str, int] = field(default_factory=dict)
    actions: Sequence[Action] = ()
    stopped: Stopped | None = None
    finished: bool = False
    first: Parameters | None = None
    """The parameters at step 0."""
    ghosts: Sequence[Ghost] = ()
    """Other runs of the scene, for curves to show behind this one's."""
    lit: Mapping[str, int] = field(default_factory=dict)
    """In a drawing that follows the pointer: the places that it is on, by dimension."""
    told: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Within a step: what the phase that has just ended has computed, by names."""

    def metric(self, name: str) -> float:
        """Return the metric at this step, NaN where it was not recorded (step 0, say)."""
        return self.series[name].at(self.step) if name in self.series else float("nan")


@dataclass(frozen=True)
class Note:
    """Something the scene noticed about the run, with the number that shows it."""

    text: str
    level: str = "info"
    """``info``, ``warning`` or ``good``."""
    link: str = ""
    """A ``try:`` link that changes it, or a ``show:`` link to what would; empty for none."""
    words: str = "Try it"
    """What the link says."""
    name: str = ""
    """The condition, such as ``underflow``: what lists and tests call it, whatever the words."""
    card: str = ""
    """The key of the picture that it concerns, empty: the run as a whole."""
    number: float | None = None
    """The number that shows it, as it stands in the words; None where it is no number."""


@dataclass(frozen=True)
class Notes:
    """What a scene says of a run: the module ``notes.py`` of its folder exports one as ``NOTES``.

    The same function is asked by the window, by ``run.notes``, by the command line and by the tests.
    """

    of: Callable[[Frame], Sequence[Note]] = lambda frame: ()
    """Returns what is worth saying at a moment, most important first. An array may be missing from the frame."""
    arrays: Sequence[str] = ()
    """The arrays that it reads."""


@dataclass(frozen=True)
class Formula:
    """A formula and, below it, the same formula with this moment's numbers."""

    title: str
    latex: Callable[[Frame], str]
    """Empty where the formula does not apply: it is not shown then."""
    numbers: Callable[[Frame], str]
    """LaTeX with numbers; an empty text where there are none yet."""
