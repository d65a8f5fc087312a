"""The checks that every card is put through notice what is broken: mutants of a good card must fail them."""

from dataclasses import replace

import pytest

from explainer import Run
from explainer.contract.cards import Bars, Card, Curves, Drag, reads
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.number_text import number_text
from explainer.export.of_run import frame_of
from explainer.plots.card_picture import picture_of
from tests.cards import try_out


@reads("curves")
def own_value(frame, place):
    """Say the value that is drawn."""
    return f"x {place}: " + ", ".join(number_text(float(value)) for value in frame.arrays["curves"][:, place])


@reads("curves", "decay")
def value_of_another(frame, place):
    """Say a value of another array."""
    return f"value {frame.arrays['decay'][place] * 0.123 + 7:.4g}"


@reads("curves")
def raises(frame, place):
    """Raise."""
    raise KeyError("no such place")


def undeclared(frame, place):
    """Read an array without saying so."""
    return f"{frame.arrays['probability'].mean():.3g}"


GOOD = Curves("curves", "value", reading=own_value)


def tried(drawing):
    run = Run("gallery")
    run.step(2)
    scene = CATALOGUE.scene("gallery")
    return try_out(picture_of(Card("card", "Card", drawing), scene), frame_of(run, run.arrays("*")), scene)


def test_a_good_card_passes(qapp):
    assert tried(GOOD)
    assert tried(Bars("score", "score", drag=Drag(parameter="scores", low=-6, high=6))).wishes


@pytest.mark.parametrize(
    ("mutant", "said"),
    [
        (replace(GOOD, reading=raises), "no such place"),
        (replace(GOOD, reading=undeclared), "probability"),
        (replace(GOOD, reading=value_of_another), "is read where"),
        (replace(GOOD, y="curve_x", dims=("curve place",), bands=(), label=raises), "positional argument"),
        (replace(GOOD, y="word_links"), "is bound to y"),
        (replace(GOOD, click=lambda frame, place: {"no_such_parameter": place}), "no_such_parameter"),
        (Bars("score", "score", drag=Drag(verb="no_such_verb")), "no_such_verb"),
        (Bars("score", "score", drag=Drag(parameter="nothing_of_the_kind")), "nothing_of_the_kind"),
    ],
)
def test_a_broken_card_is_noticed(mutant, said, qapp):
    with pytest.raises((AssertionError, KeyError, TypeError, ValueError), match=said):
        tried(mutant)


def test_a_drag_that_sets_nothing_is_noticed(qapp, monkeypatch):
    monkeypatch.setattr("explainer.plots.kinds.bars.BarsPart._move", lambda self, place, value: None)
    with pytest.raises(AssertionError, match="asks for nothing"):
        tried(Bars("score", "score", drag=Drag(parameter="scores", low=-6, high=6)))


def test_a_card_that_raises_when_it_is_opened_is_noticed(qapp, monkeypatch):
    def broken(self):
        raise RuntimeError("cannot be filled")

    monkeypatch.setattr("explainer.plots.kinds.curves.CurvesPart.fill", broken)
    with pytest.raises(RuntimeError, match="cannot be filled"):
        tried(GOOD)
