"""The tasks: sequences drawn afresh for every batch, and what is asked at each of their tokens.

Each ``draw_…`` returns tokens (batch, T) and targets (batch, T), −100 where nothing is asked.
"""

from collections.abc import Callable

import torch
from torch import Tensor

NOT_ASKED = -100


def draw_copy(batch: int, length: int, symbols: int) -> tuple[Tensor, Tensor]:
    """Say each symbol again."""
    tokens = torch.randint(symbols, (batch, length))
    return tokens, tokens


def draw_reverse(batch: int, length: int, symbols: int) -> tuple[Tensor, Tensor]:
    """Say the sequence backwards."""
    tokens = torch.randint(symbols, (batch, length))
    return tokens, tokens.flip(1)


def draw_sort(batch: int, length: int, symbols: int) -> tuple[Tensor, Tensor]:
    """Say the symbols in ascending order."""
    tokens = torch.randint(symbols, (batch, length))
    return tokens, tokens.sort(1).values


def draw_induction(batch: int, length: int, symbols: int) -> tuple[Tensor, Tensor]:
    """Predict the next token of a part, a marker, the same part, the marker, … from the first marker on.

    The part is as long as chance will have it, a quarter to half of the sequence, and has no symbol twice
    while there are enough of them, so that only its content tells how it goes on. The marker is ``symbols``.
    """
    sizes = torch.randint(max(1, length // 4), max(1, length // 2) + 1, (batch, 1))
    shuffled = torch.rand(batch, symbols).argsort(1)
    part = shuffled[:, torch.arange(length) % symbols]
    place = torch.arange(length + 1) % (sizes + 1)
    whole = torch.where(place == sizes, symbols, part.gather(1, place.clamp(max=length - 1)))
    return whole[:, :-1], whole[:, 1:].where(torch.arange(length) >= sizes, NOT_ASKED)


def draw_add(batch: int, length: int, symbols: int) -> tuple[Tensor, Tensor]:
    """Predict the digits of a sum, the units first: 4 7 + 3 8 = 5 8 0. Plus is 10, equals 11.

    ``length`` says how many digits fit; ``symbols`` plays no part.
    """
    digits = add_digits(length)
    tens = 10 ** torch.arange(digits + 1)
    numbers = torch.randint(10**digits, (2, batch))
    written = numbers[..., None] // tens[:digits].flip(0) % 10
    answer = numbers.sum(0)[:, None] // tens % 10
    plus, equals = torch.full((batch, 1), 10), torch.full((batch, 1), 11)
    whole = torch.cat([written[0], plus, written[1], equals, answer], 1)
    return whole[:, :-1], whole[:, 1:].where(torch.arange(whole.shape[1] - 1) > 2 * digits, NOT_ASKED)


def add_digits(length: int) -> int:
    """Return how many digits the numbers have whose sum makes a sequence of at most ``length`` tokens."""
    return max(1, (length - 2) // 3)


def draw_brackets(batch: int, length: int, symbols: int) -> tuple[Tensor, Tensor]:
    """Say of each bracket whether it has a partner: 2 for yes, 3 for no.

    ( is 0 and ) is 1. Half of the sequences begin as balanced ones, and in each of the others a bracket or
    two are turned round.
    """
    steps = torch.rand(batch, length).argsort(1) < length // 2
    tokens = steps.long()
    depth = (1 - 2 * tokens).cumsum(1)
    lowest = depth.argmin(1, keepdim=True)
    tokens = tokens.gather(1, (torch.arange(length) + lowest + 1) % length)
    turned = torch.rand(batch, length) < torch.rand(batch, 1) * 4 / length
    tokens = torch.where(turned & (torch.rand(batch, 1) < 0.5), 1 - tokens, tokens)
    return tokens, torch.where(has_partner(tokens), 2, 3)


def has_partner(tokens: Tensor) -> Tensor:
    """Return which brackets (batch, T) are closed or close one: 0 opens, 1 closes."""
    paired = torch.zeros_like(tokens, dtype=torch.bool)
    waiting = torch.zeros_like(tokens, dtype=torch.bool)
    places = torch.arange(tokens.shape[1], device=tokens.device)
    for place in range(tokens.shape[1]):
        closes = tokens[:, place] == 1
        latest = torch.where(waiting, places, -1).amax(1)
        found = closes & (latest >= 0)
        rows = found.nonzero().flatten()
        paired[rows, place] = True
        paired[rows, latest[rows]] = True
        waiting[rows, latest[rows]] = False
        waiting[:, place] = ~closes
    return paired


Draw = Callable[[int, int, int], tuple[Tensor, Tensor]]
DRAWS: dict[str, Draw] = {
    "copy": draw_copy,
    "reverse": draw_reverse,
    "sort": draw_sort,
    "induction": draw_induction,
    "add": draw_add,
    "brackets": draw_brackets,
}
