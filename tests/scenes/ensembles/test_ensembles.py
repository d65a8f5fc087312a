"""Every number of the ensembles' scene, against scikit-learn's own classes, plain loops and exact sums."""

import math
import pickle

import numpy as np
import pytest
import sklearn.ensemble
import sklearn.metrics
import sklearn.tree

from explainer import Refused, Run
from explainer.scenes.ensembles.drawings import COLUMNS, ROWS

MEMBERS = 12


def grown(steps=MEMBERS, **given):
    """Return a run with so many members, and its points, labels, test points and their labels."""
    run = Run("ensembles", points=60, **given)
    run.step(steps)
    made = run.execution.experiment
    return run, made.x.double().numpy(), made.y.numpy(), made.test_x.double().numpy(), made.test_y.numpy()


def cells_of(run):
    """Return the middles of the cells (cell, 2), row by row from the lowest."""
    found = run.arrays("across", "up")
    return np.array([[x, y] for y in found["up"] for x in found["across"]], float)


@pytest.mark.parametrize("given", [{}, {"max_depth": 2, "max_samples": 1.0}, {"method": "forest"}], ids=str)
def test_bagging_is_the_mean_of_trees_grown_on_the_points_that_were_drawn(given):
    run, x, y, test_x, test_y = grown(**given)
    made, cells = run.execution.experiment, cells_of(run)
    shares, maps, alone = np.zeros(len(test_y)), np.zeros(len(cells)), []
    for number, drawn in enumerate(made.given, 1):
        counts = drawn.numpy().astype(int)
        assert counts.sum() == round(run.params.max_samples * 60)
        if given.get("method") == "forest":
            tree = pickle.loads(made.trees[number - 1])
            assert tree.max_features == 1
        else:
            rows = np.repeat(np.arange(60), counts)
            state = pickle.loads(made.trees[number - 1]).random_state
            depth = run.params.max_depth
            tree = sklearn.tree.DecisionTreeClassifier(max_depth=depth, random_state=state).fit(
                x, y, sample_weight=counts
            )
            assert tree.score(x[rows], y[rows]) == pytest.approx(1 - run.arrays("errors")["errors"][number - 1])
        shares += tree.predict_proba(test_x)[:, 1] / MEMBERS
        maps += tree.predict_proba(cells)[:, 1] / MEMBERS
        alone.append(tree.score(test_x, test_y))
        assert run.metrics["test/member"][number - 1] == pytest.approx(alone[-1])
    assert run.metrics["test/vote"][-1] == pytest.approx(((shares > 0.5 + 1e-12) == test_y).mean())
    found = run.arrays("vote", "alone")
    np.testing.assert_allclose(found["vote"], (2 * maps - 1).reshape(ROWS, COLUMNS), atol=1e-6)
    np.testing.assert_allclose(found["alone"], alone)


@pytest.mark.parametrize("given", [{}, {"max_depth": 2, "learning_rate": 0.5}, {"wrong": 0.0}], ids=str)
def test_adaboost_is_scikit_learns(given):
    run, x, y, test_x, test_y = grown(method="adaboost", **given)
    p = run.params
    stump = sklearn.tree.DecisionTreeClassifier(max_depth=p.max_depth)
    reference = sklearn.ensemble.AdaBoostClassifier(
        stump, n_estimators=MEMBERS, learning_rate=p.learning_rate, random_state=0
    ).fit(x, y)
    found = run.arrays("alphas", "errors", "vote", "reached")
    np.testing.assert_allclose(found["alphas"], reference.estimator_weights_, rtol=1e-9)
    np.testing.assert_allclose(found["errors"], reference.estimator_errors_, rtol=1e-9)
    assert run.metrics["train/vote"][:].tolist() == list(reference.staged_score(x, y))
    stages = list(reference.staged_score(test_x, test_y))
    np.testing.assert_allclose(run.metrics["test/vote"][:], stages, atol=0.03)  # ties of splits may fall otherwise
    np.testing.assert_allclose(found["reached"], run.metrics["test/vote"][:])


