"""Every number of initialization's scene, against torch.nn.init, networks trained alone, SciPy and plain loops."""

import math
from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import torch
from torch import nn

from explainer import Refused, Run
from explainer.contract.recipe import stream_seed
from explainer.lab.digits import standardized_digits

TRAIN_X, TRAIN_Y, HELD_X, HELD_Y = (torch.from_numpy(each) for each in standardized_digits())
MODULES = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "linear": nn.Identity, "gelu": nn.GELU}
ACROSS, UP = 8 * 2 + 3, 8 * 5 + 4


def fresh(params, way, seed):
    """A network as PyTorch's own functions begin it, in double."""
    draw = torch.Generator().manual_seed(stream_seed(seed, "weights"))
    fill = {
        "zeros": nn.init.zeros_,
        "constant": lambda w: nn.init.constant_(w, params.constant),
        "small": lambda w: nn.init.normal_(w, 0, 0.01, generator=draw),
        "large": lambda w: nn.init.normal_(w, generator=draw),
        "xavier-normal": lambda w: nn.init.xavier_normal_(w, generator=draw),
        "xavier-uniform": lambda w: nn.init.xavier_uniform_(w, generator=draw),
        "he-normal": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu", generator=draw),
        "he-uniform": lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu", generator=draw),
        "orthogonal": lambda w: nn.init.orthogonal_(w, generator=draw),
        "pytorch": lambda w: nn.init.kaiming_uniform_(w, a=math.sqrt(5), generator=draw),
    }[way]
    sizes, parts = [64, *[params.width] * params.depth, 10], []
    for inputs, outputs in pairwise(sizes):
        layer = nn.Linear(inputs, outputs)
        fill(layer.weight)
        with torch.no_grad():
            layer.weight.mul_(params.gain)
            layer.bias.zero_()
            if way == "pytorch":
                layer.bias.uniform_(-(inputs**-0.5), inputs**-0.5, generator=draw)
        parts += [layer, MODULES[params.activation]()]
    return nn.Sequential(*parts[:-1]).double()


def sums_by_hand(network, x):
    """The sums z of every layer, in order."""
    found = []
    for module in network:
        x = module(x)
        if isinstance(module, nn.Linear):
            found.append(x)
    return found


def rms(values):
    """The root mean square of all numbers."""
    return float((values.detach() ** 2).mean().sqrt())


@pytest.mark.parametrize(
    ("ways", "given"),
    [
        (("zeros", "constant", "small", "large", "pytorch", "orthogonal"), {"activation": "tanh"}),
        (("xavier-normal", "xavier-uniform", "he-normal", "he-uniform"), {"activation": "relu", "gain": 1.3}),
        (("pytorch", "large"), {"activation": "sigmoid", "depth": 2, "width": 12, "constant": -0.3}),
    ],
)
def test_each_network_is_one_that_torch_initializes_and_trains_alone(ways, given):
    run = Run("initialization", seed=4, ways=ways, lr=0.05, batch=20, **given)
    before = run.arrays("sizes", "backward")
    run.step(6)
    after = run.arrays("sizes")["sizes"]
    order = torch.Generator().manual_seed(stream_seed(4, "batches"))
    batches = [torch.randint(len(TRAIN_X), (20,), generator=order) for _ in range(6)]
    for k, way in enumerate(ways):
        alone = fresh(run.params, way, 4)
        sums = sums_by_hand(alone, HELD_X.double())
        np.testing.assert_allclose(before["sizes"][k], [rms(z) for z in sums], rtol=1e-4, atol=1e-12)
        slopes = torch.autograd.grad(nn.functional.cross_entropy(sums[-1], HELD_Y, reduction="sum"), sums)
        np.testing.assert_allclose(before["backward"][k], [rms(d) for d in slopes], rtol=2e-4, atol=3e-8)
        optimizer = torch.optim.SGD(alone.parameters(), lr=0.05)
        losses = []
        for chosen in batches:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(alone(TRAIN_X[chosen].double()), TRAIN_Y[chosen])
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
        np.testing.assert_allclose(run.metrics[f"loss/{way}"], losses, rtol=2e-3)
        np.testing.assert_allclose(after[k], [rms(z) for z in sums_by_hand(alone, HELD_X.double())], rtol=5e-3)
        right = float((alone(HELD_X.double()).argmax(1) == HELD_Y).double().mean())
        assert run.metrics[f"accuracy/{way}"][-1] == pytest.approx(right, abs=0.006)
        first = alone[0].weight.detach()
        apart = float((first.amax(0) - first.amin(0)).max())
        assert run.metrics[f"apart/{way}"][-1] == pytest.approx(apart, rel=1e-3, abs=1e-7)


