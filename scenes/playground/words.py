"""What the playground says in words. Plain Python."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.contract.refused import one_line
from explainer.scenes.playground.data_names import is_number
from explainer.scenes.playground.layers import ACTIVATIONS, told
from explainer.scenes.playground.table_file import read_table

TRAIN, VALIDATION, TEST = range(3)


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{100 * share:.0f} %" if math.isfinite(share) else "–"


def now(frame: Frame, part: int) -> tuple[float, float]:
    """Return loss and accuracy of a part at this moment."""
    found = frame.arrays.get("now")
    return (math.nan, math.nan) if found is None else (float(found[part][0]), float(found[part][1]))


def counted(frame: Frame, name: str) -> int:
    """Return a number that counts something."""
    return int(frame.arrays.get(name, np.zeros(())))


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return where in its epoch the training is, and how well the network does."""
    train, test = now(frame, TRAIN), now(frame, TEST)
    return (
        ("epoch", f"{counted(frame, 'epoch'):,}"),
        ("batch", f"{counted(frame, 'batch')} of {counted(frame, 'batches')}"),
        ("points seen", f"{counted(frame, 'seen'):,}"),
        ("loss train", number_text(train[0])),
        ("loss test", number_text(test[0])),
        (accuracy_words(frame), percent(test[1])),
    )


def accuracy_words(frame: Frame) -> str:
    """Return what the accuracy is called."""
    return "explained, test" if is_number(frame.params) else "right, test"


def network_words(params: Any) -> str:
    """Return the hidden layers in words."""
    spec = told(params)
    if not spec.units:
        return "no hidden layer"
    kinds = ", ".join(dict.fromkeys(ACTIVATIONS[name] for name in spec.activations))
    return f"{' – '.join(map(str, spec.units))} {kinds} units"


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    train, test = now(frame, TRAIN), now(frame, TEST)
    return (
        f"Step {frame.step}, epoch {counted(frame, 'epoch')}: {network_words(frame.params)}; "
        f"loss {number_text(train[0])} in training, {number_text(test[0])} in testing; "
        f"{percent(test[1])} of the test points {'explained' if is_number(frame.params) else 'right'}."
    )


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return f"Drop to learn from {one_line(path.name)}" if path.suffix.lower() == ".csv" else ""


def dropped(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped table sets; raise :class:`Refused` for one that cannot be read."""
    read_table(str(path), "", "", "auto")
    return {"data": "file", "path": str(path), "columns": "", "target": "", "target_is": "auto"}
