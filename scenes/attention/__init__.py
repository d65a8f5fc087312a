"""Attention: from words to weights to the output, every number of it."""

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
    numbers,
    point,
    real,
    switch,
)
from explainer.contract import (
    text as a_text,
)
from explainer.contract.cards import Dimension
from explainer.scenes.attention.names import EDITABLE, PADDED, PHASES, REACH
from explainer.scenes.attention.words import MOST_TOKENS, tokens

_GOES_WITH = {"hand": (2, 1), "random": (8, 2), "edited": (4, 1), "trained": (32, 1)}
"""The width and the heads in which each kind of numbers shows its point."""


def _goes_with(weights: str) -> dict[str, Any]:
    return dict(zip(("d_model", "heads"), _GOES_WITH[weights], strict=True))


def _needs(lookup: str) -> dict[str, Any]:
    return {"position": "random" if lookup == "previous" else "none"}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    text: str = a_text("The cat drank its milk", most=300, reader=tokens, kind=LIVE, label="Text", help=f"Up to {MOST_TOKENS} words and punctuation marks: the tokens that ask.")
    kind: str = choice("self", {"self": "Self", "cross": "Cross"}, kind=LIVE, label="Attention", help="Self: tokens read from one another. Cross: they read from the memory.")
    memory_text: str = a_text("Le chat boit son lait", most=300, reader=tokens, kind=LIVE, label="Memory", when={"kind": ("cross",)}, help="The tokens that are read from.")
    weights: str = choice(
        "hand",
        {"hand": "Made by hand", "random": "Random", "edited": "Your own", "trained": "Trained"},
        suggests=_goes_with,
        kind=STRUCTURAL,
        label="Numbers",
        help="By hand: places in the plane, one plane a head. Random: from the seed. Your own: unit vectors and identities to edit. Trained: to the look-up, on the spot. Each brings a width and heads that suit it.",
    )
    lookup: str = choice(
        "match",
        {"match": "Find the same word", "previous": "Copy the previous token", "average": "Average everything"},
        suggests=_needs,
        kind=STRUCTURAL,
        label="Look-up",
        when={"weights": ("trained",)},
        help="What the projections are trained to put out: 300 steps of Adam on random sequences, anew for other positions.",
    )
    d_model: int = integer(2, 2, 64, kind=STRUCTURAL, label="Width d_model", help="Numbers per token; a multiple of the heads.")
    heads: int = integer(1, 1, 8, kind=STRUCTURAL, label="Heads", help="Each has d_model ÷ heads dimensions of its own.")
    asks: int = integer(3, 0, MOST_TOKENS - 1, kind=LIVE, label="Query token", help="Whose query is looked at, counted from 0; click a token to choose it.")
    query: tuple[float, ...] = numbers((), -REACH, REACH, most=2, kind=LIVE, label="Query (x, y)", when={"weights": ("hand",)}, help="Where this token's query points; empty: where W_Q puts it. Drag it in the plane.")
    score: str = choice("dot", {"dot": "Dot product", "additive": "Additive"}, kind=LIVE, label="Score", help="Dot product: q·k. Additive, the first attention of 2014: aᵀ tanh(q + k).")
    scale: bool = switch(True, kind=LIVE, label="Divide by √d", when={"score": ("dot",)}, help="Keeps the spread of the scores the same for heads of every width.")
    temperature: float = real(1.0, 0.05, 20.0, log=True, kind=LIVE, label="Temperature", help="The scores are divided by it: below 1 sharper, above 1 flatter.")
    selection: str = choice("soft", {"soft": "Soft", "hard": "Hard"}, kind=LIVE, label="Selection", help="Soft: softmax. Hard: the largest score alone, which lets no gradient through.")
    mask: str = choice("none", {"none": "None", "causal": "Causal", "padding": "Padding", "both": "Causal and padding", "custom": "Custom"}, kind=LIVE, label="Mask", help="What must not be read. Click cells of the mask to change single ones.")
    padding: int = integer(2, 1, 8, kind=LIVE, label="Padding", unit="tokens", when={"mask": PADDED}, help="How many [pad] tokens fill the sequence up.")
    side: str = choice("right", {"right": "After the text", "left": "Before it"}, kind=LIVE, label="Padding stands", when={"mask": PADDED}, help="Where the [pad] tokens stand. Models that write are padded before the text, so that all texts of a batch end together.")
    empty_row: str = choice("nan", {"nan": "NaN", "zero": "Zeros", "uniform": "Uniform"}, kind=LIVE, label="Fully masked row", help="What a query gets that may read nothing. Softmax says NaN; libraries differ.")
    position: str = choice(
        "none",
        {"none": "None", "sinusoidal": "Sinusoidal", "random": "Random", "rotary": "Rotary", "alibi": "ALiBi"},
        kind=LIVE,
        label="Positions",
        help="How a token's place is told: added to the embedding, turning q and k, or taken off the score.",
    )
    head: int = integer(0, 0, 7, kind=VIEW, label="Head shown", help="Whose numbers the pictures show, counted from 0.")

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a width of whole pairs for each head, heads that share the width, and positions for a look-up."""
        width, heads = _GOES_WITH[given.get("weights", "hand")]
        pairs = 2 * given.get("heads", heads)
        found = {"d_model": -(-width // pairs) * pairs, "heads": heads if given.get("d_model", width) % heads == 0 else 1}
        return found | (_needs(given.get("lookup", "match")) if given.get("weights") == "trained" else {})

    def verify(self) -> None:
        """Refuse a width that the heads cannot share, half a pair to turn, and half a query."""
        width, heads = self.d_model, self.heads
        if width % heads:
            raise Refused(f"d_model = {width} is refused with {heads} heads: give a multiple of heads", about="d_model")
        if self.position == "rotary" and width // heads % 2:
            raise Refused(
                f"position = rotary is refused for heads of width {width // heads}: it turns pairs, give an even width",
                about="position",
            )
        if len(self.query) == 1:
            raise Refused("query needs two numbers x,y, or none", about="query")


_Q, _K, _H, _D, _W = "query", "key", "head", "d", "d_model"
_EARLY = "its operation has not been done yet"
_EMPTY = "its operation has not been done yet, or the query may read nothing"


def _table(dims: tuple[str, ...], meaning: str, nan: str = _EARLY, infinite: str = "") -> Array:
    return Array(dims, "float64", meaning, nan=nan, infinite=infinite)


_CELL = {
    "table": choice("q", EDITABLE, label="Table"),
    "head": integer(0, 0, 7, label="Head"),
    "row": integer(0, 0, 63, label="Row"),
}
RACERS = ("recurrent (GRU): n steps in turn", "attention: 1 step")

SCENE = Scene(
    title="Attention",
    room="Attention",
    question="How does a token choose what to read?",
    symbols={"T": "temperature", "d": "d_model", "q": "plane", "w": "row", "Q": "matrices", "K": "matrices", "V": "matrices"},
    order=0,
    parameters=Params,
    first=("text", "temperature"),
    steps=len(PHASES),
    speed=1.0,
    progress="entropy",
    metrics={"entropy": "Mean entropy in nats over heads and the rows that may read something, of the weights that the settings at this step lead to; row_entropy follows later edits at once."},
    arrays={
        "token": Array((_Q,), "<U32", "The tokens that ask."),
        "memory_token": Array((_K,), "<U32", "The tokens that are read from; in self-attention the same."),
        "word": _table((_Q, _W), "The vectors of the words that ask."),
        "place": _table((_Q, _W), "What is added for their places; zero for positions that act elsewhere."),
        "embedding": _table((_Q, _W), "Word vectors plus position vectors of the tokens that ask."),
        "memory": _table((_K, _W), "The same of the tokens that are read from."),
        "w_q": _table((_H, _W, _D), "The query projection, each head's columns."),
        "w_k": _table((_H, _W, _D), "The key projection."),
        "w_v": _table((_H, _W, _D), "The value projection."),
        "q": _table((_H, _Q, _D), "Queries."),
        "k": _table((_H, _K, _D), "Keys."),
        "v": _table((_H, _K, _D), "Values."),
        "a": _table((_H, "sum", _D), "What adds up an additive score; plays no part in a dot product."),
        "scores": _table((_H, _Q, _K), "Scores: dot products of queries and keys, or aᵀ tanh(q + k)."),
        "bias": _table((_H, _Q, _K), "What ALiBi adds; zero for other positions."),
        "scaled": _table((_H, _Q, _K), "Scaled scores z: scores divided by √d (additive ones are not), plus the bias, divided by the temperature."),
        "mask": Array((_Q, _K), "int64", "1 where the query may read the key, 0 where not, −1 before the mask's operation."),
        "masked": _table((_H, _Q, _K), "Scaled scores, −∞ where masked.", infinite="−∞: masked"),
        "weights": _table((_H, _Q, _K), "What each query reads from each key; rows add up to 1.", _EMPTY),
        "context": _table((_H, _Q, _D), "The values added up by these weights.", _EMPTY),
        "w_o": _table((_W, _W), "The output projection."),
        "output": _table((_Q, _W), "The heads' contexts side by side, times W_O.", _EMPTY),
        "final_q": _table((_H, _Q, _D), "The queries of these settings, at every step.", ""),
        "final_k": _table((_H, _K, _D), "The keys, at every step.", ""),
        "final_v": _table((_H, _K, _D), "The values, at every step.", ""),
        "final_a": _table((_H, "sum", _D), "What adds up an additive score, at every step.", ""),
        "final_scores": _table((_H, _Q, _K), "The scores, at every step.", ""),
        "final_scaled": _table((_H, _Q, _K), "The scaled scores, at every step.", ""),
        "final_mask": Array((_Q, _K), "int64", "The mask, at every step."),
        "final_masked": _table((_H, _Q, _K), "The masked scores, at every step.", "", "−∞: masked"),
        "final_weights": _table((_H, _Q, _K), "The weights, at every step.", "the query may read nothing"),
        "final_context": _table((_H, _Q, _D), "The contexts, at every step.", "the query may read nothing"),
        "row_entropy": _table((_H, _Q), "Entropy of each row of the weights in nats, at every step; 0 for a row without numbers.", ""),
        "jacobian": _table((_H, _K, "scaled score"), "∂w/∂z of the query token's row: how each scaled score z moves each weight; zero for a hard choice.", ""),
        "saturation_width": Array(("width",), "int64", "Widths d of a head, 1 to 256."),
        "saturation_weight": Array(("divided by √d or not", "width"), "float64", "Mean largest of 8 weights, for standard normal queries and keys of that width.", slow=True),
        "saturation_gradient": Array(("divided by √d or not", "width"), "float64", "Median Frobenius norm of ∂w/∂q there: how the query moves the weights.", slow=True),
        "saturation_mean": Array(("divided by √d or not", "width"), "float64", "Its mean, which a few near ties rule.", slow=True),
        "training_loss": Array(("update",), "float64", "Mean squared error of each training step; none where nothing was trained."),
        "edited_table": Array(("edit",), "<U32", "The tables with numbers put in by hand."),
        "edited_cell": Array(("edit", "head, row, column"), "int64", "Which cells these are."),
    },
    dimensions={
        _Q: Dimension("query", "token"),
        _K: Dimension("key", "memory_token"),
        _H: Dimension("head"),
        "scaled score": Dimension("scaled score z of", "memory_token"),
        "divided by √d or not": Dimension("", ("divided by √d", "not divided")),
        "width": Dimension("width d of a head", at="saturation_width", log=True),
        "update": Dimension("update", whole=True),
        "racer": Dimension("", RACERS, colours=(1, 0)),
        "race length": Dimension("tokens", at=lambda frame: frame.arrays.get("race_length"), log=True),
    },
    actions={
        "edit": Verb("Put a number into a table.", {**_CELL, "column": integer(0, 0, 63, label="Column"), "value": real(0.0, -REACH, REACH, label="Value")}, label="Edit"),
        "place": Verb("Drag a row's first two numbers.", {**_CELL, "to": point((0.0, 0.0), -REACH, REACH, label="To")}, label="Place", replaces=("table", "head", "row")),
        "flip": Verb("Mask a cell, or let it be read.", {"query": integer(0, 0, 63, label="Query"), "key": integer(0, 0, 63, label="Key")}, label="Flip mask"),
        "undo_edits": Verb("Forget every number put in by hand.", label="Undo edits"),
    },
    jobs={"race": Job("Time a recurrent network and attention on sequences of 16 to 1024 tokens.")},
)  # fmt: skip
