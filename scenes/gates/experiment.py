"""The experiment: PyTorch's own recurrent layers on the same sequences; pictures are made by the cells' equations."""

import math
from collections.abc import Collection, Iterator
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.recurrent import cell_step, unroll_cell
from explainer.scenes.gates import ASKED, COUNTED, GATES, LAG, LETTERS, PARTS, SYMBOLS, Params, cell_of, metrics_of

BATCH, TESTED, DRAWN, WORTH, NOT_ASKED = 32, 64, 32, 1280, -100
"""Sequences a step; those tested; those in costly pictures; symbols read for a gate’s worth; no target."""
LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
HELD = {"free": 0.0, "zero": 0.0, "one": 1.0}


def recall(count: int, time_steps: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return sequences (count, T): one of 0 to 3, then distractors 4 to 7; asked after the last: the first symbol."""
    first = torch.randint(ASKED, (count, 1), generator=generator)
    sequences = torch.cat([first, torch.randint(ASKED, SYMBOLS, (count, time_steps - 1), generator=generator)], 1)
    wanted = torch.full_like(sequences, NOT_ASKED)
    wanted[:, -1:] = first
    return sequences, wanted


def counting(counts: Tensor, time_steps: int) -> tuple[Tensor, Tensor]:
    """Return aⁿbⁿ for counts n (count,), with ends up to T: 0 is a, 1 is b, 2 is the end; asked is what follows a b."""
    t, n = torch.arange(time_steps), counts[:, None]
    sequences = (t >= n).long() + (t >= 2 * n)
    after = 1 + (t >= 2 * n - 1).long()
    return sequences, torch.where((t >= n) & (t < 2 * n), after, NOT_ASKED)


def echo(before: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return the next bits (count, T) of streams whose last ones are ``before``; asked is that of LAG steps ago."""
    bits = torch.randint(2, before.shape, generator=generator)
    return bits, torch.cat([before[:, -LAG:], bits], 1)[:, : bits.shape[1]]


def layer(lane: str, size: int, bias: float) -> nn.RNNBase:
    """Return a layer as PyTorch draws it, but for the plain one's W_hh and the bias of the gate that keeps."""
    cell = LAYERS[cell_of(lane)](SYMBOLS, size, batch_first=True)
    with torch.no_grad():
        if lane == "rnn":
            nn.init.orthogonal_(cell.weight_hh_l0)
        if lane.endswith("_bias"):  # f of i, f, g, o; z of r, z, n
            cell.bias_ih_l0[size : 2 * size] = bias
            cell.bias_hh_l0[size : 2 * size] = 0.0
    return cell


def cut_off(state: Any) -> Any:
    """Return a state's numbers without the way back: of an LSTM h and c; nothing before the first."""
    if state is None:
        return None
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def read(cell: nn.Module, x: Tensor, state: Any, window: int) -> tuple[Tensor, Any]:
    """Return every h (B, T, H) and the last state, read in pieces of ``window`` steps that no gradient leaves.

    The last piece is whole, so that the last loss reaches as many states.
    """
    first = (x.shape[1] - 1) % window + 1
    outputs = []
    for piece in x.split([first] + [window] * ((x.shape[1] - first) // window), 1):
        hidden, state = cell(piece, cut_off(state))
        outputs.append(hidden)
    return torch.cat(outputs, 1), state


def one_hot(sequences: Tensor) -> Tensor:
    """Return sequences (B, T) as inputs (B, T, symbol)."""
    return F.one_hot(sequences, SYMBOLS).float()


def share_right(said: Tensor, wanted: Tensor) -> Tensor:
    """Return the share of what is asked (B, T) that logits (…, B, T, answer) name: (…)."""
    asked = wanted != NOT_ASKED
    return ((said.argmax(-1) == wanted) & asked).sum((-2, -1)) / asked.sum()


class Gates(Experiment[Params]):
    """A layer and a readout for each lane, all trained on the same sequences."""

    learns_from = ("tested",)

    def build(self) -> None:
        """Draw the sequences that are tested, and the networks, each from the same random numbers."""
        held_out, self.batches = self.generator("held out"), self.generator("batches")
        self.stream = torch.randint(2, (BATCH, self.params.time_steps), generator=self.batches)
        self.earlier = torch.randint(2, (TESTED, self.params.time_steps), generator=held_out)
        self.tested, self.asked = self.examples(self.earlier, held_out)
        self.layers: Any = nn.ModuleList()
        self.readouts: Any = nn.ModuleList()
        for lane in self.params.lanes:
            self.draw_from("weights")
            self.layers.append(layer(lane, self.params.hidden_size, self.params.forget_bias))
            self.readouts.append(nn.Linear(self.params.hidden_size, ASKED))
        self.layers, self.readouts = self.layers.to(self.device), self.readouts.to(self.device)
        self.states: list[Any] = [None for _ in self.params.lanes]
        self.optimizer = torch.optim.Adam([*self.layers.parameters(), *self.readouts.parameters()], lr=self.params.lr)

    def examples(self, before: Tensor, source: Generator) -> tuple[Tensor, Tensor]:
        """Return new sequences and what is asked at each step (count, T); of streams what comes after ``before``."""
        if self.params.task == "recall":
            found = recall(len(before), self.params.time_steps, source)
        elif self.params.task == "counting":
            counts = torch.randint(1, self.params.time_steps // 2 + 1, (len(before),), generator=source)
            found = counting(counts, self.params.time_steps)
        else:
            found = echo(before, source)
        return found

    def step(self) -> Iterator[str]:
        """One update of every network on the same 32 new sequences."""
        self.stream, wanted = self.examples(self.stream, self.batches)
        x, wanted = one_hot(self.stream).to(self.device), wanted.to(self.device)
        losses = []
        right = self.share_of_each()
        for lane, cell in enumerate(self.layers):
            outputs, state = read(cell, x, self.states[lane], self.params.window)
            if self.params.task == "carried":
                self.states[lane] = cut_off(state)
            said = self.readouts[lane](outputs)
            losses.append(F.cross_entropy(said.flatten(0, 1), wanted.flatten(), ignore_index=NOT_ASKED))
        loss = torch.stack(losses)
        yield "forward"
        self.optimizer.zero_grad()
        loss.sum().backward()
        yield "backward"
        self.optimizer.step()
        self.record_each(metrics_of("loss", self.params.lanes), loss)
        self.record_each(metrics_of("accuracy", self.params.lanes), right)
        yield "update"

    def share_of_each(self) -> Tensor:
        """Return the share of what is asked in the tested sequences that each network says rightly (lane,)."""
        shares = []
        for cell, readout in zip(self.layers, self.readouts, strict=True):
            with torch.no_grad():
                state = None
                if self.params.task == "carried":
                    state = cell(one_hot(self.earlier).to(self.device))[1]
                named = readout(cell(one_hot(self.tested).to(self.device), state)[0])
            shares.append(share_right(named, self.asked.to(self.device)))
        return torch.stack(shares)

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # arrays

    @property
    def held(self) -> dict[str, float]:
        """The gate that is held in the pictures, and its value; none where it is as it is."""
        free = self.params.held == "free" or not self.params.gate_letter
        return {} if free else {self.params.gate_letter: HELD[self.params.held]}

    @kept
    @torch.no_grad()
    def steps_of_one(self) -> list[dict[str, Tensor]]:
        """Return every part of the network looked into at each step on the sequence that is drawn, each (1, H)."""
        x = one_hot(self.tested[:1]).to(self.device)
        return unroll_cell(self.layers[self.params.shown], x, self.params.place, self.held)

    def series(self, name: str) -> Tensor:
        """Return one part of it over time (unit, time)."""
        return torch.cat([step[name] for step in self.steps_of_one()]).T

    def letters(self) -> list[str]:
        """Return the sequence that is drawn, as letters."""
        return [LETTERS[self.params.task][symbol] for symbol in self.tested[0]]

    def gates(self) -> Tensor:
        """Return the mean of each gate (gate, time)."""
        means = [self.series(gate).mean(0) for gate in GATES[self.params.cell]]
        return torch.stack(means) if means else torch.zeros(0, self.params.time_steps)

    def unit_gates(self) -> Tensor:
        """Return the gate looked at (unit, time)."""
        return self.series(self.params.gate_letter or "h")

    def cells(self) -> Tensor:
        """Return c₁ to c_T (unit, time)."""
        return self.series("c")

    def parts(self) -> Tensor:
        """Return what one unit holds at one step (part,)."""
        now, unit = self.steps_of_one(), min(self.params.unit, self.params.hidden_size) - 1
        place, cell = self.params.place, self.params.cell
        before = now[place - 1]["c" if cell == "lstm" else "h"][0, unit] if place else torch.zeros(())
        return torch.stack([before.cpu(), *(now[place][name][0, unit].cpu() for name in PARTS[cell][1:])])

    @torch.no_grad()
    def worth(self) -> Tensor:
        """Return the share right with each gate held at each step (gate, time).

        All that is held runs along as one more copy of the batch from its time step on.
        """
        cell, readout = self.layers[self.params.shown], self.readouts[self.params.shown]
        gates, value = GATES[self.params.cell], HELD[self.params.held]
        count = min(DRAWN, WORTH // self.params.time_steps)
        fed: Tensor = one_hot(self.tested[:count]).to(self.device) @ cell.weight_ih_l0.mT + cell.bias_ih_l0
        state = {name: fed.new_zeros(1, len(fed), cell.hidden_size) for name in "ch"}
        asked = self.asked[:count].to(self.device)
        right = fed.new_zeros(1, dtype=torch.long)
        for t in range(self.params.time_steps):
            first = {name: state[name][:1] for name in "ch"}
            held = [cell_step(cell, fed[:, t], first, {gate: value}) for gate in gates]
            free = cell_step(cell, fed[:, t], state)
            state = {name: torch.cat([free[name], *(one[name] for one in held)]) for name in "ch"}
            right = torch.cat([right, right[:1].expand(len(gates))])
            right = right + (readout(state["h"]).argmax(-1) == asked[:, t]).sum(1)
        shares = right[1:] / (asked != NOT_ASKED).sum()
        return shares.view(-1, len(gates)).T if gates else fed.new_zeros(0, self.params.time_steps)

    @torch.no_grad()
    def grabbed(self) -> Tensor:
        """Return the share right as the network is, and with the gate held (which,)."""
        cell, readout = self.layers[self.params.shown], self.readouts[self.params.shown]
        x, asked = one_hot(self.tested).to(self.device), self.asked.to(self.device)
        both = (unroll_cell(cell, x), unroll_cell(cell, x, self.params.place, self.held))
        return torch.stack([share_right(readout(torch.stack([p["h"] for p in steps], 1)), asked) for steps in both])

    def reach(self) -> Tensor:
        """Return ‖∂L/∂c_t‖ of every network (lane, time)."""
        x, asked = one_hot(self.tested[:DRAWN]).to(self.device), self.asked[:DRAWN].to(self.device)
        found = []
        for cell, readout in zip(self.layers, self.readouts, strict=True):
            steps = unroll_cell(cell, x, window=self.params.window)
            said = readout(torch.stack([part["h"] for part in steps], 1))
            loss = F.cross_entropy(said.flatten(0, 1), asked.flatten(), ignore_index=NOT_ASKED, reduction="sum")
            slopes = torch.autograd.grad(loss, [part["c"] for part in steps], allow_unused=True, materialize_grads=True)
            found.append(torch.stack([slope.norm() for slope in slopes]) / math.sqrt(DRAWN))
        return torch.stack(found)

    def jacobian(self) -> Tensor:
        """Return ‖∂c_T/∂c_t‖ / √H (time,): of H copies of one sequence, each sends another unit of c_T back."""
        cell, size = self.layers[self.params.shown], self.params.hidden_size
        x = one_hot(self.tested[:1]).to(self.device).expand(size, -1, -1)
        steps = unroll_cell(cell, x, self.params.place, self.held)
        slopes = torch.autograd.grad(steps[-1]["c"].diagonal().sum(), [part["c"] for part in steps],
                                     allow_unused=True, materialize_grads=True)  # fmt: skip
        return torch.stack([slope.norm() for slope in slopes]) / math.sqrt(size)

    def product(self) -> Tensor:
        """Return ‖∏ f‖ / √H over the time steps after t (time,)."""
        gates = GATES[self.params.cell]
        if not gates:
            return torch.full((self.params.time_steps,), math.nan)
        keeps = self.series(gates[0])
        after = torch.cat([keeps[:, 1:], torch.ones_like(keeps[:, :1])], 1)
        return after.flip(1).cumprod(1).flip(1).norm(dim=0) / math.sqrt(self.params.hidden_size)

    @torch.no_grad()
    def counts(self) -> Tensor:
        """Return which n each network counts without a fault (lane, n)."""
        if self.params.task != "counting":
            return torch.full((len(self.params.lanes), COUNTED), math.nan)
        sequences, asked = counting(self.count(), 2 * COUNTED)
        x, asked = one_hot(sequences).to(self.device), asked.to(self.device)
        said = [readout(cell(x)[0]) for cell, readout in zip(self.layers, self.readouts, strict=True)]
        return ((torch.stack(said).argmax(-1) == asked) | (asked == NOT_ASKED)).all(-1).float()

    def count(self) -> Tensor:
        """Return n from 1 to 40."""
        return torch.arange(1, COUNTED + 1)

    def biases(self) -> Tensor:
        """Return biases from −2 to 8."""
        return torch.linspace(-2, 8, 101, dtype=torch.float64)

    def half_lives(self) -> Tensor:
        """Return the steps until half is left at each of them."""
        return math.log(0.5) / F.logsigmoid(self.biases())
