"""How it looks: x above its memory, what each operation did, and six tables of consequences."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Act,
    Board,
    Card,
    Cell,
    Column,
    Curves,
    Edit,
    Grid,
    Line,
    Mark,
    Matrix,
    Row,
    Steps,
    Table,
    reads,
)
from explainer.contract.cards.bindings import Asked
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.tensors.program import known_pair


def chosen(frame: Frame) -> int | None:
    """Return the operation at hand."""
    done = frame.arrays.get("lines_done")
    return None if done is None else int(done[0])


# x above its memory


@reads("lines_done", "written", "shapes", "strides", "offsets")
def memory_title(frame: Frame) -> str:
    """Return the title: shape, strides and offset of x."""
    k = int(frame.arrays["lines_done"][0])
    shape, strides, offset = (str(frame.arrays[name][k]) for name in ("shapes", "strides", "offsets"))
    return f"x: shape {shape}, strides {strides}, offset {offset}"


@reads("memory", "first_memory")
def least(frame: Frame) -> float:
    """Return the smallest number, so that a number has one colour in x and in both memories."""
    return float(min(frame.arrays["memory"].min(), frame.arrays["first_memory"].min()))


@reads("memory", "first_memory")
def most(frame: Frame) -> float:
    """Return the largest number."""
    return float(max(frame.arrays["memory"].max(), frame.arrays["first_memory"].max()))


@reads("first_memory", "shares")
def left_behind(frame: Frame) -> np.ndarray | None:
    """Return the first memory, where x no longer lies over it."""
    return None if frame.arrays["shares"][0] else np.asarray(frame.arrays["first_memory"])


def element_lights(frame: Frame, row: int, column: int) -> Mapping[str, int | None]:
    """Return what an element lights: its memory cell."""
    places = frame.arrays.get("places")
    inside = places is not None and row < places.shape[0] and column < places.shape[1]
    return {"cell": int(places[row, column])} if inside and places is not None else {}


@reads("places")
def memory_marks(frame: Frame) -> Sequence[Mark]:
    """Return what is outlined: the memory cell under the pointer, and the elements that lie in it."""
    places, cell = frame.arrays["places"], frame.lit.get("cell")
    if cell is None:
        return ()
    elements = [(int(row), int(column)) for row, column in np.argwhere(places == cell)]
    return (Mark(0, elements, "warning", 3.0, 0.2), Mark(1, [(0, cell)], "warning", 3.0, 0.2))


@reads("places", "memory")
def unused(frame: Frame) -> np.ndarray:
    """Return which memory cells no element of x lies in (1, cell)."""
    return ~np.isin(np.arange(frame.arrays["memory"].shape[1]), frame.arrays["places"])[None]


@reads("places", "tensor")
def element_words(frame: Frame, row: int, column: int) -> str:
    """Say of an element where it lies, and how often its cell is used."""
    places = frame.arrays["places"]
    cell, count = int(places[row, column]), int((places == places[row, column]).sum())
    shared = f" · the same cell serves {count} elements" if count > 1 else ""
    return f"row {row}, column {column}: {n(frame.arrays['tensor'][row, column])} · memory cell {cell}{shared}"


@reads("places", "memory")
def cell_words(frame: Frame, row: int, column: int) -> str:
    """Say of a memory cell which elements it serves."""
    count = int((frame.arrays["places"] == column).sum())
    uses = "no element of x" if not count else "one element of x" if count == 1 else f"{count} elements of x"
    return f"memory cell {column}: {n(frame.arrays['memory'][row, column])} · {uses}"


@reads("tensor")
def written_in(frame: Frame, place: tuple[int, ...], value: float) -> Asked:
    """Return what a number typed into x comes to."""
    return Act("write", {"index": place[0] * frame.arrays["tensor"].shape[1] + place[1], "value": value})


MEMORY = Card(
    "memory",
    memory_title,
    Board(
        (
            (
                Grid(
                    "tensor", "x, as its shape says", colours="viridis", low=least, high=most,
                    reading=element_words, lights=element_lights, edit=Edit(written_in, -999, 999), cell=64,
                ),
            ),
            (Grid("memory", "its memory: one row of cells", colours="viridis", low=least, high=most,
                  reading=cell_words, faint=unused, lights=lambda frame, row, column: {"cell": column}, cell=48),),
            (Grid(left_behind, "the first memory, left behind by a copy", colours="viridis", low=least,
                  high=most, cell=48),),
        ),
        marks=memory_marks,
        caption="Point at an element or a cell. Pale cells are in memory, and no element of x lies there",
    ),
    name="x above its memory",
    about="Each element, and the memory cell where it lies: point at either. Write into x and see who else changes",
    hint="point at an element or a cell; type a number into x",
    at_first=True,
    weight=1.7,
    least=(360, 220),
)  # fmt: skip
OPERATIONS = Card(
    "operations",
    "What each operation did",
    Table(
        (
            Cell("written", "operation"),
            Cell("shapes", "shape"),
            Cell("strides", "strides"),
            Cell("offsets", "offset", right=True),
            Cell("contiguous", "contiguous"),
            Cell("became", "gives"),
        ),
        dim="operation",
        chosen=chosen,
    ),
    about="Shape, strides and offset after each operation, and whether a number was moved; errors in PyTorch's words",
    at_first=True,
    least=(420, 110),
)

# broadcasting


@reads("pair_said")
def pair_title(frame: Frame) -> str:
    """Return the title: what the shapes give."""
    said = str(frame.arrays["pair_said"][0])
    return f"Broadcasting: {frame.params.pair} → {said if said.startswith('(') else 'refused'}"


@reads("aligned", "pair_said")
def scheme(frame: Frame) -> list[tuple[str, str]]:
    """Return both shapes and the result's under one another, aligned from the right."""
    rows, said = frame.arrays["aligned"], str(frame.arrays["pair_said"][0])
    widths = [max(len(str(each)) for each in column) for column in rows.T]
    return [
        (f"{name:<8}" + "   ".join(str(each).rjust(width) for each, width in zip(row, widths, strict=True)), "code")
        for name, row in zip(("left", "right", "result"), rows, strict=True)
    ] + [("Pale cells are repetitions: they are in no memory", "") if said.startswith("(") else (said, "warning")]


