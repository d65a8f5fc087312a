"""Finds how a scene looks, and makes pictures of its cards."""

from __future__ import annotations

import importlib
from dataclasses import replace

from explainer.contract.cards import Card
from explainer.contract.catalogue import CATALOGUE, module_name
from explainer.contract.scene import Scene
from explainer.contract.view import View
from explainer.plots.card_picture import picture_of


def view_of(scene: Scene) -> View:
    """Import the scene's ``view.py`` and return how it looks, every card as a class of pictures.

    A second entry to an experiment may have one of its own.
    """
    own = scene.name in CATALOGUE.folders and (CATALOGUE.folders[scene.name] / "view.py").is_file()
    name = scene.name if own else scene.experiment or scene.name
    found: View = importlib.import_module(module_name(name, "view")).VIEW
    cards = tuple(picture_of(card, scene) if isinstance(card, Card) else card for card in found.cards)
    return replace(found, cards=cards)
