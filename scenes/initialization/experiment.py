"""The experiment: networks that differ in their first weights only, on the same batches, all in one stack."""

import math
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.activations import ACTIVATION
from explainer.lab.digits import standardized_digits
from explainer.lab.histograms import round_up, shares
from explainer.lab.initial_weights import initialize
from explainer.scenes.initialization import Params, metrics_of

CLASSES, TOO_LARGE = 10, 1e6
"""A network whose loss is beyond so many nats has run away."""
ACROSS, UP = 19, 44
"""The pixels (2, 3) and (5, 4), whose weights are two axes."""
ALIKE = 1e-6
"""Units none of whose weights differ by more are copies: so much is rounding."""
SPREAD = {"small": 0.01, "large": 1.0}
BINS, NODES, GAINS, EVERY = 60, 64, 25, 6


def draw_layer(layer: nn.Linear, way: str, constant: float, generator: Generator) -> None:
    """Draw the first weights of a layer; biases are 0, but PyTorch's default draws them too."""
    if way == "constant":
        nn.init.constant_(layer.weight, constant)
        nn.init.zeros_(layer.bias)
    elif way in SPREAD:
        nn.init.normal_(layer.weight, 0.0, SPREAD[way], generator=generator)
        nn.init.zeros_(layer.bias)
    else:
        initialize(layer, way, generator)


def moments_of(way: str, inputs: int, outputs: int, params: Params) -> tuple[float, float]:
    """Return the mean square of a first weight and of a first bias, by the rule, gain and noise."""
    squares = {
        "constant": params.constant**2,
        "small": 0.01**2,
        "large": 1.0,
        "pytorch": 1 / (3 * inputs),
        "xavier-normal": 2 / (inputs + outputs),
        "xavier-uniform": 2 / (inputs + outputs),
        "he-normal": 2 / inputs,
        "he-uniform": 2 / inputs,
        "orthogonal": 1 / max(inputs, outputs),
    }
    weight = params.gain**2 * squares.get(way, 0.0) + params.noise**2
    return weight, 1 / (3 * inputs) if way == "pytorch" else 0.0


def expected_sizes(moments: list[tuple[int, float, float]], lengths: Tensor, activation: str) -> Tensor:
    """Return the r.m.s. of each layer's sums, averaged over weights that are drawn (layer,), for wide layers.

    ``moments`` are each layer's inputs, mean square weight and mean square bias, ``lengths`` (digit,) ‖x‖². The sums
    of one digit are taken as normal with variance q: q ← inputs · E[w²] · E[φ(√q·g)²] + E[b²] (Poole et al. 2016).
    For ReLU and linear layers it is exact at any width.
    """
    nodes, weights = (torch.from_numpy(each) for each in np.polynomial.hermite_e.hermegauss(NODES))
    passed, found = lengths, []
    for k, (inputs, weight, bias) in enumerate(moments):
        q = (passed if k == 0 else inputs * passed) * weight + bias
        found.append(q.mean().sqrt())
        passed = ACTIVATION[activation](q.sqrt()[:, None] * nodes) ** 2 @ weights / weights.sum()
    return torch.stack(found)


def size_of(values: Tensor) -> Tensor:
    """Return the root mean square over the last two dimensions."""
    return (values**2).mean((-2, -1)).sqrt()


def same_units(weights: Tensor, biases: Tensor) -> Tensor:
    """Return which units have the same weights and bias, to within rounding (network, unit, unit)."""
    rows = torch.cat([weights, biases.mT], 2)
    return torch.cdist(rows, rows, p=torch.inf, compute_mode="donot_use_mm_for_euclid_dist") <= ALIKE


class First:
    """What never changes: the weights as they were drawn, what is added after the gain, and the first biases."""

    def __init__(self, drawn: list[Tensor], extra: list[Tensor], biases: list[Tensor]) -> None:
        self.drawn, self.extra, self.biases = drawn, extra, biases

    def weights(self, gain: float) -> list[Tensor]:
        """Return the first weights of every layer (network, unit, input)."""
        return [gain * drawn + extra for drawn, extra in zip(self.drawn, self.extra, strict=True)]


def sums_of(weights: Iterable[Tensor], biases: Iterable[Tensor], x: Tensor, activation: str) -> list[Tensor]:
    """Return the sums z of every layer (network, digit, unit) for inputs (digit, pixel); the last are the scores."""
    h, sums = x, []
    for weight, bias in zip(weights, biases, strict=True):
        sums.append(torch.baddbmm(bias, h.expand(len(weight), -1, -1), weight.mT))
        h = ACTIVATION[activation](sums[-1])
    return sums


