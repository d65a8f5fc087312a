"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

from explainer import Run
from tests.measure_lessons import Stated


def last(name: str) -> Any:
    """Return a measure: a metric's last value."""
    return lambda run: float(run.metrics[name][-1])


def mean(name: str) -> Any:
    """Return a measure: a metric's mean."""
    return lambda run: float(run.metrics[name][:].mean())


def at(step: int) -> Any:
    """Return a measure: the vote's test accuracy after so many members."""
    return lambda run: float(run.metrics["test/vote"][step - 1])


def array(name: str) -> Any:
    """Return a measure: an array of one number."""
    return lambda run: float(run.arrays(name)[name])


def all_right(run: Any) -> float:
    """Return the round from which on all its own points are right."""
    return float((run.metrics["train/vote"][:] >= 1).argmax()) + 1


def weight_of_wrong(run: Any) -> float:
    """Return how much heavier points with wrong labels are."""
    found = run.arrays("emphasis", "mislabelled")
    weights, wrong = found["emphasis"], found["mislabelled"]
    return float(weights[wrong].mean() / weights[~wrong].mean())


def row(words: str, link: str, *between: tuple[float, float]) -> list[Stated]:
    """Return the statements of a row: a member alone, the correlation of errors, the vote."""
    measures = (mean("test/member"), array("correlation"), last("test/vote"))
    return [Stated(words, link, measure, limits) for measure, limits in zip(measures, between, strict=True)]


def on_tumours(first: int, end: int) -> Any:
    """Return a measure of a seed: test accuracies of these ways on the tumours."""

    def found(seed: int) -> list[float]:
        *_, answer = Run("ensembles", seed=seed).execution.experiment.race()
        return [float(value) for value in answer["on_tumours"][first:end, -1]]

    return found


def spread(of: Any, **given: Any) -> Any:
    """Return a measure of a seed: what ``of`` takes from the variance over training sets."""

    def found(seed: int) -> float:
        *_, answer = Run("ensembles", seed=seed, **given).execution.experiment.spread()
        return float(of(answer))

    return found


NOISY, LABELS = "method=adaboost&max_depth=3&run=200", "method=adaboost&max_depth=3&wrong=0&run=200"
SLOW, FAST = "method=gradient&run=500", "method=gradient&learning_rate=1&run=100"
XOR = "method=adaboost&data=xor&noise=0.1&wrong=0&run=60"
STATED = [
    Stated("true labels it has 73–76 %", "run=10", last("test/one"), (0.725, 0.765)),
    Stated("and about 73–76 % of others", "run=10", last("test/one"), (0.725, 0.765)),
    Stated("each of these trees alone has 72–74 %", "run=100", mean("test/member"), (0.715, 0.745)),
    Stated("> 83–87 %. Whoever knows", "run=100", last("test/vote"), (0.825, 0.875)),
    Stated("how the points were drawn has 88 %", "run=100", array("best"), (0.875, 0.885)),
    Stated("three questions has 82–86 %", "method=adaboost&max_depth=3&run=1", last("test/vote"), (0.815, 0.865)),
    Stated("who are right in 73 %", "run=100", mean("test/member"), (0.715, 0.735)),
    Stated(
        "right in more than 99.9 %",
        "run=100",
        lambda run: float(run.arrays("independent")["independent"][-1]),
        (0.999, 1),
    ),
    Stated("two trees' errors is 0.18–0.24", "run=100", array("correlation"), (0.175, 0.245)),
    Stated("over test points as above, is 0.04–0.06", None, spread(lambda found: found["causes"][1]), (0.035, 0.065)),
    Stated("the vote of 16 varies by 0.07", None, spread(lambda found: found["measured"][-1]), (0.065, 0.075)),
    Stated("one tree varies by about 0.66", None, spread(lambda found: found["causes"][0]), (0.63, 0.69)),
    Stated("ρ is 0.22–0.23", None, spread(lambda found: found["causes"][1], max_samples=1.0), (0.215, 0.235)),
    Stated("varies by 0.16–0.17", None, spread(lambda found: found["measured"][-1], max_samples=1.0), (0.155, 0.175)),
    Stated("A tree then knows 63 % of them", None, lambda seed: 1 - (1 - 1 / 200) ** 200, (0.625, 0.635)),
    *row("| 73–77 % | 0.33–0.40 | 79–83 % |", "max_samples=1&run=100", (0.725, 0.775), (0.325, 0.405), (0.785, 0.835)),
    *row("| 72–74 % | 0.18–0.24 | 83–87 % |", "run=100", (0.715, 0.745), (0.175, 0.245), (0.825, 0.875)),
    *row(
        "| 66–69 % | 0.12–0.17 | 82–85 % |", "max_samples=0.05&run=100", (0.655, 0.695), (0.115, 0.175), (0.815, 0.855)
    ),
    Stated("gains little: 83–88 %", "method=forest&run=100", last("test/vote"), (0.825, 0.885)),
    Stated("One stump has 72–75 % alone", "max_depth=1&run=100", mean("test/member"), (0.715, 0.755)),
    Stated("> 79–80 %. All stumps", "max_depth=1&run=100", last("test/vote"), (0.785, 0.805)),
    Stated("100 stumps has 82–86 %", "method=adaboost&run=100", last("test/vote"), (0.815, 0.865)),
    Stated("right about 53–58 %", "method=adaboost&run=100", mean("test/member"), (0.525, 0.585)),
    Stated("the vote stays at 72–76 %", "method=adaboost&max_depth=20&run=50", last("test/vote"), (0.715, 0.765)),
    Stated("> 77–81 %, and all its own points", NOISY, last("test/vote"), (0.765, 0.815)),
    Stated("are right from round 43–53 on", NOISY, all_right, (43, 53)),
    Stated("wrong label weighs 2–4 times", NOISY, weight_of_wrong, (2, 4)),
    Stated("the vote ends at 82–85 %", LABELS, last("test/vote"), (0.815, 0.855)),
    Stated("One deep tree has 87–90 % on test points", XOR, last("test/one"), (0.865, 0.905)),
    Stated("test points, the vote 50–56 %", XOR, last("test/vote"), (0.495, 0.565)),
    Stated("ask about both at once: 87–92 %", XOR + "&max_depth=2", last("test/vote"), (0.865, 0.925)),
    Stated("| 83–87 % | 80–84 % |", SLOW, at(10), (0.825, 0.875)),
    Stated("| 83–87 % | 80–84 % |", SLOW, at(100), (0.795, 0.845)),
    Stated("[77–82 %]", SLOW, last("test/vote"), (0.765, 0.825)),
    Stated("| 76–80 % | 77–79 % |", FAST, at(10), (0.755, 0.805)),
    Stated("| 76–80 % | 77–79 % |", FAST, at(100), (0.765, 0.795)),
    Stated("tumours one tree has 88–94 %", None, on_tumours(0, 1), (0.875, 0.945)),
    Stated("the ensembles 93–99 %", None, on_tumours(1, 5), (0.925, 0.995)),
]
