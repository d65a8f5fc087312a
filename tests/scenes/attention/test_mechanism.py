"""Attention equals torch's two implementations and plain loops, over random settings."""

from __future__ import annotations

import cmath
import math
import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.scenes.attention import Params
from explainer.scenes.attention.experiment import settings_of
from explainer.scenes.attention.mechanism import OPERATIONS
from explainer.scenes.attention.names import PHASES
from explainer.scenes.attention.sources import draw_bank
from explainer.scenes.attention.words import tokens

TEXTS = ("The cat drank its milk", "one two three", "to be, or not to be", "a b c d e f g h i j")
SEEDS = range(12)


def somehow(seed, **fixed):
    """A finished run with random settings that allow every row to read something."""
    chance = random.Random(seed)
    heads = chance.choice([1, 2, 4])
    given = {
        "text": chance.choice(TEXTS),
        "memory_text": chance.choice(TEXTS),
        "kind": chance.choice(["self", "cross"]),
        "weights": chance.choice(["random", "random", "edited", "hand"]),
        "heads": heads,
        "d_model": heads * chance.choice([2, 4, 8]),
        "mask": chance.choice(["none", "causal", "padding"]),
        "position": chance.choice(["none", "sinusoidal", "random", "rotary", "alibi"]),
        "scale": chance.random() < 0.5,
        "temperature": chance.uniform(0.3, 4),
    }
    run = Run("attention", seed=seed, **{**given, **fixed})
    run.step(8)
    assert run.finished
    return run, run.arrays("*")


