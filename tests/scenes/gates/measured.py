"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from torch import nn

from tests.measure_lessons import Stated


def first_above(lane: str) -> Callable[[Any], float]:
    """Return a measure: the first step at which 95 % are right, infinite where there is none."""
    return lambda run: float(next((k for k, a in enumerate(run.metrics[f"accuracy/{lane}"], 1) if a >= 0.95), np.inf))


def last(lane: str) -> Callable[[Any], float]:
    """Return a measure: the accuracy at the end, in percent."""
    return lambda run: 100 * float(run.metrics[f"accuracy/{lane}"][-1])


def grabbed(run: Any) -> float:
    """Return what is right with the gate held that is set, in percent."""
    return 100 * float(run.arrays("grabbed")["grabbed"][1])


def worth(gate: int, steps: slice) -> Callable[[Any], float]:
    """Return a measure: the least that is right with a gate held at one of these steps, in percent."""
    return lambda run: 100 * float(run.arrays("worth")["worth"][gate, steps].min())


def at_first(name: str) -> Callable[[Any], float]:
    """Return a measure: an array at t = 1."""
    return lambda run: float(run.arrays(name)[name][0])


def counted(lane: int) -> Callable[[Any], float]:
    """Return a measure: up to which n all are counted rightly."""

    def measure(run: Any) -> float:
        found = run.arrays("counts")["counts"][lane]
        return float(np.argmin(found)) if not found.all() else 40.0

    return measure


def half_life(bias: float) -> Callable[[int], float]:
    """Return a measure: the steps until half is left."""
    return lambda seed: math.log(0.5) / math.log(1 / (1 + math.exp(-bias)))


def weights(layer: type[nn.RNNBase]) -> Callable[[int], float]:
    """Return a measure: the parameters of PyTorch's layer with 8 inputs and 32 units."""
    return lambda seed: float(sum(p.numel() for p in layer(8, 32).parameters()))


OPEN, COUNTING = "lanes=lstm_bias", "lanes=lstm,lstm_bias,gru&task=counting&hidden_size=8&lr=0.01&run=400"
ECHO = "task=carried&lr=0.003&run=80"
STATED = [
    Stated("above 95 % after 40 to 48 updates", "run=100", first_above("rnn"), (40, 48)),
    Stated("the LSTM as drawn still guesses after 100", "run=100", last("lstm"), (10, 45)),
    Stated("is there after 46 or 47", "run=100", first_above("lstm_bias"), (46, 47)),
    Stated("1 step for b = 0", None, half_life(0), (0.99, 1.01)),
    Stated("2.2 for 1, 14 for 3", None, half_life(1), (2.15, 2.25)),
    Stated("2.2 for 1, 14 for 3", None, half_life(3), (13.5, 14.5)),
    Stated("103 for 5", None, half_life(5), (102.5, 103.5)),
    Stated("product of f is 0.000007 to 0.000009", "selected=1&run=0", at_first("product"), (0.0000065, 0.0000095)),
    Stated("with β = 5 it is 0.88", "run=0", at_first("product"), (0.875, 0.885)),
    Stated("18 to 35 % right", f"{OPEN}&gate=1&at=1&held=zero&run=120", grabbed, (18, 35)),
    Stated("18 to 35 % right", f"{OPEN}&run=120", worth(1, slice(1)), (18, 35)),
    Stated("at the last (23 to 35 %)", f"{OPEN}&gate=2&at=20&held=zero&run=120", grabbed, (23, 35)),
    Stated("at the last (23 to 35 %)", f"{OPEN}&run=120", worth(2, slice(-1, None)), (23, 35)),
    Stated("In between both can be shut", f"{OPEN}&run=120", worth(1, slice(1, None)), (100, 100)),
    Stated("In between both can be shut", f"{OPEN}&run=120", worth(2, slice(-1)), (100, 100)),
    Stated("More than 90 %", f"{OPEN}&at=10&held=zero&run=120", grabbed, (90, 100)),
    Stated("55 to 72 % are left", f"{OPEN}&time_steps=40&at=20&held=zero&run=150", grabbed, (54, 72.5)),
    Stated("= 5376$ parameters", None, weights(nn.LSTM), (5376, 5376)),
    Stated("4,032 parameters here against 5,376", None, weights(nn.GRU), (4032, 4032)),
    Stated("whole derivative 2.6 to 3.1", "run=0", at_first("jacobian"), (2.6, 3.1)),
    Stated("0.0001 against 0.000007", "selected=1&run=0", at_first("jacobian"), (0.00005, 0.00015)),
    Stated("144 to 244 updates", "lanes=gru_bias&forget_bias=3&run=250", first_above("gru_bias"), (144, 244)),
    Stated("right up to 12 to 18", COUNTING, counted(0), (12, 18)),
    Stated("with β = 5 up to 18 to 39", COUNTING, counted(1), (18, 39)),
    Stated("the GRU up to 11 to 13", COUNTING, counted(2), (11, 13)),
    Stated("90 %, for the first four of 20", "lanes=rnn&task=reset&lr=0.003&run=80", last("rnn"), (89, 91)),
    Stated("99 to 100 %", f"lanes=rnn&{ECHO}", last("rnn"), (99, 100)),
    Stated("56 to 65 %", f"lanes=rnn&window=3&{ECHO}", last("rnn"), (56, 65.5)),
    Stated("49 to 52 %", f"{OPEN}&{ECHO}", last("lstm_bias"), (49, 52.1)),
]
