"""The runs of one session are there for the next, whatever the file holds."""

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import SET, Action, Position, Recipe
from explainer.window.run.branches import Branch
from explainer.window.run.kept_runs import KeptRuns

PARAMETERS = CATALOGUE.scene("gradient-descent").parameters().values()


def run(lr, name=""):
    recipe = Recipe("gradient-descent", parameters=PARAMETERS, actions=(Action(12, SET, {"lr": lr}),))
    return Branch(1, recipe, Position(20), 30, name=name)


def told(runs):
    return [(one.recipe.actions[0].arguments["lr"], one.position.step, one.known, one.name) for one in runs]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "runs.json"


def test_runs_come_back_as_they_were_left(path):
    KeptRuns(path).save({"gradient-descent": [run(0.02, "slow"), run(0.03)]})
    assert told(KeptRuns(path).take()["gradient-descent"]) == [(0.02, 20, 30, "slow"), (0.03, 20, 30, "")]


def test_what_was_not_taken_waits_on_beside_the_runs_of_this_session(path):
    KeptRuns(path).save({"gradient-descent": [run(0.02)]})
    KeptRuns(path).save({"gradient-descent": [run(0.03)]})
    assert told(KeptRuns(path).waiting["gradient-descent"]) == [(0.02, 20, 30, ""), (0.03, 20, 30, "")]


def test_what_was_taken_and_then_deleted_is_gone(path):
    KeptRuns(path).save({"gradient-descent": [run(0.02), run(0.03)]})
    kept = KeptRuns(path)
    taken = kept.take()
    kept.save({"gradient-descent": taken["gradient-descent"][1:]})
    assert told(KeptRuns(path).waiting["gradient-descent"]) == [(0.03, 20, 30, "")]


def test_two_windows_keep_the_runs_of_both(path):
    one, other = KeptRuns(path), KeptRuns(path)
    one.save({"gradient-descent": [run(0.02)]})
    other.save({"gradient-descent": [run(0.03)]})
    one.save({"gradient-descent": [run(0.02), run(0.04)]})
    assert sorted(lr for lr, *_ in told(KeptRuns(path).waiting["gradient-descent"])) == [0.02, 0.03, 0.04]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"\xff", b"[" * 100_000, b'{"gradient-descent": [{"recipe": {"scene": "no-such"}}]}',
        b'{"gradient-descent": [{"recipe": {"scene": "gradient-descent", "parameters": {"lr": -1}}}]}',
        b'{"no-such": [{"recipe": {"scene": "no-such"}}]}',
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_stops_nothing(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    kept = KeptRuns(path)
    assert kept.count == 0
    kept.save({"gradient-descent": [run(0.02)]})
    assert KeptRuns(path).count == 1
