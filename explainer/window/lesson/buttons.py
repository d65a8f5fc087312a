"""The buttons of a guess."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from explainer.stage.translation import tr

__all__ = ["link_button", "run_button"]


def run_button(words: str) -> QPushButton:
    """Return the button that sets up and runs what a guess is about."""
    run = QPushButton(words)
    run.setObjectName("prediction-run")
    run.setProperty("role", "primary")
    run.setAccessibleName(tr("run the prediction: {words}").format(words=words))
    return run


def link_button(name: str, words: str, tip: str) -> QPushButton:
    """Return words that act."""
    button = QPushButton(words)
    button.setProperty("role", "link")
    button.setObjectName(name)
    button.setAccessibleName(words.strip("‹› "))
    button.setToolTip(tip)
    return button
