"""Contours: levels, resampling, lines; trails that stay true and cheap; a start that can be dragged."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF

from explainer.plots.base.isolines import contour_levels, isolines, resample
from explainer.plots.base.reduction import clip_segments, distinct_segments
from explainer.plots.contour import Arrow, ContourPlot
from explainer.theme.tokens import DARK, LIGHT
from tests.plots.hand import LEFT, drag, mouse, on_pane, pixels, shows

X, Y = np.linspace(-10.0, 10.0, 64), np.linspace(-5.0, 5.0, 48)
RAVINE = (X[None] ** 2 + 50 * Y[:, None] ** 2) / 2


@pytest.fixture
def plot(qtbot):
    made = ContourPlot("Contours")
    qtbot.addWidget(made)
    made.resize(600, 320)
    made.show()
    made.set_surface(X, Y, RAVINE)
    return made


def test_levels_of_a_wide_range_grow_by_equal_factors():
    levels = contour_levels(RAVINE)
    ratios = (levels[1:] - RAVINE.min()) / (levels[:-1] - RAVINE.min())
    assert np.allclose(ratios, ratios[0])
    assert (levels > RAVINE.min()).all()
    assert (levels < RAVINE.max()).all()


def test_levels_of_a_narrow_range_are_equally_far_apart():
    levels = contour_levels(np.add.outer(np.linspace(0, 1, 30), np.linspace(0, 1, 30)))
    assert np.allclose(np.diff(levels), np.diff(levels)[0])


@pytest.mark.parametrize("grid", [np.ones((4, 4)), np.full((4, 4), np.nan), np.full((3, 3), np.inf)])
def test_there_are_no_levels_where_nothing_varies(grid):
    assert len(contour_levels(grid)) == 0


def test_resampling_is_exact_for_quadratics_up_to_the_edge():
    rows, columns = np.linspace(0, 47, 111), np.linspace(0, 63, 133)
    x, y = np.interp(columns, np.arange(64), X), np.interp(rows, np.arange(48), Y)
    assert np.allclose(resample(RAVINE, rows, columns), (x[None] ** 2 + 50 * y[:, None] ** 2) / 2)


def test_resampling_is_blank_outside_and_beside_unknown_samples():
    grid = RAVINE.copy()
    grid[10, 20] = np.inf
    found = resample(grid, np.array([-0.5, 10.2, 30.5]), np.array([20.1, 50.0]))
    assert np.isnan(found[0]).all()
    assert np.isnan(found[1, 0])
    assert np.isfinite(found[2]).all()


def test_lines_lie_on_their_level():
    fine = resample(RAVINE, np.linspace(0, 47, 400), np.linspace(0, 63, 400))
    levels = np.array([20.0, 100.0])
    starts, ends, numbers = isolines(fine, levels)
    x, y = (
        np.interp(starts[:, k], np.arange(400), np.linspace(*limits, 400))
        for k, limits in enumerate([(-10, 10), (-5, 5)])
    )
    assert np.allclose((x**2 + 50 * y**2) / 2, levels[numbers], rtol=0.02)
    assert set(numbers) == {0, 1}
    assert np.hypot(*(ends - starts).T).max() < 1.5


def test_both_diagonals_of_a_saddle_cell_are_drawn():
    starts, _, _ = isolines(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.5]))
    assert len(starts) == 2


def test_clipping_keeps_the_direction_of_a_segment_that_ends_far_away():
    starts, ends = clip_segments(np.array([[50.0, 50.0]]), np.array([[50.0 + 3e200, 50.0 + 1e200]]), 200, 200)
    assert np.isclose((ends - starts)[0, 1] / (ends - starts)[0, 0], 1 / 3)
    assert (np.abs(ends) < 1e3).all()


def test_clipping_leaves_out_what_is_outside_or_not_finite():
    starts = np.array([[-500.0, 10], [np.nan, 0], [10.0, 10]])
    ends = np.array([[-400.0, 90], [5, 5], [20.0, 10]])
    kept, _ = clip_segments(starts, ends, 100, 100)
    assert kept.tolist() == [[10.0, 10.0]]


def test_thinning_keeps_a_zigzag_and_drops_repetitions():
    zigzag = np.tile([[10.0, 10.0], [20.0, 90.0]], (20_000, 1))
    starts, ends = distinct_segments(zigzag)
    assert len(starts) == 1
    assert {tuple(starts[0]), tuple(ends[0])} == {(10.0, 10.0), (20.0, 90.0)}


def test_thinning_bounds_a_wild_trail_and_keeps_its_extent():
    wild = np.random.default_rng(0).uniform(0, 500, (100_000, 2))
    starts, ends = distinct_segments(wild)
    assert 0 < len(starts) <= 4_000
    assert np.ptp(np.concatenate([starts, ends]), 0).min() > 480


def test_bands_trails_balls_and_minima_are_painted(plot):
    empty = pixels(plot)
    assert len(np.unique(empty.reshape(-1, 3), axis=0)) > 12
    plot.set_trails([np.array([[-9, 1.5], [-8, -1.4]]), np.array([[-9, 1.5], [-6, 1.0]])], DARK.series[:2])
    assert shows(plot, DARK.series_colour(0), least=60)
    assert shows(plot, DARK.series_colour(1), least=60)


def test_two_balls_in_one_place_are_both_seen(plot):
    plot.set_trails([np.array([[-9, 1.5]])] * 2, DARK.series[:2])
    assert shows(plot, DARK.series_colour(0), least=40)
    assert shows(plot, DARK.series_colour(1), least=40)


def test_a_ball_out_of_sight_is_pointed_at_from_the_edge(plot):
    plot.set_trails([np.array([[0.0, 40.0]])], DARK.series[:1])
    picture = pixels(plot)
    place = plot.widget_position(0.0, plot.visible()[3])
    found = picture[place.y() + 10, place.x()].astype(int)
    assert np.abs(found - [0x56, 0xB4, 0xE9]).max() < 12


def test_going_back_erases_what_was_drawn(plot):
    path = np.array([[-9, 1.5], [-8, -4.0], [8.0, 4.0]])
    plot.set_trails([path[:1]], DARK.series[:1])
    before = pixels(plot)
    plot.set_trails([path], DARK.series[:1])
    assert (pixels(plot) != before).any()
    plot.set_trails([path[:1]], DARK.series[:1])
    assert (pixels(plot) == before).all()


def test_a_trail_drawn_step_by_step_equals_one_drawn_at_once(plot, qtbot):
    path = np.random.default_rng(3).uniform(-4, 4, (400, 2))
    for end in range(1, 401, 57):
        plot.set_trails([path[:end]], DARK.series[:1])
        pixels(plot)
    plot.set_trails([path], DARK.series[:1])
    stepwise = pixels(plot)
    plot.apply_theme(DARK)
    assert np.abs(pixels(plot).astype(int) - stepwise).max() <= 40


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_hostile_numbers_survive(plot, theme):
    plot.apply_theme(theme)
    loss = RAVINE.copy()
    loss[:10], loss[10:20], loss[20:22] = np.nan, np.inf, 1e300
    plot.set_surface(X, Y, loss)
    bad = np.array([[np.nan, 1], [1e200, -1e200], [np.inf, 0], [0, 0], [1e308, 1e308]])
    plot.set_trails([bad, bad[:0], np.tile(bad, (1_000, 1))], theme.series[:3], [False, False, True])
    plot.set_minima(bad)
    plot.set_start((1e200, np.nan))
    plot.set_previews([bad])
    plot.set_arrows([Arrow((0, 0), (1e200, 1e199), theme.text), Arrow((np.nan, 0), (1, 1), theme.text)])
    plot.set_field(True)
    plot.light(2)
    assert pixels(plot).std() > 0


def test_the_lowest_point_is_inside_the_innermost_band(plot):
    place = plot.widget_position(0.0, 0.0)
    centre, corner = pixels(plot)[place.y(), place.x()].astype(int), pixels(plot)[20, 80].astype(int)
    assert centre.sum() > corner.sum() + 60


def test_the_surface_is_computed_again_only_when_it_differs(plot):
    ground = plot.ground
    plot.set_surface(X.copy(), Y.copy(), RAVINE.copy())
    assert plot.ground is ground
    plot.set_surface(X, Y, RAVINE + 1)
    assert plot.ground is not ground


def test_dragging_the_start_tells_where_it_goes(plot, qtbot):
    plot.set_start((-9.0, 1.5))
    moved, released = [], []
    plot.start_moved.connect(lambda *p: moved.append(p))
    plot.start_released.connect(lambda *p: released.append(p))
    places = [on_pane(plot, *plot.to_pixels(*p)) for p in ((-9.0, 1.5), (-7.0, 2.0), (-5.0, -2.0))]
    drag(plot, places)
    assert len(moved) == 2
    assert np.allclose(released, [(-5.0, -2.0)], atol=0.06)
    assert plot.fitted


def test_panning_beside_the_start_does_not_move_it(plot):
    plot.set_start((-9.0, 1.5))
    released = []
    plot.start_released.connect(lambda *p: released.append(p))
    drag(plot, [on_pane(plot, *plot.to_pixels(*p)) for p in ((3.0, 2.0), (4.0, 2.0), (5.0, -2.0))])
    assert released == []
    assert not plot.fitted


def test_a_double_click_on_the_ground_chooses_it(plot, qtbot):
    place = QPointF(plot.widget_position(4.0, -1.0))
    with qtbot.waitSignal(plot.ground_chosen) as chosen:
        mouse(plot, QEvent.Type.MouseButtonPress, place, LEFT, LEFT)
        mouse(plot, QEvent.Type.MouseButtonRelease, place, LEFT, LEFT ^ LEFT)
        mouse(plot, QEvent.Type.MouseButtonDblClick, place, LEFT, LEFT)
        mouse(plot, QEvent.Type.MouseButtonRelease, place, LEFT, LEFT ^ LEFT)
    assert np.allclose(chosen.args, (4.0, -1.0), atol=0.08)


def test_the_nearest_step_is_found(plot):
    plot.set_trails([np.array([[-9, 1.5], [-5, 0.0]]), np.array([[0.0, 4.0]])], DARK.series[:2])
    assert plot.nearest_step(-5.05, 0.05) == (0, 1)
    assert plot.nearest_step(8.0, -4.0) is None


def test_equal_axes_keep_points_in_view(plot):
    plot.keep_in_view(np.array([[-9.0, 1.5], [0.0, 0.0]]))
    plot.resize(300, 600)
    x0, x1, y0, y1 = plot.visible()
    assert x0 < -9
    assert x1 > 0
    assert y0 < 0
    assert y1 > 1.5
