"""How it looks: the units and who is left out, both networks' curves, and the answers with a hundred masks."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Act,
    Bar,
    Bars,
    Button,
    Card,
    Cell,
    Curves,
    Handle,
    Histogram,
    Images,
    Level,
    Maps,
    Matrix,
    Row,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.dropout import LANES, TESTED, WAYS


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.1f} %"


@reads("weights")
def largest(frame: Frame) -> float:
    """Return the largest size of a weight."""
    return float(np.abs(frame.arrays["weights"]).max(initial=1e-6))


@reads("weights")
def smallest(frame: Frame) -> float:
    """Return the same below zero."""
    return -largest(frame)


@reads("weights", "dropped", "removed")
def unit_words(frame: Frame, unit: int, row: int, column: int) -> str:
    """Say what a unit did in the last step, and which weight is pointed at."""
    was = "left out" if frame.arrays["dropped"][unit] else "there"
    was = "taken out by hand; click to put it back" if frame.arrays["removed"][unit] else was
    return f"unit {unit}: {was}; weight {n(float(frame.arrays['weights'][unit, row, column]))}"


@reads("removed")
def take_out(frame: Frame, unit: int) -> Act:
    """Take a unit out, or put it back."""
    return Act("remove", {"unit": unit, "out": not bool(frame.arrays["removed"][unit])})


@reads("removed")
def out(frame: Frame) -> Sequence[int]:
    """Return the units that were taken out by hand."""
    return [int(unit) for unit in np.flatnonzero(frame.arrays["removed"])]


@reads("dropped")
def unit_caption(frame: Frame) -> str:
    """Say how many units the first example of the last batch had."""
    gone = int(frame.arrays["dropped"].sum())
    return f"{gone} of {len(frame.arrays['dropped'])} are left out for the batch's first digit"


@reads("masks", dims=("example", "unit"))
def mask_cells(frame: Frame) -> np.ndarray:
    """Return 1 where a unit was kept (example, unit)."""
    return frame.arrays["masks"].astype(float)


def of_both(what: str) -> Mapping[str, str]:
    """Return a metric of both networks, by name."""
    return {f"{what}/{lane}": lane for lane in LANES}


@reads("single", "label")
def single_answer(frame: Frame) -> float:
    """Return the probability of the true class without masks."""
    return float(frame.arrays["single"][int(frame.arrays["label"])])


@reads("answers", "label")
def asked_caption(frame: Frame) -> str:
    """Say what the digit is, and how often it is called so."""
    label = int(frame.arrays["label"])
    hits = int((frame.arrays["answers"].argmax(1) == label).sum())
    return f"a {label}: {hits} of 100 say so"


def next_digit(frame: Frame) -> Mapping[str, int]:
    """Ask the next test digit."""
    return {"probe": (frame.params.probe + 1) % TESTED}


@reads("doubted_labels", "entropies")
def doubt_captions(frame: Frame) -> list[str]:
    """Return the class and the entropy of each digit."""
    pairs = zip(frame.arrays["doubted_labels"], frame.arrays["entropies"], strict=True)
    return [f"{label}: {entropy:.2f}" for label, entropy in pairs]


def way(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives a measure of each way to predict (way,)."""
    return reads("ways", dims=("way",))(lambda frame: frame.arrays["ways"][:, k])


UNITS = Card(
    "units",
    "The units of layer 1",
    Maps(
        "weights", colours="signed", low=smallest, high=largest, dimmed="dropped", chosen=out, caption=unit_caption,
        reading=unit_words, click=take_out,
    ),
    about="Each unit's 64 weights as an image; in every step another half is missing",
    hint="click a unit to take it out of both networks",
    at_first=True,
    weight=2.0,
    least=(300, 260),
)  # fmt: skip
TEST = Card(
    "test",
    "Test digits right",
    Steps(of_both("test"), "share", levels=(Level(0.1, "chance"),)),
    about="Both networks without masks, on 360 digits with true labels",
    at_first=True,
)
TRAIN = Card(
    "train",
    "Training labels repeated",
    Steps(of_both("train"), "share"),
    about="The given labels, wrong ones too, without masks",
    at_first=True,
)
ASKED = Card(
    "asked",
    "One test digit, a hundred masks",
    Row(
        (
            Images("image", largest=120.0, caption=asked_caption),
            Histogram(
                "counts", "edges", "masked networks", "p of its true class",
                handle=Handle(single_answer, "whole"),
            ),
        ),
        weights=(1.0, 2.4),
    ),
    about="The probability of the true class in 100 thinned networks, and without masks",
    buttons=(Button("next digit ›", next_digit, "Ask the next test digit"),),
)  # fmt: skip
CHOSEN = Card(
    "ways",
    "Five ways to predict",
    Table(
        (
            Cell(lambda frame: WAYS, "prediction by"),
            Bar(way(0), "test digits right", span=1.0, number=percent),
            Cell(way(1), "loss in nats", right=True, number=n),
        ),
        dim="way",
    ),
    about="All test digits by the same weights, masked, unmasked, and by the twin without dropout",
)
WITHOUT = Card(
    "without",
    "Units of layer 1 taken out",
    Curves("without", "test digits right", span=(0.0, 1.0), dots=True, levels=(Level(0.1, "chance"),)),
    about="Nothing is trained anew: so many units give 0, the mean of five draws",
)
QUARTERS = Card(
    "quarters",
    "Right, from surest to least sure",
    Bars("quarters", "share right", span=(0.0, 1.0), number=percent),
    about="Test digits in four parts by the entropy of the mean of 30 masked answers",
)
DOUBTED = Card(
    "doubted",
    "Least sure of these",
    Images("doubted", captions=doubt_captions, largest=64.0),
    about="Test digits with the largest entropy of the mean answer: class, and entropy in nats",
)
MASKS = Card(
    "masks",
    "Masks of the last batch",
    Matrix(mask_cells, "kept", colours="accent", low=0.0, high=1.0, numbers=False, square=False),
    about="A row for each digit of the batch: every one has a mask of its own",
)
VARIANCE = Card(
    "variance",
    "Variance of the second layer's sums",
    Bars("variances", "variance", none="Nothing to measure"),
    about="Masks add variance that is not there at evaluation: batch normalization remembers the one with masks",
)
LOSS = Card("loss", "Loss on the batch", Steps(of_both("loss"), "nats", log=True), about="With masks, and without")


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "No step has been made yet."
    one, other = (percent(frame.metric(f"test/{lane}")) for lane in LANES)
    return f"Step {frame.step}: of the test digits {one} are right with dropout, {other} without."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the shares right of both networks."""
    return tuple((lane, percent(frame.metric(f"test/{lane}"))) for lane in LANES) if frame.step else ()


def mask_numbers(frame: Frame) -> str:
    """Return the factor in numbers."""
    p = frame.params.p
    return rf"\frac{{1}}{{1 - {p:.3g}}} = {1 / (1 - p):.4g}"


VIEW = View(
    cards=(UNITS, TEST, TRAIN, ASKED, CHOSEN, WITHOUT, QUARTERS, DOUBTED, MASKS, VARIANCE, LOSS),
    formulas=(
        Formula(
            "Dropout",
            lambda frame: (
                r"h' = \frac{m \odot h}{1 - p}, \quad m_i \sim \mathrm{Bernoulli}(1 - p)"
                if frame.params.scaling == "inverted"
                else r"h' = m \odot h, \quad \text{at evaluation } h' = (1 - p)\, h"
            ),
            mask_numbers,
        ),
    ),
    summary=summary,
    readings=readings,
)
