"""The cards: what they show is what PyTorch computed, they link cells, and ask for what a hand does."""

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.commands.running import frame_of
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.scenes.convolution.cards import backward, cell, channels, matrix, receptive, signal, stuffed, sweep
from explainer.scenes.convolution.cards.looking import place_of
from explainer.scenes.convolution.moment import moment_of
from explainer.scenes.convolution.view import VIEW
from explainer.theme.tokens import LIGHT
from tests.plots.hand import pixels

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
INPUT, KERNEL, DENSE, OUTPUT = sweep.INPUT, sweep.KERNEL, sweep.DENSE, sweep.OUTPUT
KEYS = [card.key for card in VIEW.cards]


class Shown:
    """A card of a real run on its own: lit by its own pointer, as on the stage, and by :meth:`light`."""

    def __init__(self, qtbot, key, scene="convolution", steps=0, **given):
        self.run = Run(scene, **given)
        self.run.step(steps)
        self.asked, self.steering = [], Steering()
        self.steering.set_asked.connect(lambda values: self.asked.append(("set", values)))
        self.steering.seek_asked.connect(lambda step: self.asked.append(("seek", step)))
        kind = next(card for card in view_of(self.run.execution.scene).cards if card.key == key)
        self.picture = kind(self.steering)
        self.steering.lit.connect(self.picture.light)
        qtbot.addWidget(self.picture)
        self.picture.resize(900, 420)
        self.picture.apply_theme(LIGHT)
        self.picture.show()
        self.draw()

    def draw(self):
        """Draw the run as it is now."""
        self.picture.draw(frame_of(self.run, self.run.arrays(*self.picture.arrays)))
        self.picture.grab()

    @property
    def part(self):
        return self.picture.parts[0]

    @property
    def frame(self):
        return self.part.frame

    @property
    def moment(self):
        return moment_of(self.frame)

    @property
    def title(self):
        return self.picture.accessibleName()

    def grid(self, number):
        return self.part.grids[number]

    def values(self, number):
        return self.grid(number).values

    def marked(self, number):
        """Return the cells of a grid that are marked."""
        return set().union(*(mark.cells for mark in self.part.marked[number]))

    def words(self):
        """Return the lines below, the longest version of each."""
        return [words if isinstance(words, str) else words[0] for words, _ in self.part.lines]

    def light(self, **lights):
        """Light places as a pointer in another card does."""
        for name, place in lights.items():
            self.steering.light(name.replace("_", " "), place)

    def lit(self, *names):
        return tuple(self.frame.lit.get(name) for name in names)

    def middle(self, number, place):
        return self.part.rectangle((number, place)).center()

    def mouse(self, kind, place, button=NONE, held=NONE):
        everywhere = QPointF(self.part.mapToGlobal(place.toPoint()))
        event = QMouseEvent(kind, place, everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.part, event)

    def hover(self, number, place):
        self.mouse(QEvent.Type.MouseMove, self.middle(number, place))

    def press(self, number, place, by=None):
        """Click a cell, or drag it."""
        at = self.middle(number, place)
        self.mouse(QEvent.Type.MouseButtonPress, at, LEFT, LEFT)
        if by:
            self.mouse(QEvent.Type.MouseMove, at + QPointF(*by), NONE, LEFT)
        self.mouse(QEvent.Type.MouseButtonRelease, at + QPointF(*(by or (0, 0))), LEFT)
        self.part._ask.hurry()

    def leave(self):
        self.mouse(QEvent.Type.MouseMove, QPointF(1, 1))


@pytest.fixture
def make(qtbot):
    """Return what makes a card of a real run."""
    kept = []

    def make(key, scene="convolution", steps=0, **given):
        kept.append(Shown(qtbot, key, scene, steps, **given))
        return kept[-1]

    yield make
    kept.clear()


def test_the_first_screen_shows_the_complete_result_pale_and_the_first_cell_worked_out(make):
    whole, one = make("operation"), make("cell")
    digit = torch.tensor(whole.moment.input)
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    expected = F.conv2d(digit[None], sobel[None, None])[0, 0].numpy()
    assert (whole.values(OUTPUT) == expected).all()
    assert whole.grid(OUTPUT).faint.all()
    assert whole.marked(INPUT) == {(y, x) for y in range(3) for x in range(3)}
    assert one.values(cell.PATCH).tolist() == digit[0, :3, :3].tolist()
    assert one.values(cell.PRODUCTS).sum() == one.values(cell.TOTAL).item() == 46
    assert "Σ products 46 + bias 0 = 46" in VIEW.summary(whole.frame)


