"""How it looks: every example by what the network says of its label, the curves, callbacks, polynomial and descent."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Band,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Drag,
    Handle,
    Images,
    Level,
    Line,
    Scatter,
    Steps,
    Table,
    Timeline,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.overfitting import CHOICES, EVENTS, POINTS, SIGMA

GUIDES = (
    Trail(lambda frame: np.array([[0.0, 0.0], [1.0, 1.0]]), "", 0, dashed=True, width=1.0),
    Trail(lambda frame: np.array([[0.0, 1.0], [1.0, 0.0]]), "", 1, dashed=True, width=1.0),
)
WORDS = ("given", "truth", "answers", "given_probability", "true_probability")


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.1f} %"


@reads("given_probability", "true_probability", dims=("example", "coordinate"))
def places(frame: Frame) -> np.ndarray:
    """Return the probability of the given label and of the true class (example, 2)."""
    return np.stack([frame.arrays["given_probability"], frame.arrays["true_probability"]], 1)


@reads("given", "truth", dims=("example",))
def wrong(frame: Frame) -> np.ndarray:
    """Return 1 for an example whose label is wrong, else 0 (example,)."""
    return (frame.arrays["given"] != frame.arrays["truth"]).astype(int)


@reads("given", "truth", dims=("example",))
def diameters(frame: Frame) -> np.ndarray:
    """Return larger points for wrong labels (example,)."""
    return np.where(wrong(frame) > 0, 9.0, 6.0)


@reads(*WORDS)
def example_words(frame: Frame, k: int) -> str:
    """Say what an example is, what it is called, and what the network says."""
    given, true, answer = (int(frame.arrays[name][k]) for name in ("given", "truth", "answers"))
    p = float(frame.arrays["given_probability"][k])
    if given == true:
        return f"a {true}, labelled so: p({given}) = {n(p)}; the network says {answer}"
    q = float(frame.arrays["true_probability"][k])
    return f"a {true}, labelled {given}: p({given}) = {n(p)}, p({true}) = {n(q)}; the network says {answer}"


@reads("given", "truth")
def relabel(frame: Frame, k: int) -> Act:
    """Give an example its true label, or, if it has that, the next class."""
    given, true = int(frame.arrays["given"][k]), int(frame.arrays["truth"][k])
    return Act("relabel", {"index": k, "label": true if given != true else (true + 1) % 10})


@reads("wrong", "given")
def captions(frame: Frame) -> list[str]:
    """Return the label of each wrongly labelled digit (wrong,)."""
    return [f"“{label}”" for label in frame.arrays["given"][frame.arrays["wrong"]]]


@reads("wrong", "given", "truth", "answers")
def tokens(frame: Frame) -> list[str]:
    """Return a colour's name for each of these: its label is repeated, its true class said, or neither (wrong,)."""
    given, true, answers = (frame.arrays[name][frame.arrays["wrong"]] for name in ("given", "truth", "answers"))
    return [
        "danger" if one else "good" if two else "" for one, two in zip(answers == given, answers == true, strict=True)
    ]


def has_wrong(frame: Frame) -> bool:
    """Return whether labels may be wrong."""
    return frame.params.noise > 0 or any(action.verb == "relabel" for action in frame.actions)


def rights(frame: Frame) -> Mapping[str, str]:
    """Return the curves of what is right, by name."""
    noisy = {"right/wrong": "wrong labels", "right/true": "their true class"} if has_wrong(frame) else {}
    return {"right/clean": "right labels", **noisy, "right/test": "test digits"}


