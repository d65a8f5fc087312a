"""Every number of hyperparameter search's scene, against torch.optim, Optuna and plain loops."""

import numpy as np
import optuna
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.scenes.hyperparameter_search import SPACE, grid_sizes
from explainer.scenes.hyperparameter_search.searching import goes_on, grid_of, proposal
from explainer.scenes.hyperparameter_search.training import batches_of, checkpoints_of, first_weights, settings_of

STATES = (optuna.trial.TrialState.PRUNED, optuna.trial.TrialState.COMPLETE)
SHORT = {"updates": 18, "budget": 8}


def history_of(run, name="random"):
    """A method's trials as NumPy has them."""
    return {key: value.numpy() for key, value in run.execution.experiment.histories[name].items()}


def held_digits(run):
    """The digits of a run by scikit-learn: training inputs and labels, those held out in its order."""
    x, y = load_digits(return_X_y=True)
    learned = np.arange(len(x)) % 5 >= 2
    spread = x[learned].std(0)
    x = (x - x[learned].mean(0)) / np.where(spread > 0, spread, 1)
    held = np.flatnonzero(~learned)[torch.randperm(720, generator=run.execution.experiment.generator("split")).numpy()]
    return torch.tensor(x[learned]).float(), torch.tensor(y[learned]), torch.tensor(x[held]).float(), y[held]


def test_a_trial_is_what_pytorch_makes_of_its_settings():
    run = Run("hyperparameter-search", methods="random", searched=",".join(SPACE), **SHORT)
    run.step(3)
    history, experiment = history_of(run), run.execution.experiment
    settings = run.arrays("trial_settings")["trial_settings"]
    x, y, held_x, held_y = held_digits(run)
    for k in range(3):
        lr, decay, momentum, units, _ = settings[k]
        seed = experiment.first_seed + 2 * k
        w, v = first_weights([seed], torch.tensor(settings[k : k + 1]))
        net = nn.Sequential(nn.Linear(64, int(units)), nn.ReLU(), nn.Linear(int(units), 10))
        with torch.no_grad():
            net[0].weight.copy_(w[0, :64].T)
            net[0].bias.copy_(w[0, 64])
            net[2].weight.copy_(v[0, :-1].T)
            net[2].bias.copy_(v[0, -1])
        optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=momentum, weight_decay=decay)
        for batch in batches_of([seed], 18, len(x))[0]:
            optimizer.zero_grad()
            F.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
        right = net(held_x).argmax(1).numpy() == held_y
        assert history["curve"][k, -1] == pytest.approx(right[:360].mean(), abs=0.006)
        assert history["test"][k] == pytest.approx(right[360:].mean(), abs=0.006)


def test_settings_lie_where_the_shares_say():
    shares = torch.tensor([[0.0] * 5, [0.5] * 5, [1.0] * 5])
    found = settings_of(shares, tuple(SPACE), (1e-4, 1.0), "log").numpy()
    np.testing.assert_allclose(found[:, 0], [1e-4, 1e-2, 1.0])
    np.testing.assert_allclose(found[:, 1], [1e-6, 1e-3, 1.0])
    np.testing.assert_allclose(found[:, 2], [0, 0.495, 0.99])
    np.testing.assert_allclose(found[:, 3], [2, 11, 64])
    np.testing.assert_allclose(found[:, 4], [0.1, 1, 10])
    np.testing.assert_allclose(settings_of(shares, ("lr", "momentum"), (0.0, 1.0), "linear")[:, 0], [0, 0.5, 1])
    np.testing.assert_allclose(settings_of(shares[:, :2], ("units", "gain"), (1e-4, 1), "log")[0, :3], [0.1, 1e-4, 0.9])


@pytest.mark.parametrize(("budget", "searched"), [(25, 2), (25, 3), (25, 5), (4, 2), (100, 4), (7, 2)])
def test_the_grid_is_the_evenest_that_the_budget_allows(budget, searched):
    sizes = grid_sizes(budget, searched)
    assert np.prod(sizes) <= budget
    assert max(sizes) - min(sizes) <= 1
    smallest = sizes.index(min(sizes))
    assert np.prod([size + (k == smallest) for k, size in enumerate(sizes)]) > budget
    points = grid_of(budget, searched, 0).numpy()
    assert len(np.unique(points, axis=0)) == len(points) == np.prod(sizes)
    for axis, size in enumerate(sizes):
        np.testing.assert_allclose(np.unique(points[:, axis]), np.linspace(0, 1, size) if size > 1 else [0.5])


def test_a_grid_that_is_at_its_end_rests():
    run = Run("hyperparameter-search", methods="grid", searched="lr,weight_decay,momentum", budget=10, updates=9)
    run.step(10)
    assert run.metrics["trials/grid"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]


def test_random_and_halving_try_the_same_settings_and_the_budget_is_spent_alike():
    run = Run("hyperparameter-search", methods="random,halving", **SHORT)
    run.step(8)
    random, halving = history_of(run), history_of(run, "halving")
    np.testing.assert_array_equal(random["shares"], halving["shares"][:8])
    assert random["used"].sum() == 8 * 18 <= halving["used"].sum() < 9 * 18
    assert run.arrays("searcher_updates")["searcher_updates"].tolist() == [8 * 18, halving["used"].sum(), 0]
    ended = np.isfinite(halving["curve"]).sum(1)
    np.testing.assert_array_equal(np.array([0, *checkpoints_of(18)])[ended], halving["used"])
    assert set(ended) <= {1, 3, 9}


