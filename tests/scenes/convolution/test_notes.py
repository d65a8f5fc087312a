"""What is said of the operation: where it must be said, where it must not, and judged over random settings."""

import re

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.export.of_run import frame_of
from explainer.scenes.convolution.cards.equivariance import moved, verdict
from explainer.scenes.convolution.cards.matrix import matrix_kind
from explainer.scenes.convolution.cards.receptive import seen, stack_of
from explainer.scenes.convolution.moment import moment_of
from explainer.scenes.convolution.notes import notes
from explainer.scenes.convolution.unread import caption
from explainer.scenes.convolution.words import kernel_caption, sum_words
from tests.scenes.convolution import reference

FLOOR, LONG, STEPS = "no multiple of the stride", "longer than the window", "steps over them"
BEHIND, AHEAD, ALONE, ZERO, CUT = "begin behind", "Not causal", "nothing but padding", "nothing but zeros", "cut off"
ALL = (FLOOR, LONG, STEPS, BEHIND, AHEAD, ALONE, ZERO, CUT)
SIGNAL = {"dimensions": 1, "image": "noise", "width": 8, "causal": True, "kernel": "box"}


def moment_for(scene="convolution", **given):
    run = Run(scene, **given)
    frame = frame_of(run, run.arrays("*"))
    return moment_of(frame), frame


def said(scene="convolution", **given):
    return [note.text for note in notes(moment_for(scene, **given)[1])]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, set()),
        ({"stride_y": 2, "stride_x": 2}, {FLOOR}),
        ({"stride_y": 2, "stride_x": 2, "padding": "custom"}, set()),
        (
            {"height": 9, "width": 9, "stride_y": 5, "stride_x": 5, "padding": "custom", "padding_mode": "circular"},
            {LONG},
        ),
        (
            {
                "height": 9,
                "width": 9,
                "stride_y": 7,
                "stride_x": 7,
                "kernel": "box",
                "kernel_height": 2,
                "kernel_width": 2,
            },
            {LONG},
        ),
        (
            {
                "kernel": "box",
                "kernel_height": 1,
                "kernel_width": 1,
                "stride_y": 5,
                "stride_x": 5,
                "height": 12,
                "width": 12,
            },
            {LONG, FLOOR},
        ),
        (
            {
                "kernel": "box",
                "kernel_height": 2,
                "kernel_width": 2,
                "dilation_y": 2,
                "dilation_x": 2,
                "stride_y": 2,
                "stride_x": 2,
                "height": 9,
                "width": 9,
            },
            {STEPS},
        ),
        (SIGNAL, set()),
        ({**SIGNAL, "padding_mode": "replicate"}, set()),
        ({**SIGNAL, "padding_mode": "reflect"}, {AHEAD}),
        ({**SIGNAL, "padding_mode": "circular"}, {AHEAD}),
        ({**SIGNAL, "padding_mode": "circular", "causal": False}, set()),
        ({"kernel_width": 1}, {ZERO}),
        ({"kernel": "custom", "kernel_values": "0 0; 0 0"}, set()),
        (
            {
                "operation": "max-pool",
                "height": 1,
                "width": 1,
                "padding": "custom",
                "dilation_x": 2,
                "kernel_height": 2,
                "kernel_width": 2,
            },
            {ALONE, STEPS},
        ),
        (
            {
                "operation": "average-pool",
                "height": 1,
                "width": 1,
                "padding": "custom",
                "kernel_height": 2,
                "kernel_width": 2,
            },
            set(),
        ),
        ({"operation": "max-pool", "stride_y": 2, "stride_x": 2, "ceil_mode": True}, set()),
        ({"operation": "max-pool", "windows": "adaptive"}, set()),
        (
            {
                "operation": "max-pool",
                "stride_y": 3,
                "stride_x": 3,
                "kernel_height": 2,
                "kernel_width": 2,
                "padding": "custom",
                "ceil_mode": True,
            },
            {BEHIND, LONG},
        ),
        ({"operation": "transposed", "height": 5, "width": 5, "padding": "custom"}, set()),
        (
            {
                "operation": "transposed",
                "kernel": "box",
                "kernel_height": 1,
                "kernel_width": 1,
                "height": 5,
                "width": 5,
                "padding": "custom",
            },
            {CUT},
        ),
    ],
)
def test_each_reason_is_named_where_it_is_the_reason_and_nowhere_else(given, expected):
    words = " ".join(said(**given))
    assert {each for each in ALL if each in words} == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kernel": "box", "kernel_height": 1, "stride_y": 5, "height": 12, "width": 12}, "unread: 135 of 144 cells"),
        ({"kernel": "box", "kernel_height": 11, "stride_y": 5, "dilation_y": 4, "height": 64, "width": 64}, ""),
        ({"stride_y": 2}, "unread: last row and last column"),
        ({"stride_y": 2, "padding": "custom"}, "unread: rows and columns of padding only"),
        ({"stride_y": 3, "padding": "custom", "padding_mode": "circular", "height": 9, "width": 9}, ""),
    ],
)
def test_the_caption_counts_what_is_unread(given, expected):
    square = {**given, **{name.replace("_y", "_x").replace("height", "width"): value for name, value in given.items()}}
    moment, _ = moment_for(**square)
    unread = int((~np.logical_and.outer(*(touched(moment, square)))).sum())
    shown = caption(moment)
    if expected:
        assert shown == expected
    assert (f"{unread:,} of" in shown) or ("last" in shown) or unread == 0


