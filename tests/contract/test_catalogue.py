import json
import subprocess
import sys
from pathlib import Path

import pytest

import explainer.scenes
from explainer.contract import Refused
from explainer.contract.catalogue import CATALOGUE, Catalogue, module_name
from explainer.contract.scene_index import ROOMS


@pytest.fixture
def other_scenes(tmp_path, monkeypatch):
    monkeypatch.setattr(explainer.scenes, "__path__", [*explainer.scenes.__path__, str(tmp_path)])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("explainer.scenes.a_scene")]:
        del sys.modules[name]


def write_scene(folder, name, room="Foundations"):
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(
        "from explainer.contract import Parameters, Scene\n"
        f"SCENE = Scene(title='A', room='{room}', question='?', parameters=Parameters, metrics={{}}, arrays={{}})\n"
    )


def test_built_in_scenes_and_those_of_named_folders_are_found():
    assert {"gradient-descent", "small-network"} <= set(CATALOGUE.names())
    assert CATALOGUE.names() == sorted(CATALOGUE.names())


def test_every_built_in_scene_is_in_a_known_room():
    assert {scene.room for scene in CATALOGUE.scenes()} <= set(ROOMS)


def test_a_scene_knows_its_name():
    assert CATALOGUE.scene("small-network").name == "small-network"


@pytest.mark.parametrize("name", ["gradient-decent", "gradient_descent", "gradient"])
def test_an_unknown_scene_is_refused_with_the_nearest(name):
    with pytest.raises(Refused, match=r"unknown scene '.*'; did you mean (gradient-flow or )?gradient-descent"):
        CATALOGUE.scene(name)


def test_a_name_that_is_like_none_is_answered_with_all():
    with pytest.raises(
        Refused, match=r"unknown scene 'foo'; there are .*convolution.* and more: `explainer list` names all \d+"
    ):
        CATALOGUE.scene("foo")


@pytest.mark.parametrize("name", ["", "..", "../contract", "os", "__pycache__", "zzz", "x" * 1_000_000, "a\nb"])
def test_nothing_else_can_be_imported_by_name(name):
    with pytest.raises(Refused) as refused:
        CATALOGUE.scene(name)
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


def test_a_persons_own_folder_adds_scenes(other_scenes):
    write_scene(other_scenes, "a_scene", room="My room")
    catalogue = Catalogue()
    assert catalogue.scene("a-scene").title == "A"
    assert catalogue.scenes()[-1].name == "a-scene"


def test_what_is_no_scene_is_passed_over(other_scenes):
    for name in ("_hidden", ".git", "with-hyphen", "empty"):
        (other_scenes / name).mkdir()
        if name != "empty":
            (other_scenes / name / "__init__.py").touch()
    (other_scenes / "file.py").touch()
    assert Catalogue().names() == CATALOGUE.names()


def test_the_first_folder_wins(other_scenes):
    write_scene(other_scenes, "gradient_descent")
    assert Catalogue().folders["gradient-descent"] == CATALOGUE.folders["gradient-descent"]


def test_a_second_entry_uses_the_folder_it_names():
    scene = CATALOGUE.scene("small-network").variant({"width": 2}, experiment="gradient-descent")
    assert CATALOGUE.code_folder(scene) == CATALOGUE.folders["gradient-descent"]
    assert CATALOGUE.code_folder(CATALOGUE.scene("small-network")).name == "small_network"


def test_a_lesson_is_the_text_of_its_file():
    scene = CATALOGUE.scene("small-network")
    assert CATALOGUE.lesson(scene) == (CATALOGUE.folders["small-network"] / "lesson.md").read_text()


def test_module_names_have_underscores():
    assert module_name("small-network") == "explainer.scenes.small_network"
    assert module_name("small-network", "view") == "explainer.scenes.small_network.view"


def test_declarations_need_neither_torch_nor_qt():
    words = (
        "import json, sys; from explainer.contract.catalogue import CATALOGUE; CATALOGUE.scenes();"
        "print(json.dumps([name for name in ('torch', 'PySide6', 'pyqtgraph') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=Path.home())
    assert json.loads(done.stdout) == []


def test_a_broken_scene_is_logged_and_takes_no_other_away(other_scenes, caplog):
    write_scene(other_scenes, "a_scene_apart", room="Somewhere new")
    (other_scenes / "a_scene_broken").mkdir()
    (other_scenes / "a_scene_broken" / "__init__.py").write_text("import nothing_of_the_sort\n")
    names = [scene.name for scene in Catalogue().scenes()]
    assert "gradient-descent" in names
    assert names[-1] == "a-scene-apart"
    assert "a-scene-broken" not in names
    assert "a-scene-broken cannot be read" in caplog.text
