"""Boards: where grids stand, what is lit, marked, read, typed and dragged, and what follows the pointer."""

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QLineEdit

from explainer.contract.cards import Act, Board, Dimension, Edit, Grid, Mark, reads
from explainer.plots.base.rows import Item, lay_out
from explainer.plots.kinds.board_painting import between_words, fitting

ARRAYS = {"a": np.arange(12.0).reshape(3, 4), "b": np.array([[1.0, 0.25], [-2.0, 0.0]]), "c": np.eye(3)}
DIMS = {"a": ("row", "column"), "b": ("tap row", "tap column"), "c": ("out row", "out column")}
PARTS = (Grid("a", "A"), "∗", Grid("b", "B"), "=", Grid("c", "C"))


def middle(shown, index, row, column):
    """Return the middle of a cell."""
    return shown.part.rectangle((index, (row, column))).center().toPoint()


def test_every_cell_lights_its_own_place_and_is_read_with_its_value(shown):
    made = shown(Board(PARTS), ARRAYS, dims=DIMS, size=(700, 300))
    for index, name in enumerate("abc"):
        for row, column in np.ndindex(*ARRAYS[name].shape):
            made.hover(middle(made, index, row, column))
            assert made.lit() == dict(zip(DIMS[name], (row, column), strict=True))
            value = float(ARRAYS[name][row, column])
            said = f"{value:.3g}".replace("-", "−").replace("0.25", "0.250")
            assert made.part.reading() == f"{name.upper()}, row {row}, column {column}: {said}"
    made.hover(QPoint(1, 1))
    assert made.lit() == {}


def test_border_cells_have_places_below_zero_and_light_what_the_grid_says(shown):
    lights = lambda frame, row, column: {"out row": max(row, 0), "out column": None}  # noqa: E731
    parts = (Grid("a", border=lambda frame: (1, 0, 1, 1)), Grid("c", lights=lights))
    made = shown(Board(parts), ARRAYS, dims=DIMS)
    assert made.part.count("row"), made.part.count("column") == (2, 2)
    made.hover(middle(made, 0, -1, -1))
    assert made.lit() == {}
    made.hover(middle(made, 0, 0, 0))
    assert made.lit() == {"row": 0, "column": 0}
    made.hover(middle(made, 1, 2, 1))
    assert made.lit() == {"out row": 2}


def test_marks_follow_any_pointer_without_the_grids_being_painted_anew(shown):
    @reads("c")
    def marks(frame):
        row, column = frame.lit.get("out row"), frame.lit.get("out column")
        return () if None in (row, column) else (Mark(0, [(row, column)], "danger", 3.0), Mark(2, [(row, column)], 1))

    made = shown(Board(PARTS, marks=marks), ARRAYS, dims=DIMS, size=(700, 300))
    plain = made.pixels()
    kept = made.part._still
    made.steering.light("out row", 1)
    made.steering.light("out column", 2)
    assert [len(each) for each in made.part.marked] == [1, 0, 1]
    assert made.part.marked[0][0].cells == {(1, 2)}
    lit = made.pixels()
    assert (lit != plain).any()
    assert made.part._still is kept
    made.steering.light("out row", None)
    assert (made.pixels() == plain).all()


def test_values_that_follow_the_pointer_are_asked_for_again_with_what_it_is_on(shown):
    @reads("c", dims=("one", "one of one"))
    def followed(frame):
        row = frame.lit.get("out row", 0)
        return frame.arrays["c"][row : row + 1, :1] + 10 * row

    lines = lambda frame: ((f"row {frame.lit.get('out row')}", "strong"), ("", ""), ("code", "code"))  # noqa: E731
    drawing = Board((Grid("c"), Grid(followed)), follows=("out row",), lines=lines)
    made = shown(drawing, ARRAYS, dims=DIMS, title=lambda frame: f"Cell {frame.lit.get('out row', 'none')}")
    assert made.picture.accessibleName() == "Cell none"
    assert made.part.grids[1].values.item() == 1.0
    made.hover(middle(made, 0, 2, 1))
    assert made.part.grids[1].values.item() == 20.0
    assert made.part.lines == [("row 2", "strong"), ("code", "code")]
    assert made.picture.accessibleName() == "Cell 2"
    made.hover(QPoint(1, 1))
    assert made.part.grids[1].values.item() == 1.0


