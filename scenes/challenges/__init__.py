"""Challenges: ten trainings, each with something wrong that is to be found in its pictures."""

from explainer.contract import (
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Scene,
    Verb,
    choice,
    integer,
)
from explainer.contract.cards import Dimension
from explainer.scenes.challenges.causes import CAUSES, KEYS

PATIENTS, STEPS, RECENT, BINS, DOUBTED = 10, 300, 16, 60, 12
"""Patients of a ward; steps of a training; batches that are remembered; bins of histograms; images shown."""
LANES = {"ill": "As it came", "treated": "After the cure"}
SETS = ("training", "test, as it is made", "later images")
DIGITS = tuple(str(k) for k in range(10))


class Params(Parameters):
    """What can be set, in the order of the controls."""

    patient: int = integer(
        1, 1, PATIENTS, kind=VIEW, label="Patient", help="Whose training is looked into.", when={"case": ("ward",)}
    )
    lane: str = choice("ill", LANES, kind=VIEW, label="Looked into", help="The training as it came, or with the cure.")
    causes: int = integer(
        5, 2, len(KEYS), kind=VIEW, label="Causes offered", help="How many to choose from.", when={"case": ("ward",)}
    )
    case: str = choice(
        "ward", {"ward": "Ten unknown", **{key: cause.words for key, cause in CAUSES.items()}}, kind=STRUCTURAL,
        label="Patients", help="Ten whose trouble is to be found, or a textbook case, named and cured.",
    )  # fmt: skip
    batch: int = integer(32, 8, 128, log=True, kind=STRUCTURAL, label="Batch size", help="Images in each update.")

    @property
    def beds(self) -> int:
        """How many patients there are."""
        return PATIENTS if self.case == "ward" else 1

    @property
    def looked_at(self) -> int:
        """The number of the patient that is looked into."""
        return min(self.patient, self.beds)


def names(kind: str, params: Params) -> list[str]:
    """Return the names of one metric for each patient."""
    return [f"{kind}/{k + 1}" for k in range(params.beds)]


_NOT_YET = "not trained so far, or not treated, or its numbers have run away"


def _curve(dims: tuple[str, ...], meaning: str) -> Array:
    return Array((*dims, "step"), "float32", meaning, nan=_NOT_YET)


SCENE = Scene(
    title="Challenges",
    room="Foundations",
    question="What is wrong with this training?",
    parameters=Params,
    first=("patient", "lane"),
    data=("case", "batch"),
    steps=STEPS,
    speed=60.0,
    progress="test/*",
    metrics={
        "loss/*": "Each patient's training loss before the update, in nats; of one that ran away, its last below 10,000.",
        "test/*": "Each patient's test accuracy, as the test is made there.",
    },
    arrays={
        "charts": Array(("patient",), "<U64", "What is known of each network."),
        "loss_lines": _curve(("patient",), "Each patient's loss."),
        "reported": Array(("patient",), "float32", "Test accuracy now, as the test is made there."),
        "verdicts": Array(("patient",), "<U64", "What was answered, and whether it was right."),
        "offers": Array(("cause",), "<U64", "The causes to choose from."),
        "effects": Array(("cause",), "<U64", "What became of those that were tried."),
        "losses": _curve(("lane",), "The patient's loss, as it came and after the cure."),
        "accuracies": _curve(("image set",), "Share that is right: training, test as it is made, later images."),
        "treated_accuracies": _curve(("image set",), "The same after the cure."),
        "gradient_norms": _curve(("gradient",), "Norm of this batch's own gradient, and of what the optimizer gets."),
        "updates": _curve((), "The norm of an update over the norm of all weights."),
        "output_counts": Array(("hidden layer", "bin"), "float64", "Shares of each hidden layer's outputs over the test "
                               "images."),
        "output_edges": Array(("bin edge",), "float32", "The edges of these bins."),
        "handed_counts": Array(("bin",), "float64", "Shares of what is handed to the loss."),
        "handed_edges": Array(("bin edge",), "float32", "The edges of these bins."),
        "input_counts": Array(("bin",), "float64", "Shares of the inputs."),
        "input_edges": Array(("bin edge",), "float32", "The edges of these bins."),
        "weight_counts": Array(("weight layer", "bin"), "float64", "Shares of each layer's weights."),
        "weight_edges": Array(("bin edge",), "float32", "The edges of these bins."),
        "gradient_sizes": Array(("weight layer",), "float32", "The root mean square gradient of each layer's weights, "
                                "on its first 64 training images.", nan=_NOT_YET, infinite=_NOT_YET),
        "zeros": Array(("hidden layer",), "float32", "Share of units that are 0 at every test image."),
        "class_counts": Array(("digit",), "int64", "Training images that are called each digit."),
        "batch_classes": Array(("recent batch", "digit"), "int64", "How many of each were in the last batches."),
        "confusion": Array(("actual", "said"), "int64", "Counts over the test images, as the test is made."),
        "doubted": Array(("doubted image", "row", "column"), "float32", "Training images whose label it believes least."),
        "doubted_labels": Array(("doubted image",), "int64", "What these are called."),
        "asked_twice": Array(("test image", "time"), "float32", "The probability of the true digit when the test is made twice."),
        "truth": Array(("test image",), "int64", "The true digits."),
        "nearest": Array(("bin",), "float64", "Share of test images by distance to the nearest training image."),
        "nearest_edges": Array(("bin edge",), "float32", "The edges of these bins, in grey levels."),
        "score": Array((), "int64", "How many were answered rightly at the first try."),
        "answered": Array((), "int64", "How many were answered."),
        "finding": Array(("word",), "<U32", "What the cure did and, once it is found, where it is seen."),
    },
    dimensions={
        "patient": Dimension("patient", whole=True),
        "step": Dimension("step", whole=True),
        "lane": Dimension("", tuple(LANES.values())),
        "image set": Dimension("", SETS),
        "gradient": Dimension("", ("of this batch", "given to the optimizer")),
        "digit": Dimension("digit", DIGITS),
        "actual": Dimension("actual", DIGITS),
        "said": Dimension("said", DIGITS),
        "hidden layer": Dimension("hidden layer", whole=True),
        "weight layer": Dimension("layer", whole=True),
        "recent batch": Dimension("batches ago"),
    },
    actions={
        "diagnose": Verb(
            "Say what is wrong with a patient, and train it again from the start with the cure.",
            {"patient": integer(1, 1, PATIENTS, label="Patient"),
             "cause": choice("healthy", {key: cause.words for key, cause in CAUSES.items()}, label="Cause")},
        ),
    },
    no_script="it would have to name what is wrong with each, which is what is asked",
    symbols={"η": "updates"},
    order=80,
)  # fmt: skip
