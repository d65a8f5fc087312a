"""Small multiples: their colours and scales, choosing, switching off, captions; and where tiles stand."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from explainer.contract.cards import Act, Dimension, Maps, reads
from explainer.plots.base.tiles import LEAST, tile
from explainer.theme.colour_maps import signed, table
from explainer.theme.tokens import DARK

VALUES = np.arange(6 * 3 * 4, dtype=float).reshape(6, 3, 4)
DIMS = {"values": ("filter", "row", "column"), "off": ("filter",)}
FOUR = {"values": ("layer", "head", "query", "key"), "off": ("layer", "head")}


def colour_in(shown, cell):
    """Return the colour in the middle of a cell."""
    place = shown.part.rectangle(cell).center().toPoint()
    return shown.pixels()[place.y(), place.x()].astype(int)


@pytest.mark.parametrize(("scale", "low", "high"), [("common", 0, 71), ("own", 24, 35)])
@pytest.mark.parametrize("upward", [False, True])
def test_a_cell_has_the_colour_of_its_value_on_the_scale_that_is_asked_for(shown, scale, low, high, upward):
    made = shown(Maps("values", scale=scale, upward=upward), {"values": VALUES}, dims=DIMS)
    for row, column in np.ndindex(3, 4):
        expected = table("viridis")[round((VALUES[2, row, column] - low) / (high - low) * 255)].astype(int)
        assert np.abs(colour_in(made, (2, row, column)) - expected).max() <= 3
    assert (made.part.rectangle((2, 0, 0)).top() > made.part.rectangle((2, 2, 0)).top()) == upward


def test_signs_are_even_about_zero_and_places_give_each_map_its_own_colour(shown):
    values = np.array([[[-1.0, 4.0]], [[0.0, 2.0]]])
    made = shown(Maps("values", colours="signed"), {"values": values}, dims=DIMS)
    assert np.abs(colour_in(made, (0, 0, 1)) - signed(DARK)[255]).max() <= 2
    assert np.abs(colour_in(made, (1, 0, 0)) - signed(DARK)[128]).max() <= 4
    made = shown(Maps("values", places=lambda frame: (3, 1), scale="own"), {"values": values}, dims=DIMS)
    for number, place in enumerate((3, 1)):
        token = DARK.series_colour(place)
        expected = [int(token[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(colour_in(made, (number, 0, 1)) - expected).max() <= 2


def test_every_cell_lights_map_row_and_column_and_is_read(shown):
    dimensions = {"filter": Dimension("filter", tuple("abcdef"))}
    made = shown(Maps("values"), {"values": VALUES}, dims=DIMS, dimensions=dimensions)
    for cell in np.ndindex(*VALUES.shape):
        made.hover(made.part.rectangle(cell).center().toPoint())
        assert made.lit() == dict(zip(DIMS["values"], cell, strict=True))
        said = made.part.reading()
        value = VALUES[cell]
        assert said.startswith("abcdef"[cell[0]])
        assert float(said.rpartition(" · ")[2]) == pytest.approx(value, rel=0.01)


def test_maps_of_two_dimensions_light_both_and_functions_are_told_their_number(shown):
    values = np.random.default_rng(0).random((2, 3, 4, 4))
    off = np.array([[False, True, False], [False, False, True]])
    drawing = Maps("values", dimmed="off", click=lambda frame, number: Act("choose", {"number": number}))
    made = shown(drawing, {"values": values, "off": off}, dims=FOUR)
    made.click(made.part.rectangle((4, 2, 1)).center().toPoint())
    assert made.acts == [("choose", {"number": 4})]
    assert made.lit() == {"layer": 1, "head": 1, "query": 2, "key": 1}
    assert [made.part.dimmed(k) for k in range(6)] == off.reshape(-1).tolist()
    assert "2 off" in made.part.summary()
    boxes = [made.part.tiling.box(k) for k in range(6)]
    assert boxes[0].top() == boxes[2].top() < boxes[3].top()
    made.part.darken()
    made.steering.light("layer", 1)
    made.steering.light("head", 2)
    assert made.part.lit_tile() == 5


def test_the_dot_switches_and_so_does_the_key_but_only_where_that_is_bound(shown, qtbot):
    switched = lambda frame, number: Act("switch", {"number": number})  # noqa: E731
    clicked = lambda frame, number: Act("choose", {"number": number})  # noqa: E731
    made = shown(Maps("values", click=clicked, switch=switched), {"values": VALUES}, dims=DIMS, size=(640, 480))
    dot = made.part.dot_of(2)
    made.click(dot.center().toPoint())
    made.click((dot.bottomLeft() + QPoint(-3, 3)).toPoint())
    assert made.acts == [("switch", {"number": 2}), ("choose", {"number": 2})]
    qtbot.keyClick(made.part, Qt.Key.Key_X)
    assert made.acts[-1] == ("switch", {"number": 2})
    plain = shown(Maps("values", click=clicked), {"values": VALUES}, dims=DIMS, size=(640, 480))
    assert plain.part.dot_of(2) is None
    qtbot.keyClick(plain.part, Qt.Key.Key_Right)
    qtbot.keyClick(plain.part, Qt.Key.Key_X)
    assert plain.acts == []


def test_arrows_go_from_map_to_map_beginning_at_the_chosen_one_and_return_chooses(shown, qtbot):
    drawing = Maps("values", columns=3, chosen=lambda frame: 1, click=lambda frame, k: Act("choose", {"number": k}))
    made = shown(drawing, {"values": VALUES}, dims=DIMS)
    numbers = []
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Right, keys.Key_Down, keys.Key_Left, keys.Key_Return):
        qtbot.keyClick(made.part, key)
        numbers.append(made.part.here[0])
    assert numbers == [1, 2, 2, 5, 4, 4]
    assert made.acts == [("choose", {"number": 4})]
    assert made.part.reading() == "filter 4: 48 to 59"


def test_captions_that_change_are_painted_though_the_values_have_not(shown):
    words = [["a"] * 6]
    made = shown(Maps("values", captions=lambda frame: words[0]), {"values": VALUES}, dims=DIMS)
    before = made.pixels()
    words[0] = ["b"] * 6
    made.draw()
    assert (made.pixels() != before).any()


@pytest.mark.parametrize(
    "values",
    [
        np.full((3, 4, 4), np.nan),
        np.full((2, 2, 2), np.inf),
        np.array([[[1e300, -1e300]]]),
        np.zeros((1, 1, 1)),
        np.zeros((700, 2, 2)),
        np.zeros((0, 3, 3)),
        np.zeros((3, 0, 3)),
        np.zeros((2, 2, 2), np.int64),
    ],
)
@pytest.mark.parametrize("options", [{}, {"scale": "own", "colours": "signed"}, {"places": lambda f: (0, 1)}])
@pytest.mark.parametrize("size", [(360, 240), (50, 40)])
def test_odd_arrays_are_painted_and_every_mark_is_found(shown, values, options, size):
    made = shown(Maps("values", none="nothing", **options), {"values": values}, dims=DIMS, size=size)
    made.pixels()
    for mark in made.part.marks():
        made.hover(mark.at)
        assert made.lit() == mark.lights
        assert made.part.reading()
    assert (made.part.summary() == "nothing") == (values.size == 0)


@pytest.mark.parametrize("aspect", [0.4, 1.0, 3.0])
@pytest.mark.parametrize("count", [1, 5, 12, 144, 2000])
@pytest.mark.parametrize("area", [(360, 240), (900, 300), (80, 500)])
@pytest.mark.parametrize("across", [0, 4])
def test_tiles_lie_within_their_area_beside_one_another_and_are_found(count, aspect, area, across):
    made = tile(count, aspect, QRectF(0, 0, *area), head=20, foot=16, across=across)
    boxes = [made.box(number) for number in range(made.shown)]
    assert made.width >= LEAST
    for number, box in enumerate(boxes):
        assert made.number_at(box.center().x(), box.center().y()) == number
        assert box.left() >= -1
        assert box.right() <= area[0] + 2
        assert number == 0 or not box.intersects(boxes[number - 1])
    if made.shown == count and not across:
        assert count == 1 or max(box.right() for box in boxes) > 0.3 * area[0] or made.shown == 1


@pytest.mark.parametrize("field", ["low", "high"])
def test_maps_are_not_painted_before_what_says_their_colours_has_come(shown, field):
    usual = {"low": 0.0, "high": 71.0}[field]
    drawing = Maps("values", **{field: reads("late")(lambda frame: usual)})
    arrays = {"values": VALUES, "late": np.zeros(1)}
    made = shown(drawing, arrays, dims={**DIMS, "late": ("one",)})
    expected = colour_in(made, (2, 0, 0))
    made = shown(drawing, arrays, dims={**DIMS, "late": ("one",)}, without=("late",))
    made.pixels()
    assert made.part.now is None
    made.draw(late=np.zeros(1))
    assert (colour_in(made, (2, 0, 0)) == expected).all()
