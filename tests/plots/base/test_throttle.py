"""The latest of many requests is passed on, and no more than one a pause."""

import pytest
from PySide6.QtCore import QObject

from explainer.plots.base.throttle import Throttle


@pytest.fixture
def done():
    return []


@pytest.fixture
def throttle(qapp, done):
    parent = QObject()
    yield Throttle(parent, lambda *arguments: done.append(arguments), pause=5)
    parent.deleteLater()


def test_the_first_request_is_passed_on_at_once(throttle, done):
    throttle.ask(1, "a")
    assert done == [(1, "a")]


def test_of_those_within_the_pause_only_the_latest_follows(throttle, done, qtbot):
    for number in range(5):
        throttle.ask(number)
    assert done == [(0,)]
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done[-1] == (4,)


def test_hurry_passes_on_what_waits_without_waiting(throttle, done):
    throttle.ask(1)
    throttle.ask(2)
    throttle.hurry()
    assert done == [(1,), (2,)]


def test_what_is_forgotten_is_not_passed_on(throttle, done):
    throttle.ask(1)
    throttle.ask(2)
    throttle.forget()
    throttle.hurry()
    assert done == [(1,)]
