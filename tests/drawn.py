"""Makes the widget of one drawing, and shows it arrays, without a run."""

from __future__ import annotations

from explainer.contract import Parameters
from explainer.contract.frame import Frame
from explainer.contract.scene import Array, Scene
from explainer.plots.card_picture import part_class
from explainer.plots.picture import Steering
from explainer.theme.tokens import DARK


class Nothing(Parameters):
    """No parameters."""


class Drawn:
    """One drawing on its own: ``part`` is its widget, ``asked`` what it asked for, ``lit`` what it lights."""

    def __init__(
        self, qtbot, drawing, arrays, *, dims=None, params=None, dimensions=None, size=(600, 320), tokens=DARK
    ):
        self.params = params if params is not None else Nothing()
        dims = dims or {}
        declared = {
            name: Array(dims.get(name, tuple(f"{name} {axis}" for axis in range(array.ndim))), str(array.dtype), name)
            for name, array in arrays.items()
        }
        self.scene = Scene("T", "Foundations", "Q?", type(self.params), {}, declared, dimensions=dimensions or {})
        self.steering = Steering()
        self.asked, self.lit = [], []
        self.steering.set_asked.connect(lambda values: self.asked.append(("set", values)))
        self.steering.act_asked.connect(lambda verb, arguments: self.asked.append((verb, arguments)))
        self.steering.seek_asked.connect(lambda step: self.asked.append(("seek", step)))
        self.steering.job_asked.connect(lambda job, arguments: self.asked.append((job, arguments)))
        self.steering.lit.connect(lambda name, value: self.lit.append((name, value)))
        self.part = part_class(drawing)(drawing, self.scene, self.steering)
        self.steering.lit.connect(self.part.light)
        qtbot.addWidget(self.part)
        self.part.resize(*size)
        self.part.apply_theme(tokens)
        self.part.show()
        self.show(**arrays)

    def show(self, step=1, **arrays):
        """Show these arrays."""
        self.part.draw(Frame("t", step, "", self.params, arrays))
        return self.part
