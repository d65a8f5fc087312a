"""What is searched, and by which digits trials are judged; one trial, and the trials of a whole budget."""

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from explainer.lab.digits import digits
from explainer.scenes.hyperparameter_search import CHECKPOINTS, RANGES, share_of
from explainer.scenes.hyperparameter_search.searching import (
    PRUNED,
    History,
    goes_on,
    no_trials,
    proposal,
    with_trial,
)
from explainer.scenes.hyperparameter_search.training import (
    batches_of,
    checkpoints_of,
    first_weights,
    joined,
    rights,
    settings_of,
    slopes,
)

HELD, TEST = 720, 360
"""So many digits are not learned from; so many of them say in the end how good the chosen network is."""


class Task:
    """Digits to learn from, digits by which trials are judged, digits that no method is told of, and the space.

    Three of every five digits are learned from; ``order`` says in which order the other 720 are: validation digits
    first, 360 test digits last. It never changes: what changes are the histories that it is given and returns.
    """

    def __init__(
        self, searched: Sequence[str], ends: tuple[float, float], scale: str, updates: int, budget: int,
        own_seed: bool, validation: int, order: Tensor, device: torch.device,
    ) -> None:  # fmt: skip
        images, labels = digits()
        x, y = torch.tensor(images.reshape(-1, 64)).float().to(device), torch.tensor(labels).long().to(device)
        learned = torch.arange(len(x), device=device) % 5 >= 2
        middle, spread = x[learned].mean(0), x[learned].std(0, correction=0)
        x = joined((x - middle) / torch.where(spread > 0, spread, 1.0))
        self.x, self.y, held = x[learned], y[learned], (~learned).nonzero()[:, 0][order.to(device)]
        self.held_x, self.held_y = x[held], y[held]
        self.validation = validation
        self.searched, self.ends, self.scale = searched, ends, scale
        self.updates, self.budget, self.own_seed = updates, budget, own_seed

    def settings_at(self, shares: Tensor) -> Tensor:
        """Return the hyperparameters (n, 5) at shares (n, searched) of the ranges."""
        return settings_of(shares, self.searched, self.ends, self.scale)

    def shares_at(self, place: Sequence[float]) -> Tensor:
        """Return the shares (searched,) of a place on the axes of the first two; others are in their middle."""
        shares = torch.full((len(self.searched),), 0.5, dtype=torch.float64)
        for k, (name, at) in enumerate(zip(self.searched[:2], place, strict=True)):
            low, high = self.ends if name == "lr" else RANGES[name]
            even = name == "momentum" or (name == "lr" and self.scale == "linear")
            shares[k] = share_of(at if name == "momentum" else 10.0**at, low, high, even)
        return shares

    def nothing(self) -> dict[str, Tensor]:
        """Return the history of a method that has tried nothing."""
        return no_trials(len(self.searched), CHECKPOINTS)

    def seed_of(self, number: int, seed: int) -> int:
        """Return the seed of the first weights and batches of a search's trial."""
        return seed + (2 * number if self.own_seed else 0)

    def train(self, seeds: Sequence[int], settings: Tensor) -> Iterator[tuple[int, Tensor]]:
        """Train a network for each row of settings; at each checkpoint yield it, and what is right (n, 720).

        Updates are those of ``torch.optim.SGD`` with momentum and weight decay.
        """
        lr, decay, momentum = settings.float().to(self.x.device)[:, :3, None, None].unbind(1)
        w, v = (each.to(self.x.device) for each in first_weights(seeds, settings))
        moving_w, moving_v = torch.zeros_like(w), torch.zeros_like(v)
        batches, looks = batches_of(seeds, self.updates, len(self.x)).to(self.x.device), checkpoints_of(self.updates)
        for update in range(self.updates):
            batch = batches[:, update]
            slope_w, slope_v = slopes(w, v, self.x[batch], self.y[batch])
            moving_w = momentum * moving_w + slope_w + decay * w
            moving_v = momentum * moving_v + slope_v + decay * v
            w, v = w - lr * moving_w, v - lr * moving_v
            if update + 1 in looks:
                yield looks.index(update + 1), rights(w, v, self.held_x, self.held_y).cpu()

    def judged(self, right: Tensor) -> Tensor:
        """Return the accuracy on the validation digits (n,)."""
        return right[:, : self.validation].double().mean(1)

    def tested(self, right: Tensor) -> Tensor:
        """Return the accuracy on the test digits (n,)."""
        return right[:, -TEST:].double().mean(1)

    def asked(self, method: str, history: History, seed: int) -> Tensor | None:
        """Return where a method without early stopping tries next; None for the others, and at the grid's end."""
        return None if method in PRUNED else proposal(method, history, self.budget, seed)

    def tried(self, histories: Sequence[History], shares: Sequence[Tensor], seeds: Sequence[int]) -> list[History]:
        """Return the histories after one trial of each that is trained to its end, all at once."""
        if not histories:
            return []
        own = [self.seed_of(len(each["used"]), seed) for each, seed in zip(histories, seeds, strict=True)]
        looks = list(self.train(own, self.settings_at(torch.stack(list(shares)))))
        curves, tests = torch.stack([self.judged(right) for _, right in looks], 1), self.tested(looks[-1][1])
        return [
            with_trial(history, shares[k], curves[k], self.updates, tests[k]) for k, history in enumerate(histories)
        ]

    def stopped(self, method: str, history: History, seed: int) -> History:
        """Return the history after one trial that is stopped at the first rung at which it is not good enough."""
        number, looks = len(history["used"]), checkpoints_of(self.updates)
        shares = proposal(method, history, self.budget, seed)
        assert shares is not None
        curve, used, test = torch.full((CHECKPOINTS,), torch.nan, dtype=torch.float64), 0, torch.tensor(0.0)
        for look, right in self.train([self.seed_of(number, seed)], self.settings_at(shares[None])):
            curve[look], used, test = self.judged(right)[0], looks[look], self.tested(right)[0]
            if not goes_on(history, number, look, float(curve[look]), PRUNED[method]):
                break
        return with_trial(history, shares, curve, used, test)

    def spent(self, method: str, history: History, seed: int, trainings: int) -> History:
        """Return the history once a method that stops trials early has spent so many trainings' updates."""
        while int(history["used"].sum()) < trainings * self.updates:
            history = self.stopped(method, history, seed)
        return history

    def advanced(self, histories: Mapping[str, History], seed: int, trainings: int) -> dict[str, History]:
        """Return the histories after every method has spent one training's updates more."""
        wanted = {name: self.asked(name, each, seed) for name, each in histories.items()}
        shares = {name: where for name, where in wanted.items() if where is not None}
        new = (
            self.tried([histories[name] for name in shares], list(shares.values()), [seed] * len(shares))
            if shares
            else []
        )
        found = {**histories, **dict(zip(shares, new, strict=True))}
        return {
            name: self.spent(name, found[name], seed, trainings) if name in PRUNED else found[name] for name in found
        }
