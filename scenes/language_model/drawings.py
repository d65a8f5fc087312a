"""What is drawn: the text, what may come next, what the heads read, and how words fall apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.language.byte_pairs import BytePairs
from explainer.lab.language.sampling import adjusted
from explainer.lab.language.text import Characters, halves, yardsticks
from explainer.scenes.language_model import BREAK, CANDIDATES, CONTEXT, SHOWN

if TYPE_CHECKING:
    from explainer.scenes.language_model.experiment import LanguageModel

SIZES = (0, 30, 100, 200, 300, 500, 700, 1_000, 1_500, 2_000)
"""Numbers of merges at which it is measured how long symbols are."""
PYTHON = """def step(self) -> None:
    for k, block in enumerate(self.blocks):
        x = block(x, angles=angles[k], cache=None)
    return self.norm(x) @ self.out.weight.T
"""
GERMAN = "Der Gradient zeigt dorthin, wo der Verlust am stärksten wächst; ein Schritt geht in die andere Richtung."
NUMBERS = " ".join(str(10_007 * k % 90_000 + 10_000) for k in range(1, 31))


def visible(symbol: str) -> str:
    """Return a symbol as it can be seen."""
    return symbol.replace("\n", BREAK).replace(" ", "␣")


class Drawings:
    """The arrays of a language model."""

    def __init__(self, owner: LanguageModel) -> None:
        self.owner = owner

    # the text

    @kept
    def place(self) -> int:
        """Return the chosen place, counted from 0; the text's length for the next symbol."""
        length, chosen = len(self.owner.text), self.owner.params.place
        return chosen - 1 if 0 < chosen <= length else length

    def written(self) -> list[str]:
        """Return the last symbols (piece,)."""
        symbols = self.owner.corpus.vocabulary.symbols
        return [symbols[number] for number in self.owner.text[-SHOWN:].tolist()]

    def surprises(self) -> Tensor:
        """Return −log p of each (piece,)."""
        return self.owner.surprise[-SHOWN:]

    def hidden(self) -> Tensor:
        """Return how many symbols stand before those shown."""
        return torch.tensor(max(0, len(self.owner.text) - SHOWN))

    def looked_at(self) -> Tensor:
        """Return which of the pieces is chosen."""
        return (self.place() - self.hidden()).clamp(min=0)

    # what may come next

    def before(self) -> Tensor:
        """Return the symbols that are read before the chosen place (1, n)."""
        place = max(1, self.place())
        return self.owner.text[None, max(0, place - CONTEXT) : place].to(self.owner.device)

    @kept
    @torch.no_grad()
    def scores(self) -> Tensor:
        """Return the scores of what may stand at the chosen place (symbols,)."""
        if self.place() == len(self.owner.text):
            return self.owner.scores
        return self.owner.model(self.before())[0, -1].cpu().nan_to_num(0.0, 1e4, -1e4)

    @kept
    def order(self) -> Tensor:
        """Return all symbols, likeliest first (symbols,)."""
        return self.scores().argsort(descending=True, stable=True)

    @kept
    def drawn(self) -> Tensor:
        """Return the probabilities as they are drawn (symbols,)."""
        params = self.owner.params
        cuts = (params.top_k, params.top_p, params.min_p)
        return adjusted(self.scores(), params.temperature, *cuts, params.penalty, self.before()[0].cpu())

    def next_symbol(self) -> list[str]:
        """Return the likeliest symbols (candidate,)."""
        symbols = self.owner.corpus.vocabulary.symbols
        return [visible(symbols[number]) for number in self.next_number().tolist()]

    def next_number(self) -> Tensor:
        """Return their numbers (candidate,)."""
        return self.order()[:CANDIDATES]

    def next_score(self) -> Tensor:
        """Return their scores (candidate,)."""
        return self.scores()[self.next_number()]

    def next_own(self) -> Tensor:
        """Return their probabilities as the model has them (candidate,)."""
        return self.scores().softmax(-1)[self.next_number()]

    def next_drawn(self) -> Tensor:
        """Return their probabilities as they are drawn (candidate,)."""
        return self.drawn()[self.next_number()]

    @kept
    def uncut(self) -> tuple[Tensor, Tensor]:
        """Return all probabilities at temperature and penalty, largest first, and their order (symbols,)."""
        params = self.owner.params
        p = adjusted(self.scores(), params.temperature, penalty=params.penalty, written=self.before()[0].cpu())
        p, order = p.sort(descending=True, stable=True)
        return p[:50], order[:50]

    def rank_own(self) -> Tensor:
        """Return the probabilities before the cuts, largest first (rank,)."""
        return self.uncut()[0]

    def rank_sum(self) -> Tensor:
        """Return their sum up to each (rank,)."""
        return self.uncut()[0].cumsum(0).clamp(max=1.0)

    def rank_drawn(self) -> Tensor:
        """Return the probabilities as they are drawn, in the same order (rank,)."""
        return self.drawn()[self.uncut()[1]]

    # what was learned

    @kept("owner.corpus")
    def text(self) -> str:
        """Return the text that is learned."""
        from explainer.scenes.language_model.experiment import text_from

        params = self.owner.params
        return text_from(params.source, params.pasted, params.path)

    @kept("owner.corpus")
    def yardsticks(self) -> Tensor:
        """Return what counting characters comes to (yardstick,)."""
        text = self.text()
        characters = Characters(text)
        known, held_out = (torch.tensor(characters.encode(part)) for part in halves(text))
        return yardsticks(known, held_out, len(characters.symbols))

    def symbols(self) -> list[str]:
        """Return the vocabulary (symbol,)."""
        return [visible(symbol) for symbol in self.owner.corpus.vocabulary.symbols]

    @kept("owner.model")
    def weights_of(self) -> list[int]:
        """Return how many weights each part has (part,)."""
        counts = dict.fromkeys(("tokens", "attention", "mlp", "norm", "out"), 0)
        for name, weight in self.owner.model.named_parameters():
            part = name.split(".")[2 if name.startswith("blocks") else 0]
            counts["norm" if "norm" in part else part] += weight.numel()
        return list(counts.values())

    # what the heads read

    @kept
    @torch.no_grad()
    def heads(self) -> Tensor:
        """Return every head's weights over what is read before the chosen place (layer, head, query, key)."""
        seen: list[Tensor] = []

        def tap(name: str, x: Tensor) -> Tensor:
            if name.endswith("weights"):
                seen.append(x[0])
            return x

        self.owner.model(self.before(), tap=tap)
        return torch.stack(seen).nan_to_num()

    def read_piece(self) -> list[str]:
        """Return what is read (read,)."""
        symbols = self.owner.corpus.vocabulary.symbols
        return [visible(symbols[number]) for number in self.before()[0].tolist()]

    def reads(self) -> Tensor:
        """Return what each head reads for the next symbol (any head, read)."""
        return self.heads()[:, :, -1].flatten(0, 1)

    def map(self) -> Tensor:
        """Return the chosen head's weights (query, key)."""
        params = self.owner.params
        return self.heads()[min(params.layer, params.layers) - 1, min(params.head, params.heads) - 1]

    # byte pairs

    @kept("owner.corpus")
    def merges(self) -> list[tuple[tuple[int, int], int]]:
        """Return the merges learned from the text, each with its count."""
        from explainer.scenes.language_model.experiment import merges_of

        return list(merges_of(self.text()))

    @kept("owner.corpus")
    def all_pairs(self) -> BytePairs:
        """Return the vocabulary after all merges."""
        return BytePairs([pair for pair, _ in self.merges()])

    def merge_text(self) -> list[str]:
        """Return the pairs (merge,)."""
        symbols = self.all_pairs().symbols
        return [f"{visible(symbols[first])} + {visible(symbols[second])}" for (first, second), _ in self.merges()]

    def merge_made(self) -> list[str]:
        """Return what they make (merge,)."""
        return [visible(symbol) for symbol in self.all_pairs().symbols[256:]]

    def merge_count(self) -> list[int]:
        """Return how often each pair stood in the text (merge,)."""
        return [count for _, count in self.merges()]

    @kept
    def split_numbers(self) -> tuple[BytePairs, list[int]]:
        """Return the reader's words after so many merges."""
        vocabulary = BytePairs(self.all_pairs().merges[: self.owner.params.merged])
        return vocabulary, vocabulary.encode(self.owner.params.words)

    def split(self) -> list[str]:
        """Return the reader's words in pieces (word piece,)."""
        vocabulary, numbers = self.split_numbers()
        return [visible(vocabulary.symbols[number]) for number in numbers]

    def split_rank(self) -> list[float]:
        """Return which merge made each piece (word piece,)."""
        return [max(0.0, number - 255.0) for number in self.split_numbers()[1]]

    def sample_sizes(self) -> list[int]:
        """Return the numbers of merges at which it is measured (merges so far,)."""
        return [size for size in SIZES if size <= len(self.merges())]

    @kept("owner.corpus")
    def characters_per_symbol(self) -> np.ndarray:
        """Return how many characters a symbol has (sample, merges so far)."""
        samples = [halves(self.text())[1][:6_000], PYTHON, GERMAN, NUMBERS]
        found = [BytePairs(self.all_pairs().merges[:size]) for size in self.sample_sizes()]
        return np.array([[len(s) / len(each.encode(s)) for each in found] for s in samples], np.float32)
