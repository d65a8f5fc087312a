"""How gradient descent looks: its pictures, formulas, notes and words."""

from explainer.contract.view import View
from explainer.scenes.gradient_descent.cards.ground import CONTOURS, LOSS, SURFACE
from explainer.scenes.gradient_descent.cards.maps import BASINS, MAP
from explainer.scenes.gradient_descent.cards.racers import RACERS
from explainer.scenes.gradient_descent.explain import readings, summary
from explainer.scenes.gradient_descent.pictures.data_line import DataLine
from explainer.scenes.gradient_descent.pictures.slice import Slice
from explainer.scenes.gradient_descent.update_formulas import FORMULAS

VIEW = View(
    cards=(CONTOURS, Slice, SURFACE, LOSS, RACERS, MAP, BASINS, DataLine),
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
