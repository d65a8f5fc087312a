"""The experiment: one small GPT for each way of telling places, on the same pieces of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.lab.language.model import GPT, Config
from explainer.lab.language.text import Characters, corpus_of, draw_windows, in_windows, our_text
from explainer.lab.language.training import LONGEST_GRADIENT, loss_of, make_optimizer, rate, set_rate
from explainer.scenes.positional_encoding import HEADS, READ, TOKENS, Params, metrics_of
from explainer.scenes.positional_encoding.drawings import Drawings

EVERY, AT_ONCE, TURNS, TRAINED = 4, 4, 12, 32
"""After every fourth update four pieces of the held-out text are read, all in twelve turns; places that the default
trains."""
STRETCHED = ("sinusoidal", "rotary", "alibi")
"""Ways that know places between whole ones."""


class PositionalEncoding(Experiment[Params]):
    """Models that differ only in how they are told where a symbol stands."""

    learns_from = ("known", "asked", "answers")
    models: Any

    def build(self) -> None:
        """Read the text, and make the models: those weights that all have are the same."""
        text = our_text()
        self.corpus = corpus_of(text, Characters(text))
        self.drawings = (Drawings(self),)
        self.known = self.corpus.train.to(self.device)
        self.asked, self.answers = in_windows(self.corpus.held_out.to(self.device), READ)
        self.draw_from("weights")
        shared = self.made("none").state_dict()
        self.models = nn.ModuleList(self.made(name) for name in self.params.schemes)
        for model in self.models:
            model.load_state_dict(shared, strict=False)
        self.models = self.models.to(self.device)
        self.optimizer = make_optimizer(self.models, self.params.lr)
        self.batches = self.generator("batches")
        self.done = 0
        self.readings = self.read()

    def made(self, name: str) -> GPT:
        """Return a model; a learned table has rows for all places that are read, whether they are trained or not."""
        config = Config(
            len(self.corpus.vocabulary.symbols),
            READ,
            self.params.width,
            self.params.layers,
            HEADS,
            position=name,
            rotary_base=self.params.base,
            token_std=self.params.token_std,
        )
        model = GPT(config)
        if model.positions is not None:
            table = torch.randn(READ, self.params.width, generator=self.generator("places"))
            model.positions.weight.data = self.params.position_std * table
        return model

    def places(self, name: str, count: int) -> Tensor:
        """Return the places of the symbols that are read (count,), divided where that can be."""
        places = torch.arange(count, device=self.device)
        return places / self.params.stretch if name in STRETCHED else places

    def step(self) -> Iterator[str]:
        """Do one update of every model on the same pieces; after every fourth, read on in the held-out text."""
        length = self.params.length
        inputs, targets = draw_windows(self.known, length, TOKENS // length, self.batches)
        self.optimizer.zero_grad()
        losses = torch.stack(
            [
                loss_of(model(inputs, self.places(name, length)), targets)
                for name, model in zip(self.params.schemes, self.models, strict=True)
            ]
        )
        yield "forward"
        losses.sum().backward()
        for model in self.models:
            nn.utils.clip_grad_norm_(model.parameters(), LONGEST_GRADIENT)
        yield "backward"
        self.done += 1
        along = rate(self.done, self.params.lr, self.params.steps)
        set_rate(self.optimizer, along if self.done < 100 else max(along, self.params.lr / 10))
        self.optimizer.step()
        yield "update"
        if self.done % EVERY == 0:
            self.readings = torch.cat([self.readings[:, 1 - TURNS :], self.read()], 1)
        by_place = self.by_place_now()
        self.record_each(metrics_of("loss", self.params.schemes), losses.detach())
        self.record_each(metrics_of("test", self.params.schemes), by_place[:, :TRAINED].mean(1))
        self.record_each(metrics_of("far", self.params.schemes), by_place[:, -TRAINED:].mean(1))
        yield "read"

    @torch.no_grad()
    def read(self) -> Tensor:
        """Return the mean loss at each place of the next held-out pieces (scheme, 1, place) in nats."""
        first = self.done // EVERY % TURNS * AT_ONCE
        asked, answers = self.asked[first : first + AT_ONCE], self.answers[first : first + AT_ONCE]
        found = [
            F.cross_entropy(model(asked, self.places(name, READ)).transpose(1, 2), answers, reduction="none").mean(0)
            for name, model in zip(self.params.schemes, self.models, strict=True)
        ]
        return torch.stack(found)[:, None]

    def by_place_now(self) -> Tensor:
        """Return the mean of the latest readings, an eighth of all so far (scheme, place)."""
        return self.readings[:, -1 - self.done // (8 * EVERY) :].mean(1)
