import io

import numpy as np
import pytest

from explainer.commands import progress
from explainer.commands.progress import Progress, last_values, metric_words
from explainer.contract.series import Series


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """The time that the progress reads, in seconds."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    return now


def series(values) -> Series:
    made = Series()
    made.extend(np.arange(1, len(values) + 1), np.array(values, float))
    return made


def test_a_file_gets_a_line_only_now_and_then(clock):
    stream = io.StringIO()
    shown = Progress(1_000, stream)
    for second in range(600):
        clock[0] = float(second)
        if shown.due():
            shown.show(second + 1, {"loss": series([3.0])})
    lines = stream.getvalue().splitlines()
    assert lines[0] == "step 3 of 1,000 · 2 steps/s · loss 3"
    assert 6 <= len(lines) <= 10


def test_a_terminal_has_one_line_that_changes_and_fits(clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    shown = Progress(10, stream)
    for step in (1, 2):
        clock[0] = step * 1.0
        shown.show(step, {"loss": series([0.5, 0.25])})
    shown.say("done")
    before, *updates = stream.getvalue().split("\r")
    assert before == ""
    assert [len(update.split("\n")[0]) for update in updates] == [29, 29]
    assert updates[1].split("\n")[1:] == ["done", ""]


def test_a_reader_that_went_away_is_not_written_to_again(clock):
    class Gone(io.StringIO):
        writes = 0

        def write(self, words: str) -> int:
            self.writes += 1
            raise BrokenPipeError

    stream = Gone()
    shown = Progress(10, stream)
    clock[0] = 5.0
    shown.show(1, {})
    clock[0] = 500.0
    assert not shown.due()
    assert stream.writes == 1


def test_the_latest_values_are_those_at_or_before_the_step():
    known = {"a": series([1, 2, 3]), "b": series([])}
    assert last_values(known, 2) == {"a": 2.0}


def test_many_metrics_are_counted_and_not_listed():
    words = metric_words({f"m{index}": series([index]) for index in range(7)}, 1)
    assert words == " · m0 0 · m1 1 · m2 2 · m3 3 · 3 more"


class Broken:
    """A stream whose reader is gone."""

    def isatty(self):
        return False

    def write(self, words):
        raise BrokenPipeError

    def flush(self):
        pass


def test_lines_for_a_program_end_with_that_program_and_others_go_on_unread():
    with pytest.raises(SystemExit) as ended:
        Progress(5, Broken(), lines=True).count("picture", 5, 5)
    assert ended.value.code == 141
    Progress(5, Broken()).count("picture", 5, 5)
