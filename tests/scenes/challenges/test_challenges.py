"""Every diagnosis is decided by what is shown, every cure takes one thing back, and no name is seen too early."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import StandardScaler
from torch import nn

from explainer import Refused, Run
from explainer.scenes.challenges.causes import CAUSES, KEYS, Setting, cured, fallen_ill
from explainer.scenes.challenges.experiment import LOSS, OWN
from explainer.scenes.challenges.ward import Ward, all_digits, dealt

EVIDENCE = (
    "zeros", "gradient_sizes", "updates", "gradient_norms", "asked_twice", "input_edges", "doubted", "doubted_labels",
    "nearest", "class_counts", "batch_classes", "output_counts", "output_edges",
    "handed_counts", "handed_edges",
)  # fmt: skip


def ill(case, seed, steps):
    """Return a textbook case without its cure, after some steps, with what is shown of it."""
    run = Run("challenges", seed=seed, case=case)
    run.execution.experiment.tried[:] = -1
    run.step(steps)
    return run, run.arrays(*EVIDENCE)


def read_by_neighbours(images):
    """Return what each image (n, 8, 8) is by those that are nearest to it, itself left out."""
    grey, classes = (each.numpy() for each in all_digits())
    flat = (255 * images.reshape(-1, 64)).round(2)
    learner = KNeighborsClassifier(5).fit(grey.round(2), classes)
    places = learner.kneighbors(flat, 6, return_distance=False)[:, 1:]
    return np.array([np.bincount(classes[row]).argmax() for row in places])


def signs(shown):
    """Return which causes the pictures show: the rules of the lesson, in numbers."""
    counts, edges = shown["output_counts"], shown["output_edges"]
    middles = (edges[1:] + edges[:-1]) / 2
    flat = (np.abs(middles) < 0.1) | (np.abs(middles - 0.95) < 0.06)
    to_loss, ends = shown["handed_counts"], shown["handed_edges"]
    own, given = shown["gradient_norms"]
    grows = given[-1] > 1.5 * own[-1] and np.isfinite(given[-1])
    misnamed = np.mean(read_by_neighbours(shown["doubted"]) != shown["doubted_labels"])
    unscaled = shown["input_edges"].max() > 100
    dead = shown["zeros"][-1] == 1 and shown["gradient_sizes"][-1] == 0
    return {
        "dead": dead and shown["updates"][0] < 0.001,
        "fast": shown["updates"][0] > 0.3 and not unscaled,
        "slow": np.nanmax(shown["updates"]) < 0.001 and not dead,
        "accumulated": bool(grows),
        "train-mode": np.abs(np.diff(shown["asked_twice"], axis=1)).max() > 0.3,
        "unscaled": unscaled,
        "labels": misnamed > 0.8,
        "leak": shown["nearest"][0] > 0.9,
        "imbalance": shown["class_counts"].max() > 0.5 * shown["class_counts"].sum(),
        "twice": ends[-1] <= 1 and to_loss[ends[:-1] < -1e-6].sum() == 0,
        "sorted": (shown["batch_classes"] > 0).sum(1).max() <= 2,
        "saturated": edges[-1] == 1 and bool((counts[:, flat].sum(1) > 0.7).all()) and not (shown["zeros"] > 0.5).any(),
    }


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("case", KEYS)
def test_the_pictures_show_what_is_wrong_and_none_of_the_rivals(case, seed):
    _, shown = ill(case, seed, 40)
    found = {name for name, is_seen in signs(shown).items() if is_seen}
    assert found == ({case} if case != "healthy" else set())


@pytest.mark.parametrize("case", KEYS)
def test_a_cure_leads_back_to_the_right_setting_and_another_leaves_the_fault(case):
    right = Setting("relu", 32, 2, 300, 0.2, 32)
    broken = fallen_ill(right, case)
    assert cured(broken, case) == replace(right, pace=pytest.approx(1.0))
    for rival in CAUSES[case].rivals:
        assert case == "healthy" or cured(broken, rival) != right
    assert case not in CAUSES[case].rivals
    assert len(set(CAUSES[case].rivals)) == 4


@pytest.mark.parametrize("case", ["leak", "accumulated"])
def test_a_training_is_that_of_torch_with_a_module_and_an_optimizer(case):
    run = Run("challenges", seed=1, case=case)
    own = run.execution.experiment
    setting, images = own.setting(0), own.images(0)
    layers = [nn.Linear(each.in_features, each.out_features) for each in own.networks[0]]
    for layer, theirs in zip(layers, own.networks[0], strict=True):
        layer.load_state_dict(theirs.state_dict())
    activation = {"relu": nn.ReLU, "tanh": nn.Tanh}[setting.activation]
    model = nn.Sequential(*(part for layer in layers for part in (layer, activation())))[:-1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    order = own.generator("order 0")
    expected = []
    if setting.dropout:
        pytest.skip("drawn with dropout")
    for _ in range(12):
        chosen = torch.randperm(len(images.labels), generator=order)[: setting.batch]
        if case != "accumulated":
            optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(images.train[chosen]), images.labels[chosen])
        loss.backward()
        optimizer.step()
        expected.append(float(loss.detach()))
    run.step(12)
    np.testing.assert_allclose(run.metrics["loss/1"], expected, rtol=1e-4)
    said = model(images.test).argmax(1)
    np.testing.assert_array_equal(run.arrays("confusion")["confusion"], confusion_matrix(images.truth, said))


def test_inputs_are_standardized_by_the_training_part_and_distances_are_euclidean():
    setting = Setting("relu", 32, 2, 300, 0.0, 32)
    images = dealt(setting, 7)
    scaler = StandardScaler().fit(images.train_grey)
    used = scaler.scale_ > 16
    theirs = scaler.transform(images.test_grey)[:, used]
    np.testing.assert_allclose(images.test[:, used], theirs, rtol=0.01, atol=0.01)
    nearest, _ = NearestNeighbors(n_neighbors=1).fit(images.train_grey).kneighbors(images.test_grey)
    run = Run("challenges", case="leak")
    own = run.execution.experiment
    own.ward.known[(own.setting(0), own.ward.seeds[0])] = images
    np.testing.assert_allclose(own.distances(), nearest[:, 0], rtol=1e-4)


@pytest.mark.parametrize(("cause", "share"), [("labels", 0.3), ("healthy", 0.0)])
def test_as_many_labels_are_wrong_as_is_said(cause, share):
    setting = fallen_ill(Setting("relu", 32, 2, 900, 0.0, 32), cause)
    images, right = dealt(setting, 3), dealt(replace(setting, wrong=0.0), 3)
    assert bool((images.train_grey == right.train_grey).all())
    assert float((images.labels != right.labels).float().mean()) == pytest.approx(share, abs=0.04)


def test_no_test_image_is_in_training_unless_it_leaks():
    for seed in range(5):
        setting = Setting("relu", 32, 2, 1200, 0.0, 32)
        train, test = ({tuple(row) for row in part.tolist()} for part in dealt(setting, seed)[1:5:3])
        assert not train & test
        leaky = dealt(replace(setting, disjoint=False), seed)
        assert test <= {tuple(row) for row in leaky.train_grey.tolist()}


def test_a_cured_training_is_the_one_that_a_healthy_network_has_from_the_start():
    run = Run("challenges", seed=4)
    own = run.execution.experiment
    run.step(12)
    patient = own.ward.causes.index(next(cause for cause in own.ward.causes if cause != "healthy"))
    run.act("diagnose", patient=patient + 1, cause=own.ward.causes[patient])
    run.step(3)
    other = Run("challenges", seed=4)
    other.act("diagnose", patient=patient + 1, cause=own.ward.causes[patient])
    other.step(15)
    lane = own.beds + patient
    ours, theirs = (each.execution.experiment.history[lane, [LOSS, OWN], :15] for each in (run, other))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_only_the_first_answer_counts():
    run = Run("challenges")
    causes = run.execution.experiment.ward.causes
    wrong = next(key for key in KEYS if key != causes[0])
    run.act("diagnose", patient=1, cause=wrong)
    run.act("diagnose", patient=1, cause=causes[0])
    run.act("diagnose", patient=2, cause=causes[1])
    found = run.arrays("score", "answered", "verdicts", "finding")
    assert (int(found["score"]), int(found["answered"])) == (1, 2)
    assert found["verdicts"][0] == f"✗ {CAUSES[causes[0]].words}"
    assert found["verdicts"][1] == CAUSES[causes[1]].words
    assert found["verdicts"][2] == "?"
    assert "".join(found["finding"]).endswith(f"{CAUSES[causes[0]].sign} ")


@pytest.mark.parametrize("count", [2, 5, 13])
def test_nothing_that_a_run_shows_names_the_cause_before_it_is_answered(count):
    run = Run("challenges", seed=2, causes=count)
    own = run.execution.experiment
    run.step(2)
    shown = run.arrays(*[name for name in own.scene.arrays if name != "offers"])
    texts = " ".join(str(word) for values in shown.values() if values.dtype.kind == "U" for word in values.flat)
    for key, cause in CAUSES.items():
        assert cause.words not in texts
        assert cause.sign not in texts
        assert f"'{key}'" not in str(run.recipe)
    offers = run.arrays("offers")["offers"].tolist()
    everything = [cause.words for cause in CAUSES.values()]
    assert len(offers) == count
    assert offers == [words for words in everything if words in offers], "in the order of the table: no hint"
    assert CAUSES[own.ward.causes[0]].words in offers


def test_every_ward_has_ten_different_causes_and_each_seed_another_order():
    wards = [Ward(seed, "ward", 32).causes for seed in range(6)]
    assert all(len(set(causes)) == 10 for causes in wards)
    assert len({tuple(causes) for causes in wards}) == 6


def test_a_patient_who_is_not_there_is_refused():
    run = Run("challenges", case="dead")
    with pytest.raises(Refused, match="patient = 4"):
        run.act("diagnose", patient=4, cause="dead")
