"""What a card's “⋯” menu has besides files: the switches of how its picture is drawn."""

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.stage.card import Card
from tests.scenes.gradient_descent.moments import moment


@pytest.fixture
def card(qtbot):
    kind = next(kind for kind in view_of(CATALOGUE.scene("gradient-descent")).cards if kind.key == "contours")
    steering = Steering()
    card = Card(kind(steering))
    qtbot.addWidget(card)
    yield card
    del steering


def switches(card):
    return {action.text(): action for action in card.menu().actions() if action.isCheckable()}


def test_before_a_run_is_there_nothing_can_be_switched(card):
    assert switches(card) == {}


def test_the_menu_shows_how_the_picture_is_drawn_and_asks_for_another_way(card):
    card.picture.draw(moment(3, arrows=True, equal_axes=False))
    asked = []
    card.picture.steering.set_asked.connect(asked.append)
    offered = switches(card)
    assert [name for name, action in offered.items() if action.isChecked()] == ["Arrows", "Preview while dragging"]
    offered["Equal axes"].trigger()
    offered["Arrows"].trigger()
    assert asked == [{"equal_axes": True}, {"arrows": False}]
    assert all(action.toolTip() for action in offered.values())
