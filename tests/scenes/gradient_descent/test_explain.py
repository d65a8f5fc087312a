"""Each named condition is constructed by hand and found; a healthy run yields none."""

from __future__ import annotations

import numpy as np
import pytest

from explainer.scenes.gradient_descent.explain import readings, summary
from explainer.scenes.gradient_descent.formulas import display_names
from explainer.scenes.gradient_descent.notes import notes
from explainer.scenes.gradient_descent.update_formulas import FORMULAS
from tests.scenes.gradient_descent.moments import descend, moment, series

BOWL = np.eye(2)


def texts(frame):
    return [note.text for note in notes(frame)]


@pytest.mark.parametrize("steps", [0, 1, 5, 30, 100])
def test_a_healthy_run_yields_none(steps):
    assert texts(moment(steps, lr=0.1, betas=(0.0,), hessian=BOWL)) == []


def test_arrays_that_have_not_come_yield_none():
    frame = moment(3, arrays={})
    assert texts(type(frame)(frame.scene, 3, "", frame.params, {"label": frame.arrays["label"]}, {})) == []


def test_a_stale_limit_says_its_step():
    assert any(
        "descent at step 3, 2/λmax" in text for text in texts(moment(9, lr=0.041, betas=(0.0,), ages={"lr_limit": 3}))
    )


def test_the_update_is_written_with_its_numbers():
    path, _gradient, _, velocity = descend(6, beta=0.7)
    update = FORMULAS[2]
    sgd = update.numbers(moment(6))
    assert sgd.startswith(r"\theta_{6} = (-7.42,\; -0.886) - 0.0380 \cdot (-7.42,\; -44.3)")
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
    assert FORMULAS[0].numbers(moment(0)) == r"L(\theta_{0}) = \frac{(-9.00)^2 + 50.0\, (1.50)^2}{2} = 96.75"


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
