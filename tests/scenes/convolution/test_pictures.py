"""The pictures: what they show is what PyTorch computed, they link cells, and ask for what a hand does."""

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.commands.running import frame_of
from explainer.plots.picture import Steering
from explainer.scenes.convolution.backward_picture import Backward
from explainer.scenes.convolution.cost_picture import CostPicture
from explainer.scenes.convolution.equivariance_picture import Equivariance
from explainer.scenes.convolution.linked import CELL, TAP
from explainer.scenes.convolution.matrix_picture import Matrix
from explainer.scenes.convolution.one_cell import OneCell
from explainer.scenes.convolution.receptive_picture import ReceptiveField
from explainer.scenes.convolution.round_trip_picture import RoundTrip
from explainer.scenes.convolution.sweep import Sweep
from explainer.scenes.convolution.view import VIEW
from explainer.theme.tokens import LIGHT
from tests.plots.hand import pixels

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    """Return what makes a picture of a real run."""
    kept = []

    def make(kind, scene="convolution", steps=0, **given):
        run = Run(scene, **given)
        run.step(steps)
        steering = Steering()
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.seek_asked.connect(lambda step: asked.append(("seek", step)))
        steering.lit.connect(lambda name, value: asked.append((name, value)))
        picture = kind(steering)
        kept.append((picture, steering, run))
        qtbot.addWidget(picture)
        picture.resize(900, 420)
        picture.apply_theme(LIGHT)
        picture.show()
        picture.draw(frame_of(run, run.arrays(*kind.arrays)))
        picture.grab()
        return picture

    yield make
    kept.clear()


