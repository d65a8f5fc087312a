"""Contours: levels, resampling, lines; segments that are clipped and thinned."""

import numpy as np
import pytest

from explainer.plots.base.isolines import contour_levels, isolines, resample
from explainer.plots.base.reduction import clip_segments, distinct_segments

X, Y = np.linspace(-10.0, 10.0, 64), np.linspace(-5.0, 5.0, 48)
RAVINE = (X[None] ** 2 + 50 * Y[:, None] ** 2) / 2


def test_levels_of_a_wide_range_grow_by_equal_factors():
    levels = contour_levels(RAVINE)
    ratios = (levels[1:] - RAVINE.min()) / (levels[:-1] - RAVINE.min())
    assert np.allclose(ratios, ratios[0])
    assert (levels > RAVINE.min()).all()
    assert (levels < RAVINE.max()).all()


def test_levels_of_a_narrow_range_are_equally_far_apart():
    levels = contour_levels(np.add.outer(np.linspace(0, 1, 30), np.linspace(0, 1, 30)))
    assert np.allclose(np.diff(levels), np.diff(levels)[0])


def test_levels_stand_close_where_most_of_the_plane_lies_low():
    across, up = np.meshgrid(np.linspace(-6, 6, 60), np.linspace(-4, 4, 40))
    hills = np.cos(2 * across) * np.cos(2 * up) + 0.2 * np.abs(across) ** 2.4
    levels = contour_levels(hills)
    assert (np.diff(levels) > 0).all()
    low = hills.min() + 0.3 * np.ptp(hills)
    assert (levels < low).sum() >= 6, "equal distances would put four there"


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
