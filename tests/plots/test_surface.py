"""The three-dimensional surface: projection, what hides what, odd values, hands and keys."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from explainer.plots.relief.camera import DISTANCE, HIGHEST, LOWEST, Camera, Projection
from explainer.plots.relief.height_field import TOP, HeightField, resampled
from explainer.plots.relief.mesh import Mesh, contour_segments
from explainer.plots.relief.surface_box import height_ticks
from explainer.plots.relief.surface_plot import Ball, SurfacePlot
from explainer.plots.relief.trails import draped
from explainer.theme.tokens import DARK, LIGHT

AXIS = np.linspace(-3.0, 3.0, 41)
PATH = np.array([[2.0, 2.0], [0.0, 0.0]])


def field_of(loss, axis=AXIS):
    """Return the height field of a function of x and y."""
    x, y = np.meshgrid(axis, axis)
    with np.errstate(all="ignore"):
        return HeightField(axis, axis, loss(x, y))


def hill(x, y):
    """A single steep hill in the middle of a plain."""
    return np.exp(-2.0 * (x * x + y * y))


def pixels(widget):
    """Return what a widget looks like, (height, width, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


@pytest.fixture
def plot(qtbot):
    """A plot of the hill, shown."""
    made = SurfacePlot()
    qtbot.addWidget(made)
    made.resize(500, 360)
    x, y = np.meshgrid(AXIS, AXIS)
    made.set_surface(AXIS, AXIS, hill(x, y))
    made.show()
    return made


@pytest.mark.parametrize(("azimuth", "elevation"), [(-62.0, 46.0), (0.0, 20.0), (135.0, 80.0)])
def test_the_projection_agrees_with_homogeneous_look_at_and_perspective_matrices(azimuth, elevation):
    a, e = math.radians(azimuth), math.radians(elevation)
    target = np.array([0.0, 0.0, TOP / 2])
    direction = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
    eye = target + DISTANCE * direction
    side = np.cross(-direction, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    look = np.eye(4)
    look[:3, :3] = [side, np.cross(side, -direction), direction]
    look[:3, 3] = -look[:3, :3] @ eye
    points = np.random.default_rng(0).uniform(-1, 1, (20, 3))
    seen = (look @ np.c_[points, np.ones(20)].T).T
    expected = seen[:, :2] / -seen[:, 2:3]

    projection = Projection(Camera(azimuth, elevation), (1.0, 1.0, TOP), 600, 400)
    drawn, depth = projection(points)
    centre = projection(target[None])[0][0]
    across = (drawn - centre) * [1 / projection.stretch, -1] / (projection.scale * DISTANCE)

    np.testing.assert_allclose(projection.eye, eye, atol=1e-12)
    np.testing.assert_allclose(across, expected, atol=1e-12)
    np.testing.assert_allclose(depth, -seen[:, 2], atol=1e-12)


@pytest.mark.parametrize("azimuth", range(-180, 180, 30))
@pytest.mark.parametrize("elevation", [LOWEST, 46.0, HIGHEST])
def test_at_zoom_one_the_whole_box_is_within_the_margins_from_everywhere(azimuth, elevation):
    extent = (1.0, 0.5, TOP)
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-0.5, 0.5) for z in (0, TOP)], float)
    drawn, _ = Projection(Camera(azimuth, elevation), extent, 640, 400, margin=20)(corners)
    assert (drawn >= 19).all()
    assert (drawn <= [621, 381]).all()


@pytest.mark.parametrize("size", [(480, 320), (1000, 240), (300, 400), (1600, 900)])
@pytest.mark.parametrize("azimuth", range(-170, 190, 60))
def test_at_zoom_one_the_box_fills_its_card_in_height_or_in_width(size, azimuth):
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-0.5, 0.5) for z in (0, TOP)], float)
    drawn, _ = Projection(Camera(azimuth), (1.0, 0.5, TOP), *size, margin=26)(corners)
    shares = np.ptp(drawn, axis=0) / (np.array(size) - 52)
    assert shares.max() == pytest.approx(1.0)
    assert shares.min() > (0.25 if max(size) > 4 * min(size) else 0.5) or size[0] < size[1]


def test_a_ball_behind_the_hill_is_hidden_and_one_before_it_is_not(plot):
    plot.set_camera(Camera(azimuth=0.0, elevation=20.0))  # the eye is at large x
    plot.set_balls(
        [Ball((-1.0, 0.0), PATH, "#ffffff"), Ball((1.0, 0.0), PATH, "#ffffff"), Ball((-1.0, 2.5), PATH, "#ffffff")]
    )
    assert plot.hidden_balls() == [True, False, False]