class Initialization(Experiment[Params]):
    """A stack of networks; the weights of a layer are (network, unit, input)."""

    learns_from = ("train_x", "train_y")

    def build(self) -> None:
        """Read the digits and draw the first weights: the same random numbers for each network."""
        self.train_x, self.train_y, self.held_x, self.held_y = (
            torch.tensor(each).to(self.device) for each in standardized_digits()
        )
        self.ways = self.params.ways
        sizes = [64, *[self.params.width] * self.params.depth, CLASSES]
        layers = [nn.Linear(inputs, outputs) for inputs, outputs in pairwise(sizes)]
        drawn: list[list[Tensor]] = [[] for _ in layers]
        shifts: list[list[Tensor]] = [[] for _ in layers]
        for way in self.ways:
            draw = self.generator("weights")
            for k, layer in enumerate(layers):
                draw_layer(layer, way, self.params.constant, draw)
                drawn[k].append(layer.weight.detach().clone())
                shifts[k].append(layer.bias.detach().clone())
        noise = self.generator("noise")
        extra = [
            self.params.noise * torch.randn(layer.weight.shape, generator=noise).to(self.device) for layer in layers
        ]
        for k in range(min(self.params.odd, self.params.width)):
            extra[0][k, ACROSS] += 0.1 * (k + 1)
        self.first = First(
            [torch.stack(each).to(self.device) for each in drawn],
            extra,
            [torch.stack(each)[:, None].to(self.device) for each in shifts],
        )
        self.weights = nn.ParameterList(self.first.weights(self.params.gain))
        self.biases = nn.ParameterList(each.clone() for each in self.first.biases)
        self.optimizer = torch.optim.SGD([*self.weights, *self.biases], lr=self.params.lr)
        self.order = self.generator("batches")
        self.losses = torch.zeros(len(self.ways), device=self.device)
        self.resting = torch.zeros(len(self.ways), dtype=torch.bool, device=self.device)

    def passed(self, x: Tensor) -> list[Tensor]:
        """Return the sums z of every layer (network, digit, unit); the last ones are the scores."""
        return sums_of(self.weights, self.biases, x, self.params.activation)

    def step(self) -> Iterator[str]:
        """One update of every network; one that has run away rests from then on."""
        chosen = torch.randint(len(self.train_x), (self.params.batch,), generator=self.order).to(self.device)
        self.optimizer.zero_grad()
        scores = self.passed(self.train_x[chosen])[-1]
        truth = self.train_y[chosen].expand(len(self.ways), -1)
        found = F.cross_entropy(scores.mT, truth, reduction="none").mean(1)
        yield "forward"
        found.sum().backward()
        yield "backward"
        finite = torch.stack([each.grad.isfinite().all(2).all(1) for each in self.weights]).all(0)
        self.resting = self.resting | ~(finite & (found.detach() < TOO_LARGE))
        for each in [*self.weights, *self.biases]:
            each.grad[self.resting] = 0
        self.losses = torch.where(self.resting, self.losses, found.detach())
        self.optimizer.step()
        with torch.no_grad():
            right = (self.passed(self.held_x)[-1].argmax(2) == self.held_y).float().mean(1)
            apart = (self.weights[0].amax(1) - self.weights[0].amin(1)).amax(1)
        self.record_each(metrics_of("loss", self.params.ways), self.losses)
        self.record_each(metrics_of("accuracy", self.params.ways), right)
        self.record_each(metrics_of("apart", self.params.ways), apart)
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def move_unit(self, network: int, index: int, x: float, y: float) -> None:
        """Change two weights of a unit of layer 1."""
        if network >= len(self.ways):
            raise Refused(f"network = {network} is refused: 0 to {len(self.ways) - 1} are there", about="network")
        if index >= self.params.width:
            raise Refused(f"index = {index} is refused: there are units 0 to {self.params.width - 1}", about="index")
        with torch.no_grad():
            self.weights[0][network, index, ACROSS] = x
            self.weights[0][network, index, UP] = y

    # what is drawn

    def _looked_into(self) -> Tensor:
        """Return W of the layer looked into, of every network (network, unit, input)."""
        return self.weights[self.params.shown_layer].detach()

    def templates(self) -> Tensor:
        """Return the weights into each unit of layer 1 (unit, row, column)."""
        return self.weights[0][self.params.shown].detach().reshape(-1, 8, 8)

    def pair(self) -> Tensor:
        """Return two weights of each unit of layer 1 (unit, axis)."""
        return self.weights[0][self.params.shown].detach()[:, [ACROSS, UP]]

    def copies(self) -> Tensor:
        """Return how many units of layer 1 are the same as each (unit,)."""
        return same_units(self.weights[0].detach(), self.biases[0].detach())[self.params.shown].sum(1)

    def matrix(self) -> Tensor:
        """Return W of the layer looked into (row, input)."""
        return self._looked_into()[self.params.shown]

    @kept
    def all_sums(self) -> list[Tensor]:
        """Return the sums z of the held-out digits (network, digit, unit), layer by layer."""
        with torch.no_grad():
            return self.passed(self.held_x)

    def sizes(self) -> Tensor:
        """Return the r.m.s. of the sums (network, layer)."""
        return torch.stack([size_of(z) for z in self.all_sums()], 1)

    @kept("first")
    def theory(self) -> Tensor:
        """Return what wide layers would have on average (network, layer): see :func:`expected_sizes`."""
        lengths = (self.held_x.double().cpu() ** 2).sum(1)
        found = torch.full((len(self.ways), len(self.weights)), math.nan)
        for row, way in zip(found, self.ways, strict=True):
            sides = [each.shape[:0:-1] for each in self.first.drawn]
            moments = [(inputs, *moments_of(way, inputs, outputs, self.params)) for inputs, outputs in sides]
            if way != "constant":
                row[:] = expected_sizes(moments, lengths, self.params.activation)
        return found

    def gains(self) -> Tensor:
        """Return the gains of the curves, over the control's range (gain,)."""
        return torch.logspace(-1.0, 1.0, GAINS, device=self.device)

    @kept("first")
    def by_gain(self) -> Tensor:
        """Return the last hidden layer's r.m.s. of z at step 0 over the gain (network, gain)."""
        some = self.held_x[::EVERY]
        runs = [
            sums_of(self.first.weights(gain), self.first.biases, some, self.params.activation)[-2]
            for gain in self.gains().tolist()
        ]
        return torch.stack([size_of(z) for z in runs], 1)

    @kept
    def backward(self) -> Tensor:
        """Return the r.m.s. of ∂ℓ/∂z over digits and units (network, layer), ℓ each digit's own loss."""
        with torch.enable_grad():
            sums = self.passed(self.held_x)
            truth = self.held_y.expand(len(self.ways), -1)
            loss = F.cross_entropy(sums[-1].mT, truth, reduction="sum")
            slopes = torch.autograd.grad(loss, sums)
        return torch.stack([size_of(slope) for slope in slopes], 1)

    @kept
    def hidden_outputs(self) -> Tensor:
        """Return φ(z) of the network looked into (hidden, digit · unit)."""
        sums = torch.stack([z[self.params.shown] for z in self.all_sums()[:-1]])
        return ACTIVATION[self.params.activation](sums).flatten(1)

    def edges(self) -> Tensor:
        """Return the edges of the bins (edge,): as far as the outputs reach."""
        finite = self.hidden_outputs().nan_to_num(0, 0, 0)
        reach = 1.0 if self.params.activation in ("tanh", "sigmoid") else round_up(float(finite.abs().max()))
        return torch.linspace(-reach, reach, BINS + 1)

    def outputs(self) -> Tensor:
        """Return the shares of the outputs in the bins (hidden, bin)."""
        reach = float(self.edges()[-1])
        return shares((self.hidden_outputs().clamp(-reach, reach) + reach) * (BINS / (2 * reach)), BINS).float()

    def kinds(self) -> Tensor:
        """Return how many different units each hidden layer has (network, hidden)."""
        pairs = list(zip(self.weights, self.biases, strict=True))[:-1]
        alike = [same_units(weight.detach(), bias.detach()) for weight, bias in pairs]
        return torch.stack([(~same.tril(-1).any(2)).sum(1) for same in alike], 1)

    def singular(self) -> Tensor:
        """Return the singular values of W of the layer looked into (network, rank)."""
        return torch.linalg.svdvals(self._looked_into())

    def deviations(self) -> Tensor:
        """Return the r.m.s. weight of the layer looked into: by the rule, as drawn, now (network, what)."""
        now, k = self._looked_into(), self.params.shown_layer
        outputs, inputs = now.shape[1:]
        by_rule = [math.sqrt(moments_of(way, inputs, outputs, self.params)[0]) for way in self.ways]
        drawn = size_of(self.first.weights(self.params.gain)[k])
        return torch.stack([torch.tensor(by_rule, device=self.device), drawn, size_of(now)], 1)

    def runaway(self) -> Tensor:
        """Return which networks have run away (network,)."""
        return self.resting
