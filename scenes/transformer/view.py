"""How it looks: a token's stream and what each part adds to it, the block as a graph, the models as they learn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Bar,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Graph,
    Handle,
    Level,
    Line,
    Maps,
    Matrix,
    Steps,
    Table,
    Tabs,
    Tokens,
    number_of,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.transformer import COSTS, KINDS, MASKS, PARTS, YARDSTICKS


def lane_of(frame: Frame) -> int:
    """Return which model is looked into."""
    return int(frame.params.lane)


def no_stream(params: Any) -> str:
    """Say that a GRU has no stream."""
    return "A GRU has no residual stream: look into another model" if params.shown == "gru" else ""


def cut(frame: Frame, part: int) -> Act | None:
    """Switch a part of the model looked into off or on: 2 · block for attention, one more for feed-forward."""
    layer, at = divmod(part, 2)
    return Act("cut", {"model": lane_of(frame), "layer": layer, "part": PARTS[at]}) if part >= 0 else None


def next_model(frame: Frame) -> Mapping[str, int]:
    """Look into the next model."""
    return {"selected": (lane_of(frame) + 1) % len(frame.params.variants)}


NEXT = Button(lambda frame: f"{KINDS[frame.params.shown]} ›", next_model, "Look into the next model")

# one token's stream


@reads("chosen")
def chosen(frame: Frame) -> int:
    """Return which symbol is followed."""
    return int(frame.arrays["chosen"])


@reads("station", "station_part", "said", "said_p", "true_p", "adds", "next_symbol", "cuts")
def words_beside(frame: Frame) -> list[tuple[str, str]]:
    """Return what stands beside each row: what would be said there, or what the part adds to the right score."""
    arrays, found = frame.arrays, []
    right = str(arrays["next_symbol"])
    for k, part in enumerate(arrays["station_part"].tolist()):
        adds, said = float(arrays["adds"][k]), str(arrays["said"][k])
        if part >= 0:
            off = arrays["cuts"][lane_of(frame), part // 2, part % 2]
            found.append(("off", "warning") if off else ("" if np.isnan(adds) else f"{adds:+.2f} for {right}", "muted"))
        else:
            share, true = float(arrays["said_p"][k]), float(arrays["true_p"][k])
            words = f"{said} {share:.0%}" if said == right else f"{said} {share:.0%}, {right} {true:.0%}"
            found.append((words, "good" if said == right else "text"))
    return found


@reads("station_part")
def switch_row(frame: Frame, row: int) -> Act | None:
    """Switch the part off that a row is added by."""
    return cut(frame, int(frame.arrays["station_part"][row]))


@reads("stream")
def largest(frame: Frame) -> float:
    """Return where the colours end, a power of two."""
    sizes = np.abs(np.nan_to_num(frame.arrays["stream"], posinf=0.0, neginf=0.0))
    return float(2.0 ** np.ceil(np.log2(max(0.5, float(sizes.max(initial=0.0)) / 1.5))))


@reads("stream")
def smallest(frame: Frame) -> float:
    """Return where they begin."""
    return -largest(frame)


@reads("station", "stream", "adds", "next_symbol")
def number_words(frame: Frame, row: int, column: int) -> str:
    """Say what a number is."""
    name, value = str(frame.arrays["station"][row]), float(frame.arrays["stream"][row, column])
    adds = float(frame.arrays["adds"][row])
    more = "" if np.isnan(adds) else f"; all of it adds {adds:+.2f} to the score of “{frame.arrays['next_symbol']}”"
    return f"{name}, number {column + 1}: {n(value)}{more}"


@reads("token", "next_symbol", "chosen")
def stream_title(frame: Frame) -> str:
    """Return which symbol is followed, in which model, and what comes next."""
    symbol, right = frame.arrays["token"][chosen(frame)], frame.arrays["next_symbol"]
    return f"{KINDS[frame.params.shown]}: “{symbol}” on its way; next comes “{right}”"


def own_title(frame: Frame) -> str:
    """Return the same before anything is known."""
    return stream_title(frame) if "token" in frame.arrays else "One token on its way"


STREAM = Card(
    "stream",
    own_title,
    Column(
        (
            Tokens("token", chosen=chosen, click=lambda frame, k: {"place": k + 1}),
            Matrix(
                "stream", colours="signed", low=smallest, high=largest, square=False, numbers=False,
                reading=number_words, beside=words_beside, beside_head="says, right one", row_click=switch_row,
                click=lambda frame, row, column: switch_row(frame, row),
                none="A GRU has no residual stream",
            ),
        ),
        (0, 1),
    ),
    name="One token on its way",
    about="The residual stream of one token, row by row: what each part adds, the sums, and what would be said there",
    hint="click a row that begins with +: that part is switched off, or on again · click a symbol to follow it",
    at_first=True,
    weight=3.0,
    applies=no_stream,
    least=(360, 240),
)  # fmt: skip
LENS = Card(
    "lens",
    "What would be said at every stage",
    Tokens(
        "lens", weights="lens_p", colours="accent", low=0.0, high=1.0, chosen=chosen,
        click=lambda frame, k: {"place": k + 1},
    ),
    about="The logit lens: the stream after each part given to the last norm and the output layer; the stronger the "
    "colour, the likelier what really comes next",
    hint="click a column: that symbol is followed",
    applies=no_stream,
    weight=1.4,
    buttons=(NEXT,),
)  # fmt: skip

# the block


@reads("node", "node_shape", "node_rms")
def node_words(frame: Frame, k: int) -> str:
    """Say what a tensor is."""
    rows, columns = frame.arrays["node_shape"][k].tolist()
    return f"{frame.arrays['node'][k]}: {rows} × {columns}, root mean square {n(float(frame.arrays['node_rms'][k]))}"


@reads("edges", "node_rms", "node_column", dims=("edge",))
def edge_labels(frame: Frame) -> np.ndarray:
    """Return the size of what passes along each edge that leads to the next column (edge,)."""
    sizes, columns = frame.arrays["node_rms"], frame.arrays["node_column"]
    ends = frame.arrays["edges"].tolist()
    return np.array([n(float(sizes[a]), 2) if columns[b] - columns[a] == 1 else "" for a, b in ends])


@reads("edges", "node_part", "cuts", dims=("edge",))
def dashed(frame: Frame) -> np.ndarray:
    """Return the edges along which nothing comes, for the part is off (edge,)."""
    if frame.params.shown == "gru":
        return np.zeros(len(frame.arrays["edges"]), bool)
    off = frame.arrays["cuts"][lane_of(frame), frame.params.block]
    parts = frame.arrays["node_part"][frame.arrays["edges"][:, 0]]
    return (parts >= 0) & off[np.maximum(parts, 0)]


@reads("node_part")
def switch_node(frame: Frame, k: int) -> Act | None:
    """Switch a part off or on."""
    part = int(frame.arrays["node_part"][k])
    return cut(frame, 2 * frame.params.block + part) if part >= 0 else None


@reads("node", "node_column", "node_rms", "node_part")
def column_names(frame: Frame) -> list[str]:
    """Return what stands in each column, and the size of the stream, which comes first."""
    columns, names, found = frame.arrays["node_column"], frame.arrays["node"], []
    for k in np.unique(columns):
        at = np.flatnonzero(columns == k)
        first, *others = names[at].tolist()
        size = f" {n(float(frame.arrays['node_rms'][at[0]]), 2)}" if frame.arrays["node_part"][at[0]] < 0 else ""
        found.append(", ".join([first + size, *others]))
    return found


def block_title(frame: Frame) -> str:
    """Return which block of which model is drawn."""
    return KINDS[frame.params.shown] + ("" if frame.params.shown == "gru" else f": block {frame.params.block + 1}")


BLOCK = Card(
    "block",
    block_title,
    Graph(
        "node", "edges", layers="node_column", layer_names=column_names, thumbnails="node_map", labels=edge_labels,
        edge_dim="edge", held=dashed, reading=node_words, click=switch_node,
    ),
    name="The block",
    about="One block: every tensor as a picture (symbols down, numbers across), beside names and on edges "
    "the root mean square of their numbers",
    hint="click what attention or feed-forward adds: that part is switched off, or on again",
    buttons=(NEXT,),
    at_first=True,
    weight=1.7,
    least=(420, 180),
)  # fmt: skip

# the models


def of_each(what: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each model, by name."""
    return lambda frame: {f"{what}/{kind}": KINDS[kind] for kind in frame.params.variants}


