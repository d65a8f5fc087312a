"""Every optimizer against its update rule in plain floats, and against torch.optim itself."""

import math
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import torch

from explainer.lab.optimizer_settings import OPTIMIZERS, parse_entry
from explainer.lab.optimizers import Newton, make_optimizer, set_common

STEPS = 50
START = (-1.3, 0.9)
LR, MOMENTUM = 0.02, 0.8
Rule = Callable[..., Iterator[float]]


def slopes(x: float, y: float) -> tuple[float, float]:
    """Return the gradient of x⁴/4 + 3y² + xy/2."""
    return x**3 + y / 2, 6 * y + x / 2


def loss_of(theta: torch.Tensor) -> torch.Tensor:
    """Return x⁴/4 + 3y² + xy/2."""
    return theta[0] ** 4 / 4 + 3 * theta[1] ** 2 + theta[0] * theta[1] / 2


# Each rule is a generator for one coordinate: it is sent the gradient (and the coordinate itself)
# and answers with the change of the coordinate. Sources: the papers, in PyTorch's conventions.
def sgd_rule(lr=LR, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    change, velocity = None, None
    while True:
        g, theta = yield change
        g += weight_decay * theta
        velocity = g if velocity is None else momentum * velocity + (1 - dampening) * g
        change = -lr * (g if momentum == 0 else g + momentum * velocity if nesterov else velocity)


def adagrad_rule(lr=LR, lr_decay=0.0, initial_accumulator_value=0.0, eps=1e-10, weight_decay=0.0):
    change, total, t = None, initial_accumulator_value, 0
    while True:
        g, theta = yield change
        g += weight_decay * theta
        total += g * g
        change = -lr / (1 + t * lr_decay) * g / (math.sqrt(total) + eps)
        t += 1


def adadelta_rule(lr=LR, rho=0.9, eps=1e-6, weight_decay=0.0):
    change, squares, moves = None, 0.0, 0.0
    while True:
        g, theta = yield change
        g += weight_decay * theta
        squares = rho * squares + (1 - rho) * g * g
        move = math.sqrt(moves + eps) / math.sqrt(squares + eps) * g
        moves = rho * moves + (1 - rho) * move * move
        change = -lr * move


def rmsprop_rule(lr=LR, alpha=0.99, eps=1e-8, momentum=0.0, centered=False, weight_decay=0.0):
    change, squares, mean, velocity = None, 0.0, 0.0, 0.0
    while True:
        g, theta = yield change
        g += weight_decay * theta
        squares = alpha * squares + (1 - alpha) * g * g
        mean = alpha * mean + (1 - alpha) * g
        spread = squares - mean * mean if centered else squares
        velocity = momentum * velocity + g / (math.sqrt(spread) + eps)
        change = -lr * velocity


def adam_rule(lr=LR, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=False,
              decoupled=False):  # fmt: skip
    change, m, v, largest, t = None, 0.0, 0.0, 0.0, 0
    while True:
        g, theta = yield change
        t += 1
        g += 0.0 if decoupled else weight_decay * theta
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        largest = max(largest, v) if amsgrad else v
        change = -lr * m / (1 - beta1**t) / (math.sqrt(largest / (1 - beta2**t)) + eps)
        change -= lr * weight_decay * theta if decoupled else 0.0


def nadam_rule(lr=LR, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004, weight_decay=0.0,
               decoupled=False):  # fmt: skip
    change, m, v, product, t = None, 0.0, 0.0, 1.0, 0
    while True:
        g, theta = yield change
        t += 1
        g += 0.0 if decoupled else weight_decay * theta
        mu, following = (beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay)) for k in (t, t + 1))
        product *= mu
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        ahead = following * m / (1 - product * following) + (1 - mu) * g / (1 - product)
        change = -lr * ahead / (math.sqrt(v / (1 - beta2**t)) + eps)
        change -= lr * weight_decay * theta if decoupled else 0.0


