"""Interview mode: what is asked next, when it comes again, and what can be taken away."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from explainer.command_line import REFUSED, main
from explainer.teach.interview import Asked, Interview, all_questions, anki_text, csv_text, summary
from explainer.teach.progress import Progress

QUESTIONS = [Asked(f"s{n % 3}", "T", "AB"[n % 2], 1 + n % 3, f"q{n}", f"answer {n} [See](try:lr=1)") for n in range(8)]


class Clock:
    def __init__(self):
        self.time = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def progress(tmp_path, clock):
    return Progress(tmp_path / "progress.json", clock=lambda: clock().timestamp())


@pytest.fixture
def talk(progress, clock):
    return Interview(progress, QUESTIONS, seed=1, now=clock)


def test_new_questions_go_round_the_rooms_and_begin_with_the_easier(talk):
    drawn = []
    for _ in range(len(QUESTIONS)):
        drawn.append(talk.next())
        talk.mark(drawn[-1], 4)
    assert len(set(drawn)) == len(QUESTIONS)
    assert [asked.room for asked in drawn[:2]] in (["A", "B"], ["B", "A"])
    for room in "AB":
        levels = [asked.level for asked in drawn if asked.room == room]
        assert levels == sorted(levels)


def test_what_is_not_known_comes_again_sooner_than_what_is(talk, clock):
    asked = talk.next()
    waits = [talk.would_come(asked, grade) for grade in (1, 2, 3, 4)]
    assert waits == sorted(waits)
    assert waits[0] < waits[3]
    assert talk.mark(asked, 1) == clock() + waits[0]
    assert talk.next() != asked
    clock.time += waits[0]
    assert talk.next() == asked


def test_marks_are_there_the_next_time(progress, talk, clock):
    asked = talk.next()
    due = talk.mark(asked, 3)
    assert progress.save()
    again = Interview(Progress(progress.path), QUESTIONS, seed=2, now=clock)
    assert again.card(asked).due == due
    assert again.next() != asked


def test_nothing_is_asked_before_it_is_due(talk, clock):
    for _ in QUESTIONS:
        talk.mark(talk.next(), 4)
    assert talk.next() is None
    assert talk.next_due() > clock()
    clock.time = talk.next_due() + timedelta(seconds=1)
    assert talk.next() is not None


def test_a_memory_that_cannot_be_read_is_a_new_question(progress, talk):
    progress.marked(QUESTIONS[0].scene, QUESTIONS[0].question, 3, "{nonsense")
    assert talk.card(QUESTIONS[0]) is None


def test_the_summary_has_the_weakest_room_first_and_unasked_ones_last(progress, talk):
    for asked, grade in ((QUESTIONS[0], 4), (QUESTIONS[2], 3), (QUESTIONS[1], 1)):
        talk.mark(asked, grade)
    others = [Asked("s9", "T", "C", 1, "q", "a")]
    states = summary(progress, [*QUESTIONS, *others])
    assert [(state.room, state.known, state.asked, state.total) for state in states] == [
        ("B", 0, 1, 4),
        ("A", 2, 2, 4),
        ("C", 0, 0, 1),
    ]


def test_csv_has_a_row_a_question_with_its_marks(progress, talk):
    talk.mark(QUESTIONS[0], 3)
    rows = list(csv.DictReader(io.StringIO(csv_text(progress, talk))))
    assert len(rows) == len(QUESTIONS)
    assert (rows[0]["asked"], rows[0]["last mark"], rows[1]["asked"]) == ("1", "Good", "0")
    assert datetime.fromisoformat(rows[0]["due"]) > datetime(2030, 1, 1, tzinfo=UTC)


def test_anki_gets_three_columns_in_every_row_whatever_the_question_holds():
    odd = Asked("s", "T", "Gradient flow", 2, "Is `a<b`\tor $x < y$?", "**No.**\n*Never* [see](try:lr=1) & $a^2$.")
    lines = anki_text([odd, *all_questions()]).splitlines()
    assert lines[0] == "#separator:tab"
    assert all(line.count("\t") == 2 for line in lines[4:])
    assert lines[4] == (
        r"Is <code>a&lt;b</code> or \(x &lt; y\)?"
        "\t"
        r"<b>No.</b> <i>Never</i> see &amp; \(a^2\)."
        "\tGradient-flow s"
    )


def say(monkeypatch, *lines):
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLAINER_SETTINGS", str(tmp_path / "settings.toml"))
    return tmp_path


def test_the_terminal_asks_reveals_and_keeps_the_mark(place, monkeypatch, capsys):
    say(monkeypatch, "", "seven", "3", "q")
    assert main(["interview", "--room", "optimization"]) == 0
    said = capsys.readouterr().out
    assert "1 of 10 · Optimization" in said
    assert "$ explainer " in said
    assert "'seven' is no mark" in said
    kept = json.loads((place / "progress.json").read_text())
    assert [mark["grade"] for scene in kept["scenes"].values() for mark in scene["marks"]] == [3]
    assert main(["interview", "--forget"]) == 0
    kept = json.loads((place / "progress.json").read_text())
    assert not any(scene.get("marks") for scene in kept["scenes"].values())


def test_the_end_of_the_input_ends_it(place, monkeypatch, capsys):
    say(monkeypatch)
    assert main(["interview"]) == 0


def test_questions_are_exported_by_the_ending_of_the_file(place, capsys):
    assert main(["interview", "--export", str(place / "q.csv")]) == 0
    assert main(["interview", "--export", str(place / "q.txt"), "--level", "1"]) == 0
    assert (place / "q.csv").read_text().startswith("room,scene,level,question")
    assert (place / "q.txt").read_text().startswith("#separator:tab")


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["--room", "attic"], "choose from Foundations"),
        (["--level", "9"], "1 (school)"),
        (["--count", "0"], "from 1 to 1000"),
        (["--export", "q.pdf"], ".csv"),
        (["--export", "/nowhere/at/all/q.csv"], "choose another place"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(place, capsys, words, remedy):
    assert main(["interview", *words]) == REFUSED
    said = capsys.readouterr().err
    assert remedy in said
    assert said.count("\n") == 1
