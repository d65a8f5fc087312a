"""Every option together, against plain loops and against torch.nn.functional."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from tests.scenes.convolution import reference

MANY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def run_or_none(given):
    try:
        return Run("convolution", seed=1, **given)
    except Refused:
        return None


def by_torch(params, image, weight, bias):
    """The same by PyTorch's own padding arguments; raises what PyTorch raises."""
    image, weight, bias = (torch.from_numpy(np.array(array)) for array in (image, weight, bias))
    flat, taps = params.dimensions == 1, weight.shape[2:]
    weight = weight.flip(-2, -1) if params.flip else weight
    stride, dilation = reference.steps(params, "stride"), reference.steps(params, "dilation")
    if params.operation == "transposed":
        (top, bottom), (left, right) = reference.amounts(params, taps)
        extra = (0 if flat else params.output_padding, params.output_padding)
        # one-sided cutting and one row are not PyTorch's: cut by hand then
        padding = (min(top, bottom), min(left, right))
        found = F.conv_transpose2d(image[None], weight, bias, stride, padding, extra, params.groups, dilation)[0]
        return found[:, : found.shape[1] - (bottom - top), : found.shape[2] - (right - left)]
    (top, bottom), (left, right) = reference.amounts(params, taps)
    if params.operation == "convolution":
        causal = flat and params.causal
        if params.padding == "same" and params.padding_mode == "zeros" and not causal and not flat:
            return F.conv2d(image[None], weight, bias, stride, "same", dilation, params.groups)[0]
        if params.padding == "same" and not causal and max(stride) > 1:
            raise RuntimeError("padding='same' is not supported for strided convolutions")
        mode = "constant" if params.padding_mode == "zeros" else params.padding_mode
        image = F.pad(image[None], (left, right, top, bottom), mode=mode)
        return F.conv2d(image, weight, bias, stride, 0, dilation, params.groups)[0]
    return pooled_by_torch(params, image, taps)


