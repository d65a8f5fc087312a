"""The two-dimensional pictures: they draw, ask for what is dragged, and survive any numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.scenes.gradient_descent import SCENE
from explainer.scenes.gradient_descent.pictures.data_line import DataLine
from explainer.scenes.gradient_descent.pictures.slice import Slice
from explainer.theme.tokens import DARK, LIGHT
from tests.plots.hand import LEFT, NONE, drag, mouse, on_pane, pixels, shows
from tests.scenes.gradient_descent.moments import moment

KINDS = {kind.key: kind for kind in view_of(CATALOGUE.scene("gradient-descent")).cards}
Contours, LossCurve = KINDS["contours"], KINDS["loss"]
PICTURES = (Contours, Slice, LossCurve, DataLine)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    """Return what makes pictures; they live as long as the test, lest they are collected while they paint."""
    kept = []

    def make(kind, frame, tokens=DARK):
        steering = Steering()
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.job_asked.connect(lambda job, arguments: asked.append((job, arguments)))
        steering.act_asked.connect(lambda verb, arguments: asked.append((verb, arguments)))
        steering.seek_asked.connect(lambda step: asked.append(("seek", step)))
        steering.lit.connect(lambda name, value: asked.append(("lit", value)))
        picture = kind(steering)
        kept.append((picture, steering))
        qtbot.addWidget(picture)
        picture.resize(700, 340)
        picture.apply_theme(tokens)
        picture.show()
        picture.draw(frame)
        return picture

    yield make
    kept.clear()


def places(plot, points):
    return [on_pane(plot, *plot.to_pixels(*point)) for point in points]


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
@pytest.mark.parametrize("kind", PICTURES[:3])
def test_it_draws_in_the_colours_of_the_theme(make, kind, tokens):
    picture = make(kind, moment(6), tokens)
    assert shows(picture, tokens.series_colour(0))
    assert pixels(picture).std() > 1


@pytest.mark.parametrize("kind", PICTURES)
def test_a_frame_without_arrays_is_borne(make, kind):
    frame = moment(6)
    picture = make(kind, Frame(frame.scene, 6, "", frame.params, {}, {}))
    assert picture.summary()
    pixels(picture)


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e200, 1.7e308])
def test_hostile_numbers_survive(make, kind, value):
    frame = moment(6, arrows=True, field=True)
    arrays = {
        name: np.where(np.arange(array.size).reshape(array.shape) % 3 == 0, value, array)
        if array.dtype == float
        else array
        for name, array in frame.arrays.items()
        if not name.startswith("surface_") or name == "surface_loss"
    } | {name: frame.arrays[name] for name in ("surface_x", "surface_y")}
    arrays["points"] = np.array([[0.0, 1.0], [1.0, 2.0]])
    picture = make(kind, Frame(frame.scene, 6, "", frame.params, arrays, frame.series))
    assert picture.summary()
    assert pixels(picture).std() > 0


@pytest.mark.parametrize("kind", PICTURES)
def test_its_arrays_are_declared(kind):
    for name in kind.arrays:
        assert SCENE.array(name)


def test_the_first_screen_holds_start_and_minimum(make):
    picture = make(Contours, moment(0))
    x0, x1, y0, y1 = picture.parts[0].axes.visible()
    assert x0 < -9
    assert x1 > 0
    assert y0 < 0
    assert y1 > 1.5
    assert shows(picture, DARK.series_colour(0), least=40)
    assert shows(picture, DARK.series_colour(1), least=40)


def test_dragging_the_start_previews_and_then_sets_it(make, asked):
    picture = make(Contours, moment(0))
    drag(picture.parts[0].axes, places(picture.parts[0].axes, [(-9.0, 1.5), (-6.0, 2.0), (-4.0, -2.0)]))
    (_job, arguments), *_ = [entry for entry in asked if entry[0] == "preview"]
    assert arguments["steps"] == 150
    assert np.allclose(arguments["start"], (-6.0, 2.0), atol=0.06)
    assert asked[-1][0] == "set"
    assert np.allclose(asked[-1][1]["start"], (-4.0, -2.0), atol=0.06)


@pytest.mark.parametrize("off", ["parameter", "lesson"])
def test_no_preview_where_it_is_switched_off(make, asked, off):
    picture = make(Contours, moment(0, preview=off != "parameter"))
    picture.steering.preview_allowed = off != "lesson"
    drag(picture.parts[0].axes, places(picture.parts[0].axes, [(-9.0, 1.5), (-4.0, -2.0)]))
    assert [kind for kind, _ in asked] == ["set"]


def test_a_preview_is_drawn_only_while_the_start_is_held(make):
    picture = make(Contours, moment(0))
    found = {"preview_path": np.random.default_rng(0).uniform(-4, 4, (2, 151, 2))}
    picture.draw_job("preview", {}, found)
    assert picture.parts[0].previews == []
    mouse(
        picture.parts[0].axes, QEvent.Type.MouseButtonPress, places(picture.parts[0].axes, [(-9.0, 1.5)])[0], LEFT, LEFT
    )
    picture.draw_job("preview", {}, found)
    assert len(picture.parts[0].previews) == 2


def test_hovering_probes_and_lights_the_nearest_step(make, asked):
    picture = make(Contours, moment(6))
    third = moment(6).arrays["path"][0, 3]
    mouse(picture.parts[0].axes, QEvent.Type.MouseMove, places(picture.parts[0].axes, [third])[0], NONE, NONE)
    probes = [arguments["at"] for kind, arguments in asked if kind == "probe"]
    assert np.allclose(probes, [third], atol=0.06)
    assert ("lit", 3) in asked


def test_panning_asks_for_nothing(make, asked):
    picture = make(Contours, moment(3))
    drag(picture.parts[0].axes, places(picture.parts[0].axes, [(5.0, 3.0), (6.0, 3.0), (7.0, 1.0)]))
    assert not [entry for entry in asked if entry[0] == "set"]


def test_dragging_the_slice_handle_sets_the_learning_rate(make, asked):
    picture = make(Slice, moment(0))
    slope = float(np.hypot(9.0, 75.0))
    assert picture.step_length == pytest.approx(0.038 * slope)
    height = picture.bar_height()
    handle = float(picture.plot.to_pixels(picture.step_length, 0.0)[0])
    goal = float(picture.plot.to_pixels(0.02 * slope, 0.0)[0])
    drag(picture.plot, [on_pane(picture.plot, handle, height), on_pane(picture.plot, goal, height)])
    kind, values = asked[-1]
    assert kind == "set"
    assert values["lr"] == pytest.approx(0.02, rel=0.02)


def test_the_learning_rate_stays_within_its_range(make, asked):
    picture = make(Slice, moment(0))
    handle = float(picture.plot.to_pixels(picture.step_length, 0.0)[0])
    height = picture.bar_height()
    drag(picture.plot, [on_pane(picture.plot, handle, height), on_pane(picture.plot, -400, height)])
    assert asked[-1][1]["lr"] == 1e-5


def test_a_learning_rate_of_its_own_cannot_be_dragged(make, asked):
    frame = moment(0)
    params = frame.params.replace(optimizers="sgd:lr=0.01,momentum")
    picture = make(Slice, Frame(frame.scene, 0, "", params, frame.arrays, frame.series))
    assert picture.step_length == pytest.approx(0.01 * np.hypot(9.0, 75.0))
    handle = on_pane(picture.plot, float(picture.plot.to_pixels(picture.step_length, 0.0)[0]), picture.bar_height())
    drag(picture.plot, [handle, handle + QPointF(40, 0)])
    assert asked == []


def test_the_landing_is_on_the_curve(make):
    picture = make(Slice, moment(0))
    start, slope = np.array([-9.0, 1.5]), np.array([-9.0, 75.0])
    x, y = start - 0.038 * slope
    assert picture.loss_at(picture.step_length) == pytest.approx((x**2 + 50 * y**2) / 2, rel=0.01)


def test_dragging_a_data_point_moves_that_point(make, asked):
    points = np.array([[0.0, 0.5], [2.0, 2.0], [4.0, 3.5]])
    picture = make(DataLine, moment(0, surface="regression", arrays={"points": points}))
    drag(picture.plot, places(picture.plot, [(2.0, 2.0), (2.2, 1.5), (2.5, 1.0)]))
    verb, arguments = asked[-1]
    assert verb == "move_point"
    assert arguments["index"] == 1
    assert np.allclose(arguments["to"], (2.5, 1.0), atol=0.03)


def test_the_view_names_its_pictures_once():
    keys = [kind.key for kind in view_of(CATALOGUE.scene("gradient-descent")).cards]
    assert len(set(keys)) == len(keys)
    assert [kind.key for kind in view_of(CATALOGUE.scene("gradient-descent")).cards if kind.at_first] == [
        "contours",
        "slice",
    ]


@pytest.mark.parametrize(("wide", "high"), [(640, 250), (1000, 300), (900, 420)])
def test_a_card_wider_than_high_gives_its_width_to_the_ravine(make, wide, high):
    axes = make(Contours, moment(6)).parts[0].axes
    axes.window().resize(wide, high)
    x0, x1, y0, y1 = axes.visible()
    size = axes.view_box.rect()
    assert size.width() / (x1 - x0) == pytest.approx(size.height() / (y1 - y0))
    assert (x0, x1) == pytest.approx((-10.5, 10.5)) or size.width() > 4.2 * size.height()
    assert y0 < -1.5 < 1.5 < y1


@pytest.mark.parametrize("start", [(-9.0, 1.5), (-9.0, 4.5), (3.0, -30.0)])
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_the_start_is_seen_wherever_the_ravine_lies(make, start, angle):
    frame = moment(0, start=start, angle=angle)
    x0, x1, y0, y1 = make(Contours, frame).parts[0].axes.visible()
    assert x0 <= start[0] <= x1
    assert y0 <= start[1] <= y1
