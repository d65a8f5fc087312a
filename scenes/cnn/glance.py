"""What the pictures of the network draw, computed from its present weights and kept while nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.cnn.data import drawn_image, moved_image
from explainer.scenes.cnn.follow import follows
from explainer.scenes.cnn.layers import makes_maps, receptive_fields
from explainer.scenes.cnn.network import all_maps
from explainer.scenes.cnn.patches import Patches, best_patches

if TYPE_CHECKING:
    from explainer.scenes.cnn.experiment import Cnn

PATCHES = 12


class Glance:
    """Looks at the experiment's network without changing anything of it."""

    def __init__(self, experiment: Cnn) -> None:
        self._of = experiment
        self._kept: dict[str, tuple[Any, Any]] = {}
        self._fields = receptive_fields(experiment.layers)
        layers = experiment.layers
        shapes = np.full((len(layers), 3), -1)
        for row, layer in zip(shapes, layers, strict=True):
            row[: len(layer.shape)] = layer.shape
        self._still = {
            "classes": np.array(experiment.classes, "<U32"),
            "layers": np.array([layer.name for layer in layers], "<U32"),
            "shapes": shapes,
            "parameters": np.array([layer.parameters for layer in layers]),
            "test_labels": experiment.images.test_labels,
            "test_images": (experiment.images.test_images * 255).round().to(torch.uint8),
        }
        for array in self._still.values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False

    def arrays(self, wanted: Collection[str]) -> dict[str, Any]:
        """Return the wanted arrays."""
        found = {name: array for name, array in self._still.items() if name in wanted}
        sources: dict[str, Callable[[], Any]] = {
            "image": self.image,
            "label": self.label,
            "logits": lambda: self.maps()["output"][0],
            "probabilities": self.probabilities,
            "frozen": lambda: np.array([layer.name in self._of.frozen for layer in self._of.layers]),
            "follows": self.follows,
            "confusion": self.confusion,
            "predicted": self.predicted,
            "patches": lambda: self.patches().images,
            "patch_values": lambda: self.patches().values,
            "patch_images": lambda: self.patches().numbers,
        }
        found |= {name: source() for name, source in sources.items() if name in wanted}
        for layer in self._of.layers:
            if makes_maps(layer) and f"maps/{layer.name}" in wanted:
                found[f"maps/{layer.name}"] = self.maps()[layer.name][0]
            if layer.kind == "Conv2d":
                found |= self._convolution(layer.name, wanted)
        return found

    def _convolution(self, name: str, wanted: Collection[str]) -> dict[str, Tensor]:
        module = self._of.model.get_submodule(name)
        named = {f"filters/{name}": module.weight, f"biases/{name}": module.bias}
        return {key: tensor.detach() for key, tensor in named.items() if key in wanted}  # type: ignore[union-attr]

    def _once(self, name: str, key: Any, make: Callable[[], Any]) -> Any:
        """Return what ``make`` returns, kept until the key is another one."""
        known = self._kept.get(name)
        if known is None or known[0] != key:
            known = self._kept[name] = (key, make())
        return known[1]

    def _weights(self) -> tuple[int, ...]:
        """Return numbers that differ once a parameter or running mean has been written to."""
        return tuple(tensor._version for tensor in [*self._of.model.parameters(), *self._of.model.buffers()])

    def _seen(self) -> tuple[Any, ...]:
        params = self._of.params
        return params.image, params.drawing, params.shift_x, params.shift_y, params.turn, params.noise

    def number(self) -> int:
        """Return which held-out image is chosen."""
        return self._of.params.image % len(self._of.images.test_images)

    def unmoved(self, shift: bool = False) -> Tensor:
        """Return the chosen image or drawing (1, c, h, w), turned and noisy, shifted or not."""
        params, tests = self._of.params, self._of.images.test_images
        image = tests[self.number()][None]
        if params.drawing:
            image = drawn_image(params.drawing, tuple(tests.shape[1:])).to(tests.device)
        by = (params.shift_x, params.shift_y) if shift else (0, 0)
        return moved_image(image, by, params.turn, params.noise)

    def image(self) -> Tensor:
        """Return the image (c, h, w) that goes through."""
        found: Tensor = self._once("image", self._seen(), lambda: self.unmoved(shift=True)[0])
        return found

    def label(self) -> Any:
        """Return the class of the image, −1 for a drawing."""
        return np.array(-1) if self._of.params.drawing else self._of.images.test_labels[self.number()]

    def maps(self) -> dict[str, Tensor]:
        """Return what each layer makes of the image, each (1, …)."""
        key = (self._weights(), self._seen())
        found: dict[str, Tensor] = self._once("maps", key, lambda: all_maps(self._of.model, self.image()[None]))
        return found

    def probabilities(self) -> Tensor:
        """Return the softmax of the scores (class,)."""
        return F.softmax(self.maps()["output"][0], 0)

    def follows(self) -> np.ndarray:
        """Return how well each layer's maps follow the shift (layer,)."""
        params, layers = self._of.params, self._of.layers
        shift = (params.shift_x, params.shift_y)
        if shift == (0, 0):
            return np.full(len(layers), np.nan)
        still = all_maps(self._of.model, self.unmoved())
        moved = self.maps()
        return np.array(
            [
                follows(still[one.name][0], moved[one.name][0], shift, self._fields[one.name].jump)
                if makes_maps(one)
                else np.nan
                for one in layers
            ]
        )

    def predicted(self) -> Tensor:
        """Return what each held-out image is taken for (n,)."""

        def judged() -> Tensor:
            return all_maps(self._of.model, self._of.images.test_images)["output"].argmax(1)

        found: Tensor = self._once("predicted", self._weights(), judged)
        return found

    def confusion(self) -> Tensor:
        """Return how many images of each class (row) were taken for each (column)."""
        count = len(self._of.classes)
        pairs = self._of.images.test_labels * count + self.predicted()
        return torch.bincount(pairs, minlength=count * count).view(count, count)

    def patches(self) -> Patches:
        """Return what the strongest cells of the chosen map see."""
        params, model = self._of.params, self._of.model
        names = [name for name, layer in model.named_children() if isinstance(layer, nn.Conv2d)]
        name = params.layer if params.layer in names else names[-1]
        key = (self._weights(), name, params.channel)

        def found() -> Patches:
            return best_patches(model, self._of.images.test_images, name, params.channel, self._fields[name], PATCHES)

        made: Patches = self._once("patches", key, found)
        return made
