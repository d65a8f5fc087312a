"""The cards beside the network: curves, kernels, what excites a map, mistakes, the layers, and paper to draw on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Button,
    Card,
    Cell,
    Confusion,
    Images,
    Maps,
    Row,
    Save,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.cnn import CONVOLUTIONS
from explainer.scenes.cnn.arithmetic import chosen, chosen_layer, is_dead
from explainer.scenes.cnn.drawing import plane_count
from explainer.scenes.cnn.layers import MODULE, WEIGHTS
from explainer.scenes.cnn.words import image_text, layer_title, shape_text

FINE, BRUSH, LEVELS = 4, 1.7, 16
"""How many cells of the sheet go into a pixel of a digit, how wide the brush is on it, and the shades of its ink."""
UNMOVED = {"shift_x": 0, "shift_y": 0, "turn": 0.0}


def curve_card(key: str, title: str, about: str, drawing: Steps, **more: Any) -> Card:
    """Return a card with curves against the step."""
    return Card(key, f"{title} at every step", drawing, about=about, **more)


def both(name: str, **more: Any) -> Steps:
    """Return a quantity of each batch and of the images held out."""
    metrics = {f"{name}/train": "batch", f"{name}/test": "held-out"}
    return Steps(metrics, name, places=lambda frame: (1, 0), **more)


ACCURACY = curve_card(
    "accuracy",
    "Accuracy",
    "The share of right answers, of each batch and of all held-out images",
    both("accuracy"),
    at_first=True,
)
LOSS = curve_card(
    "loss",
    "Loss",
    "The cross-entropy, of each batch and of all held-out images",
    both("loss", log=lambda params: params.log_loss),
)
DEAD = curve_card(
    "dead",
    "Dead maps",
    "The share of maps that are 0 everywhere after their ReLU, in all held-out images",
    Steps({"dead": "dead maps"}, "share of maps", places=lambda frame: (2,)),
)


# kernels


def filters(frame: Frame) -> np.ndarray | None:
    """Return the chosen layer's kernels (input, filter, row, column)."""
    found = frame.arrays.get(f"filters/{chosen_layer(frame.params)}")
    return None if found is None else found.swapaxes(0, 1)


filters.picks = (  # type: ignore[attr-defined]
    lambda params: f"filters/{chosen_layer(params)}",
    tuple(f"filters/{name}" for name in CONVOLUTIONS),
)
filters.dims = ("input", "filter", "kernel row", "kernel column")  # type: ignore[attr-defined]


def filter_count(frame: Frame) -> int:
    """Return how many filters the chosen layer has."""
    return chosen(frame)[2].channels


def filters_title(frame: Frame) -> str:
    """Return how many kernels of which size there are."""
    number, _, block = chosen(frame)
    kernels = filters(frame)
    inputs = "" if kernels is None else f" · {block.channels} × {len(kernels)} × {block.kernel} × {block.kernel}"
    return f"Kernels of conv {number}{inputs}"


def filter_reading(frame: Frame, number: int, row: int, column: int) -> str:
    """Return a weight and its place."""
    source, place = divmod(number, filter_count(frame))
    kernels = filters(frame)
    value = "" if kernels is None else number_text(float(kernels[source, place, row, column]))
    return f"filter {place} · input {source} · row {row}, column {column} · {value}"


def chosen_tiles(frame: Frame) -> range:
    """Return the kernels of the chosen filter."""
    kernels, count = filters(frame), filter_count(frame)
    return range(chosen(frame)[1], 0 if kernels is None else count * len(kernels), count)


def row_names(frame: Frame) -> list[str]:
    """Return the inputs' numbers, where there are several."""
    kernels = filters(frame)
    return [] if kernels is None or len(kernels) == 1 else [str(number) for number in range(len(kernels))]


def layer_button(number: int) -> Button:
    """Return the way to a layer's kernels."""

    def words(frame: Frame) -> str:
        return f"Conv {number}" if number <= len(frame.params.blocks) else ""

    def click(frame: Frame) -> Mapping[str, Any] | None:
        return None if chosen(frame)[0] == number else {"layer": f"conv{number}"}

    return Button(words, click, f"The kernels of convolution {number}")


