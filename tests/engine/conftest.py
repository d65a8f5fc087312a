import pytest

from explainer import Run


def bits_of(run):
    """Everything that can be read from a run at its position, as bytes."""
    arrays = {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in run.frame.items()}
    metrics = {name: values.tobytes() for name, values in run.metrics.items() if len(values)}
    return run.position, run.params.values(), arrays, metrics


@pytest.fixture
def bits():
    return bits_of


@pytest.fixture
def make_run():
    """Make a run of the small network; SGD by default, whose numbers run away when told to."""

    def make(**words):
        return Run("small-network", **({"width": 4} | words))

    return make