def test_the_weights_that_adaboost_gives_are_those_of_a_plain_loop_and_wrong_points_then_hold_half():
    run, x, y, _, _ = grown(method="adaboost")
    weights = np.ones(60)
    for given, tree in zip(run.execution.experiment.given, run.execution.experiment.trees, strict=True):
        np.testing.assert_allclose(given, weights, rtol=1e-9)
        wrong = pickle.loads(tree).predict(x) != y
        error = weights[wrong].sum() / weights.sum()
        weights[wrong] *= (1 - error) / error
        weights *= 60 / weights.sum()
        assert weights[wrong].sum() == pytest.approx(30)
    assert run.arrays("emphasis")["emphasis"] == pytest.approx(run.execution.experiment.given[-1].numpy())


@pytest.mark.parametrize("given", [{}, {"learning_rate": 0.5, "max_depth": 1}], ids=str)
def test_gradient_boosting_is_scikit_learns(given):
    run, x, y, *_ = grown(method="gradient", **given)
    p = run.params
    reference = sklearn.ensemble.GradientBoostingClassifier(
        n_estimators=MEMBERS, learning_rate=p.learning_rate, max_depth=p.max_depth, random_state=0
    ).fit(x, y)
    score = run.execution.experiment.score.numpy()
    np.testing.assert_allclose(score, reference.decision_function(x), rtol=1e-6, atol=1e-9)
    *_, before, _ = reference.staged_predict_proba(x)
    np.testing.assert_allclose(run.arrays("emphasis")["emphasis"], np.abs(y - before[:, 1]), rtol=1e-6)
    assert run.metrics["train/vote"][-1] == pytest.approx(reference.score(x, y))
    share = reference.predict_proba(x)[:, 1]
    counts, _ = np.histogram((2 * y - 1) * (2 * share - 1), np.linspace(-1, 1, 21))
    assert np.abs(run.arrays("margins")["margins"] - counts).sum() <= 2  # on an edge


def test_one_tree_and_the_best_rule():
    run, x, y, test_x, test_y = grown(1)
    tree = sklearn.tree.DecisionTreeClassifier(random_state=0).fit(x, y)
    assert run.metrics["test/one"][0] == pytest.approx(tree.score(test_x, test_y))
    *_, found = run.execution.experiment.one_tree()
    assert found["strong_scores"] == pytest.approx([tree.score(x, y), tree.score(test_x, test_y)])
    assert ((found["strong"] > 0).ravel() == tree.predict(cells_of(run))).all()
    angles = np.pi * (np.arange(4000) + 0.5) / 4000
    density = []
    for label in (0, 1):
        side = 1 - 2 * label
        places = np.stack([label + side * np.cos(angles), 0.5 * label + side * np.sin(angles)], 1)
        away = ((test_x[:, None, 0] - places[:, 0]) ** 2 + (test_x[:, None, 1] - places[:, 1]) ** 2) / (2 * 0.35**2)
        density.append(np.exp(-away).mean(1))
    assert run.arrays("best")["best"] == pytest.approx(((density[1] > density[0]) == test_y).mean(), abs=0.002)
    assert math.isnan(Run("ensembles", data="xor").arrays("best")["best"])


def test_errors_correlate_as_pair_by_pair_and_out_of_bag_points_are_judged_by_others():
    run, x, y, test_x, test_y = grown(max_samples=0.5)
    made, found = run.execution.experiment, run.arrays("correlation", "out_of_bag", "reached")
    trees = [pickle.loads(tree) for tree in made.trees]
    errors = np.array([tree.predict(test_x) != test_y for tree in trees], float)
    pairs = np.corrcoef(errors)[np.triu_indices(MEMBERS, 1)]
    assert found["correlation"] == pytest.approx(pairs.mean())
    right = []
    for k in range(60):
        votes = [
            tree.predict_proba(x[k : k + 1])[0, 1] - 0.5 for tree, w in zip(trees, made.given, strict=True) if w[k] == 0
        ]
        right += [(sum(votes) > 1e-12) == y[k]] if votes else []
    assert found["out_of_bag"] == pytest.approx(np.mean(right))
    assert found["reached"].tolist() == run.metrics["test/vote"][:].tolist()


