"""The experiment: the model writes sixteen texts, and is changed by a reward, by pairs, or by another text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.lab.language.lora import adapt
from explainer.lab.language.model import GPT, Cache
from explainer.lab.language.pretrained import CONTEXT, both, our_code, pretrained
from explainer.lab.language.text import Corpus, corpus_of, draw_windows, in_windows, our_text
from explainer.lab.language.training import BATCH, LONGEST_GRADIENT, held_out_loss, loss_of, set_rate
from explainer.scenes.fine_tuning import LENGTH, PROMPT, TEXTS, Params
from explainer.scenes.fine_tuning.drawings import Drawings

AT_ONCE, READINGS, LATEST, LONGEST_SEARCH = 4, 24, 32, 0.05
"""Pieces that are read at a time, readings that are kept, judged pairs that are learned from, seconds for a rule."""


@cache
def corpora() -> tuple[Corpus, Corpus]:
    """Return prose and code, in the vocabulary of both."""
    return corpus_of(our_text(), both()), corpus_of(our_code(), both())


class Start:
    """What never changes: the model as it was, and both texts."""

    def __init__(self, device: torch.device) -> None:
        self.model = pretrained().to(device).requires_grad_(False)
        self.prose, self.code = corpora()


def rewards_of(texts: Tensor, rule: str) -> Tensor:
    """Return how often a regular expression is found in what was written behind each prompt (text,)."""
    import regex

    pattern, found = regex.compile(rule), []
    for row in texts[:, PROMPT:].tolist():
        try:
            found.append(len(pattern.findall(both().decode(row), timeout=LONGEST_SEARCH)))
        except TimeoutError:
            found.append(0)
    return torch.tensor(found, dtype=torch.float32)


@torch.no_grad()
def written_by(model: GPT, prompts: Tensor, generator: Generator) -> Tensor:
    """Return prompts (n, 8) with 32 characters behind each that are drawn from the model (n, 40)."""
    cache, texts, new = Cache(model.config, len(prompts), prompts.device, PROMPT + LENGTH), prompts, prompts
    for _ in range(LENGTH):
        p = model(new, cache=cache)[:, -1].softmax(-1).nan_to_num(1.0)
        new = torch.multinomial(p.cpu(), 1, generator=generator).to(prompts.device)
        texts = torch.cat([texts, new], 1)
    return texts


def log_p(model: GPT, texts: Tensor) -> tuple[Tensor, Tensor]:
    """Return log p of each text behind its prompt in nats (n,), and the mean entropy of its characters (n,)."""
    each = model(texts[:, :-1])[:, PROMPT - 1 :].log_softmax(-1)
    own = each.gather(2, texts[:, PROMPT:, None])[..., 0].sum(1)
    return own, -(each.exp() * each).sum(2).mean(1)


def policy_loss(own: Tensor, rewards: Tensor) -> Tensor:
    """Return a loss whose gradient is that of the mean reward, with its mean as baseline (Williams 1992)."""
    return -((rewards - rewards.mean()) * own).mean()


def dpo_loss(winners: Tensor, losers: Tensor, counts: Tensor, beta: float) -> Tensor:
    """Return −log σ(β (winner − loser)) of log π/π₀ (n,), mean over the pairs that count (Rafailov et al. 2023)."""
    return -(counts * F.logsigmoid(beta * (winners - losers))).sum() / counts.sum().clamp(min=1)


class FineTuning(Experiment[Params]):
    """A trained model that is taught something else."""

    learns_from = ("prompts",)

    def build(self) -> None:
        """Take the trained model, say which weights may change, and let it write."""
        self.drawings = (Drawings(self),)
        self.start = Start(self.device)
        self.draws = self.generator("draws")
        pieces, _ = draw_windows(self.start.prose.train, PROMPT, TEXTS, self.draws)
        self.prompts = pieces.to(self.device)
        self.first = written_by(self.start.model, self.prompts, self.draws)
        self.texts = self.first
        self.draw_from("weights")
        self.model = pretrained()
        if self.params.method == "lora":
            adapt(self.model, self.params.rank)
        elif self.params.method == "head":
            self.model.requires_grad_(False)
            self.model.out.requires_grad_(True)
        self.model = self.model.to(self.device)
        trained = [weight for weight in self.model.parameters() if weight.requires_grad]
        self.optimizer = torch.optim.Adam(trained, lr=self.params.lr, fused=True)
        self.done = 0
        self.readings = torch.zeros(2, 0, device=self.device)
        self.judged = torch.zeros(0, 2, PROMPT + LENGTH, dtype=torch.int64, device=self.device)
        self.offered = self.pair_of(0) if self.params.task == "choices" else self.first[:2]

    def step(self) -> Iterator[str]:
        """Write, find the loss, and do one update."""
        self.texts = written_by(self.model, self.prompts, self.draws)
        rewards = rewards_of(self.texts, self.params.rule).to(self.device)
        yield "write"
        with torch.set_grad_enabled(self.params.task == "reward"):
            own, entropy = log_p(self.model, self.texts)
        ratio = own.detach() - log_p(self.start.model, self.texts)[0]
        self.record(reward=rewards.mean(), entropy=entropy.detach().mean())
        self.record({"nats/kl": ratio.mean()})
        if self.params.task == "reward":
            loss = policy_loss(own, rewards - self.params.beta * ratio)
        elif self.params.task == "text":
            inputs, targets = draw_windows(self.start.code.train.to(self.device), CONTEXT, BATCH, self.draws)
            loss = loss_of(self.model(inputs), targets)
            self.record({"loss/batch": loss.detach()})
        else:
            loss = self.by_pairs()
        yield "forward"
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), LONGEST_GRADIENT)
        set_rate(self.optimizer, self.params.lr)
        self.optimizer.step()
        yield "update"
        self.read()
        self.done += 1
        yield "read"

    def by_pairs(self) -> Tensor:
        """Return DPO's loss over pairs: ranked by the rule, or those that were judged."""
        better, worse = self.judged[-LATEST:].unbind(1)
        counts = torch.ones(len(better), device=self.device)
        if self.params.task == "preferences":
            half = self.prompts[: TEXTS // 2]
            one, other = written_by(self.start.model, half.repeat(2, 1), self.draws).chunk(2)
            ahead = rewards_of(one, self.params.rule) - rewards_of(other, self.params.rule)
            ahead = ahead.to(self.device)
            better = torch.where(ahead[:, None] >= 0, one, other)
            worse = torch.where(ahead[:, None] >= 0, other, one)
            counts = (ahead != 0).float()
        both_kinds = torch.cat([better, worse])
        ratio = log_p(self.model, both_kinds)[0] - log_p(self.start.model, both_kinds)[0]
        winners, losers = ratio.chunk(2)
        pairs = counts.sum().clamp(min=1)
        self.record({"nats/winners": (counts * winners.detach()).sum() / pairs})
        self.record({"nats/losers": (counts * losers.detach()).sum() / pairs})
        return dpo_loss(winners, losers, counts, self.params.beta)

    def read(self) -> None:
        """Read four pieces of each held-out text, and record the mean of the latest readings."""
        newest = torch.stack([self.held_out(text) for text in (self.start.prose, self.start.code)])
        self.readings = torch.cat([self.readings[:, 1 - READINGS :], newest[:, None]], 1)
        prose, code = self.readings[:, -1 - self.done // 8 :].mean(1)
        self.record({"loss/prose": prose, "loss/code": code})

    def held_out(self, corpus: Corpus) -> Tensor:
        """Return the loss of the next four pieces of a held-out text."""
        asked, answers = in_windows(corpus.held_out.to(self.device), CONTEXT)
        first = self.done * AT_ONCE % (len(asked) // AT_ONCE * AT_ONCE)
        return held_out_loss(self.model, asked[first : first + AT_ONCE], answers[first : first + AT_ONCE])

    def pair_of(self, number: int) -> Tensor:
        """Return two continuations of one prompt (2, 40)."""
        prompt = self.prompts[number % TEXTS]
        return written_by(self.model, prompt.repeat(2, 1), self.draws)

    def prefer(self, option: int) -> None:
        """Keep a pair with the one that was preferred first, and offer another."""
        if self.params.task != "choices":
            raise Refused("a choice is refused: it is learned from when task = choices", about="task")
        self.judged = torch.cat([self.judged, self.offered[[option, 1 - option]][None]])
        self.offered = self.pair_of(len(self.judged))

    def changed(self, names: Collection[str]) -> None:
        """All is read at each step."""
