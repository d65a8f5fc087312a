"""The surface, the learning-rate map and the basins: what they show, ask and offer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.plots.picture import Steering
from explainer.plots.question import WAIT, Question
from explainer.plots.views import view_of
from explainer.scenes.gradient_descent import SCENE
from explainer.scenes.gradient_descent.basins_picture import Basins
from explainer.scenes.gradient_descent.learning_rate_map import LearningRateMap
from explainer.theme.tokens import DARK, LIGHT
from tests.plots.hand import pixels
from tests.scenes.gradient_descent.moments import moment

Surface3D = next(kind for kind in view_of(CATALOGUE.scene("gradient-descent")).cards if kind.key == "surface")
PICTURES = (Surface3D, LearningRateMap, Basins)
RATES = np.logspace(-4, 0, 41)
SECONDS = np.linspace(0.0, 0.99, 34)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    """Return what makes pictures; they live as long as the test."""
    kept = []

    def make(kind, frame, tokens=DARK, *, shown=True, allowed=True):
        steering = Steering()
        steering.preview_allowed = allowed
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.job_asked.connect(lambda job, arguments: asked.append((job, arguments)))
        steering.lit.connect(lambda name, value: asked.append((name, value)))
        picture = kind(steering)
        kept.append((picture, steering))
        qtbot.addWidget(picture)
        picture.resize(640, 400)
        picture.apply_theme(tokens)
        if shown:
            picture.show()
        picture.draw(frame)
        return picture

    yield make
    kept.clear()


def losses():
    """Return losses with a known best cell (20, 30), and the right tenth diverged."""
    second, rate = np.meshgrid(np.arange(34), np.arange(41), indexing="ij")
    loss = 1e-6 + (second - 20.0) ** 2 + (rate - 30.0) ** 2
    loss[:, 37:] = np.nan
    return loss


def answer_map(picture, loss=None, learner=0, second=SECONDS, rates=RATES):
    """Give the job's answer in the two parts in which it comes."""
    arguments = {"learner": learner, "steps": 150}
    picture.draw_job("map", arguments, {"map_lr": rates, "map_second": second})
    picture.draw_job("map", arguments, {"map_loss": losses() if loss is None else loss})


def answer_basins(picture, basin=None):
    """Give an answer with two minima: left half to the first, right half to the second, a corner to none."""
    x, y = np.linspace(-4, 4, 16), np.linspace(-2, 2, 12)
    if basin is None:
        basin = np.where(np.arange(16) < 8, 0, 1) * np.ones((12, 1), np.int64)
        basin[0, 0] = -1
    arrays = {"basin": basin, "basin_x": x, "basin_y": y, "basin_minima": np.array([[-2.0, 0.0], [2.0, 0.5]])}
    picture.draw_job("basins", {"learner": 0, "steps": 500}, arrays)


def rest(qtbot):
    """Wait until a question that is due would have been asked."""
    qtbot.wait(3 * WAIT)


def jobs(asked, name="map"):
    return [arguments for what, arguments in asked if what == name]


@pytest.mark.parametrize("kind", PICTURES)
def test_its_arrays_are_declared(kind):
    for name in kind.arrays:
        assert SCENE.array(name)


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_nothing_is_blank_before_and_after_an_answer(make, kind, tokens):
    picture = make(kind, moment(6), tokens)
    before = pixels(picture)
    assert before.std() > 1
    answer_map(picture)
    answer_basins(picture)
    after = pixels(picture)
    assert (kind is Surface3D) == bool((before == after).all())
    assert picture.summary()


@pytest.mark.parametrize("kind", PICTURES)
def test_a_frame_without_arrays_is_borne(make, kind):
    frame = moment(6)
    picture = make(kind, Frame(frame.scene, 6, "", frame.params, {}, {}))
    pixels(picture)
    assert picture.summary()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, -1e300])
