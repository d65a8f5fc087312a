"""Recurrent networks: plain ones that differ in W_hh alone, and how far back in time their gradient reaches."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Scene,
    choice,
    choices,
    integer,
    real,
)
from explainer.contract.cards import Dimension

LANES = {"pytorch": "PyTorch’s default", "orthogonal": "Orthogonal", "identity": "Identity", "normal": "Normal"}
SYMBOLS, ASKED = 8, 4
"""Symbols in all; the first ASKED of them may begin a sequence, the others come after."""
LONGEST, MOST, TERMS = 80, 4, 11
"""Time steps and networks at the most; so many terms of the sum are drawn."""


def letter(symbol: int) -> str:
    """Return how a symbol is written: A to D are asked for, the others are small."""
    return "ABCDwxyz"[symbol]


def metrics_of(what: str, lanes: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{what}/{lane}" for lane in lanes]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    lanes: tuple[str, ...] = choices(
        ("pytorch", "orthogonal"), LANES, most=MOST, kind=STRUCTURAL, label="W_hh at first",
        help="One network for each; all other weights are the same.",
    )
    time_steps: int = integer(
        20, 2, LONGEST, kind=STRUCTURAL, label="Time steps T", help="The first symbol is asked for after the last."
    )
    hidden_size: int = integer(32, 4, 64, kind=STRUCTURAL, label="Hidden units H", help="The numbers in the state h.")
    nonlinearity: str = choice(
        "tanh", {"tanh": "tanh", "relu": "ReLU"}, kind=STRUCTURAL, label="Nonlinearity φ", help="As of nn.RNN."
    )
    gain: float = real(
        1.0, 0.1, 2.0, kind=STRUCTURAL, label="Gain of W_hh", help="Every W_hh is multiplied by it before training."
    )
    window: int = integer(
        LONGEST, 1, LONGEST, kind=LIVE, label="Window k",
        help="The gradient reaches the last k states. Nothing is cut where k is not less than the time steps.",
    )
    trained: str = choice(
        "all", {"all": "Everything", "readout": "The readout alone"}, kind=STRUCTURAL, label="Trained",
        help="The readout alone: the recurrent layer stays as it was drawn.",
    )
    lr: float = real(0.001, 1e-4, 0.1, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")
    sent: int = integer(
        LONGEST, 1, LONGEST, kind=VIEW, label="Loss at step s",
        help="The time step whose loss is sent back in the pictures; training sends back that of the last.",
    )
    selected: int = integer(
        0, 0, MOST - 1, kind=VIEW, label="Network looked into", help="Whose states and terms are drawn; 0 is the first."
    )

    @property
    def asked_at(self) -> int:
        """The time step whose loss is sent back in the pictures, counted from 1."""
        return min(self.sent, self.time_steps)

    @property
    def shown(self) -> int:
        """Which network is looked into."""
        return min(self.selected, len(self.lanes) - 1)


BEYOND = "Beyond float64."

SCENE = Scene(
    title="Recurrent network",
    room="Sequences",
    question="How does a network remember, and why does it forget?",
    parameters=Params,
    first=("lanes", "time_steps"),
    steps=100,
    speed=60.0,
    progress="accuracy/*",
    data=("time_steps",),
    metrics={
        "loss/*": "Cross-entropy at the last time step in nats, mean of 32 new sequences, before the update.",
        "accuracy/*": "The share of 64 other sequences whose first symbol is named, before the update.",
    },
    arrays={
        "gradient_norms": Array(
            ("lane", "time"), "float64", "‖∂L_s/∂h_t‖: root mean square over 32 sequences, each with its own loss.",
            nan="The state comes after the loss, or is beyond float64.", infinite=BEYOND,
        ),
        "shares": Array(
            ("lane", "time"), "float64",
            "The norm of each time step's term of ∂L_s/∂W_hh as a share of the sum of all these norms.",
            nan="All terms are 0, or beyond float64.",
        ),
        "terms": Array(
            ("term", "unit", "unit"), "float64",
            "Of the network looked into, mean of 32 sequences: ∂L_s/∂W_hh, then its terms of time steps s, s − 1, …",
            nan=BEYOND, infinite=BEYOND,
        ),
        "eigenvalues": Array(
            ("lane", "unit", "part"), "float64", "The eigenvalues of W_hh: real and imaginary part.", nan=BEYOND
        ),
        "states": Array(
            ("unit", "time"), "float64", "h₁ to h_T of the network looked into, on one sequence.",
            nan=BEYOND, infinite=BEYOND,
        ),
        "readable": Array(
            ("lane", "time"), "float64",
            "The share of 200 sequences whose first symbol a readout made for h_t alone names: ridge regression (10⁻³ a "
            "sequence, states scaled to mean square 1) on 200 others.", slow=True,
        ),
        "sequence": Array(("time",), "int64", "The sequence of the states: 0 to 3 may begin it, 4 to 7 come after."),
    },
    dimensions={
        "lane": Dimension("", lambda params: [LANES[lane] for lane in params.lanes]),
        "time": Dimension("time step t", whole=True),
        "unit": Dimension("unit", whole=True),
        "term": Dimension("term"),
    },
    symbols={"T": "time_steps", "H": "hidden_size", "k": "window", "η": "lr", "s": "sent", "h": "states",
             "W_{hh}": "eigenvalues"},
    order=10,
)  # fmt: skip
