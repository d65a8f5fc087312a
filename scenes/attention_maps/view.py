"""How attention maps look: their pictures, notes and words."""

from explainer.contract.view import Files, View
from explainer.scenes.attention_maps import dropped
from explainer.scenes.attention_maps.against_rnn import AgainstRecurrence
from explainer.scenes.attention_maps.by_position import ByPosition
from explainer.scenes.attention_maps.curves import Curves
from explainer.scenes.attention_maps.explain import readings, summary
from explainer.scenes.attention_maps.formulas import FORMULAS
from explainer.scenes.attention_maps.head_worth import Importance
from explainer.scenes.attention_maps.heads import Heads
from explainer.scenes.attention_maps.lines import Lines
from explainer.scenes.attention_maps.map_picture import LargeMap
from explainer.scenes.attention_maps.moment import NEEDED
from explainer.scenes.attention_maps.next_token import NextToken
from explainer.scenes.attention_maps.residual import Residual
from explainer.scenes.attention_maps.search import Search

VIEW = View(
    cards=(LargeMap, Curves, Heads, Lines, ByPosition, NextToken, Importance, Search, Residual, AgainstRecurrence),
    arrays=NEEDED,
    formulas=FORMULAS,
    formula_arrays=("divided", "next_logit", "next_probability", "next_drawn"),
    summary=summary,
    readings=readings,
    files=Files(dropped.words, dropped.take),
)
