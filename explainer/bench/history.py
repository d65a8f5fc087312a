"""How long a seek takes in a long run, and what its history holds and costs."""

from __future__ import annotations

import json
import random
import time

from explainer.bench.figures import percentile
from explainer.engine.execution import Execution
from explainer.engine.run import Run

STEPS = 100_000
SEEKS = 200
SCENE = "gradient-descent"


def main() -> None:
    """Measure and print the figures as JSON."""
    run = Run(SCENE)
    spent = _time_checkpoints(run.execution)
    started = time.perf_counter()
    run.step(STEPS)
    training = time.perf_counter() - started
    execution = run.execution
    size = execution.history.nbytes + execution.recorder.nbytes
    draw = random.Random(0)
    times = []
    for _ in range(SEEKS):
        target = draw.randint(0, STEPS)
        started = time.perf_counter()
        run.seek(target)
        times.append(1000 * (time.perf_counter() - started))
    figures = {
        "history/steps": run.execution.known,
        "history/seek p50": percentile(times, 0.5),
        "history/seek p95": percentile(times, 0.95),
        "history/size": size / 2**20,
        "history/share": 100 * sum(spent[: len(execution.history)]) / training,
    }
    print(json.dumps(figures))  # noqa: T201


def _time_checkpoints(execution: Execution) -> list[float]:
    """Return a list to which the time of every checkpoint is added from now on."""
    spent: list[float] = []
    take = execution._take_checkpoint

    def timed() -> None:
        started = time.perf_counter()
        take()
        spent.append(time.perf_counter() - started)

    execution._take_checkpoint = timed  # type: ignore[method-assign]
    return spent


if __name__ == "__main__":
    main()