def yardstick(k: int) -> Level:
    """Return the line of one way of counting."""
    return Level(number_of("yardsticks", k), YARDSTICKS[k])


def per_model(of: Callable[[Frame, str], Any]) -> Callable[[Frame], np.ndarray]:
    """Return a column with what is said of each model (model,)."""
    return reads(dims=("model",))(lambda frame: np.array([of(frame, kind) for kind in frame.params.variants]))


@reads("resting", dims=("model",))
def model_names(frame: Frame) -> np.ndarray:
    """Return the models' names, with those that rest."""
    pairs = zip(frame.params.variants, frame.arrays["resting"], strict=True)
    return np.array([KINDS[kind] + (" (ran away)" if rests else "") for kind, rests in pairs])


LOSS = Card(
    "loss",
    "Held-out loss",
    Steps(of_each("test"), "nats a symbol", levels=[yardstick(k) for k in range(4)]),
    about="Loss on the last tenth of the text; lines: what counting single symbols, pairs and triples comes to",
    at_first=True,
    weight=1.7,
)
MODELS = Card(
    "models",
    "The models",
    Table(
        (
            Cell(model_names, "model"),
            Cell("weights", "weights", right=True, number=lambda count: f"{count:,.0f}"),
            Cell(per_model(lambda frame, kind: frame.metric(f"loss/{kind}")), "batch", right=True, number=n),
            Cell(per_model(lambda frame, kind: frame.metric(f"test/{kind}")), "held out", right=True, number=n),
        ),
        dim="model",
        chosen=lane_of,
        click=lambda frame, k: {"selected": k},
    ),
    about="Weights, and the loss on the batch and held out",
    hint="click a model to look into it",
)


