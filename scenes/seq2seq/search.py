"""Searches for a likely answer: beams, of which greedy is the one of width 1, and the likeliest of all."""

import heapq
from dataclasses import dataclass

import torch
from torch import Tensor

from explainer.scenes.seq2seq import END, START
from explainer.scenes.seq2seq.model import Seq2Seq

MOST = 100
"""Beginnings that are tried for the likeliest answer."""


@dataclass(frozen=True, order=True)
class Beginning:
    """Symbols said so far, their log-probability, the number of the beginning that it continues in the tree."""

    loss: float
    """−ln P."""
    symbols: tuple[int, ...]
    parent: int = -1

    def ended(self, longest: int) -> bool:
        """Return whether nothing can follow."""
        return self.symbols[-1:] == (END,) or len(self.symbols) == longest

    def score(self, penalty: float) -> float:
        """Return ln P ÷ lengthᵅ."""
        return -self.loss / max(1, len(self.symbols)) ** penalty


class Continued:
    """What a network holds of every symbol that may follow the beginnings of an answer to one source (T,)."""

    def __init__(self, model: Seq2Seq, source: Tensor) -> None:
        self.model = model
        self.memory, state = model.read(source[None])
        self.states: dict[tuple[int, ...], tuple[int, Tensor]] = {(): (START, state)}

    def losses(self, symbols: tuple[int, ...]) -> list[float]:
        """Return −ln P of each symbol; not a number counts as impossible."""
        last, before = self.states[symbols]
        fed = torch.tensor([[last]], device=self.memory.device)
        logits, state, _ = self.model.say(fed, self.memory, before)
        self.states |= {(*symbols, symbol): (symbol, state) for symbol in range(END + 1)}
        found = -logits[0, 0].double().log_softmax(0)
        return [float(each) for each in found.nan_to_num(torch.inf)]

    def after(self, beginning: Beginning, number: int = -1) -> list[Beginning]:
        """Return the beginnings that are longer by one symbol."""
        losses = enumerate(self.losses(beginning.symbols))
        return [Beginning(beginning.loss + loss, (*beginning.symbols, symbol), number) for symbol, loss in losses]


def beam_search(model: Seq2Seq, source: Tensor, width: int, longest: int) -> list[Beginning]:
    """Return every beginning that was kept, the empty one first; :func:`best_of` says which is the answer.

    At each step the ``width`` likeliest continuations are kept; those that have ended are put aside.
    """
    continued, tree, alive = Continued(model, source), [Beginning(0.0, ())], [0]
    while alive:
        longer = sorted(each for k in alive for each in continued.after(tree[k], k))[:width]
        alive = [len(tree) + k for k, each in enumerate(longer) if not each.ended(longest)]
        tree += longer
    return tree


def best_of(tree: list[Beginning], longest: int, penalty: float) -> int:
    """Return the number of the ended beginning with the largest ln P ÷ lengthᵅ."""
    ended = [k for k, each in enumerate(tree) if each.ended(longest)]
    return max(ended, key=lambda k: tree[k].score(penalty))


def likeliest(model: Seq2Seq, source: Tensor, longest: int) -> Beginning | None:
    """Return the likeliest answer of all, or None where it is not found.

    Beginnings are continued in the order of their probabilities. A longer one is never likelier, so the first that
    has ended is the likeliest answer (Dijkstra's algorithm on −ln P).
    """
    continued, waiting = Continued(model, source), [Beginning(0.0, ())]
    for _ in range(MOST):
        first = heapq.heappop(waiting)
        if first.ended(longest):
            return first
        for each in continued.after(first):
            heapq.heappush(waiting, each)
    return None
