"""Cards on the stage: titles that find room, and rows that no window is too narrow for."""

from explainer.contract.cards import Card, Curves
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.view import View
from explainer.plots.card_picture import picture_of
from explainer.stage.card import Title
from explainer.stage.stage import Stage


def test_a_long_title_takes_a_second_line_before_it_is_cut(qapp):
    title = Title("", lines=2)
    title.resize(120, 40)
    title.set_words("Short")
    assert title.text() == "Short"
    title.set_words("How much the loss still moves")
    first, second = title.text().split("\n")
    assert f"{first} {second}" == "How much the loss still moves"
    assert title.fontMetrics().horizontalAdvance(first) <= 120
    title.set_words("How much the loss still moves " * 4)
    assert title.text().count("\n") == 1
    assert title.text().endswith("…")
    assert title.toolTip() == "How much the loss still moves " * 4


def test_a_single_long_word_is_cut_on_one_line(qapp):
    title = Title("", lines=2)
    title.resize(60, 40)
    title.set_words("Donaudampfschifffahrtsgesellschaft")
    assert "\n" not in title.text()
    assert title.text().endswith("…")


def test_two_pictures_that_need_more_width_than_there_is_stand_in_rows_of_their_own(qapp):
    scene = CATALOGUE.scene("gradient-descent")
    made = [
        picture_of(Card(key, key, Curves("slice_loss", "y"), least=(wide, 120), at_first=True), scene)
        for key, wide in (("a", 160), ("b", 420), ("c", 360), ("d", 160))
    ]
    stage = Stage()
    stage.show_view(View(cards=made))
    stage.resize(707, 900)
    stage.show()
    tops = [card.mapTo(stage, card.rect().topLeft()).y() for card in stage.cards]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    stage.show_view(View(cards=made[1:]))
    tops = [card.mapTo(stage, card.rect().topLeft()).y() for card in stage.cards]
    assert tops[0] < tops[1] == tops[2]
    assert stage.minimumSizeHint().width() <= 707
    stage.close()
