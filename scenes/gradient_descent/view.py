"""How gradient descent looks: its pictures, formulas, notes and words."""

from explainer.contract.view import View
from explainer.scenes.gradient_descent.basins_picture import Basins
from explainer.scenes.gradient_descent.cards import CONTOURS, SURFACE
from explainer.scenes.gradient_descent.data_line import DataLine
from explainer.scenes.gradient_descent.explain import readings, summary
from explainer.scenes.gradient_descent.learning_rate_map import LearningRateMap
from explainer.scenes.gradient_descent.loss_curve import LossCurve
from explainer.scenes.gradient_descent.slice import Slice
from explainer.scenes.gradient_descent.update_formulas import FORMULAS

VIEW = View(
    cards=(CONTOURS, Slice, SURFACE, LossCurve, LearningRateMap, Basins, DataLine),
    arrays=(
        "label",
        "loss",
        "position",
        "gradient",
        "update",
        "retired",
        "hessian_eigenvalues",
        "lr_limit",
        "surface_loss",
    ),
    formula_arrays=("velocity", "scaling"),
    formulas=FORMULAS,
    summary=summary,
    readings=readings,
)
