"""The race as a script: each kind of optimizer and surface, and each thing that can happen on the way."""

import math
import random
import re

import pytest
import torch

from explainer import Run
from explainer.contract.recipe import Recipe
from explainer.export import metrics_csv
from explainer.lab.expression import parse
from explainer.lab.expression_code import torch_code
from explainer.lab.optimizer_settings import OPTIMIZERS
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES
from explainer.script import script_of
from tests.scripts import outputs

SCENE = "gradient-descent"
ALL = tuple(OPTIMIZERS)
OWN = (
    "sgd:lr=0.01:momentum=0.3:dampening=0.1:weight_decay=0.02",
    "momentum:lr=0.02",
    "nesterov:momentum=0.5",
    "adagrad:lr_decay=0.1:initial_accumulator_value=0.5:eps=1e-6",
    "adadelta:rho=0.8:eps=0.001",
    "rmsprop:alpha=0.9:centered=1:momentum=0.2",
    "adam:beta1=0.8:beta2=0.9:amsgrad=1",
    "adamw:weight_decay=0.1",
    "nadam:momentum_decay=0.01:decoupled_weight_decay=1",
    "radam:beta2=0.99:weight_decay=0.1",
    "adamax:beta1=0.5",
    "rprop:eta1=0.4:eta2=1.3:step_min=1e-5:step_max=20",
    "newton:lr=0.5:damping=0.1",
    "adam",
    "adam:lr=0.2",
    "momentum",
)


def table(run):
    run.execution.recorder.flush()
    return metrics_csv.encode(run.execution.recorder.series, run.position.step).decode()


def check(runs, folder):
    """Check that each run's script prints that run's numbers."""
    printed = outputs([run.script() for run in runs], folder)
    for run, said in zip(runs, printed, strict=True):
        assert said == table(run), run.recipe


def stepped(steps=30, **words):
    run = Run(SCENE, **words)
    run.step(steps)
    return run


def test_every_surface_gives_the_same_numbers_with_every_optimizer(tmp_path):
    runs = [
        stepped(surface=name, optimizers=ALL, lr=place.lr, start=place.start, noise=noise)
        for name, place in LANDSCAPES.items()
        for noise in (0.0, 0.5)
    ]
    check(runs, tmp_path)


def test_entries_with_settings_of_their_own_and_turned_ravines(tmp_path):
    runs = [stepped(optimizers=OWN, seed=2), stepped(optimizers=OWN[::-1], angle=30.0, condition=7.5, threads=2)]
    check(runs, tmp_path)


def test_changes_made_on_the_way(tmp_path):
    run = Run(SCENE, optimizers=OWN, noise=0.1, seed=11)
    run.set(lr=0.02)
    for values in ({"lr": 0.05}, {"momentum": 0.0}, {"noise": 0.0}, {"lr": 0.01, "momentum": 0.95}, {"noise": 2.0}):
        run.step(7)
        run.set(**values)
    run.step(7)
    late = Run(SCENE, optimizers="nesterov,sgd,nesterov:momentum=0.4", momentum=0.0)
    for momentum in (0.9, 0.8, 0.0, 0.5):
        late.step(5)
        late.set(momentum=momentum)
    late.step(5)
    check([run, late], tmp_path)


@pytest.mark.parametrize("optimizers", ["sgd,momentum,adam", "newton,sgd"])
def test_moved_points_and_batches(optimizers, tmp_path):
    run = Run(SCENE, surface="regression", optimizers=optimizers, lr=0.05, start=(-1.0, 3.0), seed=3)
    for batch in (20, 5, 1, 20, 7):
        run.step(4)
        run.act("move_point", index=batch - 1, to=(0.3 * batch, -1.5))
        run.set(batch=batch)
        run.step(4)
    small = Run(SCENE, surface="regression", optimizers=optimizers, lr=0.05, batch=4)
    small.act("move_point", index=0, to=(1e-9, 5.0))
    small.step(20)
    elsewhere = Run(SCENE, optimizers=optimizers)
    elsewhere.act("move_point", index=0, to=(1.0, 5.0))
    elsewhere.set(batch=3)
    elsewhere.step(5)
    check([run, small, elsewhere], tmp_path)


