"""Clipping against a plain loop, SciPy, differences, and PyTorch's own clipping."""

import numpy as np
import pytest
import scipy.special
import torch
from torch import nn

from explainer import Run
from explainer.scenes.clipping import METHODS, networks
from explainer.scenes.clipping.experiment import angle, clip

ALL = tuple(METHODS)


def last_output(w, b, time_steps):
    h = 0.5
    for _ in range(time_steps):
        h = scipy.special.expit(w * h + b)
    return h


def gradient(w, b, time_steps, target, small=1e-7):
    """The gradient of the loss by central differences (2,)."""

    def loss(x, y):
        return (last_output(x, y, time_steps) - target) ** 2

    return np.array([
        (loss(w + small, b) - loss(w - small, b)) / (2 * small),
        (loss(w, b + small) - loss(w, b - small)) / (2 * small),
    ])  # fmt: skip


@pytest.mark.parametrize("given", [{}, {"time_steps": 10, "target": 0.3, "lr": 0.05, "threshold": 0.1, "ratio": 0.02}])
def test_every_update_is_gradient_descent_with_pytorchs_clipping(given):
    run = Run("clipping", methods=ALL, **given)
    run.step(40)
    path, params = run.arrays("path")["path"], run.params
    for k, method in enumerate(ALL):
        for step in (0, 1, 7, 39):
            w, b = path[k, step]
            raw = gradient(w, b, params.time_steps, params.target)
            weights = nn.Parameter(torch.tensor([w, b]))
            weights.grad = torch.tensor(raw)
            if method == "norm":
                nn.utils.clip_grad_norm_([weights], params.threshold)
            elif method == "value":
                nn.utils.clip_grad_value_([weights], params.threshold)
            elif method == "adaptive":
                nn.utils.clip_grad_norm_([weights], params.ratio * np.hypot(w, b))
            torch.optim.SGD([weights], lr=params.lr).step()
            np.testing.assert_allclose(path[k, step + 1], weights.detach().numpy(), rtol=1e-6, atol=1e-8)
            loss = (last_output(w, b, params.time_steps) - params.target) ** 2
            assert run.metrics[f"loss/{method}"][step] == pytest.approx(loss, rel=1e-6, abs=1e-12)
            assert run.metrics[f"norm/{method}"][step] == pytest.approx(np.linalg.norm(raw), rel=1e-5, abs=1e-8)


def test_lengths_and_angles_are_those_of_the_steps_taken():
    run = Run("clipping", methods=ALL)
    run.step(60)
    steps = np.diff(run.arrays("path")["path"], axis=1)
    for k, method in enumerate(ALL):
        np.testing.assert_allclose(run.metrics[f"used/{method}"], np.linalg.norm(steps[k], axis=1) / 0.2, atol=1e-9)
        assert (run.metrics[f"turned/{method}"] < (45 if method == "value" else 1e-9)).all()
    assert (run.metrics["used/norm"] <= 0.5 + 1e-12).all()
    assert np.abs(steps[2]).max() <= 0.2 * 0.5 + 1e-12
    assert run.metrics["turned/value"].max() > 20


def test_ground_and_its_slopes_are_those_of_a_loop():
    run = Run("clipping", time_steps=12)
    found = run.arrays("line_w", "line_b", "ground", "lengths")
    for row, column in ((0, 0), (100, 50), (150, 200), (300, 360)):
        w, b = found["line_w"][column], found["line_b"][row]
        assert found["ground"][row, column] == pytest.approx((last_output(w, b, 12) - 0.7) ** 2)
        length = np.linalg.norm(gradient(w, b, 12, 0.7))
        assert 10 ** found["lengths"][row, column] == pytest.approx(length, rel=1e-3, abs=1e-8)


def test_the_gradient_drawn_is_autograds():
    run = Run("clipping", methods=ALL)
    run.step(43)
    found = run.arrays("position", "raw", "clipped")
    theta = torch.tensor(found["position"], requires_grad=True)
    h = torch.full((4,), 0.5, dtype=torch.float64)
    for _ in range(50):
        h = torch.sigmoid(theta[:, 0] * h + theta[:, 1])
    ((h - 0.7) ** 2).sum().backward()
    np.testing.assert_allclose(found["raw"], theta.grad.numpy(), rtol=1e-9, atol=1e-12)
    for k, method in enumerate(ALL):
        used = clip(method, theta.grad[k], theta[k].detach(), 0.5, 0.1)
        np.testing.assert_allclose(found["clipped"][k], used.numpy(), rtol=1e-9)


