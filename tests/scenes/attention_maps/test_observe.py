"""What is made of the maps: rollout, patterns, importance, sampling, each against plain Python."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import torch

from explainer import Refused, Run
from explainer.scenes.attention_maps.observe import (
    chances,
    embedding_importance,
    importance,
    pattern_scores,
    pooled,
    rollout,
)


def some_weights(layers=2, heads=3, size=6, seed=0):
    torch.manual_seed(seed)
    return torch.randn(layers, heads, size, size).softmax(-1)


def test_rollout_multiplies_the_layers_means_with_half_an_identity():
    weights = some_weights().double().numpy()
    expected = [[float(i == j) for j in range(6)] for i in range(6)]
    for layer in weights:
        mixed = [[(sum(layer[h][i][j] for h in range(3)) / 3 + (i == j)) / 2 for j in range(6)] for i in range(6)]
        expected = [[sum(mixed[i][n] * expected[n][j] for n in range(6)) for j in range(6)] for i in range(6)]
    np.testing.assert_allclose(rollout(torch.from_numpy(weights)), expected, rtol=1e-9)


def test_pattern_scores_are_the_mean_weight_on_what_the_pattern_says():
    weights, tokens = some_weights(size=6), [4, 1, 4, 2, 1, 4]
    found = pattern_scores(weights, torch.tensor(tokens))
    for layer in range(2):
        for head in range(3):
            w = weights[layer, head].tolist()
            previous = [w[i][i - 1] for i in range(1, 6)]
            same = [
                sum(w[i][j] for j in range(6) if j != i and tokens[j] == tokens[i])
                for i in range(6)
                if tokens.count(tokens[i]) > 1
            ]
            first = [w[i][0] for i in range(1, 6)]
            rows = [[w[i][j + 1] for j in range(5) if j != i and tokens[j] == tokens[i]] for i in range(6)]
            after = [sum(row) for row in rows if row]
            expected = [sum(part) / len(part) for part in (previous, same, first, after)]
            np.testing.assert_allclose(found[:, layer, head], expected, rtol=1e-5)


def test_a_head_that_reads_the_previous_token_is_found():
    weights = torch.full((1, 2, 5, 5), 0.2)
    weights[0, 1] = torch.diag(torch.ones(4), -1)
    weights[0, 1, 0, 0] = 1
    assert pattern_scores(weights, torch.arange(5))[0, 0].tolist() == [pytest.approx(0.2), 1]
    assert pattern_scores(weights, torch.arange(5))[1].tolist() == [[0, 0]], "no token occurs twice"


def test_pooling_keeps_the_largest_and_leaves_small_maps_as_they_are():
    maps = torch.rand(1, 2, 10, 10)
    assert pooled(maps, 10) is maps
    small = pooled(maps, 5)
    for i in range(5):
        for j in range(5):
            assert float(small[0, 1, i, j]) == float(maps[0, 1, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max())


def sampled(logits, temperature, k, p):
    """The distribution as the papers describe it, in plain Python."""
    exponents = [math.exp(value / temperature - max(logits) / temperature) for value in logits]
    pairs = sorted(((e / sum(exponents), i) for i, e in enumerate(exponents)), key=lambda pair: (-pair[0], pair[1]))
    pairs = pairs[:k] if k else pairs
    whole = sum(share for share, _ in pairs)
    kept, total = {}, 0.0
    for share, index in pairs:
        if total >= p * whole:
            break
        kept[index] = share
        total += share
    return [kept.get(i, 0.0) / total for i in range(len(logits))]


@pytest.mark.parametrize("seed", range(30))
def test_sampling_is_temperature_then_top_k_then_top_p(seed):
    chance = random.Random(seed)
    logits = [chance.gauss(0, 2) for _ in range(chance.randint(1, 30))]
    temperature, k, p = chance.uniform(0.2, 3), chance.choice([0, 1, 3, 10, 50]), chance.choice([0.1, 0.5, 0.9, 1.0])
    found, drawn = chances(torch.tensor(logits, dtype=torch.float64), temperature, k, p)
    expected = sampled(logits, temperature, k, p)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert drawn.tolist() == [share > 0 for share in expected]


@pytest.mark.parametrize("temperature", [0.05, 0.3, 1.0, 10.0])
@pytest.mark.parametrize("spread", [1.0, 20.0, 300.0])
def test_without_top_k_and_top_p_whatever_may_be_said_can_be_drawn(temperature, spread):
    """Float32's running sum reaches 1 long before the last symbol, and tiny chances round to 0."""
    logits = spread * torch.linspace(0, -1, 30)
    found, drawn = chances(logits, temperature, 0, 1.0)
    assert drawn.all()
    assert found.sum() == pytest.approx(1)
    assert (found[:12] > 0).all() or spread / temperature > 700
    assert chances(logits, temperature, 5, 1.0)[1].tolist() == [True] * 5 + [False] * 25


