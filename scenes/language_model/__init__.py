"""Language model: a small GPT learns a text while it writes, one symbol a step."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Refused,
    Scene,
    Verb,
    choice,
    integer,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension

CONTEXT, CANDIDATES, SHOWN, MOST_MERGES, MOST_AHEAD = 64, 24, 600, 2_000, 8
"""Symbols that are read at a time; candidates that are drawn; symbols of what was written that are shown."""
SOURCES = {"lessons": "Lessons of ours", "pasted": "Pasted", "file": "A file"}
POSITIONS = {"rotary": "Rotary", "alibi": "ALiBi", "sinusoidal": "Sinusoidal", "none": "None"}
PROMPT, CLEAN, OTHER = "What is ", "What does th", "What does in"
BREAK = "⏎"
"""Stands for the end of a line where a text must be one line."""
YARDSTICKS = ("uniform", "frequencies", "bigrams", "trigrams")


def beside_path(path: str) -> Mapping[str, Any]:
    """Return the source that goes with a path."""
    return {"source": "file"} if path.strip() else {"source": "lessons"}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    temperature: float = real(1.0, 0.0, 2.0, kind=LIVE, label="Temperature T", help="The scores are divided by it before softmax; 0 always takes the likeliest.")
    top_k: int = integer(0, 0, 50, kind=LIVE, label="Top-k", help="Only the k likeliest can be drawn; 0 for all.")
    top_p: float = real(1.0, 0.05, 1.0, kind=LIVE, label="Top-p", help="Only the fewest that have this much probability together.")
    min_p: float = real(0.0, 0.0, 1.0, kind=LIVE, label="Min-p", help="Only those at least so many times as likely as the likeliest.")
    penalty: float = real(1.0, 1.0, 2.0, kind=LIVE, label="Repetition penalty", help="The scores of what the model reads before it are divided by this, or multiplied where negative.")
    prompt: str = text(PROMPT, most=500, kind=LIVE, label="Prompt", help="What the text begins with; ⏎ ends a line. A new one begins a new text.")
    train: bool = switch(True, kind=LIVE, label="Trains", help="Off: the model only writes, with a KV cache, and much faster.")
    lr: float = real(0.004, 1e-5, 0.1, log=True, kind=LIVE, label="Learning rate η", help="AdamW's, at the top of the schedule: up in 100 steps, then down a cosine.")
    length: int = integer(1_000, 100, 20_000, log=True, kind=STRUCTURAL, label="Training", unit="steps", help="When the learning rate has come to 0; from then on the model only writes.")
    source: str = choice("lessons", SOURCES, kind=STRUCTURAL, label="Text", help="What is learned: 62,590 characters of lessons of ours, or a text of your own.")
    pasted: str = text("", most=200_000, kind=STRUCTURAL, label="Pasted text", when={"source": ("pasted",)}, help="2,000 characters or more; ⏎ ends a line.")
    path: str = text("", most=1_000, names="file", read_when={"source": ("file",)}, suggests=beside_path, kind=STRUCTURAL, label="File", when={"source": ("file",)}, help="A text in UTF-8 of 2,000 to 2,000,000 characters. Or drop one on the window.")
    merges: int = integer(0, 0, MOST_MERGES, kind=STRUCTURAL, label="Merges", help="0: symbols are characters; else bytes, and so many merged pairs.")
    layers: int = integer(2, 1, 6, kind=STRUCTURAL, label="Layers", help="Blocks of attention and a network at each symbol.")
    width: int = integer(64, 16, 256, kind=STRUCTURAL, label="Width d", help="Numbers in the residual stream; a multiple of the heads, an even one with rotary positions.")
    heads: int = integer(4, 1, 16, kind=STRUCTURAL, label="Heads", help="Of each layer.")
    kv_heads: int = integer(4, 1, 16, kind=STRUCTURAL, label="Key–value heads", help="Heads share keys and values where these are fewer; a divisor of the heads.")
    position: str = choice("rotary", POSITIONS, kind=STRUCTURAL, label="Positions", help="How the model is told where a symbol stands.")
    place: int = integer(0, 0, 25_000, kind=VIEW, label="Place", help="Which symbol's distribution is shown, counted from 1; 0 for the next one. Click into the text.")
    layer: int = integer(1, 1, 6, kind=VIEW, label="Layer", help="Of the head that is large.")
    head: int = integer(1, 1, 16, kind=VIEW, label="Head", help="The head that is large.")
    words: str = text("the strawberry problem 1234567 Straße", most=200, eager=True, kind=VIEW, label="Words", help="What is taken apart into byte pairs.")
    merged: int = integer(300, 0, MOST_MERGES, kind=VIEW, label="Merges so far", help="With how many merges your words are taken apart.")
    ahead: int = integer(4, 1, MOST_AHEAD, kind=VIEW, label="Guessed ahead", help="Symbols that the draft guesses before the model is asked.")
    draft: str = choice("counts", {"counts": "Counts of four", "small": "One layer of 32"}, kind=VIEW, label="Draft", help="Who guesses: counts of the last three symbols, or a small model that is trained first.")
    clean: str = text(CLEAN, most=48, eager=True, kind=VIEW, label="Carried from", help="Activations of this prompt …")
    other: str = text(OTHER, most=48, eager=True, kind=VIEW, label="Into", help="… are put in the place of those of this one, which is as long.")

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return as many key–value heads as heads, and the source that goes with a path or a pasted text."""
        pasted = {"source": "pasted"} if given.get("pasted", "").strip() else {}
        return {"kv_heads": given.get("heads", 4), **beside_path(given.get("path", "")), **pasted}

    def verify(self) -> None:
        """Refuse heads that do not fit the width, or key–value heads that do not fit the heads."""
        even = 2 if self.position == "rotary" else 1
        if self.width % (self.heads * even):
            what = "an even multiple" if even == 2 else "a multiple"
            raise Refused(f"width = {self.width} is refused: give {what} of heads = {self.heads}", about="width")
        if self.heads % self.kv_heads:
            raise Refused(f"kv_heads = {self.kv_heads} is refused: give a divisor of heads = {self.heads}", "kv_heads")


