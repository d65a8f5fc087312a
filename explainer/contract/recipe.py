"""A run as data: the recipe that makes it, the actions in it, and a position in time."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Self

import msgspec

from explainer.contract.fields import Kind
from explainer.contract.parameters import Parameters
from explainer.contract.position import Position as Position
from explainer.contract.refused import Refused, shown
from explainer.contract.scene import Scene

SET = "set"
"""The verb of the action that changes a live parameter; a scene's own verbs have other names."""
DEVICES = ("cpu", "cuda", "auto")
MAX_SEED = 2**63 - 1
MAX_STEP = 10**9


def stream_seed(seed: int, name: str) -> int:
    """Return the seed of one use of random numbers in the run of ``seed``: below 2³², another for each name.

    >>> stream_seed(0, "data"), stream_seed(1, "data"), stream_seed(0, "batches")
    (4174292341, 865236688, 1548487687)
    """
    return zlib.crc32(f"{seed} {name}".encode())


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something done to the run once ``step`` steps were complete.

    ``verb`` is :data:`SET` with ``arguments`` parameter → value, or one of the scene's verbs.
    """

    step: int
    verb: str
    arguments: dict[str, Any] = {}

    def describe(self) -> str:
        """Return the action in words, such as ``lr = 0.1``."""
        given = ", ".join(f"{name} = {shown_value(value)}" for name, value in self.arguments.items())
        return given if self.verb == SET else f"{self.verb}({given})"


def shown_value(value: Any) -> str:
    """Return a parameter's value as a person reads it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that determines a run: the same recipe on the same machine gives the same bits.

    ``parameters`` are the values at step 0, complete; ``actions`` are in the order they were made,
    their steps never decreasing.
    """

    scene: str
    seed: int = 0
    device: str = "cpu"
    threads: int = 1
    parameters: dict[str, Any] = {}
    actions: tuple[Action, ...] = ()

    def with_action(self, action: Action, replaces: Sequence[str] = ()) -> Self:
        """Return the recipe in which ``action`` follows, and everything later is undone.

        It takes the place of an action of the same verb right before it, at the same step, with the same
        values of the arguments that ``replaces`` names.
        """
        kept = self.actions[: bisect_right(self.actions, action.step, key=_step_of)]
        last = kept[-1] if kept else None
        if last and last.step == action.step and last.verb == action.verb == SET:
            merged = {**last.arguments, **action.arguments}
            return msgspec.structs.replace(self, actions=(*kept[:-1], Action(action.step, SET, merged)))
        if last and replaces and _again(last, action, replaces):
            kept = kept[:-1]
        return msgspec.structs.replace(self, actions=(*kept, action))

    def with_view(self, params: Parameters) -> Self:
        """Return the same run, to be looked at as it is in ``params``: view parameters determine no number."""
        return msgspec.structs.replace(self, parameters={**self.parameters, **params.values_of(Kind.VIEW)})

    def on(self, device: str) -> Self:
        """Return the same recipe for another device."""
        return msgspec.structs.replace(self, device=device)

    def values_at(self, scene: Scene, step: int) -> Parameters:
        """Return the parameters in force once the actions at or before ``step`` have been done."""
        values = dict(self.parameters)
        for action in self.actions:
            if action.step <= step and action.verb == SET:
                values.update(action.arguments)
        return scene.parameters(**values)


def _step_of(action: Action) -> int:
    return action.step


def actions_at(actions: Sequence[Action], step: int) -> Sequence[Action]:
    """Return the actions that are made at a step, of many found as fast as of few."""
    first = bisect_left(actions, step, key=_step_of)
    return actions[first : bisect_right(actions, step, first, key=_step_of)]


def _again(last: Action, action: Action, arguments: Sequence[str]) -> bool:
    """Whether ``action`` does once more what ``last`` did, as far as these arguments say."""
    same = all(last.arguments.get(name) == action.arguments.get(name) for name in arguments)
    return same and (last.step, last.verb) == (action.step, action.verb)


def loses(before: Recipe, after: Recipe) -> bool:
    """Whether ``after`` is without a change of ``before``; one that was made again at its step is no loss."""
    made = {(action.step, action.verb) for action in after.actions}
    return any((action.step, action.verb) not in made for action in before.actions)


def fork_step(one: Recipe, other: Recipe) -> int | None:
    """Return the step up to which two runs of a scene are the same run; None when they never part."""
    if msgspec.structs.replace(one, actions=()) != msgspec.structs.replace(other, actions=()):
        return 0
    for mine, theirs in zip_longest(one.actions, other.actions):
        if mine != theirs:
            return min(action.step for action in (mine, theirs) if action is not None)
    return None


def check_recipe(recipe: Recipe, scene: Scene) -> Recipe:
    """Return the recipe with every value checked and in canonical form; raise :class:`Refused`."""
    if recipe.device not in DEVICES:
        raise Refused(f"device {shown(recipe.device)} is refused: choose from {', '.join(DEVICES)}", about="device")
    if not 0 <= recipe.seed <= MAX_SEED:
        raise Refused(f"seed = {shown(recipe.seed)} is refused: give a whole number from 0 to {MAX_SEED}", about="seed")
    if not 1 <= recipe.threads <= 256:
        raise Refused(
            f"threads = {shown(recipe.threads)} is refused: give a whole number from 1 to 256", about="threads"
        )
    parameters = scene.parameters(**recipe.parameters).values()
    actions = tuple(check_action(action, scene) for action in recipe.actions)
    steps = [action.step for action in actions]
    if steps != sorted(steps):
        raise Refused("the actions are not in the order of their steps: sort them by step", about="actions")
    return msgspec.structs.replace(recipe, parameters=parameters, actions=actions)


def check_action(action: Action, scene: Scene) -> Action:
    """Return the action with checked arguments; raise :class:`Refused` for what cannot be logged."""
    if not 0 <= action.step <= MAX_STEP:
        raise Refused(
            f"an action at step {shown(action.step)} is refused: give a step from 0 to {MAX_STEP}", about="actions"
        )
    if action.verb != SET:
        arguments = scene.verb(action.verb).check(action.arguments)
        return msgspec.structs.replace(action, arguments=arguments)
    checked = {n: scene.parameters.declaration(n).check(v) for n, v in action.arguments.items()}
    for name in checked:
        if scene.parameters.declaration(name).kind is not Kind.LIVE:
            raise Refused(f"{name} is no live parameter: a run file sets it once, under parameters", about=name)
    return msgspec.structs.replace(action, arguments=checked)


def last_action(actions: Sequence[Action], step: int) -> Action | None:
    """Return the latest action made at or before ``step``."""
    return next((action for action in reversed(actions) if action.step <= step), None)
