"""Every number of input scaling's scene, against scikit-learn, SciPy, autograd and plain loops."""

import numpy as np
import pytest
import scipy.stats
import torch
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, RobustScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.scenes.input_scaling import CANCER, SCALINGS, WINE
from explainer.scenes.input_scaling.scalers import measured, scaled

SCALERS = {
    "centre": StandardScaler(with_std=False),
    "scale": StandardScaler(with_mean=False),
    "minmax": MinMaxScaler(),
    "standard": StandardScaler(),
    "robust": RobustScaler(),
    "quantile": QuantileTransformer(n_quantiles=100, subsample=None),
}


def split(run, unit=1.0):
    """The table of a run as scikit-learn has it: training and held-out inputs, and their labels."""
    load, first, second = (load_breast_cancer, 23, 27) if run.params.data == "cancer" else (load_wine, 12, 10)
    x, y = load(return_X_y=True)
    x = x.copy()
    x[:, first] *= unit
    rest = [k for k in range(x.shape[1]) if k not in (first, second)] if run.params.data != "pair" else []
    held = run.arrays("held_out")["held_out"]
    order = run.execution.experiment.order.numpy()
    train, other = order[: run.params.examples], order[run.params.examples :]
    assert held[other].all()
    assert not held[train].any()
    table, label = x[:, [first, second, *rest]], (y == 0).astype(float)
    return table[train], table[other], label[train], label[other]


def joined(x):
    return np.column_stack([x, np.ones(len(x))])


def test_the_tables_are_scikit_learns_in_the_named_order():
    for data, load, names in (("wine", load_wine, WINE), ("cancer", load_breast_cancer, CANCER)):
        (x, label), known = measured(data), load()
        places = [k for k in range(len(names)) if k not in ((12, 10) if data == "wine" else (23, 27))]
        places = [*((12, 10) if data == "wine" else (23, 27)), *places]
        np.testing.assert_array_equal(x, known.data[:, places])
        np.testing.assert_array_equal(label, known.target == 0)
        said = [str(known.feature_names[k]) for k in places]
        if data == "cancer":
            kinds = [name.replace(" error", "") for name in said]
            assert [name.replace("mean ", "").replace("worst ", "").replace("error of ", "") for name in names] == [
                name.replace("mean ", "").replace("worst ", "") for name in kinds
            ]
            assert [name.split()[0] == "worst" for name in names] == [name.split()[0] == "worst" for name in said]
        else:
            assert [name.split("_")[0] for name in said][:2] == ["proline", "hue"]


@pytest.mark.parametrize("name", SCALERS)
def test_scalers_are_scikit_learns_on_both_parts(name):
    x, _ = measured("wine")
    if name == "quantile":  # among equal values scikit-learn's rounded quantiles may end on either side
        x = np.random.default_rng(0).normal(size=(178, 3))
    scaler = SCALERS[name].fit(x[:100])
    for part in (x[:100], x[100:]):
        np.testing.assert_allclose(scaled(name, part, x[:100]), scaler.transform(part), rtol=1e-9, atol=1e-9)


def test_equal_values_have_their_middle_rank():
    x, _ = measured("wine")
    wanted = (scipy.stats.rankdata(x, axis=0) - 1) / (len(x) - 1)
    np.testing.assert_allclose(scaled("quantile", x, x), wanted, atol=1e-12)