def test_numbers_are_typed_and_dragged_where_the_grid_can_be_edited(shown, qtbot):
    edit = Edit(lambda frame, place, number: Act("put", {"place": place, "value": number}), low=-3, high=3)
    clicked = lambda frame, row, column: Act("go", {"to": (row, column)})  # noqa: E731
    parts = (Grid("b", edit=edit, border=lambda frame: (0, 0, 1, 0)), Grid("c", click=clicked))
    made = shown(Board(parts), ARRAYS, dims=DIMS)
    made.click(middle(made, 1, 2, 0))
    assert made.acts == [("go", {"to": (2, 0)})]
    made.click(middle(made, 0, 0, 0))
    entry = made.part.findChild(QLineEdit, "cell-entry")
    assert entry.text() == "0.25"
    entry.setText("-1.5")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert made.acts[-1] == ("put", {"place": (0, 0), "value": -1.5})
    made.drag(middle(made, 0, 0, 0), (0, -32))
    made.part._ask.hurry()
    assert made.acts[-1] == ("put", {"place": (0, 0), "value": pytest.approx(0.25 + 4 * 0.05)})
    assert len(made.part.handles()) == 4


def test_arrows_go_within_a_grid_and_page_keys_from_grid_to_grid_that_is_there(shown, qtbot):
    clicked = lambda frame, row, column: Act("go", {"to": (row, column)})  # noqa: E731
    arrays = {**ARRAYS, "b": np.zeros((0, 0))}
    made = shown(Board((*PARTS[:4], Grid("c", click=clicked))), arrays, dims=DIMS)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(made.part, key)
    assert made.part.here == (0, (1, 1))
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(made.part, key)
    assert made.part.here == (2, (1, 0))
    assert made.acts == [("go", {"to": (1, 0)})]
    qtbot.keyClick(made.part, Qt.Key.Key_PageDown)
    assert made.part.here == (0, (0, 0))


def test_a_grid_that_has_not_come_is_left_out_with_the_sign_before_it(shown):
    made = shown(Board(PARTS), {**ARRAYS, "b": np.zeros((0, 2))}, dims=DIMS, size=(700, 300))
    made.pixels()
    assert [sign[0] for sign in made.part._painting._signs] == ["="]
    made.draw(b=ARRAYS["b"])
    made.pixels()
    assert [sign[0] for sign in made.part._painting._signs] == ["∗", "="]


@pytest.mark.parametrize(
    "values",
    [np.full((3, 3), np.nan), np.array([[np.inf, -np.inf]]), np.array([[7]]), np.zeros((90, 2)), np.zeros((0, 3))],
)
@pytest.mark.parametrize("size", [(360, 240), (60, 40)])
def test_odd_arrays_are_painted(shown, values, size):
    made = shown(Board(PARTS, none="nothing"), {**ARRAYS, "a": values}, dims=DIMS, size=size)
    made.pixels()
    assert made.part.summary()
    empty = shown(Board((Grid("a"),), none="nothing"), {"a": values}, dims=DIMS)
    empty.pixels()
    assert (empty.part.summary() == "nothing") == (values.size == 0)


def test_an_edited_number_repaints_its_grid(shown):
    made = shown(Board(PARTS), ARRAYS, dims=DIMS, size=(700, 300))
    before = made.pixels()
    made.draw(b=ARRAYS["b"] + [[3, 0], [0, 0]])
    assert (made.pixels() != before).any()


def test_names_stand_beside_a_grid_but_once_for_grids_with_the_same_rows(shown):
    dimensions = {"row": Dimension("r", ("queen", "king", "rook"))}
    parts = (Grid("a", names=True), "×", Grid("a", names=True), Grid("c", names=True))
    made = shown(Board(parts), ARRAYS, dims=DIMS, dimensions=dimensions, size=(800, 300))
    made.pixels()
    painting = made.part._painting
    width = partial(painting._names_width, metrics=QFontMetricsF(made.part.font()))
    assert width(0, -1) > 20
    assert width(1, 0) == 0
    assert width(2, 1) > 8
    made.hover(middle(made, 0, 1, 2))
    assert made.part.reading() == ", row king, column 2: 6".lstrip(", ")


# where grids stand


def overlaps(boxes):
    return any(a.intersects(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])


