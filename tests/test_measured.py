"""What the lessons state stands in them, and the script that measures it again notices what no longer holds."""

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import parse_try
from tests.measure_lessons import Stated, main, measure, plain, statements

BOWL = "optimizers=sgd&surface=bowl&start=2,1&lr=0.1&run=1"


@pytest.mark.parametrize("name", CATALOGUE.names())
def test_every_statement_stands_in_the_lesson_with_settings_that_can_be_had(name):
    scene = CATALOGUE.scene(name)
    lesson = plain(CATALOGUE.lesson(scene))
    for stated in statements(name):
        assert plain(stated.says) in lesson
        assert stated.between[0] <= stated.between[1]
        assert len(stated.seeds) >= 3 or stated.link is None
        if stated.link is not None:
            parse_try(f"try:{stated.link}", scene)


def test_a_number_in_its_range_holds_and_another_one_does_not():
    def x(run):
        return run.frame["position"][0, 0]

    right, wrong = measure("gradient-descent", [Stated("a", BOWL, x, (1.79, 1.81)), Stated("b", BOWL, x, (0, 1.7))])
    assert (right.holds, wrong.holds) == (True, False)
    assert right.values == [[pytest.approx(1.8)]] * 3
    assert wrong.line().startswith("FAILS  b  [0, 1.7]: 1.8  1.8  1.8")


def test_the_script_ends_with_a_failure_where_a_number_does_not_hold(monkeypatch, capsys):
    wrong = [Stated("never", None, lambda seed: float("nan"), (0, 1))]
    monkeypatch.setattr("tests.measure_lessons.statements", lambda scene: wrong if scene == "cnn" else [])
    assert main([]) == 1
    assert "cnn: FAILS  never  [0, 1]: nan  nan  nan" in capsys.readouterr().out
    assert main(["gradient-descent"]) == 0
