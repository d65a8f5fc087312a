"""The hook for exceptions that nothing caught."""

from __future__ import annotations

import sys

import pytest

from explainer.window.exceptions import ExceptionHook


@pytest.fixture
def hook(qtbot, monkeypatch):
    logged = []
    monkeypatch.setattr(sys, "excepthook", lambda *said: logged.append(said))
    hook = ExceptionHook()
    hook.logged = logged
    hook.install()
    yield hook
    hook.remove()


def raised(error: BaseException) -> tuple:
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_an_exception_is_logged_at_once_and_told_when_the_event_loop_is_back(hook, qtbot):
    told = []
    hook.happened.connect(lambda *said: told.append(said))
    sys.excepthook(*raised(ZeroDivisionError("by zero")))
    assert len(hook.logged) == 1
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    message, details = told[0]
    assert message == "ZeroDivisionError: by zero"
    assert details.startswith("Traceback")
    assert "test_exceptions.py" in details


def test_the_same_exception_at_every_repaint_is_told_once_and_logged_each_time(hook, qtbot):
    told = []
    hook.happened.connect(lambda *said: told.append(said))
    one = raised(ValueError("again"))
    for _ in range(50):
        hook.take(*one)
    hook.take(*raised(ValueError("another")))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert len(hook.logged) == 51
    hook.forget()
    hook.take(*raised(ValueError("another")))
    qtbot.waitUntil(lambda: len(told) == 3)


def test_ctrl_c_is_not_an_error_to_be_told(hook, qtbot):
    told = []
    hook.happened.connect(lambda *said: told.append(said))
    hook.take(*raised(KeyboardInterrupt()))
    with qtbot.waitSignal(hook.happened):
        hook.take(*raised(ValueError("an error")))
    assert [message for message, _ in told] == ["ValueError: an error"]


def test_the_hook_that_was_there_before_comes_back(hook):
    assert sys.excepthook == hook.take
    hook.remove()
    assert sys.excepthook != hook.take
