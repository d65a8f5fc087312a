"""Tables: cells with a click of their own, by the pointer and by the keys."""

import itertools

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF

from explainer.contract.cards import Act, Bar, Cell, Table, reads
from explainer.plots.kinds.table_painting import DOT, SIDE, WIDEST
from explainer.theme.tokens import BODY, SMALL

NAMES = np.array(["one", "two", "three"])
DIMS = {"names": ("line",)}


def verb_cell(verb):
    """Return a column whose cells do a verb."""
    return Cell("names", verb, click=lambda frame, place: Act(verb, {"at": place}))


def drawn(shown, **options):
    columns = (Cell("names", "name"), verb_cell("freeze"), verb_cell("forget"))
    return shown(Table(columns, dim="line", **options), {"names": NAMES}, dims=DIMS)


def middle(made, line, column):
    made.part.still()
    box, (left, wide) = made.part.box_of({"line": line}), made.part._painting.spans[column]
    return QPointF(left + wide / 2, box.center().y())


def test_a_cell_with_a_click_of_its_own_is_pressed_and_the_others_are_the_lines(shown):
    made = drawn(shown, click=lambda frame, place: Act("choose", {"at": place}))
    for line, column in ((0, 0), (1, 1), (2, 2)):
        made.click(middle(made, line, column))
    assert made.acts == [("choose", {"at": 0}), ("freeze", {"at": 1}), ("forget", {"at": 2})]


def test_only_what_can_be_pressed_has_the_hand(shown):
    made = drawn(shown)
    hands = []
    for column in range(3):
        made.hover(middle(made, 1, column))
        hands.append(made.part.cursor().shape() == Qt.CursorShape.PointingHandCursor)
    assert hands == [False, True, True]


def test_arrows_reach_every_cell_that_the_pointer_can_press(shown, qtbot):
    made = drawn(shown)
    keys = "Down Right Return Right Return Right Return Down Left Return Left Return"
    for key in keys.split():
        qtbot.keyClick(made.part, getattr(Qt.Key, f"Key_{key}"))
    pressed = [(verb, told["at"]) for verb, told in made.acts]
    assert pressed == [("freeze", 0), ("forget", 0), ("forget", 0), ("freeze", 1)], "the line itself asks for nothing"


def test_words_of_a_narrow_table_are_small_before_they_are_cut_and_bars_stay(shown):
    columns = (Cell("names"), Bar("values", "a head longer than its bar", number="{:.2f}".format))
    arrays = {"names": np.array(["layer 3, head 12", "layer 1, head 3"]), "values": np.array([0.5, 1.0])}
    dims = {"names": ("line",), "values": ("line",)}
    dense = {}
    for width in (400, 160):
        made = shown(Table(columns, dim="line"), arrays, dims=dims, size=(width, 200))
        made.pixels()
        dense[width] = made.part._painting._dense
        (left, wide), (bar, taken) = made.part._painting.spans
        assert left + wide <= bar < bar + taken <= made.part.width()
        assert taken >= 40
    assert dense == {400: False, 160: True}


HEADS = ("input", "value", "local derivative", "× arriving = sent", "sum there by now")


def test_heads_take_two_lines_before_a_number_is_cut_and_are_cut_before_it(shown):
    columns = tuple(Cell("numbers", head, right=True) for head in HEADS)
    arrays, dims = {"numbers": np.array([-0.135, 0.6])}, {"numbers": ("line",)}
    wraps = {}
    for width in (640, 330, 250):
        made = shown(Table(columns, dim="line"), arrays, dims=dims, size=(width, 200))
        made.pixels()
        painting = made.part._painting
        wraps[width] = painting.wraps
        metrics = QFontMetricsF(made.part.font_of(SMALL if painting._dense else BODY))
        needed = max(map(metrics.horizontalAdvance, made.part.texts[0]))
        assert all(wide >= needed for _, wide in painting.spans)
        left, wide = painting.spans[-1]
        assert left + wide <= width
    assert wraps == {640: False, 330: True, 250: True}


