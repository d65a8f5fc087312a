"""How the features look: the map, the hidden space, the network."""

from dataclasses import replace

from explainer.scenes.playground.cards.inside import SPACE
from explainer.scenes.playground.view import VIEW as PLAYGROUND

AT_FIRST = ("network", "map", SPACE.key)

VIEW = replace(PLAYGROUND, cards=tuple(replace(card, at_first=card.key in AT_FIRST) for card in PLAYGROUND.cards))
