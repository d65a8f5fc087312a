"""Expressions over a run: what they are worth, against plain Python, and what they refuse."""

import math
import random

import numpy as np
import pytest

from explainer.contract import Array, Parameters, Refused, Scene, choices, real
from explainer.contract.frame import Frame, Stopped
from explainer.contract.series import Series
from explainer.teach.expressions import parse


class Params(Parameters):
    lr: float = real(0.25, 0.001, 1.0)
    names: tuple = choices(("sgd", "adam"), {"sgd": "SGD", "adam": "Adam"})


SCENE = Scene(
    title="T",
    room="R",
    question="Q?",
    parameters=Params,
    metrics={"loss/*": "", "norm": "", "both": ""},
    arrays={
        "place": Array(("one", "two"), "float64", ""),
        "word": Array(("one",), "<U32", ""),
        "both": Array((), "int64", ""),
    },
)
LOSS = [4.0, 2.0, 0.5, 0.25, 0.75, 0.125]
PLACE = np.array([[1.0, -2.0], [0.5, 8.0]])


def series(values):
    found = Series()
    found.extend(np.arange(1, len(values) + 1), np.asarray(values, float))
    return found


def moment(loss=LOSS, norm=(1.0, math.nan), stopped=None, step=None):
    recorded = {"loss/sgd": series(loss), "loss/adam_w": series([2 * x for x in loss]), "norm": series(norm)}
    arrays = {"place": PLACE, "word": np.array(["cat", "dog"]), "both": np.array(7)}
    return Frame("t", len(loss) if step is None else step, "", Params(), arrays, recorded, stopped=stopped)


def value(text, *moments):
    return parse(text, SCENE, len(moments) or 1).value(moments or [moment()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 8", 6.5),
        ("2 ** -1 + 7 // 2 + 7 % 4", 6.5),
        ("-(3) + +2", -1.0),
        ("1 if 2 > 1 else 0", 1),
        ("1 < 2 <= 2 != 3", True),
        ("not (1 > 2) and (0 or 1)", True),
        ("last(loss/sgd)", 0.125),
        ("first(loss/sgd) - at(loss/sgd, 2) + at(loss/sgd, -1)", 2.125),
        ("len(loss/sgd)", 6),
        ("loss/sgd[2]", 0.5),
        ("sum(loss/sgd[:2])", 6.0),
        ("last(loss/adam_w) / last(loss/sgd)", 2.0),
        ("2*last(loss/adam_w)", 0.5),
        ('last(metric("loss/sgd"))', 0.125),
        ("first_below(loss/sgd, 1)", 3),
        ("first_above(loss/sgd, 1)", 1),
        ("first_below(loss/sgd, 0)", math.inf),
        ("stays_below(loss/sgd, 0.6)", 6),
        ("stays_below(loss/sgd, 1)", 3),
        ("stays_below(loss/sgd, 9)", 1),
        ("stays_below(loss/sgd, 0.1)", math.inf),
        ("isfinite(last(norm)) == isfinite(nan)", True),
        ("min(place) + max(place) + mean(place) + median(place)", -2 + 8 + 1.875 + 0.75),
        ("place[1, 0] + place[0][1] + place[-1, -1]", 0.5 - 2 + 8),
        ("norm_of", None),
        ("argmax(place) * 10 + argmin(place)", 31),
        ("abs(-3) + sqrt(4) + exp(0) + log(1) + round(1.6)", 8.0),
        ("all(loss/sgd > 0) and any(loss/sgd > 3)", True),
        ("sum(loss/sgd > 0.5)", 3),
        ('word[1] == "dog"', True),
        ('"o" in word[1] and "o" not in word[0]', True),
        ('param("lr") * 4', 1.0),
        ('"adam" in param("names") and param("names") == ("sgd", "adam")', True),
        ('array("both") + 0', 7),
        ("step", 6),
        ("stopped or finished", False),
        ("1e400 == inf", True),
        ("9.0 ** 999 ** 9", math.inf),
    ],
)
def test_an_expression_is_worth_what_it_says(text, expected):
    if expected is None:
        with pytest.raises(Refused):
            value(text)
        return
    found = value(text)
    assert np.asarray(found).size == 1
    assert float(found) == expected


def test_a_pair_is_a_place():
    assert [float(part) for part in value("(place[0, 0], last(loss/sgd))")] == [1.0, 0.125]


def test_a_series_reaches_to_the_present_step_and_not_beyond():
    assert float(value("last(loss/sgd)", moment(step=3))) == 0.5


def test_runs_beside_one_another_are_told_apart_by_their_letters():
    first, second = moment(), moment([1.0, 2.0], stopped=Stopped(2, "loss/sgd", math.nan, ""))
    text = "last(a.loss/sgd) < last(b.loss/sgd) and b.stopped and not a.stopped and a.param('lr') == 0.25"
    assert parse(text, SCENE, 2).holds([first, second]) is True
    assert parse(text, SCENE, 2).metrics == {"loss/sgd"}


def test_it_says_what_it_reads():
    found = parse('last(loss/sgd) + place[0, 0] + array("both") / metric("norm")', SCENE)
    assert (found.metrics, found.arrays) == ({"loss/sgd", "norm"}, {"place", "both"})


ATOMS = ["1.5", "-2.0", "x", "y", "(x - 3)", "abs(y)"]


