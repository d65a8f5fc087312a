"""What ticks say: no two of an axis say the same."""

import numpy as np
import pytest

from explainer.plots.base.ticks import linear_texts, linear_ticks


@pytest.mark.parametrize("centre", [0.0, 1.0, 2.22029, -340.0, 1e6, 6.02e23])
@pytest.mark.parametrize("width", [1e-13, 1e-9, 1e-6, 1e-3, 1.0, 1e4])
def test_no_two_ticks_say_the_same(centre, width):
    if centre and width < 1e-12 * abs(centre):
        pytest.skip("narrower than any view")
    ticks, spacing = linear_ticks(centre - width, centre + width, 6)
    texts = linear_texts(ticks, spacing)
    assert len(ticks) >= 3
    assert len(set(texts)) == len(texts)


def test_where_digits_would_not_do_one_tick_is_whole_and_the_others_say_how_far_they_are_from_it():
    texts = linear_texts([2.22029 + k * 1e-9 for k in range(-2, 3)], 1e-9)
    assert [text[0] for text in texts] == ["−", "−", "2", "+", "+"]


def test_ordinary_ticks_are_written_whole():
    assert linear_texts(np.arange(-1.0, 1.5, 0.5), 0.5) == ["−1.0", "−0.5", "0", "0.5", "1.0"]
