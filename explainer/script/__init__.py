"""A run as a script of its own: plain PyTorch that a person could have written, with the same numbers.

The few lines that set up, update and measure come from the experiment's ``build`` and ``step``, or from a
module ``script.py`` of the scene's folder with one function ``script(course) -> Script``. The functions and
classes that these lines name are quoted from the scene's own modules; seeds, the table, and the steps of all
actions are added; then all that this run does not use is left out. Nothing of this needs torch: sources are
read, not run.
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
from explainer.script.derive import derive
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
    check_has_script(scene)
    course: Course[Parameters] = Course(scene, checked, steps)
    own, experiment = (module_name(scene.experiment or scene.name, name) for name in ("script", "experiment"))
    folder = own.rpartition(".")[0]
    if find_spec(own):
        written: Script = importlib.import_module(own).script(course)
        return compose(course, written, [f"{folder}.{name}" for name in written.sources])
    try:
        written = derive(course, experiment)
        return compose(course, written, [f"{folder}.{name}" for name in written.sources])
    except LookupError as error:
        raise Refused(f"{scene.name} has no script: {error}", about="script") from error


def check_has_script(scene: Scene) -> None:
    """Raise :class:`Refused` for a scene that says why it has no script."""
    if scene.no_script:
        raise Refused(f"{scene.name} has no script: {scene.no_script}", about="script")
