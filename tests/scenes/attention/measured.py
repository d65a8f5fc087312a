"""What the lesson of attention states, and how it is measured again."""

from __future__ import annotations

import numpy as np

from explainer import Run
from tests.measure_lessons import Stated

FOUR, FIVE = (0, 1, 2, 3), (0, 1, 2, 3, 4)
LOOKUP = "weights=trained&lookup={}&position={}&text=a%20cat%20and%20a%20dog"
WIDE = "weights=random&d_model=64&heads=1&run=8&speed=5"


def weight(query, key, head=0):
    """The weight with which one token reads another."""
    return lambda run: float(run.arrays("final_weights")["final_weights"][head, query, key])


def largest(run):
    return float(run.arrays("final_weights")["final_weights"].max(-1).mean())


def first_loss(run):
    return float(run.arrays("training_loss")["training_loss"][0])


def last_loss(run):
    return float(run.arrays("training_loss")["training_loss"][-20:].mean())


def before(run):
    """The least weight on the token before, of all tokens after the first."""
    return float(run.arrays("final_weights")["final_weights"][0].diagonal(-1).min())


def norm_in_z(run):
    return float(np.linalg.norm(run.arrays("jacobian")["jacobian"][0]))


def norm_in_score(run):
    return norm_in_z(run) / np.sqrt(2) / run.params.temperature


def at_width(name, divided, d):
    """A point of the curves about √d."""

    def measure(run):
        found = run.arrays("*")
        return float(found[name][divided, found["saturation_width"].tolist().index(d)])

    return measure


def widths(row, d, ranges):
    """The statements of one line of the table about √d."""
    columns = (
        ("saturation_weight", 0), ("saturation_weight", 1), ("saturation_gradient", 0),
        ("saturation_gradient", 1), ("saturation_mean", 1),
    )  # fmt: skip
    pairs = zip(columns, ranges, strict=True)
    return [Stated(row, "temperature=1", at_width(*column, d), between, FOUR) for column, between in pairs]


def orders(position):
    """How far apart the outputs for “dog” are in the two sentences."""

    def measure(seed):
        given = {"weights": "random", "d_model": 8, "heads": 2, "position": position, "seed": seed}
        outputs = []
        for text, place in (("the dog bit the man", 1), ("the man bit the dog", 4)):
            run = Run("attention", text=text, **given)
            run.step(8)
            outputs.append(run.frame["output"][place])
        return float(np.abs(outputs[0] - outputs[1]).max())

    return measure


def entropy_share(seed):
    shares = [
        Run("attention", seed=each, weights="random", d_model=8, heads=2).arrays("row_entropy")["row_entropy"].mean()
        for each in range(seed * 50, seed * 50 + 50)
    ]
    return float(np.mean(shares) / np.log(5))


def losses(row, position, first, last):
    """The statements of one line of the table of positions."""
    link = LOOKUP.format("previous", position)
    return [Stated(row, link, first_loss, first, FOUR), Stated(row, link, last_loss, last, FOUR)]


def every_weight(run):
    return run.arrays("final_weights")["final_weights"].ravel().tolist()


def same_word(run):
    return [weight(i, j)(run) for i in (0, 3) for j in (0, 3)]


def other_word(run):
    return [weight(i, i)(run) for i in (1, 2, 4)]


MATCH, AVERAGE = LOOKUP.format("match", "none"), LOOKUP.format("average", "none")
RANDOM, ROTARY, NONE = (LOOKUP.format("previous", kind) for kind in ("random", "rotary", "none"))
EIGHT = f"{LOOKUP.format('previous', 'alibi')}&d_model=32&heads=8"
TEMPERATURES = {
    0.2: ("| 0.998 | 0.004 | 0.013 |", (0.998, 0.004, 0.013)),
    1: ("| 0.68 | 0.35 | 0.25 |", (0.68, 0.35, 0.25)),
    10: ("| 0.25 | 0.40 | 0.028 |", (0.25, 0.40, 0.028)),
}
DIVIDED = "0.90–1.00 (five seeds); divided it is 0.43–0.59"
ADDITIVE = "ends at a loss of 0.16–0.17, dot products at 0.17–0.18"
NOT_SYMMETRIC = "“its” gives “cat” 0.68, “cat” gives “its” 0.02"
ENTROPY = "have 0.83–0.86 of the largest possible entropy on average over 50 seeds"

