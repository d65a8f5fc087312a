"""Transformer: the same small model with one of its parts missing, on the same text; and one token followed through."""

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
    choices,
    integer,
    real,
    text,
)
from explainer.contract.cards import Dimension

KINDS = {
    "whole": "Whole",
    "no-residual": "No residual",
    "no-attention": "No attention",
    "no-mlp": "No feed-forward",
    "no-norm": "No normalization",
    "post-norm": "Post-norm",
    "no-mask": "No mask",
    "gru": "GRU",
}
YARDSTICKS = ("uniform", "frequencies", "bigrams", "trigrams")
PARTS = ("attention", "mlp")
COSTS = ("token vectors", "Q, K, V, output", "scores, sums", "feed-forward", "norms", "next symbol")
MASKS = ("Encoder", "Decoder", "Encoder–decoder", "Prefix decoder")
MOST, DEEPEST, HEADS = 4, 6, 4
"""So many models side by side, and so many blocks, at the most; heads of each block."""


def metrics_of(what: str, variants: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each model."""
    return [f"{what}/{kind}" for kind in variants]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    variants: tuple[str, ...] = choices(
        ("whole", "no-residual", "no-attention"), KINDS, most=MOST, kind=STRUCTURAL, label="Models",
        help="Side by side: the same batches; each without one part, or a GRU.",
    )
    layers: int = integer(2, 1, DEEPEST, kind=STRUCTURAL, label="Blocks", help="Of attention and feed-forward.")
    width: int = integer(32, 8, 64, kind=STRUCTURAL, label="Width d", help="Numbers in the residual stream; a multiple of 8, for there are 4 heads. The GRU has twice as many.")
    context: int = integer(32, 8, 64, log=True, kind=STRUCTURAL, label="Context T", help="Symbols that are read at a time.")
    lr: float = real(0.01, 1e-5, 0.3, log=True, kind=LIVE, label="Learning rate η", help="AdamW's, at the top of the schedule: up in a line, then down a cosine.")
    warm_up: int = integer(30, 0, 300, kind=LIVE, label="Warm-up", unit="steps", help="Steps until the learning rate is reached.")
    length: int = integer(300, 50, 3_000, log=True, kind=STRUCTURAL, label="Training", unit="steps", help="When the learning rate has come to 0; there the run ends.")
    selected: int = integer(0, 0, MOST - 1, kind=VIEW, label="Model looked into", help="0 is the first one.")
    layer: int = integer(1, 1, DEEPEST, kind=VIEW, label="Block looked into", help="Which block is drawn as a graph.")
    place: int = integer(24, 1, 32, kind=VIEW, label="Place", help="The symbol that is followed, counted from 1.")
    words: str = text("", most=33, eager=True, kind=VIEW, label="Text read", help="Two symbols or more; a space stands for what the lessons' text does not have. Empty: the beginning of the held-out part.")
    tokens: int = integer(64, 8, 131_072, log=True, kind=VIEW, label="Length counted", help="For how many symbols read at once multiplications are counted.")

    @property
    def shown(self) -> str:
        """Which model is looked into."""
        return self.variants[self.lane]

    @property
    def lane(self) -> int:
        """Its place among those side by side."""
        return min(self.selected, len(self.variants) - 1)

    @property
    def block(self) -> int:
        """Which block is looked into, from 0."""
        return min(self.layer, self.layers) - 1

    def verify(self) -> None:
        """Refuse a width that rotary positions of four heads do not divide."""
        if self.width % (2 * HEADS):
            raise Refused(f"width = {self.width} is refused: give a multiple of {2 * HEADS}", about="width")


_NONE = "the next symbol is not known, or what is added is normalized, or goes on alone, before it is read"
_RAN_AWAY = "the model's numbers ran away"

SCENE = Scene(
    title="Transformer",
    room="Attention",
    question="Which part of a transformer does what?",
    parameters=Params,
    first=("variants", "layers"),
    symbols={"η": "lr", "d": "width", "T": "context", "x": "stream"},
    order=35,
    steps=120,
    speed=60.0,
    data=("context",),
    progress="test/*",
    no_script="its text lies in this program, and a script is to need nothing of it",
    metrics={
        "loss/*": "Cross-entropy on the batch in nats per symbol, before the update; never more than 10,000.",
        "test/*": "Cross-entropy on the last tenth of the text in nats per symbol: after each update the next four of its pieces are read; the mean of the latest readings, an eighth of all so far, at most 24.",
    },
    arrays={
        "token": Array(("token",), "<U4", "The symbols that are read."),
        "chosen": Array((), "int64", "Which of them is followed."),
        "next_symbol": Array((), "<U4", "What really comes after it; nothing where that is not known."),
        "station": Array(("station",), "<U32", "The ways of the stream: the token's vector, what each part adds, the sums."),
        "station_part": Array(("station",), "int64", "Which part adds it: 2 · block for attention, one more for feed-forward; −1: it is the stream."),
        "stream": Array(("station", "number"), "float32", "The numbers of the followed token there.", nan=_RAN_AWAY, infinite=_RAN_AWAY),
        "said": Array(("station",), "<U4", "The symbol that would be said if the stream were read there; nothing for what is added."),
        "said_p": Array(("station",), "float32", "With what probability.", nan="it is not the stream"),
        "true_p": Array(("station",), "float32", "The probability of what really comes next there.", nan="it is not the stream, or nothing is known"),
        "adds": Array(("station",), "float32", "What it adds to the score of what really comes next, over the mean of all scores.", nan=_NONE),
        "reading": Array(("reading",), "<U32", "The stations at which the stream is read."),
        "lens": Array(("reading", "token"), "<U4", "What would be said there, at every token."),
        "lens_p": Array(("reading", "token"), "float32", "The probability there of what really comes next.", nan="nothing is known"),
        "node": Array(("node",), "<U32", "The tensors of the block looked into."),
        "node_part": Array(("node",), "int64", "The part that makes it: 0 attention, 1 feed-forward, −1 neither."),
        "node_column": Array(("node",), "int64", "Its place from left to right."),
        "node_shape": Array(("node", "row or column"), "int64", "Its rows and columns."),
        "node_rms": Array(("node",), "float32", "The root mean square of its numbers.", nan=_RAN_AWAY, infinite=_RAN_AWAY),
        "node_map": Array(("node", "map row", "map column"), "float32", "Its numbers, averaged over 24 × 24 fields.", nan=_RAN_AWAY, infinite=_RAN_AWAY),
        "edges": Array(("edge", "end"), "int64", "From which node to which."),
        "cuts": Array(("model", "layer", "part"), "bool", "Which parts are switched off."),
        "resting": Array(("model",), "bool", "Which models ran away, and rest."),
        "weights": Array(("model",), "int64", "How many weights each model has."),
        "yardsticks": Array(("yardstick",), "float64", "What counting comes to on the held-out tenth, in nats per symbol."),
        "mask": Array(("mask", "reader", "read"), "float32", "1 where a token may read another: six of a source, then six of a target."),
        "cost_weights": Array(("cost",), "int64", "Weights of each part of the whole model of this size."),
        "cost_adds": Array(("cost",), "int64", "Multiply–adds of each part for one token, of so many that are read at once."),
        "cost_length": Array(("cost length",), "int64", "Numbers of tokens read at once."),
        "adds_by_length": Array(("cost", "cost length"), "float64", "Multiply–adds for one token there."),
        "cost_width": Array(("cost width",), "int64", "Widths."),
        "weights_by_width": Array(("cost", "cost width"), "float64", "Weights there."),
        "weights_by_depth": Array(("cost", "cost depth"), "float64", "Weights with 1, 2, … blocks."),
    },
    dimensions={
        "token": Dimension("", "token"),
        "station": Dimension("", "station"),
        "number": Dimension("", whole=True),
        "reading": Dimension("", "reading"),
        "node": Dimension("", "node"),
        "model": Dimension("", lambda params: [KINDS[kind] for kind in params.variants]),
        "layer": Dimension("block", whole=True),
        "part": Dimension("", ("attention", "feed-forward")),
        "yardstick": Dimension("", YARDSTICKS),
        "mask": Dimension("", MASKS),
        "reader": Dimension("reads", [f"s{k}" for k in range(1, 7)] + [f"t{k}" for k in range(1, 7)]),
        "read": Dimension("is read", [f"s{k}" for k in range(1, 7)] + [f"t{k}" for k in range(1, 7)]),
        "cost": Dimension("", COSTS),
        "cost length": Dimension("tokens read at once, T", at="cost_length", log=True),
        "cost width": Dimension("width d", at="cost_width", log=True),
        "cost depth": Dimension("blocks", whole=True),
        "without": Dimension("", "without_name"),
        "where": Dimension("place in the piece", at="place_at"),
    },
    actions={
        "cut": Verb(
            "Switch a part off, or on again: what it adds is 0, and training goes on without it.",
            {
                "model": integer(0, 0, MOST - 1, label="Model"),
                "layer": integer(0, 0, DEEPEST - 1, label="Block"),
                "part": choice("attention", PARTS, label="Part"),
            },
            label="Switch off, switch on",
        ),
    },
    jobs={
        "without": Job("Held-out loss of a model with each part switched off, untrained.", {"model": integer(0, 0, MOST - 1)}),
        "places": Job("Held-out loss of every model at each place of the pieces."),
    },
)  # fmt: skip
