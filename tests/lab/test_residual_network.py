"""The residual network against its formula written out, block by block."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.residual_network import ROUTES, ResidualNetwork


def made(blocks=3, **kind):
    network = ResidualNetwork(6, 8, 4, blocks, torch.Generator().manual_seed(1), **kind).double()
    draws = torch.Generator().manual_seed(2)
    for name, value in network.named_parameters():
        if "norm" in name or name.endswith("bias"):
            value.data += 0.3 * torch.randn(value.shape, generator=draws, dtype=value.dtype)
    return network, torch.randn(16, 6, generator=draws, dtype=torch.float64)


def normalized(h, weights, name):
    if f"{name}.weight" not in weights:
        return h
    spread = h.var(0, correction=0) + 1e-5
    return (h - h.mean(0)) / spread.sqrt() * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def by_formula(network, x, routes):
    weights, relu = network.state_dict(), F.relu

    def dense(name, h):
        return h @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    h = normalized(dense("stem", x), weights, "stem_norm")
    h = h if network.pre else relu(h)
    for k, route in enumerate(routes):
        own = f"blocks.{k}"
        if network.pre:
            inner = dense(f"{own}.first", relu(normalized(h, weights, f"{own}.norms.0")))
            branch = dense(f"{own}.second", relu(normalized(inner, weights, f"{own}.norms.1")))
            h = {"both": h + branch, "branch": branch, "skip": h}[route]
        else:
            inner = relu(normalized(dense(f"{own}.first", h), weights, f"{own}.norms.0"))
            branch = normalized(dense(f"{own}.second", inner), weights, f"{own}.norms.1")
            h = {"both": relu(h + branch), "branch": relu(branch), "skip": h}[route]
    return dense("head", relu(normalized(h, weights, "head_norm")) if network.pre else h)


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("pre", [True, False])
def test_scores_are_those_of_the_formula_whatever_route_each_block_takes(norm, pre):
    network, x = made(norm=norm, pre=pre)
    for routes in (("both",) * 3, ("branch",) * 3, ("skip", "both", "branch"), tuple(ROUTES)):
        torch.testing.assert_close(network(x, routes), by_formula(network, x, routes))
    assert torch.equal(network(x), network(x, ["both"] * 3))


def test_without_skips_every_block_is_its_branch():
    network, x = made(skip=False)
    assert torch.equal(network(x), network(x, ["branch"] * 3))


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("pre", [True, False])
def test_blocks_that_start_at_zero_are_the_identity(norm, pre):
    network = ResidualNetwork(6, 8, 4, 5, torch.Generator().manual_seed(1), norm=norm, pre=pre, zero=True)
    x = torch.randn(16, 6, generator=torch.Generator().manual_seed(2))
    assert torch.equal(network(x), network(x, ["skip"] * 5))


def test_the_same_generator_draws_the_same_weights_for_every_kind():
    kinds = ({}, {"skip": False}, {"norm": False}, {"pre": True})
    drawn = [ResidualNetwork(6, 8, 4, 2, torch.Generator().manual_seed(0), **kind) for kind in kinds]
    assert all(torch.equal(drawn[0].blocks[1].first.weight, other.blocks[1].first.weight) for other in drawn[1:])


def test_weights_are_spread_as_he_says():
    network = ResidualNetwork(64, 200, 10, 1, torch.Generator().manual_seed(0))
    assert network.stem.weight.std().item() == pytest.approx((2 / 64) ** 0.5, rel=0.03)
    assert network.blocks[0].second.weight.std().item() == pytest.approx((2 / 200) ** 0.5, rel=0.03)
