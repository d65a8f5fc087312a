import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.contract import VIEW, Parameters, Refused, Scene, Verb, integer, real
from explainer.contract.fields import Kind
from explainer.contract.recipe import (
    MAX_SEED,
    MAX_STEP,
    SET,
    Action,
    Position,
    Recipe,
    check_action,
    check_recipe,
    last_action,
)


class Params(Parameters):
    lr: float = real(0.1, 0.0, 10.0)
    noise: float = real(0.0, 0.0, 1.0)
    depth: int = integer(3, 1, 10, kind=Kind.STRUCTURAL)
    unit: int = integer(0, 0, 9, kind=VIEW)


SCENE = Scene(
    title="Test",
    room="Foundations",
    question="",
    parameters=Params,
    metrics={},
    arrays={},
    actions={"move": Verb("Move.", {"index": integer(0, 0, 3)})},
    name="test",
)
START = Recipe("test", parameters=Params().values())


def set_lr(step, lr):
    return Action(step, SET, {"lr": lr})


def test_an_action_follows_the_earlier_ones():
    recipe = START.with_action(set_lr(3, 0.5)).with_action(Action(5, "move", {"index": 1}))
    assert [(action.step, action.verb) for action in recipe.actions] == [(3, SET), (5, "move")]


def test_an_action_in_the_past_undoes_everything_later():
    recipe = START.with_action(set_lr(3, 0.5)).with_action(Action(5, "move")).with_action(set_lr(4, 0.7))
    assert recipe.actions == (set_lr(3, 0.5), set_lr(4, 0.7))


def test_settings_at_the_same_step_merge_into_one():
    recipe = START.with_action(set_lr(3, 0.5)).with_action(Action(3, SET, {"noise": 0.1})).with_action(set_lr(3, 0.6))
    assert recipe.actions == (Action(3, SET, {"lr": 0.6, "noise": 0.1}),)


def test_a_verb_between_two_settings_keeps_them_apart():
    recipe = START.with_action(set_lr(3, 0.5)).with_action(Action(3, "move")).with_action(set_lr(3, 0.6))
    assert [action.verb for action in recipe.actions] == [SET, "move", SET]


def test_with_action_leaves_the_recipe_it_came_from_alone():
    first = START.with_action(set_lr(3, 0.5))
    first.with_action(Action(3, SET, {"noise": 0.5}))
    assert first.actions == (set_lr(3, 0.5),)
    assert START.actions == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 10)), max_size=12))
def test_after_any_actions_the_log_is_in_order_and_ends_with_the_last_one(made):
    recipe = START
    for step, lr in made:
        recipe = recipe.with_action(set_lr(step, lr))
    steps = [action.step for action in recipe.actions]
    assert steps == sorted(set(steps))
    if made:
        assert recipe.actions[-1] == set_lr(*made[-1])
        assert check_recipe(recipe, SCENE).values_at(SCENE, MAX_STEP).lr == made[-1][1]


def test_the_values_in_force_follow_the_actions_up_to_and_at_a_step():
    recipe = START.with_action(set_lr(3, 0.5)).with_action(Action(5, "move")).with_action(set_lr(7, 0.9))
    assert [recipe.values_at(SCENE, step).lr for step in (0, 2, 3, 6, 7, 100)] == [0.1, 0.1, 0.5, 0.5, 0.9, 0.9]


def test_a_checked_recipe_is_complete_and_canonical():
    recipe = check_recipe(Recipe("test", parameters={"lr": "1"}, actions=(Action(1, "move", {}),)), SCENE)
    assert recipe.parameters == {"lr": 1.0, "noise": 0.0, "depth": 3, "unit": 0}
    assert recipe.actions[0].arguments == {"index": 0}
    assert check_recipe(recipe, SCENE) == recipe


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": -1}, "seed = -1 is refused"),
        ({"seed": MAX_SEED + 1}, f"from 0 to {MAX_SEED}"),
        ({"threads": 0}, "threads = 0 is refused: give a whole number from 1 to 256"),
        ({"threads": 10**6}, "from 1 to 256"),
        ({"parameters": {"lr": 11}}, "lr = 11 is refused"),
        ({"parameters": {"rate": 1}}, "unknown parameter 'rate'"),
        ({"actions": (set_lr(5, 0.1), set_lr(3, 0.1))}, "not in the order of their steps"),
        ({"actions": (set_lr(-1, 0.1),)}, "an action at step -1 is refused"),
        ({"actions": (set_lr(MAX_STEP + 1, 0.1),)}, f"give a step from 0 to {MAX_STEP}"),
        ({"actions": (set_lr(1, 99.0),)}, "lr = 99.0 is refused"),
        ({"actions": (Action(1, "jump"),)}, "unknown action 'jump'"),
        ({"actions": (Action(1, "move", {"index": 9}),)}, "index = 9 is refused"),
        ({"actions": (Action(1, "__class__"),)}, "unknown action '__class__'"),
        ({"actions": (Action(1, SET, {"depth": 4}),)}, "depth is no live parameter"),
        ({"actions": (Action(1, SET, {"unit": 4}),)}, "unit is no live parameter"),
    ],
)
def test_what_no_run_can_have_done_is_refused(changes, message):
    words = {"scene": "test", "parameters": {}} | changes
    with pytest.raises(Refused, match=message):
        check_recipe(Recipe(**words), SCENE)


def test_the_greatest_seed_and_step_are_allowed():
    recipe = Recipe("test", seed=MAX_SEED, actions=(set_lr(MAX_STEP, 0.1),))
    assert check_recipe(recipe, SCENE).seed == MAX_SEED


def test_a_checked_action_has_canonical_arguments():
    assert check_action(Action(2, SET, {"lr": "0.5"}), SCENE) == set_lr(2, 0.5)


def test_an_action_says_in_words_what_it_did():
    assert set_lr(2, 0.5).describe() == "lr = 0.5"
    assert Action(2, "move", {"index": 1}).describe() == "move(index = 1)"


def test_the_last_action_is_the_latest_at_or_before_a_step():
    actions = (set_lr(3, 0.1), set_lr(7, 0.2))
    assert last_action(actions, 2) is None
    assert last_action(actions, 6) is actions[0]
    assert last_action(actions, 7) is actions[1]


def test_positions_are_ordered_by_step_then_phase():
    assert Position(1) < Position(1, 1) < Position(2)


def dragged(step, index, place):
    return Action(step, "move", {"index": index, "to": place})


def test_the_same_thing_done_again_takes_the_place_of_the_one_right_before_it():
    recipe = START
    for action in (dragged(3, 1, 0.1), dragged(3, 1, 0.2), dragged(3, 2, 0.3), dragged(3, 1, 0.4), dragged(4, 1, 0.5)):
        recipe = recipe.with_action(action, replaces=("index",))
    places = [(action.step, *action.arguments.values()) for action in recipe.actions]
    assert places == [(3, 1, 0.2), (3, 2, 0.3), (3, 1, 0.4), (4, 1, 0.5)]
    assert len(recipe.with_action(dragged(4, 1, 0.6)).actions) == 5
