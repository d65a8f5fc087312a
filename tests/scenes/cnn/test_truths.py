"""What pictures say at the extremes: ties, unread rows, no mistake, drawings anywhere, and all terms of a sum."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from explainer import Run
from explainer.export.of_run import frame_of
from explainer.plots.kinds.images import dab
from explainer.scenes.cnn.arithmetic import influence, input_terms, kept_by_pooling, pooled_place
from explainer.scenes.cnn.cards.mistakes import worst
from explainer.scenes.cnn.data import drawn_image, fitted, shifted, shifted_at_random
from explainer.scenes.cnn.layers import receptive_fields

TALL = [[(0.1, 0.0), (0.9, 0.0), (0.4, 1.0)]]
"""The strokes of a 7, in a box of side 1."""


def test_without_a_mistake_none_is_the_commonest():
    assert worst(np.diag([3, 4, 5])) is None
    assert worst(np.array([[3, 0, 1], [0, 4, 2], [0, 0, 5]])) == (1, 2)


@pytest.mark.parametrize("side", [7, 8, 9])
@pytest.mark.parametrize("window", [2, 3, 4])
def test_a_cell_lies_in_the_window_that_pytorch_pools(side, window):
    block = SimpleNamespace(window=window)
    for row, column in np.ndindex(side, side):
        image = torch.zeros(1, side, side)
        image[0, row, column] = 1.0
        pooled = F.max_pool2d(image, window)[0]
        found = torch.nonzero(pooled).tolist()
        place = pooled_place(block, tuple(pooled.shape), row, column)
        assert [list(place)] == found if place else found == []


def test_of_equal_numbers_the_first_is_named_as_pytorch_takes_it():
    run = Run("cnn", layer="conv2", channel=0)
    frame = frame_of(run, run.arrays("*"))
    maps = frame.arrays["maps/act2"].copy()
    maps[0, :2, :2] = [[0.0, 2.0], [2.0, 1.0]]
    maps[0, 2:4, :2] = 0.0
    arrays = {**frame.arrays, "maps/act2": maps, "maps/pool2": F.max_pool2d(torch.tensor(maps), 2).numpy()}
    changed = replace(frame, arrays=arrays)
    assert kept_by_pooling(changed, 0, 1) == (2.0, "this cell, the first of 2 equal")
    assert kept_by_pooling(changed, 1, 0) == (2.0, "the first of 2 equal, not this cell")
    assert kept_by_pooling(changed, 1, 1) == (2.0, "")
    assert kept_by_pooling(changed, 2, 0) == (0.0, "this cell, the first of 4 equal")
    leaf = torch.tensor(maps[:1], requires_grad=True)
    F.max_pool2d(leaf, 2).sum().backward()
    assert torch.nonzero(leaf.grad[0, :4, :2]).tolist() == [[0, 1], [2, 0]]


@pytest.mark.parametrize("shift", [(1, 0), (-2, 1), (0, 0)])
def test_the_share_that_is_right_when_all_images_are_shifted_is_counted_image_by_image(shift):
    run = Run("cnn", shift_x=shift[0], shift_y=shift[1])
    run.step(40)
    cnn, right = run.execution.experiment, 0
    for image, label in zip(cnn.images.test_images, cnn.images.test_labels, strict=True):
        moved = torch.zeros_like(image)
        for row, column in np.ndindex(8, 8):
            if 0 <= row - shift[1] < 8 and 0 <= column - shift[0] < 8:
                moved[:, row, column] = image[:, row - shift[1], column - shift[0]]
        with torch.no_grad():
            cnn.model.eval()
            right += int(cnn.model(moved[None]).argmax() == label)
            cnn.model.train()
    assert run.frame["moved_right"] == pytest.approx(right / len(cnn.images.test_labels))


@pytest.mark.parametrize("count", [1, 3, 8, 64])
@pytest.mark.parametrize("most", [-1, 1, 2, 5, 8, 100])
def test_all_terms_of_a_sum_are_there_or_the_rest_is_one(count, most):
    sums = np.random.default_rng(count).normal(size=count)
    terms = input_terms(sums, most)
    assert sum(value for _, value in terms) == pytest.approx(sums.sum())
    assert len(terms) <= max(1, most)
    for name, value in terms:
        if name.startswith("input"):
            assert value == sums[int(name.split()[1])]
        else:
            assert int(name.split()[0]) == count - len(terms) + 1


def test_the_lines_between_maps_are_what_each_takes_of_its_inputs():
    random = torch.Generator().manual_seed(0)
    inputs, filters = torch.randn(3, 9, 9, generator=random), torch.randn(4, 3, 3, 3, generator=random)
    found = influence(inputs.numpy(), filters.numpy(), 2, 1)
    for number, source in np.ndindex(found.shape):
        share = F.conv2d(inputs[source][None, None], filters[number, source][None, None], stride=2, padding=1)
        assert abs(found[number, source]) == pytest.approx(float(share.abs().mean()), rel=1e-5)
        assert np.sign(found[number, source]) == np.sign(float(share.mean()))
    few = influence(inputs.numpy(), filters.numpy(), 1, 1, most=2_000)
    assert few.shape == found.shape


def drawing(left, top, size):
    ink = np.zeros((1, 32, 32), np.float32)
    for line in TALL:
        for (x, y), (to_x, to_y) in pairwise(line):
            for share in np.linspace(0, 1, 60):
                across, down = x + share * (to_x - x), y + share * (to_y - y)
                dab(ink[0], 32 * (left + size * across), 32 * (top + size * down), brush=1.7)
    return ink


def test_a_drawing_is_fitted_to_the_sheet_wherever_and_however_small_it_is():
    whole = drawing(0.1, 0.1, 0.8)
    for place in ((0.05, 0.05, 0.4), (0.5, 0.45, 0.4), (0.3, 0.1, 0.6)):
        image = fitted(torch.from_numpy(drawing(*place))[None])[0, 0]
        rows, columns = (torch.nonzero((image > 0.1).any(axis)).flatten() for axis in (1, 0))
        assert (int(rows[0]), int(rows[-1])) == (0, 31)
        assert abs(int(columns[0]) + int(columns[-1]) - 31) <= 2
        small = drawn_image(tuple(drawing(*place).ravel().tolist()), (1, 8, 8), digit=True)
        large = drawn_image(tuple(whole.ravel().tolist()), (1, 8, 8), digit=True)
        assert float(torch.corrcoef(torch.stack([small.flatten(), large.flatten()]))[0, 1]) > 0.7
    empty = torch.zeros(1, 1, 32, 32)
    assert torch.equal(fitted(empty), empty)


def test_shifts_in_training_move_each_image_by_whole_pixels_and_all_ways():
    images = torch.rand(400, 1, 5, 6)
    moved = shifted_at_random(images, 1, torch.Generator().manual_seed(1))
    ways = {}
    for number in range(400):
        found = [
            (right, down)
            for right in (-1, 0, 1)
            for down in (-1, 0, 1)
            if torch.equal(moved[number], shifted(images[number], right, down))
        ]
        assert len(found) == 1
        ways[found[0]] = ways.get(found[0], 0) + 1
    assert len(ways) == 9
    assert min(ways.values()) > 20


@pytest.mark.parametrize(("head", "pool"), [("mean", "mean"), ("maximum", "amax")])
def test_a_head_over_all_places_gives_one_number_for_each_map(head, pool):
    run = Run("cnn", head=head, augment=1)
    run.step(2)
    maps, model = run.arrays("maps/*"), run.execution.experiment.model
    expected = getattr(torch.from_numpy(maps["maps/pool2"]), pool)((1, 2))
    np.testing.assert_allclose(maps["maps/whole"][:, 0, 0], expected, rtol=1e-5)
    assert isinstance(model.output, nn.Linear)
    assert model.output.in_features == 16
    field = receptive_fields(run.execution.experiment.layers)["whole"]
    assert field.span(0)[0] <= 0
    assert field.span(0)[1] >= 8
