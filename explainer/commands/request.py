"""What a person asks to be run, read from the words of the command line and checked without torch and Qt."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from explainer.contract import run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson_plan import LessonPlan, check_plan, with_plan
from explainer.contract.recipe import DEVICES, MAX_SEED, MAX_STEP, Position, Recipe, check_recipe
from explainer.contract.refused import Refused, shown
from explainer.contract.scene import Scene

MAX_THREADS = 256


@dataclass(frozen=True)
class Request:
    """A checked recipe and where in it to go."""

    scene: Scene
    recipe: Recipe
    position: Position
    from_file: bool
    plan: LessonPlan = LessonPlan()
    """What is fixed and hidden, by the file or by the options."""


def read_request(options: Namespace, device: str) -> Request:
    """Return what ``SCENE`` or ``FILE.run.json`` and the options mean; raise :class:`Refused`.

    ``device`` is that of a scene when none is asked for; a run file names its own.
    """
    target: str = options.target
    from_file, plan = names_run_file(target), LessonPlan()
    if from_file:
        found = run_file.load(Path(target), CATALOGUE, [pair.partition("=")[0].strip() for pair in options.set])
        recipe, position, plan = found.recipe, found.position, found.lesson
    else:
        recipe, position = Recipe(_scene(target).name, device=device), Position()
    scene = CATALOGUE.scene(recipe.scene)
    if getattr(options, "steps", None) is not None:
        position = Position(whole(options.steps, "steps", 0, MAX_STEP))
    elif not from_file:
        position = Position(scene.steps)
    changes, fixed = _changes(options, scene, recipe), settings(getattr(options, "fix", ()), scene, "--fix")
    _check_free(plan, {**settings(options.set, scene), **fixed}, scene)
    plan = check_plan(plan.joined(LessonPlan(fixed, _hidden(options, scene))), scene)
    changed = check_recipe(msgspec.structs.replace(recipe, **changes), scene)
    stated = [name for name in changes["parameters"] if name not in fixed or _is_set(options, name)]
    return Request(scene, check_recipe(with_plan(changed, plan, stated, scene), scene), position, from_file, plan)


def names_run_file(target: str) -> bool:
    """Return whether ``target`` is the path of a run file: ``NAME.run.json``, or ``run.json`` as ``run`` writes it."""
    return run_file.is_named_so(Path(target))


def whole(words: str, name: str, low: int, high: int) -> int:
    """Return the whole number in [low, high] that ``words`` are; raise :class:`Refused`."""
    digits = words.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 20 and low <= int(digits) <= high:
        return int(digits)
    raise Refused(f"{name} = {shown(words)} is refused: give a whole number from {low} to {high}", about=name)


def _scene(target: str) -> Scene:
    """Return the scene of that name; a path that is no run file is refused as such."""
    if target not in CATALOGUE.names() and (Path(target).suffix == ".json" or "/" in target or "\\" in target):
        raise Refused(f"{shown(target)} is no scene, and the name of a run file ends with {run_file.SUFFIX}")
    return CATALOGUE.scene(target)


def _changes(options: Namespace, scene: Scene, recipe: Recipe) -> dict[str, Any]:
    """Return the fields of the recipe that the options replace."""
    changes: dict[str, Any] = {"parameters": {**recipe.parameters, **settings(options.set, scene)}}
    if options.seed is not None:
        changes["seed"] = whole(options.seed, "seed", 0, MAX_SEED)
    if options.threads is not None:
        changes["threads"] = whole(options.threads, "threads", 1, MAX_THREADS)
    if options.device is not None:
        changes["device"] = _device(options.device)
    return changes


def settings(pairs: Sequence[str], scene: Scene, option: str = "--set") -> dict[str, Any]:
    """Return the typed values of ``name=value`` pairs; of two for the same name the last one counts."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise Refused(f"{option} {shown(pair)} is refused: write {option} name=value")
        found[_known(name.strip(), scene)] = value
    return scene.parameters.parse(found)


def _is_set(options: Namespace, name: str) -> bool:
    return any(pair.partition("=")[0].strip() == name for pair in options.set)


def _hidden(options: Namespace, scene: Scene) -> tuple[str, ...]:
    """Return the parameters that ``--hide`` names, each once."""
    given = [name.strip() for names in getattr(options, "hide", ()) for name in names.split(",")]
    return tuple(dict.fromkeys(_known(name, scene) for name in given if name))


def _check_free(plan: LessonPlan, values: dict[str, Any], scene: Scene) -> None:
    """Raise :class:`Refused` for an option that would change what the file has fixed."""
    objection = plan.objection(values, scene)
    if objection:
        raise Refused(f"{objection}: leave the option out, or open another file")


def _known(name: str, scene: Scene) -> str:
    """Return ``name`` if it is a parameter's; else raise :class:`Refused` with the nearest known ones first."""
    known = list(scene.parameters.declarations)
    near = get_close_matches(name, known, n=2)
    if name not in known and near:
        meant = f"did you mean {' or '.join(near)}? {scene.name} has {', '.join(known)}"
        raise Refused(f"unknown parameter {shown(name)}; {meant}", about=name)
    return scene.parameters.declaration(name).name


def _device(words: str) -> str:
    if words not in DEVICES:
        raise Refused(f"device {shown(words)} is refused: choose from {', '.join(DEVICES)}", about="device")
    return words
