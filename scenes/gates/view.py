"""How it looks: gates over the sequence to grab, what each is worth there, and how far back gradients reach."""

from collections.abc import Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Button,
    Card,
    Column,
    Curves,
    Graph,
    Handle,
    Level,
    Line,
    Matrix,
    Steps,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.gates import ASKED, GATE_NAMES, GATES, PARTS, lane_name

NEXT = {"free": "zero", "zero": "one", "one": "free"}
VALUES = {"zero": "0", "one": "1"}
COLUMNS = {"lstm": (0, 0, 0, 0, 1, 1, 2), "gru": (0, 0, 0, 1, 2), "rnn": (0, 1)}
EDGES = {
    "lstm": ((0, 5), (1, 5), (2, 5), (3, 5), (4, 6), (5, 6)),
    "gru": ((0, 3), (2, 3), (0, 4), (1, 4), (3, 4)),
    "rnn": ((0, 1),),
}
"""Of each cell as a graph: the parts' columns, and which part goes into which."""
CELL_FORMULA = {
    "lstm": r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad h_t = o_t \odot \tanh c_t",
    "gru": r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t",
    "rnn": r"h_t = \tanh(W_{ih} x_t + b + W_{hh} h_{t-1})",
}
GATE_FORMULA = {
    "lstm": r"f_t = \sigma(W_f x_t + b_f + U_f h_{t-1})",
    "gru": r"n_t = \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + b'_n))",
    "rnn": r"\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(\tanh') W_{hh}",
}


def shown_name(frame: Frame) -> str:
    """Return what the network is called that is looked into."""
    return lane_name(frame.params.lanes[frame.params.shown], frame.params)


def grab(frame: Frame, gate: int, t: int) -> Mapping[str, object]:
    """Hold this gate at this step at 0; clicked again, at 1, then as it is."""
    same = (gate, t) == framed(frame)
    now = frame.params.held
    return {"gate": gate, "at": t + 1, "held": NEXT[now] if same else ("zero" if now == "free" else now)}


def framed(frame: Frame) -> tuple[int, int] | None:
    """Return the gate and the time step looked at."""
    gates = GATES[frame.params.cell]
    return (gates.index(frame.params.gate_letter), frame.params.place) if gates else None


def next_network(frame: Frame) -> Mapping[str, int]:
    """Look into the next network."""
    return {"selected": (frame.params.shown + 1) % len(frame.params.lanes)}


def held_words(frame: Frame) -> str:
    """Return which gate is held where, and at what."""
    letter, at = frame.params.gate_letter, frame.params.place + 1
    return f"{letter} = {VALUES[frame.params.held]} at t = {at}"


@reads("grabbed")
def hero_title(frame: Frame) -> str:
    """Say what the held gate costs."""
    before, after = frame.arrays["grabbed"]
    if not frame.params.gate_letter:
        return f"{shown_name(frame)}: no gates"
    if frame.params.held == "free":
        return f"{shown_name(frame)}: {before:.0%} right, no gate held"
    return f"{shown_name(frame)}, {held_words(frame)}: {before:.0%} → {after:.0%} right"


@reads("gates", "letters")
def gate_words(frame: Frame, gate: int, t: int) -> str:
    """Say what a gate's mean is, and what is read there."""
    name = GATE_NAMES[GATES[frame.params.cell][gate]]
    return f"{name} at t = {t + 1}, reading “{frame.arrays['letters'][t]}”: mean {frame.arrays['gates'][gate, t]:.3f}"


@reads("worth", "letters")
def worth_words(frame: Frame, gate: int, t: int) -> str:
    """Say what is right with a gate held."""
    name, value = GATE_NAMES[GATES[frame.params.cell][gate]], VALUES.get(frame.params.held, "0")
    return f"{name} = {value} at t = {t + 1} alone: {frame.arrays['worth'][gate, t]:.0%} right"


@reads("gates")
def gate_means(frame: Frame) -> list[tuple[str, str]]:
    """Return the mean of each gate over the sequence."""
    return [(f"{mean:.3f}", "muted") for mean in frame.arrays["gates"].mean(1)]


@reads("worth")
def worth_least(frame: Frame) -> list[tuple[str, str]]:
    """Return the least that is right for each gate."""
    return [(f"{least:.0%}", "muted") for least in frame.arrays["worth"].min(1)]


def worth_caption(frame: Frame) -> str:
    """Return what the lower strips are."""
    return f"Share right if this gate is {VALUES.get(frame.params.held, '0')} at this step"


