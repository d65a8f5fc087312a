"""The neuron's numbers, against plain loops, scikit-learn and autograd."""

import numpy as np
import pytest
import torch
from sklearn.svm import SVC

from explainer import Refused, Run
from explainer.export import metrics_csv
from explainer.scenes.neuron.experiment import novikoff
from tests.scripts import outputs

RULES = ("perceptron", "pocket", "delta", "logistic")


def by_hand(run, steps):
    """Return weights, mistakes and the kept weights after plain Python's loop over the same examples."""
    found = run.arrays("points", "labels")
    points, labels, params = found["points"].astype(float), found["labels"], run.params
    examples, order = np.column_stack([points, np.full(len(points), float(params.bias))]), []
    one = Run("neuron", seed=run.recipe.seed, **params.changed())
    for _ in range(steps):
        one.step(1)
        order.append(int(one.execution.experiment.index))
    w, mistakes, kept, best = np.zeros(3), 0, np.zeros(3), 0.0
    for k in order:
        x, y = examples[k], labels[k]
        z = sum(w[i] * x[i] for i in range(3))
        mistakes += int((z > 0) != (y == 1))
        if params.rule == "delta":
            error = (1 if y else -1) - z
        elif params.rule == "logistic":
            error = y - 1 / (1 + np.exp(-z))
        else:
            error = y - (1 if z > 0 else 0)
        w = w + params.lr * error * x
        right = np.mean((examples @ w > 0) == (labels == 1))
        if right > best:
            kept, best = w, right
    return w, mistakes, kept


@pytest.mark.parametrize("data", ["nand", "mixed"])
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_a_plain_loops(rule, data):
    run = Run("neuron", seed=4, rule=rule, data=data, lr=0.125)
    w, mistakes, kept = by_hand(run, 60)
    run.step(60)
    found = run.arrays("weights", "sums", "points")
    np.testing.assert_allclose(found["weights"], w, rtol=1e-4, atol=1e-5)
    assert run.metrics["mistakes"][-1] == mistakes
    drawn = kept if rule == "pocket" else w
    expected = found["points"] @ drawn[:2] + drawn[2]
    np.testing.assert_allclose(found["sums"], expected, rtol=1e-3, atol=1e-4)


def test_its_script_prints_the_very_numbers_of_each_rule(tmp_path):
    runs = []
    for rule in RULES:
        run = Run("neuron", seed=1, rule=rule, data="mixed", order="shuffled", lr=0.1)
        run.step(25)
        run.set(lr=0.3)
        run.act("add_point", x=0.25, y=0.5, label=1)
        run.act("set_weight", index=1, value=0.75)
        run.step(25)
        run.execution.recorder.flush()
        runs.append(run)
    printed = outputs([run.script() for run in runs], tmp_path)
    assert printed == [metrics_csv.encode(run.execution.recorder.series, 50).decode() for run in runs]


@pytest.mark.parametrize("data", ["and", "or", "nand", "apart"])
@pytest.mark.parametrize("seed", [0, 5])
def test_the_bound_is_that_of_a_hard_margin_and_mistakes_stay_below_it(data, seed):
    run = Run("neuron", data=data, seed=seed)
    found = run.arrays("points", "labels", "bound")
    joined = np.column_stack([found["points"], np.ones(len(found["points"]))]).astype(float)
    signs = np.where(found["labels"] == 1, 1, -1)
    both = np.vstack([joined * signs[:, None], -joined * signs[:, None]])
    machine = SVC(kernel="linear", C=1e9, tol=1e-9).fit(both, np.repeat([1, -1], len(joined)))
    bound = (joined**2).sum(1).max() * float((machine.coef_**2).sum())
    assert found["bound"][0] == pytest.approx(bound, rel=1e-3)
    run.step(400)
    assert run.metrics["mistakes"][-1] <= bound
    assert run.metrics["correct"][-1] == 1


@pytest.mark.parametrize("given", [{"data": "xor"}, {"data": "mixed"}, {"bias": False}, {"rule": "logistic"}])
def test_there_is_no_bound_where_no_line_separates_or_the_rule_is_another(given):
    assert np.isnan(Run("neuron", **given).arrays("bound")["bound"][0])