def choice_column(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives a measure of each choice (choice,)."""
    return reads("choices", dims=("choice",))(lambda frame: frame.arrays["choices"][:, k])


def shown(share: float) -> str:
    """Return a share in percent, or a dash."""
    return percent(share) if share == share else "–"


def whole(value: float) -> str:
    """Return a whole number, or a dash."""
    return f"{value:,.0f}" if value == value else "–"


@reads("event_start", "event_end", "event_lane")
def event_words(frame: Frame, k: int) -> str:
    """Say what happened when."""
    start, end, lane = (frame.arrays[f"event_{each}"][k] for each in ("start", "end", "lane"))
    if lane == 0:
        return f"an epoch: steps {start + 1:,.0f} to {end:,.0f}"
    return f"{EVENTS[int(lane)]} at the end of step {start:,.0f}"


@reads("event_start", "event_lane", dims=("event",))
def event_colours(frame: Frame) -> np.ndarray:
    """Return every other epoch in another colour, and a colour for each thing done (event,)."""
    lanes, starts = frame.arrays["event_lane"], frame.arrays["event_start"]
    updates = -(-frame.params.examples // frame.params.batch)
    return np.where(lanes == 0, 6 + (starts // updates).astype(int) % 2, lanes)


def patience_level(frame: Frame) -> float | None:
    """Return the patience, if there is one."""
    return float(frame.params.patience) or None


@reads("line_x", "line_fit", dims=("sample", "coordinate"))
def fit_line(frame: Frame) -> np.ndarray:
    """Return the fit as a line (sample, 2)."""
    return np.stack([frame.arrays["line_x"], frame.arrays["line_fit"]], 1)


@reads("line_x", "line_truth", dims=("sample", "coordinate"))
def truth_line(frame: Frame) -> np.ndarray:
    """Return the truth as a line (sample, 2)."""
    return np.stack([frame.arrays["line_x"], frame.arrays["line_truth"]], 1)


@reads("line_mean", "line_spread", dims=("sample",))
def low(frame: Frame) -> np.ndarray:
    """Return the mean fit less a standard deviation (sample,)."""
    return np.asarray(frame.arrays["line_mean"] - frame.arrays["line_spread"])


@reads("line_mean", "line_spread", dims=("sample",))
def high(frame: Frame) -> np.ndarray:
    """Return the mean fit and a standard deviation (sample,)."""
    return np.asarray(frame.arrays["line_mean"] + frame.arrays["line_spread"])


def fitted_count(frame: Frame) -> float:
    """Return how many digits random features are fitted to."""
    return 150.0


def ends(name: str, *, dim: str) -> tuple[Line, ...]:
    """Return three curves of a sweep: training digits, test digits, test digits at the lowest validation loss."""
    said = ("training digits", "test digits at the end", "at the lowest validation loss")
    return tuple(
        Line(reads(name, dims=(dim,))(lambda frame, k=k: frame.arrays[name][k]), words, k)
        for k, words in enumerate(said)
    )


EXAMPLES = Card(
    "examples",
    "Given label and true class",
    Scatter(
        places, ("p of the given label", "p of the true class"), classes=wrong,
        class_names=("label is right", "label is wrong"), sizes=diameters, over=GUIDES,
        span=(-0.04, 1.04, -0.04, 1.04), reading=example_words, click=relabel,
    ),
    about="A right label moves along the diagonal; a wrong one first up, to what it is, then right: learned by heart",
    hint="click a digit to give it another label, or its true one",
    at_first=True,
    weight=2.0,
    least=(280, 260),
)  # fmt: skip
RIGHT = Card(
    "right",
    "What is learned, and when",
    Steps(rights, "share", levels=(Level(0.1, "chance"),)),
    about="Of right labels, of wrong labels, and of digits never seen",
    at_first=True,
)
DIGITS = Card(
    "digits",
    "Digits with a wrong label",
    Images(
        "wrong_images", captions=captions, tokens=tokens, largest=72.0,
        reading=reads("wrong", *WORDS)(lambda frame, k: example_words(frame, int(frame.arrays["wrong"][k]))),
        click=reads("wrong", "given", "truth")(lambda frame, k: relabel(frame, int(frame.arrays["wrong"][k]))),
        none="No label is wrong: raise Random labels, or click a point above",
    ),
    about="The first 32, with the label they have; green: the network says what it is, red: it repeats the label",
    hint="click a digit to give it its true label",
    at_first=True,
)  # fmt: skip
LOSS = Card(
    "loss",
    "Three losses",
    Steps({"loss/train": "training", "loss/validation": "validation", "loss/test": "test"}, "nats", log=True),
    about="Validation labels are as noisy as the training labels, test labels are true",
)
CHOSEN = Card(
    "choices",
    "What each way to choose would give",
    Table(
        (
            Cell(lambda frame: CHOICES, "the epoch with"),
            Cell(choice_column(0), "step", right=True, number=whole),
            Cell(choice_column(1), "training right", right=True, number=shown),
            Cell(choice_column(2), "validation right", right=True, number=shown),
            Cell(choice_column(3), "test right", right=True, number=shown),
        ),
        dim="choice",
        chosen=lambda frame: 0 if frame.params.monitor == "loss" else 1,
    ),
    about="The ends of epochs up to now: which would be taken, and what it would be worth",
    weight=0.7,
    buttons=(Button("Restore the checkpoint", lambda frame: Act("restore_best"), "Put its weights back now"),),
)
CALLBACKS = Card(
    "callbacks",
    "When callbacks act",
    Column(
        (
            Timeline(
                "event_start", "event_end", "event_lane", classes=event_colours, axis="step", lanes="lane",
                reading=event_words, none="Nothing has been done yet: press play",
            ),
            Steps({"waited": "waited"}, "epochs waited", levels=(Level(patience_level, "patience"),)),
        ),
        weights=(1.2, 1.0),
    ),
    about="They are called at the end of every epoch, and see the validation digits alone",
)  # fmt: skip
POLYNOMIAL = Card(
    "polynomial",
    lambda frame: f"A polynomial of degree {frame.params.degree} through {POINTS} points",
    Column(
        (
            Scatter(
                "points", ("x", "y"), over=(Trail(truth_line, "truth", 1, dashed=True), Trail(fit_line, "fit", 0)),
                span=(-1.05, 1.05, -2.2, 2.2), drag=Drag("set_point", value="x", also="y"),
            ),
            Curves(
                (Line("line_mean", "mean of 50 fits", 0), Line("line_truth", "truth", 1, dashed=True)), "y",
                bands=(Band(low, high, 0),), span=(-2.2, 2.2),
            ),
            Curves("poly_errors", "squared error", log=True, handle=Handle("degree"), dots=True),
        ),
        weights=(1.3, 1.0, 1.2),
    ),
    name="A polynomial through 15 points",
    about="The fit, what 50 fits to other noise do, and the error split into bias² and variance for every degree",
    hint="drag a point, or the line of the degree",
    weight=2.0,
    least=(280, 420),
)  # fmt: skip
DESCENT = Card(
    "descent",
    "Double descent: least squares on random features",
    Column(
        (
            Curves(
                (
                    Line("feature_train", "training", 0),
                    Line("feature_test", "test", 1),
                    Line("feature_ridge", "test, with a little ridge", 2),
                ),
                "share wrong", dims=("features",), span=(0.0, 1.0), handle=Handle(fitted_count, "as many as digits"),
            ),
            Curves((Line("feature_norm", "‖w‖", 3),), "length", dims=("features",), log=True),
        ),
        weights=(1.6, 1.0),
    ),
    about="150 digits, the shortest weights that fit them best: the error peaks where they can just be fitted",
    ask=Ask(
        "descend", ("feature_train", "feature_test", "feature_ridge", "feature_norm", "feature_counts"),
        lambda frame: frame.params.noise, busy="solving 20 least-squares problems …",
    ),
    least=(260, 260),
)  # fmt: skip
SIZE = Card(
    "size",
    "More digits: right after 600 steps",
    Curves(ends("size_right", dim="size"), "share right", dims=("size",), span=(0.0, 1.0), dots=True),
    about="Learning curves: this network trained beside the run on 25 to 800 digits",
    ask=Ask(
        "by_size", ("sizes", "size_right", "sizes_complete"),
        lambda frame: (frame.params.noise, frame.params.width, frame.params.batch, frame.params.lr),
        busy="training 6 networks …", parts=True,
    ),
)  # fmt: skip
WIDTH = Card(
    "width",
    "More units: right after 600 steps",
    Curves(ends("width_right", dim="units"), "share right", dims=("units",), span=(0.0, 1.0), dots=True),
    about="Networks of 1 to 512 hidden units trained beside the run on these digits",
    ask=Ask(
        "by_width", ("widths", "width_right", "widths_complete"),
        lambda frame: (frame.params.noise, frame.params.examples, frame.params.batch, frame.params.lr),
        busy="training 8 networks …", parts=True,
    ),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "No step has been made yet."
    train, test = (frame.metric(f"right/{part}") for part in ("train", "test"))
    return f"Step {frame.step}: {percent(train)} of the given labels are repeated, {percent(test)} of new digits right."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the shares right of training and test digits."""
    return tuple((part, percent(frame.metric(f"right/{part}"))) for part in ("train", "test")) if frame.step else ()


def gap_numbers(frame: Frame) -> str:
    """Return the generalization gap in numbers."""
    if not frame.step:
        return ""
    train, test = (frame.metric(f"loss/{part}") for part in ("train", "test"))
    return rf"{test:.4g} - {train:.4g} = {test - train:.4g}"


def parts_numbers(frame: Frame) -> str:
    """Return bias, variance and noise of the degree that is looked at."""
    if "poly_errors" not in frame.arrays:
        return ""
    _, bias, variance, total = frame.arrays["poly_errors"][:, frame.params.degree - 1]
    return rf"{bias:.3g} + {variance:.3g} + {SIGMA**2:.3g} = {total:.3g}"


VIEW = View(
    cards=(EXAMPLES, RIGHT, DIGITS, LOSS, CHOSEN, CALLBACKS, POLYNOMIAL, DESCENT, SIZE, WIDTH),
    formulas=(
        Formula(
            "Generalization gap",
            lambda frame: r"L_{\text{test}} - L_{\text{train}}",
            gap_numbers,
        ),
        Formula(
            "Bias and variance",
            lambda frame: r"\mathrm{E}[(y - \hat f)^2] = \mathrm{bias}^2 + \mathrm{variance} + \sigma^2",
            parts_numbers,
        ),
    ),
    formula_arrays=("poly_errors",),
    summary=summary,
    readings=readings,
)
