"""The cards: what they show of a frame made by hand, and what they ask for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.contract.series import Series
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.scenes.attention_maps import Params
from explainer.scenes.attention_maps.moment import Moment, agreeing, readings, summary
from explainer.scenes.attention_maps.names import PATTERNS
from explainer.scenes.attention_maps.notes import notes
from explainer.theme.tokens import DARK, LIGHT

VIEW = view_of(CATALOGUE.scene("attention-maps"))
SIZE = 4
ANTI = np.eye(SIZE, dtype=np.float32)[::-1].copy()


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
        "next_drawn": np.array([1, 1, 0]),
        "importance": np.arange(8, dtype=np.float32).reshape(2, 2, 2),
        "pattern": np.array(PATTERNS, "<U32"),
        "pattern_score": np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 2, 2),
        "residual_norm": np.ones((3, SIZE), np.float32),
    }
    return Frame("attention-maps", step, "", Params(layers=2, heads=2, **params), made | (arrays or {}), series or {})


def special(shown, **params):
    """A real model's frame, of which the first and the last token are special."""
    words = np.array(["[CLS]", "an", "egg", "[SEP]"], "<U32")
    nothing = np.array([""] * SIZE, "<U32")
    arrays = {"tokens": words, "special": np.array([1, 0, 0, 1]), "target": nothing, "answer": nothing}
    return frame(shown=shown, arrays=arrays, model="minilm", **params)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    """Return what makes a card's picture by its key; they live as long as the test."""
    kept = []

    def make(key, given, tokens=DARK):
        steering = Steering()
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.act_asked.connect(lambda verb, arguments: asked.append((verb, arguments)))
        steering.lit.connect(lambda name, value: asked.append((name, value)))
        picture = next(kind for kind in VIEW.cards if kind.key == key)(steering)
        steering.lit.connect(picture.light)
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
    """A pixel in a cell of the large map, beside its number."""
    return (picture.parts[0].rectangle((row, column)).topLeft() + QPointF(5, 5)).toPoint()


def line(part, place):
    """The middle of a table's line."""
    return part.box_of({part.dims[0]: place}).center().toPoint()


def click(part, place):
    QTest.mouseClick(part, Qt.MouseButton.LeftButton, pos=place)


def sets(asked):
    return [values for kind, values in asked if kind == "set"]


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_a_large_weight_has_the_accent_and_none_the_ground(tokens, make):
    picture = make("map", frame(), tokens)
    image = picture.parts[0].grab().toImage()
    assert image.pixelColor(cell(picture, 0, 3)).name() == tokens.accent
    assert image.pixelColor(cell(picture, 0, 0)).name() == tokens.raised


def test_dragging_over_cells_draws_what_is_expected(make, asked):
    picture = make("map", frame())
    part = picture.parts[0]
    QTest.mousePress(part, Qt.MouseButton.LeftButton, pos=cell(picture, 0, 3))
    QTest.mouseMove(part, cell(picture, 1, 2))
    QTest.mouseMove(part, cell(picture, 2, 0))
    QTest.mouseRelease(part, Qt.MouseButton.LeftButton, pos=cell(picture, 2, 0))
    assert sets(asked) == [{"sketch": (3.0, 2.0, 0.0)}]
    picture.draw(frame(sketch=(3.0, 2.0, 0.0)))
    assert "2 of 3 rows" in part.now.caption
    assert part.all_framed() == [(0, 3), (1, 2), (2, 0)]


def test_a_click_on_a_drawn_cell_erases_it(make, asked):
    picture = make("map", frame(sketch=(3.0, 2.0)))
    click(picture.parts[0], cell(picture, 0, 3))
    assert sets(asked) == [{"sketch": (-1.0, 2.0)}]


def test_the_keys_draw_a_cell(make, asked):
    picture = make("map", frame())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(picture.parts[0], key)
    assert sets(asked) == [{"sketch": (-1.0, 3.0)}]


def test_a_real_models_map_is_not_drawn_into(make, asked):
    picture = make("map", special(ANTI))
    click(picture.parts[0], cell(picture, 2, 1))
    assert sets(asked) == [{"query": 3}]


def test_a_drawing_agrees_where_the_largest_weight_is():
    assert agreeing((3.0, 0.0, -1.0, 0.0), ANTI) == (2, 3)
    assert agreeing((9.0,), ANTI) == (0, 0)


def test_a_cell_says_its_weight_and_lights_its_row(make, asked):
    picture = make("map", frame())
    QTest.mouseMove(picture.parts[0], cell(picture, 1, 2))
    assert ("query", 1) in asked
    assert ("key", 2) in asked
    assert picture.parts[0].reading() == "“1” (2) reads from “7” (3): 1.000"


@pytest.mark.parametrize("key", ["map", "lines"])
def test_a_text_that_becomes_shorter_under_the_pointer_is_drawn(key, make):
    picture = make(key, frame())
    picture.light("query", 3)
    words = np.array(["a", "b"])
    arrays = dict.fromkeys(("tokens", "target", "answer"), words) | {"special": np.zeros(2, np.int64)}
    picture.draw(frame(shown=np.eye(2, dtype=np.float32), arrays=arrays))
    picture.grab()
    assert picture.parts[0].reading() == ""


def test_a_map_of_another_text_than_its_tokens_is_not_drawn(make):
    picture = make("map", frame())
    picture.draw(frame(shown=np.eye(3, dtype=np.float32)))
    assert picture.parts[0].sheet.shape == (4, 4)


def test_a_rows_token_is_chosen_by_a_click(make, asked):
    picture = make("map", frame())
    cells = picture.parts[0].at.cells
    click(picture.parts[0], QPoint(int(cells.left()) - 8, cell(picture, 2, 0).y()))
    assert sets(asked) == [{"query": 3}]


