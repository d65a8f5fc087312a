import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explainer.contract.series import SERIES_BUDGET, Series, kept_indices, share_budget

VALUES = st.lists(st.floats(allow_nan=False), min_size=1, max_size=200)
PIECES = st.lists(st.integers(1, 40), min_size=1, max_size=12)


def filled(values, pieces=(), limit=1_000_000):
    series, steps = Series(limit=limit), np.arange(1, len(values) + 1)
    ends = [0, *(end for end in np.cumsum(pieces or [len(values)]).tolist() if end < len(values)), len(values)]
    for start, end in itertools.pairwise(ends):
        series.extend(steps[start:end], np.array(values[start:end]))
    return series


@given(VALUES, PIECES)
def test_below_the_limit_every_value_is_there(values, pieces):
    series = filled(values, pieces)
    assert series.values.tolist() == values
    assert series.steps.tolist() == list(range(1, len(values) + 1))
    assert not series.thinned


@given(VALUES, PIECES)
def test_thinning_keeps_smallest_largest_and_last(values, pieces):
    series = filled(values, pieces, limit=8)
    assert len(series) <= 8
    assert min(series.values) == min(values)
    assert max(series.values) == max(values)
    assert (series.last_step, series.values[-1]) == (len(values), values[-1])
    assert series.thinned == (len(values) > 8)


@given(VALUES, PIECES)
def test_what_thinning_keeps_is_true_and_in_order(values, pieces):
    series = filled(values, pieces, limit=8)
    assert (np.diff(series.steps) > 0).all()
    assert [values[step - 1] for step in series.steps] == series.values.tolist()


@given(VALUES)
def test_at_most_half_and_a_little_is_kept(values):
    kept = kept_indices(np.array(values))
    assert len(kept) <= len(values) / 2 + 4
    assert kept.tolist() == sorted(set(kept.tolist()))


@given(VALUES, st.integers(-1, 220))
def test_truncating_forgets_exactly_what_comes_later(values, step):
    series = filled(values)
    series.truncate(step)
    assert series.steps.tolist() == [s for s in range(1, len(values) + 1) if s <= step]


@given(VALUES, st.integers(-1, 220))
def test_up_to_and_since_divide_the_series(values, step):
    series = filled(values)
    steps, later = series.since(step)
    assert [*series.up_to(step), *later] == values
    assert all(each > step for each in steps)
    assert len(steps) == max(0, len(values) - max(0, step))


@given(VALUES, st.integers(0, 200))
def test_rows_that_are_known_already_are_passed_over(values, start):
    series = filled(values)
    steps = np.arange(min(start, len(values)), len(values) + 3)
    series.extend(steps, np.full(len(steps), 5.0))
    assert series.values[: len(values)].tolist() == values
    assert (np.diff(series.steps) > 0).all()
    assert series.last_step == len(values) + 2


def test_after_truncating_other_values_can_follow():
    series = filled([1.0, 2.0, 3.0])
    series.truncate(1)
    series.extend(np.array([2, 3]), np.array([20.0, 30.0]))
    assert series.values.tolist() == [1.0, 20.0, 30.0]


def test_a_value_is_found_at_its_step_and_nan_elsewhere():
    series = filled([1.0, 2.0])
    assert series.at(2) == 2.0
    assert math.isnan(series.at(0))
    assert math.isnan(series.at(3))
    assert math.isnan(Series().at(0))


def test_an_empty_series_says_so():
    series = Series()
    assert (len(series), series.last_step) == (0, -1)
    assert series.values.tolist() == []


def test_rows_of_arrays_are_thinned_by_the_count_of_their_numbers():
    series = Series((3, 2), "float32", limit=60)
    rows = np.arange(50 * 6, dtype="float32").reshape(50, 3, 2)
    series.extend(np.arange(50), rows)
    assert len(series) <= 10
    assert series.steps[0] == 0
    assert series.last_step == 49
    assert all((rows[step] == row).all() for step, row in zip(series.steps, series.values, strict=True))
    assert series.values.dtype == np.float32


def test_thinned_rows_keep_successive_ones_so_that_a_zigzag_stays_visible():
    series = Series((1,), limit=32)
    series.extend(np.arange(64), np.array([[(-1.0) ** step] for step in range(64)]))
    assert {-1.0, 1.0} == set(series.values.ravel().tolist())


def test_a_copy_is_independent():
    series = filled([1.0, 2.0])
    twin = series.copy()
    series.extend(np.array([3]), np.array([3.0]))
    twin.extend(np.array([3]), np.array([4.0]))
    assert series.values.tolist() == [1.0, 2.0, 3.0]
    assert twin.values.tolist() == [1.0, 2.0, 4.0]


def test_memory_stays_bounded_however_long_it_grows():
    series = Series(limit=1_000)
    for start in range(0, 100_000, 500):
        series.extend(np.arange(start, start + 500), np.random.default_rng(start).random(500))
    assert len(series) <= 1_000
    assert series.nbytes <= 16 * 4 * 1_000


@given(VALUES, st.integers(0, 3_000))
def test_fitting_into_less_room_keeps_smallest_largest_and_last(values, nbytes):
    series = filled(values)
    series.fit(nbytes)
    assert series.nbytes <= max(nbytes, 8 * 16)
    assert (min(series.values), max(series.values)) == (min(values), max(values))
    assert (series.last_step, series.values[-1]) == (len(values), values[-1])


def test_many_full_series_and_traces_stay_within_the_budget_they_share():
    several = [*(Series() for _ in range(10)), *(Series((2,), "float32") for _ in range(6))]
    share_budget(several)
    for start in range(0, 600_000, 50_000):
        for one in several:
            one.extend(np.arange(start, start + 50_000), np.ones((50_000, *one.values.shape[1:])))
    assert SERIES_BUDGET / 4 < sum(one.nbytes for one in several) <= SERIES_BUDGET * 1.25


def test_a_few_series_may_keep_a_million_values_each():
    few = [Series() for _ in range(4)]
    share_budget(few)
    assert [one.limit for one in few] == [1_000_000] * 4