def test_whitening_is_pca_of_the_standardized_features_but_for_signs():
    x, _ = measured("wine")
    both = make_pipeline(StandardScaler(), PCA(whiten=True, svd_solver="full")).fit(x[:100])
    wanted = both.transform(x) * np.sqrt(100 / 99)
    found = scaled("white", x, x[:100])
    np.testing.assert_allclose(np.abs(found), np.abs(wanted), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(np.cov(found[:100].T, bias=True), np.eye(13), atol=1e-9)


def test_a_column_without_spread_and_a_direction_without_data_are_finite():
    x = np.column_stack([np.arange(6.0), np.full(6, 3.0), 2 * np.arange(6.0)])
    for name in SCALINGS:
        assert np.isfinite(scaled(name, x, x)).all()
    assert np.linalg.matrix_rank(scaled("white", x, x)) == 1


@pytest.mark.parametrize("data", ["pair", "wine", "cancer"])
def test_losses_and_accuracies_are_those_of_a_plain_loop(data):
    run = Run("input-scaling", data=data, scalings="none,minmax,standard", unit=0.1, share=0.7)
    run.step(25)
    train, held, y, truth = split(run, 0.1)
    for name in ("none", "minmax", "standard"):
        scaler = SCALERS[name].fit(train) if name != "none" else None
        a, b = (joined(scaler.transform(part) if scaler else part) for part in (train, held))
        limit = 2 / (np.linalg.eigvalsh(a.T @ a / len(a))[-1] / 4)
        w, losses, rights = np.zeros(a.shape[1]), [], []
        for _ in range(25):
            p = 1 / (1 + np.exp(-a @ w))
            losses.append(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
            w = w - 0.7 * limit * a.T @ (p - y) / len(y)
            rights.append(np.mean((b @ w > 0) == (truth > 0)))
        np.testing.assert_allclose(run.metrics[f"loss/{name}"], losses, rtol=1e-6)
        np.testing.assert_allclose(run.metrics[f"accuracy/{name}"], rights)


def test_curvature_is_that_of_the_hessian_by_autograd_at_the_weights_before_the_update():
    run = Run("input-scaling", scalings="standard", unit=0.01)
    run.step(6)
    experiment = run.execution.experiment
    a, y, w = experiment.inputs[0], experiment.y, run.arrays("path")["path"][0]
    for step in (0, 5):
        hessian = torch.autograd.functional.hessian(
            lambda w: F.binary_cross_entropy_with_logits(a @ w, y), torch.tensor(w[step])
        )
        assert run.metrics["curvature/standard"][step] == pytest.approx(float(torch.linalg.eigvalsh(hessian)[-1]))
    assert run.arrays("limit")["limit"][0] == pytest.approx(2 / run.metrics["curvature/standard"][0])


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e3])
def test_condition_numbers_are_numpys_and_follow_the_unit(unit):
    run = Run("input-scaling", scalings="none,standard", unit=unit)
    found = run.arrays("condition", "conditions", "units", "condition_by_unit", "limit_by_unit", "limit")
    train, *_ = split(run, unit)
    wanted = [np.linalg.cond(joined(each)) ** 2 for each in (train, StandardScaler().fit_transform(train))]
    np.testing.assert_allclose(found["condition"], wanted, rtol=1e-6)
    np.testing.assert_allclose(found["conditions"][[0, 4]], wanted, rtol=1e-6)
    assert found["conditions"][7] == pytest.approx(1)
    at = int(np.abs(np.log(found["units"] / unit)).argmin())
    np.testing.assert_allclose(found["condition_by_unit"][:, at], wanted, rtol=1e-6)
    np.testing.assert_allclose(found["limit_by_unit"][:, at], found["limit"], rtol=1e-9)


def test_fewer_examples_than_weights_leave_out_the_directions_that_they_do_not_have():
    run = Run("input-scaling", data="cancer", examples=10, scalings="standard")
    train, *_ = split(run)
    values = np.linalg.svd(joined(StandardScaler().fit_transform(train)), compute_uv=False)
    known = values[values > 1e-10 * values[0]]
    assert len(known) == 10
    assert run.arrays("condition")["condition"][0] == pytest.approx((known[0] / known[-1]) ** 2, rel=1e-6)


def test_the_minimum_is_scipys_and_none_where_the_classes_can_be_told_apart():
    run = Run("input-scaling", scalings="none,standard,quantile")
    found, a, y = run.arrays("minimum")["minimum"], run.execution.experiment.inputs, run.execution.experiment.y.numpy()
    for k in (1, 2):
        x = a[k].numpy()
        best = minimize(lambda w, x=x: np.mean(np.logaddexp(0, x @ w) - y * (x @ w)), np.zeros(3), tol=1e-12)
        np.testing.assert_allclose(found[k], best.x, rtol=1e-3)
    train, *_ = split(run)
    weight = found[1][:2] / train.std(0)
    np.testing.assert_allclose(found[0], [*weight, found[1][2] - weight @ train.mean(0)], rtol=1e-6)
    assert np.isnan(Run("input-scaling", data="wine").arrays("minimum")["minimum"]).all()


@pytest.mark.parametrize("equal", [True, False])
def test_contours_are_the_loss_with_the_other_weights_as_they_are(equal):
    run = Run("input-scaling", data="wine", scalings="standard,minmax", equal_axes=equal)
    run.step(4)
    found = run.arrays("across", "up", "surface", "bias_across", "bias_up", "bias_surface", "path")
    experiment = run.execution.experiment
    for k in range(2):
        for axes, names in (
            ((0, 1), ("across", "up", "surface")),
            ((0, -1), ("bias_across", "bias_up", "bias_surface")),
        ):
            for row, column in ((0, 0), (30, 45), (60, 7)):
                w = experiment.thetas[k].detach().clone()
                w[axes[0]], w[axes[1]] = float(found[names[0]][k, column]), float(found[names[1]][k, row])
                wanted = F.binary_cross_entropy_with_logits(experiment.inputs[k] @ w, experiment.y)
                assert found[names[2]][k, row, column] == pytest.approx(float(wanted), rel=1e-4, abs=1e-5)
        np.testing.assert_array_equal(found["path"][k, -1], experiment.thetas[k].detach()[[0, 1, -1]])


