"""Presenting: F11 fills the screen with the chosen pictures and a few controls; afterwards all is as it was."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson_plan import LessonPlan
from explainer.export.encoding import rgb_array
from explainer.theme.tokens import DARK, LIGHT, PRESENT_SCALE
from explainer.window.actions import TABLE
from explainer.window.present.legend import KEYS as NAMED
from explainer.window.present.pointer import bright_cursor

KEYS = Qt.Key


@pytest.fixture
def presenting(driver):
    """The window while one presents; a window again afterwards."""
    driver.key(KEYS.Key_F11)
    assert driver.window.presenter.presents
    yield driver
    driver.window.presenter.leave()


def standing(window):
    """Return how the window stands."""
    parts = (window.top_bar, window.sidebar, window.inspector, window.transport, window.runs)
    return (
        window.windowState(),
        [part.isVisible() for part in parts],
        window.splitter.sizes(),
        window.theme.tokens,
        [button.isVisible() for card in window.stage.cards for button in card.buttons],
        window.stage.out,
        window.size(),
    )


@pytest.mark.parametrize("key", [KEYS.Key_F11, KEYS.Key_Escape])
def test_everything_is_as_before_once_it_is_left(driver, key):
    before = standing(driver.window)
    driver.key(KEYS.Key_F11)
    assert standing(driver.window) != before
    driver.key(key)
    driver.until(lambda: standing(driver.window) == before)
    assert QGuiApplication.overrideCursor() is None
    assert not driver.window.actions_by_key["present"].isChecked()


def test_only_the_pictures_a_few_controls_and_the_transport_are_there(presenting):
    window = presenting.window
    assert window.isFullScreen()
    assert not any(part.isVisible() for part in (window.top_bar, window.sidebar, window.inspector, window.runs))
    assert not any(button.isVisible() for card in window.stage.cards for button in card.buttons)
    assert window.transport.isVisible()
    assert window.strip.names == ["lr", "momentum"]
    assert window.theme.tokens.scale == PRESENT_SCALE
    assert QGuiApplication.overrideCursor() is not None
    assert window.stage.hasFocus()


def test_the_run_is_steered_as_ever(presenting):
    presenting.key(KEYS.Key_Right)
    presenting.until(lambda: presenting.settled() and presenting.step == 1)
    control = presenting.part("present-controls").findChild(object, "lr")
    control.propose(0.02)
    presenting.until(lambda: presenting.settled() and presenting.frame.params.lr == 0.02)


def test_the_controls_are_picked_from_a_menu_and_kept_for_the_scene(presenting):
    window = presenting.window
    actions = {action.objectName(): action for action in window.strip.choice.menu().actions()}
    actions["present-momentum"].trigger()
    actions["present-noise"].trigger()
    assert window.strip.names == ["lr", "noise"]
    assert window.settings.of_scene("gradient-descent").presented == ["lr", "noise"]
    presenting.key(KEYS.Key_F11)
    assert window.strip.names == []
    presenting.key(KEYS.Key_F11)
    assert window.strip.names == ["lr", "noise"]
    window.settings.of_scene("gradient-descent").presented = None


def test_a_lesson_file_picks_the_controls(presenting):
    plan = LessonPlan({"lr": 0.03}, ("momentum",), ("optimizers", "lr"))
    presenting.session.open_scene(CATALOGUE.scene("gradient-descent"), plan=plan)
    presenting.until(presenting.settled)
    window = presenting.window
    assert window.strip.names == ["optimizers", "lr"]
    assert "present-momentum" not in {action.objectName() for action in window.strip.choice.menu().actions()}
    assert not presenting.part("present-controls").findChild(object, "lr").isEnabled()
    assert not window.inspector.isVisible()
    presenting.session.open_scene(CATALOGUE.scene("gradient-descent"), plan=LessonPlan())
    presenting.until(presenting.settled)


def test_the_lesson_can_be_shown_beside_it_and_is_as_before_afterwards(driver):
    driver.key(KEYS.Key_F11)
    driver.key(KEYS.Key_F9)
    assert driver.window.inspector.isVisible()
    driver.key(KEYS.Key_F11)
    assert driver.window.inspector.isVisible()


def test_keys_at_a_glance_come_and_go(presenting):
    legend = presenting.window.presenter.legend
    presenting.key(KEYS.Key_Question)
    assert legend.isVisible()
    assert presenting.window.rect().contains(legend.geometry())
    presenting.key(KEYS.Key_Escape)
    assert not legend.isVisible()
    assert presenting.window.presenter.presents
    presenting.key(KEYS.Key_Question)
    presenting.key(KEYS.Key_Question)
    assert not legend.isVisible()


def test_every_key_at_a_glance_is_one():
    keys = {spec.key: spec.shortcut for spec in TABLE}
    assert all(keys[name] for name in NAMED)


def test_a_window_that_the_system_takes_off_the_full_screen_presents_no_longer(presenting):
    window = presenting.window
    window.setWindowState(Qt.WindowState.WindowNoState)
    presenting.until(lambda: not window.presenter.presents)
    assert window.top_bar.isVisible()


def test_another_theme_while_presenting_stays_large(presenting):
    first = presenting.window.theme.tokens
    presenting.key(KEYS.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert presenting.window.theme.tokens.name != first.name
    assert presenting.window.theme.tokens.scale == PRESENT_SCALE
    presenting.key(KEYS.Key_T, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_the_pointer_is_an_arrow_in_a_disc_whose_tip_is_where_it_points(qapp, tokens):
    cursor = bright_cursor(tokens)
    picture = cursor.pixmap().toImage()
    spot = cursor.hotSpot()
    inside = rgb_array(picture)[spot.y() + 6, spot.x() + 3]
    assert (inside > 200).all()
    covered = np.array([[picture.pixelColor(x, y).alpha() > 0 for x in range(64)] for y in range(64)])
    assert 0.5 < covered.mean() < 0.9
    assert not covered[0, 0]
