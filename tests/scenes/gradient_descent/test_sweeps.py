"""Batched runs against torch.optim driven run by run, and the basins they lead to."""

import math

import pytest
import torch

from explainer.lab.optimizer_settings import OPTIMIZERS, Entry, parse_entry
from explainer.lab.optimizers import Newton, make_optimizer
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES
from explainer.scenes.gradient_descent.side_jobs.basins import Basins, basins
from explainer.scenes.gradient_descent.side_jobs.sweeps import Progress, sweep
from explainer.scenes.gradient_descent.surfaces import Surface, make_surface

STEPS = 60
SURFACE = make_surface("beale")
STARTS = torch.tensor([[1.0, 1.5], [-0.5, 0.7]], dtype=torch.float64)
RATES = torch.tensor([1e-4, 1e-3, 3e-3], dtype=torch.float64)
SECOND = {
    "sgd": (0.0, 0.6), "momentum": (0.0, 0.9), "nesterov": (0.0, 0.9), "adagrad": (0.0, 0.2),
    "adadelta": (0.5, 0.95), "rmsprop": (0.8, 0.999), "adam": (0.5, 0.99), "adamw": (0.5, 0.99),
    "nadam": (0.5, 0.99), "radam": (0.5, 0.99), "adamax": (0.5, 0.99), "rprop": (1.1, 1.5),
    "newton": (1e-3, 1.0),
}  # fmt: skip
OWN = [
    "sgd:momentum=0.5:dampening=0.2:weight_decay=0.1", "nesterov:weight_decay=0.1",
    "adagrad:initial_accumulator_value=0.3:weight_decay=0.1", "adadelta:eps=0.001",
    "rmsprop:momentum=0.5:centered=1", "adam:beta1=0.5:amsgrad=1:weight_decay=0.1",
    "adamw:weight_decay=0.2", "nadam:momentum_decay=0.1:weight_decay=0.1:decoupled_weight_decay=1",
    "radam:beta1=0.8:weight_decay=0.1:decoupled_weight_decay=1", "adamax:eps=0.01",
    "rprop:eta1=0.3:step_max=1",
]  # fmt: skip


def last(reports) -> Progress:
    return list(reports)[-1]


