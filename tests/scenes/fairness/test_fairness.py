"""Every number of fairness' scene, against scikit-learn, SciPy and plain loops."""

import numpy as np
import pytest
import scipy.optimize
import sklearn.calibration
import sklearn.discriminant_analysis
import sklearn.linear_model
import sklearn.metrics as sk
import torch

from explainer import Refused, Run
from explainer.scenes.fairness.people import reweighed

SETTINGS = [
    {"threshold_a": 0.4, "threshold_b": 0.7},
    {"seen": "both", "bias": 0.4, "judge": "recorded", "base_a": 0.5, "base_b": 0.5},
    {"data": "diabetes", "seen": "proxy", "threshold_b": 0.3},
]


@pytest.fixture(scope="module", params=SETTINGS, ids=("credit", "recorded", "diabetes"))
def run(request):
    """A run after five steps."""
    run = Run("fairness", seed=4, **request.param)
    run.step(5)
    return run


def people(run):
    """Return scores, labels by which is judged, and threshold of each group, by the definitions."""
    experiment, p = run.execution.experiment, run.params
    known, linear = experiment.known, experiment.model
    z = known.x.numpy() @ linear.weight.detach().numpy()[0] + float(linear.bias.detach())
    labels = (known.recorded if p.judge == "recorded" else known.truth).numpy()
    owns = [known.group.numpy() == k for k in (0, 1)]
    cuts = (p.threshold_a, p.threshold_b)
    return [(1 / (1 + np.exp(-z[own])), labels[own], cut) for own, cut in zip(owns, cuts, strict=True)]


def test_the_seven_criteria_are_scikit_learns(run):
    found = run.arrays("criteria", "apart", "right")
    right = []
    for k, (scores, y, cut) in enumerate(people(run)):
        said = (scores >= cut).astype(int)
        share, mean = sklearn.calibration.calibration_curve(y, scores, n_bins=10)
        sizes = np.histogram(scores, np.linspace(0, 1, 11))[0]
        expected = [
            said.mean(), sk.recall_score(y, said), 1 - sk.recall_score(y, said, pos_label=0),
            sk.precision_score(y, said), scores[y == 1].mean(), scores[y == 0].mean(),
            (abs(share - mean) * sizes[sizes > 0]).sum() / len(y),
        ]  # fmt: skip
        np.testing.assert_allclose(found["criteria"][:, k], expected)
        right.extend(said == y)
    a, b = found["criteria"].T
    np.testing.assert_allclose(found["apart"], [*abs(a - b)[:6], max(a[6], b[6])])
    assert found["right"] == pytest.approx(np.mean(right))


def test_rates_over_thresholds_and_their_gaps_are_counted_person_by_person(run):
    found = run.arrays("thresholds", "rates", "gaps", "criteria", "counts", "edges")
    for k, (scores, y, cut) in enumerate(people(run)):
        for at in (0, 40, 100, 150):
            said = scores >= found["thresholds"][at]
            with np.errstate(invalid="ignore"):
                precision = np.divide((said & (y == 1)).sum(), said.sum())
            expected = [said.mean(), said[y == 1].mean(), said[y == 0].mean(), precision]
            np.testing.assert_allclose(found["rates"][k, :, at], expected)
        assert found["counts"][k].sum(1).tolist() == sk.confusion_matrix(y, scores >= cut).ravel().tolist()
        assert found["counts"][k].sum(0).tolist() == np.histogram(scores, found["edges"])[0].tolist()
    expected = found["rates"][1] - found["criteria"][:4, 0][:, None]
    np.testing.assert_allclose(found["gaps"], expected)


def test_the_rates_are_tied_by_the_base_rate_as_chouldechova_says(run):
    found = run.arrays("criteria", "flow")
    base = found["flow"][1 if run.params.judge == "recorded" else 0]
    _, tpr, fpr, precision = found["criteria"][:4]
    np.testing.assert_allclose(fpr, base / (1 - base) * (1 - precision) / precision * tpr)


