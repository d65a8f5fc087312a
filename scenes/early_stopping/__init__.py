"""Early stopping: callbacks at the end of each epoch watch, save, cut the learning rate, stop and restore."""

from explainer.scenes.overfitting import SCENE as OVERFITTING

SCENE = OVERFITTING.variant(
    {"patience": 10},
    experiment="overfitting",
    title="Early stopping",
    question="When should training end, and with which weights?",
    order=20,
    first=("patience", "monitor", "restore", "reduce"),
    steps=300,
    pictured=77,
)
