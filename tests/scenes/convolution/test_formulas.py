"""The formulas, read as they are written and worked out with the run's numbers, against autograd in every mode."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from explainer import Refused, Run
from explainer.export.of_run import frame_of
from explainer.scenes.convolution import formulas
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.moment import moment_of
from tests.scenes.convolution import reference

MODES = {
    "plain": {},
    "flipped": {"flip": True, "bias": 2.0},
    "strided and dilated": {"stride_y": 2, "dilation_x": 2, "padding": "custom", "padding_y": 2},
    "padded by reflection": {"padding": "same", "padding_mode": "reflect", "kernel": "emboss"},
    "padded round": {"padding": "full", "padding_mode": "circular", "flip": True},
    "in groups": {
        "in_channels": 4,
        "out_channels": 2,
        "groups": 2,
        "kernel": "random",
        "channel_in": 3,
        "channel_out": 1,
    },
    "along one direction": {"dimensions": 1, "image": "noise", "width": 9, "causal": True},
    "an even kernel": {"kernel": "learned", "kernel_height": 2, "kernel_width": 4, "padding": "same"},
    "transposed": {"operation": "transposed", "stride_y": 2, "stride_x": 3, "height": 4, "width": 3},
    "transposed and flipped": {"operation": "transposed", "flip": True, "padding": "custom", "bias": 1.0, "height": 4},
    "transposed in groups": {
        "operation": "transposed",
        "in_channels": 4,
        "out_channels": 4,
        "groups": 2,
        "kernel": "random",
        "height": 4,
        "width": 4,
        "channel_in": 2,
        "channel_out": 3,
        "output_padding": 1,
        "stride_y": 2,
        "stride_x": 2,
    },
    "maximum": {"operation": "max-pool", "kernel_height": 2, "kernel_width": 2, "stride_y": 2, "stride_x": 2},
    "maximum with ties": {"operation": "max-pool", "image": "checkerboard"},
    "mean": {"operation": "average-pool", "stride_x": 2, "padding": "custom"},
    "mean of the image alone": {
        "operation": "average-pool",
        "padding": "custom",
        "count_include_pad": False,
        "ceil_mode": True,
        "stride_y": 2,
    },
    "adaptive maximum": {"operation": "max-pool", "windows": "adaptive", "output_width": 5},
    "global mean": {"operation": "average-pool", "windows": "global"},
}
UPSTREAM = {"upstream": "custom", "upstream_values": "1 2 0; 0 -1 3; 2 2 2"}


def frame_for(**given):
    run = Run("convolution", **{**UPSTREAM, **given})
    return frame_of(run, run.arrays("*"))


def index(latex, symbol):
    """The first index of a symbol, as Python."""
    found = re.search(rf"(?<![A-Za-z]){symbol}_{{([^{{}}]*)}}", latex)
    words = found.group(1).replace(r"\,", "")
    return re.sub(r"([sd]_[yx]) ([ij ab])", r"\1*\2", words)


def names_of(moment):
    y, x = moment.plan.y, moment.plan.x
    both = {"y": y, "x": x}
    return {
        f"{letter}_{name}": getattr(axis, field)
        for name, axis in both.items()
        for letter, field in (("s", "stride"), ("d", "dilation"), ("p", "before"), ("k", "kernel"))
    }


def terms(moment, weight_index, input_index, output_index):
    """Every product of the sums: indices of weight, input and output, worked out from what is written."""
    plan, flat = moment.plan, moment.params.dimensions == 1
    transposed = plan.operation == "transposed"
    size_in, size_out = (plan.y.size, plan.x.size), (plan.y.out, plan.x.out)
    rows, columns = size_in if transposed else size_out
    outs, ins = plan.out_channels // plan.groups, plan.in_channels // plan.groups
    taps = (range(plan.y.kernel), range(plan.x.kernel))
    compiled = [compile(f"({each},)", "index", "eval") for each in (weight_index, input_index, output_index)]
    for group, o, c, i, j, a, b in itertools.product(
        range(plan.groups), range(outs), range(ins), range(rows), range(columns), *taps
    ):
        known = {**names_of(moment), "o_0": group * outs, "c_0": group * ins, "i": i, "j": j, "a": a, "b": b}
        known |= {"o": group * outs + o, "c": group * ins + c}
        found = [eval(each, known) for each in compiled]
        yield [
            (each[0], each[1], 0, each[2]) if flat and n == 0 else (each[0], 0, each[1]) if flat else each
            for n, each in enumerate(found)
        ]


def padded_value(moment, place):
    channel, y, x = place
    row, column = moment.plan.y.source(y), moment.plan.x.source(x)
    inside = row >= 0 and column >= 0
    return (float(moment.input[channel, row, column]) if inside else 0.0), (channel, row, column) if inside else None


def within(place, shape):
    return all(0 <= at < size for at, size in zip(place, shape, strict=True))


WITH_WEIGHTS = [name for name, given in MODES.items() if not given.get("operation", "").endswith("pool")]


@pytest.mark.parametrize("mode", WITH_WEIGHTS)
def test_the_formulas_as_they_are_written_give_output_and_gradients(mode):
    frame = frame_for(**MODES[mode])
    moment, arrays = moment_of(frame), frame.arrays
    latex = formulas.of_weight(frame)
    weight_index, input_index, output_index = (index(latex, name) for name in ("w", "x", "g"))
    for written in (formulas.of_input(frame), formulas.one_cell(frame)):
        assert index(written, "w") == weight_index
    grad_weight, grad_input, result = (np.zeros(arrays[name].shape) for name in ("weight", "input", "result"))
    for w, x, y in terms(moment, weight_index, input_index, output_index):
        if not within(y, result.shape):
            continue
        value, source = padded_value(moment, x) if moment.plan.operation != "transposed" else (arrays["input"][x], x)
        grad_weight[w] += arrays["upstream"][y] * value
        result[y] += arrays["weight"][w] * value
        if source is not None:
            grad_input[source] += arrays["upstream"][y] * arrays["weight"][w]
    result += arrays["bias"][:, None, None]
    for name, found in (("grad_weight", grad_weight), ("grad_input", grad_input), ("result", result)):
        np.testing.assert_allclose(found, arrays[name], rtol=1e-3, atol=1e-3, err_msg=name)


@pytest.mark.parametrize("mode", [name for name in MODES if name not in WITH_WEIGHTS])
def test_what_is_written_of_pooling_gives_its_gradient(mode):
    frame = frame_for(**MODES[mode])
    params, arrays, latex = frame.params, frame.arrays, formulas.of_input(frame)
    maximum = params.operation == "max-pool"
    assert ("first" in latex, r"\frac{g_{c,i,j}}{n_{i,j}}" in latex) == (maximum, not maximum)
    assert formulas.of_weight(frame) == ""
    image = arrays["input"]
    rows, columns = reference.windows_of(params, image.shape[1:], (params.kernel_height, params.kernel_width))
    found = np.zeros(image.shape)
    for (i, ys), (j, xs) in itertools.product(enumerate(rows), enumerate(columns)):
        real = [(y, x) for y, x in itertools.product(ys, xs) if within((y, x), image.shape[1:])]
        moment = moment_of(frame)
        if maximum:
            found[(0, *max(real, key=lambda place: image[(0, *place)]))] += arrays["upstream"][0, i, j]
        else:
            for place in real:
                found[(0, *place)] += arrays["upstream"][0, i, j] / moment.plan.counted(i, j)
    np.testing.assert_allclose(found, arrays["grad_input"], rtol=1e-4, atol=1e-4)


def worked_out(latex):
    """Both sides of the last equals sign of a line of numbers."""
    words = re.sub(r"\\;\(\\text\{[^}]*\}\)", "", latex)
    words = words.replace(r"\cdot", "*").replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\max", "max")
    words = re.sub(r"\\frac\{1\}\{(\d+)\}", r"1 / \1 *", words)
    *_, sum_of, result = words.split("=")
    return eval(sum_of), float(result)


@pytest.mark.parametrize("mode", MODES)
def test_the_numbers_below_add_up_and_are_autograds(mode):
    frame = frame_for(**MODES[mode])
    moment, arrays = moment_of(frame), frame.arrays
    channel = moment.channel_in
    expected = {
        formulas.cell_numbers: moment.value(moment.here),
        formulas.input_numbers: float(
            arrays["grad_input"][channel].flat[np.abs(arrays["grad_input"][channel]).argmax()]
        ),
    }
    if not moment.plan.pools:
        local = {"transposed": (channel, moment.channel_out % (moment.plan.out_channels // moment.plan.groups))}
        place = local.get(moment.plan.operation, (moment.channel_out, moment.local(moment.channel_out, channel)))
        expected[formulas.weight_numbers] = float(arrays["grad_weight"][(*place, 0, 0)])
    for numbers, value in expected.items():
        added, shown = worked_out(numbers(frame))
        assert shown == pytest.approx(value, abs=1e-4)
        assert added == pytest.approx(shown, abs=0.01)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(reference.settings())
def test_the_size_is_worked_out_with_its_numbers(given):
    try:
        frame = frame_for(**given)
    except Refused:
        assume(False)
    moment = moment_of(frame)
    for line in formulas.size_numbers(frame).split(r"\\"):
        if r"\frac" not in line:
            continue
        top, stride, rest, said = re.search(r"\\frac\{(.*?)\}\{(\d+)\}.*?\+ 1( - 1)? = (\d+)", line).groups()
        exact = eval(top.replace(r"\cdot", "*")) / int(stride)
        rounded = np.ceil(exact) if "lceil" in line else np.floor(exact)
        assert rounded + 1 - bool(rest) == int(said)
        assert int(said) in (moment.plan.y.out, moment.plan.x.out)


def test_the_field_is_that_of_both_directions():
    frame = frame_for(kernel_height=5, layers=2)
    assert formulas.field_numbers(frame) == r"r_y = 1 \to 5, \quad r_x = 1 \to 3", "a second layer does not fit"
    assert formulas.field(frame_for(operation="transposed", height=4)) == ""


def test_a_window_of_an_adaptive_pooling_is_as_it_is_written():
    for size, parts in itertools.product(range(1, 9), range(1, 9)):
        axis = Axis(size, 1, parts=parts)
        for i in range(parts):
            places = [at for _, at in axis.taps(i)]
            assert (places[0], places[-1]) == (i * size // parts, int(np.ceil((i + 1) * size / parts)) - 1)
