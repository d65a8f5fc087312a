"""Finds how a scene looks."""

from __future__ import annotations

import importlib

from explainer.contract.catalogue import module_name
from explainer.contract.scene import Scene
from explainer.contract.view import View


def view_of(scene: Scene) -> View:
    """Import the scene's ``view.py`` and return how it looks."""
    found: View = importlib.import_module(module_name(scene.experiment or scene.name, "view")).VIEW
    return found
