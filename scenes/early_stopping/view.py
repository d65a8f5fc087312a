"""How early stopping looks: the losses, what callbacks do, and what each way to choose would give."""

from dataclasses import replace

from explainer.scenes.overfitting.view import VIEW as OVERFITTING

FIRST = ("callbacks", "loss", "choices")
CARDS = {card.key: card for card in OVERFITTING.cards}
ORDER = (*FIRST, *(key for key in CARDS if key not in FIRST))

VIEW = replace(OVERFITTING, cards=tuple(replace(CARDS[key], at_first=key in FIRST) for key in ORDER))
