"""The network trained here: its attention against torch's own and plain loops, and what it learns."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.command_line import run_parser
from explainer.commands.request import read_request
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson_links import parse_try
from explainer.scenes.attention_maps.transformer import Attention, Seen, sinusoids, turned

SIZES = [
    {"layers": 1, "heads": 1},
    {"layers": 2, "heads": 4, "norm": "pre"},
    {"layers": 3, "heads": 2, "task": "induction", "length": 12},
    {"layers": 2, "heads": 2, "position": "rotary", "task": "add"},
    {"layers": 2, "heads": 8, "position": "sinusoidal", "direction": "causal"},
    {"layers": 4, "heads": 1, "position": "none", "task": "brackets"},
]


def network_of(run):
    """The network, the tokens that are looked at, and which heads are on."""
    owner = run.execution.experiment
    return owner.network, owner.examples[:1], owner.on


def sequential_attention(network, tokens, gates):
    """Yield each layer's Q and K (H, T, d), found from the layer's own projections outside of its forward."""
    kept = []
    handles = [
        block.attention.register_forward_pre_hook(lambda module, given: kept.append((module, given[0])))
        for block in network.blocks
    ]
    with torch.no_grad():
        network(tokens, gates)
    for handle in handles:
        handle.remove()
    for attention, x in kept:
        yield attention, x[0]


@pytest.mark.parametrize("sizes", SIZES)
def test_rows_add_up_to_one(sizes):
    run = Run("attention-maps", **sizes)
    run.step(3)
    weights = run.arrays("weights")["weights"]
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-5)
    assert (weights >= 0).all()
    np.testing.assert_allclose(run.arrays("rollout")["rollout"].sum(-1), 1, rtol=1e-5)


@pytest.mark.parametrize(("sizes", "causal"), [(sizes, index in (2, 3, 4)) for index, sizes in enumerate(SIZES)])
def test_causal_maps_are_lower_triangular_and_others_are_not(sizes, causal):
    run = Run("attention-maps", **sizes)
    run.step(2)
    found = run.arrays("*")
    for name in ("weights", "contribution"):
        assert np.triu(found[name], 1).any() != causal
    assert np.triu(found["rollout"], 1).any() != causal


@pytest.mark.parametrize("sizes", SIZES)
def test_weights_are_those_of_the_layers_own_q_and_k(sizes):
    run = Run("attention-maps", **sizes)
    run.step(4)
    network, tokens, on = network_of(run)
    weights = run.arrays("weights")["weights"]
    for layer, (attention, x) in enumerate(sequential_attention(network, tokens, on)):
        size = x.shape[-1] // attention.heads
        with torch.no_grad():
            q, k = attention.query(x), attention.key(x)
        for head in range(attention.heads):
            own = slice(head * size, (head + 1) * size)
            mine, theirs = q[:, own], k[:, own]
            if attention.rotary:
                mine, theirs = (turned(each[None, None])[0, 0] for each in (mine, theirs))
            scores = (mine @ theirs.T / math.sqrt(size)).detach().double().numpy()
            for i, row in enumerate(scores):
                may = [math.exp(value) if j <= i or not attention.causal else 0.0 for j, value in enumerate(row)]
                expected = [value / sum(may) for value in may]
                np.testing.assert_allclose(weights[layer, head, i], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("sizes", SIZES[:3])
def test_contribution_equals_plain_loops(sizes):
    run = Run("attention-maps", **sizes)
    run.step(4)
    network, tokens, on = network_of(run)
    found = run.arrays("*")
    for layer, (attention, x) in enumerate(sequential_attention(network, tokens, on)):
        size = x.shape[-1] // attention.heads
        values = attention.value(x).detach().double().numpy()
        out = attention.out.weight.detach().double().numpy()
        for head in range(attention.heads):
            for j in range(len(x)):
                moved = [
                    sum(out[c, head * size + n] * values[j, head * size + n] for n in range(size))
                    for c in range(x.shape[-1])
                ]
                length = math.sqrt(sum(number**2 for number in moved))
                expected = found["weights"][layer, head, :, j] * length
                np.testing.assert_allclose(found["contribution"][layer, head, :, j], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("causal", [False, True])
def test_a_layer_equals_multihead_attention(causal):
    torch.manual_seed(0)
    ours, theirs = Attention(24, 4, causal), nn.MultiheadAttention(24, 4, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.query.weight, ours.key.weight, ours.value.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key.bias, ours.value.bias]))
        theirs.out_proj.load_state_dict(ours.out.state_dict())
        x, seen = torch.randn(2, 7, 24), Seen()
        hidden = torch.ones(7, 7).triu(1).bool() if causal else None
        expected, weights = theirs(x, x, x, attn_mask=hidden, average_attn_weights=False)
        np.testing.assert_allclose(ours(x, torch.ones(4), seen), expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(seen.weights[0], weights, rtol=1e-4, atol=1e-6)


def test_a_head_that_is_off_adds_what_zero_weights_would():
    torch.manual_seed(1)
    layer, x = Attention(12, 3), torch.randn(1, 5, 12)
    with torch.no_grad():
        off = layer(x, torch.tensor([1.0, 0.0, 1.0]))
        layer.out.weight[:, 4:8] = 0
        np.testing.assert_allclose(off, layer(x, torch.ones(3)), rtol=1e-5, atol=1e-6)


def test_rotary_scores_depend_on_the_distance_alone():
    torch.manual_seed(2)
    q, k = torch.randn(8), torch.randn(8)
    rows = turned(torch.stack([q] * 9)[None, None])[0, 0] @ turned(torch.stack([k] * 9)[None, None])[0, 0].T
    for distance in range(-8, 9):
        diagonal = rows.diagonal(distance)
        np.testing.assert_allclose(diagonal, diagonal[0].expand_as(diagonal), rtol=1e-4, atol=1e-5)


def test_sinusoids_are_those_of_the_paper():
    expected = [[f(t / 10_000 ** (2 * i / 6)) for i in range(3) for f in (math.sin, math.cos)] for t in range(5)]
    np.testing.assert_allclose(sinusoids(5, 6), expected, rtol=1e-5, atol=1e-6)


def reached(run, steps):
    """The first step at which 99 % of a batch's tokens were right; None if none was."""
    run.step(steps)
    found = np.flatnonzero(run.metrics["accuracy"] >= 0.99)
    return int(found[0]) + 1 if len(found) else None


