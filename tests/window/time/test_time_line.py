"""The time line: known steps, curves, marks, and going to a step."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from explainer.contract.recipe import SET, Action
from explainer.contract.series import Series
from explainer.window.time.span import FIRST_SPAN
from explainer.window.time.time_curves import curves_of, in_pixels
from explainer.window.time.time_line import TimeLine

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def line(qtbot) -> TimeLine:
    line = TimeLine()
    qtbot.addWidget(line)
    line.resize(820, 48)
    return line


def series(values: np.ndarray) -> dict[str, Series]:
    one = Series()
    one.extend(np.arange(1, len(values) + 1), values)
    return {"loss": one}


def chosen(line: TimeLine) -> list[int]:
    found: list[int] = []
    line.step_chosen.connect(found.append)
    return found


def at(line: TimeLine, step: float) -> QPoint:
    return QPoint(round(line.x_of(step)), 20)


def test_a_place_and_its_step_belong_together(line):
    line.show_run(0, 50, {}, ())
    assert [line.step_at(line.x_of(step)) for step in (0, 1, 25, 50)] == [0, 1, 25, 50]


def test_nothing_beyond_the_known_steps_can_be_chosen(line):
    line.show_run(0, 30, {}, ())
    assert line.step_at(line.width()) == 30
    assert line.step_at(-50) == 0


def test_the_span_grows_before_the_run_leaves_it_and_starts_afresh_with_a_new_run(line):
    line.show_run(1000, 1000, {}, ())
    assert line.x_of(1000) <= line.width()
    assert line.x_of(1000) > line.width() / 2
    line.show_run(0, 0, {}, ())
    assert line.x_of(FIRST_SPAN) == pytest.approx(line.width() - 10)


def test_a_run_of_few_steps_fills_the_line_and_one_of_many_begins_with_some_of_them(line):
    line.show_run(0, 0, {}, (), usual=8)
    assert line.x_of(8) == pytest.approx(line.width() - 10)
    line.show_run(0, 0, {}, (), usual=300)
    assert line.x_of(FIRST_SPAN) == pytest.approx(line.width() - 10)


def test_a_click_chooses_and_a_drag_goes_on_choosing(line):
    line.show_run(0, 50, {}, ())
    found = chosen(line)
    QTest.mousePress(line, LEFT, pos=at(line, 10))
    QTest.mouseMove(line, at(line, 20))
    QTest.mouseMove(line, at(line, 45))
    QTest.mouseRelease(line, LEFT, pos=at(line, 45))
    QTest.mouseMove(line, at(line, 5))
    assert found[0] == 10
    assert found[-1] == 45


def test_other_buttons_choose_nothing(line):
    line.show_run(0, 50, {}, ())
    found = chosen(line)
    QTest.mouseClick(line, Qt.MouseButton.RightButton, pos=at(line, 10))
    assert found == []


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Left, 99),
        (Qt.Key.Key_Right, 101),
        (Qt.Key.Key_PageUp, 80),
        (Qt.Key.Key_PageDown, 120),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 200),
    ],
)
def test_keys_choose(line, key, step):
    line.show_run(100, 200, {}, ())
    found = chosen(line)
    QTest.keyClick(line, key)
    assert found == [step]


def test_no_key_leads_before_the_beginning(line):
    line.show_run(0, 200, {}, ())
    found = chosen(line)
    QTest.keyClick(line, Qt.Key.Key_Left)
    QTest.keyClick(line, Qt.Key.Key_PageUp)
    assert all(step == 0 for step in found)


def test_marks_stand_at_their_steps_and_name_what_was_done(line):
    actions = (
        Action(0, SET, {"lr": 0.5}),
        Action(20, SET, {"lr": 0.1}),
        Action(20, "poison", {}),
        Action(40, "reinitialise", {"first": 2, "scale": 1.0}),
    )
    line.show_run(50, 50, {}, actions)
    assert [(step, words) for _, step, words in line.marks()] == [
        (20, "lr = 0.1; poison()"),
        (40, "reinitialise(first = 2, scale = 1)"),
    ]


def test_the_pointer_reads_marks_and_steps(line, qtbot):
    line.show()
    line.show_run(50, 50, {}, (Action(20, SET, {"lr": 0.1}),))
    QTest.mouseMove(line, at(line, 20))
    qtbot.waitUntil(lambda: QToolTip.text() == "lr = 0.1 at step 20")
    QTest.mouseMove(line, at(line, 33))
    qtbot.waitUntil(lambda: QToolTip.text() == "step 33")
    QToolTip.hideText()


def test_a_click_on_a_mark_goes_to_its_step_and_one_above_it_scrubs(line):
    line.show_run(10, 50, {}, (Action(20, SET, {"lr": 0.1}),))
    found = chosen(line)
    beside = round(line.x_of(20)) + 5
    QTest.mouseClick(line, LEFT, pos=QPoint(beside, 42))
    assert found == [20]
    line.show_run(1_000, 1_000, {}, (Action(20, SET, {"lr": 0.1}),))
    near = round(line.x_of(20)) + 5
    QTest.mouseClick(line, LEFT, pos=QPoint(near, 10))
    assert found[-1] == line.step_at(near) != 20


def test_control_and_arrows_go_from_mark_to_mark_and_the_mark_is_said_in_words(line):
    actions = (Action(20, SET, {"lr": 0.1}), Action(40, "poison", {}))
    line.show_run(30, 50, {}, actions)
    found = chosen(line)
    QTest.keyClick(line, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(line, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert found == [20, 40]
    line.show_run(40, 50, {}, actions)
    assert line.accessibleDescription() == "Step 40 of 50: poison()"
    QTest.keyClick(line, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert found == [20, 40]


def test_a_hundred_thousand_changes_cost_little(line):
    many = tuple(Action(step, SET, {"lr": 0.1}) for step in range(1, 100_001))
    line.show_run(100_000, 100_000, {}, many)
    assert not line.grab().isNull()
    assert len(line.marks()) == 100_000


def test_the_curve_is_drawn_where_the_values_are(line):
    line.show_run(50, 50, series(np.linspace(1.0, 2.0, 50)), ())
    image = line.grab().toImage()
    wanted = QColor(line._tokens.series_colour(0))

    def row(step: int) -> int:
        """The row whose pixel is most like the curve's colour."""
        x = round(line.x_of(step))
        found = [image.pixelColor(x, y) for y in range(line.height())]
        away = [sum(abs(p - q) for p, q in zip(one.getRgb(), wanted.getRgb(), strict=True)) for one in found]
        assert min(away) < 120
        return away.index(min(away))

    assert row(10) > row(25) > row(40)


