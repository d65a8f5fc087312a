"""The gallery's experiment: its arrays are made by the modules that show them."""

import numpy as np

from explainer.engine.experiment import Experiment
from explainer.scenes.gallery import Params
from explainer.scenes.gallery.gathered import modules


class Gallery(Experiment[Params]):
    """Counts steps."""

    def build(self):
        """Start at step 0."""
        self.count = 0

    def step(self):
        """Count."""
        self.count += 1
        self.record(loss=1 / self.count, other=2 / (1 + self.count))
        yield "count"

    def put(self, index, value):
        """Take a number."""

    def place(self, index, x, y):
        """Take a point."""

    def changed(self, names):
        """Every array depends on the parameters."""

    def frame(self, wanted):
        """Return what is wanted."""
        found = {}
        for module in modules():
            if any(name in wanted for name in module.ARRAYS):
                found |= module.arrays(self.params, self.count)
        return {name: np.asarray(array) for name, array in found.items() if name in wanted}
