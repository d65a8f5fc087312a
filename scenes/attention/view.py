"""How attention looks: its pictures, formulas, notes and words."""

from explainer.plots.picture import View
from explainer.scenes.attention.explain import notes, readings, summary
from explainer.scenes.attention.moment import ROW
from explainer.scenes.attention.plane import Plane
from explainer.scenes.attention.row import Row

VIEW = View(
    pictures=(Plane, Row),
    arrays=(*ROW, "jacobian"),
    notes=notes,
    summary=summary,
    readings=readings,
)
