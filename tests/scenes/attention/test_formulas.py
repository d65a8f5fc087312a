"""Every formula of the Math tab, in every mode: what its numbers come to is what they say, and what autograd's
forward pass gives."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.export.of_run import frame_of
from explainer.scenes.attention.formulas import FORMULAS

MODES = [
    {},
    {"scale": False},
    {"temperature": 0.3},
    {"temperature": 20.0, "scale": False},
    {"temperature": 0.05},
    {"score": "additive"},
    {"score": "additive", "temperature": 2.0, "weights": "random"},
    {"selection": "hard"},
    {"mask": "causal", "asks": 0},
    {"mask": "both", "side": "left", "asks": 4},
    {"position": "alibi"},
    {"position": "alibi", "temperature": 0.5, "weights": "random", "heads": 4, "d_model": 16, "head": 2},
    {"position": "rotary", "weights": "random"},
    {"position": "sinusoidal", "weights": "random", "kind": "cross"},
    {"weights": "random", "d_model": 64, "heads": 1, "scale": False},
    {"query": (-3.0, -40.0)},
    {"query": (0.0, 0.0)},
    {"text": "alone"},
]
SLACK = 0.0051
"""Numbers are shown with two decimals."""


def evaluated(latex):
    """What a side of an equation comes to, None where it is cut short or holds words."""
    if any(part in latex for part in ("ldots", "text", r"\;")):
        return None
    plain = latex.replace(r"\left", "").replace(r"\right", "").replace(r"\cdot", "*").replace(r"\,", "")
    plain = re.sub(r"\\frac\{([^{}]*)\}\{\\sqrt\{([^{}]*)\}\}", r"((\1)/math.sqrt(\2))", plain)
    plain = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", plain)
    plain = re.sub(r"([\d)])\s*\\tanh", r"\1*math.tanh", plain)
    return eval(plain, {"math": math})


@pytest.mark.parametrize("given", MODES)
def test_the_numbers_of_each_formula_come_to_what_they_say(given):
    run = Run("attention", **given)
    frame = frame_of(run, run.arrays("*"))
    for formula in FORMULAS:
        sides = formula.numbers(frame).split(" = ")
        left, right = evaluated(sides[1]), evaluated(sides[-1])
        if left is None or right is None:
            continue
        terms = len(frame.arrays["final_q"][0, 0])
        scale = max([abs(float(number)) for number in re.findall(r"\d+\.?\d*", sides[1])])
        loose = SLACK * (1 + 2 * terms * scale) / min(1.0, run.params.temperature)
        assert left == pytest.approx(right, abs=loose if formula.title != "The weight" else 0.02), formula.title


@pytest.mark.parametrize("given", MODES)
def test_the_right_hand_sides_are_torchs(given):
    run = Run("attention", **given)
    found, params = run.arrays("*"), run.params
    frame = frame_of(run, found)
    head, row = min(params.head, len(found["final_q"]) - 1), min(params.asks, len(found["token"]) - 1)
    q, k, v = (torch.from_numpy(found[f"final_{name}"][head]) for name in ("q", "k", "v"))
    dot = params.score == "dot"
    score = q @ k.T if dot else ((q[:, None] + k).tanh() * torch.from_numpy(found["final_a"][head, 0])).sum(-1)
    slope = 2 ** (-8 * (head + 1) / len(found["final_q"])) if params.position == "alibi" else 0
    apart = (torch.arange(len(q))[:, None] - torch.arange(len(k))).abs()
    z = (score / (q.shape[1] ** 0.5 if dot and params.scale else 1) - slope * apart) / params.temperature
    z = z.masked_fill(torch.from_numpy(found["final_mask"]) == 0, -torch.inf)[row]
    weights = z.softmax(-1) if params.selection == "soft" else torch.eye(len(k)).double()[z.argmax()]
    j, told = int(weights.argmax()), [formula.numbers(frame).split(" = ")[-1] for formula in FORMULAS]
    assert float(told[0]) == pytest.approx(float(score[row, j]), abs=SLACK, rel=1e-3)
    assert float(told[1]) == pytest.approx(float(z[j]), abs=SLACK, rel=1e-3)
    assert float(told[2]) == pytest.approx(float(weights[j]), abs=SLACK)
    output = [float(part) for part in told[3].strip("()").replace(r",\; \ldots", "").split(r",\; ")]
    np.testing.assert_allclose(output, (weights @ v)[: len(output)], atol=SLACK, rtol=1e-3)


def test_the_formulas_name_what_is_in_force():
    def latex(**given):
        run = Run("attention", **given)
        return [formula.latex(frame_of(run, run.arrays("*"))) for formula in FORMULAS]

    assert r"\sqrt{d}" in latex()[1]
    assert r"\sqrt{d}" not in latex(scale=False)[1]
    assert r"\sqrt{d}" not in latex(score="additive")[1]
    assert r"\tanh" in latex(score="additive")[0]
    assert r"\tau" in latex(temperature=2.0)[1]
    assert "m |i - j|" in latex(position="alibi")[1]
    assert "largest" in latex(selection="hard")[2]
