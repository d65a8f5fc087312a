"""The experiment: small models that differ in one part, the same batches of one text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.language.model import GPT, Config
from explainer.lab.language.recurrent import Recurrent
from explainer.lab.language.text import Corpus, characters_of, corpus_of, draw_windows, in_windows, our_text
from explainer.lab.language.training import LONGEST_GRADIENT, loss_of, make_optimizer, rate, set_rate
from explainer.scenes.transformer import HEADS, PARTS, Params, metrics_of
from explainer.scenes.transformer.drawings import Drawings
from explainer.scenes.transformer.jobs import places_job, without_job

BATCH = 16
PIECES, AT_ONCE = 24, 4
"""The held-out text is read in so many turns, of so many pieces each."""
TOO_LARGE = 1e4
"""A model whose loss is beyond so many nats has run away."""
CHANGES: dict[str, dict[str, Any]] = {
    "no-residual": {"residual": False},
    "no-attention": {"attention": False},
    "no-mlp": {"mlp": False},
    "no-norm": {"norm": "none"},
    "post-norm": {"pre": False},
    "no-mask": {"causal": False},
}
"""In what a model differs from the whole one."""


@lru_cache(maxsize=1)
def corpus() -> Corpus:
    """Return our lessons' text in characters."""
    return corpus_of(our_text(), characters_of(our_text()))


def make_model(kind: str, layers: int, width: int, context: int) -> GPT | Recurrent:
    """Return one of the models."""
    symbols = len(corpus().vocabulary.symbols)
    config = Config(symbols, context, width, layers, HEADS, **CHANGES.get(kind, {}))
    return Recurrent(config) if kind == "gru" else GPT(config)


class Cut:
    """Lets everything pass but what the parts that are switched off add, and keeps what it was shown."""

    def __init__(self, cuts: Tensor, seen: dict[str, Tensor] | None = None) -> None:
        self.names = {f"{layer}.{PARTS[part]}" for layer, part in cuts.nonzero().tolist()}
        self.seen = seen

    def __call__(self, name: str, x: Tensor) -> Tensor:
        """Return what goes on."""
        x = torch.zeros_like(x) if name in self.names else x
        if self.seen is not None:
            self.seen[name] = x
        return x


class Transformer(Experiment[Params]):
    """A few models of the same size that learn the same text; parts of each can be switched off."""

    models: Any
    learns_from = ("known", "asked", "inputs", "targets")

    def build(self) -> None:
        """Read the text, and make the models: each draws its weights from the same stream."""
        self.drawings = (Drawings(self),)
        self.known = corpus().train.to(self.device)
        asked, answers = in_windows(corpus().held_out.to(self.device), self.params.context)
        chosen = torch.linspace(0, len(asked) - 1, min(len(asked), PIECES * AT_ONCE)).long()
        self.asked, self.answers = asked[chosen], answers[chosen]
        made = []
        for kind in self.params.variants:
            self.draw_from("weights")
            made.append(make_model(kind, self.params.layers, self.params.width, self.params.context))
        self.models = nn.ModuleList(made).to(self.device)
        self.optimizer = make_optimizer(self.models, self.params.lr)
        self.batches = self.generator("batches")
        self.inputs, self.targets = draw_windows(self.known, self.params.context, BATCH, self.batches)
        self.cuts = torch.zeros(len(made), self.params.layers, len(PARTS), dtype=torch.bool)
        self.resting = torch.zeros(len(made), dtype=torch.bool)
        self.losses = torch.zeros(len(made), device=self.device)
        self.readings = torch.zeros(0, len(made), device=self.device)
        self.trained = 0

    def step(self) -> Iterator[str]:
        """One update of every model; one that has run away rests from then on."""
        self.optimizer.zero_grad()
        losses = {}
        for k in range(len(self.models)):
            if not self.resting[k]:
                losses[k] = loss_of(self.models[k](self.inputs, tap=Cut(self.cuts[k])), self.targets)
                self.losses[k] = losses[k].detach().nan_to_num(TOO_LARGE).clamp(max=TOO_LARGE)
        yield "forward"
        for k, loss in losses.items():
            loss.backward()
            longest = nn.utils.clip_grad_norm_(self.models[k].parameters(), LONGEST_GRADIENT)
            if self.losses[k] >= TOO_LARGE or not longest.isfinite():
                self.resting[k] = True
                self.models[k].zero_grad()
        yield "backward"
        self.trained += 1
        set_rate(self.optimizer, rate(self.trained, self.params.lr, self.params.length, self.params.warm_up))
        self.optimizer.step()
        self.inputs, self.targets = draw_windows(self.known, self.params.context, BATCH, self.batches)
        self.measure()
        self.finished = self.trained >= self.params.length
        yield "update"

    def measure(self) -> None:
        """Read four pieces of the held-out text, and record both losses."""
        turn = (self.trained - 1) % (-(-len(self.asked) // AT_ONCE))
        some = slice(turn * AT_ONCE, (turn + 1) * AT_ONCE)
        newest = torch.stack([self.held_out(k, self.asked[some], self.answers[some]) for k in range(len(self.models))])
        self.readings = torch.cat([self.readings[1 - PIECES :], newest[None]])
        self.record_each(metrics_of("loss", self.params.variants), self.losses)
        self.record_each(metrics_of("test", self.params.variants), self.readings[-1 - self.trained // 8 :].mean(0))

    @torch.no_grad()
    def held_out(self, k: int, inputs: Tensor, targets: Tensor) -> Tensor:
        """Return a model's loss on pieces of text, with its parts as they are switched."""
        loss = loss_of(self.models[k](inputs, tap=Cut(self.cuts[k])), targets)
        return loss.nan_to_num(TOO_LARGE).clamp(max=TOO_LARGE)

    def cut(self, model: int, layer: int, part: str) -> None:
        """Switch a part off, or on again."""
        if model >= len(self.models):
            raise Refused(f"model = {model} is refused: there are models 0 to {len(self.models) - 1}", about="model")
        if layer >= self.params.layers or self.params.variants[model] == "gru":
            raise Refused(
                f"layer = {layer} is refused: the blocks are 0 to {self.params.layers - 1}, and a GRU has none",
                about="layer",
            )
        at = PARTS.index(part)
        self.cuts[model, layer, at] = ~self.cuts[model, layer, at]

    def without(self, model: int) -> Parts:
        """Measure a model with each part switched off."""
        return without_job(self, min(model, len(self.models) - 1))

    def places(self) -> Parts:
        """Measure the models at each place."""
        return places_job(self)
