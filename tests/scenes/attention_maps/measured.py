"""What the lesson on attention maps states, and how it is measured again."""

from __future__ import annotations

import numpy as np

from tests.measure_lessons import Stated

FOUR = (0, 1, 2, 3)
LEARNED, NONE = "position=learned&run=200&speed=30", "position=none&run=300&speed=30"
ROTARY, CAUSAL = "position=rotary&run=1500", "direction=causal&run=300&speed=60"
INDUCTION = "task=induction&length=16&layers={}&run={}"


def reached(run):
    """The first step at which 99 % of a batch's tokens were right."""
    found = np.flatnonzero(run.metrics["accuracy"] >= 0.99)
    return float(found[0]) + 1 if len(found) else float("inf")


def right(run):
    """The share of right tokens over the last 20 steps, in percent."""
    return 100 * float(run.metrics["accuracy"][-20:].mean())


def whole(run):
    """The share of whole sequences right over the last 20 steps, in percent."""
    return 100 * float(run.metrics["accuracy/sequence"][-20:].mean())


def held_out(run):
    return run.arrays("held_out")["held_out"][1].tolist()


def at(*rows):
    """The share right at some rows, counted from 1, on the held-out sequences, in percent."""
    return lambda run: (100 * run.arrays("position_accuracy")["position_accuracy"][[row - 1 for row in rows]]).tolist()


def middle(of):
    """The share right at rows 3 and 4, or at 5 and 6: the better two (``max``) or the worse (``min``)."""
    return lambda run: of(at(3, 4)(run), at(5, 6)(run), key=sum)


def without_its_head(part):
    """Loss (0) or accuracy (1) on the held-out sequences with the only head off."""

    def measure(run):
        run.act("switch_head", layer=1, head=1)
        found = held_out(run)[part]
        run.act("all_heads")
        return found

    return measure


def worth(measure):
    """What the only head is worth by gradient (0) or by ablation (1)."""
    return lambda run: float(run.arrays("importance")["importance"][measure, 0, 0])


def pattern(name, layer):
    def measure(run):
        found = run.arrays("*")
        return float(found["pattern_score"][found["pattern"].tolist().index(name), layer, 0])

    return measure


def mirrored(run):
    """How far apart a row and its mirror image are at most, from step 100 to 140."""
    apart = []
    for step in range(100, 141, 10):
        run.seek(step)
        shares = run.arrays("position_accuracy")["position_accuracy"]
        apart.append(float(np.abs(shares - shares[::-1]).max()))
    return max(apart)


STATED = [
    Stated("99 %, at step 120 to 170 on eight seeds", LEARNED, reached, (120, 170), FOUR),
    Stated("## What does a head learn to read?", LEARNED, mirrored, (0, 0.25)),
    Stated("(try:position=learned&run=200&speed=30) | 120–170 |", LEARNED, reached, (120, 170), FOUR),
    Stated("| 110–130 |", "position=sinusoidal&run=200&speed=30", reached, (110, 130)),
    Stated("never: 78–80 % after 1,500 steps", ROTARY, right, (77.5, 80.5)),
    Stated("rows 1, 2, 7 and 8 are at 98 % and more", ROTARY, at(1, 2, 7, 8), (97.5, 100)),
    Stated("are at 73–89 % and the other two at 27–51 %", ROTARY, middle(max), (72.5, 89.5)),
    Stated("are at 73–89 % and the other two at 27–51 %", ROTARY, middle(min), (26.5, 51.5)),
    Stated("| never: 31 % |", NONE, right, (30.5, 31.9)),
    Stated("and not one sequence is right", NONE, whole, (0, 0)),
    Stated("99 % at step 8 to 10", "task=copy&position=none&run=60&speed=30", reached, (8, 10)),
    Stated("it stays at 30 %", "task=sort&position=none&run=300", right, (29, 31)),
    Stated("| 120–140 |", "task=sort&run=200&speed=30", reached, (120, 140)),
    Stated("at step 210–245 instead of 130–145", INDUCTION.format(2, 300), reached, (130, 145)),
    Stated("at step 210–245 instead of 130–145", f"{INDUCTION.format(2, 300)}&position=none", reached, (210, 245)),
    Stated("never: 73–79 % after 1,000", INDUCTION.format(1, 1000), right, (72.5, 79.5)),
    Stated("| 320–430 |", "task=add&heads=2&run=500&speed=60", reached, (320, 430)),
    Stated("| 352–508 |", "task=brackets&heads=2&run=600&speed=60", reached, (352, 508)),
    Stated(
        "0.37–0.44 for “one after the same”", INDUCTION.format(2, 300), pattern("one after the same", 1), (0.365, 0.445)
    ),
    Stated(
        "0.18–0.21, where reading alike gives 0.16",
        INDUCTION.format(2, 300),
        pattern("previous token", 0),
        (0.175, 0.215),
    ),
    Stated("55 % is all that can be had", CAUSAL, right, (54, 56)),
    Stated("takes 17–22 steps instead of", "norm=pre&run=60&speed=30", reached, (17, 22)),
    Stated("from 100 % to 8–12 % of the held-out digits", LEARNED, without_its_head(1), (0.075, 0.125)),
    Stated("from 0.01 or less to 4.0–5.1 (six seeds)", LEARNED, without_its_head(0), (3.95, 5.15)),
    Stated("the gradient is 0.03 or less and the ablation 3.8–4.9", "run=170", worth(0), (0, 0.035)),
    Stated("the gradient is 0.03 or less and the ablation 3.8–4.9", "run=170", worth(1), (3.75, 4.95)),
]
