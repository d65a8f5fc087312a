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
from explainer.scenes.language_model import BREAK, CONTEXT, MOST_MERGES, PROMPT, Params, jobs
from explainer.scenes.language_model.drawings import Drawings

PIECES, AT_ONCE = 24, 4
"""The held-out text is read in so many turns, of so many pieces each."""


def text_from(source: str, pasted: str, path: str) -> str:
    """Return the text that is learned."""
    if source == "lessons":
        return our_text()
    return read_text(path) if source == "file" else checked(pasted.replace(BREAK, "\n"), "pasted")


@lru_cache(maxsize=4)
def merges_of(text: str) -> tuple[tuple[Pair, int], ...]:
    """Return the merges that are learned from a text, each with its count."""
    return tuple(islice(learn(text), MOST_MERGES))


@lru_cache(maxsize=4)
def corpus_in(text: str, merges: int) -> Corpus:
    """Return the text in characters, or in byte pairs after so many merges."""
    vocabulary = BytePairs([pair for pair, _ in merges_of(text)[:merges]]) if merges else characters_of(text)
    return corpus_of(text, vocabulary)


def prompted(prompt: str, corpus: Corpus) -> list[int]:
    """Return a prompt in symbols; the declared one, where the text has no such characters, is its held-out beginning.

    A prompt of the reader's that cannot be written is refused.
    """
    found: list[int] = []
    try:
        found = corpus.vocabulary.encode(prompt.replace(BREAK, "\n"))
    except Refused as refused:
        if prompt != PROMPT:
            raise Refused(str(refused), about="prompt") from None
    return found or corpus.held_out[:8].tolist()


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
    memory: Cache | None = None
    """What was read of the text, as long as the weights stay."""
    scores: Tensor
    """Of what comes next (symbols,)."""

    def build(self) -> None:
        """Read the text, make the model, and let it read the prompt."""
        self.drawings = (Drawings(self),)
        everything = text_from(self.params.source, self.params.pasted, self.params.path)
        self.corpus = corpus_in(everything, self.params.merges)
        self.known = self.corpus.train.to(self.device)
        self.asked, self.answers = pieces_of(self.corpus.held_out.to(self.device))
        self.draw_from("weights")
        config = Config(
            len(self.corpus.vocabulary.symbols),
            CONTEXT,
            self.params.width,
            self.params.layers,
            self.params.heads,
            self.params.kv_heads,
            position=self.params.position,
            window=CONTEXT,
        )
        self.model = GPT(config).to(self.device)
        self.optimizer = make_optimizer(self.model, self.params.lr)
        self.batches, self.choices = self.generator("batches"), self.generator("choices")
        self.inputs = self.targets = torch.zeros(BATCH, CONTEXT, dtype=torch.int64)
        self.readings = torch.zeros(0, device=self.device)
        self.trained = 0
        self.trace(wrote=torch.tensor(-1))
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
        symbol = draw(p, self.choices)
        self.write(symbol)
        self.trace(wrote=torch.tensor(symbol))
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
            self.memory = None
        self.read()
        yield "read"

    def measure(self, loss: Tensor) -> None:
        """Read four pieces of the held-out text, and record both losses per character."""
        turn = (self.trained - 1) % (-(-len(self.asked) // AT_ONCE))
        some = slice(turn * AT_ONCE, (turn + 1) * AT_ONCE)
        newest = held_out_loss(self.model, self.asked[some], self.answers[some])
        self.readings = torch.cat([self.readings[1 - PIECES :], newest[None]])
        held_out = self.readings[-1 - self.trained // 8 :].mean() / self.corpus.characters_per_symbol
        self.record({"loss": loss / self.corpus.characters_per_symbol, "loss/test": held_out})

    def begin(self) -> None:
        """Begin a text with the prompt."""
        self.text = torch.tensor(prompted(self.params.prompt, self.corpus))
        self.surprise = torch.full((len(self.text),), torch.nan)
        self.memory = None
        self.read()

    @torch.no_grad()
    def read(self) -> None:
        """Find the scores of what comes next: of the last symbols, or of the newest one where the rest is cached."""
        new = 1
        if self.memory is None:
            self.memory, new = Cache(self.model.config, device=self.device, room=2 * CONTEXT), CONTEXT
        scores = self.model(self.text[None, -new:].to(self.device), cache=self.memory)[0, -1]
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
        self.memory = None
        self.read()

    def state(self) -> dict[str, Any]:
        """Return what a step changes, the cache too: read anew, its numbers would differ in their last digits."""
        cache = self.memory
        held = None if cache is None else (cache.kept.clone(), cache.length, cache.dropped)
        return {**super().state(), "cached": held}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a state, with its cache."""
        super().restore({name: value for name, value in state.items() if name != "cached"})
        self.memory = None
        if state["cached"] is not None:
            kept, length, dropped = state["cached"]
            self.memory = Cache(self.model.config, device=self.device, room=1)
            self.memory.kept, self.memory.length, self.memory.dropped = kept.clone(), length, dropped

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

    def copying(self) -> Parts:
        """Measure whether the model copies what has just stood there."""
        return jobs.copying(self.model, self.corpus.held_out, len(self.corpus.vocabulary.symbols))

    def quantize(self) -> Parts:
        """Measure the model with fewer bits."""
        return jobs.quantize(self.model, self.asked, self.answers, self.corpus.characters_per_symbol)
