"""Forecasting: a network on a series in time, against baselines that anyone can compute."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Refused,
    Scene,
    choice,
    integer,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension
from explainer.scenes.forecasting.series import own_series, public_series

SERIES = {
    "airline": "Airline passengers, real",
    "sunspots": "Sunspots, real",
    "walk": "Random walk",
    "file": "A series of your own",
}
STEPS = {"airline": "month", "sunspots": "year", "walk": "step", "file": "row"}
AXES = {**STEPS, "airline": "year"}
"""What one time step is called, and what the axis of time counts."""
BESIDE = {
    "airline": {"transform": "log", "window": 24, "test_size": 36, "season": 12},
    "sunspots": {"transform": "none", "window": 9, "test_size": 88, "season": 11},
    "walk": {"transform": "none", "window": 12, "test_size": 100, "season": 12},
    "file": {"transform": "none", "window": 12, "test_size": 24, "season": 12},
}
WALK, LEADS, NEAR, FEWEST = 500, 24, 24, 20
"""Values of the walk; how far ahead is forecast at most; steps drawn before an origin; windows learned from at least."""
MODELS = ("naive", "last season", "last season × growth", "mean of a season", "least squares", "network")
COVERED = 0.8
"""The share that an interval promises."""


def known_values(series: str, path: str) -> Any:
    """Return the values (n,) of a series that is in a file, None for the walk."""
    if series == "walk":
        return None
    return own_series(path) if series == "file" else public_series(series)


def length(params: Any) -> int:
    """Return how many values the series has; as many as the walk where a file cannot be read."""
    try:
        known = known_values(params.series, params.path)
    except Refused:
        return WALK
    return WALK if known is None else len(known)


class Params(Parameters):
    """What can be set, in the order of the controls."""

    series: str = choice("airline", SERIES, kind=STRUCTURAL, label="Series", help="What is forecast.")
    path: str = text(
        "", names="file", read_when={"series": ("file",)}, kind=STRUCTURAL, label="File", when={"series": ("file",)},
        suggests=lambda path: {"series": "file"} if path.strip() else {},
        help="A CSV with a head line; its last column is the series. Or drop one on the window.",
    )
    test_size: int = integer(
        36, 2, 400, kind=STRUCTURAL, label="Test steps", help="The last values: nothing is learned from them."
    )
    shuffle: bool = switch(
        False, kind=STRUCTURAL, label="Random split",
        help="Tested windows are drawn at random instead of being the last: the future is learned from.",
    )
    horizon: int = integer(12, 1, LEADS, kind=VIEW, label="Horizon h", help="How many steps ahead is forecast.")
    origin: int = integer(
        0, -400, 400, kind=VIEW, label="Fan begins at", help="Steps after the last value before the test part."
    )
    model: str = choice(
        "lstm", {"lstm": "LSTM", "mlp": "Hidden layer"}, kind=STRUCTURAL, label="Network", help="Of 32 units either way."
    )
    window: int = integer(24, 1, 60, kind=STRUCTURAL, label="Window w", help="How many past values are read.")
    transform: str = choice(
        "log",
        {"none": "As they are", "log": "Logs", "difference": "Differences", "log_difference": "Differences of logs"},
        kind=STRUCTURAL, label="Read and said as", help="For the network, least squares, and growth.",
    )
    strategy: str = choice(
        "recursive", {"recursive": "One step, fed back", "direct": "All steps at once"}, kind=STRUCTURAL,
        label="Several steps", when={"interval": ("residuals", "conformal")},
        help="How the network gets beyond one step. Quantiles are learned for all steps at once.",
    )
    interval: str = choice(
        "residuals",
        {"residuals": "Training errors", "conformal": "Conformal", "quantile": "Quantiles, learned"},
        kind=STRUCTURAL, label="80 % interval",
        help="From errors in training; of windows kept back for it, a third; or outputs of the network.",
    )
    season: int = integer(12, 1, 60, kind=STRUCTURAL, label="Season m", help="Steps from one season to the same again.")
    lr: float = real(0.01, 1e-4, 0.1, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what suits a series."""
        return BESIDE[given.get("series", "airline")]

    def verify(self) -> None:
        """Refuse logarithms of what is not positive, and too little to learn from."""
        known = known_values(self.series, self.path)
        if "log" in self.transform and (known is None or known.min() <= 0):
            raise Refused("logs need values above 0, and this series has others: choose Differences", about="transform")
        left = length(self) - self.test_size - self.window - ("difference" in self.transform)
        if left < max(FEWEST, self.season):
            raise Refused(
                f"{left} windows would be left to learn from, {max(FEWEST, self.season)} are needed: "
                "lower test steps, window or season", about="test_size",
            )  # fmt: skip