@pytest.mark.parametrize("seed", SEEDS)
def test_it_equals_scaled_dot_product_attention(seed):
    run, found = somehow(seed)
    q, k, v, bias = (torch.from_numpy(found[name]) for name in ("q", "k", "v", "bias"))
    scale = (1 / math.sqrt(q.shape[-1]) if run.params.scale else 1.0) / run.params.temperature
    added = (bias / run.params.temperature).masked_fill(torch.from_numpy(found["mask"]) == 0, -math.inf)
    expected = F.scaled_dot_product_attention(q, k, v, attn_mask=added, scale=scale)
    np.testing.assert_allclose(found["context"], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_equals_multihead_attention_with_the_same_weights(seed):
    position = random.Random(seed).choice(["none", "sinusoidal", "random"])
    _, found = somehow(seed, scale=True, temperature=1.0, position=position)
    heads, width = found["w_q"].shape[0], found["w_o"].shape[0]
    layer = nn.MultiheadAttention(width, heads, bias=False, batch_first=True, dtype=torch.float64)
    joined = [np.concatenate(list(found[name]), 1).T for name in ("w_q", "w_k", "w_v")]
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.from_numpy(np.concatenate(joined)))
        layer.out_proj.weight.copy_(torch.from_numpy(found["w_o"].T.copy()))
    x, memory = torch.from_numpy(found["embedding"]), torch.from_numpy(found["memory"])
    blocked = torch.from_numpy(found["mask"]) == 0
    with torch.no_grad():
        output, weights = layer(x, memory, memory, attn_mask=blocked, average_attn_weights=False)
    np.testing.assert_allclose(found["output"], output, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found["weights"], weights, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_equals_plain_loops(seed):
    run, found = somehow(seed, position="none")
    params, x, memory = run.params, found["embedding"], found["memory"]
    heads, width, d = found["w_q"].shape
    for head in range(heads):
        for i in range(len(x)):
            query = [sum(x[i][n] * found["w_q"][head][n][c] for n in range(width)) for c in range(d)]
            exponents = []
            for j in range(len(memory)):
                key = [sum(memory[j][n] * found["w_k"][head][n][c] for n in range(width)) for c in range(d)]
                score = sum(a * b for a, b in zip(query, key, strict=True))
                score = (score / d**0.5 if params.scale else score) / params.temperature
                forbidden = (params.mask == "causal" and j > i) or found["memory_token"][j] == "[pad]"
                exponents.append(0.0 if forbidden else math.exp(score))
            weights = [e / sum(exponents) for e in exponents]
            np.testing.assert_allclose(found["weights"][head][i], weights, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_add_up_to_one_and_the_context_lies_among_the_values(seed):
    _, found = somehow(seed)
    np.testing.assert_allclose(found["weights"].sum(-1), 1)
    low, high = found["v"].min(1), found["v"].max(1)
    assert (found["context"] >= low[:, None] - 1e-9).all()
    assert (found["context"] <= high[:, None] + 1e-9).all()


def test_before_its_operation_a_table_is_not_a_number():
    run = Run("attention")
    tables = ["embedding", "q", "scores", "scaled", "masked", "weights", "context", "output"]
    for step, name in enumerate(tables):
        assert np.isnan(run.frame[name]).all(), name
        run.step()
        assert np.isfinite(run.frame[name]).all(), name
        assert run.finished == (step == 7)


@pytest.mark.parametrize("name", ["q", "k", "v", "scores", "scaled", "masked", "weights", "context", "mask"])
def test_what_is_shown_ahead_is_what_the_operations_find(name):
    run = Run("attention", weights="random", d_model=8, heads=2, mask="causal")
    ahead = run.arrays("*")[f"final_{name}"]
    run.step(8)
    np.testing.assert_array_equal(run.arrays("*")[name], ahead)


def test_rotary_is_a_complex_multiplication():
    plain, turned = (
        Run("attention", weights="random", d_model=12, heads=2, position=name) for name in ("none", "rotary")
    )
    flat, found = plain.arrays("*")["final_q"], turned.arrays("*")["final_q"]
    for head in range(2):
        for place in range(5):
            for pair in range(3):
                number = complex(flat[head, place, 2 * pair], flat[head, place, 2 * pair + 1])
                number *= cmath.exp(1j * place * 10_000 ** (-2 * pair / 6))
                assert found[head, place, 2 * pair] == pytest.approx(number.real)
                assert found[head, place, 2 * pair + 1] == pytest.approx(number.imag)


def test_alibi_slopes_are_those_of_the_paper():
    run = Run("attention", weights="random", heads=8, d_model=8, position="alibi")
    run.step(8)
    np.testing.assert_allclose(-run.arrays("*")["bias"][:, 0, 1], [0.5**n for n in range(1, 9)])
    np.testing.assert_allclose(run.arrays("*")["bias"][0, 0], [0, -0.5, -1, -1.5, -2])


def test_sinusoidal_positions_are_those_of_the_paper():
    plain, placed = (
        Run("attention", weights="random", d_model=6, heads=2, position=name) for name in ("none", "sinusoidal")
    )
    for run in (plain, placed):
        run.step()
    added = placed.arrays("*")["embedding"] - plain.arrays("*")["embedding"]
    expected = [[f(t / 10_000 ** (2 * i / 6)) for i in range(3) for f in (math.sin, math.cos)] for t in range(5)]
    np.testing.assert_allclose(added, expected, atol=1e-12)


def test_hard_selection_takes_the_largest_score_and_lets_no_gradient_through():
    soft, hard = (
        Run("attention", weights="random", d_model=8, heads=2, selection=name).arrays("*") for name in ("soft", "hard")
    )
    np.testing.assert_array_equal(hard["final_weights"].argmax(-1), soft["final_scores"].argmax(-1))
    assert set(np.unique(hard["final_weights"])) == {0.0, 1.0}
    assert not hard["jacobian"].any()
    assert soft["jacobian"].any()


def test_the_jacobian_is_autograds():
    run = Run("attention", weights="random", d_model=8, heads=2, temperature=0.7, asks=2)
    found = run.arrays("*")
    for head, row in enumerate(torch.from_numpy(found["final_masked"][:, 2])):
        expected = torch.autograd.functional.jacobian(lambda z: z.softmax(-1), row)
        np.testing.assert_allclose(found["jacobian"][head], expected, atol=1e-12)


@pytest.mark.parametrize(("choice", "value"), [("nan", math.nan), ("zero", 0.0), ("uniform", 0.2)])
def test_a_row_that_is_masked_completely(choice, value):
    run = Run("attention", empty_row=choice)
    before = run.arrays("*")["final_weights"]
    for key in range(5):
        run.act("flip", query=1, key=key)
    weights = run.arrays("*")["final_weights"]
    np.testing.assert_array_equal(weights[0, 1], [value] * 5)
    np.testing.assert_array_equal(weights[0, [0, 2, 3, 4]], before[0, [0, 2, 3, 4]])
    run.step(8)
    assert math.isfinite(run.metrics["entropy"][-1])


@pytest.mark.parametrize(
    ("table", "stays", "moves"),
    [
        ("embedding", (), ("q", "k", "v", "scores", "weights", "output")),
        ("w_q", ("k", "v", "embedding"), ("q", "scores", "weights", "output")),
        ("k", ("q", "v"), ("scores", "weights", "context")),
        ("v", ("q", "k", "scores", "weights"), ("context", "output")),
        ("w_o", ("weights", "context"), ("output",)),
    ],
)
def test_an_edited_number_changes_what_comes_after_it_and_nothing_before(table, stays, moves):
    run = Run("attention", weights="random", d_model=8, heads=2)
    run.step(8)
    before = run.arrays("*")
    run.act("edit", table=table, head=0, row=1, column=1, value=3.0)
    after = run.arrays("*")
    assert np.atleast_3d(after[table]).ravel()[0] == np.atleast_3d(before[table]).ravel()[0]
    assert (after[table] == 3.0).sum() == 1
    for name in stays:
        np.testing.assert_array_equal(after[name], before[name])
    for name in moves:
        assert (after[name] != before[name]).any(), name
    run.act("undo_edits")
    np.testing.assert_array_equal(run.arrays("*")["output"], before["output"])


def test_a_dragged_query_is_logged_once_and_sought():
    run = Run("attention")
    run.step(4)
    for to in ((1.0, 2.0), (3.0, 4.0), (5.0, -6.0)):
        run.act("place", table="q", head=0, row=3, to=to)
    assert len(run.recipe.actions) == 1
    assert run.arrays("*")["q"][0, 3].tolist() == [5.0, -6.0]
    run.step(3)
    run.seek(5)
    assert run.arrays("*")["q"][0, 3].tolist() == [5.0, -6.0]


def test_the_query_parameter_places_the_asking_tokens_query():
    found = Run("attention", query=(2.0, -1.0), asks=1).arrays("*")
    np.testing.assert_allclose(found["final_scores"][0, 1], found["final_k"][0] @ [2.0, -1.0])


def test_equal_words_have_equal_vectors_whatever_their_case():
    run = Run("attention", weights="random", d_model=8, heads=2, text="The dog saw the cat")
    run.step()
    np.testing.assert_array_equal(run.frame["embedding"][0], run.frame["embedding"][3])
    assert (run.frame["embedding"][0] != run.frame["embedding"][1]).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat, its milk.", ["The", "cat", ",", "its", "milk", "."]),
        ("don't  stop", ["don't", "stop"]),
        ("a-b", ["a", "-", "b"]),
    ],
)
def test_text_is_split_at_spaces_and_punctuation(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "   "}, "0 tokens"),
        ({"text": "a " * 25}, "25 tokens"),
        ({"weights": "random", "d_model": 9, "heads": 2}, "multiple of heads"),
        ({"weights": "random", "d_model": 6, "heads": 2, "position": "rotary"}, "even width"),
        ({"query": (1.0,)}, "two numbers"),
    ],
)
def test_what_does_not_go_together_is_refused(given, words):
    with pytest.raises(Refused, match=words):
        Run("attention", **given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (2, 1, "none")),
        ({"heads": 3}, (6, 3, "none")),
        ({"weights": "random"}, (8, 2, "none")),
        ({"weights": "random", "d_model": 3}, (3, 1, "none")),
        ({"weights": "random", "heads": 3}, (12, 3, "none")),
        ({"weights": "trained", "lookup": "previous"}, (32, 1, "random")),
        ({"weights": "trained", "lookup": "previous", "position": "rotary"}, (32, 1, "rotary")),
    ],
)
def test_numbers_bring_the_width_heads_and_positions_that_go_with_them(given, expected):
    found = Run("attention", **given).recipe.parameters
    assert (found["d_model"], found["heads"], found["position"]) == expected


