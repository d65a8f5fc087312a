"""The experiment: the same fit once for each loss, by plain gradient descent on all points."""

import math
from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.scenes.losses import COUNT, OUTLIER, Params, chosen, metrics_of
from explainer.scenes.losses.batch import CLASSES, Batch, batch

REACH, SAMPLES, ARROW, OBJECT = 8.0, 161, 0.4, 0.05


def example_losses(name: str, said: Tensor, y: Tensor, delta: float, tau: float, gamma: float) -> Tensor:
    """Return the loss of each example (…,): ``said`` is ŷ, or a score z for a target y of 0 or 1.

    Quantile: Koenker and Bassett 1978; focal: Lin et al. 2017, without its α.
    """
    if name == "mse":
        found = (said - y) ** 2
    elif name == "mae":
        found = (said - y).abs()
    elif name == "huber":
        found = F.huber_loss(said, y, reduction="none", delta=delta)
    elif name == "quantile":
        found = torch.maximum(tau * (y - said), (tau - 1) * (y - said))
    elif name == "bce":
        found = F.binary_cross_entropy_with_logits(said, y, reduction="none")
    elif name == "squared":
        found = (torch.sigmoid(said) - y) ** 2
    elif name == "hinge":
        found = (1 - (2 * y - 1) * said).clamp(min=0)
    else:
        wrong = torch.sigmoid((1 - 2 * y) * said)
        found = wrong**gamma * F.binary_cross_entropy_with_logits(said, y, reduction="none")
    return found


def pair_losses(d: Tensor, margin: float) -> Tensor:
    """Return the losses of a distance (3, …): of a pair that is alike, of one that is not, of a triplet.

    Contrastive: Hadsell, Chopra and LeCun 2006; the triplet's (Schroff et al. 2015) example of the same class is 0.5
    away, and d is the distance of the other one.
    """
    return torch.stack([d**2 / 2, (margin - d).clamp(min=0) ** 2 / 2, (0.5 - d + margin).clamp(min=0)])


def mask_losses(p: Tensor) -> Tensor:
    """Return Dice (Milletari et al. 2016, without squares) and mean cross-entropy (2, …).

    A share OBJECT of the pixels is the object and is given p; all others are given 0.
    """
    return torch.stack([1 - 2 * p / (p + 1), -OBJECT * p.log()])


def bell(parameters: Tensor, places: Tensor) -> Tensor:
    """Return log q (place,) of a bell over the places: ``parameters`` are μ and log σ."""
    return F.log_softmax(-(((places - parameters[0]) / parameters[1].exp()) ** 2) / 2, -1)


