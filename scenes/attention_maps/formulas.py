"""Attention's formulas, with the numbers of the chosen token and of the head on show."""

from __future__ import annotations

import numpy as np

from explainer.contract.frame import Formula, Frame
from explainer.scenes.attention_maps.moment import Moment
from explainer.scenes.attention_maps.shades import value_text

MOST_TERMS = 4
"""Terms that a formula with numbers writes out."""


def weights_latex(frame: Frame) -> str:
    """Return what a row of the map is."""
    masked = r" + M_{ij}" if _causal(frame) else ""
    return rf"\alpha_{{ij}} = \mathrm{{softmax}}_j\left(\frac{{q_i \cdot k_j}}{{\sqrt{{d}}}}{masked}\right)"


def _causal(frame: Frame) -> bool:
    shown = frame.arrays.get("shown")
    return shown is not None and len(shown) > 1 and not np.triu(shown, 1).any()


def row_numbers(frame: Frame) -> str:
    """Return the row of the chosen token: its largest weights, and that they add up to 1."""
    moment = Moment.of(frame)
    if moment is None or moment.params.measure != "weights":
        return ""
    row = moment["shown"][moment.query]
    order = np.argsort(-row, kind="stable")[:MOST_TERMS]
    rest = float(row.sum() - row[order].sum())
    terms = [f"{float(row[j]):.3f}" for j in order] + ([f"{rest:.3f}"] if len(row) > len(order) else [])
    return rf"\textstyle\sum_j \alpha_{{{moment.query + 1},j}} = {' + '.join(terms)} = {float(row.sum()):.3f}"


def contribution_latex(frame: Frame) -> str:
    """Return what reading a token adds to the residual stream."""
    return r"x_i \leftarrow x_i + \sum_j \alpha_{ij}\, v_j W_O, \quad \lVert \alpha_{ij}\, v_j W_O \rVert"


def contribution_numbers(frame: Frame) -> str:
    """Return the largest part that is added at the chosen token."""
    moment = Moment.of(frame)
    if moment is None or moment.params.measure != "contribution" or moment.params.shows == "rollout":
        return ""
    row = moment["shown"][moment.query]
    j = int(row.argmax())
    return rf"\lVert \alpha_{{{moment.query + 1},{j + 1}}}\, v_{{{j + 1}}} W_O \rVert = {float(row[j]):.3f}"


def next_latex(frame: Frame) -> str:
    """Return how the next token's probability comes about."""
    return r"p(s) = \frac{e^{z_s / T}}{\sum_{s'} e^{z_{s'} / T}}"


def next_numbers(frame: Frame) -> str:
    """Return temperature, the best logit and its probability."""
    logits, kept = frame.arrays.get("next_logit"), frame.arrays.get("next_probability")
    if logits is None or kept is None or not len(logits):
        return ""
    z, heat = float(logits[0]), frame.params.temperature
    return rf"z / T = {z:.2f} / {heat:.3g} = {z / heat:.2f}, \quad p = {value_text(float(kept[0]))}"


FORMULAS = (
    Formula("A row of the map", weights_latex, row_numbers),
    Formula("What it adds", contribution_latex, contribution_numbers),
    Formula("The next token", next_latex, next_numbers),
)