def whole_decades(values: np.ndarray) -> tuple[float, float]:
    """Return the whole powers of ten, from 0.1 to 10 at least, between which all values lie; zeros lie one lower."""
    seen = values[np.isfinite(values) & (values > 0)].astype(float)
    low, high = np.floor(np.log10(seen.min(initial=0.1))), np.ceil(np.log10(seen.max(initial=10.0)))
    return float(10.0 ** (low - (values == 0).any())), float(10.0**high)


def look_at(frame: Frame, t: float) -> Mapping[str, int]:
    """Look at another time step."""
    return {"at": int(np.clip(round(t), 0, frame.params.time_steps - 1)) + 1}


@reads("unit_gates", "letters")
def unit_words(frame: Frame, unit: int, t: int) -> str:
    """Say what the gate looked at is in a unit."""
    name = frame.params.gate_letter or "h"
    return f"{name} of unit {unit + 1} at t = {t + 1}: {n(frame.arrays['unit_gates'][unit, t])}"


@reads("cells", "letters")
def cell_words(frame: Frame, unit: int, t: int) -> str:
    """Say what a unit holds."""
    letter = frame.arrays["letters"][t]
    return f"unit {unit + 1} after “{letter}” at t = {t + 1}: {n(frame.arrays['cells'][unit, t])}"


def choose_unit(frame: Frame, unit: int, t: int) -> Mapping[str, int]:
    """Look at a unit at a time step."""
    return {"unit": unit + 1, "at": t + 1}


def part_names(frame: Frame) -> list[str]:
    """Return the parts' names."""
    return [name.replace("_before", " before") for name in PARTS[frame.params.cell]]


@reads("parts")
def part_words(frame: Frame, part: int) -> str:
    """Say how a part came about."""
    v = [float(value) for value in frame.arrays["parts"]]
    name = PARTS[frame.params.cell][part]
    if frame.params.cell == "lstm" and name == "c":
        return f"c = f · c before + i · g = {v[1]:.3f} · {v[0]:.3f} + {v[2]:.3f} · {v[3]:.3f} = {v[5]:.3f}"
    if frame.params.cell == "lstm" and name == "h":
        return f"h = o · tanh c = {v[4]:.3f} · tanh {v[5]:.3f} = {v[6]:.3f}"
    if frame.params.cell == "gru" and name == "h":
        return f"h = z · h before + (1 − z) · n = {v[1]:.3f} · {v[0]:.3f} + {1 - v[1]:.3f} · {v[3]:.3f} = {v[4]:.3f}"
    return f"{part_names(frame)[part]} = {v[part]:.4f}"


def part_click(frame: Frame, part: int) -> Mapping[str, object] | None:
    """Hold a gate that was clicked in the cell."""
    name, gates = PARTS[frame.params.cell][part], GATES[frame.params.cell]
    return grab(frame, gates.index(name), frame.params.place) if name in gates else None


def of_lanes(what: str, frame: Frame) -> Mapping[str, str]:
    """Return a metric for each network."""
    return {f"{what}/{lane}": lane_name(lane, frame.params) for lane in frame.params.lanes}


