"""Images: their colours, captions, overlays and boxes, choosing, and the paper that is drawn on."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt

from explainer.contract.cards import Act, Images
from explainer.theme.colour_maps import signed
from explainer.theme.tokens import DARK

GREY = np.linspace(0, 1, 3 * 4 * 4).reshape(3, 4, 4)
DIMS = {"images": ("image", "row", "column"), "over": ("image", "row", "column")}


def grey(share):
    """Return the colour of a share of ink."""
    ends = [np.array([int(token[i : i + 2], 16) for i in (1, 3, 5)]) for token in (DARK.canvas, DARK.text)]
    return np.round(ends[0] + share * (ends[1] - ends[0]))


def colour_in(shown, cell):
    """Return the colour in the middle of a cell."""
    place = shown.part.rectangle(cell).center().toPoint()
    return shown.pixels()[place.y(), place.x()].astype(int)


def test_grey_and_coloured_images_have_their_colours(shown):
    made = shown(Images("images"), {"images": GREY}, dims=DIMS)
    for cell in ((0, 0, 1), (1, 2, 3), (2, 3, 3)):
        assert np.abs(colour_in(made, cell) - grey(GREY[cell])).max() <= 3
    rgb = (np.random.default_rng(1).random((2, 3, 4, 3)) * 255).astype(np.uint8)
    dims = {"images": ("image", "row", "column", "colour")}
    made = shown(Images("images"), {"images": rgb}, dims=dims)
    for cell in ((0, 1, 1), (1, 2, 3)):
        assert np.abs(colour_in(made, cell) - rgb[cell]).max() <= 1
        made.hover(made.part.rectangle(cell).center().toPoint())
        assert made.lit() == dict(zip(("image", "row", "column"), cell, strict=True))


def test_an_overlay_covers_what_is_large_by_its_sign_and_leaves_what_is_zero(shown):
    over = np.zeros_like(GREY)
    over[1, 1, 1], over[1, 2, 2] = 4.0, -4.0
    made = shown(Images("images", overlay="over"), {"images": GREY, "over": over}, dims=DIMS)
    plain = shown(Images("images"), {"images": GREY}, dims=DIMS)
    assert (colour_in(made, (0, 1, 1)) == colour_in(plain, (0, 1, 1))).all()
    for cell, end in (((1, 1, 1), 255), ((1, 2, 2), 0)):
        expected = 0.25 * colour_in(plain, cell) + 0.75 * signed(DARK)[end]
        assert np.abs(colour_in(made, cell) - expected).max() <= 3


def test_images_are_read_chosen_and_captioned(shown, qtbot):
    drawing = Images(
        "images",
        captions=lambda frame: ("seven", "one", "four"),
        tokens=lambda frame: ("good", "", "danger"),
        click=lambda frame, number: Act("choose", {"image": number}),
    )
    made = shown(drawing, {"images": GREY}, dims=DIMS)
    made.click(made.part.rectangle((1, 0, 0)).center().toPoint())
    assert made.part.reading() == "one"
    qtbot.keyClick(made.part, Qt.Key.Key_Left)
    qtbot.keyClick(made.part, Qt.Key.Key_Return)
    assert [arguments["image"] for _, arguments in made.acts][:1] == [1]
    assert made.part.summary() == "3 images of 4 × 4 pixels: seven, one, four"


def test_boxes_are_painted_where_they_are_in_the_images_pixels(shown):
    boxes = lambda frame: [[], [(1.0, 1.0, 2.0, 2.0, "", 1)], []]  # noqa: E731
    made = shown(Images("images", boxes=boxes), {"images": GREY * 0}, dims=DIMS)
    top = made.part.rectangle((1, 1, 1))
    pixels = made.pixels()
    token = DARK.series_colour(1)
    expected = [int(token[i : i + 2], 16) for i in (1, 3, 5)]
    at = QPoint(round(top.center().x()), round(top.top()))
    assert np.abs(pixels[at.y() - 1 : at.y() + 2, at.x()].astype(int) - expected).max(1).min() <= 40


def test_a_stroke_puts_ink_where_the_pointer_went_and_the_right_button_takes_it(shown):
    drawn = []
    drawing = Images("images", paper=lambda frame, image: drawn.append(image) or Act("draw", {}))
    made = shown(drawing, {"images": np.zeros((10, 10))}, dims={"images": ("row", "column")})
    start, end = (made.part.rectangle((0, 4, column)).center().toPoint() for column in (2, 7))
    made.press(start)
    made.mouse(QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)
    assert (drawn[-1][4, 2:8] == 1).all()
    assert drawn[-1][8].max() == drawn[-1][0].max() == 0
    assert made.part.ink is not None
    assert (colour_in(made, (0, 4, 5)) == grey(1.0)).all()
    made.release(end)
    assert made.part.ink is None
    made.draw(images=drawn[-1])
    made.mouse(QEvent.Type.MouseButtonPress, start, Qt.MouseButton.RightButton, Qt.MouseButton.RightButton)
    assert drawn[-1][4, 2] == 0
    assert drawn[-1][4, 6] == 1


@pytest.mark.parametrize("brush", [1.0, 2.0])
def test_the_brush_is_as_wide_as_is_said(shown, brush):
    drawn = []
    drawing = Images("images", paper=lambda frame, image: drawn.append(image), brush=lambda frame: brush)
    made = shown(drawing, {"images": np.zeros((21, 21))}, dims={"images": ("row", "column")})
    box = made.part.rectangle((0, 10, 10))
    made.press(box.center().toPoint())
    inked = np.argwhere(drawn[-1] > 0) - 10
    reach = np.hypot(*inked.T).max()
    assert 1.4 * brush - 1 < reach < 1.4 * brush + 0.5, "ink fades to nothing at 1.4 brushes"


@pytest.mark.parametrize(("fresh", "kept"), [(True, 0.0), (False, 0.5)])
def test_a_first_stroke_begins_an_empty_sheet_where_that_is_said(shown, fresh, kept):
    drawn = []
    drawing = Images("images", paper=lambda frame, image: drawn.append(image), fresh=lambda frame: fresh)
    made = shown(drawing, {"images": np.full((10, 10), 0.5)}, dims={"images": ("row", "column")})
    made.press(made.part.rectangle((0, 1, 1)).center().toPoint())
    assert drawn[-1][8, 8] == kept


@pytest.mark.parametrize(
    "images",
    [
        np.full((2, 3, 3), np.nan),
        np.zeros((0, 3, 3)),
        np.zeros((1, 1)),
        np.zeros((2, 3, 3, 3)),
        np.full((1, 2, 2, 3), np.inf),
        np.zeros((800, 4, 4), np.uint8),
        np.full((2, 2), 7, np.int64),
    ],
)
@pytest.mark.parametrize("size", [(360, 240), (50, 40)])
def test_odd_arrays_are_painted_and_every_mark_is_found(shown, images, size):
    dims = {"images": ("image", "row", "column", "colour")[: images.ndim] if images.ndim > 2 else ("row", "column")}
    made = shown(Images("images", none="nothing"), {"images": images}, dims=dims, size=size)
    made.pixels()
    for mark in made.part.marks():
        made.hover(mark.at)
        assert made.lit() == mark.lights
        assert made.part.reading()
    assert (made.part.summary() == "nothing") == (images.size == 0)
