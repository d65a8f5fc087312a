"""From scores to the distribution that the next symbol is drawn from, and guesses of a draft checked by it."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def adjusted(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    penalty: float = 1.0,
    written: Tensor | None = None,
) -> Tensor:
    """Return the probabilities (…, symbols) of what is drawn from scores, in the order of ``transformers``.

    The scores of symbols in ``written`` are divided by ``penalty`` where positive, else multiplied (Keskar et al.
    2019); all are divided by ``temperature``, which at 0 leaves the likeliest alone; then only the ``top_k``
    likeliest stay (0: all; with those as likely as the last), of these the fewest that have ``top_p`` together
    (Holtzman et al. 2020), of these those at least ``min_p`` as likely as the likeliest (Nguyen et al. 2024).
    """
    scores = logits
    if penalty != 1 and written is not None and len(written):
        again = torch.zeros(scores.shape[-1], dtype=torch.bool, device=scores.device)
        again[written] = True
        scores = torch.where(again, torch.where(scores > 0, scores / penalty, scores * penalty), scores)
    if temperature == 0:
        return torch.nn.functional.one_hot(scores.argmax(-1), scores.shape[-1]).to(scores.dtype)
    scores = (scores - scores.max(-1, keepdim=True).values) / temperature
    if 0 < top_k < scores.shape[-1]:
        scores = scores.masked_fill(scores < scores.topk(top_k).values[..., -1:], float("-inf"))
    if top_p < 1:
        rising, order = scores.sort()
        few = rising.softmax(-1).cumsum(-1) <= 1 - top_p
        few[..., -1] = False
        scores = scores.masked_fill(few.scatter(-1, order, few), float("-inf"))
    p = scores.softmax(-1)
    if min_p > 0:
        p = p.masked_fill(p < min_p * p.max(-1, keepdim=True).values, 0.0)
        p = p / p.sum(-1, keepdim=True)
    return p


def draw(p: Tensor, generator: Generator) -> int:
    """Return a symbol drawn from probabilities (symbols,)."""
    return int(torch.multinomial(p.cpu(), 1, generator=generator))


def accept(guessed: int, p: Tensor, q: Tensor, generator: Generator) -> tuple[bool, int]:
    """Return whether a draft's guess, drawn from q, stands, and the symbol that is written: one drawn from p.

    It stands with probability min(1, p / q); else one is drawn from max(0, p − q) (Leviathan et al. 2023).
    """
    if float(torch.rand((), generator=generator)) * float(q[guessed]) < float(p[guessed]):
        return True, guessed
    rest = (p - q).clamp(min=0)
    return False, draw(rest if float(rest.sum()) > 0 else p, generator)
