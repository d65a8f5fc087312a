"""How it looks: the ward, the causes to choose from, and the evidence, each card one examination."""

from collections.abc import Callable, Sequence

import numpy as np

from explainer.contract.cards import (
    Act,
    Bars,
    Card,
    Cell,
    Column,
    Confusion,
    Curves,
    Histogram,
    Images,
    Level,
    Line,
    Matrix,
    Ridges,
    Row,
    Scatter,
    Spark,
    Table,
    Tabs,
    Text,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.challenges import LANES, SETS
from explainer.scenes.challenges.causes import CAUSES

GUESSING = np.log(10)
"""The loss of a guess among ten digits."""


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.0%}"


def numbers(frame: Frame) -> list[str]:
    """Return the patients' numbers (patient,)."""
    return [str(k + 1) for k in range(frame.params.beds)]


def ward_title(frame: Frame) -> str:
    """Return the score."""
    if frame.params.case != "ward":
        return "A textbook case"
    if not int(frame.arrays.get("answered", 0)):
        return "Ten trainings: what is wrong?"
    return f"{int(frame.arrays['score'])} of {int(frame.arrays['answered'])} right at the first try"


@reads("charts")
def chart(frame: Frame, k: int) -> str:
    """Return what is known of a network."""
    return str(frame.arrays["charts"][k])


def invitation(frame: Frame) -> str:
    """Say what to do with a patient who is not diagnosed yet."""
    known = frame.arrays.get("charts")
    words = "" if known is None else f"{known[min(frame.params.looked_at, len(known)) - 1]}. "
    return f"{words}Play, look at the pictures, then click a cause: its cure is tried at once."


@reads("verdicts")
def verdict_token(frame: Frame, k: int) -> str:
    """Return a verdict's colour."""
    words = str(frame.arrays["verdicts"][k])
    return "faint" if words == "?" else "danger" if words.startswith("✗") else "good"


@reads("offers")
def answer(frame: Frame, k: int) -> Act | None:
    """Return what answers with a cause."""
    words = str(frame.arrays["offers"][k])
    cause = next(key for key, each in CAUSES.items() if each.words == words)
    return Act("diagnose", {"patient": frame.params.looked_at, "cause": cause})


@reads("effects")
def effect_token(frame: Frame, k: int) -> str:
    """Return the colour of what became of a cause."""
    words = str(frame.arrays["effects"][k])
    return "good" if words.startswith("that") else "danger"


