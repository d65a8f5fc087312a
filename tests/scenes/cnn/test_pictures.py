"""The pictures: what they show, and what a click, a stroke or a key asks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from torch.nn import functional as F  # noqa: N812

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.scenes.cnn.cards import paper as drawing_card
from explainer.scenes.cnn.pictures.network_picture import NetworkPicture
from explainer.theme.tokens import DARK

CARDS = view_of(CATALOGUE.scene("cnn")).cards


def card(key):
    return next(kind for kind in CARDS if kind.key == key)


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


def on_tile(part, number):
    """Click the middle of a tile."""
    click(part, part.tiling.box(number).center())


def press(picture, words):
    """Press a button above a card's drawing."""
    button = next(each for each in picture.buttons.buttons if each.text() == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_kernel_that_is_clicked_chooses_the_map_and_can_be_zeroed(make, at, asked):
    frame = at(layer="conv2", channel=2)
    picture = make(card("filters"), frame)
    on_tile(picture.parts[0], 5 * 16 + 11)
    press(picture, "Zero filter 2")
    press(picture, "Conv 1")
    assert asked == [
        ("set", {"channel": 11}),
        ("zero_filter", {"layer": "conv2", "filter": 2}),
        ("set", {"layer": "conv1"}),
    ]
    weights = frame.arrays["filters/conv2"]
    assert (picture.parts[0].values[5 * 16 + 11] == weights[11, 5]).all()
    assert sorted(picture.parts[0].chosen()) == [source * 16 + 2 for source in range(8)]
    assert [each.text() for each in picture.buttons.buttons if each.isVisible()] == [
        "Conv 1",
        "Conv 2",
        "Zero filter 2",
    ]


def test_layers_can_be_frozen_and_reinitialised_from_the_table(make, at, asked):
    picture = make(card("layers"), at())
    part = picture.parts[0]
    for place, column in ((2, 3), (1, 3), (2, 4)):
        box, (left, wide) = part.box_of({"line": place}), part._painting.spans[column]
        click(part, QPointF(left + wide / 2, box.center().y()))
    assert asked == [("freeze", {"layer": "conv2", "on": True}), ("reinitialise", {"layer": "conv2"})], "no ReLU is"
    part.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(part, key)
    assert asked[2:] == [("freeze", {"layer": "conv1", "on": True})], "the keys reach what the pointer reaches"
    assert "3,818 parameters" in picture.summary(), "8·(9+1) + 16·(8·9+1) + 10·(256+1)"


def test_the_images_of_a_clicked_cell_are_those_that_were_taken_so(make, at, asked):
    matrix, _ = make(card("confusion"), at()).parts
    click(matrix, matrix.rectangle((4, 4)).center())
    assert asked == [("set", {"actual": 4, "predicted": 4})]
    frame = at(actual=4, predicted=4)
    arrays = frame.arrays
    both = zip(arrays["test_labels"], arrays["predicted"], strict=True)
    expected = [index for index, (label, taken) in enumerate(both) if label == taken == 4]
    images = make(card("confusion"), frame).parts[1]
    assert (images.values == arrays["test_images"][expected][:, 0]).all()
    on_tile(images, 1)
    assert asked[-1] == ("set", {"image": expected[1], "drawing": ()})


def test_a_stroke_draws_and_the_right_button_rubs_out(make, at, asked):
    picture = make(card("drawing"), at())
    paper, sheet, side = picture.parts[0], picture.parts[0].tiling.box(0), 32
    cell = sheet.width() / 8
    start, end = (QPointF(sheet.left() + 4 * cell, sheet.top() + row * cell) for row in (1.5, 6.5))
    QTest.mousePress(paper, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start.toPoint())
    QTest.mouseMove(paper, end.toPoint())
    QTest.mouseRelease(paper, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end.toPoint())
    paper._ask.hurry()
    drawn = np.array(asked[-1][1]["drawing"]).reshape(side, side)
    assert (drawn[6:26, 15:17] > 0.5).all(), "the stroke went down along the middle, finer than a pixel"
    assert not drawn[:, :12].any(), "on a fresh sheet, not over the digit that was there"
    assert not drawn[:, 20:].any()
    picture.draw(at(drawing=tuple(drawn.ravel().tolist())))
    click(paper, QPointF(sheet.left() + 4 * cell, sheet.top() + 4 * cell), Qt.MouseButton.RightButton)
    paper._ask.hurry()
    rubbed = np.array(asked[-1][1]["drawing"]).reshape(side, side)
    assert rubbed[15:17, 15:17].max() < 0.2
    assert rubbed[7, 15] == drawn[7, 15]
    press(picture, "Empty sheet")
    assert asked[-1][1]["drawing"] == (0.0,) * side**2
    press(picture, "Back to the held-out images")
    assert asked[-1] == ("set", {"drawing": ()})


def test_coloured_images_are_drawn_and_shown_with_their_colours(qapp):
    run = Run("cnn", data="shapes", blocks="pooled:channels=4,pooled")
    run.step(1)
    frame = frame_of(run, run.arrays("*"))
    assert drawing_card.sheet(frame).shape == (1, 32, 32, 3)
    red = np.zeros((32, 32, 3), np.float32)
    red[3, 5, 0] = 1.0
    run.set(drawing=drawing_card.drawn_on(frame, red)["drawing"])
    image = run.arrays("image")["image"]
    assert image[0, 3, 5] == 1.0
    assert image.sum() == 1.0
    assert (drawing_card.sheet(frame_of(run, run.arrays("*")))[0] == red).all()


def test_the_strongest_patch_leads_to_its_image(make, at, asked):
    frame = at(layer="conv2", channel=3)
    picture = make(card("patches"), frame)
    on_tile(picture.parts[0], 0)
    assert asked == [("set", {"image": int(frame.arrays["patch_images"][0]), "drawing": ()})]
    assert picture.parts[0].captions()[0] == f"{frame.arrays['patch_values'][0]:.2f}"


def test_a_dead_map_is_excited_by_nothing(make, at):
    frame = at(layer="conv2", channel=3)
    dead = {"dead/conv2": np.arange(16) == 3}
    picture = make(card("patches"), replace(frame, arrays={**frame.arrays, **dead}))
    assert picture.parts[0].empty
    assert picture.summary() == "Conv 2, map 3 is dead: 0 after its ReLU in every image"


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


def test_maps_and_cells_are_reached_by_the_keys_and_left_again(at, make, asked):
    picture = make(NetworkPicture, at())
    canvas = picture.levels["network"]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key)
    assert canvas.hovered == ("maps/conv1", 2)
    assert canvas.words.startswith("Conv 1 · map 2")
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert asked[-1] == ("set", {"zoom": "map", "layer": "conv1", "channel": 2})
    picture.draw(at(zoom="map", row=3, column=3))
    canvas = picture.levels["map"]
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert asked[-1] == ("set", {"row": 2, "column": 3})
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert asked[-1] == ("set", {"zoom": "cell"})
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert asked[-1] == ("set", {"zoom": "network"})


def test_the_way_between_two_levels_is_seen_and_over_soon(at, make, qtbot):
    picture = make(NetworkPicture, at())
    picture.draw(at(zoom="map"))
    assert picture.zoom.isVisible()
    assert picture.stack.currentWidget() is picture.levels["map"]
    qtbot.waitUntil(lambda: not picture.zoom.isVisible())
