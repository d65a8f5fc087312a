"""Every number of regularization's scene, against scikit-learn, torch's own optimizers, SciPy and closed forms."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.lab.batches import batch_of_epoch
from explainer.scenes.regularization.linear import ALPHAS, PERSONS, path, reach, shrunk, within_ball

SMALL = {"examples": 40, "width": 16, "batch": 10}
RATIOS = {"l1": 1.0, "elastic": 0.5, "l2": 0.0}


def small(**given):
    return Run("regularization", seed=1, **{**SMALL, **given})


def persons(run):
    live = run.execution.experiment.drawings[0].persons
    return live.x, live.y, live.new_x, live.new_y


def test_the_ten_weights_are_those_of_scikit_learn():
    from sklearn.linear_model import ElasticNet, Ridge, lasso_path

    run = small(penalty="l1")
    x, y, new_x, new_y = persons(run)
    assert x.shape == (PERSONS, 10)
    assert new_x.shape == (442 - PERSONS, 10)
    found = run.arrays("ten_path", "ten_errors")
    _, weights, _ = lasso_path(x, y, alphas=ALPHAS[20::20], tol=1e-9, max_iter=100_000)
    np.testing.assert_allclose(found["ten_path"][20::20], weights.T[::-1], atol=1e-4)
    np.testing.assert_array_equal(found["ten_path"][20::20] == 0, weights.T[::-1] == 0)
    assert found["ten_errors"][20, 0] == pytest.approx(np.mean((x @ weights[:, -1] - y) ** 2), rel=1e-3)
    told = np.mean((new_x @ weights[:, -1] - new_y) ** 2) / np.var(new_y)
    assert found["ten_errors"][20, 1] == pytest.approx(told, rel=1e-3)
    ridge, net = (small(penalty=penalty).arrays("ten_path")["ten_path"] for penalty in ("l2", "elastic"))
    for k in (20, 60, 90):
        theirs = Ridge(PERSONS * ALPHAS[k], fit_intercept=False).fit(x, y).coef_
        np.testing.assert_allclose(ridge[k], theirs, atol=1e-8)
        mixed = ElasticNet(ALPHAS[k], l1_ratio=0.5, fit_intercept=False, tol=1e-9, max_iter=100_000).fit(x, y).coef_
        np.testing.assert_allclose(net[k], mixed, atol=1e-4)


def test_what_is_within_the_ball_is_what_scipy_finds():
    from scipy.optimize import minimize

    x, y, _, _ = persons(small())
    hessian, slope = x.T @ x / len(x), x.T @ y / len(x)
    radii = np.array([0.1, 0.5, 50.0])
    for radius, weights in zip(radii, within_ball(hessian, slope, radii), strict=True):
        held = {"type": "ineq", "fun": lambda w, radius=radius: radius**2 - w @ w}
        theirs = minimize(lambda w: w @ hessian @ w / 2 - slope @ w, np.zeros(10), constraints=[held], tol=1e-12)
        np.testing.assert_allclose(weights, theirs.x, atol=2e-3)
        assert np.linalg.norm(weights) <= radius + 1e-6


@pytest.mark.parametrize("penalty", ["l1", "elastic", "l2", "max_norm"])
def test_no_place_nearby_that_the_penalty_allows_has_a_lower_loss(penalty):
    run = small(penalty=penalty, alpha=0.4, correlation=-0.5, lowest=(1.3, -0.7))
    found = run.arrays("spots", "region", "touching", "two_path", "contours", "corners")
    hessian, lowest = np.array([[1, -0.5], [-0.5, 1]]), np.array([1.3, -0.7])

    def loss(w):
        return np.einsum("...i,ij,...j->...", w - lowest, hessian, w - lowest) / 2

    best = found["spots"][1]
    np.testing.assert_allclose(found["spots"][0], lowest)
    np.testing.assert_allclose(found["spots"][2], found["region"][0])
    assert loss(found["region"]).min() >= loss(best) - 1e-9
    np.testing.assert_allclose(loss(found["touching"]), loss(best), rtol=1e-9)
    grid = np.stack(np.meshgrid(*[np.linspace(-2, 2, 161)] * 2), -1)
    if penalty == "max_norm":
        np.testing.assert_allclose(np.linalg.norm(found["region"], axis=1), 0.4)
        assert loss(grid[np.linalg.norm(grid, axis=-1) <= 0.4]).min() >= loss(best) - 1e-9
    else:
        r = RATIOS[penalty]

        def added(w):
            return 0.4 * (r * np.abs(w).sum(-1) + (1 - r) / 2 * np.square(w).sum(-1))

        assert (loss(grid) + added(grid)).min() >= loss(best) + added(best) - 1e-9
        np.testing.assert_allclose(added(found["region"]), added(best), rtol=1e-9)
        np.testing.assert_allclose(added(found["corners"][:, None] * [1, 0]), added(found["two_path"]), atol=1e-12)
    rings = np.split(found["contours"], 6)
    for k, ring in enumerate(rings):
        np.testing.assert_allclose(loss(ring[:-1]), (0.45 * (k + 1)) ** 2 / 2)


def test_the_closed_forms_of_one_weight():
    one, slope = np.eye(1), np.array([0.8])
    alphas = np.array([0.0, 0.3, 0.9])
    np.testing.assert_allclose(shrunk(one, slope, alphas, 1.0)[:, 0], [0.8, 0.5, 0.0], atol=1e-12)
    np.testing.assert_allclose(shrunk(one, slope, alphas, 0.0)[:, 0], 0.8 / (1 + alphas), atol=1e-12)
    np.testing.assert_allclose(path("max_norm", one, slope, np.array([0.5, 2.0]))[:, 0], [0.5, 0.8], atol=1e-9)
    np.testing.assert_allclose(reach("l1", np.array([0.3, -0.2]), np.zeros(1), np.array([[1.0, 0.0]])), 0.5)


@pytest.mark.parametrize(("penalty", "prior"), [("l1", "laplace"), ("l2", "norm")])
def test_beliefs_are_scipys_densities(penalty, prior):
    from scipy import stats

    found = small(penalty=penalty, alpha=0.5, lowest=(0.9, 0.0)).arrays("sizes", "beliefs", "estimates")
    at = found["sizes"]
    scale = 1 / 5 if penalty == "l1" else 1 / np.sqrt(5)
    before = getattr(stats, prior).pdf(at, scale=scale)
    likely = stats.norm.pdf(at, 0.9, 1 / np.sqrt(10))
    after = before * likely
    for k, each in enumerate((before, likely, after)):
        np.testing.assert_allclose(found["beliefs"][k], each / each.max(), atol=1e-9)
    assert found["estimates"][1] == pytest.approx(at[after.argmax()], abs=0.006)
    assert found["estimates"][2] == pytest.approx((after * at).sum() / after.sum())


@pytest.mark.parametrize("penalty", ["l1", "l2", "elastic", "prox", "decay", "max_norm"])
def test_updates_are_those_of_torchs_optimizer_and_the_formula(penalty):
    run = small(penalty=penalty, weight_decay=0.02, max_norm=0.6, label_smoothing=0.1)
    live = run.execution.experiment
    net = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
    net.load_state_dict(live.held.state_dict())
    weights = [net[0].weight, net[2].weight]
    groups = [
        {"params": weights, "weight_decay": 0.02 if penalty == "l2" else 0.0},
        {"params": [net[0].bias, net[2].bias]},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    for step in range(12):
        index = batch_of_epoch(step, 40, 10, live.orders)
        loss = F.cross_entropy(net(live.train_x[index]), live.given[index], label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for weight in weights:
                if penalty == "l1":
                    weight.grad += 0.02 * weight.sign()
                if penalty == "elastic":
                    weight.grad += 0.01 * weight.sign() + 0.01 * weight
                if penalty == "decay":
                    weight -= 0.1 * 0.02 * weight
            optimizer.step()
            for weight in weights:
                if penalty == "prox":
                    weight.copy_(F.softshrink(weight, 0.1 * 0.02))
                if penalty == "max_norm":
                    weight.copy_(torch.renorm(weight, 2, 0, 0.6))
    run.step(12)
    for ours, theirs in zip(live.held.parameters(), net.parameters(), strict=True):
        torch.testing.assert_close(ours.detach(), theirs.detach(), rtol=1e-4, atol=1e-6)
    assert run.metrics["loss/held"][-1] == pytest.approx(loss.item(), rel=1e-4)


def test_shares_lengths_and_counts_are_those_of_the_weights():
    run = small(penalty="prox", weight_decay=0.05)
    run.step(40)
    live, found = run.execution.experiment, run.arrays("counts", "edges", "unit_largest", "units_in")
    held, plain = (
        np.concatenate([net[k].weight.detach().numpy().ravel() for k in (0, 2)]) for net in (live.held, live.plain)
    )
    assert run.metrics["norm/held"][-1] == pytest.approx(np.linalg.norm(held), rel=1e-5)
    assert run.metrics["norm/plain"][-1] == pytest.approx(np.linalg.norm(plain), rel=1e-5)
    assert run.metrics["zero"][-1] == pytest.approx((held == 0).mean())
    assert 0 < run.metrics["zero"][-1] < run.metrics["near"][-1] == pytest.approx((np.abs(held) < 0.01).mean())
    largest = np.abs(live.held[0].weight.detach().numpy()).max(1)
    np.testing.assert_array_equal(found["unit_largest"], largest)
    assert run.metrics["units"][-1] == (largest >= 0.01).sum()
    np.testing.assert_array_equal(found["units_in"].reshape(16, 64), live.held[0].weight.detach().numpy())
    for row, each in zip(found["counts"], (held, plain), strict=True):
        counts = np.histogram(each.clip(-0.61, 0.61), 61, (-0.61, 0.61))[0]
        assert np.abs(row - counts).sum() <= 2
        assert row.sum() == each.size


def test_stopping_takes_the_epoch_of_lowest_validation_loss():
    run = small(noise=0.6)
    live = run.execution.experiment
    with torch.no_grad():
        lowest = [float(F.cross_entropy(live.plain(live.valid_x), live.valid_y))] * 2
        stopped = [float((live.plain(live.test_x).argmax(1) == live.test_y).float().mean())] * 2
    run.step(1)
    assert run.metrics["stopped/plain"][-1] == pytest.approx(stopped[1])
    run.step(3)
    for _ in range(15):
        for k, net in enumerate((live.held, live.plain)):
            with torch.no_grad():
                loss = float(F.cross_entropy(net(live.valid_x), live.valid_y))
                right = float((net(live.test_x).argmax(1) == live.test_y).float().mean())
                train = float((net(live.train_x).argmax(1) == live.given).float().mean())
            if loss < lowest[k]:
                lowest[k], stopped[k] = loss, right
            lane = ("held", "plain")[k]
            assert run.metrics[f"stopped/{lane}"][-1] == pytest.approx(stopped[k])
            assert run.metrics[f"test/{lane}"][-1] == pytest.approx(right)
            assert run.metrics[f"train/{lane}"][-1] == pytest.approx(train)
        run.step(4)


@pytest.mark.parametrize("penalty", ["elastic", "max_norm"])
def test_a_network_beside_the_run_learns_as_the_run_does(penalty):
    run = small(penalty=penalty)
    live = run.execution.experiment
    parts = [part for part in live.sweep() if part]
    strengths, right = parts[-1]["strengths"], np.asarray(parts[-1]["sweep_right"])
    place = 2
    name = "max_norm" if penalty == "max_norm" else "weight_decay"
    same = small(penalty=penalty, **{name: float(strengths[place])})
    same.step(400)
    assert right[0, place] == pytest.approx(same.metrics["train/held"][-1], abs=0.03)
    assert right[1, place] == pytest.approx(same.metrics["test/held"][-1], abs=0.02)
    assert right[3, place] == pytest.approx(same.metrics["test/plain"][-1], abs=0.02)


def test_decay_beside_the_step_is_l2_for_sgd_and_adamw_for_adam():
    live = small().execution.experiment
    (found,) = [part["decay_norms"] for part in live.decays() if part]
    assert found[0, 3] < 1e-3 * found[0, 1]
    assert found[1, 3] > 0.1
    for row, (make, lr) in enumerate(((torch.optim.SGD, 0.1), (None, 0.1), (torch.optim.Adam, 0.1 / 30))):
        if make is None:
            continue
        for column, decay in ((0, 0.0), (1, 0.01), (2, 0.01)):
            live.draw_from("weights")
            net = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
            kind = torch.optim.AdamW if make is torch.optim.Adam and column == 2 else make
            groups = [
                {"params": [net[0].weight, net[2].weight], "weight_decay": decay},
                {"params": [net[0].bias, net[2].bias], "weight_decay": 0.0},
            ]
            optimizer = kind(groups, lr=lr)
            for step in range(200):
                index = batch_of_epoch(step, 40, 10, live.orders)
                optimizer.zero_grad()
                F.cross_entropy(net(live.train_x[index]), live.given[index]).backward()
                optimizer.step()
            norm = torch.cat([net[0].weight.flatten(), net[2].weight.flatten()]).norm()
            assert float(found[row, column]) == pytest.approx(float(norm.detach()), rel=1e-3)
