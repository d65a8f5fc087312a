"""Every number of overfitting's scene, against plain loops, torch.nn.functional, NumPy and scikit-learn."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.lab.noisy_digits import noisy_digits
from explainer.scenes.overfitting import side_jobs

NOTED = ("given", "truth", "answers", "given_probability", "true_probability", "wrong", "wrong_images")


def scores(experiment, x):
    """What the network says of images, written out in double precision (n, class)."""
    first, second = (experiment.network[k] for k in (0, 2))
    hidden = np.maximum(x.numpy().astype(float) @ first.weight.detach().numpy().T + first.bias.detach().numpy(), 0)
    return hidden @ second.weight.detach().numpy().T + second.bias.detach().numpy()


def cross_entropy(z, y):
    """Mean cross-entropy by its formula."""
    return float(np.mean(np.log(np.exp(z - z.max(1, keepdims=True)).sum(1)) + z.max(1) - z[np.arange(len(y)), y]))


def test_losses_and_shares_are_those_of_the_formula():
    run = Run("overfitting", seed=1, examples=60, noise=0.5)
    run.step(40)
    live = run.execution.experiment
    given, truth = live.given.numpy(), live.truth.numpy()
    said = {"train": (live.train_x, given), "validation": (live.valid_x, live.valid_y.numpy()),
            "test": (live.test_x, live.test_y.numpy())}  # fmt: skip
    for part, (x, y) in said.items():
        z = scores(live, x)
        assert run.metrics[f"loss/{part}"][-1] == pytest.approx(cross_entropy(z, y), rel=1e-4)
        assert run.metrics[f"right/{part}"][-1] == pytest.approx(np.mean(z.argmax(1) == y), abs=1e-6)
    answers, wrong = scores(live, live.train_x).argmax(1), given != truth
    assert run.metrics["right/clean"][-1] == pytest.approx(np.mean(answers[~wrong] == truth[~wrong]), abs=1e-6)
    assert run.metrics["right/wrong"][-1] == pytest.approx(np.mean(answers[wrong] == given[wrong]), abs=1e-6)
    assert run.metrics["right/true"][-1] == pytest.approx(np.mean(answers[wrong] == truth[wrong]), abs=1e-6)


def test_points_of_the_picture_are_softmax_of_given_and_true():
    run = Run("overfitting", seed=2, examples=40, noise=0.6)
    run.step(15)
    live, found = run.execution.experiment, run.arrays(*NOTED)
    z = scores(live, live.train_x)
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    each = np.arange(40)
    np.testing.assert_allclose(found["given_probability"], p[each, found["given"]], rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found["true_probability"], p[each, found["truth"]], rtol=1e-3, atol=1e-6)
    assert found["answers"].tolist() == p.argmax(1).tolist()
    assert found["wrong"].tolist() == np.flatnonzero(found["given"] != found["truth"])[:32].tolist()
    np.testing.assert_array_equal(found["wrong_images"].reshape(-1, 64), live.train_x[found["wrong"]].numpy())


def test_training_is_torchs_sgd_on_epochs_that_see_every_digit_once():
    run = Run("overfitting", examples=50, batch=20, width=8)
    live = run.execution.experiment
    network = torch.nn.Sequential(torch.nn.Linear(64, 8), torch.nn.ReLU(), torch.nn.Linear(8, 10))
    network.load_state_dict(live.network.state_dict())
    optimizer, seen = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9), []
    for _ in range(9):
        run.step(1)
        optimizer.zero_grad()
        F.cross_entropy(network(live.train_x[live.index]), live.given[live.index]).backward()
        optimizer.step()
        seen.append(live.index.tolist())
    for ours, theirs in zip(live.network.parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)
    for epoch in range(3):
        assert [len(batch) for batch in seen[3 * epoch : 3 * epoch + 3]] == [20, 20, 10]
        assert sorted(place for batch in seen[3 * epoch : 3 * epoch + 3] for place in batch) == list(range(50))


def test_more_noise_or_more_digits_keep_what_there_was():
    def digits(examples, noise):
        return noisy_digits(examples, noise, torch.Generator().manual_seed(5))

    few, many, clean = digits(50, 0.2), digits(50, 0.7), digits(50, 0.0)
    assert torch.equal(few[0], many[0])
    assert torch.equal(clean[1], clean[2])
    noisy = few[1] != few[2]
    assert torch.equal(many[2][noisy], few[2][noisy])
    rows = {tuple(row) for row in few[0].tolist()}
    assert rows <= {tuple(row) for row in digits(100, 0.2)[0].tolist()}
    everyone = digits(1000, 1.0)
    share = (everyone[1] != everyone[2]).float().mean()
    assert 0.86 < share < 0.94
    assert not {tuple(row) for row in everyone[3].tolist()} & {tuple(row) for row in everyone[6].tolist()}


def stopped_by_hand(losses, updates, patience):
    """The epoch's ends at which a plain loop would stop and which it would restore, steps counted from 1."""
    best, at, waited = np.inf, 0, 0
    for step in range(updates, len(losses) + 1, updates):
        waited += 1
        if losses[step - 1] < best:
            best, at, waited = losses[step - 1], step, 0
        if waited >= patience:
            return step, at
    return None, at


