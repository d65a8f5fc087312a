"""How the playground looks."""

from explainer.contract.view import View
from explainer.scenes.playground.cards.main import LOSS, MAP, NETWORK
from explainer.scenes.playground.words import readings, summary

VIEW = View(
    cards=(NETWORK, MAP, LOSS), arrays=("now", "epoch", "batch", "batches", "seen"), summary=summary, readings=readings
)
