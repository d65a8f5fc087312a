"""How a real model's attention looks: the cards of the maps that a model without training has a use for."""

from dataclasses import replace
from typing import ClassVar

from explainer.scenes.attention_maps.head_worth import Importance
from explainer.scenes.attention_maps.heads import Heads
from explainer.scenes.attention_maps.lines import Lines
from explainer.scenes.attention_maps.map_picture import LargeMap
from explainer.scenes.attention_maps.next_token import NextToken
from explainer.scenes.attention_maps.residual import Residual
from explainer.scenes.attention_maps.search import Search
from explainer.scenes.attention_maps.view import VIEW as MAPS


class AllHeads(Heads):
    """All heads at a glance, there from the beginning: which to look at is the question."""

    at_first: ClassVar[bool] = True


VIEW = replace(MAPS, cards=(LargeMap, AllHeads, Search, Lines, Importance, NextToken, Residual))
