"""The words of the shell, by way of Qt's translation, so that languages can follow.

Every literal that a person reads goes through :func:`tr`; numbers and names are put in afterwards with
``str.format``, so that another language may order them otherwise. ``pyside6-lupdate`` finds the calls.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "explainer"


def tr(words: str, about: str = "", count: int = -1) -> str:
    """Return ``words`` in the language of the window; ``about`` tells equal words apart.

    With a ``count``, ``%n`` stands for it and a language chooses the form that goes with the number; English, which
    has no file of its own, is given the words for one and for many by :func:`counted`.
    """
    return QCoreApplication.translate(CONTEXT, words, about, count)


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun: ``counted(3, "{n} step", "{n} steps")``, both literals translated."""
    return tr(one if count == 1 else many).format(n=f"{count:,}")