def test_what_is_hidden_agrees_with_rays_followed_step_by_step():
    def loss(x, y):
        return np.sin(2 * x) * np.cos(2 * y) + 1.2

    axis = np.linspace(-3.0, 3.0, 121)
    field = field_of(loss, axis)
    eye = Projection(Camera(25.0, 18.0), field.extent, 500, 400).eye
    rng = np.random.default_rng(3)
    chosen = rng.uniform(-0.95, 0.95, (150, 2))
    points = field.on_surface(chosen)
    top = 2.2

    def ground(x, y):
        return TOP * (loss(3 * x, 3 * y) - field.low) / (field.high - field.low)

    clear, agree = 0, 0
    for point, said in zip(points, field.hidden(points, eye, 256), strict=True):
        gaps = []
        for k in range(1, 4000):
            x, y, z = point + (eye - point) * k / 4000
            if abs(x) > 1 or abs(y) > 1 or z > top:
                break
            gaps.append(ground(x, y) - z)
        gaps = np.array(gaps[20:])
        if len(gaps) == 0 or (gaps[-1] > -0.02) or abs(gaps.max()) < 0.02:
            continue
        clear += 1
        agree += said == (gaps.max() > 0)
    assert clear > 60
    assert agree == clear


def test_the_inside_of_a_bowl_shows_through_its_own_rim():
    field = field_of(lambda x, y: x * x + y * y)
    bottom = field.on_surface(np.array([[0.0, 0.0]]))
    assert not field.hidden(bottom, Projection(Camera(0, 15), field.extent, 500, 400).eye)[0]


def test_quads_are_painted_so_that_nearer_ones_come_later():
    mesh = Mesh(field_of(lambda x, y: x * x - y * y))
    eye = Projection(Camera(37.0, 30.0), mesh.extent, 500, 400).eye
    rank = np.empty(len(mesh.rows), int)
    rank[mesh.back_to_front(eye)] = np.arange(len(mesh.rows))
    at = rank.reshape(mesh.shape)
    assert (np.diff(at, axis=1) > 0).all()  # the eye is at positive x …
    assert (np.diff(at, axis=0) > 0).all()  # … and positive y


def test_a_wide_range_is_compressed_by_the_documented_logarithm_and_a_narrow_one_is_not():
    wide = field_of(lambda x, y: 100 * (y - x * x) ** 2 + (1 - x) ** 2 + 5)
    assert wide.compressed
    expected = np.log10(1 + wide.values - wide.low)
    np.testing.assert_allclose(wide.heights, TOP * expected / expected.max(), rtol=1e-12)
    narrow = field_of(lambda x, y: x * x + y * y)
    assert not narrow.compressed
    np.testing.assert_allclose(
        narrow.heights, TOP * (narrow.values - narrow.low) / (narrow.high - narrow.low), atol=1e-12
    )


def test_the_height_ticks_stand_at_the_heights_of_the_losses_they_name():
    wide = field_of(lambda x, y: 100 * (y - x * x) ** 2 + (1 - x) ** 2)
    for height, text in height_ticks(wide):
        value = float(text)
        assert height == pytest.approx(
            TOP * math.log10(1 + value - wide.low) / math.log10(1 + wide.high - wide.low), abs=2e-3
        )


@pytest.mark.parametrize(
    "loss",
    [
        lambda x, y: np.where(x > 0, np.nan, x * x + y * y),
        lambda x, y: np.where(x > 1, np.inf, y),
        lambda x, y: np.where(x > 1, 1e300, y),
        lambda x, y: np.where(x > 1, 1.7e308, -1.7e308),
        lambda x, y: np.full_like(x, np.nan),
        lambda x, y: np.full_like(x, 7.0),
    ],
)
@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_odd_values_are_left_out_and_the_picture_survives(plot, loss, tokens):
    x, y = np.meshgrid(AXIS, AXIS)
    with np.errstate(all="ignore"):
        plot.set_surface(AXIS, AXIS, loss(x, y))
    plot.apply_theme(tokens)
    plot.set_balls([Ball((1e300, math.nan), np.array([[0, 0], [1e300, 1], [math.inf, 0]]), "#ff0000", "far", True)])
    assert len(np.unique(pixels(plot).reshape(-1, 3), axis=0)) > 10
    assert plot.hidden_balls() == [False]


def test_quads_beside_holes_are_left_out():
    assert (
        len(Mesh(field_of(lambda x, y: np.where((x == AXIS[5]) & (y == AXIS[7]), np.nan, 0 * x))).corners)
        == 40 * 40 - 4
    )


