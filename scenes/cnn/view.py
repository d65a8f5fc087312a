"""How the network looks: its pictures, formulas and words."""

from explainer.contract.view import Files, View
from explainer.scenes.cnn import dropped
from explainer.scenes.cnn.confusion_picture import ConfusionPicture
from explainer.scenes.cnn.curves import AccuracyCurve, DeadCurve, LossCurve
from explainer.scenes.cnn.drawing_picture import DrawingPicture
from explainer.scenes.cnn.explain import readings, summary
from explainer.scenes.cnn.filters_picture import FiltersPicture
from explainer.scenes.cnn.formulas import FORMULAS
from explainer.scenes.cnn.layers_picture import LayersPicture
from explainer.scenes.cnn.network_picture import NetworkPicture
from explainer.scenes.cnn.patches_card import PATCHES

VIEW = View(
    cards=(
        NetworkPicture,
        AccuracyCurve,
        LossCurve,
        DeadCurve,
        FiltersPicture,
        PATCHES,
        ConfusionPicture,
        LayersPicture,
        DrawingPicture,
    ),
    arrays=("layers", "frozen"),
    formula_arrays=("image", "logits", "label", "classes", "maps/*", "filters/*", "biases/*"),
    formulas=FORMULAS,
    summary=summary,
    readings=readings,
    files=Files(dropped.words, dropped.take),
)
