"""Every number of imbalance's scene, against scikit-learn, SciPy, PyTorch and plain loops."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn.linear_model
import sklearn.metrics as sk
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.scenes.imbalance import REMEDIES
from explainer.scenes.imbalance.remedies import loss_of, plain_fit, prepared, smote, true_odds

ALL = tuple(REMEDIES)
SETTINGS = [
    {"remedies": ALL, "examples": 1000, "positives": 0.05},
    {"remedies": ("none", "smote", "focal"), "data": "digits", "threshold": 0.1, "positives": 0.1},
    {"remedies": ALL, "examples": 1000, "threshold": 0.02, "corrected": True},
]


@pytest.fixture(scope="module", params=SETTINGS, ids=("defaults", "digits", "corrected"))
def run(request):
    """A run after four steps."""
    run = Run("imbalance", seed=4, **request.param)
    run.step(4)
    return run


def scores_of(run):
    """Return labels, shares that the cases stand for, and log-odds of each remedy, by the definitions."""
    experiment, p = run.execution.experiment, run.params
    known, share = experiment.known, float(run.arrays("share")["share"])
    x = np.concatenate([known.negatives, known.positives])
    y = np.repeat([0, 1], [len(known.negatives), len(known.positives)])
    stands_for = np.where(y == 1, share / (y == 1).sum(), (1 - share) / (y == 0).sum())
    weight, bias = experiment.weight.detach().numpy(), experiment.bias.detach().numpy()
    odds = []
    for name, w, b in zip(p.remedies, weight, bias, strict=True):
        z = x @ w + b
        if name == "focal" and p.corrected:
            z = np.array([focal_truth(each, p.gamma) for each in scipy.special.expit(z)])
        elif name == "moved" and not p.corrected:
            z = z - scipy.special.logit(share)
        elif name in ("weights", "over", "under", "smote") and p.corrected:
            z = z + scipy.special.logit(share)
        odds.append(z)
    return y, stands_for, np.array(odds)


def focal_truth(p, gamma):
    """The log-odds of the probability η at which the slope of the expected focal loss is zero at ``p``."""

    def slope(v):
        return (1 - v) ** (gamma - 1) * gamma * math.log(v) - (1 - v) ** gamma / v

    return math.log(slope(1 - p) / slope(p))


def test_what_is_found_and_how_it_ranks_is_scikit_learns_with_cases_weighed_by_their_shares(run):
    y, stands_for, odds = scores_of(run)
    found = run.arrays("found", "ranking", "mean_score")
    for k, z in enumerate(odds):
        said = scipy.special.expit(z) >= run.params.threshold
        expected = [
            sk.accuracy_score(y, said, sample_weight=stands_for), sk.recall_score(y, said),
            sk.precision_score(y, said, sample_weight=stands_for, zero_division=np.nan), said[y == 0].mean(),
        ]  # fmt: skip
        np.testing.assert_allclose(found["found"][k], expected, rtol=1e-9, err_msg=run.params.remedies[k])
        area, precision = sk.roc_auc_score(y, z), sk.average_precision_score(y, z, sample_weight=stands_for)
        np.testing.assert_allclose(found["ranking"][k], [area, precision], rtol=1e-9)
        assert found["mean_score"][k] == pytest.approx((scipy.special.expit(z) * stands_for).sum())


def test_the_metrics_are_those_of_the_uncorrected_scores_at_one_half(run):
    if run.params.corrected:
        pytest.skip("the arrays show other scores")
    y, stands_for, odds = scores_of(run)
    for name, z in zip(run.params.remedies, odds, strict=True):
        told = {kind: run.metrics[f"{kind}/{name}"][-1] for kind in ("accuracy", "recall", "auc", "ap")}
        expected = [
            sk.accuracy_score(y, z >= 0, sample_weight=stands_for), sk.recall_score(y, z >= 0),
            sk.roc_auc_score(y, z), sk.average_precision_score(y, z, sample_weight=stands_for),
        ]  # fmt: skip
        np.testing.assert_allclose(list(told.values()), expected, rtol=1e-6)


def test_the_curves_are_counted_case_by_case(run):
    y, stands_for, odds = scores_of(run)
    found = run.arrays("odds", "alarms", "recalls", "precisions")
    for k, z in enumerate(odds):
        for at in (0, 40, 80, 95, 130):
            said = z >= found["odds"][at]
            assert found["recalls"][k, at] == pytest.approx(said[y == 1].mean())
            assert found["alarms"][k, at] == pytest.approx(said[y == 0].mean())
            right = (stands_for * y)[said].sum() / stands_for[said].sum() if said.any() else np.nan
            assert found["precisions"][k, at] == pytest.approx(right, nan_ok=True)


def test_what_is_moved_is_the_mean_shift_and_spearmans_correlation(run):
    _, stands_for, odds = scores_of(run)
    plain = odds[0]
    for k, (shift, _, order) in enumerate(run.arrays("moves")["moves"]):
        assert shift == pytest.approx(((odds[k] - plain) * stands_for).sum(), abs=1e-9)
        assert order == pytest.approx(scipy.stats.spearmanr(plain, odds[k]).statistic, abs=1e-5)


@pytest.mark.parametrize("given", [{}, {"data": "digits"}, {"positives": 0.002}], ids=str)
def test_the_plain_optimum_is_scikit_learns_logistic_regression(given):
    run = Run("imbalance", seed=1, remedies=("none",), **given)
    known, penalty = run.execution.experiment.known, run.params.l2
    x, y = (each.numpy() for each in known.sets[0][:2])
    strength = 1 / (penalty * len(y)) if penalty else np.inf
    expected = sklearn.linear_model.LogisticRegression(C=strength, tol=1e-12, max_iter=5000).fit(x, y)
    np.testing.assert_allclose(known.plain[0], expected.coef_[0], atol=2e-4)
    assert float(known.plain[1]) == pytest.approx(expected.intercept_[0], abs=2e-4)


def test_class_weights_end_at_scikit_learns_balanced_regression_and_nothing_done_stays():
    run = Run("imbalance", seed=2, remedies=("none", "weights"), examples=1000, positives=0.05)
    experiment = run.execution.experiment
    before = experiment.weight[0].tolist()
    run.step(300)
    x, y = (each.numpy() for each in experiment.known.sets[0][:2])
    expected = sklearn.linear_model.LogisticRegression(C=np.inf, class_weight="balanced", tol=1e-10).fit(x, y)
    np.testing.assert_allclose(experiment.weight[1].detach(), expected.coef_[0], atol=2e-3)
    assert float(experiment.bias[1].detach()) == pytest.approx(expected.intercept_[0], abs=2e-3)
    assert experiment.weight[0].tolist() == before


def test_the_losses_are_pytorchs():
    draw = torch.Generator().manual_seed(0)
    z = torch.randn(50, generator=draw, dtype=torch.float64) * 3
    y, weights = (torch.rand(50, generator=draw) < 0.3).long(), torch.rand(50, generator=draw, dtype=torch.float64)
    known = F.binary_cross_entropy_with_logits(z, y.double(), weights, reduction="sum") / weights.sum()
    assert float(loss_of(z, (z, y, weights), 0.0)) == pytest.approx(float(known))
    p_t = [float(torch.sigmoid(a)) if k else 1 - float(torch.sigmoid(a)) for a, k in zip(z, y, strict=True)]
    focal = np.average([-((1 - p) ** 2.5) * math.log(p) for p in p_t], weights=weights)
    assert float(loss_of(z, (z, y, weights), 2.5)) == pytest.approx(focal)


@pytest.mark.parametrize("gamma", [0.0, 0.7, 2.0, 5.0])
def test_focal_scores_are_put_right_to_the_probability_whose_expected_loss_they_make_least(gamma):
    for truth in (0.003, 0.2, 0.5, 0.9):

        def expected(z, truth=truth):
            p, q = scipy.special.expit(z), scipy.special.expit(-z)
            return -truth * q**gamma * np.log(p) - (1 - truth) * p**gamma * np.log(q)

        best = scipy.optimize.minimize_scalar(expected, bounds=(-9, 9), method="bounded", options={"xatol": 1e-10}).x
        found = float(true_odds(torch.tensor([best], dtype=torch.float64), gamma)[0])
        assert found == pytest.approx(scipy.special.logit(truth), abs=1e-4)


def test_smote_is_what_a_plain_loop_makes_of_the_same_draws():
    x = torch.randn(20, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found = smote(x, 40, torch.Generator().manual_seed(2))
    draw = torch.Generator().manual_seed(2)
    start = torch.randint(20, (40,), generator=draw).tolist()
    which = torch.randint(5, (40,), generator=draw).tolist()
    way = torch.rand(40, 1, generator=draw, dtype=torch.float64)[:, 0].tolist()
    points = x.numpy()
    for k in range(40):
        near = sorted((j for j in range(20) if j != start[k]), key=lambda j: math.dist(points[j], points[start[k]]))[:5]
        expected = points[start[k]] + way[k] * (points[near[which[k]]] - points[start[k]])
        np.testing.assert_allclose(found[k], expected, atol=1e-12)


def test_each_remedy_counts_the_classes_alike_and_touches_only_what_it_says():
    draw = torch.Generator().manual_seed(3)
    x, y = torch.randn(200, 2, generator=draw, dtype=torch.float64), (torch.arange(200) < 11).long()
    for name in ("weights", "over", "under", "smote"):
        inputs, classes, counts = prepared(name, x, y, 7)
        sums = [float(counts[classes == k].sum()) for k in (0, 1)]
        assert sums[0] == pytest.approx(sums[1])
        if name in ("weights", "over", "smote"):
            assert torch.equal(inputs[:200], x)
    under = prepared("under", x, y, 7)
    assert {tuple(row) for row in under[0].tolist()} <= {tuple(row) for row in x.tolist()}
    assert len({tuple(row) for row in under[0].tolist()}) == 22
    copies = prepared("over", x, y, 7)[2]
    assert torch.equal(copies, copies.round())
    assert bool((copies[y == 0] == 1).all())


def test_oversampling_by_counts_is_the_loss_over_the_copies_themselves():
    draw = torch.Generator().manual_seed(5)
    x, y = torch.randn(100, 2, generator=draw, dtype=torch.float64), (torch.arange(100) < 8).long()
    _, _, counts = prepared("over", x, y, 3)
    z = x.sum(1)
    rows = torch.repeat_interleave(torch.arange(100), counts.long())
    expected = F.binary_cross_entropy_with_logits(z[rows], y[rows].double())
    assert float(loss_of(z, (x, y, counts), 0.0)) == pytest.approx(float(expected))


@pytest.mark.parametrize("corrected", [False, True])
def test_on_a_remedys_line_its_score_is_the_threshold(corrected):
    run = Run("imbalance", remedies=ALL, examples=1000, threshold=0.3, corrected=corrected)
    run.step(3)
    ends, experiment = run.arrays("lines")["lines"], run.execution.experiment
    for k in range(len(ALL)):
        z = torch.tensor(ends[k]) @ experiment.weight[k].detach() + experiment.bias[k].detach()
        shown = experiment.put_right(z.repeat(len(ALL), 1))[k]
        np.testing.assert_allclose(torch.sigmoid(shown), 0.3, atol=1e-5)


def test_a_separable_table_has_a_plain_fit_without_a_mistake():
    x = torch.cat([torch.linspace(-3, -1, 30), torch.linspace(1, 2, 6)]).double()[:, None]
    y = (torch.arange(36) >= 30).long()
    weight, bias = plain_fit(x, y, 0.0)
    assert bool(torch.isfinite(weight).all())
    assert (((x @ weight + bias) > 0) == (y == 1)).all()


def table_file(folder, rows, head="a,b,kind"):
    """A CSV of one's own."""
    place = folder / "table.csv"
    place.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return str(place)


