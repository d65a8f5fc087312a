"""How it looks: the networks as ladders that can be cut, how they learn, and what passes through them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Bar,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Ladder,
    Level,
    Line,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.residual import KINDS, WAYS

COMPARED = ("plain", "plain-norm", "residual", "residual-norm")
DECADES = 4.0


def name_of(frame: Frame, k: int) -> str:
    """Return what a network is called."""
    return KINDS[frame.params.variants[k]]


@reads("deltas", dims=("network", "block"))
def arriving(frame: Frame) -> np.ndarray:
    """Return the gradient after each block in powers of ten of that after the last one (network, block)."""
    deltas = frame.arrays["deltas"]
    with np.errstate(all="ignore"):
        found = np.log10(np.maximum(deltas, 1e-45)) - np.log10(np.maximum(deltas[:, -1:], 1e-45))
    return np.where(np.isfinite(deltas), found, np.nan)


def power(decades: float) -> str:
    """Return a power of ten."""
    return "10" + f"{decades:.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


@reads("correct", "resting")
def shares(frame: Frame) -> list[str]:
    """Return what stands at the end of each ladder (network,)."""
    if not frame.step:
        return [""] * len(frame.params.variants)
    trained, held_out = frame.arrays["correct"]
    return [
        "ran away" if rests else f"{one:.0%} right, {other:.0%} of new digits"
        for rests, one, other in zip(frame.arrays["resting"], trained, held_out, strict=True)
    ]


@reads("deltas", "ways", "changes")
def block_words(frame: Frame, k: int, block: int) -> str:
    """Say which ways are open and what passes."""
    open_ways = ("branch and skip", "branch alone", "left out")[int(frame.arrays["ways"][k, block])]
    delta, change = (float(frame.arrays[name][k, block]) for name in ("deltas", "changes"))
    words = f"{name_of(frame, k)}, block {block + 1} ({open_ways}): ‖∂L/∂h‖ = {n(delta)}"
    return f"{words}, h changes by {n(change)} of its length"


@reads("ways")
def through(frame: Frame, k: int, block: int) -> Act:
    """Leave a block out, or put it back as its network has it."""
    closed = WAYS[int(frame.arrays["ways"][k, block])] == "skip"
    own = "branch" if frame.params.variants[k].startswith("plain") else "both"
    return Act("set_way", {"network": k, "block": block, "way": own if closed else "skip"})


@reads("ways")
def around(frame: Frame, k: int, block: int) -> Act:
    """Cut a skip, or draw one."""
    open_way = WAYS[int(frame.arrays["ways"][k, block])] != "branch"
    return Act("set_way", {"network": k, "block": block, "way": "branch" if open_way else "both"})


def shown(frame: Frame) -> int:
    """Return which network is looked into."""
    return int(frame.params.shown)


def of_each(what: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each network, by name."""
    return lambda frame: {f"{what}/{kind}": KINDS[kind] for kind in frame.params.variants}


@reads("lesion_step")
def lesion_title(frame: Frame) -> str:
    """Say whose blocks are left out, and when."""
    return f"{name_of(frame, shown(frame))}, step {int(frame.arrays['lesion_step'])}: without one, without several"


def own_title(frame: Frame) -> str:
    """Return the same before anything is known."""
    return lesion_title(frame) if "lesion_step" in frame.arrays else "Without one block, without several"


def lesion_key(frame: Frame) -> object:
    """Return what the answer depends on: the step, the network, what is cut."""
    ways = frame.arrays.get("ways")
    return frame.step, shown(frame), None if ways is None else ways.tobytes(), frame.params.variants


