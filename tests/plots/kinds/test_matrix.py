"""Matrices and maps: what is painted, read, lit and asked for, and what odd arrays come to."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from explainer.contract.cards import Act, Dimension, Edit, Map, Matrix, reads
from explainer.contract.parameters import Parameters
from explainer.plots.base.axis import Axis
from explainer.theme.colour_maps import table
from explainer.theme.tokens import DARK

DIMS = {"values": ("row", "column")}
NAMES = {"row": Dimension("of", ("a", "b", "c")), "column": Dimension("by", ("p", "q", "r", "s"))}
VALUES = np.arange(12.0).reshape(3, 4)


def at(shown, row, column):
    """Return a pixel beside the middle of a cell, and beside its number."""
    box = shown.part.rectangle((row, column))
    return QPoint(round(box.left() + 4), round(box.top() + 4))


@pytest.mark.parametrize("upward", [False, True])
def test_each_cell_is_painted_in_the_colour_of_its_value_where_the_pointer_finds_it(shown, upward):
    values = np.random.default_rng(0).permutation(12).reshape(3, 4).astype(float)
    made = shown(Matrix("values", upward=upward), {"values": values}, dims=DIMS, dimensions=NAMES)
    pixels, colours = made.pixels(), table("viridis").astype(int)
    for row, column in np.ndindex(3, 4):
        place = at(made, row, column)
        expected = colours[round(values[row, column] / 11 * 255)]
        assert np.abs(pixels[place.y(), place.x()] - expected).max() <= 2
        made.hover(place)
        assert made.lit() == {"row": row, "column": column}
        assert made.part.reading() == f"by {'pqrs'[column]} · of {'abc'[row]} · {values[row, column]:.0f}"
    assert (at(made, 0, 0).y() > at(made, 2, 0).y()) == upward
    made.hover(QPoint(1, 1))
    assert made.lit() == {}


def test_reading_click_and_framed_cell_are_asked_of_the_card(shown):
    drawing = Matrix(
        "values",
        reading=lambda frame, row, column: f"R{row}C{column}",
        click=lambda frame, row, column: Act("go", {"to": [row, column]}),
        framed=lambda frame: (2, 1),
    )
    made = shown(drawing, {"values": VALUES}, dims=DIMS)
    made.click(at(made, 1, 3))
    assert made.part.reading() == made.part.accessibleDescription() == "R1C3"
    assert made.acts == [("go", {"to": [1, 3]})]
    assert made.part.framed() == (2, 1)
    made.draw(values=VALUES[:2])
    assert made.part.framed() is None


@pytest.mark.parametrize(("upward", "after_up"), [(False, 0), (True, 2)])
def test_arrow_keys_begin_at_the_framed_cell_and_move_on_the_screen(shown, qtbot, upward, after_up):
    drawing = Matrix(
        "values", upward=upward, framed=lambda frame: (1, 2), click=lambda frame, *cell: Act("go", {"to": cell})
    )
    made = shown(drawing, {"values": VALUES}, dims=DIMS)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(made.part, key)
    assert made.lit() == {"row": after_up, "column": 3}
    assert made.acts == [("go", {"to": (after_up, 3)})]


def test_a_light_of_another_card_lights_a_row_a_column_or_a_cell(shown):
    made = shown(Matrix("values"), {"values": VALUES}, dims=DIMS)
    dark = made.pixels()
    made.steering.light("row", 1)
    row = made.pixels()
    assert (row != dark).any()
    assert made.part.reading() == ""
    made.steering.light("column", 2)
    assert made.part.reading() == "column 2 · row 1 · 6"
    made.steering.light("row", None)
    made.steering.light("column", None)
    assert (made.pixels() == dark).all()


@pytest.mark.parametrize("same", [("token", "token"), ()])
def test_the_pointer_reads_its_cell_though_its_dimensions_cannot_tell_row_from_column(shown, same):
    function = reads("values", dims=same)(lambda frame: frame.arrays["values"])
    made = shown(Matrix(function), {"values": VALUES}, dims=DIMS)
    made.hover(at(made, 1, 3))
    assert made.part.reading().endswith("· 7")
    assert made.lit() == ({"token": 1} if same else {})


def test_a_hover_does_not_paint_what_stays_and_neither_does_a_marker_that_moves(shown):
    class Place(Parameters):
        pass

    moved = [(0.5, 0.5)]
    made = shown(Map("values", marker=lambda frame: moved[0]), {"values": VALUES}, dims=DIMS, parameters=Place)
    made.pixels()
    kept = made.part._still
    made.hover(at(made, 1, 1))
    moved[0] = (1.5, 2.0)
    made.draw(values=VALUES.copy())
    before = made.pixels()
    assert made.part._still is kept
    moved[0] = (0.0, 0.0)
    made.draw()
    assert (made.pixels() != before).any()
    made.draw(values=VALUES + 1)
    assert made.part._still is not kept


@pytest.mark.parametrize(
    "values",
    [
        np.full((3, 3), np.nan),
        np.full((3, 3), -np.inf),
        np.array([[1e300, -1e300], [1.7e308, np.nan]]),
        np.array([[5.0]]),
        np.zeros((1, 9)),
        np.array([[1, 2], [3, 4]]),
        np.array([[True, False]]),
        np.zeros((3000, 5)),
        np.zeros((0, 4)),
        np.zeros((4, 0)),
    ],
)
@pytest.mark.parametrize("kind", [Matrix, Map])
@pytest.mark.parametrize("size", [(360, 240), (40, 30)])
def test_odd_arrays_are_painted_and_every_mark_is_found(shown, kind, values, size):
    drawing = kind("values", log=values.shape == (1, 9), none="nothing here", bad="diverged")
    made = shown(drawing, {"values": values}, dims=DIMS, size=size)
    made.pixels()
    for mark in made.part.marks() if size[0] > 100 else ():
        made.hover(mark.at)
        assert made.lit() == mark.lights
        assert made.part.reading()
    if not values.size:
        assert made.part.summary() == "nothing here"
        assert made.part.marks() == ()
    elif not np.isfinite(values).all():
        assert "diverged" in made.part.summary()


def test_what_is_no_number_is_hatched_and_called_by_its_name(shown):
    values = VALUES.copy()
    values[1, 1] = np.inf
    made = shown(Matrix("values", bad="too much"), {"values": values}, dims=DIMS)
    made.hover(at(made, 1, 1))
    assert made.part.reading().endswith("too much")
    place, colours = at(made, 1, 1), table("viridis").astype(int)
    assert np.abs(colours - made.pixels()[place.y(), place.x()]).max(1).min() > 8


def test_a_number_is_typed_and_dragged_within_its_range(shown, qtbot):
    given = Edit(lambda frame, place, number: Act("put", {"place": place, "value": number}), low=-1, high=9)
    made = shown(Matrix("values", edit=given), {"values": VALUES}, dims=DIMS)
    made.click(at(made, 2, 3))
    entry = made.part.findChild(QLineEdit, "cell-entry")
    assert entry.text() == "11"
    for text, asked in (("99", []), ("2.5", [("put", {"place": (2, 3), "value": 2.5})])):
        entry.setText(text)
        qtbot.keyClick(entry, Qt.Key.Key_Return)
        assert made.acts == asked
    made.acts.clear()
    made.drag(at(made, 0, 1), (0, -24))
    made.part._ask.hurry()
    assert made.acts[-1] == ("put", {"place": (0, 1), "value": 4.0})
    made.drag(at(made, 0, 1), (0, 400))
    made.part._ask.hurry()
    assert made.acts[-1] == ("put", {"place": (0, 1), "value": -1.0})
    assert len(made.part.handles()) == 12


def test_numbers_that_cannot_be_changed_just_now_are_clicked_instead(shown):
    edit = Edit(lambda frame, place, number: None, applies=lambda frame: False)
    drawing = Matrix("values", edit=edit, click=lambda frame, *cell: Act("go", {}))
    made = shown(drawing, {"values": VALUES}, dims=DIMS)
    made.click(at(made, 0, 0))
    assert made.acts == [("go", {})]
    assert made.part.handles() == ()


def test_before_an_answer_has_come_it_is_said_that_it_is_awaited_and_after_it_that_another_is(shown):
    made = shown(Matrix("values"), {"values": VALUES}, dims=DIMS)
    plain = made.pixels().astype(int)
    made.part.set_busy("computing …")
    box = made.part.at.cells.toRect().adjusted(2, 2, -2, -2)
    veiled = made.pixels().astype(int)
    inside = np.s_[box.top() : box.bottom(), box.left() : box.right()]
    assert veiled[inside].std() < 0.6 * plain[inside].std()
    made.part.set_busy("")
    assert (made.pixels() == plain).all()


# maps


@pytest.mark.parametrize(
    "coordinates",
    [np.linspace(-2, 5, 8), np.logspace(-4, 1, 8), 1 - np.logspace(0, -4, 8), np.array([1, 2, 5, 6, 7, 50, 51, 90.0])],
)
def test_marker_and_ticks_lie_where_their_value_does(shown, coordinates):
    values = np.zeros((3, 8))
    where = [coordinates[5]]
    drawing = Map("values", marker=lambda frame: (1.0, where[0]))
    made = shown(
        drawing,
        {"values": values, "at": coordinates},
        dims={**DIMS, "at": ("column",)},
        dimensions={"column": Dimension("η", at="at")},
    )
    for k, value in enumerate(coordinates):
        pixel = made.part.pixel_of(1.0, value)
        assert made.part.cell_at(pixel) == (1, k)
        middle = made.part.rectangle((1, k)).center()
        assert abs(pixel.x() - middle.x()) < 1e-6
    assert made.part.start() == (1, 5)


def test_places_that_do_not_rise_steadily_are_named_by_their_numbers(shown):
    made = shown(
        Map("values"),
        {"values": np.zeros((3, 4)), "at": np.array([1.0, 3.0, 2.0, np.nan])},
        dims={**DIMS, "at": ("column",)},
        dimensions={"column": Dimension("η", at="at")},
    )
    assert list(made.part.sheet.columns.names) == ["1.00", "3.00", "2.00", "NaN"]


def test_classes_have_their_colours_and_meanings_in_both_themes(shown):
    from explainer.theme.tokens import DARK, LIGHT

    classes = np.array([[0, 1], [2, -1]])
    drawing = Map("values", legend=lambda frame: ((0, "left"), (1, "right"), (-1, "and more")), bad="none")
    made = shown(drawing, {"values": classes}, dims=DIMS)
    for tokens in (DARK, LIGHT):
        made.picture.apply_theme(tokens)
        pixels = made.pixels()
        for row, column, place in ((0, 0, 0), (0, 1, 1), (1, 0, 2)):
            there = made.part.rectangle((row, column)).center().toPoint()
            wanted = tuple(int(tokens.series_colour(place)[i : i + 2], 16) for i in (1, 3, 5))
            assert tuple(pixels[there.y(), there.x()]) == wanted
    read = []
    for cell in np.ndindex(2, 2):
        made.hover(made.part.rectangle(cell).center().toPoint())
        read.append(made.part.reading().rpartition(" · ")[2])
    assert read == ["left", "right", "2", "none"]


def test_a_unit_is_as_long_on_both_axes_where_that_is_asked(shown):
    made = shown(
        Map("values", equal=True),
        {"values": np.zeros((5, 9)), "y": np.linspace(0, 1, 5), "x": np.linspace(0, 4, 9)},
        dims={**DIMS, "y": ("row",), "x": ("column",)},
        dimensions={"row": Dimension("y", at="y"), "column": Dimension("x", at="x")},
    )
    up = made.part.pixel_of(0, 0).y() - made.part.pixel_of(1, 0).y()
    across = made.part.pixel_of(0, 1).x() - made.part.pixel_of(0, 0).x()
    assert up == pytest.approx(across)


def test_a_fractional_cell_between_uneven_places_is_interpolated_on_the_axis_scale():
    axis = Axis("η", np.array([0.1, 1.0, 100.0]), "log")
    assert axis.cell(10.0) == pytest.approx(1.5)
    assert axis.coordinate(1.5) == pytest.approx(10.0)
    assert axis.cell(0.01) == pytest.approx(-1.0)


def stroked(frame, cells):
    """Ask for the cells."""
    return Act("draw", {"cells": list(cells)})


def test_cells_passed_with_the_button_held_are_asked_for_together_and_a_click_alone(shown, qtbot):
    made = shown(Matrix("values", stroke=stroked), {"values": VALUES}, dims=DIMS)
    way = [at(made, 0, 0), at(made, 0, 1), at(made, 0, 0), at(made, 1, 1)]
    dark = made.pixels()
    qtbot.mousePress(made.part, Qt.MouseButton.LeftButton, pos=way[0])
    for place in way[1:]:
        qtbot.mouseMove(made.part, place)
    assert (made.pixels() != dark).any()
    qtbot.mouseRelease(made.part, Qt.MouseButton.LeftButton, pos=way[-1])
    made.click(at(made, 2, 3))
    qtbot.keyClick(made.part, Qt.Key.Key_Return)
    assert [arguments["cells"] for _, arguments in made.acts] == [[(0, 0), (0, 1), (1, 1)], [(2, 3)], [(2, 3)]]


def test_several_cells_can_be_framed(shown):
    made = shown(Matrix("values", framed=lambda frame: [(0, 1), (2, 3), (9, 9)]), {"values": VALUES}, dims=DIMS)
    assert made.part.all_framed() == [(0, 1), (2, 3)]
    assert made.part.framed() == (0, 1)


def test_the_name_of_a_row_lights_it_and_can_be_clicked(shown):
    drawing = Matrix("values", row_click=lambda frame, row: Act("row", {"row": row}))
    made = shown(drawing, {"values": VALUES}, dims=DIMS, dimensions=NAMES)
    name = QPoint(round(made.part.at.cells.left() - 8), at(made, 1, 0).y())
    made.hover(name)
    made.click(name)
    assert made.acts == [("row", {"row": 1})]
    assert made.lit() == {"row": 1}
    made.hover(QPoint(1, 1))
    assert made.lit() == {}
    assert len(made.acts) == 1


def test_words_stand_beside_rows_in_their_colours_instead_of_the_bar(shown):
    bare = shown(Matrix("values"), {"values": VALUES}, dims=DIMS)
    made = shown(
        Matrix("values", beside=lambda frame: [("yes", "good"), ("", ""), ("no", "danger")]),
        {"values": VALUES},
        dims=DIMS,
    )
    right = made.pixels()[:, round(made.part.at.cells.right()) + 8 :].astype(int)
    for token, row in (("good", 0), ("danger", 2)):
        wanted = [int(getattr(DARK, token)[i : i + 2], 16) for i in (1, 3, 5)]
        found = np.abs(right - wanted).max(-1) < 40
        assert found.any()
        box = made.part.rectangle((row, 0))
        assert box.top() <= np.argwhere(found)[:, 0].mean() <= box.bottom()
    ends = bare.pixels()[:, round(bare.part.at.legend.left()) : round(bare.part.at.legend.right())]
    assert len(np.unique(ends.reshape(-1, 3), axis=0)) > len(np.unique(right.reshape(-1, 3), axis=0))


def test_places_can_be_named_by_a_function_of_the_frame(shown):
    names = {
        "row": Dimension("of", reads("values")(lambda frame: [f"n{k}" for k in range(len(frame.arrays["values"]))]))
    }
    made = shown(Matrix("values"), {"values": VALUES}, dims=DIMS, dimensions=names)
    assert made.part.places[0].names == ("n0", "n1", "n2")
    made.draw(values=VALUES[:1])
    assert made.part.places[0].names == ("n0",)


def test_a_lit_place_that_is_no_more_is_lit_no_more(shown):
    made = shown(Matrix("values"), {"values": VALUES}, dims=DIMS)
    made.steering.light("row", 2)
    made.steering.light("column", 3)
    made.draw(values=VALUES[:2])
    assert made.part.lit == {"column": 3}
    assert made.part.reading() == ""
