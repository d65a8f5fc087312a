"""The numbers that the lesson tells are those that its links show."""

import numpy as np
import pytest

from explainer import Run

LOOKUP = {"weights": "trained", "d_model": 32, "heads": 1, "text": "a cat and a dog"}


def arrays(**given):
    return Run("attention", **given).arrays("*")


def cat(**given):
    """The weight that “its” gives to “cat”."""
    return arrays(**given)["final_weights"][0, 3, 1]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, 0.68),
        ({"query": (4.71, 1.5)}, 0.98),
        ({"query": (0.01, 0.0)}, 0.20),
        ({"temperature": 0.2}, 0.998),
        ({"kind": "cross"}, 0.68),
    ],
)
def test_what_its_reads_from_cat(given, told):
    assert cat(**given) == pytest.approx(told, abs=0.005)


def test_who_reads_from_whom_is_not_symmetric():
    assert arrays()["final_weights"][0, 1, 3] == pytest.approx(0.02, abs=0.005)


@pytest.mark.parametrize(("temperature", "norm"), [(0.2, 0.004), (1.0, 0.35), (10.0, 0.40)])
def test_the_jacobian_vanishes_as_the_temperature_falls(temperature, norm):
    assert np.linalg.norm(arrays(temperature=temperature)["jacobian"][0]) == pytest.approx(norm, abs=0.005)


@pytest.mark.parametrize(("d", "told"), [(4, (0.34, 0.53, 0.36, 0.34)), (64, (0.36, 0.87, 0.36, 0.15)),
                                         (256, (0.35, 0.94, 0.37, 0.09))])  # fmt: skip
def test_the_table_of_widths(d, told):
    found = arrays()
    at = found["saturation_width"].tolist().index(d)
    shown = [*found["saturation_weight"][:, at], *found["saturation_gradient"][:, at]]
    np.testing.assert_allclose(shown, told, atol=0.0051)


@pytest.mark.parametrize(("scale", "told"), [(True, 0.43), (False, 0.91)])
def test_a_wide_head_with_and_without_the_division(scale, told):
    found = arrays(weights="random", d_model=64, heads=1, scale=scale)
    assert found["final_weights"].max(-1).mean() == pytest.approx(told, abs=0.006)


def test_random_projections_have_most_of_the_possible_entropy():
    shares = [
        Run("attention", seed=seed, weights="random", d_model=8, heads=2).arrays("*")["row_entropy"].mean()
        for seed in range(50)
    ]
    assert np.mean(shares) / np.log(5) == pytest.approx(0.86, abs=0.005)


def test_the_look_ups():
    same = arrays(lookup="match", **LOOKUP)["final_weights"][0]
    np.testing.assert_allclose(same[[0, 0, 3, 3], [0, 3, 0, 3]], 0.5, atol=0.005)
    assert (same[[1, 2, 4], [1, 2, 4]] >= 0.95).all()
    before = arrays(lookup="previous", position="random", **LOOKUP)["final_weights"][0]
    assert (before[range(1, 5), range(4)] >= 0.965).all()
    np.testing.assert_allclose(arrays(lookup="average", **LOOKUP)["final_weights"], 0.2, atol=0.005)


@pytest.mark.parametrize(
    ("position", "first", "last"),
    [("none", 1.63, 0.84), ("random", 1.96, 0.18), ("rotary", 1.63, 0.005), ("sinusoidal", 1.94, 0.67),
     ("alibi", 1.63, 0.84)],
)  # fmt: skip
def test_which_positions_do_for_the_previous_token(position, first, last):
    losses = arrays(lookup="previous", position=position, **LOOKUP)["training_loss"]
    assert losses[0] == pytest.approx(first, abs=0.005)
    assert losses[-20:].mean() == pytest.approx(last, abs=0.005)


@pytest.mark.parametrize(("position", "apart"), [("none", 0.0), ("sinusoidal", 0.59)])
def test_order_is_nothing_without_positions(position, apart):
    outputs = []
    for text, place in (("the dog bit the man", 1), ("the man bit the dog", 4)):
        run = Run("attention", weights="random", d_model=8, heads=2, position=position, text=text)
        run.step(8)
        outputs.append(run.frame["output"][place])
    assert np.abs(outputs[0] - outputs[1]).max() == pytest.approx(apart, abs=0.005)
