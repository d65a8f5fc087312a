import pytest

from explainer import Run
from explainer.engine import history


def bits_of(run):
    """Everything that can be read from a run at its position, as bytes."""
    arrays = {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in run.frame.items()}
    metrics = {name: values.tobytes() for name, values in run.metrics.items() if len(values)}
    return run.position, run.params.values(), arrays, metrics


@pytest.fixture
def bits():
    return bits_of


@pytest.fixture(params=["few checkpoints", "a checkpoint at every step"])
def checkpoints(request, monkeypatch):
    """Short runs take none but that of step 0, unless time counts for nothing."""
    if request.param != "few checkpoints":
        monkeypatch.setattr(history, "REPLAY", 0.0)
        monkeypatch.setattr(history, "SHARE", float("inf"))


@pytest.fixture
def make_run(checkpoints):
    """Make a run of the small network."""

    def make(**words):
        return Run("small-network", **({"width": 4} | words))

    return make
