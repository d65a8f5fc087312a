"""Reading, computing and spelling expressions in x and y."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explainer.contract.refused import Refused
from explainer.lab.expression import DEEPEST, LONGEST, parse
from explainer.lab.expression_tree import Binary, Call, Name, Negative, Node, Number

VARIABLES = st.sampled_from([Name("x"), Name("y")])
LEAVES = VARIABLES | st.sampled_from([Name("pi"), Name("e")]) | st.integers(0, 9).map(Number)


def _grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    signs = st.sampled_from(["+", "-", "*", "/"])
    functions = st.sampled_from(["sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs"])
    return (
        st.builds(Negative, inner)
        | st.builds(Binary, signs, inner, inner)
        | st.builds(Binary, st.just("**"), inner, st.sampled_from([Number(2.0), Number(3.0)]))
        | st.builds(Call, functions, inner)
    )


def refusal_of(text: str) -> str:
    """Return why a text is refused, nothing when it is read."""
    try:
        parse(text)
    except Refused as refusal:
        return str(refusal)
    return ""


TREES = st.recursive(LEAVES, _grow, max_leaves=8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 - 3 - 4", -5.0),
        ("24 / 4 / 3", 2.0),
        ("2 ** 3 ** 2", 512.0),
        ("-x**2", -9.0),
        ("(-x)**2", 9.0),
        ("2**-1", 0.5),
        ("2 * -x", -6.0),
        ("--x", 3.0),
        ("+x - -y", 5.0),
        ("1e-3 + .5 + 2.", 2.501),
        ("sqrt(x + 1) * abs(-y)", 4.0),
        ("log(e) + cos(pi) + tanh(0)", 0.0),
        ("2**x", 8.0),
    ],
)
def test_an_expression_has_the_value_it_has_in_algebra(text: str, expected: float) -> None:
    assert parse(text).evaluate(3.0, 2.0, math) == pytest.approx(expected, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'at position 1: expected a number, x, y, a function or "(", found the end'),
        ("x + ", 'at position 5: expected a number, x, y, a function or "(", found the end'),
        ("2 * )", 'at position 5: expected a number, x, y, a function or "(", found ")"'),
        ("2x", 'at position 2: expected an operator or the end, found "x"'),
        ("(x + y", 'at position 7: expected an operator or ")", found the end'),
        ("sin x", 'at position 5: expected "(", found "x"'),
        ("x ^ 2", 'at position 3: a power is written with **, found "^"'),
        ("x + z", 'at position 5: unknown name "z", known are x, y, pi, e, sin, cos, tan, tanh, '
         "exp, log, sqrt, abs"),
        ("x + 1e999", "at position 5: the number 1e999 is too large, at most 1.7e308"),
        ("x**21", "at position 2: an exponent must lie between -20 and 20"),
        ("x**(-3*7)", "at position 2: an exponent must lie between -20 and 20"),
        ("x + log(-1)", "at position 5: log(-1) has no finite real value"),
        ("1/0 + x", "at position 2: 1 / 0 has no finite real value"),
        ("x * (-8)**0.5", "at position 9: (-8)**0.5 has no finite real value"),
        ("x.real", "at position 2: expected a number, a name, an operator or a parenthesis, "
         'found "."'),
        ("x\0", "at position 2: expected a number, a name, an operator or a parenthesis, "
         'found "\\x00"'),
    ],
)  # fmt: skip
def test_a_mistake_is_pointed_at_by_position(text: str, message: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(text)
    assert str(refusal.value) == message


def test_length_and_nesting_are_bounded() -> None:
    assert parse("x" + " " * (LONGEST - 1))
    with pytest.raises(Refused, match=f"has {LONGEST + 1} characters: at most {LONGEST}"):
        parse("x" + " " * LONGEST)
    assert parse("(" * DEEPEST + "x" + ")" * DEEPEST)
    for deep in ("(" * 41 + "x" + ")" * 41, "-" * 150 + "x", "x**" * 60 + "x"):
        with pytest.raises(Refused, match="nested deeper than 40 levels"):
            parse(deep)


@given(st.text(max_size=60) | st.text("xye0123.+-*/() sinlogqrtab", max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    assert len(refusal_of(text).splitlines()) <= 1


@given(TREES)
def test_canonical_text_reads_back_as_the_same_tree(tree: Node) -> None:
    refusal = refusal_of(tree.text())
    if refusal:
        assert re.search("no finite real value|exponent", refusal)
        return
    expression = parse(tree.text())
    assert expression.tree == tree
    assert parse(expression.text()) == expression


@given(TREES, st.floats(-3, 3), st.floats(-3, 3))
def test_the_value_is_the_one_python_computes_from_the_same_text(tree: Node, x: float, y: float) -> None:
    names = {name: getattr(math, name) for name in dir(math)} | {"x": x, "y": y}
    try:
        ours = parse(tree.text()).evaluate(x, y, math)
    except (Refused, ArithmeticError, ValueError):
        return
    python = eval(tree.text(), names)
    assert ours == python or (math.isnan(ours) and math.isnan(python))


@pytest.mark.parametrize("text", ["3", "y", "x", "sin(3) * pi", "x * y"])
def test_every_expression_broadcasts_and_can_be_differentiated(text: str) -> None:
    x = torch.linspace(1, 3, 5, dtype=torch.float64).requires_grad_()
    y = torch.linspace(1, 2, 3, dtype=torch.float64)[:, None].requires_grad_()
    value = parse(text).evaluate(x, y, torch)
    slope_x, slope_y = torch.autograd.grad(value.sum(), (x, y))
    assert value.shape == (3, 5)
    assert (slope_x.abs().sum() > 0) == ("x" in text)
    assert (slope_y.abs().sum() > 0) == ("y" in text)


def test_torch_and_numpy_compute_the_same() -> None:
    expression = parse("exp(-x**2) * tan(y / 4) + sqrt(abs(x - y)) - log(2 + cos(x)) + 2**x")
    x, y = np.meshgrid(np.linspace(-2, 2, 7), np.linspace(-1, 3, 5))
    ours = expression.evaluate(torch.from_numpy(x), torch.from_numpy(y), torch)
    np.testing.assert_allclose(ours.numpy(), expression.evaluate(x, y, np), rtol=1e-13)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x**2 / (2*y)", r"\frac{x^{2}}{2 \cdot y}"),
        ("(x + y)**2", r"\left(x + y\right)^{2}"),
        ("sin(x)**2 - -y", r"\left(\sin\left(x\right)\right)^{2} - \left(-y\right)"),
        ("exp(-x) * sqrt(abs(y))", r"e^{-x} \cdot \sqrt{\left|y\right|}"),
        ("2 * pi + 1e-7", r"2 \cdot \pi + 1 \cdot 10^{-7}"),
        ("x - (y - 1)", r"x - \left(y - 1\right)"),
        ("-(x * y)", r"-x \cdot y"),
    ],
)
def test_latex_is_written_as_in_a_book(text: str, latex: str) -> None:
    assert parse(text).latex() == latex