def test_a_table_of_ones_own_is_halved_and_its_rarer_label_is_positive(tmp_path):
    draw = np.random.default_rng(0)
    rows = [f"{draw.normal() + 2 * (k < 10)},{draw.normal()},{'bad' if k < 10 else 'good'}" for k in range(110)]
    run = Run("imbalance", data="file", path=table_file(tmp_path, rows), remedies=("none", "smote"))
    found = run.arrays("learned", "share", "points", "lines")
    assert found["learned"].tolist() == [[50, 5], [50, 50]]
    assert found["share"] == pytest.approx(5 / 55)
    known = run.execution.experiment.known
    np.testing.assert_allclose(known.sets[0][0].mean(0), 0, atol=1e-12)
    assert (len(known.negatives), len(known.positives)) == (50, 5)
    assert len(found["points"]) == 0
    assert np.isnan(found["lines"]).all()


@pytest.mark.parametrize(
    ("rows", "label", "words"),
    [
        ([f"{k},1,{'xyz'[k % 3]}" for k in range(9)], "", "3 labels: two are needed"),
        ([f"{k},1,{'x' if k else 'y'}" for k in range(9)], "", "1 rows have the label .*y"),
        ([f"u,v,{'xy'[k % 2]}" for k in range(9)], "", "no column besides the label holds numbers"),
        ([f"{k},1,{'xy'[k % 2]}" for k in range(9)], "c", "label = 'c' is no column"),
    ],
)
def test_a_table_that_cannot_be_learned_is_refused_with_the_remedy(tmp_path, rows, label, words):
    with pytest.raises(Refused, match=words):
        Run("imbalance", data="file", path=table_file(tmp_path, rows), label=label)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({}, 0, {"useless"}),
        ({"remedies": ("weights",), "lr": 0.5}, 30, {"overstated"}),
        ({"remedies": ("weights",), "lr": 0.5, "corrected": True, "threshold": 0.01}, 30, set()),
        ({"positives": 0.002, "threshold": 0.002, "remedies": ("none",)}, 0, {"few"}),
        ({"positives": 0.5}, 0, set()),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("imbalance", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
