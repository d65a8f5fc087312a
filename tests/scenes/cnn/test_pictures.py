"""The pictures: what they show, and what a click, a stroke or a key asks for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from torch.nn import functional as F  # noqa: N812

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.card_picture import picture_of
from explainer.plots.picture import Steering
from explainer.scenes.cnn.confusion_picture import ConfusionPicture
from explainer.scenes.cnn.drawing_picture import DrawingPicture
from explainer.scenes.cnn.filters_picture import FiltersPicture
from explainer.scenes.cnn.layers_picture import LayersPicture
from explainer.scenes.cnn.network_picture import NetworkPicture
from explainer.scenes.cnn.patches_card import PATCHES
from explainer.theme.tokens import DARK, LIGHT
from tests.plots.hand import pixels

KINDS = (NetworkPicture, FiltersPicture, ConfusionPicture, LayersPicture, DrawingPicture)


@pytest.fixture(scope="module")
def run():
    made = Run("cnn")
    made.step(30)
    return made


@pytest.fixture
def at(run):
    """Return a frame of the run with some parameters set for looking."""

    def at(**values):
        defaults = {name: field.default for name, field in run.params.declarations.items() if field.kind == "view"}
        run.set(**{**defaults, **values})
        return frame_of(run, run.arrays("*"))

    return at


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    kept = []

    def make(kind, frame, tokens=DARK, size=(900, 560)):
        steering = Steering()
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.act_asked.connect(lambda verb, told: asked.append((verb, told)))
        picture = kind(steering)
        kept.append((picture, steering))
        qtbot.addWidget(picture)
        picture.resize(*size)
        picture.apply_theme(tokens)
        picture.show()
        picture.draw(frame)
        picture.grab()
        return picture

    yield make
    kept.clear()


def click(widget, place, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(widget, button, Qt.KeyboardModifier.NoModifier, place.toPoint())


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_is_painted_in_both_themes_and_says_what_it_shows(kind, make, at):
    frame = at()
    dark, light = make(kind, frame), make(kind, frame, LIGHT)
    if kind is not LayersPicture:  # whose colours come from the window's style sheet
        assert not np.array_equal(pixels(dark), pixels(light))
    assert len(dark.summary()) > 20
    small = make(kind, frame, size=(260, 150))
    assert len(np.unique(pixels(small).reshape(-1, pixels(small).shape[-1]), axis=0)) > 2


@pytest.mark.parametrize("zoom", ["network", "map", "cell"])
def test_the_levels_of_zoom_are_painted_for_every_layer(zoom, make, at):
    for layer in ("conv1", "conv2"):
        picture = make(NetworkPicture, at(zoom=zoom, layer=layer))
        assert picture.stack.currentWidget() is picture.levels[zoom]
        assert len(picture.summary()) > 40


def test_a_click_on_a_map_zooms_into_it(make, at, asked):
    canvas = make(NetworkPicture, at()).levels["network"]
    column = next(column for column in canvas.columns if column.name == "maps/act2")
    click(canvas, column.tiles[7].center())
    assert asked == [("set", {"zoom": "map", "layer": "conv2", "channel": 7})]


def test_pointing_at_a_map_says_the_number_there(make, at):
    frame = at()
    canvas = make(NetworkPicture, frame).levels["network"]
    column = next(column for column in canvas.columns if column.name == "maps/conv1")
    tile = column.tiles[3]
    said = canvas.point(QPointF(tile.left() + tile.width() * 5.5 / 8, tile.top() + tile.height() * 2.5 / 8))
    assert said.startswith("Conv 1 · map 3 · row 2, column 5 · ")
    value = float(said.rsplit(" ", 1)[1].replace("−", "-"))
    assert value == pytest.approx(float(frame.arrays["maps/conv1"][3, 2, 5]), rel=5e-3)


def test_a_click_in_a_map_zooms_into_the_cell(make, at, asked):
    canvas = make(NetworkPicture, at(zoom="map", layer="conv2", channel=4)).levels["map"]
    name, box = canvas.plan.sums[0]
    assert name == "maps/conv2"
    click(canvas, QPointF(box.left() + box.width() * 6.5 / 8, box.top() + box.height() * 1.5 / 8))
    assert asked[-1] == ("set", {"zoom": "cell", "row": 1, "column": 6})


def test_the_cell_says_the_line_of_pytorch_that_computes_it(make, at, run):
    frame = at(zoom="cell", layer="conv2", channel=9, row=3, column=5)
    canvas = make(NetworkPicture, frame).levels["cell"]
    model = run.execution.experiment.model
    names = {"F": F, "model": model, "act1": torch.from_numpy(frame.arrays["maps/act1"])}
    value = eval(canvas.code(), names).detach()
    assert float(value) == pytest.approx(float(frame.arrays["maps/conv2"][9, 3, 5]), abs=1e-5)
    lines = {words: number for words, number, _ in canvas._sum_lines(*_sums(canvas))}
    assert float(lines["= cell"].replace("−", "-")) == pytest.approx(float(value), abs=6e-4)
    relu = max(float(value), 0.0)
    assert float(lines["ReLU"]) == pytest.approx(relu, abs=6e-4)
    pooled = frame.arrays["maps/act2"][9, 2:4, 4:6].max()
    assert float(next(number for words, number in lines.items() if words.startswith("max"))) == pytest.approx(
        float(pooled), abs=6e-4
    )


def _sums(canvas):
    from explainer.scenes.cnn.arithmetic import taken_apart

    part = taken_apart(canvas.frame)
    row, column = canvas.frame.params.row, canvas.frame.params.column
    return part, (part.patch(row, column) * part.kernels).sum((1, 2)), row, column


def test_arrows_and_clicks_in_the_patch_move_the_cell_and_stop_at_the_border(make, at, asked):
    canvas = make(NetworkPicture, at(zoom="cell", row=3, column=0)).levels["cell"]
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    patch = canvas.boxes[0][1]
    click(canvas, QPointF(patch.right() - 3, patch.top() + 3))
    assert asked == [("set", {"row": 4, "column": 0}), ("set", {"row": 2, "column": 1})]


def test_the_kernel_that_is_clicked_chooses_the_map_and_can_be_zeroed(make, at, asked):
    picture = make(FiltersPicture, at(layer="conv2", channel=2))
    box = next(box for number, source, box in picture.canvas.tiles if (number, source) == (11, 5))
    click(picture.canvas, box.center())
    QTest.mouseClick(picture.zero, Qt.MouseButton.LeftButton)
    assert asked == [("set", {"channel": 11}), ("zero_filter", {"layer": "conv2", "filter": 2})]


def test_layers_can_be_frozen_and_reinitialised_from_the_table(make, at, asked):
    picture = make(LayersPicture, at())
    assert set(picture.freezers) == {"conv1", "conv2", "output"}
    QTest.mouseClick(picture.freezers["conv2"], Qt.MouseButton.LeftButton)
    assert asked == [("freeze", {"layer": "conv2", "on": True})]
    assert "3,818 parameters" in picture.summary(), "8·(9+1) + 16·(8·9+1) + 10·(256+1)"


def test_the_images_of_a_clicked_cell_are_those_that_were_taken_so(make, at, asked):
    frame = at()
    picture = make(ConfusionPicture, frame)
    picture.map.cell_clicked.emit(4, 4)
    picture.grab()
    arrays = frame.arrays
    expected = [
        index
        for index, (is_, said) in enumerate(zip(arrays["test_labels"], arrays["predicted"], strict=True))
        if is_ == said == 4
    ]
    assert picture.images.numbers() == expected
    click(picture.images, picture.images.tiles[1][1].center())
    assert asked[-1] == ("set", {"image": expected[1], "drawing": ()})


def test_a_stroke_draws_and_the_right_button_rubs_out(make, at, asked):
    picture = make(DrawingPicture, at())
    paper, sheet = picture.paper, picture.paper.sheet
    cell, side = sheet.width() / 8, 32
    start, end = (QPointF(sheet.left() + 4 * cell, sheet.top() + row * cell) for row in (1.5, 6.5))
    QTest.mousePress(paper, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start.toPoint())
    QTest.mouseMove(paper, end.toPoint())
    QTest.mouseRelease(paper, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end.toPoint())
    drawn = np.array(asked[-1][1]["drawing"]).reshape(side, side)
    assert (drawn[6:26, 15:17] > 0.5).all(), "the stroke went down along the middle, finer than a pixel"
    assert not drawn[:, :12].any(), "on a fresh sheet, not over the digit that was there"
    assert not drawn[:, 20:].any()
    picture.draw(at(drawing=tuple(drawn.ravel().tolist())))
    click(paper, QPointF(sheet.left() + 4 * cell, sheet.top() + 4 * cell), Qt.MouseButton.RightButton)
    rubbed = np.array(asked[-1][1]["drawing"]).reshape(side, side)
    assert rubbed[15:17, 15:17].max() < 0.2
    assert rubbed[7, 15] == drawn[7, 15]


def test_the_strongest_patch_leads_to_its_image(make, at, asked):
    frame = at(layer="conv2", channel=3)
    part = make(picture_of(PATCHES, CATALOGUE.scene("cnn")), frame).parts[0]
    click(part, part.rectangle((0, 0, 0)).center())
    assert asked == [("set", {"image": int(frame.arrays["patch_images"][0]), "drawing": ()})]


def test_the_numbers_under_a_resting_pointer_follow_the_training(make, at):
    canvas = make(NetworkPicture, at(zoom="map", layer="conv2", channel=4)).levels["map"]
    name, box = canvas.plan.sums[0]
    assert name == "maps/conv2"
    QTest.mouseMove(canvas, QPointF(box.left() + box.width() * 2.5 / 8, box.top() + box.height() * 3.5 / 8).toPoint())
    later = Run("cnn")
    later.step(45)
    later.set(zoom="map", layer="conv2", channel=4)
    frame = frame_of(later, later.arrays("*"))
    canvas.draw(frame)
    total = float(canvas.words.rsplit("= ", 1)[1].replace("−", "-"))
    assert canvas.words.startswith("row 3, column 2:")
    assert total == pytest.approx(float(frame.arrays["maps/conv2"][4, 3, 2]), rel=5e-3)
    terms = canvas.words.split(":")[1].split("=")[0].replace("(bias)", "").replace("−", "-")
    assert eval(terms) == pytest.approx(total, abs=0.02)


def test_r_under_each_layer_is_how_well_its_maps_follow(make, at):
    frame = at(shift_x=1)
    canvas = make(NetworkPicture, frame).levels["network"]
    follow = dict(zip(frame.arrays["layers"].tolist(), frame.arrays["follows"].tolist(), strict=True))
    for name, maps in canvas.maps().items():
        if name != "image":
            assert canvas._under(name, maps) == f"r = {follow[name.removeprefix('maps/')]:.2f}"
    assert canvas.caption().startswith("r: ")
    assert "r: " not in make(NetworkPicture, at()).levels["network"].caption()
