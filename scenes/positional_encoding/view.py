"""How it looks: query and key as hands of clocks, what is learned, and what lies beyond the trained length."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Arrows,
    Button,
    Card,
    Cell,
    Curves,
    Handle,
    Level,
    Maps,
    Matrix,
    Row,
    Scatter,
    Steps,
    Table,
    Trail,
    number_of,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.positional_encoding import LETTERS, NAMES, READ, YARDSTICKS

# the hands


@reads("hands", "hand_at", "unturned", "periods")
def turn_to(frame: Frame, k: int, x: float, y: float) -> Mapping[str, int]:
    """Return the place to which a hand is dragged: of all that give its angle the nearest to where it was.

    The words below a dial are as good as its query's hand.
    """
    pairs = len(frame.arrays["periods"])
    k %= 2 * pairs
    name = "query_place" if k < pairs else "key_place"
    (left, low), period = frame.arrays["hand_at"][k], float(frame.arrays["periods"][k % pairs])
    angle = math.atan2(y - low, x - left) - float(frame.arrays["unturned"][k])
    place = angle / (2 * math.pi) * period
    place += period * round((getattr(frame.params, name) - place) / period)
    return {name: int(np.clip(round(place), 0, READ - 1))}


@reads("hands", "labels")
def dots(frame: Frame) -> np.ndarray:
    """Return the hands' tips, and places for words below the dials (dot, 2)."""
    return np.concatenate([frame.arrays["hands"], frame.arrays["labels"]])


@reads("parts")
def dot_classes(frame: Frame) -> np.ndarray:
    """Return the colours: query, key, words (dot,)."""
    return np.repeat([0, 1, 7], len(frame.arrays["parts"]))


@reads("parts")
def dot_sizes(frame: Frame) -> np.ndarray:
    """Return the dots' sizes (dot,)."""
    return np.repeat([11.0, 11.0, 0.5], len(frame.arrays["parts"]))


@reads("parts")
def dot_words(frame: Frame) -> list[str]:
    """Return what stands beside the dots (dot,)."""
    parts = frame.arrays["parts"]
    return [""] * (2 * len(parts)) + [f"{p:+.2f}" for p in parts]


@reads("parts", "periods")
def dot_reading(frame: Frame, k: int) -> str:
    """Say what a pair does."""
    parts, periods = frame.arrays["parts"], frame.arrays["periods"]
    pair = k % len(parts)
    return f"pair {pair}: a whole turn in {n(periods[pair])} places; it adds {n(parts[pair])} to the score"


@reads("scores")
def hands_title(frame: Frame) -> str:
    """Return the score at these places."""
    params = frame.params
    ask, told = (LETTERS[letter] for letter in (params.query, params.key))
    return (
        f"“{ask}” at place {params.query_place} asks “{told}” at {params.key_place}: "
        f"q·k/√d = {frame.arrays['scores'][0]:.6f}"
    )


def shift_both(frame: Frame) -> Mapping[str, int] | None:
    """Return both places 40 further, or back again."""
    params = frame.params
    by = 40 if max(params.query_place, params.key_place) + 40 < READ else -40
    return {"query_place": max(0, params.query_place + by), "key_place": max(0, params.key_place + by)}


def distance(frame: Frame) -> float | None:
    """Return how far the key is behind the query."""
    apart = frame.params.query_place - frame.params.key_place
    return float(apart) if apart >= 0 else None


def go_apart(frame: Frame, k: int) -> Mapping[str, int]:
    """Return places that are so far apart."""
    key = min(frame.params.key_place, READ - 1 - k)
    return {"key_place": key, "query_place": key + k}


