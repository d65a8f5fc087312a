"""Every number of clustering's scene, against scikit-learn, SciPy and plain loops."""

import warnings

import numpy as np
import pytest
import sklearn.cluster
import sklearn.metrics as sk
from scipy.cluster.hierarchy import linkage
from sklearn.mixture import GaussianMixture

from explainer import Refused, Run
from explainer.scenes.clustering import SCORES, WAYS

FEW = {"points": 60}


def inputs(run):
    """The points in the units that the method gets."""
    return run._execution.experiment.x.numpy()


def answer(run, job):
    """All that a side job found."""
    found = {}
    for part in getattr(run._execution.experiment, job)():
        found.update({name: np.asarray(value) for name, value in part.items()})
    return found


@pytest.mark.parametrize("given", [{"k": 5}, {"data": "digits", "points": 80}, {"data": "stripes", "stretch": 7.0}])
def test_rounds_of_k_means_are_scikit_learns_from_the_same_centres(given):
    run = Run("clustering", seed=3, **{**FEW, **given})
    x, start = inputs(run), run._execution.experiment.centres.numpy().copy()
    run.step(4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        own = sklearn.cluster.KMeans(len(start), init=start, n_init=1, max_iter=4, tol=0, algorithm="lloyd").fit(x)
    assert run.arrays("group")["group"].tolist() == own.labels_.tolist()
    np.testing.assert_allclose(run._execution.experiment.centres.numpy(), own.cluster_centers_, rtol=1e-9, atol=1e-12)
    assert run.metrics["objective/kmeans"][-1] == pytest.approx(own.inertia_)


@pytest.mark.parametrize("kind", ["full", "diag", "spherical"])
def test_rounds_of_the_mixture_are_scikit_learns_from_the_same_numbers(kind):
    run = Run("clustering", seed=1, method="mixture", covariance=kind, data="stripes", **FEW)
    x, own = inputs(run), run._execution.experiment
    precisions = np.linalg.inv(own.covariances.numpy())
    if kind != "full":
        precisions = np.diagonal(precisions, axis1=1, axis2=2)
    if kind == "spherical":
        precisions = precisions[:, 0]
    told = GaussianMixture(
        3, covariance_type=kind, weights_init=own.weights.numpy(), means_init=own.centres.numpy(),
        precisions_init=precisions, max_iter=5, tol=0, reg_covar=1e-6 * x.var(0).mean(),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        told.fit(x)
    run.step(5)
    np.testing.assert_allclose(own.weights.numpy(), told.weights_, rtol=1e-6)
    np.testing.assert_allclose(own.centres.numpy(), told.means_, rtol=1e-6, atol=1e-9)
    assert run.metrics["objective/mixture"][-1] == pytest.approx(-told.lower_bound_)
    assert (np.diff(run.metrics["objective/mixture"]) < 1e-9).all()


@pytest.mark.parametrize("given", [{}, {"eps": 0.1}, {"data": "digits", "eps": 1.4}, {"eps": 0.3, "min_samples": 8}])
def test_dbscan_ends_with_scikit_learns_groups(given):
    run = Run("clustering", seed=2, method="dbscan", **{"points": 150, **given})
    run.step(300)
    p = run.params
    own = sklearn.cluster.DBSCAN(eps=p.eps, min_samples=p.min_samples).fit(inputs(run))
    assert run.finished
    assert run.arrays("group")["group"].tolist() == own.labels_.tolist()
    assert (~run.arrays("hollow")["hollow"]).nonzero()[0].tolist() == own.core_sample_indices_.tolist()
    assert run.metrics["objective/dbscan"][-1] == (own.labels_ < 0).mean()
    assert run.metrics["agreement"][-1] == pytest.approx(
        sk.adjusted_rand_score(run.arrays("labels")["labels"], own.labels_)
    )


@pytest.mark.parametrize("kind", ["ward", "single", "complete", "average"])
def test_merges_are_scipys_one_by_one_and_end_with_scikit_learns_groups(kind):
    run = Run("clustering", seed=2, method="agglomerative", linkage=kind, k=3, **FEW)
    run.step(100)
    x = inputs(run)
    assert run.finished
    np.testing.assert_allclose(run.metrics["objective/agglomerative"], linkage(x, kind)[:57, 2], rtol=1e-9)
    own = sklearn.cluster.AgglomerativeClustering(3, linkage=kind).fit_predict(x)
    assert sk.adjusted_rand_score(own, run.arrays("group")["group"]) == 1
    drawn = run.arrays("tops", "branches")
    np.testing.assert_allclose(drawn["tops"][:, 1], linkage(x, kind)[:, 2])
    assert len(drawn["branches"]) == 57 * 5


@pytest.mark.parametrize("given", [{"k": 4}, {"method": "dbscan", "eps": 0.3}, {"data": "digits", "points": 90}])
def test_silhouettes_and_agreement_are_scikit_learns(given):
    run = Run("clustering", seed=5, **{"points": 80, **given})
    run.step(30)
    found = run.arrays("group", "labels", "silhouettes", "profile", "counts")
    inside = found["group"] >= 0
    own = sk.silhouette_samples(inputs(run)[inside], found["group"][inside])
    if given.get("method") != "dbscan":  # to points of no group nobody is near
        np.testing.assert_allclose(found["silhouettes"][inside], own, rtol=1e-7, atol=1e-9)
        assert run.metrics["silhouette"][-1] == pytest.approx(own.mean())
    else:
        assert run.metrics["silhouette"][-1] == pytest.approx(own.mean())
        assert np.isnan(found["silhouettes"][~inside]).all()
    assert run.metrics["agreement"][-1] == pytest.approx(sk.adjusted_rand_score(found["labels"], found["group"]))
    for k, line in enumerate(found["profile"]):
        expected = sorted(found["silhouettes"][found["group"] == k], reverse=True)
        assert line[np.isfinite(line)].tolist() == expected
    table = sk.cluster.contingency_matrix(found["labels"][inside], found["group"][inside])
    assert found["counts"][found["counts"].any(1)].tolist() == table.tolist()


def test_the_scores_of_every_way_are_scikit_learns():
    run = Run("clustering", seed=0, data="stripes", points=90, eps=0.2)
    table, x = answer(run, "scores")["score"], inputs(run)
    labels = run.arrays("labels")["labels"]
    ways = {
        "DBSCAN": sklearn.cluster.DBSCAN(eps=0.2, min_samples=5).fit_predict(x),
        "Ward": sklearn.cluster.AgglomerativeClustering(3).fit_predict(x),
        "single linkage": sklearn.cluster.AgglomerativeClustering(3, linkage="single").fit_predict(x),
        "k-means": sklearn.cluster.KMeans(3, n_init=20, random_state=0).fit_predict(x),
        "the labels": labels,
    }
    for way, group in ways.items():
        row = dict(zip(SCORES, table[WAYS.index(way)], strict=True))
        assert row["agreement"] == pytest.approx(sk.adjusted_rand_score(labels, group))
        inside, own = x[group >= 0], group[group >= 0]
        assert row["groups"] == len(set(own))
        assert row["silhouette"] == pytest.approx(sk.silhouette_score(inside, own))
        assert row["Calinski–Harabasz"] == pytest.approx(sk.calinski_harabasz_score(inside, own))
        assert row["Davies–Bouldin"] == pytest.approx(sk.davies_bouldin_score(inside, own))


def test_what_every_k_gives_is_the_best_inertia_and_a_mixtures_bic_is_scikit_learns():
    run = Run("clustering", seed=0, data="blobs", **FEW)
    found, x = answer(run, "over_k"), inputs(run)
    best = [sklearn.cluster.KMeans(k, n_init=20, random_state=0).fit(x).inertia_ for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(found["criterion"][:4], best, rtol=1e-6)
    assert np.nanargmax(found["measures_k"][0]) == np.nanargmax(found["measures_k"][1]) == 3
    mixture = Run("clustering", seed=0, data="blobs", method="mixture", k=1, **FEW)._execution.experiment
    first = next(part for part in mixture.over_k() if "criterion" in part)
    floor = 1e-6 * x.var(0).mean()
    assert float(first["criterion"][0]) == pytest.approx(GaussianMixture(1, reg_covar=floor).fit(x).bic(x), rel=1e-6)


def test_a_dragged_centre_takes_its_points_at_once_and_the_rounds_go_on_from_there():
    run = Run("clustering", seed=0, data="blobs", k=2, points=100)
    run.step(20)
    rested = run.metrics["objective/kmeans"][-1]
    run.act("move_centre", index=1, x=5.0, y=5.0)
    found = run.arrays("places", "group")
    assert found["places"][-1].tolist() == pytest.approx([5.0, 5.0])
    assert (found["group"] == 0).all()
    run.step(1)
    assert run.metrics["groups"][-1] == 1
    assert run.metrics["objective/kmeans"][-1] > rested
    with pytest.raises(Refused, match="centres 0 to 1"):
        run.act("move_centre", index=2, x=0.0, y=0.0)


def test_of_many_columns_a_centre_is_drawn_where_it_was_dragged_to():
    run = Run("clustering", seed=0, data="digits", points=60, method="mixture", k=3)
    run.act("move_centre", index=2, x=0.7, y=-0.4)
    assert run.arrays("places")["places"][-1].tolist() == pytest.approx([0.7, -0.4])
    x, places = inputs(run), run.arrays("places")["places"][:60]
    axes = np.linalg.svd(x - x.mean(0), full_matrices=False)[2][:2]
    np.testing.assert_allclose(abs(places), abs((x - x.mean(0)) @ axes.T), atol=1e-8)


def test_the_ground_belongs_to_the_nearest_centre():
    run = Run("clustering", seed=0, k=4, stretch=3.0, points=80)
    run.step(3)
    found = run.arrays("territory", "row_at", "column_at")
    centres = run._execution.experiment.centres.numpy()
    for row, column in ((0, 0), (40, 20), (60, 90), (30, 50)):
        place = np.array([found["column_at"][column], 3.0 * found["row_at"][row]])
        nearest = ((centres - place) ** 2).sum(1).argmin()
        assert found["territory"][:, row, column].tolist() == [float(k == nearest) for k in range(8)]


def test_a_table_of_ones_own_is_grouped_in_its_units_or_standardized(tmp_path):
    rows = np.random.default_rng(0).normal(size=(40, 2)) * [1.0, 100.0] + [0.0, 7.0]
    path = tmp_path / "own.csv"
    lines = [f"{a},{b},w{k % 2}" for k, (a, b) in enumerate(rows.tolist())]
    path.write_text("\n".join(["height,income,who", *lines]), encoding="utf-8")
    told = {"data": "file", "path": str(path), "k": 2}
    plain = Run("clustering", **told, standardize=False, label="who")
    spreads = inputs(plain).std(0)
    np.testing.assert_allclose(spreads, rows.std(0))
    plain.step(2)
    assert sorted(plain.arrays("labels")["labels"].tolist()) == [0] * 20 + [1] * 20
    assert "agreement" in plain.metrics
    np.testing.assert_allclose(inputs(Run("clustering", **told)).std(0), 1.0)
    with pytest.raises(Refused, match="no column"):
        Run("clustering", **told, label="missing")
    path.write_text("a,b\n1,x\n2,y\n3,z\n4,w\n", encoding="utf-8")
    with pytest.raises(Refused, match="1 columns of numbers"):
        Run("clustering", **told)
