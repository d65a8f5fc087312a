"""The sidebar: rooms and scenes, a scene that cannot be read among them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import explainer.scenes
from explainer.contract.catalogue import CATALOGUE
from explainer.window.sidebar import Sidebar


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A folder of someone's scenes, one of which raises as it is read; its name."""
    place = tmp_path / "torn_scene"
    place.mkdir()
    (place / "__init__.py").write_text("SCENE = 1 / 0\n")
    monkeypatch.setattr(explainer.scenes, "__path__", [*explainer.scenes.__path__, str(tmp_path)])
    CATALOGUE.__dict__.pop("folders", None)
    yield "torn-scene"
    CATALOGUE.__dict__.pop("folders", None)


def rows_of(sidebar):
    return [sidebar.list.item(row) for row in range(sidebar.list.count())]


def entries():
    return sorted((CATALOGUE.entry(name) for name in CATALOGUE.names()), key=lambda entry: entry.place)


def test_a_scene_that_cannot_be_read_stands_below_all_rooms_with_its_error_and_spoils_nothing_else(qtbot, broken):
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.show_scenes([one for one in entries() if one.name != broken])
    whole = [(row.text(), row.toolTip()) for row in rows_of(sidebar)]
    sidebar.show_scenes(entries())
    *before, head, row = rows_of(sidebar)
    assert [(other.text(), other.toolTip()) for other in before] == whole
    assert (head.text(), row.text()) == ("CANNOT BE READ", "Torn scene")
    assert head.flags() == Qt.ItemFlag.NoItemFlags
    assert "ZeroDivisionError" in row.toolTip()
    assert "torn_scene" in row.toolTip()


def test_pressing_it_says_the_error_and_leaves_the_run_alone(driver, broken):
    window, step = driver.window, driver.step
    window.sidebar.show_scenes(entries())
    window.sidebar.set_unfolded(True)
    row = rows_of(window.sidebar)[-1]
    window.sidebar.list.scrollToItem(row)
    place = window.sidebar.list.visualItemRect(row).center()
    QTest.mouseClick(window.sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "ZeroDivisionError" in window.notices.words("refusal")
    assert (driver.session.scene.name, driver.step) == ("gradient-descent", step)
    window.notices.clear("refusal")
    window.sidebar.set_unfolded(False)
    window.sidebar.show_scenes(window.index.entries)