def wheel(line: TimeLine, step: float, turned: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
    place = QPointF(at(line, step))
    angle = QPoint(0, turned)
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, line.mapToGlobal(place), QPoint(), angle, buttons, modifier, phase, False)
    QApplication.sendEvent(line, event)


def test_the_wheel_zooms_about_the_pointer_and_the_first_steps_of_a_long_run_can_be_chosen(line):
    line.show_run(25_369, 25_369, series(np.linspace(1.0, 2.0, 25_369)), ())
    assert line.x_of(60) - line.x_of(0) < 3
    before = line.x_of(30)
    for _ in range(25):
        wheel(line, 30, 120)
    assert line.x_of(60) - line.x_of(0) > 100
    assert line.x_of(30) == pytest.approx(before, abs=1.0)
    assert [line.step_at(line.x_of(step)) for step in (20, 30, 40)] == [20, 30, 40]
    assert not line.all_button.isHidden()
    line.show_run(25_370, 25_370, {}, ())
    assert 0 <= line.x_of(25_370) <= line.width(), "the run is followed as it goes"
    line.all_button.click()
    assert line.x_of(0) == 10
    assert line.all_button.isHidden()


def test_zooming_out_ends_with_the_whole_and_keys_do_the_same(line):
    line.show_run(40, 50, {}, ())
    whole = line.x_of(50)
    QTest.keyClick(line, Qt.Key.Key_Plus)
    assert line.x_of(50) > whole
    assert line.x_of(40) == pytest.approx(10 + 40 / 60 * 800)
    for _ in range(9):
        QTest.keyClick(line, Qt.Key.Key_Minus)
    assert line.x_of(50) == whole
    QTest.keyClick(line, Qt.Key.Key_Plus)
    before = line.x_of(40)
    wheel(line, 40, 120, Qt.KeyboardModifier.ShiftModifier)
    assert line.x_of(40) > before
    QTest.keyClick(line, Qt.Key.Key_0)
    assert line.x_of(50) == whole


