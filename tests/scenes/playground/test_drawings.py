"""What the playground's pictures are drawn from, against scikit-learn, finite differences and plain loops."""

import numpy as np
import pytest
import torch
from sklearn import metrics
from sklearn.decomposition import PCA

from explainer import Run


@pytest.mark.parametrize("settings", [{}, {"data": "five", "layers": "6"}, {"imbalance": 8.0}])
def test_measures_are_scikit_learns(settings):
    run = Run("playground", noise=0.2, **settings)
    run.step(100)
    found = run.arrays("*")
    test = found["split"] == 2
    actual, scores = found["labels"][test], torch.tensor(found["scores"][test]).double()
    both = torch.cat([torch.zeros_like(scores), scores], 1) if scores.shape[1] == 1 else scores
    probability = both.softmax(1).numpy()
    said = probability.argmax(1)
    classes = range(len(found["classes"]))
    assert np.array_equal(found["confusion"], metrics.confusion_matrix(actual, said, labels=list(classes)))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        actual, said, labels=list(classes), zero_division=np.nan
    )
    np.testing.assert_allclose(found["precision"], precision, rtol=1e-9)
    np.testing.assert_allclose(found["recall"], recall, rtol=1e-9)
    np.testing.assert_allclose(np.nan_to_num(found["f1"]), np.nan_to_num(f1), rtol=1e-9)
    assert found["support"].tolist() == support.tolist()
    assert found["now"][2, 0] == pytest.approx(metrics.log_loss(actual, probability, labels=list(classes)), rel=1e-5)
    assert found["now"][2, 1] == pytest.approx(metrics.accuracy_score(actual, said), abs=1e-6)


def test_of_numbers_the_share_explained_is_r2():
    run = Run("playground", data="sine", layers="8")
    run.step(200)
    found = run.arrays("*")
    for part in (0, 2):
        own = found["split"] == part
        y, said = found["targets"][own], found["scores"][own, 0]
        assert found["now"][part, 0] == pytest.approx(metrics.mean_squared_error(y, said), rel=1e-4)
        assert found["now"][part, 1] == pytest.approx(metrics.r2_score(y, said), abs=1e-4)


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.9])
def test_the_threshold_says_from_where_on_a_point_is_positive(threshold):
    run = Run("playground", threshold=threshold, noise=0.3)
    run.step(60)
    found = run.arrays("*")
    test = found["split"] == 2
    assert np.array_equal(np.isfinite(found["test_scores"]), test)
    said = found["test_scores"][test] >= np.float32(threshold)
    assert np.array_equal(found["confusion"], metrics.confusion_matrix(found["labels"][test], said.astype(int)))


def test_the_map_and_every_unit_say_at_a_cell_what_they_say_to_a_point_there():
    run = Run("playground", layers="5,4", activation="elu", skips="0>3")
    run.step(30)
    found = run.arrays("*")
    network = run.execution.experiment.network
    rows, columns = np.array([0, 13, 50, 99]), np.array([99, 2, 50, 7])
    at = torch.tensor(np.stack([found["plane_x"][columns], found["plane_y"][rows]], 1))
    with torch.no_grad():
        passed = network.passed(at, ("elu", "elu"))
    for layer in (1, 2):
        np.testing.assert_allclose(found[f"units/{layer}"][:, rows, columns], passed[layer].T, atol=1e-5)
    np.testing.assert_allclose(found["prediction"][1, rows, columns], passed[3][:, 0].sigmoid(), atol=1e-5)
    np.testing.assert_allclose(found["prediction"].sum(0), 1, atol=1e-6)


def test_the_slopes_of_an_example_are_finite_differences():
    run = Run("playground", layers="4,3", example=7)
    run.step(50)
    found, network = run.arrays("*"), run.execution.experiment.network.double()
    point = torch.tensor(found["points"][7:8]).double()
    label = float(found["labels"][7])

    def loss():
        with torch.no_grad():
            score = network(point, ("tanh", "tanh"))[0, 0]
        return float(torch.nn.functional.softplus(score) - label * score)

    numbers = []
    for layer in network.layers:
        weight = layer.weight.data.view(-1)
        for k in range(len(weight)):
            kept = float(weight[k])
            sides = []
            for by in (1e-5, -1e-5):
                weight[k] = kept + by
                sides.append(loss())
            weight[k] = kept
            numbers.append((sides[0] - sides[1]) / 2e-5)
    np.testing.assert_allclose(found["example_gradients"], numbers, atol=1e-5)
    assert float(found["example_loss"]) == pytest.approx(loss(), rel=1e-4)
    network.float()


def test_the_hidden_space_in_components_is_scikit_learns_pca():
    run = Run("playground", layers="6", space="components")
    run.step(80)
    units = run.execution.experiment.network.passed(torch.tensor(run.arrays("points")["points"]), ("tanh",))[1].detach()
    wanted = PCA(2, svd_solver="full").fit_transform(units.double())
    found = run.arrays("space_points")["space_points"]
    np.testing.assert_allclose(np.abs(found), np.abs(wanted), atol=1e-4)


def test_the_grid_of_the_hidden_space_is_the_plane_itself_without_hidden_layers():
    run = Run("playground", layers="")
    found = run.arrays("space_points", "space_grid", "points")
    assert np.array_equal(found["space_points"], found["points"])
    gaps = np.isnan(found["space_grid"]).all(1)
    assert gaps.sum() == 26
    lines = np.split(found["space_grid"], np.flatnonzero(gaps))[:-1]
    for line in lines:
        inside = line[np.isfinite(line).all(1)]
        assert min(np.ptp(inside, 0)) == 0, "a line of the grid is straight"


def test_pieces_are_counted_as_sign_patterns_of_the_hidden_sums():
    run = Run("playground", layers="3", activation="relu")
    run.step(30)
    found = run.arrays("*")
    x, y = np.meshgrid(found["plane_x"], found["plane_y"])
    sums = np.stack([x, y], -1) @ found["weight/1"].T.astype(np.float64) + found["bias/1"]
    patterns = {tuple(row) for row in (sums > 0).reshape(-1, 3)}
    assert int(found["pieces"]) == len(patterns) <= 1 + 3 + 3
    assert int(found["parameters"]) == 3 * 3 + 4


def test_a_change_is_what_the_last_update_did():
    run = Run("playground", layers="3")
    run.step(9)
    before = run.arrays("weights")["weights"]
    run.step()
    found = run.arrays("weights", "change")
    np.testing.assert_array_equal(found["change"], found["weights"] - before)
