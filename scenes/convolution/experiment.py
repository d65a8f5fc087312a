"""The experiment: the complete output at once, and beside it the same cell by cell."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from explainer.engine.experiment import Experiment
from explainer.scenes.convolution import MOST_CHANNELS, Params
from explainer.scenes.convolution.images import image_of
from explainer.scenes.convolution.kernels import LARGEST, kernels, read_numbers, spread
from explainer.scenes.convolution.operations import (
    FILLS,
    adaptive_pool,
    average_pool,
    combined,
    convolution,
    cut,
    filters_of,
    kernel_at,
    matrix_of,
    max_pool,
    padded,
    patch_at,
    transposed,
)
from explainer.scenes.convolution.plan import MAX_POOL, TRANSPOSED, Plan, plan_of

LARGEST_MATRIX = 1 << 20
"""Numbers that a matrix may have."""


class Convolution(Experiment[Params]):
    """One layer on one image. A step computes one output cell; ``computed`` counts the steps."""

    def build(self) -> None:
        """Make the image and the random weights."""
        self.image = self.make_image().to(self.device)
        self.draws = torch.randn(MOST_CHANNELS, MOST_CHANNELS, LARGEST, LARGEST).to(self.device)
        self.computed = 0
        self.prepare()

    def make_image(self) -> Tensor:
        """Return the input (channel, y, x)."""
        params = self.params
        if params.image == "noise":
            found = torch.randint(0, 10, (params.in_channels, params.height, params.width)).float()
            return found[:, params.height // 2, None] if params.dimensions == 1 else found
        return torch.from_numpy(image_of(params))

    def prepare(self) -> None:
        """Make weights and the complete output as the parameters have them."""
        plan = self.plan = plan_of(self.params, self.image.shape)
        filters = self.make_filters()
        self.weight = filters_of(filters, plan.groups) if plan.operation == TRANSPOSED else filters
        self.bias = torch.full((len(filters),), self.params.bias, device=self.device)
        turn = (-2, -1) if self.params.flip else ()
        self.filters, self.applied = filters.flip(turn), self.weight.flip(turn)
        self.padded = self.pad(self.image[None], plan)[0]
        self.result = self.operate(self.image, plan)
        self.kept: dict[str, tuple[object, Any]] = {}
        self.finished = self.done == plan.cells

    @property
    def done(self) -> int:
        """How many cells have been computed."""
        cells = self.plan.cells
        return cells if self.params.at_once and self.computed else min(self.computed, cells)

    @property
    def here(self) -> tuple[int, int, int]:
        """Channel, row and column of the last computed cell; at step 0 of the one that shows most."""
        return self.plan.place(self.done - 1) if self.done else self.opening

    @property
    def opening(self) -> tuple[int, int, int]:
        """The cell to begin with."""
        return self.keep("opening", lambda: self.plan.opening(self.image.cpu().numpy()))  # type: ignore[no-any-return]

    def make_filters(self) -> Tensor:
        """Return the filters (out, in / groups, y, x), none for pooling."""
        params, plan = self.params, self.plan
        rows, columns, channels = plan.y.kernel, plan.x.kernel, plan.in_channels // plan.groups
        if plan.pools:
            return torch.zeros(0, 0, rows, columns, device=self.device)
        if params.kernel == "random":
            return self.draws[: plan.out_channels, :channels, :rows, :columns]
        found = kernels(params.kernel, rows, columns, params.kernel_values)
        above = (found.shape[1] - rows) // 2
        found = found[:, above : above + rows]
        if params.kernel == "learned":
            found = found.repeat(channels, axis=0)
        return torch.from_numpy(spread(found, plan.out_channels, channels)).to(self.device)

    def pad(self, images: Tensor, plan: Plan) -> Tensor:
        """Return images with their padding and what windows reach beyond it; a transposed convolution has none."""
        if plan.operation == TRANSPOSED:
            return images
        rows, columns = ((axis.before, axis.after + axis.overhang) for axis in (plan.y, plan.x))
        return padded(images, rows, columns, plan.x.mode, FILLS.get(plan.operation, 0.0))

    def operate(self, image: Tensor, plan: Plan, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        """Return the complete output (channel, y, x) for an image (channel, y, x)."""
        weight, bias = self.applied if weight is None else weight, self.bias if bias is None else bias
        return self.operate_each(image[None], plan, weight, bias)[0]

    def operate_each(self, images: Tensor, plan: Plan, weight: Tensor, bias: Tensor) -> Tensor:
        """Return the complete outputs (image, channel, y, x) for several images."""
        y, x = plan.y, plan.x
        stride, dilation = (y.stride, x.stride), (y.dilation, x.dilation)
        if plan.adaptive:
            return adaptive_pool(plan.operation, images, (y.out, x.out))
        images = self.pad(images, plan)
        match plan.operation:
            case "max-pool":
                return max_pool(images, (y.kernel, x.kernel), stride, dilation)
            case "average-pool":
                return average_pool(images, (y.kernel, x.kernel), stride, torch.from_numpy(plan.counts).to(images))
            case "transposed":
                whole = transposed(images, weight, bias, stride, dilation, plan.groups, (y.extra, x.extra))
                return cut(whole, (y.before, y.after), (x.before, x.after))
        return convolution(images, weight, bias, stride, dilation, plan.groups)

    def step(self) -> Iterator[str]:
        """Compute one output cell, or the last of all at once."""
        plan = self.plan
        channel, row, column = plan.place(plan.cells - 1 if self.params.at_once else self.computed)
        read = plan.channels_of(channel)
        rows, columns = plan.y.padded_taps(row), plan.x.padded_taps(column)
        taken = patch_at(self.padded, slice(read.start, read.stop), rows, columns)
        yield "window"
        if not plan.pools:
            taken = taken * kernel_at(self.filters, channel, rows, columns)
            yield "products"
        value = combined(plan.operation, taken, plan.counted(row, column) if plan.pools else 1)
        if not plan.pools:
            value = value + self.bias[channel]
        self.record(row=row, column=column, value=value, channel=channel)
        self.computed += 1
        self.finished = self.done == plan.cells
        yield "sum"

    def changed(self, names: Collection[str]) -> None:
        """Compute the output anew."""
        plan_of(self.params, self.image.shape)
        self.prepare()

    def stop_cause(self, metric: str) -> str:
        """Return why a value is not finite."""
        return "The window sees nothing but padding, whose cells are −∞ in max pooling: pad or dilate less."

    def state(self) -> dict[str, Any]:
        """Return how many steps have been done: all else follows from the parameters."""
        return {"computed": self.computed}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a number of steps."""
        self.computed = state["computed"]
        self.prepare()

    # what is drawn

    def frame(self, wanted: Collection[str]) -> Mapping[str, Tensor]:
        """Return what the pictures draw."""
        return {name: make() for name, make in self.arrays().items() if name in wanted}

    def arrays(self) -> dict[str, Callable[[], Tensor]]:
        """Return how each array is made."""
        return {
            "input": lambda: self.image,
            "weight": lambda: self.weight,
            "bias": lambda: self.bias,
            "result": lambda: self.result,
            "output": self.output,
            "window": self.window,
            "upstream": lambda: self.gradients()["upstream"],
            **{name: partial(self.gradient, name) for name in ("grad_input", "grad_weight", "grad_bias")},
            "stride_one": lambda: self.keep("stride_one", lambda: self.operate(self.image, self.plan.stride_one)),
            "matrix": self.matrix,
            "gram": lambda: self.keep("gram", lambda: self.matrix().T @ self.matrix()),
            "round_trip": lambda: self.keep("round_trip", self.round_trip),
            "shifted_input": self.shifted,
            "shifted_result": self.shifted_result,
            "pooled": lambda: self.keep("pooled", lambda: pooled(self.result)),
            "shifted_pooled": lambda: self.keep("shifted_pooled", lambda: pooled(self.shifted_result()), self.shift),
        }

    def keep(self, name: str, make: Callable[[], Any], key: object = None) -> Any:
        """Return what ``make`` made when it was last asked for under these parameters with this ``key``."""
        if name not in self.kept or self.kept[name][0] != key:
            self.kept[name] = key, make()
        return self.kept[name][1]

    def output(self) -> Tensor:
        """Return the cells computed so far, NaN elsewhere."""
        found = torch.full_like(self.result, torch.nan)
        found.view(-1)[: self.done] = self.result.reshape(-1)[: self.done]
        return found

    def window(self) -> Tensor:
        """Return row and column of the inputs under the window (tap, 2)."""
        _, row, column = self.here
        places = [(y, x) for _, y in self.plan.y.taps(row) for _, x in self.plan.x.taps(column)]
        return torch.tensor(places, dtype=torch.int64).reshape(-1, 2)

    def upstream(self) -> Tensor:
        """Return ∂L/∂output (channel, y, x)."""
        found = torch.zeros_like(self.result)
        match self.params.upstream:
            case "ones":
                found += 1
            case "cell":
                found[self.here] = 1
            case _:
                given = torch.from_numpy(read_numbers(self.params.upstream_values)).to(found)
                given = given[: found.shape[0], : found.shape[1], : found.shape[2]]
                found[tuple(slice(0, size) for size in given.shape)] = given
        return found

    def gradients(self) -> dict[str, Tensor]:
        """Return upstream gradient and what autograd finds for it."""
        params = self.params
        key = (params.upstream, params.upstream_values, self.here if params.upstream == "cell" else None)
        return dict(self.keep("gradients", self.find_gradients, key))

    def find_gradients(self) -> dict[str, Tensor]:
        """Send the upstream gradient back through the operation."""
        upstream = self.upstream()
        copies = [leaf.clone().requires_grad_() for leaf in (self.image, self.weight, self.bias)]
        image, weight, bias = copies
        result = self.operate(image, self.plan, weight.flip((-2, -1) if self.params.flip else ()), bias)
        found = torch.autograd.grad(result, copies, upstream, allow_unused=True, materialize_grads=True)
        return {"upstream": upstream, **dict(zip(("grad_input", "grad_weight", "grad_bias"), found, strict=True))}

    def gradient(self, name: str) -> Tensor:
        """Return one of the gradients."""
        return self.gradients()[name]

    def matrix(self) -> Tensor:
        """Return the derivative (output cell, input cell), empty where it would be too large."""
        if max(self.plan.cells, self.image.numel()) * self.image.numel() > LARGEST_MATRIX:
            return torch.zeros(0, 0, device=self.device)
        return self.keep("matrix", self.find_matrix)  # type: ignore[no-any-return]

    def find_matrix(self) -> Tensor:
        """Return what each input cell alone makes of the output, side by side; of a maximum the derivative here."""
        if self.plan.operation == MAX_POOL:
            return matrix_of(partial(self.operate, plan=self.plan), self.image)
        each = torch.eye(self.image.numel(), device=self.device).unflatten(1, self.image.shape)
        return self.operate_each(each, self.plan, self.applied, torch.zeros_like(self.bias)).flatten(1).T

    def round_trip(self) -> Tensor:
        """Return the operation's transpose applied to its output, without the bias."""
        image = self.image.clone().requires_grad_()
        result = self.operate(image, self.plan, bias=torch.zeros_like(self.bias))
        return torch.autograd.grad(result, image, result.detach().nan_to_num(neginf=0.0))[0]

    @property
    def shift(self) -> tuple[int, int]:
        """How far the image is moved, down and to the right."""
        return self.params.shift_y, self.params.shift_x

    def shifted(self) -> Tensor:
        """Return the moved input; what leaves comes in again on the other side."""
        return self.keep("shifted_input", lambda: self.image.roll(self.shift, (-2, -1)), self.shift)  # type: ignore[no-any-return]

    def shifted_result(self) -> Tensor:
        """Return the output for the moved input."""
        return self.keep("shifted_result", lambda: self.operate(self.shifted(), self.plan), self.shift)  # type: ignore[no-any-return]


def pooled(image: Tensor) -> Tensor:
    """Return an image (channel, y, x) after max pooling 2 × 2, or along x alone where it is one row."""
    window = (min(2, image.shape[-2]), 2)
    return max_pool(image[None], window, window, (1, 1))[0] if image.shape[-1] > 1 else image[..., :0]