def test_steps_are_written_below_the_axis(line, monkeypatch):
    written = []
    draw = QPainter.drawText
    monkeypatch.setattr(QPainter, "drawText", lambda self, *given: (written.append(given[-1]), draw(self, *given)))
    line.show_run(3_000, 3_000, {}, ())
    line.grab()
    assert {"0", "1,000", "2,000", "3,000"} <= set(written)
    written.clear()
    line.show_run(3, 3, {}, (), usual=3)
    line.grab()
    assert written == ["0", "1", "2", "3"], "no step is written twice, and none that is none"


def test_every_run_beside_another_is_on_the_line_with_its_letter_and_its_value(line):
    one, other = series(np.linspace(1.0, 2.0, 50)), series(np.linspace(2.0, 8.0, 50))
    line.show_run(50, 50, one, (), beside=[other, {}])
    assert line.words_at(50) == "step 50\nA: loss 2\nB: loss 8"
    curves = curves_of([one, other])
    assert [(curve.lane, curve.colour) for curve in curves] == [(0, 0), (1, 1)], "one curve a run: a colour a run"
    several = curves_of([{**one, "acc": one["loss"]}, other])
    assert [(curve.lane, curve.colour) for curve in several] == [(0, 0), (0, 1), (1, 0)], "else a pattern a run"
    low, high = (in_pixels(curves, (0.0, 60.0), QRectF(0, 0, 600, 40))[lane] for lane in (0, 1))
    assert low[-1, 1] > high[-1, 1], "both are on one scale"


@pytest.mark.parametrize(
    "values",
    [np.full(20, np.nan), np.full(20, 3.0), np.array([1.0, np.inf, 2.0]), np.zeros(5), np.geomspace(1e-300, 1e300, 40)],
    ids=["nothing finite", "constant", "infinite", "zero", "600 decades"],
)
def test_curves_of_any_numbers_can_be_drawn(line, values):
    line.show_run(len(values), len(values), series(values), ())
    assert not line.grab().isNull()


def test_a_hundred_thousand_steps_of_twelve_curves_cost_little(line):
    rng = np.random.default_rng(0)
    many = {str(index): series(rng.lognormal(size=100_000))["loss"] for index in range(12)}
    line.show_run(100_000, 100_000, many, ())
    line.grab()
    started = time.perf_counter()
    line.grab()
    dense = time.perf_counter() - started
    few = {name: series(rng.lognormal(size=2_000))["loss"] for name in many}
    line.show_run(2_000, 2_000, few, ())
    line.grab()
    started = time.perf_counter()
    line.grab()
    sparse = time.perf_counter() - started
    assert dense < 10 * sparse + 0.05


def test_the_place_is_said_in_words(line):
    line.show_run(7, 9, {}, ())
    assert line.accessibleDescription() == "Step 7 of 9"


def test_a_step_is_told_with_what_was_recorded_there(line):
    line.show_run(0, 3, series(np.array([4.0, 2.5, np.nan])), ())
    assert [line.words_at(step) for step in (0, 2, 3)] == ["step 0", "step 2 · loss 2.5", "step 3"]
    many = {f"loss/{name}": one for name in "abcdef" for one in series(np.array([1.0])).values()}
    line.show_run(0, 1, many, ())
    assert line.words_at(1).endswith("loss/d 1 · 2 more")
