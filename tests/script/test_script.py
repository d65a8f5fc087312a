"""A script as a whole: what is refused, what it begins with, and when each action is made."""

import ast
import random
import subprocess
import sys
from contextlib import suppress
from textwrap import indent

import pytest

from explainer import Refused, Run
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import Action, Recipe, stream_seed
from explainer.script import Course, script_of
from explainer.script.pieces import assign, code, literal
from tests.moves import agreeing, anything
from tests.scripts import outputs

SCENE = "small-network"


def text_of(*actions, steps=10, **words):
    return script_of(Recipe(SCENE, actions=actions, **words), steps)


@pytest.mark.parametrize(
    ("recipe", "steps", "message"),
    [
        (Recipe("nothing-like-it"), 1, "unknown scene"),
        (Recipe(SCENE), -1, "steps = -1 is refused: give a whole number from 0 to 1000000000"),
        (Recipe(SCENE), 10**9 + 1, "steps = 1000000001 is refused"),
        (Recipe(SCENE, device="cpu'); import os; ('"), 1, "is refused: choose from cpu, cuda"),
        (Recipe(SCENE, device="auto"), 1, "device 'auto' is refused: a script is for cpu or cuda"),
        (Recipe(SCENE, seed=-1), 1, "seed = -1 is refused"),
        (Recipe(SCENE, threads=0), 1, "threads = 0 is refused"),
        (Recipe(SCENE, parameters={"width": "4; evil"}), 1, "width = '4; evil' is refused"),
        (Recipe(SCENE, actions=(Action(1, "reinitialise", {"scale": "x"}),)), 3, "scale = 'x' is refused"),
        (Recipe(SCENE, actions=(Action(1, "explode"),)), 3, "unknown action 'explode'"),
    ],
)
def test_what_is_no_recipe_is_refused(recipe, steps, message):
    with pytest.raises(Refused) as refused:
        script_of(recipe, steps)
    assert message in str(refused.value)


@pytest.mark.parametrize("steps", [True, "3", 2.0])
def test_steps_are_a_whole_number(steps):
    with pytest.raises(Refused, match="give a whole number"):
        Run(SCENE).script(steps)


def test_a_scene_that_has_no_script_says_why(monkeypatch):
    reason = "it is a drawing and computes nothing"
    declared = CATALOGUE.scene(SCENE)
    object.__setattr__(declared, "no_script", reason)
    monkeypatch.setattr(type(CATALOGUE), "scene", lambda self, name: declared)
    with pytest.raises(Refused, match=reason):
        script_of(Recipe(SCENE), 3)


def test_what_cannot_be_told_without_a_file_is_refused(monkeypatch):
    monkeypatch.setattr("explainer.script.derive", lambda course, module: {}["no such thing"])
    with pytest.raises(Refused, match="small-network has no script: 'no such thing'"):
        script_of(Recipe(SCENE), 3)


def test_seed_and_threads_are_those_of_the_run():
    lines = text_of(seed=2**62, threads=3).splitlines()
    assert f"torch.manual_seed({stream_seed(2**62, 'data')})  # data" in lines
    assert f"batches = torch.Generator().manual_seed({stream_seed(2**62, 'batches')})" in lines
    assert "torch.set_num_threads(3)" in lines


def test_other_random_numbers_are_seeded_where_they_are_used():
    assert "np.random" not in text_of()
    assert "\nrandom.seed" not in text_of()


def test_every_action_is_made_at_its_step_and_later_ones_are_left_out():
    actions = [Action(step, "reinitialise", {"first": step, "scale": 0.5}) for step in (0, 4, 4, 9, 10, 11)]
    loop = ast.parse(text_of(*actions)).body
    (main,) = [node for node in loop if isinstance(node, ast.For)]
    tests = {ast.unparse(node.test): len(node.body) for node in main.body if isinstance(node, ast.If)}
    assert tests["step == 4"] == 2
    assert tests["step == 9"] == 1
    assert not {"step == 0", "step == 10", "step == 11"} & tests.keys()
    assert "draw_afresh(hidden, 0, 0.5)" in [ast.unparse(node) for node in loop]


def test_a_setting_of_several_values_is_one_change():
    text = text_of(Action(3, "set", {"lr": 0.5, "dropout": 0.0}), Action(5, "set", {"dropout": 0.0}))
    lines = [
        "if step == 3:",
        "    lr = 0.5",
        "    dropout = 0.0",
        "    for group in optimizer.param_groups:",
        '        group["lr"] = lr',
    ]
    assert indent("\n".join(lines), "    ") in text
    assert "step == 5" not in text


def test_an_exception_comes_where_the_run_has_it(tmp_path):
    run = Run(SCENE)
    run.step(3)
    run.act("fail")
    with pytest.raises(RuntimeError):
        run.step()
    run.seek(3)
    (printed,) = outputs([script_of(run.recipe, 10)], tmp_path)
    *rows, last = printed.splitlines()
    assert len(rows) == 1 + 3
    assert last == "RuntimeError: this step was told to fail"


def test_a_run_is_told_as_far_as_it_has_come():
    run = Run(SCENE)
    assert "range(1, 61)" in run.script()
    run.step(7)
    run.advance_phase()
    assert "range(1, 8)" in run.script()
    assert "range(1, 4)" in run.script(3)


@pytest.mark.parametrize("name", CATALOGUE.names())
def test_scripts_pass_the_linter(name, tmp_path):
    pytest.importorskip("ruff")
    if CATALOGUE.scene(name).no_script:
        pytest.skip("it has none")
    chance = random.Random(name)
    parameters = CATALOGUE.scene(name).parameters
    declared, written = parameters.declarations, 0
    for number in range(14):
        values = {key: anything(field, chance) for key, field in declared.items() if number > 1}
        values |= {key: field.default for key, field in declared.items() if field.type == "text"}
        live = {key: anything(field, chance) for key, field in declared.items() if field.kind == "live"}
        together = agreeing(parameters, values)
        later = {key: value for key, value in agreeing(parameters, {**together, **live}).items() if key in live}
        recipe = Recipe(name, 3, ("cpu", "cuda")[number % 2], 1, together, (Action(4, "set", later),))
        with suppress(Refused):
            (tmp_path / f"script{number}.py").write_text(script_of(recipe, 20), encoding="utf-8")
            written += 1
    assert written >= 4
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--ignore", "SIM113", "--no-cache", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_values_are_written_so_that_they_read_back():
    for value in (0.1, -0.0, 3, True, 'a"b\\\n', [1.0, "x"], (2,), (), (1.5, [2])):
        assert ast.literal_eval(literal(value)) == value
        assert type(ast.literal_eval(literal(value))) is type(value)


def test_parts_of_code_lose_their_common_indentation():
    assert code("\n    a = 1\n    if a:\n        b = 2\n", "", "c = 3") == "a = 1\nif a:\n    b = 2\nc = 3"


def test_what_a_course_knows():
    scene = CATALOGUE.scene(SCENE)
    actions = (Action(1, "set", {"lr": 0.5}), Action(2, "poison"), Action(3, "set", {"lr": 0.7}))
    course = Course(scene, Recipe(SCENE, parameters={"lr": 0.1}, actions=actions), 3)
    assert course.ever("lr") == {0.1, 0.5}
    assert [(change.before.lr, change.after.lr) for change in course.changes] == [(0.1, 0.5), (0.5, 0.5)]
    assert assign(course.changes[0], "lr", "dropout") == "lr = 0.5"
    assert assign(course.changes[1], "lr") == ""
