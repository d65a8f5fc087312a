"""Each named condition is constructed by hand and found; a healthy run yields none."""

from __future__ import annotations

import re

import numpy as np
import pytest

from explainer.scenes.gradient_descent.explain import FORMULAS, readings, summary
from explainer.scenes.gradient_descent.formulas import display_names
from explainer.scenes.gradient_descent.notes import notes, steep_direction
from tests.scenes.gradient_descent.moments import descend, moment, series

BOWL = np.eye(2)


def texts(frame):
    return [note.text for note in notes(frame)]


def only(frame, words):
    found = [text for text in texts(frame) if words in text]
    assert len(found) == 1, texts(frame)
    return found[0]


@pytest.mark.parametrize("steps", [0, 1, 5, 30, 100])
def test_a_healthy_run_yields_none(steps):
    assert texts(moment(steps, lr=0.1, betas=(0.0,), hessian=BOWL)) == []


def test_arrays_that_have_not_come_yield_none():
    frame = moment(3, arrays={})
    assert texts(type(frame)(frame.scene, 3, "", frame.params, {"label": frame.arrays["label"]}, {})) == []


def test_eta_above_its_limit_is_named_with_the_ratio_and_a_way_out():
    frame = moment(0, lr=0.0416, betas=(0.0,))
    (note,) = notes(frame)
    assert note.level == "warning"
    assert (
        "η is 1.04 × the limit of plain gradient descent at step 0, 2/λmax = 0.0400: the steep direction will grow."
        in note.text
    )
    assert note.link == "try:lr=0.036&keep=1"


def test_momentum_and_nesterov_have_limits_of_their_own():
    heavy = moment(0, lr=0.0714)
    assert "1.05 × the limit of heavy-ball momentum at step 0, 2(1 + β)/λmax = 0.0680" in only(heavy, "Momentum: η")
    frame = moment(0, lr=0.03, betas=(0.0,))
    frame = type(frame)(
        frame.scene, 0, "", frame.params.replace(optimizers="nesterov"),
        frame.arrays | {"label": np.array(["nesterov"]), "lr_limit": np.array([0.0283333])}, {},
    )  # fmt: skip
    nesterov = only(frame, "Nesterov: η")
    assert "1.06 × the limit of Nesterov momentum at step 0, 2(1 + β)/((1 + 2β)λmax) = 0.0283" in nesterov


def test_just_below_the_limit_is_said_calmly():
    (note,) = notes(moment(0, lr=0.038, betas=(0.0,)))
    assert note.level == "info"
    assert "η is 0.950 ×" in note.text


def test_a_stale_limit_says_its_step():
    assert "descent at step 3, 2/λmax" in only(moment(9, lr=0.041, betas=(0.0,), ages={"lr_limit": 3}), "SGD: η")


def test_divergence_is_found_with_its_factor():
    frame = moment(60, lr=0.042, betas=(0.0,))
    factor = float(re.search(r"factor of ([\d.]+)", only(frame, "diverges"))[1])
    assert factor == pytest.approx((1 - 0.042 * 50) ** 2, abs=0.01)


def test_a_loss_that_only_falls_does_not_diverge():
    assert not any("diverges" in text for text in texts(moment(60)))


def test_a_retired_optimizer_says_when():
    frame = moment(30, arrays={"retired": np.array([17, -1])})
    assert "ran away and was retired at step 17" in only(frame, "SGD")


def test_oscillation_is_found_along_the_steep_direction():
    text = only(moment(8, betas=(0.0,)), "oscillates")
    assert "(0, 1.0)" in text
    assert "−0.900 ×" in text
    assert "λ = 50.0" in text


def test_the_steep_direction_of_a_turned_ravine_is_its_eigenvector():
    turn = np.radians(30)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    hessian = rotation @ np.diag([1.0, 50.0]) @ rotation.T
    steep = steep_direction(moment(5, betas=(0.0,), hessian=hessian, start=(-6.0, 1.0)), 0)
    assert abs(steep @ rotation[:, 1]) == pytest.approx(1.0)


