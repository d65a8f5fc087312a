"""How it looks: the gradient over time with the loss and the cut to grab; eigenvalues, terms and states beside it."""

from collections.abc import Mapping, Sequence

import numpy as np

from explainer.contract.cards import Card, Column, Curves, Handle, Level, Maps, Matrix, Scatter, Steps, Trail, reads
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.rnn import ASKED, LANES, LONGEST, letter

WAY_BACK = (
    r"\frac{\partial L}{\partial h_{t-1}} = W_{hh}^T \left( \varphi' \odot \frac{\partial L}{\partial h_t} \right)"
)
GRADIENT = (
    r"\frac{\partial L}{\partial W_{hh}} = \sum_t "
    r"\left( \varphi' \odot \frac{\partial L}{\partial h_t} \right) h_{t-1}^T"
)
ANGLES = np.linspace(0, 2 * np.pi, 121)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], 1)


def send(frame: Frame, step: float) -> Mapping[str, int]:
    """Send back the loss of another time step."""
    return {"sent": int(np.clip(round(step), 1, frame.params.time_steps))}


def cut_at(frame: Frame) -> float:
    """Return where the way back ends: between the last state that the gradient does not reach and the next."""
    return max(frame.params.asked_at - frame.params.window, 0) + 0.5


def cut_words(frame: Frame) -> str:
    """Say how many states the gradient reaches."""
    cut = frame.params.window < frame.params.asked_at
    return f"window {frame.params.window}" if cut else "nothing cut"


def move_cut(frame: Frame, at: float) -> Mapping[str, int]:
    """Cut elsewhere; before the first state is not at all."""
    last = round(at - 0.5)
    return {"window": LONGEST if last < 1 else int(np.clip(frame.params.asked_at - last, 1, LONGEST))}


@reads("gradient_norms")
def norm_words(frame: Frame, t: int) -> str:
    """Say how long the gradient still is at a time step, of that at the loss."""
    norms, last = frame.arrays["gradient_norms"], frame.params.asked_at - 1
    if t > last:
        return f"h_{t + 1} comes after the loss of step {last + 1}: no gradient"
    each = (f"{LANES[lane]} {n(norms[k, t])}" for k, lane in enumerate(frame.params.lanes))
    return f"‖∂L_{last + 1}/∂h_{t + 1}‖, {last - t} steps back: {', '.join(each)}"


@reads("shares")
def share_words(frame: Frame, t: int) -> str:
    """Say what the terms from a time step on make up."""
    shares = frame.arrays["shares"]
    each = (f"{LANES[lane]} {shares[k, t]:.1%}, with all later ones {shares[k, t:].sum():.0%}"
            for k, lane in enumerate(frame.params.lanes))  # fmt: skip
    return f"term of t = {t + 1}: {'; '.join(each)}"


@reads("eigenvalues")
def spots(frame: Frame) -> np.ndarray:
    """Return all eigenvalues in the plane (lane × unit, 2)."""
    return np.asarray(frame.arrays["eigenvalues"].reshape(-1, 2))


@reads("eigenvalues")
def spot_lanes(frame: Frame) -> np.ndarray:
    """Return whose eigenvalue each is (lane × unit,)."""
    lanes, units, _ = frame.arrays["eigenvalues"].shape
    return np.repeat(np.arange(lanes), units)


@reads("eigenvalues")
def spot_words(frame: Frame, k: int) -> str:
    """Say how long an eigenvalue is."""
    re, im = spots(frame)[k]
    return f"{LANES[frame.params.lanes[spot_lanes(frame)[k]]]}: {re:.3f} {im:+.3f} i, |λ| = {np.hypot(re, im):.3f}"


def move_spot(frame: Frame, k: int, x: float, y: float) -> Mapping[str, float] | None:
    """Scale every W_hh as far as this eigenvalue was dragged outwards or inwards; the run begins anew."""
    if "eigenvalues" not in frame.arrays:
        return None
    before = float(np.hypot(*spots(frame)[k]))
    gain = frame.params.gain * np.hypot(x, y) / before if before > 0 else np.nan
    return {"gain": round(float(np.clip(gain, 0.1, 2.0)), 2)} if np.isfinite(gain) else None


def shown_name(frame: Frame) -> str:
    """Return what the network is called that is looked into."""
    return LANES[frame.params.lanes[frame.params.shown]]


@reads("terms")
def term_headings(frame: Frame) -> list[str]:
    """Return whose term each map is, with its norm."""
    norms = np.sqrt((frame.arrays["terms"] ** 2).sum((1, 2)))
    steps = [frame.params.asked_at - k for k in range(len(norms) - 1)]
    return ["sum", *(f"t = {t}" if t > 0 else "–" for t in steps)]


@reads("terms")
def term_captions(frame: Frame) -> list[str]:
    """Return each map's norm."""
    return [n(value) for value in np.sqrt((frame.arrays["terms"] ** 2).sum((1, 2)))]


