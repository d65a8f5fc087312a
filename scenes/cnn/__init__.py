"""CNN: a small convolutional network learns to read images, and everything inside it can be looked at."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Scene,
    Verb,
    choice,
    choices,
    integer,
    numbers,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension
from explainer.scenes.cnn.blocks import MOST_CHANNELS, PRESETS, block_settings, parse_block
from explainer.scenes.cnn.drawing import MOST_SIDE, check_drawing

MOST_BLOCKS, MOST_CLASSES = 4, 20
CONVOLUTIONS = {f"conv{number}": f"Convolution {number}" for number in range(1, MOST_BLOCKS + 1)}
NORMS = {f"norm{number}": f"Normalization {number}" for number in range(1, MOST_BLOCKS + 1)}
LEARNING = {**CONVOLUTIONS, **NORMS, "hidden": "Dense, hidden", "output": "Dense, output"}
"""The layers that can have parameters."""
OPTIMIZERS = {"adam": "Adam", "sgd": "SGD", "momentum": "SGD with momentum 0.9"}
HEADS = {"places": "All places", "mean": "Mean over all places", "maximum": "Maximum over all places"}
ZOOMS = {"network": "Network", "map": "One map", "cell": "One cell"}
BLOCKS_FOR = {"digits": "conv,pooled", "shapes": "pooled:channels=8,pooled,pooled", "folder": "pooled:channels=8,pooled,pooled"}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    data: str = choice(
        "digits",
        {"digits": "Handwritten digits", "shapes": "Colour shapes", "folder": "Own images"},
        suggests=lambda name: {"blocks": BLOCKS_FOR[name]},
        kind=STRUCTURAL,
        label="Images",
        help="1,797 digits of 8 × 8 pixels, 1,200 generated shapes of 32 × 32 in colour, or a folder of your own.",
    )
    folder: str = text("", names="folder", read_when={"data": ("folder",)}, kind=STRUCTURAL, label="Folder", when={"data": ("folder",)}, help="A folder with one subfolder of images for each class.")
    side: int = integer(32, 8, MOST_SIDE, kind=STRUCTURAL, label="Image side", unit="px", when={"data": ("folder",)}, help="Your images are scaled and cut to squares of this side.")
    blocks: tuple[str, ...] = choices(
        "conv,pooled",
        {name: words for name, (words, _) in PRESETS.items()},
        most=MOST_BLOCKS,
        entry=lambda words: parse_block(words).text(),
        settings=block_settings,
        kind=STRUCTURAL,
        label="Blocks",
        help="One to four blocks, each with channels, kernel, stride, padding, activation, normalization, pooling and dropout of its own.",
    )
    head: str = choice("places", HEADS, kind=STRUCTURAL, label="Before the dense layers", help="All places of the last maps, each with weights of its own; or each map's mean or maximum over all places.")
    hidden: int = integer(0, 0, 256, kind=STRUCTURAL, label="Hidden dense units", help="A dense layer with ReLU before the last one; 0 for none.")
    optimizer: str = choice("adam", OPTIMIZERS, kind=STRUCTURAL, label="Optimizer", help="Who updates the weights; PyTorch's other defaults.")
    lr: float = real(0.005, 1e-5, 1.0, log=True, kind=LIVE, label="Learning rate η", help="The size of the optimizer's steps.")
    batch: int = integer(64, 1, 512, log=True, kind=LIVE, label="Batch size", help="Training images in each step, drawn afresh.")
    augment: int = integer(0, 0, 4, kind=LIVE, label="Shift in training", unit="px", help="Each image of a batch is moved at random by up to so many pixels each way, anew at every step; 0: as it is.")
    image: int = integer(14, 0, 999, kind=VIEW, label="Image", help="Which held-out image goes through, counted from 0; beyond the last it starts over.")
    shift_x: int = integer(0, -16, 16, kind=VIEW, label="Shift right", unit="px", help="Moves the image; what leaves it is lost, zeros come in.")
    shift_y: int = integer(0, -16, 16, kind=VIEW, label="Shift down", unit="px", help="Moves the image; what leaves it is lost, zeros come in.")
    turn: float = real(0.0, -180.0, 180.0, kind=VIEW, label="Turn", unit="°", help="Turns the image about its middle, anticlockwise.")
    noise: float = real(0.0, 0.0, 1.0, kind=VIEW, label="Noise σ", help="Standard deviation of the noise that is added to the image; what then lies outside 0 to 1 is cut off.")
    drawing: tuple[float, ...] = numbers((), 0.0, 1.0, most=3 * MOST_SIDE * MOST_SIDE, reader=check_drawing, kind=VIEW, label="Drawing", help="Your own image instead: 1 or 3 square planes of values from 0 to 1; empty for a held-out image.")
    zoom: str = choice("network", ZOOMS, kind=VIEW, label="Zoom", help="The whole network, how one map is made, or how one of its cells is.")
    layer: str = choice("conv1", CONVOLUTIONS, kind=VIEW, label="Layer", help="Whose maps and kernels are taken apart.")
    channel: int = integer(0, 0, MOST_CHANNELS - 1, kind=VIEW, label="Map", help="Which of the layer's maps, counted from 0.")
    row: int = integer(3, 0, 79, kind=VIEW, label="Row", help="Which cell of the map, counted from 0 above.")
    column: int = integer(3, 0, 79, kind=VIEW, label="Column", help="Which cell of the map, counted from 0 at the left.")
    actual: int = integer(-1, -1, MOST_CLASSES - 1, kind=VIEW, label="Images of class", help="Which cell of the confusion matrix has its images shown: what they are, counted from 0; −1 for the commonest mistake.")
    predicted: int = integer(-1, -1, MOST_CLASSES - 1, kind=VIEW, label="Taken for class", help="What these images are taken for, counted from 0; −1 for the commonest mistake.")
    log_loss: bool = switch(True, kind=VIEW, label="Logarithmic loss", help="Decades instead of equal distances on the loss axis.")


_IMAGE = ("input channel", "image row", "image column")
_LAYER = integer(0, 0, MOST_CHANNELS - 1, label="Filter", help="Which filter, counted from 0.")

SCENE = Scene(
    title="Inside a CNN",
    room="Convolution",
    question="What does a convolutional network see?",
    symbols={"η": "lr", "w": "filters", "x": "network", "y": "network"},
    order=40,
    parameters=Params,
    first=("lr", "batch"),
    steps=600,
    speed=60.0,
    progress="loss/*",
    data=("data", "folder", "side", "batch"),
    metrics={
        "loss/train": "Cross-entropy of this step's batch, before the update.",
        "loss/test": "Mean cross-entropy of all held-out images, after the update.",
        "accuracy/train": "Share of this step's batch that was classified right, before the update.",
        "accuracy/test": "Share of all held-out images that are classified right, after the update.",
        "dead": "Share of the maps after a ReLU that are 0 everywhere in all held-out images, after the update; 0 without ReLU.",
    },
    arrays={
        "image": Array(_IMAGE, "float32", "The image on its way through, as the network gets it."),
        "maps/*": Array(("channel of *", "row of *", "column of *"), "float32", "What a layer makes of this image."),
        "filters/*": Array(("filter of *", "input of *", "kernel row of *", "kernel column of *"), "float32", "A convolution's weights."),
        "biases/*": Array(("filter of *",), "float32", "A convolution's biases."),
        "logits": Array(("class",), "float32", "The scores of the classes."),
        "probabilities": Array(("class",), "float32", "Their softmax."),
        "label": Array((), "int64", "Which class the image is, −1 where that is not known."),
        "classes": Array(("class",), "<U32", "The classes' names."),
        "layers": Array(("layer",), "<U32", "The names of all layers, in order."),
        "shapes": Array(("layer", "axis"), "int64", "What each gives: channels, rows, columns; −1 where there is no such axis."),
        "parameters": Array(("layer",), "int64", "How many numbers each learns."),
        "frozen": Array(("layer",), "bool", "Whether they are kept as they are."),
        "follows": Array(("layer",), "float64", "Correlation of the maps of the shifted image with the shifted maps of the image, each map less its mean, where both are known.", nan="the layer has no maps, the image is not shifted, or nothing is left to compare"),
        "dead/*": Array(("channel of *",), "bool", "Which maps of a convolution are 0 everywhere after their ReLU, in all images to learn from and all held out.", slow=True),
        "known": Array((), "float64", "The share of the images to learn from that are right now, at evaluation.", slow=True),
        "moved_right": Array((), "float64", "The share of the held-out images that are right when each of them is shifted as the chosen one is.", slow=True),
        "confusion": Array(("actual", "predicted"), "int64", "How many held-out images of each class were taken for each.", slow=True),
        "predicted": Array(("test image",), "int64", "What each held-out image is taken for.", slow=True),
        "test_labels": Array(("test image",), "int64", "What each held-out image is."),
        "test_images": Array(("test image", *_IMAGE), "uint8", "The held-out images, from 0 to 255."),
        "patches": Array(("patch", "input channel", "patch row", "patch column"), "float32", "What the cells that answer most to held-out images see: for the chosen map, after normalization and activation, the strongest cell of each image, 12 images.", slow=True),
        "patch_values": Array(("patch",), "float32", "The answers of these cells.", slow=True),
        "patch_images": Array(("patch",), "int64", "The held-out images in which they are.", slow=True),
    },
    dimensions={
        "actual": Dimension("actual", "classes"),
        "predicted": Dimension("predicted", "classes"),
        "input": Dimension("input"),
        "filter": Dimension("filter"),
    },
    actions={
        "freeze": Verb("Keep a layer as it is, its parameters and what a normalization has gathered, or let it learn again.", {"layer": choice("conv1", LEARNING, label="Layer"), "on": switch(True, label="Frozen")}, label="Freeze"),
        "zero_filter": Verb("Set a filter and its bias to zero.", {"layer": choice("conv1", CONVOLUTIONS, label="Layer"), "filter": _LAYER}, label="Zero a filter"),
        "reinitialise": Verb("Draw a layer's parameters afresh.", {"layer": choice("conv1", LEARNING, label="Layer")}, label="Re-initialise"),
    },
    jobs={"save_model": Job("The network as a PyTorch module of its own, and its weights.")},
)  # fmt: skip
