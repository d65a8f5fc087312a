"""Pictures of scenes: drawn once by a process of its own, again when the scene has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from explainer.contract.catalogue import CATALOGUE
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.home.shelf import Shelf, picture_path


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.stop()


def test_the_picture_of_a_scene_that_was_changed_is_another_file(tmp_path):
    (tmp_path / "view.py").write_text("a = 1\n")
    first = picture_path(tmp_path, "dark")
    assert picture_path(tmp_path, "dark") == first
    assert picture_path(tmp_path, "light") != first
    (tmp_path / "view.py").write_text("a = 12\n")
    assert picture_path(tmp_path, "dark") != first


def test_missing_pictures_are_drawn_and_found_the_next_time(qtbot, shelf):
    folders = {"small-network": CATALOGUE.folders["small-network"]}
    assert shelf.there(folders, "light") == {}
    with qtbot.waitSignal(shelf.drawn, timeout=100_000) as drawn:
        shelf.draw(["no-such-scene", "small-network"], "light")
    name, path = drawn.args
    assert name == "small-network"
    assert shelf.there(folders, "light") == {name: path}
    image = QImage(str(path))
    assert image.width() >= 560
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert LIGHT.canvas in colours
    assert not {DARK.card, DARK.canvas} & colours
    assert len(colours) > 1


def test_a_drawing_that_is_given_up_is_gone(shelf):
    shelf.draw(["small-network"], "dark")
    shelf.stop()
    assert not shelf.is_drawing


def test_what_a_scene_prints_or_raises_is_no_picture(tmp_path):
    place = tmp_path / "loud_scene"
    place.mkdir()
    (place / "__init__.py").write_text("print('loud\\tnothing.png')\n1 / 0\n")
    environment = {**os.environ, "EXPLAINER_SCENES": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "explainer.commands.scene_pictures", "dark", "loud-scene"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, cwd=Path.home())
    assert done.returncode == 0
    assert done.stdout == ""
    assert "ZeroDivisionError" in done.stderr