def test_level_lines_lie_at_their_level_on_the_cone():
    x, y = np.meshgrid(AXIS, AXIS)
    starts, ends = contour_segments(np.stack([x, y, np.hypot(x, y)], -1), np.array([2.0]))
    assert len(starts) > 50
    np.testing.assert_allclose(np.hypot(starts[:, 0], starts[:, 1]), 2.0, atol=0.01)
    np.testing.assert_allclose(ends[:, 2], 2.0, atol=1e-12)


def test_a_trail_follows_the_ground_from_its_first_to_its_last_position():
    field = field_of(hill)
    starts, ends = draped(field, np.array([[-2.4, 0.1], [2.4, 0.1]]))
    np.testing.assert_allclose(starts[0, :2], [-0.8, 0.1 / 3], atol=1e-9)
    np.testing.assert_allclose(ends[-1, :2], [0.8, 0.1 / 3], atol=1e-9)
    np.testing.assert_allclose(starts[:, 2], field.at(starts[:, 0], starts[:, 1]), atol=1e-12)
    assert starts[:, 2].max() > 0.9 * TOP


def test_a_part_is_resampled_by_bilinear_interpolation():
    x, y = np.meshgrid(AXIS, AXIS)
    fine_x, fine_y = np.linspace(-1, 2, 7), np.linspace(-3, 3.5, 9)
    values = resampled(AXIS, AXIS, 2 * x - y + x * y, fine_x, fine_y)
    a, b = np.meshgrid(fine_x, fine_y)
    np.testing.assert_allclose(values[:-1], (2 * a - b + a * b)[:-1], atol=1e-9)
    assert np.isnan(values[-1]).all()


def test_the_surface_is_painted_once_while_only_balls_move(plot, monkeypatch):
    painted = []
    made = SurfacePlot._still_image.__globals__["scenery_image"]
    monkeypatch.setitem(
        SurfacePlot._still_image.__globals__, "scenery_image", lambda *given: painted.append(1) or made(*given)
    )
    plot.set_camera(Camera(10.0))
    first = pixels(plot)
    plot.set_balls([Ball((1.0, 1.0), PATH, "#ff0000")])
    second = pixels(plot)
    assert len(painted) == 1
    assert (first != second).any()
    plot.apply_theme(LIGHT)
    pixels(plot)
    assert len(painted) == 2


def test_a_hidden_ball_looks_fainter_than_the_same_ball_in_view(plot):
    def redness(ball):
        plot.set_balls([Ball(ball, np.array([ball]), "#ff0000")])
        colours = pixels(plot).astype(int)
        return int(((colours[..., 0] > 200) & (colours[..., 1] < 60)).sum())

    plot.set_camera(Camera(azimuth=0.0, elevation=20.0))
    assert redness((-1.0, 0.0)) < 0.5 * redness((1.0, 0.0))


def test_dragging_orbits_the_wheel_zooms_and_a_double_click_returns(plot, qtbot):
    before = plot.camera
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(plot, QPoint(150, 120))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(150, 120))
    assert plot.camera.azimuth < before.azimuth
    assert plot.camera.elevation > before.elevation
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(150, 120))
    assert plot.camera == Camera()


def test_keys_orbit_zoom_and_reset(plot, qtbot):
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert (plot.camera.azimuth, plot.camera.elevation) == (Camera().azimuth + 5, Camera().elevation + 4)
    assert plot.camera.zoom > 1
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.camera == Camera()


def test_the_camera_stays_above_the_ground_and_near_enough():
    assert Camera().orbited(0, -500).elevation == LOWEST
    assert Camera().orbited(0, 500).elevation == HIGHEST
    assert -180 <= Camera().orbited(7777, 0).azimuth <= 180
    assert Camera().zoomed(1e-9).zoom > 0.1


def test_the_step_under_the_pointer_is_the_one_whose_place_is_there(plot):
    path = np.array([[2.0, -2.0], [2.0, 0.0], [2.0, 2.0]])
    plot.set_balls([Ball((2.0, 2.0), path, "#ffffff")])
    place = plot.projection()(plot.field.on_surface(plot.field.box_xy(path)))[0][1]
    assert plot.nearest_step(QPointF(place[0] + 2, place[1] - 2)) == 1
    assert plot.nearest_step(QPointF(2, 2)) is None


def test_values_of_the_wrong_shape_are_refused(plot):
    with pytest.raises(ValueError, match="shape"):
        plot.set_surface(AXIS, AXIS, np.zeros((3, 3)))
