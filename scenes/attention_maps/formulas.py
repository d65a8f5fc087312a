"""Attention's formulas, with the numbers of the chosen token and of the head on show."""

from __future__ import annotations

import numpy as np

from explainer.contract.frame import Formula, Frame
from explainer.scenes.attention_maps.ceilings import causal
from explainer.scenes.attention_maps.moment import Moment

MOST_TERMS = 4
"""Terms that a formula with numbers writes out."""


def weights_latex(frame: Frame) -> str:
    """Return what a row of the map is: a head's weights, the layer's mean or the rollout; none for a contribution."""
    params = frame.params
    if params.shows == "rollout":
        return r"R = \prod_{l} \tfrac12\left(\bar\alpha^{(l)} + I\right), \quad \bar\alpha = \frac1H \sum_h \alpha^h"
    if params.measure != "weights":
        return ""
    masked = r" + M_{ij}" if _causal(frame) else ""
    head = rf"\mathrm{{softmax}}_j\left(\frac{{q_i \cdot k_j}}{{{_divisor(frame)}}}{masked}\right)"
    if params.shows == "mean":
        return rf"\bar\alpha_{{ij}} = \frac1H \sum_h {head.replace('q_i', 'q^h_i').replace('k_j', 'k^h_j')}"
    return rf"\alpha_{{ij}} = {head}"


def _divisor(frame: Frame) -> str:
    """Return what the scores are divided by: √d, or as many times that as the model says of the layer on show."""
    divided = frame.arrays.get("divided")
    times = 1.0 if divided is None else float(divided[min(frame.params.layer, len(divided)) - 1])
    return r"\sqrt{d}" if abs(times - 1) < 1e-6 else rf"{times:.3g}\,\sqrt{{d}}"


def _causal(frame: Frame) -> bool:
    """Return whether later tokens are masked: by the settings, or for a real model as its map says."""
    if frame.params.model == "trained":
        return causal(frame.params)
    shown = frame.arrays.get("shown")
    return shown is not None and len(shown) > 1 and not np.triu(shown, 1).any()


def row_numbers(frame: Frame) -> str:
    """Return the row of the chosen token: its largest entries, and that they add up to 1."""
    moment = Moment.of(frame)
    if moment is None or moment.measure != "weights":
        return ""
    row = moment["shown"][moment.query]
    order = np.argsort(-row, kind="stable")[:MOST_TERMS]
    rest = float(row.sum() - row[order].sum())
    terms = [f"{float(row[j]):.3f}" for j in order] + ([f"{rest:.3f}"] if len(row) > len(order) else [])
    name = {"head": r"\alpha", "mean": r"\bar\alpha", "rollout": "R"}[moment.params.shows]
    return rf"\textstyle\sum_j {name}_{{{moment.query + 1},j}} = {' + '.join(terms)} = {float(row.sum()):.3f}"


def contribution_latex(frame: Frame) -> str:
    """Return what reading a token adds to the residual stream, and its length, where the map shows that."""
    if _weighs(frame):
        return ""
    length = r"\lVert \alpha_{ij}\, v_j W_O \rVert"
    if frame.params.shows == "mean":
        length = r"\frac1H \sum_h \lVert \alpha^h_{ij}\, v^h_j W^h_O \rVert"
    return rf"x_i \leftarrow x_i + b_O + \sum_h \sum_j \alpha^h_{{ij}}\, v^h_j W^h_O, \quad {length}"


def _weighs(frame: Frame) -> bool:
    return frame.params.measure == "weights" or frame.params.shows == "rollout"


def contribution_numbers(frame: Frame) -> str:
    """Return the largest part that is added at the chosen token."""
    moment = Moment.of(frame)
    if moment is None or _weighs(frame):
        return ""
    row = moment["shown"][moment.query]
    j = int(row.argmax())
    one = rf"\lVert \alpha_{{{moment.query + 1},{j + 1}}}\, v_{{{j + 1}}} W_O \rVert"
    mean = r"\frac1H \sum_h " if moment.params.shows == "mean" else ""
    return rf"{mean}{one} = {float(row[j]):.3f}"


def next_latex(frame: Frame) -> str:
    """Return how the next token's probability comes about; none for a model that says none."""
    logits, params = frame.arrays.get("next_logit"), frame.params
    if logits is not None and not len(logits):
        return ""
    cut = params.top_k or params.top_p < 1
    kept = r" \in K" if cut else ""
    which = r", \quad K: \text{ what top-k and top-p keep}" if cut else ""
    return rf"p(s) = \frac{{e^{{z_s / T}}}}{{\sum_{{s'{kept}}} e^{{z_{{s'}} / T}}}}{which}"


def next_numbers(frame: Frame) -> str:
    """Return temperature, the best logit, and its share of the powers of e of all that can be drawn."""
    arrays = frame.arrays
    if not {"next_logit", "next_probability", "next_drawn"} <= arrays.keys() or not len(arrays["next_logit"]):
        return ""
    z, heat, p = float(arrays["next_logit"][0]), frame.params.temperature, float(arrays["next_probability"][0])
    # Divided by the largest power, so that the numerator is 1: all others are e to the difference.
    heated = rf"\frac{{z}}{{T}} = \frac{{{z:.2f}}}{{{heat:.3g}}} = {z / heat:.2f}"
    return rf"{heated}, \quad p = \frac{{1}}{{{1 / p:.3f}}} = {p:.3f}"


FORMULAS = (
    Formula("A row of the map", weights_latex, row_numbers),
    Formula("What it adds", contribution_latex, contribution_numbers),
    Formula("The next token", next_latex, next_numbers),
)
