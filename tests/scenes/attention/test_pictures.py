"""The pictures draw every kind of numbers, say true arithmetic, and ask for what a hand does."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from explainer import Run
from explainer.commands.running import frame_of
from explainer.contract.catalogue import CATALOGUE
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.scenes.attention.arithmetic import arithmetic, sources
from explainer.scenes.attention.formulas import FORMULAS
from explainer.scenes.attention.names import PHASES
from explainer.scenes.attention.pictures.plane import Plane
from explainer.scenes.attention.pictures.plane_coordinates import hull, in_their_plane, seen_from_query
from explainer.scenes.attention.row import cell_text, readings, summary
from explainer.scenes.attention.shown import GRIDS
from explainer.scenes.attention.tables import reader_of
from explainer.theme.tokens import DARK, LIGHT
from tests.plots.hand import drag, on_pane, pixels

CARDS = view_of(CATALOGUE.scene("attention")).cards


def card(key):
    return next(kind for kind in CARDS if kind.key == key)


HARD = (
    {},
    {"weights": "random", "d_model": 64, "heads": 8, "text": "a b c d e f g h i j k l m n o p q r s t u v w x"},
    {"weights": "edited", "d_model": 2, "heads": 2, "text": "one"},
    {"kind": "cross", "memory_text": "a", "mask": "padding", "padding": 8, "selection": "hard"},
    {"temperature": 0.05, "query": (1000.0, -1000.0), "position": "alibi"},
)


@functools.cache
def moment(steps=8, empty=False, **given):
    """A frame, made once for all tests that look at it."""
    run = Run("attention", **given)
    run.step(steps)
    if empty:
        for key in range(5):
            run.act("flip", query=3, key=key)
    return frame_of(run, run.arrays("*"))


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    kept = []

    def make(kind, frame, tokens=DARK, size=(700, 420)):
        steering = Steering()
        steering.at_once = True
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.act_asked.connect(lambda verb, arguments: asked.append((verb, arguments)))
        steering.job_asked.connect(lambda job, arguments: asked.append((job, arguments)))
        steering.seek_asked.connect(lambda step: asked.append(("seek", step)))
        steering.lit.connect(lambda name, value: asked.append((name, value)))
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


def mouse(picture, kind, place, button=Qt.MouseButton.NoButton):
    event = QMouseEvent(kind, place, picture.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(picture, event)


def place_at(part, **lights):
    """Where a part lights just these places."""
    return QPointF(next(mark.at for mark in part.marks() if mark.lights == lights))


def click_at(part, place):
    mouse(part, QEvent.Type.MouseMove, place)
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        mouse(part, kind, place, Qt.MouseButton.LeftButton)


def grid_of(picture, table):
    """The number of the grid that shows a table just now."""
    return next(k for k, shown in enumerate(GRIDS) if shown.name == table and shown.seen(picture.frame))


def over(picture, table, row, column):
    """Put the pointer on a cell as it stands on the board; return board and place."""
    board = picture.parts[1]
    place = board.rectangle((grid_of(picture, table), (row, column))).center()
    mouse(board, QEvent.Type.MouseMove, place)
    return board, place


@pytest.mark.parametrize("kind", CARDS)
@pytest.mark.parametrize(
    ("given", "tokens", "size"),
    [
        (HARD[0], LIGHT, (700, 420)),
        (HARD[1], DARK, (700, 420)),
        (HARD[2], DARK, (150, 90)),
        (HARD[3], LIGHT, (500, 200)),
        (HARD[4], DARK, (150, 90)),
    ],
)
def test_it_draws_whatever_the_numbers(make, kind, given, tokens, size):
    picture = make(kind, moment(**given), tokens, size)
    assert len(np.unique(pixels(picture).reshape(-1, 3), axis=0)) > 8
    assert picture.summary()


@pytest.mark.parametrize("kind", CARDS)
def test_it_draws_before_every_operation_and_a_row_that_reads_nothing(make, kind):
    frames = [moment(steps) for steps in range(len(PHASES) + 1)]
    for frame in (*frames, moment(empty=True), moment(3, empty=True, empty_row="zero")):
        assert len(np.unique(pixels(make(kind, frame)).reshape(-1, 3), axis=0)) > 8


def test_a_table_has_colours_only_once_its_operation_is_done(make):
    def fills(steps):
        picture = make(card("matrices"), moment(steps))
        board, number = picture.parts[1], grid_of(picture, "embedding")
        image = board.grab().toImage()
        corners = [board.rectangle((number, at)).topLeft().toPoint() for at in np.ndindex(5, 2)]
        return {image.pixelColor(at.x() + 4, at.y() + 4).name() for at in corners}

    assert fills(0) == {DARK.card}
    assert len(fills(1)) > 5


@pytest.mark.parametrize(("choice", "said"), [("nan", "NaN"), ("zero", "0.00"), ("uniform", "0.20")])
def test_a_row_that_may_read_nothing_shows_what_was_chosen_for_it(make, choice, said):
    board, _ = over(make(card("matrices"), moment(6, empty=True, empty_row=choice)), "weights", 3, 1)
    assert board.reading().endswith({"nan": "NaN"}.get(choice, f"{said}: the whole row is masked"))


@pytest.mark.parametrize("steps", range(9))
@pytest.mark.parametrize("size", [(900, 640), (300, 180)])
def test_tables_stand_in_the_middle_of_their_card_and_over_nothing_else(make, steps, size):
    board = make(card("matrices"), moment(steps), size=size).parts[1]
    board.marks()
    boxes = [grid.box for grid in board.grids if grid.values.size]
    assert all(board.rect().toRectF().contains(box) for box in boxes)
    assert not any(one.intersects(other) for k, one in enumerate(boxes) for other in boxes[:k])


def test_dragging_the_query_asks_for_it_there(make, asked):
    picture = make(Plane, moment())
    side = picture.left.axes
    start, end = (on_pane(side, *side.to_pixels(*place)) for place in ((1.57, 0.5), (-1.0, 1.0)))
    drag(side, [start, end])
    verbs = [entry for entry in asked if entry[0] == "set"]
    np.testing.assert_allclose(verbs[-1][1]["query"], (-1.0, 1.0), atol=0.03)


@pytest.mark.parametrize(("side", "table", "at"), [("left", "k", (1.8, 0.8)), ("right", "v", (1.92, -0.44))])
def test_dragging_a_key_or_a_value_places_its_row(make, asked, side, table, at):
    picture = make(Plane, moment())
    plot = getattr(picture, side).axes
    drag(plot, [on_pane(plot, *plot.to_pixels(*place)) for place in (at, (0.5, 1.5))])
    arguments = next(said for verb, said in reversed(asked) if verb == "place")
    assert (arguments["table"], arguments["row"]) == (table, 1)
    np.testing.assert_allclose(arguments["to"], (0.5, 1.5), atol=0.03)


def test_what_is_not_two_dimensional_cannot_be_dragged(make, asked):
    picture = make(Plane, moment(weights="random", d_model=8, heads=2))
    drag(picture.left.axes, [on_pane(picture.left.axes, *picture.left.axes.to_pixels(*picture.query)), QPointF(30, 30)])
    assert not [entry for entry in asked if entry[0] in ("set", "place")]


def test_hovering_a_token_shows_its_row_everywhere_and_a_click_chooses_it(make, asked):
    strip = make(card("row"), moment()).parts[0]
    click_at(strip, place_at(strip, query=1))
    assert ("query", 1) in asked
    assert ("set", {"asks": 1, "query": ()}) in asked


@pytest.mark.parametrize(
    ("value", "said"),
    [(-0.001, "0.00"), (-0.005001, "−0.01"), (-math.inf, "−∞"), (math.nan, "NaN"), (12345.6, "12346")],
)
def test_a_number_of_the_row_has_two_decimals_and_no_minus_before_nought(value, said):
    assert cell_text(value) == said


def test_a_lit_token_brings_its_row(make):
    frame = moment()
    picture = make(card("row"), frame)
    for query, row in ((0, 0), (None, 3)):
        picture.steering.light("query", query)
        np.testing.assert_array_equal(picture.parts[1].cells[4], frame.arrays["final_weights"][0, row])
        assert f"entropy {frame.arrays['row_entropy'][0, row]:.2f} of" in picture.accessibleName()


def test_the_matrices_follow_the_run_and_a_chip_goes_to_another_operation(make, asked):
    picture = make(card("matrices"), moment(3))
    assert picture.accessibleName().startswith("3. scores")
    click_at(picture.parts[0], place_at(picture.parts[0], operation=5))
    assert ("seek", 6) in asked
    picture.draw(moment(4))
    assert picture.accessibleName().startswith("4. scale")


def test_a_cell_is_read_lights_row_and_column_and_frames_what_made_it(make, asked):
    picture = make(card("matrices"), moment(3))
    board, _ = over(picture, "scores", 3, 1)
    assert board.reading() == arithmetic(reader_of(picture.frame), "scores", 3, 1)
    assert ("query", 3) in asked
    assert ("key", 1) in asked
    framed = {table: board.marked[grid_of(picture, table)][0].cells for table in ("q", "k")}
    assert framed == {"q": {(3, 0), (3, 1)}, "k": {(0, 1), (1, 1)}}
    over(picture, "k", 0, 4)
    assert ("key", 4) in asked


def test_another_pictures_token_is_framed_in_every_table(make):
    picture = make(card("matrices"), moment(3))
    picture.steering.light("query", 2)
    assert picture.parts[1].marked[grid_of(picture, "scores")][0].cells == {(2, key) for key in range(5)}


@pytest.mark.parametrize(
    ("steps", "table", "cell", "place"),
    [(2, "k", (2, 1), (2, 1)), (3, "k", (1, 2), (2, 1)), (8, "w_o", (0, 1), (0, 1))],
)
def test_a_number_is_typed_into_its_cell(make, asked, steps, table, cell, place):
    board, at = over(make(card("matrices"), moment(steps)), table, *cell)
    click_at(board, at)
    field = board.findChild(QLineEdit, "cell-entry")
    field.setText("-2,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    edits = [arguments for verb, arguments in asked if verb == "edit"]
    assert edits == [{"table": table, "head": 0, "row": place[0], "column": place[1], "value": -2.5}]


def test_a_click_on_the_mask_flips_its_cell(make, asked):
    board, place = over(make(card("matrices"), moment(5)), "mask", 2, 4)
    click_at(board, place)
    assert ("flip", {"query": 2, "key": 4}) in asked


def reading(frame, name, row, column):
    return arithmetic(reader_of(frame), name, row, column)


def test_the_arithmetic_is_true():
    frame = moment(mask="causal", temperature=2.0)
    q, k = (-0.2 * -0.2 + -1.7 * -0.9, -0.2 * 0.9 + -1.7 * -0.4), (1.8, 0.8)
    score = q[0] * k[0] + q[1] * k[1]
    assert reading(frame, "scores", 3, 1) == f"scores[its, cat] = 1.57·1.80 + 0.50·0.80 = {score:.2f}"
    assert reading(frame, "q", 3, 0) == "Q[its, 0] = (−0.20)·(−0.20) + (−1.70)·(−0.90) = 1.57"
    scaled = score / math.sqrt(2) / 2
    assert reading(frame, "scaled", 3, 1) == f"scaled[its, cat] = ({score:.2f} ÷ √2) ÷ 2 = {scaled:.2f}"
    assert reading(frame, "masked", 0, 1) == "masked[The, cat] = −∞, for the mask is 0"
    row = frame.arrays["scaled"][0, 3, :4]
    share = math.exp(scaled) / sum(map(math.exp, row))
    assert reading(frame, "weights", 3, 1).endswith(f"= {share:.3f}")


def test_the_arithmetic_says_what_is_not_computed_and_what_was_put_in():
    assert reading(moment(2), "scores", 0, 0).endswith("not computed yet")
    run = Run("attention")
    run.act("edit", table="k", head=0, row=1, column=0, value=7.0)
    run.step(8)
    assert reading(frame_of(run, run.arrays("*")), "k", 1, 0) == "K[cat, 0] = 7.00, put in by hand"
    run.act("flip", query=0, key=1)
    assert (
        reading(frame_of(run, run.arrays("*")), "mask", 0, 1) == "mask[The, cat] = 0: masked (click to let it be read)"
    )
    assert "put in by hand; X·W_Q is 1.57" in reading(moment(query=(3.0, 3.0)), "q", 3, 0)


def test_a_cell_knows_what_made_it():
    reader = reader_of(moment())
    assert sources(reader, "scores", 3, 1) == [("q", 3, None), ("k", 1, None)]
    assert sources(reader, "k", 2, 1) == [("embedding", 2, None), ("w_k", None, 1)]
    assert sources(reader, "weights", 0, 2) == [("masked", 0, None)]


def test_seen_from_the_query_the_first_coordinate_is_the_score():
    chance = np.random.default_rng(1)
    q, k = chance.standard_normal(7), chance.standard_normal((5, 7))
    tip, places = seen_from_query(q, k)
    np.testing.assert_allclose(places[:, 0] * tip[0], k @ q)
    assert tip[1] == 0


def test_a_weighted_mean_stays_inside_the_hull_of_what_is_drawn():
    scipy = pytest.importorskip("scipy.spatial")
    chance = np.random.default_rng(2)
    values, weights = chance.standard_normal((9, 6)), chance.dirichlet(np.ones(9))
    drawn, output = in_their_plane(values, weights @ values)
    np.testing.assert_allclose(weights @ drawn, output, atol=1e-12)
    corners = {tuple(point) for point in hull(drawn)}
    assert corners == {tuple(drawn[index]) for index in scipy.ConvexHull(drawn).vertices}


def test_words_and_formulas_carry_the_numbers_of_the_row():
    frame = moment()
    assert "“its” reads cat 0.68, milk 0.19, The 0.08" in summary(frame)
    assert ("entropy its", "0.93") in readings(frame)
    shown = [formula.numbers(frame) for formula in FORMULAS]
    assert shown[0] == r"s_{\text{cat}} = 1.57 \cdot 1.80 + 0.50 \cdot 0.80 = 3.23"
    powers = [math.exp(score) for score in frame.arrays["final_scaled"][0, 3]]
    assert shown[2] == rf"w_{{\text{{cat}}}} = \frac{{{powers[1]:.2f}}}{{{sum(powers):.2f}}} = 0.685"


def test_the_other_pictures_say_what_they_show(make):
    frame = moment()
    assert make(card("gradient"), frame).accessibleName().startswith("Gradient of the weights of “its” · norm 0.347")
    assert "not divided from" in make(card("saturation"), frame).summary()


def test_the_race_is_asked_for_when_it_can_be_seen_and_shown_as_it_comes(make, asked, qtbot):
    picture = make(card("race"), moment())
    qtbot.waitUntil(lambda: ("race", {}) in asked)
    picture.draw_job("race", {}, {"race_length": np.array([16, 1024])})
    picture.draw_job("race", {}, {"race_time": np.array([[2.0, 120.0], [1.0, 15.0]])})
    assert picture.accessibleName().endswith("8.0 × as fast at 1024")


def test_a_click_in_the_column_of_masks_masks_a_key(make, asked):
    table = make(card("row"), moment()).parts[1]
    place = place_at(table, key=4)
    left, wide = table._painting.spans[3]
    click_at(table, QPointF(left + wide / 2, place.y()))
    assert asked[-1] == ("flip", {"query": 3, "key": 4})


def test_edits_can_be_undone_from_the_matrices(make, asked):
    run = Run("attention")
    run.step(2)
    run.act("edit", table="w_q", head=0, row=0, column=0, value=1.0)
    strip = make(card("matrices"), frame_of(run, run.arrays("*")), size=(1000, 420)).parts[0]
    click_at(strip, place_at(strip, operation=8))
    assert asked[-1] == ("undo_edits", {})


def test_the_keys_go_from_token_to_token_and_choose_one(make, asked):
    strip = make(card("row"), moment()).parts[0]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(strip, key)
    assert ("query", 1) in asked
    assert asked[-1] == ("set", {"asks": 1, "query": ()})


def test_the_keys_go_from_cell_to_cell_and_edit_one(make, asked):
    board = make(card("matrices"), moment(2)).parts[1]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(board, key)
    field = board.findChild(QLineEdit, "cell-entry")
    field.setText("4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    edit = next(arguments for verb, arguments in asked if verb == "edit")
    assert edit == {"table": "w_k", "head": 0, "row": 0, "column": 1, "value": 4.0}


def test_the_arrow_keys_move_the_querys_tip_with_shift_a_tenth_as_far(make, asked):
    plane = make(Plane, moment())
    x, y = plane.query
    for modifier, step in ((Qt.KeyboardModifier.NoModifier, 0.1), (Qt.KeyboardModifier.ShiftModifier, 0.01)):
        QTest.keyClick(plane, Qt.Key.Key_Right, modifier)
        assert asked[-1] == ("set", {"query": pytest.approx((x + step, y), abs=5e-3)})
        QTest.keyClick(plane, Qt.Key.Key_Up, modifier)
        assert asked[-1] == ("set", {"query": pytest.approx((x, y + step), abs=5e-3)})
