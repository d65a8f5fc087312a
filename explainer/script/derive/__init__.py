"""A script from an experiment's own text: ``build`` before the loop, ``step`` in it, verbs where they are done.

``self.`` goes, so that attributes become variables; ``self.params.x`` becomes its value, or a variable
where the run changes it; ``yield`` becomes a comment; ``record`` becomes the row that is printed. A method
that sets no attribute becomes a function; any other stands where it is called. What only pictures need is
left out afterwards, by folding. What cannot be told like this is said to the scene's author, who then
writes ``script.py``.
"""

from __future__ import annotations

import ast
from typing import Any

from explainer.contract.recipe import SET
from explainer.contract.refused import Refused
from explainer.script.course import Change, Course
from explainer.script.derive.code import expression_of, parsed, text_of
from explainer.script.derive.experiment import Experiment
from explainer.script.derive.method import arguments, sets
from explainer.script.derive.recorded import tell_numbers
from explainer.script.pieces import Script, literal


def derive(course: Course[Any], module: str) -> Script:
    """Return the scene's part of a script, made from the experiment in ``module``.

    Raises ``LookupError``, for the author of a scene, where something cannot be told as a script.
    """
    experiment = Experiment(course, module)
    setup = _setup(experiment)
    if any(ast.unparse(each) == "finished = True" for each in setup):
        raise Refused(f"{course.scene.name} has no script here: nothing is trained", about="script")
    update = experiment.told("step", phases=True)
    ends = any(sets(each, "finished") for each in update)
    setup = [each for each in setup if not sets(each, "finished")]
    if ends:
        setup += parsed("finished = False")
    tell_numbers([*experiment.constants, *setup, *update])
    if not experiment.columns:
        raise LookupError(f"{module} records nothing in step: write a script.py")
    row = _taken_row(update)
    code = {id(change): _action(experiment, change) for change in course.changes}
    return Script(
        setup=text_of(setup),
        update=text_of(update),
        metrics=experiment.columns,
        row=row,
        change=lambda change: code[id(change)] if id(change) in code else _action(experiment, change),
        finished="finished" if ends else "",
        definitions="\n\n\n".join(text_of([made]) for made in experiment.functions.values() if made is not None),
        sources=(module.rpartition(".")[2],),
    )


def _setup(experiment: Experiment) -> list[ast.stmt]:
    """Return what stands before the loop: values of the class, parameters that the run changes, and ``build``."""
    values = experiment.course.params.values()
    variables = [f"{experiment.setting(name)} = {literal(values[name])}" for name in sorted(experiment.changing)]
    return [*parsed("\n".join([*experiment.beforehand(), *variables])), *experiment.told("build")]


def _taken_row(update: list[ast.stmt]) -> str:
    """Take the row that an update ends with out of it, as an expression; nothing where it is made bit by bit."""
    last = update[-1]
    if isinstance(last, ast.Assign) and ast.unparse(last.targets[0]) == "row":
        update.pop()
        return ast.unparse(ast.fix_missing_locations(last.value))
    return ""


def _action(experiment: Experiment, change: Change[Any]) -> str:
    """Return the code of what an action does."""
    verb, given = change.action.verb, change.action.arguments
    if verb != SET:
        return text_of(experiment.told(verb, {name: expression_of(value) for name, value in given.items()}))
    old, new = change.before.values(), change.after.values()
    changed = [name for name in given if old[name] != new[name]]
    lines = [f"{experiment.setting(name)} = {literal(new[name])}" for name in changed]
    names: dict[str, ast.expr] = {}
    if "changed" in experiment.methods:
        names = {arguments(experiment.methods["changed"])[0]: expression_of(tuple(changed))}
    told = experiment.told("changed", names) if names and changed else []
    return text_of([*parsed("\n".join(lines)), *told])
