"""Points: what is shown at first."""

import numpy as np
import pytest

from explainer.contract.cards import Act, DecisionMap, Scatter, Trail, reads
from explainer.plots.base.overlays import free_place
from explainer.plots.base.throttle import Throttle

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


NONE = np.zeros((0, 2))
PATH = np.array([[0.0, 0.0], [1.0, 2.0]])


@pytest.mark.parametrize(("path", "empty"), [(PATH, False), (np.full((1, 2), np.nan), True), (NONE, True)])
def test_lines_without_a_point_so_far_are_nothing_to_see(path, empty, shown):
    made = shown(
        Scatter("points", over=(Trail("path"),), none="no trial yet"),
        {"points": NONE, "path": path},
        dims={"points": ("point", "axis"), "path": ("place", "axis")},
    )
    assert made.part.empty is empty


def test_axes_have_no_values_before_there_is_anything_and_say_what_is_awaited(shown):
    made = shown(Scatter("points"), {"points": POINTS}, dims={"points": ("point", "axis")}, without=("points",))
    assert all(made.part.axes.axis(side).silent for side in ("left", "bottom"))
    blank = made.pixels()
    made.part.set_busy("training 48 networks …")
    assert (made.pixels() != blank).any()
    made.draw(points=POINTS)
    assert not any(made.part.axes.axis(side).silent for side in ("left", "bottom"))


def test_names_at_the_ends_of_lines_stand_apart_and_right_of_them_where_there_is_room(shown):
    for end in np.linspace(0, 200, 9):
        taken = []
        for across in (100.0, 100.0, 390.0, 395.0):
            box = free_place(np.array([across, end]), 80, 16, (400.0, 200.0), taken)
            assert not any(box.intersects(other) for other in taken)
            assert box.left() >= 0
            assert box.right() <= 400
            assert box.top() >= 0
            assert box.bottom() <= 200
            assert (box.left() > across) == (across < 300)
            taken.append(box)


def test_what_lies_beneath_the_names_of_classes_is_dimmed(shown):
    dims = {"points": ("point", "axis")}
    pictures = []
    for names in (("",), ("mmmm",)):
        trail = Trail(lambda frame: np.array([[0, 0.96], [1, 0.96]], float), "", 1, width=30)
        made = shown(
            Scatter("points", dims=("point", "axis"), class_names=names, over=(trail,), span=(0, 1, 0, 1)),
            {"points": np.array([[0.5, 0.1]])}, dims=dims, size=(400, 300),
        )  # fmt: skip
        pictures.append(made.pixels().astype(int))
    assert (np.abs(pictures[0] - pictures[1]).max(-1) > 20).sum() > 300


def test_a_drawing_has_no_scales(shown):
    dims = {"points": ("point", "axis")}
    for scales in (True, False):
        axes = shown(Scatter("points", scales=scales), {"points": POINTS}, dims=dims).part.axes
        assert [axes.plotItem.getAxis(side).isVisible() for side in ("bottom", "left")] == [scales, scales]


@pytest.mark.parametrize("kind", [Scatter, DecisionMap])
def test_only_points_that_the_card_lets_go_can_be_taken_hold_of(kind, shown):
    spots = np.array([[0.0, 0.0], [0.5, 0.5]])
    move = lambda frame, k, x, y: Act("move", {"k": k, "x": x, "y": y}) if k else None  # noqa: E731 - a card's own
    if kind is Scatter:
        drawing, arrays = Scatter("spots", move=move), {"spots": spots}
    else:
        drawing, arrays = DecisionMap("p", points="spots", move=move), {"p": np.zeros((5, 5)), "spots": spots}
    made = shown(drawing, arrays, dims={"spots": ("spot", "axis"), "p": ("y", "x")}, size=(400, 400))
    made.part.grab()
    assert made.part.handles() == [made.part.widget_pixel(0.5, 0.5)]
    for spot in reversed(spots.tolist()):
        place = made.part.widget_pixel(*spot)
        made.drag(place, ((200 - place.x()) // 4, (200 - place.y()) // 4))
        for throttle in made.part.findChildren(Throttle):
            throttle.hurry()
    assert {arguments["k"] for _, arguments in made.acts} == {1}


@pytest.mark.parametrize("kind", [Scatter, DecisionMap])
def test_a_point_is_dragged_from_under_one_that_stays_and_past_others_however_fast_the_first_move(kind, shown):
    spots = np.array([[0.0, 0.0], [0.5, 0.5], [0.0, 0.0]])
    move = lambda frame, k, x, y: Act("move", {"k": k, "x": x, "y": y}) if k else None  # noqa: E731 - a card's own
    if kind is Scatter:
        drawing, arrays = Scatter("spots", move=move), {"spots": spots}
    else:
        drawing, arrays = DecisionMap("p", points="spots", move=move), {"p": np.zeros((5, 5)), "spots": spots}
    made = shown(drawing, arrays, dims={"spots": ("spot", "axis"), "p": ("y", "x")}, size=(400, 400))
    made.part.grab()
    start, other = made.part.widget_pixel(0.0, 0.0), made.part.widget_pixel(0.5, 0.5)
    made.drag(start, (other.x() - start.x(), other.y() - start.y()))
    for throttle in made.part.findChildren(Throttle):
        throttle.hurry()
    assert {arguments["k"] for _, arguments in made.acts} == {2}


@pytest.mark.parametrize("kind", [Scatter, DecisionMap])
def test_points_are_as_large_as_the_card_says(kind, shown):
    arrays, dims = (
        {"spots": np.array([[0.0, 0.0]]), "p": np.zeros((5, 5))},
        {"spots": ("spot", "axis"), "p": ("y", "x")},
    )
    pictures = []
    for size in (0.0, 8.0, 24.0):
        sizes = lambda frame, size=size: np.array([size])  # noqa: E731 - a card's own
        drawing = Scatter("spots", sizes=sizes) if kind is Scatter else DecisionMap("p", points="spots", sizes=sizes)
        pictures.append(shown(drawing, arrays, dims=dims, size=(200, 200)).part.grab().toImage())
    none, small, large = ([each.pixel(x, y) for x in range(200) for y in range(200)] for each in pictures)
    assert (
        sum(a != b for a, b in zip(none, large, strict=True))
        > 4 * sum(a != b for a, b in zip(none, small, strict=True))
        > 0
    )
