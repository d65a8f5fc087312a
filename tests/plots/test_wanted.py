"""What a card asks the engine for: what it reads under these parameters, and nothing else."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from explainer import Run
from explainer.contract.cards import Bars, Card, Column, Curves, pick, reads
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.card_picture import picture_of
from explainer.plots.resolved import MISSING, asked

SCENE = CATALOGUE.scene("gallery")


@reads("decay", when=lambda params: params.seen)
def at_times(frame, place):
    """Read an array under some parameters."""
    return f"{frame.arrays['decay'][place]}" if frame.params.seen else ""


CHOSEN = pick(lambda params: "score" if params.seen else "probability", "score", "probability")


@pytest.mark.parametrize(
    ("drawing", "seen", "unseen"),
    [
        (Bars("score", "score"), {"score"}, {"score"}),
        (Bars(CHOSEN, "either"), {"score"}, {"probability"}),
        (Column((Bars(CHOSEN, "either"), Bars("score", "score"))), {"score"}, {"score", "probability"}),
        (Bars("score", "score", reading=at_times), {"score", "decay"}, {"score"}),
        (Column((Bars("score", "score", reading=at_times), Curves("decay", "decay"))), {"score", "decay"}, None),
    ],
)
def test_a_card_asks_for_what_it_reads_under_the_parameters(drawing, seen, unseen):
    picture = picture_of(Card("card", "Card", drawing), SCENE)
    names = set(picture_of(Card("card", "Card", Bars("score", "score")), SCENE).arrays) - {"score"}
    wanted = {flag: set(picture.wanted(SimpleNamespace(seen=flag))) for flag in (True, False)}
    assert wanted[True] - names == seen
    assert wanted[False] - names == (seen if unseen is None else unseen)
    assert wanted[True] | wanted[False] == set(picture.arrays)


def test_a_function_waits_only_for_what_it_reads_under_the_parameters():
    run = Run("gallery")
    frame = replace(frame_of(run, run.arrays("score")), params=SimpleNamespace(seen=True))
    assert asked(at_times, frame, 0) is MISSING
    assert asked(at_times, replace(frame, params=SimpleNamespace(seen=False)), 0) == ""
