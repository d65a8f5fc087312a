"""Sequence to sequence: an encoder and a decoder, with one vector between them or with attention."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Scene,
    choice,
    choices,
    integer,
    real,
    text,
)
from explainer.contract.cards import Dimension

LANES = {"vector": "One vector", "attention": "Attention"}
TASKS = {"reverse": "Reverse", "copy": "Copy", "answers": "Several answers", "silence": "Or no answer"}
END, START, LONGEST = 10, 11, 16
"""The symbols after the digits: ends an answer, is fed first; the longest string."""
LENGTHS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Those of the strings that are judged by their length."""
DIGITS = "3141592653589793"


def word(task: str, symbol: int) -> str:
    """Return how a symbol is written: answers are made of letters."""
    if symbol >= END:
        return "end" if symbol == END else "start"
    return str(symbol) if spells(task) else "ABCDEFGHIJ"[symbol]


def spells(task: str) -> bool:
    """Return whether a task is to say the digits of a string again."""
    return task in ("reverse", "copy")


def metrics_of(what: str, lanes: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{what}/{lane}" for lane in lanes]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    lanes: tuple[str, ...] = choices(
        ("vector", "attention"), LANES, kind=STRUCTURAL, label="Networks",
        help="Side by side, on the same strings. One vector: the decoder begins with the encoder’s last state. "
        "Attention: it reads the others too.",
    )
    task: str = choice(
        "reverse", TASKS, kind=STRUCTURAL, label="Task",
        help="Say the digits backwards, or forwards. Several answers: B (0.4), or A and one of six letters (0.6). "
        "Or no answer: nothing (0.2), or A and three letters, each one of six.",
    )
    length: int = integer(
        12, 1, LONGEST, kind=STRUCTURAL, label="Digits n", when={"task": ("reverse", "copy")},
        suggests=lambda length: {"source": DIGITS[:length]}, help="How many digits the strings of training have.",
    )
    hidden_size: int = integer(64, 8, 128, kind=STRUCTURAL, label="Hidden units H", help="The numbers in a state.")
    forcing: float = real(
        1.0, 0.0, 1.0, kind=LIVE, label="Teacher forcing",
        help="The chance that in training the decoder is fed the true symbol and not its own.",
    )
    lr: float = real(0.01, 1e-4, 0.1, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")
    source: str = text(
        DIGITS[:12], most=LONGEST, eager=True, kind=VIEW, label="String", when={"task": ("reverse", "copy")},
        help="Up to 16 digits of yours: what the pictures show. Anything else is left out.",
    )
    place: int = integer(
        0, 0, LONGEST, kind=VIEW, label="Changed place",
        help="At this place of what is said another digit is fed on. 0 changes nothing.",
    )
    digit: int = integer(0, 0, 9, kind=VIEW, label="Changed to", help="The digit that is fed on there.")
    beam: int = integer(2, 1, 6, kind=VIEW, label="Beam width k", help="The beginnings that are kept at each step.")
    length_penalty: float = real(
        0.0, 0.0, 2.0, kind=VIEW, label="Length penalty α", help="The beam’s answer has the largest ln P ÷ lengthᵅ."
    )
    selected: int = integer(
        1, 0, 1, kind=VIEW, label="Network searched", help="Whose answers are searched: 0 the first, 1 the second."
    )

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a string of the length of training."""
        return {"source": DIGITS[: given["length"]]} if isinstance(given.get("length"), int) else {}

    @property
    def digits(self) -> str:
        """The digits of the string; what is none is left out, and 0 stands where there is none."""
        return "".join(each for each in self.source if each in "0123456789") or "0"

    @property
    def shown(self) -> int:
        """Which network is searched."""
        return min(self.selected, len(self.lanes) - 1)

    @property
    def longest(self) -> int:
        """How many symbols are said of the string in the pictures, the end among them."""
        return len(self.digits) + 1 if spells(self.task) else {"answers": 3, "silence": 5}[self.task]


BEYOND = "Beyond float32."

SCENE = Scene(
    title="Sequence to sequence",
    room="Sequences",
    question="Must a sentence fit into one vector?",
    parameters=Params,
    first=("lanes", "source"),
    symbols={"n": "length", "H": "hidden_size", "η": "lr", "k": "beam", "α": "alignment"},
    steps=200,
    speed=60.0,
    progress="free/*",
    data=("task", "length"),
    metrics={
        "loss/*": "Cross-entropy a symbol in nats, mean of 32 new strings, before the update.",
        "free/*": "The share of symbols right in 32 other strings, the end left out, before the update: the decoder is "
        "fed what it has said.",
        "whole/*": "The share of these strings that are right to the end.",
    },
    arrays={
        "source_word": Array(("source",), "<U5", "What is read."),
        "wanted": Array(("output",), "<U5", "What should be said."),
        "said": Array(("lane", "output"), "<U5", "What each network says, fed what it has said; at the changed place "
                      "what is fed on instead."),
        "chance": Array(("lane", "output"), "float64", "The probability that each network gave it.", nan=BEYOND),
        "alignment": Array(("output", "source"), "float64", "The attention’s weights: rows add up to 1. All 0 without "
                           "attention.", nan=BEYOND),
        "forced_right": Array(("lane", "position"), "float64", "The share right at each position of 128 other strings, "
                              "fed the truth."),
        "free_right": Array(("lane", "position"), "float64", "The same, fed what was said; at the changed place each "
                            "string is fed another digit than the right one.", slow=True),
        "by_length": Array(("lane", "length"), "float64", "The share of digits right in 64 strings of each length, fed "
                           "what was said.", slow=True),
        "lengths": Array(("length",), "int64", "These lengths."),
        "node": Array(("node",), "<U5", "The beginnings that the beam has kept, by their last symbol; first the start.",
                      slow=True),
        "node_chance": Array(("node",), "float64", "Their probabilities.", nan=BEYOND),
        "node_layer": Array(("node",), "int64", "Their lengths."),
        "node_best": Array(("node",), "bool", "Whether the beam’s answer begins so."),
        "branch": Array(("branch", "end of it"), "int64", "Which node follows from which."),
        "answer": Array(("search",), "<U24", "The answers: greedy, by the beam, the likeliest of all; a dash where 100 "
                        "beginnings did not find it.", slow=True),
        "answer_chance": Array(("search",), "float64", "Their probabilities by the network.",
                               nan="Not found, or beyond float32."),
        "answer_score": Array(("search",), "float64", "ln P ÷ lengthᵅ, the end counted.",
                              nan="Not found, or beyond float32.", infinite="P is 0."),
        "answer_true": Array(("search",), "float64", "Their probabilities by the task.", nan="Not found."),
    },
    dimensions={
        "lane": Dimension("", lambda params: [LANES[lane] for lane in params.lanes]),
        "line": Dimension("", lambda params: ["should be", *(LANES[lane] for lane in params.lanes)]),
        "source": Dimension("read", "source_word"),
        "output": Dimension("place", whole=True),
        "position": Dimension("place in the answer", whole=True),
        "length": Dimension("digits in the string", at="lengths"),
        "search": Dimension("", lambda params: ("greedy", f"beam of {params.beam}", "likeliest of all")),
        "node": Dimension("", "node"),
    },
    order=25,
)  # fmt: skip