def test_computed_cells_are_no_longer_pale(make):
    whole = make("operation", steps=8)
    assert whole.grid(OUTPUT).faint.sum() == 36 - 8
    assert not whole.grid(OUTPUT).faint[1, 1]
    assert whole.marked(OUTPUT) == {(1, 1)}


def test_what_is_not_computed_can_be_hidden(make):
    whole = make("operation", steps=8, hide=True)
    known = np.isfinite(whole.values(OUTPUT)).reshape(-1)
    assert known[:8].all()
    assert not known[8:].any()
    whole.hover(OUTPUT, (3, 3))
    assert whole.part.reading() == "output row 3, column 3: not computed yet"


def test_hovering_the_output_moves_the_window_in_every_card(make):
    whole, one = make("operation"), make("cell")
    whole.hover(OUTPUT, (2, 3))
    assert whole.lit("output y", "output x") == (2, 3)
    assert whole.marked(INPUT) == {(y, x) for y in (2, 3, 4) for x in (3, 4, 5)}
    one.light(output_y=2, output_x=3)
    assert one.values(cell.TOTAL).item() == whole.values(OUTPUT)[2, 3]
    assert one.title == "One cell, worked out: row 2, column 3"
    whole.leave()
    assert whole.marked(OUTPUT) == {(0, 0)}
    one.light(output_y=None, output_x=None)
    assert one.title == "One cell, worked out: row 0, column 0"


def test_hovering_the_input_moves_the_window_there_as_far_as_it_can_go(make):
    whole = make("operation")
    whole.hover(INPUT, (4, 5))
    assert whole.lit("output y", "output x") == (3, 4)
    whole.hover(INPUT, (0, 0))
    assert whole.lit("output y", "output x") == (0, 0)


@pytest.mark.parametrize("given", [{}, {"padding": "custom", "dilation_y": 2, "dilation_x": 2}, {"output_padding": 1}])
def test_hovering_an_input_of_a_transposed_one_marks_all_that_it_writes(make, given):
    whole = make("operation", "transposed-convolution", **given)
    y, x = whole.moment.plan.y, whole.moment.plan.x
    for row, column in ((0, 0), (1, 2), (3, 3)):
        single = torch.zeros(1, 1, 4, 4)
        single[0, 0, row, column] = 1
        options = {"stride": 2, "padding": y.before, "dilation": y.dilation, "output_padding": x.extra}
        written = F.conv_transpose2d(single, torch.ones(1, 1, 3, 3), **options)[0, 0]
        whole.hover(INPUT, (row, column))
        assert whole.marked(OUTPUT) == {tuple(place) for place in np.argwhere(written.numpy()).tolist()}
        assert "× the kernel" in whole.part.reading()


def test_a_click_on_an_output_cell_goes_to_the_step_that_computes_it(make):
    whole = make("operation")
    whole.press(OUTPUT, (1, 2))
    assert whole.asked == [("seek", 1 * 6 + 2 + 1)]


def test_a_weight_shows_every_input_it_touches_and_every_output_it_reaches(make):
    whole = make("operation")
    whole.hover(KERNEL, (0, 2))
    assert whole.marked(INPUT) == {(y, x) for y in range(6) for x in range(2, 8)}
    assert whole.marked(OUTPUT) == {(y, x) for y in range(6) for x in range(6)}


def test_a_weight_of_a_flipped_kernel_touches_the_other_side(make):
    whole = make("operation", flip=True)
    whole.light(kernel_y=0, kernel_x=2)
    assert whole.marked(INPUT) == {(y, x) for y in range(2, 8) for x in range(6)}


def test_a_number_of_the_worked_out_cell_lights_its_weight_and_stays_at_the_cell(make):
    one = make("cell", flip=True)
    one.light(output_y=2, output_x=3)
    one.hover(cell.PATCH, (0, 2))
    assert one.lit("kernel y", "kernel x", "output y", "output x") == (2, 0, 2, 3)
    assert one.marked(cell.PRODUCTS) == {(0, 2)}


def test_a_weight_is_dragged_upwards_to_a_larger_number(make):
    whole = make("operation")
    whole.press(KERNEL, (1, 2), (0, -24))
    assert whole.asked[-1] == ("set", {"kernel": "custom", "kernel_values": "-1 0 1; -2 0 5; -1 0 1"})


