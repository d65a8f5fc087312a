"""Every card of the gallery, with many, odd, one and no places, is tried out as every scene's cards are."""

import functools

import pytest

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.views import view_of
from tests.cards import try_out

SCENE = CATALOGUE.scene("gallery")


@functools.cache
def frame(amount):
    """Return a frame of the gallery with everything in it."""
    run = Run("gallery", amount=amount)
    run.step(2)
    return frame_of(run, run.arrays("*"))


@pytest.mark.parametrize("amount", ["one", "none", "many", "odd"])
@pytest.mark.parametrize("card", view_of(SCENE).cards, ids=lambda card: card.key)
def test_a_card_of_the_gallery_bears_every_amount(card, amount, qapp):
    try_out(card, frame(amount), SCENE)