def test_halving_stops_what_optunas_pruner_stops():
    draw = np.random.default_rng(0)
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", pruner=pruner)
    history = {"curve": torch.zeros(0, 9, dtype=torch.float64)}
    for number in range(40):
        curve, trial = [float("nan")] * 9, study.ask()
        for look, step in ((0, 1), (2, 3), (8, 9)):
            curve[look] = float(draw.random())
            trial.report(curve[look], step)
            ours, theirs = goes_on(history, number, look, curve[look], 1), not trial.should_prune()
            if look < 8:
                assert ours == theirs
            if not theirs or look == 8:
                study.tell(trial, None if look < 8 else curve[look], state=STATES[look == 8])
                break
        history = {"curve": torch.cat([history["curve"], torch.tensor(curve, dtype=torch.float64)[None]])}
    assert 1 < int(history["curve"][:, 8].isfinite().sum()) < 20


def test_hyperbands_brackets_leave_out_the_first_rungs_and_compare_among_themselves():
    history = {"curve": torch.full((6, 9), 0.9, dtype=torch.float64)}
    assert [goes_on(history, number, 0, 0.1, 3) for number in (6, 7, 8)] == [False, True, True]
    assert [goes_on(history, number, 2, 0.1, 3) for number in (6, 7, 8)] == [False, False, True]
    history["curve"][::3, 0] = 0.0
    assert goes_on(history, 6, 0, 0.1, 3)


def test_tpe_is_optunas_after_the_same_trials():
    run = Run("hyperparameter-search", methods="tpe", updates=9, budget=14)
    run.step(13)
    history = run.execution.experiment.histories["tpe"]
    found = proposal("tpe", history, 14, 5).numpy()
    space = {"a": optuna.distributions.FloatDistribution(0, 1), "b": optuna.distributions.FloatDistribution(0, 1)}
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=5 + 13))
    for shares, value in zip(history["shares"].tolist(), history["curve"][:, -1].tolist(), strict=True):
        given = dict(zip("ab", shares, strict=True))
        study.add_trial(optuna.trial.create_trial(params=given, distributions=space, value=value))
    np.testing.assert_allclose(found, list(study.ask(space).params.values()))


def test_the_recorded_errors_are_those_of_the_best_trials_that_were_trained_to_their_end():
    run = Run("hyperparameter-search", **SHORT)
    run.step(6)
    for k, name in enumerate(run.params.methods):
        history, values, tests = history_of(run, name), [], []
        for curve, test in zip(history["curve"], history["test"], strict=True):
            if np.isfinite(curve[-1]):
                values.append(curve[-1])
                tests.append(test)
        at = int(np.argmax(values))
        assert run.metrics[f"error/{name}"][-1] == pytest.approx(1 - values[at])
        assert run.metrics[f"test/{name}"][-1] == pytest.approx(1 - tests[at])
        found = run.arrays("searcher_best", "searcher_test", "searcher_trials")
        assert found["searcher_best"][k] == pytest.approx(values[at])
        assert found["searcher_test"][k] == pytest.approx(tests[at])
        assert found["searcher_trials"][k] == len(history["used"])


def test_your_own_trial_is_where_you_asked_and_comes_back_after_a_seek():
    run = Run("hyperparameter-search", methods="random", **SHORT)
    run.step(2)
    run.act("attempt", place=(-1.0, -4.0))
    run.step(2)
    found = run.arrays("trial_searcher", "trial_settings", "searcher_best")
    np.testing.assert_allclose(found["trial_settings"][found["trial_searcher"] == 1][0, :2], [0.1, 1e-4])
    run.seek(1)
    run.seek(4)
    np.testing.assert_array_equal(run.arrays("searcher_best")["searcher_best"], found["searcher_best"])


def job(run, name):
    """What a side job has yielded in the end."""
    return {k: np.asarray(v) for part in getattr(run.execution.experiment, name)() for k, v in part.items()}


def test_importances_are_optunas_fanova():
    run = Run("hyperparameter-search", methods="random", updates=9, budget=12, selected=0)
    run.step(12)
    history = history_of(run)
    space = {"a": optuna.distributions.FloatDistribution(0, 1), "b": optuna.distributions.FloatDistribution(0, 1)}
    study = optuna.create_study(direction="maximize")
    for shares, value in zip(history["shares"].tolist(), history["curve"][:, -1].tolist(), strict=True):
        given = dict(zip("ab", shares, strict=True))
        study.add_trial(optuna.trial.create_trial(params=given, distributions=space, value=value))
    wanted = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=0)
    )
    np.testing.assert_allclose(job(run, "importance")["importances"], [wanted["a"], wanted["b"]])
    assert np.isnan(job(Run("hyperparameter-search"), "importance")["importances"]).all()


def test_the_surface_is_what_a_trial_there_would_have_had():
    run = Run("hyperparameter-search", methods="random", updates=9, own_seed=False)
    found = job(run, "response")
    x, y = found["response_x"][13], found["response_y"][4]
    np.testing.assert_allclose(found["response_x"][[0, -1]], [-5, 1])
    run.act("attempt", place=(float(x), float(y)))
    assert run.arrays("searcher_best")["searcher_best"][1] == pytest.approx(found["response"][4, 13], abs=0.006)


def test_the_best_of_equal_trainings_is_flattered_and_its_test_is_not():
    found = job(Run("hyperparameter-search", updates=27, validation=40), "flattery")["flattery"]
    assert (np.diff(found[0]) <= 1e-12).all()
    assert found[0, 0] == pytest.approx(found[1, 0], abs=0.02)
    assert found[0, -1] < 0.5 * found[1, -1]


def test_one_hyperparameter_is_refused():
    with pytest.raises(Refused, match="searched = lr is refused: give at least two of lr, weight_decay"):
        Run("hyperparameter-search", searched="lr")


def test_notes_say_what_is_so():
    run = Run("hyperparameter-search", methods="grid,random", updates=9)
    run.step(25)
    assert "few-values" in {note.name for note in run.notes}
    assert not Run("hyperparameter-search").notes
