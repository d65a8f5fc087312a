"""Whoever goes through the window by Tab sees where they are: what has the focus looks otherwise than without it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from explainer.window.focus_order import bring_into_sight, focus_order
from explainer.window.inspector.tabs import CODE, CONTROLS, LESSON, MATH

AROUND = 8
"""Pixels around a widget in which its focus may be drawn."""
CONTRAST, LEAST = 2.0, 12
"""By which factor the luminance of a pixel must change, and of how many at the least."""


def luminance(image: QImage) -> np.ndarray:
    """Return the relative luminance of each pixel (WCAG 2.2)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    values = rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def picture(window: QWidget, part: QRect) -> np.ndarray:
    return luminance(window.grab(part).toImage())


def unseen(window: QWidget, regions: list[QWidget]) -> list[str]:
    """Return which widgets look the same with the focus as without it."""
    found = []
    window.setFocus()
    for widget in focus_order(window, regions):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if QApplication.focusWidget() is not widget:
            continue  # one that hands its focus on
        bring_into_sight(widget)
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-AROUND, -AROUND, AROUND, AROUND)
        place = place.intersected(window.rect())
        assert not place.isEmpty()
        inside = picture(window, place)
        widget.clearFocus()
        outside = picture(window, place)
        brighter = (np.maximum(inside, outside) + 0.05) / (np.minimum(inside, outside) + 0.05)
        if int((brighter >= CONTRAST).sum()) < LEAST:
            words = f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()[:40]}"
            found.append(f"{words}: {place} of {window.rect()}, seen {widget.visibleRegion().boundingRect()}")
    return found


@pytest.fixture(params=["dark", "light"])
def dressed(request, driver):
    """The window in a theme."""
    window = driver.window
    if window.theme.tokens.dark != (request.param == "dark"):
        window.theme.switch()
    yield driver
    if not window.theme.tokens.dark:
        window.theme.switch()


@pytest.mark.parametrize("tab", [LESSON, CONTROLS, MATH, CODE], ids=["lesson", "controls", "math", "code"])
def test_in_the_window(dressed, tab):
    window = dressed.window
    window.inspector.tabs.setCurrentIndex(tab)
    assert not (found := unseen(window, window.regions)), "\n".join(found)
    window.inspector.tabs.setCurrentIndex(LESSON)


def test_on_the_home_page(dressed):
    window = dressed.window
    window.show_home()
    assert not (found := unseen(window, window.regions)), "\n".join(found)
    window.leave_home()


def test_in_what_opens_beside_it(dressed):
    window = dressed.window
    for key, shown in (
        ("keys", lambda: window.help),
        ("interview", lambda: window.interviews.dialog),
        ("export", lambda: window.exports.panel),
        ("save-lesson", lambda: window.lesson_files.dialog),
    ):
        window.actions_by_key[key].trigger()
        dialog = shown()
        dialog.activateWindow()
        dressed.until(dialog.isActiveWindow)
        assert not (found := unseen(dialog, [dialog])), f"{key}: " + "\n".join(found)
        dialog.close()
        dressed.activate()


def test_while_presenting(dressed):
    window = dressed.window
    window.actions_by_key["present"].trigger()
    assert not (found := unseen(window, window.regions)), "\n".join(found)
    window.actions_by_key["present"].trigger()