def test_what_the_network_says_stands_beside_its_row(make):
    answer = np.array(["3", "7", "2", "5"], "<U32")
    picture = make("map", frame(arrays={"answer": answer, "target": np.array(["3", "7", "1", ""], "<U32")}))
    assert picture.parts[0].sheet.beside == [("3 ✓", "good"), ("7 ✓", "good"), ("2, not 1", "danger"), ("", "")]


def test_special_tokens_can_be_hidden_and_their_share_is_said(make, asked):
    shown = np.array([[0.5, 0.25, 0.25, 0.0]] * SIZE, np.float32)
    picture = make("map", special(shown))
    part = picture.parts[0]
    assert part.now.caption.startswith("50% of the weight")
    assert part.places[0].names == ("[CLS]", "an", "egg", "[SEP]")
    picture.draw(special(shown, special=False))
    assert part.places[0].names == part.places[1].names == ("an", "egg")
    np.testing.assert_array_equal(part.sheet.values, shown[1:3, 1:3])
    assert "without special" in picture.summary()
    click(part, cell(picture, 1, 0))
    assert sets(asked) == [{"query": 3}]
    assert part.reading() == "“egg” (3) reads from “an” (2): 0.250"


def test_rollout_is_of_weights_whatever_is_measured(make):
    picture = make("map", frame(shows="rollout", measure="contribution"))
    assert "Rollout through all layers · weights α, rows add up to 1" in picture.summary()
    picture.draw(frame(measure="contribution"))
    assert "what reading adds" in picture.summary()


def test_a_map_of_512_tokens_is_painted_with_the_chosen_one_in_sight(make):
    count = 512
    words = np.array([f"t{i}" for i in range(count)])
    arrays = dict.fromkeys(("tokens", "target", "answer"), words) | {"special": np.zeros(count, np.int64)}
    given = frame(shown=np.full((count, count), 1 / count, np.float32), arrays=arrays, model="minilm", query=300)
    assert make("map", given).parts[0].shading().high == pytest.approx(1 / count)
    assert make("lines", given).parts[0].box_of({"query": 299}) is not None


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
    def shade(count, **params):
        words = np.array(["w"] * count)
        arrays = dict.fromkeys(("tokens", "target", "answer"), words) | {"special": np.zeros(count, np.int64)}
        return Moment(frame(shown=np.full((count, count), 0.02), arrays=arrays, **params)).full_shade

    assert shade(64) == 1
    assert shade(64, measure="contribution") == shade(65) == 0.02


def test_a_click_on_a_small_map_enlarges_it_and_on_its_dot_switches_it(make, asked):
    part = make("heads", frame()).parts[0]
    click(part, part.tiling.box(2).center().toPoint())
    assert sets(asked) == [{"layer": 2, "head": 1, "shows": "head"}]
    click(part, part.dot_of(1).center().toPoint())
    assert ("switch_head", {"layer": 1, "head": 2}) in asked


def test_hovering_a_token_says_what_it_reads(make, asked):
    part = make("lines", frame()).parts[0]
    QTest.mouseMove(part, part.box_of({"query": 2}).center().toPoint())
    assert ("query", 2) in asked
    assert part.reading().startswith("“7” reads “1” 1")


def test_the_best_head_for_a_pattern_is_said_and_shown(make, asked):
    picture = make("search", frame())
    assert [part.summary().partition(";")[0] for part in picture.parts] == [
        f"L2·H2 {score:.2f}" for score in (3 / 15, 7 / 15, 11 / 15, 1)
    ]
    click(picture.parts[0], line(picture.parts[0], 1))
    assert sets(asked) == [{"layer": 1, "head": 2, "shows": "head"}]


def test_tables_and_bars_say_their_numbers(make, asked):
    assert make("positions", frame()).summary().startswith("Right at each position · 58.3%")
    assert "5 ✓ 2.00 70.0%; 9 1.00 30.0%; 2 −3.00 never" in make("next", frame()).summary()
    picture = make("importance", frame())
    assert picture.parts[0].order() == [3, 2, 1, 0]
    click(picture.parts[0], line(picture.parts[0], 2))
    assert sets(asked) == [{"layer": 2, "head": 1, "shows": "head"}]


def test_an_encoder_says_no_next_token(make):
    none = {"next_symbol": np.array([], "<U32"), **{f"next_{name}": np.zeros(0) for name in ("logit", "drawn")}}
    given = special(ANTI)
    given = Frame(given.scene, 0, "", given.params, {**given.arrays, **none, "next_probability": np.zeros(0)})
    assert "encoder" in make("next", given).summary()


def test_the_asked_symbol_has_a_tick(make):
    picture = make("next", frame(query=1, arrays={"target": np.array(["9", "", "", ""], "<U32")}))
    assert picture.parts[0].cells[0].tolist() == ["5", "9 ✓", "2"]


def test_the_race_says_its_steps_and_its_times(make):
    picture = make("race", frame())
    found = {"race_length": np.array([16, 32]), "race_time": np.array([[1.0, 2.0], [0.5, 0.75]])}
    picture.draw_job("race", {}, found)
    picture.light("race length", 1)
    assert picture.parts[0].reading() == (
        "At length 32 a GRU takes 32 steps in turn, 2.00 ms; a block of attention 1, 0.750 ms."
    )


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


def test_words_say_how_much_is_right():
    nothing = series([0.0] * 120)
    given = frame(step=120, position="none", series={"accuracy": series([0.3] * 120), "accuracy/sequence": nothing})
    assert readings(given) == [("tokens right", "30%"), ("sequences right", "0%")]
    assert "30% of the tokens" in summary(given)
