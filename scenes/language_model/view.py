"""How it looks: the text as it is written, what comes next, and what the model has learned by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Bar,
    Bars,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Level,
    Line,
    Matrix,
    Row,
    Seek,
    Steps,
    Table,
    Tabs,
    Text,
    Tokens,
    number_of,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.refused import one_line
from explainer.contract.view import Files, View
from explainer.scenes.language_model import BREAK, YARDSTICKS

PAGES = (10, 30, 100, 300, 1_000, 2_000, 4_000, 10_000)
"""Steps of which a line of what was written is shown."""
FEWEST = 2_000
"""A pasted text of so many characters is learned; a shorter one is a prompt."""


def percent(p: float) -> str:
    """Return a probability; what can be drawn is never 0."""
    return "never" if p == 0 else f"{p:.1%}" if p >= 0.0005 else "< 0.1%"


# the text and what comes next


@reads("looked_at")
def looked_at(frame: Frame) -> int | None:
    """Return the chosen piece; none for the next one."""
    return int(frame.arrays["looked_at"]) if frame.params.place else None


@reads("written", "surprises")
def piece_words(frame: Frame, k: int) -> str:
    """Say how surprising a symbol was."""
    symbol, surprise = str(frame.arrays["written"][k]), float(frame.arrays["surprises"][k])
    shown = symbol.replace("\n", BREAK).replace(" ", "␣")
    if np.isnan(surprise):
        return f"“{shown}”: given"
    return f"“{shown}”: the model gave it {percent(float(np.exp(-surprise)))}, −log p = {n(surprise)}"


@reads("hidden")
def look_there(frame: Frame, k: int) -> Mapping[str, Any]:
    """Look at what else could have stood there; at the next symbol again, where it is chosen already."""
    place = int(frame.arrays["hidden"]) + k + 1
    return {"place": 0 if place == frame.params.place else place}


def pasted(frame: Frame, words: str) -> Mapping[str, Any]:
    """Learn a long text; begin with a short one."""
    line = words.replace("\r\n", BREAK).replace("\n", BREAK)
    if len(line) >= FEWEST:
        return {"source": "pasted", "pasted": line}
    return {"prompt": line}


@reads("next_number")
def choose(frame: Frame, k: int) -> Sequence[Any]:
    """Write a candidate at the chosen place; the text goes on from there."""
    place = frame.params.place
    return [Act("choose", {"place": place, "symbol": int(frame.arrays["next_number"][k])}), {"place": 0}]


@reads("next_symbol", "next_score", "next_own", "next_drawn")
def candidate_words(frame: Frame, k: int) -> str:
    """Say how a probability comes about."""
    symbol, z, own, p = (frame.arrays[f"next_{name}"][k] for name in ("symbol", "score", "own", "drawn"))
    return f"“{symbol}”: score {n(z)}, softmax {percent(own)}, drawn with {percent(p)} · click to write it"


def next_label(frame: Frame) -> str:
    """Return whose distribution it is."""
    return f"p at place {frame.params.place}" if frame.params.place else "p of what comes next"


def room_for(values: np.ndarray) -> tuple[float, float]:
    """Return an axis that seldom moves: to a quarter, to a half, or to 1."""
    largest = float(values.max(initial=0.0))
    return 0.0, next(top for top in (0.25, 0.5, 1.0) if largest <= top or top == 1.0)


def page_title(frame: Frame) -> str:
    """Return how far the training is."""
    if not frame.step:
        return "It writes before it has learned anything"
    trained = frame.step if frame.params.train else None
    if trained is None:
        return "It only writes"
    return f"It writes after {min(trained, frame.params.length):,} updates"


WRITE = Card(
    "write",
    page_title,
    Column(
        (
            Text(
                "written",
                "surprises",
                colours="accent",
                low=0.0,
                high=8.0,
                chosen=looked_at,
                reading=piece_words,
                click=look_there,
                paste=pasted,
                tail=True,
            ),
            Bars(
                "next_drawn",
                next_label,
                target="next_own",
                span=room_for,
                number=percent,
                reading=candidate_words,
                click=choose,
                place=0,
            ),
        ),
        (2, 3),
    ),
    name="Writing",
    about="The text, each symbol the more coloured the less it was expected; below it what may come next: bars as it "
    "is drawn, with temperature and cuts, lines as the model has it",
    hint="click a bar: it is written, and the text goes on from there · click a symbol of the text: what else could "
    "have stood there? · paste a prompt, or a text to learn",
    buttons=(Button("New text", lambda frame: Act("again")),),
    at_first=True,
    weight=3.0,
)


LOSS = Card(
    "loss",
    "Loss against counting",
    Steps(
        {"loss": "batch", "loss/test": "held out"},
        "nats a character",
        levels=[Level(number_of("yardsticks", k), name) for k, name in enumerate(YARDSTICKS)],
    ),
    about="Training and held-out loss, and what counting single characters, pairs and triples comes to",
    at_first=True,
    weight=1.3,
)

# where it is cut


def top_p(frame: Frame) -> float | None:
    """Return the sum at which top-p cuts."""
    return frame.params.top_p if frame.params.top_p < 1 else None


@reads("rank_own")
def min_p(frame: Frame) -> float | None:
    """Return the probability below which min-p cuts."""
    return frame.params.min_p * float(frame.arrays["rank_own"][0]) if frame.params.min_p else None


CUT = Card(
    "cut",
    "Where the distribution is cut",
    Curves(
        (
            Line("rank_own", "p at this temperature", 0, dashed=True),
            Line("rank_drawn", "as it is drawn", 1),
            Line("rank_sum", "sum", 2),
        ),
        "probability",
        span=(0.0, 1.02),
        handle=Handle("top_k", "top-k"),
        levels=(Level(top_p, "top-p"), Level(min_p, "min-p")),
        dots=True,
    ),
    about="Probabilities and their sum, likeliest first: what top-k, top-p and min-p leave",
    hint="drag the line of top-k",
)


@reads("wrote")
def kept_steps(frame: Frame) -> list[int]:
    """Return the steps of which a line is shown."""
    return [step for step in PAGES if step < len(frame.arrays["wrote"])]


def pages(of: Callable[[Frame, int], Any]) -> Callable[[Frame], np.ndarray]:
    """Return a column with what is said of each step (page,)."""

    @reads("wrote", "symbols", dims=("page",))
    def column(frame: Frame) -> np.ndarray:
        return np.array([of(frame, step) for step in kept_steps(frame)])

    return column


def line_of(frame: Frame, step: int) -> str:
    """Return the last 64 symbols that were written by a step."""
    symbols, wrote = frame.arrays["symbols"], frame.arrays["wrote"]
    return "".join(symbols[number] for number in wrote[max(1, step - 63) : step + 1]).replace("␣", " ")


def loss_at(frame: Frame, step: int) -> float:
    """Return the held-out loss at a step."""
    return frame.series["loss/test"].at(step) if "loss/test" in frame.series else np.nan


@reads("wrote", dims=("page",))
def go_there(frame: Frame, k: int) -> Seek:
    """Go to the step of a line."""
    return Seek(kept_steps(frame)[k])


LINES = Card(
    "pages",
    "What it wrote on the way",
    Table(
        (
            Cell(pages(lambda frame, step: float(step)), "step", right=True, number=lambda step: f"{step:,.0f}"),
            Cell(pages(loss_at), "held out", right=True, number=n),
            Cell(pages(line_of), "it had just written"),
        ),
        dim="page",
        click=go_there,
        none="Press play: after 10, 30, 100, 300, 1,000 steps a line is kept.",
    ),
    about="The last 64 symbols at steps 10, 30, 100, 300, 1,000 …, with the held-out loss then",
    hint="click a line to go there",
)

# heads


@reads("reads")
def show_head(frame: Frame, row: int, column: int) -> Mapping[str, int]:
    """Show a head large."""
    layer, head = divmod(row, frame.params.heads)
    return {"layer": layer + 1, "head": head + 1}


def head_title(frame: Frame) -> str:
    """Return which head is large."""
    return f"Layer {min(frame.params.layer, frame.params.layers)}, head {min(frame.params.head, frame.params.heads)}"


HEADS = Card(
    "heads",
    "What each head reads for this symbol",
    Matrix("reads", colours="accent", low=0.0, high=1.0, square=False, numbers=False, click=show_head),
    about="A row for each head: how much it reads from each symbol before the chosen place",
    hint="click a row to see that head large; click a symbol of the text to choose a place",
    weight=1.2,
)
MAP = Card(
    "map",
    head_title,
    Matrix("map", colours="accent", low=0.0, high=1.0, numbers=False),
    name="One head",
    about="One head's weights: a row for each symbol, a column for each that it reads from",
    weight=1.6,
)

# byte pairs


@reads("split", "split_rank")
def split_words(frame: Frame, k: int) -> str:
    """Say where a piece comes from."""
    rank = int(frame.arrays["split_rank"][k])
    return f"“{frame.arrays['split'][k]}”: " + (f"merge {rank:,}" if rank else "a byte, nothing merged")


@reads("split")
def pairs_title(frame: Frame) -> str:
    """Return how many pieces the words have."""
    words, pieces = frame.params.words, len(frame.arrays["split"])
    return f"Byte pairs after {frame.params.merged:,} merges: {len(words)} characters, {pieces} symbols"


@reads("merge_made", dims=("merge",))
def newest_first(frame: Frame) -> Sequence[int]:
    """Return the merges so far, the newest first."""
    return range(min(frame.params.merged, len(frame.arrays["merge_made"])) - 1, -1, -1)


PAIRS = Card(
    "pairs",
    pairs_title,
    Column(
        (
            Tokens("split", weights="split_rank", colours="accent", low=0.0, high=2_000.0, reading=split_words),
            Row(
                (
                    Table(
                        (
                            Cell("merge_text", "pair"),
                            Cell("merge_made", "becomes"),
                            Cell("merge_count", "times", right=True, number=lambda count: f"{count:,.0f}"),
                        ),
                        dim="merge",
                        order=newest_first,
                        click=lambda frame, k: {"merged": k + 1},
                    ),
                    Curves(
                        "characters_per_symbol", "characters a symbol", span="fit", handle=Handle("merged", "merges")
                    ),
                )
            ),
        ),
        (1, 3),
    ),
    name="Byte pairs",
    about="Your words taken apart, the merges learned from this text, and how long symbols become",
    hint="drag the line of merges; type your words in their control",
    weight=1.6,
)

# side jobs


@reads("cache_length", "cache_time", "cache_bytes")
def cache_words(frame: Frame, k: int) -> str:
    """Say what a symbol costs at a length."""
    with_cache, without = frame.arrays["cache_time"][:, k]
    kept = int(frame.arrays["cache_bytes"][k])
    return (
        f"{int(frame.arrays['cache_length'][k])} symbols before: {n(with_cache)} ms with {kept:,} bytes kept, "
        f"{n(without)} ms without"
    )


def cache_title(frame: Frame) -> str:
    """Return what a cache keeps of a symbol."""
    params = frame.params
    size = 2 * params.layers * params.kv_heads * (params.width // params.heads) * 4
    return f"One more symbol with a KV cache ({size:,} bytes a symbol) and without"


CACHE = Card(
    "cache",
    cache_title,
    Curves("cache_time", "milliseconds", ("way", "text length"), log=True, span="fit", dots=True, reading=cache_words),
    name="KV cache",
    about="How long one more symbol takes, measured here, against how many stand before it",
    ask=Ask(
        "time_cache",
        ("cache_length", "cache_time", "cache_bytes"),
        lambda frame: tuple(getattr(frame.params, k) for k in ("layers", "width", "heads", "kv_heads", "position")),
        busy="measuring …",
        parts=True,
    ),
)


def guess_title(frame: Frame) -> str:
    """Return how many calls were needed."""
    if "calls" not in frame.arrays:
        return "Guesses of a draft, checked by the model"
    kinds, calls = frame.arrays["spoken_kind"], int(frame.arrays["calls"])
    guessed = calls * frame.params.ahead
    return f"{len(kinds)} symbols in {calls} calls: {int((kinds > 0).sum())} of {guessed} guesses stood"


@reads("spoken", "spoken_kind", "spoken_guess")
def guess_words(frame: Frame, k: int) -> str:
    """Say how a symbol came about."""
    symbol, kind, guessed = (frame.arrays[name][k] for name in ("spoken", "spoken_kind", "spoken_guess"))
    shown = str(symbol).replace("\n", BREAK).replace(" ", "␣")
    if kind > 0:
        return f"“{shown}”: guessed by the draft, and it stood"
    return f"“{shown}”: the draft guessed “{guessed}”, which was refused" if kind < 0 else f"“{shown}”: the model's own"


def sampled(frame: Frame) -> tuple[Any, ...]:
    """Return what the guessed text depends on."""
    names = ("ahead", "draft", "temperature", "top_k", "top_p", "min_p", "penalty", "prompt")
    return (*(getattr(frame.params, name) for name in names), frame.step // 200)


GUESS = Card(
    "guess",
    guess_title,
    Text(
        "spoken",
        "spoken_kind",
        ("guess",),
        colours="signed",
        low=-1.0,
        high=1.0,
        reading=guess_words,
        none="Nothing is guessed yet",
    ),
    name="Speculative decoding",
    about="Guesses of a draft, checked several at a time in one call: which stood, and which were refused",
    ask=Ask(
        "guess",
        ("spoken", "spoken_kind", "spoken_guess", "calls"),
        sampled,
        lambda frame: {"ahead": frame.params.ahead, "draft": frame.params.draft},
        busy="the draft is trained …",
        parts=True,
    ),
)


def patch_title(frame: Frame) -> str:
    """Return what is measured."""
    if "patch_asked" not in frame.arrays:
        return "Each activation of one prompt carried into the other"
    first, second = frame.arrays["patch_asked"]
    return f"Carried across: score of “{first}” against “{second}”"


@reads("patch_effect", "patch_site", "patch_symbol", "patch_ends")
def patch_words(frame: Frame, row: int, column: int) -> str:
    """Say what an activation carries."""
    site, symbol = frame.arrays["patch_site"][row], frame.arrays["patch_symbol"][column]
    low, high = frame.arrays["patch_ends"]
    effect = float(frame.arrays["patch_effect"][row, column])
    return (
        f"{site} at place {column + 1} “{symbol}”: z₁ − z₂ from {n(low)} to {n(low + effect * (high - low))}, "
        f"{effect:.0%} of the way to {n(high)}"
    )


PATCH = Card(
    "patch",
    patch_title,
    Matrix(
        "patch_effect",
        dims=("patch site", "patch place"),
        colours="signed",
        low=-1.0,
        high=1.0,
        square=False,
        numbers=False,
        reading=patch_words,
    ),
    name="Carry an activation across",
    about="Each activation of one prompt put into the other, alone: how far the next symbol moves",
    hint="type two prompts of one length into their controls",
    ask=Ask(
        "patch",
        ("patch_site", "patch_symbol", "patch_effect", "patch_ends", "patch_asked"),
        lambda frame: (frame.params.clean, frame.params.other, frame.step // 100),
        lambda frame: {"clean": frame.params.clean, "other": frame.params.other},
        busy="carrying …",
    ),
    weight=1.4,
)


def copy_title(frame: Frame) -> str:
    """Return the means of both."""
    if "copy_random" not in frame.arrays:
        return "Does it copy what it has just read?"
    again, other = frame.arrays["copy_text"].mean(1)
    return f"The same text once more: {n(again)} nats, behind another text {n(other)}"


COPYING = Card(
    "copying",
    copy_title,
    Tabs(
        {
            "Text": Curves("copy_text", "nats a symbol", ("before", "copied"), span="fit"),
            "Random symbols": Curves("copy_random", "nats a symbol", ("before", "copied"), span="fit"),
        }
    ),
    name="In-context copying",
    about="The loss on 31 symbols that stood just before, and on the same ones behind others: a model that copies "
    "finds the second time easy",
    ask=Ask("copying", ("copy_text", "copy_random"), lambda frame: frame.step // 200, busy="reading …"),
)
PRECISION = Card(
    "precision",
    "The same weights in fewer bits",
    Table(
        (
            Cell(reads("precision_name")(lambda frame: frame.arrays["precision_name"]), "weights"),
            Bar("precision_loss", "nats per character held out", number=n),
            Cell("precision_bytes", "bytes", right=True, number=lambda size: f"{size:,.0f}"),
        ),
        dim="precision",
    ),
    name="Fewer bits",
    about="Held-out loss and bytes with weights rounded to 8, 6, 5, 4, 3 and 2 bits",
    ask=Ask(
        "quantize",
        ("precision_name", "precision_loss", "precision_bytes"),
        lambda frame: frame.step // 200,
        busy="measuring …",
        parts=True,
    ),
)

# words


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "Nothing is learned yet: every symbol is about as likely as any other. Press play."
    loss, held_out = frame.metric("loss"), frame.metric("loss/test")
    if np.isnan(loss):
        return f"Step {frame.step:,}: it only writes."
    return f"Step {frame.step:,}: {n(loss)} nats per character in the batch, {n(held_out)} held out."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the losses for the transport."""
    found = {"batch": frame.metric("loss"), "held out": frame.metric("loss/test")}
    return [(name, n(value)) for name, value in found.items() if not np.isnan(value)]