def anything(chance, depth=0):
    """A random expression in x and y; ``and`` and ``or`` are made true or false, as ours are."""
    if depth > 3 or chance.random() < 0.2:
        return chance.choice(ATOMS)
    left, right = anything(chance, depth + 1), anything(chance, depth + 1)
    kind = chance.choice(["+", "-", "*", "<", "<=", "==", "and", "or", "if", "not"])
    if kind == "if":
        return f"({left} if {right} else {anything(chance, depth + 1)})"
    return (
        f"(not {left})"
        if kind == "not"
        else f"(0 != ({left} {kind} {right}))"
        if kind in ("and", "or")
        else f"({left} {kind} {right})"
    )


@pytest.mark.parametrize("turn", range(200))
def test_it_agrees_with_python(turn):
    text = anything(random.Random(turn))
    names = {"x": LOSS[-1], "y": float(PLACE[0, 1]), "abs": abs}
    found = value(text.replace("x", "at(loss/sgd, 6)").replace("y", "place[0, 1]"))
    assert float(found) == pytest.approx(float(eval(text, {"__builtins__": {}}, names)))


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("1 + * 2", 5, "invalid syntax"),
        ("1 + loss/sg d", None, "invalid syntax"),
        ("1 + los", 5, "unknown name 'los'; choose from loss/*, norm"),
        ("norm.real", 1, "not allowed"),
        ("last(norm).real", 1, "not allowed"),
        ("both > 1", 1, "metric('both') or array('both')"),
        ("[1, 2]", 1, "a list is not allowed"),
        ("{1: 2}", 1, "not allowed"),
        ("lambda: 1", 1, "a function is not allowed"),
        ("(x := 1)", None, "not allowed"),
        ("[x for x in norm]", 1, "not allowed"),
        ("f'{1}'", 1, "not allowed"),
        ("1 @ 2", 1, "MatMult is not allowed"),
        ("1 << 9", 1, "LShift is not allowed"),
        ("~1", 1, "not allowed"),
        ("norm is norm", 1, "Is is not allowed"),
        ("1j", 1, "not allowed"),
        ("b'x'", 1, "not allowed"),
        ("...", 1, "not allowed"),
        ("open('x')", 1, "unknown function; choose from last"),
        ("__import__('os')", 1, "unknown function"),
        ("last.__class__", 1, "not allowed"),
        ("last(loss/sgd).__class__", 1, "not allowed"),
        ("a.norm", 1, "without a letter"),
        ("1 + last(norm, 2)", 5, "takes 1 arguments, given are 2"),
        ("last(x=norm)", 1, "without names"),
        ("last(*norm)", 1, "without names and stars"),
        ('param("rate")', 1, "lr, names"),
        ("param(norm)", 1, "one name in quotation marks"),
        ('metric("los")', 1, "loss/*, norm, both"),
        ('array("norm")', 1, "place, word, both"),
        ("(" * 300 + "1" + ")" * 300, None, "shorten it"),
        ("(" * 240 + "1" + ")" * 240, None, ""),
        ("-" * 490 + "1", None, "deeper than 60 levels"),
        ("\x00", None, ""),
        ("'é' == los", 8, "unknown name"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_line_with_its_position(text, position, words):
    with pytest.raises(Refused) as refusal:
        parse(text, SCENE).value([moment()])
    message = str(refusal.value)
    assert "\n" not in message
    assert words in message
    assert position is None or f"at position {position}:" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("place[5, 0]", "2 × 2, counted from 0"),
        ("place[0, 0, 0]", "2 dimensions, and 3 places"),
        ("place[0.5, 0]", "one whole number"),
        ("place[place, 0]", "one whole number"),
        ("at(loss/sgd, 7)", "steps 1 to 6"),
        ("at(loss/sgd, 0)", "steps 1 to 6"),
        ("first_below(place, 1)", "one number a step"),
        ("loss/other > 1", "loss/sgd, loss/adam_w"),
        ('"a" + 1', "needs numbers"),
        ('"a" * 9999999', "needs numbers"),
        ('"a" < 1', "text is compared with a number"),
        ("1 in norm", "looks into text and lists"),
        ("place > 0 and norm > 0", "all(…) or any(…)"),
        ("place + loss/sgd", "2 × 2 and 6 values"),
        ("place == loss/sgd", "2 × 2 and 6 values"),
        ("last(word)", "needs numbers"),
        ("sum((1, 'a'))", "needs numbers"),
        ('param("names") < ("a",)', "equal or not"),
        ("-word", "needs numbers"),
    ],
)
def test_what_cannot_be_worked_out_is_refused_where_it_stands(text, words):
    with pytest.raises(Refused, match="at position") as refusal:
        value(text)
    assert words in str(refusal.value)


def test_before_the_first_step_a_metric_has_no_value_yet():
    with pytest.raises(Refused, match="nothing has been recorded yet"):
        value("last(loss/sgd)", Frame("t", 0, "", Params(), {}, {}))
    assert value("len(loss/sgd)", Frame("t", 0, "", Params(), {}, {})) == 0


@pytest.mark.parametrize(("text", "words"), [("place", "4 values"), ('"yes"', "text"), ("loss/sgd < 1", "6 values")])
def test_a_condition_is_one_truth(text, words):
    with pytest.raises(Refused, match=words):
        parse(text, SCENE).holds([moment()])


def test_names_without_a_letter_are_refused_where_runs_are_compared():
    for text in ("last(loss/sgd) < 1", "param('lr') < 1", "stopped"):
        with pytest.raises(Refused, match=r"a\."):
            parse(text, SCENE, 2)
    with pytest.raises(Refused, match="there is no run 'c' here; there is a, b"):
        parse("last(c.norm) < 1", SCENE, 2)
