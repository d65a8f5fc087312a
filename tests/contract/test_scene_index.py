"""What a page says of a scene is kept, holds as long as the declaration does, and never stops anything."""

import json
import os
import subprocess
import sys

import pytest

from explainer.contract.scene_index import Entry, SceneIndex, missing_words


@pytest.fixture
def folders(tmp_path):
    found = {}
    for name in ("first", "second"):
        place = tmp_path / "scenes" / name
        place.mkdir(parents=True)
        (place / "__init__.py").write_text(f"# {name}\n")
        found[name] = place
    return found


def entry_of(name, **more):
    return Entry(name=name, title=name.capitalize(), room="Optimization", question=f"Why {name}?", **more)


def test_a_declaration_is_read_once_and_known_the_next_time(tmp_path, folders):
    file, read = tmp_path / "cache" / "index.json", []
    first = SceneIndex(file, folders)
    assert (first.entries, sorted(first.unknown)) == ([], ["first", "second"])
    first.learn(lambda name: (read.append(name), entry_of(name))[1])
    assert read == ["first", "second"]
    again = SceneIndex(file, folders)
    assert again.unknown == []
    assert again.entries == [entry_of("first"), entry_of("second")]


def test_one_that_was_changed_is_read_again(tmp_path, folders):
    file = tmp_path / "index.json"
    SceneIndex(file, folders).learn(entry_of)
    (folders["second"] / "__init__.py").write_text("# second, longer than before\n")
    again = SceneIndex(file, folders)
    assert again.unknown == ["second"]
    assert [entry.name for entry in again.entries] == ["first"]


def test_one_that_could_not_be_read_is_asked_again_the_next_time(tmp_path, folders):
    file = tmp_path / "index.json"
    index = SceneIndex(file, folders)
    index.learn(lambda name: entry_of(name, problem="broken: mend it" if name == "first" else ""))
    assert index.unknown == []
    assert next(entry for entry in index.entries if entry.name == "first").obstacle == "broken: mend it"
    assert SceneIndex(file, folders).unknown == ["first"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"version": "0.0.0", "lines": {}}', "\x00"])
def test_a_spoilt_index_is_made_again(tmp_path, folders, content):
    file = tmp_path / "index.json"
    file.write_text(content)
    index = SceneIndex(file, folders)
    assert sorted(index.unknown) == ["first", "second"]
    index.learn(entry_of)
    assert SceneIndex(file, folders).unknown == []


def test_where_nothing_can_be_kept_it_is_read_each_time(tmp_path, folders):
    (tmp_path / "file").touch()
    index = SceneIndex(tmp_path / "file" / "index.json", folders)
    index.learn(entry_of)
    assert len(index.entries) == 2


def test_folders_of_two_programs_share_one_index(tmp_path, folders):
    file = tmp_path / "index.json"
    for name, folder in folders.items():
        SceneIndex(file, {name: folder}).learn(entry_of)
    assert SceneIndex(file, folders).unknown == []


def test_entries_stand_in_the_order_of_the_rooms():
    rooms = ["My room", "Attention", "Foundations"]
    entries = [Entry(name=room, title=room, room=room) for room in rooms]
    assert [one.room for one in sorted(entries, key=lambda one: one.place)] == ["Foundations", "Attention", "My room"]


def test_what_is_missing_says_what_to_install():
    said = missing_words("Maps", ("no_such_package",), "bert")
    assert "Maps needs more packages (no_such_package)" in said
    assert ".[bert]" in said
    assert missing_words("Maps", ("json",), "bert") == ""


def test_the_catalogue_tells_the_index_of_a_broken_scene_what_to_mend(tmp_path):
    place = tmp_path / "broken_scene"
    place.mkdir()
    (place / "__init__.py").write_text("1 / 0\n")
    code = (
        "import json; from explainer.contract.catalogue import CATALOGUE; e = CATALOGUE.entry('broken-scene');"
        "print(json.dumps([e.title, e.room, e.obstacle]))"
    )
    environment = {**os.environ, "EXPLAINER_SCENES": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    title, room, obstacle = json.loads(done.stdout)
    assert (title, room) == ("Broken scene", "")
    assert "ZeroDivisionError" in obstacle
    assert str(place) in obstacle


def test_neither_numpy_nor_a_declaration_is_imported_to_paint_the_home_page():
    code = (
        "import sys; import explainer.commands.opening, explainer.window.app, explainer.window.main_window;"
        "print([name for name in ('numpy', 'pyqtgraph', 'torch', 'explainer.contract.scene') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
