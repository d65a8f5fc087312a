"""Tokens under a hand: one is dragged to another's place, moved by the keys, or struck out."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from explainer.contract.cards import Act, Tokens
from explainer.theme.tokens import DARK
from tests.plots.hand import shows

WORDS = np.array(["the", "plot", "was", "good", "not", "bad"])


def strip(shown, **options):
    arrays = {"word": WORDS, "struck": np.array([False, False, False, False, True, False])}
    told = Tokens(
        "word",
        click=lambda frame, k: Act("clicked", {"k": k}),
        move=lambda frame, k, place: Act("moved", {"k": k, "place": place}),
        **options,
    )
    made = shown(told, arrays, dims={"word": ("word",), "struck": ("word",)}, size=(480, 80))
    made.part.still()
    return made


def drag(part, start, end):
    """Press at a pixel, go to another one, let go."""
    steps = ((QEvent.Type.MouseButtonPress, start), (QEvent.Type.MouseMove, end), (QEvent.Type.MouseButtonRelease, end))
    for kind, at in steps:
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            part, QMouseEvent(kind, at, part.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        )
        part.grab()


def middle(part, k):
    return part.box_of({"word": k}).center()


def test_a_token_is_dragged_to_another_ones_place_and_let_go_on_its_own_it_is_clicked(shown):
    made = strip(shown)
    drag(made.part, middle(made.part, 1), middle(made.part, 4))
    drag(made.part, middle(made.part, 5), middle(made.part, 0))
    drag(made.part, middle(made.part, 3), middle(made.part, 3) + QPointF(2, 1))
    wanted = [("moved", {"k": 1, "place": 4}), ("moved", {"k": 5, "place": 0}), ("clicked", {"k": 3})]
    assert made.acts == wanted


def test_behind_the_last_token_of_a_line_it_comes_to_stand_last_and_off_the_lines_nothing_is_moved(shown):
    made = strip(shown)
    drag(made.part, middle(made.part, 1), QPointF(470, middle(made.part, 1).y()))
    assert made.acts == [("moved", {"k": 1, "place": 5})]
    drag(made.part, middle(made.part, 1), QPointF(470, 78))
    assert len(made.acts) == 1


def test_shift_and_an_arrow_move_the_lit_token_as_far_as_there_are_places(shown, qtbot):
    made = strip(shown)
    made.steering.light("word", 4)
    qtbot.keyClick(made.part, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert made.acts == [("moved", {"k": 4, "place": 5})]
    qtbot.keyClick(made.part, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(made.acts) == 1
    assert made.lights["word"] == 5


def test_a_token_that_is_struck_out_has_a_line_through_it(shown):
    assert shows(strip(shown, struck="struck").part, DARK.danger)
    assert not shows(strip(shown).part, DARK.danger)
