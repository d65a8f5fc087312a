"""Run files (``*.run.json``): a recipe and a position as a few lines of JSON, never executable."""

from __future__ import annotations

from pathlib import Path

import msgspec

from explainer.contract.catalogue import Catalogue
from explainer.contract.recipe import MAX_STEP, Position, Recipe, check_recipe
from explainer.contract.refused import Refused, one_line

VERSION = 1
SUFFIX = ".run.json"
MAX_BYTES = 16 * 2**20


class RunFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a run file."""

    version: int
    recipe: Recipe
    position: Position = Position()


def encode(recipe: Recipe, position: Position) -> bytes:
    """Return the JSON text of a run file."""
    return msgspec.json.format(msgspec.json.encode(RunFile(VERSION, recipe, position)), indent=2) + b"\n"


def decode(raw: bytes, catalogue: Catalogue, source: str = "the run file") -> RunFile:
    """Return a checked run file; raise :class:`Refused` with what is wrong and where."""
    if len(raw) > MAX_BYTES:
        raise Refused(f"{source} has {len(raw)} bytes, more than {MAX_BYTES}: this is no run file")
    try:
        found = msgspec.json.decode(raw, type=RunFile)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(f"{source} is no run file: {one_line(str(error), 200)}") from None
    if found.version > VERSION:
        raise Refused(f"{source} has version {found.version}, this program reads {VERSION}: update the program")
    if found.version < 1:
        raise Refused(f"{source} is no run file: its version is {found.version}, and the first one was 1")
    if not (0 <= found.position.step <= MAX_STEP and 0 <= found.position.phase <= 1_000):
        at = f"step {found.position.step}, phase {found.position.phase}"
        raise Refused(f"{source}: position {at} is refused: give a step from 0 to {MAX_STEP}")
    try:
        recipe = check_recipe(found.recipe, catalogue.scene(found.recipe.scene))
    except Refused as refused:
        raise Refused(f"{source}: {refused}", about=refused.about) from None
    return msgspec.structs.replace(found, recipe=recipe)


def load(path: Path, catalogue: Catalogue) -> RunFile:
    """Read and check the file at ``path``; raise :class:`Refused`."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    return decode(raw, catalogue, path.name)
