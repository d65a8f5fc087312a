"""What is drawn: one token's stream, what would be said of it on the way, the block's tensors, what parts cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.kept import kept
from explainer.lab.language.model import GPT, parameters_of
from explainer.lab.language.text import yardsticks
from explainer.scenes.transformer import DEEPEST, PARTS

if TYPE_CHECKING:
    from explainer.scenes.transformer.experiment import Transformer

FIELDS, OURS = 24, 25
"""A tensor is drawn in so many fields by as many; so many symbols of the held-out text are read."""
SOURCE, TARGET = 6, 6
WORDS = {"attention": "attention", "mlp": "feed-forward"}


def visible(symbol: str) -> str:
    """Return a symbol as it can be seen."""
    return symbol.replace("\n", "⏎").replace(" ", "␣")


def multiply_adds(symbols: int, layers: int, width: int, length: int) -> list[int]:
    """Return the multiply–adds of each part for one token, of ``length`` that are read at once (cost,).

    A matrix product (n, m) by (m, k) has n m k of them. Scores and sums are computed whole, masked or not; norms,
    softmax and activations are not counted.
    """
    return [0, layers * 4 * width**2, layers * 2 * length * width, layers * 8 * width**2, 0, symbols * width]


def weights_of(symbols: int, layers: int, width: int) -> list[int]:
    """Return the weights of each part (cost,)."""
    parts = [4 * width**2, 0, 8 * width**2, 4 * width]
    attention, scores, mlp, norms = (layers * part for part in parts)
    return [symbols * width, attention, scores, mlp, norms + 2 * width, symbols * width]


class Drawings:
    """The arrays of the transformer's scene."""

    def __init__(self, owner: Transformer) -> None:
        self.owner = owner

    # what is read

    @kept
    def numbers(self) -> list[int]:
        """Return the symbols that are read and, at the end, what comes after them."""
        from explainer.scenes.transformer.experiment import corpus

        known, words = corpus().vocabulary, self.owner.params.words.replace("⏎", "\n")
        if len(words) < 2:
            return corpus().held_out[:OURS].tolist()
        return known.encode("".join(c if c in known.symbols else " " for c in words))

    def symbols(self, numbers: list[int]) -> list[str]:
        """Return symbols as they can be seen."""
        from explainer.scenes.transformer.experiment import corpus

        return [visible(corpus().vocabulary.symbols[number]) for number in numbers]

    def token(self) -> list[str]:
        """Return the symbols that are read (token,)."""
        return self.symbols(self.numbers()[:-1])

    def place(self) -> int:
        """Return which of them is followed, from 0."""
        return min(self.owner.params.place, len(self.numbers()) - 1) - 1

    def chosen(self) -> Tensor:
        """Return the same as an array."""
        return torch.tensor(self.place())

    def next_symbol(self) -> np.ndarray:
        """Return what really comes after it."""
        return np.array(self.symbols(self.numbers())[self.place() + 1], "<U4")

    @kept
    @torch.no_grad()
    def seen(self) -> dict[str, Tensor]:
        """Return every intermediate of the model looked into, by the tap's name."""
        from explainer.scenes.transformer.experiment import Cut

        found: dict[str, Tensor] = {}
        lane = self.owner.params.lane
        tokens = torch.tensor([self.numbers()[:-1]], device=self.owner.device)
        self.owner.models[lane](tokens, tap=Cut(self.owner.cuts[lane], found))
        return found

    # the stream

    @kept
    def stations(self) -> list[tuple[str, str, int]]:
        """Return each station of the stream: its name, its tap, and the part that adds it, or −1."""
        model = self.owner.models[self.owner.params.lane]
        if not isinstance(model, GPT):
            return []
        config, found = model.config, [("token vector", "embed", -1)]
        for layer in range(config.layers):
            for at, (part, after) in enumerate(zip(PARTS, ("middle", "stream"), strict=True)):
                if not getattr(config, part):
                    continue
                name = f"{WORDS[part]} {layer + 1}"
                if config.residual:
                    found.append((f"+ {name}", f"{layer}.{part}", 2 * layer + at))
                    name = "= stream" if config.pre else "= normalized"
                found.append((name, f"{layer}.{after}", -1))
        return found

    def station(self) -> list[str]:
        """Return their names (station,)."""
        return [name for name, _, _ in self.stations()]

    def station_part(self) -> Tensor:
        """Return which part adds each (station,)."""
        return torch.tensor([part for _, _, part in self.stations()], dtype=torch.int64)

    def stream(self) -> Tensor:
        """Return the followed token's numbers at each (station, number)."""
        rows = [self.seen()[tap][0, self.place()] for _, tap, _ in self.stations()]
        return torch.stack(rows) if rows else torch.zeros(0, self.owner.params.width)

    @kept
    @torch.no_grad()
    def read(self) -> Tensor:
        """Return the probabilities of what would be said at each reading (reading, token, symbol): the logit lens.

        Every state of the stream is given to the last norm and the output layer (nostalgebraist 2020).
        """
        model = self.owner.models[self.owner.params.lane]
        rows = [model.out(model.norm(self.seen()[tap][0])).softmax(-1) for _, tap, part in self.stations() if part < 0]
        return torch.stack(rows) if rows else torch.zeros(0, len(self.numbers()) - 1, 1)

    def truth(self) -> Tensor:
        """Return what really comes after each token (token,)."""
        return torch.tensor(self.numbers()[1:], device=self.owner.device)

    def reading(self) -> list[str]:
        """Return the stations at which the stream is read (reading,)."""
        found = []
        for place, (name, _, part) in enumerate(self.stations()):
            before = self.stations()[place - 1][0].removeprefix("+ ")
            found += [] if part >= 0 else [f"after {before}" if name.startswith("=") else name]
        return found

    def lens(self) -> np.ndarray:
        """Return what would be said at each (reading, token)."""
        rows = [self.symbols(row) for row in self.read().argmax(-1).tolist()]
        return np.array(rows, "<U4").reshape(-1, len(self.numbers()) - 1)

    @kept
    def lens_p(self) -> Tensor:
        """Return the probability of what really comes next (reading, token)."""
        p = self.read()
        if not len(p):
            return p[..., 0]
        return p.gather(-1, self.truth()[None, :, None].expand(len(p), -1, 1))[..., 0]

    def spread(self, values: Tensor) -> Tensor:
        """Return one value for each reading as one for each station, NaN for what is added (station,)."""
        found = torch.full((len(self.stations()),), torch.nan, device=values.device)
        found[self.station_part() < 0] = values
        return found

    def said(self) -> list[str]:
        """Return what would be said at each station (station,)."""
        rows = iter(self.lens())
        return ["" if part >= 0 else str(next(rows)[self.place()]) for _, _, part in self.stations()]

    def said_p(self) -> Tensor:
        """Return with what probability (station,)."""
        return self.spread(self.read()[:, self.place()].amax(-1))

    def true_p(self) -> Tensor:
        """Return the probability of what really comes next (station,)."""
        return self.spread(self.lens_p()[:, self.place()])

    @torch.no_grad()
    def adds(self) -> Tensor:
        """Return what each part adds to the score of what really comes next (station,).

        The last norm divides by the standard deviation of the finished stream; with that held, scores are linear in
        the stream, so parts can be told apart. The mean of all symbols' scores is taken off, for softmax does not
        see it.
        """
        model = self.owner.models[self.owner.params.lane]
        found = torch.full((len(self.stations()),), torch.nan, device=self.owner.device)
        if not isinstance(model, GPT) or not (model.config.residual and model.config.pre):
            return found
        last = self.seen()[f"{model.config.layers - 1}.stream"][0, self.place()]
        direction = model.out.weight[self.truth()[self.place()]] - model.out.weight.mean(0)
        for row, (_, tap, part) in enumerate(self.stations()):
            added = self.seen()[tap][0, self.place()]
            if isinstance(model.norm, nn.LayerNorm):
                added = (added - added.mean()) / (last.var(correction=0) + model.config.eps).sqrt() * model.norm.weight
            if part >= 0 or tap == "embed":
                found[row] = added @ direction
        return found

    # the block as a graph

    @kept
    def graph(self) -> tuple[list[tuple[str, str, int, int]], list[tuple[str, str]]]:
        """Return the block's tensors (name, tap, column, part) and the edges between them, by their taps."""
        model, layer = self.owner.models[self.owner.params.lane], self.owner.params.block
        if not isinstance(model, GPT):
            return [("token vectors", "embed", 0, -1), ("GRU", "hidden", 1, -1), ("scores", "logits", 2, -1)], [
                ("embed", "hidden"),
                ("hidden", "logits"),
            ]
        config, source = model.config, f"{layer - 1}.stream" if layer else "embed"
        nodes, edges, column = [("x", source, 0, -1)], [], 0
        for at, (part, normed, after) in enumerate((("attention", "read", "middle"), ("mlp", "thought", "stream"))):
            if not getattr(config, part):
                continue
            start, out, end = f"{layer}.{normed}", f"{layer}.{part}", f"{layer}.{after}"
            normalized = config.pre and config.norm != "none"
            nodes += [("LN" if normalized else "read", start, column, -1), (WORDS[part], out, column + 1, at)]
            edges += [(source, start), (start, out)]
            if config.residual:
                nodes.append(("sum" if config.pre else "LN(sum)", end, column + 2, -1))
                edges += [(source, end), (out, end)]
            source, column = (end, column + 2) if config.residual else (out, column + 1)
        return nodes, edges

    def node(self) -> list[str]:
        """Return the tensors' names (node,)."""
        return [name for name, _, _, _ in self.graph()[0]]

    def node_part(self) -> Tensor:
        """Return which part makes each (node,)."""
        return torch.tensor([part for _, _, _, part in self.graph()[0]])

    def node_column(self) -> Tensor:
        """Return each one's place from left to right (node,)."""
        return torch.tensor([column for _, _, column, _ in self.graph()[0]])

    def edges(self) -> Tensor:
        """Return from which node to which (edge, end)."""
        at = {tap: place for place, (_, tap, _, _) in enumerate(self.graph()[0])}
        return torch.tensor([[at[start], at[end]] for start, end in self.graph()[1]])

    @kept
    def tensors(self) -> list[Tensor]:
        """Return the tensors as matrices (row, column)."""
        return [self.seen()[tap][0] for _, tap, _, _ in self.graph()[0]]

    def node_shape(self) -> Tensor:
        """Return their rows and columns (node, 2)."""
        return torch.tensor([x.shape for x in self.tensors()])

    def node_rms(self) -> Tensor:
        """Return the root mean square of their numbers (node,)."""
        return torch.stack([x.square().mean().sqrt() for x in self.tensors()])

    def node_map(self) -> Tensor:
        """Return them averaged over fields (node, map row, map column)."""
        return torch.stack([F.adaptive_avg_pool2d(x[None], FIELDS)[0] for x in self.tensors()])

    # counting

    @kept("owner.models")
    def weights(self) -> list[int]:
        """Return how many weights each model has (model,)."""
        return [parameters_of(model) for model in self.owner.models]

    @kept("owner.models")
    def yardsticks(self) -> Tensor:
        """Return what counting symbols comes to (yardstick,)."""
        from explainer.scenes.transformer.experiment import corpus

        return yardsticks(corpus().train, corpus().held_out, len(corpus().vocabulary.symbols))

    @kept("owner.models")
    def mask(self) -> Tensor:
        """Return who may read whom (mask, reader, read)."""
        count = SOURCE + TARGET
        causal = torch.ones(count, count).tril()
        source, target = torch.arange(count)[:, None] < SOURCE, torch.arange(count) < SOURCE
        encoder_decoder = torch.where(source, (source & target).float(), causal)
        return torch.stack([torch.ones(count, count), causal, encoder_decoder, torch.where(target, 1.0, causal)])

    @property
    def size(self) -> tuple[int, int, int]:
        """Symbols, blocks and width."""
        from explainer.scenes.transformer.experiment import corpus

        return len(corpus().vocabulary.symbols), self.owner.params.layers, self.owner.params.width

    def cost_weights(self) -> list[int]:
        """Return the weights of each part (cost,)."""
        return weights_of(*self.size)

    def cost_adds(self) -> list[int]:
        """Return the multiply–adds of each part (cost,)."""
        return multiply_adds(*self.size, self.owner.params.tokens)

    def cost_length(self) -> Tensor:
        """Return the numbers of tokens (cost length,)."""
        return 2 ** torch.arange(3, 18)

    @kept("owner.models")
    def adds_by_length(self) -> Tensor:
        """Return the multiply–adds there (cost, cost length)."""
        rows = [multiply_adds(*self.size, length) for length in self.cost_length().tolist()]
        return torch.tensor(rows, dtype=torch.float64).T.contiguous()

    def cost_width(self) -> Tensor:
        """Return the widths (cost width,)."""
        return 2 ** torch.arange(3, 14)

    @kept("owner.models")
    def weights_by_width(self) -> Tensor:
        """Return the weights there (cost, cost width)."""
        rows = [weights_of(*self.size[:2], width) for width in self.cost_width().tolist()]
        return torch.tensor(rows, dtype=torch.float64).T.contiguous()

    @kept("owner.models")
    def weights_by_depth(self) -> Tensor:
        """Return the weights there (cost, cost depth)."""
        rows = [weights_of(self.size[0], layers, self.size[2]) for layers in range(1, 2 * DEEPEST + 1)]
        return torch.tensor(rows, dtype=torch.float64).T.contiguous()
