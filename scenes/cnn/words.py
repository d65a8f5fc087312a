"""What layers, shapes and images are called on the screen, and what is said of the run."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.cnn.blocks import ACTIVATIONS, POOLS, parse_block

TITLES = {"conv": "Conv", "norm": "Norm", "drop": "Dropout"}
WHOLE = {
    "flatten": "Flatten",
    "hidden": "Dense",
    "hidden_act": "ReLU",
    "output": "Dense, output",
    "image": "Image",
    "whole": "Over all places",
}


def layer_title(name: str, blocks: Sequence[str]) -> str:
    """Return the words for an array or layer such as ``maps/act2`` of these blocks: ``ReLU 2``."""
    name = name.removeprefix("maps/")
    if name in WHOLE:
        return WHOLE[name]
    kind, number = name[:-1], name[-1]
    if kind in ("act", "pool"):
        block = parse_block(blocks[min(int(number), len(blocks)) - 1])
        words = ACTIVATIONS[block.activation] if kind == "act" else f"{POOLS[block.pool][:3]} pool"
        return f"{words} {number}"
    return f"{TITLES.get(kind, kind)} {number}"


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
    return f"{what} · taken for {classes[best]} with {float(chances[best]):.1%}{verdict}"


def percent(value: float) -> str:
    """Return a share as a person reads it, a dash where it is not known."""
    return f"{value:.1%}" if value == value else "–"


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the held-out accuracy for the transport."""
    return [("held-out accuracy", percent(frame.metric("accuracy/test")))]


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "Step 0: the network has learned nothing yet."
    accuracy, loss = frame.metric("accuracy/test"), frame.metric("loss/test")
    return f"Step {frame.step}: {percent(accuracy)} of the held-out images are right, loss {number_text(loss)}."