BEYOND = "Beyond float64, or nothing is forecast there."

SCENE = Scene(
    title="Forecasting",
    room="Sequences",
    question="Does it beat doing nothing?",
    parameters=Params,
    first=("series", "transform", "horizon"),
    steps=300,
    speed=60.0,
    progress="error/*",
    data=("series", "path", "test_size", "shuffle", "window", "transform", "interval"),
    metrics={
        "loss": "Of 32 windows, before the update: squared error of scaled values, or pinball loss of the quantiles.",
        "error/train": "Mean |error| one step ahead of the 32 windows that are learned from, before the update.",
        "error/test": "Mean |error| one step ahead in the test part, before the update.",
    },
    arrays={
        "values": Array(("time",), "float64", "The series."),
        "times": Array(("time",), "float64", "When each value was taken: years, or the number of the step."),
        "ahead": Array(
            ("shown model", "time"), "float64", "What was forecast h steps earlier.", nan=BEYOND, infinite=BEYOND
        ),
        "near_times": Array(("near",), "float64", "The time steps around the origin of the fan."),
        "near_values": Array(("near",), "float64", "The series there.", nan="Before it begins, or not yet known."),
        "near_forecasts": Array(
            ("shown model", "near"), "float64", "Forecasts from the origin on.", nan=BEYOND, infinite=BEYOND
        ),
        "near_band": Array(
            ("end", "near"), "float64", "The 80 % interval of the network.", nan=BEYOND, infinite=BEYOND
        ),
        "errors": Array(
            ("model", "measure"), "float64", "Mean |error|: in training and test one step ahead, in the test h ahead; R² h ahead.",
            nan="No forecast reaches that far.", infinite=BEYOND,
        ),
        "by_lead": Array(
            ("model", "lead"), "float64", "Mean |error| in the test part, by steps ahead.", slow=True,
            nan="No forecast reaches that far.", infinite=BEYOND,
        ),
        "coverage": Array(
            ("part",), "float64", "The share of values h ahead that lie within the 80 % interval.",
            nan="There are no such windows.",
        ),
        "counted": Array(("part",), "int64", "How many these are."),
    },
    dimensions={
        "time": Dimension(lambda frame: AXES[frame.params.series], at="times"),
        "near": Dimension(lambda frame: AXES[frame.params.series], at="near_times"),
        "model": Dimension("", MODELS, colours=(7, 3, 2, 6, 1, 0)),
        "shown model": Dimension("", (MODELS[2], MODELS[4], MODELS[5]), colours=(2, 1, 0)),
        "lead": Dimension("steps ahead", whole=True),
        "part": Dimension("", ("learned from", "kept back", "test")),
        "learner": Dimension("", ("least squares", "five neighbours", "forest")),
        "way": Dimension("", ("split at random", "split by time"), colours=(5, 0)),
    },
    jobs={
        "compare_splits": Job("Forecast h ahead by three learners, with both kinds of split."),
    },
    symbols={"h": "horizon", "w": "window", "m": "season", "η": "lr"},
    order=60,
)  # fmt: skip
