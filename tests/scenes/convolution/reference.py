"""The operations written out as plain loops over numbers, and random settings of everything together."""

import itertools
import math

import numpy as np
from hypothesis import strategies as st

from explainer.scenes.convolution import Params

PAD_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def amounts(params, kernel):
    """Padding before and after in both directions, from the definition of each option."""
    found = []
    for direction, taps in zip("yx", kernel, strict=True):
        if params.dimensions == 1 and direction == "y":
            found.append((0, 0))
            continue
        reach = (1 if params.operation == "average-pool" else getattr(params, f"dilation_{direction}")) * (taps - 1)
        if params.operation == "convolution" and params.dimensions == 1 and params.causal:
            found.append((reach, 0))
            continue
        own = getattr(params, f"padding_{direction}")
        pads = {
            "valid": (0, 0),
            "same": (reach // 2, math.ceil(reach / 2)),
            "full": (reach, reach),
            "custom": (own, own),
        }
        found.append(pads[params.padding])
    return found


def steps(params, name):
    flat = params.dimensions == 1
    return (1 if flat else getattr(params, f"{name}_y")), getattr(params, f"{name}_x")


def by_loops(params, image, weight, bias):
    """The output (channel, y, x), number by number; ``image`` (channel, y, x), ``weight`` as PyTorch shapes it."""
    image, kernel = np.asarray(image, float), weight.shape[2:]
    if params.operation.endswith("pool"):
        return pooled_by_loops(params, image, kernel)
    if params.operation == "transposed":
        return spread_by_loops(params, image, weight[..., ::-1, ::-1] if params.flip else weight, bias)
    mode = "constant" if pads_with_zeros(params) else PAD_MODES[params.padding_mode]
    padded = np.pad(image, [(0, 0), *amounts(params, kernel)], mode)
    (sy, sx), (dy, dx) = steps(params, "stride"), steps(params, "dilation")
    rows = range(0, padded.shape[1] - dy * (kernel[0] - 1), sy)
    columns = range(0, padded.shape[2] - dx * (kernel[1] - 1), sx)
    outs = params.out_channels
    found = np.zeros((outs, len(rows), len(columns)))
    for o, (i, top), (j, left) in itertools.product(range(outs), enumerate(rows), enumerate(columns)):
        taps = list(itertools.product(range(kernel[0]), range(kernel[1])))
        each = image.shape[0] // params.groups
        first = o // (outs // params.groups) * each
        total = float(bias[o])
        for c, (a, b) in itertools.product(range(each), taps):
            at = (kernel[0] - 1 - a, kernel[1] - 1 - b) if params.flip else (a, b)
            total += float(weight[o, c, at[0], at[1]]) * padded[first + c, top + a * dy, left + b * dx]
        found[o, i, j] = total
    return found


def starts(params, size, taps, before, after, stride, dilation):
    """Where the windows of a pooling begin, counted from the first number of the image."""
    last, reach = size + after - 1, dilation * (taps - 1)
    limit = size if before == after <= taps // 2 else size + after
    found, at = [], -before
    while at + reach <= last or (params.ceil_mode and at - stride + reach < last and at < limit):
        found.append(at)
        at += stride
    return found


def windows_of(params, shape, kernel):
    """The places under each window of a pooling, for rows and for columns, counted from the image's first."""
    found = []
    for size, taps, (before, after), stride, dilation, wanted in zip(
        shape,
        kernel,
        amounts(params, kernel),
        steps(params, "stride"),
        (1, 1) if params.operation == "average-pool" else steps(params, "dilation"),
        (1 if params.dimensions == 1 else params.output_height, params.output_width),
        strict=True,
    ):
        parts = {"adaptive": wanted, "global": 1}.get(params.windows)
        if parts:
            edges = [(math.floor(i * size / parts), math.ceil((i + 1) * size / parts)) for i in range(parts)]
            found.append([list(range(*edge)) for edge in edges])
            continue
        begins = starts(params, size, taps, before, after, stride, dilation)
        found.append([[begin + dilation * tap for tap in range(taps)] for begin in begins])
    return found


def pooled_by_loops(params, image, kernel):
    """Maximum or mean of each window; a mean is over the numbers that count."""
    rows, columns = windows_of(params, image.shape[1:], kernel)
    found = np.zeros((len(image), len(rows), len(columns)))
    around = [(0, 0)] * 2 if params.windows != "fixed" else amounts(params, kernel)
    for c, (i, ys), (j, xs) in itertools.product(range(len(image)), enumerate(rows), enumerate(columns)):
        places = [
            place
            for place in itertools.product(ys, xs)
            if all(-p[0] <= at < size + p[1] for at, size, p in zip(place, image.shape[1:], around, strict=True))
        ]
        real = [image[c, y, x] for y, x in places if 0 <= y < image.shape[1] and 0 <= x < image.shape[2]]
        if params.operation == "max-pool":
            found[c, i, j] = max(real, default=-np.inf)
        else:
            found[c, i, j] = sum(real) / (len(places) if params.count_include_pad else len(real))
    return found


def pads_with_zeros(params):
    return params.operation != "convolution" or params.padding_mode == "zeros"


def spread_by_loops(params, image, weight, bias):
    """A transposed convolution: every input number writes the kernel, times itself, onto the output."""
    kernel, (sy, sx), (dy, dx) = weight.shape[2:], steps(params, "stride"), steps(params, "dilation")
    extra = (0 if params.dimensions == 1 else params.output_padding), params.output_padding
    height = (image.shape[1] - 1) * sy + dy * (kernel[0] - 1) + 1 + extra[0]
    width = (image.shape[2] - 1) * sx + dx * (kernel[1] - 1) + 1 + extra[1]
    outs, each = params.out_channels, params.out_channels // params.groups
    found = np.zeros((outs, height, width))
    for c, y, x in np.ndindex(image.shape):
        group = c // (image.shape[0] // params.groups)
        for o, a, b in itertools.product(range(each), range(kernel[0]), range(kernel[1])):
            found[group * each + o, y * sy + a * dy, x * sx + b * dx] += image[c, y, x] * float(weight[c, o, a, b])
    (top, bottom), (left, right) = amounts(params, kernel)
    found = found + np.asarray(bias, float)[:, None, None]
    return found[:, top : height - bottom, left : width - right]


def numbers(low, high):
    return st.integers(low, high)


@st.composite
def settings(draw, operations=("convolution", "transposed", "max-pool", "average-pool")):
    """Values of every option together, many of which PyTorch refuses."""
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    rows = draw(st.sampled_from(["1 2", "1 0 -1; 2 0 -2", "0.5 -1; 2 3; 1 1", "1 2; 3 4 | 0 1; 1 0 | -1 2; 2 2"]))
    return {
        "operation": draw(st.sampled_from(operations)),
        "dimensions": draw(st.sampled_from([2, 2, 1])),
        "image": draw(st.sampled_from(["digit", "noise", "checkerboard", "edge", "ramp", "constant"])),
        "height": draw(numbers(1, 9)),
        "width": draw(numbers(1, 9)),
        "in_channels": groups * draw(numbers(1, 2)),
        "out_channels": groups * draw(numbers(1, 2)),
        "groups": groups,
        "kernel": draw(st.sampled_from(["random", "learned", "sobel-x", "gaussian", "emboss", "custom"])),
        "kernel_values": rows,
        "kernel_height": draw(numbers(1, 4)),
        "kernel_width": draw(numbers(1, 4)),
        "stride_y": draw(numbers(1, 3)),
        "stride_x": draw(numbers(1, 3)),
        "padding": draw(st.sampled_from(["valid", "same", "full", "custom"])),
        "padding_y": draw(numbers(0, 3)),
        "padding_x": draw(numbers(0, 3)),
        "padding_mode": draw(st.sampled_from(list(PAD_MODES))),
        "dilation_y": draw(numbers(1, 2)),
        "dilation_x": draw(numbers(1, 2)),
        "output_padding": draw(st.sampled_from([0, 0, 1, 2])),
        "causal": draw(st.booleans()),
        "flip": draw(st.booleans()),
        "bias": draw(st.sampled_from([0.0, 1.5, -3.0])),
        "windows": draw(st.sampled_from(["fixed", "fixed", "fixed", "adaptive", "global"])),
        "output_height": draw(numbers(1, 6)),
        "output_width": draw(numbers(1, 6)),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.sampled_from([True, True, False])),
    }


def params_of(given):
    return Params(**given)