class Losses(Experiment[Params]):
    """One row of parameters for each loss."""

    learns_from = ("points",)

    def build(self) -> None:
        """Make the points, and the parameters: all losses begin alike."""
        self.draw_from("data")
        if self.params.task == "constant":
            x, y = torch.linspace(-2.0, 2.0, COUNT), torch.randn(COUNT).exp()
        else:
            x = torch.linspace(-2.0, 2.0, COUNT)
            y = 0.8 * x + 0.3 + 0.25 * torch.randn(COUNT)
            y[OUTLIER] = self.params.outlier
        self.points = torch.stack([x, y], 1).to(self.device)
        self.names = chosen(self.params.task, self.params.losses, self.params.scored)
        if self.params.task == "score":
            first = torch.tensor([self.params.start])
        elif self.params.task == "shape":
            first = torch.tensor([self.params.middle, math.log(0.5)])
        elif self.params.task == "constant":
            first = torch.zeros(1)
        else:
            first = torch.zeros(2)
        self.theta = nn.Parameter(first.repeat(len(self.names), 1).to(self.device))
        self.optimizer = torch.optim.SGD([self.theta], lr=self.params.lr)
        self.places = torch.linspace(-6.0, 6.0, SAMPLES, device=self.device)
        two = torch.exp(-((self.places + 1.5) ** 2) / 0.32) + 0.6 * torch.exp(-((self.places - 1.8) ** 2) / 0.32)
        self.hills = two / two.sum()

    def said(self, own: Tensor) -> Tensor:
        """Return ŷ of each point (point,), or the score (1,)."""
        return own[0] + own[1] * self.points[:, 0] if self.params.task == "line" else own.expand(self.wanted().shape)

    def wanted(self) -> Tensor:
        """Return y of each point (point,), or the target 1 of the score (1,)."""
        return torch.ones(1, device=self.device) if self.params.task == "score" else self.points[:, 1]

    def loss_of(self, name: str, own: Tensor) -> Tensor:
        """Return one loss of its parameters: a mean over the points, or a divergence in nats."""
        if self.params.task == "shape":
            log_q = bell(own, self.places)
            forward = name == "forward"
            weight = self.hills if forward else log_q.exp()
            log_ratio = self.hills.log() - log_q
            found = (weight * (log_ratio if forward else -log_ratio)).sum()
        else:
            settings = (self.params.delta, self.params.tau, self.params.gamma)
            found = example_losses(name, self.said(own), self.wanted(), *settings).mean()
        return found

    def step(self) -> Iterator[str]:
        """One update of every fit."""
        self.optimizer.zero_grad()
        losses = torch.stack([self.loss_of(name, own) for name, own in zip(self.names, self.theta, strict=True)])
        yield "forward"
        losses.sum().backward()
        yield "backward"
        self.optimizer.step()
        after = self.theta.detach()
        self.record_each(metrics_of("loss", self.params.task, self.params.losses, self.params.scored), losses.detach())
        self.record_each(metrics_of("first", self.params.task, self.params.losses, self.params.scored), after[:, 0])
        if self.params.task in ("line", "shape"):
            self.record_each(
                metrics_of("second", self.params.task, self.params.losses, self.params.scored), after[:, 1]
            )
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def move_point(self, index: int, x: float, y: float) -> None:
        """Move a point."""
        if self.params.task not in ("line", "constant"):
            raise Refused(f"move_point is refused: {self.params.task} has no points; choose a line or one number")
        self.points = self.points.clone()
        self.points[index] = torch.tensor([x, y])

    # what is drawn

    def lines(self) -> Tensor:
        """Return both ends of each line (loss, end, coordinate)."""
        rows = self.estimates().nan_to_num()
        x = torch.tensor([-2.6, 2.6], device=self.device)
        y = rows[:, :1] + rows[:, 1:] * x
        return torch.stack([x.expand_as(y), y], -1)

    @kept
    def all_pulls(self) -> Tensor:
        """Return ∂ℓ/∂ŷ of each loss at each point (loss, point)."""
        return torch.stack([
            self._slope(name, self.said(own.detach()), self.wanted())
            for name, own in zip(self.names, self.theta, strict=True)
        ])  # fmt: skip

    def _slope(self, name: str, said: Tensor, y: Tensor) -> Tensor:
        """Return the derivative of each example's loss in what is said (…,)."""
        with torch.enable_grad():
            said = said.clone().requires_grad_()
            settings = (self.params.delta, self.params.tau, self.params.gamma)
            (found,) = torch.autograd.grad(example_losses(name, said, y, *settings).sum(), said)
        return found

    def feet(self) -> Tensor:
        """Return where the selected loss pulls (point, coordinate)."""
        own = self.theta[self.params.shown].detach()
        said = self.said(own) if self.params.task in ("line", "constant") else torch.zeros(COUNT, device=self.device)
        return torch.stack([self.points[:, 0], said], 1)

    def pulls(self) -> Tensor:
        """Return the selected loss's pulls (point, coordinate)."""
        found = torch.zeros_like(self.points)
        if self.params.task in ("line", "constant"):
            found[:, 1] = -ARROW * self.all_pulls()[self.params.shown]
        return found

    def shares(self) -> Tensor:
        """Return each point's share of the pulls (loss, point)."""
        found = torch.zeros(len(self.theta), COUNT, device=self.device)
        if self.params.task in ("line", "constant"):
            size = self.all_pulls().abs()
            found = size / size.sum(1, keepdim=True).clamp(min=1e-12)
        return found

    def errors(self) -> Tensor:
        """Return the places of the curves (error,)."""
        return torch.linspace(-REACH, REACH, SAMPLES, device=self.device)

    def _curves(self) -> Tensor:
        """Return what the curves' targets are: 1 for a score, else 0 (error,)."""
        return torch.full((SAMPLES,), float(self.params.task == "score"), device=self.device)

    def values(self) -> Tensor:
        """Return the losses over the error (loss, error)."""
        settings = (self.params.delta, self.params.tau, self.params.gamma)
        names = self.names if self.params.task != "shape" else ("mse", "mae")
        return torch.stack([example_losses(name, self.errors(), self._curves(), *settings) for name in names])

    def slopes(self) -> Tensor:
        """Return their derivatives (loss, error)."""
        names = self.names if self.params.task != "shape" else ("mse", "mae")
        return torch.stack([self._slope(name, self.errors(), self._curves()) for name in names])

    def distances(self) -> Tensor:
        """Return the distances (distance,)."""
        return torch.linspace(0.0, 3.0, SAMPLES, device=self.device)

    def pair_values(self) -> Tensor:
        """Return the losses of pairs (pair loss, distance)."""
        return pair_losses(self.distances(), self.params.margin)

    def pair_slopes(self) -> Tensor:
        """Return their derivatives (pair loss, distance)."""
        with torch.enable_grad():
            at = self.distances().requires_grad_()
            rows = pair_losses(at, self.params.margin)
            return torch.stack([torch.autograd.grad(row.sum(), at, retain_graph=True)[0] for row in rows])

    def filled(self) -> Tensor:
        """Return the probabilities (share,)."""
        return torch.linspace(0.01, 1.0, SAMPLES, device=self.device)

    def mask_values(self) -> Tensor:
        """Return the losses of a mask (mask loss, share)."""
        return mask_losses(self.filled())

    def mask_slopes(self) -> Tensor:
        """Return their derivatives (mask loss, share)."""
        with torch.enable_grad():
            at = self.filled().requires_grad_()
            return torch.stack([torch.autograd.grad(row.sum(), at, retain_graph=True)[0] for row in mask_losses(at)])

    # one number for a batch

    @kept
    def examples(self) -> Batch:
        """Return a batch of four examples with class weights."""
        return batch(self.params.weight, self.device)

    def batch_names(self) -> list[str]:
        """Return the examples' classes (example,)."""
        return [("common", "rare")[each] for each in CLASSES]

    def batch_chances(self) -> Tensor:
        """Return the probabilities of their own classes (example,)."""
        return self.examples().chances

    def batch_losses(self) -> Tensor:
        """Return the losses (example,)."""
        return self.examples().losses

    def batch_weighted(self) -> Tensor:
        """Return the losses times the weights (example,)."""
        return self.examples().weighted

    def batch_pulls(self) -> Tensor:
        """Return how hard each pulls (example,)."""
        return self.examples().pulls

    def reduced(self) -> Tensor:
        """Return what the reductions give (reduction,)."""
        return self.examples().reduced

    def present(self) -> Tensor:
        """Return each score, or the error of the odd point (loss,)."""
        rows = self.theta.detach()
        odd = min(OUTLIER, len(self.wanted()) - 1)
        said = torch.stack([self.said(own)[odd] for own in rows]) if self.params.task != "shape" else rows[:, 0]
        return said - (self.wanted()[odd] if self.params.task in ("line", "constant") else 0.0)

    def estimates(self) -> Tensor:
        """Return the parameters of each fit (loss, parameter)."""
        return F.pad(self.theta.detach(), (0, 2 - self.theta.shape[1]), value=math.nan)

    def bells(self) -> Tensor:
        """Return each bell (loss, place); under another task flat."""
        if self.params.task != "shape":
            return torch.full((len(self.theta), SAMPLES), 1 / SAMPLES, device=self.device)
        return torch.stack([bell(own.detach(), self.places).exp() for own in self.theta])
