"""Three worlds: plain, with torch, with Qt; a machine keeps them apart."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from explainer.contract.catalogue import CATALOGUE, module_name

ROOT = Path(__file__).parent.parent
QT = ("PySide6", "pyqtgraph", "superqt", "qtawesome")
LINT = (
    "import sys; here, root = sys.argv[1:]; sys.path[:] = [here, *(place for place in sys.path if place != root)];"
    "from importlinter.cli import lint_imports;"
    "sys.exit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
)
"""``scenes`` is a namespace: without the checkout's own folder on the path a copy is judged by itself."""


def lint(folder):
    command = [sys.executable, "-c", LINT, str(folder), str(ROOT)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path):
    """A copy of the checkout's code that may be spoilt."""
    for name in ("explainer", "scenes"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "import_contracts.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_no_world_imports_another():
    status, said = lint(ROOT)
    assert status == 0, said
    assert "5 kept, 0 broken" in said


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("scenes/gradient_descent/view.py", "import torch", "Window, plots and views: no torch BROKEN"),
        ("scenes/gradient_descent/cards/ground.py", "import torch.nn", "Window, plots and views: no torch BROKEN"),
        (
            "scenes/gradient_descent/view.py",
            "from explainer.scenes.gradient_descent.surfaces import Surface",
            "Window, plots and views: no torch BROKEN",
        ),
        ("scenes/gradient_descent/experiment.py", "import PySide6.QtCore", "Engine, lab and experiments: no Qt BROKEN"),
        ("scenes/gradient_descent/surfaces.py", "import pyqtgraph", "Engine, lab and experiments: no Qt BROKEN"),
        ("scenes/gradient_descent/__init__.py", "import torch", "in what a scene declares and says BROKEN"),
        (
            "explainer/plots/base/colours.py",
            "def late():\n    import torch",
            "Window, plots and views: no torch BROKEN",
        ),
        ("explainer/stage/icons.py", "import explainer.engine.run", "Window, plots and views: no torch BROKEN"),
        (
            "explainer/engine/state.py",
            "from explainer.plots.base import colours",
            "Engine, lab and experiments: no Qt BROKEN",
        ),
        (
            "explainer/stage/card.py",
            "from explainer.window import settings",
            "Stage and export: nothing of the window BROKEN",
        ),
        ("scenes/gradient_descent/script.py", "import torch", "in what a scene declares and says BROKEN"),
        ("explainer/script/layout.py", "import torch", "Plain: neither Qt nor torch BROKEN"),
        ("explainer/contract/series.py", "import torch", "Plain: neither Qt nor torch BROKEN"),
        ("explainer/contract/series.py", "from explainer.engine import state", "Plain: neither Qt nor torch BROKEN"),
    ],
    ids=lambda value: value.replace("/", "."),
)
def test_a_planted_import_is_caught(copy, path, line, contract):
    with (copy / path).open("a") as file:
        file.write(f"\n{line}\n")
    status, said = lint(copy)
    assert status == 1
    assert contract in said


def loaded(modules):
    """Return every module that is loaded once ``modules`` have been imported in a fresh process."""
    words = (
        "import importlib, json, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=100, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def own_modules(package):
    """Return the names of all modules in a package of the checkout."""
    folder = ROOT / package.replace(".", "/")
    names = [path.relative_to(ROOT).with_suffix("") for path in folder.rglob("*.py") if path.name != "__main__.py"]
    return [".".join(name.parts).removesuffix(".__init__") for name in names]


def parts(name):
    """Return a module of every scene; some share the experiment and the view of another."""
    scenes = {
        scene.experiment or scene.name if name in ("experiment", "view") else scene.name: None
        for scene in CATALOGUE.scenes()
    }
    return [module_name(scene, name) for scene in scenes]


def test_declarations_and_the_contract_load_neither_torch_nor_qt():
    found = loaded([*own_modules("explainer.contract"), *own_modules("explainer.theme"), *parts("")])
    assert not found & {"torch", "explainer.engine", *QT}


def test_scripts_are_written_without_torch_and_qt():
    found = loaded([*own_modules("explainer.script"), *(part for part in parts("script") if find_spec(part))])
    assert not found & {"torch", "explainer.engine", *QT}


def test_experiments_the_engine_and_the_lab_load_no_qt():
    found = loaded([*own_modules("explainer.engine"), *own_modules("explainer.lab"), *parts("experiment")])
    assert "torch" in found
    assert not found & {*QT, "explainer.plots", "explainer.stage", "explainer.window"}


def test_views_plots_the_stage_and_the_window_load_no_torch():
    own = [name for room in ("plots", "stage", "window") for name in own_modules(f"explainer.{room}")]
    found = loaded([*own, *parts("view")])
    assert "PySide6" in found
    assert not found & {"torch", "explainer.engine"}
