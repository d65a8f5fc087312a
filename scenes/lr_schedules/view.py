"""How it looks: the schedules over the whole future with the losses below them, and what other rates would do."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Ask,
    Bars,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Level,
    Map,
    Scatter,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.lr_schedules import HANDLES, MOST, PLANNED, SCHEDULES, Params

NOWHERE = np.full((1, 2), np.nan)
EACH = 25
"""What a cut would do is found again every so many steps."""


def of_each(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each lane, by name."""
    return lambda frame: {f"{kind}/{name}": SCHEDULES[name] for name in frame.params.schedules}


def lane_name(frame: Frame) -> str:
    """Return what the lane looked into is called."""
    return SCHEDULES[frame.params.schedules[frame.params.lane]]


def next_lane(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next lane."""
    return {"looked": (frame.params.lane + 1) % len(frame.params.schedules)}


# the schedules, and the losses below them


def planned(k: int) -> Trail:
    """Return a lane's schedule, dashed: what it would be at every step as things are now; a plateau's from here on."""

    @reads("plan", "places")
    def points(frame: Frame) -> np.ndarray:
        if k >= len(frame.arrays["plan"]):
            return NOWHERE
        places, rates = frame.arrays["places"], frame.arrays["plan"][k]
        known = (frame.params.schedules[k] != "plateau") | (places >= frame.step)
        return np.column_stack([places, np.where(known, rates, np.nan)])

    return Trail(points, "", k, dashed=True, width=1.4)


def path(frame: Frame, kind: str, k: int) -> np.ndarray:
    """Return a lane's metric at the steps so far (step, 2); nowhere while there is none."""
    names = frame.params.schedules
    known = frame.series.get(f"{kind}/{names[k]}") if k < len(names) else None
    if known is None or not len(known.up_to(frame.step)):
        return NOWHERE
    values = known.up_to(frame.step)
    return np.column_stack([known.steps[: len(values)], values])


def lived(kind: str, k: int, named: bool = False) -> Trail:
    """Return the line of a lane's metric."""

    def name(frame: Frame) -> str:
        return SCHEDULES[frame.params.schedules[k]] if named and k < len(frame.params.schedules) else ""

    return Trail(lambda frame: path(frame, kind, k), name, k, width=2.4)


def cursor(low: float, high: Callable[[Frame], float]) -> Trail:
    """Return the line at the present step."""
    return Trail(lambda frame: np.array([[frame.step, low], [frame.step, high(frame)]]), "", 7, width=1.0)


def rates_shown(frame: Frame) -> tuple[float, float, float, float]:
    """Return the plane of the schedules: to their end, and a little above the highest rate."""
    return 0.0, float(max(frame.params.total, frame.step)), -0.03 * frame.params.lr, 1.12 * frame.params.lr


def losses_shown(frame: Frame) -> tuple[float, float, float, float]:
    """Return the plane of the losses so far, with the steps of the schedules."""
    rows = [path(frame, "loss", k)[:, 1] for k in range(len(frame.params.schedules))]
    found = np.concatenate(rows)
    found = found[np.isfinite(found) & (found > 0)]
    low, high = (found.min() / 1.5, found.max() * 1.5) if len(found) else (0.01, 4.0)
    return 0.0, float(max(frame.params.total, frame.step)), float(low), float(high)


@reads("handles", when=lambda params: "custom" in params.schedules)
def handles(frame: Frame) -> np.ndarray:
    """Return the handles of the drawn schedule (handle, coordinate); none where there is no such lane."""
    return frame.arrays["handles"] if "custom" in frame.params.schedules else np.zeros((0, 2))


@reads("handles", when=lambda params: "custom" in params.schedules)
def handle_colours(frame: Frame) -> np.ndarray:
    """Return the place in the palette of the drawn schedule's lane, for each handle (handle,)."""
    chosen = frame.params.schedules
    return np.full(len(frame.arrays["handles"]) if "custom" in chosen else 0, (*chosen, "custom").index("custom"))


def with_share(params: Params, place: int, rate: float) -> Mapping[str, object] | None:
    """Return what gives one handle of the drawn schedule another rate; nothing where there is no such lane."""
    if "custom" not in params.schedules:
        return None
    drawn = list(params.drawn)
    drawn[place] = float(np.clip(round(rate / params.lr, 3), 0.0, 1.0))
    return {"drawn": tuple(drawn)}


def moved(frame: Frame, place: int, x: float, y: float) -> Mapping[str, object] | None:
    """Return what dragging a handle comes to."""
    return with_share(frame.params, place, y)


def sketched(frame: Frame, x: float, y: float) -> Mapping[str, object] | None:
    """Return what sketching comes to: the nearest handle goes to the pointer."""
    place = int(np.clip(round(x / frame.params.total * (HANDLES - 1)), 0, HANDLES - 1))
    return with_share(frame.params, place, y)


def handle_words(frame: Frame, k: int) -> str:
    """Say where a handle is."""
    step, share = k / (HANDLES - 1) * frame.params.total, frame.params.drawn[k]
    return f"step {step:.0f}: {n(share)} of η, {n(share * frame.params.lr)}"


def nothing(frame: Frame) -> np.ndarray:
    """Return no points: lines alone are drawn."""
    return np.zeros((0, 2))


def loss_top(frame: Frame) -> float:
    """Return the upper end of the losses."""
    return losses_shown(frame)[3]


# numbers, side jobs


@reads("now")
def names(frame: Frame) -> list[str]:
    """Return what the lanes are called (lane,)."""
    return [SCHEDULES[name] for name in frame.params.schedules]


def fact(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives a column of the facts (lane,)."""

    @reads("now", dims=("lane",))
    def column(frame: Frame) -> np.ndarray:
        return frame.arrays["now"][:, k]

    return column


def percent(number: float) -> str:
    """Return a share in percent."""
    return f"{number:.1%}"


@reads("marks")
def range_title(frame: Frame) -> str:
    """Return the title, with both marks."""
    steep, explodes = frame.arrays["marks"]
    return f"Range test: steepest at {n(float(steep))}, away from {n(float(explodes))}"


def range_words(frame: Frame) -> str:
    """Return the title of the range test."""
    return range_title(frame) if "marks" in frame.arrays else "Range test"


@reads("tested")
def to_tested(frame: Frame, k: int) -> Mapping[str, float]:
    """Return what takes a rate of the range test as the highest one."""
    return {"lr": float(np.clip(frame.arrays["tested"][k], 1e-4, 3.0))}


@reads("highest")
def to_cell(frame: Frame, i: int, j: int) -> Mapping[str, object]:
    """Return what tries a schedule in the place of the lane looked into, with its highest rate."""
    rate, chosen, name = float(frame.arrays["highest"][j]), list(frame.params.schedules), PLANNED[i]
    if name in chosen:
        return {"lr": round(rate, 4), "looked": chosen.index(name)}
    chosen[frame.params.lane] = name
    return {"lr": round(rate, 4), "schedules": tuple(chosen)}


def sgd_only(params: Params) -> str:
    """Say why there is nothing to see under Adam."""
    return "" if params.optimizer == "sgd" else "Found for SGD with momentum: choose it as the optimizer."


HERO = Card(
    "schedules",
    "The schedules, and below them the losses",
    Column(
        (
            Scatter(
                handles,
                ("", "learning rate"),
                dims=("handle", "coordinate"),
                classes=handle_colours,
                over=(*(planned(k) for k in range(MOST)), *(lived("rate", k) for k in range(MOST)),
                      cursor(0.0, lambda frame: 1.12 * frame.params.lr)),
                span=rates_shown,
                move=moved,
                draw=sketched,
                reading=handle_words,
            ),
            Scatter(
                nothing,
                ("step", "training loss"),
                over=(*(lived("loss", k, named=True) for k in range(MOST)), cursor(1e-6, loss_top)),
                span=losses_shown,
                log=(False, True),
            ),
        ),
    ),
    about="Dashed: the plan as it is now; solid: the rates that were used; below, what they led to",
    hint="drag the dots, or sketch over the plane: that is the schedule “Drawn by hand”, and it takes effect at once",
    at_first=True,
    weight=3.0,
    least=(360, 300),
)  # fmt: skip
TABLE = Card(
    "now",
    "Where each lane is",
    Table(
        (
            Cell(names, "schedule"),
            Cell(fact(0), "rate", right=True, number=n),
            Cell(fact(2), "loss", right=True, number=n),
            Cell(fact(3), "± 50 steps", right=True, number=n),
            Cell(fact(4), "right", right=True, number=percent),
        ),
        dim="lane",
        chosen=lambda frame: frame.params.lane,
        click=lambda frame, k: {"looked": k},
    ),
    about="Rate, training loss, how much that has moved over 50 steps, new digits right; a click looks into a lane",
    at_first=True,
    least=(320, 120),
)
SPREAD = Card(
    "spread",
    "How much the loss still moves",
    Steps(of_each("spread"), "σ of 50 losses", log=True),
    about="The standard deviation of the last 50 losses: a constant rate goes on stirring",
    at_first=True,
)
ACCURACY = Card(
    "accuracy",
    "New digits right",
    Steps(of_each("accuracy"), "share", levels=(Level(0.1, "chance"),)),
    about="Of 360 held-out digits, after each step",
)
LOSS = Card(
    "loss",
    "Loss on all training digits",
    Steps(of_each("loss"), "nats", log=True),
    about="Cross-entropy after each update; the cursor seeks",
)
RATES = Card(
    "rates",
    "The rates used",
    Steps(of_each("rate"), "learning rate", log=True),
    about="On a logarithmic axis an exponential schedule is a straight line",
)
RANGE = Card(
    "range",
    range_words,
    Curves("smoothed", "smoothed loss", dims=("tested rate",), log=True, span=(0.1, 10.0), handle=Handle("lr", "η"),
           click=to_tested),
    name="Range test",
    about="One run whose rate grows at every step: where the loss falls most steeply, and where it runs away",
    hint="drag the line, or click: that is the highest rate",
    ask=Ask("range_test", ("tested", "smoothed", "marks"), lambda frame: frame.params.momentum, busy="testing …"),
    applies=sgd_only,
)  # fmt: skip
SHARPNESS = Card(
    "sharpness",
    "Is it the curvature that limits η?",
    Bars(reads("sharpness", "stable")(lambda frame: np.stack([frame.arrays["sharpness"], frame.arrays["stable"]])),
         "curvature", dims=("curvature", "lane"), log=True, number=n),
    about="The largest eigenvalue λ of each Hessian, and 2(1 + β)/η, above which momentum SGD diverges on a quadratic",
    ask=Ask("sharpness", ("sharpness", "stable"),
            lambda frame: (frame.step // EACH, frame.params.schedules, frame.params.lr, frame.params.momentum,
                           frame.params.total, frame.params.warmup, frame.params.drawn),
            busy="multiplying by the Hessian …"),
    applies=sgd_only,
)  # fmt: skip
OVER = Card(
    "map",
    lambda frame: f"Final training loss after {frame.params.total} steps, by schedule and highest rate",
    Map("final", "loss", dims=("planned", "highest rate"), log=True, numbers=True, upward=False, colours="viridis",
        click=to_cell),
    name="Every schedule with every highest rate",
    about="66 networks from the same weights on the same batches; a click tries one",
    ask=Ask("over", ("highest", "final"),
            lambda frame: (frame.params.total, frame.params.warmup, frame.params.momentum),
            busy="training 66 networks …"),
    applies=sgd_only,
    least=(380, 260),
)  # fmt: skip
CUT = Card(
    "cut",
    lambda frame: f"If the rate of “{lane_name(frame)}” were cut now",
    Curves("after", "training loss", dims=("cut", "step ahead"), span="fit", log=True),
    name="If the rate were cut now",
    about="The same network, the same next 120 batches, with the rate of now times 1, 0.3, 0.1 and 0.01",
    buttons=(Button(lambda frame: f"{lane_name(frame)} ›", next_lane, "Look into the next lane"),),
    ask=Ask(
        "cut",
        ("ahead_steps", "after"),
        lambda frame: (frame.step // EACH, frame.params.lane, frame.params.lr),
        lambda frame: {"lane": frame.params.lane},
        busy="looking ahead …",
    ),
    applies=sgd_only,
)

FORMULAS = {
    "constant": r"\eta_t = \eta",
    "step": r"\eta_t = \eta \cdot 0.1^{\lfloor 3 t / T \rfloor}",
    "multistep": r"\eta_t = \eta \cdot 0.1^{[t \ge T/2] + [t \ge 3T/4]}",
    "exponential": r"\eta_t = \eta \cdot 0.01^{t / T}",
    "linear": r"\eta_t = \eta\,(1 - t / T)",
    "polynomial": r"\eta_t = \eta\,(1 - t / T)^2",
    "cosine": r"\eta_t = \frac{\eta}{2} \left(1 + \cos \frac{\pi t}{T}\right)",
    "restarts": r"\eta_t = \frac{\eta}{2} \left(1 + \cos \frac{\pi t_i}{T_i}\right), \quad T_i = 2\,T_{i-1}",
    "one-cycle": r"\frac{\eta}{25} \rightarrow \eta \rightarrow \frac{\eta}{250000}, \quad \beta \pm 0.05",
    "cyclic": r"\eta_t = \eta\,(1 - 0.9\,|6 t / T \bmod 2 - 1|)",
    "inverse-sqrt": r"\eta_t = \eta \sqrt{\frac{T / 10}{\max(T / 10,\ t)}}",
    "plateau": r"\eta \leftarrow 0.3\,\eta \quad \text{if not better three times in turn}",
    "custom": r"\eta_t = \eta\, s(t)",
}


def formula(name: str) -> Formula:
    """Return a schedule's formula, t counted from 0; none while it is not among those chosen."""
    return Formula(
        SCHEDULES[name],
        lambda frame: FORMULAS[name] if name in frame.params.schedules else "",
        lambda frame: (
            rf"\eta_{{{frame.step}}} = {frame.metric(f'rate/{name}'):.4g}"
            if frame.step and name in frame.params.schedules
            else ""
        ),
    )


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{words} {n(frame.metric(name))}" for name, words in of_each("loss")(frame).items())
    return f"Step {frame.step} of {frame.params.total}. Training loss: {said}." if frame.step else "No step yet."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the losses of the first three lanes."""
    pairs = list(of_each("loss")(frame).items())[:3]
    return tuple((words, n(frame.metric(name))) for name, words in pairs) if frame.step else ()


VIEW = View(
    cards=(HERO, TABLE, SPREAD, ACCURACY, LOSS, RATES, RANGE, SHARPNESS, OVER, CUT),
    formulas=tuple(formula(name) for name in SCHEDULES),
    summary=summary,
    readings=readings,
)
