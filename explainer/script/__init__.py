"""A run as a script of its own: plain PyTorch that a person could have written, with the same numbers.

A scene's folder has a module ``script.py`` with one function ``script(course) -> Script``: the few lines
that set up, update and measure. The functions and classes that these lines name are quoted from the
scene's own modules; seeds, the table, and the steps of all actions are added here. Nothing of this needs
torch: sources are read, not run.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec

from explainer.contract.catalogue import CATALOGUE, module_name
from explainer.contract.parameters import Parameters
from explainer.contract.recipe import MAX_STEP, Recipe, check_recipe
from explainer.contract.refused import Refused, shown
from explainer.contract.scene import Scene
from explainer.script.course import Change, Course
from explainer.script.layout import compose
from explainer.script.pieces import Script, assign, code, literal

__all__ = ["Change", "Course", "Script", "assign", "code", "literal", "script_of"]

DEVICES = ("cpu", "cuda")


def script_of(recipe: Recipe, steps: int) -> str:
    """Return a Python script that prints the metrics of the first ``steps`` steps of ``recipe`` as CSV.

    Run by itself on the machine that the recipe was lived on, it prints what ``explainer run`` writes into
    ``metrics.csv``. Raises :class:`Refused` for what is no recipe, a number of steps out of range, and a
    scene that has no script.
    """
    scene = CATALOGUE.scene(recipe.scene)
    checked = check_recipe(recipe, scene)
    scene.parameters(**checked.parameters).verify()
    if not 0 <= steps <= MAX_STEP:
        raise Refused(f"steps = {shown(steps)} is refused: give a whole number from 0 to {MAX_STEP}", about="steps")
    if recipe.device not in DEVICES:
        known = " or ".join(DEVICES)
        raise Refused(f"device {shown(recipe.device)} is refused: a script is for {known}", about="device")
    module = script_module(scene)
    course: Course[Parameters] = Course(scene, checked, steps)
    written: Script = importlib.import_module(module).script(course)
    folder = module.rpartition(".")[0]
    return compose(course, written, [f"{folder}.{name}" for name in written.sources])


def script_module(scene: Scene) -> str:
    """Return the import name of the module that writes the scene's script; raise :class:`Refused`."""
    if scene.no_script:
        raise Refused(f"{scene.name} has no script: {scene.no_script}", about="script")
    name = module_name(scene.experiment or scene.name, "script")
    if find_spec(name) is None:
        raise Refused(f"{scene.name} has no script: put script.py into its folder, or say why not in no_script")
    return name
