"""Every formula of the Math tab, in every mode, against the network's own numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.export.of_run import frame_of
from explainer.scenes.attention_maps.formulas import FORMULAS
from explainer.scenes.attention_maps.transformer import Seen

TWO = {"layers": 2, "heads": 2, "layer": 2, "head": 1, "query": 3}
MODES = [
    {**TWO},
    {**TWO, "shows": "mean"},
    {**TWO, "shows": "rollout"},
    {**TWO, "shows": "rollout", "measure": "contribution"},
    {**TWO, "measure": "contribution"},
    {**TWO, "measure": "contribution", "shows": "mean"},
    {**TWO, "direction": "causal", "position": "rotary"},
    {"task": "induction", "temperature": 0.3},
    {"task": "induction", "temperature": 0.05, "top_k": 3},
    {"task": "add", "heads": 2, "top_p": 0.5, "temperature": 4.0},
]


def told(**given):
    """The run after some steps, and of each formula what is shown."""
    run = Run("attention-maps", **given)
    run.step(25)
    frame = frame_of(run, run.arrays("*"))
    return run, frame, [formula.latex(frame) for formula in FORMULAS], [formula.numbers(frame) for formula in FORMULAS]


def passed(run):
    """What went through the network: (query, key, value) and the output projection of each layer."""
    owner, seen = run.execution.experiment, Seen()
    with torch.no_grad():
        scores = owner.network(owner.examples[:1], owner.on, seen)[0]
    outs = [block.attention.out for block in owner.network.blocks]
    return [(q[0], k[0], v[0], out) for q, k, v, out in zip(seen.q, seen.k, seen.v, outs, strict=True)], scores


def weights_of(q, k, causal):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if causal:
        scores = scores + torch.full(scores.shape[-2:], -torch.inf).triu(1)
    return scores.softmax(-1)


@pytest.mark.parametrize("given", MODES)
def test_the_map_is_what_its_formula_says_and_its_numbers_are_a_row_of_it(given):
    run, frame, latex, numbers = told(**given)
    params, (layers, _) = run.params, passed(run)
    causal = params.direction == "causal" or params.task in ("induction", "add")
    maps = [weights_of(q, k, causal) for q, k, _, _ in layers]
    layer, head = params.layer - 1, params.head - 1
    if params.shows == "rollout":
        expected = torch.eye(len(maps[0][0]))
        for each in maps:
            expected = 0.5 * (each.mean(0) + torch.eye(len(expected))) @ expected
        assert latex[0].startswith("R =")
        assert latex[1] == ""
    elif params.measure == "contribution":
        _, _, v, out = layers[layer]
        of_heads = out.weight.unflatten(1, (len(v), -1)).unbind(1)
        parts = [
            torch.tensor(
                [
                    [float((w * one @ moved.T).detach().norm()) for w, one in zip(row, values, strict=True)]
                    for row in weight
                ]
            )
            for weight, values, moved in zip(maps[layer], v, of_heads, strict=True)
        ]
        expected = torch.stack(parts).mean(0) if params.shows == "mean" else parts[head]
        assert latex[0] == ""
        assert r"\lVert" in latex[1]
    else:
        expected = maps[layer].mean(0) if params.shows == "mean" else maps[layer][head]
        assert ("M_{ij}" in latex[0]) == causal
        assert (r"\bar" in latex[0]) == (params.shows == "mean")
    np.testing.assert_allclose(frame.arrays["shown"], expected.detach(), atol=2e-6)
    row = expected.detach()[(params.query or len(expected)) - 1].sort(descending=True).values
    if params.measure == "contribution" and params.shows != "rollout":
        assert numbers[0] == ""
        assert float(numbers[1].split(" = ")[-1]) == pytest.approx(float(row[0]), abs=6e-4)
        return
    assert numbers[1] == ""
    terms, whole = numbers[0].split(" = ")[1:]
    shown = [float(term) for term in terms.split(" + ")]
    np.testing.assert_allclose(shown[:4], row[:4], atol=6e-4)
    assert sum(shown) == pytest.approx(float(whole), abs=4e-3)
    assert float(whole) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("given", [mode for mode in MODES if mode.get("task")])
def test_the_next_tokens_chance_is_what_its_formula_says(given):
    run, _, latex, numbers = told(**given)
    params, (_, scores) = run.params, passed(run)
    z = scores[-1].double()
    ranked = sorted(((z / params.temperature).softmax(-1)).tolist(), reverse=True)
    ranked = [p / sum(ranked[: params.top_k]) for p in ranked[: params.top_k]] if params.top_k else ranked
    kept, total = [], 0.0
    for p in ranked:
        if total < params.top_p:
            kept.append(p)
        total += p
    top, heat, quotient, one, p = _parsed(numbers[2])
    assert top == pytest.approx(float(z.max()), abs=0.006)
    assert heat == pytest.approx(params.temperature, rel=1e-2)
    assert quotient == pytest.approx(float(z.max()) / params.temperature, abs=0.006)
    assert p == pytest.approx(kept[0] / sum(kept), abs=6e-4)
    assert 1 / one == pytest.approx(p, abs=2e-3)
    assert (r"\in K" in latex[2]) == bool(params.top_k or params.top_p < 1)


def _parsed(numbers):
    """The numbers of z / T = a / b = c and p = 1 / d = e."""
    pattern = r"\\frac\{z\}\{T\} = \\frac\{(.*?)\}\{(.*?)\} = (.*?), \\quad p = \\frac\{1\}\{(.*?)\} = (.*)"
    return [float(part) for part in re.fullmatch(pattern, numbers).groups()]
