"""How the playground looks."""

from explainer.contract.view import Files, View
from explainer.scenes.playground.cards.errors import ACCURACY, ERRORS
from explainer.scenes.playground.cards.inside import EXAMPLE, HISTOGRAMS, SPACE
from explainer.scenes.playground.cards.main import LOSS, MAP, NETWORK
from explainer.scenes.playground.cards.pieces import PIECES
from explainer.scenes.playground.words import drop_words, dropped, readings, summary

VIEW = View(
    cards=(NETWORK, MAP, LOSS, SPACE, ERRORS, EXAMPLE, HISTOGRAMS, ACCURACY, PIECES),
    arrays=("now", "epoch", "batch", "batches", "seen"),
    summary=summary,
    readings=readings,
    files=Files(drop_words, dropped),
)