def test_a_tie_at_the_edge_of_top_k_keeps_k_symbols():
    found, drawn = chances(torch.zeros(6), 1.0, 2, 1.0)
    assert drawn.sum() == 2
    assert found[drawn].tolist() == [0.5, 0.5]


def test_importance_is_the_slope_and_the_difference_of_a_known_function():
    def measure(gates):
        return 3 * gates[0, 0] + gates[0, 1] ** 2 - 4 * gates[1, 0] * gates[1, 1]

    on = torch.tensor([[1.0, 1.0], [1.0, 0.0]])
    by_gradient, by_ablation = importance(measure, on)
    assert by_gradient.tolist() == [[3, 2], [0, 0]], "a head that is off has none"
    assert by_ablation.tolist() == [[-3, -1], [0, 0]]


def test_importance_for_an_embedding_is_how_it_turns():
    def embed(gates):
        angle = gates[:, 0, 0] * 0.5 + gates[:, 0, 1] * 0.1
        return torch.stack([angle.cos(), angle.sin()], 1)

    by_gradient, by_ablation = embedding_importance(embed, torch.ones(1, 2))
    np.testing.assert_allclose(by_gradient[0], [0.5, 0.1], rtol=1e-5)
    np.testing.assert_allclose(by_ablation[0], [1 - math.cos(0.5), 1 - math.cos(0.1)], rtol=1e-4)


def test_what_heads_are_worth_is_what_switching_them_off_changes():
    run = Run("attention-maps", layers=2, heads=2, task="sort")
    run.step(60)
    worth = run.arrays("importance")["importance"]
    owner = run.execution.experiment
    examples, targets = owner.examples[:64], owner.targets[:64]

    def loss():
        with torch.no_grad():
            scores = owner.network(examples, owner.on)
        return float(torch.nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten()))

    whole = loss()
    for layer in range(2):
        for head in range(2):
            run.act("switch_head", layer=layer + 1, head=head + 1)
            assert loss() - whole == pytest.approx(worth[1, layer, head], abs=1e-5)
            run.act("switch_head", layer=layer + 1, head=head + 1)


def test_switching_the_only_head_off_costs_accuracy_and_on_again_restores_it():
    run = Run("attention-maps")
    run.step(220)
    before = run.arrays("held_out")["held_out"]
    assert before[1, 1] > 0.95
    run.act("switch_head", layer=1, head=1)
    off = run.arrays("held_out")["held_out"]
    np.testing.assert_array_equal(off[0], before[0])
    assert off[1, 1] < 0.5
    assert run.arrays("head_on")["head_on"].tolist() == [[0]]
    run.act("all_heads")
    np.testing.assert_array_equal(run.arrays("held_out")["held_out"], before)


def test_a_head_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="there are 1 layers of 1 heads"):
        Run("attention-maps").act("switch_head", layer=2, head=1)


def test_the_large_map_is_the_chosen_head_the_mean_or_the_rollout():
    run = Run("attention-maps", layers=2, heads=2)
    run.step(5)
    run.set(layer=2, head=1)
    found = run.arrays("*")
    np.testing.assert_array_equal(found["shown"], found["weights"][1, 0])
    run.set(shows="mean", measure="contribution")
    found = run.arrays("*")
    np.testing.assert_allclose(
        found["shown"], (found["contribution"][1, 0] + found["contribution"][1, 1]) / 2, rtol=1e-6
    )
    run.set(shows="rollout")
    found = run.arrays("*")
    np.testing.assert_array_equal(found["shown"], found["rollout"])


def test_the_share_right_at_each_position_and_the_residual_norms_are_recounted():
    run = Run("attention-maps", task="induction", length=10, layers=2)
    run.step(30)
    found, owner = run.arrays("*"), run.execution.experiment
    with torch.no_grad():
        said = owner.network(owner.examples, owner.on).argmax(-1)
    for place in range(10):
        asked = [row for row in range(128) if owner.targets[row, place] >= 0]
        right = [int(said[row, place] == owner.targets[row, place]) for row in asked]
        share = found["position_accuracy"][place]
        assert (share == pytest.approx(np.mean(right))) if asked else np.isnan(share)
    tokens = owner.examples[0]
    start = owner.network.embed.weight[tokens] + owner.network.position.weight[:10]
    expected = [math.sqrt(sum(number**2 for number in row)) for row in start.tolist()]
    np.testing.assert_allclose(found["residual_norm"][0], expected, rtol=1e-5)
