"""The experiment: plain recurrent networks on the same sequences; they differ in W_hh alone."""

import math
from collections.abc import Collection, Iterator

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.initial_weights import FILL
from explainer.lab.recurrent import sent_back, slopes, unroll
from explainer.scenes.rnn import ASKED, SYMBOLS, TERMS, Params, metrics_of

BATCH, TESTED, DRAWN, FITTED, RIDGE = 32, 64, 32, 200, 1e-3
"""Sequences a step; those tested at every step; those in the pictures; those that a readout is fitted to."""


def recall(count: int, time_steps: int, generator: Generator) -> Tensor:
    """Return sequences (count, T): one of 0 to 3, then distractors 4 to 7; asked for is the first symbol."""
    first = torch.randint(ASKED, (count, 1), generator=generator)
    return torch.cat([first, torch.randint(ASKED, SYMBOLS, (count, time_steps - 1), generator=generator)], 1)


def drawn_recurrent(init: str, size: int, generator: Generator) -> Tensor:
    """Return W_hh (H, H) as it is drawn."""
    weight = torch.eye(size, dtype=torch.float64)
    if init != "identity":
        FILL[init](weight, size, generator)
    return weight


class Rnn(Experiment[Params]):
    """A network for each way to draw W_hh: all in one tensor with a lane for each."""

    learns_from = ("tested",)

    def build(self) -> None:
        """Draw the sequences that are looked at, and the weights; all but W_hh are the same in every lane."""
        held_out, size, lanes = self.generator("held out"), self.params.hidden_size, len(self.params.lanes)
        self.tested = recall(2 * FITTED, self.params.time_steps, held_out).to(self.device)
        self.batches, weights = self.generator("batches"), self.generator("weights")
        reach = size**-0.5
        drawn = [torch.empty(shape, dtype=torch.float64).uniform_(-reach, reach, generator=weights)
                 for shape in ((SYMBOLS, size), (ASKED, size), (1, ASKED))]  # fmt: skip
        recurrent = torch.stack(
            [drawn_recurrent(init, size, self.generator("recurrent")) for init in self.params.lanes]
        )
        self.w_hh = nn.Parameter((self.params.gain * recurrent).to(self.device))
        self.w_ih = nn.Parameter(drawn[0].repeat(lanes, 1, 1).to(self.device))
        self.bias = nn.Parameter(torch.zeros(lanes, 1, size, dtype=torch.float64, device=self.device))
        self.readout = nn.Parameter(drawn[1].repeat(lanes, 1, 1).to(self.device))
        self.offset = nn.Parameter(drawn[2].repeat(lanes, 1, 1).to(self.device))
        learning = [self.readout, self.offset]
        if self.params.trained == "all":
            learning += [self.w_hh, self.w_ih, self.bias]
        self.optimizer = torch.optim.Adam(learning, lr=self.params.lr)

    def run_through(self, sequences: Tensor, cut: int) -> list[Tensor]:
        """Return h₁ to h_T, each (lane, B, H), of sequences (B, T)."""
        inputs = self.w_ih[:, sequences.T].transpose(0, 1) + self.bias
        return unroll(inputs, self.w_hh, self.params.nonlinearity, cut)

    def scores(self, state: Tensor) -> Tensor:
        """Return what the readout says of a state (lane, B, H): logits (lane, B, symbol)."""
        return state @ self.readout.mT + self.offset

    def step(self) -> Iterator[str]:
        """One update of every network on the same 32 new sequences."""
        sequences = recall(BATCH, self.params.time_steps, self.batches).to(self.device)
        wanted = sequences[:, 0].expand(len(self.w_hh), BATCH)
        said = self.scores(self.run_through(sequences, max(0, self.params.time_steps - self.params.window))[-1])
        losses = F.cross_entropy(said.flatten(0, 1), wanted.flatten(), reduction="none").view_as(wanted).mean(1)
        with torch.no_grad():
            others = self.tested[:TESTED]
            named = self.scores(self.run_through(others, 0)[-1]).argmax(-1) == others[:, 0]
        yield "forward"
        self.optimizer.zero_grad()
        losses.sum().backward()
        yield "backward"
        self.optimizer.step()
        self.record_each(metrics_of("loss", self.params.lanes), losses)
        self.record_each(metrics_of("accuracy", self.params.lanes), named.double().mean(1))
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # arrays

    @kept
    @torch.no_grad()
    def drawn_states(self) -> Tensor:
        """Return h₁ to h_T of the sequences in the pictures (T, lane, B, H)."""
        return torch.stack(self.run_through(self.tested[:DRAWN], 0))

    @kept
    @torch.no_grad()
    def way_back(self) -> Tensor:
        """Return ∂L_s/∂h₁ to ∂L_s/∂h_s (s, lane, B, H), each sequence with its own loss."""
        until = self.params.asked_at
        states = self.drawn_states()[:until]
        wanted = F.one_hot(self.tested[:DRAWN, 0], ASKED)
        slope = (F.softmax(self.scores(states[-1]), -1) - wanted) @ self.readout
        return sent_back(slope, states, self.w_hh, self.params.nonlinearity, max(0, until - self.params.window))

    @kept
    @torch.no_grad()
    def all_terms(self) -> Tensor:
        """Return the terms of ∂L_s/∂W_hh (s, lane, H, H), mean over the sequences; the first is 0, for h₀ is."""
        back, states = self.way_back(), self.drawn_states()
        sums = back * slopes(states[: len(back)], self.params.nonlinearity)
        before = torch.cat([torch.zeros_like(states[:1]), states[: len(back) - 1]])
        return sums.mT @ before / DRAWN

    def gradient_norms(self) -> Tensor:
        """Return ‖∂L_s/∂h_t‖ (lane, time); NaN after s."""
        found = torch.linalg.norm(self.way_back(), dim=(2, 3)).T / math.sqrt(DRAWN)
        return F.pad(found, (0, self.params.time_steps - found.shape[1]), value=math.nan)

    def shares(self) -> Tensor:
        """Return each term's norm as a share of all of them (lane, time)."""
        norms = torch.linalg.norm(self.all_terms(), dim=(2, 3)).T
        return F.pad(norms / norms.sum(1, keepdim=True), (0, self.params.time_steps - norms.shape[1]))

    def terms(self) -> Tensor:
        """Return ∂L_s/∂W_hh and its last terms, the last first (term, unit, unit); 0 before the first step."""
        own = self.all_terms()[:, self.params.shown]
        last = own.flip(0)[:TERMS]
        return torch.cat([own.sum(0)[None], last, own.new_zeros(TERMS - len(last), *own.shape[1:])])

    def eigenvalues(self) -> Tensor:
        """Return the eigenvalues of every W_hh (lane, unit, part)."""
        weight = self.w_hh.detach()
        whole = torch.isfinite(weight).all()
        found = torch.view_as_real(torch.linalg.eigvals(weight.nan_to_num(0.0, 0.0, 0.0)))
        return torch.where(whole, found, math.nan)

    def states(self) -> Tensor:
        """Return h₁ to h_T on the first sequence (unit, time)."""
        return self.drawn_states()[:, self.params.shown, 0].T

    @torch.no_grad()
    def readable(self) -> Tensor:
        """Return how often a readout fitted to h_t names the first symbol of other sequences (lane, time)."""
        h = torch.stack(self.run_through(self.tested, 0), 1)
        h = (h / h.square().mean((2, 3), keepdim=True).sqrt().clamp(min=1e-300)).nan_to_num(0.0, 0.0, 0.0)
        mine, other = h[:, :, :FITTED], h[:, :, FITTED:]
        wanted = F.one_hot(self.tested[:FITTED, 0], ASKED).double()
        middle = mine.mean(2, keepdim=True)
        centred = mine - middle
        ridge = RIDGE * FITTED * torch.eye(h.shape[-1], dtype=h.dtype, device=h.device)
        weight = torch.linalg.solve(centred.mT @ centred + ridge, centred.mT @ (wanted - wanted.mean(0)))
        said = (other - middle) @ weight + wanted.mean(0)
        return (said.argmax(-1) == self.tested[FITTED:, 0]).double().mean(-1)

    def sequence(self) -> Tensor:
        """Return the first sequence (time,)."""
        return self.tested[0]
