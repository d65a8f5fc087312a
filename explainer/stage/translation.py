"""The words of the shell, by way of Qt's translation, so that languages can follow.

Every literal that a person reads goes through :func:`tr`; numbers and names are put in afterwards with
``str.format``, so that another language may order them otherwise. A literal of a table that is made at import is
marked by :func:`later` and goes through :func:`tr` when it is shown. All of them are found by ::

    pyside6-lupdate -tr-function-alias QT_TR_NOOP+=later explainer/**/*.py -ts de.ts
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = ""
"""Where pyside6-lupdate puts the words of functions that are no methods of Qt's."""


def tr(words: str, about: str = "") -> str:
    """Return ``words`` in the language of the window; ``about`` tells equal words apart."""
    return QCoreApplication.translate(CONTEXT, words, about) if words else ""


def later(words: str) -> str:
    """Return ``words`` as they are: whoever shows them asks :func:`tr`."""
    return words


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun: ``counted(3, tr("{n} step"), tr("{n} steps"))``."""
    return (one if count == 1 else many).format(n=f"{count:,}")
