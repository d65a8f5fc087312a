"""How it looks: two weights between loss and penalty, ten weights at every strength, and a network held back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Ask,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Histogram,
    Images,
    Level,
    Line,
    Scatter,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.regularization import L1_RATIOS, OPTIMIZERS, PENALTIES, TINY

SHORT = {"l1": "L1", "prox": "L1", "elastic": "elastic net", "l2": "L2", "decay": "L2", "max_norm": "max-norm"}
FORMULAS = {
    "l1": r"L + \lambda \sum |w|",
    "prox": r"w \leftarrow \mathrm{sign}(w)\,\max(|w| - \eta\lambda,\ 0)",
    "elastic": r"L + \frac{\lambda}{2} \sum |w| + \frac{\lambda}{4} \sum w^2",
    "l2": r"L + \frac{\lambda}{2} \sum w^2",
    "decay": r"w \leftarrow (1 - \eta\lambda)\,w - \eta\,\mathrm{step}",
    "max_norm": r"w \leftarrow w\,\min(1,\ c / \|w\|)",
}


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.1f} %"


def nearest(frame: Frame, name: str, place: Any) -> Mapping[str, Any]:
    """Return the strength at which an array over the strengths (alpha, …) comes nearest to a place."""
    gap = np.abs(frame.arrays[name] - np.asarray(place)).reshape(len(frame.arrays["alphas"]), -1).sum(1)
    return {"alpha": float(f"{frame.arrays['alphas'][gap.argmin()]:.3g}")}


@reads("two_path", "corners", "alphas")
def move_spot(frame: Frame, k: int, x: float, y: float) -> Mapping[str, Any]:
    """Move the lowest loss, or set the strength by the solution's place on its path, or by the region's corner."""
    if k == 0:
        return {"lowest": (min(2.0, max(-2.0, x)), min(2.0, max(-2.0, y)))}
    return nearest(frame, "two_path", (x, y)) if k == 1 else nearest(frame, "corners", x)


@reads("spots")
def spot_words(frame: Frame, k: int) -> str:
    """Say what a spot is, and where."""
    words = ("lowest loss", f"lowest loss with {SHORT[frame.params.penalty]}", "edge of the region")[k]
    w = frame.arrays["spots"][k]
    return f"{words}: w₁ = {n(w[0])}, w₂ = {n(w[1])}"


@reads("spots")
def two_title(frame: Frame) -> str:
    """Say what the two weights are."""
    w = [f"{value:.2f}" if abs(value) > 1e-9 else "0" for value in frame.arrays["spots"][1]]
    strength = "c" if frame.params.penalty == "max_norm" else "α"
    return f"Two weights, {SHORT[frame.params.penalty]}, {strength} = {n(frame.params.alpha)}: w = ({w[0]}, {w[1]})"


def other_name(frame: Frame) -> str:
    """Return the name of the path that is drawn for comparison."""
    return "L2" if L1_RATIOS.get(frame.params.penalty, 0.0) == 1 else "L1"


def alpha_words(frame: Frame) -> str:
    """Return the strength's symbol and value."""
    return f"{'c' if frame.params.penalty == 'max_norm' else 'α'} = {n(frame.params.alpha)}"


def lines(name: str, names: Sequence[str]) -> tuple[Line, ...]:
    """Return a curve over the strengths for each column of an array (alpha, column)."""
    return tuple(
        Line(reads(name, dims=("alpha",))(lambda frame, k=k: np.ascontiguousarray(frame.arrays[name][:, k])), words, k)
        for k, words in enumerate(names)
    )


@reads("ten_errors", "alphas")
def lowest_error(frame: Frame) -> float:
    """Return the least error of persons that were not fitted."""
    return float(frame.arrays["ten_errors"][:, 1].min())


SWEPT = tuple(
    Line(reads("sweep_right", dims=("strength",))(lambda now, k=k: now.arrays["sweep_right"][k]), name, place, dashed)
    for k, (name, place, dashed) in enumerate((
        ("training labels", 2, False), ("test digits", 0, False), ("stopped early", 1, False),
        ("test, without", 0, True), ("without, stopped early", 1, True),
    ))
)  # fmt: skip


def strength_now(frame: Frame) -> float:
    """Return the strength of the network, or max-norm's radius."""
    return float(frame.params.max_norm if frame.params.penalty == "max_norm" else frame.params.weight_decay)


