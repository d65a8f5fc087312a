"""Run files (``*.run.json``): a recipe and a position as a few lines of JSON, never executable.

A file says which version of the format it has. A file of an older version is brought up to date by
:data:`UPGRADES`, one step for each version, before anything else looks at it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec

from explainer.contract.catalogue import CATALOGUE, Catalogue
from explainer.contract.files import path_of, read_ordinary
from explainer.contract.lesson_plan import LessonPlan, check_plan, check_steps, with_plan
from explainer.contract.lesson_reader import read_lesson
from explainer.contract.named_files import Pin, located, pins_of
from explainer.contract.recipe import MAX_STEP, Position, Recipe, check_recipe
from explainer.contract.refused import Refused, one_line, shown
from explainer.contract.scene import Scene

VERSION = 3
SUFFIX = ".run.json"
MAX_BYTES = 16 * 2**20
MAX_ACTIONS = 100_000
MAX_PHASE = 1_000
MOST_DIGITS = 25
"""Whole numbers of more digits are out of every range."""
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda content: content,  # version 2 brought files
    2: lambda content: content,  # version 3 brought lesson
}
"""Version n → what makes the content of a file of version n one of version n + 1; n counts from 1."""


class RunFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a run file."""

    version: int
    recipe: Recipe
    position: Position = Position()
    files: dict[str, Pin] = {}
    """Parameter → what its file or folder held; new in version 2."""
    lesson: LessonPlan = LessonPlan()
    """What a teacher has decided; new in version 3."""


def encode(recipe: Recipe, position: Position, place: Path | None = None, lesson: LessonPlan = LessonPlan()) -> bytes:
    """Return the JSON text of a run file, which is going to lie at ``place``.

    It has the first version that can hold what it says, which the most programs open. Raises :class:`Refused` for
    a run that is too long to be opened again.
    """
    pins = pins_of(recipe, CATALOGUE.scene(recipe.scene), place.parent if place else None) if _known(recipe) else {}
    content = {"version": 3 if lesson else 2 if pins else 1, "recipe": recipe, "position": position}
    more = {**({"files": pins} if pins else {}), **({"lesson": _told(lesson)} if lesson else {})}
    raw = msgspec.json.format(msgspec.json.encode({**content, **more}), indent=2) + b"\n"
    _check_size(recipe, raw)
    return raw


def line(recipe: Recipe, position: Position, lesson: LessonPlan = LessonPlan()) -> str:
    """Return a run file in one line, to be sent as a message: without the values that are defaults.

    Raises :class:`Refused` as :func:`encode` does.
    """
    content = json.loads(encode(recipe, position, lesson=lesson))
    if _known(recipe):
        content["recipe"]["parameters"] = CATALOGUE.scene(recipe.scene).parameters(**recipe.parameters).changed()
    usual = json.loads(msgspec.json.encode(Recipe("")))
    content["recipe"] = {name: value for name, value in content["recipe"].items() if value != usual[name]}
    return msgspec.json.encode(content).decode()


def _check_size(recipe: Recipe, raw: bytes) -> None:
    if len(recipe.actions) > MAX_ACTIONS or len(raw) > MAX_BYTES:
        size = f"{len(recipe.actions):,} actions and {len(raw):,} bytes"
        most = f"{MAX_ACTIONS:,} actions and {MAX_BYTES:,} bytes"
        raise Refused(f"this run has {size}, and a run file at most {most}: begin anew with fewer changes")


def _told(lesson: LessonPlan) -> dict[str, Any]:
    """Return what a plan decides, without what it leaves open."""
    return {name: value for name, value in msgspec.structs.asdict(lesson).items() if value}


def _known(recipe: Recipe) -> bool:
    return recipe.scene in CATALOGUE.names()


