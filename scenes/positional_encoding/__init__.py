"""Positional encoding: the same small language model, told in several ways where a symbol stands."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Refused,
    Scene,
    choice,
    choices,
    integer,
    real,
    text,
)
from explainer.contract.cards import Dimension

NAMES = {
    "none": "None",
    "learned": "Learned",
    "sinusoidal": "Sinusoidal",
    "rotary": "Rotary",
    "alibi": "ALiBi",
}
YARDSTICKS = ("uniform", "frequencies", "bigrams", "trigrams")
HEADS, READ, BLOCK, TOKENS, NEAR = 4, 128, 8, 256, 64
"""Heads of every layer; symbols that are read to see what lies beyond; places in a block of these; symbols that a
step learns from; places in the maps."""
LETTERS = {"_": "␣", **{letter: letter for letter in "abcdefghijklmnopqrstuvwxyz"}}
"""Symbols whose query and key are drawn; the blank is written as an underscore."""


def metrics_of(kind: str, schemes: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each model."""
    return [f"{kind}/{name}" for name in schemes]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    schemes: tuple[str, ...] = choices(
        ("none", "learned", "rotary", "alibi"), NAMES, most=5, kind=STRUCTURAL, label="Positions",
        help="One model for each: the same first weights, the same text.",
    )
    length: int = integer(
        32, 8, READ, log=True, kind=LIVE, label="Trained length", unit="symbols",
        help="How long the pieces are that are learned from; 256 symbols a step, however they are cut.",
    )
    stretch: float = real(
        1.0, 1.0, 8.0, kind=LIVE, label="Places divided by",
        help="Interpolation: places 0, 1, 2 … become 0, 1/s, 2/s …; not of a learned table, nor without positions.",
    )
    base: float = real(
        10_000.0, 10.0, 1_000_000.0, log=True, kind=STRUCTURAL, label="Base",
        help="Of rotary positions: pair i turns by base^(−2i/d) at each place.",
    )
    lr: float = real(0.004, 1e-5, 0.1, log=True, kind=LIVE, label="Learning rate η", help="AdamW's, at its peak.")
    steps: int = integer(
        600, 100, 10_000, log=True, kind=STRUCTURAL, label="Training", unit="steps",
        help="Up in 100 steps, then down a cosine to a tenth of η, which stays.",
    )
    layers: int = integer(2, 1, 4, kind=STRUCTURAL, label="Layers", help="Blocks of attention and feed-forward.")
    width: int = integer(32, 16, 128, kind=STRUCTURAL, label="Width d", help="A multiple of 8: four heads, of pairs.")
    token_std: float = real(
        0.3, 0.01, 1.0, log=True, kind=STRUCTURAL, label="σ of token vectors", help="Of their first numbers."
    )
    position_std: float = real(
        0.02, 0.01, 1.0, log=True, kind=STRUCTURAL, label="σ of position vectors",
        help="Of the learned table's first numbers; PyTorch's default for an embedding is 1.",
    )
    query: str = choice("e", LETTERS, kind=VIEW, label="Query of", help="The symbol that asks, in the first layer.")
    key: str = choice("h", LETTERS, kind=VIEW, label="Key of", help="The symbol that is asked.")
    query_place: int = integer(20, 0, READ - 1, kind=VIEW, label="Place of the query", help="Drag a solid hand.")
    key_place: int = integer(18, 0, READ - 1, kind=VIEW, label="Place of the key", help="Drag a dashed hand.")
    head: int = integer(1, 1, HEADS, kind=VIEW, label="Head", help="Whose query and key are drawn.")
    words: str = text("the order of the letters", most=60, eager=True, kind=VIEW, label="Words",
                      help="Read forwards, and backwards but for the last letter.")

    def verify(self) -> None:
        """Refuse a width that four heads cannot share in pairs."""
        if self.width % (2 * HEADS):
            raise Refused(f"width = {self.width} is refused: give a multiple of {2 * HEADS}", about="width")


SCENE = Scene(
    title="Positional encoding",
    room="Attention",
    question="How does it know what comes first?",
    parameters=Params,
    first=("schemes", "length"),
    symbols={"η": "lr", "s": "stretch", "q": "hands", "k": "hands", "m": "query_place", "n": "key_place"},
    order=30,
    steps=600,
    speed=60.0,
    progress="test/*",
    no_script="its text lies in this program, and a script is to need nothing of it",
    metrics={
        "loss/*": "Cross-entropy of the batch in nats per character, before the update.",
        "test/*": "The same of the last tenth of the text, at places 0 to 31: after every fourth update four of its "
                  "48 pieces of 128 symbols are read; the mean of the latest readings, an eighth of all, at most 12.",
        "far/*": "The same readings at places 96 to 127.",
    },
    arrays={
        "by_place": Array(("scheme", "block"), "float32", "These readings, in blocks of 8 places."),
        "block_at": Array(("block",), "float32", "The middle of each block."),
        "yardsticks": Array(("yardstick",), "float64", "What counting comes to on the held-out tenth, in nats."),
        "hands": Array(("hand", "axis"), "float32", "Tips of the hands: the query's pairs, then the key's, turned by "
                       "place × frequency, on dials of radius 1."),
        "arms": Array(("hand", "axis"), "float32", "The hands as vectors from their dial's centre."),
        "unturned": Array(("hand",), "float32", "Each hand's angle at place 0, in radians."),
        "hand_at": Array(("hand", "axis"), "float32", "The centre of the dial of each."),
        "dials": Array(("dial point", "axis"), "float32", "The dials' rims, one after the other.", nan="between dials"),
        "labels": Array(("pair", "axis"), "float32", "Places below the dials."),
        "periods": Array(("pair",), "float64", "Places for a whole turn, 2π s base^(2i/d)."),
        "parts": Array(("pair",), "float32", "What each pair adds to the score, qᵢ·kᵢ/√d."),
        "scores": Array(("shift",), "float32", "q·k/√d at these places, and with both 40 further."),
        "by_distance": Array(("distance",), "float32", "q·k/√d with the key so many places behind the query."),
        "similarity": Array(("scheme", "place", "other place"), "float32", "Sinusoidal, learned: cosine of the two "
                            "position vectors. Rotary: cosine of a vector of equal pairs with itself, turned to both "
                            "places. ALiBi: e^(−slope · distance), mean over heads. None: 1."),
        "sines": Array(("number", "place"), "float32", "Sinusoidal position vectors."),
        "moved": Array(("scheme", "mask"), "float32", "By how much the scores after the last letter change at most "
                       "when all letters before it are read backwards: without a mask, and with the causal one."),
        "forwards": Array(("scheme",), "<U32", "The likeliest symbol after the words, and its probability."),
        "backwards": Array(("scheme",), "<U32", "The same when all but the last letter are backwards."),
    },
    dimensions={
        "scheme": Dimension("", lambda params: [NAMES[name] for name in params.schemes]),
        "block": Dimension("place", at="block_at"),
        "yardstick": Dimension("", YARDSTICKS),
        "pair": Dimension("pair"),
        "place": Dimension("place"),
        "other place": Dimension("place"),
        "distance": Dimension("distance"),
        "number": Dimension("number"),
        "mask": Dimension("", ("without a mask", "causal")),
    },
)  # fmt: skip
