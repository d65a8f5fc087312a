"""Whatever fails or interrupts a headless run, the numbers of the steps that were done are in their files."""

import json
import os
import signal

import pytest

from explainer.command_line import main
from explainer.commands import running
from explainer.commands.progress import Progress
from explainer.contract.refused import Refused
from explainer.engine.execution import Execution
from explainer.engine.run import Run

SCENE = "gradient-descent"
WORDS = ["run", SCENE, "--steps", "60"]


def rows(place):
    return len((place / "metrics.csv").read_text().splitlines()) - 1


def step(place):
    return json.loads((place / "run.json").read_text())["position"]["step"]


@pytest.mark.parametrize("what", ["arrays", "files"])
def test_a_scene_that_fails_at_the_end_leaves_the_numbers(tmp_path, capsys, monkeypatch, what):
    def broken(*names):
        raise RuntimeError("odd")

    monkeypatch.setattr(Run, what, broken)
    assert main([*WORDS, "--out", str(tmp_path)]) == 1
    assert rows(tmp_path) == step(tmp_path) == 60
    assert "RuntimeError: odd" in capsys.readouterr().err


def test_an_array_that_cannot_be_saved_costs_the_arrays_alone(tmp_path, monkeypatch):
    from explainer.export import arrays_npz

    monkeypatch.setattr(arrays_npz, "encode", lambda arrays: (_ for _ in ()).throw(ValueError("objects")))
    assert main([*WORDS, "--out", str(tmp_path)]) == 1
    names = {path.name for path in tmp_path.iterdir()}
    assert {"metrics.csv", "run.json", "picture.png", "notes.txt"} <= names
    assert "frame.npz" not in names


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_run_at_a_step_and_leaves_every_file(tmp_path, monkeypatch, name):
    number = getattr(signal, name)
    before = signal.getsignal(number)
    times = []

    def due(progress):
        times.append(1)
        if len(times) == 40:
            os.kill(os.getpid(), number)
        return False

    monkeypatch.setattr(Progress, "due", due)
    assert main(["run", SCENE, "--steps", "100000", "--out", str(tmp_path)]) == 128 + number
    assert 0 < rows(tmp_path) == step(tmp_path) < 100_000
    assert {"frame.npz", "picture.png", "notes.txt"} <= {path.name for path in tmp_path.iterdir()}
    assert signal.getsignal(number) == before


def test_a_signal_that_is_ignored_stays_ignored(tmp_path, monkeypatch):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        monkeypatch.setattr(Progress, "due", lambda progress: os.kill(os.getpid(), signal.SIGHUP) or False)
        assert main([*WORDS, "--out", str(tmp_path)]) == 0
        assert rows(tmp_path) == 60
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_is_refused_on_the_way_is_said_once_the_steps_before_it_are_written(tmp_path, capsys, monkeypatch):
    apply = Execution._apply

    def refuse(execution, action):
        if action.step == 20:
            raise Refused("lr = 0.5 is refused here")
        return apply(execution, action)

    monkeypatch.setattr(Execution, "_apply", refuse)
    actions = [{"step": at, "verb": "set", "arguments": {"lr": lr}} for at, lr in ((10, 0.02), (20, 0.5))]
    content = {"version": 1, "recipe": {"scene": SCENE, "actions": actions}, "position": {"step": 60}}
    (tmp_path / "a.run.json").write_text(json.dumps(content))
    assert main(["run", str(tmp_path / "a.run.json"), "--out", str(tmp_path / "out")]) == 2
    assert rows(tmp_path / "out") == step(tmp_path / "out") == 20
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == "explainer: lr = 0.5 is refused here"
    assert not any("failed" in line for line in said)


def test_an_interrupted_film_costs_the_film_alone(tmp_path, capsys, monkeypatch):
    from explainer.export.animation import Gif

    monkeypatch.setattr(Gif, "add", lambda film, picture: os.kill(os.getpid(), signal.SIGINT))
    words = [*WORDS, "--animation", str(tmp_path / "a.gif"), "--every", "10", "--out", str(tmp_path / "out")]
    assert main(words) == 130
    assert rows(tmp_path / "out") == step(tmp_path / "out") == 60
    assert not (tmp_path / "a.gif").exists()
    assert "interrupted: what was not said to be written is not" in capsys.readouterr().err


def test_a_full_disk_for_the_film_costs_the_film_alone(tmp_path, monkeypatch):
    from explainer.export.animation import Gif

    def full(film, picture):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Gif, "add", full)
    words = [*WORDS, "--animation", str(tmp_path / "a.gif"), "--every", "10", "--out", str(tmp_path / "out")]
    assert main(words) == 2
    assert rows(tmp_path / "out") == 60


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--picture", "x.png", "--cards", "nonsense"], "card 'nonsense' is refused"),
        (["--animation", "x.gif", "--cards", "nonsense"], "card 'nonsense' is refused"),
        (["--picture", "x.png", "--size", "100x100"], "size = 100x100 is refused"),
        (["--picture", "n" * 300 + ".png"], "File name too long"),
        (["--animation", "n" * 252 + ".gif"], "File name too long"),
        (["--picture", "nowhere/x.png"], "No such file"),
        (["--picture", "~nosuchuser/x.png"], "no user 'nosuchuser'"),
        (["--out", "n" * 300], "File name too long"),
    ],
)
def test_what_can_be_refused_before_the_work_is_refused_before(tmp_path, monkeypatch, capsys, more, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "_made", lambda request: pytest.fail("the run was started"))
    assert main([*WORDS, *more]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_name_as_long_as_the_file_system_allows_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = "n" * 251 + ".png"
    assert main([*WORDS, "--picture", name]) == 0
    assert (tmp_path / name).stat().st_size


def test_stdout_is_one_json_object_whatever_a_scene_prints(capsys, monkeypatch):
    made = running._made

    def chatty(request):
        print("building")  # noqa: T201
        return made(request)

    monkeypatch.setattr(running, "_made", chatty)
    assert main([*WORDS, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)
    assert "building" in told.err
