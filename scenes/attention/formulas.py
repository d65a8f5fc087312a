"""The four formulas of attention, with the numbers of the query token and of the key that it reads most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from explainer.contract.frame import Formula, Frame
from explainer.scenes.attention.arithmetic import MOST, number
from explainer.scenes.attention.moment import Moment

TERMS = 3
"""So many products of a sum are written out."""


def with_moment(say: Callable[[Moment, int], str]) -> Callable[[Frame], str]:
    """Return the words of ``say`` for the row of a frame and its most read key, nothing where there is none."""

    def numbers(frame: Frame) -> str:
        moment = Moment.of(frame)
        if moment is None or moment.empty:
            return ""
        return say(moment, int(moment.weights.argmax()))

    return numbers


def tex(value: float) -> str:
    """Return a number as LaTeX."""
    return number(value).replace("−", "-").replace("-∞", r"-\infty")


def word(token: str) -> str:
    """Return a token as upright LaTeX, without what LaTeX would take for its own."""
    kept = "".join(letter if letter.isalnum() and letter.isascii() else "." for letter in token)
    return rf"\text{{{kept}}}"


def _score_latex(frame: Frame) -> str:
    return r"s_j = a^\top \tanh(q + k_j)" if frame.params.score == "additive" else r"s_j = q \cdot k_j"


def _score(moment: Moment, j: int) -> str:
    q, k = moment.q, moment.k[j]
    shown = slice(0, len(q) if len(q) <= TERMS else TERMS)
    if moment.params.score == "additive":
        sums = moment["final_a"][moment.head, 0]
        parts = zip(sums[shown], q[shown], k[shown], strict=True)
        terms = [rf"{_factor(a)} \tanh({tex(x)} + {_factor(y)})" for a, x, y in parts]
    else:
        terms = [rf"{_factor(a)} \cdot {_factor(b)}" for a, b in zip(q[shown], k[shown], strict=True)]
    rest = r" + \ldots" if len(q) > TERMS else ""
    score = tex(float(moment.row_of("final_scores")[j]))
    return f"s_{{{word(moment.keys[j])}}} = {' + '.join(terms)}{rest} = {score}"


def _factor(value: float) -> str:
    return tex(value) if value >= 0 else f"({tex(value)})"


def _scale_latex(frame: Frame) -> str:
    root = r"\frac{s_j}{\sqrt{d}}" if divided(frame.params) else "s_j"
    bias = " - m |i - j|" if frame.params.position == "alibi" else ""
    whole = rf"\left({root}{bias}\right)" if bias and frame.params.temperature != 1 else f"{root}{bias}"
    return rf"z_j = {whole}" + (r" \,/\, \tau" if frame.params.temperature != 1 else "")


def divided(params: Any) -> bool:
    """Return whether scores are divided by √d: dot products, where that is chosen."""
    return bool(params.scale and params.score == "dot")


def _scaled(moment: Moment, j: int) -> str:
    params, score = moment.params, float(moment.row_of("final_scores")[j])
    whole = rf"\frac{{{tex(score)}}}{{\sqrt{{{len(moment.q)}}}}}" if divided(params) else tex(score)
    scaled = float(moment.row_of("final_scaled")[j])
    if params.position == "alibi":
        slope = 2.0 ** (-8 * (moment.head + 1) / len(moment["final_q"]))
        whole += rf" - {slope:.4g} \cdot {abs(moment.row - j)}"
    if params.temperature != 1:
        whole = rf"\left({whole}\right) / {params.temperature:.3g}"
    return f"z_{{{word(moment.keys[j])}}} = {whole} = {tex(scaled)}"


def _weight_latex(frame: Frame) -> str:
    if frame.params.selection == "hard":
        return r"w_j = 1 \text{ for the largest } z_j \text{, else } 0"
    return r"w_j = \frac{e^{z_j}}{\sum_i e^{z_i}}"


def _weight(moment: Moment, j: int) -> str:
    weight, name = moment.weights[j], word(moment.keys[j])
    if moment.params.selection == "hard":
        return f"w_{{{name}}} = {tex(weight)}"
    scores = moment.row_of("final_masked")
    largest = float(scores.max())
    powers = np.exp(scores - (0.0 if 0 <= largest < MOST else largest))
    return rf"w_{{{name}}} = \frac{{{tex(powers[j])}}}{{{tex(powers.sum())}}} = {weight:.3f}"


def _output(moment: Moment, j: int) -> str:
    order = np.argsort(-moment.weights, kind="stable")[:2]
    parts = [f"{tex(moment.weights[i])} \\, v_{{{word(moment.keys[i])}}}" for i in order]
    rest = r" + \ldots" if (moment.weights[order].sum() < 0.9995) and len(moment.keys) > 2 else ""
    shown = r",\; ".join(tex(part) for part in moment.context[:3]) + (r",\; \ldots" if len(moment.context) > 3 else "")
    return rf"o = {' + '.join(parts)}{rest} = ({shown})"


FORMULAS = (
    Formula("The score of key j", _score_latex, with_moment(_score)),
    Formula("Scaled", _scale_latex, with_moment(_scaled)),
    Formula("The weight", _weight_latex, with_moment(_weight)),
    Formula("What is read", lambda frame: r"o = \sum_j w_j \, v_j", with_moment(_output)),
)
