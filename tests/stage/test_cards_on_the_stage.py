"""Cards on the stage: titles that find room, and rows that no window is too narrow for."""

from explainer.stage.card import Title


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
