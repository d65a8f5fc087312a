"""Processes that the explainer starts do not import what lies about in the folder they are started in."""

import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from explainer import children
from explainer.contract.messages import Ready, Splitter, read_report

ROOT = Path(__file__).parent.parent
NAMES = sorted({*sys.stdlib_module_names, *packages_distributions(), "usercustomize"} - {"__main__"})
"""Everything that could be meant by an import of ours, or of what we import."""
TRAP = "open({path!r}, 'a').write(__name__ + ' ')\nraise ImportError('imported from the reader')\n"


@pytest.fixture
def folder(tmp_path):
    """A folder that has a file of every name, which says so when it is imported."""
    work = tmp_path / "work"
    work.mkdir()
    for name in NAMES:
        if name.isidentifier():
            (work / f"{name}.py").write_text(TRAP.format(path=str(tmp_path / "imported")))
    return work


def in_folder(command, folder, **variables):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **variables}
    done = subprocess.run(command, cwd=folder, env=environment, input=b"", capture_output=True, timeout=100)
    assert not (folder.parent / "imported").exists(), (folder.parent / "imported").read_text()
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_engine_starts_in_any_folder(folder):
    splitter, reports = Splitter(), []
    pipe = subprocess.PIPE
    with subprocess.Popen(children.python("explainer.engine"), cwd=folder, stdin=pipe, stdout=pipe) as engine:
        while not reports and (data := os.read(engine.stdout.fileno(), 1 << 16)):
            reports += splitter.feed(data)
        engine.stdin.close()
    assert not (folder.parent / "imported").exists(), (folder.parent / "imported").read_text()
    assert isinstance(read_report(reports[0]), Ready)


def test_a_child_that_exports_writes_what_it_should(folder):
    words = ("explainer.command_line", "run", "gradient-descent", "--steps", "3", "--out", "out")
    in_folder(children.python(*words, "--picture", "stage.png"), folder)
    assert (folder / "out" / "metrics.csv").read_text().count("\n") == 4
    assert (folder / "stage.png").stat().st_size > 1_000


def test_python_m_explainer_does_not_look_into_the_folder(folder):
    own = [sys.executable, "-c", "import runpy, sys; print(*sys.modules)"]
    for name in subprocess.run(own, capture_output=True, text=True, check=True).stdout.split():
        (folder / f"{name.partition('.')[0]}.py").unlink(missing_ok=True)  # Python itself needs it before ours
    in_folder([sys.executable, "-m", "explainer", "list"], folder)


def test_scenes_of_ones_own_and_the_python_path_are_still_heeded(folder, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "my_helper.py").write_text("print('helped')")
    variables = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "own"), str(ROOT)])}
    assert in_folder(children.python("my_helper"), folder, **variables).split() == [b"helped"]
    scenes = {"EXPLAINER_SCENES": str(ROOT / "tests" / "scenes_for_tests")}
    assert b"small-network" in in_folder(children.python("explainer.command_line", "list"), folder, **scenes)


def test_nothing_of_ours_is_started_in_another_way():
    others = [
        path.relative_to(ROOT).as_posix()
        for place in ("explainer", "scenes")
        for path in (ROOT / place).rglob("*.py")
        if "sys.executable" in path.read_text(encoding="utf-8")
    ]
    assert others == ["explainer/children.py"]
