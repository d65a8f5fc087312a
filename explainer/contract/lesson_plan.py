"""What a teacher decides for a class: which controls are shown, fixed or hidden, which steps and which cards.

A run file that holds one is a *lesson file*. On the command line it is ``--fix name=value --hide name,name``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Self

import msgspec

from explainer.contract.lesson_blocks import Block, Controls, Lesson, Stage
from explainer.contract.recipe import SET, Recipe
from explainer.contract.refused import Refused, shown
from explainer.contract.scene import Scene

MOST_STEPS = 200
MOST_CARDS = 100


class LessonPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whatever is left empty is as it is without a lesson file."""

    fixed: dict[str, Any] = {}
    """Parameter → the value that it has and keeps."""
    hidden: tuple[str, ...] = ()
    """Parameters without a control; one may be fixed as well."""
    shown: tuple[str, ...] = ()
    """The parameters whose controls come first, in place of those that the scene puts first."""
    cards: tuple[str, ...] = ()
    """The keys of the pictures that there are, the first ones first."""
    steps: tuple[int, ...] = ()
    """The steps of the lesson that there are, counted from 1."""

    def __bool__(self) -> bool:
        """Return whether it says anything."""
        return self != LessonPlan()

    def objection(self, values: Mapping[str, Any], scene: Scene) -> str:
        """Return why parameters cannot be set, in a line; empty if they can."""
        for name, kept in self.fixed.items():
            if name in values and values[name] != kept:
                declared = scene.parameters.declaration(name)
                return f"{declared.label or name} is fixed at {declared.format(kept)} in this lesson"
        return ""

    def kept(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values with those that are fixed as they are fixed."""
        return {**values, **self.fixed}

    def joined(self, other: LessonPlan) -> Self:
        """Return a plan that decides what either decides; ``other`` has the last word."""
        hidden = dict.fromkeys((*self.hidden, *other.hidden))
        return msgspec.structs.replace(
            self,
            fixed={**self.fixed, **other.fixed},
            hidden=tuple(hidden),
            shown=other.shown or tuple(name for name in self.shown if name not in hidden),
            cards=other.cards or self.cards,
            steps=other.steps or self.steps,
        )


def check_plan(plan: LessonPlan, scene: Scene) -> LessonPlan:
    """Return the plan with every value checked; raise :class:`Refused` for what cannot be kept."""
    declared = scene.parameters.declaration
    fixed = {name: declared(name).check(value) for name, value in plan.fixed.items()}
    for what in ("hidden", "shown"):
        names = getattr(plan, what)
        for name in names:
            declared(name)
        _once(names, f"lesson.{what}")
    both = [name for name in plan.shown if name in plan.hidden]
    if both:
        raise Refused(f"{both[0]} is both shown and hidden: leave it out of one of them", about=both[0])
    _check_cards(plan.cards)
    _check_steps(plan.steps)
    return msgspec.structs.replace(plan, fixed=fixed)


def with_plan(recipe: Recipe, plan: LessonPlan, given: Iterable[str], scene: Scene) -> Recipe:
    """Return the recipe with what is fixed; raise :class:`Refused` where it says otherwise.

    ``given`` names the parameters that the recipe states itself, rather than takes from the defaults.
    """
    stated = {name: recipe.parameters[name] for name in given if name in recipe.parameters}
    _agree(plan, stated, "", scene)
    for action in recipe.actions:
        if action.verb == SET:
            _agree(plan, action.arguments, f", and step {action.step} sets it", scene)
    if not plan.fixed:
        return recipe
    return msgspec.structs.replace(recipe, parameters=scene.parameters(**{**stated, **plan.fixed}).values())


def _agree(plan: LessonPlan, values: Mapping[str, Any], where: str, scene: Scene) -> None:
    objection = plan.objection(values, scene)
    if objection:
        name = next(name for name, kept in plan.fixed.items() if name in values and values[name] != kept)
        said = scene.parameters.declaration(name).format(values[name])
        raise Refused(f"{name} = {said} is refused: {objection}{where}", about=name)


def _check_cards(keys: tuple[str, ...]) -> None:
    _once(keys, "lesson.cards")
    if len(keys) > MOST_CARDS or "" in keys:
        raise Refused(f"lesson.cards is refused: give up to {MOST_CARDS} keys of pictures", about="cards")


def _check_steps(steps: tuple[int, ...]) -> None:
    _once(steps, "lesson.steps")
    for step in steps:
        if not 1 <= step <= MOST_STEPS:
            raise Refused(
                f"step {shown(step)} in lesson.steps is refused: they are counted from 1 to {MOST_STEPS}", about="steps"
            )
    if list(steps) != sorted(steps):
        raise Refused("lesson.steps is refused: give them in the order of the lesson", about="steps")


def _once(given: tuple[Any, ...], what: str) -> None:
    twice = [one for place, one in enumerate(given) if one in given[:place]]
    if twice:
        raise Refused(f"{what} says {shown(twice[0])} twice: once is enough", about=what)


def leads(plan: LessonPlan, scene: Scene) -> tuple[str, ...]:
    """Return the parameters whose controls come first."""
    return plan.shown or tuple(name for name in scene.first if name not in plan.hidden)


def narrowed(lesson: Lesson, plan: LessonPlan) -> Lesson:
    """Return what a plan leaves of a lesson: its steps, without the controls that are hidden."""
    kept = [step for place, step in enumerate(lesson.steps, 1) if not plan.steps or place in plan.steps]
    return replace(lesson, steps=tuple(replace(step, blocks=tuple(_seen(step.blocks, plan))) for step in kept))


def _seen(blocks: Iterable[Block], plan: LessonPlan) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Stage):
            yield replace(block, controls=tuple(name for name in block.controls if name not in plan.hidden))
        elif not isinstance(block, Controls):
            yield block
        elif names := tuple(name for name in block.names if name not in plan.hidden):
            yield replace(block, names=names)


def check_steps(plan: LessonPlan, count: int) -> None:
    """Raise :class:`Refused` for a step that a lesson of ``count`` steps has not."""
    beyond = [step for step in plan.steps if step > count]
    if beyond:
        raise Refused(f"lesson.steps names step {beyond[0]}: the lesson has {count}, counted from 1", about="steps")
