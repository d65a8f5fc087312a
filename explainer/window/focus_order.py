"""The order in which Tab goes through the window: as one reads it, whenever the widgets were made."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QScrollArea, QWidget

from explainer.window.controls.control import Control

PLAIN = (QAbstractButton, QLineEdit, Control)
"""What stands in a row with others of about its height; anything else, such as a page, counts by its top."""


def focus_order(window: QWidget, regions: Sequence[QWidget]) -> list[QWidget]:
    """Return what Tab can reach: region by region, from top to bottom, from left to right.

    A bar keeps the order in which it was built.
    The parts of one control keep the order that the control gave them; of exclusive buttons Tab reaches
    one, and arrows the others.
    """
    chain = _chain(window)
    found = []
    for region in regions:
        inside = [widget for widget in chain if widget is region or region.isAncestorOf(widget)]
        built_at_once = region.property("role") == "bar"
        found += inside if built_at_once else [widget for row in _rows(inside, window) for widget in row]
    return found


def move_focus(window: QWidget, regions: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the focus to the next or previous widget in order; return whether there is one."""
    order = focus_order(window, regions)
    if not order:
        return False
    focused = QApplication.focusWidget()
    step = 1 if forward else -1
    start = order.index(focused) if focused in order else (-1 if forward else 0)
    widget = order[(start + step) % len(order)]
    widget.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    bring_into_sight(widget)
    return True


def _chain(window: QWidget) -> list[QWidget]:
    """Return Qt's own chain, without what cannot take the focus now."""
    found: list[QWidget] = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if _takes_tab(widget, window):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _takes_tab(widget: QWidget, window: QWidget) -> bool:
    by_tab = (widget.focusPolicy() & Qt.FocusPolicy.TabFocus) == Qt.FocusPolicy.TabFocus
    if not by_tab or not widget.isEnabled() or not widget.isVisibleTo(window) or widget.focusProxy() is not None:
        return False
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is None or not group.exclusive():
        return True
    return widget is (group.checkedButton() or next(button for button in group.buttons() if button.isEnabled()))


def _rows(widgets: Sequence[QWidget], window: QWidget) -> list[list[QWidget]]:
    """Return the widgets row by row; beside one another stand those whose middles are at about one height."""
    places = {widget: _place(widget, window) for widget in widgets}
    rows: list[list[QWidget]] = []
    bottom = -math.inf  # what is scrolled out of sight lies above the window
    for widget in sorted(widgets, key=lambda one: places[one].center().y()):
        place = places[widget]
        if place.center().y() > bottom:
            rows.append([])
            bottom = place.center().y() + place.height() / 4
        rows[-1].append(widget)
    return [sorted(row, key=lambda one: (places[one].x(), widgets.index(one))) for row in rows]


def _place(widget: QWidget, window: QWidget) -> QRect:
    """Return where a widget, or the control that it is a part of, is in the window."""
    whole, parent = widget, widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, Control):
            whole = parent
        parent = parent.parentWidget()
    if not isinstance(whole, PLAIN):
        return QRect(whole.mapTo(window, QPoint(0, 0)), QSize(whole.width(), 1))
    return QRect(whole.mapTo(window, QPoint(0, 0)), whole.size())


def bring_into_sight(widget: QWidget) -> None:
    """Scroll whatever a widget is in until it is seen."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