def set_strength(frame: Frame, value: float) -> Mapping[str, Any]:
    """Set the strength of the network, or max-norm's radius."""
    if frame.params.penalty == "max_norm":
        return {"max_norm": min(20.0, max(0.05, value))}
    return {"weight_decay": min(1.0, max(1e-5, value))}


def trained_by(frame: Frame) -> tuple[Any, ...]:
    """Return what the networks trained beside the run depend on."""
    return tuple(getattr(frame.params, name) for name in ("noise", "examples", "width", "batch", "lr"))


@reads("unit_largest")
def unit_tokens(frame: Frame) -> Sequence[str]:
    """Return the colour's name for units into which nothing leads any more (unit,)."""
    return ["danger" if size < TINY else "" for size in frame.arrays["unit_largest"]]


@reads("unit_largest")
def unit_words(frame: Frame, k: int) -> str:
    """Say how large the weights into a unit are."""
    return f"hidden unit {k + 1}: its largest weight is {n(float(frame.arrays['unit_largest'][k]))}"


@reads("unit_largest")
def units_title(frame: Frame) -> str:
    """Say how many units are left."""
    sizes = frame.arrays["unit_largest"]
    return f"What leads into each hidden unit: {int((sizes >= TINY).sum())} of {len(sizes)} left"


@reads("estimates")
def belief_title(frame: Frame) -> str:
    """Say which weights the likelihood and the posterior prefer."""
    likely, highest, mean = frame.arrays["estimates"]
    highest = 0.0 if abs(highest) < 1e-9 else highest
    return f"One weight: most likely {n(likely)}, with the prior {n(highest)}; posterior mean {n(mean)}"


def no_decay_column(k: int) -> Any:
    """Return a column of the table of decays (optimizer,)."""
    return reads("decay_norms", dims=("optimizer",))(lambda frame: frame.arrays["decay_norms"][:, k])


