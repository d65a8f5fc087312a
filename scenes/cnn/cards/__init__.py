"""The cards beside the network: curves, kernels, what excites a map, mistakes, the layers, and paper to draw on."""

from explainer.scenes.cnn.cards.curves import ACCURACY, DEAD, LOSS
from explainer.scenes.cnn.cards.kernels import FILTERS
from explainer.scenes.cnn.cards.layers import LAYERS
from explainer.scenes.cnn.cards.mistakes import CONFUSION
from explainer.scenes.cnn.cards.paper import DRAWING
from explainer.scenes.cnn.cards.patches import PATCHES

CARDS = (ACCURACY, LOSS, DEAD, FILTERS, PATCHES, CONFUSION, LAYERS, DRAWING)