def zero_filter(frame: Frame) -> Act:
    """Return what silences the chosen filter."""
    return Act("zero_filter", {"layer": chosen_layer(frame.params), "filter": chosen(frame)[1]})


FILTERS = Card(
    "filters",
    filters_title,
    Maps(
        filters,
        colours="signed",
        caption="A column for each filter, a row for each input",
        chosen=chosen_tiles,
        row_names=row_names,
        largest=54,
        reading=filter_reading,
        click=lambda frame, number: {"channel": number % filter_count(frame)},
    ),
    about="Every kernel of a layer as it changes; set one to zero and see the accuracy answer",
    hint="click to choose",
    weight=1.6,
    buttons=(
        *(layer_button(number) for number in range(1, len(CONVOLUTIONS) + 1)),
        Button(
            lambda frame: f"Zero filter {chosen(frame)[1]}",
            zero_filter,
            "Set this filter and its bias to zero, while it trains",
            right=True,
        ),
    ),
)


# what excites a map


def picture_of(images: np.ndarray) -> np.ndarray:
    """Return images (…, channel, row, column) as they are drawn: (…, row, column), of three channels with colours."""
    return np.moveaxis(images, -3, -1) if images.shape[-3] == 3 else images[..., 0, :, :]


def send_through(number: int) -> dict[str, Any]:
    """Return what sends a held-out image through the network."""
    return {"image": number, "drawing": ()}


@reads("patches", "layers", "dead/*")
def patches(frame: Frame) -> np.ndarray | None:
    """Return the pieces, none of a dead map."""
    return None if is_dead(frame) else picture_of(frame.arrays["patches"])


@reads("patch_values")
def patch_captions(frame: Frame) -> list[str]:
    """Return the answers."""
    return [f"{value:.2f}".replace("-", "−") for value in frame.arrays["patch_values"].tolist()]


@reads("patch_images")
def patch_reading(frame: Frame, number: int) -> str:
    """Return where a piece is from."""
    return f"from held-out image {frame.arrays['patch_images'][number]}"


@reads("patch_images")
def patch_click(frame: Frame, number: int) -> dict[str, Any]:
    """Return what sends a piece's image through."""
    return send_through(int(frame.arrays["patch_images"][number]))


def patches_title(frame: Frame) -> str:
    """Return which map it is, and how much it sees."""
    number, channel, _ = chosen(frame)
    if is_dead(frame):
        return f"Conv {number}, map {channel} is dead: 0 after its ReLU in every image"
    size = frame.arrays["patches"].shape[-1] if "patches" in frame.arrays else 0
    return f"What excites conv {number}, map {channel}" + (f" · it sees {size} × {size} pixels" if size else "")


def patches_summary(frame: Frame) -> str:
    """Return the strongest answers."""
    values = frame.arrays.get("patch_values")
    if values is None or is_dead(frame):
        return patches_title(frame)
    high, low = (number_text(float(values[place])) for place in (0, -1))
    return f"{patches_title(frame)}; answers from {high} down to {low}"


PATCHES = Card(
    "patches",
    patches_title,
    Images(
        patches,
        captions=patch_captions,
        caption="The strongest cell of each image",
        largest=84,
        reading=patch_reading,
        click=patch_click,
        none="Nothing excites this map.",
    ),
    about="The pieces of held-out images to which the chosen map answers most",
    hint="click one to send its image through",
    weight=1.2,
    summary=patches_summary,
)


# mistakes


def worst(counts: np.ndarray) -> tuple[int, int] | None:
    """Return actual and predicted class of the commonest mistake, of several the first; None where there is none."""
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return None
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(row), int(column)


@reads("confusion")
def chosen_pair(frame: Frame) -> tuple[int, int] | None:
    """Return the cell whose images are shown: the chosen one, without one the commonest mistake."""
    counts, params = frame.arrays["confusion"], frame.params
    if 0 <= params.actual < len(counts) and 0 <= params.predicted < len(counts):
        return params.actual, params.predicted
    return worst(counts)


def pair_images(frame: Frame) -> list[int]:
    """Return the held-out images of that cell."""
    pair = chosen_pair(frame)
    if pair is None:
        return []
    both = (frame.arrays["test_labels"] == pair[0]) & (frame.arrays["predicted"] == pair[1])
    return [int(number) for number in np.flatnonzero(both)]