def softmax_numbers(frame: Frame) -> str:
    """Return the likeliest symbol's probability with this moment's numbers."""
    z, own = frame.arrays.get("next_score"), frame.arrays.get("next_own")
    if z is None or own is None:
        return ""
    return rf"p_1 = \frac{{e^{{{z[0]:.2f}}}}}{{\sum_j e^{{z_j}}}} = {own[0]:.3f}"


def loss_numbers(frame: Frame) -> str:
    """Return loss and perplexity with this step's numbers."""
    loss = frame.metric("loss/test")
    return "" if np.isnan(loss) else rf"L = {loss:.3f}, \quad e^L = {np.exp(loss):.2f}"


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return (
        f"Drop to learn {one_line(path.name)}" if path.suffix.lower() in (".txt", ".md", ".py", ".csv", ".tex") else ""
    )


def take(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped file sets."""
    return {"source": "file", "path": str(path)}


VIEW = View(
    cards=(WRITE, LOSS, CUT, LINES, HEADS, MAP, PAIRS, CACHE, GUESS, PATCH, COPYING, PRECISION),
    formulas=(
        Formula("Probability", lambda frame: r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}", softmax_numbers),
        Formula("Loss and perplexity", lambda frame: r"L = -\frac{1}{n} \sum_t \log p(x_t \mid x_{<t})", loss_numbers),
    ),
    formula_arrays=("next_score", "next_own"),
    summary=summary,
    readings=readings,
    files=Files(drop_words, take),
)
