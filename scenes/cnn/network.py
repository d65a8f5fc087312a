"""The network in PyTorch, and how it is judged on images that it has not learned from."""

import copy
import sys
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.cnn.layers import Layer


def make_network(layers: Sequence[Layer]) -> nn.Sequential:
    """Return the layers as a network with random weights; each is a child of its own name."""
    return nn.Sequential(
        OrderedDict((one.name, getattr(nn, one.kind)(*one.arguments, **one.keywords)) for one in layers)
    )


def make_optimizer(name: str, model: nn.Module, lr: float) -> torch.optim.Optimizer:
    """Return one of ``adam``, ``sgd`` and ``momentum`` for the parameters of ``model``."""
    if name == "adam":
        return torch.optim.Adam(model.parameters(), lr=lr)
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9 if name == "momentum" else 0.0)


def evaluate(model: nn.Sequential, images: Tensor, labels: Tensor) -> tuple[float, float, float]:
    """Return mean cross-entropy, the share of images (n, c, h, w) that are right, and of maps that are dead on them.

    A map is dead on images where it is 0 everywhere in all of them, after its ReLU.
    """
    dead = []
    with torch.no_grad():
        for layer in model:
            images = layer(images)
            if isinstance(layer, nn.ReLU) and images.dim() == 4:
                dead.append(images.amax((0, 2, 3)) == 0)
    share = torch.cat(dead).float().mean().item() if dead else 0.0
    return F.cross_entropy(images, labels).item(), (images.argmax(1) == labels).float().mean().item(), share


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Have dropout and normalization behave as at evaluation, without recording gradients."""
    was, _ = model.training, model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was)


def all_maps(model: nn.Sequential, images: Tensor) -> dict[str, Tensor]:
    """Return what each layer makes of images (n, c, h, w), by its name, at evaluation."""
    found = {}
    with evaluating(model):
        for name, layer in model.named_children():
            images = found[name] = layer(images)
    return found


def dead_maps(model: nn.Sequential, images: Tensor) -> dict[str, Tensor]:
    """Return for each convolution which of its maps (channel,) are 0 everywhere after their ReLU; none without one."""
    found: dict[str, Tensor] = {}
    name, maps = "", images
    with evaluating(model):
        for child, layer in model.named_children():
            maps = layer(maps)
            if isinstance(layer, nn.Conv2d):
                name = child
                found[name] = torch.zeros(maps.shape[1], dtype=torch.bool, device=maps.device)
            elif isinstance(layer, nn.ReLU) and maps.dim() == 4:
                found[name] = maps.amax((0, 2, 3)) == 0
    return found


class Judge:
    """Measures copies of a network on held-out images, in a thread beside the training.

    Where Qt's widgets are loaded, as they are for pictures of a run, it measures at once: what Python collects dies in
    the thread that happens to collect it, and a widget that dies outside the main thread waits for it for ever.
    """

    def __init__(self, model: nn.Sequential, images: Tensor, labels: Tensor) -> None:
        """Keep the images (n, c, h, w) and labels (n,); called while the run's settings are in force."""
        self._model = copy.deepcopy(model).eval()
        self._own = [*self._model.parameters(), *self._model.buffers()]
        self._images, self._labels = images, labels
        self._asked: Future[tuple[float, float, float]] | None = None
        self._pool = ThreadPoolExecutor(1, "judge", torch.set_num_threads, (torch.get_num_threads(),))

    def ask(self, model: nn.Sequential) -> "Verdict":
        """Return loss and accuracy of the network as it is now, as numbers that are waited for when they are read.

        Waits until what was asked before is found, so that the training is never more than one step ahead.
        """
        if self._asked is not None:
            self._asked.result()
        with torch.no_grad():
            for own, present in zip(self._own, [*model.parameters(), *model.buffers()], strict=True):
                own.copy_(present)
        if "PySide6.QtWidgets" in sys.modules:
            self._asked = Future()
            self._asked.set_result(evaluate(self._model, self._images, self._labels))
        else:
            self._asked = self._pool.submit(evaluate, self._model, self._images, self._labels)
        return Verdict(self._asked)


class Verdict:
    """What a :class:`Judge` found, once it has."""

    def __init__(self, future: "Future[tuple[float, float, float]]") -> None:
        self.loss, self.accuracy, self.dead = Later(future, 0), Later(future, 1), Later(future, 2)


class Later:
    """A number that is being computed; ``float()`` waits for it."""

    def __init__(self, future: "Future[tuple[float, float, float]]", place: int) -> None:
        self._future, self._place = future, place

    def __float__(self) -> float:
        return self._future.result()[self._place]
