"""What follows the pointer in any kind, strips that take the height they need, and rows with one set of columns."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from explainer.contract.cards import Board, Cell, Column, Graph, Grid, Table, Tokens, reads
from explainer.plots.base.aligned import lay_out_aligned
from explainer.plots.base.rows import Item

ARRAYS = {"table": np.arange(12.0).reshape(3, 4), "word": np.array(["one", "two", "three"])}
DIMS = {"table": ("row", "column"), "word": ("row",)}


@reads("table", dims=("column",))
def row_of(frame):
    return frame.arrays["table"][frame.lit.get("row", 2)]


def test_a_table_and_the_title_follow_the_place_that_another_drawing_lights(shown):
    title = reads("table")(lambda frame: f"row {frame.lit.get('row', 2)}")
    drawing = Column((Tokens("word"), Table((Cell(row_of),), "column", follows=("row",))), (0, 1))
    made = shown(drawing, ARRAYS, dims=DIMS, title=title)
    table = made.picture.parts[1]
    for lit, row in ((0, 0), (1, 1), (None, 2), (1, 1)):
        made.steering.light("row", lit)
        np.testing.assert_array_equal(table.cells[0], ARRAYS["table"][row])
        assert made.picture.accessibleName() == f"row {row}"
    made.draw(table=ARRAYS["table"] + 1)
    np.testing.assert_array_equal(table.cells[0], ARRAYS["table"][1] + 1)


@pytest.mark.parametrize(("words", "width", "lines"), [(3, 480, 1), (20, 480, 2), (30, 200, 3), (300, 480, 3)])
def test_a_strip_of_weight_nought_takes_the_height_of_its_lines_and_of_three_at_most(shown, words, width, lines):
    arrays = {**ARRAYS, "word": np.array(["ab"] * words)}
    drawing = Column((Tokens("word"), Table((Cell("table_row"),), "column")), (0, 1))
    arrays["table_row"] = np.arange(4.0)
    made = shown(drawing, arrays, dims={**DIMS, "table_row": ("column",)}, size=(width, 360))
    strip, table = made.picture.parts
    assert round(strip.height() / 27) == lines
    assert strip.height() + table.height() + 8 == 360


FEWER = {
    "tokens": (Tokens("word"), {"word": np.array(["a", "b", "c", "d", "e"])}, {"word": np.array(["a", "b"])}),
    "table": (
        Table((Cell("value"),), "word"),
        {"value": np.arange(9.0), "word": np.array(list("abcdefghi"))},
        {"value": np.arange(2.0), "word": np.array(["a", "b"])},
    ),
    "graph": (
        Graph("word", "ends", dims=("word",), edge_dim="edge"),
        {"word": np.array(list("abcd")), "ends": np.array([[0, 1], [1, 2], [2, 3], [0, 3]])},
        {"word": np.array(["a", "b"]), "ends": np.array([[0, 1]])},
    ),
}
BINDS = {"word": ("word",), "value": ("word",), "ends": ("edge", "end"), "edge": ("edge",)}


@pytest.mark.parametrize("name", FEWER)
def test_a_pointer_that_rests_where_something_was_is_answered_by_what_is_drawn_now(shown, name):
    drawing, many, few = FEWER[name]
    made = shown(drawing, many, dims=BINDS)
    part = made.part
    places = [QPointF(mark.at) for mark in part.marks()]
    made.draw(**few)
    sizes = {"word": 2, "edge": 1}
    for place in places:
        part.hover_at(place)
        assert all(at is None or at < sizes[dim] for dim, at in (part.lights_at(place) or {}).items())


def items(seed):
    """Rows of grids in some of four slots; each slot is one in which grids are equally wide, but for the first."""
    chance = np.random.default_rng(seed)
    columns = chance.integers(1, 9, 4)
    return [
        [
            Item(int(chance.integers(1, 7)), int(columns[slot]), left=float(chance.integers(0, 40)), slot=int(slot))
            for slot in sorted(chance.permutation(4)[: chance.integers(1, 5)])
        ]
        for _ in range(chance.integers(1, 4))
    ]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("wide", [1.0, 2.0])
def test_grids_of_one_slot_stand_below_one_another_with_cells_of_one_size(seed, wide):
    rows, area = items(seed), QRectF(4, 0, 700, 420)
    boxes = lay_out_aligned(rows, area, 20.0, 6.0, 1.0, wide)
    flat = [item for row in rows for item in row]
    cells = {(round(b.width() / i.columns, 6), round(b.height() / i.rows, 6)) for i, b in zip(flat, boxes, strict=True)}
    ((across, down),) = cells
    assert down <= across <= wide * down + 1e-6
    assert all(area.contains(box) for box in boxes)
    assert not any(one.intersects(other) for k, one in enumerate(boxes) for other in boxes[:k])
    for slot in range(4):
        assert len({box.left() for item, box in zip(flat, boxes, strict=True) if item.slot == slot}) <= 1


def test_a_product_stands_in_falks_scheme_whatever_grids_are_left_out(shown):
    arrays = {"a": np.ones((3, 2)), "b": np.ones((2, 4)), "c": np.ones((3, 4)), "d": np.zeros((0, 0))}
    dims = {name: (f"{name} row", f"{name} column") for name in arrays}
    parts = (("", Grid("b", "B"), Grid("d")), (Grid("d"),), (Grid("a", "A"), Grid("c", "C"), Grid("d")))
    made = shown(Board(parts, aligned=True, wide=2.0), arrays, dims=dims, size=(500, 300))
    made.part.marks()
    b, a, c = (made.part.grids[k].box for k in (0, 3, 4))
    assert (b.left(), b.width()) == (c.left(), c.width())
    assert (a.top(), a.height()) == (c.top(), c.height())
    assert b.bottom() < c.top()
    assert a.right() < b.left()
