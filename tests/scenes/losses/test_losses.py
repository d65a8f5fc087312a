"""Losses against torch.nn.functional, scikit-learn, SciPy and plain loops."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch
from sklearn.linear_model import LinearRegression, QuantileRegressor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run

ALL = ("mse", "mae", "huber", "quantile")


def test_values_over_the_error_are_torchs():
    run = Run("losses", losses=ALL, delta=1.7, tau=0.3)
    found = run.arrays("errors", "values")
    e, y = torch.tensor(found["errors"]), torch.zeros(161)
    expected = [
        F.mse_loss(e, y, reduction="none"),
        F.l1_loss(e, y, reduction="none"),
        F.huber_loss(e, y, reduction="none", delta=1.7),
        torch.where(-e > 0, 0.3 * -e, -0.7 * -e),
    ]
    np.testing.assert_allclose(found["values"], torch.stack(expected), rtol=1e-5, atol=1e-6)


def test_values_over_the_score_are_torchs_and_numpys():
    run = Run("losses", task="score", scored=("bce", "squared", "hinge", "focal"), gamma=1.5)
    found = run.arrays("errors", "values")
    z = found["errors"].astype(float)
    p = 1 / (1 + np.exp(-z))
    expected = [-np.log(p), (1 - p) ** 2, np.maximum(0, 1 - z), -((1 - p) ** 1.5) * np.log(p)]
    np.testing.assert_allclose(found["values"], expected, rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize("given", [{"losses": ALL}, {"task": "score", "scored": ("bce", "squared", "hinge", "focal")}])
def test_slopes_are_finite_differences_of_the_values(given):
    found = Run("losses", **given).arrays("errors", "values", "slopes")
    step = found["errors"][1] - found["errors"][0]
    central = (found["values"][:, 2:] - found["values"][:, :-2]) / (2 * step)
    kinks = np.abs(np.diff(found["slopes"], axis=1)).max(1, keepdims=True)
    assert (np.abs(central - found["slopes"][:, 1:-1]) <= kinks + 0.02).all()
    smooth = np.abs(found["errors"][1:-1]) > 1.2
    np.testing.assert_allclose(central[:, smooth], found["slopes"][:, 1:-1][:, smooth], atol=0.02)


@pytest.mark.parametrize("seed", [0, 3])
def test_lines_end_where_scikit_learns_do(seed):
    run = Run("losses", seed=seed, losses=("mse", "mae"), lr=0.1)
    points = run.arrays("points")["points"].astype(float)
    run.step(300)
    run.set(lr=0.003)
    run.step(600)
    found = run.arrays("estimates")["estimates"]
    x, y = points[:, :1], points[:, 1]
    least = LinearRegression().fit(x, y)
    np.testing.assert_allclose(found[0], [least.intercept_, least.coef_[0]], atol=1e-3)
    median = QuantileRegressor(quantile=0.5, alpha=0).fit(x, y)
    mine, theirs = (np.abs(y - a - b * x[:, 0]).mean() for a, b in (found[1], (median.intercept_, median.coef_[0])))
    assert mine <= theirs * 1.002


def test_huber_ends_at_the_minimum_of_its_own_loss():
    run = Run("losses", losses=("huber",), delta=0.5)
    points = run.arrays("points")["points"].astype(float)
    run.step(600)

    def huber(parameters):
        e = np.abs(points[:, 1] - parameters[0] - parameters[1] * points[:, 0])
        return np.where(e <= 0.5, e**2 / 2, 0.5 * (e - 0.25)).mean()

    best = scipy.optimize.minimize(huber, [0, 0], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12})
    np.testing.assert_allclose(run.arrays("estimates")["estimates"][0], best.x, atol=2e-3)


def test_a_constant_ends_at_mean_median_and_quantile():
    run = Run("losses", task="constant", losses=("mse", "mae", "quantile"), tau=0.75, seed=2)
    y = np.sort(run.arrays("points")["points"][:, 1].astype(float))
    run.step(400)
    run.set(lr=0.01)
    run.step(400)
    mean, median, quantile = run.arrays("estimates")["estimates"][:, 0]
    assert mean == pytest.approx(y.mean(), abs=1e-4)
    assert y[9] - 0.02 <= median <= y[10] + 0.02
    assert y[14] - 0.02 <= quantile <= y[15] + 0.02


def test_scores_move_as_a_plain_loop_says():
    run = Run("losses", task="score", lr=1.0, scored=("bce", "squared"))
    run.step(300)
    for name in ("bce", "squared"):
        z, path = -6.0, []
        for _ in range(300):
            p = 1 / (1 + np.exp(-z))
            z -= (p - 1) if name == "bce" else 2 * (p - 1) * p * (1 - p)
            path.append(z)
        np.testing.assert_allclose(run.metrics[f"first/{name}"], path, rtol=1e-3, atol=1e-4)


def test_both_divergences_are_scipys_and_reach_a_minimum():
    run = Run("losses", task="shape")
    run.step(600)
    found = run.arrays("places", "hills", "bells", "estimates")
    p = found["hills"].astype(float)

    def divergence(parameters, forward):
        q = np.exp(-(((found["places"] - parameters[0]) / np.exp(parameters[1])) ** 2) / 2)
        q = q / q.sum()
        return scipy.stats.entropy(p, q) if forward else scipy.stats.entropy(q, p)

    for k, forward in enumerate((True, False)):
        own = found["estimates"][k].astype(float)
        name = ("forward", "reverse")[k]
        assert run.metrics[f"loss/{name}"][-1] == pytest.approx(divergence(own, forward), rel=1e-3)
        best = scipy.optimize.minimize(divergence, own, args=(forward,), method="Nelder-Mead")
        np.testing.assert_allclose(own, best.x, atol=5e-3)
    mean = (p * found["places"]).sum()
    deviation = np.sqrt((p * (found["places"] - mean) ** 2).sum())  # forward: moments are matched
    np.testing.assert_allclose(
        [found["estimates"][0, 0], np.exp(found["estimates"][0, 1])], [mean, deviation], atol=5e-3
    )


def test_pulls_and_shares_are_the_slopes_at_the_points():
    run = Run("losses", selected=2)
    run.step(20)
    found = run.arrays("points", "feet", "pulls", "shares", "estimates")
    x, y = found["points"].astype(float).T
    level, slope = found["estimates"][2]
    np.testing.assert_allclose(found["feet"][:, 1], level + slope * x, atol=1e-5)
    pull = np.clip(level + slope * x - y, -1, 1)
    np.testing.assert_allclose(found["pulls"][:, 1], -0.4 * pull, atol=1e-5)
    level, slope = found["estimates"][0]
    size = np.abs(level + slope * x - y)
    np.testing.assert_allclose(found["shares"][0], size / size.sum(), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["shares"][1], 1 / 20, rtol=1e-5)


def test_what_cannot_be_is_refused():
    with pytest.raises(Refused, match="give 1 to 16 of mse, mae"):
        Run("losses", losses=())
    with pytest.raises(Refused, match="score has no points"):
        Run("losses", task="score").act("move_point", index=0, x=0.0, y=0.0)


@pytest.mark.parametrize("margin", [0.3, 1.0, 1.7])
def test_losses_of_pairs_and_their_slopes_are_those_of_torch(margin):
    found = Run("losses", margin=margin).arrays("distances", "pair_values", "pair_slopes")
    d = torch.tensor(found["distances"], dtype=torch.float64, requires_grad=True)
    near, zero = torch.full_like(d, 0.5)[:, None], torch.zeros_like(d)[:, None]
    expected = [
        F.mse_loss(d, torch.zeros_like(d), reduction="none") / 2,
        F.hinge_embedding_loss(d, -torch.ones_like(d), margin=margin, reduction="none") ** 2 / 2,
        F.triplet_margin_loss(zero, near, d[:, None], margin=margin, eps=0.0, reduction="none"),
    ]
    np.testing.assert_allclose(found["pair_values"], torch.stack(expected).detach(), atol=1e-5)
    slopes = [torch.autograd.grad(each.sum(), d)[0] for each in expected]
    kink = (found["distances"] - margin, found["distances"] - margin - 0.5)
    away = (np.abs(kink[0]) > 0.02) & (np.abs(kink[1]) > 0.02) & (found["distances"] > 0)
    np.testing.assert_allclose(found["pair_slopes"][:, away], torch.stack(slopes)[:, away], atol=1e-5)


def test_dice_and_cross_entropy_of_a_mask_are_those_of_a_plain_image():
    found = Run("losses").arrays("filled", "mask_values", "mask_slopes")
    image = torch.zeros(100, dtype=torch.float64)
    image[:5] = 1
    for k in (0, 40, 120, 150):
        p = torch.tensor(float(found["filled"][k]), dtype=torch.float64, requires_grad=True)
        said = image * p
        dice = 1 - 2 * (said * image).sum() / (said.sum() + image.sum())
        entropy = F.binary_cross_entropy(said, image)
        np.testing.assert_allclose(found["mask_values"][:, k], [dice.item(), entropy.item()], rtol=1e-4, atol=1e-6)
        slopes = [float(torch.autograd.grad(each, p, retain_graph=True)[0]) for each in (dice, entropy)]
        np.testing.assert_allclose(found["mask_slopes"][:, k], slopes, rtol=1e-4)


@pytest.mark.parametrize("weight", [1.0, 3.0, 20.0])
def test_reductions_of_a_weighted_batch_are_sums_by_hand(weight):
    found = Run("losses", weight=weight).arrays(
        "batch_names", "batch_chances", "batch_losses", "batch_weighted", "batch_pulls", "reduced"
    )
    chances = 1 / (1 + np.exp(-np.array([2.0, 1.0, 0.5, -1.0])))
    weights = np.where(found["batch_names"] == "rare", weight, 1.0)
    assert weights.sum() == 3 + weight
    np.testing.assert_allclose(found["batch_chances"], chances, rtol=1e-6)
    np.testing.assert_allclose(found["batch_losses"], -np.log(chances), rtol=1e-5)
    np.testing.assert_allclose(found["batch_weighted"], -weights * np.log(chances), rtol=1e-5)
    np.testing.assert_allclose(found["batch_pulls"], weights * (1 - chances) / weights.sum(), rtol=1e-5)
    total = -(weights * np.log(chances)).sum()
    np.testing.assert_allclose(found["reduced"], [total, total / weights.sum(), total / 4], rtol=1e-5)


def test_pos_weight_divides_by_the_number_of_examples_as_the_lesson_says():
    z, y = torch.tensor([2.0, -1.0]), torch.tensor([0.0, 1.0])
    loss = F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(3.0))
    by_hand = (math.log1p(math.exp(2.0)) + 3 * math.log1p(math.exp(1.0))) / 2
    assert loss.item() == pytest.approx(by_hand, rel=1e-6)
