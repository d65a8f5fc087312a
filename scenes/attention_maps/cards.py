"""The cards of attention maps: the large map, all heads, lines, curves, tables, the race."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Band,
    Bar,
    Bars,
    Card,
    Cell,
    Curves,
    Line,
    Links,
    Maps,
    Matrix,
    Row,
    Steps,
    Table,
    reads,
)
from explainer.contract.cards.bindings import MISSING
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.attention_maps.moment import NEEDED, SHORT, Moment, agreeing, effect, kept_words
from explainer.scenes.attention_maps.names import PATTERNS

DRAWN_INTO = 64
"""Longer maps are not drawn into."""
LOSS, TOKENS, SEQUENCES = 0, 2, 5
"""Places in the palette."""

# the large map, and the same as lines


@reads(*NEEDED, dims=("query", "key"))
def shown(frame: Frame) -> Any:
    """Return the map on show, without the tokens that are left out."""
    moment = Moment.of(frame)
    return MISSING if moment is None else moment.values


@reads(*NEEDED)
def map_title(frame: Frame) -> str:
    """Return what the large map is and shows."""
    moment = Moment.of(frame)
    if moment is None:
        return "Who reads from whom"
    shows = "weights α, rows add up to 1" if moment.measure == "weights" else "‖α·v·W_O‖, what reading adds"
    off = moment.params.shows == "head" and not moment["head_on"][moment.place[0] - 1, moment.place[1] - 1]
    shows = "α without special tokens" if len(moment.kept) < len(moment.words) and "α," in shows else shows
    return f"{moment.name} · {'switched off' if off else shows}"


@reads(*NEEDED)
def full_colour(frame: Frame) -> float:
    """Return what the strongest colour stands for."""
    moment = Moment.of(frame)
    return 1.0 if moment is None else moment.full_shade


@reads(*NEEDED)
def map_words(frame: Frame) -> str:
    """Return how the reader's drawing fares, or how much of a real model's weight goes to special tokens."""
    moment = Moment.of(frame)
    if moment is None:
        return ""
    if not moment.trained:
        measure = "weight" if moment.measure == "weights" else "contribution"
        share = f"{moment.special_share:.0%} of the {measure} goes to special tokens"
        return " · ".join(
            [*([share] if moment["special"].any() else []), f"largest {number_text(float(moment.values.max()))}"]
        )
    right, drawn = agreeing(frame.params.sketch, moment["shown"])
    return f"Your drawing: {right} of {drawn} rows read most from where you drew" if drawn else ""


@reads(*NEEDED)
def cell_words(frame: Frame, row: int, column: int) -> str:
    """Return what a cell says."""
    moment = Moment.of(frame)
    if moment is None:
        return ""
    value = float(moment.values[row, column])
    query, key = (f"“{moment.words[token]}” ({token + 1})" for token in (moment.kept[row], moment.kept[column]))
    return f"{query} reads from {key}: {value:.3f}"


@reads(*NEEDED)
def answers(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return what the network says at each token, and what is asked where that is something else."""
    moment = Moment.of(frame)
    if moment is None or not moment.trained:
        return ()
    pairs = zip(moment["target"].tolist(), moment["answer"].tolist(), strict=True)
    words = [("", "") if not a else (f"{s} ✓", "good") if a == s else (f"{s}, not {a}", "danger") for a, s in pairs]
    return words if any(said for said, _ in words) else ()


@reads(*NEEDED)
def drawn(frame: Frame) -> Collection[tuple[int, int]]:
    """Return the cells that the reader has drawn."""
    moment = Moment.of(frame)
    if moment is None or not moment.trained:
        return ()
    return [(row, int(key)) for row, key in enumerate(frame.params.sketch[: len(moment.words)]) if key >= 0]


@reads(*NEEDED)
def draw(frame: Frame, cells: Sequence[tuple[int, int]]) -> Mapping[str, Any] | None:
    """Return the drawing with these cells; the only one is erased that was there. A real model's row is chosen."""
    moment = Moment.of(frame)
    if moment is None:
        return None
    if not moment.trained or len(moment.words) > DRAWN_INTO:
        return choose(frame, cells[-1][0])
    sketch = {row: int(key) for row, key in enumerate(frame.params.sketch) if key >= 0}
    if len(cells) == 1 and sketch.get(cells[0][0]) == cells[0][1]:
        del sketch[cells[0][0]]
    else:
        sketch |= dict(cells)
    return {"sketch": tuple(float(sketch.get(row, -1)) for row in range(max(sketch, default=-1) + 1))}


