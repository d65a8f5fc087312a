"""The experiment: one example a step, one neuron, four rules."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.scenes.neuron import HIGH, LOW, MOST_POINTS, Params

TABLES = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nand": [1, 1, 1, 0], "xor": [0, 1, 1, 0]}
CELLS, CLOUD, SPREAD = 49, 20, {"apart": 0.16, "mixed": 0.6}
ARROW = 0.5


def cloud_points(spread: float) -> tuple[Tensor, Tensor]:
    """Return two clouds of 20 points (point, 2) around (0, 0) and (1, 1), and their classes (point,)."""
    labels = torch.arange(2 * CLOUD) % 2
    points = labels[:, None] + spread * torch.randn(2 * CLOUD, 2)
    return points.clamp(LOW, HIGH), labels


def novikoff(points: np.ndarray, labels: np.ndarray) -> float:
    """Return (R/γ)², the most mistakes that the perceptron makes from zero (Novikoff 1962); NaN if not separable.

    ``points`` (n, d) as the neuron meets them, a 1 joined where there is a bias; ``labels`` are 0 or 1. γ is the
    distance of the origin from the convex hull of the points, those of class 0 mirrored: the λ ≥ 0 that minimise
    ‖Σ λᵢ vᵢ‖² + (Σ λᵢ − 1)² point to its nearest place.
    """
    from scipy.optimize import nnls

    mirrored = np.where(labels[:, None] == 1, points, -points).astype(float)
    shares, _ = nnls(np.vstack([mirrored.T, np.ones(len(mirrored))]), np.append(np.zeros(points.shape[1]), 1.0))
    nearest = (shares / shares.sum()) @ mirrored
    gamma = np.linalg.norm(nearest)
    apart = gamma > 1e-9 and (mirrored @ nearest / gamma).min() > 1e-9
    return float((np.linalg.norm(points, axis=1).max() / gamma) ** 2) if apart else math.nan


class Neuron(Experiment[Params]):
    """Two inputs, a bias, and a rule."""

    learns_from = ("xy", "labels", "index")

    def build(self) -> None:
        """Make the points, and begin with all weights at zero."""
        self.draw_from("data")
        if self.params.data in ("apart", "mixed"):
            self.xy, self.labels = cloud_points(SPREAD[self.params.data])
        else:
            self.xy = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
            self.labels = torch.tensor(TABLES[self.params.data])
        self.xy, self.labels = self.xy.to(self.device), self.labels.to(self.device)
        self.w = torch.zeros(3, device=self.device)
        self.kept_w, self.kept_right = self.w.clone(), 0.0
        self.turns = self.generator("order")
        self.index, self.queue = torch.tensor(0), torch.zeros(0, dtype=torch.int64)
        self.mistakes, self.by_hand = 0.0, False

    def draw_example(self) -> None:
        """Choose the example that is shown next."""
        count = len(self.xy)
        if self.params.order == "random":
            self.queue = torch.randint(count, (1,), generator=self.turns)
        elif self.params.order == "shuffled" and not len(self.queue):
            self.queue = torch.randperm(count, generator=self.turns)
        elif not len(self.queue):
            self.queue = torch.arange(count)
        self.index, self.queue = self.queue[0], self.queue[1:]

    def joined(self) -> Tensor:
        """Return the points with a 1, or without a bias a 0, joined (point, 3)."""
        return F.pad(self.xy, (0, 1), value=float(self.params.bias))

    def step(self) -> Iterator[str]:
        """Show one example, and change the weights by the rule."""
        self.draw_example()
        x, y = self.joined()[self.index], self.labels[self.index]
        z = self.w @ x
        said = (z > 0).long()
        self.mistakes += float(said != y)
        yield "forward"
        if self.params.rule == "delta":
            error = 2.0 * y - 1.0 - z
        elif self.params.rule == "logistic":
            error = y - torch.sigmoid(z)
        else:
            error = (y - said).float()
        yield "compare"
        self.w = self.w + self.params.lr * error * x
        right = float(((self.joined() @ self.w > 0).long() == self.labels).float().mean())
        better = right > self.kept_right
        self.kept_w = self.w.clone() if better else self.kept_w
        self.kept_right = right if better else self.kept_right
        if self.params.rule == "pocket":
            right = self.kept_right
        self.record({"mistakes": self.mistakes, "correct": right, "loss": self.loss()})
        self.record_each(["weight/1", "weight/2", "weight/b"], self.w)
        yield "update"

    def loss(self) -> Tensor:
        """Return the rule's loss, a mean over all points."""
        z, t = self.joined() @ self.w, 2.0 * self.labels - 1.0
        if self.params.rule == "delta":
            return ((t - z) ** 2 / 2).mean()
        if self.params.rule == "logistic":
            return F.binary_cross_entropy_with_logits(z, self.labels.float())
        return (-t * z).clamp(min=0).mean()

    # what a hand does

    def add_point(self, x: float, y: float, label: int) -> None:
        """Add a point."""
        if len(self.xy) >= MOST_POINTS:
            raise Refused(f"there are {MOST_POINTS} points, no more can be added; remove one first")
        self.by_hand, self.queue = True, self.queue[:0]
        self.xy = torch.cat([self.xy, torch.tensor([[x, y]], device=self.device)])
        self.labels = torch.cat([self.labels, torch.tensor([label], device=self.device)])

    def move_point(self, index: int, x: float, y: float) -> None:
        """Move a point."""
        if index >= len(self.xy):
            raise Refused(f"index = {index} is refused: there are points 0 to {len(self.xy) - 1}", about="index")
        self.by_hand = True
        self.xy = self.xy.clone()
        self.xy[index] = torch.tensor([x, y])

    def flip_point(self, index: int) -> None:
        """Give a point the other class."""
        if index >= len(self.xy):
            raise Refused(f"index = {index} is refused: there are points 0 to {len(self.xy) - 1}", about="index")
        self.by_hand = True
        self.labels = self.labels.clone()
        self.labels[index] = 1 - self.labels[index]

    def remove_point(self, index: int) -> None:
        """Take a point away."""
        if len(self.xy) == 1:
            raise Refused("the last point cannot be removed; move it instead")
        if index >= len(self.xy):
            raise Refused(f"index = {index} is refused: there are points 0 to {len(self.xy) - 1}", about="index")
        self.by_hand = True
        left = torch.arange(len(self.xy), device=self.device) != index
        self.xy, self.labels, self.queue = self.xy[left], self.labels[left], self.queue[:0]
        self.index = self.index.clamp(max=len(self.xy) - 1)

    def turn(self, index: int, x: float, y: float) -> None:
        """Turn the weights towards a place, about the foot of the arrow."""
        self.by_hand = True
        foot = self.foot()[0]
        towards = torch.tensor([x, y], device=self.device) - foot
        size = float(self.w[:2].norm()) or 1.0
        if float(towards.norm()) > 1e-6:
            turned = towards / towards.norm() * size
            self.w = torch.cat([turned, -(turned @ foot)[None] * float(self.params.bias)])

    def shift(self, index: int, x: float, y: float) -> None:
        """Move the line to a place, by its bias."""
        self.by_hand = True
        if self.params.bias:
            self.w = torch.cat([self.w[:2], -(self.w[:2] @ torch.tensor([x, y], device=self.device))[None]])

    def set_weight(self, index: int, value: float) -> None:
        """Give a weight another value."""
        if index == 2 and not self.params.bias:
            raise Refused("index = 2 is refused: there is no bias here; switch Bias on", about="index")
        self.by_hand = True
        self.w = self.w.clone()
        self.w[index] = value

    # what is drawn

    def shown(self) -> Tensor:
        """Return the weights whose line is drawn: with the pocket rule the best so far."""
        return self.kept_w if self.params.rule == "pocket" else self.w

    def points(self) -> Tensor:
        """Return the points (point, 2)."""
        return self.xy

    def sums(self) -> Tensor:
        """Return z of each point (point,)."""
        return self.joined() @ self.shown()

    def outputs(self) -> Tensor:
        """Return what the neuron says of each point (point,)."""
        return torch.sigmoid(self.sums()) if self.params.rule == "logistic" else (self.sums() > 0).float()

    def weights(self) -> Tensor:
        """Return w₁, w₂ and b (weight,)."""
        return self.w

    def plane(self) -> Tensor:
        """Return where columns and rows lie (x,)."""
        return torch.linspace(LOW, HIGH, CELLS, device=self.device)

    def distance(self) -> Tensor:
        """Return the signed distance from the line (y, x)."""
        w, side = self.shown(), self.plane()
        z = w[0] * side[None, :] + w[1] * side[:, None] + w[2]
        return z / w[:2].norm() if float(w[:2].norm()) else torch.zeros_like(z)

    def foot(self) -> Tensor:
        """Return the place on the line nearest to the middle of the points (1, 2); while w is 0, that middle."""
        w, middle = self.w, self.xy.mean(0)
        away = (w[:2] @ middle + w[2]) / (w[:2] @ w[:2]) if float(w[:2].norm()) else 0.0
        return (middle - away * w[:2])[None]

    def direction(self) -> Tensor:
        """Return the arrow along w (1, 2)."""
        size = self.w[:2].norm()
        return (ARROW * self.w[:2] / size if float(size) else torch.zeros(2, device=self.device))[None]

    def seen(self) -> Tensor:
        """Return the number of the point looked at (1,)."""
        chosen = self.params.chosen
        return torch.tensor([chosen if 0 <= chosen < len(self.xy) else int(self.index)])

    def terms(self) -> Tensor:
        """Return w₁x₁, w₂x₂, b and their sum (term,)."""
        parts = self.shown() * self.joined()[int(self.seen())]
        return torch.cat([parts, parts.sum()[None]])

    def inputs(self) -> Tensor:
        """Return the places of the activation's curve (input,)."""
        return torch.linspace(-6.0, 6.0, 241, device=self.device)

    def activation(self) -> Tensor:
        """Return the activation there (input,)."""
        return torch.sigmoid(self.inputs()) if self.params.rule == "logistic" else (self.inputs() > 0).float()

    @kept("xy", "labels", "by_hand")
    def bound(self) -> Tensor:
        """Return the most mistakes that the perceptron can make (1,); NaN where there is no such bound."""
        if self.by_hand or self.params.rule not in ("perceptron", "pocket"):
            return torch.tensor([math.nan])
        points = self.joined() if self.params.bias else self.xy
        return torch.tensor([novikoff(points.cpu().numpy(), self.labels.cpu().numpy())])
