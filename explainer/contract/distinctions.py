"""What sets runs of one scene apart, in words, for runs that are shown side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from explainer.contract.fields import Kind
from explainer.contract.recipe import SET, Action, Recipe
from explainer.contract.scene import Scene

MOST_OF_A_SYMBOL = 2
"""Letters: η, β, λ₂."""


def distinctions(recipes: Sequence[Recipe], scene: Scene, *, short: bool = False) -> list[list[str]]:
    """Return for each of several runs what it has otherwise than any of the others.

    A parameter that was changed while the run went on has the value that it had last. ``short`` calls parameters
    by their symbols, where they have one.
    """
    different = _differing(recipes, scene)
    return [_words(recipe, recipes, different, scene, symbol if short else str) for recipe in recipes]


def symbol(label: str) -> str:
    """Return the symbol at the end of a label ("Learning rate η"), else the label."""
    last = label.split()[-1] if label.split() else label
    return last if len(last) <= MOST_OF_A_SYMBOL and not last.isdecimal() else label


def _differing(recipes: Sequence[Recipe], scene: Scene) -> list[str]:
    """Return the parameters that had different values at any time, in the order of the controls."""
    kinds = {name: declared.kind for name, declared in scene.parameters.declarations.items()}
    changed = {name for action in _own(recipes, set_too=True) if action.verb == SET for name in action.arguments}
    return [
        name
        for name, kind in kinds.items()
        if kind is not Kind.VIEW and (name in changed or _vary([recipe.parameters.get(name) for recipe in recipes]))
    ]


def _words(
    recipe: Recipe, recipes: Sequence[Recipe], different: Sequence[str], scene: Scene, called: Callable[[str], str]
) -> list[str]:
    values = dict(recipe.parameters)
    since: dict[str, int] = {}
    for action in recipe.actions:
        if action.verb == SET:
            values |= action.arguments
            since |= dict.fromkeys(action.arguments, action.step)
    told = {name: scene.parameters.declaration(name) for name in different}
    words = [
        f"{called(one.label or name)} {one.tell(values.get(name, one.default))}{_from(since.get(name, 0))}"
        for name, one in told.items()
    ]
    for name in ("seed", "device", "threads"):
        if _vary([getattr(each, name) for each in recipes]):
            words.append(f"{name} {getattr(recipe, name)}")
    made = {_key(action) for action in recipe.actions}
    return words + [f"{action.describe()} at step {action.step}" for action in _own(recipes) if _key(action) in made]


def _own(recipes: Sequence[Recipe], *, set_too: bool = False) -> list[Action]:
    """Return the actions that some of the runs have and others have not."""
    made = [{_key(action): action for action in recipe.actions} for recipe in recipes]
    every = {key: action for actions in made for key, action in actions.items()}
    return [
        action
        for key, action in every.items()
        if (set_too or action.verb != SET) and not all(key in actions for actions in made)
    ]


def _key(action: Action) -> tuple[int, str, str]:
    """Return what equal actions have equal, to look them up by."""
    return action.step, action.verb, repr(sorted(action.arguments.items()))


def _vary(values: Sequence[object]) -> bool:
    return any(value != values[0] for value in values)


def _from(step: int) -> str:
    return f" from step {step}" if step else ""
