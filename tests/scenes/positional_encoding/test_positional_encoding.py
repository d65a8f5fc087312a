"""Every number of the scene of positions, against plain loops, closed forms and the models' own intermediates."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.lab.language.text import our_text

SMALL = {"width": 16, "schemes": ("rotary", "learned", "alibi", "sinusoidal", "none")}


@pytest.fixture(scope="module")
def run():
    """A run after a few steps."""
    run = Run("positional-encoding", query_place=9, key_place=4, head=2, stretch=2.0, base=100.0, **SMALL)
    run.step(5)
    return run


def experiment_of(run):
    """Return the experiment of a run."""
    return run.execution.experiment


def numbers_of(letters):
    """Return letters as numbers of the vocabulary."""
    symbols = sorted(set(our_text()))
    return torch.tensor([[symbols.index(letter) for letter in letters]])


def test_the_score_is_the_one_that_the_model_computes(run):
    model, seen = experiment_of(run).models[0], {}
    text = "abcdhfgxye"
    model(numbers_of(text), torch.arange(10) / 2.0, tap=lambda name, x: seen.setdefault(name, x))
    found = run.arrays("scores", "parts", "by_distance")
    score = seen["0.scores"][0, 1, 9, 4].item()
    assert found["scores"] == pytest.approx([score, score], abs=1e-5)
    assert found["parts"].sum() == pytest.approx(score, abs=1e-5)
    assert found["by_distance"][5] == pytest.approx(score, abs=1e-5)


def test_hands_are_turned_by_place_times_frequency(run):
    found = run.arrays("arms", "unturned", "periods", "hands", "hand_at")
    turns = [1.0, 100.0**-0.5]  # base^(−2i/d) of the two pairs of four numbers
    assert found["periods"] == pytest.approx([2 * math.pi * 2 / each for each in turns])
    for hand, (place, pair) in enumerate([(9, 0), (9, 1), (4, 0), (4, 1)]):
        angle = found["unturned"][hand] + place / 2 * turns[pair]
        x, y = found["arms"][hand]
        assert math.hypot(x, y) <= 1 + 1e-6
        assert (x, y) == pytest.approx(math.hypot(x, y) * np.array([math.cos(angle), math.sin(angle)]), abs=1e-5)
    np.testing.assert_allclose(found["hands"], found["hand_at"] + found["arms"], atol=1e-6)


def test_the_maps_are_the_closed_forms(run):
    maps = run.arrays("similarity")["similarity"]
    rows = experiment_of(run).models[1].positions.weight.detach().numpy()
    for i, j in ((3, 3), (0, 7), (40, 21)):
        apart = abs(i - j) / 2
        waves = [10_000 ** (-k / 16) for k in range(0, 16, 2)]
        expected = [
            (math.cos(apart) + math.cos(apart / 10)) / 2,
            rows[i] @ rows[j] / np.linalg.norm(rows[i]) / np.linalg.norm(rows[j]),
            sum(math.exp(-apart * 2.0 ** (-2 * h)) for h in (1, 2, 3, 4)) / 4,
            sum(math.cos(apart * each) for each in waves) / 8,
            1.0,
        ]
        assert maps[:, i, j] == pytest.approx(expected, abs=1e-5)


def test_the_table_has_a_sine_and_a_cosine_of_each_wave(run):
    table = run.arrays("sines")["sines"]
    for pair, place in ((0, 5), (3, 60), (7, 33)):
        angle = place / 2 * 10_000 ** (-2 * pair / 16)
        assert table[2 * pair : 2 * pair + 2, place] == pytest.approx([math.sin(angle), math.cos(angle)], abs=1e-5)


def test_losses_are_those_of_the_batch_and_of_the_pieces_held_out():
    run = Run("positional-encoding", **SMALL)
    owner = experiment_of(run)
    state = owner.batches.get_state()
    twin = torch.Generator()
    twin.set_state(state)
    starts = torch.randint(len(owner.known) - 32, (8,), generator=twin)
    pieces = torch.stack([owner.known[s : s + 33] for s in starts.tolist()])
    with torch.no_grad():
        expected = [F.cross_entropy(m(pieces[:, :-1]).transpose(1, 2), pieces[:, 1:]).item() for m in owner.models]
    run.step(1)
    assert [run.metrics[f"loss/{name}"][0] for name in SMALL["schemes"]] == pytest.approx(expected, rel=1e-5)
    run.step(3)
    text = numbers_of(our_text()[-6_259:])[0]
    pieces = torch.stack([text[k * 128 : k * 128 + 129] for k in range(4, 8)])
    with torch.no_grad():
        by_place = F.cross_entropy(
            owner.models[4](pieces[:, :-1]).transpose(1, 2), pieces[:, 1:], reduction="none"
        ).mean(0)
    assert run.metrics["test/none"][-1] == pytest.approx(by_place[:32].mean().item(), rel=1e-4)
    assert run.metrics["far/none"][-1] == pytest.approx(by_place[96:].mean().item(), rel=1e-4)
    blocks = run.arrays("by_place", "block_at")
    assert blocks["by_place"][4, 2] == pytest.approx(by_place[16:24].mean().item(), rel=1e-4)
    assert blocks["block_at"][2] == 19.5


def test_without_positions_and_mask_order_is_not_seen():
    run = Run("positional-encoding", words="the cat", **SMALL)
    run.step(2)
    moved = run.arrays("moved", "forwards")
    assert moved["moved"][4, 0] < 1e-5
    assert (moved["moved"][:4, 0] > 1e-4).all()
    model = experiment_of(run).models[0]
    with torch.no_grad():
        a, b = (model(numbers_of(words))[0, -1] for words in ("the cat", "ac ehtt"))
    assert moved["moved"][0, 1] == pytest.approx((a - b).abs().max().item(), rel=1e-3)
    assert moved["forwards"][0].endswith(f"{a.softmax(0).max().item():.0%}")


def test_models_begin_with_the_same_weights_and_learn_from_the_same_pieces():
    run = Run("positional-encoding", **SMALL)
    models = experiment_of(run).models
    for model in models[1:]:
        for name, weight in model.named_parameters():
            if name != "positions.weight":
                assert torch.equal(weight, dict(models[0].named_parameters())[name])
    assert models[1].positions.weight.std().item() == pytest.approx(0.02, rel=0.1)


def test_lengths_and_widths_are_taken_or_refused():
    run = Run("positional-encoding", length=128, schemes=("learned",), width=16)
    run.step(1)
    run.set(length=9)
    run.step(1)
    with pytest.raises(Refused, match="width = 20 is refused: give a multiple of 8"):
        Run("positional-encoding", width=20)
