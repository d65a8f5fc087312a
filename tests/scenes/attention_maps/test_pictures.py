"""The pictures: what they show of a frame made by hand, and what they ask for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from explainer.contract.frame import Frame
from explainer.contract.series import Series
from explainer.plots.picture import Steering
from explainer.scenes.attention_maps import Params
from explainer.scenes.attention_maps.against_rnn import AgainstRecurrence
from explainer.scenes.attention_maps.by_position import ByPosition
from explainer.scenes.attention_maps.explain import readings, summary
from explainer.scenes.attention_maps.head_worth import Importance
from explainer.scenes.attention_maps.heads import Heads
from explainer.scenes.attention_maps.lines import Lines
from explainer.scenes.attention_maps.map_layout import strongest
from explainer.scenes.attention_maps.map_picture import LargeMap
from explainer.scenes.attention_maps.moment import Moment, agreeing
from explainer.scenes.attention_maps.next_token import NextToken
from explainer.scenes.attention_maps.notes import notes
from explainer.scenes.attention_maps.search import Search
from explainer.scenes.attention_maps.shades import full_shade, shaded
from explainer.scenes.attention_maps.view import VIEW
from explainer.theme.tokens import DARK, LIGHT

SIZE = 4
ANTI = np.eye(SIZE, dtype=np.float32)[::-1].copy()
BY_JOB = (AgainstRecurrence,)


def frame(step=0, shown=ANTI, arrays=None, series=None, **params):
    """Four digits that are read backwards, in two layers of two heads."""
    words = np.array(["5", "1", "7", "3"], "<U32")
    weights = np.tile(shown, (2, 2, 1, 1))
    made = {
        "tokens": words,
        "special": np.zeros(SIZE, np.int64),
        "target": words[::-1],
        "answer": words[::-1].copy(),
        "shown": shown,
        "overview": weights,
        "weights": weights,
        "head_on": np.ones((2, 2), np.int64),
        "held_out": np.array([[0.5, 0.9], [0.5, 0.9]], np.float32),
        "cosine": np.full(1, np.nan, np.float32),
        "position_accuracy": np.array([np.nan, 0.25, 0.5, 1.0], np.float32),
        "next_symbol": np.array(["5", "9", "2"], "<U32"),
        "next_logit": np.array([2.0, 1.0, -3.0], np.float32),
        "next_probability": np.array([0.7, 0.3, 0.0], np.float32),
        "importance": np.arange(8, dtype=np.float32).reshape(2, 2, 2),
        "pattern": np.array(["previous token", "same token", "first token"], "<U32"),
        "pattern_score": np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 2, 2),
        "residual_norm": np.ones((3, SIZE), np.float32),
    }
    return Frame("attention-maps", step, "", Params(layers=2, heads=2, **params), made | (arrays or {}), series or {})


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    """Return what makes pictures; they live as long as the test."""
    kept = []

    def make(kind, given, tokens=DARK):
        steering = Steering()
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.act_asked.connect(lambda verb, arguments: asked.append((verb, arguments)))
        steering.job_asked.connect(lambda job, arguments: asked.append((job, arguments)))
        steering.lit.connect(lambda name, value: asked.append((name, value)))
        picture = kind(steering)
        kept.append((picture, steering))
        qtbot.addWidget(picture)
        picture.resize(700, 500)
        picture.apply_theme(tokens)
        picture.show()
        picture.draw(given)
        picture.grab()
        return picture

    yield make
    kept.clear()


def cell(picture, row, column):
    """The middle of a cell of the large map."""
    at = picture.layout_of_cells
    box, across, down = at.box, at.across, at.down
    return QPointF(box.left() + (column + 0.5) * across, box.top() + (row + 0.5) * down).toPoint()


def sets(asked):
    return [values for kind, values in asked if kind == "set"]


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
@pytest.mark.parametrize("kind", [kind for kind in VIEW.cards if kind not in BY_JOB])
def test_every_picture_paints_and_says_what_it_shows(kind, tokens, make):
    picture = make(kind, frame(), tokens)
    image = picture.grab().toImage()
    assert len({image.pixel(x, y) for x in range(0, 700, 7) for y in range(0, 500, 7)}) > 2
    assert picture.summary()
    assert picture.accessibleName()


@pytest.mark.parametrize("kind", VIEW.cards)
def test_every_picture_bears_a_frame_without_arrays(kind, make):
    picture = make(kind, Frame("attention-maps", 0, "", Params(), {}, {}))
    assert picture.summary()


def test_a_large_weight_is_painted_in_the_accent_and_none_in_the_ground(make):
    picture = make(LargeMap, frame())
    image = picture.grab().toImage()
    corner = cell(picture, 0, 3)
    assert image.pixelColor(corner.x() - 25, corner.y() - 18).name() == DARK.accent
    dark = cell(picture, 0, 0)
    assert image.pixelColor(dark).name() == DARK.raised


def test_dragging_over_cells_draws_what_is_expected(make, asked):
    picture = make(LargeMap, frame())
    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=cell(picture, 0, 3))
    QTest.mouseMove(picture, cell(picture, 1, 2))
    QTest.mouseMove(picture, cell(picture, 2, 0))
    QTest.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=cell(picture, 2, 0))
    assert sets(asked) == [{"sketch": (3.0, 2.0, 0.0)}]
    picture.draw(frame(sketch=(3.0, 2.0, 0.0)))
    assert "2 of 3 rows" in picture.line(Moment(picture.frame))


def test_the_invitation_to_draw_stands_below_the_untrained_map_only(make):
    picture = make(LargeMap, frame())
    assert "draw what this map will become" in picture.line(Moment(frame()))
    assert picture.line(Moment(frame(step=1))) == ""


def test_a_click_on_a_drawn_cell_erases_it(make, asked):
    picture = make(LargeMap, frame(sketch=(3.0, 2.0)))
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=cell(picture, 0, 3))
    assert sets(asked) == [{"sketch": (-1.0, 2.0)}]


def test_the_keys_go_from_cell_to_cell_and_draw_one(make, asked):
    picture = make(LargeMap, frame())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(picture, key)
    assert (picture.row, picture.column) == (1, 3)
    QTest.keyClick(picture, Qt.Key.Key_Return)
    assert sets(asked) == [{"sketch": (-1.0, 3.0)}]


def test_a_drawing_agrees_where_the_largest_weight_is():
    assert agreeing((3.0, 0.0, -1.0, 0.0), ANTI) == (2, 3)
    assert agreeing((9.0,), ANTI) == (0, 0)


def test_a_cell_says_its_weight_and_lights_its_row(make, asked):
    picture = make(LargeMap, frame())
    QTest.mouseMove(picture, cell(picture, 1, 2))
    assert ("query", 1) in asked
    assert ("key", 2) in asked
    assert (picture.row, picture.column) == (1, 2)


@pytest.mark.parametrize("kind", [LargeMap, Lines])
def test_a_text_that_becomes_shorter_under_the_pointer_is_drawn(kind, make, capsys):
    picture = make(kind, frame())
    picture.light("query", 3)
    words = np.array(["a", "b"])
    arrays = dict.fromkeys(("tokens", "target", "answer"), words) | {"special": np.zeros(2, np.int64)}
    picture.draw(frame(shown=np.eye(2, dtype=np.float32), arrays=arrays))
    picture.grab()
    assert picture.row is None


def test_a_rows_token_is_chosen_by_a_click(make, asked):
    picture = make(LargeMap, frame())
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.place_of(("row", 2)).center().toPoint())
    assert sets(asked) == [{"query": 3}]


def test_special_tokens_can_be_hidden_and_their_share_is_said(make):
    shown = np.array([[0.5, 0.25, 0.25, 0.0]] * SIZE, np.float32)
    special = {"special": np.array([1, 0, 0, 1]), "target": np.array([""] * SIZE), "answer": np.array([""] * SIZE)}
    given = frame(shown=shown, arrays=special, model="minilm")
    moment = Moment(given)
    assert moment.special_share == pytest.approx(0.5)
    picture = make(LargeMap, given)
    assert picture.line(moment).startswith("50%")
    assert picture.layout_of_cells.kept == [0, 1, 2, 3]
    picture.draw(frame(shown=shown, arrays=special, model="minilm", special=False))
    picture.grab()
    assert picture.layout_of_cells.kept == [1, 2]
    assert "without special" in picture.accessibleName()


def test_rollout_is_of_weights_whatever_is_measured(make):
    picture = make(LargeMap, frame(shows="rollout", measure="contribution"))
    assert picture.accessibleName() == "Rollout through all layers · weights α, rows add up to 1"
    picture.draw(frame(measure="contribution"))
    picture.grab()
    assert "what reading adds" in picture.accessibleName()


def test_a_map_of_512_tokens_is_painted(make):
    count = 512
    words = np.array([f"t{i}" for i in range(count)])
    arrays = dict.fromkeys(("tokens", "target", "answer"), words) | {"special": np.zeros(count, np.int64)}
    for kind in (LargeMap, Lines):
        picture = make(kind, frame(shown=np.full((count, count), 1 / count, np.float32), arrays=arrays, model="minilm"))
        assert picture.summary()


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_shares_are_colours_from_the_ground_to_the_accent(tokens):
    packed = shaded(np.array([[-1.0, 0.0, np.nan], [0.5, 1.0, 2.0]], np.float32), tokens).astype(np.int64)
    found = np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], -1)
    ground, accent = (np.array(QColor(name).getRgb()[:3]) for name in (tokens.raised, tokens.accent))
    np.testing.assert_array_equal(found[0], [ground] * 3)
    np.testing.assert_allclose(found[1, 0], (ground + accent) / 2, atol=1)
    np.testing.assert_array_equal(found[1, 1:], [accent] * 2)


def test_a_folder_with_a_model_is_taken_when_it_is_dropped_and_nothing_else(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    assert VIEW.files.words(tmp_path / "model") == "Drop to look into the model in model"
    assert VIEW.files.words(tmp_path) == VIEW.files.words(tmp_path / "model" / "config.json") == ""
    assert VIEW.files.take(tmp_path / "model", Params()) == {"model": "folder", "path": str(tmp_path / "model")}


def test_a_typed_folder_chooses_its_model_and_none_the_trained_one():
    suggests = Params.declaration("path").suggests
    assert suggests("/models/bert") == {"model": "folder"}
    assert suggests("  ") == {"model": "trained"}
    assert Params.declaration("path").applies(Params().values())
    assert Params(path="/models/bert").model == "folder"
    assert Params(path="/models/bert", model="minilm").model == "minilm"


def test_weights_of_a_long_text_are_shown_against_the_largest_and_those_of_a_short_one_against_one():
    short, long = np.full((64, 64), 0.02), np.full((65, 65), 0.02)
    assert full_shade(short, "weights") == 1
    assert full_shade(short, "contribution") == full_shade(long, "weights") == 0.02


def test_a_map_with_more_cells_than_pixels_shows_the_strongest_of_each():
    values = np.arange(30.0).reshape(5, 6)
    assert strongest(values, 5, 6) is values
    assert strongest(values, 2, 3).tolist() == [[7, 9, 11], [25, 27, 29]]
    assert strongest(values, 1, 1).tolist() == [[29]]


def test_a_click_on_a_small_map_enlarges_it_and_on_its_dot_switches_it(make, asked):
    picture = make(Heads, frame())
    place = picture.place_of(("map", 1, 0))
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    assert sets(asked) == [{"layer": 2, "head": 1, "shows": "head"}]
    dot = picture.place_of(("dot", 0, 1))
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=dot.center().toPoint())
    assert ("switch_head", {"layer": 1, "head": 2}) in asked


def test_hovering_a_token_leaves_only_its_lines(make, asked):
    picture = make(Lines, frame())
    QTest.mouseMove(picture, picture.place_of(2).center().toPoint())
    assert picture.row == 2
    assert ("query", 2) in asked


def test_the_best_head_for_a_pattern_is_said_and_shown(make, asked):
    picture = make(Search, frame())
    assert "previous token: layer 2, head 2 with 0.27" in picture.summary()
    assert "first token: layer 2, head 2 with 1.00" in picture.summary()
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.place_of((0, 1)).center().toPoint())
    assert sets(asked) == [{"layer": 1, "head": 2, "shows": "head"}]


def test_bars_say_their_numbers(make):
    assert "position 2 is worst, 25% right, position 4 is best, 100% right" in make(ByPosition, frame()).summary()
    assert make(NextToken, frame()).summary() == "Next token: 5 70.0%, 9 30.0%, 2 0.0%"
    assert (
        make(Importance, frame()).summary() == "Worth most by gradient: layer 2, head 2; by ablation: layer 2, head 2."
    )


def test_the_race_is_measured_when_it_is_seen_and_again_when_asked(make, asked):
    picture = make(AgainstRecurrence, frame())
    assert asked == [("race", {})]
    found = {
        "race_length": np.array([16, 32]),
        "race_steps": np.array([[16, 32], [1, 1]]),
        "race_time": np.array([[1.0, 2.0], [0.5, 0.75]]),
    }
    picture.draw_job("race", {}, found)
    picture.grab()
    assert picture.summary() == "At length 32 a GRU takes 32 steps, 2.0 ms; attention 1 step, 0.8 ms."
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.place_of("again").center().toPoint())
    assert asked.count(("race", {})) == 2


def series(values):
    made = Series()
    made.extend(np.arange(1, len(values) + 1), np.asarray(values, float))
    return made


def test_notes_name_what_was_learned_and_what_heads_that_are_off_cost():
    right = series([0.1] * 20 + [0.99] + [1.0] * 12)
    learned = frame(step=33, series={"accuracy": right})
    assert next(note.text for note in notes(learned)).startswith(
        "Learned: 99 % of a batch's tokens were right at step 21"
    )
    on = np.array([[1, 0], [1, 1]])
    off = frame(arrays={"head_on": on, "held_out": np.array([[0.5, 0.9], [1.5, 0.4]])})
    assert "Off: 1.2." in notes(off)[0].text
    assert "0.500 → 1.500" in notes(off)[0].text
    assert "90.0% → 40.0%" in notes(off)[0].text


def test_notes_say_that_positions_are_missing():
    nothing = series([0.0] * 120)
    given = frame(step=120, position="none", series={"accuracy": series([0.3] * 120), "accuracy/sequence": nothing})
    assert any("0% of the sequences" in note.text for note in notes(given))
    assert readings(given) == [("tokens right", "30%"), ("sequences right", "0%")]
    assert "30% of the tokens" in summary(given)
