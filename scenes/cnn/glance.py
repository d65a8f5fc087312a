"""What the pictures of the network draw, computed from its present weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.kept import kept
from explainer.scenes.cnn.data import drawn_image, moved_image, shifted
from explainer.scenes.cnn.layers import makes_maps, receptive_fields
from explainer.scenes.cnn.network import all_maps, dead_maps
from explainer.scenes.cnn.patches import Patches, best_patches

if TYPE_CHECKING:
    from explainer.scenes.cnn.experiment import Cnn

PATCHES = 12


class Glance:
    """The arrays: looks at the experiment's network without changing anything of it."""

    def __init__(self, experiment: Cnn) -> None:
        self.cnn = experiment
        self._fields = receptive_fields(experiment.layers)
        layers = experiment.layers
        shapes = np.full((len(layers), 3), -1)
        for row, layer in zip(shapes, layers, strict=True):
            row[: len(layer.shape)] = layer.shape
        self.classes = np.array(experiment.classes, "<U32")
        self.layers = np.array([layer.name for layer in layers], "<U32")
        self.shapes = shapes
        self.parameters = np.array([layer.parameters for layer in layers])
        for still in (self.classes, self.layers, self.shapes, self.parameters):
            still.flags.writeable = False
        self.test_labels = experiment.images.test_labels
        self.test_images = (experiment.images.test_images * 255).round().to(torch.uint8)

    def number(self) -> int:
        """Return which held-out image is chosen."""
        return self.cnn.params.image % len(self.cnn.images.test_images)

    def unmoved(self, shift: bool = False) -> Tensor:
        """Return the chosen image or drawing (1, c, h, w), turned and noisy, shifted or not."""
        params, tests = self.cnn.params, self.cnn.images.test_images
        image = tests[self.number()][None]
        if params.drawing:
            image = drawn_image(params.drawing, tuple(tests.shape[1:]), params.data == "digits").to(tests.device)
        by = (params.shift_x, params.shift_y) if shift else (0, 0)
        return moved_image(image, by, params.turn, params.noise)

    @kept("cnn.images")
    def image(self) -> Tensor:
        """Return the image (c, h, w) that goes through."""
        return self.unmoved(shift=True)[0]

    def label(self) -> Any:
        """Return the class of the image, −1 for a drawing."""
        return -1 if self.cnn.params.drawing else self.cnn.images.test_labels[self.number()]

    @kept
    def made(self) -> dict[str, Tensor]:
        """Return what each layer makes of the image, each (1, …)."""
        return all_maps(self.cnn.model, self.image()[None])

    def maps(self) -> dict[str, Tensor]:
        """Return the maps (channel, row, column) of each layer that makes any."""
        return {layer.name: self.made()[layer.name][0] for layer in self.cnn.layers if makes_maps(layer)}

    def filters(self) -> dict[str, Tensor]:
        """Return the weights of each convolution."""
        return {name: layer.weight.detach() for name, layer in self.convolutions().items()}

    def biases(self) -> dict[str, Tensor]:
        """Return its biases."""
        return {name: layer.bias.detach() for name, layer in self.convolutions().items()}

    def convolutions(self) -> dict[str, Any]:
        """Return the convolutions by their names."""
        return {name: layer for name, layer in self.cnn.model.named_children() if isinstance(layer, nn.Conv2d)}

    def logits(self) -> Tensor:
        """Return the scores of the classes."""
        return self.made()["output"][0]

    def probabilities(self) -> Tensor:
        """Return the softmax of the scores (class,)."""
        return F.softmax(self.logits(), 0)

    def frozen(self) -> list[bool]:
        """Return which layers are kept as they are."""
        return [layer.name in self.cnn.frozen for layer in self.cnn.layers]

    def follows(self) -> np.ndarray:
        """Return how well each layer's maps follow the shift (layer,)."""
        params, layers = self.cnn.params, self.cnn.layers
        shift = (params.shift_x, params.shift_y)
        if shift == (0, 0):
            return np.full(len(layers), np.nan)
        still = all_maps(self.cnn.model, self.unmoved())
        moved = self.made()
        return np.array(
            [
                follows(still[one.name][0], moved[one.name][0], shift, self._fields[one.name].jump)
                if makes_maps(one)
                else np.nan
                for one in layers
            ]
        )

    @kept
    def predicted(self) -> Tensor:
        """Return what each held-out image is taken for (n,)."""
        return all_maps(self.cnn.model, self.cnn.images.test_images)["output"].argmax(1)

    @kept
    def moved_right(self) -> float:
        """Return the share of the held-out images that are right when each is shifted as the chosen one is."""
        images, params = self.cnn.images, self.cnn.params
        moved = shifted(images.test_images, params.shift_x, params.shift_y)
        right = all_maps(self.cnn.model, moved)["output"].argmax(1) == images.test_labels
        return right.double().mean().item()

    def confusion(self) -> Tensor:
        """Return how many images of each class (row) were taken for each (column)."""
        count = len(self.cnn.classes)
        pairs = self.cnn.images.test_labels * count + self.predicted()
        return torch.bincount(pairs, minlength=count * count).view(count, count)

    @kept
    def dead(self) -> dict[str, Tensor]:
        """Return for each convolution which of its maps are 0 everywhere after their ReLU, in every image known."""
        images = self.cnn.images
        learned, held = (dead_maps(self.cnn.model, each) for each in (images.train_images, images.test_images))
        return {name: learned[name] & held[name] for name in held}

    @kept
    def known(self) -> float:
        """Return the share of the images to learn from that are right."""
        images = self.cnn.images
        right = all_maps(self.cnn.model, images.train_images)["output"].argmax(1) == images.train_labels
        return right.double().mean().item()

    @kept
    def best(self) -> Patches:
        """Return what the strongest cells of the chosen map see."""
        params, names = self.cnn.params, list(self.convolutions())
        name = params.layer if params.layer in names else names[-1]
        tests = self.cnn.images.test_images
        return best_patches(self.cnn.model, tests, name, params.channel, self._fields[name], PATCHES)

    def patches(self) -> Tensor:
        """Return these parts of images."""
        return self.best().images

    def patch_values(self) -> Tensor:
        """Return what these cells answer."""
        return self.best().values

    def patch_images(self) -> Tensor:
        """Return in which images they are."""
        return self.best().numbers


def follows(still: Tensor, moved: Tensor, shift: tuple[int, int], jump: int) -> float:
    """Return the correlation of ``moved`` (c, h, w) with ``still`` shifted along, where both are known.

    ``shift`` is (right, down) in pixels of the image and ``jump`` how many of them lie between two cells; the maps
    are compared at the nearest whole number of cells, each less its own mean. NaN where nothing is left to
    compare or nothing varies.
    """
    height, width = still.shape[-2:]
    right, down = (round(by / jump) for by in shift)
    if abs(right) >= width or abs(down) >= height:
        return float("nan")
    before = still[:, max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)].double()
    after = moved[:, max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)].double()
    before, after = (maps - maps.mean((1, 2), keepdim=True) for maps in (before, after))
    size = float(before.norm() * after.norm())
    return float((before * after).sum()) / size if size > 0 else float("nan")
