"""Layers, shapes, maps and what cells see, against PyTorch and plain loops."""

import threading
from collections import OrderedDict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F  # noqa: N812

from explainer import Refused, Run
from explainer.export.of_run import frame_of
from explainer.scenes.cnn.arithmetic import Part, taken_apart
from explainer.scenes.cnn.blocks import Block, parse_block
from explainer.scenes.cnn.glance import follows
from explainer.scenes.cnn.layers import network_code, network_layers, receptive_fields
from explainer.scenes.cnn.network import all_maps, make_network

blocks = st.builds(
    Block,
    st.just("conv"),
    channels=st.integers(1, 5),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    activation=st.sampled_from(["relu", "leaky-relu", "gelu", "tanh", "sigmoid", "none"]),
    norm=st.sampled_from(["none", "batch", "layer"]),
    pool=st.sampled_from(["none", "max", "average"]),
    window=st.integers(2, 3),
    dropout=st.sampled_from([0.0, 0.5]),
)


def test_the_default_network_by_hand():
    """The same network written by hand from the words of the issue gives the same maps."""
    run = Run("cnn", seed=4)
    run.step(3)
    arrays = run.arrays("*")
    image = torch.from_numpy(arrays["image"])[None]
    first = F.conv2d(image, *(torch.from_numpy(arrays[f"{kind}/conv1"]) for kind in ("filters", "biases")), padding=1)
    second = F.conv2d(
        first.relu(), *(torch.from_numpy(arrays[f"{kind}/conv2"]) for kind in ("filters", "biases")), padding=1
    )
    pooled = F.max_pool2d(second.relu(), 2)
    for name, expected in {"conv1": first, "act1": first.relu(), "conv2": second, "pool2": pooled}.items():
        assert np.allclose(arrays[f"maps/{name}"], expected[0], atol=1e-6), name
    output = run.execution.experiment.model.output
    logits = F.linear(pooled.flatten(1), output.weight, output.bias)[0].detach()
    assert np.allclose(arrays["logits"], logits, atol=1e-5)
    assert np.allclose(arrays["probabilities"], torch.softmax(logits, 0), atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(chosen=st.lists(blocks, min_size=1, max_size=3), side=st.integers(6, 16), channels=st.sampled_from([1, 3]))
def test_shapes_and_parameter_counts_are_those_of_pytorch(chosen, side, channels):
    try:
        layers = network_layers((channels, side, side), chosen, 7, 4)
    except Refused as refused:
        with pytest.raises(RuntimeError):
            _without_check(chosen, channels)(torch.zeros(2, channels, side, side))
        assert "does not fit" in str(refused)
        return
    model = make_network(layers)
    x = torch.rand(2, channels, side, side)
    found = all_maps(model, x)
    for layer in layers:
        assert tuple(found[layer.name].shape[1:]) == layer.shape
        assert sum(p.numel() for p in model.get_submodule(layer.name).parameters()) == layer.parameters
    assert torch.equal(found["output"], model.eval()(x))


def _without_check(chosen, channels):
    """The convolutions and poolings alone, made by PyTorch whether they fit or not."""
    kinds = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}
    made = []
    for block in chosen:
        made.append(nn.Conv2d(channels, block.channels, block.kernel, block.stride, block.padding))
        made += [kinds[block.pool](block.window)] if block.pool in kinds else []
        channels = block.channels
    return nn.Sequential(*made)


@settings(max_examples=40, deadline=None)
@given(
    chosen=st.lists(blocks, min_size=1, max_size=3),
    side=st.integers(6, 16),
    hidden=st.sampled_from([0, 5]),
    head=st.sampled_from(["places", "mean", "maximum"]),
)
def test_the_code_of_the_network_makes_the_same_network(chosen, side, hidden, head):
    try:
        layers = network_layers((1, side, side), chosen, hidden, 10, head)
    except Refused:
        return
    written, ours = eval(network_code(layers), {"nn": nn, "OrderedDict": OrderedDict}), make_network(layers)
    written.load_state_dict(ours.state_dict())
    images = torch.rand(2, 1, side, side)
    assert torch.equal(written.eval()(images), ours.eval()(images))
    assert str(written) == str(ours)


