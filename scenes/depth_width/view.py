"""How depth and width look: the pieces, the map, the network."""

from dataclasses import replace

from explainer.scenes.playground.cards.pieces import PIECES
from explainer.scenes.playground.view import VIEW as PLAYGROUND

AT_FIRST = (PIECES.key, "map", "network")

VIEW = replace(PLAYGROUND, cards=tuple(replace(card, at_first=card.key in AT_FIRST) for card in PLAYGROUND.cards))