def test_a_slow_learning_rate_does_not_oscillate():
    assert not any("oscillates" in text for text in texts(moment(8, lr=0.01, betas=(0.0,))))


def test_crawling_is_found_with_gradient_and_pace():
    frame = moment(30, lr=1e-5, betas=(0.0,), start=(-9.0, 0.0))
    text = only(frame, "crawls")
    steps = float(re.search(r"([\d,]+) more steps", text)[1].replace(",", ""))
    losses = frame.series["loss/sgd"].values
    assert steps == pytest.approx(
        (losses[-1] - frame.arrays["surface_loss"].min()) / (losses[-2] - losses[-1]), rel=0.01
    )
    assert "‖∇L‖ = 9.00" in text


def saddle(y, **more):
    hessian = np.diag([1.0, -1.0])
    return moment(0, lr=0.1, betas=(0.0,), hessian=hessian, start=(0.001, y), **more)


def test_a_saddle_is_found_by_curvatures_of_both_signs():
    text = only(saddle(0.002), "is at a saddle")
    assert "curvature 1.00 one way and −1.00 the other" in text
    assert "‖∇L‖ = 0.00224" in text


def test_far_from_the_saddle_none_is_named():
    assert not any("saddle" in text for text in texts(saddle(2.0)))


def test_resting_in_a_local_minimum_is_not_crawling():
    shallow = {"surface_loss": np.full((32, 40), -5.0)}
    frame = moment(120, lr=0.1, betas=(0.0,), hessian=BOWL, arrays=shallow)
    assert [text for text in texts(frame) if "local minimum" in text]
    assert not [text for text in texts(frame) if "crawls" in text]


def test_the_update_is_written_with_its_numbers():
    path, _gradient, _, velocity = descend(6, beta=0.7)
    update = FORMULAS[2]
    sgd = update.numbers(moment(6))
    assert sgd.startswith(r"\theta = (-7.42,\; -0.886) - 0.0380 \cdot (-7.42,\; -44.3)")
    heavy = update.numbers(moment(6, selected=1))
    assert f"{path[-1][0]:.2f}" in heavy
    assert "0.700" in heavy
    assert rf"({velocity[0]:.1f},\; {velocity[1]:.1f})" in heavy
    assert update.latex(moment(6, selected=1)) == r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta v"


def test_after_a_control_has_moved_only_the_change_is_written():
    frame = moment(6)
    frame = type(frame)(frame.scene, 6, "", frame.params.replace(lr=0.5), frame.arrays, frame.series)
    assert "0.5" not in FORMULAS[2].numbers(frame).replace("0.55", "")
    assert "+" in FORMULAS[2].numbers(frame)


def test_there_are_no_update_numbers_before_the_first_step():
    assert FORMULAS[2].numbers(moment(0)) == ""


def test_the_loss_is_written_with_the_position_put_in():
    assert FORMULAS[0].numbers(moment(0)) == r"L = \frac{(-9.00)^2 + 50.0\, (1.50)^2}{2} = 96.75"


@pytest.mark.parametrize(
    "surface", ["bowl", "rosenbrock", "beale", "hills", "rastrigin", "ackley", "regression", "custom"]
)
def test_every_formula_has_balanced_braces_for(surface):
    for formula in FORMULAS:
        for text in (formula.latex(moment(3, surface=surface)), formula.numbers(moment(3, surface=surface))):
            assert text.count("{") == text.count("}")


def test_the_summary_changes_with_the_run():
    assert summary(moment(0)) != summary(moment(1))
    assert "Step 6" in summary(moment(6))
    assert "Momentum at (−5.04" in summary(moment(6))


def test_readings_are_the_losses():
    assert readings(moment(0)) == [("loss SGD", "96.8"), ("loss Momentum", "96.8")]


def test_a_second_adam_is_named_so():
    assert display_names(["adam", "adam-2", "sgd"]) == ["Adam", "Adam 2", "SGD"]


def test_series_of_another_length_do_not_matter():
    assert texts(moment(2, lr=0.1, betas=(0.0,), hessian=BOWL, series_given={"loss/sgd": series([])})) == []
