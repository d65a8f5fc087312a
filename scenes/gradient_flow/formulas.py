"""The formulas of gradient flow, and below each the same with this step's numbers; plain Python."""

from __future__ import annotations

import math

import numpy as np

from explainer.contract.frame import Formula, Frame
from explainer.scenes.gradient_flow.lanes import Settings, resolve
from explainer.scenes.gradient_flow.options import INPUTS


def latex_number(value: float, digits: int = 3) -> str:
    """Return a number as LaTeX with ``digits`` significant digits."""
    if value == 0:
        return "0"
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if -4 <= int(power) < 5:
        return f"{value:.{max(0, digits - 1 - int(power))}f}"
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"


def _selected(frame: Frame) -> Settings:
    return resolve(frame.params)[min(frame.params.selected, len(frame.params.beside))]


def _array(frame: Frame, name: str) -> np.ndarray | None:
    array = frame.arrays.get(name)
    return None if array is None or not np.isfinite(array).all() else np.asarray(array, float)


def backward_latex(frame: Frame) -> str:
    """Return what one layer does to δ."""
    told = _selected(frame)
    if frame.params.architecture == "recurrent":
        return r"\delta_{t-1} = \left(\frac{\partial h_t}{\partial h_{t-1}}\right)^{\!T} \delta_t"
    inner = r"W_l^T \left( \varphi'(z_l) \odot \delta_l \right)"
    if told.normalization != "none":
        inner = r"W_l^T N_l^T \left( \varphi'(z_l) \odot \delta_l \right)"
    straight = r"\delta_l + " if told.skip != "none" else ""
    return rf"\delta_{{l-1}} = {straight}{inner}"


def backward_numbers(frame: Frame) -> str:
    """Return what the middle layer does to the length of δ, and its two factors."""
    parts = [_array(frame, name) for name in ("delta_norm", "delta_factor", "slope_factor", "weight_factor")]
    if any(part is None for part in parts) or frame.params.depth < 2:
        return ""
    delta, factor, slope, weight = (np.asarray(part) for part in parts)
    layer = max(1, frame.params.depth // 2)
    ends = rf"\lVert \delta_{{{layer}}} \rVert = {latex_number(slope[layer])} \cdot {latex_number(weight[layer])}"
    return rf"{ends} \cdot {latex_number(delta[layer])} = {latex_number(factor[layer] * delta[layer])}"


def product_latex(frame: Frame) -> str:
    """Return the chain over all hidden layers."""
    last = frame.params.depth
    return rf"\frac{{\lVert \delta_1 \rVert}}{{\lVert \delta_{{{last}}} \rVert}} = \prod_{{l=2}}^{{{last}}} f_l"


def product_numbers(frame: Frame) -> str:
    """Return the mean factor to the power of the number of layers."""
    delta, count = _array(frame, "delta_norm"), frame.params.depth - 1
    if delta is None or count < 1 or not (delta[0] > 0 and delta[-2] > 0):
        return ""
    ratio = float(delta[0] / delta[-2])
    mean = math.exp(math.log(ratio) / count)
    return rf"{latex_number(mean)}^{{\,{count}}} = {latex_number(ratio)}"


_VARIANCE = {
    "zeros": r"\mathrm{Var}(W) = 0",
    "constant": r"W_{ij} = \frac{g}{n_{\mathrm{in}}}",
    "normal": r"\mathrm{Var}(W) = \frac{g^2}{n_{\mathrm{in}}}",
    "uniform": r"\mathrm{Var}(W) = \frac{g^2}{n_{\mathrm{in}}}",
    "xavier-uniform": r"\mathrm{Var}(W) = \frac{2 g^2}{n_{\mathrm{in}} + n_{\mathrm{out}}}",
    "xavier-normal": r"\mathrm{Var}(W) = \frac{2 g^2}{n_{\mathrm{in}} + n_{\mathrm{out}}}",
    "he-uniform": r"\mathrm{Var}(W) = \frac{2 g^2}{n_{\mathrm{in}}}",
    "he-normal": r"\mathrm{Var}(W) = \frac{2 g^2}{n_{\mathrm{in}}}",
    "orthogonal": r"W W^T = g^2 I \;\; (n_{\mathrm{out}} \le n_{\mathrm{in}}), \;\; W^T W = g^2 I \;\; (\mathrm{else})",
    "pytorch": r"\mathrm{Var}(W) = \frac{g^2}{3 n_{\mathrm{in}}}",
}


def variance(init: str, gain: float, inputs: int, outputs: int) -> float:
    """Return the variance of the initial weights."""
    shares = {
        "normal": 1 / inputs,
        "uniform": 1 / inputs,
        "xavier-uniform": 2 / (inputs + outputs),
        "xavier-normal": 2 / (inputs + outputs),
        "he-uniform": 2 / inputs,
        "he-normal": 2 / inputs,
        "orthogonal": 1 / max(inputs, outputs),
        "pytorch": 1 / (3 * inputs),
    }
    return gain**2 * shares.get(init, 0.0)


def init_latex(frame: Frame) -> str:
    """Return how wide the initial weights are spread."""
    return _VARIANCE[_selected(frame).init]


def init_numbers(frame: Frame) -> str:
    """Return the variance in the first layer and in the hidden ones."""
    told, width = _selected(frame), frame.params.width
    if told.init in ("zeros", "constant"):
        return ""
    rows = 4 * width if told.cell == "lstm" else 3 * width
    outputs = width if frame.params.architecture == "mlp" or told.cell == "rnn" else rows
    first = variance(told.init, told.gain, INPUTS[frame.params.data], outputs)
    inner = variance(told.init, told.gain, width, outputs)
    return rf"\mathrm{{Var}}(W_1) = {latex_number(first)}, \quad \mathrm{{Var}}(W_2) = {latex_number(inner)}"


FORMULAS = (
    Formula("One layer back", backward_latex, backward_numbers),
    Formula("All layers back", product_latex, product_numbers),
    Formula("The initial weights", init_latex, init_numbers),
)