@reads("states", "sequence")
def state_words(frame: Frame, unit: int, t: int) -> str:
    """Say what a unit holds, and what has just been read."""
    read = letter(int(frame.arrays["sequence"][t]))
    return f"unit {unit + 1} after “{read}” at t = {t + 1}: {n(frame.arrays['states'][unit, t])}"


@reads("sequence")
def sequence_words(frame: Frame) -> str:
    """Return the sequence that is read, cut where it is long."""
    letters = "".join(letter(int(symbol)) for symbol in frame.arrays["sequence"])
    return f"reads {letters if len(letters) <= 40 else letters[:39] + '…'}, then names the first"


def of_lanes(what: str, frame: Frame) -> Mapping[str, str]:
    """Return a metric for each network."""
    return {f"{what}/{lane}": LANES[lane] for lane in frame.params.lanes}


REACH = Card(
    "reach",
    lambda frame: f"How far back the loss of step {frame.params.asked_at} reaches",
    Column(
        (
            Curves("gradient_norms", "‖∂L/∂h_t‖", log=True, dots=True, reading=norm_words,
                   handle=Handle(lambda frame: frame.params.asked_at, move=send),
                   click=lambda frame, t: send(frame, t + 1)),
            Curves("shares", "share", dots=True, span=(0.0, 0.6), reading=share_words,
                   handle=Handle(cut_at, cut_words, move=move_cut)),
        ),
        weights=(1.4, 1.0),
    ),
    name="How far back the loss reaches",
    about="The gradient in every state, and each time step’s part of the gradient in W_hh: grab the loss, or the cut",
    hint="drag the loss; drag the cut below",
    at_first=True,
    weight=3.0,
    least=(300, 260),
)  # fmt: skip
ACCURACY = Card(
    "accuracy",
    "First symbol named",
    Steps(lambda frame: of_lanes("accuracy", frame), "accuracy", levels=(Level(1 / ASKED, "chance"),)),
    about="The share of other sequences whose first symbol is named after the last",
    at_first=True,
)
EIGENVALUES = Card(
    "eigenvalues",
    "Eigenvalues of W_hh",
    Scatter(spots, ("real; circle: |λ| = 1", "imag."), classes=spot_lanes, equal=True, dims=("spot", ""),
            over=(Trail(lambda frame: CIRCLE, "", 7, dashed=True, width=1.0),),
            reading=spot_words, move=move_spot),
    about="Inside the circle a linear network forgets, outside it explodes; drag one to scale W_hh",
    hint="drag an eigenvalue: the gain changes",
    at_first=True,
)  # fmt: skip
READABLE = Card(
    "readable",
    "Is the first symbol still in the state?",
    Curves("readable", "named by a fitted readout", dots=True, span=(0.0, 1.02), levels=(Level(1 / ASKED, "chance"),)),
    about="What a readout fitted to h_t alone gets right: what is remembered, used or not",
)
TERMS = Card(
    "terms",
    lambda frame: f"∂L/∂W_hh is a sum over time: {shown_name(frame)}",
    Maps("terms", colours="signed", headings=term_headings, captions=term_captions),
    name="∂L/∂W_hh as a sum over time",
    about="The gradient in the one W_hh, and the terms of the last time steps; the norm below each",
    least=(260, 180),
)
STATES = Card(
    "states",
    lambda frame: f"States over time: {shown_name(frame)}",
    Matrix("states", "h", colours="signed", numbers=False, square=False, caption=sequence_words, reading=state_words),
    name="States over time",
    about="Every unit’s value while one sequence is read",
    least=(240, 180),
)
LOSS = Card(
    "loss",
    "Loss at every step",
    Steps(lambda frame: of_lanes("loss", frame), "cross-entropy in nats", log=True),
    about="Cross-entropy at the last time step; ln 4 = 1.39 is chance",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{LANES[lane]} {frame.metric(f'accuracy/{lane}'):.0%}" for lane in frame.params.lanes)
    return f"Step {frame.step}, {frame.params.time_steps} time steps. First symbol named: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the first two networks' accuracies."""
    named = [(LANES[lane], f"{frame.metric(f'accuracy/{lane}'):.0%}") for lane in frame.params.lanes[:2]]
    return named if frame.step else ()


def state_formula(frame: Frame) -> str:
    """Return how a state follows from the one before."""
    inner = r"W_{ih} x_t + b + W_{hh} h_{t-1}"
    return rf"h_t = \tanh({inner})" if frame.params.nonlinearity == "tanh" else rf"h_t = \max(0,\ {inner})"


VIEW = View(
    cards=(REACH, ACCURACY, EIGENVALUES, READABLE, TERMS, STATES, LOSS),
    formulas=(
        Formula("State", state_formula, lambda frame: ""),
        Formula("Way back", lambda frame: WAY_BACK, lambda frame: ""),
        Formula("Gradient", lambda frame: GRADIENT, lambda frame: ""),
    ),
    summary=summary,
    readings=readings,
)  # fmt: skip