@pytest.mark.parametrize("seed", range(3))
def test_reverse_is_learned_within_200_steps_and_its_map_is_the_other_diagonal(seed):
    run = Run("attention-maps", seed=seed)
    before = run.arrays("shown")["shown"]
    assert before.max() < 0.3
    assert 80 < reached(run, 220) < 200
    assert run.metrics["accuracy/sequence"][-20:].mean() > 0.9
    found = np.mean([look_at(run, example)[np.arange(8), np.arange(8)[::-1]].mean() for example in range(16)])
    assert found > 0.5


def look_at(run, example):
    run.set(example=example)
    return run.arrays("shown")["shown"]


def test_without_positions_no_sequence_comes_out_right():
    run = Run("attention-maps", position="none")
    run.step(300)
    assert run.metrics["accuracy/sequence"].max() <= 2 / 64
    assert run.metrics["accuracy"][-20:].mean() < 0.4


@pytest.mark.parametrize(
    ("task", "steps", "given"),
    [
        ("copy", 120, {}),
        ("sort", 400, {}),
        ("induction", 400, {}),
        ("induction", 400, {"length": 8, "layers": 1}),
    ],
)
def test_these_tasks_are_learned(task, steps, given):
    assert reached(Run("attention-maps", task=task, **given), steps)


@pytest.mark.parametrize(
    ("task", "sizes"),
    [
        ("reverse", (8, 1, 1)),
        ("sort", (8, 1, 1)),
        ("induction", (16, 2, 1)),
        ("add", (8, 1, 2)),
        ("brackets", (8, 1, 2)),
    ],
)
def test_a_task_has_the_same_defaults_in_python_in_the_shell_in_a_link_and_in_the_window(task, sizes):
    scene = CATALOGUE.scene("attention-maps")
    options = run_parser().parse_args(["attention-maps", "--set", f"task={task}"])
    chosen = scene.parameters().replace(task=task, **scene.parameters.declaration("task").suggests(task))
    found = [
        Run("attention-maps", task=task).recipe.parameters,
        read_request(options, "cpu").recipe.parameters,
        scene.parameters().anew(**parse_try(f"try:task={task}", scene).values).values(),
        chosen.values(),
    ]
    assert [(each["length"], each["layers"], each["heads"]) for each in found] == [sizes] * 4


def test_what_is_given_beside_a_task_stays():
    assert Run("attention-maps", task="induction", layers=1).recipe.parameters["layers"] == 1
    assert Run("attention-maps", task="add", width=33).recipe.parameters["heads"] == 1


def test_metrics_are_cross_entropy_and_shares_of_what_is_asked():
    run = Run("attention-maps", task="add", batch=16)
    owner = run.execution.experiment
    drawn = []
    draw = owner.draw
    owner.draw = lambda count: drawn.append(draw(count)) or drawn[-1]
    before = {name: value.clone() for name, value in owner.network.state_dict().items()}
    run.step()
    after = {name: value.clone() for name, value in owner.network.state_dict().items()}
    owner.network.load_state_dict(before)
    tokens, targets = drawn[0]
    losses, right, whole = [], [], []
    with torch.no_grad():
        scores = owner.network(tokens, owner.on)
    for row in range(16):
        hits = []
        for place in range(tokens.shape[1]):
            if targets[row, place] >= 0:
                losses.append(-float(F.log_softmax(scores[row, place].double(), 0)[targets[row, place]]))
                hits.append(int(scores[row, place].argmax()) == int(targets[row, place]))
        right += hits
        whole.append(all(hits))
    assert run.metrics["loss"][0] == pytest.approx(np.mean(losses), rel=1e-4)
    assert run.metrics["accuracy"][0] == pytest.approx(np.mean(right))
    assert run.metrics["accuracy/sequence"][0] == pytest.approx(np.mean(whole))
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_heads_that_do_not_share_the_width_are_refused():
    with pytest.raises(Refused, match="a multiple of heads = 3"):
        Run("attention-maps", heads=3)
    with pytest.raises(Refused, match="an even multiple"):
        Run("attention-maps", heads=8, width=8, position="rotary")