def test_entropy_is_the_mean_over_rows():
    run = Run("attention", weights="random", d_model=8, heads=2, mask="causal")
    run.step(8)
    weights = run.arrays("*")["weights"]
    rows = [-sum(w * math.log(w) for w in row if w > 0) for head in weights for row in head]
    assert run.metrics["entropy"][-1] == pytest.approx(sum(rows) / len(rows))


def test_an_edit_after_the_last_operation_shows_in_the_rows_at_once_and_leaves_the_recorded_step_as_it_was():
    run = Run("attention")
    run.step(8)
    before = run.metrics["entropy"].copy()
    run.act("edit", table="v", head=0, row=1, column=0, value=9.0)
    np.testing.assert_allclose(run.arrays("*")["row_entropy"].mean(), before[-1])
    run.act("edit", table="k", head=0, row=1, column=0, value=9.0)
    found = run.arrays("*")
    rows = [-sum(w * math.log(w) for w in row if w > 0) for row in found["weights"][0]]
    np.testing.assert_allclose(found["row_entropy"][0], rows)
    assert abs(np.mean(rows) - before[-1]) > 0.1
    np.testing.assert_array_equal(run.metrics["entropy"], before)
    run.seek(7)
    run.act("edit", table="k", head=0, row=1, column=0, value=9.0)
    run.step()
    assert run.metrics["entropy"][-1] == pytest.approx(np.mean(rows))


