"""The experiment: one to four deep networks learn from the same batches, and keep what passes through them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor

from explainer.contract.refused import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.optimizer_settings import Entry
from explainer.lab.optimizers import make_optimizer, set_common
from explainer.scenes.gradient_flow import Params
from explainer.scenes.gradient_flow.data import Data, make_data
from explainer.scenes.gradient_flow.drawings import Drawings, Shown, histories, way_ahead
from explainer.scenes.gradient_flow.lanes import Settings, labels, metric_names, resolve
from explainer.scenes.gradient_flow.networks import Network, make_network, make_recurrent, other_buffers
from explainer.scenes.gradient_flow.side_jobs import grid_job, remedies_job
from explainer.scenes.gradient_flow.training import (
    Pass,
    backward,
    clip_gradient,
    first_square,
    forward,
    measure,
    settle,
)


class GradientFlow(Experiment[Params]):
    """The first network and those beside it; the weights of all come from the same random numbers."""

    learns_from = ("data", "chosen")

    def build(self) -> None:
        """Make data, networks and optimizers, and draw the first batch."""
        params = self.params
        self.told = resolve(params)
        self.check(params)
        self.labels, self.metric_names = labels(params), metric_names(params)
        self.draw_from("data")
        self.data = Data(*(part.to(self.device) for part in make_data(params.data)))
        self.networks = [self.make(told, self.generator("weights")) for told in self.told]
        self.optimizer = Entry(params.optimizer)
        self.optimizers = [
            make_optimizer(self.optimizer, network.parameters(), told.lr, params.momentum)
            for network, told in zip(self.networks, self.told, strict=True)
        ]
        self.changed_counts = [torch.zeros_like(first_square(network), dtype=torch.int64) for network in self.networks]
        self.measures = {index: torch.zeros(5, dtype=torch.float64) for index in range(len(self.networks))}
        self.retired = [-1] * len(self.networks)
        self.draw_from("batches")
        self.chosen = self.draw_batch()
        self.look_ahead()
        self.drawings = (Drawings(self),)
        self.trace(**self.shown.histories)

    def look_ahead(self) -> None:
        """Show what the next step will see, and leave everything as it was."""
        with torch.enable_grad(), ExitStack() as copies:
            for network in self.networks:
                copies.enter_context(other_buffers(network))
            passes = self.forward()
        for index, done in passes.items():
            backward(self.networks[index], done)
            for parameter in self.networks[index].parameter_list:
                parameter.grad = None
        self.shown = Shown(passes, {}, histories(self, passes, way_ahead(self, passes)))

    def check(self, params: Params) -> None:
        """Refuse what cannot be computed."""
        if params.batch < 2 and params.architecture == "mlp" and any(t.normalization == "batch" for t in self.told):
            raise Refused(
                "batch = 1 is refused with batch normalization: give at least 2, or take layer normalization",
                about="batch",
            )

    def make(self, told: Settings, generator: torch.Generator) -> Network:
        """Return a network, its weights drawn on the processor."""
        params = self.params
        sizes = self.data.x.shape[1], self.data.outputs, params.depth, params.width
        if params.architecture == "recurrent":
            made = make_recurrent(
                *sizes,
                generator,
                cell=told.cell,
                activation=told.activation,
                init=told.init,
                gain=told.gain,
                truncation=params.truncation,
                keep_bias=told.keep_bias,
            )
        else:
            made = make_network(
                *sizes,
                generator,
                activation=told.activation,
                init=told.init,
                gain=told.gain,
                normalization=told.normalization,
                skip=told.skip,
            )
        return made.to(self.device)

    def draw_batch(self) -> Tensor:
        """Return the places of the next step's examples."""
        return torch.randint(len(self.data.x), (self.params.batch,)).to(self.device)

    def step(self) -> Iterator[str]:
        """One update of every network that still trains."""
        passes = self.forward()
        loss = torch.stack([done.loss.detach() for done in passes.values()])  # noqa: F841 - the phase tells it
        ahead = way_ahead(self, passes)
        self.shown = Shown(passes, self.shown.before, ahead, arrived=False)
        yield "forward"
        for index, done in passes.items():
            backward(self.networks[index], done)
        rows = histories(self, passes, ahead)
        self.trace(**rows)
        self.shown = Shown(passes, self.shown.before, rows)
        yield "backward"
        before = {}
        for index in self.sound(passes):
            before[index] = [weight.detach().clone() for weight in self.networks[index].layer_weights]
            self.update(index, passes[index])
        self.shown = Shown(passes, before, rows)
        self.chosen = self.draw_batch()
        yield "update"

    def forward(self) -> dict[int, Pass]:
        """Send the batch through every network that still trains."""
        x, y = self.data.x[self.chosen], self.data.y[self.chosen]
        return {
            index: forward(self.networks[index], x, y, told.dtype, told.loss_scale)
            for index, told in enumerate(self.told)
            if self.retired[index] < 0
        }

    def sound(self, passes: Mapping[int, Pass]) -> list[int]:
        """Record this step and return which networks can be updated; one whose numbers ran away is retired."""
        found = {index: measure(self.networks[index], done).cpu() for index, done in passes.items()}
        exact = [index for index, told in enumerate(self.told) if told.dtype == "float32"]
        sound, gone = settle(found, self.measures, exact)
        for index in gone:
            self.retired[index] = self.recorder.step
        for names, values in zip(self.metric_names, self.measures.values(), strict=True):
            self.record_each(names, values)
        return sound

    def update(self, index: int, done: Pass) -> None:
        """Clip the gradient and let the optimizer use it; count which weights it changed."""
        network, told = self.networks[index], self.told[index]
        if told.clip != "none":
            done.gradients = [None if gradient is None else gradient.clone() for gradient in done.gradients]
            clip_gradient(network, told.clip, told.clip_at)
        before = first_square(network).clone()
        self.optimizers[index].step()
        self.changed_counts[index] = self.changed_counts[index] + (first_square(network) != before)

    def changed(self, names: Collection[str]) -> None:
        """Hand new common settings to the running optimizers."""
        self.told = resolve(self.params)
        for optimizer, told in zip(self.optimizers, self.told, strict=True):
            set_common(optimizer, self.optimizer, told.lr, self.params.momentum)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a checkpoint; what was shown is computed anew."""
        super().restore(state)
        self.told = resolve(self.params)
        self.shown = Shown()

    def seen(self) -> Shown:
        """Return what the pictures show: the last step, or at step 0 what the first step will see."""
        if not self.shown.passes:
            self.look_ahead()
        return self.shown

    def grid(self, rows: str, columns: str, network: int, steps: int) -> Parts:
        """Measure a network for each pair of settings."""
        return grid_job(self, rows, columns, network, steps)

    def remedies(self, network: int, steps: int) -> Parts:
        """Train copies of a network with one setting changed."""
        return remedies_job(self, network, steps)

    def stop_cause(self, metric: str) -> str:
        """Say what makes the numbers of a deep network run away."""
        return "Activations or gradients grew from layer to layer: normalize, clip, or lower the gain or η."
