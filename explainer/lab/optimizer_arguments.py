"""What ``torch.optim`` calls each optimizer of the table, and how it is told the settings. Plain Python."""

from typing import Any

from explainer.lab.optimizer_settings import Entry

TORCH_CLASSES = {
    "sgd": "SGD",
    "momentum": "SGD",
    "nesterov": "SGD",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "NAdam",
    "radam": "RAdam",
    "adamax": "Adamax",
    "rprop": "Rprop",
}
"""Name in an entry → class in ``torch.optim``; newton is not among them."""
_PAIRS = {
    "betas": ("beta1", "beta2"),
    "etas": ("eta1", "eta2"),
    "step_sizes": ("step_min", "step_max"),
}


def arguments(entry: Entry, values: dict[str, float]) -> dict[str, Any]:
    """Return the arguments of the optimizer's class for every setting of an entry, as ``resolve`` gives them.

    Nesterov without momentum is plain SGD: PyTorch refuses the pair.
    """
    flags = {setting.name for setting in entry.optimizer.settings if setting.flag}
    found: dict[str, Any] = {name: bool(value) if name in flags else value for name, value in values.items()}
    for argument, (first, second) in _PAIRS.items():
        if first in found:
            found[argument] = (found.pop(first), found.pop(second))
    if entry.name == "nesterov":
        found["nesterov"] = values["momentum"] > 0.0
    return found


def told(entry: Entry, values: dict[str, float]) -> dict[str, Any]:
    """Return the learning rate, and those of :func:`arguments` that are not PyTorch's defaults."""
    usual = arguments(entry, {setting.name: setting.default for setting in entry.optimizer.settings})
    return {name: value for name, value in arguments(entry, values).items() if name == "lr" or value != usual[name]}
