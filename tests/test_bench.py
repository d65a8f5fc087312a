"""What the bench computes from its readings; the figures themselves are never asserted."""

import pytest

from explainer.bench.growth import growth


def test_memory_that_grows_steadily_is_extrapolated_to_an_hour():
    readings = [100.0 + 0.01 * second for second in range(400)]
    assert growth(readings, 1.0) == pytest.approx(36.0, rel=0.01)


def test_single_peaks_are_no_growth():
    readings = [150.0] * 400
    readings[17] = readings[390] = 190.0
    assert growth(readings, 1.0) == 0.0