def test_who_runs_away_is_retired_and_the_last_one_ends_the_run(tmp_path):
    one = stepped(400, optimizers="sgd:lr=5,momentum,adam,newton", surface="rosenbrock", start=(-1.2, 1.0), lr=1e-3)
    assert (one.frame["retired"] > 0).sum() == 1
    assert one.stopped is None
    both = stepped(400, optimizers="sgd:lr=5,momentum:lr=3", surface="rosenbrock", start=(-1.2, 1.0), noise=0.1)
    assert both.stopped is not None
    again = stepped(3, optimizers="sgd:lr=50,adam", surface="monkey-saddle", start=(1.0, 0.01))
    again.set(lr=0.2)
    again.step(50)
    check([one, both, again], tmp_path)


EXPRESSIONS = (
    "x**2 + 3*y**2 + 2*sin(3*x)*cos(3*y)",
    "x",
    "5",
    "-y**2 / 7 + tanh(x) ** 3",
    "exp(-(x**2 + y**2)) * sqrt(2) + 1/3 - 2**-1",
    "abs(x) + abs(-3) * y - log(4) + pi * e",
    "9007199254740993 * 7 ** 19 * x / (3 ** 17 * 1e9)",
    "2 ** x + (x - -y) * -(x + 1) - (1 - (2 - y))",
)


def test_a_formula_of_ones_own_is_written_as_torch_code(tmp_path):
    runs = [
        stepped(surface="custom", expression=words, start=(0.3, -0.7), optimizers="sgd,newton") for words in EXPRESSIONS
    ]
    check(runs, tmp_path)


def formula(chance, depth):
    """A random formula, as a person might type it."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(["x", "y", "pi", "e", "0", "1", "2", "3", "0.1", "1e3", "17"])
    kind = chance.choice(["+", "-", "*", "/", "**", "minus", "sin", "exp", "abs", "tanh", "( )"])
    first = formula(chance, depth - 1)
    match kind:
        case "minus":
            return f"-{first}"
        case "( )":
            return f"({first})"
        case "sin" | "exp" | "abs" | "tanh":
            return f"{kind}({first})"
    return f"{first} {kind} {formula(chance, depth - 1)}"


def test_the_code_of_any_formula_has_the_bits_of_the_formula():
    chance, tried = random.Random(8), 0
    x = torch.linspace(-2.0, 2.0, 9, dtype=torch.float64, requires_grad=True)
    y = torch.linspace(3.0, -1.0, 9, dtype=torch.float64, requires_grad=True)
    while tried < 300:
        try:
            expression = parse(formula(chance, 4))
        except ValueError:
            continue
        tried += 1
        expected = expression.evaluate(x, y, torch)
        found = eval(torch_code(expression), {"torch": torch, "math": math, "x": x, "y": y})
        for one, other in zip(
            (expected, *torch.autograd.grad(expected.sum(), (x, y))),
            (found, *torch.autograd.grad(found.sum(), (x, y))),
            strict=True,
        ):
            assert one.detach().numpy().tobytes() == other.detach().numpy().tobytes(), expression.text()


def test_nothing_that_was_typed_stands_in_the_script():
    text = Run(SCENE, surface="custom", expression="x *  (y)+((2))").script(1)
    assert "return x * y + 2\n" in text
    assert "((2))" not in text


def test_the_first_script_is_short_and_plain():
    text = script_of(Recipe(SCENE), 200)
    assert len(text.splitlines()) < 100
    assert re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE) == ["math", "torch"]
    assert 'torch.optim.SGD([thetas["momentum"]], lr=0.038, momentum=0.7)' in text
    assert "noise" not in text
    assert "Newton" not in text


def test_on_a_gpu_the_tensors_are_made_there_and_the_algorithms_are_deterministic():
    text = script_of(Recipe(SCENE, device="cuda", parameters={"surface": "regression", "batch": 3}), 5)
    assert 'device = torch.device("cuda")' in text
    assert "torch.use_deterministic_algorithms(True, warn_only=True)" in text
    assert text.count("device=device") == 2
    assert "lr=0.038, foreach=False)" in text
