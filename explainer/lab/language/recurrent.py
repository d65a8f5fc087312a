"""A GRU in place of the transformer: the same text, the same losses."""

from __future__ import annotations

from torch import Tensor, nn

from explainer.lab.language.model import Config, Tap, unchanged


class Recurrent(nn.Module):
    """Token vectors of ``width``, one GRU layer of twice as many numbers, and a score for each symbol.

    A tap is shown ``embed`` (B, T, D), ``hidden`` (B, T, 2D) and ``logits`` (B, T, symbols).
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.symbols, config.width)
        nn.init.normal_(self.tokens.weight, std=config.token_std)
        self.gru = nn.GRU(config.width, 2 * config.width, batch_first=True)
        self.out = nn.Linear(2 * config.width, config.symbols, bias=False)
        nn.init.normal_(self.out.weight, std=config.out_std)

    def forward(self, tokens: Tensor, tap: Tap = unchanged) -> Tensor:
        """Return scores (B, T, symbols) for tokens (B, T)."""
        x = tap("embed", self.tokens(tokens))
        return tap("logits", self.out(tap("hidden", self.gru(x)[0])))
