"""Every number of normalization's scene, against the formulas written out in double and plain loops."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.contract.recipe import stream_seed
from explainer.lab.digits import standardized_digits

TRAIN_X, TRAIN_Y, HELD_X, HELD_Y = (torch.from_numpy(each) for each in standardized_digits())
TRAIN_X, HELD_X = TRAIN_X.double(), HELD_X.double()
EPS = 1e-5


class Written(nn.Module):
    """A normalization of 32 units as its formula says, with running statistics for batch normalization."""

    def __init__(self, kind, affine=True, momentum=0.1):
        super().__init__()
        self.kind, self.momentum = kind, momentum
        self.gamma = nn.Parameter(torch.ones(32).double(), requires_grad=affine and kind != "none")
        self.beta = nn.Parameter(torch.zeros(32).double(), requires_grad=affine and kind not in ("none", "rms"))
        self.mean, self.variance = torch.zeros(32).double(), torch.ones(32).double()

    def forward(self, x):
        if self.kind == "none":
            return x
        if self.kind == "batch":
            if self.training:
                mean = x.sum(0) / len(x)
                variance = ((x - mean) ** 2).sum(0) / len(x)
                unbiased = variance.detach() * len(x) / (len(x) - 1)
                self.mean = (1 - self.momentum) * self.mean + self.momentum * mean.detach()
                self.variance = (1 - self.momentum) * self.variance + self.momentum * unbiased
            else:
                mean, variance = self.mean, self.variance
            y = (x - mean) / (variance + EPS) ** 0.5
        elif self.kind == "rms":
            y = x / ((x**2).mean(1, keepdim=True) + EPS) ** 0.5
        else:
            parts = [x] if self.kind == "layer" else [x[:, k : k + 8] for k in range(0, 32, 8)]
            done = []
            for part in parts:
                mean = part.mean(1, keepdim=True)
                variance = ((part - mean) ** 2).mean(1, keepdim=True)
                done.append((part - mean) / (variance + EPS) ** 0.5)
            y = torch.cat(done, 1)
        return self.gamma * y + self.beta


def alone(params, kind, seed):
    """A network with He's first weights from the run's random numbers, in double."""
    draw = torch.Generator().manual_seed(stream_seed(seed, "weights"))
    parts = []
    for k in range(params.depth + 1):
        layer = nn.Linear(32 if k else 64, 32 if k < params.depth else 10)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=draw)
        nn.init.zeros_(layer.bias)
        parts.append(layer.double())
        if k < params.depth:
            both = [Written(kind, params.affine, params.momentum), nn.ReLU()]
            parts += both if params.place == "before" else both[::-1]
    return nn.Sequential(*parts)


def batches(params, seed, count):
    """The places of the first batch, which is only looked at, and of those of the first steps."""
    order = torch.Generator().manual_seed(stream_seed(seed, "batches"))
    return [torch.randint(len(TRAIN_X), (params.batch,), generator=order) for _ in range(count + 1)]


def trained(params, kind, seed, steps):
    """A network after some steps, and its losses and shares of the batches that were right."""
    network = alone(params, kind, seed).train()
    optimizer = torch.optim.SGD([each for each in network.parameters() if each.requires_grad], lr=params.lr)
    losses, rights = [], []
    for chosen in batches(params, seed, steps)[1:]:
        optimizer.zero_grad()
        scores = network(TRAIN_X[chosen])
        loss = F.cross_entropy(scores, TRAIN_Y[chosen])
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
        rights.append(float((scores.argmax(1) == TRAIN_Y[chosen]).double().mean()))
    return network, losses, rights


SETTINGS = [
    {"norms": ("none", "batch", "layer", "group")},
    {"norms": ("batch", "rms", "layer"), "place": "after", "momentum": 0.4, "batch": 5, "lr": 0.2},
    {"norms": ("batch", "rms"), "affine": False, "depth": 2, "batch": 2},
]


@pytest.mark.parametrize("given", SETTINGS, ids=["defaults", "after", "plain"])
def test_networks_train_and_are_tested_as_the_formulas_say(given):
    run = Run("normalization", seed=2, **given)
    run.step(8)
    for kind in run.params.norms:
        network, losses, rights = trained(run.params, kind, 2, 8)
        np.testing.assert_allclose(run.metrics[f"loss/{kind}"], losses, rtol=1e-3)
        np.testing.assert_allclose(run.metrics[f"right/{kind}"], rights, atol=1e-6)
        with torch.no_grad():
            right = float((network.eval()(HELD_X).argmax(1) == HELD_Y).double().mean())
        assert run.metrics[f"accuracy/{kind}"][-1] == pytest.approx(right, abs=0.006)


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("given", SETTINGS, ids=["defaults", "after", "plain"])
def test_what_is_given_what_comes_out_and_what_moves_are_the_formulas(given, mode):
    run = Run("normalization", seed=1, mode=mode, example=1, unit=20, push=-2.5, **given)
    run.step(4)
    chosen = batches(run.params, 1, 4)[-1]
    moved = run.arrays("moved")["moved"]
    for k, kind in enumerate(run.params.norms):
        run.set(selected=k)
        found = run.arrays("given", "normalized", "scale", "shift")
        network = trained(run.params, kind, 1, 4)[0]
        at = 1 if run.params.place == "before" else 2
        norm = network[at].train(mode == "train")
        with torch.no_grad():
            x = network[:at](TRAIN_X[chosen])
            pushed = x.clone()
            pushed[1, 20] -= 2.5
            y, after = norm(x), norm(pushed)
        np.testing.assert_allclose(found["given"], x, rtol=2e-3, atol=2e-3)
        np.testing.assert_allclose(found["normalized"], y, rtol=5e-3, atol=1e-2)
        np.testing.assert_allclose(moved[k], after - y, rtol=5e-3, atol=1e-2)
        np.testing.assert_allclose(found["scale"], norm.gamma.detach(), rtol=1e-3)
        np.testing.assert_allclose(found["shift"], norm.beta.detach(), atol=1e-3)


def test_only_the_numbers_that_are_averaged_together_move():
    def places(moved):
        return {tuple(place) for place in np.argwhere(np.abs(moved) > 1e-6)}

    run = Run("normalization", norms=("batch", "layer", "group", "none"), example=5, unit=9)
    moved = run.arrays("moved")["moved"]
    assert places(moved[0]) == {(i, 9) for i in range(8)}
    assert places(moved[1]) == {(5, j) for j in range(32)}
    assert places(moved[2]) == {(5, j) for j in range(8, 16)}
    assert places(moved[3]) == {(5, 9)}
    run.set(mode="eval")
    assert places(run.arrays("moved")["moved"][0]) == {(5, 9)}
    assert run.arrays("moved")["moved"][0, 5, 9] == pytest.approx(3 / math.sqrt(1 + EPS), rel=1e-5)


def test_the_statistics_of_a_unit_are_numpys_and_the_running_ones_their_average():
    run = Run("normalization", seed=3, batch=4, momentum=0.25)
    mean, variance = 0.0, 1.0
    for step in range(5):
        before = trained(run.params, "batch", 3, step)[0]
        run.step(1)
        with torch.no_grad():
            x = before[0](TRAIN_X[batches(run.params, 3, step + 1)[-1]])[:, 0].numpy()
        mean, variance = 0.75 * mean + 0.25 * x.mean(), 0.75 * variance + 0.25 * x.var(ddof=1)
        now = {name: run.metrics[name][-1] for name in run.metrics if name.startswith(("mean", "deviation"))}
        assert now["mean/batch"] == pytest.approx(x.mean(), abs=1e-4)
        assert now["deviation/batch"] == pytest.approx(x.std(ddof=1), rel=1e-3)
        assert now["mean/running"] == pytest.approx(mean, abs=1e-4)
        assert now["deviation/running"] == pytest.approx(math.sqrt(variance), rel=1e-3)


def test_one_digit_in_company_is_what_the_formulas_give_for_each_batch():
    run = Run("normalization", norms=("none", "batch", "layer"), batch=6)
    run.step(3)
    found = run.arrays("company")["company"]
    others = torch.randint(1, 360, (12, 5), generator=torch.Generator().manual_seed(0))
    for k, kind in enumerate(run.params.norms):
        network = trained(run.params, kind, 0, 3)[0]
        for each in (0, 7):
            together = torch.cat([HELD_X[:1], HELD_X[others[each]]])
            with torch.no_grad():
                p = network.train()(together)[0].softmax(0)[HELD_Y[0]]
            assert found[k, each] == pytest.approx(float(p), rel=1e-2, abs=1e-5)
    assert np.ptp(found[1]) > 1e-3
    assert np.ptp(found[[0, 2]], axis=1).max() < 1e-6
    run.set(mode="eval")
    assert np.ptp(run.arrays("company")["company"], axis=1).max() < 1e-6


def test_gradients_are_autograds():
    run = Run("normalization", norms=("none", "batch", "rms"), depth=4)
    run.step(2)
    found, chosen = run.arrays("gradients")["gradients"], batches(run.params, 0, 2)[-1]
    for k, kind in enumerate(run.params.norms):
        x, sums = TRAIN_X[chosen], []
        for part in trained(run.params, kind, 0, 2)[0]:
            x = part(x)
            sums += [x] if isinstance(part, nn.Linear) else []
        slopes = torch.autograd.grad(F.cross_entropy(x, TRAIN_Y[chosen]), sums[:-1])
        np.testing.assert_allclose(found[k], [float(slope.norm()) for slope in slopes], rtol=1e-2)


def test_dropout_is_torchs_from_a_stream_of_its_own():
    run = Run("normalization", norms=("dropout",), depth=2)
    run.step(5)
    network, losses = alone(run.params, "none", 0), []
    optimizer = torch.optim.SGD([each for each in network.parameters() if each.requires_grad], lr=0.05)
    torch.manual_seed(stream_seed(0, "dropout"))
    for chosen in batches(run.params, 0, 5)[1:]:
        x = TRAIN_X[chosen]
        for part in network:
            x = part(x)
            x = F.dropout(x.float(), 0.2).double() if isinstance(part, nn.ReLU) else x
        loss = F.cross_entropy(x, TRAIN_Y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    np.testing.assert_allclose(run.metrics["loss/dropout"], losses, rtol=1e-3)


def test_batches_of_one_class_hold_one_class():
    run = Run("normalization", batches="one-class", batch=16)
    order = torch.Generator().manual_seed(stream_seed(0, "batches"))
    digit = int(torch.randint(10, (), generator=order))
    places = np.flatnonzero(TRAIN_Y.numpy() == digit)[
        torch.randint(int((digit == TRAIN_Y).sum()), (16,), generator=order)
    ]
    x = alone(run.params, "none", 0)[0](TRAIN_X[places]).detach()
    np.testing.assert_allclose(run.arrays("given")["given"], x, rtol=1e-4, atol=1e-4)


def test_of_two_examples_batch_normalization_leaves_plus_and_minus_one():
    run = Run("normalization", batch=2, selected=1)
    np.testing.assert_allclose(np.abs(run.arrays("normalized")["normalized"]), 1, atol=0.05)


def test_a_batch_of_one_is_refused_as_pytorch_does():
    with pytest.raises(Refused, match="batch = 1 is refused with batch normalization"):
        Run("normalization", batch=1)
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        nn.BatchNorm1d(32)(torch.zeros(1, 32))
    Run("normalization", batch=1, norms=("none", "layer", "rms", "group")).step(2)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({}, 3, set()),
        ({"batch": 2}, 0, {"pair"}),
        ({"batch": 2, "norms": ("layer", "none")}, 0, set()),
        ({"norms": ("none",), "lr": 10.0, "depth": 6}, 12, {"away"}),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("normalization", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
