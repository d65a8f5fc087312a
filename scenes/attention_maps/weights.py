"""The weights in a model's folder: which files are read, and that every number in them is one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePath

import torch
from torch import Tensor

from explainer.contract.files import POINTER, inside, is_ordinary
from explainer.contract.refused import Refused, one_line, shown
from explainer.scenes.attention_maps.config import read_json

WHOLE, INDEX = "model.safetensors", "model.safetensors.index.json"
MORE = "python -m pip install safetensors tokenizers"


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Return all tensors of a model by their names; raise :class:`Refused`.

    Those that the index names, from the files that it names; else those of ``model.safetensors``. Whatever else
    lies in the folder, an older copy or an optimizer's state say, is no part of the model.
    """
    if is_ordinary(folder / INDEX):
        return _indexed(folder)
    if not is_ordinary(folder / WHOLE):
        raise _missing(folder)
    return _file(folder / WHOLE)


def _missing(folder: Path) -> Refused:
    others = [place.name for place in inside(folder, "path") if place.name.endswith(".safetensors")]
    if not others:
        return Refused(
            f"{folder.name} has no *.safetensors: other formats can carry code and are not read", about="path"
        )
    there = one_line(", ".join(others), 200)
    return Refused(f"{folder.name} has neither {WHOLE} nor {INDEX}, but {there}: name the model's {WHOLE}", "path")


def _indexed(folder: Path) -> dict[str, Tensor]:
    """Return the tensors that an index names."""
    places = read_json(folder / INDEX).get("weight_map")
    if not isinstance(places, dict) or not places or not all(isinstance(name, str) for name in places.values()):
        raise Refused(f"{INDEX} has no weight_map from tensors to files: give a model's folder", about="path")
    for name in set(places.values()):
        if PurePath(name).name != name or "\\" in name or not name.endswith(".safetensors"):
            raise Refused(f"{INDEX} names {shown(name)}, which is no *.safetensors of the same folder", about="path")
        if not is_ordinary(folder / name):
            raise Refused(f"{INDEX} names {shown(name)}, which is not in {folder.name}: fetch it", about="path")
    files = {name: _file(folder / name) for name in sorted(set(places.values()))}
    for tensor, name in places.items():
        if tensor not in files[name]:
            raise Refused(f"{INDEX} says that {shown(tensor)} is in {name}, where it is not", about="path")
    return {tensor: files[name][tensor] for tensor, name in places.items()}


def _file(file: Path) -> dict[str, Tensor]:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError:
        raise Refused(f"a real model needs more packages: {MORE}", about="model") from None
    try:
        with file.open("rb") as opened:
            if opened.read(len(POINTER)) == POINTER:
                raise Refused(
                    f"{file.name} cannot be read: it is a Git LFS pointer, not the weights: "
                    "fetch them with git lfs pull",
                    about="path",
                )
        return load_file(file)
    except (SafetensorError, OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        why = one_line(str(error) or type(error).__name__, 200)
        raise Refused(f"{file.name} cannot be read: {why}; fetch it again", about="path") from None


def stripped(weights: Mapping[str, Tensor], first: str) -> dict[str, Tensor]:
    """Return the weights without what stands before all of their names, old names of normalization replaced."""
    full = [name for name in weights if name == first or name.endswith("." + first)]
    if len(full) != 1:
        many = f"several models ({one_line(', '.join(full), 200)})" if full else f"no {first}"
        raise Refused(f"the folder's weights have {many}: give one model with all its weights", about="path")
    before = full[0].removesuffix(first)
    found = {name.removeprefix(before): weight for name, weight in weights.items() if name.startswith(before)}
    return {re.sub(r"\.gamma$", ".weight", re.sub(r"\.beta$", ".bias", n)): weight for n, weight in found.items()}


def finite(name: str, weight: Tensor) -> Tensor:
    """Return a tensor in float32; raise :class:`Refused` for one that holds whole numbers, NaN or infinities."""
    if not weight.is_floating_point():
        kind = str(weight.dtype).removeprefix("torch.")
        raise Refused(f"{name} holds {kind}: only weights in floating point are read, none that are packed", "path")
    found = weight.float()
    bad = int((~torch.isfinite(found)).sum())
    if bad:
        share = f"{bad:,} of {found.numel():,}"
        raise Refused(f"{name} has {share} numbers that are not finite: give sound weights", about="path")
    return found