def mouse(board, kind, place, button=NONE, held=NONE):
    everywhere = QPointF(board.mapToGlobal(place.toPoint()))
    event = QMouseEvent(kind, place, everywhere, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(board, event)


def hover(picture, grid, cell):
    mouse(picture.board, QEvent.Type.MouseMove, grid.rectangle(cell).center())


def press_and_drag(picture, grid, cell, by):
    place = grid.rectangle(cell).center()
    mouse(picture.board, QEvent.Type.MouseButtonPress, place, LEFT, LEFT)
    if by:
        mouse(picture.board, QEvent.Type.MouseMove, place + QPointF(*by), NONE, LEFT)
    mouse(picture.board, QEvent.Type.MouseButtonRelease, place + QPointF(*(by or (0, 0))), LEFT, NONE)


def test_the_first_screen_shows_the_complete_result_pale_and_the_first_cell_worked_out(make):
    sweep, cell = make(Sweep), make(OneCell)
    digit = torch.tensor(sweep.moment.input)
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    expected = F.conv2d(digit[None], sobel[None, None])[0, 0].numpy()
    assert (sweep.output.values == expected).all()
    assert sweep.output.faint.all()
    assert sweep.input.marks[0].cells == {(y, x) for y in range(3) for x in range(3)}
    assert cell.patch.values.tolist() == digit[0, :3, :3].tolist()
    assert cell.products.values.sum() == cell.total.values[0, 0] == 46
    assert "Σ products 46 + bias 0 = 46" in VIEW.summary(sweep.frame)


def test_computed_cells_are_no_longer_pale(make):
    sweep = make(Sweep, steps=8)
    assert sweep.output.faint.sum() == 36 - 8
    assert not sweep.output.faint[1, 1]
    assert sweep.output.marks[0].cells == {(1, 1)}


def test_hovering_the_output_moves_the_window_in_every_picture(make, asked):
    sweep = make(Sweep)
    hover(sweep, sweep.output, (2, 3))
    assert (CELL, (0, 2, 3)) in asked
    sweep.light(CELL, (0, 2, 3))
    assert sweep.input.marks[0].cells == {(y, x) for y in (2, 3, 4) for x in (3, 4, 5)}
    cell = make(OneCell)
    cell.light(CELL, (0, 2, 3))
    assert cell.total.values[0, 0] == sweep.output.values[2, 3]
    assert cell.heading() == "One cell, worked out: row 2, column 3"


def test_hovering_the_input_moves_the_window_there_as_far_as_it_can_go(make, asked):
    sweep = make(Sweep)
    hover(sweep, sweep.input, (4, 5))
    assert (CELL, (0, 3, 4)) in asked
    hover(sweep, sweep.input, (0, 0))
    assert asked[-1] == (CELL, (0, 0, 0))


def test_a_click_on_an_output_cell_goes_to_the_step_that_computes_it(make, asked):
    sweep = make(Sweep)
    place = sweep.output.rectangle((1, 2)).center()
    mouse(sweep.board, QEvent.Type.MouseMove, place)
    press_and_drag(sweep, sweep.output, (1, 2), None)
    assert ("seek", 1 * 6 + 2 + 1) in asked


def test_a_weight_shows_every_input_it_touches_and_every_output_it_reaches(make):
    sweep = make(Sweep)
    sweep.light(TAP, (0, 2))
    assert sweep.input.marks[0].cells == {(y, x) for y in range(6) for x in range(2, 8)}
    assert sweep.output.marks[0].cells == {(y, x) for y in range(6) for x in range(6)}


def test_a_weight_of_a_flipped_kernel_touches_the_other_side(make):
    sweep = make(Sweep, flip=True)
    sweep.light(TAP, (0, 2))
    assert sweep.input.marks[0].cells == {(y, x) for y in range(2, 8) for x in range(6)}


def test_a_weight_is_dragged_upwards_to_a_larger_number(make, asked):
    sweep = make(Sweep)
    press_and_drag(sweep, sweep.kernel, (1, 2), (0, -24))
    assert asked[-1] == ("set", {"kernel": "custom", "kernel_values": "-1 0 1; -2 0 5; -1 0 1"})


def test_a_weight_is_typed_after_a_click(make, asked):
    sweep = make(Sweep)
    press_and_drag(sweep, sweep.kernel, (0, 0), None)
    entry = sweep.board.entry
    assert entry is not None
    assert entry.text() == "-1"
    entry.setText("2.5")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert asked[-1] == ("set", {"kernel": "custom", "kernel_values": "2.5 0 1; -2 0 2; -1 0 1"})
    assert sweep.board.entry is None


def test_escape_gives_up_what_is_typed(make, asked):
    sweep = make(Sweep)
    press_and_drag(sweep, sweep.kernel, (0, 0), None)
    QTest.keyClick(sweep.board.entry, Qt.Key.Key_Escape)
    assert sweep.board.entry is None
    assert not [each for each in asked if each[0] == "set"]


def test_one_weight_of_several_kernels_changes_alone(make, asked):
    sweep = make(Sweep, kernel="custom", kernel_values="1 2; 3 4 | 5 6; 7 8", out_channels=2, channel_out=1)
    press_and_drag(sweep, sweep.kernel, (0, 1), (0, 16))
    assert asked[-1][1]["kernel_values"] == "1 2; 3 4 | 5 4; 7 8"


def test_the_edited_kernel_is_what_the_run_then_uses():
    run = Run("convolution")
    run.set(kernel="custom", kernel_values="-1 0 1; -2 0 5; -1 0 1")
    assert run.arrays("result")["result"][0, 0, 0] == 46 + 3 * 13


def test_keys_go_from_cell_to_cell_and_from_grid_to_grid(make, asked):
    sweep = make(Sweep)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(sweep.board, key)
    assert asked[-1] == (CELL, (0, 0, 1))
    QTest.keyClick(sweep.board, Qt.Key.Key_PageDown)
    assert (TAP, (0, 0)) in asked


def test_a_stride_keeps_every_second_cell_lit_and_what_is_unread_is_drawn_so(make):
    sweep = make(Sweep, stride_y=2, stride_x=2)
    assert sweep.output.shape == (3, 3)
    assert sweep.dense.shape == (6, 6)
    assert np.argwhere(~sweep.dense.faint).tolist() == [[y, x] for y in (0, 2, 4) for x in (0, 2, 4)]
    assert (sweep.dense.values[::2, ::2] == sweep.output.values).all()
    unread = {tuple(cell) for cell in np.argwhere(sweep.input.hatched).tolist()}
    assert unread == {(7, x) for x in range(8)} | {(y, 7) for y in range(8)}
    assert sweep.input.caption == "unread: last row and last column"


def test_dropped_padding_is_said_to_be_padding(make):
    sweep = make(Sweep, stride_y=2, stride_x=2, padding="custom")
    assert "padding only" in sweep.input.caption
    assert not sweep.input.hatched[1:-1, 1:-1].any()


def test_a_photograph_is_a_picture_and_the_cell_has_its_numbers(make):
    sweep, cell = (make(kind, image="flower", own_size=True, in_channels=3) for kind in (Sweep, OneCell))
    assert sweep.input.picture.shape == (427, 640, 3)
    patch = sweep.moment.input[:, 10:13, 20:23].astype(float)
    cell.light(CELL, (0, 10, 20))
    kernel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    assert cell.total.values[0, 0] == (patch * kernel).sum()
    assert pixels(sweep).std() > 20


def test_the_sum_over_channels_and_the_bias_are_written_out(make):
    cell = make(OneCell, image="flower", in_channels=3, height=6, width=6, bias=2.0)
    sums = dict(cell.moment.sums((0, 0, 0)))
    assert sum(sums.values()) + 2 == pytest.approx(cell.moment.result[0, 0, 0])
    assert "Σ over channels 0, 1, 2" in VIEW.summary(cell.frame)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"stride_y": 2, "padding": "custom", "dilation_x": 2, "flip": True},
        {"operation": "transposed", "stride_y": 2, "stride_x": 2, "output_padding": 1, "flip": True},
        {"padding": "same", "padding_mode": "reflect", "kernel": "emboss"},
        {"operation": "average-pool", "stride_x": 2},
        {"operation": "max-pool", "padding": "same"},
        {"in_channels": 4, "out_channels": 2, "groups": 2, "kernel": "random", "channel_in": 3, "channel_out": 1},
        {"operation": "transposed", "in_channels": 4, "out_channels": 4, "groups": 2, "kernel": "random"},
    ],
)  # fmt: skip
def test_every_gradient_is_the_sum_of_the_terms_it_shows(make, given):
    picture = make(Backward, upstream="custom", upstream_values="1 2 0; 0 -1 3; 2 2 2", **given)
    moment, arrays = picture.moment, picture.frame.arrays
    for row, column in np.ndindex(moment.input.shape[1:]):
        picture.found = ("grad-input", row, column)
        shown = sum(a * b for _, _, a, b in picture.terms())
        assert shown == pytest.approx(float(arrays["grad_input"][moment.channel_in, row, column]), abs=1e-4)
    for tap in np.ndindex(picture.grad_weight.shape):
        picture.found = ("grad-kernel", *tap)
        shown = sum(a * b for _, _, a, b in picture.terms())
        assert shown == pytest.approx(float(picture.grad_weight.values[tap]), abs=1e-3)