NETWORK = Button(lambda frame: f"{shown_name(frame)} ›", next_network, "Look into the next network")
HERO = Card(
    "gates",
    hero_title,
    Column(
        (
            Matrix("gates", low=0.0, high=1.0, square=False, reading=gate_words, click=grab, framed=framed,
                   caption="Each gate, mean of the units", beside=gate_means, beside_head="mean",
                   none="A plain network has no gates: look into another"),
            Matrix("worth", colours="cividis", low=0.0, high=1.0, square=False, reading=worth_words, click=grab,
                   framed=framed, caption=worth_caption, beside=worth_least, beside_head="least",
                   none="A plain network has no gates: look into another"),
        )
    ),
    name="Gates over the sequence",
    about="Above each gate’s mean on one sequence; below how much of 32 sequences is right if it is held there",
    hint="click a gate at a time step: it is held at 0, then at 1, then as it is",
    buttons=(NETWORK,),
    at_first=True,
    weight=3.0,
    least=(380, 240),
)  # fmt: skip
ACCURACY = Card(
    "accuracy",
    "What is asked, named",
    Steps(lambda frame: of_lanes("accuracy", frame), "accuracy",
          levels=(Level(lambda frame: 1 / ASKED if frame.params.task == "recall" else None, "chance"),)),
    about="The share of what is asked in 64 other sequences that is right",
    at_first=True,
)  # fmt: skip
REACH = Card(
    "reach",
    "How far back the loss reaches",
    Curves("reach", "‖∂L/∂c_t‖", log=True, dots=True, span=whole_decades,
           handle=Handle(lambda frame: frame.params.place, move=look_at), click=lambda frame, t: look_at(frame, t)),
    about="The loss’ gradient in each cell state (in h, where there is no cell); at 0 beyond the window",
    at_first=True,
)  # fmt: skip
MEMORY = Card(
    "memory",
    "What is left of c_t at the end",
    Curves((Line("jacobian", "∂c_T/∂c_t, all ways", 0), Line("product", "∏ f, the cell alone", 1, dashed=True)),
           "norm / √H", log=True, dots=True, span=whole_decades, click=lambda frame, t: look_at(frame, t)),
    about="The derivative of the last cell state by each earlier one, and the product of gates that is part of it",
    buttons=(NETWORK,),
)  # fmt: skip
HALF_LIFE = Card(
    "half-life",
    "Half-life of a memory by bias",
    Curves(
        (Line("half_lives", "ln ½ / ln σ(b)"),), "steps", log=True, span=whole_decades, handle=Handle("forget_bias")
    ),
    about="How many steps until half is left where f is σ(b) at every step; drag β",
    hint="drag β: the networks are drawn anew",
)
CELL = Card(
    "cell",
    lambda frame: f"One cell: unit {min(frame.params.unit, frame.params.hidden_size)}, t = {frame.params.place + 1}",
    Graph(part_names, lambda frame: np.array(EDGES[frame.params.cell]),
          layers=lambda frame: np.array(COLUMNS[frame.params.cell]), values="parts", dims=("part",),
          edge_dim="way", reading=part_words, click=part_click),
    name="One cell as a graph",
    about="A unit’s numbers at the time step looked at; click a gate to hold it",
    buttons=(NETWORK,),
    least=(300, 180),
)  # fmt: skip
UNITS = Card(
    "units",
    lambda frame: f"Every unit’s {GATE_NAMES.get(frame.params.gate_letter, 'state h')}: {shown_name(frame)}",
    Matrix("unit_gates", lambda frame: frame.params.gate_letter or "h", numbers=False, square=False,
           colours=lambda frame: "viridis" if frame.params.gate_letter else "signed",
           reading=unit_words, click=choose_unit),
    name="One gate, every unit",
    about="The gate looked at, in every unit at every time step",
    least=(240, 180),
)  # fmt: skip
STATES = Card(
    "states",
    lambda frame: f"Cell states: {shown_name(frame)}",
    Matrix("cells", "c", colours="signed", numbers=False, square=False, reading=cell_words, click=choose_unit),
    name="Cell states over time",
    about="What every unit holds while one sequence is read (h, where there is no cell)",
    least=(240, 180),
)
COUNTS = Card(
    "counts",
    "Counted rightly: aⁿbⁿ",
    Curves("counts", "1: right", dots=True, span=(-0.1, 1.1)),
    about="Every b and the end said rightly, for n from 1 to 40; trained up to T / 2",
    applies=lambda params: "" if params.task == "counting" else "Nothing is counted: choose the task “Count: aⁿbⁿ”",
)
LOSS = Card(
    "loss",
    "Loss at every step",
    Steps(lambda frame: of_lanes("loss", frame), "cross-entropy in nats", log=True),
    about="Cross-entropy of what is asked",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(
        f"{lane_name(lane, frame.params)} {frame.metric(f'accuracy/{lane}'):.0%}" for lane in frame.params.lanes
    )
    return f"Step {frame.step}, {frame.params.time_steps} time steps. Right: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the accuracies."""
    named = [
        (lane_name(lane, frame.params), f"{frame.metric(f'accuracy/{lane}'):.0%}") for lane in frame.params.lanes[:3]
    ]
    return named if frame.step else ()


VIEW = View(
    cards=(HERO, ACCURACY, REACH, MEMORY, HALF_LIFE, CELL, UNITS, STATES, COUNTS, LOSS),
    formulas=(
        Formula("Cell", lambda frame: CELL_FORMULA[frame.params.cell], lambda frame: ""),
        Formula("Gate", lambda frame: GATE_FORMULA[frame.params.cell], lambda frame: ""),
    ),
    summary=summary,
    readings=readings,
)
