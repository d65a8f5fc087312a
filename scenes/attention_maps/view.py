"""How attention maps look: their cards, formulas and words, and the folders they take."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explainer.contract.files import is_ordinary
from explainer.contract.refused import one_line
from explainer.contract.view import Files, View
from explainer.scenes.attention_maps import cards
from explainer.scenes.attention_maps.formulas import FORMULAS
from explainer.scenes.attention_maps.moment import NEEDED, readings, summary


def drop_words(path: Path) -> str:
    """Say what dropping a folder would do; nothing for what holds no model."""
    return f"Drop to look into the model in {one_line(path.name)}" if is_ordinary(path / "config.json") else ""


def take(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped folder sets."""
    return {"model": "folder", "path": str(path)}


VIEW = View(
    cards=(
        cards.MAP,
        cards.CURVES,
        cards.HEADS,
        cards.LINES,
        cards.POSITIONS,
        cards.NEXT,
        cards.IMPORTANCE,
        cards.SEARCH,
        cards.RESIDUAL,
        cards.RACE,
    ),
    arrays=NEEDED,
    formulas=FORMULAS,
    formula_arrays=("divided", "next_logit", "next_probability", "next_drawn"),
    summary=summary,
    readings=readings,
    files=Files(drop_words, take),
)