def test_theory_is_the_closed_form_for_relu_and_the_integral_for_tanh():
    lengths = (HELD_X.double() ** 2).sum(1)
    ways, v = ("he-normal", "large", "pytorch"), {"he-normal": lambda n: 2 / n, "large": lambda n: 1.0}
    found = Run("initialization", ways=ways, activation="relu", gain=0.8, noise=0.05).arrays("theory")["theory"]
    for k, way in enumerate(ways[:2]):
        q = float(lengths.mean()) * (0.64 * v[way](64) + 0.0025)
        for each in found[k]:
            assert each == pytest.approx(math.sqrt(q), rel=1e-5)
            q *= 32 * (0.64 * v[way](32) + 0.0025) / 2
    q = float(lengths.mean()) * (0.64 / 192 + 0.0025) + 1 / 192
    assert found[2, 0] == pytest.approx(math.sqrt(q), rel=1e-5)
    assert found[2, 1] == pytest.approx(math.sqrt(q / 2 * 32 * (0.64 / 96 + 0.0025) + 1 / 96), rel=1e-5)
    tanh = Run("initialization", ways=("xavier-normal", "constant")).arrays("theory")["theory"]
    assert np.isnan(tanh[1]).all()
    grid = np.linspace(-9, 9, 4001)
    density = np.exp(-(grid**2) / 2) / math.sqrt(2 * math.pi)
    roots = np.sqrt(lengths.numpy() * 2 / 96)[:, None]
    squares = scipy.integrate.trapezoid(np.tanh(roots * grid) ** 2 * density, grid, axis=1)
    assert tanh[0, 1] == pytest.approx(math.sqrt(squares.mean()), rel=1e-4)


def test_theory_is_the_mean_over_many_draws_of_relu_networks():
    squares = [
        Run("initialization", seed=seed, ways=("xavier-normal",), activation="relu", depth=3, width=16)
        .arrays("sizes")["sizes"][0].astype(float) ** 2
        for seed in range(60)
    ]  # fmt: skip
    theory = Run("initialization", ways=("xavier-normal",), activation="relu", depth=3, width=16).arrays("theory")
    error = np.std(squares, axis=0) / math.sqrt(len(squares))
    assert (np.abs(np.mean(squares, axis=0) - theory["theory"][0] ** 2) < 4 * error).all()


def test_the_curve_over_the_gain_is_what_runs_with_that_gain_have():
    found = Run("initialization", seed=1).arrays("gains", "by_gain")
    for k in (0, 9, 24):
        run = Run("initialization", seed=1, gain=float(found["gains"][k]))
        for row, way in enumerate(run.params.ways):
            sums = sums_by_hand(fresh(run.params, way, 1), HELD_X[::6].double())
            assert found["by_gain"][row, k] == pytest.approx(rms(sums[-2]), rel=1e-4)


def test_copies_stay_copies_and_one_odd_unit_frees_itself_alone():
    run = Run("initialization", ways=("constant", "xavier-normal"), odd=1)
    run.step(30)
    found = run.arrays("kinds", "copies", "templates", "matrix", "pair")
    assert found["kinds"].tolist() == [[2, 1, 1, 1, 1], [32] * 5]
    assert found["copies"].tolist() == [1, *[31] * 31]
    assert len(np.unique(found["templates"][1:].reshape(31, 64), axis=0)) == 1
    assert np.array_equal(found["matrix"], found["templates"].reshape(32, 64))
    assert np.array_equal(found["pair"], found["matrix"][:, [ACROSS, UP]])
    assert np.abs(found["templates"][1] - 0.05).max() > 0.01


