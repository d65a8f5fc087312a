"""Forward, backward and update of a dense network without autograd: the same bits in a quarter of the time.

On ten examples and a hundred weights nearly all of PyTorch's time goes into keeping books: which operation came
from which, one small tensor after the other. Here the operations that autograd would call are called directly, and
the parameters, their gradients and what the optimizer remembers lie in one stretch of memory each, so that an update
is one row of operations for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.activations import ACTIVATION
from explainer.lab.dense import DenseNetwork
from explainer.lab.losses import each_loss

_aten = torch.ops.aten
ALIGNED = 16
"""Each parameter begins at a multiple of 16 numbers: where it lies decides how some products are added up."""
_SELU = (1.6732632423543772, 1.0507009873554805)
SLOPES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "sigmoid": lambda delta, z, h: _aten.sigmoid_backward(delta, h),
    "tanh": lambda delta, z, h: _aten.tanh_backward(delta, h),
    "relu": lambda delta, z, h: _aten.threshold_backward(delta, h, 0),
    "leaky-relu": lambda delta, z, h: _aten.leaky_relu_backward(delta, z, 0.01, False),
    "elu": lambda delta, z, h: _aten.elu_backward(delta, 1.0, 1.0, 1.0, False, z),
    "selu": lambda delta, z, h: _aten.elu_backward(delta, _SELU[0], _SELU[1], 1.0, False, z),
    "gelu": lambda delta, z, h: _aten.gelu_backward(delta, z),
    "silu": lambda delta, z, h: _aten.silu_backward(delta, z),
    "softplus": lambda delta, z, h: _aten.softplus_backward(delta, z, 1.0, 20.0),
    "hard-tanh": lambda delta, z, h: _aten.hardtanh_backward(delta, z, -1.0, 1.0),
    "linear": lambda delta, z, h: delta,
}
"""Activation → what autograd makes of ∂L/∂h, given the sums z and the outputs h."""


class Passed(NamedTuple):
    """One layer's part of a forward pass."""

    seen: Tensor
    z: Tensor
    h: Tensor
    kept: Tensor | None
    """What dropout multiplied by, where there was any."""


class Piece(NamedTuple):
    """One layer's numbers, as tensors that autograd knows nothing of."""

    weight: Tensor
    turned: Tensor
    bias: Tensor
    weight_gradient: Tensor
    bias_gradient: Tensor


