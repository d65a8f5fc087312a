"""The heat map: cells and pixels, axes, colours, odd values, hands and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from explainer.plots.base.axis import LINEAR, LOG, NEAR_ONE, Axis
from explainer.plots.base.shading import Shading, readable_on
from explainer.plots.heat_map import HeatMap
from explainer.theme.colour_maps import signed, table
from explainer.theme.tokens import DARK, LIGHT


def picture(widget):
    """Return what a widget looks like, (height, width, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def colour_at(widget, row, column):
    """Return the colour painted a little beside the middle of a cell."""
    place = widget.position_of(row, column).toPoint()
    return picture(widget)[place.y(), place.x()]


@pytest.fixture
def heat_map(qtbot):
    """A map of 4 × 5 cells, shown."""
    made = HeatMap()
    qtbot.addWidget(made)
    made.resize(420, 320)
    made.set_values(np.arange(20.0).reshape(4, 5), shading=Shading("viridis"))
    made.show()
    return made


@pytest.mark.parametrize("upward", [False, True])
@pytest.mark.parametrize("aspect", [None, 2.0])
def test_every_cell_is_found_at_the_pixel_where_it_is_drawn(qtbot, upward, aspect):
    made = HeatMap(upward=upward, aspect=aspect)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.set_values(np.zeros((7, 11)))
    for row in range(7):
        for column in range(11):
            assert made.cell_at(made.position_of(row, column)) == (row, column)
            assert made.cell_at(made.position_of(row + 0.45, column - 0.45)) == (row, column)
    assert made.cell_at(QPointF(1, 1)) is None
    below = made.position_of(0, 0).y() > made.position_of(6, 0).y()
    assert below == upward


@pytest.mark.parametrize("upward", [False, True])
def test_each_cell_is_painted_in_the_colour_of_its_value(qtbot, upward):
    values = np.random.default_rng(0).permutation(12 * 30).reshape(12, 30).astype(float)
    made = HeatMap(upward=upward)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.set_values(values)
    shown, colours = picture(made), table("viridis")
    for row, column in [(0, 0), (3, 7), (11, 29), (11, 0)]:
        place = made.position_of(row, column).toPoint()
        expected = colours[round(values[row, column] / 359 * 255)].astype(int)
        assert np.abs(shown[place.y(), place.x()] - expected).max() <= 2


def test_nan_and_infinite_cells_are_hatched_and_the_legend_names_them(heat_map):
    values = np.arange(20.0).reshape(4, 5)
    without = heat_map.cells_rectangle()
    values[1, 1], values[2, 3] = np.nan, np.inf
    heat_map.set_values(values, bad="diverged far away and never came back")
    assert heat_map.cells_rectangle().width() < without.width() - 100
    colours = table("viridis").astype(int)
    for row, column in ((1, 1), (2, 3)):
        assert np.abs(colours - colour_at(heat_map, row, column)).max(1).min() > 8
    heat_map._go_to((1, 1))
    assert "diverged" in heat_map.reading()


@pytest.mark.parametrize(
    "values",
    [
        np.full((3, 3), np.nan),
        np.full((3, 3), np.inf),
        np.array([[1e300, -1e300], [1.7e308, -1.7e308]]),
        np.array([[5.0]]),
        np.zeros((1, 9)),
        np.array([[0.0, 1e-300], [np.nan, 1e300]]),
        np.array([[1, 2], [3, 4]]),
        np.array([[True, False]]),
    ],
)
@pytest.mark.parametrize(
    "shading", [Shading(), Shading(log=True), Shading("signed"), Shading("cividis", low=0, high=0)]
)
def test_odd_values_survive_in_every_shading(heat_map, values, shading):
    heat_map.set_values(values, Axis("rows"), Axis("columns"), shading)
    assert len(np.unique(picture(heat_map).reshape(-1, 3), axis=0)) > 3
    for place, _ in shading.ticks(values, 5):
        assert -1e-9 <= place <= 1 + 1e-9


def test_signs_are_symmetric_about_the_canvas_colour():
    values = np.array([[-1.0, 0.0, 4.0]])
    colours = Shading("signed").colours(values, LIGHT)[0, :, :3]
    limits = signed(LIGHT)
    assert np.abs(colours[1].astype(int) - limits[128]).max() <= 1
    np.testing.assert_array_equal(colours[2], limits[255])
    assert np.abs(colours[0].astype(int) - limits[round(0.375 * 255)]).max() <= 1


def test_logarithmic_shading_spaces_equal_ratios_equally():
    values = np.array([[1e-4, 1e-2, 1.0, 0.0, -3.0]])
    colours = Shading(log=True).colours(values, DARK)[0, :, :3]
    np.testing.assert_array_equal(colours, table("viridis")[[0, 128, 255, 0, 0]])


@pytest.mark.parametrize(
    ("scale", "coordinates"),
    [(LINEAR, np.linspace(-2, 5, 50)), (LOG, np.logspace(-4, 1, 64)), (NEAR_ONE, 1 - np.logspace(0, -4, 64))],
)
def test_an_axis_recognises_its_spacing_and_maps_cells_to_coordinates_and_back(scale, coordinates):
    axis = Axis.spaced("axis", coordinates)
    assert axis.scale == scale
    for cell, value in enumerate(coordinates):
        assert axis.cell(value) == pytest.approx(cell, abs=1e-6)
        assert axis.coordinate(cell) == pytest.approx(value, abs=1e-9)
    for cell in (-0.5, 0.3, 17.8, len(coordinates) + 3.0):
        assert axis.cell(axis.coordinate(cell)) == pytest.approx(cell, abs=1e-6)


def test_ticks_of_a_logarithmic_axis_stand_at_whole_decades():
    axis = Axis.spaced("η", np.logspace(-3, 0, 31))
    assert [(round(cell, 9), text) for cell, text in axis.ticks(31, 6)] == [
        (0, "0.001"),
        (10, "0.01"),
        (20, "0.1"),
        (30, "1"),
    ]


def test_ticks_near_one_are_nines():
    axis = Axis.spaced("β₂", 1 - np.logspace(0, -4, 41))
    assert [(round(cell, 6), text) for cell, text in axis.ticks(41, 6)] == [
        (0, "0"), (10, "0.9"), (20, "0.99"), (30, "0.999"), (40, "0.9999"),
    ]  # fmt: skip


def test_a_value_where_the_scale_does_not_reach_has_no_cell():
    assert np.isnan(Axis.spaced("η", np.logspace(-3, 0, 31)).cell(0.0))
    assert np.isnan(Axis.spaced("β", 1 - np.logspace(0, -4, 9)).cell(1.5))


def test_text_on_a_cell_has_the_better_contrast():
    assert readable_on(np.array([[255, 255, 255], [0, 0, 0], [255, 255, 0], [0, 0, 255]], np.uint8)).tolist() == [
        True,
        False,
        True,
        False,
    ]


def test_numbers_appear_only_where_cells_are_large_enough(qtbot):
    made = HeatMap()
    qtbot.addWidget(made)
    made.set_values(100 + np.arange(12.0).reshape(3, 4))
    made.resize(420, 320)
    box = made.cells_rectangle().toRect().adjusted(3, 3, -3, -3)
    large = picture(made)[box.top() : box.bottom(), box.left() : box.right()].reshape(-1, 3)
    made.resize(160, 120)
    box = made.cells_rectangle().toRect().adjusted(3, 3, -3, -3)
    small = picture(made)[box.top() : box.bottom(), box.left() : box.right()].reshape(-1, 3)
    assert len(np.unique(small, axis=0)) == 12 < len(np.unique(large, axis=0))


def test_hovering_reports_each_cell_once_and_leaving_too(heat_map, qtbot):
    seen, left = [], []
    heat_map.cell_hovered.connect(lambda *cell: seen.append(cell))
    heat_map.cell_left.connect(lambda: left.append(1))
    for place in (
        heat_map.position_of(1, 2),
        heat_map.position_of(1.1, 2.1),
        heat_map.position_of(3, 4),
        QPointF(2, 2),
    ):
        qtbot.mouseMove(heat_map, place.toPoint())
    assert seen == [(1, 2), (3, 4)]
    assert left == [1]


def test_a_click_reports_the_cell_and_one_beside_the_cells_nothing(heat_map, qtbot):
    clicked = []
    heat_map.cell_clicked.connect(lambda *cell: clicked.append(cell))
    qtbot.mouseClick(heat_map, Qt.MouseButton.LeftButton, pos=heat_map.position_of(2, 1).toPoint())
    qtbot.mouseClick(heat_map, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert clicked == [(2, 1)]


@pytest.mark.parametrize(("upward", "after_up"), [(False, 1), (True, 3)])
def test_arrow_keys_move_on_the_screen_and_return_chooses(qtbot, upward, after_up):
    made = HeatMap(upward=upward)
    qtbot.addWidget(made)
    made.set_values(np.zeros((5, 5)))
    clicked = []
    made.cell_clicked.connect(lambda *cell: clicked.append(cell))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(made, key)
    assert clicked == [(after_up, 3)]


def test_the_reading_names_coordinates_and_value(heat_map):
    heat_map.set_values(np.array([[1.0, 2.5]]), Axis("β", np.array([0.9])), Axis.spaced("η", np.array([0.01, 0.1])))
    heat_map._go_to((0, 1))
    assert heat_map.reading() == "η 0.100 · β 0.900 · 2.50"
    assert heat_map.accessibleDescription() == heat_map.reading()


def test_the_marker_is_painted_over_the_cached_cells_at_its_fractional_place(heat_map, monkeypatch):
    painted = []
    names = HeatMap._still_image.__globals__
    made = names["sheet_image"]
    monkeypatch.setitem(names, "sheet_image", lambda *given: painted.append(1) or made(*given))
    heat_map.set_values(np.zeros((4, 5)))
    before = picture(heat_map)
    heat_map.set_marker(1.5, 2.25)
    after = picture(heat_map)
    rows, columns = np.nonzero((before != after).any(2))
    at = heat_map.position_of(1.5, 2.25)
    assert abs(rows.mean() - at.y()) < 1
    assert abs(columns.mean() - at.x()) < 1
    assert len(painted) == 1


def test_what_is_being_computed_dims_the_old_picture_until_it_is_there(heat_map):
    before = picture(heat_map)
    heat_map.set_busy("computing…")
    box = heat_map.cells_rectangle().toRect()
    dimmed = picture(heat_map)
    assert (
        dimmed[box.top() : box.bottom(), box.left() : box.right()].std()
        < 0.7 * before[box.top() : box.bottom(), box.left() : box.right()].std()
    )
    heat_map.set_busy("")
    np.testing.assert_array_equal(picture(heat_map), before)


def test_before_any_values_a_message_stands_there(qtbot):
    made = HeatMap()
    qtbot.addWidget(made)
    empty = picture(made)
    made.set_message("The map comes with the first run.")
    assert (picture(made) != empty).any()
    assert made.cell_at(QPointF(50, 50)) is None


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((0, 4)), np.zeros((2, 2, 2))])
def test_values_of_the_wrong_shape_are_refused(heat_map, values):
    with pytest.raises(ValueError, match="rows, columns"):
        heat_map.set_values(values)


def test_a_framed_cell_keeps_its_number_and_is_where_the_keys_begin(heat_map, qtbot):
    heat_map.set_values(np.arange(12.0).reshape(3, 4))
    before = heat_map.grab().toImage()
    heat_map.set_framed(1, 2)
    after = heat_map.grab().toImage()
    middle = heat_map.position_of(1, 2).toPoint()
    assert after != before
    assert after.pixelColor(middle) == before.pixelColor(middle)
    with qtbot.waitSignal(heat_map.cell_hovered) as hovered:
        qtbot.keyClick(heat_map, Qt.Key.Key_Right)
    assert hovered.args == [1, 2]
    heat_map.set_framed(None, 2)
    assert heat_map._framed is None