def test_reliability_and_the_way_from_truth_to_call_are_means_of_the_people(run):
    found, known = run.arrays("reliability", "flow"), run.execution.experiment.known
    for k, (scores, y, cut) in enumerate(people(run)):
        share, mean = sklearn.calibration.calibration_curve(y, scores, n_bins=10)
        there = ~np.isnan(found["reliability"][k, :, 0])
        np.testing.assert_allclose(found["reliability"][k][there], np.stack([mean, share], 1))
        own = known.group.numpy() == k
        expected = [known.truth.numpy()[own].mean(), known.recorded.numpy()[own].mean(), scores.mean()]
        np.testing.assert_allclose(found["flow"][:, k], [*expected, (scores >= cut).mean()])


def test_what_is_recorded_is_judged_at_one_half_by_the_truth(run):
    experiment = run.execution.experiment
    said = torch.sigmoid(experiment.model(experiment.known.x)[:, 0]).detach().numpy() >= 0.5
    truth, group = experiment.known.truth.numpy(), experiment.known.group.numpy()
    assert run.metrics["accuracy"][-1] == pytest.approx((said == truth).mean())
    for name, k in (("A", 0), ("B", 1)):
        assert run.metrics[f"called/{name}"][-1] == pytest.approx(said[group == k].mean())
        assert run.metrics[f"recall/{name}"][-1] == pytest.approx(sk.recall_score(truth[group == k], said[group == k]))
        assert run.metrics[f"alarms/{name}"][-1] == pytest.approx(said[(group == k) & (truth == 0)].mean())


def test_how_well_the_columns_tell_the_group_is_that_of_a_linear_discriminant(run):
    experiment = run.execution.experiment
    known = experiment.known
    linear = sklearn.discriminant_analysis.LinearDiscriminantAnalysis().fit(experiment.x.numpy(), experiment.group)
    if "group" in run.params.seen or run.params.seen == "both":
        assert run.arrays("told")["told"] == pytest.approx(1.0)
    else:
        area = sk.roc_auc_score(known.group.numpy(), linear.decision_function(known.x.numpy()))
        assert run.arrays("told")["told"] == pytest.approx(area)


@pytest.mark.parametrize("weighted", [False, True])
def test_training_ends_at_scikit_learns_logistic_regression(weighted):
    run = Run("fairness", seed=2, bias=0.3, reweighed=weighted)
    run.step(180)
    experiment = run.execution.experiment
    x, y, group = experiment.x.numpy(), experiment.recorded.numpy(), experiment.group.numpy()
    weights = np.ones(len(y))
    if weighted:
        for g in (0, 1):
            for label in (0, 1):
                cell = (group == g) & (y == label)
                weights[cell] = (group == g).mean() * (y == label).mean() / cell.mean()
    expected = sklearn.linear_model.LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(x, y, weights)
    np.testing.assert_allclose(run.arrays("weights")["weights"][[0, 1, 2, 3, 5]], expected.coef_[0], atol=2e-3)


def test_with_the_penalty_training_ends_where_scipy_does():
    run = Run("fairness", seed=1, penalty=3.0)
    run.step(200)
    experiment = run.execution.experiment
    x, y, group = experiment.x.numpy(), experiment.recorded.numpy(), experiment.group.numpy()

    def loss(theta):
        p = 1 / (1 + np.exp(-(x @ theta[:-1] + theta[-1])))
        return sk.log_loss(y, p) + 3.0 * (p[group == 0].mean() - p[group == 1].mean()) ** 2

    best = scipy.optimize.minimize(loss, np.zeros(x.shape[1] + 1), method="BFGS")
    assert run.metrics["loss"][-1] == pytest.approx(best.fun, abs=1e-4)


def test_people_are_drawn_with_the_base_rates_and_the_bias_that_are_asked_for():
    found = Run("fairness", base_a=0.7, base_b=0.2, bias=0.25, seed=3)
    flow, known = found.arrays("flow")["flow"], found.execution.experiment.known
    np.testing.assert_allclose(flow[0], [0.7, 0.2])
    np.testing.assert_allclose(flow[1], [0.7, 0.15])
    assert not ((known.recorded == 1) & (known.truth == 0)).any()