def touched(moment, given):
    """Which rows and which columns of the input any output depends on, by autograd or by the windows' places."""
    params = moment.params
    if params.operation.endswith("pool"):
        places = reference.windows_of(params, moment.input.shape[1:], (moment.plan.y.kernel, moment.plan.x.kernel))
        return [
            np.isin(np.arange(size), np.concatenate([np.array(each) for each in found]))
            for size, found in zip(moment.input.shape[1:], places, strict=True)
        ]
    ones = {**given, "kernel": "custom", "flip": False, "upstream": "ones"}
    ones["kernel_values"] = ";".join([" ".join(["1"] * moment.plan.x.kernel)] * moment.plan.y.kernel)
    if params.dimensions == 1:
        ones["kernel_values"] = " ".join(["1"] * moment.plan.x.kernel)
    gradient = Run("convolution", seed=1, **ones).arrays("grad_input")["grad_input"]
    return [gradient.any((0, 2)), gradient.any((0, 1))]


@pytest.mark.deep
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(reference.settings(), st.integers(1, 5), st.integers(1, 5))
def test_over_random_settings_the_notes_count_what_no_output_depends_on(given, down, right):
    given = {**given, "stride_y": down, "stride_x": right}
    if given["padding"] == "same":
        given["padding"] = "valid"
    try:
        run = Run("convolution", seed=1, **given)
    except Refused:
        assume(False)
    frame = frame_of(run, run.arrays("*"))
    moment, texts = moment_of(frame), [note.text for note in notes(frame)]
    found = touched(moment, given)
    names = ("row", "column") if given["dimensions"] == 2 else ("", "column")
    for name, used in zip(names, found, strict=True):
        counted = sum(_counted(text, name) for text in texts if name and name in text)
        assert counted == (int((~used).sum()) if name else 0), texts
    alone = not np.isfinite(arrays_of_loops(run)).all()
    assert any(ALONE in text for text in texts) == alone
    zero = not moment.plan.pools and given["kernel"] != "custom" and not moment.weight.any()
    assert any(ZERO in text for text in texts) == zero


def _counted(text, name):
    """How many rows or columns a sentence says have no part."""
    if ALONE in text or ZERO in text or AHEAD in text:
        return 0
    found = re.match(r"(?:The last )?(\d+)?", text)
    return int(found.group(1) or 1)


