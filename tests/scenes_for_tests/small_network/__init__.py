"""A scene for the tests, as unlike gradient descent as can be: it proves that the contract is general."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Scene,
    Verb,
    choice,
    integer,
    real,
    switch,
)


class Params(Parameters):
    """A small network on batches of shuffled data."""

    width: int = integer(8, 1, 64, kind=STRUCTURAL, label="Hidden units", help="Units in the hidden layer.")
    optimizer: str = choice("adam", ("adam", "sgd"), kind=STRUCTURAL, label="Optimizer", help="Who updates.")
    dropout: float = real(0.2, 0.0, 0.9, kind=LIVE, label="Dropout p", help="Share of units that are zeroed.")
    lr: float = real(0.01, 1e-4, 1e6, log=True, kind=LIVE, label="Learning rate", help="Size of a step.")
    unit: int = integer(0, 0, 63, kind=VIEW, label="Unit", help="Whose weights are shown.")
    large: bool = switch(False, kind=VIEW, label="Large picture", help="Also draw a picture of a million pixels.")


_POISONED = {"nan": "the network was poisoned", "infinite": "the network was poisoned"}

SCENE = Scene(
    title="Small network",
    room="Foundations",
    question="Does the contract hold for a network too?",
    parameters=Params,
    steps=60,
    speed=None,
    progress="error",
    metrics={"error": "Mean squared error of the batch before the update.", "epoch": "How often all data was seen."},
    arrays={
        "weight": Array(("unit", "input"), "float32", "The hidden layer's weights.", **_POISONED),
        "gradient": Array(
            ("unit", "input"), "float32", "Their gradient in the last step, zero at step 0.", **_POISONED
        ),
        "order": Array(("example",), "int64", "The order in which this epoch sees the data."),
        "singular": Array(("value",), "float32", "Singular values of the hidden weights.", slow=True),
        "canvas": Array(("y", "x"), "float32", "A large picture.", **_POISONED),
        "bias_path": Array(
            ("step + 1", "unit"), "float32", "The hidden biases at every step.", traced=True, **_POISONED
        ),
    },
    actions={
        "reinitialise": Verb(
            "Draw the weights of some units afresh.",
            {"first": integer(0, 0, 63, label="First"), "scale": real(1.0, 0.0, 10.0, label="Scale")},
        ),
        "poison": Verb("Make a weight infinite."),
        "fail": Verb("Make the next step raise an exception."),
    },
    jobs={"noisy_copy": Job("Train a copy with noise of its own.", {"steps": integer(20, 1, 1000)})},
)
