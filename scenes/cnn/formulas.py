"""The formulas of the network, and below each the same with this moment's numbers; plain Python."""

from __future__ import annotations

import math

import numpy as np

from explainer.contract.frame import Formula, Frame
from explainer.scenes.cnn.arithmetic import cell_of, chosen, taken_apart
from explainer.scenes.cnn.blocks import Block, parse_block
from explainer.scenes.cnn.layers import Field, network_layers, output_size, receptive_fields

MOST_TERMS = 4


def number(value: float, digits: int = 3) -> str:
    """Return a number with fixed decimals as LaTeX."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def thousands(count: int) -> str:
    """Return a whole number as LaTeX, its commas without the space that follows one in a list."""
    return f"{count:,}".replace(",", "{,}")


def signed(value: float) -> str:
    """Return a number to be added, with its sign."""
    return f"{'-' if value < 0 else '+'} {number(abs(value))}"


def cell_latex(frame: Frame) -> str:
    """Return how a cell of a map is computed."""
    _, _, block = chosen(frame)
    stride = f"{block.stride}\\," if block.stride > 1 else ""
    padding = f" - {block.padding}" if block.padding else ""
    place = f"{stride}i + u{padding},\\; {stride}j + v{padding}"
    return rf"y_{{c,i,j}} = b_c + \sum_m \sum_{{u,v}} w_{{c,m,u,v}} \; x_{{m,\; {place}}}"


def cell_numbers(frame: Frame) -> str:
    """Return the sum with the share of each input."""
    part = taken_apart(frame)
    if part is None:
        return ""
    _, channel, _ = chosen(frame)
    row, column = cell_of(frame, part)
    shares = part.shares[:, row, column].tolist()
    terms = [signed(value) for value in shares[:MOST_TERMS]]
    if len(shares) > MOST_TERMS:
        terms.append(signed(sum(shares[MOST_TERMS:])) + rf"\;(\text{{{len(shares) - MOST_TERMS} more}})")
    total = number(float(part.total[row, column]))
    return rf"y_{{{channel},{row},{column}}} = {number(part.bias)} {' '.join(terms)} = {total}"


def size_latex(frame: Frame) -> str:
    """Return the size of a map."""
    return r"n_{\mathrm{out}} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1"


def size_numbers(frame: Frame) -> str:
    """Return the size of the chosen convolution's maps, and what stays unread."""
    part = taken_apart(frame)
    if part is None:
        return ""
    _, _, block = chosen(frame)
    size = part.inputs.shape[1]
    inside = rf"\frac{{{size} + 2 \cdot {block.padding} - {block.kernel}}}{{{block.stride}}}"
    result = output_size(size, block.kernel, block.stride, block.padding)
    return rf"\left\lfloor {inside} \right\rfloor + 1 = {result}"


def weights_latex(frame: Frame) -> str:
    """Return how many numbers a convolution learns."""
    return r"(k^2 \, C_{\mathrm{in}} + 1) \, C_{\mathrm{out}}"


def weights_numbers(frame: Frame) -> str:
    """Return it for the chosen convolution, with what a dense layer of the same shapes would need."""
    part = taken_apart(frame)
    if part is None:
        return ""
    _, _, block = chosen(frame)
    inputs, outputs = part.inputs.size, part.total.size * block.channels
    learned = (block.kernel**2 * len(part.inputs) + 1) * block.channels
    dense = (inputs + 1) * outputs
    return (
        rf"({block.kernel}^2 \cdot {len(part.inputs)} + 1) \cdot {block.channels} = {thousands(learned)}"
        rf" \quad (\text{{dense: }} {thousands(dense)})"
    )


def field_latex(frame: Frame) -> str:
    """Return how the receptive field grows."""
    return r"r_l = r_{l-1} + (k_l - 1) \, j_{l-1}, \quad j_l = s_l \, j_{l-1}"


def field_numbers(frame: Frame) -> str:
    """Return the receptive field of the chosen convolution."""
    image = frame.arrays.get("image")
    if image is None:
        return ""
    place, _, block = chosen(frame)
    blocks: list[Block] = [parse_block(words) for words in frame.params.blocks]
    layers = network_layers(tuple(image.shape), blocks, 0, 2)
    fields = receptive_fields(layers)
    names = list(fields)
    at = names.index(f"conv{place}")
    before = fields[names[at - 1]] if at else Field()
    return rf"r = {before.size} + ({block.kernel} - 1) \cdot {before.jump} = {fields[names[at]].size} \text{{ pixels}}"


def softmax_latex(frame: Frame) -> str:
    """Return softmax and cross-entropy."""
    return r"p_c = \frac{e^{z_c}}{\sum_d e^{z_d}}, \quad L = -\ln p_{\mathrm{actual}}"


def softmax_numbers(frame: Frame) -> str:
    """Return the probability of the likeliest class, and the loss where the class is known."""
    logits, classes = frame.arrays.get("logits"), frame.arrays.get("classes")
    if logits is None or classes is None or len(logits) != len(classes):
        return ""
    scores = np.asarray(logits, float)
    best, label = int(scores.argmax()), int(frame.arrays.get("label", -1))
    total = float(np.logaddexp.reduce(scores))
    chance = math.exp(scores[best] - total)
    share = rf"\frac{{e^{{{number(scores[best], 2)}}}}}{{e^{{{number(total, 2)}}}}}"
    said = rf"p_{{\mathrm{{{classes[best]}}}}} = {share} = {number(chance)}"
    return said if label < 0 else said + rf", \quad L = {number(total - scores[label], 4)}"


FORMULAS = (
    Formula("One cell of a map", cell_latex, cell_numbers),
    Formula("How large a map is", size_latex, size_numbers),
    Formula("How many numbers are learned", weights_latex, weights_numbers),
    Formula("What a cell sees of the image", field_latex, field_numbers),
    Formula("Prediction and loss", softmax_latex, softmax_numbers),
)
