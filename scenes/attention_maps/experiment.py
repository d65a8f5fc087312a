"""The experiment: a small transformer learns a task, or a real one reads what you type."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from explainer.contract.refused import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.scenes.attention_maps import EXAMPLES, Params
from explainer.scenes.attention_maps.drawings import Drawings
from explainer.scenes.attention_maps.names import CAUSAL, sequence_length, vocabulary
from explainer.scenes.attention_maps.race import race_job
from explainer.scenes.attention_maps.reader import Reading, RealModel, real_model
from explainer.scenes.attention_maps.tasks import DRAWS
from explainer.scenes.attention_maps.transformer import Transformer, loss_and_hits


class AttentionMaps(Experiment[Params]):
    """Cross-entropy at every token that is asked, Adam, fresh sequences at every step."""

    learns_from = ("examples", "batch")
    real: RealModel | None = None
    """The real model, None while one is trained here."""
    reading: Reading | None = None
    examples: Tensor = torch.zeros(0, 0, dtype=torch.int64)
    batch: Tensor = examples
    """The held-out sequences, and those of the last step; none beside a real model."""

    def build(self) -> None:
        """Make the network and draw the held-out sequences, or load the weights and read the text."""
        params = self.params
        self.drawings = (Drawings(self),)
        if params.model != "trained":
            self.real = real_model(params.model, params.path, self.device)
            self.on = torch.ones(self.real.layers, self.real.heads, device=self.device)
            self.finished = True
            self.read()
            return
        causal = params.task in CAUSAL if params.direction == "task" else params.direction == "causal"
        self.symbols = vocabulary(params.task, params.symbols)
        length = sequence_length(params.task, params.length)
        self.draw_from("weights")
        self.network = Transformer(
            symbols=len(self.symbols),
            length=length,
            width=params.width,
            layers=params.layers,
            heads=params.heads,
            position=params.position,
            norm=params.norm,
            causal=causal,
        ).to(self.device)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=params.lr)
        self.on = torch.ones(params.layers, params.heads, device=self.device)
        self.draw_from("held out")
        self.examples, self.targets = self.draw(EXAMPLES)
        self.draw_from("batches")
        self.batch = self.examples[:0]

    def step(self) -> Iterator[str]:
        """One update on fresh sequences."""
        self.batch, targets = self.draw(self.params.batch)
        scores = self.network(self.batch, self.on)
        loss, accuracy, whole = loss_and_hits(scores, targets)
        yield "forward"
        self.optimizer.zero_grad()
        loss.backward()
        yield "backward"
        self.optimizer.step()
        self.record({"loss": loss, "accuracy": accuracy, "accuracy/sequence": whole})
        yield "update"

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """Return so many sequences of the task and what is asked of them."""
        params = self.params
        tokens, targets = DRAWS[params.task](count, params.length, params.symbols)
        return tokens.to(self.device), targets.to(self.device)

    def read(self) -> None:
        """Take the text apart, for the real model to read."""
        if self.real is not None:
            self.reading = self.real.read(self.params.text, self.params.text_b)

    def changed(self, names: Collection[str]) -> None:
        """Read another text; hand a new learning rate to Adam."""
        if self.real is not None:
            self.read()
            return
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def switch_head(self, layer: int, head: int) -> None:
        """Switch a head off, or on again: what it has read is no longer added."""
        layers, heads = self.on.shape
        if layer > layers or head > heads:
            raise Refused(f"layer {layer}, head {head} is refused: there are {layers} layers of {heads} heads")
        self.on = self.on.clone()
        self.on[layer - 1, head - 1] = 1 - self.on[layer - 1, head - 1]

    def all_heads(self) -> None:
        """Switch every head on."""
        self.on = torch.ones_like(self.on)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a checkpoint; a real model reads the text of that time."""
        super().restore(state)
        self.read()

    def race(self) -> Parts:
        """Time a GRU and a layer of attention."""
        return race_job(self.device)

    def stop_cause(self, metric: str) -> str:
        """Say what makes a loss run away here."""
        return "Adam's steps are too long for this network: step back, lower η, and go on."