def test_maps_and_histograms_are_those_of_the_scaled_features():
    run = Run("input-scaling", scalings="minmax,standard", unit=0.01)
    run.step(30)
    found = run.arrays("maps", "places_x", "places_y", "edges", "counts", "points", "classes")
    train, *_ = split(run, 0.01)
    for k, name in enumerate(("minmax", "standard")):
        scaler = SCALERS[name].fit(train)
        w = run.execution.experiment.thetas[k].detach().numpy()
        for row, column in ((0, 0), (10, 50), (60, 60)):
            place = np.array([found["places_x"][column], found["places_y"][row]], float)
            x = scaler.transform([train.mean(0) + train.std(0) * place])
            assert found["maps"][k, row, column] == pytest.approx(1 / (1 + np.exp(-(joined(x) @ w)[0])), rel=1e-3)
        x = scaler.transform(train)
        for feature in (0, 1):
            counts, _ = np.histogram(x[:, feature], 30, (x.min(), x.max()))
            np.testing.assert_array_equal(found["counts"][k, feature], counts)
    assert found["classes"].sum() == 59
    wanted = StandardScaler().fit(train).transform(load_wine().data[:, [12, 10]] * [0.01, 1.0])
    np.testing.assert_allclose(found["points"], wanted, rtol=1e-5, atol=1e-6)


def test_the_unit_cancels_where_the_scaler_takes_it_out():
    names = ("minmax", "standard", "robust", "quantile")
    runs = [Run("input-scaling", scalings=",".join(names), unit=unit) for unit in (1.0, 250.0)]
    for run in runs:
        run.step(20)
    for name in names:
        np.testing.assert_allclose(*(run.metrics[f"loss/{name}"] for run in runs), rtol=1e-9)


def test_adam_is_pytorchs():
    run = Run("input-scaling", scalings="standard", optimizer="adam", lr=0.05)
    run.step(15)
    a, y = run.execution.experiment.inputs[0], run.execution.experiment.y
    w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    adam, losses = torch.optim.Adam([w], lr=0.05), []
    for _ in range(15):
        adam.zero_grad()
        loss = F.binary_cross_entropy_with_logits(a @ w, y)
        loss.backward()
        adam.step()
        losses.append(loss.item())
    np.testing.assert_allclose(run.metrics["loss/standard"], losses, rtol=1e-9)


def job(run, name, **given):
    """What a side job yields last."""
    return {k: np.asarray(v) for part in getattr(run.execution.experiment, name)(**given) for k, v in part.items()}


@pytest.mark.parametrize("fitted", ["train", "all", "each"])
def test_the_other_models_are_scikit_learns_behind_its_scaler(fitted):
    run = Run("input-scaling", data="wine", fitted=fitted)
    train, held, y, truth = split(run)
    own = SCALERS["standard"].fit(np.concatenate([train, held]) if fitted == "all" else train).transform(train)
    scaler = SCALERS["standard"].fit({"train": train, "all": np.concatenate([train, held]), "each": held}[fitted])
    models = (KNeighborsClassifier(5), SVC(), DecisionTreeClassifier(random_state=0))
    wanted = [model.fit(own, y).score(scaler.transform(held), truth) for model in models]
    np.testing.assert_allclose(job(run, "others")["others"][4], wanted)


def test_a_leaks_row_is_the_accuracy_of_such_runs():
    run = Run("input-scaling", data="cancer", examples=10, scalings="minmax", seed=4)
    found = job(run, "leaks")["leak"]
    assert found.shape == (3, 40)
    x, label = measured("cancer")
    order = np.random.default_rng(4).permutation(len(x))
    train, held = x[order[:10]], x[order[10:]]
    for row, fitted in enumerate((train, x, None)):
        own = MinMaxScaler().fit(train if fitted is None else fitted)
        other = MinMaxScaler().fit(held if fitted is None else fitted)
        a, b = joined(own.transform(train)), joined(other.transform(held))
        w, rate = np.zeros(31), 4 * 10 / np.linalg.norm(a, 2) ** 2
        for _ in range(300):
            w = w - rate * a.T @ (1 / (1 + np.exp(-a @ w)) - label[order[:10]]) / 10
        assert found[row, 0] == pytest.approx(np.mean((b @ w > 0) == (label[order[10:]] > 0)))


@pytest.mark.parametrize("pane", [0, 1])
def test_the_preview_is_the_path_of_a_run_from_there(pane):
    given = {"scalings": "none,standard", "unit": 0.01, "share": 1.5}
    found = job(Run("input-scaling", **given), "preview", start=(2.0, -3.0), pane=pane)["ahead"]
    run = Run("input-scaling", **given, start=(2.0, -3.0))
    run.step(100)
    np.testing.assert_allclose(found[pane], run.arrays("path")["path"][pane, :, :2], rtol=1e-6)
    assert np.isnan(found[1 - pane]).all()


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({}, 0, set()),
        ({}, 100, {"slow", "useless"}),
        ({"scalings": "standard"}, 100, set()),
        ({"unit": 0.001}, 100, set()),
        ({"scalings": "none", "optimizer": "same", "lr": 1e-4}, 40, {"beyond"}),
        ({"scalings": "standard", "optimizer": "same", "lr": 1e-4}, 40, set()),
        ({"scalings": "none", "optimizer": "adam", "lr": 0.1}, 100, set()),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("input-scaling", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
