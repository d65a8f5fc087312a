"""Engines that die, rest, babble or run out of memory, at any phase of any scene: the run is there again as it was."""

from __future__ import annotations

import os
import signal
import struct
import sys

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.messages import Picture, Ready, pack
from explainer.contract.recipe import Position, Recipe
from explainer.contract.start import Start
from explainer.window.run import engine_link
from explainer.window.run.engine_link import EngineLink
from explainer.window.run.session import Session
from tests.window.driver import PATIENCE, end, make_window
from tests.window.engine_here import EngineInHere
from tests.window.test_window_life import is_alive

READY = pack(Ready(devices=["cpu"], torch="2", python="3"))
STRANGER = pack(Picture(run=77, number=1, position=Position(5), request=0))
AT, MOST_PHASES = 2, 8


@pytest.mark.parametrize("name", [scene.name for scene in CATALOGUE.scenes() if not scene.missing])
def test_an_engine_killed_at_any_phase_leaves_the_run_where_its_step_began_with_the_same_numbers(qapp, name):
    link = EngineInHere()
    session = Session(link)
    link.start()
    session.open_scene(CATALOGUE.scene(name))
    link.work(session, 4)
    for _ in range(AT):
        session.course.step()
        link.work(session, 4)
    reached = session.position.step
    known = {metric: series.up_to(reached).tolist() for metric, series in session.series.items()}
    for phases in range(MOST_PHASES):
        for _ in range(phases):
            session.course.step_phase()
            link.work(session, 3)
        if session.position.step > reached:  # all phases of the step have been tried
            break
        recipe = session.recipe
        link.kill()
        link.work(session, 6)
        assert session.position == Position(reached)
        assert session.recipe == recipe
        now = {metric: series.up_to(reached).tolist() for metric, series in session.series.items()}
        assert {metric: now[metric] for metric in known} == known, phases
    link.stop()


@pytest.fixture
def speaking(monkeypatch, qtbot):
    """Return a link whose engine is a program of our own."""
    links = []

    def use(program: str) -> EngineLink:
        monkeypatch.setattr(engine_link, "python", lambda module: [sys.executable, "-c", program])
        links.append(EngineLink())
        return links[-1]

    yield use
    for link in links:
        link.stop()


def saying(raw: bytes, then: str) -> str:
    return f"import sys\nsys.stdout.buffer.write({raw!r})\nsys.stdout.flush()\n{then}"


def test_half_a_message_and_then_silence_is_taken_for_hanging(qtbot, speaking):
    link = speaking(saying(READY + struct.pack(">I", 400) + b"half", "sys.stdin.read()"))
    with qtbot.waitSignal(link.reported, timeout=PATIENCE):
        link.start()
    link._owed.setInterval(50)
    with qtbot.waitSignal(link.hung, timeout=PATIENCE):
        link.send(Picture(run=1, number=1, position=Position(), request=0))


def test_an_engine_that_begins_is_given_longer_than_one_that_runs(qtbot, speaking):
    link = speaking(saying(READY, "sys.stdin.read()"))
    with qtbot.waitSignal(link.reported, timeout=PATIENCE):
        link.start()
        assert link._owed.remainingTime() > 2 * engine_link.HANG_MS
    link.send(Picture(run=1, number=1, position=Position(), request=0))
    assert 0 < link._owed.remainingTime() <= 1.05 * engine_link.HANG_MS  # a coarse timer may be a twentieth late


def test_half_a_message_and_then_the_end_is_one_death(qtbot, speaking):
    link, deaths = speaking(saying(READY + STRANGER[: len(STRANGER) // 2], "sys.exit(4)")), []
    link.died.connect(deaths.append)
    link.start()
    qtbot.waitUntil(lambda: bool(deaths), timeout=PATIENCE)
    assert deaths == ["it ended with status 4"]
    assert not link.running


def test_a_flood_of_messages_for_another_run_is_read_and_dropped(qtbot, speaking):
    count = 20_000
    link = speaking(
        f"import sys\nsys.stdout.buffer.write({READY!r} + {STRANGER!r} * {count})\nsys.stdout.flush()\nsys.stdin.read()"
    )
    session, heard = Session(link), []
    drawn = []
    link.reported.connect(heard.append)
    session.frame_changed.connect(drawn.append)
    link.start()
    qtbot.waitUntil(lambda: len(heard) == count + 1, timeout=PATIENCE)
    assert drawn == []
    assert session.position == Position()
    assert link.running


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_engine_that_is_stopped_is_told_of_and_goes_on_when_it_may(driver):
    session = driver.session
    session.course.set_speed(None)
    session.course.play()
    driver.until(lambda: driver.step > 5)
    os.kill(session.engine.link.process_id, signal.SIGSTOP)
    session.engine.link._owed.setInterval(200)
    driver.until(lambda: driver.window.notices.words("hanging"))
    session.engine.link._owed.setInterval(engine_link.HANG_MS)
    rested = driver.step
    os.kill(session.engine.link.process_id, signal.SIGCONT)
    driver.until(lambda: driver.step > rested + 5 and not driver.window.notices.words("hanging"))
    session.course.pause()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_pictures_that_stay_empty_say_why(driver):
    notices = driver.window.notices
    os.kill(driver.session.engine.link.process_id, signal.SIGSTOP)
    driver.window.open(Start("small-network"))
    driver.until(lambda: "PyTorch is being loaded" in notices.words("preparing"))
    os.kill(driver.session.engine.link.process_id, signal.SIGCONT)
    driver.until(lambda: driver.session.is_answered and not notices.words("preparing"))


@pytest.mark.parametrize("moment", ["starting", "ready", "replaying", "playing", "compared"])
def test_a_window_closed_at_any_moment_leaves_no_engine_behind(qtbot, moment):
    recipe = Recipe("gradient-descent", parameters=CATALOGUE.scene("gradient-descent").parameters().values())
    window = make_window()
    session = window.session
    replayed = []
    session.replaying.connect(lambda done, total: replayed.append(total))
    processes = [session.engine.link.process_id]
    if moment == "ready":
        qtbot.waitSignal(session.engine.devices_known, timeout=PATIENCE).wait()
    elif moment == "replaying":
        window.open(Start("gradient-descent", recipe=recipe, position=Position(10**8)))
        qtbot.waitUntil(lambda: 10**8 in replayed, timeout=PATIENCE)
    elif moment in ("playing", "compared"):
        qtbot.waitUntil(lambda: session.is_answered, timeout=PATIENCE)
        session.course.play()
        if moment == "compared":
            window.comparison.add_copy()
            processes += [lane.session.engine.link.process_id for lane in window.lanes.others]
    window.close()
    assert not any(is_alive(process) for process in processes if process)
    end(window)