@reads(*NEEDED)
def choose(frame: Frame, row: int) -> Mapping[str, Any] | None:
    """Choose the token of a row."""
    moment = Moment.of(frame)
    return None if moment is None else {"query": int(moment.kept[row]) + 1}


@reads(*NEEDED)
def chosen(frame: Frame) -> int | None:
    """Return the row of the chosen token, None where none was."""
    moment = Moment.of(frame)
    if moment is None or not frame.params.query or moment.query not in moment.kept:
        return None
    return moment.kept.tolist().index(moment.query)


MAP = Card(
    "map",
    map_title,
    Matrix(
        shown,
        colours="accent",
        low=0.0,
        high=full_colour,
        caption=map_words,
        reading=cell_words,
        stroke=draw,
        row_click=choose,
        framed=drawn,
        beside=answers,
        beside_head="and says",
    ),
    name="One head as a matrix",
    about="One head as a matrix: a row for each token, a column for each token it reads from",
    hint="drag: draw what you expect",
    at_first=True,
    weight=2.2,
)


@reads(*NEEDED)
def lines_title(frame: Frame) -> str:
    """Return what is shown as lines."""
    moment = Moment.of(frame)
    return "The same map as lines" if moment is None else f"{moment.name} as lines"


LINES = Card(
    "lines",
    lines_title,
    Links(
        shown, kept_words, kept_words, ("this token", "it reads from"), chosen=chosen, click=choose, reading=cell_words
    ),
    name="One head as lines",
    about="Each weight as a line from the token that reads to the token it reads from",
    hint="click a token to choose it",
    weight=2.0,
)

# all heads


def counted(number: int, name: str) -> str:
    """Return a number of things in words."""
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


@reads("head_on")
def heads_title(frame: Frame) -> str:
    """Return how many heads there are."""
    layers, heads = frame.arrays["head_on"].shape
    return f"All heads · {counted(layers, 'layer')} of {counted(heads, 'head')}"


@reads("head_on", "held_out", "cosine")
def heads_words(frame: Frame) -> str:
    """Return what the heads that are off change."""
    off = int((frame.arrays["head_on"] == 0).sum())
    return (effect(frame) or f"{off} off") if off else ""


@reads("head_on")
def off(frame: Frame) -> np.ndarray:
    """Return which heads are off."""
    return frame.arrays["head_on"] == 0


@reads("head_on")
def head_now(frame: Frame) -> int:
    """Return the number of the head on show."""
    layers, heads = frame.arrays["head_on"].shape
    return (min(frame.params.layer, layers) - 1) * heads + min(frame.params.head, heads) - 1


@reads("head_on")
def place_of(frame: Frame, number: int) -> Mapping[str, int]:
    """Return layer and head of a head's number, counted from 1."""
    layer, head = divmod(number, frame.arrays["head_on"].shape[1])
    return {"layer": layer + 1, "head": head + 1}


@reads("head_on")
def show(frame: Frame, number: int) -> Mapping[str, Any]:
    """Show a head large."""
    return {**place_of(frame, number), "shows": "head"}


@reads("head_on")
def head_names(frame: Frame) -> np.ndarray:
    """Return what every head is called."""
    layers, heads = frame.arrays["head_on"].shape
    return np.array([f"L{layer + 1}·H{head + 1}" for layer in range(layers) for head in range(heads)])


@reads("tokens")
def against_one(frame: Frame) -> bool:
    """Return whether all maps are shown against 1: the weights of a short text."""
    return frame.params.measure == "weights" and len(frame.arrays["tokens"]) <= SHORT


HEADS = Card(
    "heads",
    heads_title,
    Maps(
        "overview",
        colours="accent",
        low=0.0,
        high=reads("tokens")(lambda frame: 1.0 if against_one(frame) else None),
        scale=reads("tokens")(lambda frame: "common" if against_one(frame) else "own"),
        dimmed=off,
        chosen=head_now,
        click=show,
        switch=lambda frame, number: Act("switch_head", place_of(frame, number)),
        row_names=reads("head_on")(lambda frame: [f"L{k + 1}" for k in range(len(frame.arrays["head_on"]))]),
        caption=heads_words,
    ),
    name="All heads",
    about="Every layer × head at a glance; click to enlarge one, click its dot to switch it off",
    hint="click a map to see it large, its dot to switch it off",
    weight=2.0,
)

# what heads are worth, and what they look like


def worth_of(measure: int) -> Callable[[Frame], Any]:
    """Return the worth of every head by one measure; none where it was not found out."""

    @reads("importance", dims=("any head",))
    def worth(frame: Frame) -> np.ndarray | None:
        found = frame.arrays["importance"]
        return found[measure].reshape(-1) if np.isfinite(found).all() else None

    return worth


