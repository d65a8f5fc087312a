"""Data in the plane, against their definitions and scikit-learn."""

import math

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from explainer.lab.planar import PLANAR, principal_components


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", PLANAR)
def test_the_same_generator_draws_the_same_points_within_reach(name):
    x, y = PLANAR[name](120, 0.0, generator())
    again, labels = PLANAR[name](120, 0.0, generator())
    assert (x.shape, x.dtype, y.shape) == ((120, 2), torch.float32, (120,))
    assert y.dtype in (torch.int64, torch.float32)
    assert torch.equal(x, again)
    assert torch.equal(y, labels)
    assert x.abs().max() < 2.1


@pytest.mark.parametrize("name", PLANAR)
def test_noise_moves_points_or_numbers_in_proportion(name):
    found = [torch.cat([part.double().flatten() for part in PLANAR[name](90, s, generator())]) for s in (0, 0.1, 0.2)]
    torch.testing.assert_close(found[2] - found[0], 2 * (found[1] - found[0]), atol=1e-5, rtol=1e-5)
    assert not torch.equal(found[0], found[1])


def test_numbers_are_those_of_their_formulas():
    for name, of in (
        ("plane", lambda a, b: (a + b) / 2),
        ("sine", lambda a, b: math.sin(math.pi * a) * math.cos(math.pi * b / 2)),
    ):
        x, y = PLANAR[name](50, 0.0, generator())
        assert y.tolist() == pytest.approx([of(*row) for row in x.tolist()], abs=1e-6)
    x, y = PLANAR["multi-gaussian"](50, 0.0, generator())
    for row, value in zip(x.tolist(), y.tolist(), strict=True):
        hills = (
            (-1) ** k
            * math.exp(-10 * math.dist(row, (0.6 * math.cos(k * math.pi / 3), 0.6 * math.sin(k * math.pi / 3))) ** 2)
            for k in range(6)
        )
        assert value == pytest.approx(sum(hills), abs=1e-5)


@pytest.mark.parametrize(("name", "load"), [("iris", load_iris), ("wine", load_wine), ("digits", load_digits)])
def test_real_data_are_scikit_learns_by_their_principal_components(name, load):
    x, labels = load(return_X_y=True)
    wanted = PCA(2, svd_solver="full").fit_transform(StandardScaler().fit_transform(x))
    found, y = PLANAR[name](len(x), 0.0, generator())
    order = torch.randperm(len(x), generator=generator()).numpy()
    wanted, signs = wanted[order] / np.abs(wanted).max(), np.sign((wanted[order] * found.numpy()).sum(0))
    np.testing.assert_allclose(found.numpy(), wanted * signs, atol=2e-5)
    assert y.tolist() == labels[order].tolist()
    assert len(PLANAR[name](10, 0.0, generator())[0]) == 10


def test_principal_components_have_a_sign_of_their_own():
    x = np.random.default_rng(0).normal(size=(30, 4))
    np.testing.assert_allclose(principal_components(x), principal_components(np.concatenate([x, x]))[:30], atol=1e-10)


def test_rings_lie_one_in_the_other():
    x, label = PLANAR["rings"](5_000, 0.0, generator())
    radius = x.norm(dim=1)
    own, other = radius[label == 1], radius[label == 0]
    assert own.min() >= 0.45 - 1e-6
    assert own.max() <= 0.65 + 1e-6
    assert ((other <= 0.25 + 1e-6) | ((other >= 0.85 - 1e-6) & (other <= 1 + 1e-6))).all()
    assert 0.1 < float((other < 0.3).float().mean()) < 0.4
