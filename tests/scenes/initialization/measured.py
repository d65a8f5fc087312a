"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def percent(*ways: str) -> Callable[[Any], list[float]]:
    """Return a measure: the shares of held-out digits that networks have right at the end, in percent."""
    return lambda run: [100 * float(run.metrics[f"accuracy/{way}"][-1]) for way in ways]


def kinds(run: Any) -> list[float]:
    """Return how many different units the layers of the first network have."""
    return [float(count) for count in run.arrays("kinds")["kinds"][0]]


def ratio(name: str, k: int, above: int, below: int) -> Callable[[Any], float]:
    """Return a measure: an array's value of network k in one layer over that in another, from 0."""

    def of(run: Any) -> float:
        row = run.arrays(name)[name][k]
        return float(row[above] / row[below])

    return of


def singular(k: int, place: int) -> Callable[[Any], float]:
    """Return a measure: a singular value of network k."""
    return lambda run: float(run.arrays("singular")["singular"][k, place])


def least_size(run: Any) -> float:
    """Return the least size of the hidden sums of Normal 1."""
    return float(run.arrays("sizes")["sizes"][2, :-1].min())


def whole(low: float, high: float) -> tuple[float, float]:
    """Return a range of whole numbers, half a one wider on both sides."""
    return low - 0.5, high + 0.5


FIVE, RELU = "run=300", "ways=pytorch,xavier-normal,he-normal,orthogonal&activation=relu&run=300"
SIX = "ways=zeros,constant,small,large,pytorch,xavier-normal&run=300"
TWO = "ways=he-normal,orthogonal&run=300"
SIGMOID = "ways=large,pytorch,xavier-normal,he-normal&activation=sigmoid&run=300"
FACTORS = "ways=pytorch,he-normal&activation=relu"
TABLE = {
    "| zeros | 8 | 8 | 7 to 10 |": (SIX, "zeros", (8, 8), (8, 8), (7, 10)),
    "| constant 0.05 | 16 to 23 | 16 to 20 | 7 to 10 |": (SIX, "constant", (16, 23), (16, 20), (7, 10)),
    "| normal 0.01 | 8 | 8 | 7 to 10 |": (SIX, "small", (8, 8), (8, 8), (7, 10)),
    "| normal 1 | 50 to 62 | runs away: 7 to 13 | 54 to 59 |": (SIX, "large", (50, 62), (7, 13), (54, 59)),
    "| PyTorch's | 90 to 93 | 15 to 52 | 7 to 10 |": (SIX, "pytorch", (90, 93), (15, 52), (7, 10)),
    "| Xavier | 93 to 96 | 93 to 94 | 7 to 10 |": (SIX, "xavier-normal", (93, 96), (93, 94), (7, 10)),
    "| He | 94 to 95 | 92 to 95 | 7 to 10 |": (TWO, "he-normal", (94, 95), (92, 95), (7, 10)),
    "| orthogonal | 94 to 96 | 93 to 96 | 7 to 10 |": (TWO, "orthogonal", (94, 96), (93, 96), (7, 10)),
}
STATED = [
    *(
        Stated(words, f"{link}&activation={activation}", percent(way), whole(*between))
        for words, (link, way, *ranges) in TABLE.items()
        for activation, between in zip(("tanh", "relu", "sigmoid"), ranges, strict=True)
    ),
    Stated("The constant reads 16 to 23 %", FIVE, percent("constant"), whole(16, 23)),
    Stated("σ = 0.01 8 %", FIVE, percent("small"), whole(8, 8)),
    Stated("σ = 1 50 to 62 %", FIVE, percent("large"), whole(50, 62)),
    Stated("PyTorch's default 90 to 93 %", FIVE, percent("pytorch"), whole(90, 93)),
    Stated("Xavier 93 to 96 %", FIVE, percent("xavier-normal"), whole(93, 96)),
    Stated("16 to 21 % are right", "ways=constant,xavier-normal&odd=1&run=300", percent("constant"), whole(16, 21)),
    Stated("still equal to the last bit", "ways=constant&run=3000",
           lambda run: float(run.metrics["apart/constant"][-1]), (0, 0)),
    Stated("it reads 94 to 95 %", "ways=pytorch,he-normal&activation=relu&depth=2&run=300", percent("pytorch"),
           whole(94, 95)),
    Stated("[width 33]", "ways=constant&width=33&run=3000", lambda run: kinds(run)[0], (2, 33)),
    Stated("reads 30 to 37 % with", "ways=zeros,constant&depth=1&activation=sigmoid&lr=1&run=300",
           percent("zeros", "constant"), whole(30, 37)),
    Stated("σ = 0.01 in a layer of 32: $\\sqrt{32} \\cdot 0.01 = 0.057$", None, lambda seed: math.sqrt(32) * 0.01, (0.0565, 0.0575)),
    Stated("its slope at 5 is 0.00018", None, lambda seed: 1 / math.cosh(5) ** 2, (0.000175, 0.000185)),
    Stated("they are 5 and more", "", least_size, (4.6, 5.5)),
    Stated("the sums are below a millionth", "", lambda run: float(run.arrays("sizes")["sizes"][1, 4]), (0, 1e-6)),
    Stated("15 to 21 %. Units", "ways=constant,xavier-normal&noise=0.01&run=300", percent("constant"), whole(15, 21)),
    Stated("the constant reads 76 to 82 %", "ways=constant,zeros&noise=0.1&run=300", percent("constant"), whole(76, 82)),
    Stated("87 to 93 %", "ways=constant,zeros&noise=0.1&run=300", percent("zeros"), whole(87, 93)),
    Stated("15 to 52 % against 92 to 95 %", RELU, percent("pytorch"), whole(15, 52)),
    Stated("15 to 52 % against 92 to 95 %", RELU, percent("he-normal"), whole(92, 95)),
    Stated("layer 1 gets 0.018 to 0.030", FACTORS, ratio("backward", 0, 0, 4), (0.0175, 0.0305)),
    Stated("with He 0.96 to 1.03", FACTORS, ratio("backward", 1, 0, 4), (0.955, 1.035)),
    Stated("10 to 15 at three seeds", "ways=he-normal&activation=relu&gain=2", ratio("sizes", 0, 4, 0), (9.5, 15.5)),
    Stated("at depth 20 a mismatch of 10 % is $1.1^{20} = 6.7$", None, lambda seed: 1.1**20, (6.65, 6.75)),
    Stated("54 to 59 %; the others guess", SIGMOID, percent("large"), whole(54, 59)),
    Stated("layer 1 gets 0.2 to 0.34", SIGMOID.replace("&run=300", ""), ratio("backward", 0, 0, 4), (0.195, 0.345)),
    Stated("it gets 0.002 to 0.003", SIGMOID.replace("&run=300", ""), ratio("backward", 2, 0, 4), (0.002, 0.003)),
    Stated("go from 1.9 or 2.0", "ways=orthogonal,xavier-normal&layer=2", singular(1, 0), (1.85, 2.05)),
    Stated("down to 0.002 to 0.05", "ways=orthogonal,xavier-normal&layer=2", singular(1, -1), (0.0015, 0.055)),
    Stated("Ten ReLU layers read 8 %", "ways=pytorch&activation=relu&depth=10&run=300", percent("pytorch"), whole(8, 8)),
    Stated("end at 93 to 97 %", "ways=xavier-normal,xavier-uniform,he-normal,he-uniform&run=300",
           percent("xavier-normal", "xavier-uniform", "he-normal", "he-uniform"), whole(93, 97)),
]  # fmt: skip
