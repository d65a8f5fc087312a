"""Side jobs: the cache timed, guesses of a draft, activations carried across, weights of fewer bits."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Parts
from explainer.lab.language.model import GPT, Cache, Config, bytes_per_token
from explainer.lab.language.sampling import accept, adjusted, draw
from explainer.lab.language.text import Vocabulary, counted, draw_windows
from explainer.lab.language.training import BATCH, held_out_loss, learn, make_optimizer, rate
from explainer.scenes.language_model import CONTEXT
from explainer.scenes.language_model.drawings import visible

if TYPE_CHECKING:
    from explainer.scenes.language_model.experiment import LanguageModel

LENGTHS = (15, 30, 60, 125, 250, 500, 1_000)
REPEATS, SPOKEN, DRAFT_STEPS = 3, 160, 300
OWN, ACCEPTED, REFUSED = 0, 1, -1
"""How a symbol came about: the model's own after all guesses stood, a guess that stood, one in a guess's place."""
COPIED, PAIRS, PER_CALL = 31, 128, 16
"""So many symbols stand twice, in so many pieces, of which so many are read in a call."""
BITS = (32, 8, 6, 5, 4, 3, 2)


@torch.no_grad()
def time_cache(model: GPT) -> Parts:
    """Time one more symbol with and without a cache, the best of three.

    Gives ``cache_length`` (n,), ``cache_time`` (2, n) in milliseconds, and ``cache_bytes`` (n,), what it keeps.
    """
    config = replace(model.config, window=0)
    whole = GPT(config).to(next(model.parameters()).device)
    whole.load_state_dict(model.state_dict())
    tokens = torch.arange(LENGTHS[-1] + 1, device=whole.out.weight.device)[None] % config.symbols
    times: list[list[float]] = []
    for length in LENGTHS:
        cache = Cache(config, device=tokens.device, room=1_024)
        whole(tokens[:, :length], cache=cache)
        whole(tokens[:, length : length + 1], cache=cache)  # warms up
        with_cache, without = [], []
        for _ in range(REPEATS):
            cache.length = length
            with_cache.append(_milliseconds(partial(whole, tokens[:, length : length + 1], cache=cache)))
            yield {}
            without.append(_milliseconds(partial(whole, tokens[:, : length + 1])))
            yield {}
        times.append([min(with_cache), min(without)])
        lengths = LENGTHS[: len(times)]
        yield {
            "cache_length": torch.tensor(lengths),
            "cache_time": torch.tensor(times).T,
            "cache_bytes": torch.tensor(lengths) * bytes_per_token(config),
        }


def _milliseconds(call: Callable[[], Tensor]) -> float:
    started = time.perf_counter()
    call().sum().item()
    return 1e3 * (time.perf_counter() - started)


def guess(owner: LanguageModel, ahead: int, draft: str) -> Parts:
    """Write on with guesses of a draft (Leviathan et al. 2023; Chen et al. 2023).

    Gives ``spoken`` (n,), ``spoken_kind`` (n,): 1 for a guess that stood, −1 for what was written in the place of
    one that did not, 0 for the model's own behind guesses that all stood; ``spoken_guess`` (n,), the guess that did
    not stand, else nothing; ``calls``: of the model so far.
    """
    params, vocabulary, known = owner.params, owner.corpus.vocabulary, owner.known.cpu()
    generator = torch.Generator().manual_seed(owner.seed)
    model, text = copy.deepcopy(owner.model), owner.text[-CONTEXT:].tolist()
    guesser: Draft = Counts(known, model.config.symbols)
    if draft == "small":
        small = Small(known, model.config, owner.seed)
        for _ in range(DRAFT_STEPS):
            small.learn()
            yield {}
        guesser = small

    def distribution(scores: Tensor, before: Sequence[int]) -> Tensor:
        cuts = (params.top_k, params.top_p, params.min_p, params.penalty)
        return adjusted(scores, params.temperature, *cuts, torch.tensor(before[-CONTEXT:]))

    written = speculate(model, guesser, text, ahead, distribution, generator)
    pieces: list[int] = []
    kinds: list[int] = []
    instead: list[str] = []
    for calls, found in enumerate(written, 1):
        for symbol, kind, guessed in found:
            pieces.append(symbol)
            kinds.append(kind)
            instead.append(visible(vocabulary.symbols[guessed]) if guessed >= 0 else "")
        yield {
            "spoken": np.array([vocabulary.symbols[symbol] for symbol in pieces], "<U32"),
            "spoken_kind": np.array(kinds, np.float32),
            "spoken_guess": np.array(instead, "<U32"),
            "calls": np.array(calls),
        }
        if len(pieces) >= SPOKEN:
            return


class Draft:
    """Whoever guesses what comes next."""

    def scores(self, text: Sequence[int]) -> Tensor:
        """Return scores of what may follow a text (symbols,)."""
        raise NotImplementedError


class Counts(Draft):
    """Counts of what followed the last three symbols in the text that is learned."""

    def __init__(self, known: Tensor, symbols: int) -> None:
        self.known, self.symbols = known, symbols

    def scores(self, text: Sequence[int]) -> Tensor:
        """Return log p (symbols,)."""
        return counted(self.known, text[-3:], self.symbols).log().float()


class Small(Draft):
    """A model of one layer of width 32, trained on the same text for 300 steps."""

    def __init__(self, known: Tensor, config: Config, seed: int) -> None:
        self.known, self.batches, self.step = known, torch.Generator().manual_seed(seed), 0
        state = torch.get_rng_state()
        torch.manual_seed(seed)
        self.model = GPT(replace(config, layers=1, width=32, heads=4, kv_heads=4))
        torch.set_rng_state(state)
        self.optimizer = make_optimizer(self.model)

    @torch.enable_grad()
    def learn(self) -> None:
        """Do one update."""
        self.step += 1
        inputs, targets = draw_windows(self.known, CONTEXT, BATCH, self.batches)
        learn(self.model, self.optimizer, inputs, targets, rate(self.step, 1e-2, DRAFT_STEPS, 30))

    @torch.no_grad()
    def scores(self, text: Sequence[int]) -> Tensor:
        """Return the scores (symbols,)."""
        return self.model(torch.tensor([text[-CONTEXT:]]))[0, -1]


Distribution = Callable[[Tensor, Sequence[int]], Tensor]
Written = tuple[int, int, int]


@torch.no_grad()
def speculate(
    model: GPT, draft: Draft, text: Sequence[int], ahead: int, distribution: Distribution, generator: Generator
) -> Iterator[list[Written]]:
    """Give, for each call of the model, what it writes: (symbol, kind, the guess that did not stand or −1) each.

    The draft guesses ``ahead`` symbols one by one; the model reads all of them in one call; each stands or not by its
    own distribution, and behind the last one that stood the model writes one itself.
    """
    text, device = list(text), model.out.weight.device
    cache = Cache(model.config, device=device)
    if len(text) > 1:
        model(torch.tensor([text[:-1]], device=device), cache=cache)
    while True:
        guesses: list[int] = []
        beliefs: list[Tensor] = []
        for _ in range(ahead):
            beliefs.append(distribution(draft.scores(text + guesses), text + guesses))
            guesses.append(draw(beliefs[-1], generator))
        read = cache.length + cache.dropped
        scores = model(torch.tensor([[text[-1], *guesses]], device=device), cache=cache)[0].cpu()
        found: list[Written] = []
        for place, (guessed, q) in enumerate(zip(guesses, beliefs, strict=True)):
            stands, symbol = accept(guessed, distribution(scores[place], text), q, generator)
            found.append((symbol, ACCEPTED, -1) if stands else (symbol, REFUSED, guessed))
            text.append(symbol)
            if not stands:
                break
        else:
            found.append((draw(distribution(scores[-1], text), generator), OWN, -1))
            text.append(found[-1][0])
        cache.length = read + len(found) - cache.dropped
        yield found


@torch.no_grad()
def patch(model: GPT, vocabulary: Vocabulary, clean: str, other: str) -> Parts:
    """Carry each activation of the prompt ``clean``, alone, into the other one, and see what comes next.

    Gives ``patch_site`` (s,), heads, feed-forward parts and the stream of each layer; ``patch_symbol`` (t,), the
    other prompt's symbols; ``patch_effect`` (s, t), how far the difference of two scores has moved from the other
    prompt's (0) to the clean one's (1); ``patch_ends`` (2,), that difference with the other and the clean prompt;
    ``patch_asked`` (2,), the symbols whose scores they are: the likeliest after the clean and the other prompt.
    """
    sources, targets = (torch.tensor([vocabulary.encode(prompt)], dtype=torch.int64) for prompt in (clean, other))
    if sources.shape != targets.shape or not sources.numel():
        raise Refused(
            f"prompts of {sources.shape[1]} and {targets.shape[1]} symbols are refused: give two of one length", "other"
        )
    device = model.out.weight.device
    sources, targets = sources.to(device), targets.to(device)
    ends = torch.cat([model(targets)[:, -1], model(sources)[:, -1]])
    first, second = int(ends[1].argmax()), int(ends[0].argmax())
    if first == second:
        second = int(ends[0].topk(2).indices[1])
    difference = ends[:, first] - ends[:, second]
    seen: dict[str, Tensor] = {}
    model(sources, tap=lambda name, x: seen.setdefault(name, x))
    sites = sites_of(model)
    yield {}
    rows = [carried(model, targets, seen, name, head)[:, -1] for name, head in sites.values()]
    moved = torch.stack([row[:, first] - row[:, second] for row in rows])
    whole = difference[1] - difference[0]
    yield {
        "patch_site": np.array(list(sites), "<U32"),
        "patch_symbol": np.array([visible(vocabulary.symbols[k]) for k in targets[0].tolist()], "<U32"),
        "patch_effect": ((moved - difference[0]) / torch.where(whole.abs() > 1e-6, whole, 1.0)).cpu(),
        "patch_ends": difference.cpu(),
        "patch_asked": np.array([visible(vocabulary.symbols[k]) for k in (first, second)], "<U32"),
    }


def sites_of(model: GPT) -> dict[str, tuple[str, int]]:
    """Return what can be carried: name → (the tap's name, the head or −1)."""
    found: dict[str, tuple[str, int]] = {}
    for layer in range(model.config.layers):
        heads = {f"L{layer + 1}·H{h + 1}": (f"{layer}.heads", h) for h in range(model.config.heads)}
        found |= heads | {
            f"L{layer + 1} feed-forward": (f"{layer}.mlp", -1),
            f"L{layer + 1} stream": (f"{layer}.stream", -1),
        }
    return found


def carried(model: GPT, tokens: Tensor, seen: dict[str, Tensor], site: str, head: int) -> Tensor:
    """Return scores (place, T, symbols) for tokens (1, T): in row k the activation at place k is that of ``seen``."""
    places = torch.arange(tokens.shape[1], device=tokens.device)

    def tap(name: str, x: Tensor) -> Tensor:
        if name != site:
            return x
        x = x.clone()
        if head < 0:
            x[places, places] = seen[name][0]
        else:
            x[places, head, places] = seen[name][0, head]
        return x

    return model(tokens.expand(len(places), -1), tap=tap)


@torch.no_grad()
def copying(model: GPT, held_out: Tensor, symbols: int) -> Parts:
    """Give the loss on 31 symbols that stood just before, and on the same ones behind others: in-context copying.

    ``copy_text`` (2, place) with pieces of the held-out text, ``copy_random`` (2, place) with symbols drawn evenly,
    each in nats at every place of them but the first, the mean of 128; first after themselves, then after others.
    """
    generator = torch.Generator().manual_seed(0)
    starts = torch.randint(len(held_out) - COPIED + 1, (2, PAIRS, 1), generator=generator)
    pieces = held_out.cpu()[starts + torch.arange(COPIED)]
    drawn = torch.randint(symbols, (2, PAIRS, COPIED), generator=generator)
    found: dict[str, Tensor] = {}
    for name, (again, other) in (("copy_text", pieces), ("copy_random", drawn)):
        rows = []
        for before in (again, other):
            total = torch.zeros(COPIED - 1)
            for some in torch.cat([before, again], 1).to(model.out.weight.device).split(PER_CALL):
                scores = model(some[:, :-1])[:, COPIED:]
                lost = F.cross_entropy(scores.transpose(1, 2), some[:, COPIED + 1 :], reduction="none")
                total += lost.sum(0).cpu()
                yield {}
            rows.append(total / PAIRS)
        found[name] = torch.stack(rows).nan_to_num(1e4, 1e4)
    yield found


@torch.no_grad()
def quantize(model: GPT, asked: Tensor, answers: Tensor, per: float) -> Parts:
    """Give ``precision_name`` (n,), ``precision_loss`` (n,) in nats per character held out, ``precision_bytes`` (n,).

    Each row of every matrix has a scale of its own in float32, its largest number over the largest whole one, and its
    numbers are rounded to whole ones; norms stay.
    """
    names, losses, sizes = [], [], []
    for bits in BITS:
        rounded = copy.deepcopy(model)
        size = 0
        for weight in rounded.parameters():
            if weight.ndim == 2 and bits < 32:
                weight.copy_(in_bits(weight, bits))
                size += weight.numel() * bits // 8 + 4 * len(weight)
            else:
                size += 4 * weight.numel()
        yield {}
        total = torch.zeros(())
        for some, after in zip(asked.split(16), answers.split(16), strict=True):
            total = total + held_out_loss(rounded, some, after).cpu() * len(some)
            yield {}
        names.append(f"{bits} bits")
        losses.append(float(total) / len(asked) / per)
        sizes.append(size)
        yield {
            "precision_name": np.array(names, "<U32"),
            "precision_loss": np.array(losses, np.float32),
            "precision_bytes": np.array(sizes, np.float32),
        }


def in_bits(weight: Tensor, bits: int) -> Tensor:
    """Return a matrix (row, column) rounded to whole multiples of each row's scale, from −(2^(b−1) − 1) up."""
    most = 2 ** (bits - 1) - 1
    scale = weight.abs().amax(1, keepdim=True).clamp(min=1e-12) / most
    return (weight / scale).round() * scale
