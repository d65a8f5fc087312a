"""Depth and width: networks with about equally many parameters, deep ones and wide ones, and their pieces counted."""

from explainer.scenes.playground import SCENE as PLAYGROUND

SCENE = PLAYGROUND.variant(
    {"data": "rings", "layers": ("6", "6"), "activation": "relu"},
    experiment="playground",
    title="Depth and width",
    question="Why deep rather than wide?",
    order=20,
    first=("layers", "data", "activation", "skips"),
    steps=2000,
)