@pytest.mark.parametrize("monitor", ["loss", "right"])
def test_early_stopping_ends_where_a_plain_loop_does_and_restores_those_weights(monitor):
    given = {"examples": 64, "monitor": monitor}
    free = Run("overfitting", seed=1, **given)
    free.step(200)
    values = free.metrics["loss/validation"] if monitor == "loss" else -free.metrics["right/validation"]
    step, at = stopped_by_hand(values, 2, 5)
    run = Run("overfitting", seed=1, **given, patience=5)
    run.step(200)
    assert (run.finished, len(run.metrics["lr"])) == (True, step)
    same = Run("overfitting", seed=1, **given)
    same.step(at)
    for ours, theirs in zip(run.execution.experiment.network.parameters(),
                            same.execution.experiment.network.parameters(), strict=True):  # fmt: skip
        assert torch.equal(ours, theirs)
    row = run.arrays("choices")["choices"][0 if monitor == "loss" else 1]
    series = [
        free.metrics[name][at - 1] for name in ("right/train", "right/validation", "right/test", "loss/validation")
    ]
    np.testing.assert_allclose(row, [at, *series], rtol=1e-6)
    found = run.arrays("event_start", "event_lane")
    assert found["event_start"][found["event_lane"] == 3].tolist() == [step]
    assert found["event_start"][found["event_lane"] == 1][-1] == at
    kept = Run("overfitting", seed=1, **given, patience=5, restore=False)
    kept.step(200)
    assert run.metrics["waited"].tolist() == kept.metrics["waited"].tolist()
    assert kept.execution.experiment.network[0].bias.tolist() != run.execution.experiment.network[0].bias.tolist()


def test_a_plateau_cuts_the_rate_after_more_than_its_patience():
    run = Run("overfitting", seed=0, examples=64, reduce=3)
    run.step(120)
    losses, rates = run.metrics["loss/validation"], run.metrics["lr"]
    best, bad, lr, expected = np.inf, 0, 0.1, []
    for step in range(1, 121):
        expected.append(lr)
        if step % 2 == 0:
            better = losses[step - 1] < best * (1 - 1e-4)
            best, bad = (losses[step - 1], 0) if better else (best, bad + 1)
            if bad > 3:
                lr, bad = lr * 0.1 if lr * 0.9 > 1e-8 else lr, 0
    np.testing.assert_allclose(rates, expected, rtol=1e-9)
    assert rates[-1] < 0.1


def test_a_checkpoint_is_put_back_by_hand_and_refused_before_there_is_one():
    run = Run("overfitting", examples=64)
    with pytest.raises(Refused, match="no checkpoint yet"):
        run.act("restore_best")
    run.step(150)
    at = int(run.arrays("choices")["choices"][0, 0])
    run.act("restore_best")
    same = Run("overfitting", examples=64)
    same.step(at)
    np.testing.assert_array_equal(run.arrays("true_probability")["true_probability"],
                                  same.arrays("true_probability")["true_probability"])  # fmt: skip


def test_a_label_is_changed_by_hand():
    run = Run("overfitting", examples=30, noise=0.0)
    assert not len(run.arrays("wrong")["wrong"])
    label = (int(run.arrays("truth")["truth"][7]) + 3) % 10
    run.act("relabel", index=7, label=label)
    found = run.arrays("wrong", "given")
    assert found["wrong"].tolist() == [7]
    assert found["given"][7] == label
    with pytest.raises(Refused, match="examples 0 to 29"):
        run.act("relabel", index=30, label=0)


