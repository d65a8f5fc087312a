"""The line to a real engine process."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from PySide6.QtCore import QByteArray

from explainer.contract.messages import Open, Opened, Pause, Picture, Ready, Refusal, Show, pack
from explainer.contract.recipe import Recipe
from explainer.window import processes
from explainer.window.run import engine_link
from explainer.window.run.engine_link import EngineLink
from explainer.window.time.transport import SPEEDS

PATIENCE = 20_000
READY = pack(Ready(devices=["cpu"], torch="2", python="3"))


@pytest.fixture
def link(qtbot):
    link = EngineLink()
    yield link
    link.stop()


@pytest.fixture
def speaking(monkeypatch):
    """Return a function that lets the link start a Python program of our own instead of the engine."""

    def use(program: str) -> None:
        process = engine_link.QProcess

        class Other(process):
            def start(self, _program: str, _arguments: list[str]) -> None:
                super().start(sys.executable, ["-c", program])

        monkeypatch.setattr(engine_link, "QProcess", Other)

    return use


def heard(link: EngineLink) -> list[object]:
    found: list[object] = []
    link.reported.connect(found.append)
    return found


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_engine_starts_opens_refuses_dies_and_is_followed_by_another(qtbot, link):
    reports, deaths = heard(link), []
    link.died.connect(deaths.append)
    link.start()
    assert link.running
    qtbot.waitUntil(lambda: bool(reports), timeout=PATIENCE)
    assert isinstance(reports[0], Ready)
    assert "cpu" in reports[0].devices

    link.send(Open(run=1, recipe=Recipe("nowhere"), request=1))
    qtbot.waitUntil(lambda: isinstance(reports[-1], Refusal), timeout=PATIENCE)
    assert "nowhere" in reports[-1].message

    link.send(Show(arrays=["weight"]), owes=False)
    link.send(Open(run=2, recipe=Recipe("small-network"), request=2))
    qtbot.waitUntil(lambda: any(isinstance(report, Picture) for report in reports), timeout=PATIENCE)
    assert [type(report) for report in reports[2:4]] == [Opened, Picture]
    assert reports[3].arrays["weight"].shape == (8, 3)

    first = link.process_id
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(deaths), timeout=PATIENCE)
    assert deaths == ["killed by signal 9"]
    assert not link.running
    assert link.process_id == 0

    link.start()
    assert link.process_id not in (0, first)
    second = link.process_id
    link.stop()
    assert not is_alive(second)
    assert deaths == ["killed by signal 9"]


def test_a_command_to_no_engine_is_dropped(link):
    link.send(Pause())
    assert not link.running


@pytest.mark.parametrize(
    ("said", "words"),
    [(r"\xff\xff\xff\xff", "announced"), (r"\x00\x00\x00\x04abcd", "broken message")],
    ids=["absurd length", "not a message"],
)
def test_garbage_ends_the_engine_and_says_so(qtbot, link, speaking, said, words):
    speaking(f"import sys; sys.stdout.buffer.write(b'{said}'); sys.stdout.flush(); sys.stdin.read()")
    with qtbot.waitSignal(link.died, timeout=PATIENCE) as death:
        link.start()
    assert words in death.args[0]
    assert not link.running


def test_broken_last_words_are_one_death_and_spare_the_next_engine(qtbot, link, monkeypatch):
    deaths, words = [], b"\xff\xff\xff\xff"

    def replace(why: str) -> None:
        deaths.append(why)
        monkeypatch.setattr(engine_link.QProcess, "readAllStandardOutput", real)
        link.start()

    real = engine_link.QProcess.readAllStandardOutput
    link.died.connect(replace)
    link.start()
    first = link._process
    monkeypatch.setattr(engine_link.QProcess, "readAllStandardOutput", lambda process: QByteArray(words))
    first.finished.emit(0, engine_link.QProcess.ExitStatus.NormalExit)
    assert len(deaths) == 1
    assert "announced" in deaths[0]
    assert link.running


def test_an_engine_that_ends_by_itself_says_with_what_status_and_leaves_its_last_words(qtbot, link, speaking, capsys):
    speaking("import sys; sys.stderr.write('no memory left\\n'); sys.exit(3)")
    with qtbot.waitSignal(link.died, timeout=PATIENCE) as death:
        link.start()
    assert "status 3" in death.args[0]
    assert "no memory left" in link.output_tail
    assert "no memory left" in capsys.readouterr().err


def test_a_program_that_cannot_be_started_counts_as_a_death(qtbot, link, monkeypatch):
    monkeypatch.setattr(engine_link.sys, "executable", "/nowhere/python")
    with qtbot.waitSignal(link.died, timeout=PATIENCE) as death:
        link.start()
    assert death.args[0]
    assert not link.running


def test_an_engine_that_owes_an_answer_for_long_is_reported(qtbot, link, speaking, monkeypatch):
    monkeypatch.setattr(engine_link, "START_MS", 50)
    speaking("import sys; sys.stdin.read()")
    link.start()
    with qtbot.waitSignal(link.hung, timeout=PATIENCE):
        link.send(Pause())


def test_an_engine_that_owes_nothing_is_left_in_peace(qtbot, link, speaking):
    speaking(f"import sys; sys.stdout.buffer.write({READY!r}); sys.stdout.flush(); sys.stdin.read()")
    with qtbot.waitSignal(link.reported, timeout=PATIENCE):
        link.start()
    link.send(Show(arrays=[]), owes=False)
    assert not link._owed.isActive()


def test_an_engine_that_is_never_ready_is_reported(qtbot, link, speaking, monkeypatch):
    monkeypatch.setattr(engine_link, "START_MS", 50)
    speaking("import sys; sys.stdin.read()")
    with qtbot.waitSignal(link.hung, timeout=PATIENCE):
        link.start()


def test_the_slowest_speed_is_not_taken_for_hanging():
    assert 2 * 1000 / min(speed for speed in SPEEDS if speed) < engine_link.HANG_MS


def test_an_engine_that_does_not_end_by_itself_is_killed(qtbot, link, speaking, monkeypatch):
    monkeypatch.setattr(processes, "GRACE_MS", 200)
    speaking("import time; print(1, file=__import__('sys').stderr, flush=True); time.sleep(600)")
    link.start()
    qtbot.waitUntil(lambda: bool(link.output_tail), timeout=PATIENCE)
    process = link.process_id
    link.stop()
    assert not is_alive(process)
