"""The tasks, and the network: two GRUs with one vector between them, or with attention."""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor, nn

from explainer.scenes.seq2seq import END, START

SIX = 6
"""Letters C to H may follow an A."""


def draw(task: str, count: int, length: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return sources (count, T) and what should be said of them (count, L); after the end comes −1."""
    end = torch.full((count, 1), END)
    if task in ("reverse", "copy"):
        source = torch.randint(10, (count, length), generator=generator)
        return source, torch.cat([source.flip(1) if task == "reverse" else source, end], 1)
    letters = torch.randint(2, 2 + SIX, (count, 3), generator=generator)
    other = torch.rand(count, 1, generator=generator) < (0.4 if task == "answers" else 0.2)
    nothing = torch.full((count, 1), -1)
    if task == "answers":
        long = torch.cat([0 * end, letters[:, :1], end], 1)
        short = torch.cat([0 * end + 1, end, nothing], 1)
    else:
        long = torch.cat([0 * end, letters, end], 1)
        short = torch.cat([end, nothing.expand(-1, 4)], 1)
    return 0 * end, torch.where(other, short, long)


def true_chance(task: str, source: Sequence[int], answer: Sequence[int]) -> float:
    """Return the probability of an answer, its end among it, by the task."""
    if task in ("reverse", "copy"):
        right = [*(reversed(source) if task == "reverse" else source), END]
        return float(list(answer) == right)
    letters, other, chance = (1, (1, END), 0.4) if task == "answers" else (3, (END,), 0.2)
    if tuple(answer) == other:
        return chance
    first, *rest = [*answer, -1]
    follows = first == 0 and rest[letters:] == [END, -1] and all(2 <= symbol < 2 + SIX for symbol in rest[:letters])
    return (1 - chance) / SIX**letters if follows else 0.0


class Seq2Seq(nn.Module):
    """An encoder reads the source; a decoder begins with its last state and says one symbol after the other."""

    def __init__(self, attention: bool, hidden: int) -> None:
        super().__init__()
        self.attention = attention
        self.embedding = nn.Embedding(START + 1, hidden // 2)
        self.encoder = nn.GRU(hidden // 2, hidden, batch_first=True)
        self.decoder = nn.GRU(hidden // 2, hidden, batch_first=True)
        self.out = nn.Linear(2 * hidden if attention else hidden, END + 1)

    def read(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """Return the encoder's states (B, T, H), and the last one (1, B, H)."""
        memory, state = self.encoder(self.embedding(source))
        return memory, state

    def say(self, fed: Tensor, memory: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits (B, L, symbol) for what follows the symbols fed (B, L), the state then, and the weights.

        Dot attention (Luong et al. 2015): α = softmax over i of s_t · h_i, context Σ α_i h_i beside s_t.
        """
        states, state = self.decoder(self.embedding(fed), state)
        weights = (states @ memory.mT).softmax(-1)
        if self.attention:
            states = torch.cat([states, weights @ memory], -1)
        return self.out(states), state, weights


def say_freely(
    model: Seq2Seq, source: Tensor, steps: int, place: int = 0, instead: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Return what is said when the decoder is fed what it has said (B, L), the logits, and the weights (B, L, T).

    At ``place``, counted from 1, the symbols ``instead`` (B,) take the place of what is said.
    """
    memory, state = model.read(source)
    last = torch.full_like(source[:, :1], START)
    said, logits, weights = [], [], []
    for t in range(steps):
        scores, state, read = model.say(last, memory, state)
        last = scores.argmax(-1)
        if instead is not None and t == place - 1:
            last = instead[:, None]
        said.append(last)
        logits.append(scores)
        weights.append(read)
    return torch.cat(said, 1), torch.cat(logits, 1), torch.cat(weights, 1)


def learn_to_say(model: Seq2Seq, source: Tensor, target: Tensor, forced: Tensor) -> Tensor:
    """Return logits (B, L, symbol); where ``forced`` (B, L) the decoder is fed the true symbol, else its own."""
    memory, state = model.read(source)
    start = torch.full_like(source[:, :1], START)
    if forced.all():
        return model.say(torch.cat([start, target[:, :-1].clamp(min=0)], 1), memory, state)[0]
    last, logits = start, []
    for t in range(target.shape[1]):
        scores, state, _ = model.say(last, memory, state)
        last = torch.where(forced[:, t : t + 1], target[:, t : t + 1].clamp(min=0), scores.argmax(-1))
        logits.append(scores)
    return torch.cat(logits, 1)
