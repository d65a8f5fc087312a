"""How the network looks: its cards, formulas and words."""

from explainer.contract.view import Files, View
from explainer.scenes.cnn import dropped
from explainer.scenes.cnn.cards import CARDS
from explainer.scenes.cnn.formulas import FORMULAS
from explainer.scenes.cnn.pictures.network_picture import NetworkPicture
from explainer.scenes.cnn.words import readings, summary

VIEW = View(
    cards=(NetworkPicture, *CARDS),
    arrays=("layers", "frozen"),
    formula_arrays=("image", "logits", "label", "classes", "maps/*", "filters/*", "biases/*"),
    formulas=FORMULAS,
    summary=summary,
    readings=readings,
    files=Files(dropped.words, dropped.take),
)
