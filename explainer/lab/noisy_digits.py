"""A few handwritten digits to train on, some of whose labels are drawn at random."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from explainer.lab.digits import digits

CLASSES, MOST, HELD_OUT, TESTED = 10, 1000, 237, 360
"""Classes, and so many examples to train on at the most, to validate and to test on."""


def noisy_digits(examples: int, noise: float, generator: Generator) -> tuple[Tensor, ...]:
    """Return images, true and given labels to train on, the same three to validate on, and test images and labels.

    Images are (n, 64) float32 with pixels from 0 to 1. A share ``noise`` of the given labels is drawn evenly from all
    ten classes, so that a tenth of these is right by chance; such examples come first. Test labels are true. More
    examples, or more noise, keep what there was: the first examples stay, and whoever had a random label.
    """
    images, labels = digits()
    x, y = torch.from_numpy(images.reshape(-1, 64) / 16).float(), torch.from_numpy(labels).long()
    tested = torch.arange(len(x)) % 5 == 0
    order = (~tested).nonzero()[:, 0][torch.randperm(int((~tested).sum()), generator=generator)]
    found: list[Tensor] = []
    for part, count in ((order[:MOST], examples), (order[MOST : MOST + HELD_OUT], HELD_OUT)):
        doubt, drawn = (
            torch.rand(len(part), generator=generator),
            torch.randint(CLASSES, part.shape, generator=generator),
        )
        part, doubt, drawn = part[:count], doubt[:count], drawn[:count]
        first = doubt.argsort()
        found += [x[part[first]], y[part[first]], torch.where(doubt < noise, drawn, y[part])[first]]
    return *found, x[tested], y[tested]
