"""How attention looks: its pictures, formulas, notes and words."""

from explainer.contract.view import View
from explainer.scenes.attention import cards
from explainer.scenes.attention.formulas import FORMULAS
from explainer.scenes.attention.matrices import CARD as MATRICES
from explainer.scenes.attention.moment import ROW
from explainer.scenes.attention.pictures.plane import Plane
from explainer.scenes.attention.row import CARD as ROW_CARD
from explainer.scenes.attention.row import readings, summary

VIEW = View(
    cards=(
        Plane,
        ROW_CARD,
        MATRICES,
        cards.LINES,
        cards.HEADS,
        cards.SATURATION,
        cards.GRADIENT,
        cards.TRAINING,
        cards.RACE,
    ),
    arrays=ROW,
    formulas=FORMULAS,
    formula_arrays=("final_a",),
    summary=summary,
    readings=readings,
)