def radam_rule(lr=LR, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, decoupled=False):
    change, m, v, t = None, 0.0, 0.0, 0
    limit = 2 / (1 - beta2) - 1
    while True:
        g, theta = yield change
        t += 1
        g += 0.0 if decoupled else weight_decay * theta
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        length = limit - 2 * t * beta2**t / (1 - beta2**t)
        change = -lr * m / (1 - beta1**t)
        if length > 5:
            change *= math.sqrt(
                (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
            ) * math.sqrt(1 - beta2**t) / (math.sqrt(v) + eps)  # fmt: skip
        change -= lr * weight_decay * theta if decoupled else 0.0


def adamax_rule(lr=LR, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
    change, m, largest, t = None, 0.0, 0.0, 0
    while True:
        g, theta = yield change
        t += 1
        g += weight_decay * theta
        m, largest = beta1 * m + (1 - beta1) * g, max(beta2 * largest, abs(g) + eps)
        change = -lr / (1 - beta1**t) * m / largest


def rprop_rule(lr=LR, eta1=0.5, eta2=1.2, step_min=1e-6, step_max=50.0):
    change, size, last = None, lr, 0.0
    while True:
        g, _ = yield change
        factor = eta2 if g * last > 0 else eta1 if g * last < 0 else 1.0
        size = min(max(size * factor, step_min), step_max)
        last = 0.0 if factor == eta1 else g
        change = -math.copysign(size, last) if last else 0.0


CASES = [
    ("sgd", sgd_rule, {}),
    ("sgd:momentum=0.6:dampening=0.3:weight_decay=0.1", sgd_rule,
     {"momentum": 0.6, "dampening": 0.3, "weight_decay": 0.1}),
    ("momentum", sgd_rule, {"momentum": MOMENTUM}),
    ("nesterov", sgd_rule, {"momentum": MOMENTUM, "nesterov": True}),
    ("nesterov:momentum=0", sgd_rule, {}),
    ("adagrad:lr_decay=0.1:initial_accumulator_value=0.2:weight_decay=0.1", adagrad_rule,
     {"lr_decay": 0.1, "initial_accumulator_value": 0.2, "weight_decay": 0.1}),
    ("adagrad", adagrad_rule, {}),
    ("adadelta", adadelta_rule, {}),
    ("rmsprop", rmsprop_rule, {}),
    ("rmsprop:alpha=0.9:momentum=0.5:centered=1", rmsprop_rule,
     {"alpha": 0.9, "momentum": 0.5, "centered": True}),
    ("adam", adam_rule, {}),
    ("adam:lr=0.1:beta2=0.9:weight_decay=0.1:amsgrad=1", adam_rule,
     {"lr": 0.1, "beta2": 0.9, "weight_decay": 0.1, "amsgrad": True}),
    ("adamw", adam_rule, {"weight_decay": 0.01, "decoupled": True}),
    ("nadam", nadam_rule, {}),
    ("nadam:weight_decay=0.1:decoupled_weight_decay=1", nadam_rule,
     {"weight_decay": 0.1, "decoupled": True}),
    ("radam", radam_rule, {}),
    ("radam:beta2=0.9:weight_decay=0.1", radam_rule, {"beta2": 0.9, "weight_decay": 0.1}),
    ("adamax", adamax_rule, {}),
    ("rprop", rprop_rule, {}),
    ("rprop:eta1=0.3:eta2=1.5:step_max=1", rprop_rule, {"eta1": 0.3, "eta2": 1.5, "step_max": 1}),
]  # fmt: skip
DIRECT = {
    "sgd": partial(torch.optim.SGD, lr=LR),
    "momentum": partial(torch.optim.SGD, lr=LR, momentum=MOMENTUM),
    "nesterov": partial(torch.optim.SGD, lr=LR, momentum=MOMENTUM, nesterov=True),
    "adagrad": partial(torch.optim.Adagrad, lr=LR),
    "adadelta": partial(torch.optim.Adadelta, lr=LR),
    "rmsprop": partial(torch.optim.RMSprop, lr=LR),
    "adam": partial(torch.optim.Adam, lr=LR),
    "adamw": partial(torch.optim.AdamW, lr=LR),
    "nadam": partial(torch.optim.NAdam, lr=LR),
    "radam": partial(torch.optim.RAdam, lr=LR),
    "adamax": partial(torch.optim.Adamax, lr=LR),
    "rprop": partial(torch.optim.Rprop, lr=LR),
}


def leaf() -> torch.Tensor:
    return torch.tensor(START, dtype=torch.float64, requires_grad=True)


def drive(optimizer: torch.optim.Optimizer, theta: torch.Tensor, steps: int = STEPS) -> torch.Tensor:
    positions = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(theta).backward()
        optimizer.step(*([lambda: loss_of(theta)] if isinstance(optimizer, Newton) else []))
        positions.append(theta.detach().clone())
    return torch.stack(positions)


def by_hand(rule: Rule, settings: dict[str, float]) -> torch.Tensor:
    coordinates, position, positions = [rule(**settings), rule(**settings)], list(START), []
    for coordinate in coordinates:
        next(coordinate)
    for _ in range(STEPS):
        sent = zip(coordinates, slopes(*position), position, strict=True)
        position = [theta + coordinate.send((g, theta)) for coordinate, g, theta in sent]
        positions.append(position)
    return torch.tensor(positions, dtype=torch.float64)


@pytest.mark.parametrize(("text", "rule", "settings"), CASES, ids=[case[0] for case in CASES])
def test_an_optimizer_follows_its_update_rule(text: str, rule: Rule, settings: dict) -> None:
    theta = leaf()
    ours = drive(make_optimizer(parse_entry(text), [theta], LR, MOMENTUM), theta)
    torch.testing.assert_close(ours, by_hand(rule, settings), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", DIRECT)
def test_an_entry_without_settings_is_torch_optim_with_its_defaults(name: str) -> None:
    ours, direct = leaf(), leaf()
    made = make_optimizer(parse_entry(name), [ours], LR, MOMENTUM)
    torch.testing.assert_close(drive(made, ours), drive(DIRECT[name]([direct], foreach=False), direct), rtol=0, atol=0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_live_change_reaches_the_running_optimizer(name: str) -> None:
    theta = leaf()
    entry = parse_entry(name)
    optimizer = make_optimizer(entry, [theta], LR, MOMENTUM)
    drive(optimizer, theta, 3)
    set_common(optimizer, entry, lr=0.5, momentum=0.3)
    group = optimizer.param_groups[0]
    assert group["lr"] == 0.5
    assert group.get("momentum", 0) == (0.3 if name in ("momentum", "nesterov") else 0)
    set_common(optimizer, entry, lr=0.5, momentum=0.0)
    assert not group.get("nesterov")
    assert not group.get("momentum")
    drive(optimizer, theta, 1)


def test_an_entrys_own_settings_withstand_common_changes() -> None:
    entry = parse_entry("nesterov:lr=0.1:momentum=0.4")
    optimizer = make_optimizer(entry, [leaf()], LR, MOMENTUM)
    set_common(optimizer, entry, lr=0.5, momentum=0.0)
    group = optimizer.param_groups[0]
    assert (group["lr"], group["momentum"], group["nesterov"]) == (0.1, 0.4, True)


def test_velocity_does_not_outlive_a_momentum_of_zero() -> None:
    theta, entry = leaf(), parse_entry("momentum")
    optimizer = make_optimizer(entry, [theta], LR, MOMENTUM)
    drive(optimizer, theta, 3)
    set_common(optimizer, entry, LR, 0.0)
    drive(optimizer, theta, 1)
    set_common(optimizer, entry, LR, 0.9)
    before = theta.detach().clone()
    after = drive(optimizer, theta, 1)[0]
    slope = torch.tensor(slopes(*before.tolist()), dtype=torch.float64)
    torch.testing.assert_close(after, before - LR * slope, rtol=1e-12, atol=0)


def test_newton_solves_with_the_closed_form_hessian() -> None:
    theta = leaf()
    optimizer = make_optimizer(parse_entry("newton:damping=0.01"), [theta], 0.5, MOMENTUM)
    ours, (x, y) = drive(optimizer, theta, 20), START
    for position in ours.tolist():
        (g, h), (a, b, d) = slopes(x, y), (3 * x * x + 0.01, 0.5, 6.01)
        determinant = a * d - b * b
        x, y = x - 0.5 * (d * g - b * h) / determinant, y - 0.5 * (a * h - b * g) / determinant
        assert position == pytest.approx([x, y], rel=1e-9)


def test_newton_is_drawn_to_a_saddle_and_has_no_step_where_its_matrix_is_singular() -> None:
    theta = leaf()
    optimizer = Newton([theta], damping=1e-3)

    def saddle() -> torch.Tensor:
        return theta[0] ** 2 / 2 - theta[1] ** 2 / 2

    for _ in range(5):
        optimizer.zero_grad()
        saddle().backward()
        optimizer.step(saddle)
    assert theta.detach().abs().max() < 1e-9
    theta.data.copy_(torch.tensor(START))
    optimizer.param_groups[0]["damping"] = 1.0
    optimizer.zero_grad()
    saddle().backward()
    optimizer.step(saddle)
    assert theta.isnan().all()


def test_newton_on_a_plane_uses_the_damping_alone() -> None:
    theta = leaf()
    optimizer = Newton([theta], lr=0.1, damping=0.5)
    (2 * theta[0] - theta[1]).backward()
    optimizer.step(lambda: 2 * theta[0] - theta[1])
    assert theta.tolist() == pytest.approx([START[0] - 0.4, START[1] + 0.2])


def test_newton_refuses_a_step_without_closure_and_negative_settings() -> None:
    with pytest.raises(ValueError, match="needs a closure"):
        Newton([leaf()]).step()
    with pytest.raises(ValueError, match="must not be negative"):
        Newton([leaf()], lr=-1.0)