def drive(entry: Entry, surface: Surface, start, lr: float, momentum: float = 0.7) -> torch.Tensor:
    """Return torch.optim's path (STEPS, 2)."""
    theta = start.clone().requires_grad_()
    optimizer = make_optimizer(entry, [theta], lr, momentum)
    path = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        surface(*theta).backward()
        optimizer.step(*([lambda: surface(*theta)] if isinstance(optimizer, Newton) else []))
        path.append(theta.detach().clone())
    return torch.stack(path)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_sweep_is_torch_optim_run_by_run(name: str) -> None:
    second = torch.tensor(SECOND[name], dtype=torch.float64)
    reports = sweep(
        parse_entry(name), SURFACE, STARTS[:, None, None], RATES[None, :, None], second,
        momentum=0.7, steps=STEPS,
    )  # fmt: skip
    progress = last(reports)
    assert progress.positions.shape == (2, 3, 2, 2)
    assert progress.losses.shape == (2, 3, 2)
    key = OPTIMIZERS[name].second
    for i, start in enumerate(STARTS):
        for j, lr in enumerate(RATES.tolist()):
            for k, value in enumerate(second.tolist()):
                entry = Entry(name, ((key, value),))
                expected = drive(entry, SURFACE, start, lr)[-1]
                ours = progress.positions[i, j, k]
                torch.testing.assert_close(ours, expected, rtol=1e-7, atol=1e-9)
                torch.testing.assert_close(progress.losses[i, j, k], SURFACE(*expected), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("text", [*OPTIMIZERS, *OWN])
def test_reports_of_every_step_are_torch_optims_path(text: str) -> None:
    entry = parse_entry(text)
    path = [p.positions for p in sweep(entry, SURFACE, STARTS[0], 0.01, momentum=0.7,
                                       steps=STEPS, chunk=1)]  # fmt: skip
    expected = drive(entry, SURFACE, STARTS[0], 0.01)
    torch.testing.assert_close(torch.stack(path), expected, rtol=1e-8, atol=1e-10)


def test_reports_come_after_every_chunk_and_at_the_end() -> None:
    def steps_of(**options: int) -> list[int]:
        return [p.step for p in sweep(parse_entry("sgd"), SURFACE, STARTS, 1e-3, **options)]

    assert steps_of(steps=10, chunk=4) == [4, 8, 10]
    assert steps_of(steps=8, chunk=4) == [4, 8]
    assert steps_of(steps=0) == [0]


def test_a_run_that_diverges_stops_where_it_was_last_finite_and_spares_the_others() -> None:
    surface = make_surface("rosenbrock")
    start = torch.tensor([-1.2, 1.0], dtype=torch.float64)
    rates = torch.tensor([1e-3, 1.0], dtype=torch.float64)
    progress = last(sweep(parse_entry("sgd"), surface, start, rates, steps=STEPS))
    assert progress.positions.isfinite().all()
    assert progress.losses.isnan().tolist() == [False, True]
    expected = drive(parse_entry("sgd"), surface, start, 1.0)
    finite = expected[expected.isfinite().all(-1)]
    losses = surface(*finite.T)
    torch.testing.assert_close(progress.positions[1], finite[losses.isfinite()][-1])
    torch.testing.assert_close(progress.positions[0], drive(parse_entry("sgd"), surface, start, 1e-3)[-1])


def test_the_map_shows_the_stability_limit_of_the_ravine() -> None:
    start = torch.tensor(LANDSCAPES["ravine"].start, dtype=torch.float64)
    rates = torch.tensor([0.038, 0.041], dtype=torch.float64)
    momenta = torch.tensor([0.0, 0.7], dtype=torch.float64)
    losses = last(sweep(parse_entry("momentum"), make_surface("ravine"), start, rates[:, None], momenta)).losses
    assert losses[0, 0] < 0.01
    assert losses[:, 1].max() < 0.01
    assert losses[1, 0] > 1e3


def test_noise_comes_from_the_generator_and_has_the_given_deviation() -> None:
    flat = make_surface("custom", expression="0")
    starts = torch.zeros(20_000, 2, dtype=torch.float64)

    def ends() -> torch.Tensor:
        generator = torch.Generator().manual_seed(3)
        reports = sweep(parse_entry("sgd"), flat, starts, 0.1, steps=4, noise=0.5, generator=generator)
        return last(reports).positions

    torch.testing.assert_close(ends(), ends(), rtol=0, atol=0)
    assert ends().std().item() == pytest.approx(0.1 * 0.5 * math.sqrt(4), rel=0.02)


def grid(half: float, count: int = 21) -> torch.Tensor:
    axis = torch.linspace(-half, half, count, dtype=torch.float64)
    return torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1)


def result(*arguments, **options) -> Basins:
    *rest, final = basins(*arguments, **options)
    assert rest
    assert all(report is None for report in rest)
    return final


@pytest.mark.parametrize("known", [True, False])
def test_basins_of_styblinski_tang_are_its_quadrants(known: bool) -> None:
    surface, place = make_surface("styblinski-tang"), LANDSCAPES["styblinski-tang"]
    starts = grid(4.0, 20)
    reached = result(parse_entry("sgd"), surface, starts, 0.01, place.minima if known else ())
    assert reached.minima.shape == (4, 2)
    assert (reached.index >= 0).all()
    ridge = 0.156731257
    ends = reached.minima[reached.index]
    torch.testing.assert_close((ends > 0), (starts > ridge))
    if known:
        torch.testing.assert_close(reached.minima, torch.tensor(place.minima).double())


def test_a_start_that_runs_away_or_never_arrives_belongs_to_no_basin() -> None:
    himmelblau, minima = make_surface("himmelblau"), LANDSCAPES["himmelblau"].minima
    wild = result(parse_entry("sgd"), himmelblau, grid(5.0), 0.5, minima, steps=50)
    assert (wild.index == -1).float().mean() > 0.9
    slow = result(parse_entry("sgd"), himmelblau, grid(0.5), 1e-6, minima, steps=50)
    assert (slow.index == -1).all()
    assert len(slow.minima) == 4
    saddle = result(parse_entry("sgd"), make_surface("saddle"), grid(1.0), 0.1, steps=50)
    assert (saddle.index == -1).all()
    assert saddle.minima.shape == (0, 2)


def test_every_start_on_a_convex_surface_reaches_the_one_minimum() -> None:
    reached = result(parse_entry("momentum"), make_surface("ravine"), grid(5.0), 0.03, momentum=0.7)
    assert (reached.index == 0).all()
    torch.testing.assert_close(reached.minima, torch.zeros(1, 2, dtype=torch.float64))