def arrays_of_loops(run):
    arrays = run.arrays("input", "weight", "bias")
    return reference.by_loops(run.params, arrays["input"], arrays["weight"], arrays["bias"])


ONE_CHANNEL = {"in_channels": 1, "out_channels": 1, "groups": 1, "kernel": "random", "stride_y": 1, "stride_x": 1}
CIRCULAR = {"padding": "same", "padding_mode": "circular", "kernel": "emboss"}
EQUIVARIANT, INVARIANT = "is equivariant", "is invariant"


@pytest.mark.parametrize(
    ("scene", "given", "expected"),
    [
        ("convolution", {**CIRCULAR, "shift_x": 1}, EQUIVARIANT),
        ("convolution", {"shift_x": 1}, "30 of 36 cells moved along"),
        ("convolution", {"image": "constant", "shift_x": 1}, "for this image; of other images that does not follow"),
        ("convolution", {"image": "ramp", "kernel": "sobel-y", "shift_x": 1}, "for this image; of other images"),
        ("convolution", {"shift_x": 0}, "Nothing is shifted"),
        (
            "convolution",
            {"image": "constant", "stride_y": 2, "stride_x": 2, "shift_x": 1},
            "9 of 9 cells have the number that they had",
        ),
        (
            "convolution",
            {"padding": "custom", "padding_mode": "circular", "stride_x": 2, "stride_y": 2, "shift_x": 2},
            EQUIVARIANT,
        ),
        ("convolution", {"kernel": "identity", "padding": "same", "shift_x": 1}, EQUIVARIANT),
        ("pooling", {"kernel_height": 8, "kernel_width": 8, "stride_y": 8, "stride_x": 8, "shift_x": 1}, INVARIANT),
        ("pooling", {"windows": "global", "shift_x": 1}, INVARIANT),
        ("pooling", {"windows": "global", "operation": "average-pool", "shift_y": 3}, INVARIANT),
        ("pooling", {"shift_x": 2}, EQUIVARIANT),
        ("pooling", {"shift_x": 1}, "no such cells; 5 of 16 cells have the number"),
        ("pooling", {"shift_x": 1, "image": "constant"}, "no such cells; 16 of 16"),
    ],
)
def test_of_the_operation_is_said_only_what_holds_for_every_image(scene, given, expected):
    moment, frame = moment_for(scene, **given)
    shift = (frame.params.shift_y, frame.params.shift_x)
    words, _ = verdict(moment, shift, frame.arrays["shifted_result"][moment.channel_out])
    assert expected in words
    assert [claim for claim in (EQUIVARIANT, INVARIANT) if claim in words] == [
        each for each in (expected,) if each in (EQUIVARIANT, INVARIANT)
    ]


@pytest.mark.deep
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(reference.settings(), st.integers(-2, 2), st.integers(-2, 2))
def test_over_random_settings_a_claim_holds_for_other_images_too(given, down, right):
    claims = []
    for image, seed in (("noise", 1), ("noise", 2), ("noise", 3), (given["image"], 1)):
        try:
            run = Run("convolution", seed=seed, **{**given, "image": image, "shift_y": down, "shift_x": right})
        except Refused:
            assume(False)
        frame = frame_of(run, run.arrays("*"))
        moment, after = moment_of(frame), frame.arrays["shifted_result"]
        words, _ = verdict(moment, (down, right), after[moment.channel_out])
        for claim, expected in (
            (EQUIVARIANT, moved(moment.plan, moment.result, (down, right))),
            (INVARIANT, moment.result),
        ):
            if claim in words:
                np.testing.assert_allclose(after, expected, rtol=1e-4, atol=1e-3)
                claims.append(claim)
    assert len(claims) in (0, 4), "it does not depend on the image"