BROADCAST = Card(
    "broadcast",
    pair_title,
    Board(
        (
            Grid("left", "left", colours="viridis", faint="left_repeated"),
            lambda frame: known_pair(frame.params.pair)[1],
            Grid("right", "right", colours="viridis", faint="right_repeated"),
            "=",
            Grid("combined", "result", colours="viridis"),
        ),
        lines=scheme,
    ),
    name="Broadcasting",
    about="Two shapes aligned from the right: sizes must be equal, or one of them 1 or missing",
    hint="type shapes into the control",
    least=(320, 240),
)


def loss_words(frame: Frame) -> str:
    """Return the title: the shape of the difference."""
    shape = "(32, 1)" if frame.params.targets == "column" else "(32, 32)"
    wanted = "(32, 1)" if frame.params.targets == "column" else "(32,)"
    return f"A regression: predictions (32, 1) − targets {wanted} → {shape}"


REGRESSION = Card(
    "regression",
    loss_words,
    Column(
        (
            Curves((Line("wanted", "target", 1, dashed=True), Line("prediction", "prediction")), "y"),
            Steps({"loss": "loss as written", "mse": "true mean squared error"}, "", log=True),
        )
    ),
    name="A regression whose shapes may not fit",
    about="Predictions (32, 1), targets (32, 1) or (32,): no error, no warning of the mathematics, another minimum",
    least=(300, 240),
)

# tables


def short(value: float) -> str:
    """Return a number of four digits, whole ones without a point."""
    return f"{value:.0f}" if value == int(min(value, 1e5)) else n(value, 4)


def known(value: float) -> str:
    """Return a number with all digits that float32 can have, or that it does not fit."""
    return f"{value:.9g}".replace("-", "−") if np.isfinite(value) else "–" if np.isnan(value) else "∞"


def stored_head(frame: Frame) -> str:
    """Return the head of the stored number."""
    return f"{known(frame.params.number)} is stored as"


DTYPES = Card(
    "dtypes",
    "dtypes: how far, and how fine",
    Table(
        (
            Cell("dtypes", "dtype"),
            Cell("bits", "bits", right=True, number=lambda value: f"{value:.0f}"),
            Cell("largest", "largest", right=True, number=short),
            Cell("smallest", "smallest normal", right=True, number=short),
            Cell("eps", "1 to the next", right=True, number=short),
            Cell("stored", stored_head, right=True, number=known),
        ),
        dim="dtype",
    ),
    about="torch.finfo and torch.iinfo, and one number as each dtype stores it; – is beyond its range",
    least=(420, 190),
)
LEAVES = Card(
    "leaves",
    "Constant, variable, leaf: after backward()",
    Table(
        (
            Cell("made", "how it is made"),
            Cell("is_leaf", "leaf"),
            Cell("requires_grad", "requires_grad"),
            Cell("grad_fn", "grad_fn"),
            Cell("grad", ".grad", right=True),
        ),
        dim="leaf",
    ),
    about="Each really made; then (y * p + c).backward()",
    least=(420, 140),
)


