"""The experiment: the complete output at once, and beside it the same cell by cell."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from explainer.engine.experiment import Experiment
from explainer.scenes.convolution import MOST_CHANNELS, Params
from explainer.scenes.convolution.drawings import Drawings
from explainer.scenes.convolution.images import image_of
from explainer.scenes.convolution.kernels import LARGEST, kernels, spread
from explainer.scenes.convolution.operations import (
    FILLS,
    adaptive_pool,
    average_pool,
    combined,
    convolution,
    cut,
    filters_of,
    kernel_at,
    max_pool,
    padded,
    patch_at,
    transposed,
)
from explainer.scenes.convolution.plan import TRANSPOSED, Plan, plan_of


class Convolution(Experiment[Params]):
    """One layer on one image. A step computes one output cell; ``computed`` counts the steps."""

    learns_from = ("image",)

    def build(self) -> None:
        """Make the image and the random weights."""
        self.draw_from("image")
        self.image = self.make_image().to(self.device)
        self.draw_from("weights")
        self.draws = torch.randn(MOST_CHANNELS, MOST_CHANNELS, LARGEST, LARGEST).to(self.device)
        self.computed = 0
        self.prepare()
        self.drawings = (Drawings(self),)

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
        return self.plan.opening(self.image.cpu().numpy())

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