def trial(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives a row of what was tried (network,)."""
    return reads("tried", dims=("network",))(lambda frame: frame.arrays["tried"][k])


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{share:.0%}"


def next_network(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next network."""
    return {"selected": (shown(frame) + 1) % len(frame.params.variants)}


LADDER = Card(
    "ladder",
    "Blocks, and the ways around them",
    Ladder(
        arriving, "ways", "‖∂L/∂h‖ over that after the last block", low=-DECADES, high=DECADES,
        number=power, beside=shares, chosen=shown, reading=block_words,
        through=through, around=around, name_click=lambda frame, k: {"selected": k},
        none="There is no block",
    ),
    about="Each network as a chain of blocks, coloured by the gradient that arrives; arcs are skip connections",
    hint="the network's accuracy answers at once",
    at_first=True,
    weight=3.4,
    least=(340, 300),
)  # fmt: skip
RIGHT = Card(
    "right",
    "Training digits right",
    Steps(of_each("right"), "share", levels=(Level(0.1, "chance"),)),
    about="Of the digits that are just being learned: this is training error, not overfitting",
    at_first=True,
)
DELTAS = Card(
    "deltas",
    "Gradient after each block",
    Curves("deltas", "‖∂L/∂h‖", log=True, strong=shown),
    about="From the last block back to the first: does it grow or shrink on its way?",
    at_first=True,
)
TRIED = Card(
    "tried",
    lambda frame: f"Without block {min(frame.params.block, frame.params.blocks)}, and without its skip",
    Table(
        (
            Cell(reads("tried")(lambda frame: [KINDS[kind] for kind in frame.params.variants]), "right"),
            Bar(trial(0), "as it is", span=1.0, number=percent),
            Bar(trial(1), "without the block", span=1.0, place=1, number=percent),
            Bar(trial(2), "without its skip", span=1.0, place=2, number=percent),
        ),
        dim="network",
        chosen=shown,
        click=lambda frame, k: {"selected": k},
    ),
    name="Without one block, and without its skip",
    about="Nothing is trained anew: one block is left out, or its skip is cut, and the digits are read again",
)
SIZES = Card(
    "sizes",
    "Size of what passes on",
    Curves("sizes", "r.m.s. of h", log=True, strong=shown),
    about="A sum of two equal variances is twice as large: without normalization it doubles at every block",
)
CHANGES = Card(
    "changes",
    "How much each block changes",
    Curves("changes", "‖Δh‖ / ‖h‖", log=True, strong=shown),
    about="‖h after the block − h before it‖ / ‖h before it‖: near 0 a block is nearly the identity",
)
LESIONS = Card(
    "lesions",
    own_title,
    Column(
        (
            Curves(
                (Line("without_block", "without this block", 0), Line("without_skip", "without its skip", 1)),
                "right", dims=("block",), span=(0.0, 1.0), levels=(Level(0.1, "chance"),),
            ),
            Curves(
                (Line("without_several", "mean of 5 orders", 2),), "right", dims=("count",), span=(0.0, 1.0),
                levels=(Level(0.1, "chance"),),
            ),
        )
    ),
    name="Without one block, without several",
    about="Of 360 training digits, with one block left out, one skip cut, or so many blocks left out at random",
    buttons=(Button(lambda frame: f"{name_of(frame, shown(frame))} ›", next_network, "Look into the next network"),),
    ask=Ask(
        "lesions", ("without_block", "without_skip", "without_several", "lesion_step"), lesion_key,
        lambda frame: {"network": shown(frame)}, "leaving out one block after another …",
    ),
    least=(260, 260),
)  # fmt: skip
DEPTHS = Card(
    "depths",
    "Training error after 100 steps, by depth",
    Curves(
        tuple(
            Line(reads("depth_error", dims=("layers",))(lambda frame, k=k: frame.arrays["depth_error"][k]),
                 KINDS[kind], k)
            for k, kind in enumerate(COMPARED)
        ),
        "share wrong", dims=("layers",), span=(0.0, 1.0), dots=True, levels=(Level(0.9, "chance"),),
    ),
    about="Four kinds of network with 2 to 40 layers, trained beside the run; a gap: the numbers ran away",
    ask=Ask(
        "depths", ("depth_layers", "depth_error", "depths_complete"),
        lambda frame: (frame.params.width, frame.params.batch, frame.params.lr), busy="training 20 networks …",
        parts=True,
    ),
    hides_before_prediction=True,
)  # fmt: skip
LOSS = Card("loss", "Loss at every step", Steps(of_each("loss"), "nats", log=True), about="Cross-entropy on each batch")


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{words} {frame.metric(name):.0%}" for name, words in of_each("right")(frame).items())
    return f"Step {frame.step}: of the batch right: {said}." if frame.step else "No step has been made yet."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the shares right of the first and the last network."""
    pairs = list(of_each("right")(frame).items())
    return tuple((words, f"{frame.metric(name):.0%}") for name, words in pairs[-2:]) if frame.step else ()


def gradient_numbers(frame: Frame) -> str:
    """Return the gradient after the first and after the last block."""
    if "deltas" not in frame.arrays:
        return ""
    first, last = (float(frame.arrays["deltas"][shown(frame), place]) for place in (0, -1))
    return rf"\|\delta_1\| = {first:.3g}, \quad \|\delta_{{{frame.params.blocks}}}\| = {last:.3g}"


VIEW = View(
    cards=(LADDER, RIGHT, DELTAS, TRIED, LESIONS, DEPTHS, SIZES, CHANGES, LOSS),
    formulas=(
        Formula("Plain block", lambda frame: r"h_l = \mathrm{ReLU}(F(h_{l-1}))", lambda frame: ""),
        Formula("Residual block", lambda frame: r"h_l = \mathrm{ReLU}(h_{l-1} + F(h_{l-1}))", lambda frame: ""),
        Formula(
            "Gradient",
            lambda frame: r"\delta_{l-1} = \delta_l + F'(h_{l-1})^\top \delta_l \quad (\text{where ReLU is open})",
            gradient_numbers,
        ),
    ),
    arrays=("correct",),
    formula_arrays=("deltas",),
    summary=summary,
    readings=readings,
)
