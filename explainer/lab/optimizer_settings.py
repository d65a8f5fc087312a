"""Which optimizers race and what each is told: entries such as ``adam:lr=0.1:beta2=0.99``.

Plain Python: the window's chips, the command line and the engine share it. Common settings reach
only these: ``lr`` every optimizer, ``momentum`` the optimizers ``momentum`` and ``nesterov``.
Whatever an entry does not set itself has PyTorch's default.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explainer.contract.number_words import Ambiguous, read_number
from explainer.contract.refused import Refused
from explainer.lab.optimizer_table import OPTIMIZERS, Optimizer, Setting

__all__ = [
    "MOST",
    "OPTIMIZERS",
    "Entry",
    "Optimizer",
    "Setting",
    "labels",
    "parse_entries",
    "parse_entry",
    "resolve",
]

MOST = 16
_FLAGS = {"0": 0.0, "1": 1.0, "false": 0.0, "true": 1.0}


@dataclass(frozen=True)
class Entry:
    """One competitor: an optimizer's name and the settings it brings along, in table order."""

    name: str
    settings: tuple[tuple[str, float], ...] = ()

    @property
    def optimizer(self) -> Optimizer:
        """The row of the table this entry refers to."""
        return OPTIMIZERS[self.name]

    def text(self) -> str:
        """Return the canonical spelling; :func:`parse_entry` reads it back as an equal entry."""
        pairs = (f"{name}={_number_text(value)}" for name, value in self.settings)
        return ":".join((self.name, *pairs))


def parse_entry(text: str) -> Entry:
    """Read ``name`` or ``name:key=value:key=value``.

    Raises :class:`Refused` for an unknown optimizer or key, a value that is no number or out of
    range, a key given twice, and step sizes whose minimum exceeds their maximum.
    """
    name, *pairs = (part.strip() for part in text.split(":"))
    if name not in OPTIMIZERS:
        given = f'unknown optimizer "{_shown(name)}"' if name else "an optimizer has no name"
        raise Refused(f"{given}: choose from {', '.join(OPTIMIZERS)}")
    optimizer, given_settings = OPTIMIZERS[name], {}
    for pair in pairs:
        setting, value = _parse_pair(optimizer, pair)
        if setting.name in given_settings:
            raise Refused(f"{name} is given {setting.name} twice: keep one of them")
        given_settings[setting.name] = value
    _check_step_sizes(optimizer, given_settings)
    order = [setting.name for setting in optimizer.settings if setting.name in given_settings]
    return Entry(name, tuple((key, given_settings[key]) for key in order))


def parse_entries(text: str) -> tuple[Entry, ...]:
    """Read one to ``MOST`` entries separated by commas; raises :class:`Refused`."""
    if not text.strip():
        raise Refused(f"no optimizer is given: name at least one of {', '.join(OPTIMIZERS)}")
    parts = text.split(",")
    if len(parts) > MOST:
        raise Refused(f"{len(parts)} optimizers are given: at most {MOST} can race, remove some")
    return tuple(parse_entry(part) for part in parts)


def labels(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return one name for each entry, unique: the second adam is ``adam-2``, the third adam-3."""
    seen: Counter[str] = Counter()
    names = []
    for entry in entries:
        seen[entry.name] += 1
        names.append(entry.name if seen[entry.name] == 1 else f"{entry.name}-{seen[entry.name]}")
    return tuple(names)


def resolve(entry: Entry, lr: float, momentum: float) -> dict[str, float]:
    """Return every setting of an entry by name: its own, else the common one, else PyTorch's."""
    values = {setting.name: setting.default for setting in entry.optimizer.settings}
    values["lr"] = lr
    if entry.name in ("momentum", "nesterov"):
        values["momentum"] = momentum
    return values | dict(entry.settings)


def in_force(entry: Entry, params: Any) -> dict[str, float]:
    """Return every setting of an entry in a run with these parameters: whoever asks for one asks here."""
    return resolve(entry, params.lr, params.momentum)


def _parse_pair(optimizer: Optimizer, pair: str) -> tuple[Setting, float]:
    key, equals, text = (part.strip() for part in pair.partition("="))
    keys = ", ".join(setting.name for setting in optimizer.settings)
    if not equals:
        raise Refused(f'"{_shown(pair)}" behind {optimizer.name} is no setting: write key=value with one of {keys}')
    if key not in (setting.name for setting in optimizer.settings):
        raise Refused(f'{optimizer.name} has no setting "{_shown(key)}": choose from {keys}')
    setting = optimizer.setting(key)
    return setting, _parse_value(optimizer, setting, text)


def _parse_value(optimizer: Optimizer, setting: Setting, text: str) -> float:
    what = f"{optimizer.name}'s {setting.name}"
    if setting.flag:
        if text.lower() not in _FLAGS:
            raise Refused(f'{what} is "{_shown(text)}": it must be 0 or 1')
        return _FLAGS[text.lower()]
    try:
        value = read_number(text)
    except Ambiguous:
        raise
    except ValueError:
        value = math.nan
    if not setting.low <= value <= setting.high:
        raise Refused(
            f'{what} is "{_shown(text)}": it must be a number'
            f" from {_number_text(setting.low)} to {_number_text(setting.high)}"
        )
    return value


def _check_step_sizes(optimizer: Optimizer, given: dict[str, float]) -> None:
    if optimizer.name != "rprop":
        return
    low, high = (given.get(key, optimizer.setting(key).default) for key in ("step_min", "step_max"))
    if low > high:
        raise Refused(
            f"rprop's step_min {_number_text(low)} exceeds its step_max {_number_text(high)}: "
            "raise step_max or lower step_min"
        )


def _number_text(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _shown(text: str) -> str:
    short = text if len(text) <= 40 else text[:39] + "…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short)