def test_a_head_too_long_for_its_bar_takes_two_lines(shown):
    columns = (Cell("names", ""), Bar("values", "without its block", number="{:.0%}".format))
    arrays = {"names": np.array(["a plain network"]), "values": np.array([0.5])}
    dims = {"names": ("line",), "values": ("line",)}
    wraps = {}
    for width in (500, 190):
        made = shown(Table(columns, dim="line"), arrays, dims=dims, size=(width, 200))
        made.pixels()
        wraps[width] = made.part._painting.wraps
    assert wraps == {500: False, 190: True}


def test_a_line_that_becomes_the_chosen_one_scrolls_into_sight_and_a_person_may_scroll_away(shown):
    names = np.array([f"line {k}" for k in range(40)])
    made = shown(
        Table((Cell("names", "name"),), dim="line", chosen=reads("at")(lambda frame: int(frame.arrays["at"][0]))),
        {"names": names, "at": np.array([0])},
        dims={"names": ("line",), "at": ("one",)},
    )
    made.pixels()
    assert made.part.box_of({"line": 30}) is None
    made.draw(at=np.array([30]))
    made.pixels()
    assert made.part.box_of({"line": 30}) is not None
    made.part._scroll(0)
    made.pixels()
    assert made.part.box_of({"line": 0}) is not None


def test_words_give_way_before_a_number_is_cut(shown):
    columns = (Cell("names", "written as"), Cell("numbers", "score", right=True), Cell("numbers", "value", right=True))
    arrays = {"names": np.array(["nn.Sequential(Linear, Tanh, Linear)"]), "numbers": np.array([-0.430240])}
    dims = {"names": ("line",), "numbers": ("line",)}
    for width in (400, 220, 180):
        made = shown(Table(columns, dim="line"), arrays, dims=dims, size=(width, 200))
        made.pixels()
        painting = made.part._painting
        metrics = QFontMetricsF(made.part.font_of(SMALL if painting._dense else BODY))
        assert all(wide >= metrics.horizontalAdvance(made.part.texts[1][0]) for _, wide in painting.spans[1:])
        assert painting.spans[0][1] >= 40
        assert sum(painting.spans[-1]) <= made.part.width()


def test_a_dot_before_the_words_has_the_colour_that_is_told_and_takes_no_words_room(shown):
    plain = shown(Table((Cell("names", "name"), Cell("names"))), {"names": NAMES}, dims=DIMS)
    dotted = shown(
        Table((Cell("names", "name", dot=lambda frame, k: k + 1), Cell("names"))), {"names": NAMES}, dims=DIMS
    )
    places = [middle(made, 2, 0) for made in (plain, dotted)]
    widths = [made.part._painting.spans[0][1] for made in (plain, dotted)]
    assert widths[1] == widths[0] + 2 * dotted.part.tokens.size(DOT)
    picture = dotted.part.grab().toImage()
    ratio = picture.devicePixelRatio()
    at = QPointF(SIDE + 1 + dotted.part.tokens.size(DOT) / 2, places[1].y()) * ratio
    assert picture.pixelColor(at.toPoint()).name() == dotted.part.tokens.series_colour(3)


def test_columns_without_bars_share_the_room_that_is_left_up_to_a_gap(shown):
    gaps = []
    for width in (240, 1200):
        made = shown(
            Table((Cell("names"), Cell("names"), Cell("names"))), {"names": NAMES}, dims=DIMS, size=(width, 200)
        )
        made.part.still()
        spans = made.part._painting.spans
        gaps.append([after[0] - sum(before) for before, after in itertools.pairwise(spans)])
        assert sum(spans[-1]) <= made.part.width()
    assert np.allclose(gaps[-1], WIDEST)
    assert gaps[0][0] < WIDEST