@reads("importance")
def by_ablation(frame: Frame) -> Sequence[int]:
    """Return the heads, those first that matter most by ablation."""
    order: list[int] = np.argsort(-frame.arrays["importance"][1], axis=None, kind="stable").tolist()
    return order


def measured_in(trained: str, real: str) -> Callable[[Frame], str]:
    """Return the words for a model that is trained, and for one that is there."""
    return lambda frame: trained if frame.params.model == "trained" else real


IMPORTANCE = Card(
    "importance",
    "What each head is worth",
    Table(
        (
            Cell(head_names),
            Bar(worth_of(0), measured_in("|∂loss/∂gate|", "by gradient")),
            Bar(worth_of(1), measured_in("loss it saves", "by leaving it out"), place=1),
        ),
        dim="any head",
        order=by_ablation,
        click=show,
        most=34.0,
        none="The text is too long to try every head: give at most 48 word pieces.",
    ),
    about="By gradient and by ablation, side by side",
    hint="click to see a head large",
    weight=1.4,
)


def heads_like(pattern: int) -> Table:
    """Return the heads in the order of how much they look like a pattern."""

    @reads("pattern_score", dims=("any head",))
    def scores(frame: Frame) -> np.ndarray:
        return frame.arrays["pattern_score"][pattern].reshape(-1)

    @reads("pattern_score")
    def likest_first(frame: Frame) -> Sequence[int]:
        order: list[int] = np.argsort(-scores(frame), kind="stable").tolist()
        return order

    columns = (Cell(head_names), Bar(scores, PATTERNS[pattern], span=1.0, number="{:.2f}".format))
    return Table(columns, dim="any head", order=likest_first, click=show)


SEARCH = Card(
    "search",
    "Heads that read the …",
    Row([heads_like(pattern) for pattern in range(len(PATTERNS))]),
    about="For each pattern the heads that look most like it: the mean weight on what it says, where there is one",
    hint="click to see a head large",
    weight=1.4,
)

# the next token


@reads(*NEEDED, "next_symbol")
def next_title(frame: Frame) -> str:
    """Return at which token it is said, and at which temperature."""
    moment = Moment.of(frame)
    if moment is None or not len(frame.arrays["next_symbol"]):
        return "Next token"
    heat = number_text(frame.params.temperature, 2)
    return f"What it says at “{moment.words[moment.query]}” ({moment.query + 1}) · T = {heat}"


def asked(frame: Frame, place: int) -> bool:
    """Return whether a candidate is what is asked for."""
    moment = Moment.of(frame)
    return moment is not None and str(frame.arrays["next_symbol"][place]) == str(moment["target"][moment.query])


@reads(*NEEDED, "next_symbol", dims=("candidate",))
def symbols(frame: Frame) -> np.ndarray:
    """Return the candidates; the one that is asked for has a tick."""
    found = frame.arrays["next_symbol"].tolist()
    return np.array([f"{word} ✓" if asked(frame, place) else word for place, word in enumerate(found)], str)


@reads("next_probability", "next_drawn", dims=("candidate",))
def chances(frame: Frame) -> np.ndarray:
    """Return the probabilities; NaN for what can never be drawn."""
    return np.where(frame.arrays["next_drawn"] > 0, frame.arrays["next_probability"], np.nan)


@reads(*NEEDED, "next_symbol", "next_drawn")
def symbol_shade(frame: Frame, place: int) -> str:
    """Return a candidate's colour."""
    return "good" if asked(frame, place) else "text" if frame.arrays["next_drawn"][place] else "faint"


@reads(*NEEDED, "next_symbol")
def bar_shade(frame: Frame, place: int) -> str:
    """Return the colour of a candidate's bar."""
    return "good" if asked(frame, place) else "accent"


def drawn_from(frame: Frame) -> str:
    """Return how the probabilities come about."""
    params = frame.params
    parts = ["softmax of logit ÷ T", *([f"top {params.top_k}"] if params.top_k else [])]
    return ", ".join([*parts, *([f"top {params.top_p:.0%}"] if params.top_p < 1 else [])])


def chance_text(chance: float) -> str:
    """Return a probability in words: what can happen is never 0."""
    return "never" if np.isnan(chance) else f"{chance:.1%}" if chance >= 0.0005 else "< 0.1%"