def decode(
    raw: bytes,
    catalogue: Catalogue,
    source: str = "the run file",
    folder: Path | None = None,
    replaced: Collection[str] = (),
) -> RunFile:
    """Return a checked run file; raise :class:`Refused` with what is wrong and where.

    ``folder`` is where it lies, and ``replaced`` names parameters that are going to have other values.
    """
    source = one_line(source, 100)
    if len(raw) > MAX_BYTES:
        raise Refused(f"{source} has more than {MAX_BYTES:,} bytes: this is no run file")
    try:
        content = _upgraded(_parsed(_as_utf8(raw)), source)
        found = msgspec.convert(content, RunFile)
    except Refused:
        raise
    except (msgspec.MsgspecError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused(f"{source} is no run file: {one_line(str(error), 200)}") from None
    try:
        scene = catalogue.scene(found.recipe.scene)
        recipe = located(found.recipe, found.files, scene, folder, replaced)
        checked = _checked(msgspec.structs.replace(found, recipe=recipe), scene)
        if checked.lesson.steps:
            check_steps(checked.lesson, len(read_lesson(catalogue.lesson(scene)).steps))
        return checked
    except Refused as refused:
        raise Refused(f"{source}: {refused}", about=refused.about) from None


def load(path: Path, catalogue: Catalogue, replaced: Collection[str] = ()) -> RunFile:
    """Read and check the file at ``path``; raise :class:`Refused`. See :func:`decode` for ``replaced``."""
    place = path_of(path)
    raw = read_ordinary(place, MAX_BYTES, what="a run file", too_large="this is no run file")
    return decode(raw, catalogue, place.name, place.absolute().parent, replaced)


def is_named_so(path: Path) -> bool:
    """Return whether ``path`` has the name of a run file: ``NAME.run.json``, or ``run.json``."""
    return path.name == SUFFIX[1:] or path.name.endswith(SUFFIX)


def _as_utf8(raw: bytes) -> bytes:
    """Return a text of any Unicode encoding, with or without a byte-order mark, in UTF-8; ``ValueError`` for none."""
    found = json.detect_encoding(raw)
    if found != "utf-8":
        raw = raw.decode(found).encode()
    if not raw.strip():
        raise ValueError("it is empty")
    return raw


def _parsed(raw: bytes) -> dict[str, Any]:
    """Return the object that is written in strict JSON; raise ``ValueError`` for anything else."""
    try:
        msgspec.json.decode(raw)  # the stricter reader: no NaN, no infinity, no half characters
    except msgspec.MsgspecError as error:
        if "out of range" in str(error):
            json.loads(raw, object_pairs_hook=_in_range, parse_int=_whole)
        raise
    found = json.loads(raw, object_pairs_hook=_object)
    if not isinstance(found, dict):
        raise ValueError("it is not an object with version, recipe and position")
    return found


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < MOST_DIGITS else math.copysign(math.inf, float(digits[:2] + "1"))


def _in_range(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raise ``ValueError`` with the name of a number that no computer holds."""
    for name, value in pairs:
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, (int, float)) and not -(2.0**63) <= number < 2.0**64:
                raise ValueError(f"the number of {shown(name)} is out of range")
    return dict(pairs)


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


def _checked(found: RunFile, scene: Scene) -> RunFile:
    """Return recipe and plan in canonical form; raise :class:`Refused` for what no run can be."""
    step, phase = found.position.step, found.position.phase
    if not (0 <= step <= MAX_STEP and 0 <= phase <= MAX_PHASE):
        at = f"step {shown(step)}, phase {shown(phase)}"
        raise Refused(f"position {at} is refused: give a step from 0 to {MAX_STEP} and a phase to {MAX_PHASE}")
    if len(found.recipe.actions) > MAX_ACTIONS:
        raise Refused(f"{len(found.recipe.actions):,} actions are refused: give at most {MAX_ACTIONS:,}")
    recipe, plan = check_recipe(found.recipe, scene), found.lesson
    moved = {name: recipe.parameters[name] for name in found.files if name in plan.fixed}
    plan = check_plan(msgspec.structs.replace(plan, fixed={**plan.fixed, **moved}), scene)
    recipe = with_plan(recipe, plan, found.recipe.parameters, scene)
    return msgspec.structs.replace(found, recipe=recipe, lesson=plan)
