"""How it looks: what each network says and where attention reads, with a digit to change; shares right; the beam."""

from collections.abc import Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Bar,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Graph,
    Handle,
    Links,
    Steps,
    Table,
    Tokens,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.seq2seq import LANES, spells


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.0%}" if np.isfinite(value) else "–"


def short(value: float) -> str:
    """Return a number with two digits."""
    return n(value, 2) if np.isfinite(value) else "–"


# what is said of the string


@reads("wanted", "said", dims=("line", "output"))
def lines(frame: Frame) -> np.ndarray:
    """Return what should be said, and what each network says (line, output)."""
    return np.concatenate([frame.arrays["wanted"][None], frame.arrays["said"]])


@reads("wanted", "said", "chance", dims=("line", "output"))
def shades(frame: Frame) -> np.ndarray:
    """Return how sure each network is, below 0 (blue) where it is right (line, output)."""
    right = frame.arrays["said"] == frame.arrays["wanted"]
    signed = np.where(right, -1.0, 1.0) * (0.25 + 0.75 * frame.arrays["chance"])
    return np.concatenate([np.full((1, right.shape[1]), np.nan), signed])


def change(frame: Frame, output: int) -> Mapping[str, int] | None:
    """Feed another digit on at a place; at the place that is changed already, the next one."""
    if not spells(frame.params.task) or output >= frame.params.longest - 1 or "wanted" not in frame.arrays:
        return None
    before = frame.params.digit if frame.params.place == output + 1 else int(frame.arrays["wanted"][output]) + 4
    return {"place": output + 1, "digit": (before + 1) % 10}


def move_change(frame: Frame, place: float) -> Mapping[str, int]:
    """Feed another digit on at another place."""
    return {"place": int(np.clip(round(place), 0, frame.params.longest - 1))}


def undo(frame: Frame) -> Mapping[str, int] | None:
    """Change nothing."""
    return {"place": 0} if frame.params.place else None


def changed(frame: Frame) -> int | None:
    """Return the place that is changed."""
    return frame.params.place - 1 if 0 < frame.params.place < frame.params.longest else None


@reads("wanted", "said", "chance")
def said_words(frame: Frame, output: int) -> str:
    """Say what each network says at a place."""
    each = (
        f"{LANES[lane]} “{frame.arrays['said'][k, output]}” ({n(frame.arrays['chance'][k, output])})"
        for k, lane in enumerate(frame.params.lanes)
    )
    given = ", fed on by hand" if output == changed(frame) else ""
    return f"place {output + 1}: “{frame.arrays['wanted'][output]}” is right; {', '.join(each)}{given}"


def attends(frame: Frame) -> bool:
    """Return whether a network with attention is there."""
    return "attention" in frame.params.lanes


@reads("alignment", dims=("output", "source"))
def weights(frame: Frame) -> np.ndarray:
    """Return the attention's weights (output, source), none without attention."""
    return np.asarray(frame.arrays["alignment"]) if attends(frame) else np.zeros((0, 0))


@reads("said", dims=("output",))
def reader(frame: Frame) -> np.ndarray:
    """Return what the network with attention says (output,)."""
    lane = frame.params.lanes.index("attention") if attends(frame) else 0
    return np.asarray(frame.arrays["said"][lane])


@reads("alignment", "source_word", "said")
def weight_words(frame: Frame, output: int, source: int) -> str:
    """Say how much of a place is read."""
    share, read = frame.arrays["alignment"][output, source], frame.arrays["source_word"][source]
    return f"before “{reader(frame)[output]}” is said, {percent(share)} of what is read is the state after “{read}”"


SAID = Card(
    "hero",
    "What is said, and where attention reads",
    Column(
        (
            Tokens(lines, weights=shades, colours="signed", low=-1.0, high=1.0, reading=said_words, click=change,
                   chosen=changed),
            Links(weights, reader, "source_word", reading=weight_words, click=change, chosen=changed, upright=False,
                  none="One vector: the decoder reads nothing else of the string"),
        ),
        weights=(1.0, 2.6),
    ),
    about="Above what each network says: blue is right, orange is wrong; below, lines from each symbol that is said "
    "to the digits whose states are read for it",
    hint="click what is said to feed another digit on; type a string",
    buttons=(Button("Undo the change", undo, "Feed on what is said"),),
    at_first=True,
    weight=3.0,
    least=(420, 260),
)  # fmt: skip

# other strings


def of_lanes(what: str, frame: Frame) -> Mapping[str, str]:
    """Return a metric for each network."""
    return {f"{what}/{lane}": LANES[lane] for lane in frame.params.lanes}


