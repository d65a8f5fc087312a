"""Every number of metrics' scene, against scikit-learn, SciPy, NumPy and plain loops."""

import types

import numpy as np
import pytest
import scipy.special
import scipy.stats
import sklearn.linear_model
import sklearn.metrics as sk

from explainer import Refused, Run
from explainer.scenes.metrics.view import place_of_threshold, threshold_of

SETTINGS = [
    {},
    {"threshold": 0.1667, "positives": 0.01, "miss": 20.0, "cases": 500},
    {"data": "diabetes", "cut": 140, "threshold": 0.3, "alarm": 3.0},
    {"data": "cancer", "kept": 0.2, "start": "zero"},
    {"data": "digits", "kept": 0.2, "digit": 3},
]


@pytest.fixture(params=SETTINGS, ids=lambda given: ",".join(map(str, given.values())) or "defaults")
def run(request):
    """A run after five steps."""
    run = Run("metrics", seed=4, **request.param)
    run.step(5)
    return run


def called(found, threshold):
    """Who is called positive."""
    return (found["scores"][0] >= threshold).astype(int)


def test_the_measures_at_the_threshold_are_scikit_learns(run):
    found = run.arrays("scores", "labels", "measures", "totals", "price")
    y, said, p = found["labels"], called(found, run.params.threshold), run.params
    confusion = sk.confusion_matrix(y, said, labels=[0, 1])
    assert found["totals"].tolist() == confusion.ravel().tolist()
    expected = [
        sk.accuracy_score(y, said), sk.balanced_accuracy_score(y, said), sk.precision_score(y, said),
        sk.recall_score(y, said), sk.recall_score(y, said, pos_label=0), sk.f1_score(y, said),
        sk.matthews_corrcoef(y, said),
    ]  # fmt: skip
    np.testing.assert_allclose(found["measures"], expected, rtol=1e-12)
    cost = sum(p.alarm * (s and not t) + p.miss * (t and not s) for s, t in zip(said, y, strict=True)) / len(y)
    assert found["price"] == pytest.approx(cost)


def test_what_is_recorded_of_all_thresholds_is_scikit_learns(run):
    found = run.arrays("scores", "labels")
    y, scores = found["labels"], found["scores"][0]
    assert run.metrics["auc"][-1] == pytest.approx(sk.roc_auc_score(y, scores))
    assert run.metrics["ap"][-1] == pytest.approx(sk.average_precision_score(y, scores))
    assert run.metrics["brier"][-1] == pytest.approx(sk.brier_score_loss(y, scores))
    if run.params.data != "digits":
        assert run.metrics["loss/judged"][-1] == pytest.approx(sk.log_loss(y, scores))
    error = 0.0
    for k in range(10):
        inside = (scores >= k / 10) & (scores < (k + 1) / 10 if k < 9 else scores <= 1)
        if inside.any():
            error += inside.mean() * abs(scores[inside].mean() - y[inside].mean())
    assert run.metrics["ece"][-1] == pytest.approx(error)


def test_the_curves_over_the_threshold_are_counted_case_by_case(run):
    found, params = run.arrays("*"), run.params
    y, scores = found["labels"], found["scores"][0]
    for at in (0, 37, 100, 163):
        t = found["thresholds"][at]
        said = scores >= t
        with np.errstate(invalid="ignore"):
            precision = np.divide((said & (y == 1)).sum(), said.sum())
        np.testing.assert_allclose(found["by_threshold"][2, at], precision)
        assert found["by_threshold"][6, at] == pytest.approx(sk.matthews_corrcoef(y, said) or np.nan, nan_ok=True)
        cost = np.where(said, params.alarm * (y == 0), params.miss * (y == 1)).mean()
        foretold = np.where(said, params.alarm * (1 - scores), params.miss * scores).mean()
        np.testing.assert_allclose(found["prices"][:, at], [cost, foretold])
    costs = [np.where(scores >= t, params.alarm * (y == 0), params.miss * (y == 1)).mean() for t in [*scores, 1.0]]
    at, least = found["cheapest"]
    assert least == pytest.approx(min(costs))
    assert np.where(scores >= at, params.alarm * (y == 0), params.miss * (y == 1)).mean() == pytest.approx(least)


