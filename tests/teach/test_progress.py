"""What a person has done is kept in one file, whatever happens to it and whoever else writes it."""

import json
from itertools import count
from pathlib import Path

import pytest

from explainer.teach.progress import Done, Progress


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "progress.json"


def begin(path, start=1000):
    ticks = count(start)
    return Progress(path, clock=lambda: float(next(ticks)))


def test_what_was_done_is_there_the_next_time(path):
    first = begin(path)
    assert first.is_new
    first.visited("neuron")
    first.lived("neuron", 40)
    first.lived("neuron", 2)
    first.guessed("neuron", "Which one?", True, said="The left one")
    first.marked("neuron", "Why?", 3, memory='{"due": 5}')
    assert first.save()
    done = begin(path).of("neuron")
    assert (done.opened, done.last, done.steps) == (1, 1000, 42)
    assert (done.right, done.wrong, done.answered) == (1, 0, 1)
    assert done.guesses[0].said == "The left one"
    assert done.memories == {"Why?": '{"due": 5}'}
    assert json.loads(path.read_text())["version"] == 1


def test_what_was_not_saved_is_seen_here_at_once(path):
    progress = begin(path)
    progress.visited("cnn")
    assert progress.of("cnn").opened == 1
    assert not progress.is_new
    assert not path.exists()


def test_a_scene_never_opened_has_nothing_and_asking_changes_nothing(path):
    progress = begin(path)
    assert progress.of("cnn") == Done()
    assert progress.save()
    assert not path.exists()


def test_only_the_first_guess_of_a_question_is_a_prediction(path):
    progress = begin(path)
    progress.guessed("cnn", "Which?", None)
    progress.guessed("cnn", "Which?", False)
    progress.guessed("cnn", "Which?", True)
    progress.guessed("cnn", "When?", True)
    done = progress.of("cnn")
    assert (done.right, done.wrong) == (1, 1)
    assert len(done.guesses) == 4


def test_two_windows_lose_nothing_of_one_another(path):
    one, other = begin(path), begin(path, 2000)
    for window, steps in ((one, 10), (other, 5)):
        window.visited("cnn")
        window.lived("cnn", steps)
        window.guessed("cnn", f"Question of {steps}?", steps == 10)
    assert one.save()
    assert other.save()
    one.visited("rnn")
    assert one.save()
    for window in (one, begin(path)):
        done = window.of("cnn")
        assert (done.opened, done.last, done.steps, done.right, done.wrong) == (2, 2000, 15, 1, 1)
    assert begin(path).of("rnn").opened == 1


def test_saving_twice_counts_once(path):
    progress = begin(path)
    progress.visited("cnn")
    assert progress.save()
    assert progress.save()
    assert begin(path).of("cnn").opened == 1


def test_the_newest_memory_of_a_question_stays_whoever_saves_last(path):
    early, late = begin(path, 1000), begin(path, 2000)
    early.marked("cnn", "Why?", 1, memory="early")
    late.marked("cnn", "Why?", 4, memory="late")
    assert late.save()
    assert early.save()
    done = begin(path).of("cnn")
    assert done.memories == {"Why?": "late"}
    assert [mark.grade for mark in done.marks] == [1, 4]
    assert done.answered == 1


@pytest.mark.parametrize("content", ["{", "[]", '{"scenes": {"cnn": {"opened": "often"}}}', "\x00\xff"])
def test_a_file_that_cannot_be_understood_is_put_aside_and_not_lost(path, content):
    path.parent.mkdir()
    path.write_text(content)
    progress = begin(path)
    assert progress.is_new
    progress.visited("cnn")
    assert progress.save()
    assert begin(path).of("cnn").opened == 1
    kept = [place for place in path.parent.iterdir() if "unreadable" in place.name]
    assert [place.read_text() for place in kept] == [content]


def test_a_file_of_a_later_version_is_left_as_it_is(path):
    path.parent.mkdir()
    path.write_text('{"version": 99, "scenes": {}, "new": 1}')
    progress = begin(path)
    progress.visited("cnn")
    assert not progress.save()
    assert json.loads(path.read_text())["new"] == 1
    assert progress.of("cnn").opened == 1


def test_where_nothing_can_be_written_nothing_is_raised(tmp_path):
    (tmp_path / "file").write_text("")
    progress = begin(tmp_path / "file" / "progress.json")
    progress.visited("cnn")
    assert not progress.save()
    assert progress.of("cnn").opened == 1


def test_forgetting_deletes_the_file(path):
    progress = begin(path)
    progress.visited("cnn")
    progress.save()
    assert progress.forget()
    assert progress.is_new
    assert not path.exists()


def test_it_lies_beside_the_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPLAINER_SETTINGS", str(tmp_path / "settings.json"))
    assert Progress().path == tmp_path / "progress.json"
    monkeypatch.setenv("EXPLAINER_SETTINGS", "/dev/null")
    if Path("/dev/null").exists():
        assert Progress().path == Path("/dev/null")
