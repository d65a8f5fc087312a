"""The surface, the learning-rate map and the basins: what they show, ask and offer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.plots.picture import Steering
from explainer.plots.question import WAIT, Question
from explainer.plots.views import view_of
from explainer.scenes.gradient_descent import SCENE
from explainer.theme.tokens import DARK
from tests.plots.hand import pixels
from tests.scenes.gradient_descent.moments import moment

KINDS = {kind.key: kind for kind in view_of(CATALOGUE.scene("gradient-descent")).cards}
Surface3D, LearningRateMap, Basins = (KINDS[key] for key in ("surface", "map", "basins"))
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
    more = {"map_first_loss": np.array(np.inf), "map_limit": np.full(len(second), np.nan)}
    picture.draw_job("map", arguments, {"map_lr": rates, "map_second": second, **more})
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


def test_a_prediction_that_was_made_brings_the_map(make, qtbot, asked):
    picture = make(LearningRateMap, moment(0), allowed=False)
    picture.steering.preview_allowed = True
    picture.draw(moment(0))
    qtbot.waitUntil(lambda: bool(jobs(asked)))


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


def test_the_map_and_the_basins_are_told_in_a_sentence_once_they_are_there(make):
    chart, basins = make(LearningRateMap, moment(6)), make(Basins, moment(6))
    before = chart.summary(), basins.summary()
    answer_map(chart)
    answer_basins(basins)
    assert "of the runs ended above the start or diverged" in chart.summary()
    assert "(−2.0, 0) ·" in basins.summary()
    assert all(before)