def test_an_upstream_number_is_edited_in_place(make, asked):
    picture = make(Backward, kernel_height=7, kernel_width=7, kernel="box")
    press_and_drag(picture, picture.upstream, (0, 1), (0, -16))
    assert asked[-1] == ("set", {"upstream": "custom", "upstream_values": "1 3; 1 1"})
    run = Run("convolution", kernel_height=7, kernel_width=7, kernel="box", **asked[-1][1])
    assert run.arrays("upstream")["upstream"].tolist() == [[[1, 3], [1, 1]]]


def test_a_row_of_the_matrix_lights_its_output_cell(make, asked):
    picture = make(Matrix)
    hover(picture, picture.matrix, (13, 20))
    assert (CELL, (0, 2, 1)) in asked
    assert "216 of 2,304 entries of W are not 0 (9.4 %): 4 different numbers" in picture.sparse_words()
    assert "not the identity" in picture.transpose_words()
    assert "is the identity: Wᵀ undoes W" in make(Matrix, kernel="identity", padding="same").transpose_words()


def test_what_comes_back_is_not_what_went(make):
    assert "0 of 16 numbers have" in make(RoundTrip, "transposed-convolution").words()
    assert "Every number has come back" in make(RoundTrip, "transposed-convolution", kernel="identity").words()


def test_the_receptive_field_is_where_the_gradient_arrives(make):
    picture = make(ReceptiveField, layers=3)
    image = torch.zeros(1, 1, 8, 8, requires_grad=True)
    out, ones = image, torch.ones(1, 1, 3, 3)
    for _ in range(3):
        out = F.conv2d(out, ones)
    picture.hover("level-3", 0, 1)
    (found,) = torch.autograd.grad(out[0, 0, 0, 1], image)
    assert (picture.levels[0].values == found[0, 0].numpy()).all()
    assert picture.levels[0].caption == "sees 7 × 7"
    assert "1 → 3 → 5 → 7" in picture.words()[0]


def test_layers_that_do_not_fit_are_not_drawn_and_said_so(make):
    picture = make(ReceptiveField, layers=6)
    assert picture.stack.depth == 3
    assert "only 3 of 6" in picture.words()[0]


def test_the_shifted_image_has_the_shifted_output_but_for_the_border(make):
    picture = make(Equivariance, shift_x=1)
    assert picture.gap.caption == "30 of 36 cells equal"
    assert "every cell" in make(Equivariance, padding="same", padding_mode="circular").words()[0].lower()
    assert "no such cells" in make(Equivariance, stride_y=2, stride_x=2, shift_x=1).words()[0]
    assert make(Equivariance, "pooling", shift_x=1).frame.arrays["pooled"].shape == (1, 2, 2)


