"""Softmax: scores become probabilities, and the cross-entropy pulls each score by what was said minus what is."""

from explainer.contract import LIVE, STRUCTURAL, Array, Parameters, Refused, Scene, Verb, choice, integer, real
from explainer.contract.cards import Dimension

CLASSES = ("cat", "dog", "fox", "hen", "owl")
STARTS = {"spread": "Spread out", "equal": "All equal", "sure": "Sure and wrong", "random": "Random"}
TERMS = ("H(y)", "KL(y‖p)", "cross-entropy")
FEWEST, LOWEST, HIGHEST = 2, -10.0, 10.0
"""So few classes at the least, and the range in which one score is dragged."""


class Params(Parameters):
    """What can be set, in the order of the controls."""

    start: str = choice(
        "spread", STARTS, kind=STRUCTURAL, label="Scores at first", help="The scores at step 0; random ones by the seed."
    )
    classes: int = integer(
        5, FEWEST, len(CLASSES), kind=STRUCTURAL, label="Classes", help="How many classes there are; with two, a sigmoid."
    )
    temperature: float = real(
        1.0, 0.05, 20.0, log=True, kind=LIVE, label="Temperature T", help="Divides the scores: below 1 sharpens."
    )
    target: str = choice("dog", CLASSES, kind=LIVE, label="True class", help="Where the target y has its one.")
    smoothing: float = real(
        0.0, 0.0, 0.5, kind=LIVE, label="Label smoothing ε", help="The share of the target that is spread over all classes."
    )
    shift: float = real(
        0.0, -200.0, 200.0, kind=LIVE, label="Shift c", help="A number added to every score before softmax."
    )
    lr: float = real(
        0.5, 0.01, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step of the scores."
    )

    def verify(self) -> None:
        """Refuse a true class that is not among the classes."""
        if CLASSES.index(self.target) >= self.classes:
            known = ", ".join(CLASSES[: self.classes])
            raise Refused(
                f"target = {self.target} is refused with {self.classes} classes: choose from {known}, or raise classes",
                about="target",
            )


SCENE = Scene(
    title="Softmax",
    room="Foundations",
    question="How do scores become probabilities?",
    parameters=Params,
    first=("temperature", "target"),
    steps=100,
    speed=10.0,
    metrics={
        "loss": "Cross-entropy of target and probabilities in nats, before the update.",
        "entropy": "Entropy of the probabilities in nats, before the update.",
    },
    arrays={
        "scores": Array(("class",), "float32", "The logits z, without the shift."),
        "probabilities": Array(("class",), "float32", "softmax((z + c) / T)."),
        "target": Array(("class",), "float32", "The target distribution y, smoothed."),
        "gradient": Array(("class",), "float32", "∂L/∂z = (p − y) / T, L the cross-entropy."),
        "jacobian": Array(("class", "class"), "float32", "∂p/∂z: row i, column j is p_i (δ_ij − p_j) / T."),
        "temperatures": Array(("sample",), "float32", "The temperatures of by_temperature."),
        "by_temperature": Array(("class", "sample"), "float32", "The probabilities over the temperatures."),
        "terms": Array(("term",), "float32", "H(y), KL(y‖p) and their sum, the cross-entropy, in nats."),
        "margins": Array(("margin",), "float32", "How far the true class's score lies above the largest other."),
        "pulls": Array(
            ("loss", "margin"),
            "float32",
            "−∂L/∂z of the true class over that margin: of the cross-entropy and of the squared error Σ(p − y)².",
        ),
        "exponentials": Array(
            ("class",), "float32", "e^((z + c)/T) in float32.", infinite="The exponential is beyond float32."
        ),
        "naive": Array(
            ("class",),
            "float32",
            "The exponentials over their sum in float32.",
            nan="∞/∞ or 0/0: the formula as it is written has overflowed or underflowed.",
        ),
        "shifted": Array(("class",), "float32", "e^((z − max z)/T): at most 1."),
        "differences": Array(("difference",), "float32", "z₁ − z₂ of the first two classes."),
        "sigmoid": Array(("difference",), "float32", "σ((z₁ − z₂)/T): the first class's probability among two."),
    },
    dimensions={
        "class": Dimension("class", lambda params: CLASSES[: params.classes]),
        "sample": Dimension("temperature T", at="temperatures", log=True),
        "term": Dimension("", TERMS),
        "margin": Dimension("score of the true class − largest other score", at="margins"),
        "loss": Dimension("loss", ("cross-entropy", "squared error")),
        "difference": Dimension("z₁ − z₂", at="differences"),
    },
    actions={
        "set_score": Verb(
            "Give one class another score.",
            {
                "index": integer(0, 0, len(CLASSES) - 1, label="Class"),
                "value": real(0.0, LOWEST, HIGHEST, label="Score"),
            },
            label="Set a score",
            replaces=("index",),
        ),
    },
    symbols={"T": "temperature", "p": "bars", "z": "bars", "y": "target", "L": "loss", "η": "lr"},
    order=30,
)
