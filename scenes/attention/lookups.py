"""Training the four projections, on the spot, to a look-up that a person has chosen."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.attention.mechanism import Settings, additive, alibi, rotary
from explainer.scenes.attention.sources import WORDS, Bank, position_vectors, projections, with_shared_part

UPDATES, BATCH, LENGTH = 300, 32, 8
LEARNING_RATE = 0.01


def train(lookup: str, bank: Bank, s: Settings) -> tuple[dict[str, Tensor], Tensor]:
    """Return the trained projections and the loss of each update (updates,).

    The projections start random and learn by Adam, on sequences of random word vectors, to put out
    what the look-up asks for; the loss is the mean squared error. The sequences follow from the bank's seed.
    """
    chance = torch.Generator().manual_seed(bank.seed)
    start = projections("random", s.d_model, s.heads, bank)
    weights = {name: table.clone().requires_grad_() for name, table in start.items()}
    optimizer = torch.optim.Adam(weights.values(), lr=LEARNING_RATE)
    losses = []
    for _ in range(UPDATES):
        words = draw_words(lookup, chance).to(bank.device)
        content = with_shared_part(bank.words[words, : s.d_model])
        loss = F.mse_loss(answer(content, weights, bank, s)[:, 1:], wanted(lookup, content)[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return {name: table.detach() for name, table in weights.items()}, torch.stack(losses)


def draw_words(lookup: str, chance: torch.Generator) -> Tensor:
    """Return random word numbers (batch, length); for the search of equal words each occurs twice on average."""
    if lookup != "match":
        return torch.randint(WORDS, (BATCH, LENGTH), generator=chance)
    few = torch.randint(WORDS, (BATCH, LENGTH // 2), generator=chance)
    return few.gather(1, torch.randint(LENGTH // 2, (BATCH, LENGTH), generator=chance))


def wanted(lookup: str, content: Tensor) -> Tensor:
    """Return what each token is to put out, shaped as the content (batch, length, D); the first one is not graded."""
    if lookup == "average":
        return content.mean(1, keepdim=True).expand_as(content)
    return content.roll(1, 1) if lookup == "previous" else content


def answer(content: Tensor, weights: dict[str, Tensor], bank: Bank, s: Settings) -> Tensor:
    """Return attention's output (batch, length, D) on word vectors, softly selected and without a mask."""
    x = (content + position_vectors(s.position, LENGTH, s.d_model, bank))[:, None]
    q, k, v = x @ weights["w_q"], x @ weights["w_k"], x @ weights["w_v"]
    if s.position == "rotary":
        q, k = rotary(q), rotary(k)
    bias = alibi(q[0] @ k[0].mT) if s.position == "alibi" else None
    if s.score == "additive":
        scores = additive(q, k, weights["a"])
        mixed = (scores if bias is None else scores + bias).softmax(-1) @ v
    else:
        scale = q.shape[-1] ** -0.5 if s.scale else 1.0
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=scale)
    return mixed.transpose(1, 2).flatten(2) @ weights["w_o"]
