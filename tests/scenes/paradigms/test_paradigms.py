"""The three learners against plain NumPy loops and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, confusion_matrix

from explainer import Run
from explainer.scenes.paradigms.experiment import adjusted_rand, moved, spread_out


def softmax(z):
    """Return probabilities."""
    e = np.exp(z - z.max())
    return e / e.sum()


@pytest.mark.parametrize("baseline", [True, False])
def test_both_updates_are_those_of_a_plain_loop(baseline):
    run = Run("paradigms", seed=2, baseline=baseline)
    own = run.execution.experiment
    w, v, expected = np.zeros((10, 65)), np.zeros((10, 65)), 0.1
    middle, scale = own.middle.numpy().astype(float), float(own.scale)
    for _ in range(60):
        run.step(1)
        x = np.append((own.pixels[own.index].numpy() - middle) / scale, 1.0)
        name, guess = int(own.names[own.index]), int(own.guess)
        w += 0.05 * np.outer(np.eye(10)[name] - softmax(w @ x), x)
        reward = float(guess == name)
        surplus = reward - expected if baseline else reward
        v += 0.05 * surplus * np.outer(np.eye(10)[guess] - softmax(v @ x), x)
        expected += 0.05 * (reward - expected)
        assert run.metrics["reward"][-1] == reward
    found = run.arrays("names_templates", "reward_templates")
    np.testing.assert_allclose(found["names_templates"].reshape(10, 64), w[:, :64], atol=2e-5)
    np.testing.assert_allclose(found["reward_templates"].reshape(10, 64), v[:, :64], atol=2e-5)
    test = np.column_stack([(own.test_pixels.numpy() - middle) / scale, np.ones(360)])
    right = ((test @ w.T).argmax(1) == own.truth.numpy()).mean()
    assert run.metrics["accuracy/labels"][-1] == pytest.approx(right, abs=0.004)


def test_one_round_moves_centres_as_scikit_learns_does():
    torch.manual_seed(0)
    examples = torch.rand(200, 5)
    first = spread_out(examples, 7)
    theirs = KMeans(7, init=first.numpy(), n_init=1, max_iter=1, algorithm="lloyd").fit(examples.numpy())
    mine = moved(first, examples)
    np.testing.assert_allclose(mine, moved(first, examples))
    nearest = np.linalg.norm(examples.numpy()[:, None] - first.numpy(), axis=2).argmin(1)
    expected = [examples.numpy()[nearest == k].mean(0) for k in range(7)]
    np.testing.assert_allclose(mine, expected, rtol=1e-5)
    np.testing.assert_allclose(np.sort(mine.numpy(), 0), np.sort(theirs.cluster_centers_, 0), rtol=1e-4)


def test_agreement_is_scikit_learns():
    chance = np.random.default_rng(0)
    for count in (2, 5, 10):
        one, other = chance.integers(0, count, 200), chance.integers(0, 4, 200)
        other[:100] = one[:100]
        found = float(adjusted_rand(torch.tensor(one), torch.tensor(other)))
        assert found == pytest.approx(adjusted_rand_score(one, other))


@pytest.mark.parametrize("shown", ["labels", "reward", "clusters"])
def test_answers_confusion_and_accuracy_belong_together(shown):
    run = Run("paradigms", shown=shown)
    run.step(45)
    found = run.arrays("answers", "truth", "confusion", "accuracies")
    np.testing.assert_array_equal(
        found["confusion"], confusion_matrix(found["truth"], found["answers"], labels=range(10))
    )
    place = ["labels", "reward", "clusters"].index(shown)
    assert (found["answers"] == found["truth"]).mean() == pytest.approx(found["accuracies"][place], abs=1e-6)
    assert run.metrics[f"accuracy/{shown}"][-1] == pytest.approx(found["accuracies"][place], abs=1e-6)


def test_places_are_the_first_two_principal_components():
    run = Run("paradigms")
    own = run.execution.experiment
    theirs = PCA(2, svd_solver="full").fit(own.pixels.numpy()).transform(own.test_pixels.numpy())
    np.testing.assert_allclose(np.abs(run.arrays("places")["places"]), np.abs(theirs), atol=1e-3)


def test_wrong_labels_are_as_many_as_said_and_clusters_do_not_hear_them():
    clean, noisy = Run("paradigms"), Run("paradigms", noise=0.5)
    one, other = (run.execution.experiment for run in (clean, noisy))
    assert float((one.names != other.names).float().mean()) == pytest.approx(0.5, abs=0.05)
    assert bool((one.truth == other.truth).all())
    clean.step(60)
    noisy.step(60)
    np.testing.assert_array_equal(clean.metrics["agreement"], noisy.metrics["agreement"])


def test_what_is_told_is_so():
    run = Run("paradigms")
    assert run.arrays("told")["told"].tolist() == ["nothing yet"] * 3
    run.step(12)
    own = run.execution.experiment
    name, guess = int(own.names[own.index]), int(own.guess)
    told = run.arrays("told", "asked_so_far")
    assert told["told"].tolist() == [
        f"this is a {name}",
        f"your guess {guess} is {'right' if name == guess else 'wrong'}",
        "nothing",
    ]
    assert told["asked_so_far"].tolist() == [12, 0, 10]