def test_without_the_root_wide_heads_saturate_and_their_typical_gradient_vanishes():
    found = Run("attention").arrays("*")
    widths = found["saturation_width"].tolist()
    chance = np.random.default_rng(0)
    for d in (4, 64, 256):
        q, k = chance.standard_normal((2000, 1, d)), chance.standard_normal((2000, 8, d))
        for divided, scale in ((0, d**-0.5), (1, 1.0)):
            e = np.exp((q * k).sum(-1) * scale)
            w = e / e.sum(-1, keepdims=True)
            at = widths.index(d)
            assert found["saturation_weight"][divided, at] == pytest.approx(w.max(-1).mean(), abs=0.05)
            # ∂w_i/∂q = scale · w_i (k_i − Σ w k)
            slopes = scale * w[..., None] * (k - (w[..., None] * k).sum(1, keepdims=True))
            sizes = np.linalg.norm(slopes, axis=(1, 2))
            assert found["saturation_gradient"][divided, at] == pytest.approx(np.median(sizes), rel=0.1, abs=0.2)
            assert found["saturation_mean"][divided, at] == pytest.approx(sizes.mean(), rel=0.3)


@pytest.mark.parametrize(
    ("lookup", "position", "learned"), [("match", "none", 0.01), ("previous", "random", 0.4), ("average", "none", 1e-3)]
)
def test_look_ups_are_learned_on_the_spot(lookup, position, learned):
    run = Run("attention", weights="trained", lookup=lookup, position=position, d_model=32, heads=1,
              text="a cat and a dog")  # fmt: skip
    found = run.arrays("*")
    assert found["training_loss"][-20:].mean() < learned
    weights = found["final_weights"][0]
    if lookup == "match":
        np.testing.assert_allclose(weights[[0, 3]][:, [0, 3]], 0.5, atol=0.02)
        assert weights[1, 1] > 0.95
    elif lookup == "previous":
        assert all(weights[i, i - 1] > 0.5 for i in range(1, 5))
    else:
        np.testing.assert_allclose(weights, 0.2, atol=0.01)


def test_other_positions_train_the_look_up_anew_and_going_back_finds_the_old_one():
    run = Run("attention", weights="trained", lookup="previous", position="rotary", text="a cat and a dog")
    run.step(3)
    before = run.arrays("*")
    run.set(position="none")
    untold = Run("attention", weights="trained", lookup="previous", position="none", text="a cat and a dog")
    np.testing.assert_array_equal(run.arrays("*")["training_loss"], untold.arrays("*")["training_loss"])
    np.testing.assert_array_equal(run.arrays("*")["final_weights"], untold.arrays("*")["final_weights"])
    run.seek(2)
    run.step(1)
    run.seek(2)
    np.testing.assert_array_equal(run.arrays("*")["training_loss"], before["training_loss"])


def test_rotary_learns_the_previous_token_because_the_words_share_a_part():
    run = Run("attention", weights="trained", lookup="previous", position="rotary", text="a cat and a dog")
    found = run.arrays("*")
    assert found["training_loss"][-20:].mean() < 0.01
    assert all(found["final_weights"][0, i, i - 1] > 0.8 for i in range(1, 5))


def test_every_operation_says_its_name_when_it_has_ended():
    bank, settings, known = draw_bank(), settings_of(Params()), {}
    found = [name for operation in OPERATIONS for name in operation(known, bank, settings, {})]
    assert tuple(found) == PHASES
