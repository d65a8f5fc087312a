"""One real window with one real engine for a whole module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explainer.window.home import welcome
from explainer.window.home.shelf import Shelf
from explainer.window.main_window import MainWindow
from tests.window.driver import Driver, end, make_window


class IdleShelf(Shelf):
    """Has no pictures drawn: half a hundred scenes for a page that hardly any test looks at."""

    asked: Sequence[str] = ()

    def draw(self, names: Sequence[str], theme: str) -> None:
        self.asked = list(names)


@pytest.fixture(scope="session", autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the tests away from the settings and the cache of whoever runs them."""
    folder = tmp_path_factory.mktemp("settings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLAINER_SETTINGS", str(folder / "settings.json"))
        patch.setenv("EXPLAINER_CACHE", str(folder / "cache"))
        patch.setattr(welcome, "Shelf", IdleShelf)
        yield folder / "settings.json"


@pytest.fixture(scope="module")
def shared_window(qapp: QApplication) -> Iterator[MainWindow]:
    window = make_window()
    yield window
    end(window)


@pytest.fixture
def driver(shared_window: MainWindow, qtbot: QtBot) -> Driver:
    """The shared window, at step 0 of gradient descent with its defaults, the stage in focus."""
    driver = Driver(shared_window, qtbot)
    driver.activate()
    driver.open("gradient-descent")
    return driver


@pytest.fixture
def network(shared_window: MainWindow, qtbot: QtBot) -> Driver:
    """The shared window at the small network, a scene unlike the first."""
    driver = Driver(shared_window, qtbot)
    driver.activate()
    driver.open("small-network")
    return driver
