"""What is remembered, and that nothing in the file can stop the program."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.contract.places import settings_path
from explainer.window.settings import (
    MOST_RECENT,
    SceneSettings,
    Settings,
    SettingsKeeper,
    load_settings,
    save_settings,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def test_settings_come_back_as_they_were_saved(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    saved = Settings(theme="light", text_scale=1.25, scene="small-network", inspector=500)
    saved.of_scene("small-network").lesson_step = 3
    assert save_settings(saved, path)
    assert load_settings(path) == saved


def test_without_a_file_there_are_defaults(tmp_path):
    assert load_settings(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"\xff\xfe\x00", b"[]", b"null", b'{"theme": ', b"[" * 100_000, b'{"scenes": {"a": 1}}'],
)
def test_garbage_gives_defaults(tmp_path, content):
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert load_settings(path) == Settings()


def test_a_broken_field_costs_only_itself(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"theme": 7, "geometry": [], "sidebar": "yes", "scene": "gradient-descent", "unknown": 1}')
    assert load_settings(path) == Settings(scene="gradient-descent")


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(Settings.__struct_fields__, JSON)))
def test_no_file_stops_the_program(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "settings.json"
    path.write_bytes(msgspec.json.encode(content))
    found = load_settings(path)
    for field in msgspec.structs.fields(Settings):
        msgspec.convert(msgspec.to_builtins(getattr(found, field.name)), field.type)


def test_a_folder_in_place_of_the_file_gives_defaults(tmp_path):
    assert load_settings(tmp_path) == Settings()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    tmp_path.chmod(0o500)
    assert not save_settings(Settings(), tmp_path / "settings.json")


def test_a_file_in_place_of_the_folder_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    assert not save_settings(Settings(), tmp_path / "file" / "settings.json")
    assert load_settings(tmp_path / "file" / "settings.json") == Settings()


def test_a_name_that_is_too_long_is_no_error(tmp_path):
    place = tmp_path / ("x" * 300)
    assert load_settings(place) == Settings()
    assert not save_settings(Settings(), place)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everywhere")
def test_a_folder_that_cannot_be_read_is_no_error(tmp_path):
    tmp_path.chmod(0)
    assert load_settings(tmp_path / "settings.json") == Settings()
    assert not save_settings(Settings(), tmp_path / "settings.json")
    tmp_path.chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_plain_file_is_never_replaced(tmp_path):
    """As root, EXPLAINER_SETTINGS=/dev/null once took the device away from the whole machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert not save_settings(Settings(), pipe)
    assert pipe.is_fifo()
    assert load_settings(pipe) == Settings()
    assert not save_settings(Settings(), tmp_path)


def test_scenes_have_settings_of_their_own():
    found = Settings()
    found.of_scene("a").pictures.append("loss")
    assert found.of_scene("b") == SceneSettings()
    assert found.of_scene("a").pictures == ["loss"]


def test_the_environment_names_another_file(monkeypatch):
    monkeypatch.setenv("EXPLAINER_SETTINGS", "/somewhere/else.json")
    assert settings_path() == Path("/somewhere/else.json")
    monkeypatch.delenv("EXPLAINER_SETTINGS")
    assert settings_path().name == "settings.json"


def test_what_two_windows_change_is_both_kept(own_settings, tmp_path):
    save_settings(Settings(recent=["/old.run.json"], theme="system"))
    one, other = load_settings(), load_settings()
    first, second = SettingsKeeper(one), SettingsKeeper(other)
    one.remember_file(Path("/a.run.json"))
    one.theme = "dark"
    one.of_scene("convolution").lesson_step = 2
    other.remember_file(Path("/b.run.json"))
    other.of_scene("attention").lesson_step = 3
    first.save()
    second.save()
    found = load_settings()
    assert found.recent == ["/b.run.json", "/old.run.json", "/a.run.json"]
    assert found.theme == "dark"
    assert {name: scene.lesson_step for name, scene in found.scenes.items()} == {"convolution": 2, "attention": 3}
    other.sidebar = True
    second.save()
    assert load_settings().theme == "dark"


def test_a_window_that_changed_nothing_writes_nothing(own_settings):
    own_settings.unlink(missing_ok=True)
    SettingsKeeper(Settings()).save()
    assert not own_settings.exists()


def test_a_list_of_recent_files_that_is_too_long_is_cut_when_it_is_read(tmp_path):
    path = tmp_path / "settings.json"
    path.write_bytes(msgspec.json.encode({"recent": [f"/{number}.run.json" for number in range(20_000)]}))
    assert load_settings(path).recent == [f"/{number}.run.json" for number in range(MOST_RECENT)]
