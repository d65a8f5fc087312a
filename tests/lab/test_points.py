"""Points in the plane, against their definitions."""

import math

import pytest
import torch

from explainer.lab.points import POINTS, gaussians, moons, ring, spirals, xor


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", POINTS)
def test_classes_take_turns_and_the_same_generator_draws_the_same(name):
    x, label = POINTS[name](200, 0.1, generator())
    again, _ = POINTS[name](200, 0.1, generator())
    other, _ = POINTS[name](200, 0.1, generator(1))
    assert (x.shape, x.dtype, label.dtype) == ((200, 2), torch.float32, torch.int64)
    assert label.tolist() == [0, 1] * 100
    assert torch.equal(x, again)
    assert not torch.equal(x, other)


@pytest.mark.parametrize("name", POINTS)
def test_noise_is_added_to_the_same_points(name):
    """So that dragging it moves every point along a line, and changes nothing else."""
    found = [POINTS[name](100, noise, generator())[0].double() for noise in (0.0, 0.1, 0.2)]
    torch.testing.assert_close(found[2] - found[0], 2 * (found[1] - found[0]), atol=1e-5, rtol=1e-5)
    size = 2.0 if name == "spirals" else 1.0
    assert float((found[1] - found[0]).std()) == pytest.approx(0.1 * size, rel=0.2)


def test_the_ring_lies_around_the_disc_and_both_are_evenly_filled():
    x, label = ring(20_000, generator=generator())
    radius = x.norm(dim=1)
    inner, outer = radius[label == 1], radius[label == 0]
    assert inner.max() <= 0.5 < 0.75 <= outer.min() + 1e-6
    assert outer.max() <= 1 + 1e-6
    assert float((inner < 0.25).float().mean()) == pytest.approx(0.25, abs=0.02), "a quarter of the disc's area"


def test_xor_is_of_class_1_where_signs_differ():
    x, label = xor(1_000, generator=generator())
    assert torch.equal((x[:, 0] * x[:, 1] < 0).long(), label)
    assert x.abs().max() <= 1
    assert float(x.mean().abs()) < 0.1


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_gaussians_are_round_heaps_about_the_unit_circle(classes):
    x, label = gaussians(3_000 * classes, generator=generator(), classes=classes)
    for one in range(classes):
        own = x[label == one]
        angle = 2 * math.pi * one / classes + math.pi / 4
        torch.testing.assert_close(own.mean(0), torch.tensor([math.cos(angle), math.sin(angle)]), atol=0.02, rtol=0)
        torch.testing.assert_close(own.T.cov(), 0.04 * torch.eye(2), atol=0.005, rtol=0)


def test_moons_are_half_circles_as_scikit_learn_has_them():
    x, label = moons(500, generator=generator())
    upper, lower = x[label == 0], x[label == 1]
    torch.testing.assert_close(upper.norm(dim=1), torch.ones(250))
    torch.testing.assert_close((lower - torch.tensor([1.0, 0.5])).norm(dim=1), torch.ones(250))
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5


def test_the_second_spiral_is_the_first_one_turned_by_half_a_turn():
    x, label = spirals(1_000, generator=generator(), turns=1.0)
    radius, angle = x.norm(dim=1), torch.atan2(x[:, 1], x[:, 0])
    expected = math.pi * radius + math.pi * label
    gap = (angle - expected).remainder(2 * math.pi)
    assert torch.minimum(gap, 2 * math.pi - gap).max() < 1e-4
    assert radius.max() <= 2