def of(array: str, place: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives one row of an array of curves (step,)."""

    @reads(array, dims=("step",))
    def row(frame: Frame) -> np.ndarray:
        return frame.arrays[array][place]

    return row


@reads("losses")
def cure_name(frame: Frame) -> str:
    """Return what the second curve is called, where there is one."""
    return "after the cure" if np.isfinite(frame.arrays["losses"][1]).any() else ""


@reads("losses")
def ill_name(frame: Frame) -> str:
    """Return what the first curve is called, where there is a second to tell it from."""
    return "as it came" if cure_name(frame) else ""


def loss_span(values: np.ndarray) -> tuple[float, float]:
    """Return the axis of the losses, which ends at 10 nats where one runs away."""
    return 0.0, float(np.clip(1.05 * np.nanmax(values, initial=2.6), 2.6, 10.0))


def diagonal(frame: Frame) -> np.ndarray:
    """Return the line on which both answers are the same (2, 2)."""
    return np.array([[0.0, 0.0], [1.0, 1.0]])


@reads("doubted_labels")
def called(frame: Frame) -> Sequence[str]:
    """Return what the doubted images are called."""
    return [f"“{k}”" for k in frame.arrays["doubted_labels"]]


@reads("asked_twice", "truth")
def twice_words(frame: Frame, k: int) -> str:
    """Say both answers about an image."""
    one, other = frame.arrays["asked_twice"][k]
    return f"a {frame.arrays['truth'][k]}: p = {n(one)}, then {n(other)}"


WARD = Card(
    "ward",
    ward_title,
    Table(
        (
            Cell(numbers, "", right=True, width=20.0),
            Spark("loss_lines", "loss", width=80.0),
            Cell("reported", "test", right=True, width=40.0, number=percent),
            Cell("verdicts", "", token=verdict_token),
        ),
        dim="patient",
        chosen=lambda frame: frame.params.looked_at - 1,
        click=lambda frame, k: {"patient": k + 1},
        reading=chart,
    ),
    name="The ward",
    about="All patients, how each is doing, and what you found",
    hint="Click a patient to look into its training.",
    at_first=True,
    least=(330, 240),
)
DIAGNOSIS = Card(
    "diagnosis",
    lambda frame: f"Patient {frame.params.looked_at}: what is wrong?",
    Column(
        (
            Table((Cell("offers", "cause"), Cell("effects", "", token=effect_token)), dim="cause", click=answer),
            Text("finding", none=invitation),
        ),
        weights=(2.0, 1.0),
    ),
    name="What is wrong?",
    about="The causes to choose from; a click trains it again from the start with that cure",
    hint="Click a cause. The first answer counts; more can be tried.",
    at_first=True,
    least=(280, 240),
)
COURSE = Card(
    "course",
    "Loss and accuracy",
    Row(
        (
            Curves(
                (Line(of("losses", 0), ill_name), Line(of("losses", 1), cure_name, 2, dashed=True)),
                "nats",
                span=loss_span,
                levels=(Level(GUESSING, "guessing"),),
                none="Nothing yet: press play",
            ),
            Curves(
                (
                    *(Line(of("accuracies", k), name, k) for k, name in enumerate(SETS)),
                    *(Line(of("treated_accuracies", k), "", k, dashed=True) for k in range(3)),
                ),
                "accuracy",
                span=(0.0, 1.0),
                none="Nothing yet: press play",
            ),
        )
    ),
    about="Training loss; accuracy on training images, on the test as it is made there, on "
    "images that came later; dashed: after the cure",
    at_first=True,
    least=(330, 180),
)
INSIDE = Card(
    "inside",
    "Inside, layer by layer",
    Tabs(
        {
            "Outputs": Ridges("output_counts", "output_edges", "output of each hidden layer"),
            "To the loss": Histogram("handed_counts", "handed_edges", "share", "what is handed to the loss"),
            "Weights": Ridges("weight_counts", "weight_edges", "weight"),
            "Always 0": Bars("zeros", "share of units", span=(0.0, 1.0), number=percent),
        }
    ),
    about="Histograms over the test images; units that are 0 at all of them",
    hint="Choose with “Looked into” whether it is the network as it came or the one after the cure.",
    at_first=True,
    least=(300, 180),
)
GRADIENTS = Card(
    "gradients",
    "Gradients and updates",
    Tabs(
        {
            "Norms": Curves("gradient_norms", "norm", log=True, none="Nothing yet: press play"),
            "Updates": Curves(
                (Line("updates", "norm of the update ÷ norm of the weights", 3),),
                "share",
                log=True,
                levels=(Level(1.0, "as large as the weights"),),
                none="Nothing yet: press play",
            ),
            "Layers": Bars("gradient_sizes", "root mean square of ∂L/∂W", log=True, place=0),
        }
    ),
    about="This batch's own gradient against what the optimizer gets; how large updates are; gradients by layer",
    at_first=True,
    least=(300, 180),
)
DATA = Card(
    "data",
    "The data",
    Tabs(
        {
            "Inputs": Histogram("input_counts", "input_edges", "share", "input, as the network gets it"),
            "Classes": Bars("class_counts", "training images", place=0),
            "Batches": Matrix("batch_classes", colours="viridis", low=0.0),
            "Doubted": Images("doubted", captions=called, caption="Training images whose label it believes least"),
            "Nearest": Histogram(
                "nearest", "nearest_edges", "share of test images", "distance to the nearest training image"
            ),
        }
    ),
    about="Inputs as they come in; classes in training and in the last batches; labels that it believes least; how far "
    "each test image is from the training set",
    at_first=True,
    least=(300, 180),
)
TEST = Card(
    "test",
    "The test",
    Tabs(
        {
            "Mistakes": Confusion("confusion"),
            "Made twice": Scatter(
                "asked_twice", ("p(true digit), first time", "second time"), reading=twice_words,
                over=(Trail(diagonal, "same answer", dashed=True),),
            ),
        }
    ),
    about="The confusion over the test images; the probability of each true digit when the test is made two times",
    at_first=True,
    least=(300, 180),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    return f"Step {frame.step}, patient {frame.params.looked_at}, {LANES[frame.params.lane].lower()}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return loss and test of the patient looked into."""
    if not frame.step:
        return ()
    k = frame.params.looked_at
    return (("loss", n(frame.metric(f"loss/{k}"))), ("test", percent(frame.metric(f"test/{k}"))))


def loss_numbers(frame: Frame) -> str:
    """Return the loss of this step."""
    return rf"L = {n(frame.metric(f'loss/{frame.params.looked_at}'))}" if frame.step else ""


VIEW = View(
    cards=(WARD, DIAGNOSIS, COURSE, INSIDE, GRADIENTS, DATA, TEST),
    formulas=(
        Formula("Loss", lambda frame: r"L = -\frac{1}{B} \sum_b \log \operatorname{softmax}(z_b)_{y_b}", loss_numbers),
        Formula("Update", lambda frame: r"W \leftarrow W - \eta\,\frac{\partial L}{\partial W}", lambda frame: ""),
    ),
    summary=summary,
    readings=readings,
)
