"""The network for use elsewhere: a module that needs PyTorch only, weights as safetensors, predictions as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from torch import Tensor

from explainer.lab.dense import DenseNetwork
from explainer.lab.expression import parse
from explainer.lab.expression_code import torch_code
from explainer.scenes.playground.features import expressions
from explainer.scenes.playground.layers import WEIGHTS, told
from explainer.scenes.playground.training import PARTS

NO_SAFETENSORS = "the weights need safetensors: python -m pip install safetensors"
CODE = {
    "sigmoid": "torch.sigmoid",
    "tanh": "torch.tanh",
    "relu": "torch.relu",
    "leaky-relu": "F.leaky_relu",
    "elu": "F.elu",
    "selu": "F.selu",
    "gelu": "F.gelu",
    "silu": "F.silu",
    "softplus": "F.softplus",
    "hard-tanh": "F.hardtanh",
    "linear": "",
}
"""Activations as they are called."""
_NORMS = {"none": "nn.Identity()", "batch": "nn.BatchNorm1d({units})", "layer": "nn.LayerNorm({units})"}
_MODULE = '''\
"""A network made by `explainer playground`: points (n, 2) in, {outputs} out.

    from safetensors.torch import load_file
    model = Network()
    model.load_state_dict(load_file("{weights}"))
    model.eval()
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CLASSES = {classes}


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([{layers}])
        self.norms = nn.ModuleList([{norms}])

    def forward(self, points: Tensor) -> Tensor:
        x, y = points[:, 0], points[:, 1]
        h0 = torch.stack([{features}], 1)
{passes}
'''


def model_module(network: DenseNetwork, params: Any, classes: Sequence[str]) -> str:
    """Return the text of the module."""
    spec = told(params)
    lines = []
    for k, activation in enumerate(spec.activations):
        lines.append(f"h{k + 1} = {CODE[activation]}(self.norms[{k}](self.layers[{k}]({_seen(network.sources[k])})))")
    last = len(spec.activations)
    lines.append(f"return self.layers[{last}]({_seen(network.sources[last])})")
    outputs = "the score of class 1 against class 0" if len(classes) == 2 else "scores of CLASSES"
    return _MODULE.format(
        outputs="the number" if len(classes) == 1 else outputs,
        weights=WEIGHTS,
        classes=repr(tuple(classes)),
        layers=", ".join(f"nn.Linear({layer.in_features}, {layer.out_features})" for layer in network.layers),
        norms=", ".join(_NORMS[norm].format(units=n) for norm, n in zip(spec.norms, spec.units, strict=True)),
        features=", ".join(torch_code(parse(each)) for each in expressions(params.features, params.own_feature)),
        passes="\n".join(f"        {line}" for line in lines),
    )


def _seen(own: Sequence[int]) -> str:
    return f"h{own[0]}" if len(own) == 1 else f"torch.cat([{', '.join(f'h{source}' for source in own)}], 1)"


def can_save_weights() -> bool:
    """Return whether safetensors is installed: it is an extra."""
    return find_spec("safetensors") is not None


def weights_file(network: DenseNetwork) -> bytes:
    """Return all parameters as a safetensors file, under their names in ``state_dict``."""
    from safetensors.torch import save

    found: bytes = save({name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()})
    return found


def predictions(points: Tensor, targets: Tensor, split: Tensor, scores: Tensor, classes: Sequence[str]) -> str:
    """Return a line for each point: where it is, what it is for, its target, and what the network says."""
    if len(classes) == 1:
        said, heads = scores, ["prediction"]
    elif scores.shape[1] == 1:
        said, heads = scores.sigmoid(), [f"probability of {classes[1]}"]
    else:
        said, heads = scores.softmax(1), [f"probability of {name}" for name in classes]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["x1", "x2", "split", "target", *heads])
    rows = zip(points.tolist(), split.tolist(), targets.tolist(), said.tolist(), strict=True)
    for point, part, target, numbers in rows:
        name = classes[target] if len(classes) > 1 else repr(target)
        writer.writerow([*map(repr, point), PARTS[part], name, *map(repr, numbers)])
    return text.getvalue()
