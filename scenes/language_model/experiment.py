"""The experiment: one update and one written symbol a step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.language.byte_pairs import BytePairs, Pair, learn
from explainer.lab.language.model import GPT, Cache, Config
from explainer.lab.language.sampling import adjusted, draw
from explainer.lab.language.text import (
    Corpus,
    characters_of,
    checked,
    corpus_of,
    draw_windows,
    in_windows,
    our_text,
    read_text,
)
from explainer.lab.language.training import (
    BATCH,
    LONGEST_GRADIENT,
    held_out_loss,
    loss_of,
    make_optimizer,
    rate,
    set_rate,
)
from explainer.scenes.language_model import BREAK, CONTEXT, MOST_MERGES, Params, jobs
from explainer.scenes.language_model.drawings import Drawings

PIECES, AT_ONCE = 24, 4
"""The held-out text is read in so many turns, of so many pieces each."""
PAGES = (10, 30, 100, 300, 1_000, 2_000, 4_000, 10_000)
"""Steps of training at which the writing is kept."""


def text_of(params: Params) -> str:
    """Return the text that is learned."""
    if params.source == "lessons":
        return our_text()
    return read_text(params.path) if params.source == "file" else checked(params.pasted.replace(BREAK, "\n"), "pasted")


@lru_cache(maxsize=4)
def merges_of(text: str) -> tuple[tuple[Pair, int], ...]:
    """Return the merges that are learned from a text, each with its count."""
    return tuple(islice(learn(text), MOST_MERGES))


@lru_cache(maxsize=4)
def corpus_in(text: str, merges: int) -> Corpus:
    """Return the text in characters, or in byte pairs after so many merges."""
    vocabulary = BytePairs([pair for pair, _ in merges_of(text)[:merges]]) if merges else characters_of(text)
    return corpus_of(text, vocabulary)


def config_of(params: Params, symbols: int) -> Config:
    """Return what the model is built of."""
    return Config(
        symbols,
        CONTEXT,
        params.width,
        params.layers,
        params.heads,
        params.kv_heads,
        position=params.position,
        window=CONTEXT,
    )


def pieces_of(held_out: Tensor) -> tuple[Tensor, Tensor]:
    """Return the pieces (n, context) of the held-out text that are read, evenly spread over it, and what follows."""
    asked, answers = in_windows(held_out, CONTEXT)
    if not len(asked):
        raise Refused(
            f"a text whose last tenth has {len(held_out)} symbols is refused: give a longer one, or fewer merges",
            about="merges",
        )
    chosen = torch.linspace(0, len(asked) - 1, min(len(asked), PIECES * AT_ONCE)).long()
    return asked[chosen], answers[chosen]


class LanguageModel(Experiment[Params]):
    """A GPT that learns a text and writes one of its own."""

    learns_from = ("known", "asked", "inputs", "targets")

    def build(self) -> None:
        """Read the text, make the model, and let it read the prompt."""
        self.drawings = (Drawings(self),)
        self.corpus = corpus_in(text_of(self.params), self.params.merges)
        self.known = self.corpus.train.to(self.device)
        self.asked, self.answers = pieces_of(self.corpus.held_out.to(self.device))
        self.draw_from("weights")
        self.model = GPT(config_of(self.params, len(self.corpus.vocabulary.symbols))).to(self.device)
        self.optimizer = make_optimizer(self.model, self.params.lr)
        self.batches, self.choices = self.generator("batches"), self.generator("choices")
        self.inputs = self.targets = torch.zeros(BATCH, CONTEXT, dtype=torch.int64)
        self.readings = torch.zeros(-(-len(self.asked) // AT_ONCE), device=self.device)
        self.trained = 0
        self.pages: list[tuple[int, float, str]] = []
        self.begin()

    def step(self) -> Iterator[str]:
        """Write a symbol, then do an update if there is one left, and read the text anew."""
        p = adjusted(
            self.scores,
            self.params.temperature,
            self.params.top_k,
            self.params.top_p,
            self.params.min_p,
            self.params.penalty,
            self.text[-CONTEXT:],
        )
        self.write(draw(p, self.choices))
        self.record(surprise=self.surprise[-1])
        yield "write"
        self.inputs, self.targets = draw_windows(self.known, CONTEXT, BATCH, self.batches)
        if self.params.train and self.trained < self.params.length:
            self.optimizer.zero_grad()
            loss = loss_of(self.model(self.inputs), self.targets)
            yield "forward"
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), LONGEST_GRADIENT)
            yield "backward"
            set_rate(self.optimizer, rate(self.trained + 1, self.params.lr, self.params.length))
            self.optimizer.step()
            self.trained += 1
            self.measure(loss.detach())
            yield "update"
            self.cache = None
        self.read()
        yield "read"

    def measure(self, loss: Tensor) -> None:
        """Read four pieces of the held-out text, and record both losses per character."""
        turn = (self.trained - 1) % len(self.readings)
        some = slice(turn * AT_ONCE, (turn + 1) * AT_ONCE)
        self.readings[turn] = held_out_loss(self.model, self.asked[some], self.answers[some])
        held_out = self.readings[: self.trained].mean() / self.corpus.characters_per_symbol
        self.record({"loss": loss / self.corpus.characters_per_symbol, "loss/held out": held_out})
        if self.trained in PAGES:
            page = self.corpus.vocabulary.decode(self.text[-CONTEXT:].tolist()).replace("\n", BREAK)
            self.pages = [*self.pages, (self.trained, float(held_out), page[-80:])]

    def begin(self) -> None:
        """Begin a text with the prompt."""
        self.text = torch.tensor(self.prompted())
        self.surprise = torch.full((len(self.text),), torch.nan)
        self.cache: Cache | None = None
        self.read()

    def prompted(self) -> list[int]:
        """Return the prompt in symbols; where the text has no such characters, the first line of the held-out part.

        Only the declared prompt is replaced so; one of the reader's is refused.
        """
        prompt = self.params.prompt.replace(BREAK, "\n")
        try:
            found = self.corpus.vocabulary.encode(prompt)
        except Refused as refused:
            if prompt != Params.declaration("prompt").default:
                raise Refused(str(refused), about="prompt") from None
            found = []
        return found or self.corpus.held_out[:8].tolist()

    @torch.no_grad()
    def read(self) -> None:
        """Find the scores of what comes next: of the last symbols, or of the newest one where the rest is cached."""
        new = 1
        if self.cache is None:
            self.cache, new = Cache(self.model.config, device=self.device, room=2 * CONTEXT), CONTEXT
        scores = self.model(self.text[None, -new:].to(self.device), cache=self.cache)[0, -1]
        self.scores = torch.nan_to_num(scores.cpu(), nan=0.0, posinf=1e4, neginf=-1e4)  # the loss says so where not

    def write(self, symbol: int) -> None:
        """Add a symbol to the text, and how surprising it was."""
        own = self.scores.log_softmax(-1)[symbol]
        self.text = torch.cat([self.text, torch.tensor([symbol])])
        self.surprise = torch.cat([self.surprise, -own[None]])

    def changed(self, names: Collection[str]) -> None:
        """Begin anew with another prompt; all else is read at each step."""
        if "prompt" in names:
            self.begin()

    def again(self) -> None:
        """Begin a new text."""
        self.begin()

    def choose(self, place: int, symbol: int) -> None:
        """Cut the text before a place, counted from 1, or 0 for its end, and write this symbol there."""
        if symbol >= len(self.scores):
            raise Refused(f"symbol = {symbol} is refused: there are 0 to {len(self.scores) - 1}", about="symbol")
        if place > len(self.text):
            raise Refused(f"place = {place} is refused: the text has {len(self.text)} symbols", about="place")
        kept = place - 1 if place else len(self.text)
        self.text = torch.cat([self.text[:kept], torch.tensor([symbol])])
        self.surprise = torch.cat([self.surprise[:kept], torch.tensor([torch.nan])])
        self.cache = None
        self.read()

    def state(self) -> dict[str, Any]:
        """Return what a step changes, the cache too: read anew, its numbers would differ in their last digits."""
        cache = self.cache
        held = None if cache is None else (cache.kept.clone(), cache.length, cache.dropped)
        return {**super().state(), "cached": held}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a state, with its cache."""
        super().restore({name: value for name, value in state.items() if name != "cached"})
        self.cache = None
        if state["cached"] is not None:
            kept, length, dropped = state["cached"]
            self.cache = Cache(self.model.config, device=self.device, room=1)
            self.cache.kept, self.cache.length, self.cache.dropped = kept.clone(), length, dropped

    # side jobs

    def time_cache(self) -> Parts:
        """Time a symbol with and without a cache."""
        return jobs.time_cache(self.model)

    def guess(self, ahead: int, draft: str) -> Parts:
        """Write with guesses of a draft."""
        return jobs.guess(self, ahead, draft)

    def patch(self, clean: str, other: str) -> Parts:
        """Carry activations from one prompt into another."""
        return jobs.patch(self.model, self.corpus.vocabulary, clean, other)

    def quantize(self) -> Parts:
        """Measure the model with fewer bits."""
        return jobs.quantize(self.model, self.asked, self.answers, self.corpus.characters_per_symbol)
