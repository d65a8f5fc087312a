"""How it looks: one number of a batch is pushed, and below it which others move, for each normalization."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Board,
    Button,
    Card,
    Cell,
    Curves,
    Edit,
    Grid,
    Level,
    Line,
    Mark,
    Matrix,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.normalization import COMPANIES, GROUPS, MODES, NORMS, WIDTH, Params

SHARED = {
    "none": "nothing",
    "batch": "a unit, over the batch",
    "layer": "an example, over 32 units",
    "group": "an example, over 8 units",
    "rms": "an example, squares only",
    "dropout": "nothing",
}
LATEX = {
    "none": "y_{ij} = x_{ij}",
    "batch": r"y_{ij} = \gamma_j\, \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \epsilon}} + \beta_j",
    "layer": r"y_{ij} = \gamma_j\, \frac{x_{ij} - \mu_i}{\sqrt{\sigma_i^2 + \epsilon}} + \beta_j",
    "group": r"y_{ij} = \gamma_j\, \frac{x_{ij} - \mu_{i,g(j)}}{\sqrt{\sigma_{i,g(j)}^2 + \epsilon}} + \beta_j",
    "rms": r"y_{ij} = \gamma_j\, \frac{x_{ij}}{\sqrt{\frac{1}{32} \sum_k x_{ik}^2 + \epsilon}}",
    "dropout": "y_{ij} = x_{ij}",
}


def shown(frame: Frame) -> str:
    """Return the normalization looked into."""
    return frame.params.norms[frame.params.shown]


def averaged_with(norm: str, mode: str, cell: tuple[int, int], rows: int) -> Collection[tuple[int, int]]:
    """Return the numbers that are averaged together with one."""
    i, j = cell
    if norm == "batch" and mode == "train":
        return [(row, j) for row in range(rows)]
    if norm in ("layer", "rms"):
        return [(i, column) for column in range(WIDTH)]
    if norm == "group":
        first = j - j % (WIDTH // GROUPS)
        return [(i, column) for column in range(first, first + WIDTH // GROUPS)]
    return [cell]


def moved_of(k: int) -> Callable[[Frame], np.ndarray | None]:
    """Return what gives the changes of the k-th network's outputs (example, unit); none where there are fewer."""

    @reads("moved", dims=("example", "unit"))
    def values(frame: Frame) -> np.ndarray | None:
        rows = frame.arrays["moved"]
        return rows[k] if k < len(rows) else None

    return values


def moved_title(k: int) -> Callable[[Frame], str]:
    """Return what says how many numbers move with the k-th normalization."""

    def title(frame: Frame) -> str:
        if k >= len(frame.params.norms) or "moved" not in frame.arrays or k >= len(frame.arrays["moved"]):
            return ""
        count = int((np.abs(frame.arrays["moved"][k]) > 1e-6).sum())
        return f"{NORMS[frame.params.norms[k]]}: {count} output{'s' if count != 1 else ''} moved"

    return title


def moved_words(k: int) -> Callable[[Frame, int, int], str]:
    """Return what says by how much an output moves."""
    return lambda frame, i, j: f"example {i}, unit {j}: the output moves by {n(frame.arrays['moved'][k, i, j])}"


def moved_grid(k: int) -> Grid:
    """Return the grid of the k-th network's changes."""
    return Grid(moved_of(k), moved_title(k), reading=moved_words(k), click=choose_cell)


def pushed_to(frame: Frame, place: tuple[int, ...], value: float) -> Mapping[str, float]:
    """Return the push that gives a number another value."""
    given = float(frame.arrays["given"][place[0], place[1]])
    return {"example": place[0], "unit": place[1], "push": float(np.clip(value - given, -20, 20))}


def choose_cell(frame: Frame, i: int, j: int) -> Mapping[str, int]:
    """Return what pushes another number."""
    return {"example": i, "unit": j}


def sharing(frame: Frame) -> Sequence[Mark]:
    """Return the number that is pushed, and in each grid those that are averaged with the one pointed at."""
    rows, pushed = frame.params.batch, frame.params.cell
    at = (frame.lit.get("example", pushed[0]), frame.lit.get("unit", pushed[1]))
    mode = frame.params.mode
    marks = [
        Mark(0, averaged_with(shown(frame), mode, at, rows), "accent", 2.0, 0.15),
        Mark(0, [pushed], "warning", 3.0),
    ]
    for k, norm in enumerate(frame.params.norms):
        marks.append(Mark(k + 1, averaged_with(norm, mode, at, rows), "accent", 2.0))
    return marks


