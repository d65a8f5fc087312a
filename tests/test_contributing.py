"""The scene that CONTRIBUTING.md quotes in full is a scene like any other, as long as it is quoted right."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUOTED = re.compile(r"^\*\*`(sine_fit/[\w.]+)`\*\*\n\n(`{3,4})\w+\n(.*?)^\2$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the files that the guide quotes, as someone who follows it would write them."""
    folder = tmp_path_factory.mktemp("scenes")
    for name, _, content in QUOTED.findall(GUIDE):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def python(*words, folder):
    environment = os.environ | {"EXPLAINER_SCENES": str(folder)}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100
    )


def test_the_guide_quotes_all_four_files(folder):
    names = {path.name for path in (folder / "sine_fit").iterdir()}
    assert names == {"__init__.py", "experiment.py", "view.py", "lesson.md"}


def test_a_new_scene_which_is_the_guides_under_another_name_keeps_every_promise(folder):
    made = python("-m", "explainer.command_line", "new", "my-idea", "--in", str(folder), folder=folder)
    assert made.returncode == 0, made.stderr
    done = python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_every_scene.py", "-k", "my-idea", folder=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 15


def test_the_guides_command_runs(folder, tmp_path):
    (command,) = re.findall(r"^explainer (run sine-fit .*) --out out$", GUIDE, re.MULTILINE)
    done = python("-m", "explainer.command_line", *command.split(), "--out", str(tmp_path / "out"), folder=folder)
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "out" / "metrics.csv").read_text().splitlines()
    assert rows[0] == "step,loss"
    assert len(rows) == 201
    assert float(rows[-1].split(",")[1]) < 0.1 * float(rows[1].split(",")[1])


@pytest.mark.parametrize("link", re.findall(r"^- \[[^]]+\]\(#([^)]+)\)", GUIDE, re.MULTILINE))
def test_the_guides_contents_lead_to_its_headings(link):
    headings = [words.lower().replace(" ", "-") for words in re.findall(r"^## (.+)$", GUIDE, re.MULTILINE)]
    assert link in headings
