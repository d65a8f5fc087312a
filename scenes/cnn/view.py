"""How the network looks: its pictures, formulas and words."""

from explainer.plots.picture import View
from explainer.scenes.cnn.curves import AccuracyCurve
from explainer.scenes.cnn.explain import readings, summary
from explainer.scenes.cnn.network_picture import NetworkPicture

VIEW = View(pictures=(NetworkPicture, AccuracyCurve), summary=summary, readings=readings)
