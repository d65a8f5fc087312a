"""Run files (``*.run.json``): a recipe and a position as a few lines of JSON, never executable.

A file says which version of the format it has. A file of an older version is brought up to date by
:data:`UPGRADES`, one step for each version, before anything else looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from explainer.contract.catalogue import Catalogue
from explainer.contract.files import path_of, read_ordinary
from explainer.contract.recipe import MAX_STEP, Position, Recipe, check_recipe
from explainer.contract.refused import Refused, one_line, shown

VERSION = 1
SUFFIX = ".run.json"
MAX_BYTES = 16 * 2**20
MAX_ACTIONS = 100_000
MAX_PHASE = 1_000
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Version n → what makes the content of a file of version n one of version n + 1; n counts from 1."""


class RunFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a run file."""

    version: int
    recipe: Recipe
    position: Position = Position()


def encode(recipe: Recipe, position: Position) -> bytes:
    """Return the JSON text of a run file; raise :class:`Refused` for a run that is too long to be opened again."""
    raw = msgspec.json.format(msgspec.json.encode(RunFile(VERSION, recipe, position)), indent=2) + b"\n"
    if len(recipe.actions) > MAX_ACTIONS or len(raw) > MAX_BYTES:
        size = f"{len(recipe.actions):,} actions and {len(raw):,} bytes"
        most = f"{MAX_ACTIONS:,} actions and {MAX_BYTES:,} bytes"
        raise Refused(f"this run has {size}, and a run file at most {most}: begin anew with fewer changes")
    return raw


def decode(raw: bytes, catalogue: Catalogue, source: str = "the run file") -> RunFile:
    """Return a checked run file; raise :class:`Refused` with what is wrong and where."""
    source = one_line(source, 100)
    if len(raw) > MAX_BYTES:
        raise Refused(f"{source} has more than {MAX_BYTES:,} bytes: this is no run file")
    try:
        content = _upgraded(_parsed(raw), source)
        found = msgspec.convert(content, RunFile)
    except Refused:
        raise
    except (msgspec.MsgspecError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused(f"{source} is no run file: {one_line(str(error), 200)}") from None
    try:
        return msgspec.structs.replace(found, recipe=_checked(found, catalogue))
    except Refused as refused:
        raise Refused(f"{source}: {refused}", about=refused.about) from None


def load(path: Path, catalogue: Catalogue) -> RunFile:
    """Read and check the file at ``path``; raise :class:`Refused`."""
    place = path_of(path)
    raw = read_ordinary(place, MAX_BYTES, what="a run file", too_large="this is no run file")
    return decode(raw, catalogue, place.name)


def is_named_so(path: Path) -> bool:
    """Return whether ``path`` has the name of a run file: ``NAME.run.json``, or ``run.json``."""
    return path.name == SUFFIX[1:] or path.name.endswith(SUFFIX)


def _parsed(raw: bytes) -> dict[str, Any]:
    """Return the object that is written in strict JSON; raise ``ValueError`` for anything else."""
    msgspec.json.decode(raw)  # the stricter reader: no NaN, no infinity, no half characters
    found = json.loads(raw, object_pairs_hook=_object)
    if not isinstance(found, dict):
        raise ValueError("it is not an object with version, recipe and position")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"it says {shown(name)} twice")
        found[name] = value
    return found


def _upgraded(content: dict[str, Any], source: str) -> dict[str, Any]:
    """Return content of the present version; raise :class:`Refused` for a version that cannot be read."""
    version = content.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise ValueError("it has no version, which is a whole number")
    if version > VERSION:
        raise Refused(f"{source} has version {shown(version)}, this program reads {VERSION}: update the program")
    if version < 1:
        raise Refused(f"{source} is no run file: its version is {shown(version)}, and the first one was 1")
    for old in range(version, VERSION):
        content = {**UPGRADES[old](content), "version": old + 1}
    return content


def _checked(found: RunFile, catalogue: Catalogue) -> Recipe:
    """Return the recipe in canonical form; raise :class:`Refused` for what no run can be."""
    step, phase = found.position.step, found.position.phase
    if not (0 <= step <= MAX_STEP and 0 <= phase <= MAX_PHASE):
        at = f"step {shown(step)}, phase {shown(phase)}"
        raise Refused(f"position {at} is refused: give a step from 0 to {MAX_STEP} and a phase to {MAX_PHASE}")
    if len(found.recipe.actions) > MAX_ACTIONS:
        raise Refused(f"{len(found.recipe.actions):,} actions are refused: give at most {MAX_ACTIONS:,}")
    return check_recipe(found.recipe, catalogue.scene(found.recipe.scene))
