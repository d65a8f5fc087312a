"""How gradient flow looks: its pictures, formulas, notes and words."""

from explainer.plots.picture import View
from explainer.scenes.gradient_flow.changed_map import ChangedMap
from explainer.scenes.gradient_flow.curves import Accuracy, Cosine, Loss, Ratio
from explainer.scenes.gradient_flow.explain import notes, readings, summary
from explainer.scenes.gradient_flow.flow_picture import Deltas, WeightGradients

VIEW = View(
    pictures=(ChangedMap, Deltas, Loss, Accuracy, WeightGradients, Ratio, Cosine),
    arrays=("label", "retired", "each_delta_norm"),
    notes=notes,
    summary=summary,
    readings=readings,
)
