"""Slices, directions, paths and sharpness, against plain loops over a network's own forward and the full Hessian."""

import copy

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.scenes.loss_landscape.landscape import flat, principal_plane, put


def after(steps, **given):
    """A small run's experiment."""
    run = Run("loss-landscape", **{"blocks": 1, "width": 6, **given})
    run.step(steps)
    return run


def found(parts):
    """All that a side job yields."""
    return {name: array for part in parts for name, array in part.items()}


def plain_loss(own, k, theta):
    """The loss of a copy with these weights, in training mode, by the network's own forward."""
    network = copy.deepcopy(own.networks[k]).train()
    put(network, theta)
    with torch.no_grad():
        return float(F.cross_entropy(network(own.train_x[:200]), own.train_y[:200]))


@pytest.mark.parametrize("normalization", ["filter", "layer", "none"])
def test_a_slice_is_the_loss_of_the_network_at_each_place(normalization):
    own = after(3).execution.experiment
    slices = found(own.slices(normalization, 5, 0.7, 1.0))
    for k in range(2):
        landscape, generator = own.looked_at(k), torch.Generator().manual_seed(5)
        one, other = (landscape.direction(landscape.theta, normalization, generator) for _ in range(2))
        for row, column in ((0, 0), (12, 12), (20, 3)):
            x, y = slices["slice_at"][column], slices["slice_at"][row]
            expected = plain_loss(own, k, landscape.theta + x * one + y * other)
            assert float(slices["slice_loss"][k, row, column]) == pytest.approx(expected, rel=2e-4)


def test_directions_are_as_long_as_units_layers_or_the_whole():
    landscape = after(2).execution.experiment.looked_at(1)
    own = landscape.named(landscape.theta)
    made = {
        name: landscape.named(landscape.direction(landscape.theta, name, torch.Generator().manual_seed(1)))
        for name in ("filter", "layer", "none")
    }
    for name, weight in own.items():
        if weight.ndim == 1:
            assert not made["filter"][name].any()
            assert not made["layer"][name].any()
        else:
            torch.testing.assert_close(made["filter"][name].norm(dim=1), weight.norm(dim=1))
            torch.testing.assert_close(made["layer"][name].norm(), weight.norm())
    whole = torch.cat([part.flatten() for part in made["none"].values()])
    torch.testing.assert_close(whole.norm(), landscape.theta.norm())


@pytest.mark.parametrize("networks", ["plain,residual", "plain-bare,residual-bare"])
def test_stretched_weights_are_the_same_function_and_unit_by_unit_the_same_slice(networks):
    own = after(8, networks=networks, blocks=2).execution.experiment
    for k in range(2):
        landscape = own.looked_at(k)
        for c in (0.5, 2.0):
            other = landscape.stretched(landscape.theta, c)
            assert float((other - landscape.theta).norm()) > 0.1
            assert plain_loss(own, k, other) == pytest.approx(plain_loss(own, k, landscape.theta), rel=1e-3)
    if "bare" not in networks:
        one, other = (found(own.slices("filter", 0, 0.5, c))["slice_loss"] for c in (1.0, 2.0))
        torch.testing.assert_close(one, other, rtol=5e-3, atol=5e-3)
        one, other = (found(own.slices("none", 0, 0.5, c))["slice_loss"] for c in (1.0, 2.0))
        assert float((one - other).abs().max()) > 0.05