STATED = [
    Stated("gives “cat” 0.98 instead of 0.68", "query=4.71,1.5", weight(3, 1), (0.975, 0.985)),
    Stated("(try:query=0.01,0) gives everyone 0.20", "query=0.01,0", weight(3, 1), (0.195, 0.205)),
    Stated(NOT_SYMMETRIC, "temperature=1", weight(3, 1), (0.675, 0.685)),
    Stated(NOT_SYMMETRIC, "temperature=1", weight(1, 3), (0.015, 0.025)),
    *(
        Stated(row, f"temperature={heat}", measure, (number - 0.005, number + 0.005))
        for heat, (row, numbers) in TEMPERATURES.items()
        for measure, number in zip((weight(3, 1), norm_in_z, norm_in_score), numbers, strict=True)
    ),
    *widths(
        "| 4 | 0.33–0.34 | 0.51–0.52 | 0.33–0.34 | 0.60–0.63 | 0.61–0.64 |",
        4,
        [(0.325, 0.345), (0.505, 0.525), (0.325, 0.345), (0.595, 0.635), (0.605, 0.645)],
    ),
    *widths(
        "| 64 | 0.35–0.37 | 0.87–0.89 | 0.36–0.37 | 0.31–0.70 | 1.10–1.26 |",
        64,
        [(0.345, 0.375), (0.865, 0.895), (0.355, 0.375), (0.305, 0.705), (1.095, 1.265)],
    ),
    *widths(
        "| 256 | 0.35–0.37 | 0.92–0.94 | 0.36–0.37 | 0.01–0.06 | 1.31–1.57 |",
        256,
        [(0.345, 0.375), (0.915, 0.945), (0.355, 0.375), (0.005, 0.065), (1.305, 1.575)],
    ),
    Stated(DIVIDED, WIDE, largest, (0.425, 0.595), FIVE),
    Stated(DIVIDED, f"{WIDE}&scale=0", largest, (0.895, 1.0), FIVE),
    Stated("largest weight of 0.28–0.44 on five seeds", f"{WIDE}&score=additive", largest, (0.275, 0.445), FIVE),
    Stated(ADDITIVE, f"{RANDOM}&score=additive", last_loss, (0.155, 0.175), FOUR),
    Stated(ADDITIVE, RANDOM, last_loss, (0.165, 0.185), FOUR),
    Stated("mostly “cat” in head 0 and “The” in head 1", "d_model=4&heads=2", weight(3, 0, 1), (0.5, 1.0)),
    Stated(ENTROPY, None, entropy_share, (0.825, 0.865)),
    Stated("both “a” read 0.50 from each other and themselves", MATCH, same_word, (0.49, 0.505), FOUR),
    Stated("every other word at least 0.95 from itself", MATCH, other_word, (0.95, 1), FOUR),
    Stated("each token after the first reads 0.97 or more from the one before", RANDOM, before, (0.965, 1), FOUR),
    Stated("it is learned as well: 0.82 or more", ROTARY, before, (0.815, 1), FOUR),
    Stated("the loss stays at 0.84, for nothing says", NONE, last_loss, (0.835, 0.845), FOUR),
    Stated("every weight 0.20. That is easy", AVERAGE, every_weight, (0.195, 0.205), FOUR),
    *losses("| 1.96–2.32 | 0.17–0.18 |", "random", (1.955, 2.325), (0.165, 0.185)),
    *losses("| 1.37–1.63 | 0.005–0.006 |", "rotary", (1.365, 1.635), (0.0045, 0.0065)),
    *losses("| 1.75–2.10 | 0.67–0.69 |", "sinusoidal", (1.745, 2.105), (0.665, 0.695)),
    *losses("| 1.38–1.63 | 0.84 |", "alibi", (1.375, 1.635), (0.835, 0.845)),
    Stated("have slopes from ½ to 1/256 and come to 0.79", EIGHT, last_loss, (0.785, 0.795)),
    Stated("up to 0.59 (0.09 to 1.55 on five seeds)", None, orders("sinusoidal"), (0.085, 1.555), FIVE),
    Stated("They differ by some 10⁻¹⁶, the rounding of float64", None, orders("none"), (0, 5e-16), FIVE),
]
