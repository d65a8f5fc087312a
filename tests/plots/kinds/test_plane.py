"""A plane: paths that stay true and cheap, balls, arrows, a start that can be dragged."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QPainter

from explainer.contract import LIVE, Parameters, point
from explainer.contract.cards import Plane, Stroke
from explainer.theme.tokens import DARK, LIGHT
from tests.drawn import Drawn
from tests.plots.hand import LEFT, drag, mouse, on_pane, pixels, shows

X, Y = np.linspace(-10.0, 10.0, 64), np.linspace(-5.0, 5.0, 48)
RAVINE = (X[None] ** 2 + 50 * Y[:, None] ** 2) / 2
NONE = np.empty((0, 1, 2))


class Params(Parameters):
    """A start."""

    start: tuple[float, float] = point((-9.0, 1.5), -100.0, 100.0, kind=LIVE, label="Start", help="Where.")


@pytest.fixture
def drawn(qtbot):
    """Return what shows paths on a plane."""

    def make(paths=NONE, surface=RAVINE, tokens=DARK, **told):
        plane = Plane("surface", "x", "y", "paths", start="start", **told)
        arrays = {"surface": surface, "x": X, "y": Y, "paths": np.asarray(paths, float), **EXTRA}
        made.append(Drawn(qtbot, plane, arrays, params=Params(), tokens=tokens))
        return made[-1]

    made = []
    yield make
    made.clear()


EXTRA = {"gone": np.array([False, False, True]), "minima": np.array([[0.0, 0.0], [np.nan, 1.0]])}


def show(drawn, paths, surface=RAVINE):
    drawn.show(surface=surface, x=X, y=Y, paths=np.asarray(paths, float), **EXTRA)
    return pixels(drawn.part)


def places(plane, points):
    return [on_pane(plane.axes, *plane.axes.to_pixels(*place)) for place in points]


def test_bands_paths_and_balls_are_painted(drawn):
    plane = drawn()
    assert len(np.unique(pixels(plane.part).reshape(-1, 3), axis=0)) > 12
    show(plane, [[[-9, 1.5], [-8, -1.4]], [[-9, 1.5], [-6, 1.0]]])
    assert shows(plane.part, DARK.series_colour(0), least=60)
    assert shows(plane.part, DARK.series_colour(1), least=60)


def test_two_balls_in_one_place_are_both_seen(drawn):
    plane = drawn([[[-9, 1.5]]] * 2)
    assert shows(plane.part, DARK.series_colour(0), least=40)
    assert shows(plane.part, DARK.series_colour(1), least=40)


def test_a_ball_out_of_sight_is_pointed_at_from_the_edge(drawn):
    plane = drawn([[[0.0, 40.0]]]).part
    picture = pixels(plane)
    place = plane.axes.mapTo(plane, plane.axes.widget_position(0.0, plane.axes.visible()[3]))
    found = picture[place.y() + 10, place.x()].astype(int)
    assert np.abs(found - [0x56, 0xB4, 0xE9]).max() < 12


def test_going_back_erases_what_was_drawn(drawn):
    path = np.array([[[-9, 1.5], [-8, -4.0], [8.0, 4.0]]])
    plane = drawn(path[:, :1])
    before = pixels(plane.part)
    assert (show(plane, path) != before).any()
    assert (show(plane, path[:, :1]) == before).all()


def test_a_path_drawn_step_by_step_equals_one_drawn_at_once(drawn):
    path = np.random.default_rng(3).uniform(-4, 4, (1, 400, 2))
    plane = drawn()
    for end in range(1, 401, 57):
        show(plane, path[:, :end])
    stepwise = show(plane, path)
    plane.part.apply_theme(DARK)
    assert np.abs(pixels(plane.part).astype(int) - stepwise).max() <= 40


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_hostile_numbers_survive(drawn, theme):
    loss = RAVINE.copy()
    loss[:10], loss[10:20], loss[20:22] = np.nan, np.inf, 1e300
    bad = np.array([[np.nan, 1], [1e200, -1e200], [np.inf, 0], [0, 0], [1e308, 1e308]])
    strokes = (Stroke((0, 0), (1e200, 1e199)), Stroke((np.nan, 0), (1, 1), 2))
    plane = drawn(
        np.stack([bad, bad[::-1], bad]),
        loss,
        theme,
        retired="gone",
        crosses="minima",
        strokes=lambda frame: strokes,
        key=lambda frame: (("arrows", "text", True),),
        downhill=True,
        names=lambda frame: ("one", "two", "three"),
    )
    plane.steering.light("step", 2)
    assert pixels(plane.part).std() > 0


def test_the_lowest_point_is_inside_the_innermost_band(drawn):
    plane = drawn().part
    place = plane.axes.mapTo(plane, plane.axes.widget_position(0.0, 0.0))
    centre, corner = pixels(plane)[place.y(), place.x()].astype(int), pixels(plane)[20, 80].astype(int)
    assert centre.sum() > corner.sum() + 60


def test_the_surface_is_computed_again_only_when_it_differs(drawn):
    plane = drawn()
    ground = plane.part.ground
    show(plane, NONE, RAVINE.copy())
    assert plane.part.ground is ground
    show(plane, NONE, RAVINE + 1)
    assert plane.part.ground is not ground


def test_dragging_the_start_sets_it(drawn):
    plane = drawn()
    drag(plane.part.axes, places(plane.part, [(-9.0, 1.5), (-7.0, 2.0), (-5.0, -2.0)]))
    (_, values) = plane.asked[-1]
    assert np.allclose(values["start"], (-5.0, -2.0), atol=0.06)
    assert plane.part.axes.fitted


def test_panning_beside_the_start_does_not_move_it(drawn):
    plane = drawn()
    drag(plane.part.axes, places(plane.part, [(3.0, 2.0), (4.0, 2.0), (5.0, -2.0)]))
    assert plane.asked == []
    assert not plane.part.axes.fitted


def test_a_double_click_puts_the_start_there(drawn):
    plane = drawn()
    place = QPointF(plane.part.axes.widget_position(4.0, -1.0))
    for kind in ("Press", "Release", "DblClick", "Release"):
        held = LEFT if kind != "Release" else LEFT ^ LEFT
        mouse(plane.part.axes, getattr(QEvent.Type, f"MouseButton{kind}"), place, LEFT, held)
    assert np.allclose(plane.asked[-1][1]["start"], (4.0, -1.0), atol=0.08)


def test_the_nearest_step_is_found(drawn):
    plane = drawn([[[-9, 1.5], [-5, 0.0]], [[0.0, 4.0], [0.0, 4.0]]]).part
    assert plane.nearest_step(-5.05, 0.05) == (0, 1)
    assert plane.nearest_step(8.0, -4.0) is None


def test_equal_axes_keep_points_in_view(drawn):
    plane = drawn(keep=lambda frame: ((-9.0, 1.5), (0.0, 0.0))).part
    plane.resize(300, 600)
    x0, x1, y0, y1 = plane.axes.visible()
    assert x0 < -9
    assert x1 > 0
    assert y0 < 0
    assert y1 > 1.5


def test_unequal_axes_say_how_the_units_differ(drawn):
    even, uneven = drawn().part, drawn(equal=False, label=lambda frame: ("w", "b")).part
    assert (even.stretch, even.stretch_words) == (pytest.approx(1.0), "")
    uneven.resize(600, 480)
    (ax, ay), (bx, by) = uneven.axes.to_pixels(0.0, 0.0), uneven.axes.to_pixels(1.0, 1.0)
    times = (ay - by) / (bx - ax)
    assert uneven.stretch == pytest.approx(times)
    longer, shorter = ("b", "w") if times > 1 else ("w", "b")
    assert uneven.stretch_words == f"{longer} is drawn {max(times, 1 / times):.2g} × as long as {shorter}"
    assert shows(uneven, DARK.muted)


def test_a_name_covers_no_other_ball(drawn, monkeypatch):
    boxes = []
    rounded = QPainter.drawRoundedRect
    monkeypatch.setattr(
        QPainter,
        "drawRoundedRect",
        lambda painter, box, *more: (boxes.append(QRectF(box)), rounded(painter, box, *more)),
    )
    ends = np.array([[-0.5, 0.0], [0.5, 0.05]])
    plane = drawn(ends[:, None], names=lambda frame: ("SGD 0.388", "Momentum 5.5"))
    pixels(plane.part)
    left, right = plane.part.axes.to_pixels(*ends.T)
    assert len(boxes) == 2
    for box, other in zip(boxes, (right, left), strict=True):
        assert not box.adjusted(-9, -9, 9, 9).contains(QPointF(*other))
