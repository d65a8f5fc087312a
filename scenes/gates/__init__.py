"""LSTM, GRU and a plain recurrent network on the same sequences: what each gate is worth at each time step."""

from typing import Any

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, choice, choices, integer, real
from explainer.contract.cards import Dimension

LANES = {
    "rnn": "RNN, orthogonal",
    "lstm": "LSTM as drawn",
    "lstm_bias": "LSTM, bias β",
    "gru": "GRU as drawn",
    "gru_bias": "GRU, bias β",
}
GATES = {"lstm": ("f", "i", "o"), "gru": ("z", "r"), "rnn": ()}
"""Each cell's gates: what keeps, what writes (in the GRU: how much the candidate sees), what is shown."""
GATE_NAMES = {"f": "forget f", "i": "input i", "o": "output o", "z": "update z", "r": "reset r"}
PARTS = {
    "lstm": ("c_before", "f", "i", "g", "o", "c", "h"),
    "gru": ("h_before", "z", "r", "n", "h"),
    "rnn": ("h_before", "h"),
}
"""What a cell is made of, as it is drawn as a graph."""
SYMBOLS, ASKED, LAG, LONGEST, MOST, COUNTED = 8, 4, 4, 80, 4, 40
"""Symbols; those that are answers; the echo's delay; time steps and networks at the most; the longest count tested."""
LETTERS = {"recall": "ABCDwxyz", "counting": "ab.", "reset": "01", "carried": "01"}


def cell_of(lane: str) -> str:
    """Return the kind of cell: rnn, lstm or gru."""
    return lane.split("_", maxsplit=1)[0]


def lane_name(lane: str, params: Any) -> str:
    """Return what a network is called, with its bias."""
    return LANES[lane].replace("bias β", f"β = {params.forget_bias:g}")