def test_a_weight_is_typed_after_a_click_and_escape_gives_it_up(make):
    whole = make("operation")
    whole.press(KERNEL, (0, 0))
    entry = whole.part.findChild(QLineEdit, "cell-entry")
    assert entry.text() == "-1"
    QTest.keyClick(entry, Qt.Key.Key_Escape)
    assert not whole.asked
    whole.press(KERNEL, (0, 0))
    entry = whole.part.hand.entry
    entry.setText("2.5")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    whole.part._ask.hurry()
    assert whole.asked == [("set", {"kernel": "custom", "kernel_values": "2.5 0 1; -2 0 2; -1 0 1"})]


def test_one_weight_of_several_kernels_changes_alone(make):
    whole = make("operation", kernel="custom", kernel_values="1 2; 3 4 | 5 6; 7 8", out_channels=2, channel_out=1)
    whole.press(KERNEL, (0, 1), (0, 16))
    assert whole.asked[-1][1]["kernel_values"] == "1 2; 3 4 | 5 4; 7 8"


def test_the_edited_kernel_is_what_the_run_then_uses():
    run = Run("convolution")
    run.set(kernel="custom", kernel_values="-1 0 1; -2 0 5; -1 0 1")
    assert run.arrays("result")["result"][0, 0, 0] == 46 + 3 * 13


def test_keys_go_from_cell_to_cell_and_from_grid_to_grid(make):
    whole = make("operation")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(whole.part, key)
    assert whole.lit("output y", "output x") == (0, 1)
    QTest.keyClick(whole.part, Qt.Key.Key_PageDown)
    assert whole.lit("kernel y", "kernel x") == (0, 0)


def test_a_stride_keeps_every_second_cell_lit_and_what_is_unread_is_drawn_so(make):
    whole = make("operation", stride_y=2, stride_x=2)
    dense = whole.grid(DENSE)
    assert whole.values(OUTPUT).shape == (3, 3)
    assert np.argwhere(~dense.faint).tolist() == [[y, x] for y in (0, 2, 4) for x in (0, 2, 4)]
    assert (dense.values[::2, ::2] == whole.values(OUTPUT)).all()
    unread = {tuple(cell) for cell in np.argwhere(whole.grid(INPUT).hatched).tolist()}
    assert unread == {(7, x) for x in range(8)} | {(y, 7) for y in range(8)}
    assert whole.grid(INPUT).caption == "unread: last row and last column"
    assert make("operation").values(DENSE).size == 0


def test_dropped_padding_is_said_to_be_padding(make):
    whole = make("operation", stride_y=2, stride_x=2, padding="custom")
    assert "padding only" in whole.grid(INPUT).caption
    assert not whole.grid(INPUT).hatched[1:-1, 1:-1].any()


def test_a_photograph_is_a_picture_and_the_cell_has_its_numbers(make):
    whole, one = (make(key, image="flower", own_size=True, in_channels=3) for key in ("operation", "cell"))
    assert whole.grid(INPUT).picture.shape == (427, 640, 3)
    patch = whole.moment.input[:, 10:13, 20:23].astype(float)
    one.light(output_y=10, output_x=20)
    kernel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    assert one.values(cell.TOTAL).item() == (patch * kernel).sum()
    assert pixels(whole.picture).std() > 20


def test_hovering_a_photograph_paints_nothing_but_marks_anew(make):
    whole = make("operation", image="flower", own_size=True, in_channels=3, padding="same")
    kept = whole.part._still
    whole.hover(OUTPUT, (100, 200))
    whole.picture.draw(whole.frame)
    assert whole.part._still is kept


def test_a_channel_is_chosen_by_a_click(make):
    whole = make("operation", image="flower", in_channels=3, out_channels=2, height=6, width=6)
    whole.press(sweep.CHANNELS_IN, (0, 2))
    whole.press(sweep.CHANNELS_OUT, (0, 1))
    assert whole.asked == [("set", {"channel_in": 2}), ("set", {"channel_out": 1})]


def test_the_sum_over_channels_and_the_bias_are_written_out(make):
    one = make("cell", image="flower", in_channels=3, height=6, width=6, bias=2.0)
    sums = dict(one.moment.sums((0, 0, 0)))
    assert sum(sums.values()) + 2 == pytest.approx(one.moment.result[0, 0, 0])
    assert "Σ over channels 0, 1, 2" in one.words()[0]


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
    card = make("backward", upstream="custom", upstream_values="1 2 0; 0 -1 3; 2 2 2", **given)
    moment, arrays = card.moment, card.frame.arrays
    for row, column in np.ndindex(moment.input.shape[1:]):
        card.light(y=row, x=column)
        shown = sum(a * b for _, _, a, b in backward.terms(card.frame, moment))
        assert shown == pytest.approx(float(arrays["grad_input"][moment.channel_in, row, column]), abs=1e-4)
    card.light(y=None, x=None)
    weights = card.values(backward.GRAD_KERNEL)
    for tap in np.ndindex(weights.shape):
        card.light(kernel_y=tap[0], kernel_x=tap[1])
        shown = sum(a * b for _, _, a, b in backward.terms(card.frame, moment))
        assert shown == pytest.approx(float(weights[tap]), abs=1e-3)


