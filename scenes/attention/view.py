"""How attention looks: its pictures, formulas, notes and words."""

from explainer.contract.view import View
from explainer.scenes.attention.explain import readings, summary
from explainer.scenes.attention.formulas import FORMULAS
from explainer.scenes.attention.gradient_picture import Gradient
from explainer.scenes.attention.heads import Heads
from explainer.scenes.attention.lines import Lines
from explainer.scenes.attention.matrices import Matrices
from explainer.scenes.attention.moment import ROW
from explainer.scenes.attention.plane import Plane
from explainer.scenes.attention.race_picture import Race
from explainer.scenes.attention.row import Row
from explainer.scenes.attention.saturation_picture import Saturation
from explainer.scenes.attention.training_picture import Training

VIEW = View(
    cards=(Plane, Row, Matrices, Lines, Heads, Saturation, Gradient, Training, Race),
    arrays=ROW,
    formulas=FORMULAS,
    formula_arrays=("final_a",),
    summary=summary,
    readings=readings,
)
