"""``explainer new``: a scene to start from, in one piece or not at all."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explainer.command_line import main
from explainer.commands.creating import FILES, skeleton
from tests.test_contributing import GUIDE as TEXT
from tests.test_contributing import QUOTED, ROOT


def test_the_skeleton_is_the_scene_that_the_guide_explains():
    quoted = {name.partition("/")[2]: content for name, _, content in QUOTED.findall(TEXT)}
    assert quoted == skeleton("sine-fit")


def test_a_new_scene_has_the_name_that_it_was_given_everywhere(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("EXPLAINER_SCENES", raising=False)
    assert main(["new", "my-idea-2", "--in", str(tmp_path / "mine")]) == 0
    folder = tmp_path / "mine" / "my_idea_2"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    text = {path.name: path.read_text() for path in folder.iterdir()}
    assert not any("sine_fit" in words or "sine-fit" in words or "SineFit" in words for words in text.values())
    assert "explainer.scenes.my_idea_2 import Params" in text["experiment.py"]
    assert "class MyIdea2(" in text["experiment.py"]
    assert text["lesson.md"].startswith("# My idea 2\n")
    for name in FILES[:3]:
        ast.parse(text[name])
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == f"EXPLAINER_SCENES={tmp_path / 'mine'} explainer my-idea-2"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["my_idea_2"]


def test_it_goes_where_ones_scenes_are(tmp_path):
    environment = os.environ | {"EXPLAINER_SCENES": os.pathsep.join([str(tmp_path / "mine"), str(tmp_path / "other")])}
    command = [sys.executable, "-m", "explainer.command_line", "new", "my-idea"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100)
    assert done.stdout == "explainer my-idea\nexplainer run my-idea --steps 100\n", done.stderr
    assert Path(tmp_path, "mine", "my_idea", "lesson.md").is_file()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("My-idea", "small letters"), ("a--b", "small letters"), ("1st", "a letter first"), ("", "small letters"),
        ("../up", "small letters"), ("ä", "small letters"), ("x" * 61, "at most 60"), ("run", "something else"),
        ("lambda", "something else"), ("gradient-descent", "there is a scene"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused_in_a_line_and_nothing_is_written(tmp_path, capsys, name, why):
    assert main(["new", name, "--in", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_left_alone(tmp_path, capsys):
    (tmp_path / "my_idea").mkdir()
    assert main(["new", "my-idea", "--in", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert list((tmp_path / "my_idea").iterdir()) == []
    (tmp_path / "file").write_text("")
    assert main(["new", "other", "--in", str(tmp_path / "file")]) == 2
    assert "cannot write" in capsys.readouterr().err
