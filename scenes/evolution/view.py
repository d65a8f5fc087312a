"""How it looks: clouds over the loss, who has found what, the blurred loss, and what growing numbers cost."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Ask,
    Bar,
    Card,
    Cell,
    Curves,
    DecisionMap,
    Ellipses,
    Handle,
    Level,
    Line,
    Maps,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.evolution import METHODS, REACH, SHORT, numbers

TAIL, JUMP, MOST, PALE = 60, 1.5, 6, 0.85
"""Steps of a path that are drawn; a longer move leaves a gap; methods at most; how strong the ground's shades are."""


def functions_only(params: Any) -> str:
    """Return why the plane is not there."""
    return "Weights have no plane: bring out the best network's answers" if params.problem == "network" else ""


def network_only(params: Any) -> str:
    """Return why there are no answers."""
    return "" if params.problem == "network" else "Only a network answers: choose that problem"


def with_method(name: str) -> Callable[[Any], str]:
    """Return what says why a card has nothing to show without a method."""
    return lambda params: "" if name in params.methods else f"Needs {METHODS[name]} among the methods"


@reads("best_losses")
def names(frame: Frame) -> list[str]:
    """Return the methods' names (method,)."""
    return [SHORT[name] for name in frame.params.methods]


def is_blurred(params: Any) -> bool:
    """Return whether the blurred loss is drawn."""
    return bool(params.blurred)


@reads("heights", "blurred_heights", dims=("row", "column"))
def ground(frame: Frame) -> np.ndarray:
    """Return shades for the root of the loss over the plane, in which low parts still differ beside high ones."""
    heights = np.sqrt(frame.arrays["blurred_heights" if frame.params.blurred else "heights"])
    found: np.ndarray = PALE * (heights - heights.min()) / max(float(np.ptp(heights)), 1e-12)
    return found


def trail(k: int) -> Trail:
    """Return the path of the k-th method's centre."""

    @reads("path")
    def points(frame: Frame) -> np.ndarray:
        if k >= len(frame.params.methods):
            return np.zeros((0, 2))
        path = np.asarray(frame.arrays["path"][k][-TAIL:], float)
        jumps = np.flatnonzero(np.linalg.norm(np.diff(path, axis=0), axis=1) > JUMP) + 1
        return np.insert(path, jumps, np.nan, axis=0)

    return Trail(points, lambda frame: SHORT[frame.params.methods[k]] if k < len(frame.params.methods) else "", k)


def ellipse(k: int) -> Ellipses:
    """Return the ellipse of the k-th method's trials."""

    @reads("centres", "covariances")
    def centres(frame: Frame) -> np.ndarray:
        return np.asarray(frame.arrays["centres"][k : k + 1])

    @reads("centres", "covariances")
    def covariances(frame: Frame) -> np.ndarray:
        return np.asarray(frame.arrays["covariances"][k : k + 1])

    return Ellipses(centres, covariances, k)


def start_here(frame: Frame, x: float, y: float) -> Mapping[str, Any]:
    """Return the start that a click sets."""
    reach = REACH["rastrigin"]
    return {"start": (round(float(np.clip(x, -reach, reach)), 2), round(float(np.clip(y, -reach, reach)), 2))}


@reads("across", "up", "heights", "blurred_heights")
def height_words(frame: Frame, x: float, y: float) -> str:
    """Return the loss under the pointer."""
    found = frame.arrays["blurred_heights" if frame.params.blurred else "heights"]
    row, column = (int(np.abs(frame.arrays[name] - at).argmin()) for name, at in (("up", y), ("across", x)))
    return f"({n(x)}, {n(y)})   L = {n(float(found[row, column]))}"


def plane_title(frame: Frame) -> str:
    """Return what the plane shows."""
    section = f", the section of x₁ and x₂ of {frame.params.dimension}" if frame.params.dimension > 2 else ""
    shown = f"The loss blurred by σ = {n(frame.params.sigma)}" if frame.params.blurred else "Every trial on the loss"
    return shown + section


