"""Features: the same points for a straight cut with given features, and for a network that makes its own."""

from explainer.scenes.playground import SCENE as PLAYGROUND

SCENE = PLAYGROUND.variant(
    {"layers": (), "space": "components"},
    experiment="playground",
    title="Features",
    question="What does deep learning learn that classical ML is given?",
    order=10,
    first=("features", "layers", "points", "train_share"),
    steps=500,
)