def test_the_costs_are_those_of_the_modules(make):
    picture = make(CostPicture, image="flower", in_channels=3, out_channels=8, height=16, width=16)
    told = picture.summary()
    here = sum(p.numel() for p in torch.nn.Conv2d(3, 8, 3).parameters())
    separable = [torch.nn.Conv2d(3, 3, 3, groups=3), torch.nn.Conv2d(3, 8, 1)]
    apart = sum(p.numel() for module in separable for p in module.parameters())
    dense = sum(p.numel() for p in torch.nn.Linear(3 * 16 * 16, 8 * 14 * 14).parameters())
    for name, count in (("This layer", here), ("Depthwise separable", apart), ("Dense layer", dense)):
        assert f"{name}: {count:,} parameters" in told
    assert f"{8 * 14 * 14 * 3 * 9:,} multiply–adds" in told


@pytest.mark.parametrize("kind", VIEW.cards)
@pytest.mark.parametrize(
    ("scene", "given"),
    [
        ("convolution", {"dimensions": 1, "causal": True, "width": 16}),
        ("pooling", {}),
        ("pooling", {"operation": "average-pool", "padding": "same", "kernel_height": 3}),
        ("transposed-convolution", {"stride_y": 3, "stride_x": 5, "kernel_values": "1 1"}),
        ("convolution", {"in_channels": 4, "out_channels": 8, "groups": 4, "kernel": "learned", "padding": "full"}),
        ("convolution", {"image": "china", "own_size": True, "in_channels": 3, "at_once": True}),
    ],
)
def test_every_picture_draws_every_kind_of_operation(make, kind, scene, given):
    picture = make(kind, scene, steps=2, **given)
    assert picture.heading()
    assert picture.summary()
    picture.light(CELL, (0, 0, 0))
    picture.light(TAP, (0, 0))
    picture.light(CELL, None)
    assert len(np.unique(pixels(picture)[::7, ::7].reshape(-1, 3), axis=0)) > 3


def test_an_image_that_is_dropped_becomes_the_input(tmp_path):
    path = tmp_path / "squares.png"
    colours = np.zeros((5, 7, 3), np.uint8)
    colours[1:3, 2:5, 0] = 200
    Image.fromarray(colours).save(path)
    assert "squares.png" in VIEW.files.words(path)
    assert not VIEW.files.words(tmp_path / "run.json")
    run = Run("convolution", **VIEW.files.take(path, None))
    assert (run.arrays("input")["input"] == colours.transpose(2, 0, 1)).all()
    path.write_bytes(b"no image")
    with pytest.raises(Refused, match="give a PNG"):
        VIEW.files.take(path, None)


def test_what_the_floor_drops_is_noted():
    run = Run("convolution", stride_y=2, stride_x=2)
    texts = [note.text for note in run.notes]
    assert texts == ["The last row and column are never read: 5 is no multiple of the stride 2."]
    run = Run("convolution", stride_y=3, stride_x=2)
    texts = [note.text for note in run.notes]
    assert texts == [
        "The last 2 rows are never read: 5 is no multiple of the stride 3.",
        "The last column is never read: 5 is no multiple of the stride 2.",
    ]


def test_within_a_step_the_next_cell_is_worked_out_phase_by_phase(make):
    picture = make(OneCell, steps=3)
    run = Run("convolution")
    run.step(3)
    for phase, known in (("window", []), ("products", ["weights", "products"])):
        run.advance_phase()
        frame = frame_of(run, run.arrays(*picture.arrays))
        assert frame.phase == phase
        picture.draw(frame)
        assert picture.place == (0, 0, 3)
        clear = [grid.name for grid in (picture.kernel, picture.products, picture.total) if grid.faint is None]
        assert clear == known
        assert phase[:-1] in picture.heading()


def test_no_tooltip_covers_the_cells_while_they_are_hovered(make):
    sweep = make(Sweep)
    for place, taken in ((sweep.input.rectangle((1, 1)).center(), True), (QPointF(1, 1), False)):
        event = QHelpEvent(QEvent.Type.ToolTip, place.toPoint(), sweep.board.mapToGlobal(place.toPoint()))
        QApplication.sendEvent(sweep.board, event)
        assert QToolTip.isVisible() != taken
    QToolTip.hideText()
