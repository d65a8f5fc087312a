"""Every number of softmax's scene, against SciPy, autograd in float64 and plain loops."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run

NAMES = ("scores", "probabilities", "target", "gradient", "jacobian", "terms", "by_temperature", "temperatures")
SETTINGS = [
    {},
    {"start": "random", "temperature": 0.3, "target": "owl", "smoothing": 0.2},
    {"start": "random", "classes": 3, "temperature": 7.0, "shift": -150.0},
    {"start": "equal", "classes": 2, "smoothing": 0.5, "shift": 100.0},
]


@pytest.fixture(params=SETTINGS, ids=lambda given: ",".join(map(str, given.values())) or "defaults")
def run(request):
    """A run after three steps."""
    run = Run("softmax", seed=3, **request.param)
    run.step(3)
    return run


def target_by_hand(params):
    """The target, class by class."""
    k, names = params.classes, ("cat", "dog", "fox", "hen", "owl")
    return np.array([(1 - params.smoothing) * (names[i] == params.target) + params.smoothing / k for i in range(k)])


def test_probabilities_and_the_parts_of_the_loss_are_scipys(run):
    found, params = run.arrays(*NAMES), run.params
    z, y = found["scores"].astype(float), target_by_hand(params)
    p = scipy.special.softmax((z + params.shift) / params.temperature)
    np.testing.assert_allclose(found["probabilities"], p, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(found["target"], y, atol=1e-7)
    parts = [scipy.stats.entropy(y), scipy.stats.entropy(y, p)]
    np.testing.assert_allclose(found["terms"], [*parts, sum(parts)], rtol=2e-4, atol=1e-5)


def test_gradient_and_jacobian_are_autograds(run):
    found, params = run.arrays(*NAMES), run.params
    z = torch.tensor(found["scores"], dtype=torch.float64, requires_grad=True)
    y = torch.from_numpy(target_by_hand(params))
    loss = F.cross_entropy(z / params.temperature, y)
    np.testing.assert_allclose(found["gradient"], torch.autograd.grad(loss, z)[0], atol=2e-5)
    jacobian = torch.autograd.functional.jacobian(lambda z: torch.softmax(z / params.temperature, 0), z)
    np.testing.assert_allclose(found["jacobian"], jacobian, atol=2e-5)
    assert abs(found["gradient"].sum()) < 1e-5


def test_the_curves_over_temperature_are_softmax_at_each(run):
    found = run.arrays(*NAMES)
    for at in (0, 60, 120):
        expected = scipy.special.softmax(found["scores"].astype(float) / found["temperatures"][at])
        np.testing.assert_allclose(found["by_temperature"][:, at], expected, rtol=2e-4, atol=1e-7)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_the_pulls_of_both_losses_are_autograds(temperature):
    found = Run("softmax", classes=2, temperature=temperature).arrays("margins", "pulls")
    for i in range(0, 121, 15):
        z = torch.tensor([0.0, float(found["margins"][i])], dtype=torch.float64, requires_grad=True)
        y = torch.tensor([0.0, 1.0], dtype=torch.float64)
        p = torch.softmax(z / temperature, 0)
        for row, loss in enumerate((-(y * p.log()).sum(), ((p - y) ** 2).sum())):
            pull = -torch.autograd.grad(loss, z, retain_graph=True)[0][1]
            assert found["pulls"][row, i] == pytest.approx(float(pull), rel=1e-4, abs=1e-7)


def test_the_recorded_loss_is_that_of_plain_descent_in_double():
    run = Run("softmax", start="spread", temperature=0.7, smoothing=0.1, lr=0.3)
    run.step(40)
    z, y, losses = np.array([2.0, 1.0, 0.2, -0.5, -1.5]), target_by_hand(run.params), []
    for _ in range(40):
        p = np.exp(z / 0.7) / np.exp(z / 0.7).sum()
        losses.append(-(y * np.log(p)).sum())
        z = z - 0.3 * (p - y) / 0.7
    np.testing.assert_allclose(run.metrics["loss"], losses, rtol=1e-4)


@pytest.mark.parametrize(("shift", "overflows"), [(0.0, False), (86.0, False), (89.0, True), (-200.0, True)])
def test_as_written_softmax_breaks_where_numpys_float32_does(shift, overflows):
    found = Run("softmax", shift=shift).arrays("scores", "naive", "probabilities", "shifted")
    with np.errstate(all="ignore"):
        exponentials = np.exp(np.float32(found["scores"] + np.float32(shift)))
        expected = exponentials / exponentials.sum(dtype=np.float32)
    assert np.array_equal(np.isnan(found["naive"]), np.isnan(expected))
    assert bool(np.isnan(found["naive"]).any()) is overflows
    assert found["probabilities"].sum() == pytest.approx(1, abs=1e-5)
    assert found["shifted"].max() == 1


def test_of_two_classes_softmax_is_the_sigmoid_of_the_difference():
    found = Run("softmax", classes=2, temperature=2.0).arrays("differences", "sigmoid", "scores", "probabilities")
    np.testing.assert_allclose(found["sigmoid"], scipy.special.expit(found["differences"].astype(float) / 2), rtol=1e-5)
    z = found["scores"].astype(float)
    assert found["probabilities"][0] == pytest.approx(scipy.special.expit((z[0] - z[1]) / 2), rel=1e-5)


def test_a_class_that_is_not_there_is_refused():
    with pytest.raises(Refused, match=r"target = owl .* 3 classes: choose from cat, dog, fox"):
        Run("softmax", classes=3, target="owl")
    run = Run("softmax", classes=3)
    with pytest.raises(Refused, match="there are classes 0 to 2"):
        run.act("set_score", index=4, value=1.0)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({"shift": 100.0}, 0, {"overflow"}),
        ({"shift": -200.0}, 0, {"underflow"}),
        ({"start": "sure"}, 0, {"sure-and-wrong"}),
        ({"start": "sure", "target": "cat"}, 0, set()),
        ({}, 0, set()),
        ({"start": "sure"}, 60, set()),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("softmax", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