FREE = Card(
    "free",
    "Symbols right in other strings",
    Steps(lambda frame: of_lanes("free", frame), "share right"),
    about="The decoder is fed what it has said itself",
    at_first=True,
)
WHOLE = Card(
    "whole",
    "Whole strings right",
    Steps(lambda frame: of_lanes("whole", frame), "share right"),
    about="Of 32 other strings, those right from the first symbol to the end",
)
LOSS = Card(
    "loss",
    "Loss at every step",
    Steps(lambda frame: of_lanes("loss", frame), "cross-entropy in nats", log=True),
    about="The decoder is fed the truth, as far as it is forced",
)
POSITIONS = Card(
    "positions",
    "Right at each place",
    Column(
        (
            Curves("free_right", "free", dots=True, span=(0.0, 1.02), click=lambda frame, k: move_change(frame, k + 1),
                   handle=Handle(lambda frame: frame.params.place, lambda frame: "changed" if changed(frame) else "",
                                 move=move_change)),
            Curves("forced_right", "forced", dots=True, span=(0.0, 1.02)),
        )
    ),
    about="The share of 128 other strings right at each place. Free: fed what was said, at the changed place a wrong "
    "digit; forced: fed the truth",
    hint="click a place, or drag the line: there every string is fed a wrong digit",
    at_first=True,
    least=(240, 200),
)  # fmt: skip
LENGTHS = Card(
    "lengths",
    "Strings of other lengths",
    Curves("by_length", "digits right", dots=True, span=(0.0, 1.02)),
    about="The share of digits right in strings of 1 to 16 digits; trained was one length alone",
    applies=lambda params: "" if spells(params.task) else "Choose reverse or copy",
)

# searches


@reads("node", "node_chance", dims=("node",))
def node_names(frame: Frame) -> list[str]:
    """Return the last symbol of each beginning with its probability (node,)."""
    both = zip(frame.arrays["node"], frame.arrays["node_chance"], strict=True)
    return [f"{symbol} {chance:.2f}" for symbol, chance in both]


@reads("node", "node_chance", "branch")
def node_words(frame: Frame, node: int) -> str:
    """Say how probable a beginning is."""
    parents = dict(frame.arrays["branch"][:, ::-1].tolist())
    said: list[str] = []
    at = node
    while at in parents:
        said.insert(0, str(frame.arrays["node"][at]))
        at = parents[at]
    return f"“{' '.join(said) or 'start'}”: P = {n(frame.arrays['node_chance'][node])}"


def searched(frame: Frame) -> str:
    """Return what the network is called whose answers are searched."""
    return LANES[frame.params.lanes[frame.params.shown]]


@reads(dims=("search",))
def search_names(frame: Frame) -> list[str]:
    """Return what the searches are called (search,)."""
    return ["greedy", f"beam of {frame.params.beam}", "likeliest of all"]


def other_network(frame: Frame) -> Mapping[str, int] | None:
    """Search the other network."""
    return {"selected": 1 - frame.params.shown} if len(frame.params.lanes) > 1 else None


BEAM = Card(
    "beam",
    lambda frame: f"Beam of {frame.params.beam}: {searched(frame)}",
    Column(
        (
            Graph(node_names, "branch", layers="node_layer", lit="node_best", reading=node_words),
            Table(
                (Cell(search_names, "search"), Cell("answer", "answer"),
                 Bar("answer_chance", "P", span=1.0, number=short),
                 Cell("answer_score", "ln P ÷ lengthᵅ", right=True, number=short),
                 Cell("answer_true", "P in the task", right=True, number=short)),
                "search", most=30.0,
            ),
        ),
        weights=(1.6, 1.0),
    ),
    name="Beam search",
    about="The beginnings that are kept at each step, bright those of the answer; below, three searches",
    hint="point at a beginning",
    buttons=(Button("The other network", other_network, "Search the answers of the other network"),),
    weight=2.0,
    least=(420, 260),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{LANES[lane]} {frame.metric(f'free/{lane}'):.0%}" for lane in frame.params.lanes)
    return f"Step {frame.step}. Symbols right in other strings: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the networks' shares."""
    return [(LANES[lane], percent(frame.metric(f"free/{lane}"))) for lane in frame.params.lanes] if frame.step else ()


def context(frame: Frame) -> str:
    """Return what the decoder's next symbol is made of."""
    return r"\alpha_{ti} = \mathrm{softmax}_i(s_t \cdot h_i), \quad c_t = \sum_i \alpha_{ti} h_i"


VIEW = View(
    cards=(SAID, FREE, POSITIONS, BEAM, LENGTHS, WHOLE, LOSS),
    formulas=(
        Formula("One vector", lambda frame: r"s_0 = h_T, \quad s_t = \mathrm{GRU}(y_{t-1}, s_{t-1})", lambda frame: ""),
        Formula("Attention", context, lambda frame: ""),
        Formula("Answer", lambda frame: r"\ln P(y) = \sum_t \ln P(y_t \mid y_{<t}, x)", lambda frame: ""),
    ),
    summary=summary,
    readings=readings,
)
