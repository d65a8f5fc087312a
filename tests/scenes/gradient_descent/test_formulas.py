"""Every formula of the Math tab is evaluated with the very numbers that it shows, against torch.optim on its own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.commands.running import frame_of
from explainer.lab.optimizer_settings import parse_entry, resolve
from explainer.lab.optimizers import make_optimizer, set_common
from explainer.scenes.gradient_descent.update_formulas import FORMULAS
from tests.latex_numbers import holds, lines_of, value_of

LOSS, GRADIENT, UPDATE = FORMULAS
MODES = (
    "sgd", "sgd:weight_decay=0.5", "sgd:momentum=0.9", "momentum", "momentum:dampening=0.4", "momentum:weight_decay=1",
    "nesterov", "nesterov:weight_decay=0.2", "adagrad", "adagrad:lr_decay=0.1", "adadelta", "rmsprop",
    "rmsprop:centered=1", "rmsprop:momentum=0.5", "adam", "adam:amsgrad=1", "adam:weight_decay=1", "adamw",
    "adamw:weight_decay=2", "nadam", "nadam:decoupled_weight_decay=1:weight_decay=1", "radam", "adamax", "rprop",
    "newton",
)  # fmt: skip
WRITTEN_OUT = {"sgd", "momentum", "nesterov", "adagrad", "adam", "adamw", "radam", "adamax"}


def frame(run):
    return frame_of(run, run.arrays("*"))


def alone(entry, changes, steps, rate=0.02, momentum=0.7):
    """Live the ravine with torch.optim alone; return the places and the velocity before the last step."""
    one = parse_entry(entry)
    theta = torch.tensor([-9.0, 1.5], dtype=torch.float64, requires_grad=True)
    optimizer = make_optimizer(one, [theta], rate, momentum)
    before = kept = None
    for step in range(1, steps + 1):
        before = theta.detach().clone()
        kept = optimizer.state[theta].get("momentum_buffer") if theta in optimizer.state else None
        kept = None if kept is None else kept.clone()
        loss = (theta[0] ** 2 + 50 * theta[1] ** 2) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step(lambda: (theta[0] ** 2 + 50 * theta[1] ** 2) / 2) if one.name == "newton" else optimizer.step()
        if step in changes:
            for name, value in changes[step].items():
                rate, momentum = (value, momentum) if name == "lr" else (rate, value)
            set_common(optimizer, one, rate, momentum)
    return before.numpy(), theta.detach().numpy(), theta.grad.numpy(), kept


@pytest.mark.parametrize("steps", [1, 2, 6, 7])
@pytest.mark.parametrize("mode", MODES)
def test_the_update_holds_with_the_numbers_that_it_shows(mode, steps):
    run = Run("gradient-descent", optimizers=mode, lr=0.02)
    run.step(steps)
    _, after, gradient, _ = alone(mode, {}, steps)
    shown = UPDATE.numbers(frame(run))
    assert holds(shown), shown
    np.testing.assert_allclose(value_of(lines_of(shown)[-1][-1]), after, rtol=0.006, atol=1e-9)
    written = lines_of(GRADIENT.numbers(frame(run)).split(r", \quad")[0])
    np.testing.assert_allclose(value_of(written[0][-1]), gradient, rtol=0.006)
    if mode.split(":")[0] in WRITTEN_OUT - {"adagrad"} or mode in ("adagrad", "rmsprop", "rmsprop:centered=1"):
        assert " - " in shown, "the rule itself is written out"


@pytest.mark.parametrize("mode", ["momentum", "momentum:dampening=0.4", "momentum:weight_decay=1", "nesterov"])
@pytest.mark.parametrize("changes", [{}, {4: {"momentum": 0.3}}, {6: {"momentum": 0.3}}, {6: {"lr": 0.5}}])
def test_the_old_velocity_is_the_one_that_there_was(mode, changes):
    run = Run("gradient-descent", optimizers=mode, lr=0.02)
    for step in range(1, 7):
        run.step(1)
        if step in changes:
            run.set(**changes[step])
    *_, kept = alone(mode, changes, 6)
    line = lines_of(UPDATE.numbers(frame(run)))[0]
    old = value_of(line[1].split(r"\cdot", 1)[1].split("+")[0].rsplit(r"\cdot", 0)[0])
    np.testing.assert_allclose(old, kept.numpy(), rtol=0.02, atol=0.02 * np.abs(kept.numpy()).max())
    assert holds(UPDATE.numbers(frame(run)))


RULES = (
    ("sgd", r"\theta - \eta g"),
    ("sgd:momentum=0.9", r"\beta v + g, \quad \theta \leftarrow \theta - \eta v"),
    ("momentum:dampening=0.4", r"\beta v + (1 - \tau) g"),
    ("sgd:weight_decay=1", r"g \leftarrow \nabla L + \lambda \theta"),
    ("nesterov", r"\eta (g + \beta v)"),
    ("adam:amsgrad=1", r"\max_{s \le t} v_s"),
    ("rmsprop:centered=1", r"\sqrt{s - a^2}"),
    ("rmsprop:momentum=0.5", r"b \leftarrow \beta b"),
    ("adagrad:lr_decay=0.1", r"\gamma (t - 1)"),
    ("nadam:decoupled_weight_decay=1:weight_decay=1", r"(1 - \eta \lambda) \theta"),
)


@pytest.mark.parametrize(("mode", "part"), RULES)
def test_the_rule_is_what_the_settings_make_of_it(mode, part):
    plain = mode.split(":")[0]
    assert part in UPDATE.latex(frame(Run("gradient-descent", optimizers=mode)))
    if ":" in mode:
        assert part not in UPDATE.latex(frame(Run("gradient-descent", optimizers=plain)))


def test_a_gradient_with_noise_or_of_a_batch_is_not_called_that_of_the_loss():
    assert r"\sigma \xi" in GRADIENT.latex(frame(Run("gradient-descent", noise=1.0)))
    assert "batch" in GRADIENT.latex(frame(Run("gradient-descent", surface="regression", batch=5)))
    assert r"\partial" in GRADIENT.latex(frame(Run("gradient-descent")))


def test_with_weight_decay_the_rule_is_the_optimizers():
    told = resolve(parse_entry("adamw:weight_decay=2"), 0.02, 0.7)
    assert told["weight_decay"] == 2
    assert r"(1 - \eta \lambda)" in UPDATE.latex(frame(Run("gradient-descent", optimizers="adamw:weight_decay=2")))
