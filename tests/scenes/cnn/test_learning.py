"""What is measured, against scikit-learn and PyTorch; what the verbs do; how well it learns."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from torch.nn import functional as F  # noqa: N812

from explainer import Refused, Run
from explainer.lab.digits import digits


@pytest.fixture(scope="module")
def learned():
    run = Run("cnn")
    run.step(600)
    return run


def model_of(run):
    return run.execution.experiment.model


def test_97_percent_of_the_held_out_digits_within_600_steps(learned):
    assert learned.metrics["accuracy/test"][-1] >= 0.97


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 8))
def test_97_percent_with_any_seed(seed):
    run = Run("cnn", seed=seed)
    run.step(600)
    assert max(run.metrics["accuracy/test"]) >= 0.97


def test_a_fifth_of_each_class_is_held_out_and_nothing_is_in_both():
    run = Run("cnn")
    experiment = run.execution.experiment
    images, labels = digits()
    assert len(experiment.images.train_images) + len(experiment.images.test_images) == len(images)
    for label in range(10):
        share = int((experiment.images.test_labels == label).sum()) / int((labels == label).sum())
        assert 0.2 <= share < 0.21
    everything = torch.cat([experiment.images.train_images, experiment.images.test_images])[:, 0] * 16
    pairs = sorted(image.numpy().astype(int).tobytes() for image in everything)
    assert pairs == sorted(image.astype(int).tobytes() for image in images)
    assert np.array_equal(experiment.images.test_images[0, 0] * 16, images[0]), "the first digit is held out"


def test_confusion_and_accuracy_are_those_of_scikit_learn(learned):
    arrays, experiment = learned.arrays("*"), learned.execution.experiment
    with torch.no_grad():
        chances = model_of(learned).eval()(experiment.images.test_images).softmax(1).double()
    predicted, actual = chances.argmax(1), arrays["test_labels"]
    assert np.array_equal(arrays["predicted"], predicted)
    assert np.array_equal(arrays["confusion"], confusion_matrix(actual, predicted)), "rows are actual"
    assert learned.metrics["accuracy/test"][-1] == pytest.approx(accuracy_score(actual, predicted))
    chances = chances / chances.sum(1, keepdim=True)
    assert learned.metrics["loss/test"][-1] == pytest.approx(log_loss(actual, chances), rel=1e-4)


def test_the_batch_is_measured_before_the_update():
    run, plain = Run("cnn", seed=2, batch=512), Run("cnn", seed=2, batch=512)
    experiment = plain.execution.experiment
    before = {name: tensor.clone() for name, tensor in experiment.model.state_dict().items()}
    run.step()
    chosen = torch.randperm(len(experiment.images.train_images), generator=experiment.generator("batches"))[:512]
    logits = torch.func.functional_call(experiment.model, before, (experiment.images.train_images[chosen],))
    labels = experiment.images.train_labels[chosen]
    assert run.metrics["loss/train"][0] == pytest.approx(F.cross_entropy(logits, labels).item(), rel=1e-6)
    assert run.metrics["accuracy/train"][0] == pytest.approx(accuracy_score(labels, logits.argmax(1)))


def test_a_step_is_adams_as_pytorch_takes_it():
    run = Run("cnn", seed=1, lr=0.02)
    model = model_of(run)
    run.advance_phase()
    run.advance_phase()
    before = [p.detach().clone() for p in model.parameters()]
    gradients = [p.grad.clone() for p in model.parameters()]
    run.advance_phase()
    run.advance_phase()
    for old, gradient, new in zip(before, gradients, model.parameters(), strict=True):
        assert torch.allclose(new, old - 0.02 * gradient / (gradient.abs() + 1e-8), atol=1e-6)


def test_a_frozen_layer_keeps_its_numbers_until_it_learns_again():
    run = Run("cnn", seed=5)
    run.act("freeze", layer="conv1", on=True)
    kept = model_of(run).conv1.weight.clone()
    other = model_of(run).conv2.weight.clone()
    run.step(3)
    assert torch.equal(model_of(run).conv1.weight, kept)
    assert not torch.equal(model_of(run).conv2.weight, other)
    assert run.arrays("frozen")["frozen"].tolist() == [True, *[False] * 6]
    run.act("freeze", layer="conv1", on=False)
    run.step(1)
    assert not torch.equal(model_of(run).conv1.weight, kept)


def test_not_everything_can_be_frozen():
    run = Run("cnn")
    run.act("freeze", layer="conv1", on=True)
    run.act("freeze", layer="conv2", on=True)
    with pytest.raises(Refused, match="all others are"):
        run.act("freeze", layer="output", on=True)


def test_a_zeroed_filter_gives_a_map_of_zeros():
    run = Run("cnn")
    run.step(20)
    run.act("zero_filter", layer="conv2", filter=3)
    maps = run.arrays("maps/*")
    assert not maps["maps/conv2"][3].any()
    assert maps["maps/conv2"][4].any()
    with pytest.raises(Refused, match="filter = 16"):
        run.act("zero_filter", layer="conv2", filter=16)


def test_a_reinitialised_layer_is_a_new_one_to_the_optimizer_too():
    run = Run("cnn")
    run.step(5)
    experiment = run.execution.experiment
    before = model_of(run).conv2.weight.clone()
    run.act("reinitialise", layer="conv2")
    weight = model_of(run).conv2.weight
    bound = 1 / np.sqrt(8 * 9)
    assert not torch.equal(weight, before)
    assert weight.abs().max() <= bound, "PyTorch draws uniformly within ± 1/√fan-in"
    assert weight not in experiment.optimizer.state
    assert model_of(run).conv1.weight in experiment.optimizer.state


def test_a_layer_that_the_network_does_not_have_is_refused():
    with pytest.raises(Refused, match="this network has conv1, conv2, output"):
        Run("cnn").act("freeze", layer="norm1", on=True)


def test_the_strongest_patches_are_cut_from_the_images_where_the_map_is_strongest(learned):
    learned.set(layer="conv2", channel=6)
    arrays, experiment = learned.arrays("*"), learned.execution.experiment
    model = model_of(learned)
    with torch.no_grad():
        answers = model.conv2(model.act1(model.conv1(experiment.images.test_images)))[:, 6]
        by_image = answers.flatten(1).max(1).values
        assert np.allclose(arrays["patch_values"], by_image.sort(descending=True).values[:12])
        for patch, value, number in zip(arrays["patches"], arrays["patch_values"], arrays["patch_images"], strict=True):
            assert value == pytest.approx(float(by_image[number]))
            padded = F.pad(experiment.images.test_images[number], (2, 2, 2, 2))
            windows = padded.unfold(1, 5, 1).unfold(2, 5, 1)[0].flatten(0, 1)
            assert any(np.array_equal(window, patch[0]) for window in windows)


def test_the_image_can_be_shifted_turned_and_made_noisy():
    run = Run("cnn")
    plain = run.arrays("image")["image"]
    run.set(shift_x=2, shift_y=-1)
    moved = run.arrays("image")["image"]
    assert np.array_equal(moved[0, :-1, 2:], plain[0, 1:, :-2])
    run.set(shift_x=0, shift_y=0, turn=90.0)
    assert np.allclose(run.arrays("image")["image"][0], np.rot90(plain[0]), atol=1e-5)
    run.set(turn=0.0, noise=0.2)
    noisy = run.arrays("image")["image"]
    assert not np.array_equal(noisy, plain)
    assert np.array_equal(noisy, run.arrays("image")["image"])


def test_a_drawing_goes_through_and_one_that_is_no_square_is_refused():
    run = Run("cnn")
    picture = np.linspace(0, 1, 64).astype(np.float32)
    run.set(drawing=picture.tolist())
    assert np.allclose(run.arrays("image")["image"].ravel(), picture)
    assert run.arrays("label")["label"] == -1
    run.set(drawing=np.repeat(np.repeat(picture.reshape(8, 8), 2, 0), 2, 1).ravel().tolist())
    assert np.allclose(run.arrays("image")["image"].ravel(), picture)
    with pytest.raises(Refused, match="drawing has 65 numbers"):
        run.set(drawing=[0.5] * 65)


def test_batch_normalization_refuses_a_batch_of_a_single_number():
    deep = "pooled:norm=batch,pooled,pooled,conv:norm=batch"
    with pytest.raises(Refused, match="take at least 2"):
        Run("cnn", blocks=deep, batch=1)