@reads("device_said")
def answer_token(frame: Frame, place: int) -> str:
    """Return the colour of an answer: what was refused, and what was not run, stand back."""
    said = str(frame.arrays["device_said"][place])
    return "muted" if said.startswith("not run") else "warning" if "Error: " in said else "text"


DEVICES = Card(
    "devices",
    "Devices",
    Table(
        (
            Cell("device_written", 'you write (x on the CPU, m = x.to("meta"))'),
            Cell("device_said", "PyTorch answers", token=answer_token),
        ),
        dim="statement",
    ),
    about="Each statement really run; those that need a GPU only where there is one",
    least=(470, 300),
)


@reads("einsum", "looped")
def einsum_title(frame: Frame) -> str:
    """Return the title: the difference between einsum and loops."""
    difference = float(np.abs(frame.arrays["einsum"] - frame.arrays["looped"]).max())
    return f'einsum("{frame.params.equation}") as loops: they differ by {n(difference)}'


EINSUM = Card(
    "einsum",
    einsum_title,
    Row(
        (
            Table((Cell("loops", "x and y hold 0, 1, 2, …"),), dim="loop"),
            Matrix("einsum", colours="viridis"),
        ),
        (1.3, 1.0),
    ),
    name="einsum as loops",
    about="A loop for each letter; letters missing from the result are summed over",
    least=(380, 150),
)


def output_column(place: int) -> Callable[[Frame], np.ndarray]:
    """Return a binding to one output of every way."""

    @reads("outputs", dims=("way",))
    def column(frame: Frame) -> np.ndarray:
        return np.asarray(frame.arrays["outputs"][:, place])

    return column


WAYS = Card(
    "ways",
    "One network, three ways",
    Table(
        (
            Cell("ways", "written as"),
            Cell("takes", "takes and returns"),
            *(
                Cell(output_column(k), name, right=True, number=lambda value: n(value, 4))
                for k, name in enumerate(("score 0", "score 1", "score 2", "value"))
            ),
        ),
        dim="way",
    ),
    about="Layers in a row, a Module with two inputs and two outputs, plain functions: the same numbers",
    least=(460, 100),
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "Step 0: x is as it was made."
    copied = frame.metric("copied")
    moved = "no number was moved" if not copied else f"{copied:.0f} numbers were copied"
    return f"Step {frame.step}: x has {frame.metric('elements'):.0f} elements; {moved}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return what was copied, and the regression's error."""
    return (("copied", n(frame.metric("copied"))), ("mse", n(frame.metric("mse")))) if frame.step else ()


@reads("strides", "offsets", "lines_done")
def place_numbers(frame: Frame) -> str:
    """Return the formula of a place with the strides of x."""
    if not {"strides", "offsets", "lines_done"} <= frame.arrays.keys():
        return ""
    k = int(frame.arrays["lines_done"][0])
    steps = [each.strip() for each in str(frame.arrays["strides"][k]).strip("()").split(",") if each.strip()]
    terms = [rf"{step}\, i_{number}" for number, step in enumerate(steps)]
    return " + ".join([rf"\text{{cell}} = {frame.arrays['offsets'][k]}", *terms])


VIEW = View(
    cards=(MEMORY, OPERATIONS, BROADCAST, REGRESSION, DTYPES, DEVICES, LEAVES, EINSUM, WAYS),
    formulas=(
        Formula("Where an element lies", lambda frame: r"\text{cell} = \text{offset} + \sum_k \text{stride}_k\, i_k",
                place_numbers),
        Formula("The loss as written", lambda frame: (
            r"L = \frac{1}{n} \sum_i (\hat y_i - y_i)^2" if frame.params.targets == "column" else
            r"L = \frac{1}{n^2} \sum_i \sum_j (\hat y_i - y_j)^2"), lambda frame: ""),
    ),
    arrays=("lines_done",),
    formula_arrays=("strides", "offsets", "lines_done"),
    summary=summary,
    readings=readings,
)  # fmt: skip
