"""The Math tab: formulas with numbers, typeset sparingly."""

import pytest

from explainer.contract.frame import Formula, Frame
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.inspector.math_panel import MathPanel


def frame(step):
    return Frame("scene", step, "", None, {})


@pytest.fixture
def panel(qtbot):
    formulas = [
        Formula("Twice", lambda frame: "y = 2 x", lambda frame: f"{2 * frame.step} = 2 \\cdot {frame.step}"),
        Formula("Nothing yet", lambda frame: "z", lambda frame: ""),
    ]
    panel = MathPanel(formulas)
    qtbot.addWidget(panel)
    panel.resize(360, 400)
    return panel


def test_formulas_show_their_symbols_and_this_steps_numbers(panel, qtbot):
    panel.show()
    panel.draw(frame(3))
    qtbot.waitUntil(lambda: panel.cards[1].symbols.latex == "z")
    assert panel.cards[0].symbols.latex == "y = 2 x"
    assert panel.cards[0].numbers.latex == "6 = 2 \\cdot 3"
    assert not panel.cards[1].numbers.isVisible()


def test_the_newest_of_many_frames_is_shown_in_the_end(panel, qtbot):
    panel.show()
    for step in range(50):
        panel.draw(frame(step))
    qtbot.waitUntil(lambda: panel.cards[0].numbers.latex == "98 = 2 \\cdot 49")


def test_one_turn_of_the_event_loop_typesets_one_formula(panel):
    panel.show()
    panel.draw(frame(1))
    panel._turn()
    assert panel.cards[0].symbols.latex
    assert not panel.cards[1].symbols.latex


def test_all_formulas_of_a_round_show_the_same_step(panel, qtbot):
    panel.set_formulas([Formula(str(i), lambda f: f"x_{{{f.step}}}", lambda f: "") for i in range(3)])
    panel.show()
    panel.draw(frame(1))
    panel._turn()
    panel.draw(frame(2))
    panel._turn()
    panel._turn()
    assert [card.symbols.latex for card in panel.cards] == ["x_{1}"] * 3
    qtbot.waitUntil(lambda: [card.symbols.latex for card in panel.cards] == ["x_{2}"] * 3)


def test_nothing_is_typeset_while_hidden_and_it_catches_up_when_shown(panel, qtbot):
    panel.draw(frame(5))
    assert not panel._timer.isActive()
    panel._turn()
    assert panel.cards[0].symbols.latex == ""
    panel.show()
    qtbot.waitUntil(lambda: panel.cards[0].numbers.latex == "10 = 2 \\cdot 5")


def test_numbers_keep_their_height_until_the_formula_changes(qtbot):
    panel = MathPanel([Formula("F", lambda f: f"x_{f.step // 2}", lambda f: ("\\frac{1}{2}", "1")[f.step % 2])])
    qtbot.addWidget(panel)
    card = panel.cards[0]
    card.draw(frame(0))
    high = card.numbers.heightForWidth(300)
    card.draw(frame(1))
    assert card.numbers.heightForWidth(300) == high
    card.draw(frame(3))
    assert card.numbers.heightForWidth(300) < high


def test_a_scene_without_formulas_says_so(panel):
    panel.show()
    panel.set_formulas([])
    assert panel._empty.isVisible()
    assert panel.cards == []


def test_a_theme_reaches_every_formula(panel):
    panel.apply_theme(LIGHT)
    assert {card.symbols._tokens for card in panel.cards} == {LIGHT}
    panel.apply_theme(DARK)
    assert {card.numbers._tokens for card in panel.cards} == {DARK}