def test_states_are_a_loops_and_products_are_difference_quotients():
    run = Run("clipping", methods="none", time_steps=9)
    run.step(3)
    found = run.arrays("position", "states", "products")
    w, b = found["position"][0]

    def rest(h, count):
        for _ in range(count):
            h = scipy.special.expit(w * h + b)
        return h

    h = 0.5
    for t in range(9):
        h = scipy.special.expit(w * h + b)
        assert found["states"][0, t] == pytest.approx(h)
        quotient = (rest(h + 1e-6, 8 - t) - rest(h - 1e-6, 8 - t)) / 2e-6
        assert found["products"][0, t] == pytest.approx(quotient, rel=1e-5, abs=1e-9)


def test_histograms_are_numpys():
    run = Run("clipping")
    run.step(60)
    found = run.arrays("norm_edges", "norm_counts")
    for k, method in enumerate(("none", "norm", "value")):
        lengths = np.clip(run.metrics[f"norm/{method}"], found["norm_edges"][0], found["norm_edges"][-1] * 0.999)
        assert found["norm_counts"][k].tolist() == np.histogram(lengths, found["norm_edges"])[0].tolist()


def test_by_value_turns_by_less_than_half_a_right_angle_and_norm_not_at_all():
    turns = {"norm": [], "value": []}
    for degrees in np.linspace(0, 90, 91):
        for length in (0.3, 1.0, 3.0, 1e4):
            vector = torch.tensor([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]) * length
            for method, found in turns.items():
                found.append(float(angle(vector, clip(method, vector, vector, 1.0, 1.0))))
    assert max(turns["norm"]) < 1e-5
    assert 40 < max(turns["value"]) < 45


def test_in_units_of_c_there_is_a_circle_and_a_square():
    run = Run("clipping", methods="none", threshold=2.0)
    run.step(43)
    found = run.arrays("allowed", "in_units", "raw")
    np.testing.assert_allclose(np.linalg.norm(found["allowed"][0], axis=1), 1)
    np.testing.assert_allclose(np.abs(found["allowed"][1]).max(1), 1)
    raw = found["raw"][0] / 2
    np.testing.assert_allclose(found["in_units"][0], 2.4 * raw / np.linalg.norm(raw))
    np.testing.assert_allclose(found["in_units"][1], raw / np.linalg.norm(raw))
    np.testing.assert_allclose(found["in_units"][2], np.clip(raw, -1, 1))


def test_real_networks_are_pytorchs_rnn_cell_by_cell(monkeypatch):
    monkeypatch.setattr(networks, "UPDATES", 2)
    *_, before, _ = list(Run("clipping").execution.experiment.networks(0.05))
    norms, losses = before["network_norms"].numpy(), before["network_losses"].numpy()
    assert np.isfinite(norms).all()
    np.testing.assert_array_equal(norms[[0, 2], 0], norms[[1, 3], 0])
    np.testing.assert_array_equal(losses[[0, 2], 0], losses[[1, 3], 0])
    torch.manual_seed(0)
    reader = networks.Reader("relu")
    images, labels, _, _ = map(torch.from_numpy, networks.standardized_digits())
    chosen = torch.randint(len(images), (32,))
    cell, h = reader.cell, torch.zeros(32, 32)
    for t in range(64):
        h = torch.relu(images[chosen, t : t + 1] @ cell.weight_ih_l0.T + h @ cell.weight_hh_l0.T
                       + cell.bias_ih_l0 + cell.bias_hh_l0)  # fmt: skip
    scores = reader.head(h).log_softmax(1)
    loss = -scores[torch.arange(32), labels[chosen]].mean()
    loss.backward()
    length = np.sqrt(sum(float((each.grad**2).sum()) for each in reader.parameters()))
    assert losses[0, 0] == pytest.approx(loss.item(), rel=1e-5)
    assert norms[0, 0] == pytest.approx(length, rel=1e-4)


def test_a_leap_is_said_and_that_nothing_leads_back():
    run = Run("clipping")
    run.step(50)
    first = run.notes[0]
    assert first.name == "thrown"
    assert "step 44" in first.text
    assert "nothing leads back" in first.text
    run.seek(40)
    assert not [note for note in run.notes if note.name == "thrown"]


@pytest.mark.parametrize(("threshold", "said"), [(0.05, True), (0.2, False)])
def test_a_threshold_that_cuts_everything_is_said(threshold, said):
    run = Run("clipping", methods="norm", threshold=threshold)
    run.step(40)
    assert any(note.name == "always" for note in run.notes) == said
    assert (run.metrics["norm/norm"] > threshold).all() == said