def test_the_polynomial_is_numpys_and_its_variance_that_of_the_closed_form():
    run = Run("overfitting", seed=4)
    run.act("set_point", index=3, x=-0.5, y=1.5)
    for degree in (1, 4, 9):
        run.set(degree=degree)
        found = run.arrays("points", "line_x", "line_fit", "line_spread", "poly_errors")
        x, y = found["points"].T
        fit = np.polynomial.Polynomial.fit(x, y, degree)
        np.testing.assert_allclose(found["line_fit"], fit(found["line_x"]), rtol=1e-8, atol=1e-8)
        assert found["poly_errors"][0, degree - 1] == pytest.approx(np.mean((fit(x) - y) ** 2), rel=1e-6)
        design, at = (np.polynomial.chebyshev.chebvander(each, degree) for each in (x, found["line_x"]))
        rows = at @ np.linalg.pinv(design)
        truth = np.sin(1.5 * np.pi * x)
        variance = 0.2**2 * (rows**2).sum(1).mean()
        bias = np.mean((rows @ truth - np.sin(1.5 * np.pi * found["line_x"])) ** 2)
        assert found["poly_errors"][2, degree - 1] == pytest.approx(variance, rel=0.35)
        assert found["poly_errors"][1, degree - 1] == pytest.approx(bias, abs=0.01)
        assert found["poly_errors"][3, degree - 1] == pytest.approx(found["poly_errors"][1:3, degree - 1].sum() + 0.04)
        assert np.mean(found["line_spread"] ** 2) == pytest.approx(found["poly_errors"][2, degree - 1])


def test_random_features_are_fitted_as_numpy_and_scikit_learn_do():
    from sklearn.linear_model import Ridge

    generator = torch.Generator().manual_seed(0)
    x, targets = torch.rand(40, 64, generator=generator).double(), torch.rand(40, 3, generator=generator).double()
    for count in (10, 40, 90):
        features = side_jobs.random_features(x, count, torch.Generator().manual_seed(1))
        found = side_jobs.least_squares(features, targets)
        expected = np.linalg.lstsq(features.numpy(), targets.numpy(), rcond=1e-10)[0]
        np.testing.assert_allclose(features.numpy() @ found.numpy(), features.numpy() @ expected, atol=1e-7)
        assert float(found.norm()) == pytest.approx(np.linalg.norm(expected), rel=1e-5)
        penalty = 0.01 * float(features.square().sum(1).mean())
        ridge = Ridge(alpha=penalty, fit_intercept=False).fit(features.numpy(), targets.numpy())
        tamed = side_jobs.least_squares(features, targets, 0.01)
        np.testing.assert_allclose(tamed.numpy(), ridge.coef_.T, rtol=1e-6, atol=1e-9)


def test_side_jobs_train_the_network_of_the_run(monkeypatch):
    monkeypatch.setattr(side_jobs, "WIDTHS", (4, 16))
    monkeypatch.setattr(side_jobs, "SIZES", (50,))
    monkeypatch.setattr(side_jobs, "STEPS", 40)
    monkeypatch.setattr(side_jobs, "FEATURES", (10, 150))
    run = Run("overfitting", seed=3, examples=50, width=16)
    live, found = run.execution.experiment, {}
    for job in (live.by_width, live.by_size, live.descend):
        for part in job():
            found |= {name: np.asarray(each) for name, each in part.items()}
    run.step(40)
    ends = [run.metrics["right/train"][-1], run.metrics["right/test"][-1]]
    np.testing.assert_allclose(found["width_right"][:2, 1], ends, atol=1e-6)
    np.testing.assert_allclose(found["size_right"][:2, 0], ends, atol=1e-6)
    chosen = np.argmin(run.metrics["loss/validation"][9::10])
    assert found["width_right"][2, 1] == pytest.approx(run.metrics["right/test"][10 * chosen + 9], abs=1e-6)
    assert found["feature_train"][1] < found["feature_train"][0]


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({"examples": 50}, 320, {"by-heart"}),
        ({"examples": 50, "noise": 0.0}, 320, {"unharmed"}),
        ({"examples": 50}, 20, set()),
        ({"width": 2, "examples": 50}, 320, {"underfits"}),
        ({"width": 2, "examples": 50}, 20, set()),
        ({"examples": 50, "patience": 3}, 200, {"stopped"}),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("overfitting", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
