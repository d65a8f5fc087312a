"""Side jobs: a model without each part, and the loss at each place."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts
from explainer.lab.language.training import loss_of

if TYPE_CHECKING:
    from explainer.scenes.transformer.experiment import Transformer

SMOOTH = 4
"""Places that are averaged."""


@torch.no_grad()
def without_job(owner: Transformer, k: int) -> Parts:
    """Give ``without_name`` (n,) and ``without_loss`` (n,), held out: as it is, then without each part."""
    from explainer.scenes.transformer.experiment import Cut

    model, cuts = copy.deepcopy(owner.models[k]), owner.cuts[k].clone()
    names, losses = [], []
    none = owner.params.variants[k] == "gru"
    for layer, part in [(-1, -1), *((layer, part) for layer in range(len(cuts) * (not none)) for part in range(2))]:
        tried = cuts.clone()
        if layer >= 0:
            tried[layer, part] = True
        names.append(f"without {('attention', 'feed-forward')[part]} {layer + 1}" if layer >= 0 else "as it is")
        losses.append(float(loss_of(model(owner.asked, tap=Cut(tried)), owner.answers).nan_to_num(1e4).clamp(max=1e4)))
        yield {}
    yield {"without_name": np.array(names, "<U32"), "without_loss": np.array(losses, np.float32)}


@torch.no_grad()
def places_job(owner: Transformer) -> Parts:
    """Give ``place_loss`` (model, where), held out, means of four places, and ``place_at`` (where,), their middles."""
    from explainer.scenes.transformer.experiment import Cut

    models, cuts = copy.deepcopy(owner.models), owner.cuts.clone()
    yield {}
    rows = []
    for model, cut in zip(models, cuts, strict=True):
        scores = model(owner.asked, tap=Cut(cut))
        rows.append(F.cross_entropy(scores.transpose(1, 2), owner.answers, reduction="none").mean(0))
        yield {}
    each = torch.stack([row.unfold(0, SMOOTH, SMOOTH).mean(-1) for row in rows]).nan_to_num(1e4).clamp(max=1e4)
    yield {"place_at": np.arange(each.shape[1]) * SMOOTH + (SMOOTH + 1) / 2, "place_loss": each.cpu()}