def test_sharpness_is_the_largest_eigenvalue_of_the_full_hessian():
    own = after(20, networks="residual", width=4).execution.experiment
    landscape = own.looked_at(0)
    hessian = torch.autograd.functional.hessian(landscape.loss, landscape.theta)
    values = torch.linalg.eigvalsh(hessian.double())
    largest = float(values[values.abs().argmax()])
    vector = torch.randn(len(landscape.theta), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(landscape.hessian_times(landscape.theta, vector), hessian @ vector, rtol=1e-3, atol=1e-3)
    assert float(found(own.sharpness())["sharpness"][1, 0]) == pytest.approx(largest, rel=0.1)


def test_the_plane_of_a_path_is_that_of_scikit_learns_components():
    generator = torch.Generator().manual_seed(0)
    path = torch.randn(12, 40, generator=generator).cumsum(0)
    directions, points, shares = principal_plane(path)
    away = (path - path[-1]).numpy().astype(float)
    twice = np.concatenate([away, -away])
    theirs = PCA(2, svd_solver="full").fit(twice)
    np.testing.assert_allclose(directions.abs().numpy(), np.abs(theirs.components_), atol=1e-3)
    np.testing.assert_allclose(shares.numpy(), theirs.explained_variance_ratio_, rtol=1e-4)
    np.testing.assert_allclose(points.abs().numpy(), np.abs(theirs.transform(twice)[:12]), atol=1e-2)


def test_the_path_ends_in_the_middle_and_its_snapshots_are_the_weights_of_their_steps():
    run = after(12)
    own = run.execution.experiment
    assert own.steps_kept == [0, 5, 10]
    kept = [snapshots.clone() for snapshots in own.snapshots]
    plane = found(own.path(1))
    np.testing.assert_allclose(plane["path_points"][-1].numpy(), 0, atol=1e-6)
    assert plane["path_steps"].tolist() == [0, 5, 10, 12]
    run.seek(5)
    torch.testing.assert_close(flat(own.networks[1]), kept[1][1], rtol=0, atol=0)


def test_snapshots_are_thinned_and_never_many():
    own = after(400, networks="plain", width=4, batch=4).execution.experiment
    assert len(own.steps_kept) < 33
    assert own.steps_kept[0] == 0
    assert set(np.diff(own.steps_kept)) == {own.every}
    assert len(own.snapshots[0]) == len(own.steps_kept)


def test_lines_begin_and_end_at_the_losses_of_the_networks():
    own = after(6, networks="residual,twin").execution.experiment
    line = found(own.lines())
    now = int((line["line_at"] - 1).abs().argmin())
    for k in range(2):
        theta = own.snapshots[k][0] + line["line_at"][now] * (flat(own.networks[k]) - own.snapshots[k][0])
        assert float(line["line_loss"][k, now]) == pytest.approx(plain_loss(own, k, theta), rel=1e-3)
    for place, k in ((0, 0), (-1, 1)):
        expected = plain_loss(own, k, flat(own.networks[k]))
        assert float(line["between_loss"][place]) == pytest.approx(expected, rel=1e-3)


def test_a_step_is_that_of_torch_and_a_jump_goes_where_the_slice_says():
    run = after(4, networks="residual")
    own, before = run.execution.experiment, flat(run.execution.experiment.networks[0])
    landscape = own.looked_at(0)
    generator = torch.Generator().manual_seed(7)
    one, other = (landscape.direction(before, "filter", generator) for _ in range(2))
    run.act("jump", network=0, x=0.5, y=-0.25, normalization="filter", directions=7)
    torch.testing.assert_close(flat(own.networks[0]), before + 0.5 * one - 0.25 * other)
    theirs = copy.deepcopy(own.networks[0])
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05)
    run.step(1)
    loss = F.cross_entropy(theirs(own.train_x[own.index]), own.train_y[own.index])
    loss.backward()
    optimizer.step()
    torch.testing.assert_close(flat(own.networks[0]), flat(theirs))
    assert run.metrics["loss/residual"][-1] == pytest.approx(loss.item(), rel=1e-6)
    with pytest.raises(Refused, match="there are networks 0 to 0"):
        run.act("jump", network=1, x=0.0, y=0.0, normalization="filter", directions=0)


def test_shares_moves_and_counts_are_those_of_a_plain_loop():
    run = after(5)
    own, told = run.execution.experiment, run.arrays("correct", "moved", "weights")
    for k, network in enumerate(own.networks):
        copied = copy.deepcopy(network).eval()
        with torch.no_grad():
            hits = (copied(own.test_x).argmax(1) == own.test_y).double().mean()
        assert told["correct"][1, k] == pytest.approx(float(hits))
        first = own.snapshots[k][0]
        assert told["moved"][k] == pytest.approx(float((flat(network) - first).norm() / first.norm()), rel=1e-5)
        assert told["weights"][k] == sum(p.numel() for p in network.parameters())


def test_a_twin_needs_the_one_whose_twin_it_is():
    with pytest.raises(Refused, match="add residual"):
        Run("loss-landscape", networks="twin,plain")


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({"blocks": 9, "width": 32}, 100, {"degraded"}),
        ({"blocks": 1, "width": 32}, 100, set()),
        ({"blocks": 9, "width": 32, "networks": "plain"}, 100, set()),
        ({"blocks": 9, "width": 32}, 20, set()),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    assert {note.name for note in after(steps, **given).notes} == named
