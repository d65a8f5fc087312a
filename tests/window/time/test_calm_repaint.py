"""What grows while a run plays is not painted with every frame, and is right when no further one comes."""

import numpy as np
import pytest

from explainer.contract.series import Series
from explainer.window.time import calm_repaint
from explainer.window.time.time_line import TimeLine


class Counted(TimeLine):
    """Counts how often it is to be painted."""

    def __init__(self):
        self.count = 0
        super().__init__()

    def update(self):
        self.count += 1


@pytest.fixture
def line(qtbot):
    line = Counted()
    qtbot.addWidget(line)
    line.resize(820, 48)
    return line


def grown(steps):
    one = Series()
    one.extend(np.arange(1, steps + 1), np.linspace(1, 0, steps))
    return {"loss": one}


def test_a_growing_line_is_painted_less_often_than_it_grows_and_once_more_at_the_end(line, qtbot, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(calm_repaint.time, "monotonic", lambda: clock[0])
    before = line.count
    for frame in range(1, 31):  # half a second of 60 frames each second
        clock[0] += 1 / 60
        line.show_run(frame, frame, grown(frame), ())
    assert 8 <= line.count - before <= 12
    clock[0] += 0.001
    line.show_run(31, 31, grown(31), ())
    seen = line.count
    qtbot.waitUntil(lambda: line.count == seen + 1)


def test_going_to_a_known_step_is_painted_at_once(line):
    line.show_run(30, 30, grown(30), ())
    for step in (20, 10, 3):
        before = line.count
        line.show_run(step, 30, grown(30), ())
        assert line.count == before + 1