def test_a_run_that_was_steered_by_hand_has_no_bound_but_its_points_have():
    run = Run("neuron")
    assert run.arrays("bound")["bound"][0] == pytest.approx(51, rel=1e-4)
    run.act("set_weight", index=0, value=3.0)
    assert np.isnan(run.arrays("bound")["bound"][0])
    assert np.isnan(novikoff(np.array([[1.0, 1], [-1, 1], [0, 1]]), np.array([1, 1, 0])))


@pytest.mark.parametrize("rule", ["delta", "logistic"])
def test_rules_with_a_slope_follow_autograds(rule):
    run = Run("neuron", rule=rule, lr=0.5, data="mixed")
    run.step(5)
    before = run.arrays("weights", "points", "labels")
    run.step(1)
    k = int(run.execution.experiment.index)
    x = torch.tensor([*before["points"][k], 1.0], dtype=torch.float64)
    y = float(before["labels"][k])
    w = torch.tensor(before["weights"], dtype=torch.float64, requires_grad=True)
    z = w @ x
    if rule == "delta":
        loss = (2 * y - 1 - z) ** 2 / 2
    else:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, torch.tensor(y, dtype=torch.float64))
    (gradient,) = torch.autograd.grad(loss, w)
    expected = before["weights"] - 0.5 * gradient.numpy()
    np.testing.assert_allclose(run.arrays("weights")["weights"], expected, rtol=1e-4, atol=1e-6)


def test_the_arrow_stands_on_the_line_at_a_right_angle_and_its_ends_do_what_they_show():
    run = Run("neuron", data="apart")
    run.step(30)
    before = run.arrays("foot")["foot"][0]
    run.act("turn", index=0, x=1.5, y=0.25)
    w = run.arrays("weights")["weights"]
    towards = np.array([1.5, 0.25]) - before
    assert w[0] * towards[1] - w[1] * towards[0] == pytest.approx(0, abs=1e-4)
    assert w[:2] @ towards > 0
    found = run.arrays("foot", "direction", "weights", "plane", "distance")
    foot, along, w = found["foot"][0], found["direction"][0], found["weights"]
    assert foot @ w[:2] + w[2] == pytest.approx(0, abs=1e-4)
    assert np.linalg.norm(along) == pytest.approx(0.5)
    assert along @ [w[1], -w[0]] == pytest.approx(0, abs=1e-5)
    run.act("shift", index=0, x=0.5, y=0.75)
    w = run.arrays("weights")["weights"]
    assert w[0] * 0.5 + w[1] * 0.75 + w[2] == pytest.approx(0, abs=1e-5)
    found = run.arrays("plane", "distance", "weights")
    x, y = found["plane"][7], found["plane"][30]
    expected = (found["weights"][:2] @ (x, y) + found["weights"][2]) / np.linalg.norm(found["weights"][:2])
    assert found["distance"][30, 7] == pytest.approx(expected, rel=1e-3, abs=1e-5)


def test_points_are_added_moved_flipped_and_removed_and_the_last_one_stays():
    run = Run("neuron")
    run.act("add_point", x=0.5, y=0.25, label=1)
    run.act("move_point", index=4, x=0.75, y=0.5)
    run.act("flip_point", index=4)
    found = run.arrays("points", "labels")
    assert found["points"][4].tolist() == [0.75, 0.5]
    assert found["labels"].tolist() == [0, 0, 0, 1, 0]
    for _ in range(4):
        run.act("remove_point", index=0)
    with pytest.raises(Refused, match="the last point cannot be removed"):
        run.act("remove_point", index=0)
    with pytest.raises(Refused, match="there are points 0 to 0"):
        run.act("flip_point", index=3)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({}, 0, set()),
        ({}, 100, {"settled"}),
        ({"data": "xor"}, 20, {"no-line"}),
        ({"data": "mixed"}, 20, {"no-line"}),
        ({"rule": "delta", "lr": 1.0}, 2000, {"away"}),
        ({"rule": "delta", "lr": 0.1}, 400, set()),
        ({"rule": "logistic", "lr": 1.0}, 400, set()),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("neuron", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