def test_hostile_numbers_survive(make, value):
    frame = moment(6)
    third = {
        name: np.where(
            np.arange(frame.arrays[name].size).reshape(frame.arrays[name].shape) % 3, frame.arrays[name], value
        )
        for name in ("position", "path", "surface_loss")
    }
    surface = make(Surface3D, Frame(frame.scene, 6, "", frame.params, {**frame.arrays, **third}, {}))
    assert pixels(surface).std() > 0
    lr_map = make(LearningRateMap, frame)
    answer_map(lr_map, np.where(np.arange(34 * 41).reshape(34, 41) % 3 == 0, value, losses()))
    assert pixels(lr_map).std() > 0
    answer_map(lr_map, np.full((34, 41), value))
    assert pixels(lr_map).std() > 0


def test_the_surface_marks_the_hidden_ball_and_the_retired_one(make):
    picture = make(Surface3D, moment(6, arrays={"retired": np.array([-1, 4])}))
    balls = picture.parts[0].plot._balls
    assert [ball.retired for ball in balls] == [False, True]
    assert [ball.colour for ball in balls] == [DARK.series_colour(0), DARK.series_colour(1)]
    np.testing.assert_allclose(balls[1].position, moment(6).arrays["position"][1])


def test_the_surface_is_cut_to_the_recommended_part_with_the_true_heights(make):
    field = make(Surface3D, moment(0)).parts[0].plot.field
    assert field.x[0] >= -15.75
    assert field.x[-1] < 15
    x, y = np.meshgrid(field.x, field.y)
    np.testing.assert_allclose(field.values, (x**2 + 50 * y**2) / 2, atol=50 * 0.5**2)


def test_a_lit_step_is_ringed_on_the_surface(make):
    picture = make(Surface3D, moment(6))
    before = pixels(picture)
    picture.steering.light("step", 3)
    assert (pixels(picture) != before).any()
    picture.steering.light("step", None)
    np.testing.assert_array_equal(pixels(picture), before)


@pytest.mark.parametrize(("kind", "job"), [(LearningRateMap, "map"), (Basins, "basins")])
def test_the_question_is_held_back_until_the_picture_is_seen(make, qtbot, asked, kind, job):
    picture = make(kind, moment(0), shown=False)
    rest(qtbot)
    assert not jobs(asked, job)
    picture.show()
    qtbot.waitUntil(lambda: bool(jobs(asked, job)))
    assert jobs(asked, job) == [{"learner": 0, "steps": SCENE.job(job).arguments["steps"].default}]
    SCENE.job(job).check(jobs(asked, job)[0])


def test_moving_learning_rate_and_momentum_asks_for_no_new_map_but_moves_the_dot(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0))
    qtbot.waitUntil(lambda: bool(jobs(asked)))
    answer_map(picture)
    before = picture.map._marker
    for lr in (0.01, 0.02, 0.1):
        picture.draw(moment(3, lr=lr, betas=(0.0, 0.5)))
    rest(qtbot)
    assert len(jobs(asked)) == 1
    assert picture.map._marker != before


def test_a_dragged_start_asks_once_when_it_rests(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0))
    qtbot.waitUntil(lambda: bool(jobs(asked)))
    for x in (-8.0, -7.0, -6.0, -5.0):
        picture.draw(moment(0, start=(x, 1.0)))
    rest(qtbot)
    assert len(jobs(asked)) == 2


def test_another_selected_optimizer_is_asked_about(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0))
    picture.draw(moment(0, selected=1))
    rest(qtbot)
    assert jobs(asked) == [{"learner": 1, "steps": 150}]


def test_basins_depend_on_the_learning_rate_but_not_on_the_start(make, qtbot, asked):
    picture = make(Basins, moment(0))
    qtbot.waitUntil(lambda: bool(jobs(asked, "basins")))
    picture.draw(moment(0, start=(3.0, 1.0)))
    rest(qtbot)
    assert len(jobs(asked, "basins")) == 1
    picture.draw(moment(0, lr=0.02))
    rest(qtbot)
    assert len(jobs(asked, "basins")) == 2