class ByHand:
    """The parameters of a network, their gradients and an optimizer's memory, each in one stretch of memory.

    Forward and backward are for networks without normalization.
    """

    def __init__(self, network: DenseNetwork, optimizer: torch.optim.Optimizer) -> None:
        """Bring them together, with the values that they have; they stay what they were for everyone else."""
        self.network, self.optimizer = network, optimizer
        self.parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        self.sizes = [-(-parameter.numel() // ALIGNED) * ALIGNED for parameter in self.parameters]
        self.flat, self.gradient = torch.zeros(2, sum(self.sizes), device=self.parameters[0].device)
        for parameter, own, gradient in zip(
            self.parameters, self.parted(self.flat), self.parted(self.gradient), strict=True
        ):
            own.copy_(parameter.detach())
            if parameter.grad is not None:
                gradient.copy_(parameter.grad)
            parameter.data, parameter.grad = own, gradient
        self.pieces = [
            Piece(weight, weight.t(), bias, layer.weight.grad, layer.bias.grad)
            for layer in network.layers
            for weight, bias in [(layer.weight.detach(), layer.bias.detach())]
        ]
        self.memory: dict[str, Tensor] = {}
        self._bring_memory()

    def parted(self, flat: Tensor) -> list[Tensor]:
        """Return a stretch as one tensor for each parameter."""
        pairs = zip(flat.split(self.sizes), self.parameters, strict=True)
        return [part[: parameter.numel()].view(parameter.shape) for part, parameter in pairs]

    # forward and backward

    def forward(self, x: Tensor, activations: Sequence[str], dropouts: Sequence[float] = ()) -> list[Passed]:
        """Return what passed through each layer while training; the outputs are the last one's ``h``."""
        found: list[Tensor] = [x]
        passed: list[Passed] = []
        for k in range(len(self.pieces)):
            found.append(self.forward_layer(k, found, passed, activations, dropouts))
        return passed

    def forward_layer(
        self, k: int, found: list[Tensor], passed: list[Passed], activations: Sequence[str], dropouts: Sequence[float]
    ) -> Tensor:
        """Return what layer ``k`` gives, ``found`` being what earlier ones gave; add to ``passed`` what it computed."""
        piece, seen, kept = self.pieces[k], self.network.seen(found, k), None
        h = z = torch.addmm(piece.bias, seen, piece.turned)
        if k < len(activations):
            h = ACTIVATION[activations[k]](z)
            if dropouts and dropouts[k]:
                kept = torch.empty_like(h).bernoulli_(1 - dropouts[k]).div_(1 - dropouts[k])
        passed.append(Passed(seen, z, h, kept))
        return h if kept is None else h * kept

    def backward(self, passed: Sequence[Passed], slope: Tensor, activations: Sequence[str]) -> None:
        """Put the gradients into the parameters' ``grad``, given ∂L/∂outputs."""
        arrived: list[Tensor | None] = [*[None] * len(self.pieces), slope]
        for k in range(len(self.pieces) - 1, -1, -1):
            self.backward_layer(k, passed, arrived, activations)

    def backward_layer(
        self, k: int, passed: Sequence[Passed], arrived: list[Tensor | None], activations: Sequence[str]
    ) -> None:
        """Put the gradients of layer ``k`` into its parameters' ``grad``, and add to ``arrived`` what its sources get.

        ``arrived`` holds ∂L/∂(what each layer gives), the input at place 0, None where nothing has arrived yet.
        """
        piece, own, here, delta = self.pieces[k], self.network.sources[k], passed[k], arrived[k + 1]
        assert delta is not None, "every layer is seen by the next one"
        if k < len(activations):
            delta = delta if here.kept is None else delta * here.kept
            delta = SLOPES[activations[k]](delta, here.z, here.h)
        torch.mm(delta.t(), here.seen, out=piece.weight_gradient)
        torch.sum(delta, 0, out=piece.bias_gradient)
        if own != (0,):
            _send_back(torch.mm(delta, piece.weight), own, self.network.sizes, arrived)

    # the update

    def _bring_memory(self) -> None:
        """Bring together what the optimizer remembers; what it has not begun to remember begins as it would."""
        names = _MEMORY.get(_kind(self.optimizer), ())
        first = self.optimizer.state[self.parameters[0]] if self.parameters else {}
        if not names or (first and any(name not in first for name in names)):
            return
        if not first and _kind(self.optimizer) != "adam":
            return
        for name in names:
            size = len(self.parameters) if name == "step" else self.flat.numel()
            stretch = torch.zeros(size, device="cpu" if name == "step" else self.flat.device)
            parts = list(stretch) if name == "step" else self.parted(stretch)
            for parameter, part in zip(self.parameters, parts, strict=True):
                state = self.optimizer.state[parameter]
                if name in state:
                    part.copy_(state[name])
                state[name] = part
            self.memory[name] = stretch
        self.count = int(self.memory["step"][0]) if "step" in self.memory and len(self.memory["step"]) else 0

    def update(self) -> None:
        """Do what ``optimizer.step()`` does, to the bit."""
        kind, group = _kind(self.optimizer), self.optimizer.param_groups[0]
        if kind == "adam" and self.memory:
            self._adam(group)
        elif kind == "sgd" and not group["momentum"]:
            self.flat.add_(self.gradient, alpha=-group["lr"])
        else:
            self.optimizer.step()
            if not self.memory:
                self._bring_memory()

    def _adam(self, group: dict[str, Any]) -> None:
        beta1, beta2 = group["betas"]
        self.memory["step"].add_(1)
        self.count += 1
        self.memory["exp_avg"].lerp_(self.gradient, 1 - beta1)
        self.memory["exp_avg_sq"].mul_(beta2).addcmul_(self.gradient, self.gradient, value=1 - beta2)
        size = group["lr"] / (1 - beta1**self.count)
        root = (1 - beta2**self.count) ** 0.5
        self.flat.addcdiv_(
            self.memory["exp_avg"], (self.memory["exp_avg_sq"].sqrt() / root).add_(group["eps"]), value=-size
        )


def _send_back(delta: Tensor, own: Sequence[int], sizes: Sequence[int], arrived: list[Tensor | None]) -> None:
    """Add what a layer sends back to what its sources have already got."""
    at = 0
    for source in own:
        part = delta if len(own) == 1 else delta[:, at : at + sizes[source]]
        at += sizes[source]
        present = arrived[source]
        arrived[source] = part if present is None else present + part


_MEMORY = {"adam": ("step", "exp_avg", "exp_avg_sq")}


def _kind(optimizer: torch.optim.Optimizer) -> str:
    """Return ``adam`` or ``sgd`` where all that the optimizer was told is done here, else nothing."""
    if len(optimizer.param_groups) != 1:
        return ""
    group = optimizer.param_groups[0]
    if type(optimizer) is torch.optim.Adam and not group["amsgrad"] and not group["weight_decay"]:
        return "adam"
    return "sgd" if type(optimizer) is torch.optim.SGD and not group["weight_decay"] else ""


def loss_and_slope(name: str, scores: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean of :func:`each_loss` and its derivative by the scores, to the bit of autograd's."""
    if scores.shape[1] == 1 and name in ("cross-entropy", "bce") and not y.is_floating_point():
        z, target = scores[:, 0], y.to(scores.dtype)
        loss = F.binary_cross_entropy_with_logits(z, target, reduction="none").mean()
        return loss, ((z.sigmoid() - target) * (1 / y.shape[0]))[:, None]
    return slope_of(lambda given: each_loss(name, given, y).mean(), scores)


def slope_of(loss_of: Callable[[Tensor], Tensor], scores: Tensor) -> tuple[Tensor, Tensor]:
    """Return a loss of the scores and its derivative by them, by autograd."""
    with torch.enable_grad():
        given = scores.detach().requires_grad_()
        loss = loss_of(given)
    (slope,) = torch.autograd.grad(loss, given)
    return loss.detach(), slope