def test_an_upstream_number_is_edited_in_place(make):
    card = make("backward", kernel_height=7, kernel_width=7, kernel="box")
    card.press(backward.UPSTREAM, (0, 1), (0, -16))
    assert card.asked[-1] == ("set", {"upstream": "custom", "upstream_values": "1 3; 1 1"})
    run = Run("convolution", kernel_height=7, kernel_width=7, kernel="box", **card.asked[-1][1])
    assert run.arrays("upstream")["upstream"].tolist() == [[[1, 3], [1, 1]]]


def test_a_row_of_the_matrix_lights_its_output_cell(make):
    card = make("matrix")
    card.hover(matrix.MATRIX, (13, 20))
    assert card.lit("output channel", "output y", "output x") == (0, 2, 1)
    row, transpose, sparse = card.words()
    assert row.startswith("Row 13 = output[0, 2, 1]: ")
    assert "216 of 2,304 entries of W are not 0 (9.4 %): 4 different numbers" in sparse
    assert "not the identity" in transpose
    assert "is the identity: Wᵀ undoes W" in make("matrix", kernel="identity", padding="same").words()[1]


def test_a_matrix_that_is_too_large_is_none_and_says_so(make):
    card = make("matrix", height=64, width=64)
    assert card.part.empty
    assert "choose a smaller image" in card.picture.summary()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"kernel_values": "1 2 3; 4 5 6", "stride_y": 3, "flip": True},
        {"padding": "full", "dilation_y": 2, "dilation_x": 3, "kernel": "emboss"},
        {"padding": "custom", "padding_y": 3, "padding_x": 2, "output_padding": 1, "stride_x": 4},
        {"dimensions": 1, "kernel": "sobel-x", "output_padding": 1},
    ],
)
def test_a_transposed_one_is_a_convolution_of_the_input_with_zeros_between(make, given):
    card = make("stuffed", "transposed-convolution", **given)
    wide, turned, out = (torch.from_numpy(np.array(card.values(k), np.float32)) for k in range(3))
    y, x = card.moment.plan.y, card.moment.plan.x
    found = F.conv2d(wide[None, None], turned[None, None], dilation=(y.dilation, x.dilation))[0, 0]
    assert torch.allclose(found, out)
    row, column = y.out - 1, x.out // 2
    card.hover(stuffed.OUTPUT, (row, column))
    cells = torch.tensor([wide[cell] for cell in sorted(card.marked(stuffed.STUFFED))]).reshape(turned.shape)
    assert float((cells * turned).sum()) == pytest.approx(float(out[row, column]))


def test_a_weight_lies_where_the_turned_kernel_has_it(make):
    card = make("stuffed", "transposed-convolution", kernel="custom", kernel_values="1 2 3; 4 5 6")
    card.light(output_y=2, output_x=2, kernel_y=0, kernel_x=2)
    ((row, column),) = card.marked(stuffed.KERNEL)
    assert card.values(stuffed.KERNEL)[row, column] == 3
    card.hover(stuffed.KERNEL, (1, 0))
    assert card.lit("kernel y", "kernel x") == (0, 2)


def test_the_sums_of_all_channels_and_the_bias_are_the_cell(make):
    card = make("channels", steps=5, image="flower", in_channels=3, out_channels=2, height=6, width=6, bias=2.0)
    sums = [float(words.partition("Σ ")[2].replace("−", "-")) for words in channels.input_captions(card.frame)]
    said = channels.output_captions(card.frame)[0].partition(": ")[2]
    assert sum(sums) + 2 == float(said.replace("−", "-")) == card.moment.result[(0, *card.moment.here[1:])]
    assert [part.values.shape for part in card.picture.parts] == [(3, 6, 6), (6, 3, 3), (2, 4, 4)]