def best_of(frame: Frame) -> Mapping[str, str]:
    """Return the metrics of the lowest losses."""
    return {f"best/{name}": SHORT[name] for name in frame.params.methods}


def paid(frame: Frame) -> str:
    """Return the title with what is made small."""
    what = "share of wrong answers" if frame.params.objective == "error" else "cross-entropy"
    found = what if frame.params.problem == "network" else "loss"
    return f"Lowest {found} so far"


@reads("slice_at")
def centre_at(frame: Frame) -> float | None:
    """Return the first coordinate of the selected centre."""
    series = frame.arrays.get("centres")
    return None if series is None else float(series[frame.params.shown, 0])


def slice_title(frame: Frame) -> str:
    """Return whose centre the line goes through."""
    return f"Loss around the {SHORT[frame.params.methods[frame.params.shown]]}"


def expected_cosine(frame: Frame) -> float:
    """Return the cosine that λ/2 pairs reach on a slope without curvature, weights not ranked: 1/√(1 + (n + 1)/m)."""
    params = frame.params
    return (1 + (numbers(params.problem, params.dimension, params.hidden) + 1) / (params.population / 2)) ** -0.5


def answer_names(frame: Frame) -> Sequence[str]:
    """Return whose answers each map shows, with the loss."""
    losses = frame.arrays.get("best_losses")
    named = [METHODS[name] for name in frame.params.methods]
    return named if losses is None else [f"{name}  {n(loss)}" for name, loss in zip(named, losses, strict=True)]


@reads("answers", dims=("place up", "place"))
def shown_answers(frame: Frame) -> np.ndarray:
    """Return what the selected method's best network says (place up, place)."""
    return np.asarray(frame.arrays["answers"][frame.params.shown])


def answer_title(frame: Frame) -> str:
    """Return whose network is drawn."""
    return f"Best network of {METHODS[frame.params.methods[frame.params.shown]]}"