def around(losses: np.ndarray) -> tuple[float, float]:
    """Return an axis with counting's bigrams and trigrams and all finite losses up to 5."""
    known = losses[np.isfinite(losses) & (losses < 5.0)]
    return min(1.7, known.min(initial=1.7) - 0.1), max(2.6, known.max(initial=2.6) + 0.1)


PLACES = Card(
    "places",
    "Loss at each place of the pieces",
    Curves("place_loss", "nats a symbol", ("model", "where"), span=around, strong=lane_of,
           levels=(yardstick(2), yardstick(3))),
    about="Held-out loss against how much stands before: the more a model reads from afar, the more its curve falls",
    ask=Ask("places", ("place_at", "place_loss"),
            lambda frame: (frame.step // 20, cut_key(frame), frame.params.variants), busy="reading …"),
)  # fmt: skip


def cut_key(frame: Frame) -> object:
    """Return what is switched off, to ask again when it changes."""
    cuts = frame.arrays.get("cuts")
    return None if cuts is None else cuts.tobytes()


WITHOUT = Card(
    "without",
    lambda frame: f"{KINDS[frame.params.shown]}: each part switched off, untrained",
    Table(
        (
            Cell(reads("without_name")(lambda frame: frame.arrays["without_name"]), ""),
            Bar("without_loss", "nats a symbol held out", number=n),
        ),
        dim="without",
    ),
    name="Each part switched off",
    about="The finished model read with one part's sums at 0: not the same as a model that never had it",
    buttons=(NEXT,),
    ask=Ask("without", ("without_name", "without_loss"),
            lambda frame: (frame.step // 20, frame.params.lane, cut_key(frame), frame.params.variants),
            lambda frame: {"model": lane_of(frame)}, busy="switching off one after another …"),
)  # fmt: skip

# masks and costs


@reads("mask")
def mask_words(frame: Frame, which: int, reader: int, read: int) -> str:
    """Say whether a token reads another."""
    names = [f"source {k}" for k in range(1, 7)] + [f"target {k}" for k in range(1, 7)]
    may = "reads" if frame.arrays["mask"][which, reader, read] else "does not read"
    return f"{MASKS[which]}: {names[reader]} {may} {names[read]}"


MASK = Card(
    "masks",
    "Who may read whom",
    Maps(
        "mask", colours="accent", low=0.0, high=1.3, columns=4, reading=mask_words,
        captions=lambda frame: ("all read all", "what stands before", "target reads source", "source whole"),
        headings=lambda frame: MASKS,
    ),
    about="Rows read from columns: six tokens of a source, then six of a target",
)  # fmt: skip


def from_one(counts: np.ndarray) -> tuple[float, float]:
    """Return an axis over counts, those of 0 apart."""
    return 0.7 * float(counts[counts > 0].min(initial=1e9)), 1.5 * float(counts.max(initial=1.0))


def cost_title(frame: Frame) -> str:
    """Say where attention costs as much as feed-forward."""
    d = frame.params.width
    return f"Attention costs as much as feed-forward at T = 2d = {2 * d}"


def row_of(name: str, k: int, dim: str, add: Collection[int] = ()) -> Callable[[Frame], np.ndarray]:
    """Return one part's row of counts, or the sum of several."""
    return reads(name, dims=(dim,))(lambda frame: frame.arrays[name][[k, *add]].sum(0))


def share(name: str) -> Callable[[Frame], np.ndarray]:
    """Return counts as shares of their sum (cost,)."""
    return reads(name, dims=("cost",))(lambda frame: frame.arrays[name] / max(1, frame.arrays[name].sum()))


COST = Card(
    "cost",
    cost_title,
    Column(
        (
            Tabs(
                {
                    "Length": Curves(
                        (
                            Line(row_of("adds_by_length", 1, "cost length", (2,)), "attention", 0),
                            Line(row_of("adds_by_length", 2, "cost length"), "its scores and sums", 1, dashed=True),
                            Line(row_of("adds_by_length", 3, "cost length"), "feed-forward", 2),
                        ),
                        "multiply–adds", log=True, span="fit", handle=Handle("tokens", "T"),
                    ),
                    "Width": Curves("weights_by_width", "weights", log=True, span=from_one,
                                    handle=Handle(lambda frame: frame.params.width, "d")),
                    "Depth": Curves("weights_by_depth", "weights", log=True, span=from_one,
                                    handle=Handle(lambda frame: frame.params.layers, "blocks")),
                }
            ),
            Table(
                (
                    Cell(reads("cost_weights")(lambda frame: list(COSTS)), "part"),
                    Cell("cost_weights", "weights", right=True, number=lambda count: f"{count:,.0f}"),
                    Bar(share("cost_weights"), "share", span=1.0, number=lambda p: f"{p:.0%}"),
                    Cell("cost_adds", "multiply–adds a token", right=True, number=lambda count: f"{count:,.0f}"),
                    Bar(share("cost_adds"), "share", span=1.0, number=lambda p: f"{p:.0%}", place=1),
                ),
                dim="cost",
            ),
        ),
        (3, 2),
    ),
    name="What each part costs",
    about="Weights, and multiplications for one token, of the whole model of this size",
    hint="drag the line of T",
    weight=1.6,
)  # fmt: skip

# words


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "No step has been made yet: what is said is hardly more than chance."
    said = ", ".join(f"{words} {n(frame.metric(name))}" for name, words in of_each("test")(frame).items())
    return f"Step {frame.step:,}: nats a symbol held out: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the held-out losses of the first two models."""
    pairs = list(of_each("test")(frame).items())[:2]
    return [(words, n(frame.metric(name))) for name, words in pairs] if frame.step else ()


def whole_numbers(frame: Frame) -> str:
    """Return what the parts add to the right score."""
    adds = frame.arrays.get("adds")
    if adds is None or not np.isfinite(adds).any():
        return ""
    return " ".join(f"{value:+.2f}" for value in adds[np.isfinite(adds)].tolist())


VIEW = View(
    cards=(STREAM, BLOCK, LOSS, LENS, MODELS, WITHOUT, PLACES, MASK, COST),
    formulas=(
        Formula("Block", lambda frame: r"x \leftarrow x + \mathrm{Attention}(\mathrm{LN}(x)), \quad "
                r"x \leftarrow x + \mathrm{FFN}(\mathrm{LN}(x))", lambda frame: ""),
        Formula("What each adds to the right score", lambda frame: r"z = \sum_k a_k \cdot \tfrac{\gamma}{\sigma} w",
                whole_numbers),
    ),
    arrays=("cuts",),
    formula_arrays=("adds",),
    summary=summary,
    readings=readings,
)  # fmt: skip
