"""Where a newcomer begins."""

from explainer.contract.catalogue import CATALOGUE
from explainer.teach.first_path import LENGTH, ORDER, first_path


def test_only_scenes_that_are_there_are_on_the_path_in_the_order_of_teaching():
    assert first_path(["cnn", "neuron", "gradient-descent", "mine"]) == ["gradient-descent", "neuron", "cnn"]
    assert first_path([]) == []


def test_the_path_has_six_steps_as_soon_as_there_are_so_many():
    assert first_path(ORDER) == list(ORDER[:LENGTH])
    assert len(first_path(CATALOGUE.names())) == LENGTH