SCENE = Scene(
    title="Language model",
    room="Attention",
    question="How does a language model write?",
    parameters=Params,
    first=("temperature", "top_p", "prompt"),
    symbols={"T": "temperature", "η": "lr", "p": "write", "z": "write"},
    order=40,
    steps=1_000,
    speed=60.0,
    progress="loss*",
    data=("source", "pasted", "path", "merges"),
    no_script="its text lies in this program, and a script is to need nothing of it",
    metrics={
        "loss": "Cross-entropy of the batch in nats per character, before the update.",
        "loss/test": "Cross-entropy of the last tenth of the text in nats per character: after each update the next four of its pieces of 64 symbols are read; the mean of the latest readings, an eighth of all so far, at most 24 (then all 96 pieces).",
        "surprise": "−log p of the symbol that was written, p as the model has it, before temperature and cuts, in nats.",
    },
    arrays={
        "written": Array(("piece",), "<U32", "The prompt and what was written, symbol by symbol, the last 600."),
        "surprises": Array(("piece",), "float32", "−log p when it was written, in nats, before temperature and cuts.", nan="it stood in the prompt, or you chose it"),
        "hidden": Array((), "int64", "How many symbols stand before those shown."),
        "looked_at": Array((), "int64", "Which of the pieces is chosen; as many as there are for the next one."),
        "next_symbol": Array(("candidate",), "<U32", "The likeliest symbols at the chosen place, likeliest first."),
        "next_number": Array(("candidate",), "int64", "Their numbers in the vocabulary."),
        "next_score": Array(("candidate",), "float32", "Their scores z."),
        "next_own": Array(("candidate",), "float32", "Their probabilities, softmax of the scores."),
        "next_drawn": Array(("candidate",), "float32", "Their probabilities as they are drawn, with temperature, penalty and cuts."),
        "rank_own": Array(("rank",), "float32", "The probabilities at temperature and penalty, before the cuts, largest first."),
        "rank_sum": Array(("rank",), "float32", "Their sum up to each."),
        "rank_drawn": Array(("rank",), "float32", "The probabilities as they are drawn, in the same order."),
        "yardsticks": Array(("yardstick",), "float64", "What counting comes to on the held-out tenth, in nats per character."),
        "symbols": Array(("symbol",), "<U32", "The vocabulary."),
        "wrote": Array(("step + 1",), "int64", "The number of the symbol that each step wrote; −1 at step 0.", traced=True),
        "read_piece": Array(("read",), "<U32", "What is read at the chosen place, up to 64 symbols."),
        "reads": Array(("any head", "read"), "float32", "How much each head reads from each of them for the next symbol."),
        "map": Array(("query", "key"), "float32", "The chosen head's weights, of every one of them."),
        "split": Array(("word piece",), "<U32", "Your words in byte pairs."),
        "split_rank": Array(("word piece",), "float32", "Which merge made each, counted from 1; 0 for a byte."),
        "merge_text": Array(("merge",), "<U64", "The merges in their order, as first + second."),
        "merge_made": Array(("merge",), "<U64", "What they make."),
        "merge_count": Array(("merge",), "int64", "How often the pair stood in the text then."),
        "sample_sizes": Array(("merges so far",), "int64", "Numbers of merges."),
        "characters_per_symbol": Array(("sample", "merges so far"), "float32", "Characters a symbol with so many merges: text held out, Python, German, numbers."),
        "weights_of": Array(("part",), "int64", "Weights of the model: token vectors, attention, feed-forward, norms, output."),
    },
    dimensions={
        "piece": Dimension("place"),
        "candidate": Dimension("", "next_symbol"),
        "rank": Dimension("symbols, likeliest first", whole=True),
        "yardstick": Dimension("", YARDSTICKS),
        "read": Dimension("read", "read_piece"),
        "query": Dimension("at", "read_piece"),
        "key": Dimension("reads from", "read_piece"),
        "any head": Dimension("head", lambda params: [f"L{k + 1}·H{h + 1}" for k in range(params.layers) for h in range(params.heads)]),
        "merges so far": Dimension("merges", at="sample_sizes"),
        "sample": Dimension("", ("held out", "Python", "German", "numbers")),
        "merge": Dimension("merge", whole=True),
        "text length": Dimension("symbols read before", at="cache_length", log=True),
        "way": Dimension("", ("with a cache", "without")),
        "guess": Dimension("guess", whole=True),
        "patch site": Dimension("", "patch_site"),
        "patch place": Dimension("", "patch_symbol"),
        "before": Dimension("", ("stood just before", "behind others")),
        "copied": Dimension("place, the first apart", whole=True),
        "precision": Dimension("", "precision_name"),
        "part": Dimension("", ("token vectors", "attention", "feed-forward", "norms", "output")),
    },
    actions={
        "choose": Verb(
            "Write this symbol at a place; what stood there and after it is gone, and the text goes on from there.",
            {"place": integer(0, 0, 25_000, label="Place, 0 for the next"), "symbol": integer(0, 0, 4_000, label="Symbol")},
        ),
        "again": Verb("Begin a new text with the prompt.", label="New text"),
    },
    jobs={
        "time_cache": Job("Time a symbol at growing lengths, with and without a KV cache."),
        "guess": Job("Write 160 symbols with guesses of a draft checked by the model.", {"ahead": integer(4, 1, MOST_AHEAD), "draft": choice("counts", ("counts", "small"))}),
        "patch": Job("Carry each activation of one prompt into another.", {"clean": text(CLEAN, most=48), "other": text(OTHER, most=48)}),
        "copying": Job("Loss on symbols that stood just before, and on the same ones behind others."),
        "quantize": Job("Loss and bytes of the model with weights of fewer bits."),
    },
)  # fmt: skip