def test_kinds_are_counted_as_a_plain_loop_counts_them():
    run = Run("initialization", ways=("constant", "zeros", "small"), depth=2, width=9, odd=5)
    run.step(3)
    kinds = run.arrays("kinds")["kinds"]
    for layer in (1, 2):
        for network in range(3):
            run.set(selected=network, layer=layer)
            rows, seen = run.arrays("matrix")["matrix"], []
            for row in rows:
                if not any(np.abs(row - other).max() <= 1e-6 for other in seen):
                    seen.append(row)
            assert kinds[network, layer - 1] == len(seen)


def test_zeros_with_tanh_move_the_last_bias_alone():
    run = Run("initialization", ways=("zeros",))
    run.step(5)
    for layer in range(1, 7):
        run.set(layer=layer)
        assert not run.arrays("matrix")["matrix"].any()
    sizes = run.arrays("sizes")["sizes"][0]
    assert not sizes[:-1].any()
    assert sizes[-1] > 0


def test_singular_values_and_weights_are_numpys():
    run = Run("initialization", ways=("orthogonal", "he-normal", "pytorch"), layer=2, gain=1.5, noise=0.02)
    run.step(2)
    found = run.arrays("singular", "deviations", "outputs", "edges")
    for k in range(3):
        run.set(selected=k)
        matrix = run.arrays("matrix")["matrix"].astype(float)
        np.testing.assert_allclose(found["singular"][k], np.linalg.svd(matrix, compute_uv=False), rtol=1e-4, atol=1e-5)
        assert found["deviations"][k, 2] == pytest.approx(np.sqrt((matrix**2).mean()), rel=1e-5)
    by_rule = [math.sqrt(2.25 * square + 0.0004) for square in (1 / 32, 2 / 32, 1 / 96)]
    np.testing.assert_allclose(found["deviations"][:, 0], by_rule, rtol=1e-5)
    np.testing.assert_allclose(found["deviations"][:, 1], by_rule, rtol=0.1)
    start = Run("initialization", ways=("orthogonal",), layer=2).arrays("singular")["singular"]
    np.testing.assert_allclose(start, 1, atol=1e-5)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_ridges_are_numpys_histograms(activation):
    run = Run("initialization", ways=("xavier-normal",), activation=activation, depth=3)
    found = run.arrays("outputs", "edges")
    sums = sums_by_hand(fresh(run.params, "xavier-normal", 0), HELD_X.double())
    for k in range(3):
        values = MODULES[activation]()(sums[k]).detach().numpy().ravel()
        edges = found["edges"].astype(float)
        counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
        np.testing.assert_allclose(found["outputs"][k], counts / len(values), atol=3e-4)


def test_a_moved_unit_has_the_weights_it_was_given_and_its_copies_have_not():
    run = Run("initialization")
    run.act("move_unit", network=0, index=3, x=0.4, y=-0.2)
    found = run.arrays("pair", "copies")
    assert found["pair"][3].tolist() == pytest.approx([0.4, -0.2])
    assert found["copies"].tolist() == [31, 31, 31, 1, *[31] * 28]
    with pytest.raises(Refused, match="units 0 to 31"):
        run.act("move_unit", network=0, index=40, x=0.0, y=0.0)
    with pytest.raises(Refused, match="0 to 4 are there"):
        run.act("move_unit", network=5, index=0, x=0.0, y=0.0)


def test_a_network_that_runs_away_rests_and_the_others_go_on():
    run = Run("initialization", ways=("large", "he-normal"), activation="relu", depth=8)
    run.step(20)
    assert run.arrays("runaway")["runaway"].tolist() == [True, False]
    assert all(np.isfinite(values).all() for values in run.metrics.values())
    alone = Run("initialization", ways=("he-normal",), activation="relu", depth=8)
    alone.step(20)
    np.testing.assert_allclose(run.metrics["loss/he-normal"], alone.metrics["loss/he-normal"], rtol=1e-3)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({}, 0, {"copies", "vanished", "saturated"}),
        ({"ways": ("xavier-normal", "he-normal", "orthogonal")}, 2, set()),
        ({"ways": ("constant",), "noise": 0.1}, 0, set()),
        ({"ways": ("constant",), "odd": 1}, 1, set()),
        ({"ways": ("large",), "activation": "relu", "depth": 8}, 3, {"away"}),
        ({"ways": ("small",), "depth": 1}, 0, set()),
        ({"ways": ("zeros",)}, 0, {"copies"}),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("initialization", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
