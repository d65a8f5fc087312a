"""How gradient flow looks: its pictures, formulas, notes and words."""

from explainer.contract.view import View
from explainer.scenes.gradient_flow.changed_map import ChangedMap
from explainer.scenes.gradient_flow.curves import Accuracy, Cosine, Loss, Ratio
from explainer.scenes.gradient_flow.explain import readings, summary
from explainer.scenes.gradient_flow.flow_picture import Deltas, WeightGradients
from explainer.scenes.gradient_flow.formulas import FORMULAS
from explainer.scenes.gradient_flow.grid_picture import Grid
from explainer.scenes.gradient_flow.history_map import HistoryMap
from explainer.scenes.gradient_flow.layer_pictures import Chain, Outputs, Singular, Units, Updates
from explainer.scenes.gradient_flow.remedies_picture import Remedies
from explainer.scenes.gradient_flow.ridges import Ridges

VIEW = View(
    cards=(
        ChangedMap,
        Deltas,
        Grid,
        Remedies,
        Chain,
        Ridges,
        HistoryMap,
        Accuracy,
        Loss,
        WeightGradients,
        Outputs,
        Units,
        Updates,
        Cosine,
        Ratio,
        Singular,
    ),
    formula_arrays=("delta_norm", "delta_factor", "slope_factor", "weight_factor"),
    formulas=FORMULAS,
    summary=summary,
    readings=readings,
)
