"""How a real model's attention looks: the cards of the maps that a model without training has a use for."""

from dataclasses import replace

from explainer.scenes.attention_maps import cards
from explainer.scenes.attention_maps.view import VIEW as MAPS

MAP = replace(cards.MAP, hint="click a token to choose it")
HEADS = replace(cards.HEADS, at_first=True)
"""There from the beginning: which head to look at is the question."""

VIEW = replace(MAPS, cards=(MAP, HEADS, cards.SEARCH, cards.LINES, cards.IMPORTANCE, cards.NEXT, cards.RESIDUAL))
