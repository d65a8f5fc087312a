"""Trainings of many small networks at once: one for each row of hyperparameters."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.hyperparameter_search import CHECKPOINTS, RANGES, SPACE, USUAL

BATCH = 32


def settings_of(shares: Tensor, searched: Sequence[str], ends: tuple[float, float], scale: str) -> Tensor:
    """Return the hyperparameters (n, 5) float64 that lie at these shares (n, searched) of their ranges.

    ``ends`` and ``scale`` are those of the learning rate.
    """
    found = torch.tensor(list(USUAL.values()), dtype=torch.float64).repeat(len(shares), 1)
    for column, name in enumerate(searched):
        low, high = ends if name == "lr" else RANGES[name]
        share, even = shares[:, column].double(), name == "momentum" or (name == "lr" and scale == "linear")
        value = low + (high - low) * share if even else low * (high / low) ** share
        found[:, list(SPACE).index(name)] = value.round() if name == "units" else value
    return found


def joined(x: Tensor) -> Tensor:
    """Return values (…, n) with a 1 for the bias (…, n + 1)."""
    return F.pad(x, (0, 1), value=1.0)


def first_weights(seeds: Sequence[int], settings: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first weights of a 64–units–10 network for each row: (n, 65, widest), (n, widest + 1, 10).

    Biases come last and are 0; weights are normal with He's deviation √(2/64), then 1/√units, times the weight scale.
    What a narrower network does not have is 0, and stays so: its slopes are 0 too.
    """
    widest = int(settings[:, 3].max())
    w, v = torch.zeros(len(seeds), 65, widest), torch.zeros(len(seeds), widest + 1, 10)
    for k, seed in enumerate(seeds):
        draw, units, gain = torch.Generator().manual_seed(seed), int(settings[k, 3]), float(settings[k, 4])
        w[k, :64, :units] = gain * (2 / 64) ** 0.5 * torch.randn(64, units, generator=draw)
        v[k, :units] = gain / units**0.5 * torch.randn(units, 10, generator=draw)
    return w, v


def slopes(w: Tensor, v: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return ∂L/∂w and ∂L/∂v, L the mean cross-entropy of a network's x (n, example, 65) and y (n, example)."""
    hidden = torch.relu(x @ w)
    given = joined(hidden)
    error = (torch.softmax(given @ v, 2) - F.one_hot(y, 10)) / y.shape[1]
    back = error @ v[:, :-1].transpose(1, 2) * (hidden > 0)
    return x.transpose(1, 2) @ back, given.transpose(1, 2) @ error


def batches_of(seeds: Sequence[int], updates: int, count: int) -> Tensor:
    """Return which of ``count`` examples each network learns from (n, update, example)."""
    draws = [torch.Generator().manual_seed(seed + 1) for seed in seeds]
    return torch.stack([torch.randint(count, (updates, BATCH), generator=draw) for draw in draws])


def rights(w: Tensor, v: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return which examples x (example, 65) each network has right (n, example).

    A network whose numbers have run over gives one answer for all.
    """
    return (joined(torch.relu(x @ w)) @ v).argmax(2) == y


def checkpoints_of(updates: int) -> list[int]:
    """Return the updates after which a training is looked at: each ninth, the last one included."""
    return [round(updates * (k + 1) / CHECKPOINTS) for k in range(CHECKPOINTS)]
