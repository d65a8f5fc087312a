"""Lesson files: what a teacher decides is written, read back, checked, and kept by whatever changes a run."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.command_line import run_parser, window_parser
from explainer.commands.opening import read_start
from explainer.commands.request import read_request
from explainer.contract import Refused, run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import read_lesson
from explainer.contract.lesson_plan import LessonPlan, check_plan, leads, narrowed
from explainer.contract.recipe import SET, Action, Position, Recipe, check_recipe

SCENE = CATALOGUE.scene("small-network")
RECIPE = check_recipe(Recipe("small-network", parameters={"lr": 0.5}), SCENE)
PLAN = LessonPlan({"lr": 0.5, "width": 8}, ("optimizer", "dropout"), ("width",), ("weights",), (1,))


def read(content, **lesson):
    text = json.dumps(content | ({"lesson": lesson} if lesson else {}))
    return run_file.decode(text.encode(), CATALOGUE, "a.run.json")


def fresh(version=3, **recipe):
    return {"version": version, "recipe": {"scene": "small-network", **recipe}}


def test_a_lesson_file_reads_back_the_same():
    found = run_file.decode(run_file.encode(RECIPE, Position(9), lesson=PLAN), CATALOGUE)
    assert (found.recipe, found.position, found.lesson) == (RECIPE, Position(9), PLAN)


@given(
    fixed=st.sets(st.sampled_from(["width", "lr", "unit"])),
    hidden=st.sets(st.sampled_from(["optimizer", "dropout", "lr"])),
    shown=st.sets(st.sampled_from(["width", "unit", "large"])),
)
def test_every_plan_reads_back_the_same(fixed, hidden, shown):
    plan = LessonPlan({n: RECIPE.parameters[n] for n in sorted(fixed)}, tuple(sorted(hidden)), tuple(sorted(shown)))
    assert run_file.decode(run_file.encode(RECIPE, Position(), lesson=plan), CATALOGUE).lesson == plan


def test_a_run_without_a_plan_keeps_the_version_that_every_program_reads():
    assert json.loads(run_file.encode(RECIPE, Position()))["version"] == 1
    assert json.loads(run_file.encode(RECIPE, Position(), lesson=PLAN))["version"] == run_file.VERSION == 3


@pytest.mark.parametrize("version", [1, 2, 3])
def test_files_of_every_version_open_without_a_plan(version):
    assert not read(fresh(version)).lesson


def test_what_is_fixed_is_set_where_the_run_says_nothing():
    found = read(fresh(), fixed={"width": 3, "lr": 1})
    assert found.recipe.parameters["width"] == 3
    assert found.lesson.fixed == {"width": 3, "lr": 1.0}


@pytest.mark.parametrize(
    ("content", "lesson", "message"),
    [
        (fresh(), {"fixed": {"lrr": 1}}, "unknown parameter 'lrr'; choose from width"),
        (fresh(), {"fixed": {"lr": -1}}, "lr = -1 is refused: give a number"),
        (fresh(), {"fixed": ["lr"]}, "is no run file.*lesson.fixed"),
        (fresh(), {"hidden": ["nothing"]}, "unknown parameter 'nothing'"),
        (fresh(), {"hidden": "lr"}, "is no run file.*lesson.hidden"),
        (fresh(), {"hidden": ["lr", "lr"]}, "lesson.hidden says 'lr' twice"),
        (fresh(), {"hidden": ["lr"], "shown": ["lr"]}, "lr is both shown and hidden"),
        (fresh(), {"locked": ["lr"]}, "unknown field `locked`"),
        (fresh(), {"steps": [0]}, "step 0 in lesson.steps is refused: they are counted from 1"),
        (fresh(), {"steps": [2, 1]}, "give them in the order of the lesson"),
        (fresh(), {"steps": [99]}, "lesson.steps names step 99: the lesson has"),
        (fresh(), {"cards": ["a", "a"]}, "lesson.cards says 'a' twice"),
        (fresh(), {"cards": [""]}, "lesson.cards is refused"),
        (fresh(parameters={"lr": 0.5}), {"fixed": {"lr": 1}}, "lr = 0.5 is refused: Learning rate is fixed at 1"),
        (
            fresh(actions=[{"step": 3, "verb": "set", "arguments": {"lr": 2}}]),
            {"fixed": {"lr": 1}},
            "lr = 2.0 is refused: Learning rate is fixed at 1.0 in this lesson, and step 3 sets it",
        ),
    ],
)
def test_a_wrong_plan_is_refused_in_one_line(content, lesson, message):
    with pytest.raises(Refused, match=message) as refused:
        read(content, **lesson)
    assert str(refused.value).startswith("a.run.json")
    assert "\n" not in str(refused.value)


def test_an_objection_names_what_is_fixed_and_at_what():
    assert PLAN.objection({"lr": 0.5}, SCENE) == ""
    assert PLAN.objection({"dropout": 0.9}, SCENE) == ""
    assert PLAN.objection({"lr": 0.1}, SCENE) == "Learning rate is fixed at 0.5 in this lesson"


def test_a_lesson_is_narrowed_to_the_steps_and_controls_that_are_left():
    lesson = read_lesson("## A\n\none\n\n```control\nlr\nwidth\n```\n\n## B\n\n```control\nwidth\n```\n\n## C\n\nthree")
    found = narrowed(lesson, LessonPlan(hidden=("width",), steps=(1, 2)))
    assert [step.title for step in found.steps] == ["A", "B"]
    assert [block.names for block in found.steps[0].blocks[1:]] == [("lr",)]
    assert found.steps[1].blocks == ()
    assert narrowed(lesson, LessonPlan()) == lesson


def test_what_is_hidden_no_longer_leads():
    scene = CATALOGUE.scene("gradient-descent")
    assert leads(LessonPlan(hidden=("lr",)), scene) == ("momentum",)
    assert leads(LessonPlan(shown=("seed_of_nothing",)), scene) == ("seed_of_nothing",)


# The command line


def test_the_command_line_fixes_and_hides_in_every_scene():
    for scene in CATALOGUE.scenes():
        names = list(scene.parameters.declarations)
        if scene.missing or not names:
            continue
        kept = scene.parameters.declaration(names[0])
        words = [scene.name, "--fix", f"{names[0]}={kept.format(kept.default)}", "--hide", ",".join(names)]
        start = read_start(window_parser().parse_args(words))
        assert start.plan == check_plan(LessonPlan({names[0]: kept.default}, tuple(names)), scene)
        assert start.recipe is not None
        assert start.recipe.parameters[names[0]] == kept.default


def start_of(*words):
    return read_start(window_parser().parse_args(list(words)))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--fix", "lr"], "--fix 'lr' is refused: write --fix name=value"),
        (["--fix", "lr=x"], "lr = 'x' is refused"),
        (["--fix", "lrr=1"], "unknown parameter 'lrr'; did you mean lr"),
        (["--hide", "lr,widht"], "unknown parameter 'widht'; did you mean width"),
        (["--set", "lr=1", "--fix", "lr=2"], "lr = 1.0 is refused: Learning rate is fixed at 2.0"),
    ],
)
def test_what_cannot_be_fixed_or_hidden_is_refused(words, message):
    with pytest.raises(Refused, match=message):
        start_of("small-network", *words)


def test_nothing_is_fixed_without_a_scene():
    with pytest.raises(Refused, match="these options belong to a scene"):
        start_of("--fix", "lr=1")


def test_a_lesson_file_cannot_be_undone_by_options(tmp_path: Path):
    path = tmp_path / "class.run.json"
    path.write_bytes(run_file.encode(RECIPE, Position(), lesson=PLAN))
    for option in ("--set", "--fix"):
        with pytest.raises(Refused, match="Learning rate is fixed at 0.5 in this lesson: leave the option out"):
            start_of(str(path), option, "lr=1")
    start = start_of(str(path), "--hide", "unit", "--set", "dropout=0.5")
    assert start.plan == msgspec.structs.replace(PLAN, hidden=("optimizer", "dropout", "unit"))
    assert start.recipe is not None
    assert start.recipe.parameters["dropout"] == 0.5


def test_a_recorded_change_of_what_is_to_be_fixed_is_refused(tmp_path: Path):
    path = tmp_path / "changed.run.json"
    changed = msgspec.structs.replace(RECIPE, actions=(Action(4, SET, {"lr": 0.1}),))
    path.write_bytes(run_file.encode(changed, Position(9)))
    assert start_of(str(path), "--fix", "width=8").plan.fixed == {"width": 8}
    with pytest.raises(Refused, match="and step 4 sets it"):
        start_of(str(path), "--fix", "lr=0.5")


def test_a_run_on_the_command_line_keeps_the_plan():
    options = run_parser().parse_args(["small-network", "--fix", "lr=0.2", "--hide", "unit", "--hide", "large"])
    request = read_request(options, device="cpu")
    assert request.plan == LessonPlan({"lr": 0.2}, ("unit", "large"))
    assert request.recipe.parameters["lr"] == 0.2