def test_classes_and_their_averages_are_scikit_learns(run):
    found = run.arrays("confusion", "by_class", "averages")
    rows, columns = np.indices(found["confusion"].shape)
    y, said = (np.repeat(each.ravel(), found["confusion"].ravel()) for each in (rows, columns))
    for k, average in enumerate(("macro", "micro", "weighted")):
        expected = sk.precision_recall_fscore_support(y, said, average=average, zero_division=0)[:3]
        np.testing.assert_allclose(found["averages"][k], expected)
    each = np.array(sk.precision_recall_fscore_support(y, said, zero_division=np.nan)).T
    np.testing.assert_allclose(found["by_class"], each)


def test_the_histogram_holds_every_case_on_its_side_of_the_threshold(run):
    found = run.arrays("counts", "edges", "scores", "labels", "totals")
    assert found["counts"].sum(1).tolist() == found["totals"].tolist()
    inner = np.clip(scipy.special.logit(np.clip(found["scores"][0], 1e-15, 1 - 1e-15)), *found["edges"][[0, -1]])
    expected = np.histogram(inner[found["labels"] == 1], found["edges"])[0]
    assert np.abs(np.cumsum(found["counts"][2:].sum(0) - expected)).max() <= 1


def test_intervals_are_those_of_a_plain_bootstrap():
    run = Run("metrics", cases=200, positives=0.3, threshold=0.4)
    found = run.arrays("scores", "labels", "intervals")
    y, said, draw = found["labels"], called(found, 0.4), np.random.default_rng(9)
    drawn = [draw.integers(len(y), size=len(y)) for _ in range(1500)]
    both = [[said[i][y[i] == 1].mean(), (said[i] == y[i]).mean()] for i in drawn]
    expected = np.quantile(both, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(found["intervals"][[3, 0]].T, expected, atol=0.03)


def test_precision_elsewhere_is_that_of_people_drawn_with_that_share():
    found = Run("metrics").arrays("shares_elsewhere", "values_elsewhere", "totals")
    tn, fp, fn, tp = found["totals"].tolist()
    for k in (0, 30, 60, 70):
        share = found["shares_elsewhere"][k]
        ill, well = 1e6 * share, 1e6 * (1 - share)
        hits, alarms, missed, spared = (ill * tp / (tp + fn), well * fp / (fp + tn), ill * fn / (tp + fn),
                                        well * tn / (fp + tn))  # fmt: skip
        expected = [hits / (hits + alarms), missed / (missed + spared)]
        np.testing.assert_allclose(found["values_elsewhere"][:, k], expected)


def test_scores_at_first_are_naive_bayes_with_a_common_variance():
    run = Run("metrics", data="diabetes", seed=1)
    experiment = run.execution.experiment
    x, y, judged = experiment.train_x.numpy(), experiment.train_y.numpy(), experiment.x.numpy()
    spread = np.sqrt(np.mean([(row - x[y == label].mean(0)) ** 2 for row, label in zip(x, y, strict=True)], 0) + 0.01)
    likelihood = [np.log((y == k).mean()) + scipy.stats.norm.logpdf(judged, x[y == k].mean(0), spread).sum(1)
                  for k in (0, 1)]  # fmt: skip
    np.testing.assert_allclose(run.arrays("scores")["scores"][0], scipy.special.softmax(likelihood, 0)[1], atol=1e-9)


def test_training_ends_at_scikit_learns_logistic_regression():
    run = Run("metrics", cases=50, seed=2)
    run.step(300)
    experiment = run.execution.experiment
    x, y, judged = experiment.train_x.numpy(), experiment.train_y.numpy(), experiment.x.numpy()
    expected = sklearn.linear_model.LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(x, y)
    np.testing.assert_allclose(run.arrays("scores")["scores"][0], expected.predict_proba(judged)[:, 1], atol=2e-3)


def test_the_area_of_many_people_is_the_best_possible():
    run = Run("metrics", cases=20_000, seed=2)
    run.step(1)
    assert run.metrics["auc"][-1] == pytest.approx(scipy.stats.norm.cdf(1.5 / 2**0.5), abs=0.008)


def test_naive_bayes_takes_the_evidence_of_correlated_readings_three_and_a_half_times():
    run = Run("metrics", cases=300, seed=5)
    odds = scipy.special.logit(np.clip(run.arrays("scores")["scores"][1], 1e-15, 1 - 1e-15))
    run.step(200)
    true = scipy.special.logit(run.arrays("scores")["scores"][0])
    assert np.polyfit(true, odds, 1)[0] == pytest.approx(3.5, rel=0.1)


def test_errors_of_numbers_are_scikit_learns():
    for blunder in (0.0, 1000.0):
        found = Run("metrics", blunder=blunder).arrays("progression", "predicted", "errors")
        y, said = found["progression"], found["predicted"]
        expected = [sk.mean_squared_error(y, said), sk.root_mean_squared_error(y, said),
                    sk.mean_absolute_error(y, said), sk.r2_score(y, said)]  # fmt: skip
        np.testing.assert_allclose(found["errors"], expected)


def scores_file(folder, head="score,label", rows=()):
    """A CSV of scores."""
    place = folder / "scores.csv"
    place.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return str(place)


def test_scores_of_ones_own_are_judged_as_they_are_and_play_calibrates_them(tmp_path):
    draw = np.random.default_rng(0)
    y = draw.random(800) < 0.3
    true = scipy.special.expit(draw.normal(2.5 * y - 2, 1))
    given = np.clip(np.round(scipy.special.expit(3 * scipy.special.logit(true)), 2), 0.01, 0.99)
    rows = [f"{s},{'yes' if k else 'no'}" for s, k in zip(given, y, strict=True)]
    run = Run("metrics", data="file", path=scores_file(tmp_path, rows=rows), threshold=0.3)
    found = run.arrays("scores", "labels", "totals")
    np.testing.assert_allclose(found["scores"][0], given, atol=1e-9)
    assert found["totals"].tolist() == sk.confusion_matrix(y, given >= 0.3).ravel().tolist()
    area = sk.roc_auc_score(y, given)
    run.step(300)
    assert run.metrics["auc"][-1] == pytest.approx(area)
    assert run.metrics["ece"][-1] < 0.6 * run.metrics["ece"][0]
    odds = scipy.special.logit(given)[:, None]
    platt = sklearn.linear_model.LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(odds, y)
    np.testing.assert_allclose(run.arrays("scores")["scores"][0], platt.predict_proba(odds)[:, 1], atol=5e-3)


@pytest.mark.parametrize(
    ("head", "rows", "columns", "words"),
    [
        ("score,label", ["0.1,a", "0.2,b", "0.3,c", "0.4,a"], "", "3 labels: two are needed"),
        ("score,label", ["0.1,a", "x,b", "0.3,b", "0.4,a"], "", "row 3, holds .*x"),
        ("score,label", ["0.1,a", "0.2,b", "0.3,b", "0.4,a"], "score", "name scores and labels"),
        ("score,label", ["0.1,a", "0.2,b", "0.3,b", "0.4,a"], "score,label,c", "is no label"),
        ("name,label", ["u,a", "v,b", "w,b", "x,a"], "", "no column besides the labels holds numbers"),
    ],
)
def test_a_table_that_holds_no_scores_is_refused_with_the_remedy(tmp_path, head, rows, columns, words):
    with pytest.raises(Refused, match=words):
        Run("metrics", data="file", path=scores_file(tmp_path, head, rows), columns=columns)


def test_the_positive_label_can_be_named(tmp_path):
    place = scores_file(tmp_path, rows=["0.1,a", "0.2,b", "0.3,b", "0.4,a"])
    assert Run("metrics", data="file", path=place).arrays("labels")["labels"].tolist() == [0, 1, 1, 0]
    named = Run("metrics", data="file", path=place, columns="score,label,a")
    assert named.arrays("labels")["labels"].tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({"threshold": 0.1667}, 100, set()),
        ({}, 100, {"dear"}),
        ({}, 1, {"dear", "uncalibrated"}),
        ({"positives": 0.01, "threshold": 1.0, "miss": 0.0}, 0, {"one-class"}),
        ({"positives": 0.01, "threshold": 0.05, "miss": 90.0}, 50, {"useless", "dear"}),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("metrics", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named


@pytest.mark.parametrize("threshold", [0.0, 0.02, 0.5, 0.873, 1.0])
def test_the_line_stands_at_the_log_odds_of_the_threshold_and_dragging_it_there_sets_it(threshold):
    run = Run("metrics", threshold=threshold)
    frame = types.SimpleNamespace(params=run.params, arrays=run.arrays("edges"))
    place, edges = place_of_threshold(frame), frame.arrays["edges"]
    assert place == pytest.approx(np.clip(scipy.special.logit(threshold), edges[0], edges[-1]))
    assert threshold_of(frame, place)["threshold"] == pytest.approx(threshold, abs=1e-3)