PAIR = ("confusion", "predicted", "test_labels")


@reads(*PAIR, "test_images")
def pair_pictures(frame: Frame) -> np.ndarray:
    """Return these images, uint8."""
    return picture_of(frame.arrays["test_images"][pair_images(frame)])


@reads(*PAIR, "classes")
def pair_words(frame: Frame) -> str:
    """Return what they are, what they are taken for, and how many there are."""
    pair, classes = chosen_pair(frame), frame.arrays["classes"]
    return "" if pair is None else f"{classes[pair[0]]} → {classes[pair[1]]}: {len(pair_images(frame))}"


@reads(*PAIR)
def pair_chosen(frame: Frame) -> int | None:
    """Return which of them goes through the network."""
    numbers, image = pair_images(frame), frame.params.image % max(1, len(frame.arrays["test_labels"]))
    return None if frame.params.drawing or image not in numbers else numbers.index(image)


@reads(*PAIR)
def pair_reading(frame: Frame, place: int) -> str:
    """Return which image it is."""
    return f"held-out image {pair_images(frame)[place]}"


@reads(*PAIR)
def pair_click(frame: Frame, place: int) -> dict[str, Any]:
    """Return what sends it through."""
    return send_through(pair_images(frame)[place])


CONFUSION = Card(
    "confusion",
    "Confusion matrix of the held-out images",
    Row(
        (
            Confusion(
                "confusion",
                chosen=chosen_pair,
                click=lambda frame, row, column: {"actual": row, "predicted": column},
                none="The matrix is computed a few times a second.",
            ),
            Images(
                pair_pictures,
                caption=pair_words,
                chosen=pair_chosen,
                largest=56,
                reading=pair_reading,
                click=pair_click,
                none="No image is taken so.",
            ),
        ),
        weights=(3, 1),
    ),
    about="What each class is taken for; click a cell to see its images",
    hint="click a cell to see its images, an image to send it through",
    weight=2.0,
)


# layers

LAYERS_READ = ("layers", "shapes", "parameters", "frozen")


@reads(*LAYERS_READ)
def layer_names(frame: Frame) -> list[str]:
    """Return the layers' names, and a last line for all."""
    return [*(layer_title(str(name), frame.params.blocks) for name in frame.arrays["layers"]), "Together"]


@reads(*LAYERS_READ)
def layer_shapes(frame: Frame) -> list[str]:
    """Return what each layer gives."""
    return [*map(shape_text, frame.arrays["shapes"].tolist()), ""]


@reads(*LAYERS_READ)
def layer_counts(frame: Frame) -> list[str]:
    """Return how many numbers each layer learns, and all together."""
    counts = frame.arrays["parameters"].tolist()
    return [*(f"{count:,}" if count else "–" for count in counts), f"{sum(counts):,}"]


@reads(*LAYERS_READ)
def layer_freezes(frame: Frame) -> list[str]:
    """Return whether a layer can be frozen or is."""
    both = zip(frame.arrays["parameters"].tolist(), frame.arrays["frozen"].tolist(), strict=True)
    return [*(("let it learn" if frozen else "freeze") if count else "" for count, frozen in both), ""]


@reads(*LAYERS_READ)
def layer_anew(frame: Frame) -> list[str]:
    """Return whether a layer's parameters can be drawn afresh."""
    return [*("re-initialise" if count else "" for count in frame.arrays["parameters"].tolist()), ""]


@reads(*LAYERS_READ)
def layer_token(frame: Frame, place: int) -> str:
    """Return the colour of a line: quiet where nothing is learned."""
    counts = frame.arrays["parameters"]
    return "muted" if place < len(counts) and not counts[place] else ""


def learning(frame: Frame, place: int) -> str | None:
    """Return the name of the layer in a line, None where nothing is learned there."""
    counts = frame.arrays["parameters"]
    return str(frame.arrays["layers"][place]) if place < len(counts) and counts[place] else None