def dials_shown(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part of the plane that holds all dials."""
    pairs = frame.params.width // 8
    columns = math.ceil(math.sqrt(pairs))
    return -1.2, 2.5 * columns - 1.3, -1.75 - 3.0 * ((pairs - 1) // columns), 1.1


def half(name: str, second: bool) -> Callable[[Frame], np.ndarray]:
    """Return one array of the queries' hands, or of the keys' (hand, 2)."""

    @reads(name)
    def found(frame: Frame) -> np.ndarray:
        whole = frame.arrays[name]
        return whole[len(whole) // 2 :] if second else whole[: len(whole) // 2]

    return found


ARROWS = tuple(
    Arrows(half("hand_at", bool(k)), half("arms", bool(k)), name, k) for k, name in enumerate(("query", "key"))
)
HANDS = Card(
    "hands",
    hands_title,
    Row(
        (
            Scatter(
                dots,
                ("", ""),
                dims=("dot", "axis"),
                classes=dot_classes,
                sizes=dot_sizes,
                texts=dot_words,
                over=(Trail("dials", place=7, width=1.0), *ARROWS),
                span=dials_shown,
                equal=True,
                scales=False,
                move=turn_to,
                reading=dot_reading,
            ),
            Curves(
                "by_distance",
                "q·k/√d",
                span="fit",
                handle=Handle(distance, "here"),
                click=go_apart,
            ),
        ),
        (1.3, 1.0),
    ),
    name="Query and key as hands of clocks",
    about="Each pair of numbers of a query and a key is turned by place × frequency; their score below, by distance",
    hint="drag a hand: its letter goes to another place · click the curve: they stand so far apart",
    buttons=(Button("Both 40 further", shift_both, "Move query and key together: the score stays"),),
    applies=lambda params: "" if "rotary" in params.schemes else "Choose rotary positions too: their hands turn here.",
    at_first=True,
    weight=3.2,
)

# what is learned


def lanes(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return a metric of each model, with its name."""
    return lambda frame: {f"{kind}/{name}": NAMES[name] for name in frame.params.schemes}


def room_for(values: np.ndarray) -> tuple[float, float]:
    """Return an axis that holds the losses, and bigrams."""
    return min(1.8, float(values.min()) - 0.1), max(3.3, float(values.max()) + 0.1)


LEVELS = tuple(Level(number_of("yardsticks", k), name) for k, name in enumerate(YARDSTICKS))
LOSS = Card(
    "loss",
    "Held out, places 0–31",
    Steps(lanes("test"), "nats", levels=LEVELS),
    about="The held-out loss of each model, and what counting comes to",
    at_first=True,
    weight=2.6,
)
BEYOND = Card(
    "beyond",
    "Beyond the trained length",
    Curves("by_place", "nats", span=room_for, handle=Handle("length", "trained"), levels=LEVELS[1:3]),
    about="The held-out loss by place: right of the line stands what was never trained",
    hint="drag the line: the pieces that are learned from get another length",
    weight=2.6,
)
FAR = Card(
    "far",
    "Held out, places 96–127",
    Steps(lanes("far"), "nats", levels=LEVELS),
    about="The held-out loss far beyond the trained length, at every step",
)

# how alike places are


@reads("similarity")
def alike_words(frame: Frame, k: int, i: int, j: int) -> str:
    """Say how alike two places are."""
    return f"{NAMES[frame.params.schemes[k]]}: places {i} and {j}, {n(frame.arrays['similarity'][k, i, j])}"


SIMILARITY = Card(
    "similarity",
    "How alike place i is to place j",
    Maps("similarity", colours="signed", low=-1.0, high=1.0, reading=alike_words),
    about="What each way says of two places: of a learned table only the trained rows say anything",
)
SINES = Card(
    "sines",
    "The table of sines: number of the vector, place",
    Matrix("sines", colours="signed", low=-1.0, high=1.0, square=False, numbers=False),
    about="Sinusoidal position vectors: each pair of rows is a sine and a cosine of one wavelength",
    weight=1.3,
)


def names(frame: Frame) -> list[str]:
    """Return the models' names (scheme,)."""
    return [NAMES[name] for name in frame.params.schemes]


def column(k: int) -> Callable[[Frame], np.ndarray]:
    """Return a column of changes (scheme,)."""

    @reads("moved", dims=("scheme",))
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays["moved"][:, k]

    return found


BACKWARDS = Card(
    "backwards",
    "Your words, read backwards",
    Table(
        (
            Cell(names, "positions"),
            Cell("forwards", "next"),
            Cell("backwards", "backwards"),
            Cell(column(0), "moves, no mask", right=True, number=lambda v: n(v)),
            Cell(column(1), "causal mask", right=True, number=lambda v: n(v)),
        ),
        dim="scheme",
    ),
    about="What a model makes of your words, and of the same letters backwards: who notices, and through what",
    hint="type your words into their control",
    at_first=True,
    weight=2.2,
)

# words


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "Nothing is learned yet: every symbol is about as likely as any other. Press play."
    said = ", ".join(
        f"{NAMES[name]} {n(frame.metric(f'test/{name}'))} and {n(frame.metric(f'far/{name}'))}"
        for name in frame.params.schemes
    )
    return f"Step {frame.step:,}: held out at places 0–31 and 96–127: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the losses for the transport."""
    if not frame.step:
        return ()
    return [(NAMES[name], n(frame.metric(f"test/{name}"))) for name in frame.params.schemes[:3]]


@reads("scores")
def score_numbers(frame: Frame) -> str:
    """Return the score at these places, and with both further."""
    here, further = frame.arrays["scores"]
    params = frame.params
    return (
        rf"m - n = {params.query_place - params.key_place}: \quad {here:.6f}, \quad 40 \text{{ further}}: {further:.6f}"
    )


VIEW = View(
    cards=(HANDS, BACKWARDS, LOSS, BEYOND, FAR, SIMILARITY, SINES),
    formulas=(
        Formula(
            "Rotary score",
            lambda frame: (
                r"(R_m q)^\top (R_n k) = \sum_i |q_i| |k_i| \cos\left(\varphi_i + (m - n)\,\theta_i / s\right)"
            ),
            score_numbers,
        ),
        Formula(
            "Sinusoidal",
            lambda frame: r"p_{m,2i} = \sin(m\,\theta_i), \quad p_{m,2i+1} = \cos(m\,\theta_i)",
            lambda f: "",
        ),
    ),
    formula_arrays=("scores",),
    summary=summary,
    readings=readings,
)
