"""The experiment: a network of one hidden layer on digits with wrong labels, and callbacks at the end of each epoch."""

import copy
from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.lab.batches import batch_of_epoch, updates_of_epoch
from explainer.lab.noisy_digits import noisy_digits
from explainer.scenes.overfitting import CHOICES, MEASURES, Params
from explainer.scenes.overfitting.polynomial import Polynomial, first_points
from explainer.scenes.overfitting.side_jobs import descend_job, size_job, width_job

MOMENTUM, CUT = 0.9, 0.1
"""Of SGD; what the learning rate is multiplied by on a plateau."""
CHECKPOINT, PLATEAU, STOP = 1, 2, 3
"""Lanes of what callbacks do."""
SHOWN, SEEN = 300, 32
"""So many epochs are drawn in their lane, and so many digits with a wrong label."""


def make_network(width: int) -> nn.Sequential:
    """Return a network of one hidden layer for images of 64 pixels."""
    return nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))


def share(hits: Tensor, among: Tensor) -> Tensor:
    """Return the share of hits among some examples, 0 where there are none."""
    return (hits & among).sum() / among.sum().clamp(min=1)


class Overfitting(Experiment[Params]):
    """A 64-width-10 network, SGD with momentum 0.9."""

    learns_from = ("train_x", "given", "index")

    def build(self) -> None:
        """Draw the digits and their labels, and make the network."""
        parts = noisy_digits(self.params.examples, self.params.noise, self.generator("digits"))
        self.train_x, self.truth, self.given, self.valid_x, _, self.valid_y, self.test_x, self.test_y = (
            part.to(self.device) for part in parts
        )
        self.draw_from("weights")
        self.network = make_network(self.params.width).to(self.device)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=self.params.lr, momentum=MOMENTUM)
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self.optimizer, factor=CUT, patience=self.params.reduce
        )
        self.orders = self.generator("batches").initial_seed()
        self.updates = updates_of_epoch(self.params.examples, self.params.batch)
        self.index = batch_of_epoch(0, self.params.examples, self.params.batch, self.orders)
        self.done = 0
        self.waited = 0
        self.lowest = [float("inf") for _ in CHOICES]
        self.choices = torch.full((len(CHOICES), len(MEASURES)), torch.nan, dtype=torch.float64)
        self.checkpoint = copy.deepcopy(self.network)
        self.events: list[tuple[int, int]] = []
        self.points = first_points(self.generator("points"))
        self.drawings = (Polynomial(self),)

    def step(self) -> Iterator[str]:
        """One update; at the end of an epoch the callbacks are called."""
        self.index = batch_of_epoch(self.done, self.params.examples, self.params.batch, self.orders)
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.network(self.train_x[self.index]), self.given[self.index])
        yield "forward"
        loss.backward()
        yield "backward"
        lr = float(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.done += 1
        losses, rights = self.judge()
        if self.done % self.updates == 0:
            self.call_back(losses, rights)
        self.record({
            "loss/train": losses[0],
            "loss/validation": losses[1],
            "loss/test": losses[2],
            "right/train": rights[0],
            "right/validation": rights[1],
            "right/test": rights[2],
            "right/clean": rights[3],
            "right/wrong": rights[4],
            "right/true": rights[5],
            "waited": self.waited,
            "lr": lr,
        })  # fmt: skip
        yield "update"

    def judge(self) -> tuple[Tensor, Tensor]:
        """Return the losses (3,) and the shares right (6,), as the metrics name them."""
        with torch.no_grad():
            train, valid, test = (self.network(x) for x in (self.train_x, self.valid_x, self.test_x))
        wrong, answers = self.given != self.truth, train.argmax(1)
        losses = [
            F.cross_entropy(train, self.given),
            F.cross_entropy(valid, self.valid_y),
            F.cross_entropy(test, self.test_y),
        ]
        rights = [
            (answers == self.given).float().mean(),
            (valid.argmax(1) == self.valid_y).float().mean(),
            (test.argmax(1) == self.test_y).float().mean(),
            share(answers == self.truth, ~wrong),
            share(answers == self.given, wrong),
            share(answers == self.truth, wrong),
        ]
        return torch.stack(losses), torch.stack(rights)

    def call_back(self, losses: Tensor, rights: Tensor) -> None:
        """End an epoch: note what was best, save it, cut the learning rate, stop."""
        train, validation, test = rights[:3].tolist()
        compared = [float(losses[1]), 1 - validation, 1 - test]
        watched = 0 if self.params.monitor == "loss" else 1
        self.waited += 1
        for k, value in enumerate(compared):
            if value < self.lowest[k]:
                self.lowest[k] = value
                self.choices[k] = torch.tensor([self.done, train, validation, test, float(losses[1])])
                if k == watched:
                    self.checkpoint.load_state_dict(self.network.state_dict())
                    self.waited = 0
                    self.events.append((self.done, CHECKPOINT))
        if self.params.reduce:
            before = self.optimizer.param_groups[0]["lr"]
            self.plateau.step(compared[watched])
            if self.optimizer.param_groups[0]["lr"] < before:
                self.events.append((self.done, PLATEAU))
        if self.params.patience and self.waited >= self.params.patience:
            self.finished = True
            self.events.append((self.done, STOP))
            if self.params.restore:
                self.network.load_state_dict(self.checkpoint.state_dict())

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def relabel(self, index: int, label: int) -> None:
        """Give a training digit another label."""
        if index >= self.params.examples:
            raise Refused(
                f"index = {index} is refused: there are examples 0 to {self.params.examples - 1}", about="index"
            )
        self.given[index] = label

    def restore_best(self) -> None:
        """Put the weights of the last checkpoint back; momentum goes on as it was."""
        if not self.events:
            raise Refused("there is no checkpoint yet: play on to the end of the first epoch")
        self.network.load_state_dict(self.checkpoint.state_dict())

    def set_point(self, index: int, x: float, y: float) -> None:
        """Move a point of the polynomial."""
        self.points[index] = torch.tensor([x, y])

    def descend(self) -> Parts:
        """Fit random features."""
        return descend_job(self)

    def by_size(self) -> Parts:
        """Train on fewer and more digits."""
        return size_job(self)

    def by_width(self) -> Parts:
        """Train smaller and larger networks."""
        return width_job(self)

    # arrays

    def wrong(self) -> Tensor:
        """Return the places of the first training digits with a wrong label (wrong,)."""
        return (self.given != self.truth).nonzero()[:SEEN, 0]

    def wrong_images(self) -> Tensor:
        """Return these digits (wrong, row, column)."""
        return self.train_x[self.wrong()].reshape(-1, 8, 8)

    @kept
    @torch.no_grad()
    def probabilities(self) -> Tensor:
        """Return the probability of each class (example, class)."""
        return F.softmax(self.network(self.train_x), 1)

    def answers(self) -> Tensor:
        """Return the predicted classes (example,)."""
        return self.probabilities().argmax(1)

    def given_probability(self) -> Tensor:
        """Return the probability of the given labels (example,)."""
        return self.probabilities().gather(1, self.given[:, None])[:, 0]

    def true_probability(self) -> Tensor:
        """Return the probability of the true classes (example,)."""
        return self.probabilities().gather(1, self.truth[:, None])[:, 0]

    @kept
    def spans(self) -> Tensor:
        """Return start, end and lane of the last epochs and of all that callbacks have done (event, 3)."""
        begun = -(-self.done // self.updates)
        epochs = [
            (k * self.updates, min((k + 1) * self.updates, self.done), 0) for k in range(max(0, begun - SHOWN), begun)
        ]
        acts = [(step, step + 0.5 * self.updates, lane) for step, lane in self.events]
        return torch.tensor([*epochs, *acts], dtype=torch.float64).reshape(-1, 3)

    def event_start(self) -> Tensor:
        """Return where each span begins (event,)."""
        return self.spans()[:, 0].contiguous()

    def event_end(self) -> Tensor:
        """Return where it ends (event,)."""
        return self.spans()[:, 1].contiguous()

    def event_lane(self) -> Tensor:
        """Return its lane (event,)."""
        return self.spans()[:, 2].long()
