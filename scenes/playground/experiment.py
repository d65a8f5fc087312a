"""The experiment: a network of dense layers learns points in the plane, batch by batch, epoch by epoch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from explainer.contract.refused import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab import by_hand
from explainer.lab.dense import DenseNetwork
from explainer.lab.initial_weights import initialize
from explainer.lab.losses import each_loss
from explainer.lab.optimizer_settings import parse_entry, resolve
from explainer.lab.optimizers import make_optimizer, set_common
from explainer.lab.regularizers import max_norm
from explainer.lab.schedules import factor
from explainer.scenes.playground import Params
from explainer.scenes.playground.data import (
    drawn_points,
    drawn_split,
    features_of,
    file_points,
    points_of,
    split_of,
    uneven,
)
from explainer.scenes.playground.data_names import classes_of
from explainer.scenes.playground.drawings import Drawings
from explainer.scenes.playground.errors import Errors
from explainer.scenes.playground.layers import MODULE, PREDICTIONS, WEIGHTS, sources, told
from explainer.scenes.playground.model_files import (
    NO_SAFETENSORS,
    can_save_weights,
    model_module,
    predictions,
    weights_file,
)
from explainer.scenes.playground.training import MEASURES, TRAIN, class_weights, judge, parts_of, penalize, put_back

MEASURED = 5
"""How many times an epoch the points are measured, at least."""


class Playground(Experiment[Params]):
    """Points, a network, an optimizer, and where in its epoch the training is."""

    learns_from = ("points", "targets", "rows")

    def build(self) -> None:
        """Draw the points, make the network and the optimizer."""
        params = self.params
        self.classes = classes_of(params)
        self.load()
        outputs = len(self.classes) if len(self.classes) > 2 else 1
        spec = told(params)
        self.network = DenseNetwork(
            (self.inputs.shape[1], *spec.units, outputs), sources(params), spec.norms, self.device
        )
        self.normalizes_batches = "batch" in spec.norms
        self.draws = self.generator("weights")
        for layer in self.network.layers:
            initialize(layer, params.init, self.draws)
        self.optimizer = self.make_optimizer()
        self.batches = self.generator("batches")
        self.order = self.next_order()
        self.rows = self.order[:0]
        self.epoch, self.place, self.updates, self.seen = 1, 0, 0, 0
        self.best, self.best_epoch = float("inf"), 0
        self.best_weights = [parameter.detach().clone() for parameter in self.network.parameters()]
        self.hands = by_hand.ByHand(self.network, self.optimizer)
        self.before = self.hands.flat.clone()
        self.held = [torch.zeros_like(p, dtype=torch.bool) for p in self.held_ones()]
        self.holds = False
        self.measured = self.judge()
        drawings = Drawings(self)
        self.drawings = (drawings, drawings.inside, Errors(self, drawings))
        self.draw_from("dropout")

    # data

    def load(self) -> None:
        """Draw the points, and split them."""
        params = self.params
        if params.data == "drawn":
            points, targets = drawn_points(params.drawn)
        elif params.data == "file":
            points, targets = file_points(params.path, params.columns, params.target, params.target_is)
        else:
            points, targets = points_of(params.data, params.points, params.noise, self.generator("data"))
        if params.imbalance > 1 and not targets.is_floating_point() and params.data != "drawn":
            kept = uneven(targets, params.imbalance)
            points, targets = points[kept], targets[kept]
        self.points, self.targets = points.to(self.device), targets.to(self.device)
        split = drawn_split if params.data == "drawn" else split_of
        shares = params.train_share, params.validation_share
        self.split = split(len(points), *shares, self.generator("split")).to(self.device)
        self.train = (self.split == TRAIN).nonzero()[:, 0]
        self.parts = parts_of(self.split)
        self.inputs = features_of(self.points, params.features, params.own_feature)
        if not self.inputs.isfinite().all():
            raise Refused(
                f"own_feature = {params.own_feature!r} is refused: it has no finite value at some points; take another",
                about="own_feature",
            )

    def next_order(self) -> Tensor:
        """Return the training points in the order of an epoch."""
        if not self.params.shuffle:
            return self.train
        return self.train[torch.randperm(len(self.train), generator=self.batches).to(self.device)]

    def choose(self) -> None:
        """Take the next batch; an epoch that is used up is followed by another.

        With batch normalization a last batch of one point, which has no variance, joins the one before it.
        """
        count = self.order.shape[0]
        if self.place >= count:
            self.epoch, self.place = self.epoch + 1, 0
            self.order = self.next_order()
        size = min(self.params.batch_size, count - self.place)
        if self.normalizes_batches and self.place + size == count - 1:
            size += 1
        self.rows = self.order[self.place : self.place + size]
        self.place += size
        self.seen += size
        self.updates += 1

    def held_ones(self) -> list[Tensor]:
        """Return what can be held: weights and biases of each layer in turn."""
        return [parameter for layer in self.network.layers for parameter in (layer.weight, layer.bias)]

    # one update

    def step(self) -> Iterator[str]:
        """One update on the next batch."""
        self.choose()
        self.before = self.hands.flat.clone()
        if self.is_by_hand():
            yield from self.pass_by_hand()
        else:
            yield from self.pass_by_autograd()
        self.update()
        self.measure()
        yield "update"

    def is_by_hand(self) -> bool:
        """Return whether forward and backward are done without autograd."""
        return self.params.execution == "functional" and not self.network.normalized

    def pass_by_hand(self) -> Iterator[str]:
        """Forward, loss and backward layer by layer, by the operations that autograd would call."""
        spec, hands = told(self.params), self.hands
        count = len(hands.pieces)
        passed: list[by_hand.Passed] = []
        found = [self.inputs[self.rows]]
        for k in range(count):
            found.append(hands.forward_layer(k, found, passed, spec.activations, spec.dropouts))
            yield f"forward {k + 1}"
        self.found, slope = self.loss_and_slope(passed[-1].h)
        yield "loss"
        arrived: list[Tensor | None] = [*[None] * count, slope]
        for k in reversed(range(count)):
            hands.backward_layer(k, passed, arrived, spec.activations)
            yield f"backward {k + 1}"

    def loss_and_slope(self, scores: Tensor) -> tuple[Tensor, Tensor]:
        """Return the loss of the batch, and its derivative by the scores."""
        y = self.targets[self.rows]
        if self.params.label_smoothing or self.params.balanced:
            return by_hand.slope_of(lambda given: self.loss_of(given, y), scores)
        return by_hand.loss_and_slope(self.params.loss, scores, y)

    def pass_by_autograd(self) -> Iterator[str]:
        """Forward, loss and backward as PyTorch is usually told."""
        spec = told(self.params)
        self.network.train()
        self.optimizer.zero_grad(set_to_none=False)
        scores = self.network(self.inputs[self.rows], spec.activations, spec.dropouts)
        self.found = self.loss_of(scores, self.targets[self.rows])
        yield "forward"
        self.found.backward()
        yield "backward"

    def loss_of(self, scores: Tensor, y: Tensor) -> Tensor:
        """Return the mean loss of a batch."""
        losses = each_loss(self.params.loss, scores, y, self.params.label_smoothing)
        if self.params.balanced and not y.is_floating_point():
            losses = losses * class_weights(self.targets[self.train], max(2, scores.shape[1]))[y]
        return losses.mean()

    def update(self) -> None:
        """Let the optimizer use the gradients, after what regularizes them and before what holds weights."""
        params = self.params
        if params.schedule != "constant":
            self.set_rate(self.own_rate() * factor(params.schedule, self.updates, params.schedule_steps))
        if params.l1 or params.l2:
            penalize(self.network.layers, params.l1, params.l2)
        if params.clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), params.clip, foreach=False)
        kept = [parameter.detach().clone() for parameter in self.held_ones()] if self.holds else []
        if params.execution == "functional":
            self.hands.update()
        else:
            self.optimizer.step()
        if params.max_norm:
            max_norm([layer.weight for layer in self.network.layers], params.max_norm)
        if self.holds:
            put_back(self.held_ones(), self.held, kept)

    def own_rate(self) -> float:
        """Return the learning rate without its schedule."""
        params = self.params
        return resolve(parse_entry(params.optimizer[0]), params.lr, params.momentum)["lr"]

    def set_rate(self, rate: float) -> None:
        """Tell the optimizer its learning rate."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    # what is measured

    def measure(self) -> None:
        """Measure when a fifth of an epoch is through, record, and end the run where a rule says so."""
        before, count = self.place - self.rows.shape[0], self.order.shape[0]
        if MEASURED * self.place // count > MEASURED * before // count:
            self.measured = self.judge()
            self.follow_rules()
        found = {name: value for name, value in zip(MEASURES, self.measured, strict=True) if value == value}
        self.record({"loss/batch": self.found, **found, "lr": self.optimizer.param_groups[0]["lr"]})

    def judge(self) -> list[float]:
        """Return loss and accuracy of the training, validation and test points (6,) now."""
        activations = told(self.params).activations
        return judge(self.network, activations, self.inputs, self.targets, self.parts, self.params.loss)

    def follow_rules(self) -> None:
        """End the run where it was told to: by a number, or because the validation loss no longer falls."""
        params, epoch_ends = self.params, self.place >= len(self.order)
        test_loss, test_accuracy = self.measured[4:]
        reached = {
            "accuracy": test_accuracy >= params.stop_at,
            "loss": test_loss <= params.stop_at,
            "epoch": epoch_ends and self.epoch >= params.stop_at,
        }
        if reached.get(params.stop, False):
            self.finished = True
        if not params.patience or not epoch_ends or self.measured[2] != self.measured[2]:
            return
        if self.measured[2] < self.best:
            self.best, self.best_epoch = self.measured[2], self.epoch
            self.best_weights = [parameter.detach().clone() for parameter in self.network.parameters()]
        elif self.epoch - self.best_epoch >= params.patience:
            self.finished = True
            self.take_back()

    @torch.no_grad()
    def take_back(self) -> None:
        """Take back the weights that the validation loss was lowest with."""
        for parameter, best in zip(self.network.parameters(), self.best_weights, strict=True):
            parameter.copy_(best)
        self.measured = self.judge()

    def files(self) -> Mapping[str, bytes]:
        """Return the network as a module, what it says of each point, and its weights where they can be saved."""
        scores = self.drawings[0].scores()  # type: ignore[attr-defined]
        said = predictions(self.points, self.targets, self.split, scores, self.classes)
        found = {
            MODULE: model_module(self.network, self.params, self.classes).encode(),
            PREDICTIONS: said.encode(),
        }
        if can_save_weights():
            found[WEIGHTS] = weights_file(self.network)
        return found

    def save_model(self) -> Parts:
        """Yield the files as bytes (byte,): ``module``, ``weights`` and ``predictions``."""
        if not can_save_weights():
            raise Refused(NO_SAFETENSORS)
        files = {"module": MODULE, "weights": WEIGHTS, "predictions": PREDICTIONS}
        found = self.files()
        yield {name: np.frombuffer(found[file], np.uint8) for name, file in files.items()}

    # what is changed on the way

    def make_optimizer(self) -> torch.optim.Optimizer:
        """Return a new optimizer for the network."""
        params = self.params
        entry = parse_entry(params.optimizer[0])
        return make_optimizer(entry, self.network.parameters(), params.lr, params.momentum)

    def changed(self, names: Collection[str]) -> None:
        """Take over live settings; a new optimizer remembers nothing."""
        params = self.params
        if "drawn" in names and params.data == "drawn":
            self.load()
            self.order, self.place = self.next_order(), 0
            self.rows = self.order[:0]
        self.finished = False
        if "optimizer" in names:
            self.optimizer = self.make_optimizer()
            self.hands = by_hand.ByHand(self.network, self.optimizer)
        set_common(self.optimizer, parse_entry(params.optimizer[0]), params.lr, params.momentum)
        if "patience" in names:
            self.best, self.best_epoch = float("inf"), self.epoch
        if {"loss", "activation", "drawn"} & set(names):
            self.measured = self.judge()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a checkpoint, perhaps of another optimizer, and bring everything together again."""
        self.optimizer = self.make_optimizer()
        super().restore(state)
        self.hands = by_hand.ByHand(self.network, self.optimizer)

    def set_weight(self, layer: int, unit: int, source: int, value: float) -> None:
        """Give a weight, or with source 0 a bias, another value."""
        found = self.layer_of(layer, unit, source)
        with torch.no_grad():
            if source:
                found.weight[unit - 1, source - 1] = value
            else:
                found.bias[unit - 1] = value
        self.measured, self.finished = self.judge(), False

    def hold(self, layer: int, unit: int, source: int, on: bool) -> None:
        """Keep weights as they are, or let them learn again."""
        self.layer_of(layer, max(1, unit), source)
        rows = slice(unit - 1, unit) if unit else slice(None)
        weights, biases = self.held[2 * layer - 2 : 2 * layer]
        if source:
            weights[rows, source - 1] = on
        else:
            weights[rows], biases[rows] = on, on
        self.holds, self.finished = any(bool(mask.any()) for mask in self.held), False

    def reinitialise(self, layer: int, unit: int) -> None:
        """Draw the weights into one unit afresh."""
        found = self.layer_of(layer, unit)
        fresh = nn.Linear(found.in_features, found.out_features)
        initialize(fresh, self.params.init, self.draws)
        with torch.no_grad():
            found.weight[unit - 1] = fresh.weight[unit - 1]
            found.bias[unit - 1] = fresh.bias[unit - 1]
        self.measured, self.finished = self.judge(), False

    def layer_of(self, layer: int, unit: int, source: int = 0) -> nn.Linear:
        """Return a layer by its number from 1; raise :class:`Refused` where it, the unit or the input is not there."""
        layers = self.network.layers
        if layer > len(layers):
            raise Refused(f"layer = {layer} is refused: the network has layers 1 to {len(layers)}", about="layer")
        found: nn.Linear = layers[layer - 1]
        if unit > found.out_features:
            raise Refused(f"unit = {unit} is refused: layer {layer} has units 1 to {found.out_features}", about="unit")
        if source > found.in_features:
            raise Refused(
                f"source = {source} is refused: layer {layer} has inputs 1 to {found.in_features}", about="source"
            )
        return found
