"""The cards of attention that need no picture of their own: lines, maps, curves, the gradient, the race."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.cards import Ask, Card, Curves, Handle, Links, Maps, Matrix, Row, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.attention.arithmetic import number
from explainer.scenes.attention.moment import ROW, moment_of

# who reads from whom


@reads(*ROW, dims=("query", "key"))
def head_weights(frame: Frame) -> np.ndarray:
    """Return the weights of the head on show (query, key)."""
    moment = moment_of(frame)
    return np.asarray(moment["final_weights"][moment.head])


@reads(*ROW)
def weight_words(frame: Frame, query: int, key: int) -> str:
    """Return one weight in words."""
    moment = moment_of(frame)
    weight = float(moment["final_weights"][moment.head, query, key])
    said = f"{weight:.3f}" if np.isfinite(weight) else "nothing: it may read no token"
    return f"“{moment['token'][query]}” reads from “{moment.keys[key]}”: {said}"


@reads(*ROW)
def most_read(frame: Frame) -> str:
    """Return from which token each reads most."""
    moment = moment_of(frame)
    most = np.nan_to_num(moment["final_weights"][moment.head]).argmax(-1)
    pairs = zip(moment["token"], most, strict=True)
    return "Most is read: " + ", ".join(f"{token} from {moment.keys[key]}" for token, key in pairs)


def asking(frame: Frame) -> int:
    """Return the token that asks."""
    return int(frame.params.asks)


LINES = Card(
    "lines",
    "Who reads from whom",
    Links(
        head_weights,
        "token",
        "memory_token",
        ("query", "reads from"),
        ("query", "key"),
        chosen=asking,
        reading=weight_words,
        click=lambda frame, query: {"asks": query, "query": ()},
    ),
    about="A line from each token to those it reads from; hover a token for its own",
    weight=1.6,
    summary=most_read,
)


# a map for each head


@reads(*ROW)
def head_words(frame: Frame) -> Sequence[str]:
    """Return what stands above each map."""
    nats = moment_of(frame)["row_entropy"].mean(-1)
    if len(nats) == 1:
        return (f"mean entropy {nats[0]:.2f}",)
    return [f"head {head}\nentropy {value:.2f}" for head, value in enumerate(nats)]


@reads(*ROW)
def map_words(frame: Frame, head: int, query: int, key: int) -> str:
    """Return one weight of a head in words."""
    moment = moment_of(frame)
    weight = float(moment["final_weights"][head, query, key])
    said = f"{weight:.3f}" if np.isfinite(weight) else "nothing"
    return f"head {head}: “{moment['token'][query]}” reads from “{moment.keys[key]}”: {said}"


HEADS = Card(
    "heads",
    "Attention maps · rows read from columns",
    Maps(
        "final_weights",
        low=0.0,
        high=1.0,
        numbers=True,
        headings=head_words,
        chosen=lambda frame: frame.params.head,
        reading=map_words,
        click=lambda frame, head: {"head": head},
    ),
    about="The weights of every head as a map; rows read from columns",
    weight=1.6,
)


# why divide by √d


def present_width(frame: Frame) -> float | None:
    """Return the present head's width."""
    found = frame.arrays.get("final_q")
    return None if found is None else float(found.shape[-1])


def width_words(frame: Frame) -> str:
    """Return the present head's width in words."""
    found = present_width(frame)
    return "" if found is None else f"d = {found:.0f}"


@reads("saturation_width", "saturation_gradient", "saturation_mean")
def slope_words(frame: Frame, at: int) -> str:
    """Return median and mean of the slope at a width, divided and not."""
    width = int(frame.arrays["saturation_width"][at])
    medians, means = frame.arrays["saturation_gradient"][:, at], frame.arrays["saturation_mean"][:, at]
    found = zip(("divided by √d", "not divided"), medians, means, strict=True)
    return f"d = {width}   " + "   ".join(f"{name} {median:.2f} (mean {mean:.2f})" for name, median, mean in found)


def strong(frame: Frame) -> int:
    """Return which of the two curves is the present choice."""
    return 0 if frame.params.scale else 1


