"""Formulas: typeset once, broken where the panel is narrow, source text where LaTeX is broken."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor

from explainer.teach.formula_lines import flow, pieces, sentences, unary
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.inspector.formula import FormulaView
from explainer.window.inspector.typeset import LatexError, inline_image, pixmap, typeset

RULE = r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta v"


def test_the_same_formula_is_typeset_and_drawn_once(qapp):
    assert typeset(r"x + 1") is typeset(r"x + 1")
    assert pixmap("x + 1", 16.0, "#ffffff") is pixmap("x + 1", 16.0, "#ffffff")
    assert pixmap("x + 1", 16.0, "#ffffff") is not pixmap("x + 1", 16.0, "#000000")


def test_a_pixmap_has_the_colour_size_and_resolution_asked_for(qapp):
    small, large = pixmap("x", 16.0, "#ff0000", 1.0), pixmap("x", 16.0, "#ff0000", 2.0)
    image = large.toImage()
    solid = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
             if image.pixelColor(x, y).alpha() == 255}  # fmt: skip
    assert solid == {"#ff0000"}
    assert abs(large.width() - 2 * small.width()) <= 1
    assert abs(large.deviceIndependentSize().width() - small.width()) <= 1


def test_a_fraction_reaches_below_its_baseline_and_a_letter_does_not(qapp):
    assert typeset(r"\frac{1}{2}").descent > 5
    assert typeset("x").descent < 2


def test_broken_latex_is_shown_as_source_with_the_reason(qtbot):
    view = FormulaView(r"\frac{x")
    qtbot.addWidget(view)
    assert view.fault
    assert view.fault in view.toolTip()
    view.resize(200, view.heightForWidth(200))
    assert view.heightForWidth(200) > 10
    assert len(_colours(view)) > 1
    with pytest.raises(LatexError):
        typeset(r"\frac{x")


def test_a_repaired_formula_is_typeset_again(qtbot):
    view = FormulaView(r"\frac{x")
    qtbot.addWidget(view)
    view.set_latex(r"\frac{x}{2}")
    assert (view.fault, view.toolTip()) == ("", "")


def test_a_formula_breaks_where_there_is_no_room(qtbot):
    view = FormulaView(RULE)
    qtbot.addWidget(view)
    whole = view.sizeHint().width()
    assert view.lines(whole) == 1
    assert view.lines(whole - 20) == 2
    assert view.heightForWidth(whole - 20) > 1.5 * view.heightForWidth(whole)


def test_a_steady_view_keeps_its_height(qtbot):
    view = FormulaView(r"\frac{1}{2}", steady=True)
    qtbot.addWidget(view)
    high = view.heightForWidth(300)
    view.set_latex("1")
    assert view.heightForWidth(300) == high
    view.forget_height()
    assert view.heightForWidth(300) < high


def test_a_theme_gives_colour_and_scale(qtbot):
    view = FormulaView("x = 1", size=60)
    qtbot.addWidget(view)
    view.resize(400, 100)
    view.apply_theme(LIGHT)
    assert LIGHT.text in _colours(view)
    view.apply_theme(DARK)
    assert DARK.text in _colours(view)
    width = view.sizeHint().width()
    view.apply_theme(replace(DARK, scale=1.5))
    assert view.sizeHint().width() == pytest.approx(1.5 * width, rel=0.02)


def test_formulas_are_parted_only_outside_brackets():
    assert sentences(r"a, \quad \frac{b \quad c}{d} \\ e") == ["a,", r"\frac{b \quad c}{d}", "e"]
    assert pieces(r"v = -1 + (2 - 3) \cdot e^{-x} - 4") == ["v", "{}= -1", r"{}+ (2 - 3) \cdot e^{-x}", "{}- 4"]
    assert pieces(r"a \cdot b + c", products=True) == ["a", r"{}\cdot b + c"]


def test_a_minus_that_is_a_sign_stands_close_to_its_number():
    assert unary(r"-1 - 2 = (-3,\; -4) \cdot -x^-2") == r"{-}1 - 2 = ({-}3,\; {-}4) \cdot {-}x^{-}2"


def test_pieces_fill_lines_and_never_exceed_the_width_but_alone():
    placed = flow("aa + bb + cc + dddddddddd", 60, lambda piece: 5.0 * len(piece), gap=10, indent=8)
    ends = {}
    for piece in placed:
        ends.setdefault(piece.line, []).append(piece.x + 5.0 * len(piece.latex))
    assert " ".join(piece.latex for piece in placed).replace("{}", "") == "aa + bb + cc + dddddddddd"
    assert all(len(line) == 1 or max(line) <= 60 for line in ends.values())


def test_what_stays_the_same_in_changing_numbers_is_typeset_once(qtbot):
    view = FormulaView(r"\eta = 0.001 \quad \theta = 1 + 2", steady=True)
    qtbot.addWidget(view)
    view.set_latex(r"\eta = 0.001 \quad \theta = 1 + 3")
    before = typeset.cache_info().misses
    view.set_latex(r"\eta = 0.001 \quad \theta = 1 + 4.125")
    assert typeset.cache_info().misses == before + 1


def test_an_inline_formula_is_padded_so_that_its_baseline_meets_the_lines(qapp):
    x_height = 7.0
    for latex in ("x", r"\frac{a}{b}", "p_i"):
        image = inline_image(latex, 16.0, "#ff0000", x_height)
        shape = typeset(latex)
        ascent = (image.height() + x_height / 2) / 2
        top = next(y for y in range(image.height()) if any(image.pixelColor(x, y).alpha() > 60
                                                            for x in range(image.width())))  # fmt: skip
        assert top == pytest.approx(ascent - shape.ascent + 1, abs=1.6)


def _colours(view):
    image = view.grab().toImage()
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}
