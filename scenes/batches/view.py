"""How it looks: the cloud of batches' gradients, the lanes over examples, updates and seconds, the epoch as a strip."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Arrows,
    Ask,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Ellipses,
    Handle,
    Images,
    Level,
    Line,
    Map,
    Matrix,
    Row,
    Scatter,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.batches import CHECKS, COUNT, DOTS, MOST, SIZES

FAINT, PLAIN = 3.0, 7.0
"""Diameters of an example's dot, and of a batch's."""
EACH = 30
"""The noise is measured again every so many steps."""


def lane_name(frame: Frame) -> str:
    """Return what the lane looked into is called."""
    return SIZES[frame.params.batch_sizes[frame.params.lane]]


def next_lane(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next lane."""
    return {"looked": (frame.params.lane + 1) % len(frame.params.batch_sizes)}


def of_each(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each lane, by name."""
    return lambda frame: {f"{kind}/{name}": SIZES[name] for name in frame.params.batch_sizes}


# the cloud


@reads("singles", "dots", dims=("gradient dot", "coordinate"))
def gradients(frame: Frame) -> np.ndarray:
    """Return the examples' gradients, and on top the batches' (dot, coordinate)."""
    return np.concatenate([frame.arrays["singles"], frame.arrays["dots"]])


@reads("singles", "dots")
def kinds(frame: Frame) -> np.ndarray:
    """Return which dots are examples and which batches (dot,)."""
    return np.repeat([1, 0], [len(frame.arrays["singles"]), len(frame.arrays["dots"])])


@reads("singles", "dots")
def diameters(frame: Frame) -> np.ndarray:
    """Return small dots for examples, larger ones for batches, and the largest for the one looked into (dot,)."""
    found = np.repeat([FAINT, PLAIN], [len(frame.arrays["singles"]), len(frame.arrays["dots"])])
    found[len(frame.arrays["singles"]) + frame.params.dot] = 2 * PLAIN
    return found


@reads("singles")
def surroundings(frame: Frame) -> tuple[float, float, float, float]:
    """Return the plane as far as three standard deviations of the examples, whatever the batch size."""
    (x, y), (wide, high) = frame.arrays["singles"].mean(0), 3 * frame.arrays["singles"].std(0) + 1e-6
    return min(float(x - wide), -0.1 * float(wide)), float(x + wide), float(y - high), float(y + high)


@reads("centre")
def origin(frame: Frame) -> np.ndarray:
    """Return where the full gradient's arrow begins (gradient, coordinate)."""
    return np.zeros_like(frame.arrays["centre"])


@reads("dots", "singles")
def dot_words(frame: Frame, k: int) -> str:
    """Say how far an example's or a batch's gradient lies from the full one."""
    singles = frame.arrays["singles"]
    if k < len(singles):
        return f"one example: {n(float(np.hypot(*(singles[k] - singles.mean(0)))))} from the full gradient"
    away = np.hypot(*(frame.arrays["dots"][k - len(singles)] - singles.mean(0)))
    return (
        f"batch {k - len(singles)} of {frame.params.cloud}: {n(float(away))} from the full gradient; click: its digits"
    )


@reads("singles")
def take_dot(frame: Frame, k: int) -> Mapping[str, int] | None:
    """Return what looks into a batch."""
    k -= len(frame.arrays["singles"])
    return {"dot": k} if 0 <= k < DOTS else None


def cloud_title(frame: Frame) -> str:
    """Return the title, with the measured radius beside the formula's."""
    words = f"Gradients of batches of {frame.params.cloud}"
    if "radii" not in frame.arrays:
        return words
    measured, expected = np.hypot(*frame.arrays["radii"].T)
    return f"{words}: cloud's radius {n(float(measured))}, by the formula {n(float(expected))}"


def resized(factor: int) -> Callable[[Frame], Mapping[str, int] | None]:
    """Return what makes the cloud's batches larger or smaller."""

    def asked(frame: Frame) -> Mapping[str, int] | None:
        size = frame.params.cloud * factor if factor > 0 else frame.params.cloud // -factor
        return {"cloud": min(size, COUNT)} if size >= 1 and frame.params.cloud != min(size, COUNT) else None

    return asked


@reads("formula", "signal")
def radius_words(frame: Frame, k: int) -> str:
    """Say how large the noise is beside the full gradient."""
    size, noise, signal = (float(frame.arrays[name][k]) for name in ("tried", "formula", "signal"))
    return f"B = {size:.0f}: noise {n(noise)}, full gradient {n(signal)}"


# the epoch, the lanes


@reads("used_by", "counts")
def strip_words(frame: Frame, i: int, j: int) -> str:
    """Say which batch of the epoch used a digit."""
    number = frame.arrays["used_by"][i, j]
    if np.isnan(number):
        return "no digit"
    return f"used by batch {number:.0f} of this epoch" if number else "not used in this epoch so far"


def strip_title(frame: Frame) -> str:
    """Return the title, with epoch and batch of the lane looked into."""
    words = f"The epoch of the lane {lane_name(frame)}"
    if "counts" not in frame.arrays:
        return words
    updates, epoch, each = frame.arrays["counts"][frame.params.lane][:3]
    return f"{words}: epoch {epoch}, batch {(updates - 1) % each + 1 if updates else 0} of {each}"


def counted(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives a column of the counts (lane,)."""

    @reads("counts")
    def column(frame: Frame) -> np.ndarray:
        return frame.arrays["counts"][:, k]

    return column


@reads("counts")
def names(frame: Frame) -> list[str]:
    """Return the lanes' batch sizes (lane,)."""
    return list(frame.params.batch_sizes)


def whole(number: float) -> str:
    """Return a count."""
    return f"{number:,.0f}"


def path(k: int, seconds: bool) -> Trail:
    """Return a lane's accuracy over its updates, or over the seconds that they take here."""

    def points(frame: Frame) -> np.ndarray:
        if k >= len(frame.params.batch_sizes):
            return np.full((1, 2), np.nan)
        name = frame.params.batch_sizes[k]
        known = [frame.series[f"{kind}/{name}"] for kind in ("updates", "accuracy") if f"{kind}/{name}" in frame.series]
        if len(known) < 2:
            return np.full((1, 2), np.nan)
        updates, right = (series.up_to(frame.step) for series in known)
        found = np.column_stack([updates, right[: len(updates)]])[updates > 0]
        if seconds:
            size = COUNT if name == "all" else int(name)
            cost = np.interp(np.log(size), np.log(frame.arrays["cost_sizes"]), frame.arrays["cost"])
            found[:, 0] *= cost / 1e3
        return found if len(found) else np.full((1, 2), np.nan)

    def name(frame: Frame) -> str:
        return SIZES[frame.params.batch_sizes[k]] if k < len(frame.params.batch_sizes) else ""

    return Trail(reads("cost", "cost_sizes")(points) if seconds else points, name, k)


def nothing(frame: Frame) -> np.ndarray:
    """Return no points: lines alone are drawn."""
    return np.zeros((0, 2))


@reads("cost", "cost_sizes")
def throughput(frame: Frame) -> np.ndarray:
    """Return examples a second at each batch size (size,)."""
    return 1e3 * frame.arrays["cost_sizes"] / frame.arrays["cost"]


def check_names(frame: Frame) -> list[str]:
    """Return what the ways to add up a gradient are called (check,)."""
    return list(CHECKS)


def check_title(frame: Frame) -> str:
    """Return the title, with the number of pieces."""
    pieces = frame.params.pieces if frame.params.pieces > 1 else 3
    return f"The next batch of the lane {lane_name(frame)} in {pieces} pieces"


def scientific(number: float) -> str:
    """Return a relative distance."""
    return n(number) if number >= 1e-3 or not number else f"{number:.1e}"


def map_place(frame: Frame) -> tuple[float, float]:
    """Return batch size and rate of the lane looked into."""
    name = frame.params.batch_sizes[frame.params.lane]
    rate = frame.arrays["rates"][frame.params.lane] if "rates" in frame.arrays else frame.params.lr
    return float(COUNT if name == "all" else int(name)), float(rate)


CLOUD = Card(
    "cloud",
    cloud_title,
    Row(
        (
            Scatter(
                gradients,
                ("along the full gradient", "across it"),
                classes=kinds,
                class_names=("batches", "single examples"),
                sizes=diameters,
                span=surroundings,
                over=(Ellipses("centre", "spread", 2), Arrows(origin, "centre", "full gradient", 2)),
                reading=dot_words,
                click=take_dot,
            ),
            Curves(
                (Line("formula", "noise by formula", 0), Line("measured", "measured", 1, dashed=True),
                 Line("signal", "full gradient", 2)),
                "length",
                span="fit",
                log=True,
                handle=Handle("cloud", "B"),
                reading=radius_words,
                dots=True,
            ),
        ),
        weights=(1.5, 1.0),
    ),
    name="The cloud of batches' gradients",
    about="Each dot is the gradient of one batch; the ellipse is one standard deviation by the formula",
    hint="drag the line B and the cloud breathes; click a dot to see its digits",
    buttons=(
        Button("B ÷ 4", resized(-4), "Smaller batches in the cloud"),
        Button("B × 4", resized(4), "Larger batches in the cloud"),
        Button(lambda frame: f"lane {lane_name(frame)} ›", next_lane, "Look into the next lane"),
    ),
    ask=Ask(
        "noise",
        ("measured",),
        lambda frame: (frame.step // EACH, frame.params.lane, frame.params.order == "replacement"),
        lambda frame: {"lane": frame.params.lane},
        parts=True,
    ),
    at_first=True,
    weight=3.0,
    least=(420, 240),
)  # fmt: skip
ACCURACY = Card(
    "accuracy",
    "New digits right",
    Steps(of_each("accuracy"), "share", levels=(Level(0.1, "chance"),)),
    about="All lanes have seen equally many examples; how many updates that is differs",
    at_first=True,
)
UPDATES = Card(
    "updates",
    "The same over updates",
    Scatter(
        nothing,
        ("updates made", "share right"),
        over=tuple(path(k, False) for k in range(MOST)),
        log=(True, False),
        none="Nothing is recorded yet: press play",
    ),
    about="Equally many updates compared: a large batch has looked at more examples for them",
)
COUNTS = Card(
    "counts",
    lambda frame: f"A step: {frame.params.per_step:,} examples for every lane",
    Table(
        (
            Cell(names, "batch size"),
            Cell(counted(0), "updates", right=True, number=whole),
            Cell(counted(1), "epoch", right=True, number=whole),
            Cell(counted(2), "updates in it", right=True, number=whole),
            Cell(counted(3), "examples", right=True, number=whole),
            Cell(counted(4), "last batch", right=True, number=whole),
        ),
        dim="lane",
        chosen=lambda frame: frame.params.lane,
        click=lambda frame, k: {"looked": k},
    ),
    name="Updates, epochs, examples",
    about="Updates (iterations) made, the epoch, examples used, the size of the last batch; a click looks into a lane",
    at_first=True,
    least=(340, 110),
)
EPOCH = Card(
    "epoch",
    strip_title,
    Matrix("used_by", "batch", low=0.0, numbers=False, square=False, bad="no digit", reading=strip_words),
    name="The epoch as a strip of examples",
    about="All 1,437 training digits, sorted 0 to 9, coloured by the batch of this epoch that used them",
    buttons=(Button(lambda frame: f"lane {lane_name(frame)} ›", next_lane, "Look into the next lane"),),
    least=(220, 160),
)
BATCH = Card(
    "batch",
    lambda frame: f"The digits of batch {frame.params.dot}",
    Images(
        "picture",
        low=-2.0,
        high=2.0,
        captions=reads("labels")(lambda frame: [str(k) for k in frame.arrays["labels"]]),
        largest=60.0,
    ),
    name="The digits of one batch",
    about="The dot of the cloud that was clicked, at most 48 of its digits, standardized pixel by pixel",
)
LOSS = Card(
    "loss",
    "Loss on all training digits",
    Steps(of_each("loss"), "nats", log=True),
    about="Not on the batch: every lane is measured alike, after the step",
)
OVER = Card(
    "map",
    "Right after one epoch, by batch size and learning rate",
    Map(
        "map_accuracy",
        "share right",
        dims=("mapped size", "mapped rate"),
        low=0.0,
        high=1.0,
        numbers=True,
        marker=map_place,
        click=reads("map_rates")(lambda frame, i, j: {"lr": float(np.clip(frame.arrays["map_rates"][j], 0.001, 10.0))}),
        bad="not trained yet",
    ),
    about="48 networks from the same weights; the good rates move up with the batch size, until they stop",
    ask=Ask("over", ("map_sizes", "map_rates", "map_accuracy"), lambda frame: frame.params.order,
            busy="training 48 networks …", parts=True),
)  # fmt: skip
COST = Card(
    "cost",
    "What the clock says, measured here",
    Column(
        (
            Curves(throughput, "examples/s", dims=("timed size",), span="fit", log=True, dots=True),
            Scatter(
                nothing, ("seconds", "share right"), over=tuple(path(k, True) for k in range(MOST)), log=(True, False)
            ),
        )
    ),
    about="Larger batches use the machine better; accuracy over the seconds that each lane's updates take",
    ask=Ask("cost", ("cost", "cost_sizes"), lambda frame: "cost", busy="measuring …"),
    least=(220, 260),
)
PIECES = Card(
    "pieces",
    check_title,
    Table((Cell(check_names, "the gradient"), Cell("checks", "distance over norm", right=True, number=scientific))),
    name="A batch in pieces",
    about="Gradient accumulation: how far the sum of the pieces lies from the batch's gradient taken at once",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{words} {frame.metric(name):.0%}" for name, words in of_each("accuracy")(frame).items())
    return f"Step {frame.step}: {said} of the held-out digits right." if frame.step else "No example has been seen yet."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the accuracies of the first three lanes."""
    pairs = list(of_each("accuracy")(frame).items())[:3]
    return tuple((words, f"{frame.metric(name):.0%}") for name, words in pairs) if frame.step else ()


def noise_numbers(frame: Frame) -> str:
    """Return the radius of the cloud in its plane, measured and by the formula."""
    if "radii" not in frame.arrays:
        return ""
    measured, expected = np.hypot(*frame.arrays["radii"].T)
    return rf"B = {frame.params.cloud}: \ {measured:.3g} \ \text{{(formula {expected:.3g})}}"


def epoch_numbers(frame: Frame) -> str:
    """Return the updates an epoch of the lane looked into."""
    name = frame.params.batch_sizes[frame.params.lane]
    size = COUNT if name == "all" else int(name)
    left, right = (r"\lfloor", r"\rfloor") if frame.params.drop_last else (r"\lceil", r"\rceil")
    each = COUNT // size if frame.params.drop_last else -(-COUNT // size)
    return rf"{left} 1437 / {size} {right} = {each}"


VIEW = View(
    cards=(CLOUD, ACCURACY, COUNTS, UPDATES, EPOCH, BATCH, LOSS, OVER, COST, PIECES),
    formulas=(
        Formula(
            "Update",
            lambda frame: r"\theta \leftarrow \theta - \eta\, \frac{1}{B} \sum_{i \in \text{batch}} \nabla \ell_i",
            lambda frame: "",
        ),
        Formula(
            "Noise",
            lambda frame: r"\sqrt{\mathbb{E}\,\|g_B - g\|^2} = \sqrt{\frac{\mathrm{tr}\,\Sigma}{B}}"
            + ("" if frame.params.order == "replacement" else r"\, \sqrt{\frac{n - B}{n - 1}}"),
            noise_numbers,
        ),
        Formula("Updates an epoch", lambda frame: r"\lfloor n / B \rfloor" if frame.params.drop_last
                else r"\lceil n / B \rceil", epoch_numbers),
    ),
    arrays=("radii",),
    summary=summary,
    readings=readings,
)  # fmt: skip
