"""Curves with a handle: what it asks for, and where it meets them."""

import numpy as np
from PySide6.QtGui import QColor

from explainer.contract.cards import Curves, Handle
from explainer.plots.base.throttle import Throttle
from explainer.theme.tokens import DARK

AT = 8.0


def curves(shown, second):
    handle = Handle(lambda frame: AT, move=lambda frame, x: {"reach": 2 * x})
    values = np.stack([np.linspace(0.0, 1.0, 11), second])
    made = shown(Curves("y", handle=handle), {"y": values}, dims={"y": ("lane", "x")})
    made.part.grab()
    return made


def dots(made, lane):
    """How many pixels near the handle's line have a lane's colour."""
    across = made.part.widget_pixel(AT, 0.5).x()
    near = made.pixels()[:, across - 3 : across + 4].astype(int)
    want = QColor(DARK.series[lane])
    return int((np.abs(near - (want.red(), want.green(), want.blue())).sum(-1) < 40).sum())


def test_a_handle_has_no_dot_on_a_curve_that_does_not_reach_it(shown):
    falling = np.linspace(1.0, 0.0, 11)
    assert dots(curves(shown, falling), 1) > 9
    falling[5:] = np.nan
    cut = curves(shown, falling)
    assert dots(cut, 0) > 9
    assert dots(cut, 1) == 0


def test_a_handle_at_a_value_that_is_found_asks_for_what_its_place_comes_to(shown):
    made = curves(shown, np.linspace(1.0, 0.0, 11))
    place, wished = made.part.widget_pixel(AT, 0.5), made.part.widget_pixel(6.0, 0.5)
    made.drag(place, (wished.x() - place.x(), 0))
    for throttle in made.part.findChildren(Throttle):
        throttle.hurry()
    assert abs(made.set[-1]["reach"] - 12.0) < 0.2
