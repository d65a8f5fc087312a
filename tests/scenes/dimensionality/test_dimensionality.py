"""Every number of dimensionality's scene, against scikit-learn, SciPy and plain loops."""

import numpy as np
import pytest
import sklearn.manifold
from scipy.spatial.distance import cdist, pdist
from scipy.stats import mode, spearmanr
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from explainer import Run
from explainer.scenes.dimensionality import WAYS

FEW = {"examples": 100, "query": 7}


def table(run):
    """The pixels and the columns added so far, as one table."""
    known, count = run._execution.experiment.known, int(run.metrics["columns"][-1])
    return np.hstack([known.pixels.numpy(), known.added[:count].T.numpy() * run.params.scale])


def right(x, y, k):
    """The share of right votes by scikit-learn's neighbours, each left out of its own vote."""
    near = NearestNeighbors(n_neighbors=k).fit(x).kneighbors(return_distance=False)
    return (mode(y[near], axis=1).mode == y).mean()


@pytest.fixture(
    scope="module", params=[{}, {"added": "mixtures", "k": 3, "q": 4}, {"scale": 0.4, "k": 1, "q": 20}], ids=str
)
def lived(request):
    """A run of a few steps."""
    run = Run("dimensionality", seed=4, **FEW, **request.param)
    run.step(6)
    return run


def test_votes_are_scikit_learns_leaving_one_out(lived):
    x, y = table(lived), lived.arrays("labels")["labels"]
    assert lived.metrics["accuracy/all"][-1] == pytest.approx(right(x, y, lived.params.k))
    few = PCA(lived.params.q, svd_solver="full").fit_transform(x)
    assert lived.metrics["accuracy/pca"][-1] == pytest.approx(right(few, y, lived.params.k))


def test_neighbours_contrast_and_hubs_are_those_of_a_plain_loop(lived):
    x, k = table(lived), lived.params.k
    near = [NearestNeighbors(n_neighbors=k).fit(t).kneighbors(return_distance=False) for t in (x, x[:, :64])]
    kept = [len(set(now) & set(before)) / k for now, before in zip(*near, strict=True)]
    assert lived.metrics["kept"][-1] == pytest.approx(np.mean(kept), abs=0.005)
    assert lived.metrics["hub"][-1] == max(np.bincount(near[0].ravel()))
    distance = cdist(x, x)
    contrasts = []
    for own, row in enumerate(distance):
        others = np.delete(row, own)
        contrasts.append((others.max() - others.min()) / others.min())
    assert lived.metrics["contrast"][-1] == pytest.approx(np.sort(contrasts)[49])  # torch's median: the lower one
    found = lived.arrays("distances", "chosen", "faces", "near_counts", "near_edges", "labels")
    np.testing.assert_allclose(found["distances"], distance[7], atol=1e-6)
    assert found["chosen"].tolist() == near[0][7].tolist()
    others = np.delete(distance[7], 7)
    same = np.delete(found["labels"] == found["labels"][7], 7)
    for counts, part in zip(found["near_counts"], (same, ~same), strict=True):
        assert counts.tolist() == np.histogram(others[part] / others.mean(), found["near_edges"])[0].tolist()


def test_images_and_labels_are_those_of_scikit_learn(lived):
    images, labels = load_digits(return_X_y=True)
    found = lived.arrays("faces", "labels", "chosen")
    for face, place in zip(found["faces"], (7, *found["chosen"]), strict=True):
        (same,) = np.nonzero((images == face.ravel() * 16).all(1))
        assert labels[same[0]] == found["labels"][place]


@pytest.mark.parametrize("plane", ["pixels", "all"])
def test_planes_and_variances_are_scikit_learns_pca(lived, plane):
    lived.set(plane=plane)
    x = table(lived)
    told = PCA(30, svd_solver="full").fit(x)
    np.testing.assert_allclose(lived.arrays("variances")["variances"], told.explained_variance_, rtol=1e-8)
    shown = x if plane == "all" else x[:, :64]
    own = PCA(2, svd_solver="full").fit_transform(shown)
    np.testing.assert_allclose(abs(lived.arrays("places")["places"]), abs(own), atol=1e-8)


def test_all_columns_are_added_and_then_the_run_is_finished():
    run = Run("dimensionality", per_step=190, **FEW)
    run.step(30)
    assert run.finished
    assert run.metrics["columns"].tolist() == [*range(190, 4000, 190), 4000]


