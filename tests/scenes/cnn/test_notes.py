"""What is said of a run: where it must be said, where it must not, and judged over random settings."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from explainer import Run
from explainer.scenes.cnn.notes import LATE

LOST = {"above-guessing", "still-falling", "no-progress"}
ALL = {*LOST, "dead-layer", "knows-its-own", "frozen"}
TANH = "conv:activation=tanh,pooled:activation=tanh"


def lived(steps, *acts, **given):
    run, seed = Run("cnn", seed=given.pop("seed", 0), **given), 0
    for at, verb, told in acts:
        run.step(at - seed)
        run.act(verb, **told)
        seed = at
    run.step(steps - seed)
    return run


def named(run):
    return {note.name for note in run.notes}


@pytest.mark.parametrize(
    ("given", "steps", "acts", "expected"),
    [
        ({}, 10, (), set()),
        ({}, 200, (), set()),
        ({"batch": 512}, 300, (), {"knows-its-own"}),
        ({"lr": 1e-5}, LATE, (), {"still-falling"}),
        ({"lr": 1e-5}, LATE - 1, (), set()),
        ({"optimizer": "sgd"}, LATE, (), {"still-falling"}),
        ({"optimizer": "sgd", "lr": 1e-5}, LATE, (), {"still-falling"}),
        ({"lr": 0.3}, LATE, (), {"dead-layer"}),
        ({"lr": 1.0, "blocks": TANH}, LATE, (), {"above-guessing"}),
        ({}, 301, ((300, "reinitialise", {"layer": "conv2"}),), set()),
        ({"batch": 1}, 322, (), set()),
        ({}, 5, ((0, "freeze", {"layer": "conv1", "on": True}),), {"frozen"}),
    ],
)
def test_each_is_said_where_it_holds_and_no_other(given, steps, acts, expected):
    run = lived(steps, *acts, **given)
    assert named(run) & ALL == expected
    for note in run.notes:
        assert note.card
        assert note.number is not None


def test_a_larger_step_is_proposed_only_where_the_loss_falls_steadily():
    assert "larger η" in lived(LATE, lr=1e-5).notes[0].text
    sigmoid = "conv:activation=sigmoid,pooled:activation=sigmoid"
    assert "larger η" not in lived(LATE, lr=0.5, hidden=16, blocks=sigmoid).notes[0].text


def test_a_dead_map_is_0_in_every_image_and_a_live_one_is_not():
    run = lived(120)
    dead, model = run.arrays("dead/*"), run.execution.experiment.model
    images = run.execution.experiment.images
    with torch.no_grad():
        for each in (images.train_images, images.test_images):
            after = model.act2(model.conv2(model.act1(model.conv1(each))))
            assert not after[:, dead["dead/conv2"]].any()
    everything = torch.cat([images.train_images, images.test_images])
    with torch.no_grad():
        after = model.act2(model.conv2(model.act1(model.conv1(everything)))).amax((0, 2, 3))
    assert (after == 0).tolist() == dead["dead/conv2"].tolist()
    zeroed = lived(30, (20, "zero_filter", {"layer": "conv2", "filter": 3}), optimizer="sgd")
    assert zeroed.arrays("dead/*")["dead/conv2"][3]
    assert "dead-maps" in named(zeroed)


def test_what_excites_a_map_is_ranked_after_normalization_and_activation():
    run = lived(60, blocks="conv:norm=batch,pooled:norm=batch", layer="conv2", channel=1)
    model, tests = run.execution.experiment.model, run.execution.experiment.images.test_images
    with torch.no_grad():
        model.norm2.weight[1] = -model.norm2.weight[1].abs()
        model.eval()
        maps = model.act1(model.norm1(model.conv1(tests)))
        strongest = model.act2(model.norm2(model.conv2(maps)))[:, 1].flatten(1).amax(1)
    values = run.arrays("patch_values")["patch_values"]
    np.testing.assert_allclose(values, strongest.sort(descending=True).values[:12], rtol=1e-5)


def test_a_frozen_normalization_keeps_what_it_has_gathered_too():
    run = lived(20, blocks="conv:norm=batch,pooled:norm=batch")
    for layer in ("conv1", "norm1"):
        run.act("freeze", layer=layer, on=True)
    before, module = run.arrays("maps/norm1")["maps/norm1"], run.execution.experiment.model.norm1
    kept = [buffer.clone() for buffer in module.buffers()]
    run.step(30)
    assert all(torch.equal(old, new) for old, new in zip(kept, module.buffers(), strict=True))
    assert np.array_equal(run.arrays("maps/norm1")["maps/norm1"], before)
    run.act("freeze", layer="norm1", on=False)
    run.step(1)
    assert not torch.equal(module.running_mean, kept[0])


def setting(number):
    draw = np.random.default_rng(number)
    activation = draw.choice(["relu", "relu", "tanh", "leaky-relu"])
    return {
        "seed": int(draw.integers(1000)),
        "lr": float(10 ** draw.uniform(-5, 0)),
        "optimizer": str(draw.choice(["adam", "sgd", "momentum"])),
        "batch": int(draw.choice([1, 8, 64, 128])),
        "blocks": f"strided:channels=4:activation={activation},conv:channels=6:activation={activation}",
    }


@pytest.mark.deep
@pytest.mark.parametrize("chunk", range(20))
def test_over_random_settings_each_note_stands_up_to_a_check_of_its_own(chunk):
    for number in range(10 * chunk, 10 * chunk + 10):
        judge(lived(160, **setting(number)))


def judge(run):
    """Hold a run's notes against the network itself, hooked, and against rank statistics of the losses."""
    if run.stopped:
        return
    said, experiment = named(run), run.execution.experiment
    model, images = experiment.model.eval(), experiment.images
    seen = {}
    hooks = [
        layer.register_forward_hook(lambda _, __, out, name=name: seen.__setitem__(name, out.amax((0, 2, 3)) > 0))
        for name, layer in model.named_children()
        if isinstance(layer, nn.ReLU)
    ]
    with torch.no_grad():
        everything = torch.cat([images.train_images, images.test_images])
        logits = model(everything)
    for hook in hooks:
        hook.remove()
    whole = any(not alive.any() for alive in seen.values())
    assert ("dead-layer" in said) == whole
    if whole:
        assert torch.allclose(logits, logits[:1].expand_as(logits), atol=1e-5), "nothing of the image gets through"
    counted = sum(int((~alive).sum()) for alive in seen.values())
    assert sum(note.number for note in run.notes if note.name in ("dead-layer", "dead-maps")) == counted
    right = (logits[: len(images.train_images)].argmax(1) == images.train_labels).all()
    accuracy = run.metrics["accuracy/test"][-1]
    assert ("knows-its-own" in said) == (bool(right) and accuracy < 1)
    assert len(said & LOST) == int(accuracy < 0.5 and not whole)
    losses = run.metrics["loss/test"][-50:]
    if "above-guessing" in said:
        assert np.mean(run.metrics["loss/train"][-25:]) > math.log(10)
    if "still-falling" in said:
        assert spearmanr(np.arange(50), losses).statistic < 0
    if "no-progress" in said:
        assert spearmanr(np.arange(50), losses).statistic > -0.6
