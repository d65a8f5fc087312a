"""Every number of the race, against closed forms, quadrature, torch, SciPy, cmaes itself and plain loops."""

import cmaes
import numpy as np
import pytest
import scipy.optimize
import torch
from torch import nn

from explainer import Refused, Run
from explainer.contract.recipe import stream_seed
from explainer.engine.side_jobs import SideJobs
from explainer.scenes.evolution.problems import FUNCTIONS, Network
from explainer.scenes.evolution.searchers import Descent, EvolutionStrategy


def experiment(**given):
    """The experiment of a run."""
    return Run("evolution", **given).execution.experiment


def rastrigin(x):
    """By the book, one place."""
    return sum(10 + v**2 - 10 * np.cos(2 * np.pi * v) for v in x)


@pytest.mark.parametrize(("name", "theirs"), [("rosenbrock", scipy.optimize.rosen), ("rastrigin", rastrigin)])
def test_functions_are_those_of_the_literature(name, theirs):
    places = np.random.default_rng(0).normal(size=(5, 4))
    np.testing.assert_allclose(FUNCTIONS[name](torch.tensor(places)), [theirs(x) for x in places], rtol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_blurred_loss_is_the_mean_over_the_cloud_by_quadrature(name):
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    sigma, place = 0.4, np.array([0.7, -1.1])
    x, y = np.meshgrid(place[0] + sigma * nodes, place[1] + sigma * nodes, indexing="ij")
    around = FUNCTIONS[name](torch.tensor(np.stack([x.ravel(), y.ravel()], 1))).numpy().reshape(x.shape)
    found = float(FUNCTIONS[name](torch.tensor(place[None]), sigma)[0])
    assert found == pytest.approx(weights @ around @ weights, rel=1e-9)


def test_the_ellipsoid_has_the_condition_that_is_said_and_no_axis_of_its_own():
    place = torch.zeros(6, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(lambda x: FUNCTIONS["ellipsoid"](x[None])[0], place)
    values = np.linalg.eigvalsh(hessian.numpy())
    np.testing.assert_allclose(values, np.logspace(0, 4, 6), rtol=1e-9)
    assert (np.abs(hessian.numpy())[0, 1:] > 1e-3).all()


@pytest.mark.parametrize("objective", ["loss", "step", "error"])
def test_a_network_of_one_vector_is_that_of_torch(objective):
    torch.manual_seed(0)
    points, classes = torch.randn(30, 2, dtype=torch.float64), (torch.arange(30) % 2).double()
    weights = torch.randn(3, 21, dtype=torch.float64)
    found = Network(5, objective, points, classes)(weights)
    for k, own in enumerate(weights):
        first, last = nn.Linear(2, 5, dtype=torch.float64), nn.Linear(5, 1, dtype=torch.float64)
        for tensor, part in zip([*first.parameters(), *last.parameters()], own.split([10, 5, 5, 1]), strict=True):
            tensor.data = part.reshape(tensor.shape)
        hidden = first(points)
        score = last(hidden.sign() if objective == "step" else hidden.tanh())[:, 0]
        expected = nn.functional.binary_cross_entropy_with_logits(score, classes)
        if objective == "error":
            expected = ((score > 0).double() != classes).double().mean()
        assert float(found[k]) == pytest.approx(expected.item(), rel=1e-12)


def test_descent_is_torchs_sgd_until_it_rests():
    own = experiment(methods="gd", problem="network", population=30)
    (searcher,) = own.searchers
    theta = searcher.centre.clone().requires_grad_()
    theirs = torch.optim.SGD([theta], lr=1.0)
    searcher.lr = 1.0
    visited = searcher.ask()
    assert isinstance(searcher, Descent)
    for place in visited:
        theirs.zero_grad()
        own.problem(theta[None])[0].backward()
        theirs.step()
        np.testing.assert_allclose(place, theta.detach(), rtol=1e-12)
    assert len(visited) == 10


def test_the_strategys_slope_is_a_plain_sum_over_ranks_and_its_pairs_are_opposite():
    own = experiment(methods="es", problem="sphere", dimension=5)
    (searcher,) = own.searchers
    assert isinstance(searcher, EvolutionStrategy)
    before, people = searcher.centre.numpy().copy(), searcher.ask()
    losses = own.problem(people)
    searcher.alpha = 0.3
    searcher.tell(losses)
    steps = (people.numpy() - before) / 0.5
    np.testing.assert_allclose(steps[:10], -steps[10:], atol=1e-12)
    order, slope = sorted(range(20), key=lambda i: float(losses[i])), np.zeros(5)
    for rank, i in enumerate(order):
        slope += (rank / 19 - 0.5) * steps[i]
    slope /= 20 * 0.5
    np.testing.assert_allclose(searcher.centre, before - 0.3 * slope, rtol=1e-12)
    cosine = before @ slope / np.linalg.norm(before) / np.linalg.norm(slope)
    assert float(searcher.cosine()) == pytest.approx(cosine, rel=1e-9)


@pytest.mark.parametrize(("name", "kind"), [("cma", cmaes.CMA), ("sep", cmaes.SepCMA)])
def test_the_covariance_strategy_is_cmaes_told_the_same_seeds_also_after_going_back(name, kind):
    run = Run("evolution", methods=name, dimension=4, seed=1)
    run.step(15)
    run.seek(6)
    run.step(9)
    chance = torch.Generator().manual_seed(stream_seed(1, name))
    theirs = kind(np.array([3.3, -2.4, 3.3, -2.4]), 0.5, population_size=20)
    best = []
    for _ in range(15):
        theirs.reseed_rng(int(torch.randint(2**31 - 1, (), generator=chance)))
        trials = [theirs.ask() for _ in range(20)]
        told = [(x, float(FUNCTIONS["rastrigin"](torch.tensor(x[None]))[0])) for x in trials]
        best.append(min(loss for _, loss in told))
        theirs.tell(told)
    np.testing.assert_array_equal(run.metrics[f"best/{name}"], np.minimum.accumulate(best))
    np.testing.assert_array_equal(run.arrays("centres")["centres"][0], theirs.mean[:2])


def test_a_child_of_the_genetic_algorithm_comes_from_the_best_quarter():
    own = experiment(methods="ga", dimension=3, sigma=0.01, population=40)
    (searcher,) = own.searchers
    people = searcher.ask()
    losses = own.problem(people)
    searcher.tell(losses)
    parents = people[losses.argsort()[:10]]
    np.testing.assert_array_equal(searcher.parents, parents)
    children = searcher.ask()
    np.testing.assert_array_equal(children[0], parents[0])
    away = (children[:, None] - parents).abs().min(1).values
    assert float(away.max()) < 0.06


def test_the_axes_of_the_learned_shape_come_near_the_inverse_hessian():
    run = Run("evolution", methods="cma", problem="ellipsoid", dimension=4)
    run.step(80)
    found = run.arrays("axes", "ideal")
    assert found["axes"][0] / found["axes"][-1] == pytest.approx(100, rel=0.6)
    np.testing.assert_allclose(found["ideal"] / found["ideal"][-1], np.logspace(2, 0, 4), rtol=1e-9)
    assert found["ideal"].prod() == pytest.approx(found["axes"].prod(), rel=1e-6)


def test_sections_and_lines_are_the_loss_where_they_say():
    found = Run("evolution", dimension=3, sigma=0.3).arrays(
        "across", "up", "heights", "blurred_heights", "slice_at", "slice_loss", "slice_blurred"
    )
    x, y = found["across"][40], found["up"][90]
    assert found["heights"][90, 40] == pytest.approx(rastrigin([x, y, 0.0]))
    damped = 10 * np.exp(-2 * np.pi**2 * 0.09)
    blurred = sum(10 + v**2 + 0.09 - damped * np.cos(2 * np.pi * v) for v in (x, y, 0.0))
    assert found["blurred_heights"][90, 40] == pytest.approx(blurred)
    at = found["slice_at"][77]
    assert found["slice_loss"][77] == pytest.approx(rastrigin([at, -2.4, 3.3]))
    assert found["slice_blurred"][77] > found["slice_loss"][77] or np.cos(2 * np.pi * at) < 0


def test_a_networks_answers_are_its_probabilities_spread_from_minus_one_to_one():
    run = Run("evolution", problem="network", methods="cma,ga")
    run.step(10)
    own, found = run.execution.experiment, run.arrays("answers", "map_at", "best_losses")
    place = torch.tensor([[found["map_at"][7], found["map_at"][30]]], dtype=torch.float64)
    for k, searcher in enumerate(own.searchers):
        p = torch.sigmoid(own.problem.scores(searcher.best[None], place)[0, 0])
        assert found["answers"][k, 30, 7] == pytest.approx(float(2 * p - 1))
        assert found["best_losses"][k] == pytest.approx(float(own.problem(searcher.best[None])[0]), rel=1e-9)


def test_memory_evaluations_and_restarts_are_counted():
    run = Run("evolution", methods="gd,cma,es,ga,sep", dimension=10, population=40)
    run.step(3)
    found = run.arrays("memory", "evaluations", "restarts")
    assert found["memory"].tolist() == [10, 130, 10, 100, 40]
    assert found["evaluations"] == 120
    flat = Run("evolution", methods="gd", problem="network", objective="error", population=30)
    flat.step(4)
    assert flat.arrays("restarts")["restarts"].tolist() == [40]


def test_the_price_is_what_a_run_pays():
    run = Run("evolution", methods="cma,ga", problem="sphere")
    jobs = SideJobs()
    jobs.start(run.execution, 1, "price", {})
    job, found, ended = jobs.take_turn(), {}, False
    while not ended:
        arrays, ended = job.work(1.0)
        found |= arrays
    assert found["price_at"].tolist() == [2, 4, 8, 16, 32, 64]
    assert np.isfinite(found["price"]).all()
    assert (found["price"] % 20 == 0).all()
    assert found["price"][0, -1] > 5 * found["price"][0, 0]


def test_what_does_not_go_together_is_refused():
    with pytest.raises(Refused, match="come in pairs"):
        Run("evolution", population=21)
    with pytest.raises(Refused, match="choose sep"):
        Run("evolution", problem="network", hidden=500)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({"problem": "network", "objective": "error"}, 5, {"no-slope"}),
        ({"problem": "network", "objective": "error", "methods": "cma"}, 5, set()),
        ({"problem": "network", "methods": "es", "hidden": 500, "population": 6}, 12, {"blind"}),
        ({"problem": "sphere", "methods": "es"}, 12, set()),
        ({"methods": "cma,gd", "population": 6, "seed": 2}, 200, {"converged"}),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("evolution", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