@reads(*LAYERS_READ)
def freeze(frame: Frame, place: int) -> Act | None:
    """Return what keeps a layer as it is, or lets it learn again."""
    name = learning(frame, place)
    return Act("freeze", {"layer": name, "on": not bool(frame.arrays["frozen"][place])}) if name else None


@reads(*LAYERS_READ)
def reinitialise(frame: Frame, place: int) -> Act | None:
    """Return what draws a layer's parameters afresh."""
    name = learning(frame, place)
    return Act("reinitialise", {"layer": name}) if name else None


@reads(*LAYERS_READ)
def layers_summary(frame: Frame) -> str:
    """Return the total, and what is frozen."""
    arrays = frame.arrays
    frozen = [str(name) for name, on in zip(arrays["layers"], arrays["frozen"], strict=True) if on]
    said = f"; frozen: {', '.join(frozen)}" if frozen else ""
    return f"{len(arrays['layers'])} layers with {int(arrays['parameters'].sum()):,} parameters{said}"


def accent(frame: Frame, place: int) -> str:
    """Return the colour of what can be pressed."""
    return "accent"


LAYERS = Card(
    "layers",
    "Layers · shapes and parameters",
    Table(
        (
            Cell(layer_names, "Layer", token=layer_token),
            Cell(layer_shapes, "Output", token=layer_token),
            Cell(layer_counts, "Parameters", right=True, token=layer_token),
            Cell(layer_freezes, token=accent, click=freeze),
            Cell(layer_anew, token=accent, click=reinitialise),
        )
    ),
    about="What each layer gives and how many numbers it learns; freeze or re-initialise one",
    weight=1.6,
    summary=layers_summary,
    buttons=(
        Button(
            "Save the network …",
            lambda frame: Save("save_model", {"module": MODULE, "weights": WEIGHTS}),
            "As a PyTorch module and its weights as safetensors, into a folder",
        ),
    ),
)


# drawing


def is_digit(frame: Frame) -> bool:
    """Return whether digits are learned: they are drawn on a sheet finer than their pixels."""
    return bool(frame.params.data == "digits")


@reads("image")
def sheet(frame: Frame) -> np.ndarray:
    """Return what is on the paper: the drawing as it was drawn, else the image as the network gets it."""
    drawn, image = frame.params.drawing, frame.arrays["image"]
    planes = plane_count(len(drawn))
    if planes and planes == len(image):
        side = math.isqrt(len(drawn) // planes)
        image = np.array(drawn, np.float32).reshape(planes, side, side)
    if is_digit(frame) and image.shape[-1] == frame.arrays["image"].shape[-1]:
        image = image.repeat(FINE, 1).repeat(FINE, 2)
    return picture_of(image)[None]


def drawn_on(frame: Frame, image: np.ndarray) -> dict[str, Any]:
    """Return what sends a drawing (row, column) or (row, column, 3) through."""
    planes = np.moveaxis(image, -1, 0) if image.ndim == 3 else image
    return {"drawing": tuple((np.round(planes * LEVELS) / LEVELS).ravel().tolist()), **UNMOVED}


@reads("image")
def empty_sheet(frame: Frame) -> dict[str, Any]:
    """Return what begins with an empty sheet."""
    return drawn_on(frame, np.zeros_like(sheet(frame)[0]))


DRAWING = Card(
    "drawing",
    lambda frame: image_text(frame) if frame.params.drawing else "Draw your own",
    Images(
        sheet,
        reading=lambda frame, number: "",
        paper=drawn_on,
        brush=lambda frame: BRUSH if is_digit(frame) else 1.0,
        fresh=lambda frame: not frame.params.drawing,
    ),
    about="Draw with the mouse and watch it go through the network while it trains",
    hint="left button draws, right rubs out",
    weight=1.6,
    summary=reads("probabilities", "classes", "label")(image_text),
    buttons=(
        Button("Empty sheet", empty_sheet, "Begin with an empty sheet"),
        Button(
            lambda frame: "Back to the held-out images" if frame.params.drawing else "",
            lambda frame: {"drawing": ()},
            "Send a held-out image through again",
            right=True,
        ),
    ),
)

CARDS = (ACCURACY, LOSS, DEAD, FILTERS, PATCHES, CONFUSION, LAYERS, DRAWING)