def test_a_question_whose_run_was_replaced_is_asked_again(make, qtbot, asked):
    picture = make(LearningRateMap, moment(6))
    qtbot.waitUntil(lambda: bool(jobs(asked)))
    picture.draw(moment(0))
    rest(qtbot)
    assert len(jobs(asked)) == 2
    answer_map(picture)
    picture.draw(moment(0))
    rest(qtbot)
    assert len(jobs(asked)) == 2


def test_an_unanswered_question_is_asked_three_times_and_then_given_up(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0), shown=False)
    question = picture.findChild(Question)
    question._patience.setInterval(20)
    picture.show()
    with qtbot.waitSignal(question.given_up):
        pass
    assert len(jobs(asked)) == 3
    assert not picture.map._busy


def test_while_a_lesson_asks_for_a_prediction_nothing_is_asked_before_the_first_step(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0), allowed=False)
    rest(qtbot)
    assert not jobs(asked)
    assert picture.map.values is None
    picture.draw(moment(1))
    qtbot.waitUntil(lambda: bool(jobs(asked)))


def test_a_prediction_that_was_made_brings_the_map(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0), allowed=False)
    picture.steering.preview_allowed = True
    picture.draw(moment(0))
    qtbot.waitUntil(lambda: bool(jobs(asked)))


def test_the_old_map_is_dimmed_while_the_new_one_is_computed(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0))
    answer_map(picture)
    with qtbot.waitSignal(picture.steering.job_asked):
        picture.draw(moment(0, start=(2.0, 2.0)))
    assert picture.map._busy
    answer_map(picture)
    assert not picture.map._busy


def test_an_answer_about_another_optimizer_is_passed_over(make):
    picture = make(LearningRateMap, moment(0))
    answer_map(picture, learner=1)
    assert picture.map.values is None


def test_the_dot_lies_at_the_settings_on_the_logarithmic_axis(make):
    picture = make(LearningRateMap, moment(0, lr=0.01, betas=(0.0, 0.66), selected=1))
    answer_map(picture, learner=1)
    row, column = picture.map._marker
    assert column == pytest.approx(20.0, abs=1e-9)  # 10⁻² is half way from 10⁻⁴ to 10⁰
    assert row == pytest.approx(0.66 / 0.03, abs=1e-9)
    box, at = picture.map.cells_rectangle(), picture.map.position_of(row, column)
    assert (at.x() - box.left()) / box.width() == pytest.approx(20.5 / 41)
    assert (box.bottom() - at.y()) / box.height() == pytest.approx((22 + 0.5) / 34)


@pytest.mark.parametrize(("selected", "names"), [(0, {"lr"}), (1, {"lr", "momentum"})])
def test_clicking_a_cell_asks_for_its_settings_as_far_as_controls_reach(make, qtbot, asked, selected, names):
    picture = make(LearningRateMap, moment(0, selected=selected))
    answer_map(picture, learner=selected)
    at = picture.map.position_of(20, 10).toPoint()
    qtbot.mouseClick(picture.map, Qt.MouseButton.LeftButton, pos=at)
    (values,) = jobs(asked, "set")
    assert set(values) == names
    assert values["lr"] == pytest.approx(1e-3)
    assert values.get("momentum", 0.6) == pytest.approx(0.6)
    for name, value in values.items():
        SCENE.parameters.declaration(name).check(value)


def test_the_reading_says_rate_second_and_loss_or_that_it_diverged(make):
    picture = make(LearningRateMap, moment(0))
    answer_map(picture)
    assert picture._reading(20, 30) == "η 0.100 · momentum 0.600 · loss 1.00 · 10⁻⁶ after 150 steps"
    assert picture._reading(0, 40) == "η 1.00 · momentum 0 · diverged within 150 steps"


