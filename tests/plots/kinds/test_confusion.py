"""The confusion matrix: counts, recall, precision and accuracy; what is read, lit and clicked."""

import numpy as np
import pytest

from explainer.contract.cards import Act, Confusion, Dimension

COUNTS = np.array([[8, 2, 0], [1, 5, 4], [0, 0, 0]])
DIMS = {"counts": ("actual class", "predicted class")}
NAMES = ("cat", "dog", "emu")
DIMENSIONS = {"actual class": Dimension("actual", NAMES), "predicted class": Dimension("predicted", NAMES)}


def made(shown, counts=COUNTS, **options):
    return shown(Confusion("counts", **options), {"counts": counts}, dims=DIMS, dimensions=DIMENSIONS)


def middle(shown, row, column):
    return shown.part.rectangle((row, column)).center().toPoint()


@pytest.mark.parametrize("seed", range(3))
def test_recall_precision_and_accuracy_are_those_of_the_pairs_counted(shown, seed):
    rng = np.random.default_rng(seed)
    actual, predicted = rng.integers(0, 4, 60), rng.integers(0, 4, 60)
    counts = np.zeros((4, 4), int)
    np.add.at(counts, (actual, predicted), 1)
    part = made(shown, counts).part
    for k in range(4):
        assert part.recall()[k] == pytest.approx(np.mean(predicted[actual == k] == k))
        assert part.precision()[k] == pytest.approx(np.mean(actual[predicted == k] == k))
    assert part.accuracy() == pytest.approx(np.mean(actual == predicted))


@pytest.mark.parametrize(
    ("cell", "said", "lit"),
    [
        ((1, 2), "4 of 10 dog are taken for emu", {"actual class": 1, "predicted class": 2}),
        ((0, 3), "recall of cat: 8 of 10, 80%", {"actual class": 0}),
        ((3, 1), "precision of dog: 5 of 7, 71%", {"predicted class": 1}),
        ((2, 3), "recall of emu: 0 of 0, –", {"actual class": 2}),
        ((3, 2), "precision of emu: 0 of 4, 0%", {"predicted class": 2}),
        ((3, 3), "accuracy: 13 of 20, 65%", {}),
    ],
)
def test_each_cell_says_what_it_counts_or_is_made_of(shown, cell, said, lit):
    matrix = made(shown)
    matrix.hover(middle(matrix, *cell))
    assert matrix.part.reading() == said
    assert matrix.lit() == lit


def test_a_click_on_a_count_asks_for_its_images_and_one_on_a_margin_for_nothing(shown):
    matrix = made(shown, click=lambda frame, row, column: Act("show", {"pair": (row, column)}))
    matrix.click(middle(matrix, 3, 3))
    matrix.click(middle(matrix, 1, 2))
    assert matrix.acts == [("show", {"pair": (1, 2)})]


def test_both_axes_are_named_and_the_chosen_cell_is_framed(shown):
    matrix = made(shown, chosen=lambda frame: (1, 2))
    sheet = matrix.part.sheet
    assert (sheet.rows.title, sheet.columns.title) == ("actual", "predicted")
    assert sheet.rows.names == (*NAMES, "precision")
    assert sheet.columns.names == (*NAMES, "recall")
    assert matrix.part.framed() == (1, 2)
    assert matrix.part.summary() == "13 of 20 are right; the commonest mistake: 4 × dog taken for emu"


def test_counts_that_change_are_painted(shown):
    matrix = made(shown)
    before = matrix.pixels()
    matrix.draw(counts=COUNTS + 1)
    assert (matrix.pixels() != before).any()


@pytest.mark.parametrize(
    "counts", [np.zeros((0, 0), int), np.array([[3]]), np.zeros((2, 2), int), np.ones((200, 200), int)]
)
def test_odd_counts_are_painted(shown, counts):
    matrix = made(shown, counts, none="nothing")
    matrix.pixels()
    assert (matrix.part.summary() == "nothing") == (counts.size == 0)


@pytest.mark.parametrize(("size", "turned"), [((900, 520), False), ((250, 520), True)])
def test_names_stand_upright_only_where_they_have_no_room_side_by_side(shown, size, turned):
    counts = np.full((10, 10), 3)
    matrix = shown(Confusion("counts"), {"counts": counts}, dims=DIMS, size=size)
    assert matrix.part.at.upright is turned
