"""What layers, shapes and images are called on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.contract.frame import Frame

TITLES = {"conv": "Conv", "norm": "Norm", "act": "Activation", "pool": "Pool", "drop": "Dropout"}
WHOLE = {"flatten": "Flatten", "hidden": "Dense", "hidden_act": "ReLU", "output": "Dense, output", "image": "Image"}


def layer_title(name: str) -> str:
    """Return the words for an array or layer such as ``maps/conv2``: ``Conv 2``."""
    name = name.removeprefix("maps/")
    return WHOLE.get(name) or f"{TITLES.get(name[:-1], name[:-1])} {name[-1]}"


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape such as ``16 × 8 × 8``; axes below zero are left out."""
    return " × ".join(str(size) for size in shape if size >= 0)


def image_text(frame: Frame) -> str:
    """Return what image goes through, and what it is taken for."""
    arrays = frame.arrays
    if not {"probabilities", "classes", "label"} <= arrays.keys():
        return "One image on its way through the network"
    classes, chances, label = arrays["classes"], arrays["probabilities"], int(arrays["label"])
    best = int(chances.argmax())
    what = "Your drawing" if label < 0 else f"A held-out {classes[label]}"
    verdict = "" if label < 0 else ", right" if label == best else ", wrong"
    return f"{what} · taken for {classes[best]} with {float(chances[best]):.0%}{verdict}"