def answer(run, job):
    """All that a side job found."""
    found = {}
    for part in getattr(run._execution.experiment, job)():
        found.update(part)
    return found


def test_maps_and_what_they_keep_are_scikit_learns_and_scipys():
    run = Run("dimensionality", seed=1, mapped=30, scale=0.5, q=5, **FEW)
    found, known = answer(run, "maps"), run._execution.experiment.known
    pixels, y = known.pixels.numpy(), run.arrays("labels")["labels"]
    x = np.hstack([pixels, 0.5 * known.added[:30].T.numpy()])
    two = PCA(2, svd_solver="full").fit_transform(x)
    np.testing.assert_allclose(abs(found["map_pca"]), abs(two), atol=1e-8)
    by = {
        "pixels alone": pixels, "all columns": x, "PCA, q": PCA(5, svd_solver="full").fit_transform(x), "PCA, 2": two,
        "t-SNE, 2": found["map_near"], "autoencoder, 2": found["map_code"],
    }  # fmt: skip
    for way, told in by.items():
        share, still, ranks = found["keeps"][WAYS.index(way)]
        assert share == pytest.approx(right(told, y, 5), abs=0.01)
        # pixels are whole numbers, so some distances are equal
        near = [cdist(t, t).argsort(1)[:, 1:6] for t in (told, pixels)]
        assert still == pytest.approx(
            np.mean([len(set(a) & set(b)) / 5 for a, b in zip(*near, strict=True)]), abs=0.005
        )
        assert ranks == pytest.approx(spearmanr(pdist(told), pdist(pixels)).statistic)
    assert sklearn.manifold.trustworthiness(x, found["map_near"]) > sklearn.manifold.trustworthiness(x, two)


def test_the_autoencoder_ends_better_than_the_best_plane():
    run = Run("dimensionality", seed=1, mapped=0, **FEW)
    known = run._execution.experiment.known.pixels.numpy()
    code = answer(run, "maps")["map_code"]
    near = NearestNeighbors(n_neighbors=2).fit(code).kneighbors(return_distance=False)
    plane = PCA(2, svd_solver="full").fit_transform(known)
    flat = NearestNeighbors(n_neighbors=2).fit(plane).kneighbors(return_distance=False)
    assert ((known - known[near[:, 0]]) ** 2).sum() < ((known - known[flat[:, 0]]) ** 2).sum()


def test_random_points_in_few_dimensions_have_the_known_spread_of_distances():
    found = answer(Run("dimensionality", **FEW), "contrasts")
    dims = found["tried_dims"]
    rng = np.random.default_rng(0)
    for kind, draw in enumerate((rng.random, rng.standard_normal)):
        points = [draw((500 + 50, int(d))) for d in dims]
        distance = [cdist(each[:50], each[50:]) for each in points]
        spreads = [np.median(each.std(1) / each.mean(1)) for each in distance]
        np.testing.assert_allclose(found["spreads"][kind], spreads, rtol=0.15)
        contrasts = [np.median(each.max(1) / each.min(1) - 1) for each in distance]
        np.testing.assert_allclose(found["contrast_of"][kind], contrasts, rtol=0.6)
        np.testing.assert_allclose(found["contrast_of"][kind][5:], contrasts[5:], rtol=0.15)


def test_balls_and_cubes_are_those_of_the_recursion():
    found = Run("dimensionality", shell=0.02, **FEW).arrays("geometry", "dims_at")
    volumes = [1.0, 2.0]
    for d in range(2, 101):
        volumes.append(volumes[d - 2] * 2 * np.pi / d)
    for d, (shell, ball, edge) in zip(found["dims_at"], found["geometry"].T, strict=True):
        assert shell == pytest.approx(1 - 0.98**d)
        assert edge**d == pytest.approx(0.01)
        if d <= 100:
            assert ball == pytest.approx(volumes[int(d)] / 2.0**d)


def test_where_there_are_fewer_digits_the_last_one_is_asked_about():
    run = Run("dimensionality", examples=100, query=499)
    assert run.arrays("distances")["distances"][99] == 0


@pytest.mark.parametrize(
    ("given", "named"),
    [({"per_step": 200}, {"drowned", "hub"}), ({"added": "mixtures"}, set()), ({"scale": 0.2}, set())],
)
def test_notes_say_what_is_so(given, named):
    run = Run("dimensionality", **given)
    run.step(8)
    assert {note.name for note in run.notes} == named