@settings(max_examples=40, deadline=None)
@given(chosen=st.lists(blocks, min_size=1, max_size=3), row=st.integers(0, 30), column=st.integers(0, 30))
def test_a_cell_depends_on_the_pixels_of_its_receptive_field_and_no_others(chosen, row, column):
    plain = [
        parse_block(b.text().replace("norm=layer", "norm=none").replace("norm=batch", "norm=none")) for b in chosen
    ]
    try:
        layers = network_layers((1, 20, 20), plain, 0, 2)
    except Refused:
        return
    field = receptive_fields(layers)
    model = make_network(layers).double()
    name = [layer.name for layer in layers if layer.name.startswith("conv")][-1]
    image = torch.rand(1, 1, 20, 20, dtype=torch.double)
    still = all_maps(model, image)[name]
    row, column = row % still.shape[2], column % still.shape[3]
    (top, bottom), (left, right) = field[name].span(row), field[name].span(column)
    outside = torch.ones(20, 20, dtype=torch.bool)
    outside[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = False
    disturbed = image.clone()
    disturbed[0, 0][outside] += torch.rand(int(outside.sum()), dtype=torch.double)
    assert torch.equal(all_maps(model, disturbed)[name][0, :, row, column], still[0, :, row, column])


def test_the_size_of_a_receptive_field_worked_out_by_hand():
    """3 × 3, pool 2, 3 × 3: 3, then 4, then 4 + 2 · 2 = 8 pixels, 2 apart."""
    found = receptive_fields(network_layers((1, 16, 16), [parse_block("pooled"), parse_block("conv")], 0, 2))
    assert (found["conv1"].size, found["pool1"].size, found["conv2"].size) == (3, 4, 8)
    assert found["conv2"].jump == 2


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    inputs=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_shares_sum_and_patches_are_those_of_a_convolution(kernel, stride, padding, inputs, seed):
    chance = torch.Generator().manual_seed(seed)
    x = torch.randn(inputs, 7, 6, generator=chance)
    weight, bias = torch.randn(inputs, kernel, kernel, generator=chance), 0.3
    part = Part(x.numpy(), weight.numpy(), bias, stride, padding)
    told = {"stride": stride, "padding": padding}
    expected = F.conv2d(x[None].double(), weight[None].double(), torch.tensor([bias], dtype=torch.float64), **told)[
        0, 0
    ]
    assert np.allclose(part.total, expected)
    apart = F.conv2d(x[None].double(), weight[:, None].double(), groups=inputs, **told)[0]
    assert np.allclose(part.shares, apart)
    row, column = part.total.shape[0] - 1, part.total.shape[1] - 1
    products = part.patch(row, column) * weight.numpy()
    assert np.isclose(products.sum() + bias, expected[row, column])


@pytest.mark.parametrize("layer", ["conv1", "conv2", "conv3"])
def test_what_is_taken_apart_is_the_map_that_pytorch_computed(layer):
    run = Run(
        "cnn", blocks="pooled:channels=3,conv:stride=2:dropout=0.3,conv:kernel=1:padding=0", layer=layer, channel=2
    )
    run.step(2)
    frame = frame_of(run, run.arrays("*"))
    assert np.allclose(taken_apart(frame).total, frame.arrays[f"maps/{layer}"][2], atol=1e-5)


def test_a_convolution_follows_a_shift_and_a_pooling_only_by_its_window():
    torch.manual_seed(0)
    x = torch.zeros(1, 1, 16, 16)
    x[0, 0, 5:9, 6:9] = torch.rand(4, 3)
    once, twice = torch.roll(x, 1, -1), torch.roll(x, 2, -1)
    conv, pool = nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(2)
    with torch.no_grad():
        assert follows(conv(x)[0], conv(once)[0], (1, 0), 1) == pytest.approx(1)
        assert follows(pool(conv(x))[0], pool(conv(twice))[0], (2, 0), 2) == pytest.approx(1)
        assert follows(pool(conv(x))[0], pool(conv(once))[0], (1, 0), 2) < 0.97
    aside = np.corrcoef(x.numpy()[0, 0, 3:, :-2].ravel(), once.numpy()[0, 0, :-3, 2:].ravel())[0, 1]
    assert follows(x[0], once[0], (2, -3), 1) == pytest.approx(aside)


def test_no_thread_judges_where_widgets_are_loaded(qapp):
    """A widget that Python collects in another thread than the main one waits for ever."""
    run = Run("cnn")
    run.step(3)
    assert np.isfinite(run.metrics["loss/test"]).all()
    assert [each.name for each in threading.enumerate() if each.name.startswith("judge")] == []