def metrics_of(what: str, lanes: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{what}/{lane}" for lane in lanes]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    lanes: tuple[str, ...] = choices(
        ("rnn", "lstm", "lstm_bias"), LANES, most=MOST, kind=STRUCTURAL, label="Networks",
        help="As PyTorch draws them, from the same random numbers; β and the orthogonal W_hh are set.",
    )
    forget_bias: float = real(
        5.0, -2.0, 8.0, kind=STRUCTURAL, label="Bias β of what keeps",
        help="Of the forget gate (LSTM) or the update gate (GRU) at first, where a network’s name says so.",
    )
    task: str = choice(
        "recall",
        {"recall": "Recall the first", "counting": "Count: aⁿbⁿ", "reset": "Echo, state reset",
         "carried": "Echo, state carried"},
        kind=STRUCTURAL, label="Task",
        help=f"Name the first symbol after the last; say how many b follow; say the bit of {LAG} steps ago, in a "
        "stream that is read T bits a step: the state is reset before each, or carried on.",
    )
    time_steps: int = integer(
        20, 4, LONGEST, kind=STRUCTURAL, label="Time steps T", help="How long a sequence is; counts reach T / 2."
    )
    hidden_size: int = integer(32, 4, 64, kind=STRUCTURAL, label="Hidden units H", help="Units of each network.")
    window: int = integer(
        LONGEST, 1, LONGEST, kind=LIVE, label="Window k",
        help="A sequence is read in pieces of k steps, and no gradient leaves one. Nothing is cut where k is T or more.",
    )
    lr: float = real(0.001, 1e-4, 0.1, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")
    selected: int = integer(
        2, 0, MOST - 1, kind=VIEW, label="Network looked into", help="Whose gates are drawn; 0 is the first."
    )
    gate: int = integer(
        0, 0, 2, kind=VIEW, label="Gate looked at", help="0 is the forget or update gate, then input or reset, output."
    )
    at: int = integer(10, 1, LONGEST, kind=VIEW, label="Time step t", help="Where the gate is held; what the cell shows.")
    unit: int = integer(1, 1, 64, kind=VIEW, label="Unit", help="The unit whose numbers the cell shows.")
    held: str = choice(
        "free", {"free": "as it is", "zero": "0", "one": "1"}, kind=VIEW, label="Gate held at",
        help="In every unit, at this time step alone; nothing is trained with it.",
    )

    @property
    def shown(self) -> int:
        """Which network is looked into."""
        return min(self.selected, len(self.lanes) - 1)

    @property
    def cell(self) -> str:
        """The kind of the network looked into."""
        return cell_of(self.lanes[self.shown])

    @property
    def gate_letter(self) -> str:
        """The gate looked at, by its letter; none in a plain network."""
        gates = GATES[self.cell]
        return gates[min(self.gate, len(gates) - 1)] if gates else ""

    @property
    def place(self) -> int:
        """The time step looked at, counted from 0."""
        return min(self.at, self.time_steps) - 1


BEYOND = "Beyond float32."

SCENE = Scene(
    title="Gates: LSTM and GRU",
    room="Sequences",
    question="What do the gates of LSTM and GRU do?",
    parameters=Params,
    first=("lanes", "forget_bias"),
    steps=100,
    speed=60.0,
    progress="accuracy/*",
    data=("task", "time_steps"),
    metrics={
        "loss/*": "Cross-entropy of what is asked in nats, mean of 32 new sequences, before the update.",
        "accuracy/*": "The share of what is asked in 64 other sequences that is right, before the update.",
    },
    arrays={
        "letters": Array(("time",), "<U4", "The sequence that is drawn."),
        "gates": Array(
            ("gate", "time"), "float32", "Of the network looked into: each gate’s mean over the units.", nan=BEYOND
        ),
        "unit_gates": Array(
            ("unit", "time"), "float32", "Every unit of the gate looked at; of a plain network its state h.", nan=BEYOND
        ),
        "cells": Array(("unit", "time"), "float32", "c₁ to c_T (h, where there is no cell).", nan=BEYOND, infinite=BEYOND),
        "parts": Array(
            ("part",), "float32", "What the cell of one unit holds at the time step looked at.", nan=BEYOND, infinite=BEYOND
        ),
        "worth": Array(
            ("gate", "time"), "float32",
            "The share of what is asked that is right if this gate is held (at 1, or else at 0) in every unit at this time "
            "step alone: in 32 of the sequences, in 1,280 / T where T is above 40.", slow=True,
        ),
        "grabbed": Array(("which",), "float32", "The same share as the network is, and with the gate held as it is set."),
        "reach": Array(
            ("lane", "time"), "float32",
            "‖∂L/∂c_t‖ (∂L/∂h_t where there is no cell): root mean square over 32 sequences, each with its own loss.",
            nan=BEYOND, infinite=BEYOND,
        ),
        "jacobian": Array(
            ("time",), "float32", "‖∂c_T/∂c_t‖ / √H by all ways, of the network looked into on the sequence that is drawn.",
            nan=BEYOND, infinite=BEYOND,
        ),
        "product": Array(
            ("time",), "float32", "The same of the way through the cell alone: the product of f (of z) after t.",
            nan="A plain network has no such way.",
        ),
        "counts": Array(
            ("lane", "n"), "float32", "Whether every b and the end of aⁿbⁿ are said rightly: 1 or 0.",
            nan="Another task is learned.",
        ),
        "count": Array(("n",), "int64", "n from 1 to 40."),
        "biases": Array(("bias",), "float64", "Biases of a gate, −2 to 8."),
        "half_lives": Array(("bias",), "float64", "Steps until half is left if f = σ(b): ln ½ / ln σ(b)."),
    },
    dimensions={
        "lane": Dimension("", lambda params: [lane_name(lane, params) for lane in params.lanes]),
        "time": Dimension("time step t", names="letters"),
        "gate": Dimension("", lambda params: [GATE_NAMES[gate] for gate in GATES[params.cell]]),
        "unit": Dimension("unit", whole=True),
        "part": Dimension("", lambda params: PARTS[params.cell]),
        "which": Dimension("", ("as it is", "gate held")),
        "n": Dimension("n", at="count", whole=True),
        "bias": Dimension("bias b of the gate", at="biases"),
    },
    symbols={"T": "time_steps", "H": "hidden_size", "k": "window", "η": "lr", "β": "forget_bias", "t": "at",
             "c": "cells", "f": "gates"},
    order=20,
)  # fmt: skip
