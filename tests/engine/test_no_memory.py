"""A scene that asks for more memory than there is, at any place: it is said, and the engine opens the next run."""

import pytest

from explainer.contract.messages import Failure, Open, Picture, Show, Step
from explainer.contract.recipe import Recipe
from tests.engine.test_process import Engine

DECLARED = """
from explainer.contract import LIVE, Array, Parameters, Scene, choice

class Params(Parameters):
    place: str = choice("step", {name: name for name in ("build", "step", "frame")}, kind=LIVE, help="Where.")

ALL = Array((), "float32", "All.")
SCENE = Scene("Hungry", "Foundations", "Is there enough?", Params, {"loss": "Nothing."}, {"all": ALL})
"""
EXPERIMENT = """
import numpy as np
from explainer.engine.experiment import Experiment

class Hungry(Experiment):
    def build(self):
        self.eat("build")

    def step(self):
        self.eat("step")
        self.record(loss=0.5)
        yield "update"

    def all(self):
        self.eat("frame")
        return np.float32(0)

    def eat(self, place):
        if self.params.place == place:
            bytearray(2**62)
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    (folder / "hungry").mkdir()
    (folder / "hungry" / "__init__.py").write_text(DECLARED)
    (folder / "hungry" / "experiment.py").write_text(EXPERIMENT)
    engine = Engine(EXPLAINER_SCENES=str(folder))
    yield engine
    engine.end()


@pytest.mark.parametrize("place", ["build", "step", "frame"])
def test_what_needs_more_memory_than_there_is_is_said_and_survived(engine, place):
    engine.say(Show(arrays=["all"]), Open(run=1, recipe=Recipe("hungry", parameters={"place": place})), Step(request=2))
    failure = engine.hear(Failure)
    assert "MemoryError" in failure.message
    assert engine.open("gradient-descent", run=2) is not None
    engine.say(Step(request=3))
    assert engine.hear(Picture).run == 2
