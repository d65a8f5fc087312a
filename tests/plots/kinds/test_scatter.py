"""Points: what is shown at first."""

import numpy as np
import pytest

from explainer.contract.cards import Scatter, reads

POINTS = np.array([[0.0, 0.0], [1.0, 2.0], [50.0, -30.0]])


@reads("points")
def about_the_first(frame):
    """A window of one unit about the first point."""
    x, y = frame.arrays["points"][0]
    return x - 1.0, x + 1.0, y - 1.0, y + 1.0


@pytest.mark.parametrize("span", [None, (-1.0, 1.0, -1.0, 1.0), about_the_first])
def test_the_part_shown_at_first_is_all_points_or_what_is_told_and_may_follow_the_frame(span, shown):
    made = shown(Scatter("points", span=span), {"points": POINTS}, dims={"points": ("point", "axis")})
    left, right, low, high = made.part.axes.whole
    if span is None:
        assert left <= 0 and right >= 50 and low <= -30 and high >= 2  # noqa: PT018 - one window
    else:
        assert (left, right, low, high) == (-1.0, 1.0, -1.0, 1.0)
    if callable(span):
        made.draw(points=POINTS + 5.0)
        assert tuple(made.part.axes.whole) == (4.0, 6.0, 4.0, 6.0)


def test_a_drawing_has_no_scales(shown):
    dims = {"points": ("point", "axis")}
    for scales in (True, False):
        axes = shown(Scatter("points", scales=scales), {"points": POINTS}, dims=dims).part.axes
        assert [axes.plotItem.getAxis(side).isVisible() for side in ("bottom", "left")] == [scales, scales]
