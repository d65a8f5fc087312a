"""How gradient flow looks: its pictures, formulas, notes and words."""

from explainer.contract.view import View
from explainer.scenes.gradient_flow.cards import layers as cards
from explainer.scenes.gradient_flow.cards.changed import CHANGED
from explainer.scenes.gradient_flow.explain import readings, summary
from explainer.scenes.gradient_flow.formulas import FORMULAS

VIEW = View(
    cards=(
        CHANGED,
        cards.DELTAS,
        cards.GRID,
        cards.REMEDIES,
        cards.CHAIN,
        cards.RIDGE_CARD,
        cards.HISTORY,
        cards.ACCURACY,
        cards.LOSS,
        cards.GRADIENTS,
        cards.OUTPUTS,
        cards.UNITS,
        cards.UPDATES,
        cards.COSINE,
        cards.RATIO,
        cards.SINGULAR,
    ),
    formula_arrays=("delta_norm", "delta_factor", "slope_factor", "weight_factor"),
    formulas=FORMULAS,
    summary=summary,
    readings=readings,
)