NEXT = Card(
    "next",
    next_title,
    Table(
        (
            Cell(symbols, "symbol", width=84, token=symbol_shade),
            Cell("next_logit", "logit", right=True, width=56, number=lambda z: f"{z:.2f}".replace("-", "−")),
            Bar(chances, drawn_from, span=1.0, number=chance_text, token=bar_shade),
        ),
        dim="candidate",
        none="This model is an encoder: it says no next token.",
    ),
    name="Next symbol",
    about="Scores and probabilities of the likeliest symbols, with temperature, top-k and top-p",
    weight=1.6,
)

# the residual stream


def norms(of: Callable[[np.ndarray], np.ndarray]) -> Callable[[Frame], Any]:
    """Return what is made of the tokens' lengths at each place of the stream."""
    return reads("residual_norm", dims=("layer + 1",))(lambda frame: of(frame.arrays["residual_norm"]))


@reads(*NEEDED, "residual_norm", dims=("layer + 1",))
def own_norms(frame: Frame) -> Any:
    """Return the lengths of the chosen token."""
    moment, found = Moment.of(frame), frame.arrays["residual_norm"]
    return MISSING if moment is None or found.shape[1] != len(moment.words) else found[:, moment.query]


@reads(*NEEDED)
def own_name(frame: Frame) -> str:
    """Return what the chosen token is called."""
    moment = Moment.of(frame)
    return "" if moment is None else f"“{moment.words[moment.query]}” ({moment.query + 1})"


RESIDUAL = Card(
    "residual",
    "Length of the residual stream",
    Curves(
        (
            Line(norms(lambda found: found.mean(1)), "mean of the tokens"),
            Line(own_norms, own_name, 1, dashed=True),
        ),
        "length",
        ("layer + 1",),
        bands=(Band(norms(lambda found: found.min(1)), norms(lambda found: found.max(1))),),
        dots=True,
    ),
    about="The norm of each token's vector before the first layer and after each: mean, and from the least to the most",
)

# how well it learns


def untrained(params: Any) -> str:
    """Return why a real model has no curves."""
    return "" if params.model == "trained" else "A real model is not trained here: it has learned already."


CURVES = Card(
    "curves",
    "Loss, and the share that is right",
    Row(
        (
            Steps({"loss": "loss"}, "loss", log=True, places=lambda frame: (LOSS,)),
            Steps(
                {"accuracy": "tokens", "accuracy/sequence": "sequences"},
                "share right",
                places=lambda frame: (TOKENS, SEQUENCES),
            ),
        ),
        (4, 5),
    ),
    about="Loss and accuracy against the step; drag the cursor to go to a step",
    at_first=True,
    applies=untrained,
)


@reads("position_accuracy")
def positions_title(frame: Frame) -> str:
    """Return the mean over the positions at which something is asked."""
    shares = frame.arrays["position_accuracy"]
    mean = f" · {np.nanmean(shares):.1%}" if np.isfinite(shares).any() else ""
    return f"Right at each position{mean}"


@reads("position_accuracy")
def position_words(frame: Frame, place: int) -> str:
    """Return the share that is right at a position."""
    share = float(frame.arrays["position_accuracy"][place])
    said = "nothing is asked" if np.isnan(share) else f"{share:.1%} right"
    return f"position {place + 1}: {said}"


POSITIONS = Card(
    "positions",
    positions_title,
    Bars(
        "position_accuracy",
        "share right",
        ("position",),
        span=(0.0, 1.08),
        number=lambda share: "" if np.isnan(share) else f"{share:.0%}",
        reading=position_words,
        place=LOSS,
    ),
    name="Accuracy by position",
    about="Share of 128 held-out sequences that are right at each token",
    applies=lambda params: "" if params.model == "trained" else "A real model has no targets here.",
)

# against a recurrent network


@reads("race_length", "race_time")
def race_words(frame: Frame, at: int) -> str:
    """Return steps and times at a length."""
    length, (recurrent, block) = int(frame.arrays["race_length"][at]), frame.arrays["race_time"][:, at].tolist()
    return (
        f"At length {length} a GRU takes {length} steps in turn, {number_text(recurrent)} ms; "
        f"a block of attention 1, {number_text(block)} ms."
    )


RACE = Card(
    "race",
    "Against a recurrent network",
    Curves("race_time", "milliseconds", ("racer", "race length"), log=True, span="fit", dots=True, reading=race_words),
    about="Steps in turn and time of a GRU and of a block of attention, lengths 16 to 1024, measured here",
    ask=Ask(
        "race",
        ("race_length", "race_time"),
        lambda frame: "race",
        busy="Measuring a GRU and a block of attention, one length after the other …",
        parts=True,
    ),
    weight=1.4,
)
