"""What is said: kernels by name, text that reads back, sizes, and PyTorch lines that run."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.commands.running import frame_of
from explainer.plots.base.cell_text import cell_texts, short
from explainer.scenes.convolution import Params
from explainer.scenes.convolution.kernels import kernels, read_kernels, resized, write_kernels
from explainer.scenes.convolution.moment import moment_of
from explainer.scenes.convolution.words import both_sizes, cell_line, sum_words, torch_line
from explainer.window.controls.control_set import ControlSet
from tests.scenes.convolution import reference

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("identity", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        ("box", np.full((3, 3), 1 / 9)),
        ("gaussian", np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16),
        ("sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        ("sobel-x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        ("sobel-y", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
        ("laplacian", [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        ("emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    ],
)
def test_kernels_of_three_by_three_are_the_well_known_ones(name, expected):
    np.testing.assert_allclose(kernels(name, 3, 3)[0], expected, rtol=1e-6)


def test_sobel_of_five_is_the_smoothed_one():
    row, column = np.array([-1, -2, 0, 2, 1]), np.array([1, 4, 6, 4, 1])
    assert (kernels("sobel-x", 5, 5)[0] == np.outer(column, row)).all()


def test_learned_kernels_of_another_size_are_stretched():
    found = kernels("learned", 5, 3)
    assert found.shape == (8, 5, 3)
    assert kernels("learned", 3, 3)[0, 0].tolist() == pytest.approx([0.01, 1.03, -0.87])
    assert (resized(found[0], 5, 3) == found[0]).all()


@given(hnp.arrays(np.float32, SHAPES, elements=st.floats(-1e6, 1e6, width=32)))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_kernels_written_down_read_back_as_the_same_float32(array):
    assert np.array_equal(read_kernels(write_kernels(array)), array)


@pytest.mark.parametrize(
    "words", ["", " ; ", "1 2; 3", "1 2 | 3", "a b", "1e9", "nan", "inf", "1;" * 12, "1 " * 12, "1|" * 65]
)
def test_text_that_is_no_kernel_is_refused_in_words(words):
    with pytest.raises(Refused) as refused:
        read_kernels(words)
    assert "give" in str(refused.value)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(reference.settings())
def test_the_pytorch_line_that_is_shown_computes_what_is_shown(given):
    try:
        run = Run("convolution", seed=1, **given)
    except Refused:
        assume(False)
    moment = moment_of(frame_of(run, run.arrays("*")))
    arrays = {name: torch.from_numpy(np.array(run.arrays(name)[name])) for name in ("input", "weight", "bias")}
    if given["dimensions"] == 1:
        arrays |= {"input": arrays["input"][:, 0], "weight": arrays["weight"][:, :, 0]}
    found = eval(torch_line(moment), {"F": F, "torch": torch, **arrays})
    shown = moment.result[:, 0] if given["dimensions"] == 1 else moment.result
    np.testing.assert_allclose(found.numpy(), shown, rtol=1e-3, atol=1e-2)
    place = moment.plan.place(moment.plan.cells // 2)
    one = eval(cell_line(moment, place), {"F": F, "torch": torch, **arrays})
    np.testing.assert_allclose(float(one), moment.value(place), rtol=1e-3, atol=1e-2)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(reference.settings())
def test_the_arithmetic_of_a_cell_adds_up_to_pytorchs_number(given):
    try:
        run = Run("convolution", seed=1, **given)
    except Refused:
        assume(False)
    moment = moment_of(frame_of(run, run.arrays("*")))
    for number in {0, moment.plan.cells // 2, moment.plan.cells - 1}:
        place = moment.plan.place(number)
        if moment.plan.operation == "max-pool":
            found = moment.patch(place, place[0]).max()
        else:
            bias = float(moment.bias[place[0]]) if moment.bias.size else 0.0
            found = sum(total for _, total in moment.sums(place)) + bias
        np.testing.assert_allclose(found, moment.value(place), rtol=1e-3, atol=1e-2)


def test_the_size_arithmetic_is_written_with_its_numbers():
    moment = moment_of(frame_of(run := Run("convolution", stride_y=2, stride_x=2), run.arrays("*")))
    assert both_sizes(moment) == "⌊(8 + 0 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3"
    moment = moment_of(frame_of(run := Run("transposed-convolution", output_padding=1), run.arrays("*")))
    assert both_sizes(moment) == "(4 − 1)·2 − 0 + 1·(3 − 1) + 1 + 1 = 10"


def test_pooling_says_what_it_takes():
    moment = moment_of(frame_of(run := Run("pooling"), run.arrays("*")))
    assert sum_words(moment, (0, 0, 1)) == "max(5, 13, 13, 15) = 15"
    moment = moment_of(frame_of(run := Run("pooling", operation="average-pool"), run.arrays("*")))
    assert sum_words(moment, (0, 0, 1)) == "(5 + 13 + 13 + 15) / 4 = 11.5"


def test_numbers_in_cells_are_short_and_alike():
    assert cell_texts([46.0, -17.0], 40, 8) == ["46", "−17"]
    assert cell_texts([0.5, -1.25], 60, 8) == ["0.50", "−1.25"]
    assert cell_texts([0.5, -1.25], 26, 8) == ["", ""]
    assert cell_texts([1.23456], 60, 8) == ["1.235"]
    assert short(-0.0001, 2) == "0.00"
    assert short(123456.0, 0) == "123k"
    assert short(float("-inf"), 0) == "−∞"


@pytest.fixture
def controls(qapp):
    return ControlSet(Params.declarations, verify=lambda values: Params(**values).verify())


def test_no_slider_reaches_what_pytorch_refuses(qtbot, controls):
    shown = {name: controls.control(name) for name in ("stride_y", "kernel_height", "groups", "padding")}
    for control in shown.values():
        qtbot.addWidget(control)
    controls.set_values({"padding": "same"})
    shown["stride_y"].groove.setValue(shown["stride_y"].groove.maximum())
    assert shown["stride_y"].value() == 1
    controls.set_values({"padding": "valid"})
    shown["kernel_height"].groove.setValue(shown["kernel_height"].groove.maximum())
    assert shown["kernel_height"].value() == 8
    controls.set_values({"in_channels": 6, "out_channels": 6})
    reached = []
    for _ in range(4):
        shown["groups"].groove.go(1, 1)
        reached.append(shown["groups"].value())
    assert reached == [2, 3, 6, 6]


def test_same_padding_is_greyed_at_a_stride_and_says_why(qtbot, controls):
    padding = controls.control("padding")
    qtbot.addWidget(padding)
    controls.set_values({"stride_y": 2})
    item = padding.box.model().item(list(Params.declaration("padding").options).index("same"))
    assert not item.isEnabled()
    assert "stride ≤ 1" in item.toolTip()