def test_reweighed_labels_are_independent_of_the_group():
    group, label = torch.tensor([0, 0, 0, 0, 1, 1, 1]), torch.tensor([1, 1, 1, 0, 1, 0, 0])
    weights = reweighed(group, label)
    means = [float((weights * label)[group == k].sum() / weights[group == k].sum()) for k in (0, 1)]
    assert means == pytest.approx([4 / 7, 4 / 7])
    assert float(weights.sum()) == pytest.approx(7.0)


def table(folder, head="income,postcode,sex,repaid", rows=()):
    """A CSV of people."""
    place = folder / "people.csv"
    place.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return str(place)


def drawn_rows():
    """Rows of men, who are more, and of women, whose postcode is higher."""
    draw = np.random.default_rng(0)
    return [
        f"{draw.normal(y):.4f},{draw.normal(3 * g):.4f},{'fm'[1 - g]},{('no', 'yes')[y]}"
        for g, y in zip(draw.random(200) < 0.4, draw.random(200) < 0.5, strict=True)
        for g, y in [(int(g), int(y))]
    ]


def test_a_table_of_ones_own_is_learned_from_with_the_smaller_group_as_b(tmp_path):
    rows = drawn_rows()
    run = Run("fairness", data="file", path=table(tmp_path, rows=rows), seen="both")
    run.step(2)
    found = run.arrays("column_names", "counts", "flow")
    assert found["column_names"].tolist() == ["income", "postcode", "group"]
    women = sum(",f," in row for row in rows)
    assert found["counts"][1].sum() == pytest.approx(women / 2, abs=1)
    share = sum(row.endswith("f,yes") for row in rows) / women
    assert found["flow"][0, 1] == pytest.approx(share, abs=0.03)
    named = Run("fairness", data="file", path=run.params.path, columns="sex,repaid,no")
    assert named.arrays("flow")["flow"][0, 1] == pytest.approx(1 - share, abs=0.03)


@pytest.mark.parametrize(
    ("head", "change", "columns", "words"),
    [
        ("income,postcode,sex,repaid", lambda row: row, "sex", "name group and label"),
        ("income,postcode,sex,repaid", lambda row: row, "age,repaid", "is no column"),
        ("income,postcode,sex,repaid", lambda row: row, "sex,repaid,maybe", "is no label"),
        ("income,postcode,sex,repaid", lambda row: row, "income,repaid", "values: two are needed"),
        ("income,postcode,sex,repaid", lambda row: row.replace("f,yes", "f,no"), "", "at least 4 rows"),
        ("income,postcode,sex,repaid", lambda row: "a,b," + row.split(",", 2)[2], "", "holds numbers"),
    ],
)
def test_a_table_without_two_groups_and_labels_is_refused_with_the_remedy(tmp_path, head, change, columns, words):
    place = table(tmp_path, head, [change(row) for row in drawn_rows()])
    with pytest.raises(Refused, match=words):
        Run("fairness", data="file", path=place, columns=columns)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({}, 0, set()),
        ({}, 60, {"unequal"}),
        ({"base_b": 0.6}, 40, set()),
        ({"seen": "readings"}, 40, set()),
        ({"seen": "proxy"}, 0, {"betrayed"}),
        ({"seen": "both", "bias": 0.4}, 0, {"biased"}),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("fairness", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named


@pytest.mark.parametrize("rate", range(4))
def test_a_click_on_a_rate_makes_it_alike(rate):
    from explainer.scenes.fairness.view import to_alike

    run = Run("fairness")
    run.step(30)
    frame = type("Frame", (), {"arrays": run.arrays("gaps", "thresholds")})
    asked = to_alike(frame, rate)["threshold_b"]
    run.set(threshold_b=asked)
    assert run.arrays("apart")["apart"][rate] < 0.01
    assert to_alike(frame, 5) is None
