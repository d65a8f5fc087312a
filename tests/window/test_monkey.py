"""A random user on the real window finds nothing; for more: ``python -m tests.monkey --seed 7 --moves 2000 --cut``."""

from __future__ import annotations

import sys
import warnings

import pytest
from PySide6.QtCore import QStandardPaths, QTimer, qWarning

from tests.monkey.hand import Hand, pass_time
from tests.monkey.moves import OFTEN, drawn, told, understood
from tests.monkey.shortest import shortest
from tests.monkey.trial import try_moves
from tests.monkey.watch import Watch

MOVES = 250
AGAIN = "python -m tests.monkey --seed {} --moves {} --scene {} --cut"
STARTS = ("gradient-descent", "convolution", "attention", "gradient-flow")


@pytest.fixture(autouse=True)
def nobodys_folders():
    QStandardPaths.setTestModeEnabled(True)
    yield
    QStandardPaths.setTestModeEnabled(False)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("seed", "scene"), list(enumerate(STARTS, 1)))
def test_a_random_user_meets_no_exception_no_warning_and_no_message_of_qt(qapp, tmp_path, seed, scene):
    fault = try_moves(drawn(seed, MOVES), tmp_path, scene)
    assert fault is None, f"move {fault.at}: {fault.words}\n{AGAIN.format(seed, MOVES, scene)}"


@pytest.mark.deep
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("seed", range(11, 14))
def test_a_random_user_who_has_more_time_meets_none_either(qapp, tmp_path, seed):
    fault = try_moves(drawn(seed, 4 * MOVES), tmp_path)
    assert fault is None, f"move {fault.at}: {fault.words}\n{AGAIN.format(seed, 4 * MOVES, STARTS[0])}"


FAULTS = {
    "an exception": lambda: 1 / 0,
    "a warning": lambda: warnings.warn("careful", stacklevel=1),
    "a message of Qt": lambda: qWarning(b"painted on nothing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_in_a_slot_is_noticed(qapp, fault):
    hook = sys.excepthook
    with Watch() as watch:
        QTimer.singleShot(0, FAULTS[fault])
        pass_time(5)
    assert len(watch.faults) == 1
    assert sys.excepthook is hook
    words = {"an exception": "ZeroDivisionError", "a warning": "careful", "a message of Qt": "painted on nothing"}
    assert words[fault] in watch.faults[0]


def test_moves_are_the_same_whenever_they_are_drawn_and_can_be_written_down():
    assert drawn(5, 40) == drawn(5, 100)[:40]
    assert drawn(5, 40) != drawn(6, 40)
    assert understood(told(drawn(5, 40))) == drawn(5, 40)
    assert {move.name for move in drawn(1, 2_000)} == set(OFTEN)
    assert all(callable(getattr(Hand, name)) for name in OFTEN)


@pytest.mark.parametrize("needed", [{3}, {0, 99}, {17, 18, 60}, set(range(40, 48))])
def test_the_shortest_list_that_fails_is_found(needed):
    tried = []

    def fails(moves):
        tried.append(list(moves))
        return needed <= set(moves)

    assert shortest(range(100), fails) == sorted(needed)
    assert len(tried) < 150


def test_a_search_that_is_given_few_tries_returns_what_still_fails():
    found = shortest(range(64), lambda moves: {1, 40} <= set(moves), tries=5)
    assert {1, 40} <= set(found)
    assert len(found) < 64
