"""``explainer ask``: three answers, the commands that show them, and clear refusals."""

import json
import shlex

import pytest

from explainer.command_line import REFUSED, main, window_parser
from explainer.teach.spoken import plain_formula, spoken


def test_three_answers_are_printed_each_with_its_command(capsys):
    assert main(["ask", "why", "does", "momentum", "help"]) == 0
    said = capsys.readouterr().out
    commands = [line.strip().removeprefix("$ ") for line in said.splitlines() if line.strip().startswith("$ ")]
    assert len(commands) == 3
    for words in commands:
        assert window_parser().parse_args(shlex.split(words)[1:]).target
    assert "momentum" in said


def test_json_says_the_same(capsys):
    assert main(["ask", "--json", "vanishing gradint"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found) == 3
    assert {"kind", "title", "scene", "answer", "link", "command", "score"} == set(found[0])


@pytest.mark.parametrize(
    ("words", "remedy"), [([], "WORDS"), (["?!"], "nothing was asked"), (["qxqzwv"], "nothing fits")]
)
def test_what_cannot_be_asked_is_refused_in_one_line(capsys, words, remedy):
    assert main(["ask", *words]) == REFUSED
    said = capsys.readouterr().err
    assert remedy in said
    assert said.count("\n") == 1


def test_json_of_nothing_is_an_empty_array(capsys):
    assert main(["ask", "--json", "qxqzwv"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("latex", "signs"),
    [
        (r"\frac{1}{1 - \beta}", "1/(1 - β)"),
        (r"\sqrt{\kappa}", "√κ"),
        (r"\eta < \frac{2}{\lambda_{\max}}", "η < 2/(λ_max)"),
        (r"10^{-12}", "10^(-12)"),
        (r"\lVert w \cdot v \rVert", "‖ w · v ‖"),
    ],
)
def test_formulas_become_one_line_of_signs(latex, signs):
    assert plain_formula(latex) == signs


def test_marks_and_targets_are_left_out():
    assert spoken("**No.** See [it](try:lr=1), 2 * 3 and $a^2$, `x`.") == "No. See it, 2 * 3 and a^2, x."