HERE = Handle(reads("final_q")(present_width), reads("final_q")(width_words))
SATURATION = Card(
    "saturation",
    "Why divide by √d",
    Row(
        (
            Curves("saturation_weight", "largest weight", span=(0.0, 1.02), handle=HERE, strong=strong),
            Curves("saturation_gradient", "‖∂w/∂q‖, median", handle=HERE, strong=strong, reading=slope_words),
        )
    ),
    about="Largest weight, and how the query moves the weights, as heads get wider, with and without √d",
    weight=1.4,
)


# the gradient of one row


@reads(*ROW, "jacobian", dims=("key", "scaled score"))
def row_jacobian(frame: Frame) -> np.ndarray:
    """Return ∂w/∂z of the row on show (key, scaled score)."""
    return np.asarray(frame.arrays["jacobian"][moment_of(frame).head])


@reads(*ROW, "jacobian")
def gradient_title(frame: Frame) -> str:
    """Return whose gradient it is, and its norm."""
    size = np.linalg.norm(row_jacobian(frame))
    return f"Gradient of the weights of “{moment_of(frame).token}” · norm {size:.3f}"


@reads(*ROW)
def slope_caption(frame: Frame) -> str:
    """Return what the matrix comes to."""
    moment = moment_of(frame)
    if moment.params.selection == "hard":
        return "The largest score stays the largest: no weight moves (but for a tie)."
    divided = moment.params.scale and moment.params.score == "dot"
    factor = 1 / moment.params.temperature / (len(moment.q) ** 0.5 if divided else 1.0)
    return f"diagonal w(1 − w), beside it −w·w′: each row adds up to 0. z moves by {number(factor)} of the score."


@reads(*ROW, "jacobian")
def slope_reading(frame: Frame, row: int, column: int) -> str:
    """Return one slope with its arithmetic."""
    moment = moment_of(frame)
    slope = float(row_jacobian(frame)[row, column])
    own, other = moment.weights[row], moment.weights[column]
    made = (
        f"w(1 − w) = {number(own)} · {number(1 - own)}"
        if row == column
        else f"−w·w′ = −{number(own)} · {number(other)}"
    )
    if moment.params.selection == "hard":
        made = "a hard choice does not move"
    return f"∂w({moment.keys[row]}) / ∂z({moment.keys[column]}) = {number_text(slope)}: {made}"


GRADIENT = Card(
    "gradient",
    gradient_title,
    Matrix(
        row_jacobian,
        "∂ weight (row) / ∂ scaled score z (column)",
        ("key", "scaled score"),
        "signed",
        caption=slope_caption,
        reading=slope_reading,
        square=False,
    ),
    name="Gradient of the softmax",
    about="How each scaled score z moves each weight; zero for a hard choice",
    weight=1.6,
)


# training, and the race


@reads("training_loss")
def training_title(frame: Frame) -> str:
    """Return the title of the training, with the last loss."""
    losses = frame.arrays["training_loss"]
    return "Training the look-up" + (f" · loss {number_text(float(losses[-1]))}" if len(losses) else "")


TRAINING = Card(
    "training",
    training_title,
    Curves("training_loss", "squared error", log=True, none="Nothing was trained: choose the numbers “Trained”"),
    name="Loss of the training",
    about="The loss of each update while the projections learned the look-up",
)


def race_title(frame: Frame) -> str:
    """Return who is faster, and by how much."""
    times = frame.arrays.get("race_time")
    if times is None or not np.isfinite(times).all():
        return "Attention and recurrence"
    return f"Attention {times[0, -1] / times[1, -1]:.1f} × as fast at {int(frame.arrays['race_length'][-1])}"


def race_words(frame: Frame, at: int) -> str:
    """Return both times at a length."""
    length, times = int(frame.arrays["race_length"][at]), frame.arrays["race_time"][:, at]
    said = [f"{number_text(float(value))} ms" if np.isfinite(value) else "…" for value in times]
    return f"{length} tokens   GRU: {length} steps one after another, {said[0]}   attention: 1 step, {said[1]}"


RACE = Card(
    "race",
    race_title,
    Curves(
        "race_time",
        "milliseconds",
        ("racer", "race length"),
        span="fit",
        log=True,
        dots=True,
        reading=race_words,
        none="measuring …",
    ),
    name="Steps and time by length",
    about="Sequential steps and time for sequences of 16 to 1024 tokens, measured on this machine",
    ask=Ask("race", ("race_length", "race_time"), lambda frame: "race", busy="measuring …", parts=True),
)