PLANE = Card(
    "plane",
    plane_title,
    DecisionMap(
        ground,
        dims=("row", "column"),
        colours="ink",
        low=0.0,
        high=1.0,
        points="people",
        classes="people_of",
        point_dim="individual",
        over=(*(trail(k) for k in range(MOST)), *(ellipse(k) for k in range(MOST))),
        label=("x₁", "x₂"),
        reading=height_words,
        click=start_here,
    ),
    name="Every trial on the loss",
    about="Each dot is an evaluation of this generation; ellipses are one standard deviation. Shades: the loss's root",
    hint="click where all shall start",
    at_first=True,
    weight=2.0,
    applies=functions_only,
    switches=("blurred",),
    least=(300, 280),
)
BEST = Card(
    "best",
    paid,
    Steps(best_of, lambda frame: f"loss; a step: {frame.params.population} evaluations", log=True),
    name="Lowest loss found",
    about="Against generations, which cost every method the same",
    at_first=True,
    weight=1.2,
)
TABLE = Card(
    "table",
    "What each has found",
    Table(
        (
            Cell(names, "method"),
            Cell("best_losses", "best", right=True, number=n),
            Cell("centre_losses", "now", right=True, number=n),
            Cell("restarts", "restarts", right=True, number=lambda v: f"{v:.0f}"),
            Bar("memory", "memory", number=lambda v: f"{v:,.0f}", log=True),
        ),
        dim="method",
        chosen=lambda frame: frame.params.shown,
        click=lambda frame, k: {"selected": k},
    ),
    about="Best so far, at the centre now, restarts, and the numbers that it carries along; a click looks at a method",
    at_first=True,
    least=(300, 130),
)
ANSWERS = Card(
    "answers",
    "What the best networks say",
    Maps("answers", colours="signed", low=-1.0, high=1.0, headings=answer_names, upward=True,
         chosen=lambda frame: frame.params.shown, click=lambda frame, k: {"selected": k}),
    about="Orange: class 1; blue: class 0; each method's best network so far",
    applies=network_only,
    least=(300, 150),
)  # fmt: skip
ANSWER = Card(
    "answer",
    answer_title,
    DecisionMap(
        shown_answers,
        dims=("place up", "place"),
        colours="signed",
        low=-1.0,
        high=1.0,
        levels=(0.0,),
        points="points",
        classes="classes",
        label=("x₁", "x₂"),
    ),
    name="The best network's answers",
    about="The two moons and where the selected method's best network draws its line",
    applies=network_only,
)
SLICE = Card(
    "slice",
    slice_title,
    Curves((Line("slice_loss", "loss"), Line("slice_blurred", "blurred", 1)), "loss",
           handle=Handle(centre_at, "centre")),
    name="The loss, and blurred by σ",
    about="What a cloud of trials sees of a rugged loss: its mean over the cloud",
    at_first=True,
    applies=functions_only,
)  # fmt: skip
COMPASS = Card(
    "compass",
    "How well the strategy knows the way down",
    Steps({"cosine": "cosine"}, "cosine",
          levels=(Level(expected_cosine, "1/√(1 + 2(n+1)/λ)"), Level(0.0))),
    about="λ evaluations tell about n directions: the cosine between the estimated and the true slope",
    applies=with_method("es"),
)  # fmt: skip
AXES = Card(
    "axes",
    "The shape that CMA-ES has learned",
    Curves((Line("axes", "σ√C"), Line("ideal", "1/√Hessian, scaled", 1, dashed=True)), "standard deviation", log=True,
           dots=True),
    about="Its standard deviations along its own axes; on a quadratic they approach the root of the inverse Hessian",
    applies=with_method("cma"),
)  # fmt: skip
PRICE = Card(
    "price",
    "Evaluations until the loss is 15 % of the first",
    Curves("price", "evaluations", dims=("method", "size"), log=True, dots=True,
           none="Nobody has got there yet"),
    about="Races of their own for growing n, with these settings; given up after 10,000 evaluations",
    ask=Ask(
        "price",
        ("price_at", "price", "price_done"),
        lambda frame: (
            frame.params.problem, frame.params.methods, frame.params.objective, frame.params.population,
            frame.params.sigma, frame.params.lr, frame.params.alpha, frame.params.start,
        ),
        busy="racing for growing n …",
        parts=True,
    ),
    hides_before_prediction=True,
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    found = ", ".join(f"{METHODS[name]} {n(frame.metric(f'best/{name}'))}" for name in frame.params.methods)
    return f"Generation {frame.step}, {frame.step * frame.params.population:,} evaluations each. Lowest loss: {found}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return evaluations and the lowest losses of the first two."""
    if not frame.step:
        return ()
    shown = [(name, n(frame.metric(f"best/{name}"))) for name in frame.params.methods[:2]]
    return (("evaluations", f"{frame.step * frame.params.population:,}"), *shown)


def only_with(name: str, latex: str) -> Callable[[Frame], str]:
    """Return a formula that stands where a method is among those chosen."""
    return lambda frame: latex if name in frame.params.methods else ""


def rate(name: str, latex: str) -> Callable[[Frame], str]:
    """Return a rate with its number."""
    return lambda frame: rf"{latex} = {getattr(frame.params, name):.4g}"


VIEW = View(
    cards=(PLANE, BEST, TABLE, SLICE, ANSWERS, ANSWER, COMPASS, AXES, PRICE),
    formulas=(
        Formula("Gradient descent", only_with("gd", r"\theta \leftarrow \theta - \eta\,\nabla L(\theta)"),
                rate("lr", r"\eta")),
        Formula("Evolution strategy", only_with(
            "es", r"\theta \leftarrow \theta - \frac{\alpha}{\lambda\sigma} \sum_i u_i\,\varepsilon_i, \quad"
            r" \varepsilon_i \sim N(0, I)"), rate("alpha", r"\alpha")),
        Formula("CMA-ES", only_with("cma", r"x_i \sim N(m, \sigma^2 C), \quad m \leftarrow \sum_i w_i\,x_{i:\lambda}"),
                rate("population", r"\lambda")),
    ),
    summary=summary,
    readings=readings,
)  # fmt: skip