def pooled_by_torch(params, image, taps):
    """Pooling by PyTorch's own arguments; what it cannot pad itself is padded beforehand."""
    maximum = params.operation == "max-pool"
    wanted = {"adaptive": (1 if params.dimensions == 1 else params.output_height, params.output_width), "global": 1}
    if params.windows in wanted:
        adaptive = F.adaptive_max_pool2d if maximum else F.adaptive_avg_pool2d
        return adaptive(image[None], wanted[params.windows])[0]
    stride, dilation = reference.steps(params, "stride"), reference.steps(params, "dilation")
    (top, bottom), (left, right) = pads = reference.amounts(params, taps)
    own = all(a == b <= size // 2 for (a, b), size in zip(pads, taps, strict=True))
    padding = (top, left)
    if params.padding == "same" and not own:
        if not maximum and not params.count_include_pad:
            raise RuntimeError("what is padded beforehand always counts")
        image, padding = F.pad(image, (left, right, top, bottom), value=-torch.inf if maximum else 0.0), 0
    if maximum:
        return F.max_pool2d(image[None], taps, stride, padding, dilation, params.ceil_mode)[0]
    return F.avg_pool2d(image[None], taps, stride, padding, params.ceil_mode, params.count_include_pad)[0]


@MANY
@given(reference.settings())
def test_the_complete_output_is_that_of_plain_loops(given):
    run = run_or_none(given)
    assume(run is not None)
    arrays = run.arrays("input", "weight", "bias", "result")
    expected = reference.by_loops(run.params, arrays["input"], arrays["weight"], arrays["bias"])
    assert arrays["result"].shape == expected.shape
    np.testing.assert_allclose(arrays["result"], expected, rtol=1e-4, atol=1e-3)


@MANY
@given(reference.settings())
def test_a_step_computes_one_cell_in_reading_order(given):
    run = run_or_none(given)
    assume(run is not None)
    result = run.arrays("result")["result"]
    assume(np.isfinite(result).all())
    steps = min(result.size, 7)
    run.step(steps)
    order = list(np.ndindex(result.shape))[:steps]
    metrics = run.metrics
    assert list(zip(metrics["channel"], metrics["row"], metrics["column"], strict=True)) == order
    np.testing.assert_allclose(metrics["value"], [result[cell] for cell in order], rtol=1e-4, atol=1e-3)
    output = run.arrays("output")["output"]
    assert [tuple(cell) for cell in np.argwhere(~np.isnan(output))] == order
    assert run.finished == (steps == result.size)


@MANY
@given(reference.settings())
def test_what_pytorch_accepts_is_accepted_and_what_it_refuses_is_refused(given):
    params = reference.params_of(given)
    shown = {name: given[name] for name in ("image", "height", "width", "in_channels", "dimensions")}
    loose = Run("convolution", **shown, kernel="identity", kernel_height=1, kernel_width=1)
    image = loose.arrays("input")["input"]
    rows, columns = size_of(params)
    channels = (image.shape[0], params.out_channels // params.groups)
    shape = channels if params.operation == "transposed" else (params.out_channels, image.shape[0] // params.groups)
    weight, bias = np.ones((*shape, rows, columns), np.float32), np.ones(params.out_channels, np.float32)
    try:
        expected = by_torch(params, image, weight, bias)
        accepted = expected.numel() > 0
    except (RuntimeError, ValueError):
        accepted = False
    run = run_or_none(given)
    assert (run is not None) == accepted
    if run is not None:
        assert run.arrays("result")["result"].shape == tuple(expected.shape)


def size_of(params):
    rows, columns = params.kernel_height, params.kernel_width
    if params.kernel == "custom" and not params.operation.endswith("pool"):
        first = params.kernel_values.split("|")[0].split(";")
        rows, columns = len(first), len(first[0].split())
    return (1 if params.dimensions == 1 else rows), columns


@MANY
@given(reference.settings())
def test_it_is_torchs_own_result_and_the_gradients_are_autograds(given):
    run = run_or_none(given)
    assume(run is not None)
    arrays = run.arrays("input", "weight", "bias", "result", "upstream", "grad_input", "grad_weight", "grad_bias")
    if run.params.operation.endswith("pool"):
        rows, columns = size_of(run.params)
        arrays["weight"] = np.zeros((1, 1, rows, columns), np.float32)
    leaves = {name: torch.tensor(arrays[name], requires_grad=True) for name in ("input", "weight", "bias")}
    found = by_torch_with_leaves(run.params, leaves)
    np.testing.assert_allclose(found.detach(), arrays["result"], rtol=1e-4, atol=1e-3)
    (found * torch.tensor(arrays["upstream"])).sum().backward()
    for name, leaf in leaves.items():
        if leaf.grad is not None and not (name != "input" and run.params.operation.endswith("pool")):
            np.testing.assert_allclose(arrays[f"grad_{name}"], leaf.grad, rtol=1e-3, atol=1e-2)


def by_torch_with_leaves(params, leaves):
    """The operation by PyTorch's own arguments where it has them, on tensors that want gradients."""
    image, weight, bias = leaves["input"][None], leaves["weight"], leaves["bias"]
    (top, bottom), (left, right) = reference.amounts(params, weight.shape[2:])
    taps, stride, dilation = (
        tuple(weight.shape[2:]),
        reference.steps(params, "stride"),
        reference.steps(params, "dilation"),
    )
    weight = weight.flip(-2, -1) if params.flip else weight
    match params.operation:
        case "convolution":
            mode = "constant" if params.padding_mode == "zeros" else params.padding_mode
            image = F.pad(image, (left, right, top, bottom), mode=mode)
            return F.conv2d(image, weight, bias, stride, 0, dilation, params.groups)[0]
        case "transposed":
            extra = (0 if params.dimensions == 1 else params.output_padding, params.output_padding)
            padding = (min(top, bottom), min(left, right))
            found = F.conv_transpose2d(image, weight, bias, stride, padding, extra, params.groups, dilation)[0]
            return found[:, : found.shape[1] - (bottom - top), : found.shape[2] - (right - left)]
    return pooled_by_torch(params, image[0], taps)


@MANY
@given(reference.settings(operations=("convolution", "transposed", "average-pool")))
def test_the_matrix_times_the_flattened_input_is_the_output(given):
    run = run_or_none(given)
    assume(run is not None)
    arrays = run.arrays("input", "bias", "result", "matrix", "round_trip", "gram")
    bias = np.repeat(arrays["bias"], arrays["result"][0].size) if arrays["bias"].size else 0
    product = arrays["matrix"] @ arrays["input"].reshape(-1)
    np.testing.assert_allclose(product + bias, arrays["result"].reshape(-1), rtol=1e-3, atol=1e-2)
    back = arrays["matrix"].T @ product
    np.testing.assert_allclose(back, arrays["round_trip"].reshape(-1), rtol=1e-3, atol=0.1)
    np.testing.assert_allclose(arrays["gram"], arrays["matrix"].T @ arrays["matrix"], rtol=1e-3, atol=1e-2)


def test_the_matrix_of_max_pooling_takes_one_input_per_cell():
    run = Run("pooling")
    matrix = run.arrays("matrix", "input", "result")
    assert (matrix["matrix"].sum(1) == 1).all()
    assert set(np.unique(matrix["matrix"])) == {0, 1}
    assert (matrix["matrix"] @ matrix["input"].reshape(-1) == matrix["result"].reshape(-1)).all()


def test_the_transposed_matrix_is_the_transpose_of_the_convolutions():
    forward = Run("convolution", stride_y=2, stride_x=2, height=9, width=9, kernel="emboss")
    back = Run(
        "convolution", operation="transposed", image="noise", stride_y=2, stride_x=2, height=4, width=4, kernel="emboss"
    )
    matrix = forward.arrays("matrix")["matrix"]
    assert (back.arrays("matrix")["matrix"] == matrix.T).all()
    assert not np.allclose(matrix.T @ matrix, np.eye(81))


def test_the_first_cell_of_the_first_digit_under_sobel_x_is_46():
    run = Run("convolution")
    run.step()
    assert run.metrics["value"][0] == 46
    assert run.arrays("result")["result"].shape == (1, 6, 6)


def test_a_box_sees_the_padding_at_the_border():
    result = Run("convolution", image="constant", kernel="box", padding="same").arrays("result")["result"][0]
    np.testing.assert_allclose([result[0, 0], result[0, 3], result[3, 3]], [4, 6, 9], rtol=1e-6)


@pytest.mark.parametrize(
    ("given", "inequality"),
    [
        ({"padding": "same", "stride_y": 2}, "stride ≤ 1"),
        ({"padding": "custom", "padding_y": 9, "padding_mode": "reflect"}, "padding_y = 9 ≤ 7 fails"),
        ({"kernel_height": 5, "dilation_y": 2}, "9 ≤ 8"),
        ({"in_channels": 4, "out_channels": 4, "groups": 3}, "no multiple"),
        ({"operation": "max-pool", "padding": "custom", "padding_y": 2}, "kernel_size / 2 = 1 fails"),
        ({"operation": "transposed", "output_padding": 1}, "output_padding < max(stride_y, dilation_y) = 1 fails"),
        ({"operation": "transposed", "padding": "custom", "padding_y": 8, "padding_x": 0}, "≥ 1 fails"),
        ({"kernel": "custom", "kernel_values": "1 2; 3"}, "rows"),
        ({"operation": "transposed", "image": "china", "own_size": True, "stride_y": 8, "stride_x": 8}, "≤ 4194304"),
        ({"image": "file", "path": "/nowhere.png"}, "No such file"),
    ],
)
def test_what_is_refused_names_the_inequality_that_fails(given, inequality):
    with pytest.raises(Refused, match=r".") as refused:
        Run("convolution", **given)
    assert inequality in str(refused.value)


def test_a_live_change_that_is_refused_changes_nothing():
    run = Run("convolution", padding="same")
    run.step(3)
    before = run.arrays("result")["result"]
    with pytest.raises(Refused):
        run.set(stride_y=2)
    assert run.params.stride_y == 1
    assert (run.arrays("result")["result"] == before).all()


def test_a_maximum_of_nothing_but_padding_is_minus_infinity_as_in_pytorch_and_ends_the_run():
    run = Run("pooling", height=1, width=1, padding="custom", padding_y=1, padding_x=1, dilation_x=2)
    run.step(2)
    assert run.arrays("result")["result"][0, 0, 0] == -np.inf
    assert run.stopped
    assert "padding" in run.stopped.cause


def test_all_cells_at_once_is_one_step():
    run = Run("convolution", at_once=True)
    run.step()
    assert run.finished
    arrays = run.arrays("result", "output")
    assert (arrays["output"] == arrays["result"]).all()
    assert run.metrics["value"][0] == arrays["result"][0, -1, -1]


def test_the_shift_of_the_image_shifts_the_output_where_the_padding_goes_round():
    run = Run("convolution", padding="same", padding_mode="circular", shift_y=2, shift_x=-1)
    arrays = run.arrays("result", "shifted_result")
    assert (arrays["shifted_result"] == np.roll(arrays["result"], (2, -1), (1, 2))).all()
    strided = Run("convolution", stride_y=2, stride_x=2, padding="custom", padding_mode="circular", shift_x=1)
    arrays = strided.arrays("result", "shifted_result")
    assert not any(np.allclose(arrays["shifted_result"], np.roll(arrays["result"], by, 2)) for by in range(4))


@MANY
@given(reference.settings())
def test_what_else_is_drawn_follows_from_the_operation(given):
    run = run_or_none({**given, "shift_y": 1, "shift_x": -2})
    assume(run is not None)
    arrays = run.arrays("*")
    assume(np.isfinite(arrays["result"]).all())
    assert (arrays["shifted_input"] == np.roll(arrays["input"], (1, -2), (1, 2))).all()
    moved = reference.by_loops(run.params, arrays["shifted_input"], arrays["weight"], arrays["bias"])
    np.testing.assert_allclose(arrays["shifted_result"], moved, rtol=1e-4, atol=1e-3)
    params = run.params
    pools = params.operation.endswith("pool")
    if params.operation != "transposed" and not (pools and (params.ceil_mode or params.windows != "fixed")):
        stride = reference.steps(run.params, "stride")
        kept = arrays["stride_one"][:, :: stride[0], :: stride[1]]
        np.testing.assert_allclose(kept, arrays["result"], rtol=1e-4, atol=1e-3)
    if min(arrays["result"].shape[1:]) > 1:
        assert (arrays["pooled"] == F.max_pool2d(torch.tensor(arrays["result"]), 2).numpy()).all()


def test_the_window_lists_the_inputs_of_the_last_computed_cell():
    run = Run("convolution", padding="same", stride_y=1)
    run.step(1)
    assert run.arrays("window")["window"][0].tolist() == [-1, -1]
    run.step(9)
    rows, columns = run.metrics["row"][-1], run.metrics["column"][-1]
    expected = [[rows - 1 + a, columns - 1 + b] for a in range(3) for b in range(3)]
    assert run.arrays("window")["window"].tolist() == expected


@pytest.mark.parametrize(
    ("scene", "given", "row", "column"),
    [
        ("transposed-convolution", {}, 2, 2),
        ("pooling", {}, 0, 1),
        ("convolution", {}, 0, 0),
        ("convolution", {"padding": "same"}, 1, 1),
        ("pooling", {"image": "constant"}, 0, 0),
    ],
)
def test_at_first_the_cell_is_shown_where_most_numbers_meet_and_differ(scene, given, row, column):
    run = Run(scene, **given)
    rows, columns = run.execution.experiment.plan.y.taps(row), run.execution.experiment.plan.x.taps(column)
    assert run.arrays("window")["window"].tolist() == [[y, x] for _, y in rows for _, x in columns]


def test_every_image_has_whole_numbers_and_each_channel_its_own():
    for image in ("digit", "noise", "checkerboard", "edge", "ramp", "china", "flower"):
        found = Run("convolution", image=image, in_channels=3, height=12, width=10).arrays("input")["input"]
        assert found.shape == (3, 12, 10)
        assert (found == found.round()).all()
        assert not (found[0] == found[1]).all()