TWO = Card(
    "two",
    two_title,
    Scatter(
        "spots", ("w₁", "w₂"), move=move_spot, reading=spot_words, equal=True, span=(-1.2, 2.0, -1.1, 1.7),
        classes=reads("spots", dims=("spot",))(lambda frame: np.array([1, 0, 2])),
        sizes=reads("spots", dims=("spot",))(lambda frame: np.array([11.0, 13.0, 9.0])),
        class_names=("solution", "lowest loss", "allowed"),
        over=(
            Trail("contours", "", 7, width=1.2),
            Trail("touching", "", 1, width=1.6),
            Trail("region", "", 2, width=2.6),
            Trail("two_other", other_name, 3, width=1.6),
            Trail("two_path", "", 0),
        ),
    ),
    name="Two weights",
    about="Ellipses of equal loss, and what the penalty allows; the solution is where they touch. Pink: another path",
    hint="drag the lowest loss, the solution along its path, or the region's corner",
    at_first=True,
    weight=2.0,
    least=(300, 260),
)  # fmt: skip
TEST = Card(
    "test",
    "Test digits right",
    Steps(
        {"test/held": "regularized", "test/plain": "without", "stopped/plain": "stopped early"},
        "share", levels=(Level(0.1, "chance"),),
    ),
    about="Stopped early: the network without, at the end of the epoch up to now with the lowest validation loss",
    at_first=True,
)  # fmt: skip
UNITS = Card(
    "units",
    units_title,
    Images("units_in", low=-0.3, high=0.3, captions=lambda frame: (), tokens=unit_tokens, reading=unit_words,
           largest=72.0),
    name="What leads into each hidden unit",
    about="The weights from the 8 × 8 pixels; red: none of them is 0.01 or larger",
    at_first=True,
)  # fmt: skip
TEN = Card(
    "ten",
    lambda frame: f"Ten weights at every strength, {SHORT[frame.params.penalty]}",
    Column(
        (
            Curves(lines("ten_path", ("age", "sex", "bmi", "bp", *(f"s{k}" for k in range(1, 7)))), "weight",
                   dims=("alpha",), handle=Handle("alpha", alpha_words)),
            Curves(lines("ten_errors", ("40 persons fitted", "402 others")), "error", dims=("alpha",),
                   span=(0.0, 1.2), handle=Handle("alpha")),
        ),
        weights=(1.6, 1.0),
    ),
    name="Ten weights at every strength",
    about="How a person's diabetes goes on, from ten measures: fitted to 40 persons; error: mean square over variance",
    hint="drag the line of α",
    weight=1.6,
    least=(280, 260),
)  # fmt: skip
NORM = Card(
    "norm",
    "Length of all weights",
    Steps({"norm/held": "regularized", "norm/plain": "without"}, "‖w‖"),
    about="Of both layers together",
)
NEAR = Card(
    "near",
    "Weights near 0",
    Steps({"near": "below 0.01", "zero": "exactly 0"}, "share"),
    about="Of the regularized network's weights",
)
TRAIN = Card(
    "train",
    "Training labels repeated",
    Steps({"train/held": "regularized", "train/plain": "without"}, "share", levels=(Level(0.1, "chance"),)),
    about="The given labels, of which some are wrong",
)
SIZES = Card(
    "sizes",
    "All weights by size",
    Histogram("counts", "edges", "weights", "w", log=True),
    about="Of the regularized network and its twin; beyond the ends: in the last bin",
)
SWEEP = Card(
    "sweep",
    lambda frame: f"{PENALTIES[frame.params.penalty].split(':')[0]}: every strength, after 400 steps",
    Curves(
        SWEPT, "share right", dims=("strength",), span=(0.0, 1.0), dots=True,
        handle=Handle(strength_now, move=set_strength),
    ),
    name="Every strength",
    about="Seven networks trained beside the run; stopped early: at the lowest of the validation losses",
    ask=Ask(
        "sweep", ("strengths", "sweep_right"),
        lambda frame: (frame.params.penalty, *trained_by(frame)), busy="training 8 networks …",
    ),
    least=(280, 200),
)  # fmt: skip
DECAYS = Card(
    "decays",
    "L2 in the loss, or decoupled decay: ‖w‖ after 200 steps",
    Table(
        (
            Cell(lambda frame: OPTIMIZERS, "optimizer"),
            Cell(no_decay_column(0), "without", right=True, number=lambda value: f"{value:.2f}"),
            Cell(no_decay_column(1), "L2", right=True, number=lambda value: f"{value:.2f}"),
            Cell(no_decay_column(2), "decoupled", right=True, number=lambda value: f"{value:.2f}"),
            Cell(no_decay_column(3), "‖difference‖", right=True, number=lambda value: f"{value:.2g}"),
        ),
        dim="optimizer",
    ),
    about="λ = 0.01, η as in the run, for Adam a thirtieth; how far the weights of L2 and decoupled decay are apart",
    ask=Ask(
        "decays", ("decay_norms",),
        trained_by, busy="training 9 networks …",
    ),
    least=(300, 120),
)  # fmt: skip
BELIEFS = Card(
    "beliefs",
    belief_title,
    Curves("beliefs", "density, highest = 1", span=(0.0, 1.08),
           handle=Handle(lambda frame: frame.params.lowest[0], "most likely",
                         move=lambda frame, value: {"lowest": (min(2.0, max(-2.0, value)), frame.params.lowest[1])})),
    name="A penalty is a prior",
    about="L1 is a Laplace prior, L2 a normal one: the penalty's solution is where the posterior is highest",
    hint="drag the most likely weight",
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "No step has been made yet."
    held, plain, stopped = (frame.metric(name) for name in ("test/held", "test/plain", "stopped/plain"))
    return (
        f"Step {frame.step}: test digits right {percent(held)} regularized, {percent(plain)} without, "
        f"{percent(stopped)} without and stopped early."
    )


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the shares of test digits right."""
    if not frame.step:
        return ()
    shown = {"test/held": "regularized", "test/plain": "without", "stopped/plain": "stopped early"}
    return tuple((words, percent(frame.metric(name))) for name, words in shown.items())


def near_numbers(frame: Frame) -> str:
    """Return the length of the weights of both networks."""
    if not frame.step:
        return ""
    return rf"\|w\| = {frame.metric('norm/held'):.3g}\ \text{{instead of}}\ {frame.metric('norm/plain'):.3g}"


VIEW = View(
    cards=(TWO, TEST, UNITS, TEN, SWEEP, NORM, NEAR, SIZES, TRAIN, DECAYS, BELIEFS),
    formulas=(Formula("What holds the weights", lambda frame: FORMULAS[frame.params.penalty], near_numbers),),
    summary=summary,
    readings=readings,
)
