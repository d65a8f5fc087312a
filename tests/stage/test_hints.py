"""What a hand can do is said by the "?" of a card: no title invites, and nothing covers the read-out of a picture."""

import pytest
from PySide6.QtWidgets import QWidget

from explainer.contract.catalogue import CATALOGUE
from explainer.plots.base.axes import Axes
from explainer.plots.picture import Picture, Steering
from explainer.plots.relief.surface_plot import SurfacePlot
from explainer.plots.views import view_of
from explainer.stage.card import Card
from tests.test_every_scene import openable

PLOTS = (Axes, SurfacePlot, Picture)


@pytest.mark.parametrize("name", [openable(name) for name in CATALOGUE.names()])
def test_no_picture_has_a_tooltip_of_its_own_and_its_hints_are_behind_the_question_mark(name, qapp):
    for kind in view_of(CATALOGUE.scene(name)).cards:
        picture = kind(Steering())
        covering = [part for part in (picture, *picture.findChildren(QWidget)) if isinstance(part, PLOTS)]
        assert not [part.objectName() for part in covering if part.toolTip()]
        card = Card(picture)
        hints = picture.hints()
        assert card.title.toolTip() == picture.title
        assert card.help.isVisibleTo(card) is bool(hints)
        assert all(hint.casefold() in card.help.toolTip().casefold() for hint in hints)
        card.show_hints(False)
        assert not card.help.isVisibleTo(card)
