"""Activations against SciPy and formulas in float64, training against NumPy's own backward pass."""

import numpy as np
import pytest
import scipy.special
import scipy.stats

from explainer import Run
from explainer.lab.digits import digits
from explainer.scenes.activations import NAMES

SIGMOID, PHI = scipy.special.expit, scipy.stats.norm.cdf
SELU = (1.0507009873554805, 1.6732632423543772)
KNOWN = {
    "sigmoid": SIGMOID,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(0, z),
    "leaky-relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(z)),
    "selu": lambda z: SELU[0] * np.where(z > 0, z, SELU[1] * np.expm1(z)),
    "celu": lambda z: np.where(z > 0, z, np.expm1(z)),
    "gelu": lambda z: z * PHI(z),
    "gelu-tanh": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z * SIGMOID(z),
    "mish": lambda z: z * np.tanh(np.log1p(np.exp(z))),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "log-sigmoid": scipy.special.log_expit,
    "relu6": lambda z: np.clip(z, 0, 6),
    "hard-tanh": lambda z: np.clip(z, -1, 1),
    "hard-sigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "hard-swish": lambda z: z * np.clip(z / 6 + 0.5, 0, 1),
    "soft-shrink": lambda z: np.sign(z) * np.maximum(0, abs(z) - 0.5),
    "hard-shrink": lambda z: np.where(abs(z) > 0.5, z, 0),
    "tanh-shrink": lambda z: z - np.tanh(z),
    "linear": lambda z: z,
}


@pytest.fixture(scope="module")
def table():
    """What the table of all activations is made of."""
    return Run("activations").arrays("inputs", "known_values", "known_slopes", "facts")


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_is_its_formula_and_its_slope_a_difference_quotient(name, table):
    z, k = table["inputs"].astype(float), list(NAMES).index(name)
    np.testing.assert_allclose(table["known_values"][k], KNOWN[name](z), rtol=1e-4, atol=1e-5)
    quotient = (KNOWN[name](z + 1e-6) - KNOWN[name](z - 1e-6)) / 2e-6
    np.testing.assert_allclose(table["known_slopes"][k], quotient, rtol=1e-3, atol=2e-5)


@pytest.mark.parametrize("name", ["sigmoid", "relu", "selu", "gelu"])
def test_what_is_known_of_them_is_what_quadrature_finds(name, table):
    steepest, lowest, mean, spread, _ = table["facts"][list(NAMES).index(name)]
    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    weights = weights / weights.sum()
    assert mean == pytest.approx(weights @ KNOWN[name](nodes), abs=5e-3)
    assert spread == pytest.approx(np.sqrt(weights @ KNOWN[name](nodes) ** 2), abs=5e-3)
    assert steepest == pytest.approx({"sigmoid": 0.25, "relu": 1, "selu": 1.7581, "gelu": 1.1289}[name], abs=2e-3)
    assert lowest == pytest.approx({"sigmoid": 0, "relu": 0, "selu": -1.7581, "gelu": -0.17}[name], abs=1e-3)


def test_only_those_that_fall_without_end_have_no_lowest_value(table):
    unbounded = {name for name, facts in zip(NAMES, table["facts"], strict=True) if np.isneginf(facts[1])}
    assert unbounded == {"leaky-relu", "log-sigmoid", "soft-shrink", "hard-shrink", "tanh-shrink", "linear"}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("leaky-relu", {"leak": 0.3}, lambda z: np.where(z > 0, z, 0.3 * z)),
        ("elu", {"alpha": 2.0}, lambda z: np.where(z > 0, z, 2 * np.expm1(z))),
        ("celu", {"alpha": 2.0}, lambda z: np.where(z > 0, z, 2 * np.expm1(z / 2))),
        ("silu", {"beta": 3.0}, lambda z: z * SIGMOID(3 * z)),
        ("softplus", {"beta": 3.0}, lambda z: np.log1p(np.exp(3 * z)) / 3),
    ],
)
def test_what_can_be_set_bends_the_curve(name, given, expected):
    found = Run("activations", activations=(name,), **given).arrays("inputs", "values")
    np.testing.assert_allclose(found["values"][0], expected(found["inputs"].astype(float)), rtol=1e-4, atol=1e-5)


def held_out():
    """The digits that no network trains on, from 0 to 1."""
    return digits()[0].reshape(-1, 64)[::5] / 16.0


@pytest.mark.parametrize("name", ["sigmoid", "relu", "gelu"])
def test_slopes_products_dead_units_and_histograms_are_those_of_a_plain_pass(name):
    run = Run("activations", activations=(name,), depth=3, width=8, bias=-0.5)
    run.step(2)
    found = run.arrays("mean_slopes", "products", "dead_units", "histograms", "alive", "centres", "agreements")
    layers = [
        (layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy())
        for layer in run.execution.experiment.networks[0]
    ]
    h, f, product = held_out(), KNOWN[name], []
    for k, (weight, bias) in enumerate(layers[:-1]):
        z = h @ weight.T + bias
        slope = (z > 0).astype(float) if name == "relu" else (f(z + 1e-6) - f(z - 1e-6)) / 2e-6
        h = f(z)
        product.append(np.sqrt((slope**2).mean()))
        assert found["dead_units"][0, k] == (slope == 0).all(0).sum()
        assert found["centres"][0, k] == pytest.approx(h.mean() / np.sqrt((h**2).mean()), abs=1e-4)
        inside = ((z > -5.9) & (z < 5.9)).mean()
        assert found["histograms"][0, k][1:-1].sum() == pytest.approx(inside, abs=1e-3)
        if name == "relu":
            np.testing.assert_allclose(found["alive"][k], slope.mean(0), atol=3e-3)
            assert found["agreements"][0, k] == pytest.approx((h > 0).any(1).mean(), abs=1e-5)
    np.testing.assert_allclose(found["mean_slopes"][0], product, rtol=1e-3)
    assert found["products"][0, 0] == pytest.approx(np.prod(product), rel=3e-3)


def test_lanes_begin_alike_and_one_does_not_change_another():
    alone, both = Run("activations", activations=("tanh",)), Run("activations", activations=("sigmoid", "tanh"))
    alone.step(5)
    both.step(5)
    np.testing.assert_array_equal(alone.metrics["loss/tanh"], both.metrics["loss/tanh"])


def test_a_network_that_runs_away_rests_and_the_others_go_on():
    run = Run("activations", activations=("linear", "tanh"))
    run.step(60)
    assert run.arrays("runaway")["runaway"].tolist() == [True, False]
    assert np.isfinite(run.metrics["loss/linear"]).all()
    assert run.metrics["loss/linear"].max() < 1e4
    assert run.metrics["loss/tanh"][-1] < run.metrics["loss/tanh"][0]
    assert [note.name for note in run.notes][:1] == ["away"]


def test_what_a_call_costs_is_measured_for_each():
    *_, found = Run("activations").execution.experiment.cost()
    assert len(found["forward"]) == len(found["backward"]) == len(NAMES)
    assert (np.asarray(found["forward"]) > 0).all()


@pytest.mark.parametrize(
    ("given", "named"),
    [({"bias": -4.0, "activations": ("relu",)}, "dead"), ({}, "small"), ({"activations": ("tanh",)}, None)],
)
def test_notes_say_what_is_so(given, named):
    assert [note.name for note in Run("activations", **given).notes][:1] == ([named] if named else [])
