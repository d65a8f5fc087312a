"""A small GPT that has read our prose, in ``assets/small-gpt.npz``: half-precision weights that anyone can make again.

python -m explainer.lab.language.pretrained
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch

from explainer.lab.language.model import GPT, Config
from explainer.lab.language.text import Characters, asset, corpus_of, draw_windows, our_text
from explainer.lab.language.training import BATCH, learn, make_optimizer, rate

FILE = "small-gpt.npz"
CONTEXT, STEPS = 64, 1_500


@cache
def our_code() -> str:
    """Return Python source of ours as it was once, without lines that have signs beyond ASCII: 45,000 characters."""
    return asset("code.txt").read_text("utf-8")


@cache
def both() -> Characters:
    """Return the characters of prose and code as a vocabulary."""
    return Characters(our_text() + our_code())


def config() -> Config:
    """Return what the model is built of."""
    return Config(len(both().symbols), CONTEXT, width=48)


def pretrained() -> GPT:
    """Return the model with the weights that it had after its training."""
    model = GPT(config())
    with np.load(asset(FILE), allow_pickle=False) as kept:
        model.load_state_dict({name: torch.from_numpy(kept[name].astype(np.float32)) for name in kept.files})
    return model


def train(steps: int = STEPS) -> GPT:
    """Return a model that has learned our prose anew, the last tenth of it apart."""
    torch.manual_seed(0)
    known = corpus_of(our_text(), both()).train
    model, batches = GPT(config()), torch.Generator().manual_seed(0)
    optimizer = make_optimizer(model)
    for step in range(steps):
        inputs, targets = draw_windows(known, CONTEXT, BATCH, batches)
        learn(model, optimizer, inputs, targets, rate(step + 1, 4e-3, steps))
    return model


def write(file: Path, model: GPT) -> None:
    """Write a model's weights in half precision."""
    halves = {name: weight.detach().numpy().astype(np.float16) for name, weight in model.state_dict().items()}
    np.savez_compressed(file, **halves)


if __name__ == "__main__":
    write(Path("assets") / FILE, train())