@pytest.mark.deep
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(reference.settings(operations=("convolution", "transposed", "average-pool")))
def test_over_random_settings_the_matrix_is_of_the_kind_that_is_said(given):
    given = {name: value for name, value in given.items() if name not in ONE_CHANNEL}
    try:
        run = Run("convolution", seed=1, **given, **ONE_CHANNEL)
    except Refused:
        assume(False)
    moment = moment_of(frame_of(run, run.arrays("*")))
    kind, matrix = matrix_kind(moment), run.arrays("matrix")["matrix"]
    if not kind:
        return
    blocks = matrix.reshape(moment.plan.y.out, moment.plan.x.out, moment.plan.y.size, moment.plan.x.size)
    circulant = "circulant" in kind
    for table in [blocks[:, 0, :, 0], blocks[0, :, 0, :], blocks[-1, :, -1, :], blocks[:, -1, :, -1]]:
        if circulant:
            assert all(np.allclose(table[row], np.roll(table[0], row), atol=1e-6) for row in range(len(table)))
        assert np.allclose(table[1:, 1:], table[:-1, :-1], atol=1e-6)


def test_what_a_stack_sees_is_where_the_gradient_arrives_and_gridding_is_named():
    plan = moment_for(dilation_y=2, dilation_x=2, padding="same", height=16, width=16)[0].plan
    stack = stack_of(plan, 3)
    image, ones = torch.zeros(1, 1, 16, 16, requires_grad=True), torch.ones(1, 1, 3, 3)
    out = image
    for _ in range(3):
        out = F.conv2d(out, ones, padding=2, dilation=2)
    (gradient,) = torch.autograd.grad(out[0, 0, 8, 8], image)
    assert (stack.paths((8, 8))[0] == gradient[0, 0].numpy()).all()
    counts = stack.paths((8, 8))[0]
    assert seen(counts.any(1)) == (7, 13)
    assert stack.has_grid()
    assert int((gradient > 0).sum()) == 49
    plain = moment_for(padding="same", height=16, width=16)[0].plan
    doubled = stack_of(plain, 3, widened=2)
    assert doubled.fields(doubled.x) == [1, 3, 7, 15]
    assert not doubled.has_grid()
    assert [axis.out for axis in doubled.x] == [16, 16, 16]
    strided = moment_for(kernel="box", kernel_height=2, kernel_width=2, stride_y=4, stride_x=4, height=16, width=16)[0]
    assert not stack_of(strided.plan, 2).has_grid(), "the stride leaves the gaps, not a dilation"


def test_where_it_goes_round_a_field_at_the_corner_is_no_larger():
    plan = moment_for(padding="same", padding_mode="circular")[0].plan
    counts = stack_of(plan, 3).paths((0, 0))[0]
    assert seen(counts.any(1), True) == (7, 7)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kernel": "learned", "kernel_height": 5}, "learned as 3 × 3, resampled"),
        ({"kernel": "learned"}, ""),
        ({"kernel": "laplacian", "kernel_width": 2}, "cut: some neighbours lie outside"),
        ({"kernel": "sharpen", "flip": True}, "flipped before use"),
    ],
)
def test_a_kernel_says_what_its_name_does_not(given, expected):
    assert kernel_caption(moment_for(**given)[0]) == expected


def test_ties_are_named_and_go_to_the_first_as_in_pytorch():
    moment, frame = moment_for("pooling", image="constant")
    assert "4 times: backward takes the first" in sum_words(moment, (0, 0, 0))
    gradient = frame.arrays["grad_input"][0]
    assert np.argwhere(gradient).tolist() == [[y, x] for y in range(0, 8, 2) for x in range(0, 8, 2)]
    moment, _ = moment_for("pooling")
    assert "times" not in sum_words(moment, (0, 0, 1)).replace("13", "")


def test_a_sum_has_all_its_figures():
    moment, _ = moment_for(image="flower", own_size=True, in_channels=3, kernel_height=7, kernel_width=7)
    words = sum_words(moment, (0, 200, 300))
    assert "k" not in words
    total = words.split(": ")[1].replace("−", "-").replace("bias ", "")
    left, right = total.split(" = ")
    assert eval(left) == pytest.approx(float(right))
