"""Every card of the gallery."""

from explainer.contract.view import View
from explainer.scenes.gallery.gathered import gathered

VIEW = View(cards=gathered("CARDS"))
