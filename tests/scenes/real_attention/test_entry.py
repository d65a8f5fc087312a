"""Real attention is an entry of its own: its model, its cards, its controls, and a line where the extra is missing."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from explainer import Refused, Run
from explainer.commands.listing import table
from explainer.contract import scene_index
from explainer.contract.catalogue import CATALOGUE
from explainer.plots.views import view_of
from explainer.window.controls.control_set import ControlSet

SCENE = CATALOGUE.scene("real-attention")
needs_extra = pytest.mark.skipif(bool(SCENE.missing), reason=SCENE.missing)


@pytest.fixture
def without(monkeypatch):
    """Hide a package, as if the extra had not been installed."""

    def hide(package):
        monkeypatch.setattr(scene_index, "find_spec", lambda name: None if name == package else find_spec(name))

    return hide


@pytest.mark.parametrize("package", SCENE.needs)
def test_without_the_extra_it_is_listed_and_says_in_one_line_what_to_install(package, without):
    without(package)
    with pytest.raises(Refused, match=rf'needs more packages \(.*{package}.*\): .*pip install "\.\[bert\]"') as refused:
        Run("real-attention")
    assert "\n" not in str(refused.value)
    assert str(refused.value) in table(CATALOGUE.scenes())
    assert SCENE.describe()["missing"] == str(refused.value)
    assert not CATALOGUE.scene("attention-maps").missing, "the maps open without it"


@needs_extra
@pytest.mark.parametrize(("given", "model"), [({}, "minilm"), ({"text": "one two"}, "minilm")])
def test_it_opens_on_minilm_and_has_nothing_to_learn(given, model):
    run = Run("real-attention", **given)
    assert run.params.model == model
    assert run.finished
    run.step(3)
    assert run.position.step == 0


def test_a_folder_brings_its_model_and_a_network_trained_here_is_not_offered():
    assert SCENE.parameters.defaults_beside({"path": "/somewhere"})["model"] == "folder"
    with pytest.raises(Refused, match="trained"):
        SCENE.parameters.declaration("model").check("trained")


def test_its_cards_and_controls_are_those_of_a_model_that_is_there_already(qapp):
    cards = {card.key for card in view_of(SCENE).cards}
    assert {"map", "heads", "search", "importance", "next"} <= cards
    assert not cards & {"curves", "positions", "race"}
    controls = ControlSet(SCENE.parameters.declarations)
    shown = {name for name in SCENE.parameters.declarations if controls.can_apply(name)}
    assert {"text", "model", "path", "special", "measure", "layer", "head", "top_k"} <= shown
    assert not shown & {"task", "position", "layers", "heads", "lr", "batch", "symbols"}
    maps = CATALOGUE.scene("attention-maps").parameters.declarations
    every = ControlSet(maps)
    assert all(every.can_apply(name) for name in maps)
