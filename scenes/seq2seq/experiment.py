"""The experiment: encoders and decoders that learn the same strings; between them one vector, or attention."""

import math
from collections.abc import Collection, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.scenes.seq2seq import END, LENGTHS, Params, metrics_of, spells, word
from explainer.scenes.seq2seq.model import Seq2Seq, draw, learn_to_say, say_freely, true_chance
from explainer.scenes.seq2seq.search import Beginning, beam_search, best_of, likeliest

BATCH, JUDGED, TESTED, EACH = 32, 32, 128, 64
"""Strings a step; those judged at every step; those judged by position; those of each length."""


class Sequences(Experiment[Params]):
    """A network for each lane; all see the same batches."""

    models: Any
    learns_from = ("tested",)

    def build(self) -> None:
        """Draw the strings that are judged, and make the networks: each draws its weights from the same stream."""
        held_out = self.generator("held out")
        drawn = draw(self.params.task, TESTED, self.params.length, held_out)
        self.tested, self.truth = drawn[0].to(self.device), drawn[1].to(self.device)
        self.batches, self.coins = self.generator("batches"), self.generator("coins")
        made = []
        for lane in self.params.lanes:
            self.draw_from("weights")
            made.append(Seq2Seq(lane == "attention", self.params.hidden_size))
        self.models = nn.ModuleList(made).to(self.device)
        self.optimizer = torch.optim.Adam(self.models.parameters(), lr=self.params.lr)

    def step(self) -> Iterator[str]:
        """One update of every network on the same 32 new strings."""
        source, target = (
            each.to(self.device) for each in draw(self.params.task, BATCH, self.params.length, self.batches)
        )
        forced = (torch.rand(target.shape, generator=self.coins) < self.params.forcing).to(self.device)
        losses, right, whole = [], [], []
        for model in self.models:
            logits = learn_to_say(model, source, target, forced)
            losses.append(F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=-1))
            with torch.no_grad():
                exact = self.truth[:JUDGED]
                agrees = say_freely(model, self.tested[:JUDGED], exact.shape[1])[0] == exact
                inside = (exact >= 0) & (exact < END)
            right.append(agrees[inside].double().mean())
            whole.append((agrees | (exact < 0)).all(1).double().mean())
        yield "forward"
        self.optimizer.zero_grad()
        torch.stack(losses).sum().backward()
        yield "backward"
        self.optimizer.step()
        self.record_each(metrics_of("loss", self.params.lanes), torch.stack(losses))
        self.record_each(metrics_of("free", self.params.lanes), torch.stack(right))
        self.record_each(metrics_of("whole", self.params.lanes), torch.stack(whole))
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # the string that is looked at

    def string(self) -> list[int]:
        """Return the symbols of the string; an answer is to nothing in particular."""
        return [int(digit) for digit in self.params.digits] if spells(self.params.task) else [0]

    def source_word(self) -> list[str]:
        """Return how they are written (source,)."""
        return list(self.params.digits) if spells(self.params.task) else ["?"]

    def wanted(self) -> list[str]:
        """Return what should be said (output,); of several answers a likeliest one, without a choice a dash."""
        string, task = self.string(), self.params.task
        if spells(task):
            return [*(word(task, symbol) for symbol in (string[::-1] if task == "reverse" else string)), "end"]
        return ["B", "end", "–"] if task == "answers" else ["end", "–", "–", "–", "–"]

    @kept
    @torch.no_grad()
    def spoken(self) -> list[tuple[Tensor, Tensor, Tensor]]:
        """Return what each network says of the string, the logits, the weights."""
        source = torch.tensor([self.string()], device=self.device)
        place = self.params.place if self.params.place < self.params.longest else 0
        instead = torch.tensor([self.params.digit], device=self.device)
        return [say_freely(model, source, self.params.longest, place, instead) for model in self.models]

    def said(self) -> list[list[str]]:
        """Return what is said (lane, output)."""
        return [[word(self.params.task, symbol) for symbol in said[0].tolist()] for said, _, _ in self.spoken()]

    def chance(self) -> Tensor:
        """Return its probabilities (lane, output)."""
        return torch.stack(
            [logits.double().softmax(-1)[0].gather(1, said.T)[:, 0] for said, logits, _ in self.spoken()]
        )

    def alignment(self) -> Tensor:
        """Return the weights of the network with attention (output, source)."""
        found = torch.zeros(self.params.longest, len(self.string()), dtype=torch.float64, device=self.device)
        for lane, (_, _, weights) in zip(self.params.lanes, self.spoken(), strict=True):
            if lane == "attention":
                found = weights[0].double()
        return found

    # other strings

    @torch.no_grad()
    def forced_right(self) -> Tensor:
        """Return the share right at each position, fed the truth (lane, position)."""
        fed = torch.ones_like(self.truth, dtype=torch.bool)
        return torch.stack(
            [
                share_right(learn_to_say(model, self.tested, self.truth, fed).argmax(-1), self.truth)
                for model in self.models
            ]
        )

    @torch.no_grad()
    def free_right(self) -> Tensor:
        """Return the share right at each position, fed what was said (lane, position)."""
        place = self.params.place if self.params.place < self.truth.shape[1] else 0
        wrong = (self.truth[:, max(0, place - 1)] + 5) % 10
        said = [say_freely(model, self.tested, self.truth.shape[1], place, wrong)[0] for model in self.models]
        return torch.stack([share_right(each, self.truth) for each in said])

    @torch.no_grad()
    def by_length(self) -> Tensor:
        """Return the share of digits right in strings of other lengths (lane, length)."""
        found, others = [], torch.Generator().manual_seed(1)
        for length in LENGTHS:
            source, target = draw(self.params.task, EACH, length, others)
            target = target[:, :length].to(self.device)
            said = [say_freely(model, source.to(self.device), target.shape[1])[0] for model in self.models]
            found.append(torch.stack([(each == target).double().mean() for each in said]))
        return torch.stack(found, 1)

    def lengths(self) -> list[int]:
        """Return these lengths (length,)."""
        return list(LENGTHS)

    # searches

    @kept
    @torch.no_grad()
    def beam(self) -> tuple[list[Beginning], int]:
        """Return the beginnings that the beam has kept, and which is its answer."""
        tree = beam_search(self.searched(), self.searched_source(), self.params.beam, self.params.longest)
        return tree, best_of(tree, self.params.longest, self.params.length_penalty)

    def searched(self) -> Seq2Seq:
        """Return the network whose answers are searched."""
        model: Seq2Seq = self.models[self.params.shown]
        return model

    def searched_source(self) -> Tensor:
        """Return what it is asked (T,)."""
        return torch.tensor(self.string(), device=self.device)

    def node(self) -> list[str]:
        """Return the last symbols of the beginnings (node,)."""
        return [word(self.params.task, each.symbols[-1]) if each.symbols else "start" for each in self.beam()[0]]

    def node_chance(self) -> list[float]:
        """Return their probabilities (node,)."""
        return [math.exp(-each.loss) for each in self.beam()[0]]

    def node_layer(self) -> list[int]:
        """Return their lengths (node,)."""
        return [len(each.symbols) for each in self.beam()[0]]

    def node_best(self) -> list[bool]:
        """Return which of them the beam's answer begins with (node,)."""
        tree, best = self.beam()
        return [each.symbols == tree[best].symbols[: len(each.symbols)] for each in tree]

    def branch(self) -> Tensor:
        """Return which follows from which (branch, end of it)."""
        return torch.tensor([[each.parent, k] for k, each in enumerate(self.beam()[0]) if each.parent >= 0])

    @kept
    @torch.no_grad()
    def answers(self) -> list[Beginning | None]:
        """Return greedy's answer, the beam's, and the likeliest of all."""
        tree, best = self.beam()
        greedy = beam_search(self.searched(), self.searched_source(), 1, self.params.longest)
        return [greedy[-1], tree[best], likeliest(self.searched(), self.searched_source(), self.params.longest)]

    def answer(self) -> list[str]:
        """Return how they are written (search,)."""
        said = [
            [word(self.params.task, symbol) for symbol in each.symbols] if each else ["–"] for each in self.answers()
        ]
        return ["".join(each).removesuffix("end") or "(nothing)" for each in said]

    def answer_chance(self) -> list[float]:
        """Return their probabilities by the network (search,)."""
        return [math.exp(-each.loss) if each else math.nan for each in self.answers()]

    def answer_score(self) -> list[float]:
        """Return ln P ÷ lengthᵅ (search,)."""
        return [each.score(self.params.length_penalty) if each else math.nan for each in self.answers()]

    def answer_true(self) -> list[float]:
        """Return their probabilities by the task (search,)."""
        both = (self.params.task, self.string())
        return [true_chance(*both, each.symbols) if each else math.nan for each in self.answers()]


def share_right(said: Tensor, truth: Tensor) -> Tensor:
    """Return the share right at each position (position,), of the strings that have one there."""
    there = truth >= 0
    return ((said == truth) & there).double().sum(0) / there.sum(0).clamp(min=1)