@pytest.mark.parametrize(("causal", "stride"), [(True, 1), (True, 2), (False, 1), (False, 3)])
def test_an_output_stands_at_the_middle_of_its_window_or_causal_at_its_end(make, causal, stride):
    card = make("signal", steps=3, dimensions=1, width=16, causal=causal, stride_x=stride, kernel_width=3)
    moment = card.moment
    below = card.picture.parts[1].values
    for place in range(moment.plan.x.out):
        read = [at for _, at in moment.plan.x.taps(place)]
        at = read[-1] if causal else read[1]
        assert below[1, at] == moment.result[0, 0, place]
        assert np.isfinite(below[0, at]) == (place < 3)
        assert f"output {place}: " in signal.reading(card.frame, at)
    assert np.isfinite(below[1]).sum() == moment.plan.x.out


def test_what_comes_back_is_not_what_went(make):
    card = make("round-trip", "transposed-convolution")
    assert "0 of 16 numbers have" in card.words()[0]
    assert "Every number has come back" in make("round-trip", "transposed-convolution", kernel="identity").words()[0]
    card.hover(2, (1, 2))
    came = card.frame.arrays["round_trip"][0, 1, 2]
    assert card.words()[1] == f"row 1, column 2: {card.moment.input[0, 1, 2]:.0f} went, {came:.0f} came back"


def test_the_receptive_field_is_where_the_gradient_arrives(make):
    card = make("receptive", layers=3)
    image = torch.zeros(1, 1, 8, 8, requires_grad=True)
    out, ones = image, torch.ones(1, 1, 3, 3)
    for _ in range(3):
        out = F.conv2d(out, ones)
    card.hover(3, (0, 1))
    (found,) = torch.autograd.grad(out[0, 0, 0, 1], image)
    assert (card.values(0) == found[0, 0].numpy()).all()
    assert card.grid(0).caption == "sees 7 × 7"
    assert "1 → 3 → 5 → 7" in card.words()[0]


def test_layers_that_do_not_fit_are_not_drawn_and_said_so(make):
    card = make("receptive", layers=6)
    assert receptive.stack_in(card.moment).depth == 3
    assert [grid.values.size > 0 for grid in card.part.grids] == [True] * 4 + [False] * 3
    assert "only 3 of 6" in card.words()[0]


def test_the_shifted_image_has_the_shifted_output_but_for_the_border(make):
    card = make("equivariance", shift_x=1)
    assert card.grid(3).caption == "30 of 36 cells equal"
    card.press(0, (4, 7))
    assert card.asked == [("set", {"shift_y": 0, "shift_x": 3})]
    assert "every cell" in make("equivariance", padding="same", padding_mode="circular").words()[0].lower()
    assert "no such cells" in make("equivariance", stride_y=2, stride_x=2, shift_x=1).words()[0]
    assert make("equivariance", "pooling", shift_x=1).frame.arrays["pooled"].shape == (1, 2, 2)


def test_the_costs_are_those_of_the_modules(make):
    told = make("cost", image="flower", in_channels=3, out_channels=8, height=16, width=16).picture.summary()
    here = sum(p.numel() for p in torch.nn.Conv2d(3, 8, 3).parameters())
    separable = [torch.nn.Conv2d(3, 3, 3, groups=3), torch.nn.Conv2d(3, 8, 1)]
    apart = sum(p.numel() for module in separable for p in module.parameters())
    dense = sum(p.numel() for p in torch.nn.Linear(3 * 16 * 16, 8 * 14 * 14).parameters())
    for name, count in (("This layer", here), ("Depthwise separable", apart), ("Dense layer", dense)):
        assert f"{name}: {count:,} parameters" in told
    assert f"{8 * 14 * 14 * 3 * 9:,} multiply–adds" in told


@pytest.mark.parametrize("key", KEYS)
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
def test_every_card_draws_every_kind_of_operation(make, key, scene, given):
    card = make(key, scene, steps=2, **given)
    assert card.title
    assert card.picture.summary()
    card.light(output_channel=0, output_y=0, output_x=0, kernel_y=0, kernel_x=0, y=0, x=0)
    card.light(output_y=None)
    assert len(np.unique(pixels(card.picture)[::7, ::7].reshape(-1, 3), axis=0)) > 2


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
    card = make("cell", steps=3)
    for phase, known in (("window", []), ("products", [cell.KERNEL, cell.PRODUCTS])):
        card.run.advance_phase()
        card.draw()
        assert card.frame.phase == phase
        assert place_of(card.frame, card.moment) == (0, 0, 3)
        assert [k for k in (cell.KERNEL, cell.PRODUCTS, cell.TOTAL) if card.grid(k).faint is None] == known
        assert phase[:-1] in card.title
