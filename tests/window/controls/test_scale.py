"""Slider positions against an independent formula: NumPy's geometric and linear spacing."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.contract import integer, real
from explainer.window.controls.scale import scale_of


@pytest.mark.parametrize(("low", "high"), [(1e-5, 10.0), (1e-16, 1.0), (1.0, 1e4), (1e-300, 1e300)])
def test_logarithmic_positions_are_spaced_geometrically(low, high):
    scale = scale_of(real(low, low, high, log=True))
    expected = np.geomspace(low, high, scale.last + 1)
    found = [scale.value(position) for position in range(scale.last + 1)]
    np.testing.assert_allclose(found, expected, rtol=0.006)
    assert found[0] == low
    assert found[-1] == high


def test_slider_values_have_at_most_three_significant_digits():
    scale = scale_of(real(0.05, 1e-5, 10.0, log=True))
    for position in range(1, scale.last):
        assert len(Decimal(repr(scale.value(position))).normalize().as_tuple().digits) <= 3


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 0.999), (-90.0, 90.0), (1.000001, 5.0), (0.0, 20.0), (0.001, 0.999999)]
)
def test_linear_positions_are_spaced_evenly_and_end_exactly(low, high):
    scale = scale_of(real(low, low, high))
    found = np.array([scale.value(position) for position in range(scale.last + 1)])
    assert found[0] == low
    assert found[-1] == high
    np.testing.assert_allclose(found, np.linspace(low, high, scale.last + 1), atol=(high - low) / 190)
    assert np.all(np.diff(found) > 0)


def test_zero_lies_left_of_a_logarithmic_scale():
    scale = scale_of(real(0.0, 1e-3, 10.0, log=True, zero=True))
    assert scale.value(0) == 0.0
    assert scale.value(1) == 1e-3
    assert scale.value(scale.last) == 10.0
    assert scale.position(0.0) == 0
    assert scale.position(1e-3) == 1


def test_whole_numbers_have_one_position_each():
    scale = scale_of(integer(3, 1, 20))
    assert [scale.value(position) for position in range(scale.last + 1)] == list(range(1, 21))


def test_logarithmic_whole_numbers_stay_whole():
    scale = scale_of(integer(3, 1, 100_000, log=True))
    values = [scale.value(position) for position in range(scale.last + 1)]
    assert all(value == int(value) for value in values)
    assert (values[0], values[-1]) == (1, 100_000)
    assert values == sorted(values)


@given(st.floats(1e-5, 10.0))
def test_a_value_is_within_half_a_position_of_its_own(value):
    scale = scale_of(real(0.05, 1e-5, 10.0, log=True))
    exact = 1000 * np.log(value / 1e-5) / np.log(1e6)
    assert abs(scale.position(value) - exact) <= 0.5 + 1e-9


def test_position_and_value_are_inverse_where_values_differ():
    scale = scale_of(real(0.0, -90.0, 90.0))
    assert [scale.position(scale.value(p)) for p in range(scale.last + 1)] == list(range(scale.last + 1))