@reads("given")
def given_words(frame: Frame, i: int, j: int) -> str:
    """Say a number and with what it is averaged."""
    return f"example {i}, unit {j}: {n(frame.arrays['given'][i, j])}, averaged over {SHARED[shown(frame)]}"


def given_title(frame: Frame) -> str:
    """Return what is given to the first normalization."""
    what = "sums z" if frame.params.place == "before" else "outputs"
    return f"{NORMS[shown(frame)]}: {what} of layer 1"


def pushed_words(frame: Frame) -> str:
    """Say which number is pushed."""
    i, j = frame.params.cell
    return f"A row for each example. Pushed by {n(frame.params.push)}: example {i}, unit {j}; framed: averaged together"


def next_mode(frame: Frame) -> Mapping[str, str]:
    """Return what looks at it in the other mode."""
    return {"mode": "eval" if frame.params.mode == "train" else "train"}


def next_network(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next network."""
    return {"selected": (frame.params.shown + 1) % len(frame.params.norms)}


def of_each(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each network, by name."""
    return lambda frame: {f"{kind}/{norm}": NORMS[norm] for norm in frame.params.norms}


@reads("normalized")
def normalized_words(frame: Frame, i: int, j: int) -> str:
    """Say an output, and mean and deviation of its row and column."""
    y = frame.arrays["normalized"].astype(float)
    column, row = y[:, j], y[i]
    return (
        f"y = {n(y[i, j])}; its column: mean {column.mean():.2f}, σ {column.std():.2f}; "
        f"its row: mean {row.mean():.2f}, σ {row.std():.2f}"
    )


@reads("moved")
def names(frame: Frame) -> list[str]:
    """Return the normalizations (network,)."""
    return [NORMS[norm] for norm in frame.params.norms]


@reads("moved")
def averages(frame: Frame) -> list[str]:
    """Return over what each averages (network,)."""
    return [SHARED[norm] for norm in frame.params.norms]


@reads("moved")
def counts(frame: Frame) -> list[str]:
    """Return how many numbers are in a mean (network,)."""
    sizes = {"batch": frame.params.batch, "layer": WIDTH, "group": WIDTH // GROUPS, "rms": WIDTH}
    return [str(sizes[norm]) if norm in sizes else "–" for norm in frame.params.norms]


@reads("moved")
def at_evaluation(frame: Frame) -> list[str]:
    """Return what each does at evaluation (network,)."""
    other = {"batch": "running statistics", "dropout": "drops nothing"}
    return [other.get(norm, "the same") for norm in frame.params.norms]


@reads("moved")
def learned(frame: Frame) -> list[str]:
    """Return how many numbers are learned in each layer (network,)."""
    known = {"batch": 2 * WIDTH, "layer": 2 * WIDTH, "group": 2 * WIDTH, "rms": WIDTH}
    return [str(known.get(norm, 0) if frame.params.affine else 0) for norm in frame.params.norms]


def without_batch(params: Params) -> str:
    """Say why there are no running statistics."""
    return "" if "batch" in params.norms else "Only batch normalization has running statistics: add it."


MODE = Button(lambda frame: f"{MODES[frame.params.mode]} ›", next_mode, "The other mode: training or evaluation")
NETWORK = Button(lambda frame: f"{NORMS[shown(frame)]} ›", next_network, "Look into the next network")

MOVED = Card(
    "moved",
    "Push one number: which outputs move?",
    Board(
        (
            (Grid("given", given_title, edit=Edit(pushed_to, -50, 50), reading=given_words), moved_grid(0)),
            (moved_grid(1), moved_grid(2)),
            (moved_grid(3),),
        ),
        marks=sharing,
        follows=("example", "unit"),
        caption=pushed_words,
    ),
    about="One number of the batch is changed; outlined: those that are averaged together",
    hint="drag a number up or down, or type another; point at any to see what it is averaged with",
    buttons=(MODE, NETWORK),
    at_first=True,
    weight=3.0,
    least=(480, 240),
)  # fmt: skip
ACCURACY = Card(
    "accuracy",
    "Digits right, evaluation",
    Steps(of_each("accuracy"), "share", levels=(Level(0.1, "chance"),)),
    about="Of 360 held-out digits, after each step",
    at_first=True,
)
COMPANY = Card(
    "company",
    lambda frame: f"A digit, {COMPANIES} batches: {MODES[frame.params.mode].lower()}",
    Curves("company", "p", span=(0.0, 1.02), dots=True),
    name="One digit in different company",
    about="The probability of the true class of one held-out digit, each time with other digits in its batch",
    buttons=(MODE,),
    at_first=True,
)
STATISTICS = Card(
    "statistics",
    "Running statistics of unit 0",
    Steps(
        {
            "mean/batch": "batch mean",
            "mean/running": "running mean",
            "deviation/batch": "batch σ",
            "deviation/running": "running σ",
        },
        "",
    ),
    about="What training normalizes with, and what evaluation will",
    applies=without_batch,
)
NORMALIZED = Card(
    "normalized",
    lambda frame: f"{NORMS[shown(frame)]}: what comes out",
    Matrix("normalized", "y", colours="signed", square=False, reading=normalized_words),
    name="What comes out",
    about="γ and β included; a row for each example. Point at a number for the means of its row and column",
    buttons=(MODE, NETWORK),
    least=(220, 160),
)
LEARNED = Card(
    "learned",
    lambda frame: f"{NORMS[shown(frame)]}: γ and β of layer 1",
    Curves((Line("scale", "γ", 0), Line("shift", "β", 1)), "", dots=True),
    name="γ and β",
    about="The learned scale and shift of each unit: they begin at 1 and 0",
    buttons=(NETWORK,),
    applies=lambda params: "" if params.affine else "There are none: switch γ and β on.",
)
GRADIENTS = Card(
    "gradients",
    "Gradient at each layer",
    Curves("gradients", "‖∂L/∂z‖", log=True, dots=True),
    about="On the last batch, in training mode",
)
TABLE = Card(
    "table",
    "Which numbers are averaged",
    Table(
        (
            Cell(names, "normalization"),
            Cell(averages, "averages over"),
            Cell(counts, "numbers", right=True),
            Cell(at_evaluation, "at evaluation"),
            Cell(learned, "learned, a layer", right=True),
        ),
        dim="network",
        chosen=lambda frame: frame.params.shown,
        click=lambda frame, k: {"selected": k},
    ),
    about="What each normalization needs, and what it does when training is over",
    least=(480, 120),
)
RIGHT = Card(
    "right",
    "Right in the batch, training",
    Steps(of_each("right"), "share"),
    about="Of the batch that is learned from, before the update, each with the batch's own statistics",
)
LOSS = Card("loss", "Loss at every step", Steps(of_each("loss"), "nats", log=True), about="Cross-entropy on each batch")


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{words} {frame.metric(name):.0%}" for name, words in of_each("accuracy")(frame).items())
    return f"Step {frame.step}: {said} of the held-out digits right." if frame.step else "No step has been made yet."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the accuracies of the first three networks."""
    pairs = list(of_each("accuracy")(frame).items())[:3]
    return tuple((words, f"{frame.metric(name):.0%}") for name, words in pairs) if frame.step else ()


def normal_numbers(frame: Frame) -> str:
    """Return the formula for the number that is pushed, before the push."""
    if not {"given", "normalized"} <= frame.arrays.keys() or shown(frame) in ("none", "dropout"):
        return ""
    i, j = frame.params.cell
    x, y = frame.arrays["given"][i, j], frame.arrays["normalized"][i, j]
    return rf"x_{{{i},{j}}} = {x:.4g} \ \to\ y_{{{i},{j}}} = {y:.4g}"


def running_numbers(frame: Frame) -> str:
    """Return both means of unit 0."""
    if not frame.step or "batch" not in frame.params.norms:
        return ""
    return rf"\mu_0 = {frame.metric('mean/batch'):.4g}, \quad \bar\mu_0 = {frame.metric('mean/running'):.4g}"


VIEW = View(
    cards=(MOVED, ACCURACY, COMPANY, STATISTICS, NORMALIZED, LEARNED, GRADIENTS, TABLE, RIGHT, LOSS),
    formulas=(
        Formula("Normalization", lambda frame: LATEX[shown(frame)], normal_numbers),
        Formula(
            "Running mean",
            lambda frame: (
                r"\bar\mu_j \leftarrow (1 - m)\, \bar\mu_j + m\, \mu_j" if "batch" in frame.params.norms else ""
            ),
            running_numbers,
        ),
    ),
    formula_arrays=("given", "normalized"),
    summary=summary,
    readings=readings,
)