@pytest.mark.parametrize("area", [(900, 300), (400, 420), (360, 240), (1400, 500), (250, 700)])
@pytest.mark.parametrize(
    "rows",
    [
        [[(5, 5), (3, 3, 72), (3, 3)]],
        [[(7, 7), (5, 5)]],
        [[(28, 28), (3, 3, 72), (26, 26), (26, 26)]],
        [[(1, 12), (1, 3), (1, 10)]],
        [[(4, 6), (6, 3), (4, 3)], [(4, 4), (4, 3), (4, 3)]],
        [[(6, 6), (4, 4)], [(1, 8, 26), (1, 16, 26)]],
        [[(1, 1)]],
    ],
)
def test_grids_lie_within_the_area_beside_one_another_and_share_one_size_of_cells(area, rows):
    items = [[Item(*item) for item in row] for row in rows]
    place = QRectF(0, 0, *area)
    boxes = lay_out(items, place, 26, 24, 1.0)
    flat = [item for row in items for item in row]
    assert len(boxes) == len(flat)
    assert not overlaps(boxes)
    sides = {round(box.width() / item.columns, 3) for box, item in zip(boxes, flat, strict=True) if not item.own}
    assert len(sides) <= 1
    for box, item in zip(boxes, flat, strict=True):
        assert box.height() / item.rows == pytest.approx(box.width() / item.columns)
        assert place.adjusted(-2, -2, 2, 2).contains(box)


def test_a_kernel_keeps_cells_large_enough_for_numbers_beside_a_large_image():
    image, kernel = lay_out([[Item(28, 28), Item(3, 3, own=72)]], QRectF(0, 0, 500, 260), 26, 24, 1.0)
    assert kernel.width() / 3 >= 18 > image.width() / 28


def test_a_small_grid_beside_a_large_one_has_cells_that_can_be_read_where_there_is_room():
    area = QRectF(0, 0, 1000, 300)
    image, small, strip = lay_out([[Item(64, 64), Item(5, 5), Item(8, 1)]], area, 26, 24, 1.0)
    alone = lay_out([[Item(64, 64)]], area, 26, 24, 1.0)[0]
    assert image.size() == alone.size()
    assert small.width() / 5 >= 20 > image.width() / 64
    assert strip.height() / 8 >= 20
    assert not overlaps([image, small, strip])
    tight = lay_out([[Item(64, 64), Item(5, 5), Item(8, 1)]], QRectF(0, 0, 420, 300), 26, 24, 1.0)
    assert not overlaps(tight)
    assert all(QRectF(-2, -2, 424, 304).contains(box) for box in tight)


@pytest.mark.parametrize("first", [[(8, 8), (3, 3, 72), (6, 6)], [(1, 12), (1, 10)]])
@pytest.mark.parametrize("area", [(900, 300), (400, 420)])
def test_a_strip_of_cells_of_its_own_size_stands_below_and_leaves_the_others_as_they_would_be_alone(first, area):
    items, strip = [Item(*item) for item in first], [Item(1, 3, 22), Item(1, 8, 22)]
    boxes = lay_out([items, strip], QRectF(0, 0, *area), 26, 24, 1.0)
    high = 22 + 26 + 24
    assert boxes[: len(items)] == lay_out([items], QRectF(0, 0, area[0], area[1] - high), 26, 24, 1.0)
    assert not overlaps(boxes)
    assert all(box.height() == 22 and box.top() >= area[1] - high for box in boxes[len(items) :])


def test_of_several_versions_of_a_line_the_longest_that_fits_is_written_and_none_is_cut_within_a_number():
    font = QFont()
    metrics = QFontMetricsF(font)
    versions = ("235·2 + 247·3 + 250·4 = 2211", "235·2 + 1741 (2 more) = 2211", "2211")
    wide = metrics.horizontalAdvance(versions[1])
    assert fitting(versions, 1e6, font) == versions[0]
    assert fitting(versions, wide, font) == versions[1]
    assert fitting(versions[:1], wide, font) == ""
    for width in range(0, int(metrics.horizontalAdvance(versions[0])), 7):
        said = between_words(versions[0], width, metrics)
        assert metrics.horizontalAdvance(said) <= width
        assert said == "" or all(word in versions[0].split(" ") for word in said.split(" ")[:-1])


def test_a_grid_whose_values_are_on_their_way_stays_as_it_was(shown):
    parts = (Grid("a"), Grid(reads("later", dims=("x", "y"))(lambda frame: frame.arrays["later"])))
    made = shown(Board(parts), {"a": ARRAYS["a"], "later": np.eye(2)}, dims={"a": DIMS["a"], "later": ("x", "y")})
    before = made.part.grids[1].values
    made.arrays.pop("later")
    made.draw(a=ARRAYS["a"] + 1)
    assert made.part.grids[1].values is before
    assert made.part.grids[0].values[0, 0] == 1
