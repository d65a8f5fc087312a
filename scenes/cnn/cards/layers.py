"""The layers as a table: what each gives, how many numbers it learns; to freeze, to forget, to save."""

from __future__ import annotations

from explainer.contract.cards import Act, Button, Card, Cell, Save, Table, reads
from explainer.contract.frame import Frame
from explainer.scenes.cnn.layers import MODULE, WEIGHTS
from explainer.scenes.cnn.words import layer_title, shape_text

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
