"""The experiment: a network built from blocks learns from batches and is measured on images it never sees."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.batches import draw_batch
from explainer.lab.shapes import SHAPES, shape_images
from explainer.scenes.cnn import Params
from explainer.scenes.cnn.blocks import parse_block
from explainer.scenes.cnn.data import Images, digit_images, folder_images, held_out, shifted_at_random
from explainer.scenes.cnn.glance import Glance
from explainer.scenes.cnn.layers import MODULE, WEIGHTS, network_layers
from explainer.scenes.cnn.model_files import (
    NO_SAFETENSORS,
    can_save_weights,
    model_module,
    weights_file,
)
from explainer.scenes.cnn.network import Judge, make_network, make_optimizer


class Cnn(Experiment[Params]):
    """A convolutional classifier; images are (n, channels, height, width) from 0 to 1."""

    learns_from = ("images", "chosen")

    def build(self) -> None:
        """Get the images, hold a fifth of them out, and make the network with its optimizer."""
        params = self.params
        self.draw_from("data")
        images, labels, self.classes = self.load()
        held = held_out(labels)
        shape = tuple(images.shape[1:])
        blocks = [parse_block(words) for words in params.blocks]
        self.layers = layers = network_layers(shape, blocks, params.hidden, len(self.classes), params.head)
        self.images = Images(
            images[~held].to(self.device),
            labels[~held].to(self.device),
            images[held].clone(memory_format=torch.channels_last).to(self.device),  # pools faster
            labels[held].to(self.device),
        )
        self.draw_from("weights")
        self.model = make_network(layers).to(self.device)
        self.optimizer = make_optimizer(params.optimizer, self.model, params.lr)
        self.frozen: tuple[str, ...] = ()
        self.batches, self.shifts = self.generator("batches"), self.generator("shifts")
        self.chosen = torch.zeros(0, dtype=torch.int64)
        self.draw_from("dropout")
        self.check_batch()
        self.judge = Judge(self.model, self.images.test_images, self.images.test_labels)
        self.drawings = (Glance(self),)

    def load(self) -> tuple[Tensor, Tensor, tuple[str, ...]]:
        """Return images, labels (n,) and the classes' names."""
        match self.params.data:
            case "digits":
                return *digit_images(), tuple("0123456789")
            case "shapes":
                return *shape_images(), SHAPES
            case _:
                return folder_images(self.params.folder, self.params.side)

    def step(self) -> Iterator[str]:
        """One update on a fresh batch."""
        self.chosen = draw_batch(len(self.images.train_images), self.params.batch, self.batches)
        images, labels = self.images.train_images[self.chosen], self.images.train_labels[self.chosen]
        if self.params.augment:
            images = shifted_at_random(images, self.params.augment, self.shifts)
        self.model.train()
        for name in self.frozen:  # a frozen normalization keeps its running mean and variance too, and uses them
            self.model.get_submodule(name).eval()
        self.optimizer.zero_grad()
        logits = self.model(images)
        loss = F.cross_entropy(logits, labels)
        yield "forward"
        loss.backward()
        yield "backward"
        self.optimizer.step()
        self.measure(loss, logits, labels)
        yield "update"

    def measure(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Record this batch's numbers at once, and those of the held-out images when the judge has found them."""
        if self.recorder.step > self.recorder.known:
            verdict = self.judge.ask(self.model)
            accuracy = (logits.argmax(1) == labels).float().mean()
            self.record({"loss/train": loss, "loss/test": verdict.loss})
            self.record({"accuracy/train": accuracy, "accuracy/test": verdict.accuracy, "dead": verdict.dead})

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        self.check_batch()
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def check_batch(self) -> None:
        """Refuse a batch in which batch normalization would have a single number to average."""
        for layer in self.layers:
            if layer.kind == "BatchNorm2d" and self.params.batch * layer.shape[1] * layer.shape[2] < 2:
                raise Refused(
                    f"batch = 1 is refused: {layer.name} averages a single number; take at least 2", about="batch"
                )

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a checkpoint; what was frozen then is frozen again."""
        super().restore(state)
        self.apply_frozen()

    def apply_frozen(self) -> None:
        """Let exactly the layers learn that are not frozen."""
        for name, layer in self.model.named_children():
            layer.requires_grad_(name not in self.frozen)

    def freeze(self, layer: str, on: bool) -> None:
        """Keep a layer's parameters as they are, or let it learn again."""
        self.learning_layer(layer)
        kept = [name for name in self.frozen if name != layer]
        learning = [one.name for one in self.layers if one.parameters and one.name not in kept]
        if on and learning == [layer]:
            raise Refused(
                f"layer = {layer} cannot be frozen: all others are; let one of them learn again", about="layer"
            )
        self.frozen = (*kept, layer) if on else tuple(kept)
        self.apply_frozen()

    def zero_filter(self, layer: str, filter: int) -> None:  # noqa: A002 - the verb's word
        """Set a filter and its bias to zero."""
        convolution = self.learning_layer(layer)
        if filter >= len(convolution.weight):
            raise Refused(
                f"filter = {filter} is refused: {layer} has 0 to {len(convolution.weight) - 1}", about="filter"
            )
        with torch.no_grad():
            convolution.weight[filter] = 0
            convolution.bias[filter] = 0

    def reinitialise(self, layer: str) -> None:
        """Draw a layer's parameters afresh; the optimizer forgets what it knew of them."""
        module = self.learning_layer(layer)
        module.reset_parameters()
        for parameter in module.parameters():
            self.optimizer.state.pop(parameter, None)

    def learning_layer(self, name: str) -> Any:
        """Return the layer of that name; raise :class:`Refused` where the network has none."""
        known = [layer.name for layer in self.layers if layer.parameters]
        if name not in known:
            raise Refused(f"layer = {name} is refused: this network has {', '.join(known)}", about="layer")
        return self.model.get_submodule(name)

    def files(self) -> Mapping[str, bytes]:
        """Return the network as a Python module, and its weights as safetensors where that is installed."""
        shape = tuple(self.images.test_images.shape[1:])
        found = {MODULE: model_module(self.layers, shape, self.classes).encode()}
        if can_save_weights():
            found[WEIGHTS] = weights_file(self.model)
        return found

    def save_model(self) -> Parts:
        """Yield the files as bytes (byte,): ``module`` and ``weights``."""
        if not can_save_weights():
            raise Refused(NO_SAFETENSORS)
        files = self.files()
        yield {name: np.frombuffer(files[file], np.uint8) for name, file in (("module", MODULE), ("weights", WEIGHTS))}