def test_independent_members_are_a_binomial_sum():
    run, *_ = grown()
    found = run.arrays("independent", "alone")
    p = found["alone"].mean()
    for voters in (1, 2, 7, MEMBERS):
        chances = [math.comb(voters, k) * p**k * (1 - p) ** (voters - k) for k in range(voters + 1)]
        half = sum(c * (1.0 if 2 * k > voters else 0.5 if 2 * k == voters else 0.0) for k, c in enumerate(chances))
        assert found["independent"][voters - 1] == pytest.approx(half)


def test_the_variance_of_the_vote_is_what_its_two_causes_foretell(monkeypatch):
    jobs = "explainer.scenes.ensembles.side_jobs."
    for name, value in (("SETS", 6), ("MEMBERS", 5), ("ASKED", 50)):
        monkeypatch.setattr(jobs + name, value)
    said = []
    says = pytest.importorskip("explainer.scenes.ensembles.side_jobs").says
    monkeypatch.setattr(jobs + "says", lambda *given: said.append(says(*given)) or said[-1])
    *_, found = Run("ensembles", points=40).execution.experiment.spread()
    table = np.array(said).reshape(6, 5, 50)
    covariances = np.array([np.cov(table[:, :, place].T) for place in range(50)]).mean(0)
    variance, shared = covariances.diagonal().mean(), covariances[~np.eye(5, dtype=bool)].mean()
    assert found["causes"] == pytest.approx([variance, shared / variance])
    for members in range(1, 6):
        means = table[:, :members].mean(1)
        assert found["measured"][members - 1] == pytest.approx(means.var(0, ddof=1).mean())
        assert found["foretold"][members - 1] == pytest.approx(shared + (variance - shared) / members)
    assert found["measured"][-1] == pytest.approx(found["foretold"][-1])


def test_the_race_is_of_scikit_learns_classes(monkeypatch):
    monkeypatch.setattr("explainer.scenes.ensembles.side_jobs.RACED", 4)
    run, x, y, test_x, test_y = grown(0)
    *_, found = run.execution.experiment.race()
    assert found["on_points"].shape == found["on_tumours"].shape == (5, 4)
    for way, kind in enumerate(("Bagging", "RandomForest", "AdaBoost", "GradientBoosting"), 1):
        model = getattr(sklearn.ensemble, f"{kind}Classifier")(n_estimators=4, random_state=0).fit(x, y)
        assert found["on_points"][way, -1] == pytest.approx(model.score(test_x, test_y), abs=1e-9)


@pytest.mark.parametrize("method", ["bagging", "adaboost", "gradient"])
def test_a_member_loses_its_vote_and_gets_it_back(method):
    run, *_ = grown(6, method=method)
    made, names = run.execution.experiment, ("vote", "away", "reached")
    before, score = run.arrays(*names), made.score.clone()
    run.act("remove", member=3)
    found, without = run.arrays(*names), made.score - score
    said = made.drawings[0].parts()[0][2]
    np.testing.assert_allclose(without, -made.alphas[2] * said, atol=1e-12)
    assert found["away"].tolist() == [False, False, True, False, False, False]
    assert not np.array_equal(found["vote"], before["vote"])
    assert found["reached"][1] == before["reached"][1]
    run.step()
    run.act("remove", member=3)
    assert not run.arrays("away")["away"].any()
    with pytest.raises(Refused, match="there are 7"):
        run.act("remove", member=8)


def test_a_run_ends_with_the_five_hundredth_member_and_latest_ones_are_shown(monkeypatch):
    monkeypatch.setattr("explainer.scenes.ensembles.experiment.MOST", 30)
    run, *_ = grown(40, method="adaboost")
    assert run.finished
    assert run.arrays("numbers")["numbers"].tolist() == list(range(11, 31))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, set()),
        ({"method": "adaboost", "max_depth": 20}, {"perfect"}),
        ({"method": "adaboost"}, {"heavy"}),
        ({"method": "adaboost", "wrong": 0.0}, set()),
        ({"method": "gradient", "learning_rate": 1.0}, {"fell"}),
    ],
)
def test_notes_say_what_is_so(given, named):
    run = Run("ensembles", **given)
    run.step(40)
    assert {note.name for note in run.notes} == named
