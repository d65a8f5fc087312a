"""A full disk, in every kind of writing: one line says so, what was there stays, and nothing is left half written."""

import errno
import os

import pytest

from explainer import Run
from explainer.command_line import main
from explainer.contract import files
from explainer.contract.refused import Refused
from explainer.teach.progress import Progress
from explainer.window.run.branches import Branch
from explainer.window.run.kept_runs import KeptRuns
from explainer.window.settings import Settings, save_settings


@pytest.fixture
def full_disk(monkeypatch):
    """Let what is written fit, and nothing of it reach the disk."""

    def no_room(path, how):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: monkeypatch.setattr(files, "_sync", no_room)


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def lived():
    run = Run("gradient-descent")
    run.step(2)
    return run


REFUSED = {
    "a run file": lambda place: lived().save(place / "old.run.json"),
    "a picture": lambda place: lived().picture(place / "old.png"),
    "a picture of shapes": lambda place: lived().picture(place / "old.svg"),
    "bytes": lambda place: files.write_atomically(place / "old.png", b"new"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_written_is_refused_and_the_older_file_stays(tmp_path, full_disk, what):
    for name in ("old.run.json", "old.png", "old.svg"):
        (tmp_path / name).write_bytes(b"older")
    before = content(tmp_path)
    full_disk()
    with pytest.raises(Refused, match="No space left on device"):
        REFUSED[what](tmp_path)
    assert content(tmp_path) == before


COMMANDS = {
    "--out": ["run", "gradient-descent", "--steps", "2", "--out", "{}"],
    "--picture": ["run", "gradient-descent", "--steps", "2", "--picture", "{}/old.png"],
    "--animation": ["run", "gradient-descent", "--steps", "2", "--animation", "{}/old.gif"],
    "script": ["script", "gradient-descent", "--out", "{}/old.py"],
}


@pytest.mark.parametrize("what", COMMANDS)
def test_the_command_line_says_it_in_a_line(tmp_path, full_disk, capsys, what):
    for name in ("old.png", "old.gif", "old.py"):
        (tmp_path / name).write_bytes(b"older")
    before = content(tmp_path)
    full_disk()
    assert main([word.format(tmp_path) for word in COMMANDS[what]]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("explainer: ")
    assert "No space left on device" in last
    assert content(tmp_path) == before


def test_settings_kept_runs_and_progress_are_as_they_were_and_nobody_is_disturbed(tmp_path, full_disk):
    progress, kept = Progress(tmp_path / "progress.json"), KeptRuns(tmp_path / "runs.json")
    recipe = lived().recipe
    for step in (1, 2):
        progress.visited("gradient-descent")
        kept.save({"gradient-descent": [Branch(step, recipe, known=step)]})
        saved = progress.save(), save_settings(Settings(theme=f"theme {step}"), tmp_path / "settings.json")
        assert saved == (step == 1, step == 1)
        if step == 1:
            before = content(tmp_path)
            assert {"progress.json", "runs.json", "settings.json"} <= before.keys()
            full_disk()
    after = content(tmp_path)
    assert {name: after[name] for name in before} == before
