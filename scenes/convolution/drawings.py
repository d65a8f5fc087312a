"""What the pictures draw; what follows from the layer and the image alone is kept from cell to cell."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.scenes.convolution.kernels import read_numbers
from explainer.scenes.convolution.operations import matrix_of, max_pool
from explainer.scenes.convolution.plan import MAX_POOL

if TYPE_CHECKING:
    from explainer.scenes.convolution.experiment import Convolution

LARGEST_MATRIX = 1 << 20
"""Numbers that a matrix may have."""
of_layer = kept("layer.plan")
"""Kept as long as the layer has the same plan, which every change of it makes anew."""


class Drawings:
    """The arrays of one layer."""

    def __init__(self, layer: Convolution) -> None:
        self.layer = layer

    def input(self) -> Tensor:
        """Return the image."""
        return self.layer.image

    def weight(self) -> Tensor:
        """Return the weights."""
        return self.layer.weight

    def bias(self) -> Tensor:
        """Return the biases."""
        return self.layer.bias

    def result(self) -> Tensor:
        """Return the complete output."""
        return self.layer.result

    def output(self) -> Tensor:
        """Return the cells computed so far, NaN elsewhere."""
        result, done = self.layer.result, self.layer.done
        found = torch.full_like(result, torch.nan)
        found.view(-1)[:done] = result.reshape(-1)[:done]
        return found

    def window(self) -> Tensor:
        """Return row and column of the inputs under the window (tap, 2)."""
        plan, (_, row, column) = self.layer.plan, self.layer.here
        places = [(y, x) for _, y in plan.y.taps(row) for _, x in plan.x.taps(column)]
        return torch.tensor(places, dtype=torch.int64).reshape(-1, 2)

    # gradients

    @kept
    def cell(self) -> tuple[int, int, int]:
        """Return channel, row and column of the last computed cell."""
        return self.layer.here

    @of_layer
    def upstream(self) -> Tensor:
        """Return ∂L/∂output (channel, y, x)."""
        layer, params = self.layer, self.layer.params
        found = torch.zeros_like(layer.result)
        match params.upstream:
            case "ones":
                found += 1
            case "cell":
                found[self.cell()] = 1
            case _:
                given = torch.from_numpy(read_numbers(params.upstream_values)).to(found)
                given = given[: found.shape[0], : found.shape[1], : found.shape[2]]
                found[tuple(slice(0, size) for size in given.shape)] = given
        return found

    @of_layer
    def gradients(self) -> tuple[Tensor, ...]:
        """Return what the upstream gradient becomes at input, weight and bias, by autograd."""
        layer = self.layer
        copies = [leaf.clone().requires_grad_() for leaf in (layer.image, layer.weight, layer.bias)]
        image, weight, bias = copies
        result = layer.operate(image, layer.plan, weight.flip((-2, -1) if layer.params.flip else ()), bias)
        return torch.autograd.grad(result, copies, self.upstream(), allow_unused=True, materialize_grads=True)

    def grad_input(self) -> Tensor:
        """Return ∂L/∂input."""
        return self.gradients()[0]

    def grad_weight(self) -> Tensor:
        """Return ∂L/∂weight."""
        return self.gradients()[1]

    def grad_bias(self) -> Tensor:
        """Return ∂L/∂bias."""
        return self.gradients()[2]

    # the operation as a whole

    @of_layer
    def stride_one(self) -> Tensor:
        """Return what stride 1 would give."""
        return self.layer.operate(self.layer.image, self.layer.plan.stride_one)

    @of_layer
    def matrix(self) -> Tensor:
        """Return the derivative (output cell, input cell), empty where it would be too large."""
        layer, image = self.layer, self.layer.image
        if max(layer.plan.cells, image.numel()) * image.numel() > LARGEST_MATRIX:
            return torch.zeros(0, 0, device=layer.device)
        if layer.plan.operation == MAX_POOL:
            return matrix_of(partial(layer.operate, plan=layer.plan), image)
        each = torch.eye(image.numel(), device=layer.device).unflatten(1, image.shape)
        return layer.operate_each(each, layer.plan, layer.applied, torch.zeros_like(layer.bias)).flatten(1).T

    @of_layer
    def gram(self) -> Tensor:
        """Return the matrix' transpose times the matrix."""
        return self.matrix().T @ self.matrix()

    @of_layer
    def round_trip(self) -> Tensor:
        """Return the operation's transpose applied to its output, without the bias."""
        layer = self.layer
        image = layer.image.clone().requires_grad_()
        result = layer.operate(image, layer.plan, bias=torch.zeros_like(layer.bias))
        return torch.autograd.grad(result, image, result.detach().nan_to_num(neginf=0.0))[0]

    # shifted

    @of_layer
    def shifted_input(self) -> Tensor:
        """Return the moved input; what leaves comes in again on the other side."""
        params = self.layer.params
        return self.layer.image.roll((params.shift_y, params.shift_x), (-2, -1))

    @of_layer
    def shifted_result(self) -> Tensor:
        """Return the output for the moved input."""
        return self.layer.operate(self.shifted_input(), self.layer.plan)

    @of_layer
    def pooled(self) -> Tensor:
        """Return the output after max pooling."""
        return pooled(self.layer.result)

    @of_layer
    def shifted_pooled(self) -> Tensor:
        """Return the same for the moved input."""
        return pooled(self.shifted_result())


def pooled(image: Tensor) -> Tensor:
    """Return an image (channel, y, x) after max pooling 2 × 2, or along x alone where it is one row."""
    window = (min(2, image.shape[-2]), 2)
    return max_pool(image[None], window, window, (1, 1))[0] if image.shape[-1] > 1 else image[..., :0]
