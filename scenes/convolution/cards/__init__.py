"""The cards of convolution, pooling and transposed convolution."""

from explainer.scenes.convolution.cards.backward import BACKWARD
from explainer.scenes.convolution.cards.cell import CELL_CARD
from explainer.scenes.convolution.cards.channels import CHANNELS
from explainer.scenes.convolution.cards.costs import COST
from explainer.scenes.convolution.cards.equivariance import EQUIVARIANCE
from explainer.scenes.convolution.cards.matrix import MATRIX_CARD
from explainer.scenes.convolution.cards.receptive import RECEPTIVE
from explainer.scenes.convolution.cards.round_trip import ROUND_TRIP
from explainer.scenes.convolution.cards.signal import SIGNAL
from explainer.scenes.convolution.cards.stuffed import STUFFED_CARD
from explainer.scenes.convolution.cards.sweep import SWEEP

CARDS = (SWEEP, CELL_CARD, CHANNELS, STUFFED_CARD, SIGNAL, BACKWARD, MATRIX_CARD, ROUND_TRIP, RECEPTIVE, EQUIVARIANCE, COST)