def test_the_best_cell_is_darkest_and_diverged_ones_are_not_coloured(make):
    picture = make(LearningRateMap, moment(0))
    answer_map(picture)
    shown, _, _, shading = picture._coloured()
    colours = shading.colours(shown, DARK)
    assert np.array_equal(colours[20, 30, :3], shading.table(DARK)[0])
    assert (colours[:, 37:, 3] == 0).all()
    assert (colours[:, :37, 3] == 255).all()


def test_runs_that_ended_above_their_start_are_not_coloured(make):
    picture = make(LearningRateMap, moment(0))
    loss = losses()
    arrays = {"map_lr": RATES, "map_second": SECONDS, "map_first_loss": np.array(100.0), "map_loss": loss}
    picture.draw_job("map", {"learner": 0, "steps": 150}, arrays)
    shown, *_ = picture._coloured()
    assert np.array_equal(np.isfinite(shown), loss <= 100.0)
    row, column = np.argwhere(loss > 100.0)[0]
    assert picture._reading(row, column).endswith("after 150 steps, above the start")


def test_negative_losses_are_coloured_above_the_best(make):
    picture = make(LearningRateMap, moment(0))
    answer_map(picture, losses() - 50.0)
    shown, *_ = picture._coloured()
    assert np.nanmin(shown) == 0.0
    assert picture._reading(20, 30).endswith("loss −50.0 after 150 steps")


def test_basins_have_one_colour_per_minimum_and_none_is_hatched(make):
    picture = make(Basins, moment(0))
    answer_basins(picture)
    values = picture.map.values
    assert np.isnan(values[0, 0])
    assert values[5, 3] == 0
    assert values[5, 12] == 1
    flat = np.zeros((12, 16), np.int64)
    left, right = picture._colours(flat, 2)[0, 0], picture._colours(flat + 1, 2)[0, 0]
    assert np.abs(left.astype(int) - right).sum() > 60
    assert "49%" in picture.summary()
    assert "50%" in picture.summary()


def test_clicking_the_basins_asks_for_that_start(make, qtbot, asked):
    picture = make(Basins, moment(0))
    answer_basins(picture)
    qtbot.mouseClick(picture.map, Qt.MouseButton.LeftButton, pos=picture.map.position_of(11, 15).toPoint())
    assert jobs(asked, "set") == [{"start": (4.0, 2.0)}]


def test_the_basins_mark_start_and_minima_where_they_are(make):
    picture = make(Basins, moment(0, start=(4.0, -2.0)))
    answer_basins(picture)
    assert picture.map._marker == pytest.approx((0.0, 15.0))
    assert picture.map._crosses[0] == pytest.approx((5.5, 3.75))


def test_a_surface_on_which_no_start_arrives_says_so(make):
    picture = make(Basins, moment(0))
    answer_basins(picture, np.full((12, 16), -1))
    assert pixels(picture).std() > 0
    assert "No start reaches a minimum" in picture.summary()
    assert picture._reading(0, 0).endswith("reaches no minimum")


def test_a_question_is_asked_although_frames_keep_coming(make, qtbot):
    picture = make(LearningRateMap, moment(), allowed=False)
    question = Question(picture, "map", "map_loss", wait=30)
    frames = QTimer(picture, interval=5)
    frames.timeout.connect(lambda: question.need("the same", 1))
    with qtbot.waitSignal(question.asked, timeout=3000):
        frames.start()
    frames.stop()


def test_patience_begins_anew_with_each_part_of_an_answer(make, qtbot, monkeypatch):
    picture, begun = make(LearningRateMap, moment(), allowed=False), []
    question = Question(picture, "map", "map_loss", wait=1)
    with qtbot.waitSignal(question.asked, timeout=3000):
        question.need("this", 1)
    monkeypatch.setattr(question._patience, "start", lambda: begun.append(True))
    assert question.take("map", {}, {"map_rate": np.ones(3)}) is None
    assert begun == [True]
    assert set(question.take("map", {}, {"map_loss": np.ones(3)})) == {"map_rate", "map_loss"}
    assert begun == [True]
    assert question.take("map", {}, {}) is None
    assert begun == [True], "what comes behind the answer is not waited for"
